//! Scan schedules, their runs, and scans.
use super::{flag, instant, length, number, offset, parts, texts};
use crate::evidence::ranges::{self, Range};
use crate::evidence::recurrence;
use crate::evidence::sink::{Sink, Table};
use crate::qualys::record::{Element, Record};

pub(super) fn schedule(record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = number(record, "ID") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::ScanSchedule) else { return };
    let recurrence = record.find("SCHEDULE").and_then(recurrence::of);
    let target = record.text("TARGET");
    sink.row(
        Table::ScanSchedule,
        &[
            row.into(),
            id.into(),
            record.text("TITLE").unwrap_or_default().into(),
            number(record, "ACTIVE").into(),
            record.text("USER_LOGIN").into(),
            target.into(),
            number(record, "NETWORK_ID").unwrap_or(0).into(),
            record.text("ISCANNER_NAME").into(),
            record.text("OPTION_PROFILE/TITLE").into(),
            flag(record, "OPTION_PROFILE/DEFAULT_FLAG").into(),
            record.text("ASSET_TAGS/TAG_INCLUDE_SELECTOR").into(),
            record.text("ASSET_TAGS/TAG_EXCLUDE_SELECTOR").into(),
            uses_tag_ranges(record).into(),
            connector(record).into(),
            recurrence.and_then(|(_, days)| days).into(),
            recurrence.map(|(word, _)| word).into(),
            instant(record, "SCHEDULE/START_DATE_UTC").into(),
            instant(record, "SCHEDULE/NEXTLAUNCH_UTC").into(),
            number(record, "SCHEDULE/MAX_OCCURRENCE").into(),
            offset(record),
            length(record),
        ],
    );
    texts(sink, Table::ScheduleGroup, row, record.all("ASSET_GROUP_TITLE_LIST/ASSET_GROUP_TITLE"));
    for (path, excluded) in [("ASSET_TAGS/TAG_SET_INCLUDE", 0), ("ASSET_TAGS/TAG_SET_EXCLUDE", 1)] {
        for name in parts(record.text(path)) {
            sink.row(Table::ScheduleTag, &[row.into(), name.into(), excluded.into()]);
        }
    }
    for range in record.each("USER_ENTERED_IPS/RANGE") {
        let (start, end) = (range.text("START"), range.text("END"));
        let typed = start.map(|start| format!("{start}-{}", end.unwrap_or(start)));
        match typed.as_deref().and_then(ranges::range) {
            Some(typed) => schedule_range(sink, row, "typed", typed),
            None => sink.unusable += 1,
        }
    }
    for range in ranges::ranges(target.unwrap_or_default()) {
        schedule_range(sink, row, "target", range);
    }
    for excluded in parts(record.text("EXCLUDE_IP_PER_SCAN")) {
        match ranges::range(excluded) {
            Some(range) => schedule_range(sink, row, "excluded", range),
            None => sink.unusable += 1,
        }
    }
    recipients(record, row, sink);
}

/// The distribution groups that a schedule's notices go to.
pub(super) fn recipients(record: &Element<'_>, row: i64, sink: &mut Sink) {
    for notifications in record.each("NOTIFICATIONS") {
        for group in notifications.anywhere("DISTRIBUTION_GROUP") {
            let (id, title) = (number(&group, "ID"), group.text("TITLE"));
            sink.row(Table::ScheduleRecipient, &[row.into(), id.into(), title.into()]);
        }
    }
}

fn schedule_range(sink: &mut Sink, row: i64, source: &str, (first, last): Range) {
    let range = [row.into(), source.into(), first.as_slice().into(), last.as_slice().into()];
    sink.row(Table::ScheduleRange, &range);
}

fn uses_tag_ranges(record: &Element<'_>) -> i64 {
    let flags = ["ASSET_TAGS/USE_IP_NT_RANGE_TAGS", "ASSET_TAGS/USE_IP_NT_RANGE_TAGS_INCLUDE"];
    i64::from(flags.iter().any(|path| flag(record, path) == Some(1)))
}

fn connector<'a>(record: &Element<'a>) -> Option<&'a str> {
    [
        "CLOUD_DETAILS/CONNECTOR/UUID",
        "CLOUD_DETAILS/CONNECTOR/ID",
        "CLOUD_DETAILS/CONNECTOR/NAME",
        "EC2_INSTANCE/CONNECTOR_UUID",
    ]
    .iter()
    .find_map(|path| record.text(path))
}

/// The inner names of a run history are not confirmed: any `RUN` below the schedule is one.
pub(super) fn runs(record: &Record<'_>, sink: &mut Sink) {
    let Some(schedule) = number(record, "ID") else {
        sink.unusable += 1;
        return;
    };
    for run in record.anywhere("RUN") {
        let Some(row) = sink.id(Table::ScheduleRun) else { return };
        let state = run.text("STATUS/STATE").or_else(|| run.text("STATUS"));
        let sub_state = run.text("STATUS/SUB_STATE").or_else(|| run.text("SUB_STATE"));
        sink.row(
            Table::ScheduleRun,
            &[
                row.into(),
                schedule.into(),
                run.text("REF").into(),
                instant(&run, "LAUNCH_DATETIME").into(),
                state.into(),
                sub_state.into(),
                offset(&run),
                length(&run),
            ],
        );
    }
}

pub(super) fn scan(record: &Record<'_>, sink: &mut Sink) {
    let Some(reference) = record.text("REF") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::Scan) else { return };
    sink.row(
        Table::Scan,
        &[
            row.into(),
            reference.into(),
            record.text("TYPE").into(),
            record.text("TITLE").into(),
            record.text("USER_LOGIN").into(),
            instant(record, "LAUNCH_DATETIME").into(),
            record.text("DURATION").and_then(seconds).into(),
            flag(record, "PROCESSED").into(),
            record.text("STATUS/STATE").into(),
            record.text("STATUS/SUB_STATE").into(),
            record.text("OPTION_PROFILE/TITLE").into(),
            offset(record),
            length(record),
        ],
    );
    texts(sink, Table::ScanGroup, row, record.all("ASSET_GROUP_TITLE_LIST/ASSET_GROUP_TITLE"));
}

/// `hh:mm:ss`, where long scans have hours above 24, or plain seconds.
fn seconds(duration: &str) -> Option<i64> {
    duration.split(':').try_fold(0_i64, |total, part| {
        let part: u32 = part.trim_ascii().parse().ok()?;
        total.checked_mul(60)?.checked_add(i64::from(part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_seconds() {
        assert_eq!(seconds("02:41:09"), Some(9669));
        assert_eq!(seconds("101:00:00"), Some(363_600));
        assert_eq!(seconds("311"), Some(311));
        assert_eq!(seconds("soon"), None);
    }
}
