//! Two assessed snapshots become a comparison: findings, controls, metrics and the deployment itself.

mod deployment;
mod fate;
mod findings;
mod inventory;
mod movement;
mod terms;
mod trend;

#[cfg(test)]
mod tests;

use rusqlite::Connection;

pub use trend::{MetricSeries, Point, Series, Trend, trend};

use crate::assess::{
    Comparison, ControlChange, ControlResult, MetricChange, PartsChange, PointerError, Previous,
    Report,
};
use crate::finding::{Metric, Severity};
use crate::profile::Inputs;

/// One side of a comparison.
#[derive(Debug, Clone, Copy)]
pub struct Snapshot<'a> {
    pub report: &'a Report,
    /// The evidence model behind the report; a saved report has none.
    pub model: Option<&'a Connection>,
    /// What the profile names beside its limits; a saved report has none.
    pub inputs: Option<&'a Inputs>,
}

/// Why two snapshots are not compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// Nothing that is said of one subscription is a change of another.
    #[error("the snapshots are of two subscriptions: {0} and {1}")]
    Subscriptions(String, String),
    #[error("the evidence model cannot be read: {0}")]
    Sql(#[from] rusqlite::Error),
    #[error(transparent)]
    Pointer(#[from] PointerError),
    /// A fault of this program.
    #[error(
        "the statement for {kind} gives {found} columns of its own, and {wanted} fields are declared"
    )]
    Columns { kind: &'static str, found: usize, wanted: usize },
    /// A fault of this program.
    #[error("the built-in list of sensitive actions: {0}")]
    Rules(String),
    #[error("a time of a report is no RFC 3339 time: {0:?}")]
    Time(String),
}

/// Compares `new` with `old`. Findings below `limit`, and below what either report shows, are left
/// out of the comparison.
///
/// # Errors
/// Two subscriptions, or an evidence model that cannot be read.
pub fn compare(
    old: Snapshot<'_>,
    new: Snapshot<'_>,
    limit: Severity,
) -> Result<Comparison, CompareError> {
    let terms = terms::of(old, new)?;
    let shown = limit.max(old.report.filter.severity).max(new.report.filter.severity);
    let (findings, worst_new) = findings::compare(old, new, &terms, shown)?;
    Ok(Comparison {
        previous: previous(old.report),
        comparable: terms.alike,
        reason: terms.reason(),
        severity: shown,
        worst_new,
        controls: controls(old.report, new.report),
        findings,
        metrics: metrics(old.report, new.report),
        deployment: deployment::compare(old, new)?,
        movements: movement::compare(old, new)?,
    })
}

fn previous(report: &Report) -> Previous {
    Previous {
        id: report.bundle.id.clone(),
        root: report.bundle.root.clone(),
        as_of: report.as_of.clone(),
    }
}

/// Controls of either side by number, with their results.
fn side_by_side<'a>(
    old: &'a Report,
    new: &'a Report,
) -> impl Iterator<Item = (u8, Option<&'a ControlResult>, Option<&'a ControlResult>)> {
    let of = |report: &'a Report, number| {
        report.controls.iter().find(|control| control.number == number)
    };
    let sides = (1..=u8::MAX).map(move |number| (number, of(old, number), of(new, number)));
    sides.filter(|(_, old, new)| old.is_some() || new.is_some())
}

fn controls(old: &Report, new: &Report) -> Vec<ControlChange> {
    side_by_side(old, new)
        .filter_map(|(number, old, new)| {
            let (from, to) = (old.map(|it| it.outcome), new.map(|it| it.outcome));
            let id = new.or(old)?.id.clone().into_owned();
            (from != to).then_some(ControlChange { number, id, from, to })
        })
        .collect()
}

fn metrics(old: &Report, new: &Report) -> Vec<MetricChange> {
    let mut changes = Vec::new();
    for (control, old, new) in side_by_side(old, new) {
        let of = |side: Option<&ControlResult>| -> Vec<Metric> {
            side.map(|control| control.metrics.clone()).unwrap_or_default()
        };
        let (before, after) = (of(old), of(new));
        let mut ids: Vec<&Metric> = after.iter().chain(&before).collect();
        ids.sort_by(|a, b| a.id.cmp(&b.id));
        ids.dedup_by(|a, b| a.id == b.id);
        for metric in ids {
            let of = |side: &[Metric]| side.iter().find(|one| one.id == metric.id).cloned();
            let (was, is) = (of(&before), of(&after));
            let parts = |side: &Option<Metric>| {
                side.as_ref().and_then(|one| Some([one.numerator?, one.denominator?]))
            };
            let (before, after) = (parts(&was), parts(&is));
            let parts = PartsChange { from: before, to: after };
            let value = |side: Option<Metric>| side.and_then(|one| one.value);
            let (from, to) = (value(was), value(is));
            if from != to {
                changes.push(MetricChange {
                    control,
                    id: metric.id.clone(),
                    label: metric.label.clone(),
                    unit: metric.unit.clone().into_owned(),
                    from,
                    to,
                    parts: (before.is_some() || after.is_some()).then_some(parts),
                });
            }
        }
    }
    changes
}
