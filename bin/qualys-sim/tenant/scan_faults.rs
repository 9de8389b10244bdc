//! Control 1, guilty side: what has to be reported, and what cannot be known.

use rand::Rng as _;

use super::builder::{Addresses, BRANCH_NETWORK, Builder, DAY, GroupHandle, HOUR, v4_range};
use super::hosts::{Family, Standing};
use super::key::Resource;
use super::model::{Occurrence, TagTarget};
use super::scan_near::{any_of, overlap};
use super::schedules::{Draft, Run};

/// Plants every fault of control 1.
pub(crate) fn plant(b: &mut Builder) {
    uncovered(b);
    switched_off(b);
    partly_covered(b);
    too_rare(b);
    not_running(b);
    no_future(b);
    stops_by_itself(b);
    failing(b);
    empty_targets(b);
    unknown_switch(b);
    if b.networks {
        wrong_network(b);
    }
}

fn uncovered_group(b: &mut Builder, plant: &str, group: GroupHandle, why: &str) {
    let id = b.group_id(group);
    b.key.finding(plant, "C01-01", Resource::group(id), why);
}

fn uncovered(b: &mut Builder) {
    for _ in 0..b.rng.random_range(1..=2) {
        let group = b.group(Addresses::Range);
        b.hosts(group, 3, Standing::Login, Family::Windows);
        b.scan_by_hand(group, 5 * DAY);
        uncovered_group(b, "pos/no-schedule", group, "in no schedule; somebody scanned it by hand");
    }

    let group = b.group(Addresses::Range);
    let once = Draft { next: None, start: 9 * DAY, ..Draft::weekly(&[group]) };
    b.schedule(once.every(Occurrence::Once).runs(&[Run::finished(9 * DAY)]));
    uncovered_group(b, "pos/one-off", group, "only a one-off scan");

    let group = b.group(Addresses::Range);
    b.hosts(group, 18, Standing::Agent, Family::Linux);
    b.hosts(group, 2, Standing::Login, Family::Linux);
    uncovered_group(b, "pos/agents", group, "no schedule, 18 of 20 hosts are live agents: 90 %");

    let group = b.group(Addresses::Range);
    let beside = b.group(Addresses::Range);
    let (first, last) = b.block(group);
    b.exclude(first, last, None);
    let schedule = b.schedule(Draft::weekly(&[group, beside]));
    uncovered_group(b, "pos/all-excluded", group, "scheduled, but every address is excluded");
    let id = b.group_id(group);
    b.key.finding("pos/all-excluded", "C16-02", Resource::group(id), "all of it is excluded");
    let range = Resource::excluded(first, last);
    b.key.none("edge/256", "C16-01", range.clone(), "256 addresses");
    b.key.finding("pos/no-end", "C16-03", range, "no end");
    let why = "the second group of the schedule is left";
    b.key.none("near/one-group-left", "C01-09", Resource::schedule(schedule), why);

    let group = b.group(Addresses::Singles);
    let (first, second) = (b.tag("Tier 1"), b.tag("Europe"));
    for _ in 0..4 {
        let host = b.host(group, Standing::Login, Family::Linux);
        b.hosts[host.0].host.tags.push(first.clone());
    }
    let target = b.group(Addresses::Singles);
    for _ in 0..3 {
        let host = b.host(target, Standing::Login, Family::Linux);
        b.hosts[host.0].host.tags.extend([first.clone(), second.clone()]);
    }
    let all = TagTarget { include_selector: "all".to_owned(), ..any_of(&["Tier 1", "Europe"]) };
    b.schedule(Draft { tags: Some(all), ..Draft::weekly(&[]) });
    uncovered_group(
        b,
        "pos/tag-all",
        group,
        "its hosts carry one of two tags, the selector is all",
    );
    let id = b.group_id(target);
    b.key.none("near/tag-all", "C01-01", Resource::group(id), "its hosts carry both tags");
    b.key.none("near/tag-all", "C01-02", Resource::group(id), "its hosts carry both tags");
}

