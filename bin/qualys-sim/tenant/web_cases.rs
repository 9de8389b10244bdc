//! Control 15: applications, records, sites and findings that nobody takes care of, with their
//! near misses.

use super::builder::{Builder, DAY, HOUR};
use super::declare::app_row;
use super::declared::YesNo;
use super::key::Resource;
use super::model_web::CatalogEntry;
use super::web::LastScan;

fn app(id: u64) -> Resource {
    Resource::of("webapp", id)
}

pub(crate) fn near_misses(b: &mut Builder) {
    let id = b.web_app("Monthly forms", &[LastScan::good(30 * DAY)]);
    b.key.none("edge/30-days", "C15-01", app(id), "last scanned exactly 30 days ago");
    for (check, why) in [
        ("C15-02", "it was scanned"),
        ("C15-03", "a weekly schedule"),
        ("C15-04", "the last scan logged in"),
        ("C15-07", "the last scan finished"),
        ("C15-10", "an owner and a tag"),
    ] {
        b.key.none("near/forms", check, app(id), why);
    }
    let record = record_age(b, 365 * DAY);
    b.key.none("edge/365-days", "C15-06", record, "changed exactly 365 days ago");

    // Its schedule names a tag.
    let id = b.web_app("Tagged forms", &[LastScan::good(5 * DAY)]);
    let tag = b.tag("Forms by tag");
    if let Some(app) = b.programme.web_apps.last_mut() {
        app.tags.push(tag.clone());
    }
    if let Some(schedule) = b.programme.was_schedules.last_mut() {
        schedule.app_ids.clear();
        schedule.tag_option = Some("ANY".to_owned());
        schedule.tags = vec![tag];
    }
    b.key.none("near/by-tag", "C15-03", app(id), "scheduled by its tag");

    let id = catalog(b, "Found a month ago", "NEW", 30 * DAY);
    b.key.none("edge/30-days", "C15-08", id, "found exactly 30 days ago");
    let id = catalog(b, "Dismissed", "IGNORED", 90 * DAY);
    b.key.none("near/dismissed", "C15-08", id, "somebody decided");

    for (url, plant, why) in [
        ("https://customer-portal.acme.example/account", "near/path", "a path of a known site"),
        ("https://CUSTOMER-PORTAL.acme.example:443/", "near/port", "the usual port, upper case"),
    ] {
        b.key.own().none(plant, "C15-09", Resource::of("site", url), why);
        b.declared.apps.push(app_row(url, "Customer portal", YesNo::No));
    }
    let whole = Resource::subscription();
    match b.kind {
        super::Kind::Neglected => {}
        super::Kind::OnlyTwo => {
            let late = b.web_app("Late tickets", &[LastScan::good(3 * DAY)]);
            b.was_finding(late, 5, 16 * DAY, None);
            while b.programme.web_apps.len() < 20 {
                let name = format!("Spare forms {}", b.programme.web_apps.len());
                b.web_app(&name, &[LastScan::good(3 * DAY)]);
            }
            let why = "one of 20 applications has a late finding: exactly 95 % have none";
            b.key.none("edge/95-percent", "C15-11", whole, why);
        }
        _ => b.key.none("near/in-time", "C15-11", whole, "no open finding is late"),
    }
}

/// The record of the last application, changed so long ago.
fn record_age(b: &mut Builder, age: i64) -> Resource {
    let updated = b.ago(age);
    let created = updated - DAY;
    let last = b.programme.was_auth_records.last_mut();
    let id = last.map_or(0, |record| {
        record.updated = updated;
        record.created = created;
        record.id
    });
    Resource::of("auth_record", format!("was/{id}"))
}

fn catalog(b: &mut Builder, name: &str, status: &str, age: i64) -> Resource {
    let id = b.id();
    let time = b.ago(age);
    b.programme.was_catalog.push(CatalogEntry {
        id,
        name: name.to_owned(),
        url: format!("https://d{id}.shop.example/"),
        status: status.to_owned(),
        created: time,
        updated: time,
    });
    Resource::of("catalog", id)
}

pub(crate) fn faults(b: &mut Builder) {
    let id = b.web_app("Slow forms", &[LastScan::good(30 * DAY + HOUR)]);
    b.key.finding("pos/30-days-and-an-hour", "C15-01", app(id), "last scanned before that");
    let record = record_age(b, 365 * DAY + 1);
    b.key.finding("pos/365-days-and-a-second", "C15-06", record, "changed before that");
    b.web_app("Without its record", &[LastScan::good(3 * DAY)]);
    let record = record_age(b, 700 * DAY);
    if let Some(one) = b.programme.web_apps.last_mut() {
        one.auth_records.clear();
    }
    b.key.none("near/unused", "C15-06", record, "no application uses it");

    let id = catalog(b, "Found long ago", "NEW", 30 * DAY + 1);
    b.key.finding("pos/30-days-and-a-second", "C15-08", id, "found 30 days and a second ago");
    declared(b);
    findings(b);
}

fn declared(b: &mut Builder) {
    let none = LastScan { auth_status: "NONE", ..LastScan::good(3 * DAY) };
    for (name, requires, plant) in
        [("Open payroll", YesNo::Yes, "pos/no-record"), ("Open notices", YesNo::No, "near/open")]
    {
        let id = b.web_app(name, &[none]);
        let Some(one) = b.programme.web_apps.last_mut() else { return };
        one.auth_records.clear();
        let url = one.url.clone();
        b.declared.apps.push(app_row(&url, name, requires));
        b.key.own().none("near/known", "C15-09", Resource::of("site", url), "it is in WAS");
        if requires == YesNo::Yes {
            b.key.own().finding(plant, "C15-05", app(id), "needs a login, has no record");
        } else {
            b.key.own().none(plant, "C15-05", app(id), "needs no login");
        }
    }
    for (url, why) in [
        ("https://ledger.acme.example/", "no application has this host"),
        ("https://customer-portal.acme.example:8443/", "another port"),
        ("http://customer-portal.acme.example/", "another scheme"),
    ] {
        b.key.own().finding("pos/unknown", "C15-09", Resource::of("site", url), why);
        b.declared.apps.push(app_row(url, "Unknown", YesNo::No));
    }
}

/// Three applications with a finding that is late, and one with a finding that is ignored.
fn findings(b: &mut Builder) {
    for name in ["Late invoices", "Late orders", "Late returns"] {
        let id = b.web_app(name, &[LastScan::good(3 * DAY)]);
        b.was_finding(id, 5, 16 * DAY, None);
    }
    let id = b.web_app("Ignored notes", &[LastScan::good(3 * DAY)]);
    b.was_finding(id, 5, 400 * DAY, None);
    if let Some(finding) = b.programme.was_findings.last_mut() {
        finding.is_ignored = true;
    }
    let late = 3;
    let all = b.programme.web_apps.len();
    debug_assert!(late * 100 > all * 5, "too few are late");
    let why = format!("{late} of {all} applications have a late finding");
    b.key.finding("pos/late", "C15-11", Resource::subscription(), &why);
}
