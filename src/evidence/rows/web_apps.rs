//! Web applications, their scans and schedules, their logins and findings.
use super::{flag, instant, length, number, offset};
use crate::evidence::sink::{Sink, Table};
use crate::qualys::record::{Element, Record};

/// `detailed`: from the answer about this one application, not from the thin search.
pub(super) fn web_app(detailed: bool, record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = number(record, "id") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::WebApp) else { return };
    sink.row(
        Table::WebApp,
        &[
            row.into(),
            id.into(),
            i64::from(detailed).into(),
            record.text("name").into(),
            record.text("url").into(),
            number(record, "owner/id").into(),
            instant(record, "createdDate").into(),
            instant(record, "updatedDate").into(),
            flag(record, "isScheduled").into(),
            counted(record, "tags").into(),
            counted(record, "authRecords").into(),
            number(record, "lastScan/id").into(),
            record.text("lastScan/summary/authStatus").into(),
            record.text("lastScan/summary/resultsStatus").into(),
            offset(record),
            length(record),
        ],
    );
    for id in listed(record, "authRecords") {
        sink.row(Table::WebAppAuth, &[row.into(), id.into()]);
    }
    for id in listed(record, "tags") {
        sink.row(Table::WebAppTag, &[row.into(), id.into()]);
    }
}

/// What a list says it holds, else what it holds; `None` where there is no list.
fn counted(record: &Element<'_>, name: &str) -> Option<i64> {
    let list = record.find(name)?;
    let held = || i64::try_from(items(&list).count()).unwrap_or(i64::MAX);
    Some(number(&list, "count").unwrap_or_else(held))
}

fn items<'a>(list: &Element<'a>) -> impl Iterator<Item = Element<'a>> + use<'a> {
    list.each("list").flat_map(|list| list.children())
}

fn listed<'a>(record: &Element<'a>, path: &str) -> impl Iterator<Item = i64> + use<'a> {
    let list = record.find(path);
    list.into_iter().flat_map(|list| items(&list)).filter_map(|item| number(&item, "id"))
}

pub(super) fn scan(record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = number(record, "id") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::WasScan) else { return };
    let launched = instant(record, "launchedDate");
    let lasted = || launched?.checked_add(number(record, "scanDuration")?);
    sink.row(
        Table::WasScan,
        &[
            row.into(),
            id.into(),
            record.text("name").into(),
            record.text("reference").into(),
            record.text("type").into(),
            record.text("mode").into(),
            record.text("status").or_else(|| record.text("consolidatedStatus")).into(),
            launched.into(),
            instant(record, "endScanDate").or_else(lasted).into(),
            record.text("summary/authStatus").into(),
            record.text("summary/resultsStatus").into(),
            offset(record),
            length(record),
        ],
    );
    for app in targets(record) {
        sink.row(Table::WasScanApp, &[row.into(), app.into()]);
    }
}

/// One application, or several where many are scanned at once.
fn targets<'a>(record: &Element<'a>) -> impl Iterator<Item = i64> + use<'a> {
    let one = record.find("target/webApp").and_then(|app| number(&app, "id"));
    one.into_iter().chain(listed(record, "target/webApps"))
}

pub(super) fn schedule(record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = number(record, "id") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::WasSchedule) else { return };
    sink.row(
        Table::WasSchedule,
        &[
            row.into(),
            id.into(),
            record.text("name").into(),
            flag(record, "active").into(),
            flag(record, "invalid").into(),
            record.text("type").into(),
            record.text("target/tags/included/option").into(),
            offset(record),
            length(record),
        ],
    );
    for app in targets(record) {
        sink.row(Table::WasScheduleApp, &[row.into(), app.into()]);
    }
    for (path, excluded) in
        [("target/tags/included/tagList", 0), ("target/tags/excluded/tagList", 1)]
    {
        for tag in listed(record, path) {
            sink.row(Table::WasScheduleTag, &[row.into(), tag.into(), excluded.into()]);
        }
    }
    for email in record.all("notification/recipients/list/EmailAddress") {
        sink.row(Table::WasScheduleRecipient, &[row.into(), email.into()]);
    }
}

pub(super) fn auth_record(record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = number(record, "id") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::WasAuthRecord) else { return };
    let kinds = [("formRecord", "form"), ("serverRecord", "server"), ("oauth2Record", "oauth2")];
    let kind = kinds
        .iter()
        .find(|(path, _)| record.find(path).is_some_and(|part| part.children().next().is_some()));
    sink.row(
        Table::WasAuthRecord,
        &[
            row.into(),
            id.into(),
            record.text("name").into(),
            kind.map(|&(_, kind)| kind).into(),
            instant(record, "createdDate").into(),
            instant(record, "updatedDate").into(),
            offset(record),
            length(record),
        ],
    );
}

pub(super) fn finding(record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = number(record, "id") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::WasFinding) else { return };
    sink.row(
        Table::WasFinding,
        &[
            row.into(),
            id.into(),
            number(record, "qid").into(),
            number(record, "webApp/id").into(),
            record.text("type").into(),
            flag(record, "potential").into(),
            number(record, "severity").into(),
            record.text("status").into(),
            instant(record, "firstDetectedDate").into(),
            instant(record, "lastDetectedDate").into(),
            instant(record, "fixedDate").into(),
            flag(record, "isIgnored").into(),
            offset(record),
            length(record),
        ],
    );
}

/// A site that was discovered and is no application yet.
pub(super) fn catalog(record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = number(record, "id") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::WasCatalog) else { return };
    sink.row(
        Table::WasCatalog,
        &[
            row.into(),
            id.into(),
            record.text("name").or_else(|| record.text("fqdn")).into(),
            record.text("url").into(),
            record.text("status").into(),
            instant(record, "createdDate").into(),
            instant(record, "updatedDate").into(),
            offset(record),
            length(record),
        ],
    );
}
