//! `appliance/`: the scanner appliances.

use super::call::Call;
use super::listing::{Listing, RECORD, TAIL};
use super::params::{Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Style, Xml, date};
use crate::tenant::model_scanning::Appliance;

const TYPES: &[&str] = &["physical", "virtual", "containerized", "offline"];

pub(crate) const PARAMETERS: &[Parameter] = &[
    p("output_mode", Kind::Word(&["brief", "full"])),
    p("ids", Kind::Ids),
    p("name", Kind::Text),
    p("busy", Kind::Flag),
    p("network_id", Kind::Number),
    p("type", Kind::Word(TYPES)),
    p("show_tags", Kind::Flag),
    p("include_license_info", Kind::Flag),
    p("include_cloud_info", Kind::Flag),
    p("scan_detail", Kind::Unbuilt),
    p("scan_ref", Kind::Unbuilt),
    p("platform_provider", Kind::Unbuilt),
];

/// Virtual scanners that the subscription may run beyond those that it does.
const SPARE_LICENSES: usize = 3;

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let params = &call.params;
    let full = params.is("output_mode", "full");
    if params.get("type").is_some() && !full {
        return Err(Refusal::unsupported("type", params.get("type").unwrap_or_default()));
    }
    let ids = params.ids("ids");
    let name = params.get("name").map(str::to_ascii_lowercase);
    let busy = params.get("busy").map(|_| params.flag("busy"));
    let network = params.number("network_id");
    let all = &call.tenant.programme.appliances;
    let admits = |appliance: &&Appliance| {
        ids.as_ref().is_none_or(|ids| ids.contains(appliance.id))
            && name
                .as_ref()
                .is_none_or(|part| appliance.name.to_ascii_lowercase().contains(part.as_str()))
            && busy.is_none_or(|busy| (appliance.running_scans > 0) == busy)
            && network.is_none_or(|id| u64::from(appliance.network_id.unwrap_or(0)) == id)
            && params.get("type").is_none_or(|kind| appliance.kind.eq_ignore_ascii_case(kind))
    };
    let tags = params.flag("show_tags");
    let records: Vec<Vec<u8>> =
        all.iter().filter(admits).map(|appliance| record(appliance, full, tags)).collect();
    let mut tail = Xml::part(TAIL, Style::default());
    if params.flag("include_license_info") {
        let used = all.iter().filter(|appliance| appliance.kind == "Virtual").count();
        tail.open("LICENSE_INFO");
        tail.number("QVSA_LICENSES_COUNT", used + SPARE_LICENSES);
        tail.number("QVSA_LICENSES_USED", used);
        tail.close("LICENSE_INFO");
    }
    let dtd = "appliance/appliance_list_output.dtd";
    let listing = Listing::new(call, "APPLIANCE_LIST_OUTPUT", "APPLIANCE_LIST", dtd);
    Ok(listing.reply(call.now(), records.is_empty(), records.into_iter(), &tail.finish()))
}

fn record(appliance: &Appliance, full: bool, tags: bool) -> Vec<u8> {
    let mut xml =
        Xml::part(RECORD, Style { padded: appliance.id.is_multiple_of(3), lower_case: false });
    xml.open("APPLIANCE");
    xml.number("ID", appliance.id);
    xml.text("UUID", &appliance.uuid);
    xml.text("NAME", &appliance.name);
    if let Some(id) = appliance.network_id {
        xml.number("NETWORK_ID", id);
    }
    // One that never connected has no version: an empty element.
    xml.text("SOFTWARE_VERSION", appliance.software_version.as_deref().unwrap_or_default());
    xml.number("RUNNING_SLICES_COUNT", appliance.running_slices);
    xml.number("RUNNING_SCAN_COUNT", appliance.running_scans);
    xml.text("STATUS", &appliance.status);
    if full {
        hardware(&mut xml, appliance);
        versions(&mut xml, appliance);
        groups(&mut xml, appliance);
        if tags {
            xml.void("ASSET_TAGS_LIST", &[]);
        }
        xml.text("LAST_UPDATED_DATE", &stamp(appliance.updated));
        xml.text("POLLING_INTERVAL", &format!("{} seconds", appliance.polling_seconds));
        xml.text("USER_LOGIN", &appliance.user_login);
        xml.number("HEARTBEATS_MISSED", appliance.heartbeats_missed);
        let connected = appliance.heartbeats_missed == 0 && appliance.last_contact.is_some();
        xml.text("SS_CONNECTION", if connected { "Connected" } else { "Not Connected" });
        xml.text("SS_LAST_CONNECTED", &stamp(appliance.last_contact));
        xml.date("CREATED", appliance.created);
        xml.cdata("COMMENTS", "");
    }
    xml.close("APPLIANCE");
    xml.finish()
}

