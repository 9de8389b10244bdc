//! Cloud connectors as the asset view and as CloudView give them, and what CloudView evaluated.
use super::{flag, length, number, offset};
use crate::evidence::java_date;
use crate::evidence::sink::{Sink, Table};
use crate::qualys::record::{Element, Record};
use crate::qualys::time;

/// A connector of the asset view. Ones that never ran lack most of their members; one that was
/// deleted is none.
pub(super) fn asset_view(provider: &str, record: &Record<'_>, sink: &mut Sink) {
    if flag(record, "isDeleted") == Some(1) {
        return;
    }
    let Some(id) = record.text("id") else {
        sink.unusable += 1;
        return;
    };
    let accounts = [
        "awsAccountId",
        "authRecord/subscriptionId",
        "subscriptionId",
        "authRecord/projectId",
        "authRecord/project_id",
        "projectId",
    ];
    let (last_sync, never_synced) = synced(record, "lastSync");
    let connector = Connector {
        source: "assetview",
        provider,
        id,
        uuid: record.text("cloudviewUuid"),
        state: record.text("connectorState"),
        account: accounts.iter().find_map(|path| record.text(path)),
        last_sync,
        never_synced,
        next_sync: moment(record, "nextSync"),
        created: ["created", "createdDate"].iter().find_map(|path| moment(record, path)),
        disabled: flag(record, "disabled"),
        has_error: record.text("lastError").is_some(),
        polling_minutes: number(record, "runFrequency"),
        total_assets: number(record, "totalAssets"),
    };
    connector.write(record, sink);
}

/// A connector of CloudView.
pub(super) fn cloud_view(provider: &str, record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = record.text("connectorId") else {
        sink.unusable += 1;
        return;
    };
    let accounts = ["awsAccountId", "subscriptionId", "projectId"];
    let (last_sync, never_synced) = synced(record, "lastSyncedOn");
    let connector = Connector {
        source: "cloudview",
        provider,
        id,
        uuid: Some(id),
        state: record.text("state"),
        account: accounts.iter().find_map(|path| record.text(path)),
        last_sync,
        never_synced,
        next_sync: moment(record, "nextSyncedOn"),
        created: ["createdOn", "created"].iter().find_map(|path| moment(record, path)),
        disabled: flag(record, "isDisabled"),
        has_error: record.text("error").is_some(),
        polling_minutes: polling(record),
        total_assets: number(record, "totalAssets"),
    };
    connector.write(record, sink);
}

struct Connector<'a> {
    source: &'a str,
    provider: &'a str,
    id: &'a str,
    uuid: Option<&'a str>,
    state: Option<&'a str>,
    account: Option<&'a str>,
    last_sync: Option<i64>,
    never_synced: Option<i64>,
    next_sync: Option<i64>,
    created: Option<i64>,
    disabled: Option<i64>,
    /// Its text may hold secrets and stays out of the model.
    has_error: bool,
    polling_minutes: Option<i64>,
    total_assets: Option<i64>,
}

impl Connector<'_> {
    fn write(&self, record: &Element<'_>, sink: &mut Sink) {
        let Some(row) = sink.id(Table::Connector) else { return };
        sink.row(
            Table::Connector,
            &[
                row.into(),
                self.source.into(),
                self.provider.into(),
                self.id.into(),
                self.uuid.into(),
                record.text("name").into(),
                self.state.into(),
                self.account.into(),
                record.text("arn").into(),
                self.last_sync.into(),
                self.never_synced.into(),
                self.next_sync.into(),
                self.created.into(),
                self.disabled.into(),
                i64::from(self.has_error).into(),
                self.polling_minutes.into(),
                self.total_assets.into(),
                offset(record),
                length(record),
            ],
        );
    }
}

/// The last synchronisation, and whether there never was one: unknown where its text is no date.
fn synced(record: &Element<'_>, path: &str) -> (Option<i64>, Option<i64>) {
    match date(record, path) {
        None => (None, Some(1)),
        Some(text) => {
            let time = read(text);
            (time, time.map(|_| 0))
        }
    }
}

fn moment(record: &Element<'_>, path: &str) -> Option<i64> {
    date(record, path).and_then(read)
}

/// The text of a date, which JSON answers wrap now and then.
fn date<'a>(record: &'a Element<'_>, path: &str) -> Option<&'a str> {
    record.text(path).or_else(|| record.text(&format!("{path}/date")))
}

fn read(text: &str) -> Option<i64> {
    time::parse(text).or_else(|| java_date::parse(text))
}

fn polling(record: &Element<'_>) -> Option<i64> {
    let frequency = record.find("pollingFrequency")?;
    let (hours, minutes) = (number(&frequency, "hours"), number(&frequency, "minutes"));
    if hours.is_none() && minutes.is_none() {
        return None;
    }
    hours.unwrap_or(0).checked_mul(60)?.checked_add(minutes.unwrap_or(0))
}

/// What a control came to in one account, which only the request names.
pub(super) fn evaluation(provider: &str, record: &Record<'_>, sink: &mut Sink) {
    let (control, name) = (record.text("controlId"), record.text("controlName"));
    if control.is_none() && name.is_none() {
        sink.unusable += 1;
        return;
    }
    let Some(row) = sink.id(Table::CloudEvaluation) else { return };
    let account = sink.asked;
    sink.row(
        Table::CloudEvaluation,
        &[
            row.into(),
            provider.into(),
            Some(account).filter(|account| !account.is_empty()).into(),
            control.into(),
            name.into(),
            record.text("criticality").into(),
            record.text("result").into(),
            number(record, "passedResources").into(),
            number(record, "failedResources").into(),
            offset(record),
            length(record),
        ],
    );
}
