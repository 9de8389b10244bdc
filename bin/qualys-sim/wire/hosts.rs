//! `asset/host/`: the host list.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::call::{Call, CursorFault};
use super::host_filter::{HostFilter, SHARED};
use super::listing::{self, Listing, Marks, Page, RECORD, TAIL, Url};
use super::params::{Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Style, Xml};
use crate::tenant::model::{AgentInfo, Host, TagRef};
use crate::tenant::{Kind as Subscription, Tenant};

const OWN: [Parameter; 13] = [
    p("details", Kind::Word(&["Basic", "Basic/AGs", "All", "All/AGs", "None"])),
    p("show_trurisk", Kind::Flag),
    p("show_trurisk_factors", Kind::Flag),
    p("trurisk_min", Kind::Number),
    p("trurisk_max", Kind::Number),
    p("show_ars", Kind::Flag),
    p("show_ars_factors", Kind::Flag),
    p("ars_min", Kind::Number),
    p("ars_max", Kind::Number),
    p("pc_auth_success_date_after", Kind::Time).since(3),
    p("pc_auth_success_date_before", Kind::Time).since(3),
    p("cloud_agent_activationkey", Kind::Flag).since(4),
    p("output_format", Kind::Word(&["xml"])),
];

const TABLE: [Parameter; SHARED.len() + OWN.len()] = {
    let mut table = [p("", Kind::Text); SHARED.len() + OWN.len()];
    let mut at = 0;
    while at < SHARED.len() {
        table[at] = SHARED[at];
        at += 1;
    }
    let mut own = 0;
    while own < OWN.len() {
        table[SHARED.len() + own] = OWN[own];
        own += 1;
    }
    table
};

pub(crate) const PARAMETERS: &[Parameter] = &TABLE;

/// Hosts of a page where the caller names no limit.
pub(super) const PAGE: u64 = 1000;

/// What the call wants to see of each host.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the call")]
struct Show {
    version: u8,
    all: bool,
    groups: bool,
    tags: bool,
    asset_id: bool,
    trurisk: Option<&'static str>,
    activation: bool,
    style: Style,
}

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let filter = HostFilter::read(call)?;
    let params = &call.params;
    let low = params.number("trurisk_min").or(params.number("ars_min"));
    let high = params.number("trurisk_max").or(params.number("ars_max"));
    let pc_after = params.time("pc_auth_success_date_after");
    let pc_before = params.time("pc_auth_success_date_before");
    let admits = |host: &Host| {
        let score = u64::from(host.trurisk_score.unwrap_or(0));
        filter.admits(host)
            && low.is_none_or(|low| score >= low)
            && high.is_none_or(|high| score <= high)
            && pc_after.is_none_or(|after| host.pc_auth_success >= Some(after))
            && pc_before
                .is_none_or(|before| host.pc_auth_success.is_some_and(|date| date <= before))
    };
    let selected = numbered(call).filter(|(_, host)| admits(host));
    let page = Page::take(call, PAGE, selected.map(|(number, host)| (host.id, number)));
    // One sample of the guide has lower-case names: the answers of an old platform.
    let style = Style { lower_case: call.tenant.kind == Subscription::OldVersions, padded: false };
    let details = params.get("details").unwrap_or("Basic").to_ascii_lowercase();
    let mut tail = page.warning(call, Url::Padded, &echoed(call));
    let now = call.now();
    let dtd = if call.version == 2 {
        "asset/host/host_list_output.dtd"
    } else {
        "asset/host/dtd/list/output.dtd"
    };
    let mut listing = Listing::new(call, "HOST_LIST_OUTPUT", "HOST_LIST", dtd);
    listing.style = style;
    listing.marks = Marks { trailer: true, ..Marks::default() };
    if details == "none" {
        listing.list = "ID_SET";
        let empty = page.items.is_empty();
        let ids = page.items.iter().map(|number| call.tenant.host(*number).id);
        let set = listing::id_set(ids, style);
        return Ok(listing.reply(now, empty, std::iter::once(set), &tail));
    }
    let show = Show {
        version: call.version,
        all: details.starts_with("all"),
        groups: details.ends_with("/ags"),
        tags: params.flag("show_tags"),
        asset_id: params.flag("show_asset_id"),
        trurisk: if params.flag("show_trurisk") {
            Some("TRURISK_SCORE")
        } else {
            params.flag("show_ars").then_some("ASSET_RISK_SCORE")
        },
        activation: params.flag("cloud_agent_activationkey"),
        style,
    };
    if show.groups {
        tail.extend(glossary(call, &page.items, style));
    }
    let tenant = Arc::clone(&call.tenant);
    let empty = page.items.is_empty();
    let records = page.items.into_iter().map(move |number| record(&tenant, number, show));
    Ok(listing.reply(now, empty, records, &tail))
}

