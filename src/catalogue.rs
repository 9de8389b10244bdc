//! Every Qualys call the collector makes, as one table. To collect more evidence, add a row.

use Family::{CloudViewJson, FoCsv, FoXml, GatewayJson, MspXml, QpsJson, QpsXml};
use Method::{Get, Post};
use Module::{Assets, CloudView, Pc, Vm, Was};

/// One read-only listing call, with everything that its family does not already say.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint {
    /// Stable name: the key in the bundle, in a control's needs and in messages.
    pub id: &'static str,
    pub family: Family,
    /// The subscription module that owns it; not subscribed is not an error.
    pub module: Module,
    pub method: Method,
    /// Newest first. Parameters belong to the version: FO rejects unknown ones with code 1901.
    pub variants: &'static [Variant],
    /// The element that holds one record (`csv` for rows; for JSON the path of the array that holds
    /// them): the unit of counting, of spans, of the bundle's segments.
    pub record: &'static str,
    pub paging: Paging,
    /// The parameter that takes the start of the activity window, for lists that would otherwise
    /// answer with their own default window (30 days for scans).
    pub since: Option<&'static str>,
    pub fan_out: Option<FanOut>,
    pub redact: &'static [Redaction],
    /// The controls that read it; `collect --controls` asks only for what those need.
    pub controls: &'static [u8],
}

/// One version of a call. Two variants of one version differ in parameters: the second is asked
/// when the first is refused with code 1901.
#[derive(Debug, Clone, Copy)]
pub struct Variant {
    pub version: &'static str,
    /// Path on the family's host, with its trailing slash where clients send one.
    /// `{}` stands for the id of a fan-out that is asked in the path.
    pub path: &'static str,
    /// Query pairs for GET, form pairs for POST; for QPS, `Criteria`-free preferences only.
    pub params: &'static [(&'static str, &'static str)],
}

/// A dialect: host, envelope, error form and limit headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// `/api/N.0/fo/…`: XML, `SIMPLE_RETURN` errors, 409 limits with six headers.
    FoXml,
    /// The same, answering CSV on success and XML on failure.
    FoCsv,
    /// `/msp/*.php`: the root is the list, errors are in-band, Basic authentication only.
    MspXml,
    /// `/qps/rest/…`: `ServiceResponse`, errors under HTTP 200, no limit headers.
    QpsXml,
    /// The same in JSON: `data` is an array of one-key objects, booleans are strings.
    QpsJson,
    /// The gateway: bearer token, real HTTP codes, 429 limits, 204 where nothing matches.
    GatewayJson,
    /// `/cloudview-api/rest/v1/…` on the portal host: Spring pages.
    CloudViewJson,
}

/// What a subscription buys. `collect --skip-…` and `require_modules` name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Module {
    Vm,
    Pc,
    Was,
    CloudView,
    /// Global `AssetView` and `CyberSecurity` Asset Management.
    Assets,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
}

/// How an answer says that there is more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// One answer holds everything.
    Whole,
    /// `WARNING/URL` holds the next request; only its query string is followed.
    NextUrl,
    /// The CSV footer holds a `WARNING` block with the next URL (`id_max`); a full page without a
    /// footer goes on by `until_datetime` of its oldest row.
    CsvFooter,
    /// `hasMoreRecords` with `lastId`; ask again for `id GREATER lastId`.
    LastId,
    /// `hasMore` with `lastSeenAssetId`, which goes into the query (GAV).
    LastSeenAsset,
    /// `pageNo` counts up from 0 until `last` is true (CloudView).
    PageNo,
}

/// A call that is made for the ids found in another endpoint's answers, in batches.
#[derive(Debug, Clone, Copy)]
pub struct FanOut {
    /// The endpoint whose answers hold the ids.
    pub source: &'static str,
    /// Path below that endpoint's record to the element with the id, `/`-separated. `*` inside a
    /// name makes the part of the element's own name that it stands for the id, in lower case.
    pub element: &'static str,
    /// The parameter that takes the comma-separated ids; empty where `{}` in the path takes one.
    pub param: &'static str,
    pub batch: usize,
}

