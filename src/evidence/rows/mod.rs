//! Which rows the records of each endpoint become.
mod appliances;
mod connectors;
mod detections;
mod exclusions;
mod groups;
mod hosts;
mod inventory;
mod knowledge;
mod logins;
mod policies;
mod portal;
mod profiles;
mod reports;
mod schedules;
mod users;
mod web_apps;

pub(super) use users::activity;

use super::ranges;
use super::sink::{Sink, Table, Value};
use crate::qualys::record::{Element, Record};
use crate::qualys::time;

/// Makes the rows of one record.
pub(super) type Rows = fn(&Record<'_>, &mut Sink);

/// How the records of an endpoint are read, XML and JSON alike; `None` for the activity log, which
/// is CSV, and for what the model has no table for.
pub(super) fn of(endpoint: &str) -> Option<Rows> {
    Some(match endpoint {
        "vm/asset-groups" => groups::asset_group,
        "vm/ips" => groups::ip_set,
        "vm/excluded-ips" => groups::excluded_set,
        "vm/hosts" => hosts::host,
        "vm/scan-schedules" => schedules::schedule,
        "vm/schedule-runs" => schedules::runs,
        "vm/scans" => schedules::scan,
        "vm/detections" => detections::host,
        "vm/auth-detections" => logins::detections,
        "vm/knowledge-base" => knowledge::vuln,
        "vm/users" => users::user,
        "vm/excluded-ip-history" => exclusions::event,
        "vm/restricted-ips" => exclusions::restricted,
        "vm/option-profiles" => |record, sink| profiles::option_profile("vm", record, sink),
        "vm/appliances" => appliances::appliance,
        "vm/networks" => appliances::network,
        "vm/virtual-hosts" => exclusions::virtual_host,
        "vm/auth-records" => logins::types,
        "vm/auth-record-details" => logins::record,
        "vm/reports" => reports::report,
        "vm/report-schedules" => reports::schedule,
        "vm/report-templates" => reports::template,
        "vm/static-search-lists" => |record, sink| exclusions::search_list("static", record, sink),
        "vm/dynamic-search-lists" => {
            |record, sink| exclusions::search_list("dynamic", record, sink)
        }
        "am/host-assets" => portal::host_asset,
        "am/tags" => portal::tag,
        "am/users" => portal::user,
        "am/aws-connectors" => |record, sink| connectors::asset_view("aws", record, sink),
        "am/azure-connectors" => |record, sink| connectors::asset_view("azure", record, sink),
        "am/gcp-connectors" => |record, sink| connectors::asset_view("gcp", record, sink),
        "am/versions" => portal::versions,
        "pc/option-profiles" => |record, sink| profiles::option_profile("pc", record, sink),
        "pc/scan-schedules" => policies::schedule,
        "pc/scans" => policies::scan,
        "pc/policies" => policies::policy,
        "pc/policy-exports" => policies::export,
        "pc/controls" => policies::control,
        "pc/postures" => policies::posture,
        "pc/exceptions" => policies::exception,
        "was/web-apps" => |record, sink| web_apps::web_app(false, record, sink),
        "was/web-app-details" => |record, sink| web_apps::web_app(true, record, sink),
        "was/scans" => web_apps::scan,
        "was/schedules" => web_apps::schedule,
        "was/auth-records" => web_apps::auth_record,
        "was/findings" => web_apps::finding,
        "was/catalog" => web_apps::catalog,
        "cloud/aws-connectors" => |record, sink| connectors::cloud_view("aws", record, sink),
        "cloud/azure-connectors" => |record, sink| connectors::cloud_view("azure", record, sink),
        "cloud/gcp-connectors" => |record, sink| connectors::cloud_view("gcp", record, sink),
        "cloud/aws-evaluations" => |record, sink| connectors::evaluation("aws", record, sink),
        "cloud/azure-evaluations" => |record, sink| connectors::evaluation("azure", record, sink),
        "cloud/gcp-evaluations" => |record, sink| connectors::evaluation("gcp", record, sink),
        "gav/assets" => inventory::asset,
        _ => return None,
    })
}

/// Endpoints that answer with a number and no records.
pub(super) fn is_count(endpoint: &str) -> bool {
    matches!(endpoint, "am/host-asset-count" | "gav/asset-count")
}

/// The row of such an answer.
pub(super) fn count_of(endpoint: &str, count: u64, bytes: usize, sink: &mut Sink) {
    let Some(row) = sink.id(Table::AssetCount) else { return };
    let number = |number: u64| Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    let values = [row.into(), endpoint.into(), number(count), 0.into(), number(bytes as u64)];
    sink.row(Table::AssetCount, &values);
}

/// Element and path below it of what an answer gives once, beside its records, and a row needs.
pub(super) fn beside(endpoint: &str) -> Option<(&'static str, &'static str)> {
    match endpoint {
        "vm/restricted-ips" => Some(("STATUS", "")),
        "pc/postures" => Some(("POLICY", "ID")),
        _ => None,
    }
}

fn number(element: &Element<'_>, path: &str) -> Option<i64> {
    element.text(path).and_then(|text| text.parse().ok())
}

fn instant(element: &Element<'_>, path: &str) -> Option<i64> {
    element.text(path).and_then(time::parse)
}

/// A date that stands in the element, or in `DATETIME` below it.
fn stamp(element: &Element<'_>, path: &str) -> Option<i64> {
    let element = element.find(path)?;
    time::parse(element.own()).or_else(|| instant(&element, "DATETIME"))
}

/// Flags come as 1 and 0, in some documents as words.
fn flag(element: &Element<'_>, path: &str) -> Option<i64> {
    element.text(path).and_then(truth)
}

fn truth(text: &str) -> Option<i64> {
    match text {
        "1" => Some(1),
        "0" => Some(0),
        text if ["yes", "true"].iter().any(|word| text.eq_ignore_ascii_case(word)) => Some(1),
        text if ["no", "false"].iter().any(|word| text.eq_ignore_ascii_case(word)) => Some(0),
        _ => None,
    }
}

fn count(element: &Element<'_>, path: &str) -> i64 {
    i64::try_from(element.all(path).count()).unwrap_or(i64::MAX)
}

/// The parts of a comma-separated text.
fn parts(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.unwrap_or_default().split(',').map(str::trim_ascii).filter(|part| !part.is_empty())
}

/// The ids in a text like `5, 7`.
fn ids(text: Option<&str>) -> impl Iterator<Item = i64> {
    parts(text).filter_map(|part| part.parse().ok())
}

fn address(element: &Element<'_>, path: &str) -> Option<Vec<u8>> {
    element.text(path).and_then(ranges::address)
}

fn offset(element: &Element<'_>) -> Value<'static> {
    Value::Integer(i64::try_from(element.offset()).unwrap_or(i64::MAX))
}

fn length(element: &Element<'_>) -> Value<'static> {
    Value::Integer(i64::try_from(element.length()).unwrap_or(i64::MAX))
}

/// One row for each text in a child table that names its parent's row.
fn texts<'a>(sink: &mut Sink, table: Table, parent: i64, texts: impl IntoIterator<Item = &'a str>) {
    for text in texts {
        sink.row(table, &[parent.into(), text.into()]);
    }
}
