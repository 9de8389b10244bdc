//! The proof that collection is read-only: what the catalogue may send at all.
use qualys_sec_inspector::catalogue::{ENDPOINTS, Endpoint, Family, Method, Paging};
use std::collections::BTreeSet;

/// Parameters that only select, shape or cut a listing. A new one is added here by someone who read
/// what it does; none of these launches, adds, edits, deletes or echoes the login.
const READING: &[&str] = &[
    "action",
    "active_kernels_only",
    "details",
    "include_disabled",
    "include_ignored",
    "include_license_info",
    "includeFields",
    "output_format",
    "output_mode",
    "pageSize",
    "qids",
    "schedule_executions_count",
    "show_ags",
    "show_arf_data",
    "show_asset_id",
    "show_attributes",
    "show_cloud_details",
    "show_igs",
    "show_notifications",
    "show_op",
    "show_qds",
    "show_qids",
    "show_reopened_info",
    "show_results",
    "show_status",
    "show_tags",
    "show_trurisk",
    "show_user_controls",
    "status",
    "truncation_limit",
    "verbose",
];

/// Parameters that take the ids of a fan-out: each selects what is listed.
const SELECTING: &[&str] = &["id", "ids", "policy_id", "schedule_scan_ids"];

/// Parameters that take the start of the window.
const SINCE: &[&str] = &["launched_after_datetime", "since_datetime"];

/// The one export: of policies, with the definitions of user-defined controls.
const EXPORT: &str = "/fo/compliance/policy/";

/// Words of paths that change, launch or fetch something; none may stand in a path.
const CHANGING: &[&str] = &[
    "add",
    "cancel",
    "change_password",
    "create",
    "delete",
    "disable",
    "edit",
    "enable",
    "launch",
    "login",
    "logout",
    "pause",
    "purge",
    "resume",
    "run",
    "sync",
    "update",
];

/// The MSP programs that list.
const MSP: &[&str] = &["/msp/report_template_list.php", "/msp/user_list.php"];

fn refusal(endpoint: &Endpoint) -> Option<String> {
    for variant in endpoint.variants {
        let path = variant.path;
        let version = format!("/{}/", variant.version);
        let action = variant.params.iter().filter(|(name, _)| *name == "action");
        let actions: Vec<&str> = action.map(|(_, value)| *value).collect();
        let fits = match endpoint.family {
            Family::FoXml | Family::FoCsv => {
                path.starts_with("/api/")
                    && path.contains(&version)
                    && path.contains("/fo/")
                    && path.ends_with('/')
                    && (actions == ["list"] || actions == ["export"] && path.ends_with(EXPORT))
            }
            Family::MspXml => MSP.contains(&path) && actions.is_empty(),
            Family::QpsXml | Family::QpsJson => {
                let reads = |verb: &str| path.starts_with(&format!("/qps/rest{version}{verb}/"));
                let asks = match endpoint.method {
                    Method::Post => reads("search") || reads("count"),
                    Method::Get => reads("get") || path == "/qps/rest/portal/version",
                };
                asks && actions.is_empty()
            }
            Family::GatewayJson => {
                let reads = |verb: &str| path.starts_with(&format!("/rest{version}{verb}/"));
                (reads("search") || reads("count"))
                    && path.ends_with("/am/asset")
                    && actions.is_empty()
            }
            Family::CloudViewJson => {
                path.starts_with("/cloudview-api/rest/v1/")
                    && endpoint.method == Method::Get
                    && actions.is_empty()
            }
        };
        if !fits {
            return Some(format!("{path} {actions:?} is no listing of its family"));
        }
        if path.contains('?') || path.contains("..") || path.contains("//") {
            return Some(format!("{path} is more than a path"));
        }
        if let Some(word) = path.split('/').find(|word| CHANGING.contains(word)) {
            return Some(format!("{path} holds {word}"));
        }
        let takes_id = path.matches("{}").count();
        let asks_by_path = endpoint.fan_out.is_some_and(|fan_out| fan_out.param.is_empty());
        if takes_id != usize::from(asks_by_path) {
            return Some(format!("{path} does not take the id that is asked for"));
        }
        let foreign = variant.params.iter().find(|(name, _)| !READING.contains(name));
        if let Some((name, _)) = foreign {
            return Some(format!("{path} sends {name}, which nobody has judged to be reading"));
        }
        let names: BTreeSet<&str> = variant.params.iter().map(|(name, _)| *name).collect();
        if names.len() != variant.params.len() {
            return Some(format!("{path} sends a parameter twice"));
        }
    }
    if let Some(fan_out) = endpoint.fan_out
        && !fan_out.param.is_empty()
        && !SELECTING.contains(&fan_out.param)
    {
        return Some(format!("{} takes ids, which nobody has judged", fan_out.param));
    }
    if let Some(since) = endpoint.since.filter(|since| !SINCE.contains(since)) {
        return Some(format!("{since} takes a time, which nobody has judged"));
    }
    endpoint.variants.is_empty().then(|| "it has no version".to_owned())
}

