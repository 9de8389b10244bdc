//! The numbers of control 14: how much of the perimeter is seen from outside, how often, by whom.

use std::collections::BTreeMap;

use super::looking::{Looking, View};
use super::perimeter::{Perimeter, usable};
use super::ranges::addresses;
use crate::address::Set;
use crate::analyzers::binding::DAY;
use crate::analyzers::measure::{percentile, word};
use crate::analyzers::scan_schedule::read::History;
use crate::analyzers::scanning::Estate;
use crate::analyzers::{Facts, Verdicts};
use crate::finding::{Known, Metric};

pub(super) fn measure(
    facts: &Facts<'_>,
    (estate, history): (&Estate, &History),
    perimeter: &Perimeter,
    looking: &[Looking<'_>],
    verdicts: &mut Verdicts,
) {
    let mut outside: Vec<&Looking<'_>> =
        looking.iter().filter(|one| one.surely(View::Outside)).collect();
    outside.sort_by_key(|one| (one.interval_days, one.schedule.id));
    let mut seen = Set::new();
    let mut intervals: BTreeMap<i64, u64> = BTreeMap::new();
    for one in &outside {
        let new = perimeter.open.intersection(&one.reached).difference(&seen);
        if !new.is_empty() {
            *intervals.entry(one.interval_days).or_default() += addresses(new.count());
            seen = seen.union(&new);
        }
    }
    verdicts.metric(Metric::ratio(
        "public_covered",
        "Public addresses that a recurring scan reaches from outside",
        addresses(seen.count()),
        addresses(perimeter.open.count()),
    ));
    let excluded = perimeter.public.difference(&perimeter.open);
    let hosts =
        estate.hosts.values().filter(|host| !host.gone && host.is_within(&perimeter.public));
    for (id, label, count) in [
        ("public_addresses", "Public addresses", addresses(perimeter.public.count())),
        ("public_excluded", "Public addresses that are excluded", addresses(excluded.count())),
        (
            "public_unmonitored",
            "Public addresses that are declared to need no scan",
            addresses(perimeter.unmonitored.count()),
        ),
        ("public_hosts", "Known hosts at public addresses", hosts.count() as u64),
        ("external_schedules", "Active schedules that scan from outside", outside.len() as u64),
    ] {
        verdicts.metric(Metric::count(id, label, count));
    }
    for (id, label, rank) in [
        ("best_interval_p50", "Shortest interval of a covered public address, median", 50),
        ("best_interval_max", "Shortest interval of a covered public address, greatest", 100),
    ] {
        let value = percentile(&intervals, rank).map(Into::into);
        let limit = facts.profile.c14.max_interval_days;
        verdicts.metric(Metric::measured(id, label, value, "days").against(limit));
    }
    let ages = outside.iter().filter_map(|one| history.runs.get(&one.schedule.row)).flatten();
    let ages = ages.filter(|run| run.is_success() == Some(true)).filter_map(|run| {
        match facts.age(run.launched?, run.received) {
            Known::Known(age) => Some(age / DAY),
            Known::Unknown(_) => None,
        }
    });
    let label = "Days since the latest successful scan from outside";
    let value = ages.min().map(Into::into);
    verdicts.metric(Metric::measured("external_scan_age", label, value, "days"));
    let mut owners: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for block in perimeter.declared.values() {
        if let Some(owner) = &block.owner {
            owners.entry(owner).or_default().push(usable(block));
        }
    }
    for (owner, blocks) in owners {
        let blocks: Set = blocks.iter().flat_map(Set::runs).copied().collect();
        let own = perimeter.open.intersection(&blocks);
        verdicts.metric(Metric::ratio(
            format!("public_covered_{}", word(owner)),
            &format!("Public addresses of {owner} that are scanned from outside"),
            addresses(own.intersection(&seen).count()),
            addresses(own.count()),
        ));
    }
}
