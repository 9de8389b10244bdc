//! Control 12: reports that do not come, come too rarely or go to the wrong people, with their
//! near misses.

use super::builder::{Addresses, Builder, DAY, HOUR};
use super::declare::{self, OWNERS};
use super::declared::Recipient;
use super::key::Resource;
use super::people;
use super::people_faults::{self, FORMER};
use super::schedules::Draft;

pub(crate) fn recipient(email: &str, group: &str) -> Resource {
    Resource::of("recipient", people_faults::hash(&email.to_lowercase())).class(group)
}

fn schedule(id: u64) -> Resource {
    Resource::of("report_schedule", id)
}

/// A template that this user owns; its id.
fn template(b: &mut Builder, title: &str, login: &str) -> u64 {
    let id = b.id();
    let Some(known) = b.programme.report_templates.first().cloned() else { return id };
    b.programme.report_templates.push(super::model_reports::ReportTemplate {
        id,
        title: title.to_owned(),
        user_login: login.to_owned(),
        template_kind: "Scan".to_owned(),
        ..known
    });
    id
}

/// A report that was launched exactly so long ago.
fn report(b: &mut Builder, title: &str, age: i64, state: &str) -> u64 {
    b.report(title, "Scan", age - HOUR / 2, state);
    b.programme.reports.last().map_or(0, |report| report.id)
}

pub(crate) fn near_misses(b: &mut Builder) {
    template(b, "Weekly progress", people::OWNER);
    let id = b.report_schedule("Weekly progress", "Weekly progress", 7);
    report(b, "Weekly progress", 21 * DAY / 2, "Finished");
    let why = "a report exactly one and a half intervals ago";
    b.key.none("edge/ten-and-a-half", "C12-03", schedule(id), why);
    let id = b.report_schedule("Every 31 days", "Weekly progress", 31);
    report(b, "Every 31 days", 20 * DAY, "Finished");
    b.key.none("edge/31-days", "C12-04", schedule(id), "every 31 days");
    let id = b.report_schedule("Paused every 40 days", "Weekly progress", 40);
    if let Some(paused) = b.programme.report_schedules.last_mut() {
        paused.active = false;
    }
    for check in ["C12-03", "C12-04"] {
        b.key.none("near/paused", check, schedule(id), "every 40 days, no report, but paused");
    }
    template(b, "Left behind", FORMER);
    report(b, "Broken once", 4 * DAY, "Errors");
    let id = report(b, "Broken once", 30 * DAY + 1, "Errors");
    b.key.none("near/once", "C12-09", Resource::of("report", id), "once in 30 days");
}

/// Faults of a tenant whose monthly report is switched off; the others come.
pub(crate) fn faults(b: &mut Builder) {
    let id = b.report_schedule("Weekly tickets", "Weekly progress", 7);
    report(b, "Weekly tickets", 21 * DAY / 2 + 1, "Finished");
    let why = "a report one and a half intervals and a second ago";
    b.key.finding("pos/ten-and-a-half", "C12-03", schedule(id), why);
    let id = b.report_schedule("Daily digest", "Digest", 1);
    report(b, "Daily digest", DAY / 2, "Errors");
    report(b, "Daily digest", 9 * DAY, "Finished");
    b.key.finding("pos/errors", "C12-03", schedule(id), "the last one ended in errors");
    let id = b.report_schedule("Every 32 days", "Weekly progress", 32);
    report(b, "Every 32 days", 20 * DAY, "Finished");
    b.key.finding("pos/32-days", "C12-04", schedule(id), "every 32 days");

    let id = template(b, "Digest", FORMER);
    let resource = Resource::of("template", id);
    b.key.finding("pos/owner", "C12-08", resource, "its owner is inactive");
    let unused = template(b, "Digest, spare", FORMER);
    let resource = Resource::of("template", unused);
    b.key.none("near/unused", "C12-08", resource, "its owner is inactive, but nothing uses it");

    report(b, "Broken twice", 6 * DAY, "Canceled");
    let id = report(b, "Broken twice", 2 * DAY, "Errors");
    b.key.finding("pos/twice", "C12-09", Resource::of("report", id), "twice in 30 days");

    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    if let Some(one) = b.schedules.last_mut() {
        one.distribution_groups.push((310_012, VENDORS.to_owned()));
    }
    let group = Resource::of("distribution_group", VENDORS);
    b.key.own().finding("pos/vendors", "C12-05", group, "not on the list");
}

const VENDORS: &str = "Vendors";

/// Who gets what, once the users are known.
pub(crate) fn recipients(b: &mut Builder, active: &str) {
    let (tomorrow, today, yesterday) = (DAY, 0, -DAY);
    for (group, email, holds, checks) in [
        (VENDORS, "kim@vendor.example", tomorrow, [("C12-06", true), ("C12-07", true)]),
        (OWNERS, "acme_fo1@acme.example", tomorrow, [("C12-06", false), ("C12-07", true)]),
        (VENDORS, active, yesterday, [("C12-06", false), ("C12-07", true)]),
        (VENDORS, "ACME_UM7@ACME.EXAMPLE", today, [("C12-06", false), ("C12-07", false)]),
    ] {
        let row: Recipient = declare::recipient(b, group, email, holds);
        b.declared.recipients.push(row);
        for (check, fires) in checks {
            if fires {
                let why = "outside the domain, no active user, or no longer approved";
                b.key.own().finding("pos/recipient", check, recipient(email, group), why);
            } else {
                let why = "an active user of the domain, approved until today or later";
                b.key.own().none("near/recipient", check, recipient(email, group), why);
            }
        }
    }
}
