//! Assets and tags as the portal's asset management gives them.
use super::{address, instant, length, number, offset};
use crate::evidence::sink::{Sink, Table};
use crate::qualys::record::{Element, Record};

pub(super) fn host_asset(record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = number(record, "id") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::HostAsset) else { return };
    let cloud = cloud_source(record);
    let of_cloud = |names: &[&str]| {
        cloud.and_then(|(_, source)| names.iter().find_map(|name| source.text(name)))
    };
    let provider = cloud.map(|(provider, _)| provider);
    let checked_in = instant(record, "agentInfo/lastCheckedIn")
        .or_else(|| instant(record, "agentInfo/lastCheckedIn/date"));
    sink.row(
        Table::HostAsset,
        &[
            row.into(),
            id.into(),
            number(record, "qwebHostId").into(),
            record.text("name").into(),
            instant(record, "created").into(),
            instant(record, "modified").into(),
            record.text("os").into(),
            address(record, "address").as_ref().into(),
            record.text("networkGuid").into(),
            record.text("trackingMethod").into(),
            record.text("agentInfo/agentId").into(),
            record.text("agentInfo/status").into(),
            record.text("agentInfo/agentVersion").into(),
            record.text("agentInfo/platform").into(),
            record.text("agentInfo/activatedModule").into(),
            checked_in.into(),
            record.text("cloudProvider").or(provider).into(),
            of_cloud(&["instanceId", "vmId"]).into(),
            of_cloud(&["instanceState", "state"]).into(),
            of_cloud(&["accountId", "subscriptionId", "projectId"]).into(),
            instant(record, "lastVulnScan").into(),
            number(record, "criticalityScore").into(),
            offset(record),
            length(record),
        ],
    );
    for tag in record.each("tags/list/TagSimple") {
        let (id, name) = (number(&tag, "id"), tag.text("name"));
        sink.row(Table::HostAssetTag, &[row.into(), id.into(), name.into()]);
    }
}

/// The cloud source that was updated last; the first of equals.
fn cloud_source<'a>(record: &Element<'a>) -> Option<(&'static str, Element<'a>)> {
    let sources = [
        ("AWS", "sourceInfo/list/Ec2AssetSourceSimple"),
        ("Azure", "sourceInfo/list/AzureAssetSourceSimple"),
        ("GCP", "sourceInfo/list/GcpAssetSourceSimple"),
    ];
    sources
        .into_iter()
        .flat_map(|(provider, path)| record.each(path).map(move |source| (provider, source)))
        .reduce(|newest, next| {
            let newer = instant(&next.1, "lastUpdated") > instant(&newest.1, "lastUpdated");
            if newer { next } else { newest }
        })
}

pub(super) fn tag(record: &Record<'_>, sink: &mut Sink) {
    let (Some(id), Some(name)) = (number(record, "id"), record.text("name")) else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::Tag) else { return };
    sink.row(
        Table::Tag,
        &[
            row.into(),
            id.into(),
            name.into(),
            number(record, "parentTagId").into(),
            record.text("ruleType").into(),
            record.text("ruleText").into(),
            instant(record, "created").into(),
            instant(record, "modified").into(),
            number(record, "srcAssetGroupId").into(),
            number(record, "criticalityScore").into(),
            offset(record),
            length(record),
        ],
    );
}