fn echoed(call: &Call) -> Vec<(&'static str, &'static str)> {
    let mut echoed = vec![("details", "Basic")];
    if call.version >= 4 {
        echoed.push(("cloud_agent_activationkey", "0"));
    }
    echoed
}

/// The hosts from the call's cursor on, with their numbers.
pub(super) fn numbered(call: &Call) -> impl Iterator<Item = (usize, Host)> + '_ {
    let tenant = &call.tenant;
    let start = match (call.cursor, call.params.number("id_min")) {
        (Some(CursorFault::Endless), _) | (_, None) => 0,
        (_, Some(id)) => tenant.first_host_from(id),
    };
    (start..tenant.host_count()).map(|number| (number, tenant.host(number)))
}

fn record(tenant: &Tenant, number: usize, show: Show) -> Vec<u8> {
    let host = &tenant.host(number);
    // Both forms of CDATA are on record; every fifth host has the indented one.
    let padded = host.id.is_multiple_of(5);
    let mut xml = Xml::part(RECORD, Style { padded, ..show.style });
    xml.open("HOST");
    xml.number("ID", host.id);
    if let Some(id) = host.asset_id.filter(|_| show.asset_id) {
        xml.number("ASSET_ID", id);
    }
    address(&mut xml, host);
    if let Some(element) = show.trurisk {
        if let Some(score) = host.trurisk_score {
            xml.number(element, score);
        }
        if let Some(score) = host.criticality_score {
            xml.number("ASSET_CRITICALITY_SCORE", score);
        }
    }
    xml.text("TRACKING_METHOD", &host.tracking_method);
    if let Some(id) = host.network_id {
        xml.number("NETWORK_ID", id);
    }
    names(&mut xml, host);
    cloud(&mut xml, host);
    xml.some("NETBIOS", host.netbios.as_deref());
    xml.some("OS", host.os.as_deref());
    xml.some("QG_HOSTID", host.qg_hostid.as_deref());
    xml.date("LAST_BOOT", host.last_boot);
    // Agents that find no number send the word.
    let unnumbered = host.tracking_method == "Cloud Agent" && host.id.is_multiple_of(2);
    let serial = host.serial_number.as_deref().or(unnumbered.then_some("null"));
    xml.some("SERIAL_NUMBER", serial);
    xml.date("FIRST_FOUND_DATE", host.first_found);
    xml.date("LAST_ACTIVITY", host.last_activity);
    if let Some(status) = &host.agent_status {
        xml.text("AGENT_STATUS", status);
    }
    if show.tags {
        tags(&mut xml, &host.tags);
    }
    if show.all {
        dates(&mut xml, host, show.version);
        xml.some("OWNER", host.owner.as_deref());
        xml.some("COMMENTS", host.comments.as_deref());
        user_defined(&mut xml, host);
    }
    if show.groups && !host.group_ids.is_empty() {
        let ids: Vec<String> = host.group_ids.iter().map(u64::to_string).collect();
        xml.text("ASSET_GROUP_IDS", &ids.join(","));
    }
    if show.activation
        && let Some(AgentInfo { activation_key: (key, title), .. }) =
            tenant.host_asset(number).agent.as_ref()
    {
        xml.cdata("AGENT_ACTIVATION_TITLE", title);
        xml.cdata("AGENT_ACTIVATION_KEY", key);
    }
    xml.close("HOST");
    xml.finish()
}

