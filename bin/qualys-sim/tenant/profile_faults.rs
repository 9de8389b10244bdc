//! Controls 3 and 16: option profiles and search lists that hide findings, with their near misses.

use super::builder::{Addresses, Builder, DAY, GroupHandle, HostHandle};
use super::hosts::{Family, Standing};
use super::key::Resource;
use super::ledger::Class;
use super::model_scanning::{DetectionScope, OptionProfile};
use super::schedules::Draft;

pub(crate) fn plant(b: &mut Builder) {
    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    logins(b, group);
    ports(b, group);
    lists(b, group);
    settings(b, group);
}

/// A profile changed by `change`, used by a schedule of its own; ids of both.
fn used(
    b: &mut Builder,
    group: GroupHandle,
    title: &'static str,
    change: impl FnOnce(&mut OptionProfile),
) -> (u64, u64) {
    let id = unused(b, title, change);
    let schedule = b.schedule(Draft { profile: Some(title), ..Draft::weekly(&[group]) });
    (id, schedule)
}

fn unused(b: &mut Builder, title: &str, change: impl FnOnce(&mut OptionProfile)) -> u64 {
    let place = b.profile(title);
    let profile = &mut b.programme.option_profiles[place];
    change(profile);
    profile.id
}

fn profile(id: u64) -> Resource {
    Resource::of("option_profile", id)
}

fn logins(b: &mut Builder, group: GroupHandle) {
    let (id, _) = used(b, group, "No logins", |one| one.authentication = Vec::new());
    b.key.finding("pos/no-logins", "C03-01", profile(id), "internal scans without logins");
    let id = unused(b, "Old no logins", |one| one.authentication = Vec::new());
    b.key.none("near/unused", "C03-01", profile(id), "nothing uses it");

    let (_, schedule) = used(b, group, "Login test", |one| one.test_authentication = true);
    let why = "the profile only tests logins";
    b.key.finding("pos/login-test", "C03-11", Resource::schedule(schedule), why);
    unused(b, "Login test, spare", |one| one.test_authentication = true);
    let off =
        Draft { profile: Some("Login test, spare"), ..Draft::weekly(&[group]).switched_off(0) };
    let schedule = b.schedule(off);
    let why = "the schedule is switched off";
    b.key.none("near/switched-off", "C03-11", Resource::schedule(schedule), why);

    if let Some(initial) = b.programme.option_profiles.iter_mut().find(|one| one.is_default) {
        initial.authentication = Vec::new();
        b.key.finding("pos/default", "C03-13", profile(initial.id), "the default has no logins");
    }
    let id = unused(b, "Not the default", |one| one.authentication = Vec::new());
    b.key.none("near/not-default", "C03-13", profile(id), "weak, but not the default");
}

fn ports(b: &mut Builder, group: GroupHandle) {
    let (id, _) = used(b, group, "Light ports", |one| "light".clone_into(&mut one.tcp_ports));
    b.key.finding("pos/light", "C03-04", profile(id), "light TCP ports");
    let (id, _) = used(b, group, "No TCP ports", |one| "none".clone_into(&mut one.tcp_ports));
    b.key.escalated("pos/none", "C03-04", profile(id), "high", "no TCP port");
    let (id, _) = used(b, group, "Standard ports", |one| {
        "standard".clone_into(&mut one.tcp_ports);
        "light".clone_into(&mut one.udp_ports);
    });
    b.key.none("edge/standard", "C03-04", profile(id), "standard is enough");
    b.key.none("edge/light", "C03-05", profile(id), "light is enough for UDP");
    let (id, _) = used(b, group, "No UDP ports", |one| "none".clone_into(&mut one.udp_ports));
    b.key.finding("pos/none", "C03-05", profile(id), "no UDP port");

    let id = unused(b, "Few ports, spare", |one| {
        "light".clone_into(&mut one.tcp_ports);
        "none".clone_into(&mut one.udp_ports);
    });
    for check in ["C03-04", "C03-05"] {
        b.key.none("near/unused", check, profile(id), "few ports, but nothing uses it");
    }

    let (id, _) = used(b, group, "Light and authoritative", |one| {
        "light".clone_into(&mut one.tcp_ports);
        one.authoritative = true;
    });
    b.key.finding("pos/light", "C03-04", profile(id), "light TCP ports");
    b.key.finding("pos/authoritative", "C03-09", profile(id), "light scans close findings");
    let (id, _) = used(b, group, "Full and authoritative", |one| one.authoritative = true);
    b.key.none("near/authoritative", "C03-09", profile(id), "full scans may close findings");
}

