//! `analyze report`: a saved report in other formats, the same bytes as `run` gave.

use std::fs;
use std::path::Path;

use qualys_sec_inspector::assess::Report;
use qualys_sec_inspector::report;

use crate::cli::{Cli, Gate, Saved};
use crate::exit::{Exit, Stop};

pub(crate) fn report(cli: &Cli, command: &Saved) -> Result<Exit, Stop> {
    command.delivery.check()?;
    let report = read(&command.report)?;
    if let (Some(Gate::New(_)), None) = (command.delivery.fail_on, &report.comparison) {
        let message = "--fail-on new: compares, and the report holds no comparison";
        return Err(Stop::new(Exit::Usage, message).help("analyze run --previous makes one"));
    }
    command.delivery.deliver(cli, &report)
}

/// Reads a `report.json`.
///
/// # Errors
/// A file that is not there, or is no report.
pub(crate) fn read(path: &Path) -> Result<Report, Stop> {
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let bytes = fs::read(path).map_err(|error| Stop::new(Exit::Usage, named(&error)))?;
    report::read(&bytes).map_err(|error| {
        Stop::new(Exit::Usage, named(&error))
            .help("analyze run BUNDLE --output json writes such a report")
    })
}