fn switched_off(b: &mut Builder) {
    for (active, plant, why) in [
        (0, "pos/deactivated", "its only schedule is switched off"),
        (3, "pos/paused", "its only schedule is continuous, but paused"),
    ] {
        let group = b.group(Addresses::Range);
        let schedule = b.schedule(Draft::weekly(&[group]).switched_off(active));
        uncovered_group(b, plant, group, why);
        b.key.finding(
            plant,
            "C01-07",
            Resource::schedule(schedule),
            "nothing else covers its group",
        );
    }
}

fn partly_covered(b: &mut Builder) {
    let group = b.group(Addresses::Range);
    let (first, _) = b.block(group);
    let last = first + b.rng.random_range(40..200);
    b.schedule(Draft::weekly(&[]).typed(v4_range(first + 1, last, None)));
    let id = b.group_id(group);
    b.key.finding(
        "pos/typed-part",
        "C01-02",
        Resource::group(id),
        "typed range ends before the group",
    );
    b.key.none("near/part", "C01-01", Resource::group(id), "a part is covered");

    let group = b.group(Addresses::Range);
    let (first, _) = b.block(group);
    let one = v4_range(first + 9, first + 9, None);
    b.schedule(Draft { excluded: vec![one], ..Draft::weekly(&[group]) });
    let id = b.group_id(group);
    let why = "one address of 254 is left out of the scan";
    b.key.finding("pos/excluded-per-scan", "C01-02", Resource::group(id), why);

    let group = b.group(Addresses::Singles);
    let (tier, fragile) = (b.tag("Tier 2"), b.tag("Fragile"));
    for number in 0..6 {
        let host = b.host(group, Standing::Login, Family::Linux);
        b.hosts[host.0].host.tags.push(tier.clone());
        if number == 0 {
            b.hosts[host.0].host.tags.push(fragile.clone());
        }
    }
    let target = TagTarget {
        exclude_selector: Some("any".to_owned()),
        exclude: vec!["Fragile".to_owned()],
        ..any_of(&["Tier 2"])
    };
    b.schedule(Draft { tags: Some(target), ..Draft::weekly(&[]) });
    let id = b.group_id(group);
    b.key.finding(
        "pos/tag-excluded",
        "C01-02",
        Resource::group(id),
        "one of six hosts is tagged out",
    );
}

fn too_rare(b: &mut Builder) {
    for (occurrence, plant, why) in [
        (Occurrence::Weekly { weeks: 5, weekdays: vec![0, 3] }, "pos/five-weeks", "every 35 days"),
        (Occurrence::Monthly { months: 2, day_of_month: 9 }, "pos/two-months", "every 60 days"),
        (Occurrence::Daily { days: 31 }, "pos/31-days", "every 31 days"),
    ] {
        let group = b.group(Addresses::Range);
        let runs = [Run::finished(b.some_days(2, 25))];
        b.schedule(Draft::weekly(&[group]).every(occurrence).runs(&runs));
        let id = b.group_id(group);
        b.key.finding(plant, "C01-03", Resource::group(id), why);
    }
}

fn not_running(b: &mut Builder) {
    let cases: [(&str, Vec<Run>, &str); 4] = [
        ("pos/never-ran", vec![], "started 200 days ago and never ran"),
        (
            "pos/30-days-and-a-second",
            vec![Run::finished(30 * DAY + 1), Run::finished(37 * DAY)],
            "last finished 30 days and a second ago",
        ),
        (
            "pos/canceled-since",
            vec![Run::ended(3 * DAY, "Canceled"), Run::finished(41 * DAY), Run::finished(48 * DAY)],
            "last finished 41 days ago, canceled since",
        ),
        ("pos/long-ago", vec![Run::finished(95 * DAY)], "last finished 95 days ago"),
    ];
    for (plant, runs, why) in cases {
        let group = b.group(Addresses::Range);
        let schedule =
            b.schedule(Draft { start: 200 * DAY, ..Draft::weekly(&[group]) }.runs(&runs));
        b.key.finding(plant, "C01-04", Resource::schedule(schedule), why);
    }
    let group = b.group(Addresses::Range);
    let start = Draft { start: 30 * DAY + 1, ..Draft::weekly(&[group]) };
    let schedule = b.schedule(start.runs(&[]));
    let why = "started 30 days and a second ago and never ran";
    b.key.finding("pos/start-and-a-second", "C01-04", Resource::schedule(schedule), why);
}

