//! A comparison as GitHub-flavoured Markdown.

use std::fmt::Write as _;

use serde_json::Number;

use super::diff::{Diff, Side};
use super::markdown::prose;
use crate::assess::{Change, DeploymentChange, FindingChange, Movement, PartsChange};
use crate::control;
use crate::finding::{CheckState, Severity, Status};

pub(super) fn render(diff: &Diff<'_>) -> String {
    let comparison = diff.comparison;
    let mut text = format!("# Changes in subscription {}\n\n", cell(diff.subscription));
    sides(&mut text, &diff.old, &diff.new);
    if !comparison.comparable {
        text.push_str("**These two snapshots are not comparable as a whole.** ");
    }
    if let Some(reason) = &comparison.reason {
        let _ = writeln!(text, "{}.\n", cell(reason));
    }
    if comparison.is_empty() {
        text.push_str("Nothing changed between the two snapshots.\n\n");
    }
    totals(&mut text, diff);
    controls(&mut text, diff);
    for change in Change::ALL.into_iter().filter(|change| *change != Change::Unchanged) {
        findings(&mut text, diff, change);
    }
    movements(&mut text, &comparison.movements);
    deployment(&mut text, &comparison.deployment);
    metrics(&mut text, diff);
    text
}

/// How a side is shown in one row.
type Shown = fn(&Side<'_>) -> String;

fn sides(text: &mut String, old: &Side<'_>, new: &Side<'_>) {
    text.push_str("| | older | newer |\n|---|---|---|\n");
    let rows: [(&str, Shown); 6] = [
        ("as of", |side| side.as_of.to_owned()),
        ("bundle", |side| side.file.to_owned()),
        ("root", |side| side.root.to_owned()),
        ("verdict", |side| format!("{}, {}", side.verdict, side.completeness)),
        ("seen by", |side| format!("{} ({} view)", side.login, side.view)),
        ("open findings", |side| side.summary.findings.total().to_string()),
    ];
    for (name, value) in rows {
        let _ = writeln!(text, "| {name} | {} | {} |", cell(&value(old)), cell(&value(new)));
    }
    text.push('\n');
}

fn totals(text: &mut String, diff: &Diff<'_>) {
    let comparison = diff.comparison;
    let _ = writeln!(text, "| findings of severity {} and above | |", comparison.severity.word());
    text.push_str("|---|--:|\n");
    for change in Change::ALL {
        let _ = writeln!(text, "| {} | {} |", title(change), comparison.count(change));
    }
    text.push('\n');
}

fn controls(text: &mut String, diff: &Diff<'_>) {
    let moved = &diff.comparison.controls;
    if moved.is_empty() {
        return;
    }
    text.push_str("## Controls\n\n| control | from | to |\n|---|---|---|\n");
    for one in moved {
        let word = |outcome: Option<CheckState>| {
            outcome.map_or("not selected".to_owned(), |outcome| outcome.word().replace('_', " "))
        };
        let title = control::by_number(one.number).map_or("", |control| control.title);
        let (from, to) = (word(one.from), word(one.to));
        let _ = writeln!(text, "| {} {title} | {from} | {to} |", one.number);
    }
    text.push('\n');
}

/// The heading of a kind of change.
pub(super) const fn title(change: Change) -> &'static str {
    match change {
        Change::New => "new",
        Change::Worse => "worse",
        Change::Resolved => "resolved",
        Change::Better => "better",
        Change::OutOfScope => "no longer in scope",
        Change::NotVisible => "no longer visible to us",
        Change::Unchanged => "unchanged",
    }
}

fn findings(text: &mut String, diff: &Diff<'_>, change: Change) {
    let mut rows: Vec<&FindingChange> =
        diff.comparison.findings.iter().filter(|finding| finding.change == change).collect();
    if rows.is_empty() {
        return;
    }
    rows.sort_by(|a, b| b.to.max(b.from).cmp(&a.to.max(a.from)).then_with(|| a.key.cmp(&b.key)));
    let explained = matches!(change, Change::OutOfScope | Change::NotVisible);
    let told = if explained { "what it was" } else { "what" };
    let _ = writeln!(text, "## Findings: {} ({})\n", title(change), rows.len());
    let _ = writeln!(text, "| severity | key | {told} | remark |\n|---|---|---|---|");
    for row in rows {
        let message = row.message.as_deref().unwrap_or("");
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            severities(row),
            cell(&row.key),
            cell(message),
            cell(row.reason.as_deref().unwrap_or(""))
        );
    }
    text.push('\n');
}

