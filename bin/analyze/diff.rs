//! `analyze diff`: two snapshots side by side.

use std::io::{self, Write as _};

use qualys_sec_inspector::compare::{self, CompareError};
use qualys_sec_inspector::report::{Dialect, Diff, changes};

use crate::assessment::Terms;
use crate::cli::{self, Cli};
use crate::deliver;
use crate::exit::{Exit, Stop, seen};
use crate::output::{self, Target};

pub(crate) fn diff(cli: &Cli, command: &cli::Diff) -> Result<Exit, Stop> {
    let target = Target::new(&command.output_dir, command.output.len())?;
    let terms = Terms::new(&command.settings, &command.trust, command.controls.as_ref())?;
    let old = terms.snapshot(&command.old, command.previous_as_of)?;
    let new = terms.snapshot(&command.new, command.as_of)?;
    let sides = (terms.side(&old), terms.side(&new));
    let comparison = compare::compare(sides.0, sides.1, command.severity).map_err(stop)?;
    let diff = Diff::new(&old.report, &new.report, &comparison);
    let dialect = Dialect { raw: command.csv_raw, mark: command.csv_bom };
    let mut written = Vec::new();
    for format in &command.output {
        let bytes = diff.render(*format, dialect).map_err(|error| Stop::new(Exit::Fault, error))?;
        written.extend(target.put(format.file(), &bytes)?);
    }
    if !cli.quiet {
        let text = changes(&comparison, output::screen(cli)) + &output::named(&written);
        seen(io::stderr().lock().write_all(text.as_bytes()))?;
    }
    let gated = command.fail_on.is_some_and(|gate| gate.trips(&new.report, Some(&comparison)));
    Ok(deliver::verdict(&new.report, gated, command.require_complete))
}

/// Two subscriptions are a mistake of the call; the rest is ours.
pub(crate) fn stop(error: CompareError) -> Stop {
    match error {
        CompareError::Subscriptions(..) => {
            Stop::new(Exit::Usage, error).help("compare snapshots of one subscription")
        }
        CompareError::Time(_) => Stop::new(Exit::Usage, error),
        other => Stop::new(Exit::Fault, other),
    }
}
