//! `search/am/asset` and `count/am/asset` of the gateway: the assets of Global `AssetView`.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::call::{Call, CursorFault};
use super::refusal::Refusal;
use super::reply::Reply;
use crate::tenant::model_cloud::GavAsset;

const MOST: usize = 300;
const DEFAULT: usize = 100;

/// What `includeFields` never leaves out.
const ALWAYS: &[&str] = &[
    "assetId",
    "hostId",
    "assetUUID",
    "agentId",
    "assetName",
    "address",
    "dnsName",
    "createdDate",
    "lastModifiedDate",
    "assetType",
];

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let size = match call.params.get("pageSize").map(str::parse) {
        None => DEFAULT,
        Some(Ok(size @ 1..=MOST)) => size,
        Some(_) => {
            let text = format!("pageSize must be a number from 1 to {MOST}");
            return Err(Refusal { status: 400, code: None, text, items: Vec::new() });
        }
    };
    let asked = call.params.number("lastSeenAssetId").unwrap_or(0);
    let stuck = matches!(call.cursor, Some(CursorFault::Endless | CursorFault::Repeated));
    let first = start(call, if stuck { 0 } else { asked });
    let count = call.tenant.host_count();
    let mut numbers = first..count.min(first + size);
    if numbers.is_empty() {
        return Ok(Reply::bytes(204, "application/json", Vec::new()));
    }
    let last = numbers.end.checked_sub(1).map_or(0, |number| call.tenant.gav_asset(number).id);
    let mut more = numbers.end < count;
    let mut cursor = last;
    match call.cursor {
        None => {}
        Some(CursorFault::Endless) => {
            more = true;
            cursor = asked.max(last) + 1;
        }
        Some(CursorFault::Repeated) => more = true,
        Some(CursorFault::Empty) => {
            more = true;
            if asked > 0 {
                numbers = first..first;
            }
            cursor = asked.max(last) + 1;
        }
    }
    let wanted = call
        .params
        .names("includeFields")
        .map(|names| names.into_iter().map(str::to_owned).collect::<Vec<String>>());
    let head = format!(
        "{{\"responseMessage\":\"Valid API Access\",\"count\":{},\"responseCode\":\"SUCCESS\",\
         \"lastSeenAssetId\":{cursor},\"hasMore\":{},\"assetListData\":{{\"asset\":[",
        numbers.len(),
        u8::from(more)
    );
    let tenant = Arc::clone(&call.tenant);
    let records = numbers.enumerate().map(move |(at, number)| {
        let mut asset = record(&tenant.gav_asset(number));
        if let Some(wanted) = &wanted {
            asset.retain(|key, _| ALWAYS.contains(&key.as_str()) || is_wanted(wanted, key));
        }
        let comma = if at > 0 { "," } else { "" };
        format!("{comma}{}", Value::Object(asset)).into_bytes()
    });
    let parts =
        std::iter::once(head.into_bytes()).chain(records).chain(std::iter::once(b"]}}".to_vec()));
    Ok(Reply::pieces("application/json", parts))
}

pub(crate) fn count(call: &Call) -> Result<Reply, Refusal> {
    let asked = call.params.number("lastSeenAssetId").unwrap_or(0);
    let count = call.tenant.host_count() - start(call, asked);
    if count == 0 {
        return Ok(Reply::bytes(204, "application/json", Vec::new()));
    }
    Ok(Reply::json(
        200,
        &json!({"responseMessage": "Valid API Access", "count": count, "responseCode": "SUCCESS"}),
    ))
}

/// The number of the first host behind the asset that was seen last.
fn start(call: &Call, last_seen: u64) -> usize {
    if last_seen == 0 { 0 } else { call.tenant.first_asset_from(last_seen.saturating_add(1)) }
}

/// `inventory` asks for the list of sources as well.
fn is_wanted(wanted: &[String], key: &str) -> bool {
    wanted.iter().any(|name| key == name || key.strip_suffix("ListData") == Some(name))
}

