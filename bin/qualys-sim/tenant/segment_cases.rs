//! Control 20: segments that are scanned badly or not at all, and what follows from all schedules.

use super::builder::{Addresses, BRANCH_NETWORK, Builder, GroupHandle, v4_range};
use super::declared::cidr;
use super::hosts::{Family, Standing};
use super::key::Resource;
use super::model::Occurrence;
use super::schedules::Draft;
use super::segments::{declare, segment};
use super::space::{Aim, Space, aims};
use super::{estate, fit_cases, profiles};

const LITERALS: [&str; 2] = ["External Scanner", "All Scanners"];

fn base(second: u8) -> u32 {
    u32::from_be_bytes([10, second, 0, 0])
}

fn block(b: &mut Builder, title: &str, second: u8) -> GroupHandle {
    b.group_at(title.to_owned(), base(second), Addresses::Range, 0)
}

/// Plants the faults of `neglected`; what schedules make of them is summed up by `settle`.
pub(crate) fn plant(b: &mut Builder) {
    let lab = block(b, "Laboratory", 83);
    let id = b.group_id(lab);
    b.key.finding("pos/segment", "C01-01", Resource::group(id), "in no schedule");
    declare(b, "lab", "Laboratory", "internal").cidrs = vec![cidr(base(83), 24)];

    let kiosk = block(b, "Kiosks", 84);
    let office = block(b, "Offices", 85);
    b.schedule(Draft::weekly(&[kiosk, office]));
    let one = declare(b, "kiosk", "Kiosks", "dmz");
    one.cidrs = vec![cidr(base(84), 24)];
    one.appliances = vec!["va-front-01".to_owned()];
    let one = declare(b, "office", "Offices", "internal");
    one.cidrs = vec![cidr(base(85), 24)];
    one.appliances = estate::EAST_APPLIANCES.map(|(_, name)| name.to_owned()).to_vec();
    let why = "side by side";
    let pair = Resource::of("segment", "kiosk").class("office");
    b.key.own().none("near/neighbours", "C20-09", pair.clone(), why);
    b.key.own().none("near/neighbours", "C20-10", pair, why);

    let line = block(b, "Second line", 86);
    let shop = block(b, "Workshop", 87);
    b.schedule(Draft::weekly(&[line, shop]));
    let one = declare(b, "line", "Second line", "ot");
    one.asset_groups = vec!["Second line".to_owned()];
    one.option_profiles = vec![super::segments::GENTLE.to_owned()];
    declare(b, "shop", "Workshop", "internal").cidrs = vec![cidr(base(87), 24)];

    // 19 addresses of its own, one of the offices: exactly 95 % and exactly 5 %.
    let tills = b.group_at("Tills".to_owned(), base(88), Addresses::None, 0);
    let network = b.network(0);
    b.groups[tills.0].ip_set.push(v4_range(base(88) + 1, base(88) + 19, network));
    b.schedule(Draft::weekly(&[tills]).typed(v4_range(base(85) + 1, base(85) + 1, None)));
    declare(b, "tills", "Tills", "cde").cidrs = vec![cidr(base(88), 24)];
    let why = "19 of 20 addresses of its schedule: exactly 95 %";
    b.key.own().none("edge/95-percent", "C20-02", segment("tills"), why);

    let slow = block(b, "Slow zone", 89);
    b.schedule(Draft::weekly(&[slow]).every(Occurrence::Daily { days: 8 }));
    let one = declare(b, "slow", "Slow zone", "dmz");
    one.cidrs = vec![cidr(base(89), 24)];
    one.max_interval_days = Some(7);

    // 19 addresses of the slow zone and one of the sites: exactly 5 %.
    let slow = v4_range(base(89) + 1, base(89) + 19, None);
    let mut both = Draft::weekly(&[]).every(Occurrence::Daily { days: 8 }).typed(slow);
    both.typed.push(v4_range(base(64) + 1, base(64) + 1, None));
    b.schedule(both);
    declare(b, "ghost", "Not in the subscription", "internal").cidrs = vec![cidr(base(99), 24)];
    let why = "none of its addresses is subscribed";
    b.key.own().finding("pos/ghost", "C20-08", segment("ghost"), why);

    let front = base(81) + 128;
    let half = v4_range(front + 1, front + 126, None);
    b.schedule(Draft { scanner: Some("va-front-01"), ..Draft::weekly(&[]).typed(half) });
    let one = declare(b, "front-half", "Half of the front zone", "dmz");
    one.cidrs = vec![cidr(front, 25)];
    let pair = Resource::of("segment", "front").class("front-half");
    b.key.own().finding("pos/half", "C20-09", pair, "one lies in the other");

    let roaming = block(b, "Roaming laptops", 90);
    b.hosts(roaming, 4, Standing::Both, Family::Windows);
    declare(b, "roaming", "Roaming laptops", "internal").cidrs = vec![cidr(base(90), 24)];
    let why = "no schedule, every host is a live agent";
    let id = b.group_id(roaming);
    b.key.none("near/agents-alone", "C01-01", Resource::group(id), why);
    b.key.own().none("near/agents", "C20-01", segment("roaming"), why);

    if b.networks {
        twins(b);
    }
}

