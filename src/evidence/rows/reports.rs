//! Reports, their schedules and their templates.
use super::{flag, instant, length, number, offset};
use crate::evidence::recurrence;
use crate::evidence::sink::{Sink, Table};
use crate::qualys::record::Record;

pub(super) fn report(record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = number(record, "ID") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::Report) else { return };
    let state = record.text("STATUS/STATE").or_else(|| record.text("STATUS"));
    sink.row(
        Table::Report,
        &[
            row.into(),
            id.into(),
            record.text("TITLE").into(),
            record.text("TYPE").into(),
            record.text("USER_LOGIN").into(),
            instant(record, "LAUNCH_DATETIME").into(),
            record.text("OUTPUT_FORMAT").into(),
            state.into(),
            instant(record, "EXPIRATION_DATETIME").into(),
            offset(record),
            length(record),
        ],
    );
}

pub(super) fn schedule(record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = number(record, "ID") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::ReportSchedule) else { return };
    let recurrence = record.find("SCHEDULE").and_then(recurrence::of);
    sink.row(
        Table::ReportSchedule,
        &[
            row.into(),
            id.into(),
            record.text("TITLE").into(),
            record.text("OUTPUT_FORMAT").into(),
            record.text("TEMPLATE_TITLE").into(),
            flag(record, "ACTIVE").into(),
            recurrence.and_then(|(_, days)| days).into(),
            instant(record, "SCHEDULE/START_DATE_UTC").into(),
            offset(record),
            length(record),
        ],
    );
}

pub(super) fn template(record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = number(record, "ID") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::ReportTemplate) else { return };
    sink.row(
        Table::ReportTemplate,
        &[
            row.into(),
            id.into(),
            record.text("TITLE").into(),
            record.text("TYPE").into(),
            record.text("TEMPLATE_TYPE").into(),
            record.text("USER/LOGIN").into(),
            instant(record, "LAST_UPDATE").into(),
            flag(record, "GLOBAL").into(),
            offset(record),
            length(record),
        ],
    );
}