pub(super) fn address(xml: &mut Xml, host: &Host) {
    if let Some(ip) = host.ip {
        xml.number("IP", ip);
    }
    if let Some(ip) = host.ipv6 {
        xml.number("IPV6", ip);
    }
}

/// `DNS` and its parts; absent parts are self-closed.
pub(super) fn names(xml: &mut Xml, host: &Host) {
    let Some(dns) = host.dns.as_deref() else { return };
    xml.cdata("DNS", dns);
    xml.open("DNS_DATA");
    if let Some((name, domain)) = dns.split_once('.') {
        xml.cdata("HOSTNAME", name);
        xml.cdata("DOMAIN", domain);
        xml.cdata("FQDN", dns);
    } else {
        xml.cdata("HOSTNAME", dns);
        xml.void("DOMAIN", &[]);
        xml.void("FQDN", &[]);
    }
    xml.close("DNS_DATA");
}

pub(super) fn cloud(xml: &mut Xml, host: &Host) {
    xml.some("CLOUD_PROVIDER", host.cloud_provider.as_deref());
    xml.some("CLOUD_SERVICE", host.cloud_service.as_deref());
    xml.some("CLOUD_RESOURCE_ID", host.cloud_resource_id.as_deref());
    xml.some("EC2_INSTANCE_ID", host.ec2_instance_id.as_deref());
}

pub(super) fn tags(xml: &mut Xml, tags: &[TagRef]) {
    if tags.is_empty() {
        return;
    }
    xml.open("TAGS");
    for tag in tags {
        xml.open("TAG");
        xml.cdata("TAG_ID", &tag.id.to_string());
        xml.cdata("NAME", &tag.name);
        xml.close("TAG");
    }
    xml.close("TAGS");
}

fn dates(xml: &mut Xml, host: &Host, version: u8) {
    xml.date("LAST_VULN_SCAN_DATETIME", host.last_vuln_scan);
    scans(xml, host);
    xml.date("LAST_COMPLIANCE_SCAN_DATETIME", host.last_compliance_scan);
    if version >= 3 {
        xml.date("PC_AUTH_SUCCESS_DATE", host.pc_auth_success);
    }
}

pub(super) fn scans(xml: &mut Xml, host: &Host) {
    xml.date("LAST_VM_SCANNED_DATE", host.last_vm_scan);
    if let Some(seconds) = host.last_vm_scan_duration {
        xml.number("LAST_VM_SCANNED_DURATION", seconds);
    }
    xml.date("LAST_VM_AUTH_SCANNED_DATE", host.last_vm_auth);
    if let Some(seconds) = host.last_vm_auth_duration {
        xml.number("LAST_VM_AUTH_SCANNED_DURATION", seconds);
    }
}

fn user_defined(xml: &mut Xml, host: &Host) {
    if host.user_defined.is_empty() {
        return;
    }
    xml.open("USER_DEF");
    for (at, (label, _)) in host.user_defined.iter().enumerate() {
        xml.cdata(&format!("LABEL_{}", at + 1), label);
    }
    for (at, (_, value)) in host.user_defined.iter().enumerate() {
        xml.cdata(&format!("VALUE_{}", at + 1), value);
    }
    xml.close("USER_DEF");
}

/// The groups that the hosts of the page name.
fn glossary(call: &Call, items: &[usize], style: Style) -> Vec<u8> {
    let named: BTreeSet<u64> =
        items.iter().flat_map(|number| call.tenant.host(*number).group_ids).collect();
    let mut xml = Xml::part(TAIL, style);
    if named.is_empty() {
        return xml.finish();
    }
    xml.open("GLOSSARY");
    xml.open("ASSET_GROUP_LIST");
    for group in call.tenant.asset_groups.iter().filter(|group| named.contains(&group.id)) {
        xml.open("ASSET_GROUP");
        xml.number("ID", group.id);
        xml.cdata("TITLE", &group.title);
        xml.close("ASSET_GROUP");
    }
    xml.close("ASSET_GROUP_LIST");
    xml.close("GLOSSARY");
    xml.finish()
}
