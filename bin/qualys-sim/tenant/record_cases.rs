//! Control 8: records that open nothing, too little or too much, and what the hosts say of each.

use std::net::IpAddr;

use super::builder::{Addresses, BRANCH_NETWORK, Builder, DAY, GroupHandle, HostHandle, v4_range};
use super::hosts::{Family, Standing};
use super::key::Resource;
use super::model::{Host, IpRange};
use super::model_auth::AuthRecord;
use super::schedules::Draft;

const WINDOW: i64 = 30 * DAY;
const UNCHANGED: i64 = 365 * DAY;

fn covered_group(b: &mut Builder) -> GroupHandle {
    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    group
}

pub(crate) fn resource(kind: &str, id: u64) -> Resource {
    Resource::of("auth_record", format!("{kind}/{id}"))
}

pub(crate) fn near_misses(b: &mut Builder) {
    let group = covered_group(b);
    let host = failed(b, group, Standing::LoginAtLimit, WINDOW + 1);
    b.key.none("near/before", "C08-05", host, "failed a second before it logged in, 30 days ago");
    let ranges = b.groups[group.0].ip_set.clone();
    let record = b.auth_record("unix", "Old but vaulted", "svc_vaulted", 0, ranges);
    let modified = b.ago(UNCHANGED + 100 * DAY);
    last_record(b).modified = modified;
    let one = resource("unix", record);
    b.key.none("near/vault", "C08-06", one.clone(), "its password is in a vault");
    b.key.none("near/vault", "C08-07", one.clone(), "its password is in a vault");
    b.key.none("near/inside", "C08-08", one, "its addresses are subscribed");
    // Hosts enough for each record to stay above its limit, however small the bulk is.
    let group = covered_group(b);
    b.hosts(group, 30, Standing::Both, Family::Linux);
    let resource = Resource::group(b.group_id(group)).class("linux");
    b.key.none("near/record", "C08-02", resource, "a record has its addresses");
}

fn last_record(b: &mut Builder) -> &mut AuthRecord {
    let last = b.programme.auth_records.len() - 1;
    &mut b.programme.auth_records[last]
}

/// A host whose scan said so long ago that its login failed.
fn failed(b: &mut Builder, group: GroupHandle, standing: Standing, age: i64) -> Resource {
    let HostHandle(place) = b.host(group, standing, Family::Linux);
    b.hosts[place].failed_login = Some(b.clock - age);
    Resource::of("host", b.hosts[place].host.id)
}

pub(crate) fn faults(b: &mut Builder) {
    failures(b);
    unchanged(b);
    nowhere(b);
    same_user(b);
    outside(b);
    if b.networks {
        other_network(b);
        network_devices(b);
    }
}

fn failures(b: &mut Builder) {
    let group = covered_group(b);
    for (standing, age, plant, why) in [
        (Standing::Never, 3 * DAY, "pos/never", "failed, never logged in"),
        (Standing::Lost, 3 * DAY, "pos/lost", "failed after it used to log in"),
        (Standing::Never, WINDOW, "edge/30-days", "failed exactly 30 days ago"),
        (Standing::Never, WINDOW + 1, "near/30-days-and-a-second", "failed before the window"),
    ] {
        let host = failed(b, group, standing, age);
        if plant.starts_with("near") {
            b.key.none(plant, "C08-05", host, why);
        } else {
            b.key.finding(plant, "C08-05", host, why);
        }
    }
}

fn unchanged(b: &mut Builder) {
    for (age, user, plant, why) in [
        (UNCHANGED, "svc_year", "edge/365-days", "changed exactly 365 days ago"),
        (UNCHANGED + 1, "svc_older", "pos/365-days-and-a-second", "changed before that"),
    ] {
        let group = covered_group(b);
        let ranges = b.groups[group.0].ip_set.clone();
        let id = b.auth_record("unix", &format!("Record of {user}"), user, 0, ranges);
        let modified = b.ago(age);
        let record = last_record(b);
        record.login_type = "basic";
        record.vault = None;
        record.modified = modified;
        record.created = modified - DAY;
        let one = resource("unix", id);
        b.key.finding("pos/basic", "C08-07", one.clone(), "its password is in Qualys");
        if plant.starts_with("pos") {
            b.key.finding(plant, "C08-06", one, why);
        } else {
            b.key.none(plant, "C08-06", one, why);
        }
    }
}

