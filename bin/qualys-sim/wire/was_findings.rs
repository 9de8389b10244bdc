//! `was/finding` and `was/catalog`.

use super::call::Call;
use super::node::Object;
use super::refusal::Refusal;
use super::reply::Reply;
use super::search::Value;
use super::service::{Detail, Kind, Table};
use super::web_apps::named;
use crate::tenant::Tenant;
use crate::tenant::model_web::{CatalogEntry, WasFinding};

static FINDINGS: Table<WasFinding> = Table {
    kind: Kind { element: "Finding", schema: "xsd/3.0/was/finding.xsd" },
    records: |tenant| &tenant.programme.was_findings,
    member: |_| true,
    id: |finding| finding.id,
    value: |finding, field| match field {
        "id" => Value::Number(Some(finding.id)),
        "uniqueId" => Value::Text(Some(&finding.unique_id)),
        "qid" => Value::Number(Some(u64::from(finding.qid))),
        "name" => Value::Text(Some(&finding.name)),
        "type" => Value::Text(Some(&finding.kind)),
        "url" => Value::Text(Some(&finding.url)),
        "webApp.id" => Value::Number(Some(finding.app_id)),
        "status" => Value::Text(Some(&finding.status)),
        "severity" => Value::Number(Some(u64::from(finding.severity))),
        "isIgnored" => Value::Flag(finding.is_ignored),
        "firstDetectedDate" => Value::Date(Some(finding.first_detected)),
        "lastDetectedDate" => Value::Date(Some(finding.last_detected)),
        "lastTestedDate" => Value::Date(Some(finding.last_tested)),
        _ => Value::Unknown,
    },
    record: finding,
};

static CATALOG: Table<CatalogEntry> = Table {
    kind: Kind { element: "Catalog", schema: "xsd/3.0/was/catalog.xsd" },
    records: |tenant| &tenant.programme.was_catalog,
    member: |_| true,
    id: |entry| entry.id,
    value: |entry, field| match field {
        "id" => Value::Number(Some(entry.id)),
        "name" => Value::Text(Some(&entry.name)),
        "url" => Value::Text(Some(&entry.url)),
        "status" => Value::Text(Some(&entry.status)),
        "createdDate" => Value::Date(Some(entry.created)),
        "updatedDate" => Value::Date(Some(entry.updated)),
        _ => Value::Unknown,
    },
    record: entry,
};

pub(crate) fn findings(call: &Call) -> Result<Reply, Refusal> {
    Ok(FINDINGS.search(call))
}

pub(crate) fn catalog(call: &Call) -> Result<Reply, Refusal> {
    Ok(CATALOG.search(call))
}

fn finding(tenant: &Tenant, finding: &WasFinding, _: Detail) -> Object {
    let vulnerable = finding.kind != "INFORMATION_GATHERED";
    let head = Object::new()
        .number("id", finding.id)
        .text("uniqueId", &finding.unique_id)
        .number("qid", finding.qid)
        .section("name", &finding.name)
        .text("type", &finding.kind)
        .flag("potential", finding.potential)
        .text("findingType", "QUALYS")
        .digits("severity", finding.severity)
        .section("url", &finding.url);
    // Information has no status.
    let head = if vulnerable { head.text("status", &finding.status) } else { head };
    head.date("firstDetectedDate", Some(finding.first_detected))
        .date("lastDetectedDate", Some(finding.last_detected))
        .date("lastTestedDate", Some(finding.last_tested))
        .date("fixedDate", finding.fixed)
        .digits("timesDetected", finding.times_detected)
        .object("webApp", named(tenant, finding.app_id))
        .flag("isIgnored", finding.is_ignored)
}

fn entry(_: &Tenant, entry: &CatalogEntry, _: Detail) -> Object {
    Object::new()
        .number("id", entry.id)
        .section("name", &entry.name)
        .section("url", &entry.url)
        .text("status", &entry.status)
        .text("source", "VM_SCAN")
        .date("createdDate", Some(entry.created))
        .date("updatedDate", Some(entry.updated))
}