/// A value that never enters the bundle: a secret, or personal data that no control judges.
#[derive(Debug, Clone, Copy)]
pub struct Redaction {
    /// Name of the rule, logged with the path and the count.
    pub rule: &'static str,
    /// The last elements of its path, `/`-separated; `*` stands for any run of characters inside
    /// one name. For CSV the column's header.
    pub path: &'static str,
}

/// Page size of QPS searches; the service allows 1,000 and defaults to 100.
pub const QPS_PAGE: u32 = 1000;

/// Information Gathered QIDs that tell how a login went: Windows and Unix authentication method,
/// failed, not attempted. 70028, 105015 and 105053 are documented; the others are generally known.
const AUTH_QIDS: &str = "38307,70028,70053,105015,105053,105296,105297";

#[rustfmt::skip]
static HOST_REDACTIONS: &[Redaction] = &[
    Redaction { rule: "host-comment", path: "HOST/COMMENTS" },
    Redaction { rule: "host-user-defined", path: "HOST/USER_DEF/*" },
];

#[rustfmt::skip]
static USER_REDACTIONS: &[Redaction] = &[
    Redaction { rule: "personal-contact", path: "CONTACT_INFO/PHONE" },
    Redaction { rule: "personal-contact", path: "CONTACT_INFO/FAX" },
    Redaction { rule: "personal-contact", path: "CONTACT_INFO/ADDRESS1" },
    Redaction { rule: "personal-contact", path: "CONTACT_INFO/ADDRESS2" },
    Redaction { rule: "personal-contact", path: "CONTACT_INFO/CITY" },
    Redaction { rule: "personal-contact", path: "CONTACT_INFO/STATE" },
    Redaction { rule: "personal-contact", path: "CONTACT_INFO/ZIP_CODE" },
];

const HOST_PARAMS: &[(&str, &str)] = &[
    ("action", "list"),
    ("details", "All/AGs"),
    ("show_tags", "1"),
    ("show_asset_id", "1"),
    ("truncation_limit", "1000"),
];

const DETECTION_PARAMS: &[(&str, &str)] = &[
    ("action", "list"),
    ("status", "New,Active,Re-Opened,Fixed"),
    ("show_results", "0"),
    ("show_qds", "1"),
    ("show_reopened_info", "1"),
    ("include_ignored", "1"),
    ("include_disabled", "1"),
    ("truncation_limit", "500"),
];

/// 3.0 and later say with `show_arf_data` whether a kernel finding is on the running kernel.
const DETECTION_ARF_PARAMS: &[(&str, &str)] = &[
    ("action", "list"),
    ("status", "New,Active,Re-Opened,Fixed"),
    ("show_results", "0"),
    ("show_qds", "1"),
    ("show_reopened_info", "1"),
    ("include_ignored", "1"),
    ("include_disabled", "1"),
    ("show_arf_data", "1"),
    ("truncation_limit", "500"),
];

/// 2.0 shows the same flag without filtering for `active_kernels_only=0` (release 8.10.1).
const DETECTION_KERNEL_PARAMS: &[(&str, &str)] = &[
    ("action", "list"),
    ("status", "New,Active,Re-Opened,Fixed"),
    ("show_results", "0"),
    ("show_qds", "1"),
    ("show_reopened_info", "1"),
    ("include_ignored", "1"),
    ("include_disabled", "1"),
    ("active_kernels_only", "0"),
    ("truncation_limit", "500"),
];

/// The one pull that asks for results: the text of an authentication method says who logged in.
const AUTH_DETECTION_PARAMS: &[(&str, &str)] = &[
    ("action", "list"),
    ("show_igs", "1"),
    ("show_results", "1"),
    ("qids", AUTH_QIDS),
    ("truncation_limit", "1000"),
];

const OPTION_PROFILE_PARAMS: &[(&str, &str)] = &[("action", "list")];

const POLICY_PARAMS: &[(&str, &str)] =
    &[("action", "list"), ("details", "All"), ("truncation_limit", "1000")];

