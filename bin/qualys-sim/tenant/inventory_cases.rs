//! Control 4: hosts, addresses and groups that the inventory misses or that miss in it, with their
//! near misses.

use std::net::{IpAddr, Ipv6Addr};

use super::builder::{Addresses, BRANCH_NETWORK, Builder, DAY, GroupHandle, HostHandle, v4_range};
use super::declare::asset;
use super::declared::{DeclaredAsset, DeclaredNetwork, cidr, v4_of, v6_of};
use super::hosts::{Family, Standing, source};
use super::key::Resource;
use super::schedules::Draft;

/// Days without a sign of life after which a host is stale.
const STALE: i64 = 90 * DAY;
/// Seconds that a new asset has.
const GRACE: i64 = 7 * DAY;

/// Blocks that are no group's.
const STRAY: u32 = u32::from_be_bytes([10, 38, 0, 0]);

fn covered_group(b: &mut Builder) -> GroupHandle {
    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    group
}

fn host_resource(b: &Builder, host: HostHandle) -> Resource {
    Resource::of("host", b.hosts[host.0].host.id)
}

pub(crate) fn near_misses(b: &mut Builder) {
    let group = covered_group(b);
    for (scanned, active, plant, why) in [
        (STALE, STALE, "edge/90-days", "last seen exactly 90 days ago"),
        (STALE + 30 * DAY, 5 * DAY, "near/active", "not scanned for 120 days, but active"),
    ] {
        let host = quiet(b, group, scanned, active);
        let resource = host_resource(b, host);
        b.key.none(plant, "C04-10", resource.clone(), why);
        b.key.none("near/grouped", "C04-04", resource, "it is in a group");
    }
    let (first, last) = b.block(group);
    let why = "a group has them";
    b.key.none("near/grouped", "C04-03", Resource::addresses(first + 1, last - 1), why);
    let resource = Resource::group(b.group_id(group));
    b.key.none("near/full", "C04-07", resource.clone(), "it has addresses");
    b.key.none("near/owner", "C04-08", resource, "its owner is active");
    inventory(b);
    let block = partly(b, "Depot", [10, 205, 0, 0], 252);
    let resource = Resource::of("network_range", format!("{block}@0"));
    b.key.own().none("edge/252-of-256", "C04-02", resource, "252 of 256: exactly the limit");
}

/// A host that was last scanned and last active so long ago.
fn quiet(b: &mut Builder, group: GroupHandle, scanned: i64, active: i64) -> HostHandle {
    let host = b.host(group, Standing::OutOfWindow, Family::Linux);
    let (scan, activity) = (Some(b.ago(scanned)), Some(b.ago(active)));
    let host_of = &mut b.hosts[host.0].host;
    host_of.last_vuln_scan = scan;
    host_of.last_vm_scan = scan;
    host_of.last_activity = activity;
    host
}

/// Assets that each find their host by another name, and those that need not find one.
fn inventory(b: &mut Builder) {
    let group = covered_group(b);
    let hosts: Vec<HostHandle> =
        (0..5).map(|_| b.host(group, Standing::Both, Family::Linux)).collect();
    let [by_instance, by_address, by_v6, by_name, by_host] = hosts[..] else { return };

    let clock = b.clock;
    let planted = &mut b.hosts[by_instance.0];
    let instance = format!("i-{:017x}", planted.host.id);
    planted.host.cloud_provider = Some("AWS".to_owned());
    planted.host.ec2_instance_id = Some(instance.clone());
    planted.cloud = Some(source(instance.clone(), "RUNNING", clock - 90 * DAY, clock - DAY));
    let row = DeclaredAsset { cloud_instance_id: Some(instance), ..asset(b, "CI-1001") };
    known(b, row, "near/instance", "its instance is a host");

    let ip = v4_of(b.hosts[by_address.0].host.ip);
    let row = DeclaredAsset { ip, ..asset(b, "CI-1002") };
    known(b, row, "near/address", "its address is a host's");

    let v6 = Some(IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0x41, 0, 0, 0, 0, 9)));
    b.hosts[by_v6.0].host.ipv6 = v6;
    let row = DeclaredAsset { ipv6: v6_of(v6), ..asset(b, "CI-1003") };
    known(b, row, "near/ipv6", "known by its IPv6 address alone");

    let fqdn = b.hosts[by_name.0].host.dns.as_deref().map(str::to_uppercase);
    let row = DeclaredAsset { fqdn, ..asset(b, "CI-1004") };
    known(b, row, "near/fqdn", "known by its name, in any case");

    b.hosts[by_host.0].host.netbios = Some("LEDGER-07".to_owned());
    let row = DeclaredAsset { hostname: Some("ledger-07".to_owned()), ..asset(b, "CI-1005") };
    known(b, row, "near/hostname", "known by its short name");

    let first_seen = crate::wire::xml::date(b.ago(GRACE));
    let row = DeclaredAsset { first_seen, ..nowhere(b, "CI-1006", "new-07") };
    known(b, row, "edge/7-days", "unknown, but first seen exactly 7 days ago");
    let row = DeclaredAsset { status: "retired", ..nowhere(b, "CI-1007", "old-07") };
    known(b, row, "near/retired", "unknown, but retired");
    for host in hosts {
        let resource = host_resource(b, host);
        b.key.own().none("near/declared", "C04-06", resource, "it lies in a declared range");
    }
}

