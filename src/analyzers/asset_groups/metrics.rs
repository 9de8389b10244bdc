//! The numbers of control 4: declared and subscribed addresses, known assets, hosts without owner.

use std::collections::BTreeMap;

use super::declared::Block;
use super::estate::Estate;
use super::hosts::Counts;
use super::ranges::{Declared, whole};
use crate::address::{Family, Range, Set};
use crate::analyzers::measure::word;
use crate::analyzers::{Facts, Verdicts};
use crate::finding::Metric;

pub(super) fn measure(
    facts: &Facts<'_>,
    estate: &Estate,
    declared: &Declared,
    loose: Option<&Set>,
    counts: &Counts,
    verdicts: &mut Verdicts,
) {
    let label = "Declared IPv4 addresses to be monitored that are subscribed, each counted once";
    verdicts.metric(
        covered("declared_subscribed", label, &declared.wanted, &declared.subscribed)
            .against(facts.profile.c04.range_cover_min.number()),
    );
    for (id, label, count) in [
        ("ranges_whole", "Declared networks that are subscribed", declared.whole),
        ("ranges_partial", "Declared networks that are subscribed in part", declared.partial),
        ("ranges_missing", "Declared networks that are not subscribed", declared.missing),
        ("ranges_unknown", "Declared networks of which that is not known", declared.unknown),
    ] {
        verdicts.metric(Metric::count(id, label, count));
    }
    let assets = if facts.inputs.assets.is_some() { counts.assets } else { 0 };
    let label = "Active assets of the inventory that are known hosts";
    verdicts.metric(Metric::ratio("assets_known", label, counts.known_assets, assets));
    let both = estate.declared.is_some() && facts.inputs.assets.is_some();
    let label = "Live hosts in no declared network and in no inventory";
    let live = if both { counts.live } else { 0 };
    let strangers = if both { counts.strangers } else { 0 };
    verdicts.metric(Metric::ratio("hosts_unknown", label, strangers, live));
    let label = "Hosts in no asset group and without a user-defined tag";
    verdicts.metric(Metric::ratio("hosts_orphaned", label, counts.orphans, counts.hosts));
    let label = "Hosts not seen within the limit";
    verdicts.metric(Metric::ratio("hosts_stale", label, counts.stale, counts.hosts));
    let label = "Hosts of which the last sight is not known";
    verdicts.metric(Metric::count("hosts_undated", label, counts.undated));
    let label = "Subscribed addresses in no asset group";
    verdicts.metric(match loose {
        Some(loose) => {
            Metric::ratio("addresses_ungrouped", label, whole(loose), whole(&estate.space()))
        }
        None => Metric::measured("addresses_ungrouped", label, None, "ratio"),
    });
    by("segment", |block| block.segment.as_deref(), estate, declared, verdicts);
    by("owner", |block| block.owner.as_deref(), estate, declared, verdicts);
}

/// The headline for each segment or owner that the file names.
fn by(
    what: &str,
    name: impl Fn(&Block) -> Option<&str>,
    estate: &Estate,
    declared: &Declared,
    verdicts: &mut Verdicts,
) {
    let mut parts: BTreeMap<&str, Vec<Range>> = BTreeMap::new();
    for block in estate.monitored() {
        if let Some(name) = name(block) {
            let part = parts.entry(name).or_default();
            part.extend_from_slice(block.wanted.only(Family::V4).runs());
        }
    }
    for (name, wanted) in parts {
        let wanted = wanted.into_iter().collect();
        let label = format!("Declared addresses of {what} {name} that are subscribed");
        let id = format!("declared_subscribed_{what}_{}", word(name));
        verdicts.metric(covered(&id, &label, &wanted, &declared.subscribed));
    }
}

fn covered(id: &str, label: &str, wanted: &Set, subscribed: &Set) -> Metric {
    Metric::ratio(id, label, whole(&wanted.intersection(subscribed)), whole(wanted))
}
