//! Scanner appliances, and the networks that they stand in.
use super::{instant, length, number, offset, stamp};
use crate::evidence::sink::{Sink, Table};
use crate::qualys::record::{Element, Record};

pub(super) fn appliance(record: &Record<'_>, sink: &mut Sink) {
    let (Some(id), Some(name)) = (number(record, "ID"), record.text("NAME")) else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::Appliance) else { return };
    sink.row(
        Table::Appliance,
        &[
            row.into(),
            id.into(),
            record.text("UUID").into(),
            name.into(),
            number(record, "NETWORK_ID").into(),
            record.text("STATUS").into(),
            record.text("TYPE").into(),
            record.text("MODEL_NUMBER").into(),
            record.text("SOFTWARE_VERSION").into(),
            record.text("VULNSIGS_VERSION").into(),
            record.text("VULNSIGS_LATEST").into(),
            record.text("ML_VERSION").into(),
            record.text("ML_LATEST").into(),
            number(record, "HEARTBEATS_MISSED").into(),
            instant(record, "LAST_UPDATED_DATE").into(),
            instant(record, "SS_LAST_CONNECTED").into(),
            i64::from(never_connected(record)).into(),
            i64::from(record.text("ACTIVATION_CODE").is_some()).into(),
            number(record, "ASSET_GROUP_COUNT").into(),
            number(record, "RUNNING_SCAN_COUNT").into(),
            record.text("POLLING_INTERVAL").and_then(leading_number).into(),
            record.text("USER_LOGIN").into(),
            stamp(record, "CREATED").into(),
            offset(record),
            length(record),
        ],
    );
    for group in record.each("ASSET_GROUP_LIST/ASSET_GROUP") {
        let title = group.text("NAME").or_else(|| group.text("TITLE"));
        let values = [row.into(), number(&group, "ID").into(), title.into()];
        sink.row(Table::ApplianceGroup, &values);
    }
}

/// One that was made and never started has no software version, or `N/A` for its dates (recorded).
fn never_connected(record: &Element<'_>) -> bool {
    let online = record.text("STATUS").is_some_and(|status| status.eq_ignore_ascii_case("Online"));
    let contacts = ["LAST_UPDATED_DATE", "SS_LAST_CONNECTED"];
    let dated = contacts.iter().any(|path| instant(record, path).is_some());
    let not_available = contacts
        .iter()
        .any(|path| record.raw(path).is_some_and(|text| text.eq_ignore_ascii_case("N/A")));
    !online && (record.text("SOFTWARE_VERSION").is_none() || (not_available && !dated))
}

/// `180 seconds`.
fn leading_number(text: &str) -> Option<i64> {
    text.split_ascii_whitespace().next()?.parse().ok()
}

pub(super) fn network(record: &Record<'_>, sink: &mut Sink) {
    let (Some(id), Some(name)) = (number(record, "ID"), record.text("NAME")) else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::Network) else { return };
    sink.row(Table::Network, &[row.into(), id.into(), name.into(), offset(record), length(record)]);
    for appliance in record.each("SCANNER_APPLIANCE_LIST/SCANNER_APPLIANCE") {
        match number(&appliance, "ID") {
            Some(id) => sink.row(Table::NetworkAppliance, &[row.into(), id.into()]),
            None => sink.unusable += 1,
        }
    }
}
