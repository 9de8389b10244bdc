//! Two snapshots side by side as a document of its own.

use serde::Serialize;

use super::{Options, RenderError, csv, diff_markdown, html, junit, sarif};
use crate::assess::{Comparison, Report, Summary, Tool};

/// A format of `analyze diff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DiffFormat {
    Markdown,
    Html,
    Json,
    Csv,
    Sarif,
    Junit,
}

impl DiffFormat {
    pub const ALL: [Self; 6] =
        [Self::Markdown, Self::Html, Self::Json, Self::Csv, Self::Sarif, Self::Junit];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
        }
    }

    /// The file below the folder of reports.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Markdown => "diff.md",
            Self::Html => "diff.html",
            Self::Json => "diff.json",
            Self::Csv => "diff.csv",
            Self::Sarif => "diff.sarif",
            Self::Junit => "diff.junit.xml",
        }
    }

    /// Reads one word of `--output`.
    ///
    /// # Errors
    /// A sentence with the formats that exist.
    pub fn parse(word: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.word() == word).ok_or_else(|| {
            let known = Self::ALL.map(Self::word).join(", ");
            format!("a comparison is written as one of {known}, and not as `{word}`")
        })
    }
}

/// What one side was.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Side<'a> {
    pub(super) file: &'a str,
    pub(super) id: &'a str,
    pub(super) root: &'a str,
    pub(super) verdict: &'a str,
    pub(super) completeness: &'a str,
    pub(super) login: &'a str,
    pub(super) view: &'a str,
    pub(super) as_of: &'a str,
    pub(super) collected_from: &'a str,
    pub(super) profile: &'a str,
    pub(super) summary: &'a Summary,
}

/// The document behind `diff.*`.
#[derive(Debug, Clone, Serialize)]
pub struct Diff<'a> {
    format: &'static str,
    format_version: &'static str,
    tool: &'a Tool,
    pub(super) subscription: &'a str,
    pub(super) old: Side<'a>,
    pub(super) new: Side<'a>,
    pub(super) comparison: &'a Comparison,
    /// The newer one, with the comparison.
    #[serde(skip)]
    pub(super) newer: &'a Report,
}

impl<'a> Diff<'a> {
    /// `None` where the newer report holds no comparison.
    pub fn new(old: &'a Report, new: &'a Report) -> Option<Self> {
        Some(Self {
            format: "qsi-diff",
            format_version: "1.0",
            tool: &new.tool,
            subscription: &new.bundle.subscription,
            old: side(old),
            new: side(new),
            comparison: new.comparison.as_ref()?,
            newer: new,
        })
    }

    /// # Errors
    /// None that comes from the content; see [`RenderError`].
    pub fn render(&self, format: DiffFormat, options: Options) -> Result<Vec<u8>, RenderError> {
        match format {
            DiffFormat::Sarif => sarif::compared(self.newer, options.sarif),
            DiffFormat::Junit => Ok(junit::compared(self.newer)),
            DiffFormat::Markdown => Ok(diff_markdown::render(self).into_bytes()),
            DiffFormat::Html => Ok(html::diff(self)?),
            DiffFormat::Csv => csv::changes(self.comparison, options.csv),
            DiffFormat::Json => {
                let mut bytes = serde_json::to_vec_pretty(self)?;
                bytes.push(b'\n');
                Ok(bytes)
            }
        }
    }
}

fn side(report: &Report) -> Side<'_> {
    let bundle = &report.bundle;
    Side {
        file: &bundle.file,
        id: &bundle.id,
        root: &bundle.root,
        verdict: &bundle.verdict,
        completeness: &bundle.completeness,
        login: &report.scope.login,
        view: &report.scope.view,
        as_of: &report.as_of,
        collected_from: &bundle.collected_from,
        profile: &report.profile.sha256,
        summary: &report.summary,
    }
}