const KNOWLEDGE_PARAMS: &[(&str, &str)] = &[("action", "list"), ("details", "All")];
const SCAN_PARAMS: &[(&str, &str)] =
    &[("action", "list"), ("show_ags", "1"), ("show_op", "1"), ("show_status", "1")];
const SCHEDULE_PARAMS: &[(&str, &str)] =
    &[("action", "list"), ("show_notifications", "1"), ("show_cloud_details", "1")];
const LIST: &[(&str, &str)] = &[("action", "list")];
const DETAILS: &[(&str, &str)] = &[("action", "list"), ("details", "All")];
/// `show_user_controls=1` adds the definitions of user-defined controls (release 8.10.1); a read.
const POLICY_EXPORT: &[(&str, &str)] = &[("action", "export"), ("show_user_controls", "1")];
/// WAS searches give tags, and scans their target, only when verbose.
const VERBOSE: &[(&str, &str)] = &[("verbose", "true")];
const SPRING: &[(&str, &str)] = &[("pageSize", "50")];

#[rustfmt::skip]
static OPTION_PROFILE_REDACTIONS: &[Redaction] = &[
    Redaction { rule: "login-password", path: "LOGIN_PASSWORD" },
    Redaction { rule: "http-header", path: "CUSTOM_HTTP_HEADER/*" },
];

/// Passwords are normally not answered, but a permission to view them exists.
#[rustfmt::skip]
static AUTH_RECORD_REDACTIONS: &[Redaction] = &[
    Redaction { rule: "auth-secret", path: "*PASSWORD*" },
    Redaction { rule: "auth-secret", path: "*COMMUNITY*" },
    Redaction { rule: "auth-secret", path: "*PRIVATE_KEY*" },
    Redaction { rule: "auth-secret", path: "*PASSPHRASE*" },
];

#[rustfmt::skip]
static CONNECTOR_REDACTIONS: &[Redaction] = &[
    Redaction { rule: "external-id", path: "externalId" },
    Redaction { rule: "connector-key", path: "authRecord/*Key*" },
    Redaction { rule: "connector-key", path: "*secret*" },
    Redaction { rule: "connector-key", path: "*privateKey*" },
];

#[rustfmt::skip]
static WEB_APP_REDACTIONS: &[Redaction] = &[
    Redaction { rule: "web-app-header", path: "WebApp/headers" },
    Redaction { rule: "web-app-header", path: "headers/*" },
    Redaction { rule: "screenshot", path: "WebApp/screenshot" },
    Redaction { rule: "crawling-script", path: "crawlingScripts/*" },
    Redaction { rule: "web-app-attribute", path: "attributes/*" },
    Redaction { rule: "web-app-comment", path: "comments/*" },
    Redaction { rule: "proxy-user", path: "proxy/*" },
];

#[rustfmt::skip]
static WAS_AUTH_REDACTIONS: &[Redaction] = &[
    Redaction { rule: "auth-secret", path: "WebAppAuthFormRecordField/value" },
    Redaction { rule: "auth-secret", path: "WebAppAuthServerRecordField/username" },
    Redaction { rule: "auth-secret", path: "WebAppAuthServerRecordField/password" },
    Redaction { rule: "auth-secret", path: "oauth2Record/*client*" },
    Redaction { rule: "auth-secret", path: "oauth2Record/*password*" },
    Redaction { rule: "auth-secret", path: "oauth2Record/*token*" },
];

