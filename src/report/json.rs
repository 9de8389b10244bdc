//! `report.json`: the canonical report as indented JSON with a final newline, written and read.

use serde::Deserialize;

use crate::assess::Report;

use super::RenderError;

pub(super) fn render(report: &Report) -> Result<Vec<u8>, RenderError> {
    let mut bytes = serde_json::to_vec_pretty(report)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Why a saved report is refused.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("it is no report of `analyze run --output json`: {0}")]
    Json(#[from] serde_json::Error),
    #[error("it is no report of `analyze run`: its format is {0:?}")]
    Format(String),
    #[error("its format has version {0:?}, and this program reads 1.x")]
    Version(String),
}

/// What every version of the format has.
#[derive(Debug, Deserialize)]
struct Head {
    format: String,
    format_version: String,
}

/// Reads a saved report. Fields that a later 1.x adds are ignored.
///
/// # Errors
/// Other JSON, another format, or another major version; with line and column.
pub fn read(bytes: &[u8]) -> Result<Report, ReadError> {
    let head: Head = serde_json::from_slice(bytes)?;
    if head.format != "qsi-report" {
        return Err(ReadError::Format(head.format));
    }
    if head.format_version.split('.').next() != Some("1") {
        return Err(ReadError::Version(head.format_version));
    }
    Ok(serde_json::from_slice(bytes)?)
}
