//! Assets, tags and users as the portal gives them, and the versions of its parts.
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
            cloud.and_then(|(_, source)| address(&source, "publicIpAddress")).as_ref().into(),
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
            record.text("reEvalStatus").into(),
            offset(record),
            length(record),
        ],
    );
}

/// A user with what the portal lets them do; other Managers are not shown to a caller (guide).
pub(super) fn user(record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = number(record, "id") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::PortalUser) else { return };
    sink.row(
        Table::PortalUser,
        &[
            row.into(),
            id.into(),
            record.text("username").into(),
            record.text("firstName").into(),
            record.text("lastName").into(),
            record.text("emailAddress").into(),
            offset(record),
            length(record),
        ],
    );
    // One role comes bare, several come in wrappers: the innermost objects are the roles.
    for role in items(record, "roleList") {
        match role.text("name") {
            Some(name) => sink.row(Table::PortalUserRole, &[row.into(), name.into()]),
            None => sink.unusable += 1,
        }
    }
    for tag in items(record, "scopeTags") {
        let (id, name) = (number(&tag, "id"), tag.text("name"));
        sink.row(Table::PortalUserTag, &[row.into(), id.into(), name.into()]);
    }
}

/// The objects of a list, whether each stands in a wrapper or not.
fn items<'a>(record: &Element<'a>, name: &str) -> impl Iterator<Item = Element<'a>> + use<'a> {
    let lists = record.find(name).into_iter().flat_map(|list| list.each("list"));
    lists.flat_map(|entry| {
        let is_bare = entry.find("id").is_some() || entry.find("name").is_some();
        let bare = is_bare.then_some(entry);
        let wrapped = (!is_bare).then_some(entry).into_iter();
        bare.into_iter().chain(wrapped.flat_map(|entry| entry.children()))
    })
}

/// `VULNSIGS-VERSION` is the version of `VULNSIGS`.
pub(super) fn versions(record: &Record<'_>, sink: &mut Sink) {
    for part in record.children().flat_map(|group| group.children()) {
        let Some(component) = part.name().strip_suffix("-VERSION") else { continue };
        let Some(row) = sink.id(Table::PortalVersion) else { return };
        let version = Some(part.own()).filter(|version| !version.is_empty());
        let values = [row.into(), component.into(), version.into(), offset(&part), length(&part)];
        sink.row(Table::PortalVersion, &values);
    }
}
