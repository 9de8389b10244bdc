//! Control 1, innocent side: groups and schedules that only a wrong reading reports.

use super::builder::{Addresses, BRANCH_NETWORK, Builder, DAY, GroupHandle, HOUR, v4_range};
use super::hosts::{Family, Standing};
use super::key::Resource;
use super::logins::host_without_v4;
use super::model::{Occurrence, TagTarget};
use super::schedules::{Draft, Run};

/// Plants every near miss and boundary of control 1.
pub(crate) fn plant(b: &mut Builder) {
    covered_in_other_ways(b);
    intervals_and_runs(b);
    switched_off_but_covered(b);
    targets(b);
    agents(b);
}

fn covered(b: &mut Builder, plant: &str, group: GroupHandle, why: &str) {
    let id = b.group_id(group);
    b.key.none(plant, "C01-01", Resource::group(id), why);
    b.key.none(plant, "C01-02", Resource::group(id), why);
}

fn covered_in_other_ways(b: &mut Builder) {
    let group = b.group(Addresses::Range);
    let (first, last) = b.block(group);
    let superset = v4_range(first, last, None);
    b.schedule(Draft::weekly(&[]).typed(superset));
    covered(b, "near/typed-superset", group, "a schedule types a range around the whole group");

    let group = b.group(Addresses::Range);
    let (first, last) = b.block(group);
    b.schedule(Draft::weekly(&[]).typed(v4_range(first + 1, last - 1, None)));
    covered(b, "edge/whole", group, "a schedule types exactly its addresses");

    let group = b.group(Addresses::Singles);
    let tag = b.tag("Production web");
    for _ in 0..6 {
        let host = b.host(group, Standing::Both, Family::Linux);
        b.hosts[host.0].host.tags.push(tag.clone());
    }
    b.schedule(Draft { tags: Some(any_of(&["Production web"])), ..Draft::weekly(&[]) });
    covered(b, "near/tag", group, "every host of the group carries the scheduled tag");

    let group = b.group(Addresses::Range);
    let (first, last) = b.block(group);
    let region = b.group(Addresses::None);
    let network = b.network(0);
    b.groups[region.0].ip_set.push(v4_range(first, last, network));
    b.schedule(Draft::weekly(&[region]));
    covered(b, "near/superset-group", group, "a schedule names a group that contains this one");

    let group = b.group(Addresses::Range);
    let (first, last) = b.block(group);
    b.schedule(Draft::weekly(&[]).typed(v4_range(first + 1, first + 140, None)));
    b.schedule(Draft::weekly(&[]).typed(v4_range(first + 120, last - 1, None)));
    covered(b, "near/two-schedules", group, "two overlapping schedules reach all of it together");

    let group = b.group(Addresses::Range);
    let (first, _) = b.block(group);
    b.exclude(first + 200, first + 220, Some(b.ago(-180 * DAY)));
    b.schedule(Draft::weekly(&[group]));
    let id = b.group_id(group);
    b.key.none("near/part", "C16-02", Resource::group(id), "21 of 254 addresses are excluded");
    let range = Resource::excluded(first + 200, first + 220);
    for check in ["C16-01", "C16-03", "C16-04", "C16-05"] {
        b.key.none("near/small", check, range.clone(), "small, with a reason and an end");
    }
    covered(b, "near/documented-exclusion", group, "excluded addresses leave the denominator too");

    let group = b.group(Addresses::None);
    b.groups[group.0]
        .dns_names
        .extend(["a1.corp.example".to_owned(), "a2.corp.example".to_owned()]);
    host_without_v4(b, group);
    let schedule = b.schedule(Draft::weekly(&[group]));
    let id = b.group_id(group);
    b.key.none("near/dns-group", "C01-01", Resource::group(id), "named by title; tracked by DNS");
    b.key.none("near/dns-group", "C01-09", Resource::schedule(schedule), "DNS names are a target");

    let group = b.group(Addresses::None);
    b.groups[group.0].ec2_ids.push("i-0aa1b2c3d4e5f6071".to_owned());
    let schedule = b.schedule(Draft::weekly(&[group]));
    let id = b.group_id(group);
    b.key.none(
        "near/ec2-group",
        "C01-01",
        Resource::group(id),
        "named by title; holds instance ids",
    );
    b.key.none("near/ec2-group", "C01-09", Resource::schedule(schedule), "instances are a target");
}