/// Dates of an appliance may be the words for none.
fn stamp(seconds: Option<i64>) -> String {
    seconds.map_or_else(|| "N/A".to_owned(), date)
}

fn hardware(xml: &mut Xml, appliance: &Appliance) {
    xml.text("MODEL_NUMBER", &appliance.model);
    xml.text("TYPE", &appliance.kind);
    xml.text("SERIAL_NUMBER", "0");
    // Registers an appliance until it is used: nobody else may read it.
    if let Some(code) = &appliance.activation_code {
        xml.text("ACTIVATION_CODE", code);
    }
    for interface in ["lan", "wan"] {
        xml.open("INTERFACE_SETTINGS");
        if interface == "wan" {
            xml.text("SETTING", "Disabled");
        }
        xml.text("INTERFACE", interface);
        if interface == "lan" {
            xml.number("IP_ADDRESS", appliance.address);
            xml.text("NETMASK", "255.255.255.0");
            xml.text("LEASE", "Static");
        }
        xml.text("SPEED", "");
        xml.text("DUPLEX", "Unknown");
        xml.close("INTERFACE_SETTINGS");
    }
    xml.open("PROXY_SETTINGS");
    let proxied = appliance.id.is_multiple_of(2);
    xml.text("SETTING", if proxied { "Enabled" } else { "Disabled" });
    if proxied {
        xml.open("PROXY");
        xml.text("TYPE", "Primary");
        xml.text("IP_ADDRESS", "10.0.0.8");
        xml.text("PORT", "3128");
        xml.text("USER", "planted-secret-proxy-user");
        xml.close("PROXY");
    }
    xml.close("PROXY_SETTINGS");
    xml.text("IS_CLOUD_DEPLOYED", "0");
    xml.open("VLANS");
    xml.text("SETTING", "Disabled");
    xml.close("VLANS");
    xml.void("STATIC_ROUTES", &[]);
}

/// `updated` follows the text of an appliance that connects; one that never did says `yes` all the
/// same, with no text.
fn versions(xml: &mut Xml, appliance: &Appliance) {
    for (latest, own, newest, version) in [
        ("ML_LATEST", "ML_VERSION", &appliance.engine_latest, &appliance.engine),
        (
            "VULNSIGS_LATEST",
            "VULNSIGS_VERSION",
            &appliance.signatures_latest,
            &appliance.signatures,
        ),
    ] {
        xml.text(latest, newest);
        let never = appliance.software_version.is_none();
        let updated = if never || newest == version { "yes" } else { "no" };
        xml.text_with(own, &[("updated", updated)], if never { "" } else { version });
    }
}

fn groups(xml: &mut Xml, appliance: &Appliance) {
    xml.number("ASSET_GROUP_COUNT", appliance.groups.len());
    if appliance.groups.is_empty() {
        return;
    }
    xml.open("ASSET_GROUP_LIST");
    for (id, name) in &appliance.groups {
        xml.open("ASSET_GROUP");
        xml.number("ID", id);
        xml.cdata("NAME", name);
        xml.close("ASSET_GROUP");
    }
    xml.close("ASSET_GROUP_LIST");
}
