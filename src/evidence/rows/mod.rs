//! Which rows the records of each endpoint become.
mod detections;
mod groups;
mod hosts;
mod knowledge;
mod portal;
mod schedules;
mod users;

pub(super) use users::activity;

use super::ranges;
use super::sink::{Sink, Table, Value};
use crate::qualys::record::{Element, Record};
use crate::qualys::time;

/// Makes the rows of one record.
pub(super) type Rows = fn(&Record<'_>, &mut Sink);

/// How the XML records of an endpoint are read; `None` where the model has no table for them.
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
        "vm/knowledge-base" => knowledge::vuln,
        "vm/users" => users::user,
        "am/host-assets" => portal::host_asset,
        "am/tags" => portal::tag,
        _ => return None,
    })
}

fn number(element: &Element<'_>, path: &str) -> Option<i64> {
    element.text(path).and_then(|text| text.parse().ok())
}

fn instant(element: &Element<'_>, path: &str) -> Option<i64> {
    element.text(path).and_then(time::parse)
}

/// Flags come as 1 and 0, in some documents as words.
fn flag(element: &Element<'_>, path: &str) -> Option<i64> {
    match element.text(path)? {
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
    element.text(path).and_then(ranges::Address::parse).map(ranges::Address::octets)
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