/// Dates come mixed: ISO with milliseconds in most places, milliseconds since 1970 in `agent`,
/// `sensor` and `activity`.
fn record(asset: &GavAsset) -> Map<String, Value> {
    let agent_id = asset.agent.as_ref().map(|agent| agent.agent_id.as_str());
    let modules: Vec<&str> = asset
        .agent
        .iter()
        .flat_map(|agent| &agent.modules)
        .map(|name| name.strip_prefix("AGENT_").unwrap_or(name))
        .collect();
    let tags: Vec<Value> = asset
        .tags
        .iter()
        .map(|tag| {
            json!({"tagId": tag.id, "tagName": tag.name, "foregroundColor": 0, "backgroundColor": 0,
                "businessImpact": null, "criticalityScore": null})
        })
        .collect();
    let inventory: Vec<Value> =
        asset.sources.iter().map(|source| inventory_of(asset, source)).collect();
    let millis = |seconds: Option<i64>| seconds.map_or(0, |seconds| seconds * 1000);
    let value = json!({
        "assetId": asset.id,
        "hostId": asset.host_id,
        "assetUUID": format!("{:08x}-6c1d-4b52-9a3e-{:012x}", asset.host_id, asset.id),
        "agentId": agent_id,
        "assetName": asset.name,
        "dnsName": asset.dns,
        "netbiosName": asset.netbios,
        "address": asset.address,
        "assetType": "HOST",
        "createdDate": iso(asset.created),
        "lastModifiedDate": iso(asset.modified),
        "sensorLastUpdatedDate": iso(asset.modified),
        "lastBoot": asset.last_boot.map(iso),
        "timeZone": null,
        "isContainerHost": false,
        "operatingSystem": asset.os.as_deref().map(|os| json!({
            "osName": os, "fullName": os, "category": null, "publisher": null,
            "lifecycle": {"stage": "Not Available", "eolDate": null, "eosDate": null},
        })),
        "agent": asset.agent.as_ref().map(|agent| json!({
            "version": agent.version,
            "configurationProfile": agent.configuration.1,
            "activations": [{"key": agent.activation_key.0, "status": "ACTIVE"}],
            "connectedFrom": agent.connected_from,
            "lastActivity": agent.last_checked_in * 1000,
            "lastCheckedIn": agent.last_checked_in * 1000,
            "lastInventory": agent.last_checked_in * 1000,
            "errorStatus": false,
        })),
        "sensor": {
            "activatedForModules": modules,
            "pendingActivationForModules": [],
            "lastVMScan": millis(asset.last_vm_scan),
            "lastVmScanDateScanner": millis(asset.last_vm_scan),
            "lastVmScanDateAgent": millis(asset.last_vm_scan_agent),
            "lastComplianceScan": 0,
            "firstEasmScanDate": 0,
            "lastEasmScanDate": 0,
        },
        "inventory": asset.sources.first().map(|source| inventory_of(asset, source)),
        "inventoryListData": {"inventory": inventory},
        "activity": {"source": asset.sources.first(), "lastScannedDate": millis(asset.last_vm_scan)},
        "tagList": {"tag": tags},
        "criticality": asset.criticality.map(|score| json!({
            "score": score, "isDefault": false, "lastUpdated": iso(asset.modified),
        })),
        "riskScore": asset.risk_score,
        "cloudProvider": null,
        "businessInformation": null,
    });
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn inventory_of(asset: &GavAsset, source: &str) -> Value {
    json!({"source": source, "created": iso(asset.created), "lastUpdated": iso(asset.modified)})
}

/// `2026-03-28T02:10:00.000Z`
fn iso(seconds: i64) -> String {
    let time = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{time:.3}")
}

#[cfg(test)]
mod tests {
    use super::{is_wanted, iso};

    #[test]
    fn dates_have_milliseconds() {
        assert_eq!(iso(1_774_663_800), "2026-03-28T02:10:00.000Z");
    }

    #[test]
    fn groups_of_fields_by_name() {
        let wanted = ["inventory".to_owned()];
        assert!(is_wanted(&wanted, "inventory") && is_wanted(&wanted, "inventoryListData"));
        assert!(!is_wanted(&wanted, "agent"));
    }
}