/// The same block in two networks, each with hosts and a schedule of its own.
fn twins(b: &mut Builder) {
    let here = block(b, "Harbour", 91);
    let there = b.twin_of(here, BRANCH_NETWORK);
    b.schedule(Draft::weekly(&[here]));
    b.schedule(Draft { network: BRANCH_NETWORK, ..Draft::weekly(&[there]) });
    b.host(here, Standing::Both, Family::Linux);
    b.host(there, Standing::Both, Family::Linux);
    super::scan_near::overlap(b, here);
    declare(b, "harbour", "Harbour", "internal").cidrs = vec![cidr(base(91), 24)];
    let one = declare(b, "harbour-branch", "Harbour of the branch", "internal");
    one.cidrs = vec![cidr(base(91), 24)];
    one.network_id = BRANCH_NETWORK;
    let pair = Resource::of("segment", "harbour").class("harbour-branch");
    let why = "the same block in two networks, with hosts in both";
    b.key.own().none("near/networks", "C20-09", pair.clone(), why);
    b.key.own().none("near/networks", "C20-10", pair, why);
}

/// One block declared for two sites of a subscription without networks.
pub(crate) fn same_block(b: &mut Builder) {
    let group = block(b, "Harbour", 91);
    b.schedule(Draft::weekly(&[group]));
    b.host(group, Standing::Both, Family::Linux);
    for id in ["harbour", "harbour-branch"] {
        declare(b, id, "Harbour", "internal").cidrs = vec![cidr(base(91), 24)];
    }
    let pair = Resource::of("segment", "harbour").class("harbour-branch");
    b.key.own().finding("pos/same", "C20-09", pair.clone(), "the same block twice");
    b.key.own().finding("pos/same", "C20-10", pair, "the same block twice, no networks");
}

/// What the active schedules mean for the segments, once all of them are written.
pub(crate) fn settle(b: &mut Builder, subscribed: &Space) {
    let mut aims = aims(b);
    aims.retain(|aim| aim.active == Some(true) && !aim.reached.is_empty());
    let segments: Vec<(usize, Space)> =
        (0..b.declared.segments.len()).map(|at| (at, space_of(b, at, subscribed))).collect();
    for (at, space) in &segments {
        if !space.is_empty() {
            covered(b, *at, space, &aims);
        }
    }
    let places: Vec<_> = segments
        .iter()
        .map(|(at, space)| {
            let one = &b.declared.segments[*at];
            (one.id, one.kind, space.clone())
        })
        .collect();
    fit_cases::settle(b, &places);
    let mut scheduled = Space::default();
    for aim in &aims {
        scheduled.join(&aim.reached);
        spans(b, aim, &segments);
    }
    let largest = aims.iter().map(|aim| aim.reached.count()).max().unwrap_or(0);
    let (tenant, all) = (Resource::subscription(), scheduled.count());
    let why = format!("{largest} of {all} scheduled addresses are in one schedule");
    if largest * 10 >= all * 9 {
        b.key.own().finding("pos/flat", "C20-04", tenant, &why);
    } else {
        b.key.own().none("near/not-flat", "C20-04", tenant, &why);
    }
}

