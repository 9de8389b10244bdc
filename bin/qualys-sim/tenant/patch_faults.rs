//! Controls 11 and 17: patches that wait and software without any, with their near misses.

use super::builder::{Addresses, Builder, DAY};
use super::hosts::{Family, Standing};
use super::key::Resource;
use super::ledger::Class;
use super::model::Vuln;
use super::schedules::Draft;

pub(crate) fn plant(b: &mut Builder) {
    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    let host = b.host(group, Standing::Both, Family::Linux);
    let open = |b: &mut Builder, class: Class, age: i64, change: &dyn Fn(&mut Vuln)| {
        let qid = b.vuln(class.severity());
        b.in_time(host, qid, class, age).qds = Some(20 * class.severity() - 15);
        if let Some(vuln) = b.vulns.get_mut(&qid) {
            change(vuln);
        }
        qid
    };
    let clock = b.clock;
    let patched = |age: i64| move |vuln: &mut Vuln| vuln.patch_published = Some(clock - age);

    for (age, plant) in [(14 * DAY, "edge/14-days"), (14 * DAY + 1, "pos/14-days-and-a-second")] {
        let qid = b.vuln(5);
        b.in_time(host, qid, Class::Critical, age);
        if plant.starts_with("pos") {
            let why = "a score of 97, open for 14 days and a second";
            b.key.finding(plant, "C17-03", Resource::qid(qid), why);
        } else {
            b.fine(plant, "C17-03", qid, "a score of 97, open for exactly 14 days");
        }
    }

    let qid = open(b, Class::High, 5 * DAY, &patched(30 * DAY));
    b.fine("edge/30-days", "C11-02", qid, "the patch is exactly 30 days old");
    let qid = open(b, Class::High, 5 * DAY, &patched(30 * DAY + 1));
    let why = "the patch is 30 days and a second old";
    b.key.finding("pos/30-days-and-a-second", "C11-02", Resource::qid(qid), why);
    let qid = open(b, Class::Critical, 5 * DAY, &|vuln| vuln.patch_published = None);
    let why = "no date of the patch; published years ago";
    b.key.finding("pos/published", "C11-02", Resource::qid(qid), why);
    let qid = open(b, Class::Medium, 5 * DAY, &patched(90 * DAY));
    b.fine("near/medium", "C11-02", qid, "medium");
    b.fine("edge/90-days", "C11-03", qid, "the patch is exactly 90 days old");
    let qid = open(b, Class::Medium, 5 * DAY, &patched(90 * DAY + 1));
    let why = "the patch is 90 days and a second old";
    b.key.finding("pos/90-days-and-a-second", "C11-03", Resource::qid(qid), why);

    let unpatchable = |vuln: &mut Vuln| {
        vuln.patchable = Some(false);
        vuln.patch_published = None;
    };
    let qid = open(b, Class::Medium, 60 * DAY, &unpatchable);
    b.fine("near/no-patch", "C11-03", qid, "medium, and there is no patch");
    b.fine("near/medium", "C11-04", qid, "no patch, open for 60 days, but medium");
    let qid = open(b, Class::High, 30 * DAY, &unpatchable);
    b.fine("edge/30-days", "C11-04", qid, "no patch, open for exactly 30 days");
    let qid = b.vuln(4);
    b.overdue(host, qid, Class::High, 30 * DAY + 1, "pos/no-patch");
    if let Some(vuln) = b.vulns.get_mut(&qid) {
        unpatchable(vuln);
    }
    let why = "no patch, open for 30 days and a second";
    b.key.finding("pos/30-days-and-a-second", "C11-04", Resource::qid(qid), why);

    let qid = open(b, Class::Critical, 5 * DAY, &|vuln| {
        unpatchable(vuln);
        vuln.title = format!("EOL/Obsolete Software: Tarnbase 2 ({})", vuln.qid);
    });
    b.key.finding("pos/end-of-life", "C11-05", Resource::qid(qid), "end of life");
    let qid = open(b, Class::High, 5 * DAY, &|vuln| {
        vuln.title = format!("Tarnbase 3 close to EOL/Obsolete ({})", vuln.qid);
    });
    b.fine("near/title", "C11-05", qid, "the title does not begin with it");

    for (age, kernel, plant) in [
        (30 * DAY, Some(true), "edge/30-days"),
        (30 * DAY + 1, Some(true), "pos/30-days-and-a-second"),
        (90 * DAY, None, "near/no-kernel"),
    ] {
        let host = b.host(group, Standing::Both, Family::Linux);
        let qid = b.vuln(4);
        b.in_time(host, qid, Class::High, 5 * DAY).running_kernel = kernel;
        let booted = b.ago(age);
        let planted = &mut b.hosts[host.0].host;
        planted.last_boot = Some(booted);
        let resource = Resource::of("host", planted.id);
        match kernel {
            None => b.key.none(plant, "C11-06", resource, "booted long ago, on a sound kernel"),
            Some(_) if plant.starts_with("pos") => {
                b.key.finding(plant, "C11-06", resource, "booted 30 days and a second ago");
            }
            Some(_) => b.key.none(plant, "C11-06", resource, "booted exactly 30 days ago"),
        }
    }
}
