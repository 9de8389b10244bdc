//! Controls 7 and 8: logins that do not work and agents that do not either, with their near misses.

use super::builder::{Addresses, BRANCH_NETWORK, Builder, DAY, GroupHandle};
use super::hosts::{Family, Standing};
use super::key::Resource;
use super::schedules::Draft;

pub(crate) fn plant(b: &mut Builder) {
    failing_records(b);
    family_without_record(b);
    profile_without_technology(b);
    idle_agents(b);
    group_without_policy(b);
    groups_without_owner(b);
}

fn covered_group(b: &mut Builder) -> GroupHandle {
    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    group
}

fn failing_records(b: &mut Builder) {
    for (number, (good, bad, plant, why)) in [
        (0, 3, "edge/three-hosts", "0 of 3 hosts"),
        (0, 5, "pos/no-login", "0 of 5 hosts"),
        (4, 1, "near/four-of-five", "4 of 5 hosts"),
        (0, 2, "near/two-hosts", "2 hosts are too few to judge a record"),
        (1, 3, "near/one-login", "1 of 4 hosts"),
    ]
    .into_iter()
    .enumerate()
    {
        let group = covered_group(b);
        b.hosts(group, good, Standing::Login, Family::Linux);
        b.hosts(group, bad, Standing::Never, Family::Linux);
        let ranges = b.groups[group.0].ip_set.clone();
        let title = format!("Record of {}", b.group_title(group));
        let record = b.auth_record("unix", &title, &format!("svc_probe{number}"), 0, ranges);
        let resource = Resource::of("auth_record", format!("unix/{record}"));
        if good == 4 {
            b.key.none("edge/80-percent", "C08-04", resource.clone(), why);
        }
        if good == 0 && bad >= 3 {
            b.key.finding(plant, "C08-03", resource, why);
        } else {
            b.key.none(plant, "C08-03", resource, why);
        }
    }
}

/// Hypervisors have a record in the first network only.
fn family_without_record(b: &mut Builder) {
    if b.networks {
        let group = b.branch_group();
        b.schedule(Draft { network: BRANCH_NETWORK, ..Draft::weekly(&[group]) });
        b.host(group, Standing::Login, Family::Vmware);
        let why = "no record in the second network";
        b.key.finding("pos/no-record", "C08-01", Resource::family("vmware"), why);
        let resource = Resource::group(b.group_id(group)).class("vmware");
        b.key.finding("pos/no-record", "C08-02", resource, why);
    }
    for family in ["linux", "windows"] {
        b.key.none("near/records", "C08-01", Resource::family(family), "a record in each network");
    }
}

fn profile_without_technology(b: &mut Builder) {
    let group = b.group(Addresses::Range);
    b.host(group, Standing::Login, Family::Linux);
    b.host(group, Standing::Login, Family::Windows);
    let place = b.profile("Windows logins");
    let profile = &mut b.programme.option_profiles[place];
    profile.authentication = vec!["Windows".to_owned()];
    let id = profile.id;
    b.schedule(Draft { profile: Some("Windows logins"), ..Draft::weekly(&[group]) });
    let resource = |family: &str| Resource::of("option_profile", id).class(family);
    b.key.finding("pos/no-unix", "C08-09", resource("linux"), "it does not use Unix logins");
    b.key.none("near/windows", "C08-09", resource("windows"), "it uses Windows logins");
}

fn idle_agents(b: &mut Builder) {
    let group = covered_group(b);
    b.host(group, Standing::InactiveAgent, Family::Linux);
    b.host(group, Standing::OtherModule, Family::Linux);
    let host = b.host(group, Standing::AgentAtLimit, Family::Linux);
    let agent = b.hosts[host.0].agent.as_ref().map(|agent| agent.agent_id.clone());
    let resource = Resource::of("agent", agent.unwrap_or_default());
    b.key.none("edge/7-days", "C07-04", resource, "active, with the VM module");
    let id = b.group_id(group);
    let other = covered_group(b);
    b.hosts(other, 4, Standing::Both, Family::Windows);
    b.host(other, Standing::Login, Family::Windows);
    b.innocent_group("edge/80-percent", "C07-02", other, "4 of 5 hosts have a live agent");
    b.innocent_group("near/fresh", "C07-03", other, "its agents checked in lately");
    b.key.none("edge/7-days", "C07-03", Resource::group(id), "checked in exactly 7 days ago");
}

fn group_without_policy(b: &mut Builder) {
    for (left_out, plant, why) in [
        (true, "pos/no-policy", "scanned for compliance, in no policy"),
        (false, "near/policy", "scanned for compliance, in a policy"),
    ] {
        let group = covered_group(b);
        let host = b.host(group, Standing::Both, Family::Linux);
        b.hosts[host.0].host.last_compliance_scan = Some(b.ago(5 * DAY));
        let id = b.group_id(group);
        if left_out {
            b.without_policy.push(group);
            b.key.finding(plant, "C09-04", Resource::group(id), why);
        } else {
            b.key.none(plant, "C09-04", Resource::group(id), why);
        }
    }
}

/// The owner that `people_faults` writes is inactive.
fn groups_without_owner(b: &mut Builder) {
    let group = covered_group(b);
    let owner = super::people_faults::FORMER_OWNER_ID;
    b.groups[group.0].owner_user_id = Some(owner);
    let id = b.group_id(group);
    b.key.finding("pos/inactive-owner", "C04-08", Resource::group(id), "its owner is inactive");
    let group = covered_group(b);
    let id = b.group_id(group);
    b.key.none("near/owner", "C04-08", Resource::group(id), "its owner is active");
    b.key.none("near/full", "C04-07", Resource::group(id), "it has addresses, if no host");
    let (first, last) = b.block(group);
    let resource = Resource::addresses(first + 1, last - 1).class(BRANCH_NETWORK);
    b.key.none("near/one-network", "C04-11", resource, "in one network only");
}
