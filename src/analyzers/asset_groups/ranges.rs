//! Judges address spaces against each other: declared, subscribed, in groups, in several networks.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::named_params;

use super::EVERYTHING;
use super::declared::Block;
use super::estate::Estate;
use crate::address::{Range, Set, owners};
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::{limit, percent, plural};
use crate::analyzers::rows::{collect, count};
use crate::analyzers::{AnalyzeError, Facts, Reach, Verdicts, Violation};
use crate::finding::{Resource, Span};
use crate::profile::Monitored;

/// Ranges that a finding lists.
const MOST_RANGES: usize = 20;

const NO_MAPPING: &str = "which IPv6 addresses are subscribed is not collected (GET \
                          /api/2.0/fo/asset/ip/v4_v6/), and no known host is in the network";

const NO_MAPS: &str = "schedules of discovery maps are not collected; see in the user interface that \
                       one covers the network";

const NO_HOSTS: &str = "asset groups hold hosts by name, and which addresses those have was not read \
                        whole (vm/hosts)";

/// How the declared networks stand.
#[derive(Default)]
pub(super) struct Declared {
    pub whole: u64,
    pub partial: u64,
    pub missing: u64,
    pub unknown: u64,
    /// IPv4 addresses that are to be monitored.
    pub wanted: Set,
    pub subscribed: Set,
}

/// C04-01 and C04-02: each declared network that is to be monitored.
pub(super) fn judge_declared(
    facts: &Facts<'_>,
    estate: &Estate,
    verdicts: &mut Verdicts,
) -> Result<Declared, AnalyzeError> {
    let space = estate.space();
    let bodies = facts.bodies("vm/ips")?;
    let mut standing = Declared::default();
    let (mut wanted, mut subscribed) = (Vec::new(), Vec::new());
    for block in estate.monitored() {
        verdicts.subjects("C04-01", 1);
        let listed_part = estate.as_listed(&block.wanted).intersection(&space);
        let part = listed_part.moved(block.network);
        if block.monitored == Monitored::DiscoveryOnly {
            if part.is_empty() {
                standing.unknown += 1;
                verdicts.unknown("C04-01", 1, NO_MAPS);
            }
            continue;
        }
        if block.is_ipv6() {
            // Single IPv6 addresses are never counted: a host is enough.
            if part.is_empty() && !has_host(facts, block)? {
                standing.unknown += 1;
                verdicts.unknown("C04-01", 1, NO_MAPPING);
            } else {
                standing.whole += 1;
            }
            continue;
        }
        wanted.extend_from_slice(block.wanted.runs());
        subscribed.extend_from_slice(part.runs());
        if part.is_empty() {
            standing.missing += 1;
            let message = format!("Declared network {} is not in the subscription", block.words());
            verdicts.violation(
                told(block, "C04-01", message)
                    .fact("addresses", whole(&block.wanted))
                    .evidence(bodies.iter().cloned()),
            );
            continue;
        }
        verdicts.subjects("C04-02", 1);
        let gap = block.wanted.difference(&part);
        if gap.difference(&block.ends()).is_empty() {
            standing.whole += 1;
            continue;
        }
        standing.partial += 1;
        let least = facts.profile.c04.range_cover_min;
        let (have, all) = (whole(&part), whole(&block.wanted));
        if least.is_missed_by(have, all) {
            let message = format!(
                "{} of declared network {} is subscribed; the limit is {}",
                percent(have, all),
                block.words(),
                limit(least)
            );
            verdicts.violation(
                told(block, "C04-02", message)
                    .fact("subscribed", have)
                    .fact("addresses", all)
                    .fact("limit", least.as_f64())
                    .fact("missing_ranges", listed(&gap))
                    .evidence(bodies.iter().cloned()),
            );
        }
    }
    standing.wanted = wanted.into_iter().collect();
    standing.subscribed = subscribed.into_iter().collect();
    Ok(standing)
}

fn told(block: &Block, check: &'static str, message: String) -> Violation {
    Violation::new(check, block.resource(), message)
        .fact("name", block.name.clone())
        .fact("owner", block.owner.clone())
        .fact("segment", block.segment.clone())
}

