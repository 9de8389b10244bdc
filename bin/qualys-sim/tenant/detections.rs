//! Control 10: findings inside and outside their limits, and those that only look overdue.

use rand::Rng as _;

use super::builder::{Addresses, Builder, DAY, GroupHandle, HOUR, HostHandle};
use super::declared::Exploited;
use super::hosts::{Family, Standing};
use super::key::Resource;
use super::ledger::Class;
use super::model::Stamp;
use super::people;
use super::schedules::Draft;

/// The indicator that marks a vulnerability as known to be exploited.
const KNOWN_EXPLOITED: &str = "Cisa_Known_Exploited_Vulns";

fn covered_group(b: &mut Builder) -> GroupHandle {
    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    group
}

/// Findings that a wrong reading reports.
pub(crate) fn near_misses(b: &mut Builder) {
    let group = covered_group(b);
    let host = b.host(group, Standing::Both, Family::Linux);

    for (class, plant) in [
        (Class::Critical, "edge/15-days"),
        (Class::High, "edge/30-days"),
        (Class::Medium, "edge/90-days"),
    ] {
        let qid = b.vuln(class.severity());
        // A high score would break the shorter limit of control 17.
        b.in_time(host, qid, class, class.limit() * DAY).qds = Some(20 * class.severity() - 15);
        b.fine(plant, class.check(), qid, "exactly at the limit");
        b.fine(plant, "C17-03", qid, "its score is below 90");
    }
    left_out(b, host);
    dates(b, host);
    known_exploited(b, host);

    let other = covered_group(b);
    let gone = b.host(other, Standing::Terminated, Family::Linux);
    let qid = b.vuln(5);
    b.put(gone, qid, 5, 400 * DAY);
    b.fine("near/terminated", "C10-01", qid, "the instance is terminated");

    let other = covered_group(b);
    let quiet = b.host(other, Standing::ScanAtLimit, Family::Windows);
    let qid = b.vuln(3);
    b.in_time(quiet, qid, Class::Medium, 60 * DAY);
    b.innocent_group("edge/test-30-days", "C10-08", other, "last tested exactly 30 days ago");

    let other = covered_group(b);
    let stale = b.host(other, Standing::OutOfWindow, Family::Windows);
    let qid = b.vuln(4);
    let detection = b.put(stale, qid, 4, 400 * DAY);
    detection.status = Some("Fixed".to_owned());
    detection.last_fixed = detection.last_found;
    b.innocent_group("near/fixed-untested", "C10-08", other, "fixed findings need no retest");
}

/// Rows that are in no SLA population, each a long time old.
fn left_out(b: &mut Builder, host: HostHandle) {
    // Medium: control 16 reports severity 4 and 5 that nobody sees.
    let age = 400 * DAY;
    let qid = b.vuln(3);
    b.put(host, qid, 3, age).is_ignored = true;
    for check in ["C10-03", "C16-09"] {
        b.fine("near/ignored", check, qid, "ignored, 400 days old, severity 3");
    }
    let qid = b.vuln(3);
    b.put(host, qid, 3, age).is_disabled = true;
    if let Some(vuln) = b.vulns.get_mut(&qid) {
        vuln.is_disabled = true;
    }
    for check in ["C10-03", "C16-08"] {
        b.fine("near/disabled", check, qid, "disabled, 400 days old, severity 3");
    }
    let qid = b.vuln(5);
    b.put(host, qid, 5, age).kind = String::from("Potential");
    if let Some(vuln) = b.vulns.get_mut(&qid) {
        vuln.vuln_type = String::from("Potential Vulnerability");
    }
    b.fine("near/potential", "C10-01", qid, "potential, 400 days old");

    let qid = b.vuln(5);
    let fixed = b.ago(350 * DAY);
    let detection = b.put(host, qid, 5, age);
    detection.status = Some("Fixed".to_owned());
    detection.last_fixed = Some(fixed);
    b.fine("near/fixed", "C10-01", qid, "found 400 days ago, fixed 350 days ago");

    let (limit, young) = (LOW * DAY, 100 * DAY);
    low(b, host, Stamp::At(b.clock - limit), "edge/400-days");
    low(b, host, Stamp::At(b.clock - young), "near/100-days");

    let qid = b.vuln(3);
    let edited = b.ago(100 * DAY);
    if let Some(vuln) = b.vulns.get_mut(&qid) {
        vuln.last_customization = Some((edited, people::SCANNER.to_owned()));
    }
    b.in_time(host, qid, Class::Medium, 40 * DAY);
    for check in ["C10-01", "C10-02", "C10-03"] {
        b.fine("near/edited", check, qid, "edited down to severity 3, 40 days old");
    }
}

