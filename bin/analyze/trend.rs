//! `analyze trend`: many snapshots of one subscription in a row.

use std::collections::BTreeSet;
use std::io::{self, Write as _};

use qualys_sec_inspector::compare;
use qualys_sec_inspector::report::{Dialect, TrendFormat};

use crate::assessment::Terms;
use crate::cli::{self, Cli};
use crate::diff;
use crate::exit::{Exit, Stop, seen};
use crate::output::{self, Target};

pub(crate) fn trend(cli: &Cli, command: &cli::Trend) -> Result<Exit, Stop> {
    let formats: BTreeSet<TrendFormat> = command.output.iter().copied().collect();
    let target = Target::new(&command.output_dir, formats.len())?;
    let terms = Terms::new(&command.settings, &command.trust, command.controls.as_ref())?;
    let mut reports = Vec::new();
    for path in &command.snapshots {
        let mut report = terms.snapshot(path, None)?.report;
        // A series needs the counts alone.
        report.findings = Vec::new();
        report.evidence = Vec::new();
        reports.push(report);
    }
    let broken = reports.iter().any(|report| report.bundle.verdict == "broken");
    let trend = compare::trend(reports).map_err(diff::stop)?;
    let dialect = Dialect { raw: command.csv_raw, mark: command.csv_bom };
    let mut written = Vec::new();
    for format in formats {
        let bytes =
            format.render(&trend, dialect).map_err(|error| Stop::new(Exit::Fault, error))?;
        written.extend(target.put(format.file(), &bytes)?);
    }
    if !cli.quiet {
        seen(io::stderr().lock().write_all(output::named(&written).as_bytes()))?;
    }
    Ok(if broken { Exit::Custody } else { Exit::Done })
}
