//! One control of the page: its outcome, its numbers, its checks, its findings and its limits.

use std::collections::{BTreeMap, BTreeSet};

use super::changes;
use super::chart::{self, Ages, Groups};
use super::listed::Listed;
use super::number::{self, grouped};
use super::verdict::requirements;
use super::words::{self, Sign};
use crate::analyzers::{self, ANALYZERS};
use crate::assess::{Comparison, ControlResult, CoverageEntry, Report};
use crate::finding::{CheckResult, Metric, Severity};

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
    /// All of them.
    pub open_count: u64,
    pub accepted: u64,
    /// Present where the report compares.
    pub since: Option<Since>,
    /// Of control 10.
    pub ages: Option<Ages>,
    /// Of control 1.
    pub groups: Option<Groups>,
    pub listed: Option<&'a Listed<'a>>,
    pub requirements: Vec<String>,
    pub parameters: Vec<Parameter<'a>>,
    pub sources: Vec<Source<'a>>,
}

impl Control<'_> {
    /// The frameworks that map it to something.
    pub(super) fn frameworks(&self) -> String {
        let mapped = self.result.frameworks.iter().filter(|(_, ids)| !ids.is_empty());
        mapped.map(|(framework, _)| framework).collect::<Vec<_>>().join("|")
    }
}

pub(super) struct Measured<'a> {
    pub metric: &'a Metric,
    pub value: String,
    pub counted: Option<String>,
    pub limit: Option<String>,
    /// SVG.
    pub bar: Option<String>,
}

/// What moved since the earlier snapshot.
pub(super) struct Since {
    /// The outcome that it had, where it is another one now.
    pub outcome: Option<&'static str>,
    /// The headline that it had, where it reads otherwise now, and how far it moved.
    pub headline: Option<(String, String)>,
    /// `2 new, 3 resolved`; empty where no finding moved.
    pub findings: String,
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
    report
        .controls
        .iter()
        .map(|result| Control { listed: listed.get(&result.number), ..control(report, result) })
        .collect()
}

/// The control without its findings.
fn control<'a>(report: &'a Report, result: &'a ControlResult) -> Control<'a> {
    let analyzer = ANALYZERS.iter().find(|analyzer| analyzer.number == result.number);
    let guide = analyzer.map_or("", |analyzer| analyzer.guide);
    let unseen = result.checks.iter().find(|check| check.core && !check.state.is_assessed());
    let mut metrics: Vec<Measured<'_>> = result.metrics.iter().map(measured).collect();
    let more_metrics = metrics.split_off(metrics.len().min(METRICS));
    let by_severity = Severity::ALL.into_iter().rev();
    let open = by_severity
        .map(|severity| (words::severity(severity), result.findings.of(severity)))
        .filter(|(_, count)| *count > 0)
        .map(|(sign, count)| (sign, grouped(count)));
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
        open: open.collect(),
        open_count: result.findings.total(),
        accepted: result.accepted,
        since: report.comparison.as_ref().map(|comparison| since(comparison, result)),
        ages: (result.number == 10)
            .then(|| chart::ages(&result.metrics, |class| limit(report, class)))
            .flatten(),
        groups: (result.number == 1).then(|| chart::groups(&result.metrics)).flatten(),
        listed: None,
        requirements: requirements(result),
        parameters: parameters(report, result),
        sources: sources(&report.coverage, result),
    }
}

/// Days that a class may stay open.
fn limit(report: &Report, class: &str) -> Option<u64> {
    report.profile.parameters.get(&format!("sla.{class}"))?.value.as_u64()
}

fn since(comparison: &Comparison, result: &ControlResult) -> Since {
    let moved = comparison.controls.iter().find(|change| change.number == result.number);
    let headline = result.metrics.first().and_then(|headline| {
        let mut metrics = comparison.metrics.iter();
        metrics.find(|change| change.control == result.number && change.id == headline.id)
    });
    Since {
        outcome: moved
            .map(|change| change.from.map_or("not selected", |from| words::outcome(from).word)),
        headline: headline.and_then(|change| {
            let (from, to) = (change.from.as_ref(), change.to.as_ref());
            let was = number::measured(from, &change.unit);
            let by = number::moved(from, to, &change.unit).unwrap_or_default();
            (was != number::measured(to, &change.unit)).then_some((was, by))
        }),
        findings: changes::of_control(comparison, result.number),
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