/// Innocent for control 1, a fault for control 4.
pub(crate) fn empty_group(b: &mut Builder) {
    let group = b.group(Addresses::None);
    let id = b.group_id(group);
    let why = "a group without anything in it is no subject";
    b.key.not_applicable("na/empty-group", "C01-01", Resource::group(id), why);
    b.key.finding("pos/empty-group", "C04-07", Resource::group(id), "nothing is in it");
}

fn intervals_and_runs(b: &mut Builder) {
    let group = b.group(Addresses::Range);
    let schedule =
        b.schedule(Draft::weekly(&[group]).every(Occurrence::Daily { days: 1 }).active(2));
    let id = b.group_id(group);
    b.key.none(
        "near/active-2",
        "C01-01",
        Resource::group(id),
        "ACTIVE 2 is continuous and running",
    );
    b.key.none("near/active-2", "C01-07", Resource::schedule(schedule), "ACTIVE 2 is not off");

    let monthly = Occurrence::Monthly { months: 1, day_of_month: 12 };
    let group = b.group(Addresses::Range);
    let exact = [Run::finished(30 * DAY), Run::finished(60 * DAY)];
    let schedule = b.schedule(Draft::weekly(&[group]).every(monthly).runs(&exact));
    let id = b.group_id(group);
    b.key.none(
        "edge/monthly",
        "C01-03",
        Resource::group(id),
        "a month counts as 30 days, limit 30",
    );
    let why = "last finished exactly 30 days ago";
    b.key.none("edge/run-30-days", "C01-04", Resource::schedule(schedule), why);

    let group = b.group(Addresses::Range);
    let thirty = Occurrence::Daily { days: 30 };
    let runs = [Run::finished(b.some_days(3, 20))];
    b.schedule(Draft::weekly(&[group]).every(thirty).runs(&runs));
    let id = b.group_id(group);
    b.key.none("edge/every-30-days", "C01-03", Resource::group(id), "30 days, limit 30");

    let group = b.group(Addresses::Range);
    let old = Draft { start: 1_300 * DAY, ..Draft::weekly(&[group]) };
    let schedule = b.schedule(old.runs(&[Run::finished(DAY), Run::finished(8 * DAY)]));
    let why = "started years ago, ran yesterday";
    b.key.none("near/old-schedule", "C01-04", Resource::schedule(schedule), why);

    let group = b.group(Addresses::Range);
    let schedule = b.schedule(Draft { start: 10 * DAY, ..Draft::weekly(&[group]) }.runs(&[]));
    let why = "started 10 days ago, not run yet";
    b.key.none("near/new-schedule", "C01-04", Resource::schedule(schedule), why);
    b.key.none(
        "near/no-run",
        "C01-08",
        Resource::schedule(schedule),
        "no run is not three failures",
    );

    let group = b.group(Addresses::Range);
    let schedule = b.schedule(Draft { start: 30 * DAY, ..Draft::weekly(&[group]) }.runs(&[]));
    let why = "started exactly 30 days ago, not run yet";
    b.key.none("edge/start-30-days", "C01-04", Resource::schedule(schedule), why);

    let group = b.group(Addresses::Range);
    let schedule = b.schedule(Draft { next: Some(-24 * HOUR), ..Draft::weekly(&[group]) });
    let why = "next launch exactly 24 hours ago";
    b.key.none("edge/launch-24-hours", "C01-05", Resource::schedule(schedule), why);

    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    let once = Draft { next: None, start: 90 * DAY, ..Draft::weekly(&[group]) };
    let runs = [Run::finished(90 * DAY)];
    let schedule = b.schedule(once.every(Occurrence::Once).runs(&runs));
    let why = "a past one-off beside a weekly schedule";
    b.key.none("near/one-off", "C01-04", Resource::schedule(schedule), why);
    b.key.none("near/one-off", "C01-05", Resource::schedule(schedule), why);

    let group = b.group(Addresses::Range);
    let runs = [
        Run::no_host(2 * DAY),
        Run::ended(9 * DAY, "Canceled"),
        Run::finished(16 * DAY),
        Run::ended(23 * DAY, "Error"),
    ];
    let schedule = b.schedule(Draft::weekly(&[group]).runs(&runs));
    let why = "two of the last three runs failed, the third finished without a sub-state";
    b.key.none("edge/two-of-three", "C01-08", Resource::schedule(schedule), why);

    let group = b.group(Addresses::Range);
    let runs = [
        Run { age: 2 * DAY, state: "Finished", sub_state: Some("No_Vuln") },
        Run { age: 9 * DAY, state: "Finished", sub_state: Some("No_Vuln") },
        Run { age: 16 * DAY, state: "Finished", sub_state: Some("No_Vuln") },
    ];
    let schedule = b.schedule(Draft::weekly(&[group]).runs(&runs));
    b.key.none("near/no-vuln", "C01-08", Resource::schedule(schedule), "No_Vuln is a good end");
}