/// The limit in days that the tenants' own profiles set for low; by default there is none.
pub(crate) const LOW: i64 = 400;

fn low(b: &mut Builder, host: HostHandle, first_found: Stamp, plant: &str) {
    let qid = b.vuln(2);
    b.put(host, qid, 2, DAY).first_found = first_found;
    let one = || Resource::qid(qid);
    let why = "low, and there is no limit for low by default";
    b.key.plain().not_applicable("na/low", "C10-04", one(), why);
    let key = b.key.own();
    match plant.split('/').next() {
        Some("pos") => key.finding(plant, "C10-04", one(), "low, 400 days and a second old"),
        Some("unknown") => key.unknown(plant, "C10-04", one(), "low, no usable first date"),
        _ => key.none(plant, "C10-04", one(), "low, at most 400 days old"),
    }
}

/// Re-opened rows, kernels and dates on the innocent side.
fn dates(b: &mut Builder, host: HostHandle) {
    let qid = b.vuln(5);
    let (reopened, scan) = (b.ago(2 * DAY), b.hosts[host.0].host.last_vm_scan);
    let detection = b.in_time(host, qid, Class::Critical, 10 * DAY);
    detection.status = Some("Re-Opened".to_owned());
    detection.first_reopened = Some(reopened);
    detection.last_reopened = Some(reopened);
    detection.times_reopened = Some(1);
    detection.last_fixed = scan.map(|scan| scan.min(reopened) - DAY);
    b.fine("near/reopened", "C10-01", qid, "inside the limit under both clocks");
    b.fine("near/reopened-once", "C10-10", qid, "came back once");

    let qid = b.vuln(3);
    let detection = b.in_time(host, qid, Class::Medium, 60 * DAY);
    detection.times_reopened = Some(3);
    detection.first_reopened = Some(reopened - 30 * DAY);
    detection.last_reopened = Some(reopened - 10 * DAY);
    b.fine("near/active-again", "C10-10", qid, "was re-opened three times, but is Active");

    let qid = b.vuln(4);
    b.in_time(host, qid, Class::High, 12 * DAY).running_kernel = Some(true);
    b.fine("near/running-kernel", "C10-07", qid, "affects the running kernel, inside its limit");

    let qid = b.vuln(5);
    b.in_time(host, qid, Class::Critical, -12 * HOUR);
    b.fine("near/tomorrow", "C10-01", qid, "found 12 hours after the clock: age 0");

    let qid = b.vuln(4);
    b.fixed(host, qid, Class::High, 3 * DAY, 30 * DAY);
    b.fine("edge/fixed-in-30-days", "C10-02", qid, "fixed after exactly 30 days");
}

fn known_exploited(b: &mut Builder, host: HostHandle) {
    let qid = b.vuln(4);
    mark_exploited(b, qid);
    b.in_time(host, qid, Class::High, 14 * DAY);
    b.fine("edge/exploited-14-days", "C10-06", qid, "known exploited, open for exactly 14 days");

    let qid = b.vuln(4);
    b.in_time(host, qid, Class::High, 20 * DAY);
    listed(b, qid, Some(0));
    b.fine("edge/due-today", "C10-06", qid, "due today");
    let qid = b.vuln(4);
    b.in_time(host, qid, Class::High, 14 * DAY);
    listed(b, qid, None);
    b.fine("edge/no-day", "C10-06", qid, "no due day, open for exactly 14 days");
    let qid = b.vuln(4);
    b.fixed_before(host, qid, Class::High, 60 * DAY, 10 * DAY);
    listed(b, qid, Some(-50 * DAY));
    b.fine("near/fixed", "C10-06", qid, "fixed before it was due");
}

/// Puts the QID's CVE on the list, due on the day that lies so many seconds ahead.
fn listed(b: &mut Builder, qid: u32, due: Option<i64>) {
    let day = |time: i64| crate::wire::xml::date(time).chars().take(10).collect::<String>();
    let cves = b.vulns.get(&qid).map(|vuln| vuln.cves.clone()).unwrap_or_default();
    for cve in cves.into_iter().rev().take(1) {
        let due = due.map_or_else(String::new, |ahead| day(b.clock + ahead));
        let added = day(b.ago(100 * DAY));
        b.declared.exploited.push(Exploited { cve, vendor: "Example", added, due });
    }
}