/// Records that point at nothing, and one that needs no addresses.
fn nowhere(b: &mut Builder) {
    let id = b.auth_record("unix", "Points at nothing", "svc_nowhere", 0, Vec::new());
    b.key.finding("pos/empty", "C08-08", resource("unix", id), "no addresses");
    let gone = u32::from_be_bytes([10, 204, 0, 0]);
    let outside = vec![v4_range(gone + 1, gone + 9, None)];
    let id = b.auth_record("unix", "Points outside", "svc_outside", 0, outside.clone());
    b.key.finding("pos/outside", "C08-08", resource("unix", id), "none of it is subscribed");
    let group = covered_group(b);
    let ranges = [outside, b.groups[group.0].ip_set.clone()].concat();
    let id = b.auth_record("unix", "Half outside", "svc_half", 0, ranges);
    b.key.none("near/half", "C08-08", resource("unix", id), "a part of it is subscribed");
    let id = b.auth_record("windows", "Whole domain", "CORP\\svc_domain", 0, Vec::new());
    b.key.none("near/domain", "C08-08", resource("windows", id), "it serves a whole domain");
}

/// One user name in two records, across segments and within one.
fn same_user(b: &mut Builder) {
    let at = |second: u8, offset: u32| {
        let base = u32::from_be_bytes([10, second, 0, 0]) + offset;
        vec![v4_range(base, base + 20, None)]
    };
    for (user, second, plant, why) in [
        ("svc_everywhere", at(80, 1), "pos/trust", "on the plant floor and in the sites"),
        ("svc_sites", at(65, 1), "near/trust", "in two sites"),
    ] {
        let one = b.auth_record("unix", &format!("First of {user}"), user, 0, at(64, 200));
        let two = b.auth_record("unix", &format!("Second of {user}"), user, 0, second);
        let pair = resource("unix", one).class(format!("unix/{two}"));
        b.key.plain().unknown("unknown/no-segments", "C08-10", pair.clone(), why);
        if plant.starts_with("pos") {
            b.key.own().finding(plant, "C08-10", pair, why);
        } else {
            b.key.own().none(plant, "C08-10", pair, why);
        }
    }
    b.key.plain().without_finding("C08-10", "not_assessed");
}

/// Hosts that no record has.
fn outside(b: &mut Builder) {
    for (standing, plant, why) in [
        (Standing::Login, "pos/no-record", "two hosts in no record"),
        (Standing::Both, "near/agents", "in no record, but live agents"),
        (Standing::AgentAtLimit, "edge/agents", "their agents checked in exactly 7 days ago"),
    ] {
        let group = covered_group(b);
        b.hosts(group, 2, standing, Family::Linux);
        b.without_record.push(group);
        let resource = Resource::group(b.group_id(group)).class("linux");
        if plant.starts_with("pos") {
            b.key.finding(plant, "C08-02", resource, why);
        } else {
            b.key.none(plant, "C08-02", resource, why);
        }
    }
}

/// The record has the addresses, but in the first network.
fn other_network(b: &mut Builder) {
    let group = covered_group(b);
    let twin = b.twin_of(group, BRANCH_NETWORK);
    b.schedule(Draft { network: BRANCH_NETWORK, ..Draft::weekly(&[twin]) });
    super::scan_near::overlap(b, group);
    b.host(twin, Standing::Login, Family::Linux);
    b.without_record.push(twin);
    let resource = Resource::group(b.group_id(twin)).class("linux");
    let why = "a record has its addresses in another network";
    b.key.finding("pos/other-network", "C08-02", resource, why);
}

