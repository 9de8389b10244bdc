//! `analyze diff`: two snapshots side by side.

use std::collections::BTreeSet;
use std::io::{self, Write as _};

use qualys_sec_inspector::compare::{self, CompareError};
use qualys_sec_inspector::report::{Dialect, Diff, DiffFormat, Options, changes};

use crate::assessment::Terms;
use crate::cli::{self, Cli};
use crate::deliver;
use crate::exit::{Exit, Stop, seen};
use crate::output::{self, Target};

pub(crate) fn diff(cli: &Cli, command: &cli::Diff) -> Result<Exit, Stop> {
    let formats: BTreeSet<DiffFormat> = command.output.iter().copied().collect();
    let target = Target::new(&command.output_dir, formats.len())?;
    let terms = Terms::new(&command.settings, &command.trust, command.controls.as_ref())?;
    let old = terms.snapshot(&command.old, command.previous_as_of)?;
    let mut new = terms.snapshot(&command.new, command.as_of)?;
    let sides = (terms.side(&old), terms.side(&new));
    let comparison = compare::compare(sides.0, sides.1, command.severity).map_err(stop)?;
    new.report.comparison = Some(comparison);
    let (old, new) = (old.report, new.report);
    let csv = Dialect { raw: command.csv_raw, mark: command.csv_bom };
    let options = Options { csv, sarif: command.sarif_profile };
    let mut written = Vec::new();
    if let Some(diff) = Diff::new(&old, &new) {
        for format in formats {
            let bytes =
                diff.render(format, options).map_err(|error| Stop::new(Exit::Fault, error))?;
            written.extend(target.put(format.file(), &bytes)?);
        }
    }
    if let (false, Some(comparison)) = (cli.quiet, &new.comparison) {
        let text = changes(comparison, output::screen(cli)) + &output::named(&written);
        seen(io::stderr().lock().write_all(text.as_bytes()))?;
    }
    let gated = command.fail_on.is_some_and(|gate| gate.trips(&new, new.comparison.as_ref()));
    Ok(deliver::verdict(&new, gated, command.require_complete))
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
