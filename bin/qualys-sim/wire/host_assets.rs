//! `search/am/hostasset`: the assets as the asset manager knows them, cloud agents among them.

use std::sync::Arc;

use super::call::Call;
use super::node::{Node, Object, Wrap};
use super::refusal::{Refusal, ServiceError};
use super::reply::Reply;
use super::search::{Criteria, Search, Value};
use super::service::{self, Kind};
use super::xml::date;
use crate::tenant::model::{AgentInfo, HostAsset, TagRef};

const KIND: Kind = Kind { element: "HostAsset", schema: "xsd/2.0/am/hostasset.xsd" };

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let (search, ids) = match select(call) {
        Ok(selected) => selected,
        Err(error) => return Ok(error.reply(call.form)),
    };
    let tenant = Arc::clone(&call.tenant);
    Ok(service::page(call, &search, KIND, &ids, move |id| {
        record(&tenant.host_asset(tenant.first_asset_from(id)))
    }))
}

pub(crate) fn count(call: &Call) -> Result<Reply, Refusal> {
    Ok(match select(call) {
        Ok((_, ids)) => service::count(call, KIND, ids.len()),
        Err(error) => error.reply(call.form),
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

fn record(asset: &HostAsset) -> Object {
    // Dates come wrapped in line breaks now and then.
    let wrapped = if asset.id.is_multiple_of(9) { "\n      " } else { "" };
    let empty: [Object; 0] = [];
    Object::new()
        .number("id", asset.id)
        .text("name", &asset.name)
        .date("created", Some(asset.created))
        .text("modified", format!("{wrapped}{}", date(asset.modified)))
        .text("type", "HOST")
        .list("tags", "TagSimple", simple(&asset.tags))
        .put("sourceInfo", sources(asset))
        .number("qwebHostId", asset.host_id)
        .date("lastComplianceScan", asset.last_compliance_scan)
        .some("fqdn", asset.dns.as_deref())
        .some("os", asset.os.as_deref())
        .some("dnsHostName", asset.dns.as_deref())
        .maybe(asset.agent.as_ref(), |object, info| object.object("agentInfo", agent(info)))
        .maybe(asset.criticality, |object, score| object.number("criticalityScore", score))
        .date("lastVulnScan", asset.last_vuln_scan)
        .some("networkGuid", asset.network_guid.as_deref())
        .maybe(asset.address, |object, address| object.text("address", address.to_string()))
        .text("trackingMethod", &asset.tracking_method)
        .list("openPort", "HostAssetOpenPort", empty)
        .flag("isDockerHost", false)
        .maybe(asset.cloud.as_ref(), |object, _| object.text("cloudProvider", "AWS"))
}

/// Tags as `TagSimple`.
pub(super) fn simple(tags: &[TagRef]) -> impl Iterator<Item = Object> {
    tags.iter().map(|tag| Object::new().number("id", tag.id).text("name", &tag.name))
}

fn sources(asset: &HostAsset) -> Node {
    // An empty source stands beside the cloud's one in recorded answers.
    let mut items = vec![("AssetSource", Node::Object(Object::new()))];
    if let Some(cloud) = &asset.cloud {
        let source = Object::new()
            .number("assetId", asset.id)
            .text("type", "EC_2")
            .date("firstDiscovered", Some(cloud.first_discovered))
            .date("lastUpdated", Some(cloud.last_updated))
            .text("instanceId", &cloud.instance_id)
            .text("instanceState", &cloud.instance_state)
            .text("accountId", &cloud.account_id)
            .text("region", &cloud.region)
            .text("imageId", &cloud.image_id);
        items.push(("Ec2AssetSourceSimple", Node::Object(source)));
    }
    Node::List { wrap: Wrap::List, items }
}

fn agent(agent: &AgentInfo) -> Object {
    let configuration =
        Object::new().number("id", agent.configuration.0).text("name", &agent.configuration.1);
    let key = Object::new()
        .text("activationId", &agent.activation_key.0)
        .text("title", &agent.activation_key.1);
    Object::new()
        .text("agentVersion", &agent.version)
        .text("agentId", &agent.agent_id)
        .text("status", &agent.status)
        .date("lastCheckedIn", Some(agent.last_checked_in))
        .text("connectedFrom", &agent.connected_from)
        .text("chirpStatus", "Inventory Manifest Downloaded")
        .text("platform", &agent.platform)
        .text("activatedModule", agent.modules.join(","))
        .object("agentConfiguration", configuration)
        .object("activationKey", key)
}
