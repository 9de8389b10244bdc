//! A report becomes bytes: each format is a pure function of the same plain data.

mod csv;
mod html;
mod json;
mod plain;
mod summary;

pub use csv::Dialect;
pub use plain::plain;
pub use summary::{Screen, summary};

use crate::assess::Report;

/// A format that `--output` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    Json,
    Csv,
    Html,
}

/// Names of formats that the command line knows and this version does not write.
const LATER: &[&str] = &["markdown", "sarif", "oscal", "ocsf", "junit", "poam"];

impl Format {
    pub const ALL: [Self; 3] = [Self::Json, Self::Csv, Self::Html];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Html => "html",
        }
    }

    /// Reads one word of `--output`.
    ///
    /// # Errors
    /// A sentence with the formats that exist.
    pub fn parse(word: &str) -> Result<Self, String> {
        let known = Self::ALL.map(Self::word).join(", ");
        Self::ALL.into_iter().find(|format| format.word() == word).ok_or_else(|| {
            if LATER.contains(&word) {
                format!("{word} is not written by this version; {known} are")
            } else {
                format!("there is no format `{word}`; {known} are written")
            }
        })
    }

    /// The name of the file that it fills.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Json => "report.json",
            Self::Csv => "findings.csv",
            Self::Html => "report.html",
        }
    }

    /// # Errors
    /// None that comes from a report's content; see [`RenderError`].
    pub fn render(self, report: &Report, dialect: Dialect) -> Result<Vec<u8>, RenderError> {
        match self {
            Self::Json => json::render(report),
            Self::Csv => csv::findings(report, dialect),
            Self::Html => Ok(html::render(report)?),
        }
    }
}

/// A writer into memory failed.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("report.json: {0}")]
    Json(#[from] serde_json::Error),
    #[error("findings.csv: {0}")]
    Csv(#[from] ::csv::Error),
    #[error("findings.csv: {0}")]
    Flush(String),
    #[error("report.html: {0}")]
    Html(#[from] std::io::Error),
}
