//! What is compared of the deployment, as data: to compare one more thing, add a row and its statement.

use super::field::{Field, beyond, commas, list, paths, public, ranges, text};

/// Things of one type, as both snapshots have them.
#[derive(Debug)]
pub(super) struct Source {
    /// The controls whose pages ask for it: the first that is selected tells it.
    pub(super) controls: &'static [u8],
    /// As findings name the type, where they have one.
    pub(super) kind: &'static str,
    pub(super) told: Told,
    /// Gives id, name, row, offset, length, record, then one column a field, ordered by id and row.
    /// Numbers and texts are no keys of one another: an id is one or the other in all rows.
    pub(super) sql: &'static str,
    pub(super) fields: &'static [Field],
}

/// What is said of things that only one side has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Added or removed.
    Whole,
    /// Added; what is no longer listed has only left the window of its list.
    Appended,
    /// Its fields, held against nothing: they are sums over a list, which only whole lists show.
    Sum,
    /// Nothing: another row tells it, or they come and go with what scans find.
    Kept,
}

/// Lets agents come in the order of their ids without a sort in memory.
pub(super) const INDEXES: &str =
    "CREATE INDEX IF NOT EXISTS asset_by_exact_agent ON host_asset (agent_id)";

macro_rules! sql {
    ($name:literal) => {
        include_str!(concat!("../../../sql/compare/", $name, ".sql"))
    };
}

const fn row(
    controls: &'static [u8],
    kind: &'static str,
    told: Told,
    sql: &'static str,
    fields: &'static [Field],
) -> Source {
    Source { controls, kind, told, sql, fields }
}

/// Assets of a connector move by themselves; beyond this many per cent somebody wants to know
/// (control 5).
const ASSETS: u64 = 30;

const SCHEDULES: &[&str] = &["vm/scan-schedules"];