/// An asset that no host is.
fn nowhere(b: &Builder, id: &str, hostname: &str) -> DeclaredAsset {
    DeclaredAsset { hostname: Some(hostname.to_owned()), ..asset(b, id) }
}

fn known(b: &mut Builder, row: DeclaredAsset, plant: &str, why: &str) {
    let resource = Resource::of("asset", &row.asset_id);
    b.key.own().none(plant, "C04-05", resource, why);
    b.declared.assets.push(row);
}

pub(crate) fn faults(b: &mut Builder) {
    missing_assets(b);
    undeclared(b);
    ranges(b);
    strays(b);

    let group = covered_group(b);
    let host = quiet(b, group, STALE + 1, STALE + 1);
    let resource = host_resource(b, host);
    b.key.finding("pos/90-days-and-a-second", "C04-10", resource, "not seen for longer");
    b.groups[group.0].owner_user_id = Some(999_001);
    let resource = Resource::group(b.group_id(group));
    b.key.finding("pos/no-owner", "C04-08", resource, "its owner is no user");
}

fn missing_assets(b: &mut Builder) {
    let first_seen = crate::wire::xml::date(b.ago(GRACE + 1));
    let rows = [
        DeclaredAsset { first_seen, ..nowhere(b, "CI-2001", "lost-01") },
        nowhere(b, "CI-2002", "lost-02"),
    ];
    for (row, why) in rows.into_iter().zip(["unknown for 7 days and a second", "unknown"]) {
        let resource = Resource::of("asset", &row.asset_id);
        b.key.own().finding("pos/unknown", "C04-05", resource, why);
        b.declared.assets.push(row);
    }
}

/// A group in a block that nobody declared.
fn undeclared(b: &mut Builder) {
    let base = u32::from_be_bytes([192, 168, 7, 0]);
    let group = b.group_at("Camera network".to_owned(), base, Addresses::Singles, 0);
    let unknown = b.host(group, Standing::Both, Family::Linux);
    let resource = host_resource(b, unknown);
    b.key.own().finding("pos/unknown", "C04-06", resource, "in no range and no asset list");
    let listed = b.host(group, Standing::Both, Family::Linux);
    let resource = host_resource(b, listed);
    b.key.own().none("near/listed", "C04-06", resource, "in no range, but an asset");
    let ip = v4_of(b.hosts[listed.0].host.ip);
    let row = DeclaredAsset { ip, ..asset(b, "CI-2003") };
    known(b, row, "near/undeclared", "a host outside the declared ranges");
    for (age, plant) in [(STALE, "edge/90-days"), (STALE + 1, "near/stale")] {
        let host = quiet(b, group, age, age);
        let resource = host_resource(b, host);
        if age == STALE {
            b.key.own().finding(plant, "C04-06", resource.clone(), "last seen exactly 90 days ago");
            b.key.none(plant, "C04-10", resource, "last seen exactly 90 days ago");
        } else {
            b.key.own().none(plant, "C04-06", resource.clone(), "unknown, but not seen lately");
            b.key.finding("pos/stranger", "C04-10", resource, "not seen for longer");
        }
    }
    b.schedule(Draft::weekly(&[group]));
    let (id, first) = (b.group_id(group), base + 10);
    let resource = Resource::addresses(first, first + 3).class(id);
    b.key.own().finding("pos/undeclared", "C04-09", resource, "in no declared range");
    let group = covered_group(b);
    let (first, last) = b.block(group);
    let resource = Resource::addresses(first + 1, last - 1).class(b.group_id(group));
    b.key.own().none("near/declared", "C04-09", resource, "in a declared range");
}

