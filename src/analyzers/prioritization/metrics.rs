//! The numbers of control 17: what is scored, the bands with their ages, whether work follows risk.

use std::collections::BTreeMap;

use rusqlite::named_params;
use serde_json::Number;

use super::Totals;
use super::criticality::Hosts;
use super::scores::Cves;
use crate::analyzers::binding::DAY;
use crate::analyzers::measure::percentile;
use crate::analyzers::rows::{collect, count};
use crate::analyzers::{AnalyzeError, Facts, Verdicts};
use crate::finding::Metric;

/// Bands of the QDS as Qualys ranks it, highest first: name, least, most.
const BANDS: [(&str, i64, i64); 4] =
    [("critical", 90, 100), ("high", 70, 89), ("medium", 40, 69), ("low", 1, 39)];

/// Detections with one score and age.
struct Scored {
    qds: Option<i64>,
    days: Option<i64>,
    detections: u64,
}

pub(super) fn measure(
    facts: &Facts<'_>,
    totals: &Totals,
    cves: &Cves,
    hosts: &Hosts,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let least = facts.profile.c17.min_scored.number();
    let label = "Open detections with a QDS";
    verdicts.metric(
        Metric::ratio("qds_scored", label, totals.scored, totals.open).against(least.clone()),
    );
    let label = "Open QIDs with CVEs that have a CVSS base score";
    verdicts.metric(Metric::ratio("cvss_scored", label, cves.scored, cves.bearing).against(least));
    let scores = collect(
        facts,
        sql!("controls/17_prioritization/scores"),
        named_params! { ":day": DAY },
        |row| {
            Ok(Scored {
                qds: row.get("qds")?,
                days: row.get("days")?,
                detections: count(row, "detections")?,
            })
        },
    )?;
    for (band, least, most) in BANDS {
        let of_band =
            || scores.iter().filter(|row| row.qds.is_some_and(|qds| (least..=most).contains(&qds)));
        let label = format!("Open detections with QDS {least} to {most}");
        let detections = of_band().map(|row| row.detections).sum();
        verdicts.metric(Metric::count(format!("qds_{band}"), &label, detections));
        let mut ages: BTreeMap<i64, u64> = BTreeMap::new();
        for row in of_band() {
            if let Some(days) = row.days {
                *ages.entry(days).or_default() += row.detections;
            }
        }
        for (name, words, percent) in [("p50", "median", 50), ("p90", "90th percentile", 90)] {
            let label = format!("Age of open detections with QDS {least} to {most}, {words}");
            let value = percentile(&ages, percent).map(Into::into);
            verdicts.metric(Metric::measured(
                format!("qds_{band}_age_{name}"),
                &label,
                value,
                "days",
            ));
        }
    }
    let label = "Rank correlation of QDS and age in whole days; below zero the top goes first";
    let value = correlation(&scores).and_then(Number::from_f64);
    verdicts.metric(Metric::measured("qds_age_correlation", label, value, "correlation"));
    for (score, count) in hosts {
        let (id, label) = match score {
            Some(score) => {
                (format!("criticality_{score}"), format!("Hosts with criticality {score}"))
            }
            None => ("criticality_unknown".to_owned(), "Hosts without a criticality".to_owned()),
        };
        verdicts.metric(Metric::count(id, &label, *count));
    }
    let risks: BTreeMap<i64, u64> =
        collect(facts, sql!("controls/17_prioritization/trurisk"), [], |row| {
            Ok((row.get("trurisk")?, count(row, "hosts")?))
        })?
        .into_iter()
        .collect();
    for (id, label, percent) in [
        ("trurisk_p50", "TruRisk score of hosts, median", 50),
        ("trurisk_p90", "TruRisk score of hosts, 90th percentile", 90),
    ] {
        let value = percentile(&risks, percent).map(Into::into);
        verdicts.metric(Metric::measured(id, label, value, "score"));
    }
    Ok(())
}

/// Spearman's rank correlation with mean ranks for ties, to four decimals; `None` where one side
/// has a single value.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn correlation(scores: &[Scored]) -> Option<f64> {
    let pairs: Vec<(i64, i64, u64)> =
        scores.iter().filter_map(|row| Some((row.qds?, row.days?, row.detections))).collect();
    let by_score = ranks(pairs.iter().map(|(qds, _, count)| (*qds, *count)));
    let by_age = ranks(pairs.iter().map(|(_, days, count)| (*days, *count)));
    let total: u64 = pairs.iter().map(|(_, _, count)| count).sum();
    let mean = f64::midpoint(total as f64, 1.0);
    let (mut both, mut score, mut age) = (0.0, 0.0, 0.0);
    for (qds, days, count) in &pairs {
        let (a, b) = (by_score.get(qds)? - mean, by_age.get(days)? - mean);
        let weight = *count as f64;
        both += weight * a * b;
        score += weight * a * a;
        age += weight * b * b;
    }
    let value = both / (score * age).sqrt();
    value.is_finite().then(|| (value * 10_000.0).round() / 10_000.0)
}

/// The mean rank of each value, counted from 1.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn ranks(values: impl Iterator<Item = (i64, u64)>) -> BTreeMap<i64, f64> {
    let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
    for (value, count) in values {
        *counts.entry(value).or_default() += count;
    }
    let mut before = 0;
    counts
        .into_iter()
        .map(|(value, count)| {
            let rank = before as f64 + f64::midpoint(count as f64, 1.0);
            before += count;
            (value, rank)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_correlate() {
        let rows = |pairs: &[(i64, i64, u64)]| -> Option<f64> {
            let scores: Vec<Scored> = pairs
                .iter()
                .map(|(qds, days, detections)| Scored {
                    qds: Some(*qds),
                    days: Some(*days),
                    detections: *detections,
                })
                .collect();
            correlation(&scores)
        };
        assert_eq!(rows(&[(95, 1, 1), (50, 10, 1), (10, 100, 1)]), Some(-1.0));
        assert_eq!(rows(&[(10, 1, 2), (50, 10, 2), (95, 90, 2)]), Some(1.0));
        // Ranks 1.5 1.5 3 against 1 2 3.
        assert_eq!(rows(&[(10, 1, 1), (10, 2, 1), (20, 3, 1)]), Some(0.866));
        assert_eq!(rows(&[(10, 1, 3)]), None);
        assert_eq!(rows(&[]), None);
    }
}
