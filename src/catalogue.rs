//! Every Qualys call the collector makes, as one table. To collect more evidence, add a row.

use Family::{FoCsv, FoXml, MspXml, QpsXml};
use Method::{Get, Post};
use Module::Vm;

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
    /// The element (or CSV for `csv`) that holds one record: the unit of counting, of spans, of
    /// the bundle's segments.
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
}

/// What a subscription buys. `collect --skip-…` and `require_modules` name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Module {
    Vm,
    Pc,
    Was,
    CloudView,
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
}

/// A call that is made for the ids found in another endpoint's answers, in batches.
#[derive(Debug, Clone, Copy)]
pub struct FanOut {
    /// The endpoint whose answers hold the ids.
    pub source: &'static str,
    /// Path below that endpoint's record to the element with the id, `/`-separated.
    pub element: &'static str,
    /// The parameter that takes the comma-separated ids.
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

const CONTACT: Redaction = Redaction { rule: "personal-contact", path: "CONTACT_INFO/PHONE" };

#[rustfmt::skip]
static HOST_REDACTIONS: &[Redaction] = &[
    Redaction { rule: "host-comment", path: "HOST/COMMENTS" },
    Redaction { rule: "host-user-defined", path: "HOST/USER_DEF/*" },
];

#[rustfmt::skip]
static USER_REDACTIONS: &[Redaction] = &[
    CONTACT,
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

const KNOWLEDGE_PARAMS: &[(&str, &str)] = &[("action", "list"), ("details", "All")];
const SCAN_PARAMS: &[(&str, &str)] =
    &[("action", "list"), ("show_ags", "1"), ("show_op", "1"), ("show_status", "1")];
const SCHEDULE_PARAMS: &[(&str, &str)] =
    &[("action", "list"), ("show_notifications", "1"), ("show_cloud_details", "1")];
const LIST: &[(&str, &str)] = &[("action", "list")];

/// Every call, in the order in which the collector makes them; a fan-out stands behind its source.
#[rustfmt::skip]
pub static ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        variants: &[v2("/api/2.0/fo/asset/group/", &[("action", "list"), ("show_attributes", "ALL"), ("truncation_limit", "500")])],
        controls: &[1, 2, 4, 7, 8, 9, 10, 14, 16, 18, 20],
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
        controls: &[1, 3, 6, 12, 14, 16, 20],
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
        method: Post,
        variants: &[
            v("4.0", "/api/4.0/fo/knowledge_base/vuln/", KNOWLEDGE_PARAMS), v("3.0", "/api/3.0/fo/knowledge_base/vuln/", KNOWLEDGE_PARAMS),
            v("2.0", "/api/2.0/fo/knowledge_base/vuln/", KNOWLEDGE_PARAMS),
        ],
        fan_out: Some(FanOut { source: "vm/detections", element: "DETECTION_LIST/DETECTION/QID", param: "ids", batch: 200 }),
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
        controls: &[1, 2, 4, 5, 7, 8, 14, 18],
        ..qps("am/host-assets", "HostAsset")
    },
    Endpoint {
        variants: &[v2("/qps/rest/2.0/search/am/tag", &[])],
        controls: &[1, 14, 18, 20],
        ..qps("am/tags", "Tag")
    },
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
