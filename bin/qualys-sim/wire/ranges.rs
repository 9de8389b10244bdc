//! `asset/ip/` and `asset/excluded_ip/`: lists of addresses.

use std::net::IpAddr;

use super::call::Call;
use super::listing::{BANNER, Listing, Marks, RECORD};
use super::params::{Ids, Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Style, Xml, date};
use crate::tenant::model::{ExcludedRange, IpRange};

pub(crate) const IP_PARAMETERS: &[Parameter] = &[
    p("ips", Kind::Addresses),
    p("network_id", Kind::Number),
    p("tracking_method", Kind::Unbuilt),
    p("compliance_enabled", Kind::Unbuilt),
    p("certview_enabled", Kind::Unbuilt),
];

pub(crate) const EXCLUDED_PARAMETERS: &[Parameter] = &[
    p("ips", Kind::Addresses),
    p("network_id", Kind::Number),
    p("ag_ids", Kind::Unbuilt),
    p("ag_titles", Kind::Unbuilt),
    p("use_tags", Kind::Unbuilt),
    p("tag_include_selector", Kind::Unbuilt),
    p("tag_exclude_selector", Kind::Unbuilt),
    p("tag_set_by", Kind::Unbuilt),
    p("tag_set_include", Kind::Unbuilt),
    p("tag_set_exclude", Kind::Unbuilt),
];

pub(crate) fn ips(call: &Call) -> Result<Reply, Refusal> {
    let mut xml = Xml::part(RECORD, Style::default());
    let filter = Filter::read(call);
    let mut empty = true;
    for range in call.tenant.ips.iter().filter(|range| filter.admits(range)) {
        // Entries of this list carry no network.
        element(&mut xml, &IpRange { network_id: None, ..range.clone() }, None);
        empty = false;
    }
    let listing = Listing::new(call, "IP_LIST_OUTPUT", "IP_SET", "asset/ip/ip_list_output.dtd");
    Ok(listing.reply(call.now(), empty, std::iter::once(xml.finish()), &[]))
}

pub(crate) fn excluded(call: &Call) -> Result<Reply, Refusal> {
    let mut xml = Xml::part(RECORD, Style::default());
    let filter = Filter::read(call);
    let mut empty = true;
    for ExcludedRange { range, expires } in
        call.tenant.excluded.iter().filter(|excluded| filter.admits(&excluded.range))
    {
        element(&mut xml, range, *expires);
        empty = false;
    }
    let dtd = "asset/excluded_ip/ip_list_output.dtd";
    let mut listing = Listing::new(call, "IP_LIST_OUTPUT", "IP_SET", dtd);
    // The banner can stand ahead of the XML declaration, where XML allows nothing.
    listing.marks = Marks { before: BANNER, ..Marks::default() };
    Ok(listing.reply(call.now(), empty, std::iter::once(xml.finish()), &[]))
}

/// `IP`, or `IP_RANGE` with both ends inside.
pub(super) fn element(xml: &mut Xml, range: &IpRange, expires: Option<i64>) {
    let network = range.network_id.map(|id| id.to_string());
    let expires = expires.map(date);
    let mut attributes = Vec::new();
    if let Some(network) = &network {
        attributes.push(("network_id", network.as_str()));
    }
    if let Some(expires) = &expires {
        attributes.push(("expiration_date", expires.as_str()));
    }
    let name = if range.first == range.last { "IP" } else { "IP_RANGE" };
    xml.text_with(name, &attributes, &text(range));
}

/// `10.0.0.1` or `10.0.0.1-10.0.0.9`
pub(super) fn text(range: &IpRange) -> String {
    if range.first == range.last {
        range.first.to_string()
    } else {
        format!("{}-{}", range.first, range.last)
    }
}

/// Which addresses a list speaks of.
pub(super) struct Filter {
    addresses: Option<Ids>,
    network: Option<u64>,
}

impl Filter {
    pub(super) fn read(call: &Call) -> Self {
        Self { addresses: call.params.addresses("ips"), network: call.params.number("network_id") }
    }

    pub(super) fn admits(&self, range: &IpRange) -> bool {
        let network = u64::from(range.network_id.unwrap_or(0));
        self.network.is_none_or(|asked| asked == network)
            && self.addresses.as_ref().is_none_or(|set| match (range.first, range.last) {
                (IpAddr::V4(first), IpAddr::V4(last)) => {
                    set.touches(u64::from(first.to_bits()), u64::from(last.to_bits()))
                }
                _ => false,
            })
    }
}
