//! Control 2: hosts that count as seen from the inside, hosts that do not, and the sums at a limit.

use std::net::{IpAddr, Ipv6Addr};

use rand::Rng as _;

use super::builder::{Addresses, Builder, DAY, GroupHandle, room_for, v4_range};
use super::hosts::{Family, Standing};
use super::key::Resource;
use super::ledger::Class;
use super::schedules::Draft;

fn covered_group(b: &mut Builder) -> GroupHandle {
    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    group
}

/// Hosts that a wrong reading takes for unauthenticated.
pub(crate) fn near_misses(b: &mut Builder) {
    for (standing, plant, why) in [
        (
            Standing::Agent,
            "near/live-agent",
            "live agent with the VM module, no authentication date",
        ),
        (Standing::AgentAtLimit, "edge/agent-7-days", "its agent checked in exactly 7 days ago"),
        (Standing::LoginAtLimit, "edge/login-30-days", "authenticated exactly 30 days ago"),
        (
            Standing::ScanAtLimit,
            "edge/scan-30-days",
            "scanned and authenticated exactly 30 days ago",
        ),
        (Standing::Terminated, "near/terminated", "a terminated instance is in no population"),
        (
            Standing::OutOfWindow,
            "near/old-scan",
            "never authenticated, but not scanned in the window",
        ),
        (Standing::OutByASecond, "near/old-scan-second", "scanned 30 days and a second ago"),
    ] {
        let group = covered_group(b);
        let count = b.rng.random_range(1..=3);
        b.hosts(group, count, standing, Family::Linux);
        for check in ["C02-02", "C02-04", "C02-05"] {
            b.innocent_group(plant, check, group, why);
        }
    }
    let group = covered_group(b);
    b.hosts(group, 40, Standing::Both, Family::Windows);
    b.innocent_group("near/both-ways", "C02-02", group, "logins and live agents");

    let group = covered_group(b);
    b.hosts(group, 2, Standing::Login, Family::Unknown);
    b.innocent_group("near/unknown-os", "C02-04", group, "an unknown system that authenticated");

    let group = covered_group(b);
    for number in 1..=6 {
        let host = b.host(group, Standing::Login, Family::Vmware);
        b.hosts[host.0].host.ipv6 = Some(v6(number));
    }
    let why = "every host of the family authenticates";
    b.key.none("near/family", "C02-03", Resource::family("vmware"), why);
}

/// A host with an IPv6 address alone, tracked by its name.
pub(crate) fn host_without_v4(b: &mut Builder, group: GroupHandle) {
    let host = b.host(group, Standing::Both, Family::Linux);
    let host = &mut b.hosts[host.0].host;
    host.ip = None;
    host.ipv6 = Some(v6(0x77));
    host.tracking_method = String::from("DNS");
}

/// Groups and families with too few hosts seen from the inside, and those just good enough.
pub(crate) fn faults(b: &mut Builder) {
    let group = covered_group(b);
    b.hosts(group, 2, Standing::Login, Family::Aix);
    b.hosts(group, 4, Standing::Never, Family::Aix);

    let group = covered_group(b);
    b.hosts(group, 2, Standing::Login, Family::Network);
    b.hosts(group, 4, Standing::Lost, Family::Network);

    let group = covered_group(b);
    b.hosts(group, 4, Standing::Login, Family::Solaris);
    b.host(group, Standing::Never, Family::Solaris);
    b.innocent_group("edge/80-percent", "C02-02", group, "4 of 5 hosts: exactly 80 %");
    let why = "4 of 5 hosts: exactly 80 %";
    b.key.none("edge/80-percent", "C02-03", Resource::family("solaris"), why);

    let group = covered_group(b);
    b.hosts(group, 4, Standing::Never, Family::Macos);
    b.innocent_group("near/four-hosts", "C02-02", group, "4 hosts are too few to judge a group");
    b.innocent_group("near/four-hosts", "C07-02", group, "4 hosts are too few to judge a group");
    let why = "4 hosts are too few to judge a family";
    b.key.none("near/four-hosts", "C02-03", Resource::family("macos"), why);
    b.innocent_group(
        "near/never-is-not-lost",
        "C02-05",
        group,
        "never authenticated, not regressed",
    );

    for (standing, why) in [
        (Standing::SilentAgent, "its agent is silent for 7 days and a second"),
        (Standing::InactiveAgent, "its agent is inactive"),
        (Standing::OtherModule, "its agent has no VM module"),
        (Standing::RunningInstance, "a running instance leaves no population"),
        (Standing::NeverAtLimit, "scanned exactly 30 days ago, never authenticated"),
    ] {
        let group = covered_group(b);
        b.host(group, standing, Family::Linux);
        let id = b.group_id(group);
        b.key.finding("pos/one-host", "C02-04", Resource::group(id), why);
    }

    let group = covered_group(b);
    b.host(group, Standing::LostByASecond, Family::Windows);
    let id = b.group_id(group);
    let why = "authenticated 30 days and a second ago";
    b.key.finding("pos/lost-by-a-second", "C02-05", Resource::group(id), why);
    b.innocent_group("near/lost-is-not-never", "C02-04", group, "it did authenticate once");

    let group = covered_group(b);
    b.host(group, Standing::Lost, Family::Unknown);
    let id = b.group_id(group);
    let why = "an unknown system that used to authenticate";
    b.key.finding("pos/unknown-os", "C02-05", Resource::group(id), why);
}

