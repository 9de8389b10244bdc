//! Changes since an earlier snapshot: what was fixed told apart from what vanished from view.

use std::collections::BTreeMap;

use super::chart::{self, Part};
use super::number::{self, grouped};
use super::words::{self, Sign};
use crate::assess::{Change, Comparison, DeploymentChange, FindingChange, MetricChange, Report};
use crate::finding::{Finding, Metric};

/// Rows of one list that stand in the page.
const MOST: usize = 50;

pub(super) struct Changes<'a> {
    pub comparison: &'a Comparison,
    pub as_of: String,
    /// SVG.
    pub bar: String,
    pub groups: Vec<Group<'a>>,
    pub controls: Vec<Moved<'a>>,
    pub metrics: Vec<Shifted<'a>>,
    pub deployment: Vec<&'a DeploymentChange>,
    pub deployment_more: usize,
}

/// Findings with one and the same fate.
pub(super) struct Group<'a> {
    pub word: &'static str,
    pub class: &'static str,
    pub meaning: &'static str,
    pub count: String,
    pub rows: Vec<Row<'a>>,
    pub more: usize,
}

pub(super) struct Row<'a> {
    pub change: &'a FindingChange,
    /// As it stands in this report; none where it is gone.
    pub finding: Option<&'a Finding>,
    pub from: Option<Sign>,
    pub to: Option<Sign>,
}

/// A control whose outcome moved.
pub(super) struct Moved<'a> {
    pub title: &'a str,
    pub anchor: String,
    pub from: Option<Sign>,
    pub to: Option<Sign>,
}

/// A metric whose value moved.
pub(super) struct Shifted<'a> {
    pub change: &'a MetricChange,
    pub label: &'a str,
    pub from: String,
    pub to: String,
}

pub(super) fn changes<'a>(report: &'a Report, comparison: &'a Comparison) -> Changes<'a> {
    let findings: BTreeMap<&str, &Finding> =
        report.findings.iter().map(|finding| (finding.key.as_str(), finding)).collect();
    let groups: Vec<Group<'_>> = Change::ALL
        .into_iter()
        .map(|change| group(change, comparison, &findings))
        .filter(|group| group.count != "0")
        .collect();
    Changes {
        comparison,
        as_of: words::time(&comparison.previous.as_of),
        bar: bar(comparison),
        groups,
        controls: controls(report, comparison),
        metrics: comparison.metrics.iter().map(|change| shifted(report, change)).collect(),
        deployment: comparison.deployment.iter().take(MOST).collect(),
        deployment_more: comparison.deployment.len().saturating_sub(MOST),
    }
}

/// How a fate is said: a word, a colour, and what it means.
const fn said(change: Change) -> (&'static str, &'static str, &'static str) {
    match change {
        Change::New => ("new", "fail", "was not there before"),
        Change::Worse => ("worse", "warn", "is more severe than before"),
        Change::Resolved => ("resolved", "pass", "its object is still there, and is healthy now"),
        Change::Better => ("better", "low", "is less severe than before"),
        Change::OutOfScope => (
            "no longer in scope",
            "na",
            "its object is gone or no longer asked for: nothing was fixed",
        ),
        Change::NotVisible => (
            "no longer visible to us",
            "unseen",
            "its object cannot be seen any more: nothing is known",
        ),
        Change::Unchanged => ("unchanged", "info", "is as it was"),
    }
}

fn group<'a>(
    change: Change,
    comparison: &'a Comparison,
    findings: &BTreeMap<&str, &'a Finding>,
) -> Group<'a> {
    let mut of: Vec<&FindingChange> =
        comparison.findings.iter().filter(|row| row.change == change).collect();
    of.sort_by(|a, b| {
        let worst = |row: &FindingChange| row.to.max(row.from);
        worst(b).cmp(&worst(a)).then_with(|| a.key.cmp(&b.key))
    });
    let (word, class, meaning) = said(change);
    // What did not change stands under the controls.
    let shown = if change == Change::Unchanged { 0 } else { MOST };
    Group {
        word,
        class,
        meaning,
        count: grouped(of.len() as u64),
        more: if shown == 0 { 0 } else { of.len().saturating_sub(shown) },
        rows: of
            .into_iter()
            .take(shown)
            .map(|change| Row {
                change,
                finding: findings.get(change.key.as_str()).copied(),
                from: change.from.map(words::severity),
                to: change.to.map(words::severity),
            })
            .collect(),
    }
}

fn bar(comparison: &Comparison) -> String {
    let counts = Change::ALL.map(|change| {
        let (word, class, _) = said(change);
        let of = comparison.findings.iter().filter(|row| row.change == change).count();
        (word, Part { class, count: of as u64 })
    });
    let words: Vec<String> =
        counts.iter().map(|(word, part)| format!("{} {word}", part.count)).collect();
    let parts = counts.map(|(_, part)| part);
    chart::stacked(&format!("Findings by what became of them: {}", words.join(", ")), &parts)
}

fn controls<'a>(report: &'a Report, comparison: &'a Comparison) -> Vec<Moved<'a>> {
    comparison
        .controls
        .iter()
        .map(|change| {
            let control = report.controls.iter().find(|control| control.id == change.id);
            Moved {
                title: control.map_or(change.id.as_str(), |control| &control.title),
                anchor: control.map_or_else(
                    || "controls".to_owned(),
                    |control| words::control_anchor(control.number),
                ),
                from: change.from.map(words::outcome),
                to: change.to.map(words::outcome),
            }
        })
        .collect()
}

fn shifted<'a>(report: &'a Report, change: &'a MetricChange) -> Shifted<'a> {
    let control = report.controls.iter().find(|control| control.number == change.control);
    let metrics = control.into_iter().flat_map(|control| &control.metrics);
    let metric: Option<&Metric> = metrics.into_iter().find(|metric| metric.id == change.id);
    let unit = metric.map_or("", |metric| &metric.unit);
    let value = |value: &Option<serde_json::Number>| {
        value.as_ref().map_or_else(|| "n/a".to_owned(), |value| number::in_unit(value, unit))
    };
    Shifted {
        change,
        label: metric.map_or(change.id.as_str(), |metric| metric.label.as_str()),
        from: value(&change.from),
        to: value(&change.to),
    }
}

/// What became of each finding of the page, for the explorer: the first letter of a word, or `-`.
pub(super) fn letters(comparison: &Comparison, sorted: &[&Finding]) -> String {
    let fates: BTreeMap<&str, Change> =
        comparison.findings.iter().map(|row| (row.key.as_str(), row.change)).collect();
    let letter = |finding: &&Finding| match fates.get(finding.key.as_str()) {
        Some(Change::New) => 'n',
        Some(Change::Worse) => 'w',
        Some(Change::Better) => 'b',
        Some(Change::Unchanged) => 'u',
        _ => '-',
    };
    sorted.iter().map(letter).collect()
}