#[rustfmt::skip]
pub(super) const SOURCES: &[Source] = &[
    row(&[1, 3, 12, 14, 16, 20], "schedule", Told::Whole, sql!("schedules"), &[text("title"), text("active"), text("interval_days"), text("occurrence"), text("max_occurrence"), text("network"), text("scanner"), text("option_profile"), text("owner"), text("cloud_connector"), text("tag_selector"), text("excluded_tag_selector"), list("group"), list("tag"), list("excluded_tag"), ranges("address"), ranges("excluded_address"), list("recipient")]),
    row(&[2], "host", Told::Kept, sql!("host_logins"), &[text("last_scan_authenticated")]),
    row(&[3, 16, 20], "option_profile", Told::Whole, sql!("option_profiles"), &[text("title").unlike(), text("type").unlike(), text("owner").unlike(), text("default").unlike(), text("global").unlike(), text("tcp_ports").unlike(), commas("tcp_additional").unlike(), text("udp_ports").unlike(), text("authoritative").unlike(), text("close_dead").unlike(), text("close_dead_scans").unlike(), text("performance").unlike(), text("packet_delay").unlike(), text("discovery_intensity").unlike(), text("brute_force").unlike(), text("detection").unlike(), commas("authentication").unlike(), text("test_authentication").unlike(), text("auto_update").unlike(), list("custom_list").unlike(), list("left_out_list").unlike(), text("hash").alike(), paths().alike(), text("used").rests_on(&["vm/scan-schedules", "vm/scans"])]),
    row(&[4, 1, 17, 20], "asset_group", Told::Whole, sql!("asset_groups"), &[text("title"), text("network"), text("business_impact"), text("default_appliance"), text("owner"), text("owner_unit"), text("dns_names"), text("domains"), text("netbios_names"), text("ec2_ids"), ranges("address"), list("appliance")]),
    row(&[4], "host", Told::Whole, sql!("hosts"), &[text("network"), text("os_family"), text("tracking_method")]),
    row(&[4], "network", Told::Sum, sql!("subscribed"), &[ranges("address")]),
    row(&[5], "connector", Told::Whole, sql!("connectors"), &[text("title"), text("state"), text("disabled"), text("account"), text("arn"), text("polling_minutes"), beyond("assets", ASSETS)]),
    row(&[5], "cloud_account", Told::Whole, sql!("cloud_accounts"), &[]),
    row(&[6, 20], "appliance", Told::Whole, sql!("appliances"), &[text("title"), text("status"), text("type"), text("model"), text("network"), text("software_version"), text("vulnsigs_version"), text("ml_version"), text("signature_lag"), text("heartbeats_missed"), text("polling_seconds"), text("owner"), list("group"), list("schedule").rests_on(SCHEDULES)]),
    row(&[6, 20], "network", Told::Whole, sql!("networks"), &[text("title"), list("appliance")]),
    row(&[7], "agent", Told::Whole, sql!("agents"), &[text("status"), text("silent"), text("version"), text("platform"), commas("module")]),
    row(&[8], "auth_record", Told::Whole, sql!("auth_records"), &[text("title"), text("sub_type"), text("username"), text("login_type"), text("domain"), text("whole_domain"), text("network"), text("active"), text("owner"), ranges("address")]),
    row(&[9], "policy", Told::Whole, sql!("policies"), &[text("title"), text("status"), text("locked"), text("evaluated"), text("agent_addresses"), text("hidden"), text("tag_selector"), list("group"), list("tag"), list("excluded_tag"), list("control"), list("technology")]),
    row(&[9], "control", Told::Kept, sql!("policy_controls"), &[text("criticality"), text("check_type"), text("ignore_error"), text("ignore_not_found"), paths()]),
    row(&[9], "compliance_schedule", Told::Whole, sql!("compliance_schedules"), &[text("title"), text("active"), text("interval_days"), text("option_profile")]),
    row(&[9], "exception", Told::Whole, sql!("exceptions"), &[text("status"), text("active"), text("policy"), text("control"), text("expires")]),
    row(&[10, 16, 17], "qid", Told::Kept, sql!("rated_qids"), &[text("severity")]),
    row(&[11], "qid", Told::Kept, sql!("patchable_qids"), &[text("patchable")]),
    row(&[12], "report_schedule", Told::Whole, sql!("report_schedules"), &[text("title"), text("active"), text("interval_days"), text("template"), text("format"), text("last_report").rests_on(&["vm/reports"])]),
    row(&[12], "template", Told::Whole, sql!("report_templates"), &[text("title"), text("type"), text("template_type"), text("owner"), text("global")]),
    row(&[13], "user", Told::Whole, sql!("users"), &[text("status"), text("role"), text("business_unit"), text("email"), list("group"), list("permission")]),
    row(&[13], "portal_user", Told::Whole, sql!("portal_users"), &[text("login"), list("role"), list("tag")]),
    row(&[13], "login_restriction", Told::Sum, sql!("login_restriction"), &[text("enabled"), ranges("address")]),
    row(&[14], "perimeter", Told::Sum, sql!("subscribed"), &[public("address")]),
    row(&[15], "webapp", Told::Whole, sql!("web_apps"), &[text("title"), text("url"), text("owner"), text("scheduled"), list("auth_record"), list("tag"), text("last_scan_login").rests_on(&["was/scans"])]),
    row(&[15], "web_schedule", Told::Whole, sql!("web_schedules"), &[text("title"), text("active"), text("type"), text("tag_option"), list("webapp"), list("tag"), list("excluded_tag"), list("recipient")]),
    row(&[15], "auth_record", Told::Whole, sql!("web_auth_records"), &[text("title"), text("type")]),
    row(&[16], "exclusion_event", Told::Appended, sql!("exclusion_events"), &[text("action")]),
    row(&[16, 3], "search_list", Told::Whole, sql!("search_lists"), &[text("title"), text("global"), text("owner"), list("qid")]),
    row(&[16, 11], "disabled_qid", Told::Whole, sql!("disabled_qids"), &[text("detections")]),
    row(&[16], "ignored_qid", Told::Whole, sql!("ignored_qids"), &[text("detections")]),
    row(&[17], "host", Told::Kept, sql!("host_criticality"), &[text("criticality")]),
    row(&[18], "tag", Told::Whole, sql!("tags"), &[text("title"), text("parent"), text("rule_type"), text("rule_text"), text("source_group"), text("criticality"), text("evaluation")]),
    row(&[18], "host", Told::Kept, sql!("host_tags"), &[list("tag")]),
];
