//! `search/am/hostasset`: the assets as the asset manager knows them, cloud agents among them.

use std::sync::Arc;

use super::call::Call;
use super::refusal::{Refusal, ServiceError};
use super::reply::Reply;
use super::service::{self, Criteria, Search, Value};
use super::xml::{Style, Xml, date};
use crate::tenant::model::{AgentInfo, CloudSource, HostAsset, TagRef};

const SCHEMA: &str = "xsd/2.0/am/hostasset.xsd";

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let (search, ids) = match select(call) {
        Ok(selected) => selected,
        Err(error) => return Ok(error.reply()),
    };
    let tenant = Arc::clone(&call.tenant);
    Ok(service::reply(call, &search, SCHEMA, &ids, move |id| {
        record(&tenant.host_asset(tenant.first_asset_from(id)))
    }))
}

pub(crate) fn count(call: &Call) -> Result<Reply, Refusal> {
    Ok(match select(call) {
        Ok((_, ids)) => service::count(ids.len(), SCHEMA),
        Err(error) => error.reply(),
    })
}

fn select(call: &Call) -> Result<(Search, Vec<u64>), ServiceError> {
    let search = Search::of(call)?;
    let (on_tags, plain): (Vec<Criteria>, Vec<Criteria>) = search
        .criteria
        .iter()
        .cloned()
        .partition(|criteria| matches!(criteria.field.as_str(), "tagName" | "tagId"));
    let plain = Search { criteria: plain, from_id: search.from_id, ..Search::default() };
    let mut ids = Vec::new();
    // What lies behind the cursor need not be made.
    let start = search.after().map_or(0, |id| call.tenant.first_asset_from(id));
    for number in start..call.tenant.host_count() {
        let asset = call.tenant.host_asset(number);
        let mut admitted = plain.admits(asset.id, |field| value(&asset, field))?;
        for criteria in &on_tags {
            admitted &= tagged(criteria, &asset.tags)?;
        }
        if admitted {
            ids.push(asset.id);
        }
    }
    Ok((search, ids))
}

/// A criterion on tags holds where one of them meets it.
fn tagged(criteria: &Criteria, tags: &[TagRef]) -> Result<bool, ServiceError> {
    for tag in tags {
        let value = match criteria.field.as_str() {
            "tagId" => Value::Number(Some(tag.id)),
            _ => Value::Text(Some(&tag.name)),
        };
        if criteria.holds(value)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn value<'a>(asset: &'a HostAsset, field: &str) -> Value<'a> {
    let agent = asset.agent.as_ref();
    match field {
        "id" => Value::Number(Some(asset.id)),
        "qwebHostId" => Value::Number(Some(asset.host_id)),
        "name" => Value::Text(Some(&asset.name)),
        "os" => Value::Text(asset.os.as_deref()),
        "dnsHostName" => Value::Text(asset.dns.as_deref()),
        "networkGuid" => Value::Text(asset.network_guid.as_deref()),
        "trackingMethod" => Value::Text(Some(&asset.tracking_method)),
        "type" => Value::Text(Some("HOST")),
        "created" => Value::Date(Some(asset.created)),
        "updated" => Value::Date(Some(asset.modified)),
        "lastVulnScan" => Value::Date(asset.last_vuln_scan),
        "lastComplianceScan" => Value::Date(asset.last_compliance_scan),
        "agentVersion" => Value::Text(agent.map(|agent| agent.version.as_str())),
        "lastCheckedIn" => Value::Date(agent.map(|agent| agent.last_checked_in)),
        "agentConfigurationName" => Value::Text(agent.map(|agent| agent.configuration.1.as_str())),
        "activationKey" => Value::Text(agent.map(|agent| agent.activation_key.0.as_str())),
        _ => Value::Unknown,
    }
}