/// Declared ranges that are not, or not all, subscribed.
fn ranges(b: &mut Builder) {
    let range =
        |block: &str, network: u32| Resource::of("network_range", format!("{block}@{network}"));
    let block = cidr(u32::from_be_bytes([10, 201, 0, 0]), 24);
    b.declared.networks.push(DeclaredNetwork::new(block.clone(), "New site", 0));
    b.key.own().finding("pos/missing", "C04-01", range(&block, 0), "none of it is subscribed");
    b.key.own().none("near/missing", "C04-02", range(&block, 0), "nothing of it is subscribed");
    let block = cidr(u32::from_be_bytes([10, 202, 0, 0]), 24);
    let row = DeclaredNetwork::new(block.clone(), "Laboratory wires", 0);
    b.declared.networks.push(row.unmonitored("air gap"));
    b.key.own().none("near/unmonitored", "C04-01", range(&block, 0), "nobody has to monitor it");

    let block = partly(b, "Warehouse", [10, 203, 0, 0], 251);
    let why = "251 of 256 addresses are subscribed, at least 252 are wanted";
    b.key.own().finding("pos/251-of-256", "C04-02", range(&block, 0), why);
    b.key.own().none("near/part", "C04-01", range(&block, 0), "a part of it is subscribed");
}

/// A declared block of which a group has the first addresses; the block.
fn partly(b: &mut Builder, title: &str, base: [u8; 4], count: u32) -> String {
    let base = u32::from_be_bytes(base);
    let group = b.group_at(title.to_owned(), base, Addresses::None, 0);
    let network = b.network(0);
    b.groups[group.0].ip_set.push(v4_range(base + 1, base + count, network));
    b.schedule(Draft::weekly(&[group]));
    let block = cidr(base, 24);
    b.declared.networks.push(DeclaredNetwork::new(block.clone(), title, 0));
    block
}

/// Addresses and hosts that no group has.
fn strays(b: &mut Builder) {
    let network = b.network(0);
    b.orphans.push(v4_range(STRAY + 1, STRAY + 30, network));
    let why = "subscribed, in no group";
    b.key.finding("pos/orphans", "C04-03", Resource::addresses(STRAY + 1, STRAY + 30), why);
    for (address, tagged, plant, why) in [
        (STRAY + 10, false, "pos/stray", "neither group nor tag"),
        (STRAY + 11, true, "near/tagged", "no group, but a tag"),
    ] {
        let host = b.stray(address, Standing::Both, Family::Linux);
        let resource = host_resource(b, host);
        if tagged {
            b.key.none(plant, "C04-04", resource, why);
        } else {
            b.hosts[host.0].host.tags.clear();
            b.ledger.untagged();
            b.key.finding(plant, "C04-04", resource, why);
        }
    }
    // One more than a parent shows one by one.
    let block = STRAY + 512;
    b.orphans.push(v4_range(block + 1, block + 99, network));
    b.key.finding("pos/orphans", "C04-03", Resource::addresses(block + 1, block + 99), why);
    for number in 0..51 {
        let host = b.stray(block + 20 + number, Standing::Both, Family::Linux);
        b.hosts[host.0].host.tags.clear();
        b.ledger.untagged();
    }
    let why = "51 hosts of one block without group and tag";
    b.key.finding("pos/rolled-up", "C04-04", Resource::addresses(block, block + 255), why);

    if b.networks {
        // The same addresses are a group's in the second network.
        let base = STRAY + 1_024;
        let group = b.group_at("Branch stores".to_owned(), base, Addresses::Range, BRANCH_NETWORK);
        b.schedule(Draft { network: BRANCH_NETWORK, ..Draft::weekly(&[group]) });
        b.orphans.push(v4_range(base + 1, base + 254, network));
        // The list of addresses names no network: they may be the group's.
        let why = "a group has them in another network";
        let resource = Resource::addresses(base + 1, base + 254);
        b.key.none("near/other-network", "C04-03", resource, why);
        super::scan_near::overlap(b, group);
    }
}
