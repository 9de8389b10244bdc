//! A report becomes bytes: each format is a pure function of the same plain data.

mod csv;
mod diff;
mod diff_markdown;
mod html;
mod json;
mod junit;
mod lookup;
mod markdown;
mod ocsf;
mod oscal;
mod plain;
mod poam;
mod sarif;
#[cfg(test)]
mod schema;
mod summary;
mod trend;
mod worst;

pub use csv::Dialect;
pub use diff::{Diff, DiffFormat};
pub use json::{ReadError, read};
pub use plain::plain;
pub use sarif::SarifProfile;
pub use summary::{Screen, changes, summary};
pub use trend::TrendFormat;

use crate::assess::Report;

/// A format that `--output` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    Json,
    Csv,
    Markdown,
    Html,
    Sarif,
    Oscal,
    Ocsf,
    Junit,
    Poam,
}

impl Format {
    pub const ALL: [Self; 9] = [
        Self::Json,
        Self::Csv,
        Self::Markdown,
        Self::Html,
        Self::Sarif,
        Self::Oscal,
        Self::Ocsf,
        Self::Junit,
        Self::Poam,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Sarif => "sarif",
            Self::Oscal => "oscal",
            Self::Ocsf => "ocsf",
            Self::Junit => "junit",
            Self::Poam => "poam",
        }
    }

    /// Reads one word of `--output`.
    ///
    /// # Errors
    /// A sentence with the formats that exist.
    pub fn parse(word: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.word() == word).ok_or_else(|| {
            let known = Self::ALL.map(Self::word).join(", ");
            format!("there is no format `{word}`; {known} are written")
        })
    }

    /// Its files in full; the first one is what a single stream gets.
    ///
    /// # Errors
    /// None that comes from a report's content; see [`RenderError`].
    pub fn render(self, report: &Report, options: Options) -> Result<Vec<File>, RenderError> {
        let file = |name, bytes| File { name, bytes };
        Ok(match self {
            Self::Json => vec![file("report.json", json::render(report)?)],
            Self::Csv => {
                let mut files = vec![
                    file("findings.csv", csv::findings(report, options.csv)?),
                    file("controls.csv", csv::controls(report, options.csv)?),
                    file("frameworks.csv", csv::frameworks(report, options.csv)?),
                    file("evidence.csv", csv::evidence(report, options.csv)?),
                ];
                if let Some(comparison) = &report.comparison {
                    files.push(file("diff.csv", csv::changes(comparison, options.csv)?));
                }
                files
            }
            Self::Markdown => vec![file("report.md", markdown::render(report))],
            Self::Html => vec![file("report.html", html::render(report)?)],
            Self::Sarif => vec![file("report.sarif", sarif::render(report, options.sarif)?)],
            Self::Oscal => vec![file("assessment-results.oscal.json", oscal::render(report)?)],
            Self::Ocsf => vec![file("report.ocsf.ndjson", ocsf::render(report)?)],
            Self::Junit => vec![file("report.junit.xml", junit::render(report))],
            Self::Poam => vec![file("poam.csv", poam::render(report, options.csv)?)],
        })
    }
}

/// How formats are written that can be written in more than one way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    pub csv: Dialect,
    pub sarif: SarifProfile,
}

/// One file of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Below the folder of reports.
    pub name: &'static str,
    pub bytes: Vec<u8>,
}

/// A writer into memory failed.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("a CSV file: {0}")]
    Csv(#[from] ::csv::Error),
    #[error("a CSV file: {0}")]
    Flush(String),
    #[error("an HTML page: {0}")]
    Html(#[from] std::io::Error),
}