fn has_host(facts: &Facts<'_>, block: &Block) -> Result<bool, AnalyzeError> {
    for run in block.wanted.runs() {
        let (first, last) = run.to_bytes();
        let place = named_params! { ":network": block.network, ":first": first, ":last": last };
        if facts.model.query_row(sql!("controls/04_asset_groups/ipv6_hosts"), place, |row| {
            count(row, "hosts")
        })? > 0
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// C04-03: subscribed addresses that no group holds, by range or through a host; `None` where hosts
/// that were not read may have them.
pub(super) fn judge_loose(
    facts: &Facts<'_>,
    estate: &Estate,
    verdicts: &mut Verdicts,
) -> Result<Option<Set>, AnalyzeError> {
    const CHECK: &str = "C04-03";
    let space = estate.space();
    if space.is_empty() {
        return Ok(Some(space));
    }
    let groups = estate.groups.iter().filter(|group| !group.everything);
    let grouped: Set = groups.flat_map(|group| group.ranges.runs().iter().copied()).collect();
    let loose = space.difference(&estate.as_listed(&grouped));
    let mut insert = facts.model.prepare("INSERT INTO loose VALUES (?1, ?2, ?3)")?;
    for run in loose.runs() {
        let (first, last) = run.to_bytes();
        insert.execute((run.network(), first, last))?;
    }
    let parameters = named_params! { ":everything": EVERYTHING, ":told": estate.tells_networks() };
    let held = collect(facts, sql!("controls/04_asset_groups/grouped_hosts"), parameters, |row| {
        let address: Vec<u8> = row.get("ip")?;
        Ok(Range::from_bytes(row.get("network_id")?, &address, &address))
    })?;
    let loose = loose.difference(&held.into_iter().flatten().collect());
    let runs = loose.runs();
    verdicts.subjects(CHECK, (runs.len() as u64).max(1));
    if facts.reach("vm/hosts") != Reach::Whole && estate.groups_by_name() {
        verdicts.unknown(CHECK, runs.len() as u64, NO_HOSTS);
        return Ok(None);
    }
    let bodies = facts.bodies("vm/asset-groups")?;
    for (run, entries) in runs.iter().zip(estate.entries(runs, SPANS)) {
        let n = addresses(run);
        let message = format!(
            "{} in no asset group",
            plural(n, "subscribed address is", "subscribed addresses are")
        );
        verdicts.violation(
            Violation::new(CHECK, Resource::new("ip_range", run), message)
                .fact("addresses", n)
                .fact("network", run.network())
                .evidence(entries)
                .evidence(bodies.iter().cloned()),
        );
    }
    Ok(Some(loose))
}

/// C04-09: addresses of a group outside every declared network.
pub(super) fn judge_undeclared(estate: &Estate, verdicts: &mut Verdicts) {
    const CHECK: &str = "C04-09";
    let Some(space) = estate.declared_space() else { return };
    for group in estate.groups.iter().filter(|group| !group.ignored && !group.ranges.is_empty()) {
        verdicts.subjects(CHECK, 1);
        for run in group.ranges.difference(&space).runs() {
            let n = addresses(run);
            let message = format!(
                "{} outside every declared network",
                plural(
                    n,
                    &format!("address of asset group \"{}\" is", group.title),
                    &format!("addresses of asset group \"{}\" are", group.title)
                )
            );
            let resource = Resource::new("ip_range", run).told_apart(group.id.to_string());
            verdicts.violation(
                Violation::new(CHECK, resource.named(&group.title), message)
                    .fact("addresses", n)
                    .fact("asset_group", group.id)
                    .evidence([group.span.clone()]),
            );
        }
    }
}

/// C04-11: addresses of several networks, each other one held against the lowest that has them.
pub(super) fn judge_networks(estate: &Estate, verdicts: &mut Verdicts) {
    const CHECK: &str = "C04-11";
    let grouped = estate.groups.iter().flat_map(|group| group.ranges.runs());
    let space = if estate.tells_networks() { estate.space() } else { Set::new() };
    let space: Set = space.runs().iter().chain(grouped).copied().collect();
    let networks: BTreeSet<i64> = space.runs().iter().map(Range::network).collect();
    let spaces: BTreeMap<i64, Set> =
        networks.into_iter().map(|network| (network, space.within(network))).collect();
    verdicts.subjects(CHECK, spaces.len() as u64);
    let mut shared = Vec::new();
    for (other, own) in &spaces {
        let mut rest = own.clone();
        for (lowest, theirs) in spaces.range(..other) {
            let both = rest.moved(*lowest).intersection(theirs);
            rest = rest.difference(&both.moved(*other));
            shared.extend(both.runs().iter().map(|run| (*run, *other)));
        }
    }
    let here: Vec<Range> = shared.iter().map(|(run, _)| *run).collect();
    let there: Vec<Range> = shared.iter().map(|(run, other)| run.moved(*other)).collect();
    let both = sources(estate, &here).into_iter().zip(sources(estate, &there));
    for ((run, other), (here, there)) in shared.into_iter().zip(both) {
        let message = format!("Addresses {run} exist in network {other} too");
        let resource = Resource::new("ip_range", run).told_apart(other.to_string());
        verdicts.violation(
            Violation::new(CHECK, resource, message)
                .fact("addresses", addresses(&run))
                .fact("networks", vec![run.network(), other])
                .evidence(here)
                .evidence(there),
        );
    }
}

/// For each run the first records that name any of its addresses, groups ahead of the list.
fn sources(estate: &Estate, runs: &[Range]) -> Vec<Vec<Span>> {
    let ranges: Vec<(Range, usize)> = estate
        .groups
        .iter()
        .enumerate()
        .flat_map(|(position, group)| group.ranges.runs().iter().map(move |run| (*run, position)))
        .collect();
    let span = |position: usize| Some(estate.groups.get(position)?.span.clone());
    let groups = owners(&ranges, runs, SPANS).into_iter().zip(estate.entries(runs, SPANS));
    groups
        .map(|(groups, entries)| {
            groups.into_iter().filter_map(span).chain(entries).take(SPANS).collect()
        })
        .collect()
}

/// The first ranges of a set.
fn listed(set: &Set) -> Vec<String> {
    set.runs().iter().take(MOST_RANGES).map(ToString::to_string).collect()
}

/// How many addresses; saturates where IPv6 is counted.
pub(super) fn whole(set: &Set) -> u64 {
    u64::try_from(set.count()).unwrap_or(u64::MAX)
}

fn addresses(run: &Range) -> u64 {
    u64::try_from(run.count()).unwrap_or(u64::MAX)
}
