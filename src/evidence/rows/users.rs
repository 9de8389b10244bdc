//! Users, and what they did.
use super::{flag, instant, length, number, offset, texts};
use crate::evidence::sink::{Sink, Table};
use crate::qualys::csv;
use crate::qualys::record::Record;
use crate::qualys::time;

pub(super) fn user(record: &Record<'_>, sink: &mut Sink) {
    let Some(row) = sink.id(Table::User) else { return };
    let last_login = instant(record, "LAST_LOGIN_DATE");
    // `N/A` says never; no element says that the caller may not see it.
    let never = match record.raw("LAST_LOGIN_DATE") {
        Some(text) if text.eq_ignore_ascii_case("N/A") => Some(1),
        _ => last_login.map(|_| 0),
    };
    sink.row(
        Table::User,
        &[
            row.into(),
            number(record, "USER_ID").into(),
            record.text("USER_LOGIN").into(),
            record.text("CONTACT_INFO/FIRSTNAME").into(),
            record.text("CONTACT_INFO/LASTNAME").into(),
            record.text("CONTACT_INFO/TITLE").into(),
            record.text("CONTACT_INFO/EMAIL").into(),
            record.text("USER_STATUS").into(),
            record.text("USER_ROLE").into(),
            record.text("BUSINESS_UNIT").into(),
            instant(record, "CREATION_DATE").into(),
            last_login.into(),
            never.into(),
            offset(record),
            length(record),
        ],
    );
    let groups = record.all("ASSIGNED_ASSET_GROUPS/ASSET_GROUP_TITLE");
    texts(sink, Table::UserGroup, row, groups);
    if let Some(permissions) = record.find("PERMISSIONS") {
        for permission in permissions.children() {
            let granted = flag(&permissions, permission.name());
            let name = permission.name().into();
            sink.row(Table::UserPermission, &[row.into(), name, granted.into()]);
        }
    }
}

/// The activity log is CSV.
pub(in crate::evidence) fn activity(record: &csv::Row<'_>, sink: &mut Sink) {
    // A row without an action is none of this log's.
    if record.value("Action").is_none() {
        sink.unusable += 1;
        return;
    }
    let Some(row) = sink.id(Table::Activity) else { return };
    let place = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    sink.row(
        Table::Activity,
        &[
            row.into(),
            record.value("Date").and_then(time::parse).into(),
            record.value("Action").into(),
            record.value("Module").into(),
            record.value("Details").into(),
            record.value("User Name").into(),
            record.value("User Role").into(),
            record.value("User IP").into(),
            place(record.offset).into(),
            place(record.length).into(),
        ],
    );
}
