//! Control 14: public addresses that nobody looks at from outside, with their near misses.

use super::builder::{Addresses, Builder, GroupHandle, v4_range};
use super::declared::{DeclaredNetwork, cidr};
use super::key::Resource;
use super::schedules::Draft;
use super::segments::declare;

/// Public addresses of a group, all of a block of `32 - len` bits; declared as external.
pub(crate) fn public(
    b: &mut Builder,
    title: &str,
    base: [u8; 4],
    len: u32,
) -> (GroupHandle, Resource) {
    let group = inside(b, title, base, len);
    let base = u32::from_be_bytes(base);
    let row = DeclaredNetwork::new(cidr(base, len), title, 0).external();
    b.declared.networks.push(row);
    (group, Resource::addresses(base, base + (1 << (32 - len)) - 1))
}

/// The same, declared nowhere.
fn inside(b: &mut Builder, title: &str, base: [u8; 4], len: u32) -> GroupHandle {
    let base = u32::from_be_bytes(base);
    let group = b.group_at(title.to_owned(), base, Addresses::None, 0);
    let network = b.network(0);
    let last = base + (1 << (32 - len)) - 1;
    b.groups[group.0].ip_set.push(v4_range(base, last, network));
    group
}

pub(crate) fn faults(b: &mut Builder) {
    let base = u32::from_be_bytes([203, 0, 113, 128]);
    let block = cidr(base, 27);
    let row = DeclaredNetwork::new(block.clone(), "Bought last week", 0).external();
    b.declared.networks.push(row);
    let range = Resource::of("network_range", format!("{block}@0"));
    b.key.own().finding("pos/unsubscribed", "C14-06", range.clone(), "none of it is subscribed");
    b.key.own().finding("pos/unsubscribed", "C04-01", range, "none of it is subscribed");

    let (group, range) = public(b, "Unclear scanner", [203, 0, 113, 160], 27);
    b.schedule(Draft::weekly(&[group]));
    if let Some(schedule) = b.schedules.last_mut() {
        schedule.scanner_name = None;
        let schedule = Resource::schedule(schedule.id);
        b.key.unknown("unknown/scanner", "C06-10", schedule, "it names no scanner");
    }
    let why = "its only schedule does not say where it scans from";
    b.key.unknown("unknown/scanner", "C14-01", range.clone(), why);
    b.key.unknown("unknown/scanner", "C14-03", range, why);

    // Public space that is used inside.
    let group = inside(b, "Old campus", [203, 0, 113, 192], 26);
    b.schedule(Draft::weekly(&[group]));
    let base = u32::from_be_bytes([203, 0, 113, 192]);
    declare(b, "campus", "Old campus", "internal").cidrs = vec![cidr(base, 26)];
    b.declared.networks.push(DeclaredNetwork::new(cidr(base, 26), "Old campus", 0));
    let range = Resource::addresses(base, base + 63);
    for check in ["C14-01", "C14-03"] {
        let why = "only scanned from inside";
        b.key.plain().finding("pos/campus", check, range.clone(), why);
        let why = "public addresses of an internal segment";
        b.key.own().none("near/campus", check, range.clone(), why);
    }

    let gates = u32::from_be_bytes([198, 51, 100, 50]);
    b.exclude(gates, gates + 2, Some(b.ago(-90 * super::builder::DAY)));
    let range = Resource::addresses(gates, gates + 2);
    b.key.none("near/gates", "C14-07", Resource::addresses(gates + 3, gates + 3), "not excluded");
    b.key.finding("pos/excluded", "C14-07", range, "three public addresses are excluded");

    let place = b.profile("Perimeter quick");
    let profile = &mut b.programme.option_profiles[place];
    "standard".clone_into(&mut profile.tcp_ports);
    profile.authentication = Vec::new();
    let title = "Perimeter quick";
    let mail = b.groups.iter().position(|group| group.title == "Mail relays");
    if let Some(group) = mail {
        let quick = Draft { profile: Some(title), ..Draft::external(&[GroupHandle(group)]) };
        let schedule = b.schedule(quick);
        let why = "standard ports, full are expected from outside";
        b.key.own().finding("pos/ports", "C14-05", Resource::schedule(schedule), why);
        b.key.none("near/weekly", "C14-04", Resource::schedule(schedule), "ran three days ago");
    }
}
