//! Series of snapshots: their order, their gaps, and what must not be lined up.

use serde_json::{Value, json};

use super::stage::{Side, With as _};
use crate::assess::Report;
use crate::compare::{CompareError, Trend, trend};
use crate::finding::Outcome;

/// A snapshot of a day in March, with the share that control 1 measures.
fn snapshot(day: u32, share: f64) -> Side {
    Side::of([])
        .with("/as_of", json!(format!("2026-03-{day:02}T02:00:00Z")))
        .with("/bundle/root", json!(format!("sha256:{day}")))
        .with("/controls/0/metrics/0/value", json!(share))
}

fn of(sides: impl IntoIterator<Item = Side>) -> Trend {
    trend(sides.into_iter().map(Side::into_report).collect()).unwrap()
}

/// What control 1 measured, by snapshot.
fn values(trend: &Trend) -> Vec<Option<f64>> {
    let metric = trend.controls[0].metric.as_ref().unwrap();
    metric.values.iter().map(|value| value.as_ref().and_then(serde_json::Number::as_f64)).collect()
}

#[test]
fn snapshots_stand_in_the_order_of_their_times() {
    let east = snapshot(2, 0.2).with("/as_of", json!("2026-03-02T01:00:00+09:00"));
    let trend = of([snapshot(9, 0.9), snapshot(2, 0.3), east, snapshot(5, 0.5)]);
    assert_eq!(values(&trend), [Some(0.2), Some(0.3), Some(0.5), Some(0.9)]);
    assert!(trend.comparable && trend.reason.is_none(), "{:?}", trend.reason);
}

#[test]
fn a_snapshot_that_is_given_twice_counts_once() {
    let trend = of([snapshot(1, 0.1), snapshot(2, 0.2), snapshot(1, 0.1)]);
    assert_eq!(values(&trend), [Some(0.1), Some(0.2)]);
    assert_eq!(trend.reason.as_deref(), Some("1 of 3 snapshots are given twice and count once"));
    // Another bundle of the same second is another snapshot.
    let other = snapshot(1, 0.4).with("/bundle/root", json!("sha256:zz"));
    assert_eq!(of([snapshot(1, 0.1), other]).snapshots.len(), 2);
}

#[test]
fn what_was_not_assessed_or_not_selected_is_a_gap() {
    let blind = snapshot(2, 0.2).with("/controls/0/outcome", json!("not_assessed"));
    let faulty = snapshot(3, 0.3).with("/controls/0/outcome", json!("error"));
    let empty = snapshot(5, 0.5).with("/controls/0/metrics", json!([]));
    let trend = of([snapshot(1, 0.1), blind, faulty, snapshot(4, 0.4), empty]);
    assert_eq!(values(&trend), [Some(0.1), None, None, Some(0.4), None]);
    assert_eq!(trend.controls[0].outcomes[1], Some(Outcome::NotAssessed));
    let mut alone = serde_json::to_value(snapshot(6, 0.6).into_report()).unwrap();
    let controls: Vec<Value> = alone["controls"].as_array().unwrap()[1..].to_vec();
    alone = alone.with("/controls", json!(controls));
    let report: Report = serde_json::from_value(alone).unwrap();
    let trend = trend_of(vec![snapshot(1, 0.1).into_report(), report]);
    assert_eq!((values(&trend), trend.controls[0].outcomes[1]), (vec![Some(0.1), None], None));
}

fn trend_of(reports: Vec<Report>) -> Trend {
    trend(reports).unwrap()
}

#[test]
fn two_subscriptions_are_refused_wherever_they_stand() {
    let other = snapshot(2, 0.2).with("/bundle/subscription", json!("globex"));
    let reports = [snapshot(1, 0.1), other, snapshot(3, 0.3)].map(Side::into_report);
    assert!(matches!(trend(reports.into()), Err(CompareError::Subscriptions(..))));
    let timeless = snapshot(1, 0.1).with("/as_of", json!("")).into_report();
    assert!(matches!(trend(vec![timeless]), Err(CompareError::Time(_))));
    let unknown = |day| snapshot(day, 0.1).with("/bundle/subscription", json!("unknown"));
    assert!(!of([unknown(1), unknown(2)]).comparable);
}

#[test]
fn other_settings_and_a_narrower_view_are_said_of_their_snapshot() {
    let moved = json!({"sla.critical": {"value": 30, "origin": "flag"}});
    let other = snapshot(2, 0.2).with("/profile/parameters", moved);
    let trend = of([snapshot(1, 0.1), other]);
    let reason = trend.reason.unwrap();
    assert!(!trend.comparable && reason.starts_with("from 2026-03-02T02:00:00Z: "), "{reason}");
    let narrow = snapshot(2, 0.2).with("/scope/view", json!("partial"));
    let trend = of([snapshot(1, 0.1), narrow]);
    assert!(trend.comparable && trend.reason.unwrap().contains("narrowed"));
}