/// Every call, in the order in which the collector makes them; a fan-out stands behind its source.
#[rustfmt::skip]
pub static ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        variants: &[v2("/api/2.0/fo/asset/group/", &[("action", "list"), ("show_attributes", "ALL"), ("truncation_limit", "500")])],
        controls: &[1, 2, 4, 7, 8, 9, 10, 14, 16, 17, 18, 20],
        ..fo("vm/asset-groups", "ASSET_GROUP", Paging::NextUrl)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/asset/ip/", LIST)],
        controls: &[1, 4, 14, 16, 20],
        ..fo("vm/ips", "IP_SET", Paging::Whole)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/asset/excluded_ip/", LIST)],
        controls: &[1, 4, 14, 16, 20],
        ..fo("vm/excluded-ips", "IP_SET", Paging::Whole)
    },
    Endpoint {
        variants: &[
            v("5.0", "/api/5.0/fo/asset/host/", HOST_PARAMS), v("4.0", "/api/4.0/fo/asset/host/", HOST_PARAMS),
            v("3.0", "/api/3.0/fo/asset/host/", HOST_PARAMS), v("2.0", "/api/2.0/fo/asset/host/", HOST_PARAMS),
        ],
        redact: HOST_REDACTIONS,
        controls: &[1, 2, 4, 7, 8, 9, 10, 11, 14, 17, 18, 20],
        ..fo("vm/hosts", "HOST", Paging::NextUrl)
    },
    Endpoint {
        variants: &[
            v("5.0", "/api/5.0/fo/schedule/scan/", SCHEDULE_PARAMS), v("4.0", "/api/4.0/fo/schedule/scan/", SCHEDULE_PARAMS),
            v("3.0", "/api/3.0/fo/schedule/scan/", SCHEDULE_PARAMS), v("2.0", "/api/2.0/fo/schedule/scan/", SCHEDULE_PARAMS),
        ],
        controls: &[1, 3, 6, 12, 14, 16, 18, 20],
        ..fo("vm/scan-schedules", "SCAN", Paging::Whole)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/scan/schedules/runhistory/", &[("action", "list"), ("schedule_executions_count", "50"), ("output_format", "xml")])],
        fan_out: Some(FanOut { source: "vm/scan-schedules", element: "ID", param: "schedule_scan_ids", batch: 500 }),
        controls: &[1],
        ..fo("vm/schedule-runs", "SCHEDULE", Paging::Whole)
    },
    Endpoint {
        variants: &[v("3.0", "/api/3.0/fo/scan/", SCAN_PARAMS), v("2.0", "/api/2.0/fo/scan/", SCAN_PARAMS)],
        since: Some("launched_after_datetime"),
        controls: &[1, 3, 14, 20],
        ..fo("vm/scans", "SCAN", Paging::Whole)
    },
    Endpoint {
        variants: &[
            v("5.0", "/api/5.0/fo/asset/host/vm/detection/", DETECTION_ARF_PARAMS), v("5.0", "/api/5.0/fo/asset/host/vm/detection/", DETECTION_PARAMS),
            v("4.0", "/api/4.0/fo/asset/host/vm/detection/", DETECTION_ARF_PARAMS), v("4.0", "/api/4.0/fo/asset/host/vm/detection/", DETECTION_PARAMS),
            v("3.0", "/api/3.0/fo/asset/host/vm/detection/", DETECTION_ARF_PARAMS), v("3.0", "/api/3.0/fo/asset/host/vm/detection/", DETECTION_PARAMS),
            v("2.0", "/api/2.0/fo/asset/host/vm/detection/", DETECTION_KERNEL_PARAMS), v("2.0", "/api/2.0/fo/asset/host/vm/detection/", DETECTION_PARAMS),
        ],
        controls: &[10, 11, 16, 17],
        ..fo("vm/detections", "HOST", Paging::NextUrl)
    },
    Endpoint {
        variants: &[
            v("5.0", "/api/5.0/fo/asset/host/vm/detection/", AUTH_DETECTION_PARAMS), v("4.0", "/api/4.0/fo/asset/host/vm/detection/", AUTH_DETECTION_PARAMS),
            v("3.0", "/api/3.0/fo/asset/host/vm/detection/", AUTH_DETECTION_PARAMS), v("2.0", "/api/2.0/fo/asset/host/vm/detection/", AUTH_DETECTION_PARAMS),
        ],
        controls: &[8],
        ..fo("vm/auth-detections", "HOST", Paging::NextUrl)
    },
    Endpoint {
        method: Post,
        variants: &[
            v("4.0", "/api/4.0/fo/knowledge_base/vuln/", KNOWLEDGE_PARAMS), v("3.0", "/api/3.0/fo/knowledge_base/vuln/", KNOWLEDGE_PARAMS),
            v("2.0", "/api/2.0/fo/knowledge_base/vuln/", KNOWLEDGE_PARAMS),
        ],
        fan_out: Some(FanOut {
            source: "vm/detections", element: "DETECTION_LIST/DETECTION/QID",
            param: "ids", batch: 200,
        }),
        controls: &[8, 10, 11, 17],
        ..fo("vm/knowledge-base", "VULN", Paging::NextUrl)
    },
    Endpoint {
        family: MspXml,
        variants: &[v("1.0", "/msp/user_list.php", &[])],
        redact: USER_REDACTIONS,
        controls: &[12, 13, 19],
        ..fo("vm/users", "USER", Paging::Whole)
    },
    Endpoint {
        family: FoCsv,
        variants: &[v2("/api/2.0/fo/activity_log/", &[("action", "list"), ("output_format", "csv"), ("truncation_limit", "1000")])],
        since: Some("since_datetime"),
        controls: &[19],
        ..fo("vm/activity-log", "csv", Paging::CsvFooter)
    },
    Endpoint {
        redact: &[Redaction { rule: "activation-key", path: "activationKey/activationId" }],
        variants: &[v2("/qps/rest/2.0/search/am/hostasset", &[])],
        controls: &[1, 2, 4, 5, 7, 8, 14, 17, 18],
        ..qps("am/host-assets", "HostAsset")
    },
    Endpoint {
        variants: &[v2("/qps/rest/2.0/search/am/tag", &[])],
        controls: &[1, 14, 18, 20],
        ..qps("am/tags", "Tag")
    },

    // Vulnerability management: how scanning is set up, and who may change it.
    Endpoint {
        variants: &[v2("/api/2.0/fo/asset/excluded_ip/history/", LIST)],
        controls: &[16],
        ..fo("vm/excluded-ip-history", "HISTORY", Paging::NextUrl)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/setup/restricted_ips/", LIST)],
        controls: &[13],
        ..fo("vm/restricted-ips", "IP_SET", Paging::Whole)
    },
    Endpoint {
        variants: &[
            v("7.0", "/api/7.0/fo/subscription/option_profile/vm/", OPTION_PROFILE_PARAMS), v("6.0", "/api/6.0/fo/subscription/option_profile/vm/", OPTION_PROFILE_PARAMS),
            v("5.0", "/api/5.0/fo/subscription/option_profile/vm/", OPTION_PROFILE_PARAMS), v("4.0", "/api/4.0/fo/subscription/option_profile/vm/", OPTION_PROFILE_PARAMS),
            v("2.0", "/api/2.0/fo/subscription/option_profile/vm/", OPTION_PROFILE_PARAMS),
        ],
        redact: OPTION_PROFILE_REDACTIONS,
        controls: &[3, 8, 14, 16, 20],
        ..fo("vm/option-profiles", "OPTION_PROFILE", Paging::Whole)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/appliance/", &[("action", "list"), ("output_mode", "full"), ("show_tags", "1"), ("include_license_info", "1")])],
        redact: &[
            Redaction { rule: "activation-code", path: "APPLIANCE/ACTIVATION_CODE" },
            Redaction { rule: "proxy-user", path: "PROXY/USER" },
        ],
        controls: &[6, 20],
        ..fo("vm/appliances", "APPLIANCE", Paging::Whole)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/network/", LIST)],
        controls: &[4, 20],
        ..fo("vm/networks", "NETWORK", Paging::Whole)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/asset/vhost/", LIST)],
        controls: &[4],
        ..fo("vm/virtual-hosts", "VIRTUAL_HOST", Paging::Whole)
    },
    Endpoint {
        variants: &[v("3.0", "/api/3.0/fo/auth/", LIST), v2("/api/2.0/fo/auth/", LIST)],
        controls: &[8],
        ..fo("vm/auth-records", "AUTH_RECORDS", Paging::NextUrl)
    },
    Endpoint {
        variants: &[v("3.0", "/api/3.0/fo/auth/{}/", DETAILS), v2("/api/2.0/fo/auth/{}/", DETAILS)],
        fan_out: Some(FanOut { source: "vm/auth-records", element: "AUTH_*_IDS", param: "", batch: 1 }),
        redact: AUTH_RECORD_REDACTIONS,
        controls: &[8, 13],
        ..fo("vm/auth-record-details", "AUTH_*", Paging::NextUrl)
    },
    Endpoint {
        variants: &[v("3.0", "/api/3.0/fo/report/", LIST), v2("/api/2.0/fo/report/", LIST)],
        controls: &[12],
        ..fo("vm/reports", "REPORT", Paging::Whole)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/schedule/report/", LIST)],
        controls: &[11, 12, 13],
        ..fo("vm/report-schedules", "REPORT", Paging::Whole)
    },
    Endpoint {
        family: MspXml,
        variants: &[v("1.0", "/msp/report_template_list.php", &[])],
        controls: &[11, 12],
        ..fo("vm/report-templates", "REPORT_TEMPLATE", Paging::Whole)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/qid/search_list/static/", LIST)],
        controls: &[16],
        ..fo("vm/static-search-lists", "STATIC_LIST", Paging::Whole)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/qid/search_list/dynamic/", &[("action", "list"), ("show_qids", "1")]), v2("/api/2.0/fo/qid/search_list/dynamic/", LIST)],
        controls: &[16],
        ..fo("vm/dynamic-search-lists", "DYNAMIC_LIST", Paging::Whole)
    },

    // The portal: users, counts, connectors, versions.
    Endpoint { variants: &[v2("/qps/rest/2.0/search/am/user/", &[])], controls: &[13, 18], ..qps_json("am/users", "User") },
    Endpoint { variants: &[v2("/qps/rest/2.0/count/am/hostasset", &[])], controls: &[4, 7], paging: Paging::Whole, ..qps("am/host-asset-count", "HostAsset") },
    Endpoint {
        variants: &[v("3.0", "/qps/rest/3.0/search/am/awsassetdataconnector", &[]), v2("/qps/rest/2.0/search/am/awsassetdataconnector", &[])],
        redact: CONNECTOR_REDACTIONS,
        controls: &[5],
        ..qps_json("am/aws-connectors", "AwsAssetDataConnector")
    },
    Endpoint {
        variants: &[v("3.0", "/qps/rest/3.0/search/am/azureassetdataconnector", &[]), v2("/qps/rest/2.0/search/am/azureassetdataconnector", &[])],
        redact: CONNECTOR_REDACTIONS,
        controls: &[5],
        ..qps_json("am/azure-connectors", "AzureAssetDataConnector")
    },
    Endpoint {
        variants: &[v("3.0", "/qps/rest/3.0/search/am/gcpassetdataconnector", &[]), v2("/qps/rest/2.0/search/am/gcpassetdataconnector", &[])],
        redact: CONNECTOR_REDACTIONS,
        controls: &[5],
        ..qps_json("am/gcp-connectors", "GcpAssetDataConnector")
    },
    Endpoint { method: Get, variants: &[v("1.0", "/qps/rest/portal/version", &[])], controls: &[6], paging: Paging::Whole, ..qps("am/versions", "data") },

    // Policy compliance.
    Endpoint {
        variants: &[
            v("4.0", "/api/4.0/fo/subscription/option_profile/pc/", OPTION_PROFILE_PARAMS), v("3.0", "/api/3.0/fo/subscription/option_profile/pc/", OPTION_PROFILE_PARAMS),
            v("2.0", "/api/2.0/fo/subscription/option_profile/pc/", OPTION_PROFILE_PARAMS),
        ],
        redact: OPTION_PROFILE_REDACTIONS,
        controls: &[9],
        ..pc("pc/option-profiles", "OPTION_PROFILE", Paging::Whole)
    },
    Endpoint { variants: &[v2("/api/2.0/fo/schedule/scan/compliance/", SCHEDULE_PARAMS)], controls: &[9], ..pc("pc/scan-schedules", "SCAN", Paging::Whole) },
    Endpoint { variants: &[v2("/api/2.0/fo/scan/compliance/", SCAN_PARAMS)], since: Some("launched_after_datetime"), controls: &[9], ..pc("pc/scans", "SCAN", Paging::Whole) },
    Endpoint {
        variants: &[v("4.0", "/api/4.0/fo/compliance/policy/", POLICY_PARAMS), v("3.0", "/api/3.0/fo/compliance/policy/", POLICY_PARAMS), v("2.0", "/api/2.0/fo/compliance/policy/", POLICY_PARAMS)],
        controls: &[9, 18],
        ..pc("pc/policies", "POLICY", Paging::NextUrl)
    },
    Endpoint {
        variants: &[
            v("4.0", "/api/4.0/fo/compliance/policy/", POLICY_EXPORT), v("3.0", "/api/3.0/fo/compliance/policy/", POLICY_EXPORT), v("2.0", "/api/2.0/fo/compliance/policy/", POLICY_EXPORT),
        ],
        fan_out: Some(FanOut { source: "pc/policies", element: "ID", param: "id", batch: 1 }),
        controls: &[9],
        ..pc("pc/policy-exports", "POLICY", Paging::Whole)
    },
    Endpoint {
        method: Post,
        variants: &[v("4.0", "/api/4.0/fo/compliance/control/", DETAILS), v("3.0", "/api/3.0/fo/compliance/control/", DETAILS), v("2.0", "/api/2.0/fo/compliance/control/", DETAILS)],
        fan_out: Some(FanOut { source: "pc/policies", element: "CONTROL_LIST/CONTROL/ID", param: "ids", batch: 200 }),
        controls: &[9],
        ..pc("pc/controls", "CONTROL", Paging::NextUrl)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/compliance/posture/info/", &[("action", "list"), ("details", "Basic")])],
        fan_out: Some(FanOut { source: "pc/policies", element: "ID", param: "policy_id", batch: 1 }),
        controls: &[9],
        ..pc("pc/postures", "INFO", Paging::NextUrl)
    },
    Endpoint {
        variants: &[v("3.0", "/api/3.0/fo/compliance/exception/", POLICY_PARAMS), v("2.0", "/api/2.0/fo/compliance/exception/", POLICY_PARAMS)],
        controls: &[9],
        ..pc("pc/exceptions", "EXCEPTION", Paging::NextUrl)
    },

    // Web application scanning.
    Endpoint { variants: &[v("3.0", "/qps/rest/3.0/search/was/webapp", VERBOSE)], redact: WEB_APP_REDACTIONS, controls: &[15], ..was("was/web-apps", "WebApp") },
    Endpoint {
        method: Get,
        variants: &[v("3.0", "/qps/rest/3.0/get/was/webapp/{}", &[])],
        fan_out: Some(FanOut { source: "was/web-apps", element: "id", param: "", batch: 1 }),
        redact: WEB_APP_REDACTIONS,
        controls: &[15],
        paging: Paging::Whole,
        ..was("was/web-app-details", "WebApp")
    },
    Endpoint { variants: &[v("3.0", "/qps/rest/3.0/search/was/wasscan", VERBOSE)], controls: &[15], ..was("was/scans", "WasScan") },
    Endpoint { variants: &[v("3.0", "/qps/rest/3.0/search/was/wasscanschedule", VERBOSE)], controls: &[12, 15], ..was("was/schedules", "WasScanSchedule") },
    Endpoint { variants: &[v("3.0", "/qps/rest/3.0/search/was/webappauthrecord", VERBOSE)], redact: WAS_AUTH_REDACTIONS, controls: &[15], ..was("was/auth-records", "WebAppAuthRecord") },
    Endpoint { variants: &[v("3.0", "/qps/rest/3.0/search/was/finding", &[])], controls: &[15], ..was("was/findings", "Finding") },
    Endpoint { variants: &[v("3.0", "/qps/rest/3.0/search/was/catalog", &[])], controls: &[15], ..was("was/catalog", "Catalog") },

    // CloudView: connectors and what they evaluate.
    Endpoint { variants: &[v("1.0", "/cloudview-api/rest/v1/aws/connectors", SPRING)], redact: CONNECTOR_REDACTIONS, controls: &[5], ..cloud("cloud/aws-connectors") },
    Endpoint { variants: &[v("1.0", "/cloudview-api/rest/v1/azure/connectors", SPRING)], redact: CONNECTOR_REDACTIONS, controls: &[5], ..cloud("cloud/azure-connectors") },
    Endpoint { variants: &[v("1.0", "/cloudview-api/rest/v1/gcp/connectors", SPRING)], redact: CONNECTOR_REDACTIONS, controls: &[5], ..cloud("cloud/gcp-connectors") },
    Endpoint {
        variants: &[v("1.0", "/cloudview-api/rest/v1/aws/evaluations/{}", SPRING)],
        fan_out: Some(FanOut { source: "cloud/aws-connectors", element: "awsAccountId", param: "", batch: 1 }),
        controls: &[5],
        ..cloud("cloud/aws-evaluations")
    },
    Endpoint {
        variants: &[v("1.0", "/cloudview-api/rest/v1/azure/evaluations/{}", SPRING)],
        fan_out: Some(FanOut { source: "cloud/azure-connectors", element: "subscriptionId", param: "", batch: 1 }),
        controls: &[5],
        ..cloud("cloud/azure-evaluations")
    },
    Endpoint {
        variants: &[v("1.0", "/cloudview-api/rest/v1/gcp/evaluations/{}", SPRING)],
        fan_out: Some(FanOut { source: "cloud/gcp-connectors", element: "projectId", param: "", batch: 1 }),
        controls: &[5],
        ..cloud("cloud/gcp-evaluations")
    },

    // Global AssetView and CSAM, at the gateway.
    Endpoint {
        variants: &[
            v2("/rest/2.0/search/am/asset", &[("pageSize", "300"), ("includeFields", "agent,sensor,tagList,inventory,operatingSystem,criticality,activity,cloudProvider")]),
            v2("/rest/2.0/search/am/asset", &[("pageSize", "300")]),
        ],
        controls: &[4, 7],
        ..gateway("gav/assets", "assetListData/asset", Paging::LastSeenAsset)
    },
    Endpoint { variants: &[v2("/rest/2.0/count/am/asset", &[])], controls: &[4, 7], ..gateway("gav/asset-count", "assetListData/asset", Paging::Whole) },
];

