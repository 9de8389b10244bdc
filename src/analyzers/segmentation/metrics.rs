//! The numbers of control 20: segments by how they are scanned, purity and pace of schedules.

use std::collections::BTreeMap;

use super::Reaching;
use super::coverage::{Judged, Standing};
use super::place::{Place, kinds, of_kind};
use super::schedules::Pairs;
use crate::analyzers::measure::word;
use crate::analyzers::scanning::Estate;
use crate::analyzers::{Facts, Verdicts};
use crate::finding::Metric;

pub(super) fn measure(
    facts: &Facts<'_>,
    judged: &[Judged<'_, '_>],
    declared: usize,
    schedules: &[Reaching<'_>],
    pairs: Pairs,
    verdicts: &mut Verdicts,
) {
    let standing = |wanted: Standing| -> u64 {
        judged.iter().filter(|judged| judged.standing == wanted).count() as u64
    };
    let label = "Segments with a schedule of their own, of those in Qualys";
    verdicts.metric(Metric::ratio(
        "segments_dedicated",
        label,
        standing(Standing::Dedicated),
        judged.len() as u64,
    ));
    for (id, label, count) in [
        ("segments", "Segments that are declared", declared as u64),
        ("segments_mixed", "Segments of mixed schedules alone", standing(Standing::Mixed)),
        ("segments_agent_only", "Segments of agents alone", standing(Standing::Agents)),
        ("segments_unscanned", "Segments that nothing scans", standing(Standing::Unreached)),
        ("segments_unknown", "Segments of which that is not known", standing(Standing::Unknown)),
    ] {
        verdicts.metric(Metric::count(id, label, count));
    }
    let label = "Schedules in segments that use appliances of the segment alone";
    verdicts.metric(Metric::ratio("appliances_inside", label, pairs.inside, pairs.judged));
    for one in judged {
        let segment = &one.place.segment;
        let label =
            format!("Shortest interval of a schedule in {} ({}), days", segment.name, segment.id);
        let id = format!("interval_{}", word(&segment.id));
        let value = one.best.map(Into::into);
        verdicts.metric(Metric::measured(id, &label, value, "days").against(one.limit));
    }
    let places: Vec<&Place<'_>> = judged.iter().map(|judged| judged.place).collect();
    for one in schedules.iter().filter(|one| one.is_on && one.schedule.recurs()) {
        let shares = kinds(&places)
            .into_iter()
            .filter_map(|kind| super::place::share(&one.target, &of_kind(&places, kind)));
        if let Some((part, all)) = shares.max() {
            let label = format!(
                "Part of the target of \"{}\" in segments of its most frequent kind",
                one.schedule.title
            );
            let id = format!("purity_{}", one.schedule.id);
            verdicts.metric(
                Metric::ratio(id, &label, part, all)
                    .against(facts.profile.c20.dedicated_purity.number()),
            );
        }
    }
}

/// Words in the titles of asset groups that hint at segments, where none is declared.
const HINTS: &[&str] =
    &["dmz", "perimeter", "ot", "ics", "scada", "cde", "pci", "guest", "internal"];

/// How many asset groups are called like a segment: a start for the declaration, no verdict.
pub(super) fn hint(estate: &Estate, verdicts: &mut Verdicts) {
    let mut found: BTreeMap<&str, u64> = BTreeMap::new();
    for group in &estate.groups {
        let title = group.title.to_lowercase();
        let words: Vec<&str> = title.split(|letter: char| !letter.is_alphanumeric()).collect();
        for hint in HINTS.iter().filter(|hint| words.contains(hint)) {
            *found.entry(hint).or_default() += 1;
        }
    }
    for (hint, count) in found {
        let label = format!("Asset groups whose title speaks of {hint}");
        verdicts.metric(Metric::count(format!("groups_called_{hint}"), &label, count));
    }
}
