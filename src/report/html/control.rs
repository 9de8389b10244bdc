//! One control of the page: its outcome, its numbers, its checks, its findings and its limits.

use std::collections::{BTreeMap, BTreeSet};

use super::chart;
use super::listed::Listed;
use super::number::{self, grouped};
use super::verdict::requirements;
use super::words::{self, Sign};
use crate::analyzers::{self, ANALYZERS};
use crate::assess::{ControlResult, CoverageEntry, Report};
use crate::finding::{CheckResult, Finding, Metric, Severity, Status};

/// Metrics of one control that stand open; the others fold away.
const METRICS: usize = 8;

pub(super) struct Control<'a> {
    pub result: &'a ControlResult,
    pub anchor: String,
    pub sign: Sign,
    /// The outcome before it was demoted.
    pub basis: Option<Sign>,
    /// What the control asks.
    pub question: Option<String>,
    pub blind: Option<String>,
    /// Why it has no verdict.
    pub reason: Option<&'a str>,
    pub headline: Option<Measured<'a>>,
    pub metrics: Vec<Measured<'a>>,
    pub more_metrics: Vec<Measured<'a>>,
    pub checks: Vec<Check<'a>>,
    /// Open findings, most severe first, none of them zero.
    pub open: Vec<(Sign, String)>,
    pub accepted: u64,
    pub listed: Option<&'a Listed<'a>>,
    pub requirements: Vec<String>,
    pub parameters: Vec<Parameter<'a>>,
    pub sources: Vec<Source<'a>>,
}

pub(super) struct Measured<'a> {
    pub metric: &'a Metric,
    pub value: String,
    pub counted: Option<String>,
    pub limit: Option<String>,
    /// SVG.
    pub bar: Option<String>,
}

pub(super) struct Check<'a> {
    pub result: &'a CheckResult,
    pub anchor: String,
    pub sign: Sign,
    pub severity: Sign,
    pub summary: &'static str,
    pub subjects: String,
    pub failed: String,
    pub unknown: String,
}

pub(super) struct Parameter<'a> {
    pub key: &'a str,
    pub value: String,
    pub origin: &'a str,
}

pub(super) struct Source<'a> {
    pub endpoint: &'a str,
    pub anchor: String,
    pub state: String,
    pub class: &'static str,
}

pub(super) fn controls<'a>(
    report: &'a Report,
    listed: &'a BTreeMap<u8, Listed<'a>>,
) -> Vec<Control<'a>> {
    let mut open: BTreeMap<(u8, Severity), u64> = BTreeMap::new();
    let mut accepted: BTreeMap<u8, u64> = BTreeMap::new();
    for Finding { control, severity, status, .. } in &report.findings {
        match status {
            Status::Open => *open.entry((*control, *severity)).or_default() += 1,
            Status::Accepted => *accepted.entry(*control).or_default() += 1,
        }
    }
    report
        .controls
        .iter()
        .map(|result| {
            let open = Severity::ALL.into_iter().rev().filter_map(|severity| {
                let count = open.get(&(result.number, severity))?;
                Some((words::severity(severity), grouped(*count)))
            });
            Control {
                open: open.collect(),
                accepted: accepted.get(&result.number).copied().unwrap_or_default(),
                listed: listed.get(&result.number),
                ..control(report, result)
            }
        })
        .collect()
}

/// The control without its findings.
fn control<'a>(report: &'a Report, result: &'a ControlResult) -> Control<'a> {
    let analyzer = ANALYZERS.iter().find(|analyzer| analyzer.number == result.number);
    let guide = analyzer.map_or("", |analyzer| analyzer.guide);
    let unseen = result.checks.iter().find(|check| check.core && !check.state.is_assessed());
    let mut metrics: Vec<Measured<'_>> = result.metrics.iter().map(measured).collect();
    let more_metrics = metrics.split_off(metrics.len().min(METRICS));
    Control {
        result,
        anchor: words::control_anchor(result.number),
        sign: words::outcome(result.outcome),
        basis: result.basis.map(words::outcome),
        question: words::paragraph(guide, "What"),
        blind: words::paragraph(guide, "What it cannot see"),
        reason: unseen
            .filter(|_| !result.outcome.is_assessed())
            .and_then(|check| check.reason.as_deref()),
        headline: result.metrics.first().map(measured),
        metrics,
        more_metrics,
        checks: result.checks.iter().map(check).collect(),
        open: Vec::new(),
        accepted: 0,
        listed: None,
        requirements: requirements(result),
        parameters: parameters(report, result),
        sources: sources(&report.coverage, result),
    }
}

fn measured(metric: &Metric) -> Measured<'_> {
    Measured {
        metric,
        value: number::value(metric),
        counted: number::counted(metric),
        limit: number::limit(metric),
        bar: chart::bullet(metric),
    }
}

fn check(result: &CheckResult) -> Check<'_> {
    Check {
        result,
        anchor: result.id.to_string(),
        sign: words::outcome(result.state),
        severity: words::severity(result.severity),
        summary: analyzers::check(&result.id).map_or("", |(_, check)| check.summary),
        subjects: grouped(result.subjects),
        failed: grouped(result.failed),
        unknown: grouped(result.unknown),
    }
}

/// What the control's checks read from the profile.
fn parameters<'a>(report: &'a Report, result: &ControlResult) -> Vec<Parameter<'a>> {
    let checks = result.checks.iter().filter_map(|check| analyzers::check(&check.id));
    let keys: BTreeSet<&str> =
        checks.flat_map(|(_, check)| check.parameters.iter().copied()).collect();
    keys.into_iter()
        .filter_map(|key| report.profile.parameters.get_key_value(key))
        .map(|(key, entry)| Parameter {
            key,
            value: super::method::setting(&entry.value),
            origin: entry.origin.as_ref(),
        })
        .collect()
}

/// What the control's checks need of the collection.
fn sources<'a>(coverage: &'a [CoverageEntry], result: &ControlResult) -> Vec<Source<'a>> {
    let checks = result.checks.iter().filter_map(|check| analyzers::check(&check.id));
    let needs: BTreeSet<&str> = checks
        .flat_map(|(_, check)| {
            check.needs.iter().copied().chain(check.any_of.iter().copied().flatten().copied())
        })
        .collect();
    let rows = coverage.iter().filter(|row| needs.contains(row.endpoint.as_str()));
    rows.map(|row| {
        let (state, class) = words::coverage(&row.state);
        let anchor = words::source_anchor(&row.endpoint);
        Source { endpoint: &row.endpoint, anchor, state, class }
    })
    .collect()
}