/// The row with this id.
pub fn endpoint(id: &str) -> Option<&'static Endpoint> {
    ENDPOINTS.iter().find(|endpoint| endpoint.id == id)
}

const fn v(
    version: &'static str,
    path: &'static str,
    params: &'static [(&'static str, &'static str)],
) -> Variant {
    Variant { version, path, params }
}

const fn v2(path: &'static str, params: &'static [(&'static str, &'static str)]) -> Variant {
    v("2.0", path, params)
}

/// The FO v2 family: a GET of `action=list`.
const fn fo(id: &'static str, record: &'static str, paging: Paging) -> Endpoint {
    Endpoint {
        id,
        family: FoXml,
        module: Vm,
        method: Get,
        variants: &[],
        record,
        paging,
        since: None,
        fan_out: None,
        redact: &[],
        controls: &[],
    }
}

/// The QPS family: a search POST, paged by last id.
const fn qps(id: &'static str, record: &'static str) -> Endpoint {
    Endpoint { family: QpsXml, method: Post, ..fo(id, record, Paging::LastId) }
}

/// The same in JSON.
const fn qps_json(id: &'static str, record: &'static str) -> Endpoint {
    Endpoint { family: QpsJson, ..qps(id, record) }
}

const fn pc(id: &'static str, record: &'static str, paging: Paging) -> Endpoint {
    Endpoint { module: Pc, ..fo(id, record, paging) }
}

const fn was(id: &'static str, record: &'static str) -> Endpoint {
    Endpoint { module: Was, ..qps(id, record) }
}

/// The CloudView family: GET, Spring pages counted from 0.
const fn cloud(id: &'static str) -> Endpoint {
    Endpoint {
        family: CloudViewJson,
        module: CloudView,
        method: Get,
        ..fo(id, "content", Paging::PageNo)
    }
}

/// The gateway family: POST with the paging keys in the query.
const fn gateway(id: &'static str, record: &'static str, paging: Paging) -> Endpoint {
    Endpoint { family: GatewayJson, module: Assets, method: Post, ..fo(id, record, paging) }
}