fn switched_off_but_covered(b: &mut Builder) {
    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    let off = Draft { max_occurrence: Some(12), ..Draft::weekly(&[group]).switched_off(0) };
    let schedule = b.schedule(off);
    let why = "switched off, and a weekly schedule covers the group";
    for check in ["C01-04", "C01-05", "C01-06", "C01-07"] {
        b.key.none("near/off-but-covered", check, Resource::schedule(schedule), why);
    }

    let group = b.group(Addresses::Range);
    let (first, last) = b.block(group);
    b.schedule(Draft::weekly(&[]).typed(v4_range(first, last, None)));
    let schedule = b.schedule(Draft::weekly(&[group]).switched_off(3));
    let why = "paused, and a typed range covers the group";
    b.key.none("near/paused-but-covered", "C01-07", Resource::schedule(schedule), why);
}

fn targets(b: &mut Builder) {
    // The fault of the slow schedule does not touch the group: another one is fast enough.
    let group = b.group(Addresses::Range);
    let slow = Occurrence::Monthly { months: 3, day_of_month: 2 };
    let runs = [Run::finished(b.some_days(5, 25))];
    b.schedule(Draft::weekly(&[group]).every(slow).runs(&runs));
    b.schedule(Draft::weekly(&[group]));
    let id = b.group_id(group);
    b.key.none(
        "near/best-of-two",
        "C01-03",
        Resource::group(id),
        "quarterly and weekly: weekly counts",
    );

    let group = b.group(Addresses::Range);
    let four = Occurrence::Weekly { weeks: 4, weekdays: vec![1] };
    let runs = [Run::finished(b.some_days(5, 25))];
    b.schedule(Draft::weekly(&[group]).every(four).runs(&runs));
    let id = b.group_id(group);
    b.key.none("near/four-weeks", "C01-03", Resource::group(id), "28 days");
}

fn agents(b: &mut Builder) {
    // In another network: a schedule of the built-in group would leave these addresses out.
    let group = b.branch_group();
    b.hosts(group, 19, Standing::Both, Family::Linux);
    b.host(group, Standing::Login, Family::Linux);
    b.scan_by_hand(group, 2 * DAY);
    let id = b.group_id(group);
    let why = "no schedule, 19 of 20 hosts are live agents: exactly 95 %";
    b.key.none("edge/agents", "C01-01", Resource::group(id), why);
}

/// Innocent for control 1, worth a remark for control 4.
pub(crate) fn two_networks(b: &mut Builder) {
    if !b.networks {
        return;
    }
    let group = b.group(Addresses::Range);
    let twin = b.twin_of(group, BRANCH_NETWORK);
    b.schedule(Draft::weekly(&[group]));
    b.schedule(Draft { network: BRANCH_NETWORK, ..Draft::weekly(&[twin]) });
    overlap(b, group);
    for handle in [group, twin] {
        covered(
            b,
            "near/two-networks",
            handle,
            "the same addresses twice, each network has its own",
        );
        b.host(handle, Standing::Both, Family::Windows);
    }
}

/// The addresses of a group are in the second network too.
pub(crate) fn overlap(b: &mut Builder, group: GroupHandle) {
    let (first, last) = b.block(group);
    let resource = Resource::addresses(first + 1, last - 1).class(BRANCH_NETWORK);
    b.key.finding("pos/two-networks", "C04-11", resource, "the same addresses in two networks");
}

/// Everything but one group is taken out of a schedule of the built-in group: a title match finds
/// nothing, a target without its exclusions covers too much. Called when all groups are there.
pub(crate) fn only_through_all(b: &mut Builder, all: GroupHandle, group: GroupHandle) {
    let own = b.groups[group.0].ip_set.clone();
    let mut excluded = b.groups[all.0].ip_set.clone();
    excluded.retain(|range| !own.contains(range));
    b.schedule(Draft { excluded, ..Draft::weekly(&[all]) });
    covered(b, "near/all", group, "only a schedule of the built-in group All reaches it");
}

pub(crate) fn any_of(names: &[&str]) -> TagTarget {
    TagTarget {
        include_selector: "any".to_owned(),
        include: names.iter().map(|name| (*name).to_owned()).collect(),
        ..TagTarget::default()
    }
}
