//! `findings.csv`: one row a finding, safe to open in a spreadsheet.

use std::borrow::Cow;

use ::csv::{Terminator, WriterBuilder};

use crate::assess::Report;
use crate::control;

use super::RenderError;

/// How the file is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dialect {
    /// Leaves cells as they are, for machines alone.
    pub raw: bool,
    /// Begins with a byte order mark, which Excel wants for UTF-8.
    pub mark: bool,
}

/// Columns are only ever appended.
const COLUMNS: [&str; 13] = [
    "key",
    "check",
    "control",
    "control_id",
    "severity",
    "status",
    "resource_type",
    "resource_id",
    "resource_name",
    "message",
    "remediation",
    "evidence",
    "fingerprint",
];

/// RFC 4180; evidence ids of one finding are separated by a space.
pub(super) fn findings(report: &Report, dialect: Dialect) -> Result<Vec<u8>, RenderError> {
    let mut bytes = Vec::new();
    if dialect.mark {
        bytes.extend_from_slice(b"\xef\xbb\xbf");
    }
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(bytes);
    writer.write_record(COLUMNS)?;
    for finding in &report.findings {
        let evidence: Vec<&str> = finding.evidence.iter().map(|at| at.id.as_str()).collect();
        let row = [
            finding.key.as_str(),
            &finding.check,
            &finding.control.to_string(),
            control::by_number(finding.control).map_or("", |control| control.id),
            finding.severity.word(),
            finding.status.word(),
            &finding.resource.kind,
            &finding.resource.id,
            finding.resource.name.as_deref().unwrap_or(""),
            &finding.message,
            &finding.remediation,
            &evidence.join(" "),
            &finding.fingerprint,
        ];
        let cells = row.map(|cell| if dialect.raw { Cow::Borrowed(cell) } else { guard(cell) });
        writer.write_record(cells.iter().map(AsRef::<str>::as_ref))?;
    }
    writer.into_inner().map_err(|error| RenderError::Flush(error.to_string()))
}

/// A spreadsheet reads a cell that begins so as a formula, behind spaces too (CWE-1236).
const FORMULA: &[char] = &['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];

fn guard(cell: &str) -> Cow<'_, str> {
    if cell.trim_start_matches(' ').starts_with(FORMULA) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_spreadsheet_would_run_stands_first() {
        for cell in ["=1+1", "+1", "-1", "@sum", "\t=1", "\r", "\n=1", " =1", "＝1", "\0"] {
            assert_eq!(guard(cell), format!("'{cell}"));
        }
        for cell in ["", "a=1", "'=1", "10.0.0.1-10.0.0.9@0", "ev:1#2"] {
            assert_eq!(guard(cell), cell);
        }
    }
}