fn space_of(b: &Builder, at: usize, subscribed: &Space) -> Space {
    let segment = &b.declared.segments[at];
    let mut space = Space::default();
    for text in &segment.cidrs {
        let (address, len) = text.split_once('/').unwrap_or((text, "32"));
        let first = address.parse::<std::net::Ipv4Addr>().map_or(0, u32::from);
        let host = 32 - len.parse::<u32>().unwrap_or(32);
        let last = first | u32::try_from((1_u64 << host) - 1).unwrap_or(u32::MAX);
        space.add(segment.network_id, first, last);
    }
    let named = b.groups.iter().filter(|group| segment.asset_groups.contains(&group.title));
    for group in named {
        space.join(&Space::of(&group.ip_set, 0).only(segment.network_id));
    }
    space.within(subscribed)
}

fn covered(b: &mut Builder, at: usize, space: &Space, aims: &[Aim]) {
    let one = b.declared.segments[at].clone();
    let covering: Vec<&Aim> =
        aims.iter().filter(|aim| !aim.reached.within(space).is_empty()).collect();
    let key = b.key.own();
    let Some(best) = covering.iter().map(|aim| aim.interval_days).min() else {
        if one.id != "roaming" {
            key.finding("pos/uncovered", "C20-01", segment(one.id), "no schedule covers it");
        }
        return;
    };
    let dedicated = covering
        .iter()
        .any(|aim| aim.reached.within(space).count() * 100 >= aim.reached.count() * 95);
    if dedicated {
        key.none("near/dedicated", "C20-02", segment(one.id), "a schedule of its own");
    } else {
        key.finding("pos/shared", "C20-02", segment(one.id), "only schedules of other types too");
    }
    if one.max_interval_days.is_some_and(|max| best > max) {
        let why = format!("every {best} days");
        key.finding("pos/slow", "C20-07", segment(one.id), &why);
    }
    for aim in covering {
        let both = Resource::schedule(aim.id).class(one.id);
        let mut scanners = aim.scanners.split(", ").filter(|name| {
            !name.is_empty() && !LITERALS.iter().any(|literal| name.starts_with(literal))
        });
        if !one.appliances.is_empty() {
            if scanners.any(|name| !one.appliances.iter().any(|own| own == name)) {
                key.finding("pos/appliance", "C20-05", both.clone(), "a scanner from elsewhere");
            } else {
                key.none("near/appliance", "C20-05", both.clone(), "scanners of the segment");
            }
        }
        if one.kind == "ot" && one.option_profiles.is_empty() {
            key.unknown("unknown/no-list", "C20-06", both, "it names no profiles");
        } else if one.kind == "ot" {
            if one.option_profiles.contains(&aim.profile) {
                key.none("near/profile", "C20-06", both, "a profile for it");
            } else {
                debug_assert_eq!(aim.profile, profiles::USUAL);
                key.finding("pos/profile", "C20-06", both, "a profile that is not on its list");
            }
        }
    }
}

/// A schedule that spans types of segments, each with at least 5 % of its addresses.
fn spans(b: &mut Builder, aim: &Aim, segments: &[(usize, Space)]) {
    let mut types: std::collections::BTreeMap<&str, Space> = std::collections::BTreeMap::new();
    for (at, space) in segments {
        types.entry(b.declared.segments[*at].kind).or_default().join(&aim.reached.within(space));
    }
    let whole = aim.reached.count();
    types.retain(|_, space| !space.is_empty() && space.count() * 20 >= whole);
    if types.len() < 2 {
        return;
    }
    let why = format!("it spans {}", types.keys().copied().collect::<Vec<_>>().join(" and "));
    let severity = if types.contains_key("ot") { "high" } else { "medium" };
    let is_exact = types.values().any(|space| space.count() * 20 == whole);
    let plant = if is_exact { "edge/5-percent" } else { "pos/spans" };
    b.key.own().escalated(plant, "C20-03", Resource::schedule(aim.id), severity, &why);
}
