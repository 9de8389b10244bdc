//! The CSV files: findings, controls, frameworks, evidence; safe to open in a spreadsheet.

use std::borrow::Cow;

use ::csv::{Terminator, Writer, WriterBuilder};

use crate::assess::{Comparison, Report};
use crate::compare::Trend;
use crate::control;
use crate::finding::{Outcome, Severity, Status};

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
const FINDINGS: &[&str] = &[
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

const CONTROLS: &[&str] =
    &["number", "id", "title", "outcome", "basis", "assessed", "of", "open", "accepted"];

const FRAMEWORKS: &[&str] = &["framework", "requirement", "control", "outcome"];

const EVIDENCE: &[&str] =
    &["id", "endpoint", "state", "page", "records", "bytes", "time", "sha256"];

const TREND: &[&str] =
    &["as_of", "bundle", "control", "control_id", "outcome", "metric", "value", "unit"];

const CHANGES: &[&str] = &[
    "about",
    "change",
    "control",
    "type",
    "id",
    "name",
    "field",
    "from",
    "to",
    "remark",
    "evidence_old",
    "evidence_new",
];

/// One row a finding; evidence ids of one finding are separated by a space.
pub(super) fn findings(report: &Report, dialect: Dialect) -> Result<Vec<u8>, RenderError> {
    let mut table = Table::new(FINDINGS, dialect)?;
    for finding in &report.findings {
        let evidence: Vec<&str> = finding.evidence.iter().map(|at| at.id.as_str()).collect();
        table.row([
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
        ])?;
    }
    table.bytes()
}

/// One row a control; `open` counts what the filter hides too.
pub(super) fn controls(report: &Report, dialect: Dialect) -> Result<Vec<u8>, RenderError> {
    let mut table = Table::new(CONTROLS, dialect)?;
    for control in &report.controls {
        table.row([
            control.number.to_string().as_str(),
            &control.id,
            &control.title,
            control.outcome.word(),
            control.basis.map_or("", Outcome::word),
            &control.assessed.to_string(),
            &control.of.to_string(),
            &control.findings.total().to_string(),
            &control.accepted.to_string(),
        ])?;
    }
    table.bytes()
}

/// One row for each control that a requirement maps to.
pub(super) fn frameworks(report: &Report, dialect: Dialect) -> Result<Vec<u8>, RenderError> {
    let mut table = Table::new(FRAMEWORKS, dialect)?;
    for requirement in &report.requirements {
        for number in &requirement.controls {
            let control = report.controls.iter().find(|control| control.number == *number);
            table.row([
                requirement.framework.as_ref(),
                &requirement.requirement,
                &number.to_string(),
                control.map_or("", |control| control.outcome.word()),
            ])?;
        }
    }
    table.bytes()
}

/// One row an answer of the collection.
pub(super) fn evidence(report: &Report, dialect: Dialect) -> Result<Vec<u8>, RenderError> {
    let mut table = Table::new(EVIDENCE, dialect)?;
    for answer in &report.evidence {
        table.row([
            answer.id.as_str(),
            &answer.endpoint,
            &answer.state,
            &answer.page.to_string(),
            &answer.records.to_string(),
            &answer.bytes.to_string(),
            &answer.time,
            answer.sha256.as_deref().unwrap_or(""),
        ])?;
    }
    table.bytes()
}

/// One row a change of a control, a finding, the deployment or a metric, and one a count of what
/// happened in between; a finding's id is its key.
pub(super) fn changes(comparison: &Comparison, dialect: Dialect) -> Result<Vec<u8>, RenderError> {
    let mut table = Table::new(CHANGES, dialect)?;
    let word = |text: Option<String>| text.unwrap_or_default();
    for one in &comparison.controls {
        let side = |outcome: Option<Outcome>| outcome.map_or("", Outcome::word);
        let number = one.number.to_string();
        let (from, to) = (side(one.from), side(one.to));
        table.row(["control", "changed", &number, "", &one.id, "", "", from, to, "", "", ""])?;
    }
    for one in &comparison.findings {
        let side = |severity: Option<Severity>, status: Option<Status>| match severity {
            Some(severity) => severity.word(),
            None => status.map_or("", Status::word),
        };
        table.row([
            "finding",
            one.change.word(),
            &one.control.to_string(),
            &one.check,
            &one.key,
            one.name.as_deref().unwrap_or(""),
            "",
            side(one.from, one.status.from),
            side(one.to, one.status.to),
            one.reason.as_deref().or(one.message.as_deref()).unwrap_or(""),
            "",
            "",
        ])?;
    }
    for one in &comparison.deployment {
        table.row([
            "deployment",
            one.change.word(),
            &one.control.to_string(),
            &one.kind,
            &one.id,
            one.name.as_deref().unwrap_or(""),
            one.field.as_deref().unwrap_or(""),
            one.from.as_deref().unwrap_or(""),
            one.to.as_deref().unwrap_or(""),
            "",
            one.evidence.old.as_deref().unwrap_or(""),
            one.evidence.new.as_deref().unwrap_or(""),
        ])?;
    }
    for one in &comparison.metrics {
        let value =
            |value: &Option<serde_json::Number>| word(value.as_ref().map(ToString::to_string));
        let (number, from, to) = (one.control.to_string(), value(&one.from), value(&one.to));
        table.row([
            "metric", "changed", &number, &one.unit, &one.id, &one.label, "", &from, &to, "", "",
            "",
        ])?;
    }
    for one in &comparison.movements {
        let count = word(one.count.map(|count| count.to_string()));
        table.row([
            "movement",
            if one.count.is_some() { "counted" } else { "unknown" },
            &one.control.to_string(),
            "count",
            &one.id,
            &one.label,
            "",
            "",
            &count,
            one.remark.as_deref().unwrap_or(""),
            &one.evidence.old.join(" "),
            &one.evidence.new.join(" "),
        ])?;
    }
    table.bytes()
}

/// One row for each snapshot and control.
pub(super) fn trend(trend: &Trend, dialect: Dialect) -> Result<Vec<u8>, RenderError> {
    let mut table = Table::new(TREND, dialect)?;
    for (at, point) in trend.snapshots.iter().enumerate() {
        for series in &trend.controls {
            let metric = series.metric.as_ref();
            let value = metric.and_then(|metric| metric.values.get(at)).and_then(Option::as_ref);
            table.row([
                point.as_of.as_str(),
                &point.id,
                &series.number.to_string(),
                &series.id,
                series.outcomes.get(at).copied().flatten().map_or("", Outcome::word),
                metric.map_or("", |metric| metric.id.as_str()),
                &value.map(ToString::to_string).unwrap_or_default(),
                metric.map_or("", |metric| metric.unit.as_str()),
            ])?;
        }
    }
    table.bytes()
}

/// A file of RFC 4180 that is being written into memory.
pub(super) struct Table {
    writer: Writer<Vec<u8>>,
    raw: bool,
}

impl Table {
    pub(super) fn new(columns: &[&str], dialect: Dialect) -> Result<Self, RenderError> {
        let mut bytes = Vec::new();
        if dialect.mark {
            bytes.extend_from_slice(b"\xef\xbb\xbf");
        }
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(bytes);
        writer.write_record(columns)?;
        Ok(Self { writer, raw: dialect.raw })
    }

    pub(super) fn row<const N: usize>(&mut self, row: [&str; N]) -> Result<(), RenderError> {
        let cells = row.map(|cell| if self.raw { Cow::Borrowed(cell) } else { guard(cell) });
        Ok(self.writer.write_record(cells.iter().map(AsRef::<str>::as_ref))?)
    }

    pub(super) fn bytes(self) -> Result<Vec<u8>, RenderError> {
        self.writer.into_inner().map_err(|error| RenderError::Flush(error.to_string()))
    }
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
