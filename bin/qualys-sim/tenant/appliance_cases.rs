//! Control 6: appliances that were never started, of which little is said, or that serve alone.

use super::builder::{Addresses, Builder, DAY, GroupHandle};
use super::key::Resource;
use super::model_scanning::Appliance;
use super::schedules::Draft;

/// Hosts from which one appliance is too few.
const MANY: u64 = 256;

pub(crate) fn plant(b: &mut Builder) {
    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    never_started(b, group);
    unsaid(b, group);
    alone(b);
    software(b, group);
}

/// The least version of an appliance's software.
pub(crate) const LEAST: &str = "4.9";

fn software(b: &mut Builder, group: GroupHandle) {
    for (text, plant, why) in [
        ("4.8.10", "pos/older", "below the least version"),
        ("4.9", "edge/least", "exactly the least version"),
        ("4.10.2", "near/ten", "ten is more than nine"),
        ("beta", "unknown/version", "no version in numbers"),
    ] {
        let one = of_group(b, group, &format!("va-software-{}", plant.len()), |one| {
            one.software_version = Some(text.to_owned());
        });
        match plant.split('/').next() {
            Some("pos") => b.key.own().finding(plant, "C06-06", one, why),
            Some("unknown") => b.key.own().unknown(plant, "C06-06", one, why),
            _ => b.key.own().none(plant, "C06-06", one, why),
        }
    }
}

/// What holds wherever appliances are healthy.
pub(crate) fn settle(b: &mut Builder) {
    for (id, _) in super::estate::EAST_APPLIANCES {
        let one = Resource::of("appliance", id);
        b.key.own().none("near/newer", "C06-06", one, "newer than the least version");
    }
    let why = "there are appliances";
    b.key.none("near/appliances", "C06-11", Resource::subscription(), why);
}

fn of_group(
    b: &mut Builder,
    group: GroupHandle,
    name: &str,
    change: impl FnOnce(&mut Appliance),
) -> Resource {
    let place = b.appliance_of(group, name);
    let one = &mut b.programme.appliances[place];
    change(one);
    Resource::of("appliance", one.id)
}

fn never_started(b: &mut Builder, group: GroupHandle) {
    for (age, plant, why) in [
        (Some(7 * DAY + 1), "pos/7-days-and-a-second", "made 7 days and a second ago"),
        (Some(7 * DAY), "edge/7-days", "made exactly 7 days ago"),
        (None, "unknown/no-date", "when it was made is not said"),
    ] {
        let created = age.map(|age| b.clock - age);
        let one = of_group(b, group, &format!("va-new-{}", plant.len()), |one| {
            "Offline".clone_into(&mut one.status);
            one.software_version = None;
            one.updated = None;
            one.last_contact = None;
            one.activation_code = Some("1234567890123456".to_owned());
            one.created = created;
        });
        match plant.split('/').next() {
            Some("pos") => b.key.finding(plant, "C06-09", one.clone(), why),
            Some("unknown") => b.key.unknown(plant, "C06-09", one.clone(), why),
            _ => b.key.none(plant, "C06-09", one.clone(), why),
        }
        b.key.none("near/never", "C06-02", one.clone(), "it never connected");
        b.key.finding("pos/never", "C06-01", one, "offline, and a group uses it");
    }
    let one = of_group(b, group, "va-old-code", |one| {
        one.activation_code = Some("1234567890123457".to_owned());
    });
    b.key.none("near/connected", "C06-09", one, "it connects");
}

fn unsaid(b: &mut Builder, group: GroupHandle) {
    let one = of_group(b, group, "va-unheard-01", |one| one.updated = None);
    let why = "when it was last heard of is not said, only when it was connected";
    b.key.unknown("unknown/connected", "C06-03", one, why);
    let one = of_group(b, group, "va-unheard-02", |one| {
        one.updated = None;
        one.last_contact = None;
    });
    b.key.unknown("unknown/no-contact", "C06-03", one, "when it was heard of is not said");
}

/// Groups of many hosts; what the hosts are counts for no share.
fn alone(b: &mut Builder) {
    for (count, appliances, plant, why) in [
        (MANY, 1, "pos/alone", "256 hosts, one appliance"),
        (MANY - 1, 1, "edge/255-hosts", "255 hosts, one appliance"),
        (MANY, 2, "near/two", "256 hosts, two appliances"),
    ] {
        let group = b.group(Addresses::Range);
        b.schedule(Draft::weekly(&[group]));
        let id = b.group_id(group);
        b.groups[group.0].host_ids.extend((0..count).map(|number| id * 1_000 + number));
        b.groups[group.0].appliance_ids.clear();
        b.groups[group.0].default_appliance_id = None;
        for number in 0..appliances {
            b.appliance_of(group, &format!("va-single-{count}-{number}"));
        }
        let plain = b.key.plain();
        if plant.starts_with("pos") {
            plain.finding(plant, "C06-07", Resource::group(id), why);
        } else {
            plain.none(plant, "C06-07", Resource::group(id), why);
        }
    }
}
