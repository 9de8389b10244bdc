//! The numbers of control 16: how much is excluded, for how long, and what is hidden.

use super::estate::Estate;
use super::ranges::{Share, share};
use crate::analyzers::binding::DAY;
use crate::analyzers::rows::{collect, count};
use crate::analyzers::{AnalyzeError, Facts, Verdicts};
use crate::finding::{Known, Metric};

/// Days before its last one in which a waiver counts as near its end [ours].
const NEAR: i64 = 30;

pub(super) fn measure(
    facts: &Facts<'_>,
    estate: &Estate,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let Share { hidden, all, .. } = share(estate);
    verdicts.metric(
        Metric::ratio(
            "excluded_share",
            "IPv4 addresses of the subscription that are excluded",
            hidden,
            all,
        )
        .against(facts.profile.c16.max_total_share.number()),
    );
    let ranges = &estate.ranges;
    let endless = ranges.iter().filter(|excluded| excluded.expires.is_none()).count() as u64;
    let outside = ranges.iter().filter(|excluded| estate.is_outside(excluded.range)).count() as u64;
    for (id, label, count) in [
        ("excluded_ranges", "Ranges that are excluded from all scans", ranges.len() as u64),
        ("ranges_without_end", "Excluded ranges without an end", endless),
        ("ranges_outside", "Excluded ranges outside the subscription", outside),
    ] {
        verdicts.metric(Metric::count(id, label, count));
    }
    let ages = ranges.iter().flat_map(|excluded| estate.history(excluded.range).events);
    let oldest = ages
        .filter_map(|event| match facts.age(event.time?, event.received) {
            Known::Known(age) => Some(age / DAY),
            Known::Unknown(_) => None,
        })
        .max();
    let label = "Age of the oldest exclusion that still holds";
    verdicts.metric(Metric::measured("oldest_exclusion", label, oldest.map(Into::into), "days"));
    let by_severity = |row: &rusqlite::Row<'_>, column: &str| {
        Ok((row.get::<_, i64>("severity")?, count(row, column)?))
    };
    for (severity, qids) in
        collect(facts, sql!("controls/16_exclusions/hidden"), [], |row| by_severity(row, "qids"))?
    {
        let label = format!("QIDs of severity {severity} that profiles leave out; 0: not known");
        verdicts.metric(Metric::count(format!("hidden_qids_{severity}"), &label, qids));
    }
    for (severity, detections) in
        collect(facts, sql!("controls/16_exclusions/ignored_severities"), [], |row| {
            by_severity(row, "detections")
        })?
    {
        let label = format!("Ignored detections of severity {severity}; 0: not known");
        verdicts.metric(Metric::count(format!("ignored_{severity}"), &label, detections));
    }
    let waivers = facts.profile.waivers.iter();
    let ending = waivers.filter(|waiver| {
        !waiver.is_expired(facts.as_of) && waiver.is_expired(facts.as_of + NEAR * DAY)
    });
    let label = "Waivers of any control that end within 30 days";
    verdicts.metric(Metric::count("waivers_ending", label, ending.count() as u64));
    Ok(())
}
