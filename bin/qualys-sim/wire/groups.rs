//! `asset/group/`: the asset groups.

use std::sync::Arc;

use super::call::Call;
use super::listing::{self, Listing, Marks, Page, RECORD, Url};
use super::params::{Ids, Kind, Parameter, Params, p};
use super::ranges;
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Style, Xml};
use crate::tenant::model::AssetGroup;

/// Names that `show_attributes` takes; they differ from the names of the elements.
const ATTRIBUTES: &[&str] = &[
    "None",
    "ALL",
    "ID",
    "TITLE",
    "OWNER_USER_NAME",
    "OWNER_USER_ID",
    "OWNER_UNIT_ID",
    "NETWORK_IDS",
    "LAST_UPDATE",
    "IP_SET",
    "APPLIANCE_LIST",
    "DOMAIN_LIST",
    "DNS_LIST",
    "NETBIOS_LIST",
    "EC2_ID_LIST",
    "HOST_IDS",
    "ASSIGNED_USER_IDS",
    "ASSIGNED_UNIT_IDS",
    "BUSINESS_IMPACT",
    "CVSS",
    "COMMENTS",
];
/// What is shown where the call does not say.
const BASIC: &[&str] =
    &["title", "owner_user_id", "owner_unit_id", "network_ids", "ip_set", "business_impact"];

pub(crate) const PARAMETERS: &[Parameter] = &[
    p("ids", Kind::Ids),
    p("id_min", Kind::Number),
    p("id_max", Kind::Number),
    p("title", Kind::Text),
    p("network_ids", Kind::Text),
    p("unit_id", Kind::Number),
    p("user_id", Kind::Number),
    p("truncation_limit", Kind::Number),
    p("output_format", Kind::Word(&["xml", "csv"])),
    p("show_attributes", Kind::Words(ATTRIBUTES)),
];

const PAGE: u64 = 1000;

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let params = &call.params;
    if params.is("output_format", "csv") {
        return Err(Refusal::unsupported("output_format", "csv"));
    }
    let filter = Filter::read(params);
    let groups = &call.tenant.asset_groups;
    let selected = groups.iter().enumerate().filter(|(_, group)| filter.admits(group));
    let page = Page::take(call, PAGE, selected.map(|(at, group)| (group.id, at)));
    let tail = page.warning(call, Url::Escaped, &[("output_format", "xml")]);
    let dtd = "asset/group/asset_group_list_output.dtd";
    let mut listing = Listing::new(call, "ASSET_GROUP_LIST_OUTPUT", "ASSET_GROUP_LIST", dtd);
    listing.marks = Marks { banner: true, ..Marks::default() };
    let empty = page.items.is_empty();
    let show = params
        .words("show_attributes")
        .unwrap_or_else(|| BASIC.iter().map(|name| (*name).to_owned()).collect());
    if show.iter().any(|name| name == "none") {
        listing.list = "ID_SET";
        let ids = page.items.iter().filter_map(|at| groups.get(*at)).map(|group| group.id);
        let set = listing::id_set(ids, Style::default());
        return Ok(listing.reply(call.now(), empty, std::iter::once(set), &tail));
    }
    let tenant = Arc::clone(&call.tenant);
    let records = page.items.into_iter().filter_map(move |at| {
        let group = tenant.asset_groups.get(at)?;
        Some(record(group, &show))
    });
    Ok(listing.reply(call.now(), empty, records, &tail))
}

struct Filter<'a> {
    ids: Option<Ids>,
    title: Option<&'a str>,
    networks: Option<Vec<&'a str>>,
    unit: Option<u64>,
    user: Option<u64>,
}

impl<'a> Filter<'a> {
    fn read(params: &'a Params) -> Self {
        Self {
            ids: params.ids("ids"),
            title: params.get("title"),
            networks: params.names("network_ids"),
            unit: params.number("unit_id"),
            user: params.number("user_id"),
        }
    }