#[test]
fn every_call_only_lists() {
    for endpoint in ENDPOINTS {
        assert_eq!(refusal(endpoint), None, "{}", endpoint.id);
    }
}

#[test]
fn calls_that_change_something_would_be_noticed() {
    use qualys_sec_inspector::catalogue::{Variant, endpoint};
    let hosts = *endpoint("vm/hosts").unwrap();
    let tags = *endpoint("am/tags").unwrap();
    let users = *endpoint("vm/users").unwrap();
    let policies = *endpoint("pc/policies").unwrap();
    let details = *endpoint("vm/auth-record-details").unwrap();
    let assets = *endpoint("gav/assets").unwrap();
    let clouds = *endpoint("cloud/aws-connectors").unwrap();
    let fo = |path, params| Variant { version: "2.0", path, params };
    let bad: &[(Endpoint, Variant)] = &[
        (hosts, fo("/api/2.0/fo/scan/", &[("action", "launch")])),
        (hosts, fo("/api/2.0/fo/asset/host/", &[("action", "list"), ("action", "purge")])),
        (hosts, fo("/api/2.0/fo/asset/host/", &[("action", "list"), ("echo_request", "1")])),
        (hosts, fo("/api/2.0/fo/asset/host/", &[])),
        (hosts, fo("/api/2.0/fo/asset/host/?action=delete", &[("action", "list")])),
        (tags, fo("/qps/rest/2.0/delete/am/tag", &[])),
        (tags, fo("/qps/rest/2.0/create/am/tag", &[])),
        (users, fo("/msp/user.php", &[])),
        (hosts, fo("/api/2.0/fo/asset/host/", &[("action", "export")])),
        (policies, fo("/api/2.0/fo/compliance/policy/", &[("action", "import")])),
        (details, fo("/api/2.0/fo/auth/unix/", &[("action", "list")])),
        (hosts, fo("/api/2.0/fo/auth/{}/", &[("action", "list")])),
        (hosts, fo("/api/2.0/fo/user/change_password/", &[("action", "list")])),
        (assets, fo("/rest/2.0/update/am/asset", &[])),
        (assets, fo("/rest/2.0/search/am/user", &[])),
        (clouds, fo("/cloudview-api/rest/v1/aws/connectors/run", &[])),
    ];
    for (endpoint, variant) in bad {
        let variants: &'static [Variant] = Box::leak(Box::new([*variant]));
        let changed = Endpoint { variants, ..*endpoint };
        assert!(refusal(&changed).is_some(), "{variant:?}");
    }
}

#[test]
fn rows_hang_together() {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for endpoint in ENDPOINTS {
        let id = endpoint.id;
        assert!(!seen.contains(id), "{id} stands twice");
        if let Some(fan_out) = endpoint.fan_out {
            assert!(!fan_out.sources.is_empty(), "{id}");
            for source in fan_out.sources {
                assert!(seen.contains(source.endpoint), "{id} stands before {}", source.endpoint);
            }
            assert!(!fan_out.param.is_empty() || fan_out.batch == 1, "{id}");
            assert!(fan_out.batch > 0 && fan_out.batch <= 1000, "{id}");
        }
        seen.insert(id);
        assert!(!endpoint.controls.is_empty(), "{id} serves no control");
        assert!(endpoint.controls.is_sorted(), "{id}");
        assert!(endpoint.controls.iter().all(|n| (1..=20).contains(n)), "{id}");
        let fits = match endpoint.paging {
            Paging::Whole => true,
            Paging::NextUrl => endpoint.family == Family::FoXml,
            Paging::CsvFooter => endpoint.family == Family::FoCsv,
            Paging::LastId => matches!(endpoint.family, Family::QpsXml | Family::QpsJson),
            Paging::LastSeenAsset => endpoint.family == Family::GatewayJson,
            Paging::PageNo => endpoint.family == Family::CloudViewJson,
        };
        assert!(fits, "{id}: its family has no such pages");
        let versions: Vec<f32> =
            endpoint.variants.iter().map(|v| v.version.parse().unwrap()).collect();
        assert!(versions.is_sorted_by(|newer, older| newer >= older), "{id}: newest first");
    }
}
