//! The numbers of control 18: hosts by tags, tags by kind, scopes, depth.

use std::collections::{BTreeMap, BTreeSet};

use super::read::{Coverage, Tag};
use crate::analyzers::measure::word;
use crate::analyzers::{Facts, Verdicts};
use crate::finding::Metric;

pub(super) fn measure(
    facts: &Facts<'_>,
    tags: &[Tag],
    coverage: &Coverage,
    verdicts: &mut Verdicts,
) {
    let label = "Hosts without a user-defined tag; unknown ones are not counted as such";
    verdicts.metric(
        Metric::ratio("untagged", label, coverage.untagged, coverage.hosts)
            .against(facts.profile.c18.max_untagged.number()),
    );
    let label = "Hosts of which it is not known whether they carry a user-defined tag";
    verdicts.metric(Metric::count("hosts_unknown", label, coverage.unsure));
    let user: Vec<&Tag> = tags.iter().filter(|tag| !tag.system).collect();
    let all = user.len() as u64;
    let counted = |wanted: fn(&&&Tag) -> bool| user.iter().filter(wanted).count() as u64;
    verdicts.metric(
        Metric::ratio(
            "rule_based",
            "User-defined tags that rules assign",
            counted(|tag| tag.dynamic),
            all,
        )
        .against(facts.profile.c18.min_dynamic.number()),
    );
    for (id, label, count) in [
        ("user_tags", "User-defined tags", all),
        ("system_tags", "Tags that Qualys made", tags.len() as u64 - all),
        (
            "tags_with_criticality",
            "User-defined tags that set a criticality",
            counted(|tag| tag.criticality.is_some()),
        ),
        ("tag_depth", "Levels of the deepest user-defined tag", depth(tags)),
    ] {
        verdicts.metric(Metric::count(id, label, count));
    }
    for required in &facts.profile.tag.required {
        for tag in tags.iter().filter(|tag| tag.name == required.name) {
            let label = format!("Hosts that carry \"{}\"", tag.name);
            let id = format!("tag_coverage_{}", tag.id);
            verdicts.metric(Metric::ratio(id, &label, tag.hosts, coverage.hosts));
        }
    }
    let mut types: BTreeMap<&str, u64> = BTreeMap::new();
    for tag in user {
        let kind = tag.rule_type.as_deref().unwrap_or("STATIC");
        *types.entry(kind).or_default() += 1;
    }
    for (kind, count) in types {
        let label = format!("User-defined tags of type {kind}");
        verdicts.metric(Metric::count(format!("tags_{}", word(kind)), &label, count));
    }
}

/// Levels from a root to the deepest user-defined tag. A parent that is not listed, or that stands
/// below its own child, ends the way up.
fn depth(tags: &[Tag]) -> u64 {
    let parents: BTreeMap<i64, Option<i64>> = tags.iter().map(|tag| (tag.id, tag.parent)).collect();
    let levels = |id: i64| {
        let (mut seen, mut above) = (BTreeSet::new(), Some(id));
        while let Some(id) = above.filter(|id| parents.contains_key(id) && seen.insert(*id)) {
            above = parents.get(&id).copied().flatten();
        }
        seen.len() as u64
    };
    tags.iter().filter(|tag| !tag.system).map(|tag| levels(tag.id)).max().unwrap_or(0)
}
