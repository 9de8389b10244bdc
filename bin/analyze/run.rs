//! `analyze run`: verify, load, assess, compare, and hand the report over for delivery.

use qualys_sec_inspector::compare;

use crate::assessment::Terms;
use crate::cli::{Cli, Gate, Run};
use crate::diff;
use crate::exit::{Exit, Stop};

pub(crate) fn run(cli: &Cli, command: &Run) -> Result<Exit, Stop> {
    command.delivery.check()?;
    if let (Some(Gate::New(_)), None) = (command.delivery.fail_on, &command.previous) {
        let message = "--fail-on new: compares, and no --previous was given to compare with";
        return Err(Stop::new(Exit::Usage, message));
    }
    let terms = Terms::new(&command.settings, &command.trust, command.controls.as_ref())?;
    let mut assessed = terms.bundle(&command.bundle, command.as_of)?;
    if let Some(previous) = &command.previous {
        let older = terms.snapshot(previous, command.previous_as_of)?;
        let sides = (terms.side(&older), terms.side(&assessed));
        let comparison =
            compare::compare(sides.0, sides.1, command.severity).map_err(diff::stop)?;
        assessed.report.comparison = Some(comparison);
    }
    command.delivery.deliver(cli, &assessed.report.limited(command.severity))
}
