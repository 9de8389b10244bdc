//! Who excluded which addresses from scans and why, and from where users may log in.
use super::groups::{attribute_number, entries};
use super::{flag, instant, length, number, offset};
use crate::evidence::sink::{Sink, Table};
use crate::qualys::record::Record;

pub(super) fn event(record: &Record<'_>, sink: &mut Sink) {
    let (id, action, time) =
        (number(record, "ID"), record.text("ACTION"), instant(record, "DATETIME"));
    // That history records have an id is not confirmed.
    if id.is_none() && (action.is_none() || time.is_none()) {
        sink.unusable += 1;
        return;
    }
    let Some(row) = sink.id(Table::ExclusionEvent) else { return };
    sink.row(
        Table::ExclusionEvent,
        &[
            row.into(),
            id.into(),
            action.into(),
            time.into(),
            record.text("USER_LOGIN").into(),
            record.text("COMMENTS").into(),
            offset(record),
            length(record),
        ],
    );
    let network = number(record, "NETWORK_ID").unwrap_or(0);
    for set in record.each("IP_SET") {
        entries(set, sink, |entry, (first, last), sink| {
            let network = attribute_number(&entry, "network_id").unwrap_or(network);
            let range =
                [row.into(), network.into(), first.as_slice().into(), last.as_slice().into()];
            sink.row(Table::ExclusionEventRange, &range);
        });
    }
}

/// Addresses that may log in. Whether that is enforced stands once, beside the list.
pub(super) fn restricted(record: &Record<'_>, sink: &mut Sink) {
    let enabled = sink.beside.as_deref().and_then(enabled);
    entries(**record, sink, |entry, (first, last), sink| {
        let Some(row) = sink.id(Table::RestrictedRange) else { return };
        sink.row(
            Table::RestrictedRange,
            &[
                row.into(),
                first.as_slice().into(),
                last.as_slice().into(),
                enabled.into(),
                offset(&entry),
                length(&entry),
            ],
        );
    });
}

fn enabled(status: &str) -> Option<i64> {
    match () {
        () if status.eq_ignore_ascii_case("enabled") => Some(1),
        () if status.eq_ignore_ascii_case("disabled") => Some(0),
        () => super::truth(status),
    }
}

pub(super) fn virtual_host(record: &Record<'_>, sink: &mut Sink) {
    let Some(ip) = super::address(record, "IP") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::VirtualHost) else { return };
    sink.row(
        Table::VirtualHost,
        &[
            row.into(),
            number(record, "NETWORK_ID").unwrap_or(0).into(),
            Some(&ip).into(),
            number(record, "PORT").into(),
            offset(record),
            length(record),
        ],
    );
}

/// Static and dynamic lists of QIDs.
pub(super) fn search_list(kind: &str, record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = number(record, "ID") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::SearchList) else { return };
    // A dynamic list is answered without QIDs unless it is asked for them.
    let has_qids = record.find("QIDS").is_some();
    sink.row(
        Table::SearchList,
        &[
            row.into(),
            kind.into(),
            id.into(),
            record.text("TITLE").into(),
            flag(record, "GLOBAL").into(),
            record.text("OWNER").into(),
            super::stamp(record, "MODIFIED").into(),
            i64::from(has_qids).into(),
            offset(record),
            length(record),
        ],
    );
    for qid in record.all("QIDS/QID") {
        match qid.parse::<i64>() {
            Ok(qid) => sink.row(Table::SearchListQid, &[row.into(), qid.into()]),
            Err(_) => sink.unusable += 1,
        }
    }
}
