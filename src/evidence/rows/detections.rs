//! Hosts and their detections as the detection list gives them: the bulk of all evidence.
use super::{instant, length, number, offset};
use crate::evidence::sink::{Sink, Table};
use crate::qualys::record::{Element, Record};
use crate::qualys::time;
use std::borrow::Cow;

pub(super) fn host(record: &Record<'_>, sink: &mut Sink) {
    let Some(host) = number(record, "ID") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::DetectionHost) else { return };
    sink.row(
        Table::DetectionHost,
        &[
            row.into(),
            host.into(),
            instant(record, "LAST_PC_SCANNED_DATE").into(),
            offset(record),
            length(record),
        ],
    );
    for element in record.each("DETECTION_LIST/DETECTION") {
        let detection = Detection::of(element);
        let Some(qid) = detection.qid else {
            sink.unusable += 1;
            continue;
        };
        let Some(row) = sink.id(Table::Detection) else { return };
        sink.row(
            Table::Detection,
            &[
                row.into(),
                host.into(),
                detection.unique_vuln_id.into(),
                qid.into(),
                detection.kind.into(),
                detection.severity.into(),
                detection.port.into(),
                detection.protocol.into(),
                detection.ssl.into(),
                detection.fqdn.into(),
                detection.instance.into(),
                detection.status.into(),
                detection.first_found.into(),
                detection.last_found.into(),
                detection.last_test.into(),
                detection.last_update.into(),
                detection.last_fixed.into(),
                detection.first_reopened.into(),
                detection.last_reopened.into(),
                detection.times_found.into(),
                detection.times_reopened.into(),
                detection.qds.into(),
                detection.is_ignored.into(),
                detection.is_disabled.into(),
                detection.running_kernel.into(),
                offset(&element),
                length(&element),
            ],
        );
    }
}

/// The elements of a detection that the model keeps.
#[derive(Default)]
struct Detection<'a> {
    unique_vuln_id: Option<i64>,
    qid: Option<i64>,
    kind: Option<&'a str>,
    severity: Option<i64>,
    port: Option<i64>,
    protocol: Option<&'a str>,
    ssl: Option<i64>,
    fqdn: Option<&'a str>,
    instance: Option<&'a str>,
    status: Option<&'a str>,
    first_found: Option<i64>,
    last_found: Option<i64>,
    last_test: Option<i64>,
    last_update: Option<i64>,
    last_fixed: Option<i64>,
    first_reopened: Option<i64>,
    last_reopened: Option<i64>,
    times_found: Option<i64>,
    times_reopened: Option<i64>,
    qds: Option<i64>,
    is_ignored: Option<i64>,
    is_disabled: Option<i64>,
    running_kernel: Option<i64>,
}

impl<'a> Detection<'a> {
    /// One pass over the children: a lookup by path for each column would cost more than all else.
    fn of(element: Element<'a>) -> Self {
        let mut detection = Self::default();
        let Some((own, below)) = element.fields().split_first() else { return detection };
        for field in below.iter().filter(|field| field.depth == own.depth + 1) {
            let text = field.value();
            let number = || text.and_then(|text| text.parse::<i64>().ok());
            let instant = || text.and_then(time::parse);
            match &*upper(field.name) {
                "UNIQUE_VULN_ID" => detection.unique_vuln_id = number(),
                "QID" => detection.qid = number(),
                "TYPE" => detection.kind = text,
                "SEVERITY" => detection.severity = number(),
                "PORT" => detection.port = number(),
                "PROTOCOL" => detection.protocol = text,
                "SSL" => detection.ssl = number(),
                "FQDN" => detection.fqdn = text,
                "INSTANCE" => detection.instance = text,
                "STATUS" => detection.status = text,
                "FIRST_FOUND_DATETIME" => detection.first_found = instant(),
                "LAST_FOUND_DATETIME" => detection.last_found = instant(),
                "LAST_TEST_DATETIME" => detection.last_test = instant(),
                "LAST_UPDATE_DATETIME" => detection.last_update = instant(),
                "LAST_FIXED_DATETIME" => detection.last_fixed = instant(),
                "FIRST_REOPENED_DATETIME" => detection.first_reopened = instant(),
                "LAST_REOPENED_DATETIME" => detection.last_reopened = instant(),
                "TIMES_FOUND" => detection.times_found = number(),
                "TIMES_REOPENED" => detection.times_reopened = number(),
                "QDS" => detection.qds = number(),
                "IS_IGNORED" => detection.is_ignored = number(),
                "IS_DISABLED" => detection.is_disabled = number(),
                "AFFECT_RUNNING_KERNEL" => detection.running_kernel = number(),
                _ => {}
            }
        }
        detection
    }
}

/// Documents print all their names in one letter case.
fn upper(name: &str) -> Cow<'_, str> {
    if name.starts_with(|c: char| c.is_ascii_lowercase()) {
        Cow::Owned(name.to_ascii_uppercase())
    } else {
        Cow::Borrowed(name)
    }
}
