//! What becomes of a report: its files, the summary, and the exit code that a gate reads.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::Path;

use qualys_sec_inspector::assess::Report;
use qualys_sec_inspector::finding::{Outcome, Severity};
use qualys_sec_inspector::report::{Dialect, Format, Options, plain, summary};

use crate::cli::{Cli, Delivery};
use crate::exit::{Exit, Stop, seen};
use crate::output;

impl Delivery {
    /// Refuses what could not be delivered, before anything is read.
    pub(crate) fn check(&self) -> Result<(), Stop> {
        if self.to_stdout() && self.formats().len() > 1 {
            let message = "--output-dir - writes one format, and --output names several";
            return Err(Stop::new(Exit::Usage, message));
        }
        Ok(())
    }

    /// Writes every format, says what there is to see, and names the most important reason to end
    /// with something other than success.
    pub(crate) fn deliver(&self, cli: &Cli, report: &Report) -> Result<Exit, Stop> {
        let written = self.write(report)?;
        if !cli.quiet {
            let mut text = summary(report, output::screen(cli));
            if !written.is_empty() {
                text.push_str(&plain(&format!("reports: {}", written.join(", "))));
                text.push('\n');
            }
            seen(io::stderr().lock().write_all(text.as_bytes()))?;
        }
        Ok(self.verdict(report))
    }

    fn formats(&self) -> BTreeSet<Format> {
        self.output.iter().copied().collect()
    }

    fn to_stdout(&self) -> bool {
        self.output_dir == Path::new("-")
    }

    /// Returns the paths of the files; none for stdout.
    fn write(&self, report: &Report) -> Result<Vec<String>, Stop> {
        let csv = Dialect { raw: self.csv_raw, mark: self.csv_bom };
        let options = Options { csv, sarif: self.sarif_profile };
        let mut written = Vec::new();
        for format in self.formats() {
            let files =
                format.render(report, options).map_err(|error| Stop::new(Exit::Fault, error))?;
            if self.to_stdout() {
                let mut stdout = io::stdout().lock();
                let bytes = files.first().map_or(&[][..], |file| &file.bytes);
                seen(stdout.write_all(bytes).and_then(|()| stdout.flush()))?;
                continue;
            }
            for file in files {
                output::replace(&self.output_dir, file.name, &file.bytes)?;
                written.push(self.output_dir.join(file.name).display().to_string());
            }
        }
        Ok(written)
    }

    fn verdict(&self, report: &Report) -> Exit {
        let counts = &report.summary.controls;
        let gate = |limit: Severity| report.summary.findings.worst() >= Some(limit);
        let reasons = [
            (report.bundle.verdict == "broken", Exit::Custody),
            (counts.of(Outcome::Error) > 0, Exit::Fault),
            (
                self.require_complete
                    && (report.bundle.completeness != "complete"
                        || counts.of(Outcome::NotAssessed) > 0),
                Exit::Incomplete,
            ),
            (self.fail_on.is_some_and(gate), Exit::Gate),
        ];
        reasons
            .into_iter()
            .filter(|(holds, _)| *holds)
            .map(|(_, exit)| exit)
            .min()
            .unwrap_or(Exit::Done)
    }
}