/// Findings that only the list of known exploited vulnerabilities makes urgent, and one of which it
/// says that there is time.
fn by_the_list(b: &mut Builder, host: HostHandle) {
    let qid = b.vuln(4);
    b.in_time(host, qid, Class::High, DAY);
    listed(b, qid, Some(-DAY));
    b.key.own().finding("pos/due-yesterday", "C10-06", Resource::qid(qid), "due yesterday");
    b.key.plain().none("near/no-list", "C10-06", Resource::qid(qid), "no list says so");

    let qid = b.vuln(4);
    b.in_time(host, qid, Class::High, DAY);
    listed(b, qid, Some(-DAY));
    if let Some(vuln) = b.vulns.get_mut(&qid) {
        vuln.cves.push(format!("CVE-2021-{qid:07}"));
    }
    listed(b, qid, Some(300 * DAY));
    let why = "two CVEs, the first due yesterday";
    b.key.own().finding("pos/earliest", "C10-06", Resource::qid(qid), why);

    let qid = b.vuln(4);
    b.in_time(host, qid, Class::High, 14 * DAY + 1);
    listed(b, qid, None);
    let why = "no due day, open for 14 days and a second";
    b.key.own().finding("pos/no-day", "C10-06", Resource::qid(qid), why);

    let qid = b.vuln(4);
    mark_exploited(b, qid);
    b.in_time(host, qid, Class::High, 20 * DAY);
    listed(b, qid, Some(5 * DAY));
    let why = "known exploited, open for 20 days";
    b.key.plain().finding("pos/exploited", "C10-06", Resource::qid(qid), why);
    b.key.own().none("near/due-later", "C10-06", Resource::qid(qid), "due in five days");

    let qid = undated_row(b, host, Stamp::Absent, "unknown/listed");
    listed(b, qid, None);
    let why = "no due day and no usable first date";
    b.key.own().unknown("unknown/undated", "C10-06", Resource::qid(qid), why);
}

fn mark_exploited(b: &mut Builder, qid: u32) {
    if let Some(vuln) = b.vulns.get_mut(&qid) {
        vuln.threat_indicators.push((18, KNOWN_EXPLOITED.to_owned()));
    }
}

/// Findings past their limits and the other faults of control 10.
pub(crate) fn faults(b: &mut Builder) {
    let group = covered_group(b);
    let host = b.host(group, Standing::Login, Family::Linux);
    for class in Class::ALL {
        let qid = b.vuln(class.severity());
        b.overdue(host, qid, class, class.limit() * DAY + 1, "pos/second-too-old");
    }
    overdue_critical(b, host);
    let qid = b.vuln(5);
    let reopened = b.ago(5 * DAY);
    let detection = b.overdue(host, qid, Class::Critical, 100 * DAY, "pos/reopened-lately");
    detection.status = Some("Re-Opened".to_owned());
    detection.first_reopened = Some(reopened);
    detection.last_reopened = Some(reopened);
    detection.times_reopened = Some(1);

    let qid = b.vuln(4);
    mark_exploited(b, qid);
    b.in_time(host, qid, Class::High, 20 * DAY);
    let why = "known exploited, open for 20 days";
    b.key.finding("pos/exploited", "C10-06", Resource::qid(qid), why);
    b.fine("near/exploited", "C10-02", qid, "20 days, inside the limit of its class");

    idle_kernel(b, host);
    undated(b, host);
    low(b, host, Stamp::At(b.clock - LOW * DAY - 1), "pos/400-days-and-a-second");
    low(b, host, Stamp::Absent, "unknown/undated");
    b.ledger.undated();
    by_the_list(b, host);

    let times = b.rng.random_range(3..9);
    for (times, plant) in [(2, "edge/came-back-twice"), (times, "pos/came-back-often")] {
        let qid = b.vuln(3);
        let detection = b.in_time(host, qid, Class::Medium, 70 * DAY);
        detection.status = Some("Re-Opened".to_owned());
        detection.first_reopened = Some(reopened - 30 * DAY);
        detection.last_reopened = Some(reopened);
        detection.times_reopened = Some(times);
        let why = format!("re-opened {times} times");
        b.key.finding(plant, "C10-10", Resource::qid(qid), &why);
    }
    untested(b);
    group_targets(b);
}

/// One QID past its limit at two ports of two hosts: one finding.
pub(crate) fn overdue_critical(b: &mut Builder, host: HostHandle) {
    let group = covered_group(b);
    let other = b.host(group, Standing::Agent, Family::Windows);
    let qid = b.vuln(5);
    for place in [host, host, other] {
        let age = b.between(17, 190);
        b.overdue(place, qid, Class::Critical, age, "pos/many-instances");
    }
}

