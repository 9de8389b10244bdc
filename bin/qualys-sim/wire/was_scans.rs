//! `was/wasscan`, `was/wasscanschedule` and `was/webappauthrecord`.

use super::call::Call;
use super::node::{Object, Wrap};
use super::refusal::Refusal;
use super::reply::Reply;
use super::search::Value;
use super::service::{Detail, Kind, Table};
use super::web_apps::{named, tags};
use super::xml::date;
use crate::tenant::Tenant;
use crate::tenant::model::{Occurrence, TagRef};
use crate::tenant::model_web::{WasAuthRecord, WasScan, WasSchedule};

static SCANS: Table<WasScan> = Table {
    kind: Kind { element: "WasScan", schema: "xsd/3.0/was/wasscan.xsd" },
    records: |tenant| &tenant.programme.was_scans,
    member: |_| true,
    id: |scan| scan.id,
    value: |scan, field| match field {
        "id" => Value::Number(Some(scan.id)),
        "name" => Value::Text(Some(&scan.name)),
        "reference" => Value::Text(Some(&scan.reference)),
        "webApp.id" => Value::Number(scan.app_ids.first().copied()),
        "launchedDate" => Value::Date(Some(scan.launched)),
        "type" => Value::Text(Some(&scan.kind)),
        "mode" => Value::Text(Some(&scan.mode)),
        "status" => Value::Text(Some(&scan.status)),
        "authStatus" => Value::Text(Some(&scan.auth_status)),
        "resultsStatus" => Value::Text(Some(&scan.results_status)),
        _ => Value::Unknown,
    },
    record: scan,
};

static SCHEDULES: Table<WasSchedule> = Table {
    kind: Kind { element: "WasScanSchedule", schema: "xsd/3.0/was/wasscanschedule.xsd" },
    records: |tenant| &tenant.programme.was_schedules,
    member: |_| true,
    id: |schedule| schedule.id,
    value: |schedule, field| match field {
        "id" => Value::Number(Some(schedule.id)),
        "name" => Value::Text(Some(&schedule.name)),
        "active" => Value::Flag(schedule.active),
        "invalid" => Value::Flag(schedule.invalid),
        "type" => Value::Text(Some(&schedule.kind)),
        "webApp.id" => Value::Number(schedule.app_ids.first().copied()),
        "createdDate" => Value::Date(Some(schedule.created)),
        "updatedDate" => Value::Date(Some(schedule.updated)),
        _ => Value::Unknown,
    },
    record: schedule,
};

static AUTH_RECORDS: Table<WasAuthRecord> = Table {
    kind: Kind { element: "WebAppAuthRecord", schema: "xsd/3.0/was/webappauthrecord.xsd" },
    records: |tenant| &tenant.programme.was_auth_records,
    member: |_| true,
    id: |record| record.id,
    value: |record, field| match field {
        "id" => Value::Number(Some(record.id)),
        "name" => Value::Text(Some(&record.name)),
        "createdDate" => Value::Date(Some(record.created)),
        "updatedDate" => Value::Date(Some(record.updated)),
        _ => Value::Unknown,
    },
    record: auth_record,
};

pub(crate) fn scans(call: &Call) -> Result<Reply, Refusal> {
    Ok(SCANS.search(call))
}

pub(crate) fn schedules(call: &Call) -> Result<Reply, Refusal> {
    Ok(SCHEDULES.search(call))
}

pub(crate) fn auth_records(call: &Call) -> Result<Reply, Refusal> {
    Ok(AUTH_RECORDS.search(call))
}

/// One application in `webApp`, several in `webApps`.
fn target(tenant: &Tenant, apps: &[u64]) -> Object {
    match apps {
        [one] => Object::new().object("webApp", named(tenant, *one)),
        several => {
            let apps = several.iter().map(|id| named(tenant, *id));
            Object::new().counted("webApps", "WebApp", apps)
        }
    }
}

/// Searches that are not verbose leave the target out.
fn scan(tenant: &Tenant, scan: &WasScan, detail: Detail) -> Object {
    let summary = Object::new()
        .number("crawlDuration", scan.crawl_duration)
        .number("linksCrawled", scan.links_crawled)
        .text("resultsStatus", &scan.results_status)
        .text("authStatus", &scan.auth_status);
    let head = Object::new()
        .number("id", scan.id)
        .section("name", &scan.name)
        .text("reference", &scan.reference)
        .text("type", &scan.kind)
        .text("mode", &scan.mode)
        .flag("multi", scan.app_ids.len() > 1);
    let head = if detail == Detail::Thin {
        head
    } else {
        head.object("target", target(tenant, &scan.app_ids))
    };
    head.date("launchedDate", Some(scan.launched))
        .text("status", &scan.status)
        .text("consolidatedStatus", &scan.status)
        .object("summary", summary)
        .date("endScanDate", scan.ended)
}