fn v6(number: u16) -> IpAddr {
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0x40, 0, 0, 0, 0, number))
}

/// A group of `count` hosts without a valid login, half never, half no longer.
pub(crate) fn legacy(b: &mut Builder, count: u64, overdue: bool) {
    // A range of its own that holds any number of hosts.
    let title = b.title();
    let base = u32::from_be_bytes([172, 16, 0, 0]);
    let group = b.group_at(title, base, Addresses::None, 0);
    let network = b.network(0);
    let last = base + room_for(count) - 2;
    b.groups[group.0].ip_set.push(v4_range(base + 1, last, network));
    b.schedule(Draft::weekly(&[group]));
    let qids: Vec<(Class, u32)> =
        Class::ALL.into_iter().map(|class| (class, b.vuln(class.severity()))).collect();
    let late = b.vuln(3);
    for number in 0..count {
        let standing = if number.is_multiple_of(2) { Standing::Never } else { Standing::Lost };
        let family = if number % 3 == 0 { Family::Windows } else { Family::Linux };
        let host = b.host(group, standing, family);
        if overdue {
            // Nobody tagged them either.
            b.hosts[host.0].host.tags.clear();
            b.ledger.untagged();
            for (class, qid) in &qids {
                let age = b.between(class.limit() + 1, class.limit() + 200);
                b.overdue(host, *qid, *class, age, "pos/legacy");
            }
            let age = b.between(1, 28);
            b.fixed(host, late, Class::Medium, age, 120 * DAY);
        }
    }
}

/// Hosts that were never scanned, up to the limit of 5 %: exactly, unless `at_most` is less.
pub(crate) fn never_scanned(b: &mut Builder, at_most: u64) {
    let group = covered_group(b);
    let others = b.ledger.never_scanned().whole;
    // m of (others + m) is 5 % for m = others / 19.
    let pad = (19 - others % 19) % 19;
    for _ in 0..pad {
        // Policies have the group, for its other hosts.
        let host = b.host(group, Standing::Both, Family::Windows);
        b.hosts[host.0].host.last_compliance_scan = Some(b.ago(5 * DAY));
    }
    let count = ((others + pad) / 19).min(at_most);
    // Nobody knows the system of a host that was never scanned.
    b.hosts(group, count, Standing::NeverScanned, Family::Unknown);
    b.innocent_group("near/never-scanned", "C02-04", group, "never scanned is not D1");
}

/// One host of eleven was never scanned.
pub(crate) fn never_scanned_often(b: &mut Builder) {
    let group = covered_group(b);
    let count = b.ledger.never_scanned().whole / 10 + 1;
    b.hosts(group, count, Standing::NeverScanned, Family::Unknown);
}

/// Hosts without a login so that exactly four of five are seen from the inside.
pub(crate) fn exactly_four_of_five(b: &mut Builder) {
    let group = covered_group(b);
    let known = b.ledger.authenticated().part;
    let pad = (4 - known % 4) % 4;
    b.hosts(group, pad, Standing::Both, Family::Linux);
    legacy(b, (known + pad) / 4, false);
}
