//! Findings that stand in the page itself: the worst of each control, by check, with their evidence.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::number;
use super::words::{self, Sign};
use crate::analyzers;
use crate::finding::{Evidence, Finding, Status};

/// Findings of one control that stand in the page; the explorer and the files have all.
pub(super) const MOST: usize = 50;

/// Pointers of one finding that stand in the page.
const POINTERS: usize = 6;

/// Characters of a finding's facts that stand in the page.
const FACTS: usize = 400;

/// Indices of findings, most severe first, then by control and key: the order of the whole page.
pub(super) fn order(findings: &[Finding]) -> Vec<&Finding> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by(|a, b| {
        b.severity
            .cmp(&a.severity)
            .then_with(|| a.control.cmp(&b.control))
            .then_with(|| a.key.cmp(&b.key))
    });
    sorted
}

/// What stands in the page of one control.
pub(super) struct Listed<'a> {
    pub groups: Vec<Group<'a>>,
    pub total: usize,
    /// How many of them stand here.
    pub shown: usize,
}

/// Findings of one check.
pub(super) struct Group<'a> {
    pub check: &'a str,
    pub summary: &'static str,
    pub remediation: &'a str,
    pub rows: Vec<Row<'a>>,
}

pub(super) struct Row<'a> {
    pub anchor: String,
    pub severity: Sign,
    pub accepted: bool,
    /// `asset group 4711`.
    pub object: String,
    pub name: Option<&'a str>,
    pub message: &'a str,
    /// Where it is not the group's.
    pub remediation: Option<&'a str>,
    pub facts: String,
    pub members: usize,
    pub evidence: Vec<&'a Evidence>,
    pub more: usize,
}

/// The worst [`MOST`] of each control; findings of no control stand under 0.
pub(super) fn by_control<'a>(sorted: &[&'a Finding]) -> BTreeMap<u8, Listed<'a>> {
    let mut controls: BTreeMap<u8, Vec<&'a Finding>> = BTreeMap::new();
    for finding in sorted {
        controls.entry(finding.control).or_default().push(finding);
    }
    controls.into_iter().map(|(number, findings)| (number, listed(&findings))).collect()
}

fn listed<'a>(findings: &[&'a Finding]) -> Listed<'a> {
    let mut checks: BTreeMap<&'a str, Vec<&'a Finding>> = BTreeMap::new();
    for finding in findings.iter().take(MOST) {
        checks.entry(&finding.check).or_default().push(finding);
    }
    Listed {
        groups: checks.into_iter().map(|(check, findings)| group(check, &findings)).collect(),
        total: findings.len(),
        shown: findings.len().min(MOST),
    }
}

fn group<'a>(check: &'a str, findings: &[&'a Finding]) -> Group<'a> {
    let remediation = findings.first().map_or("", |finding| finding.remediation.as_str());
    Group {
        check,
        summary: analyzers::check(check).map_or("", |(_, check)| check.summary),
        remediation,
        rows: findings.iter().map(|finding| row(finding, remediation)).collect(),
    }
}

fn row<'a>(finding: &'a Finding, remediation: &str) -> Row<'a> {
    let resource = &finding.resource;
    Row {
        anchor: words::finding_anchor(&finding.fingerprint),
        severity: words::severity(finding.severity),
        accepted: finding.status == Status::Accepted,
        object: format!("{} {}", resource.kind.replace('_', " "), resource.id),
        name: resource.name.as_deref(),
        message: &finding.message,
        remediation: Some(finding.remediation.as_str()).filter(|own| *own != remediation),
        facts: facts(&finding.facts),
        members: finding.members.len(),
        evidence: finding.evidence.iter().take(POINTERS).collect(),
        more: finding.evidence.len().saturating_sub(POINTERS),
    }
}

/// `excluded 0 · hosts 3 · unit addresses`.
fn facts(facts: &Map<String, Value>) -> String {
    let parts = facts.iter().map(|(name, value)| {
        let (name, value) = match (name.strip_suffix("_seconds"), value.as_u64()) {
            (Some(name), Some(seconds)) => (name, number::lasting(seconds)),
            _ => (name.as_str(), said(value)),
        };
        format!("{} {value}", name.replace('_', " "))
    });
    let text = parts.collect::<Vec<_>>().join(" · ");
    match text.char_indices().nth(FACTS) {
        Some((end, _)) => format!("{} …", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn said(value: &Value) -> String {
    match value {
        Value::Null => "unknown".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(said).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// Answers that the rows point at.
pub(super) fn responses(controls: &BTreeMap<u8, Listed<'_>>) -> BTreeSet<u64> {
    let groups = controls.values().flat_map(|listed| &listed.groups);
    let rows = groups.flat_map(|group| &group.rows);
    let pointers = rows.flat_map(|row| &row.evidence);
    pointers.filter_map(|pointer| u64::try_from(pointer.response).ok()).collect()
}