fn no_future(b: &mut Builder) {
    for (next, plant, why) in [
        (None, "pos/no-launch", "active without a next launch"),
        (
            Some(-24 * HOUR - 1),
            "pos/24-hours-and-a-second",
            "next launch 24 hours and a second ago",
        ),
        (Some(-9 * DAY), "pos/past-launch", "next launch nine days ago"),
    ] {
        let group = b.group(Addresses::Range);
        let schedule = b.schedule(Draft { next, ..Draft::weekly(&[group]) });
        b.key.finding(plant, "C01-05", Resource::schedule(schedule), why);
    }
}

pub(crate) fn stops_by_itself(b: &mut Builder) {
    let group = b.group(Addresses::Range);
    let limit = b.rng.random_range(3..30);
    let schedule = b.schedule(Draft { max_occurrence: Some(limit), ..Draft::weekly(&[group]) });
    let why = format!("switches itself off after {limit} runs");
    b.key.finding("pos/occurrences", "C01-06", Resource::schedule(schedule), &why);
}

fn failing(b: &mut Builder) {
    let last_good = Run::finished(23 * DAY);
    let cases: [(&str, [Run; 4], &str); 2] = [
        (
            "pos/three-failures",
            [
                Run::ended(2 * DAY, "Canceled"),
                Run::ended(9 * DAY, "Error"),
                Run::ended(16 * DAY, "Canceled"),
                last_good,
            ],
            "the last three runs were canceled or failed",
        ),
        (
            "pos/no-host",
            [Run::no_host(2 * DAY), Run::no_host(9 * DAY), Run::no_host(16 * DAY), last_good],
            "the last three runs finished without a host",
        ),
    ];
    for (plant, runs, why) in cases {
        let group = b.group(Addresses::Range);
        let schedule = b.schedule(Draft::weekly(&[group]).runs(&runs));
        b.key.finding(plant, "C01-08", Resource::schedule(schedule), why);
        let why = "a run of the last 30 days finished";
        b.key.none("near/failing", "C01-04", Resource::schedule(schedule), why);
    }
}

fn empty_targets(b: &mut Builder) {
    let group = b.group(Addresses::None);
    let fresh = Draft { start: 10 * DAY, ..Draft::weekly(&[group]) };
    let schedule = b.schedule(fresh.runs(&[]));
    b.key.finding("pos/empty-group", "C01-09", Resource::schedule(schedule), "its group is empty");
    let id = b.group_id(group);
    b.key.finding("pos/empty-group", "C04-07", Resource::group(id), "nothing is in it");

    b.tag("Retired rack");
    let tags = Some(any_of(&["Retired rack"]));
    let fresh = Draft { start: 10 * DAY, tags, ..Draft::weekly(&[]) };
    let schedule = b.schedule(fresh.runs(&[]));
    b.key.finding("pos/empty-tag", "C01-09", Resource::schedule(schedule), "no host has its tag");
}

fn unknown_switch(b: &mut Builder) {
    let group = b.group(Addresses::Range);
    let draft = Draft { active: None, max_occurrence: Some(12), ..Draft::weekly(&[group]) };
    let schedule = b.schedule(draft);
    let id = b.group_id(group);
    let why = "its only schedule does not say whether it is active";
    b.key.unknown("unknown/active", "C01-01", Resource::group(id), why);
    let why = "it stops by itself, and whether it is active is not said";
    b.key.unknown("unknown/active", "C01-06", Resource::schedule(schedule), why);
}

fn wrong_network(b: &mut Builder) {
    let group = b.group(Addresses::Range);
    let twin = b.twin_of(group, BRANCH_NETWORK);
    overlap(b, group);
    let (first, last) = b.block(group);
    let typed = v4_range(first, last, None);
    b.schedule(Draft { network: BRANCH_NETWORK, ..Draft::weekly(&[]).typed(typed) });
    uncovered_group(
        b,
        "pos/other-network",
        group,
        "the same addresses are scanned in another network",
    );
    let id = b.group_id(twin);
    b.key.none("near/own-network", "C01-01", Resource::group(id), "scanned in its own network");
}
