//! Every line of the specification's "Key API Endpoints", and the calls that get its information.

use qualys_sec_inspector::catalogue::{ENDPOINTS, endpoint};
use std::collections::BTreeSet;

/// One line: its call as the specification writes it, what it is for, our endpoints, and why they
/// are others where the service has the information elsewhere.
pub(crate) struct Line {
    pub call: &'static str,
    pub purpose: &'static str,
    pub endpoints: &'static [&'static str],
    pub correction: &'static str,
}

const fn line(
    call: &'static str,
    purpose: &'static str,
    endpoints: &'static [&'static str],
    correction: &'static str,
) -> Line {
    Line { call, purpose, endpoints, correction }
}

const GET: &str = "asked with GET: the same list, and nothing that launches";

#[rustfmt::skip]
pub(crate) const LINES: &[Line] = &[
    line("POST /api/2.0/fo/scan/", "vulnerability scans", &["vm/scans"], GET),
    line("POST /api/2.0/fo/scan/compliance/", "compliance scans", &["pc/scans"], GET),
    line("GET /api/2.0/fo/schedule/scan/", "scheduled scans", &["vm/scan-schedules", "vm/schedule-runs", "pc/scan-schedules"], ""),
    line("POST /api/2.0/fo/asset/host/", "hosts", &["vm/hosts", "vm/detections", "vm/auth-detections"], GET),
    line("GET /api/2.0/fo/asset/group/", "asset groups", &["vm/asset-groups"], ""),
    line("POST /api/2.0/fo/asset/ip/", "addresses", &["vm/ips", "vm/excluded-ips", "vm/excluded-ip-history"], GET),
    line("GET /api/2.0/fo/report/", "reports", &["vm/reports", "vm/report-schedules", "vm/report-templates"], ""),
    line("GET /api/2.0/fo/scan/option_profile/", "option profiles", &["vm/option-profiles", "pc/option-profiles"], "the list is at subscription/option_profile/vm and /pc"),
    line("GET /api/2.0/fo/auth/", "authentication records", &["vm/auth-records", "vm/auth-record-details"], ""),
    line("GET /api/2.0/fo/appliance/", "scanner appliances", &["vm/appliances", "am/versions"], ""),
    line("GET /api/2.0/fo/user/", "users and roles", &["vm/users", "am/users"], "no such list is offered: user_list.php and the portal have it"),
    line("GET /api/2.0/fo/activity_log/", "activity log", &["vm/activity-log"], ""),
    line("POST /qps/rest/2.0/search/am/hostasset", "host assets", &["am/host-assets", "am/tags"], ""),
    line("POST /qps/rest/2.0/search/was/webapp", "web applications", &["was/web-apps"], "offered as version 3.0"),
    line("GET /qps/rest/2.0/count/am/hostasset", "host asset count", &["am/host-asset-count", "gav/asset-count"], "asked with POST, as searches are"),
    line("GET /api/2.0/fo/compliance/policy/", "policies", &["pc/policies", "pc/policy-exports"], ""),
    line("GET /api/2.0/fo/compliance/posture/info/", "postures", &["pc/postures", "pc/exceptions"], ""),
    line("GET /api/2.0/fo/compliance/control/", "controls", &["pc/controls"], ""),
    line("POST /qps/rest/3.0/search/was/webapp", "web applications", &["was/web-apps", "was/web-app-details"], ""),
    line("POST /qps/rest/3.0/search/was/wasscan", "web scans", &["was/scans", "was/schedules"], ""),
    line("POST /qps/rest/3.0/search/was/finding", "web findings", &["was/findings"], ""),
    line("GET /cloudview-api/rest/v1/aws/connectors", "AWS connectors", &["cloud/aws-connectors", "am/aws-connectors"], "at the portal host; the portal's connectors beside it"),
    line("GET /cloudview-api/rest/v1/azure/connectors", "Azure connectors", &["cloud/azure-connectors", "am/azure-connectors"], "at the portal host; the portal's connectors beside it"),
    line("GET /cloudview-api/rest/v1/gcp/connectors", "GCP connectors", &["cloud/gcp-connectors", "am/gcp-connectors"], "at the portal host; the portal's connectors beside it"),
    line("GET /cloudview-api/rest/v1/evaluations", "cloud evaluations", &["cloud/aws-evaluations", "cloud/azure-evaluations", "cloud/gcp-evaluations"], "offered for one provider and one account at a time"),
];

/// Endpoint ids that reports, profiles and other programs rely on: they never change.
#[rustfmt::skip]
const IDS: &[&str] = &[
    "vm/asset-groups", "vm/ips", "vm/hosts", "vm/detections", "vm/auth-detections", "vm/knowledge-base",
    "vm/scan-schedules", "vm/schedule-runs", "vm/scans", "vm/excluded-ips", "vm/excluded-ip-history",
    "vm/restricted-ips", "vm/option-profiles", "vm/appliances", "vm/networks", "vm/virtual-hosts",
    "vm/auth-records", "vm/auth-record-details", "vm/reports", "vm/report-schedules", "vm/report-templates",
    "vm/static-search-lists", "vm/dynamic-search-lists", "vm/users", "vm/activity-log",
    "am/users", "am/host-assets", "am/host-asset-count", "am/tags", "am/aws-connectors",
    "am/azure-connectors", "am/gcp-connectors", "am/versions",
    "pc/option-profiles", "pc/scan-schedules", "pc/scans", "pc/policies", "pc/policy-exports", "pc/controls",
    "pc/postures", "pc/exceptions",
    "was/web-apps", "was/web-app-details", "was/scans", "was/schedules", "was/auth-records", "was/findings",
    "was/catalog",
    "cloud/aws-connectors", "cloud/azure-connectors", "cloud/gcp-connectors", "cloud/aws-evaluations",
    "cloud/azure-evaluations", "cloud/gcp-evaluations", "gav/assets", "gav/asset-count",
];

/// The last names of a path, without version, identifiers and slashes at its ends.
fn object(path: &str) -> String {
    let plain = |part: &&str| !part.is_empty() && !part.starts_with(|c: char| c.is_ascii_digit());
    path.split('/').filter(plain).filter(|part| *part != "{}").collect::<Vec<_>>().join("/")
}

#[test]
fn every_line_of_the_specification_has_its_calls() {
    assert_eq!(LINES.len(), 25);
    for line in LINES {
        assert!(!line.endpoints.is_empty(), "{}", line.call);
        let asks_as_written = line.endpoints.iter().any(|id| {
            let row = endpoint(id).unwrap_or_else(|| panic!("{}: no {id}", line.call));
            let path = line.call.split_once(' ').unwrap().1;
            row.variants.iter().any(|variant| object(variant.path) == object(path))
        });
        assert!(asks_as_written || !line.correction.is_empty(), "{}: why another call?", line.call);
    }
}

#[test]
fn the_ids_that_others_rely_on_are_all_there() {
    let known: BTreeSet<&str> = ENDPOINTS.iter().map(|endpoint| endpoint.id).collect();
    let promised: BTreeSet<&str> = IDS.iter().copied().collect();
    assert_eq!(promised.len(), IDS.len());
    assert_eq!(promised.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new());
}