/// `high`, `medium → high`, or what a waiver did.
fn severities(row: &FindingChange) -> String {
    let side = |severity: Option<Severity>, status: Option<Status>| match (severity, status) {
        (Some(severity), _) => Some(severity.word()),
        (None, Some(Status::Accepted)) => Some("accepted"),
        _ => None,
    };
    match (side(row.from, row.status.from), side(row.to, row.status.to)) {
        (Some(from), Some(to)) if from != to => format!("{from} → {to}"),
        (from, to) => to.or(from).unwrap_or_default().to_owned(),
    }
}

/// What was counted; a count of nothing is left out unless something is said of it.
fn movements(text: &mut String, movements: &[Movement]) {
    let rows: Vec<&Movement> = movements.iter().filter(|one| one.is_told()).collect();
    if rows.is_empty() {
        return;
    }
    text.push_str("## In between\n\n| control | what | number | remark | for example |\n");
    text.push_str("|--:|---|--:|---|---|\n");
    for one in rows {
        let count = one.count.map_or("unknown".to_owned(), |count| count.to_string());
        let old = one.evidence.old.iter().map(|id| format!("old {id}"));
        let new = one.evidence.new.iter().map(|id| format!("new {id}"));
        let examples: Vec<String> = old.chain(new).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {count} | {} | {} |",
            one.control,
            cell(&one.label),
            cell(one.remark.as_deref().unwrap_or("")),
            cell(&examples.join(", "))
        );
    }
    text.push('\n');
}

fn deployment(text: &mut String, changes: &[DeploymentChange]) {
    if changes.is_empty() {
        return;
    }
    let _ = writeln!(text, "## The deployment itself ({})\n", changes.len());
    text.push_str("| control | what | change | field | from | to | evidence |\n");
    text.push_str("|--:|---|---|---|---|---|---|\n");
    for one in changes {
        let name = one.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
        let side = |label: &str, id: &Option<String>| {
            id.as_ref().map(|id| format!("{label} {id}")).unwrap_or_default()
        };
        let evidence = [side("old", &one.evidence.old), side("new", &one.evidence.new)];
        let evidence: Vec<String> = evidence.into_iter().filter(|part| !part.is_empty()).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            one.control,
            cell(&format!("{} {}{name}", one.kind.replace('_', " "), one.id)),
            one.change.word(),
            cell(one.field.as_deref().unwrap_or("")),
            cell(one.from.as_deref().unwrap_or("")),
            cell(one.to.as_deref().unwrap_or("")),
            cell(&evidence.join(", "))
        );
    }
    text.push('\n');
}

fn metrics(text: &mut String, diff: &Diff<'_>) {
    let moved = &diff.comparison.metrics;
    if moved.is_empty() {
        return;
    }
    text.push_str("## Metrics\n\n| control | metric | from | to |\n|--:|---|--:|--:|\n");
    for one in moved {
        let value = |value: &Option<Number>, parts: Option<[u64; 2]>| {
            let value = value.as_ref().map_or("–".to_owned(), |value| number(value, &one.unit));
            parts.map_or(value.clone(), |[part, all]| format!("{value} ({part} of {all})"))
        };
        let parts = |side: fn(&PartsChange) -> Option<[u64; 2]>| one.parts.as_ref().and_then(side);
        let from = value(&one.from, parts(|parts| parts.from));
        let to = value(&one.to, parts(|parts| parts.to));
        let name = if one.label.is_empty() { &one.id } else { &one.label };
        let _ = writeln!(text, "| {} | {} | {from} | {to} |", one.control, cell(name));
    }
    text.push('\n');
}

/// A ratio in per cent, rounded down to two decimals so that it never reads as its limit; anything
/// else with its unit.
pub(super) fn number(value: &Number, unit: &str) -> String {
    match (unit, value.as_f64()) {
        ("ratio", Some(share)) => format!("{:.2} %", (share * 10_000.0).floor() / 100.0),
        ("count", _) => value.to_string(),
        _ => format!("{value} {unit}"),
    }
}

/// Text of the audited side in a table's cell: nothing in it is markup.
pub(super) fn cell(text: &str) -> String {
    prose(text)
}
