//! Many snapshots in a row: outcomes, headline metrics and findings over time, gaps shown as gaps.

use serde::Serialize;
use serde_json::Number;

use super::{CompareError, terms};
use crate::assess::{ControlResult, Report, SeverityCounts};
use crate::control::CONTROLS;
use crate::finding::Outcome;

/// A series of snapshots of one subscription.
#[derive(Debug, Clone, Serialize)]
pub struct Trend {
    pub subscription: String,
    /// Whether all were judged alike.
    pub comparable: bool,
    pub reason: Option<String>,
    /// By time.
    pub snapshots: Vec<Point>,
    /// By number; only those that some snapshot selected.
    pub controls: Vec<Series>,
}

/// One snapshot.
#[derive(Debug, Clone, Serialize)]
pub struct Point {
    pub file: String,
    pub id: String,
    pub root: String,
    pub as_of: String,
    pub verdict: String,
    pub completeness: String,
    /// Open ones.
    pub findings: SeverityCounts,
}

/// One control over the snapshots, one entry each; null where it was not selected.
#[derive(Debug, Clone, Serialize)]
pub struct Series {
    pub number: u8,
    pub id: String,
    pub title: String,
    pub outcomes: Vec<Option<Outcome>>,
    /// The headline metric, where the control has one.
    pub metric: Option<MetricSeries>,
}

/// A metric over the snapshots; null where nothing could be measured.
#[derive(Debug, Clone, Serialize)]
pub struct MetricSeries {
    pub id: String,
    pub label: String,
    pub unit: String,
    pub values: Vec<Option<Number>>,
}

/// Sorts the snapshots by time and lines them up. One that is given twice counts once.
///
/// # Errors
/// Snapshots of two subscriptions, and a time that is none.
pub fn trend(reports: Vec<Report>) -> Result<Trend, CompareError> {
    let mut reasons: Vec<String> = Vec::new();
    let mut comparable = true;
    let reports = in_a_row(reports, &mut reasons)?;
    for (before, after) in reports.iter().zip(reports.iter().skip(1)) {
        let (one, other) = (&before.bundle.subscription, &after.bundle.subscription);
        if one != other {
            return Err(CompareError::Subscriptions(one.clone(), other.clone()));
        }
        let (alike, reason) = terms::settings(before, after);
        comparable &= alike;
        reasons.extend(reason.map(|reason| format!("from {}: {reason}", after.as_of)));
    }
    let series = CONTROLS.iter().map(|control| control.number);
    let controls = series.filter_map(|number| series_of(number, &reports)).collect();
    Ok(Trend {
        subscription: reports.first().map(|it| it.bundle.subscription.clone()).unwrap_or_default(),
        comparable,
        reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
        snapshots: reports.iter().map(point).collect(),
        controls,
    })
}

fn in_a_row(reports: Vec<Report>, reasons: &mut Vec<String>) -> Result<Vec<Report>, CompareError> {
    let timed = reports.into_iter().map(|report| Ok((terms::seconds(&report.as_of)?, report)));
    let mut timed: Vec<(i64, Report)> = timed.collect::<Result<_, CompareError>>()?;
    timed.sort_by(|(a, one), (b, other)| (a, &one.bundle.root).cmp(&(b, &other.bundle.root)));
    let all = timed.len();
    timed.dedup_by(|(a, one), (b, other)| a == b && one.bundle.root == other.bundle.root);
    let twice = all - timed.len();
    if twice > 0 {
        reasons.push(format!("{twice} of {all} snapshots are given twice and count once"));
    }
    Ok(timed.into_iter().map(|(_, report)| report).collect())
}

fn point(report: &Report) -> Point {
    let bundle = &report.bundle;
    Point {
        file: bundle.file.clone(),
        id: bundle.id.clone(),
        root: bundle.root.clone(),
        as_of: report.as_of.clone(),
        verdict: bundle.verdict.clone().into_owned(),
        completeness: bundle.completeness.clone(),
        findings: report.summary.findings,
    }
}

fn series_of(number: u8, reports: &[Report]) -> Option<Series> {
    let of = |report: &Report| report.controls.iter().position(|control| control.number == number);
    let results: Vec<_> =
        reports.iter().map(|report| of(report).and_then(|at| report.controls.get(at))).collect();
    let newest = results.iter().rev().find_map(|result| *result)?;
    let headline = results.iter().rev().flatten().find_map(|result| result.metrics.first());
    let metric = headline.map(|headline| MetricSeries {
        id: headline.id.clone(),
        label: headline.label.clone(),
        unit: headline.unit.clone().into_owned(),
        values: results.iter().map(|result| measured(*result, &headline.id)).collect(),
    });
    Some(Series {
        number,
        id: newest.id.clone().into_owned(),
        title: newest.title.clone().into_owned(),
        outcomes: results.iter().map(|result| result.map(|control| control.outcome)).collect(),
        metric,
    })
}

/// What a control that was not assessed shows of a metric is no measurement.
fn measured(result: Option<&ControlResult>, metric: &str) -> Option<Number> {
    let is_known =
        |result: &&ControlResult| !matches!(result.outcome, Outcome::NotAssessed | Outcome::Error);
    let metrics = &result.filter(is_known)?.metrics;
    metrics.iter().find(|one| one.id == metric).and_then(|one| one.value.clone())
}