/// Switches of the second network, which only a Unix record of a sub type opens.
fn network_devices(b: &mut Builder) {
    let group = b.branch_group();
    b.schedule(Draft { network: BRANCH_NETWORK, ..Draft::weekly(&[group]) });
    b.host(group, Standing::Login, Family::Network);
    let ranges = b.groups[group.0].ip_set.clone();
    b.auth_record("unix", "Branch switches", "svc_switch", BRANCH_NETWORK, ranges);
    last_record(b).sub_type = Some("cisco");
    let family = Resource::family("network");
    b.key.none("near/cisco", "C08-01", family, "a record of the sub type cisco");
    let resource = Resource::group(b.group_id(group)).class("network");
    b.key.none("near/cisco", "C08-02", resource, "a record of the sub type cisco");
}

/// A host that a record may be judged by.
struct Judged {
    network: u32,
    address: IpAddr,
    family: Family,
    authenticated: bool,
}

/// What the hosts of each record say of it, once all records and hosts are written.
pub(crate) fn settle(b: &mut Builder) {
    if b.kind != super::Kind::Neglected {
        let why = "no user name is in two records";
        b.key.not_applicable("na/one-record", "C08-10", Resource::subscription(), why);
        b.key.without_finding("C08-10", "not_applicable");
    }
    let hosts = judged(b);
    let records: Vec<(&'static str, u64, u64, u64)> = b
        .programme
        .auth_records
        .iter()
        .map(|record| {
            let mine: Vec<&Judged> = hosts.iter().filter(|host| serves(record, host)).collect();
            let good = mine.iter().filter(|host| host.authenticated).count() as u64;
            (record.kind, record.id, good, mine.len() as u64)
        })
        .collect();
    for (kind, id, good, all) in records {
        let (one, why) = (resource(kind, id), format!("{good} of {all} hosts"));
        if good == 0 && all >= 3 {
            b.key.finding("pos/sum", "C08-03", one, &why);
        } else if good > 0 && good * 100 < all * 80 {
            b.key.finding("pos/sum", "C08-04", one.clone(), &why);
            b.key.none("near/some", "C08-03", one, &why);
        } else {
            b.key.none("near/sum", "C08-04", one.clone(), &why);
            b.key.none("near/sum", "C08-03", one, &why);
        }
    }
}

/// Hosts scanned in the window that are still there.
fn judged(b: &Builder) -> Vec<Judged> {
    let planted = b.hosts.iter().filter(|planted| {
        planted.cloud.as_ref().is_none_or(|cloud| cloud.instance_state != "TERMINATED")
    });
    let planted = planted.map(|planted| planted.host.clone());
    let bulk = (0..b.background.count).map(|number| b.background.host(number));
    planted.chain(bulk).filter_map(|host| judge(b, &host)).collect()
}

fn judge(b: &Builder, host: &Host) -> Option<Judged> {
    let inside = |time: Option<i64>| time.is_some_and(|time| b.clock - time <= WINDOW);
    let os = host.os.as_deref()?;
    let families = [Family::Windows, Family::Linux, Family::Network, Family::Vmware];
    let family = families
        .into_iter()
        .find(|family| (0..2).any(|variant| family.text(variant) == Some(os)))?;
    inside(host.last_vm_scan).then_some(Judged {
        network: host.network_id.unwrap_or(0),
        address: host.ip?,
        family,
        authenticated: inside(host.last_vm_auth),
    })
}

fn serves(record: &AuthRecord, host: &Judged) -> bool {
    let family = match (record.kind, record.sub_type) {
        ("windows", _) => Family::Windows,
        ("unix", None) => Family::Linux,
        ("unix", Some(_)) | ("snmp", _) => Family::Network,
        ("vmware", _) => Family::Vmware,
        _ => return false,
    };
    let holds = |range: &IpRange| range.first <= host.address && host.address <= range.last;
    let whole = record.kind == "windows" && record.ranges.is_empty();
    family == host.family
        && record.network_id.unwrap_or(0) == host.network
        && (whole || record.ranges.iter().any(holds))
}
