//! A series of snapshots that no tenant made: gaps, controls that were not selected, any text.

use qualys_sec_inspector::assess::SeverityCounts;
use qualys_sec_inspector::compare::{MetricSeries, Point, Series, Trend};
use qualys_sec_inspector::control::CONTROLS;
use qualys_sec_inspector::finding::Outcome;
use serde_json::Number;

use super::synthetic::Text;

/// So many snapshots, a month apart.
pub(crate) fn trend(snapshots: u8, text: Text) -> Trend {
    let months = || (0..snapshots).map(u64::from);
    let point = |month: u64| Point {
        file: text(month),
        id: text(100 + month),
        root: format!("sha256:{}", text(200 + month)),
        as_of: format!("{}-{:02}-28T02:10:00Z", 2026 + month / 12, month % 12 + 1),
        verdict: "trusted".to_owned(),
        completeness: "complete".to_owned(),
        findings: SeverityCounts {
            critical: month,
            high: 40,
            medium: 1_234,
            low: 9 - month.min(9),
            info: 0,
        },
    };
    // Every third control was once not selected and once not measured.
    let outcome = |number: u8, month: u64| {
        let turn = [Outcome::Fail, Outcome::Warn, Outcome::NotAssessed, Outcome::Pass];
        let at = usize::try_from(month).unwrap() % turn.len();
        (month != 1 || !number.is_multiple_of(3)).then(|| turn[at])
    };
    let value = |number: u8, month: u64| {
        let share = f64::from(number) / (f64::from(snapshots) + 21.0);
        Number::from_f64(share).filter(|_| month != 1 || !number.is_multiple_of(3))
    };
    let series = |number: u8, id: &str, title: &str| Series {
        number,
        id: id.to_owned(),
        title: title.to_owned(),
        outcomes: months().map(|month| outcome(number, month)).collect(),
        metric: (number != 20).then(|| MetricSeries {
            id: "share".to_owned(),
            label: text(300 + u64::from(number)),
            unit: "ratio".to_owned(),
            values: months().map(|month| value(number, month)).collect(),
        }),
    };
    Trend {
        subscription: text(13),
        comparable: false,
        reason: Some(text(42)),
        snapshots: months().map(point).collect(),
        controls: CONTROLS.iter().map(|one| series(one.number, one.id, one.title)).collect(),
    }
}
