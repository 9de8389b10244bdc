//! Controls 6, 14 and 16: appliances, external scans and exclusions, with their near misses.

use super::builder::{Addresses, Builder, DAY, GroupHandle, HOUR, v4_range};
use super::hosts::{Family, Standing};
use super::key::Resource;
use super::model_scanning::Appliance;
use super::perimeter_cases::public;
use super::schedules::{Draft, Run};

pub(crate) fn plant(b: &mut Builder) {
    appliances(b);
    external(b);
    exclusions(b);
    hidden_findings(b);
}

fn in_use(
    b: &mut Builder,
    group: GroupHandle,
    name: &str,
    change: impl FnOnce(&mut Appliance),
) -> Resource {
    let place = b.appliance_of(group, name);
    let appliance = &mut b.programme.appliances[place];
    change(appliance);
    Resource::of("appliance", appliance.id)
}

fn appliances(b: &mut Builder) {
    let clock = b.clock;
    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    b.host(group, Standing::Both, Family::Linux);

    let one = in_use(b, group, "va-depot-01", |one| "Offline".clone_into(&mut one.status));
    b.key.finding("pos/offline", "C06-01", one, "offline, and a group uses it");

    let place = b.appliance(95_900, "va-spare-01", 0);
    "Offline".clone_into(&mut b.programme.appliances[place].status);
    b.programme.appliances[place].heartbeats_missed = 9;
    let spare = Resource::of("appliance", 95_900);
    b.key.none("near/unused", "C06-01", spare.clone(), "offline, but nothing uses it");
    b.key.none("near/offline", "C06-03", spare.clone(), "nine missed heartbeats of one offline");
    b.key.finding("pos/unused", "C06-02", spare.clone(), "offline and unused");
    b.key.finding("pos/unused", "C06-08", spare, "in no group and no schedule");

    let one = in_use(b, group, "va-depot-02", |one| one.heartbeats_missed = 2);
    b.key.finding("pos/two-missed", "C06-03", one.clone(), "missed two heartbeats");
    b.key.none("near/in-use", "C06-08", one.clone(), "a group uses it");
    b.key.none("near/online", "C06-02", one, "online");
    let one = in_use(b, group, "va-depot-03", |one| one.heartbeats_missed = 1);
    b.key.none("edge/one-missed", "C06-03", one, "missed one heartbeat");
    let contact = |age: i64| {
        move |one: &mut Appliance| {
            one.updated = Some(clock - age);
            one.last_contact = Some(clock - age);
        }
    };
    let one = in_use(b, group, "va-depot-04", contact(12 * HOUR));
    b.key.none("edge/12-hours", "C06-03", one, "heard of exactly 12 hours ago");
    let one = in_use(b, group, "va-depot-05", contact(12 * HOUR + 1));
    b.key.finding("pos/12-hours-and-a-second", "C06-03", one, "heard of 12 hours and a second ago");

    let one = in_use(b, group, "va-depot-06", |one| "2.6.99-1".clone_into(&mut one.signatures));
    b.key.finding("pos/old-signatures", "C06-04", one.clone(), "signatures are behind");
    b.key.none("near/old-signatures", "C06-05", one, "the engine is current");
    let one = in_use(b, group, "va-depot-07", |one| {
        "2.6.99-1".clone_into(&mut one.signatures);
        contact(25 * HOUR)(one);
    });
    let why = "signatures are behind, not heard of for 25 hours";
    b.key.escalated("pos/old-and-silent", "C06-04", one.clone(), "high", why);
    b.key.finding("pos/old-and-silent", "C06-03", one, "heard of 25 hours ago");
    let one = in_use(b, group, "va-depot-09", |one| {
        "2.6.99-1".clone_into(&mut one.signatures);
        contact(24 * HOUR)(one);
    });
    let why = "signatures are behind, heard of exactly 24 hours ago";
    b.key.finding("edge/24-hours", "C06-04", one.clone(), why);
    b.key.finding("pos/24-hours", "C06-03", one, "heard of 24 hours ago");
    let one = in_use(b, group, "va-depot-08", |one| "14.1.30-1".clone_into(&mut one.engine));
    b.key.finding("pos/old-engine", "C06-05", one.clone(), "the engine is behind");
    b.key.none("near/old-engine", "C06-04", one, "signatures are current");

    let schedule = b.schedule(Draft { scanner: Some("va-ghost-01"), ..Draft::weekly(&[group]) });
    b.key.finding("pos/ghost", "C06-10", Resource::schedule(schedule), "no such appliance");
    let literal = Draft { scanner: Some("All Scanners in Asset Group"), ..Draft::weekly(&[group]) };
    let schedule = b.schedule(literal);
    b.key.none("near/literal", "C06-10", Resource::schedule(schedule), "a literal, no name");
}