fn schedule(tenant: &Tenant, schedule: &WasSchedule, detail: Detail) -> Object {
    let head = Object::new()
        .number("id", schedule.id)
        .section("name", &schedule.name)
        .flag("active", schedule.active);
    let head = if schedule.invalid { head.flag("invalid", true) } else { head };
    let head = head
        .text("type", &schedule.kind)
        // It may be missing where nothing will start.
        .date("nextLaunchDate", schedule.active.then_some(schedule.next_launch))
        .date("createdDate", Some(schedule.created))
        .date("updatedDate", Some(schedule.updated));
    if detail == Detail::Thin {
        return head;
    }
    let target = match &schedule.tag_option {
        None => target(tenant, &schedule.app_ids),
        Some(option) => {
            let part = |members: &[TagRef]| {
                Object::new().text("option", option).counted("tagList", "Tag", tags(members))
            };
            let selected = Object::new().object("included", part(&schedule.tags));
            let selected = if schedule.excluded_tags.is_empty() {
                selected
            } else {
                selected.object("excluded", part(&schedule.excluded_tags))
            };
            Object::new().object("tags", selected)
        }
    };
    let (kind, rule) = occurrence(&schedule.occurrence);
    let scheduling = Object::new()
        .text("startDate", date(schedule.start))
        .object("timeZone", Object::new().text("code", "UTC").text("offset", "+00:00"))
        .text("occurrenceType", kind)
        .maybe(rule, |object, rule| object.object("occurrence", rule));
    let recipients = schedule.recipients.iter().map(String::as_str);
    let notification = Object::new().flag("active", !schedule.recipients.is_empty()).words(
        "recipients",
        Wrap::List,
        "EmailAddress",
        recipients,
    );
    head.object("target", target)
        .object("scheduling", scheduling)
        .object("notification", notification)
}

/// The word for it, and what it says besides.
fn occurrence(occurrence: &Occurrence) -> (&'static str, Option<Object>) {
    const DAYS: [&str; 7] =
        ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"];
    match occurrence {
        Occurrence::Once => ("ONCE", None),
        Occurrence::Daily { days } => {
            let rule = Object::new().number("everyNDays", *days).number("occurrenceCount", 0_u64);
            ("DAILY", Some(Object::new().object("dailyOccurrence", rule)))
        }
        Occurrence::Weekly { weeks, weekdays } => {
            let names = weekdays.iter().filter_map(|day| DAYS.get(usize::from(*day)));
            let rule = Object::new()
                .number("everyNWeeks", *weeks)
                .number("occurrenceCount", 0_u64)
                .words("onDays", Wrap::Bare, "WeekDay", names.copied());
            ("WEEKLY", Some(Object::new().object("weeklyOccurrence", rule)))
        }
        Occurrence::Monthly { months, day_of_month } => {
            let rule =
                Object::new().number("everyNMonths", *months).number("dayOfMonth", *day_of_month);
            ("MONTHLY", Some(Object::new().object("monthlyOccurrence", rule)))
        }
    }
}

/// Values are normally masked; a permission to see them exists.
fn auth_record(_: &Tenant, record: &WasAuthRecord, _: Detail) -> Object {
    let field = |number: u64, name: &str, value: &str| {
        Object::new()
            .number("id", record.id * 10 + number)
            .section("name", name)
            .flag("secured", number > 0)
            .section("value", value)
    };
    let fields = [field(0, "username", &record.username), field(1, "password", &record.password)];
    let form = Object::new().text("type", &record.kind).flag("sslOnly", true).counted(
        "fields",
        "WebAppAuthFormRecordField",
        fields,
    );
    let server = Object::new().flag("sslOnly", true).counted(
        "fields",
        "WebAppAuthServerRecordField",
        [Object::new()
            .number("id", record.id * 10 + 2)
            .text("type", "BASIC")
            .section("domain", "CORP")
            .section("username", &record.username)
            .section("password", &record.password)],
    );
    let oauth = Object::new()
        .text("grantType", "CLIENT_CREDS")
        .section("clientId", &record.username)
        .section("clientSecret", &record.password)
        .section("accessTokenUrl", "https://login.acme.example/token");
    Object::new()
        .number("id", record.id)
        .section("name", &record.name)
        .object("formRecord", form)
        .object("serverRecord", server)
        .object("oauth2Record", oauth)
        .date("createdDate", Some(record.created))
        .date("updatedDate", Some(record.updated))
}