    fn admits(&self, group: &AssetGroup) -> bool {
        self.ids.as_ref().is_none_or(|ids| ids.contains(group.id))
            && self.title.is_none_or(|title| group.title == title)
            && self.networks.as_ref().is_none_or(|networks| {
                let own = group.network_id.unwrap_or(0).to_string();
                networks.contains(&own.as_str())
            })
            && self.unit.is_none_or(|unit| {
                group.owner_unit_id == Some(unit) || group.assigned_unit_ids.contains(&unit)
            })
            && self.user.is_none_or(|user| {
                group.owner_user_id == Some(user) || group.assigned_user_ids.contains(&user)
            })
    }
}

fn record(group: &AssetGroup, show: &[String]) -> Vec<u8> {
    let shows = |name: &str| show.iter().any(|asked| asked == name || asked == "all");
    let padded = group.id.is_multiple_of(4);
    let mut xml = Xml::part(RECORD, Style { padded, lower_case: false });
    xml.open("ASSET_GROUP");
    xml.number("ID", group.id);
    if shows("title") {
        xml.cdata("TITLE", &group.title);
    }
    if let Some(id) = group.owner_user_id.filter(|_| shows("owner_user_id")) {
        xml.number("OWNER_USER_ID", id);
    }
    if let Some(id) = group.owner_unit_id.filter(|_| shows("owner_unit_id")) {
        xml.number("OWNER_UNIT_ID", id);
    }
    if let Some(id) = group.network_id.filter(|_| shows("network_ids")) {
        xml.number("NETWORK_IDS", id);
    }
    if shows("last_update") {
        xml.date("LAST_UPDATE", group.last_update);
    }
    if let Some(impact) = group.business_impact.as_ref().filter(|_| shows("business_impact")) {
        xml.text("BUSINESS_IMPACT", impact);
    }
    if shows("cvss") {
        for metric in ["CDP", "TD", "CR", "IR", "AR"] {
            xml.text(&format!("CVSS_ENVIRO_{metric}"), "Not Defined");
        }
    }
    if shows("appliance_list") {
        if let Some(id) = group.default_appliance_id {
            xml.number("DEFAULT_APPLIANCE_ID", id);
        }
        ids(&mut xml, "APPLIANCE_IDS", &group.appliance_ids);
    }
    if shows("ip_set") && !group.ip_set.is_empty() {
        xml.open("IP_SET");
        for range in &group.ip_set {
            ranges::element(&mut xml, range, None);
        }
        xml.close("IP_SET");
    }
    if shows("domain_list") {
        names(&mut xml, "DOMAIN_LIST", "DOMAIN", &group.domains);
    }
    if shows("dns_list") {
        names(&mut xml, "DNS_LIST", "DNS", &group.dns_names);
    }
    if shows("netbios_list") {
        names(&mut xml, "NETBIOS_LIST", "NETBIOS", &group.netbios_names);
    }
    if shows("host_ids") {
        ids(&mut xml, "HOST_IDS", &group.host_ids);
    }
    if shows("ec2_id_list") && !group.ec2_ids.is_empty() {
        xml.text("EC2_IDS", &group.ec2_ids.join(", "));
    }
    if shows("assigned_user_ids") {
        ids(&mut xml, "ASSIGNED_USER_IDS", &group.assigned_user_ids);
    }
    if shows("assigned_unit_ids") {
        ids(&mut xml, "ASSIGNED_UNIT_IDS", &group.assigned_unit_ids);
    }
    if shows("comments") {
        xml.some("COMMENTS", group.comments.as_deref());
    }
    if shows("owner_user_name") {
        xml.some("OWNER_USER_NAME", group.owner_user_name.as_deref());
    }
    xml.close("ASSET_GROUP");
    xml.finish()
}

/// Lists of ids are text, with a comma and a space.
fn ids(xml: &mut Xml, name: &str, ids: &[u64]) {
    if !ids.is_empty() {
        let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
        xml.text(name, &ids.join(", "));
    }
}

fn names(xml: &mut Xml, list: &str, name: &str, values: &[String]) {
    if values.is_empty() {
        return;
    }
    xml.open(list);
    for value in values {
        xml.cdata(name, value);
    }
    xml.close(list);
}