fn record(asset: &HostAsset) -> Vec<u8> {
    let mut xml = Xml::part(2, Style::default());
    xml.open("HostAsset");
    xml.number("id", asset.id);
    xml.text("name", &asset.name);
    xml.date("created", Some(asset.created));
    if asset.id.is_multiple_of(9) {
        // Dates come wrapped in line breaks now and then.
        xml.text("modified", &format!("\n      {}", date(asset.modified)));
    } else {
        xml.date("modified", Some(asset.modified));
    }
    xml.text("type", "HOST");
    tags(&mut xml, &asset.tags);
    sources(&mut xml, asset.cloud.as_ref(), asset.id);
    xml.number("qwebHostId", asset.host_id);
    xml.date("lastComplianceScan", asset.last_compliance_scan);
    if let Some(dns) = &asset.dns {
        xml.text("fqdn", dns);
    }
    if let Some(os) = &asset.os {
        xml.text("os", os);
    }
    if let Some(dns) = &asset.dns {
        xml.text("dnsHostName", dns);
    }
    if let Some(info) = &asset.agent {
        agent(&mut xml, info);
    }
    if let Some(score) = asset.criticality {
        xml.number("criticalityScore", score);
    }
    xml.date("lastVulnScan", asset.last_vuln_scan);
    if let Some(guid) = &asset.network_guid {
        xml.text("networkGuid", guid);
    }
    if let Some(address) = asset.address {
        xml.number("address", address);
    }
    xml.text("trackingMethod", &asset.tracking_method);
    xml.open("openPort");
    xml.void("list", &[]);
    xml.close("openPort");
    xml.text("isDockerHost", "false");
    if asset.cloud.is_some() {
        xml.text("cloudProvider", "AWS");
    }
    xml.close("HostAsset");
    xml.finish()
}

pub(super) fn tags(xml: &mut Xml, tags: &[TagRef]) {
    xml.open("tags");
    simple(xml, tags);
    xml.close("tags");
}

/// A `list` of tags; an empty one closes itself.
pub(super) fn simple(xml: &mut Xml, tags: &[TagRef]) {
    if tags.is_empty() {
        xml.void("list", &[]);
        return;
    }
    xml.open("list");
    for tag in tags {
        xml.open("TagSimple");
        xml.number("id", tag.id);
        xml.text("name", &tag.name);
        xml.close("TagSimple");
    }
    xml.close("list");
}

fn sources(xml: &mut Xml, cloud: Option<&CloudSource>, asset: u64) {
    xml.open("sourceInfo");
    xml.open("list");
    // An empty source stands beside the cloud's one in recorded answers.
    xml.void("AssetSource", &[]);
    if let Some(cloud) = cloud {
        xml.open("Ec2AssetSourceSimple");
        xml.number("assetId", asset);
        xml.text("type", "EC_2");
        xml.date("firstDiscovered", Some(cloud.first_discovered));
        xml.date("lastUpdated", Some(cloud.last_updated));
        xml.text("instanceId", &cloud.instance_id);
        xml.text("instanceState", &cloud.instance_state);
        xml.text("accountId", &cloud.account_id);
        xml.text("region", &cloud.region);
        xml.text("imageId", &cloud.image_id);
        xml.close("Ec2AssetSourceSimple");
    }
    xml.close("list");
    xml.close("sourceInfo");
}

fn agent(xml: &mut Xml, agent: &AgentInfo) {
    xml.open("agentInfo");
    xml.text("agentVersion", &agent.version);
    xml.text("agentId", &agent.agent_id);
    xml.text("status", &agent.status);
    xml.date("lastCheckedIn", Some(agent.last_checked_in));
    xml.text("connectedFrom", &agent.connected_from);
    xml.text("chirpStatus", "Inventory Manifest Downloaded");
    xml.text("platform", &agent.platform);
    xml.text("activatedModule", &agent.modules.join(","));
    xml.open("agentConfiguration");
    xml.number("id", agent.configuration.0);
    xml.text("name", &agent.configuration.1);
    xml.close("agentConfiguration");
    xml.open("activationKey");
    xml.text("activationId", &agent.activation_key.0);
    xml.text("title", &agent.activation_key.1);
    xml.close("activationKey");
    xml.close("agentInfo");
}