fn external(b: &mut Builder) {
    let (group, range) = public(b, "Partner gateways", [203, 0, 113, 0], 25);
    b.schedule(Draft::weekly(&[group]));
    b.key.finding("pos/inside-only", "C14-01", range.clone(), "no external scan");
    b.key.finding("pos/inside-only", "C14-03", range, "only internal appliances reach it");

    for (title, last, days) in [("Shop front", 0, 31), ("Ticket office", 64, 30)] {
        let (group, range) = public(b, title, [192, 0, 2, last], 26);
        b.schedule(Draft::weekly(&[group]));
        let rare = super::model::Occurrence::Daily { days };
        let runs = [Run::finished(5 * DAY)];
        b.schedule(Draft::external(&[group]).every(rare).runs(&runs));
        let why = format!("scanned from outside every {days} days");
        if days > 30 {
            b.key.finding("pos/31-days", "C14-02", range.clone(), &why);
        } else {
            b.key.none("edge/30-days", "C14-02", range.clone(), &why);
        }
        b.key.none("near/rare", "C14-01", range, "scanned from outside, if rarely");
    }

    let (group, range) = public(b, "Mail relays", [192, 0, 2, 128], 25);
    let runs = [Run::finished(30 * DAY + 1), Run::finished(37 * DAY)];
    let schedule = b.schedule(Draft::external(&[group]).runs(&runs));
    let why = "last finished 30 days and a second ago";
    b.key.finding("pos/30-days-and-a-second", "C14-04", Resource::schedule(schedule), why);
    b.key.finding("pos/external", "C01-04", Resource::schedule(schedule), why);
    b.key.none("near/late", "C14-02", range, "weekly by its plan");
    let runs = [Run::finished(30 * DAY)];
    let schedule = b.schedule(Draft::external(&[group]).runs(&runs));
    let why = "last finished exactly 30 days ago";
    b.key.none("edge/30-days", "C14-04", Resource::schedule(schedule), why);
}

fn exclusions(b: &mut Builder) {
    let soon = Some(b.ago(-90 * DAY));
    let spare = u32::from_be_bytes([10, 39, 0, 0]);
    // What lies outside the subscription would be information.
    let group = b.group_at("Controllers".to_owned(), spare, Addresses::None, 0);
    let network = b.network(0);
    b.groups[group.0].ip_set.push(v4_range(spare, spare + 8_191, network));
    b.schedule(Draft::weekly(&[group]));
    let good = "Fragile controllers, approved: CHG-2208";
    let add = |b: &mut Builder, offset: u32, count: u32, expires, age: i64, comment: &str| {
        let (first, last) = (spare + offset, spare + offset + count - 1);
        b.exclude(first, last, expires);
        b.explained.push(first);
        let network = b.network(0);
        b.exclusion_event(v4_range(first, last, network), age, comment);
        Resource::excluded(first, last)
    };
    let range = add(b, 0, 257, soon, 50 * DAY, good);
    b.key.finding("pos/257", "C16-01", range.clone(), "257 addresses, limit 256");
    b.key.none("near/257", "C16-03", range.clone(), "it has an end");
    b.key.none("near/257", "C16-04", range, "it has a reason");
    let range = add(b, 16_384, 257, None, 365 * DAY + 1, "n/a");
    for check in ["C16-01", "C16-03", "C16-04", "C16-05"] {
        let why = "what is not subscribed is not hidden";
        b.key.escalated("near/outside", check, range.clone(), "info", why);
    }
    let range = add(b, 1_024, 256, soon, 50 * DAY, good);
    b.key.none("edge/256", "C16-01", range, "256 addresses");
    let range = add(b, 2_048, 3, None, 50 * DAY, good);
    b.key.finding("pos/no-end", "C16-03", range, "no end");
    let range = add(b, 3_072, 3, soon, 50 * DAY, "tmp");
    b.key.finding("pos/junk", "C16-04", range, "the reason is tmp");
    let range = add(b, 4_096, 3, soon, 50 * DAY, "Change 441");
    b.key.none("edge/ten", "C16-04", range, "ten characters");
    let range = add(b, 5_120, 3, soon, 365 * DAY, good);
    b.key.none("edge/365-days", "C16-05", range, "excluded exactly 365 days ago");
    let range = add(b, 6_144, 3, soon, 365 * DAY + 1, good);
    b.key.finding(
        "pos/365-days-and-a-second",
        "C16-05",
        range,
        "excluded 365 days and a second ago",
    );
}

/// Findings of severity 4 and 5 that nobody sees.
fn hidden_findings(b: &mut Builder) {
    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    let host = b.host(group, Standing::Both, Family::Linux);
    let resource = Resource::qid;

    let qid = b.vuln(5);
    b.put(host, qid, 5, 400 * DAY).is_disabled = true;
    if let Some(vuln) = b.vulns.get_mut(&qid) {
        vuln.is_disabled = true;
    }
    b.key.finding("pos/disabled", "C16-08", resource(qid), "disabled for everyone");
    b.fine("near/disabled", "C10-01", qid, "disabled, 400 days old");

    let qid = b.vuln(5);
    b.put(host, qid, 5, 400 * DAY).is_ignored = true;
    b.key.escalated("pos/ignored", "C16-09", resource(qid), "high", "ignored at a score of 97");
    b.key.finding("pos/ignored", "C17-04", resource(qid), "ignored at a score of 97");
    b.fine("near/ignored", "C10-01", qid, "ignored, 400 days old");
    b.fine("near/ignored", "C17-03", qid, "a score of 97, 400 days old, but ignored");

    let qid = b.vuln(4);
    let fixed = b.ago(100 * DAY);
    let one = b.put(host, qid, 4, 200 * DAY);
    one.is_ignored = true;
    one.status = Some("Fixed".to_owned());
    one.last_fixed = Some(fixed);
    b.key.none("edge/none-open", "C16-09", resource(qid), "the only ignored one is fixed");

    let qid = b.vuln(4);
    b.put(host, qid, 4, 200 * DAY).is_ignored = true;
    b.key.finding("pos/ignored-high", "C16-09", resource(qid), "ignored, severity 4");
    b.key.none("near/ignored-high", "C17-04", resource(qid), "its score is 77");
}
