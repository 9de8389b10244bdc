//! Every endpoint of the catalogue fills the model.
use crate::{answer, model_at, select};
use qualys_sec_inspector::catalogue::ENDPOINTS;
use qualys_sec_inspector::evidence::Model;
use std::collections::BTreeSet;

/// A table, and the columns that a sample leaves empty in it.
type Table = (&'static str, &'static [&'static str]);

/// The tables that an endpoint's answer fills, with the columns that its sample leaves empty.
#[rustfmt::skip]
pub(crate) const FILLED: &[(&str, &[Table])] = &[
    ("vm/asset-groups", &[("asset_group", &[]), ("group_range", &[]), ("group_host", &[]), ("group_appliance", &[])]),
    ("vm/ips", &[("ip_range", &[])]),
    ("vm/excluded-ips", &[("excluded_range", &[])]),
    ("vm/hosts", &[("host", &[]), ("host_group", &[]), ("host_tag", &[])]),
    ("vm/scan-schedules", &[("scan_schedule", &["tag_exclude_selector", "cloud_connector"]), ("schedule_group", &[]), ("schedule_tag", &[]), ("schedule_range", &[])]),
    ("vm/schedule-runs", &[("schedule_run", &[])]),
    ("vm/scans", &[("scan", &[]), ("scan_group", &[])]),
    ("vm/detections", &[("detection_host", &[]), ("detection", &[])]),
    ("vm/auth-detections", &[("auth_detection", &[])]),
    ("vm/knowledge-base", &[("vuln", &["is_disabled"]), ("vuln_cve", &[]), ("vuln_threat", &[])]),
    ("vm/users", &[("user", &[]), ("user_group", &[]), ("user_permission", &[])]),
    ("vm/activity-log", &[("activity", &[])]),
    ("am/host-assets", &[("host_asset", &[]), ("host_asset_tag", &[])]),
    ("am/tags", &[("tag", &[])]),
    ("vm/excluded-ip-history", &[("exclusion_event", &[]), ("exclusion_event_range", &[])]),
    ("vm/restricted-ips", &[("restricted_range", &[])]),
    ("vm/option-profiles", &[("option_profile", &[]), ("option_profile_setting", &[]), ("option_profile_list", &[])]),
    ("vm/appliances", &[("appliance", &[]), ("appliance_group", &[])]),
    ("vm/networks", &[("network", &[]), ("network_appliance", &[])]),
    ("vm/virtual-hosts", &[("virtual_host", &[])]),
    ("vm/auth-records", &[("auth_record_type", &[])]),
    ("vm/auth-record-details", &[("auth_record", &["domain"]), ("auth_record_range", &[])]),
    ("vm/reports", &[("report", &[])]),
    ("vm/report-schedules", &[("report_schedule", &[])]),
    ("vm/report-templates", &[("report_template", &[])]),
    ("vm/static-search-lists", &[("search_list", &[]), ("search_list_qid", &[])]),
    ("vm/dynamic-search-lists", &[("search_list", &[])]),
    ("am/users", &[("portal_user", &[]), ("portal_user_role", &[]), ("portal_user_tag", &[])]),
    ("am/host-asset-count", &[("asset_count", &[])]),
    ("am/aws-connectors", &[("connector", &[])]),
    ("am/azure-connectors", &[("connector", &["uuid", "arn", "last_sync", "next_sync", "created", "disabled", "polling_minutes", "total_assets"])]),
    ("am/gcp-connectors", &[("connector", &["uuid", "arn", "last_sync", "never_synced", "next_sync", "created", "disabled", "polling_minutes", "total_assets"])]),
    ("am/versions", &[("portal_version", &[])]),
    ("pc/option-profiles", &[("option_profile", &["owner", "is_default", "is_global", "updated", "tcp_ports", "tcp_additional", "udp_ports", "authoritative", "close_dead", "close_dead_scans", "performance", "packet_delay", "discovery_intensity", "brute_force", "detection", "authentication", "test_authentication", "auto_update"]), ("option_profile_setting", &[])]),
    ("pc/scan-schedules", &[("compliance_schedule", &[]), ("schedule_recipient", &[])]),
    ("pc/scans", &[("compliance_scan", &[])]),
    ("pc/policies", &[("policy", &[]), ("policy_group", &[]), ("policy_tag", &[]), ("policy_control", &[]), ("policy_technology", &[])]),
    ("pc/policy-exports", &[("compliance_control", &["created", "updated", "deprecated"]), ("control_technology", &[])]),
    ("pc/controls", &[("compliance_control", &["policy_id"]), ("control_technology", &[])]),
    ("pc/postures", &[("posture", &[])]),
    ("pc/exceptions", &[("exception", &[])]),
    ("was/web-apps", &[("web_app", &["is_scheduled", "auth_records", "last_scan_id", "last_scan_auth", "last_scan_results"])]),
    ("was/web-app-details", &[("web_app", &[]), ("web_app_auth", &[]), ("web_app_tag", &[])]),
    ("was/scans", &[("was_scan", &[]), ("was_scan_app", &[])]),
    ("was/schedules", &[("was_schedule", &[]), ("was_schedule_app", &[]), ("was_schedule_tag", &[]), ("was_schedule_recipient", &[])]),
    ("was/auth-records", &[("was_auth_record", &[])]),
    ("was/findings", &[("was_finding", &[])]),
    ("was/catalog", &[("was_catalog", &[])]),
    ("cloud/aws-connectors", &[("connector", &[])]),
    ("cloud/azure-connectors", &[("connector", &["arn", "last_sync", "next_sync", "created", "disabled", "polling_minutes", "total_assets"])]),
    ("cloud/gcp-connectors", &[("connector", &["arn", "last_sync", "never_synced", "next_sync", "created", "disabled", "polling_minutes", "total_assets"])]),
    ("cloud/aws-evaluations", &[("cloud_evaluation", &[])]),
    ("cloud/azure-evaluations", &[("cloud_evaluation", &[])]),
    ("cloud/gcp-evaluations", &[("cloud_evaluation", &[])]),
    ("gav/assets", &[("gav_asset", &[]), ("gav_asset_tag", &[])]),
    ("gav/asset-count", &[("asset_count", &[])]),
];

/// Answers that the wire's own tests use as well.
const SHARED: &[(&str, &str)] = &[
    ("vm/ips", "excluded.xml"),
    ("vm/excluded-ips", "excluded.xml"),
    ("vm/scan-schedules", "schedules.xml"),
    ("vm/schedule-runs", "runs.xml"),
    ("vm/scans", "scans.xml"),
    ("vm/detections", "detections.xml"),
    ("vm/knowledge-base", "knowledge.xml"),
    ("vm/activity-log", "activity_plain.csv"),
    ("am/host-assets", "host_assets.xml"),
];

/// What the request of a fan-out asks for.
const ASKED: &str = "77";

pub(crate) fn body_of(endpoint: &str) -> Vec<u8> {
    match SHARED.iter().find(|(of, _)| *of == endpoint) {
        Some((_, file)) => std::fs::read(format!("fixtures/qualys/{file}")).unwrap(),
        None => answer(endpoint),
    }
}

/// The model of one answer to the request that the catalogue makes.
pub(crate) fn model_with(endpoint: &str, body: &[u8]) -> Model {
    let known = ENDPOINTS.iter().find(|known| known.id == endpoint).unwrap();
    let path = known.variants[0].path.replace("{}", ASKED);
    let param = known.fan_out.map_or("", |fan_out| fan_out.param);
    let params = [(param, ASKED)];
    model_at(&path, endpoint, if param.is_empty() { &[] } else { &params }, body)
}

/// The columns of a table in which no row has a value.
fn empty_columns(model: &Model, table: &str) -> BTreeSet<String> {
    let names = select(model, &format!("SELECT name FROM pragma_table_info('{table}')"));
    let is_empty = |name: &String| {
        let sql = format!("SELECT count(*) FROM {table} WHERE \"{name}\" IS NOT NULL");
        select(model, &sql) == ["0"]
    };
    names.into_iter().filter(is_empty).collect()
}

#[test]
fn every_endpoint_fills_its_tables() {
    let known: Vec<&str> = ENDPOINTS.iter().map(|endpoint| endpoint.id).collect();
    let covered: BTreeSet<&str> = FILLED.iter().map(|(endpoint, _)| *endpoint).collect();
    assert_eq!(covered, known.into_iter().collect());
    let mut wrong = Vec::new();
    for (endpoint, tables) in FILLED {
        let model = model_with(endpoint, &body_of(endpoint));
        let first = tables[0].0;
        let outside = format!(
            "SELECT count(*) FROM {first} JOIN response ON seq = row >> 24 \
             WHERE \"offset\" < 0 OR length <= 0 OR \"offset\" + length > bytes"
        );
        assert_eq!(select(&model, &outside), ["0"], "{endpoint}");
        for (table, empty) in *tables {
            let expected: BTreeSet<String> = empty.iter().map(|&name| name.to_owned()).collect();
            let found = empty_columns(&model, table);
            if found != expected {
                wrong.push(format!("{endpoint}: {table} has no {found:?}, not no {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_table_is_filled_by_some_endpoint() {
    let filled: BTreeSet<&str> =
        FILLED.iter().flat_map(|(_, tables)| *tables).map(|(table, _)| *table).collect();
    let model = Model::empty().unwrap();
    let tables = select(&model, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1");
    let own = ["response", "parameter", "coverage", "repeated"];
    let tables: BTreeSet<&str> =
        tables.iter().map(String::as_str).filter(|table| !own.contains(table)).collect();
    assert_eq!(filled, tables);
}