fn settings(b: &mut Builder, group: GroupHandle) {
    let (id, _) = used(b, group, "Closes early", |one| one.close_after_scans = Some(4));
    b.key.finding("pos/four-scans", "C03-08", profile(id), "closes after four missed scans");
    let (id, _) = used(b, group, "Closes late", |one| one.close_after_scans = Some(5));
    b.key.none("edge/five-scans", "C03-08", profile(id), "closes after five missed scans");
    let id = unused(b, "Closes early, spare", |one| one.close_after_scans = Some(4));
    b.key.none("near/unused", "C03-08", profile(id), "closes early, but nothing uses it");
}

fn lists(b: &mut Builder, group: GroupHandle) {
    // Every listed QID is found somewhere, so that the knowledge base is asked about it.
    let found = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[found]));
    let host = b.host(found, Standing::Both, Family::Linux);
    let wanted = pool(b, host, 3);
    let list = b.search_list("Wanted checks", wanted);
    let custom = DetectionScope::Custom(vec![list]);
    let (id, _) = used(b, group, "Few checks", |one| one.detection = custom.clone());
    b.key.finding("pos/custom", "C03-02", profile(id), "tests a list only");
    let (id, _) = used(b, group, "Chosen at launch", |one| one.detection = DetectionScope::Runtime);
    b.key.finding("pos/runtime", "C03-02", profile(id), "tests what is chosen at launch");
    let id = unused(b, "Few checks, spare", |one| one.detection = custom);
    b.key.none("near/unused", "C03-02", profile(id), "nothing uses it");

    let severe = b.vuln(4);
    b.in_time(host, severe, Class::High, 5 * DAY);
    let small = pool(b, host, 1);
    for (title, name, qids, plant) in [
        (
            "Leaves out severe",
            "Severe checks",
            [&small[..], &[severe]].concat(),
            Some("pos/severe"),
        ),
        ("Leaves out many", "Fifty-one checks", pool(b, host, 51), Some("pos/many")),
        ("Leaves out some", "Fifty checks", pool(b, host, 50), None),
    ] {
        let list = b.search_list(name, qids);
        let resource = Resource::of("search_list", list.0);
        let (id, _) = used(b, group, title, |one| one.excluded_lists = vec![list]);
        b.key.finding("pos/excludes", "C03-03", profile(id), "leaves out a search list");
        match plant {
            Some("pos/severe") => {
                b.key.escalated("pos/severe", "C16-07", resource, "high", "one QID of severity 4");
            }
            Some(plant) => b.key.finding(plant, "C16-07", resource, "51 QIDs, limit 50"),
            None => b.key.none("edge/fifty", "C16-07", resource, "50 QIDs of severity 3 or less"),
        }
    }
    let list = b.search_list("Never used", vec![severe]);
    let spare = Resource::of("search_list", list.0);
    b.key.none("near/unused", "C16-07", spare, "a severe QID, but no profile in use");
    let id = unused(b, "Leaves out, unused", |one| one.excluded_lists = vec![list]);
    b.key.none("near/unused", "C03-03", profile(id), "nothing uses it");
}

/// New QIDs of severity 3, each found on the host.
fn pool(b: &mut Builder, host: HostHandle, count: usize) -> Vec<u32> {
    let qids: Vec<u32> = (0..count).map(|_| b.vuln(3)).collect();
    for qid in &qids {
        b.in_time(host, *qid, Class::Medium, 10 * DAY);
    }
    qids
}
