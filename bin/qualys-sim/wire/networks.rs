//! `network/` and `asset/vhost/`: networks with their scanners, and the virtual hosts of addresses.

use std::net::IpAddr;

use super::call::Call;
use super::listing::{Listing, RECORD};
use super::params::{Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Style, Xml};
use crate::tenant::model_scanning::VirtualHost;

pub(crate) const NETWORK_PARAMETERS: &[Parameter] = &[p("ids", Kind::Text)];

pub(crate) const VIRTUAL_HOST_PARAMETERS: &[Parameter] =
    &[p("ip", Kind::Addresses), p("port", Kind::Number)];

/// The networks, ahead of all the one that every subscription has. Where network support is off,
/// it is the only one: what the service answers then is not on record.
pub(crate) fn networks(call: &Call) -> Result<Reply, Refusal> {
    let asked = call.params.names("ids");
    let custom = call.tenant.programme.networks.iter();
    let custom = custom.map(|network| (network.id, network.name.as_str(), &network.appliances[..]));
    let global = std::iter::once((0, "Global Default Network", &[][..]));
    let records: Vec<Vec<u8>> = global
        .chain(custom.filter(|(id, ..)| *id != 0 && call.tenant.kind.networks()))
        .filter(|(id, ..)| {
            asked.as_ref().is_none_or(|asked| asked.contains(&id.to_string().as_str()))
        })
        .map(|(id, name, appliances)| network(id, name, appliances))
        .collect();
    // Both roots are printed somewhere.
    let root = if call.old() { "NETWORK_LIST_OUTPUT" } else { "NETWORK_LIST" };
    let listing = Listing::new(call, root, "NETWORK_LIST", "network/network_list_output.dtd");
    Ok(listing.reply(call.now(), records.is_empty(), records.into_iter(), &[]))
}

fn network(id: u32, name: &str, appliances: &[(u64, String)]) -> Vec<u8> {
    let mut xml = Xml::part(RECORD, Style { padded: id % 2 == 1, lower_case: false });
    xml.open("NETWORK");
    xml.number("ID", id);
    xml.cdata("NAME", name);
    if !appliances.is_empty() {
        xml.open("SCANNER_APPLIANCE_LIST");
        for (id, name) in appliances {
            xml.open("SCANNER_APPLIANCE");
            xml.number("ID", id);
            xml.cdata("FRIENDLY_NAME", name);
            xml.close("SCANNER_APPLIANCE");
        }
        xml.close("SCANNER_APPLIANCE_LIST");
    }
    xml.close("NETWORK");
    xml.finish()
}

pub(crate) fn virtual_hosts(call: &Call) -> Result<Reply, Refusal> {
    let addresses = call.params.addresses("ip");
    let port = call.params.number("port");
    let admits = |host: &&VirtualHost| {
        port.is_none_or(|port| u64::from(host.port) == port)
            && addresses.as_ref().is_none_or(|set| match host.ip {
                IpAddr::V4(ip) => set.contains(u64::from(ip.to_bits())),
                IpAddr::V6(_) => false,
            })
    };
    let hosts = call.tenant.programme.virtual_hosts.iter().filter(admits);
    // Readers of both names are at work.
    let name = if call.old() { "VHOST" } else { "VIRTUAL_HOST" };
    let records: Vec<Vec<u8>> = hosts.map(|host| virtual_host(name, host)).collect();
    let dtd = "asset/vhost/vhost_list_output.dtd";
    let listing = Listing::new(call, "VIRTUAL_HOST_LIST_OUTPUT", "VIRTUAL_HOST_LIST", dtd);
    Ok(listing.reply(call.now(), records.is_empty(), records.into_iter(), &[]))
}

fn virtual_host(name: &str, host: &VirtualHost) -> Vec<u8> {
    let mut xml = Xml::part(RECORD, Style::default());
    xml.open(name);
    xml.number("IP", host.ip);
    xml.number("PORT", host.port);
    if let Some(id) = host.network_id {
        xml.number("NETWORK_ID", id);
    }
    for fqdn in &host.fqdns {
        xml.cdata("FQDN", fqdn);
    }
    xml.close(name);
    xml.finish()
}