/// A kernel that is installed, but not running.
pub(crate) fn idle_kernel(b: &mut Builder, host: HostHandle) {
    let qid = b.vuln(5);
    b.put(host, qid, 5, 400 * DAY).running_kernel = Some(false);
    b.fine("near/idle-kernel", "C10-01", qid, "400 days old, on a kernel that is not running");
    let why = "on a kernel that is not running";
    b.key.finding("pos/idle-kernel", "C10-07", Resource::qid(qid), why);
}

/// Rows whose age nobody can know.
fn undated(b: &mut Builder, host: HostHandle) {
    undated_row(b, host, Stamp::Absent, "unknown/no-date");
    undated_row(b, host, Stamp::Text("N/A".to_owned()), "unknown/not-a-date");
    far_future(b, host);
}

/// A row so far in the future that no clock of a collection comes near it.
pub(crate) fn far_future(b: &mut Builder, host: HostHandle) {
    let far = Stamp::At(b.clock + 20 * 365 * DAY);
    undated_row(b, host, far, "unknown/future");
}

fn undated_row(b: &mut Builder, host: HostHandle, first_found: Stamp, plant: &str) -> u32 {
    let qid = b.vuln(5);
    b.put(host, qid, 5, DAY).first_found = first_found;
    b.ledger.undated();
    for check in ["C10-01", "C17-03"] {
        b.key.unknown(plant, check, Resource::qid(qid), "no usable first date");
    }
    qid
}

fn untested(b: &mut Builder) {
    let group = covered_group(b);
    let stale = b.host(group, Standing::OutByASecond, Family::Windows);
    let qid = b.vuln(3);
    b.in_time(stale, qid, Class::Medium, 60 * DAY);
    b.ledger.untested(&b.groups_of(stale));

    let group = covered_group(b);
    let stale = b.host(group, Standing::OutOfWindow, Family::Linux);
    let qid = b.vuln(5);
    b.overdue(stale, qid, Class::Critical, 85 * DAY, "pos/stale-host");
    b.ledger.untested(&b.groups_of(stale));
}

/// The compliance target of a group: at the limit, below the smallest population, and missed.
fn group_targets(b: &mut Builder) {
    for (in_time, overdue, plant, why) in [
        (19, 1, "edge/95-percent", "19 of 20 inside the limit: exactly 95 %"),
        (0, 19, "near/19-findings", "19 findings are too few to judge a group"),
    ] {
        let group = covered_group(b);
        let host = b.host(group, Standing::Login, Family::Linux);
        let (good, bad) = (b.vuln(4), b.vuln(4));
        for _ in 0..in_time {
            let age = b.between(1, 29);
            b.in_time(host, good, Class::High, age);
        }
        for _ in 0..overdue {
            let age = b.between(31, 90);
            b.overdue(host, bad, Class::High, age, "pos/group");
        }
        let id = b.group_id(group);
        b.key.none(plant, "C10-05", Resource::group(id).class("high"), why);
    }
    let group = covered_group(b);
    let host = b.host(group, Standing::Login, Family::Linux);
    let (good, bad) = (b.vuln(4), b.vuln(4));
    for _ in 0..18 {
        let age = b.between(1, 29);
        b.in_time(host, good, Class::High, age);
    }
    for _ in 0..2 {
        let age = b.between(31, 90);
        b.overdue(host, bad, Class::High, age, "pos/group");
    }
}

/// Late fixes up to the limit of 20 %, exactly where the number of good fixes divides. `at_most`
/// bounds them where the bulk is large.
pub(crate) fn late_fixes(b: &mut Builder, at_most: u64) {
    let group = covered_group(b);
    let host = b.host(group, Standing::Both, Family::Windows);
    let (good, late) = (b.vuln(3), b.vuln(3));
    let known = b.ledger.late_fixes().whole;
    for _ in 0..(4 - known % 4) % 4 {
        let ago = b.between(1, 29);
        b.fixed(host, good, Class::Medium, ago, 20 * DAY);
    }
    // Late too, but fixed before the period; enough to tip the share of a longer one.
    for _ in 0..60 {
        let ago = b.between(31, 300);
        b.fixed_before(host, late, Class::Medium, ago, 130 * DAY);
    }
    b.fixed_before(host, late, Class::Medium, 30 * DAY + 1, 130 * DAY);
    let count = (b.ledger.late_fixes().whole / 4).min(at_most);
    for _ in 0..count {
        let ago = b.between(1, 29);
        b.fixed(host, late, Class::Medium, ago, 130 * DAY);
    }
}
