//! What this assessment could not see: the limits that stand before its numbers.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::chart;
use super::number::{grouped, plural};
use super::words;
use crate::analyzers::{self, ANALYZERS};
use crate::assess::{ControlResult, CoverageEntry, Report};
use crate::finding::CheckResult;

pub(super) struct Unseen<'a> {
    /// Sentences about the view, the age of the evidence, the selection, what is hidden.
    pub limits: Vec<String>,
    pub sources: Vec<Source<'a>>,
    pub sources_total: usize,
    /// SVG.
    pub sources_dots: String,
    pub unassessed: Vec<Unassessed<'a>>,
    pub unknown: Vec<Unknown<'a>>,
}

/// An endpoint whose list was not read to its end.
pub(super) struct Source<'a> {
    pub anchor: String,
    pub row: &'a CoverageEntry,
    pub state: String,
    pub pages: String,
    pub records: String,
    /// Numbers of the controls that need it.
    pub controls: Vec<u8>,
}

/// Checks without a verdict for one and the same reason.
pub(super) struct Unassessed<'a> {
    pub reason: &'a str,
    pub count: usize,
    pub controls: Vec<Partly<'a>>,
}

pub(super) struct Partly<'a> {
    pub control: &'a ControlResult,
    pub anchor: String,
    /// Empty where it is every check of the control.
    pub checks: Vec<&'a CheckResult>,
    pub count: usize,
}

/// A check that could not judge some of its subjects.
pub(super) struct Unknown<'a> {
    pub check: &'a CheckResult,
    pub control: &'a ControlResult,
    pub summary: &'static str,
    pub of: String,
}

pub(super) fn unseen(report: &Report) -> Unseen<'_> {
    let sources = report.coverage.iter().filter(|row| !words::is_whole(&row.state));
    Unseen {
        limits: limits(report),
        sources: sources.map(source).collect(),
        sources_total: report.coverage.len(),
        sources_dots: dots(report),
        unassessed: unassessed(report),
        unknown: unknown(report),
    }
}

fn dots(report: &Report) -> String {
    let whole: Vec<bool> = report.coverage.iter().map(|row| words::is_whole(&row.state)).collect();
    let read = whole.iter().filter(|whole| **whole).count();
    chart::dots(&format!("{read} of {} lists were read to their end", whole.len()), &whole)
}

fn source(row: &CoverageEntry) -> Source<'_> {
    let needs = |analyzer: &&&crate::analyzers::Analyzer| {
        analyzer.checks.iter().any(|check| {
            let alternatives = check.any_of.iter().copied().flatten();
            check.needs.iter().chain(alternatives).any(|need| *need == row.endpoint)
        })
    };
    Source {
        anchor: words::source_anchor(&row.endpoint),
        row,
        state: words::coverage(&row.state).0,
        pages: grouped(row.pages),
        records: grouped(row.records),
        controls: ANALYZERS.iter().filter(needs).map(|analyzer| analyzer.number).collect(),
    }
}

fn limits(report: &Report) -> Vec<String> {
    let mut limits = report.notes.clone();
    let scope = &report.scope;
    match &*scope.view {
        "full" => {}
        "partial" => limits.push(format!(
            "The login {} sees a part of the subscription: what it does not see is in no number here.",
            scope.login
        )),
        _ => limits.push(format!(
            "Nothing proves that the login {} sees the whole subscription.",
            scope.login
        )),
    }
    if report.bundle.completeness != "complete" {
        limits.push(format!("The collection is {}.", report.bundle.completeness));
    }
    limits.extend(age(report));
    let selected = report.controls.len();
    let all = ANALYZERS.len();
    if selected < all {
        limits
            .push(format!("{selected} of {all} controls were selected; the others are not here."));
    }
    let hidden = report.summary.hidden.total();
    if hidden > 0 {
        let least = report.filter.severity.word();
        let are = if hidden == 1 { "is" } else { "are" };
        limits.push(format!(
            "{} below severity {least} {are} counted and not listed.",
            plural(hidden, "finding", "findings")
        ));
    }
    limits
}

/// How old the evidence is when the assessment looks at it.
fn age(report: &Report) -> Option<String> {
    let time = |text: &str| text.parse::<Timestamp>().ok().map(Timestamp::as_second);
    let age = time(&report.as_of)?.checked_sub(time(&report.bundle.collected_from)?)?;
    let days = u64::try_from(age).ok()? / 86_400;
    let old = plural(days, "day", "days");
    (days > 0).then(|| format!("The evidence is {old} older than the clock of this assessment."))
}

fn unassessed(report: &Report) -> Vec<Unassessed<'_>> {
    let mut reasons: BTreeMap<&str, Vec<Partly<'_>>> = BTreeMap::new();
    for control in &report.controls {
        let mut checks: BTreeMap<&str, Vec<&CheckResult>> = BTreeMap::new();
        for check in control.checks.iter().filter(|check| !check.state.is_assessed()) {
            let reason = check.reason.as_deref().unwrap_or("no reason is given");
            checks.entry(reason).or_default().push(check);
        }
        for (reason, checks) in checks {
            let count = checks.len();
            let checks = if count == control.checks.len() { Vec::new() } else { checks };
            let anchor = words::control_anchor(control.number);
            reasons.entry(reason).or_default().push(Partly { control, anchor, checks, count });
        }
    }
    let mut groups: Vec<Unassessed<'_>> = reasons
        .into_iter()
        .map(|(reason, controls)| {
            let count = controls.iter().map(|partly| partly.count).sum();
            Unassessed { reason, count, controls }
        })
        .collect();
    groups.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.reason.cmp(b.reason)));
    groups
}

fn unknown(report: &Report) -> Vec<Unknown<'_>> {
    let checks = report
        .controls
        .iter()
        .flat_map(|control| control.checks.iter().map(move |check| (control, check)));
    checks
        .filter(|(_, check)| check.unknown > 0)
        .map(|(control, check)| Unknown {
            check,
            control,
            summary: analyzers::check(&check.id).map_or("", |(_, check)| check.summary),
            of: format!("{} of {}", grouped(check.unknown), grouped(check.subjects)),
        })
        .collect()
}
