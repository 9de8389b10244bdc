//! Control 7: agents that talk and do not assess, that are there twice, or that outlived their host.

use super::builder::{Addresses, Builder, DAY, GroupHandle, HostHandle};
use super::hosts::{Family, Standing, live_agent, source};
use super::key::Resource;
use super::schedules::Draft;

/// The longest lag between check-in and assessment, seconds.
const LAG: i64 = 7 * DAY;

pub(crate) fn plant(b: &mut Builder) {
    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    lag(b, group);
    twins(b, group);
    left_over(b, group);
    unsaid(b, group);
    versions(b, group);
}

/// The least versions by platform: Linux agents are exactly at theirs, and the other one is above,
/// but not in the order of letters.
pub(crate) const LEAST: [(&str, &str); 2] = [("linux", "6.1.0.28"), ("windows", "6.1.0.9")];

fn version(platform: &str, version: &str) -> Resource {
    Resource::of("agent_version", format!("{platform}/{version}"))
}

/// What holds wherever agents are up to date.
pub(crate) fn settle(b: &mut Builder) {
    let why = "nobody has a newer major version";
    for (platform, plant) in [("Linux", "edge/least"), ("WINDOWS", "near/above-least")] {
        b.key.plain().none("near/newest", "C07-05", version(platform, "6.1.0.28"), why);
        b.key.own().none(plant, "C07-05", version(platform, "6.1.0.28"), why);
    }
}

fn versions(b: &mut Builder, group: GroupHandle) {
    for text in ["5.9.0.3", "6.0.9.9", "6.10.0.1", "preview"] {
        let host = b.host(group, Standing::Both, Family::Linux);
        if let Some(agent) = &mut b.hosts[host.0].agent {
            text.clone_into(&mut agent.version);
        }
    }
    let of = |text| version("Linux", text);
    let why = "a major version behind the fleet";
    b.key.finding("pos/major", "C07-05", of("5.9.0.3"), why);
    b.key.plain().none("near/minor", "C07-05", of("6.0.9.9"), "only a minor version behind");
    b.key.own().finding("pos/least", "C07-05", of("6.0.9.9"), "below the least version");
    b.key.none("near/ten", "C07-05", of("6.10.0.1"), "ten is more than one");
    b.key.unknown("unknown/version", "C07-05", of("preview"), "no version in numbers");
}

fn agent(b: &Builder, host: HostHandle) -> Resource {
    let agent = b.hosts[host.0].agent.as_ref();
    Resource::of("agent", agent.map_or("", |agent| agent.agent_id.as_str()))
}

fn lag(b: &mut Builder, group: GroupHandle) {
    for (age, standing, plant, why) in [
        (LAG + 1, Standing::Both, "pos/7-days-and-a-second", "assessed 7 days and a second ago"),
        (LAG, Standing::Both, "edge/7-days", "assessed exactly 7 days ago"),
        (20 * DAY, Standing::SilentAgent, "near/silent", "it does not talk"),
        (20 * DAY, Standing::InactiveAgent, "near/inactive", "it is switched off"),
    ] {
        let host = b.host(group, standing, Family::Linux);
        b.hosts[host.0].host.last_vuln_scan = Some(b.ago(age));
        let agent = agent(b, host);
        if plant.starts_with("pos") {
            b.key.finding(plant, "C07-06", agent, why);
        } else {
            b.key.none(plant, "C07-06", agent, why);
        }
    }
    let host = b.host(group, Standing::Both, Family::Linux);
    b.hosts[host.0].host.last_vuln_scan = None;
    let agent = agent(b, host);
    b.key.unknown("unknown/no-date", "C07-06", agent, "when it was assessed is not said");
}

fn twins(b: &mut Builder, group: GroupHandle) {
    for (instances, plant, why) in [
        (["i-0c10e0d000000001", "i-0c10e0d000000001"], "pos/clone", "two agents of one instance"),
        (["i-0c10e0d000000002", "i-0c10e0d000000003"], "near/instances", "two instances"),
    ] {
        let mut first = None;
        for instance in instances {
            let host = b.host(group, Standing::Agent, Family::Linux);
            let clock = b.clock;
            let planted = &mut b.hosts[host.0];
            planted.host.dns = Some(format!("{}.corp.example", &plant[plant.len() - 5..]));
            planted.cloud =
                Some(source(instance.to_owned(), "RUNNING", clock - 400 * DAY, clock - DAY));
            first.get_or_insert(planted.host.id);
        }
        let host = Resource::of("host", first.unwrap_or_default());
        if plant.starts_with("pos") {
            b.key.finding(plant, "C07-07", host, why);
        } else {
            b.key.none(plant, "C07-07", host, why);
        }
    }
}

fn left_over(b: &mut Builder, group: GroupHandle) {
    for (licensed, plant, why) in [
        (true, "pos/terminated", "its instance is terminated and it has modules"),
        (false, "unknown/modules", "which modules it has is not said"),
    ] {
        let host = b.host(group, Standing::Terminated, Family::Linux);
        let id = b.hosts[host.0].host.id;
        let mut left = live_agent(id, b.ago(20 * DAY), false);
        if !licensed {
            left.modules.clear();
        }
        b.hosts[host.0].agent = Some(left);
        let agent = agent(b, host);
        if licensed {
            b.key.finding(plant, "C07-08", agent, why);
        } else {
            b.key.unknown(plant, "C07-08", agent, why);
        }
    }
    let host = b.host(group, Standing::Both, Family::Linux);
    let instance = "i-0c10e0d000000004".to_owned();
    b.hosts[host.0].cloud = Some(source(instance, "RUNNING", b.ago(400 * DAY), b.ago(DAY)));
    let agent = agent(b, host);
    b.key.none("near/running", "C07-08", agent, "its instance runs");
}

/// On a system that takes no agents, so that no share depends on what is not said.
fn unsaid(b: &mut Builder, group: GroupHandle) {
    let host = b.host(group, Standing::Both, Family::Network);
    if let Some(agent) = &mut b.hosts[host.0].agent {
        agent.modules.clear();
    }
    let agent = agent(b, host);
    b.key.unknown("unknown/modules", "C07-04", agent, "which modules it has is not said");
    let host = b.host(group, Standing::Both, Family::Linux);
    let agent = self::agent(b, host);
    b.key.none("near/active", "C07-04", agent, "active, with the VM module");
}
