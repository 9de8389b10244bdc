//! What becomes of a report: its files, the summary, and the exit code that a gate reads.

use std::collections::BTreeSet;
use std::io::{self, Write as _};

use qualys_sec_inspector::assess::{Comparison, Report};
use qualys_sec_inspector::finding::Outcome;
use qualys_sec_inspector::report::{Dialect, Format, Options, summary};

use crate::cli::{Cli, Delivery, Gate};
use crate::exit::{Exit, Stop, seen};
use crate::output::{self, Target};

impl Delivery {
    /// Refuses what could not be delivered, before anything is read.
    pub(crate) fn check(&self) -> Result<(), Stop> {
        self.target().map(drop)
    }

    /// Writes every format, says what there is to see, and names the most important reason to end
    /// with something other than success.
    pub(crate) fn deliver(&self, cli: &Cli, report: &Report) -> Result<Exit, Stop> {
        let written = self.write(report)?;
        if !cli.quiet {
            let text = summary(report, output::screen(cli)) + &output::named(&written);
            seen(io::stderr().lock().write_all(text.as_bytes()))?;
        }
        let gated = self.fail_on.is_some_and(|gate| gate.trips(report, report.comparison.as_ref()));
        Ok(verdict(report, gated, self.require_complete))
    }

    fn formats(&self) -> BTreeSet<Format> {
        self.output.iter().copied().collect()
    }

    fn target(&self) -> Result<Target<'_>, Stop> {
        Target::new(&self.output_dir, self.formats().len())
    }

    /// Returns the paths of the files; none for stdout.
    fn write(&self, report: &Report) -> Result<Vec<String>, Stop> {
        let csv = Dialect { raw: self.csv_raw, mark: self.csv_bom };
        let options = Options { csv, sarif: self.sarif_profile };
        let target = self.target()?;
        let mut written = Vec::new();
        for format in self.formats() {
            let files =
                format.render(report, options).map_err(|error| Stop::new(Exit::Fault, error))?;
            // The first file stands for its format where there is one stream alone.
            let wanted = if target.is_stdout() { 1 } else { files.len() };
            for file in files.iter().take(wanted) {
                written.extend(target.put(file.name, &file.bytes)?);
            }
        }
        Ok(written)
    }
}

impl Gate {
    /// Refuses to look for what is new below what a saved report shows.
    pub(crate) fn reaches(self, reports: &[&Report]) -> Result<(), Stop> {
        let Self::New(limit) = self else { return Ok(()) };
        let shown = reports.iter().map(|report| report.filter.severity).max();
        match shown.filter(|shown| *shown > limit) {
            None => Ok(()),
            Some(shown) => {
                let message = format!(
                    "--fail-on new:{} looks below {}, and a saved report shows nothing there",
                    limit.word(),
                    shown.word()
                );
                Err(Stop::new(Exit::Usage, message)
                    .help("compare the bundles, or save the report with --severity info"))
            }
        }
    }

    /// Whether something is at least as severe as allowed, shown or not.
    pub(crate) fn trips(self, report: &Report, comparison: Option<&Comparison>) -> bool {
        match self {
            Self::Open(limit) => report.summary.findings.worst() >= Some(limit),
            Self::New(limit) => comparison.and_then(|it| it.worst_new) >= Some(limit),
        }
    }
}

/// Of two snapshots: a broken one makes whatever is said of both worth no more.
pub(crate) fn both(older: &Report, exit: Exit) -> Exit {
    if older.bundle.verdict == "broken" { exit.min(Exit::Custody) } else { exit }
}

/// The most important reason to end with something other than success.
pub(crate) fn verdict(report: &Report, gated: bool, require_complete: bool) -> Exit {
    let counts = &report.summary.controls;
    let reasons = [
        (report.bundle.verdict == "broken", Exit::Custody),
        (counts.of(Outcome::Error) > 0, Exit::Fault),
        (
            require_complete
                && (report.bundle.completeness != "complete"
                    || counts.of(Outcome::NotAssessed) > 0),
            Exit::Incomplete,
        ),
        (gated, Exit::Gate),
    ];
    reasons
        .into_iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, exit)| exit)
        .min()
        .unwrap_or(Exit::Done)
}
