//! Control 16: exclusions that hide hosts and scans, with their near misses.

use super::builder::{Addresses, Builder, DAY, GroupHandle, HOUR, v4_range};
use super::hosts::{Family, Standing};
use super::key::Resource;
use super::model::IpRange;
use super::model_scanning::ExclusionEvent;
use super::people;
use super::schedules::Draft;
use super::space::{Space, aims};

fn covered_group(b: &mut Builder) -> GroupHandle {
    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    group
}

pub(crate) fn near_misses(b: &mut Builder) {
    let group = b.group(Addresses::Range);
    let (first, _) = b.block(group);
    let one = v4_range(first + 9, first + 9, None);
    b.schedule(Draft { excluded: vec![one], ..Draft::weekly(&[group]) });
    b.schedule(Draft::weekly(&[group]));
    let resource = Resource::group(b.group_id(group));
    b.key.none("near/other-schedule", "C01-02", resource, "a second schedule has the address");
    let range = Resource::addresses(first + 9, first + 9);
    b.key.none("near/other-schedule", "C16-10", range, "a second schedule has the address");

    let group = covered_group(b);
    let host = b.host(group, Standing::Terminated, Family::Linux);
    let id = b.hosts[host.0].host.id;
    let (first, _) = b.block(group);
    b.exclude(first + 10, first + 10, Some(b.ago(-90 * DAY)));
    b.key.none("near/gone", "C16-06", Resource::of("host", id), "its instance is terminated");

    // Scanned ten days before it was excluded, and not since.
    let group = covered_group(b);
    let host = b.host(group, Standing::OutOfWindow, Family::Linux);
    let scan = Some(b.ago(50 * DAY));
    let quiet = &mut b.hosts[host.0].host;
    quiet.last_vuln_scan = scan;
    quiet.last_vm_scan = scan;
    quiet.last_activity = scan;
    let id = quiet.id;
    let (address, _) = b.block(group);
    b.exclude(address + 10, address + 10, Some(b.ago(-90 * DAY)));
    b.explained.push(address + 10);
    let range = v4_range(address + 10, address + 10, b.network(0));
    b.exclusion_event(range, 40 * DAY, "Old controller, approved: CHG-2209");
    b.key.none("near/quiet", "C16-06", Resource::of("host", id), "not seen since it is excluded");

    // A range that was excluded for three weeks last year.
    let gone = v4_range(first + 100, first + 110, b.network(0));
    churn(b, &gone, 220 * DAY, 199 * DAY);
    let range = Resource::excluded(first + 100, first + 110);
    if b.kind == super::Kind::Neglected {
        b.key.none("near/three-weeks", "C16-12", range, "excluded for three weeks");
    } else {
        let why = "nothing was excluded for a few days alone";
        b.key.not_applicable("na/three-weeks", "C16-12", range, why);
        b.key.without_finding("C16-12", "not_applicable");
    }
    let why = "less than 5 % of the subscribed addresses";
    b.key.none("near/share", "C16-02", Resource::subscription(), why);
}

pub(crate) fn faults(b: &mut Builder) {
    let group = covered_group(b);
    let host = b.host(group, Standing::Both, Family::Linux);
    let id = b.hosts[host.0].host.id;
    let (first, _) = b.block(group);
    b.exclude(first + 10, first + 10, Some(b.ago(-90 * DAY)));
    b.key.finding("pos/live", "C16-06", Resource::of("host", id), "excluded, with a live agent");

    for (age, plant) in [(90 * DAY, "edge/90-days"), (90 * DAY + 1, "near/90-days-and-a-second")] {
        let group = covered_group(b);
        let host = b.host(group, Standing::OutOfWindow, Family::Linux);
        let scan = Some(b.ago(age));
        let quiet = &mut b.hosts[host.0].host;
        quiet.last_vuln_scan = scan;
        quiet.last_vm_scan = scan;
        let id = quiet.id;
        let (first, _) = b.block(group);
        b.exclude(first + 10, first + 10, Some(b.ago(-90 * DAY)));
        b.explained.push(first + 10);
        let range = v4_range(first + 10, first + 10, b.network(0));
        b.exclusion_event(range, 120 * DAY, "Old controller, approved: CHG-2210");
        let resource = Resource::of("host", id);
        if plant.starts_with("edge") {
            b.key.finding(plant, "C16-06", resource, "scanned after it was excluded, 90 days ago");
        } else {
            b.key.none(
                plant,
                "C16-06",
                resource,
                "scanned after it was excluded, but too long ago",
            );
        }
    }

    // Its schedule ran ten days ago.
    let group = covered_group(b);
    let (first, _) = b.block(group);
    let range = v4_range(first + 20, first + 30, b.network(0));
    churn(b, &range, 10 * DAY + HOUR, 9 * DAY);
    let resource = Resource::excluded(first + 20, first + 30);
    b.key.escalated("pos/run", "C16-12", resource, "medium", "excluded while its schedule ran");
    let range = v4_range(first + 60, first + 70, b.network(0));
    churn(b, &range, 11 * DAY, 4 * DAY);
    let resource = Resource::excluded(first + 60, first + 70);
    let why = "for exactly seven days, while its schedule ran";
    b.key.escalated("edge/week", "C16-12", resource, "medium", why);
    let range = v4_range(first + 40, first + 50, b.network(0));
    churn(b, &range, 11 * DAY, 4 * DAY - 1);
    let resource = Resource::excluded(first + 40, first + 50);
    b.key.none("near/week-and-a-second", "C16-12", resource, "for seven days and a second");

    let group = covered_group(b);
    let (first, _) = b.block(group);
    b.scan_by_hand(group, 5 * DAY);
    let range = v4_range(first + 20, first + 30, b.network(0));
    churn(b, &range, 5 * DAY + HOUR, 5 * DAY - HOUR);
    let resource = Resource::excluded(first + 20, first + 30);
    b.key.finding("pos/by-hand", "C16-12", resource, "excluded while somebody scanned it");
}

/// A range that was added to the exclusions and taken out again.
fn churn(b: &mut Builder, range: &IpRange, added: i64, removed: i64) {
    for (action, age) in [("Added", added), ("Removed", removed)] {
        let event = ExclusionEvent {
            id: b.id(),
            action: action.to_owned(),
            time: b.ago(age),
            user_login: people::OWNER.to_owned(),
            comment: "Maintenance of the controllers: CHG-2310".to_owned(),
            ranges: vec![range.clone()],
        };
        b.programme.exclusion_history.push(event);
    }
}

/// Addresses that every active schedule which names them leaves out.
pub(crate) fn settle(b: &mut Builder) {
    let aims = aims(b);
    let excluded = Space::of(b.excluded.iter().map(|one| &one.range), 0);
    let (mut named, mut reached, mut unclear) =
        (Space::default(), Space::default(), Space::default());
    for aim in &aims {
        match aim.active {
            Some(true) => {
                named.join(&aim.named);
                reached.join(&aim.reached);
            }
            Some(false) => {}
            None => unclear.join(&aim.named),
        }
    }
    let holes = named.without(&reached).without(&excluded);
    for (network, first, last) in holes.without(&unclear).each() {
        let range = Resource::run(first, last, network);
        b.key.finding("pos/hole", "C16-10", range, "every schedule that names it leaves it out");
    }
    for (network, first, last) in holes.within(&unclear).each() {
        let range = Resource::run(first, last, network);
        let why = "a schedule that does not leave it out may be active";
        b.key.unknown("unknown/active", "C16-10", range, why);
    }
}
