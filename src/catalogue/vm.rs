//! Calls of vulnerability management: what is scanned, how, with what result, and by whom.

use super::Family::{FoCsv, MspXml};
use super::Method::Post;
use super::{
    DETAILS, Endpoint, FanOut, LIST, OPTION_PROFILE_PARAMS, OPTION_PROFILE_REDACTIONS, Paging,
    Redaction, SCAN_PARAMS, SCHEDULE_PARAMS, Source, fo, v, v2,
};

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
    Redaction { rule: "personal-contact", path: "CONTACT_INFO/COUNTRY" },
];

/// Passwords are normally not answered, but a permission to view them exists.
#[rustfmt::skip]
static AUTH_RECORD_REDACTIONS: &[Redaction] = &[
    Redaction { rule: "auth-secret", path: "*PASSWORD*" },
    Redaction { rule: "auth-secret", path: "*COMMUNITY*" },
    Redaction { rule: "auth-secret", path: "*PRIVATE_KEY*" },
    Redaction { rule: "auth-secret", path: "*PASSPHRASE*" },
];

const HOST_PARAMS: &[(&str, &str)] = &[
    ("action", "list"),
    ("details", "All/AGs"),
    ("show_tags", "1"),
    ("show_asset_id", "1"),
    ("truncation_limit", "1000"),
];

/// Editions without `TruRisk`, such as those of consultants, refuse to be asked for it (code 1901).
const HOST_TRURISK_PARAMS: &[(&str, &str)] = &[
    ("action", "list"),
    ("details", "All/AGs"),
    ("show_tags", "1"),
    ("show_asset_id", "1"),
    ("show_trurisk", "1"),
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

const KNOWLEDGE_PARAMS: &[(&str, &str)] = &[("action", "list"), ("details", "All")];

#[rustfmt::skip]
pub(super) const ROWS: &[Endpoint] = &[
    Endpoint {
        variants: &[v2("/api/2.0/fo/asset/group/", &[("action", "list"), ("show_attributes", "ALL"), ("truncation_limit", "500")])],
        controls: &[1, 2, 3, 4, 6, 7, 8, 9, 10, 13, 14, 16, 17, 18, 20],
        proves: "which groups divide the estate, with their addresses, appliances and business impact",
        ..fo("vm/asset-groups", "ASSET_GROUP", Paging::NextUrl)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/asset/ip/", LIST)],
        controls: &[1, 4, 8, 14, 16, 20],
        proves: "which addresses the subscription may scan at all",
        ..fo("vm/ips", "IP_SET", Paging::Whole)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/asset/excluded_ip/", LIST)],
        controls: &[1, 4, 8, 14, 16, 20],
        proves: "which addresses no scan touches, and why",
        role: "Manager; others see their own scope",
        ..fo("vm/excluded-ips", "IP_SET", Paging::Whole)
    },
    Endpoint {
        variants: &[
            v("5.0", "/api/5.0/fo/asset/host/", HOST_TRURISK_PARAMS), v("5.0", "/api/5.0/fo/asset/host/", HOST_PARAMS),
            v("4.0", "/api/4.0/fo/asset/host/", HOST_TRURISK_PARAMS), v("4.0", "/api/4.0/fo/asset/host/", HOST_PARAMS),
            v("3.0", "/api/3.0/fo/asset/host/", HOST_TRURISK_PARAMS), v("3.0", "/api/3.0/fo/asset/host/", HOST_PARAMS),
            v("2.0", "/api/2.0/fo/asset/host/", HOST_TRURISK_PARAMS), v("2.0", "/api/2.0/fo/asset/host/", HOST_PARAMS),
        ],
        redact: HOST_REDACTIONS,
        controls: &[1, 2, 4, 6, 7, 8, 9, 10, 11, 14, 16, 17, 18, 20],
        proves: "which hosts are known, when each was last scanned and logged in to",
        ..fo("vm/hosts", "HOST", Paging::NextUrl)
    },
    Endpoint {
        variants: &[
            v("5.0", "/api/5.0/fo/schedule/scan/", SCHEDULE_PARAMS), v("4.0", "/api/4.0/fo/schedule/scan/", SCHEDULE_PARAMS),
            v("3.0", "/api/3.0/fo/schedule/scan/", SCHEDULE_PARAMS), v("2.0", "/api/2.0/fo/schedule/scan/", SCHEDULE_PARAMS),
        ],
        controls: &[1, 3, 6, 8, 12, 13, 14, 16, 18, 20],
        proves: "what is scanned when, by which profile and appliance, who is told",
        ..fo("vm/scan-schedules", "SCAN", Paging::Whole)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/scan/schedules/runhistory/", &[("action", "list"), ("schedule_executions_count", "50"), ("output_format", "xml")])],
        fan_out: Some(FanOut { sources: &[Source { endpoint: "vm/scan-schedules", path: "ID" }], param: "schedule_scan_ids", batch: 500 }),
        controls: &[1, 14, 19],
        proves: "whether the schedules really ran",
        ..fo("vm/schedule-runs", "SCHEDULE", Paging::Whole)
    },
    Endpoint {
        variants: &[v("3.0", "/api/3.0/fo/scan/", SCAN_PARAMS), v("2.0", "/api/2.0/fo/scan/", SCAN_PARAMS)],
        since: Some("launched_after_datetime"),
        controls: &[1, 3, 14, 16, 19, 20],
        proves: "which scans were launched and how they ended",
        ..fo("vm/scans", "SCAN", Paging::Whole)
    },
    Endpoint {
        variants: &[
            v("5.0", "/api/5.0/fo/asset/host/vm/detection/", DETECTION_ARF_PARAMS), v("5.0", "/api/5.0/fo/asset/host/vm/detection/", DETECTION_PARAMS),
            v("4.0", "/api/4.0/fo/asset/host/vm/detection/", DETECTION_ARF_PARAMS), v("4.0", "/api/4.0/fo/asset/host/vm/detection/", DETECTION_PARAMS),
            v("3.0", "/api/3.0/fo/asset/host/vm/detection/", DETECTION_ARF_PARAMS), v("3.0", "/api/3.0/fo/asset/host/vm/detection/", DETECTION_PARAMS),
            v("2.0", "/api/2.0/fo/asset/host/vm/detection/", DETECTION_KERNEL_PARAMS), v("2.0", "/api/2.0/fo/asset/host/vm/detection/", DETECTION_PARAMS),
        ],
        controls: &[9, 10, 11, 16, 17],
        proves: "which vulnerabilities stand open or were fixed, since when",
        ..fo("vm/detections", "HOST", Paging::NextUrl)
    },
    Endpoint {
        variants: &[
            v("5.0", "/api/5.0/fo/asset/host/vm/detection/", AUTH_DETECTION_PARAMS), v("4.0", "/api/4.0/fo/asset/host/vm/detection/", AUTH_DETECTION_PARAMS),
            v("3.0", "/api/3.0/fo/asset/host/vm/detection/", AUTH_DETECTION_PARAMS), v("2.0", "/api/2.0/fo/asset/host/vm/detection/", AUTH_DETECTION_PARAMS),
        ],
        controls: &[8],
        proves: "on which hosts a scan's login worked, failed or was not tried",
        ..fo("vm/auth-detections", "HOST", Paging::NextUrl)
    },
    Endpoint {
        method: Post,
        variants: &[
            v("4.0", "/api/4.0/fo/knowledge_base/vuln/", KNOWLEDGE_PARAMS), v("3.0", "/api/3.0/fo/knowledge_base/vuln/", KNOWLEDGE_PARAMS),
            v("2.0", "/api/2.0/fo/knowledge_base/vuln/", KNOWLEDGE_PARAMS),
        ],
        fan_out: Some(FanOut {
            sources: &[Source { endpoint: "vm/detections", path: "DETECTION_LIST/DETECTION/QID" }, Source { endpoint: "vm/auth-detections", path: "DETECTION_LIST/DETECTION/QID" }],
            param: "ids", batch: 200,
        }),
        controls: &[8, 10, 11, 16, 17],
        proves: "severity, patch and exploit facts of every QID that was found",
        ..fo("vm/knowledge-base", "VULN", Paging::NextUrl)
    },
    Endpoint {
        family: MspXml,
        variants: &[v("1.0", "/msp/user_list.php", &[])],
        redact: USER_REDACTIONS,
        controls: &[4, 12, 13, 19],
        proves: "who has an account, in which role and state, and when each last came",
        role: "Manager; a Unit Manager sees the own unit",
        ..fo("vm/users", "USER", Paging::Whole)
    },
    Endpoint {
        family: FoCsv,
        variants: &[v2("/api/2.0/fo/activity_log/", &[("action", "list"), ("output_format", "csv"), ("truncation_limit", "1000")])],
        since: Some("since_datetime"),
        controls: &[19],
        proves: "what users and programs did in the window",
        role: "Manager; a Unit Manager sees the own unit, others themselves",
        ..fo("vm/activity-log", "csv", Paging::CsvFooter)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/asset/excluded_ip/history/", LIST)],
        controls: &[16],
        proves: "who excluded which addresses, when and until when",
        role: "Manager; others see their own scope",
        ..fo("vm/excluded-ip-history", "HISTORY", Paging::NextUrl)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/setup/restricted_ips/", LIST)],
        controls: &[13],
        proves: "from which addresses the subscription may be used",
        role: "Manager",
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
        proves: "how hard, how wide and with which logins scans look",
        role: "Manager; others see their own",
        ..fo("vm/option-profiles", "OPTION_PROFILE", Paging::Whole)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/appliance/", &[("action", "list"), ("output_mode", "full"), ("show_tags", "1"), ("include_license_info", "1")])],
        redact: &[
            Redaction { rule: "activation-code", path: "APPLIANCE/ACTIVATION_CODE" },
            Redaction { rule: "proxy-user", path: "PROXY/USER" },
        ],
        controls: &[6, 20],
        proves: "whether scanner appliances are up, current and have work",
        ..fo("vm/appliances", "APPLIANCE", Paging::Whole)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/network/", LIST)],
        controls: &[4, 20],
        proves: "which overlapping address spaces are kept apart",
        role: "Manager, and networks switched on",
        ..fo("vm/networks", "NETWORK", Paging::Whole)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/asset/vhost/", LIST)],
        controls: &[4],
        proves: "which names are scanned beside an address",
        ..fo("vm/virtual-hosts", "VIRTUAL_HOST|VHOST", Paging::Whole)
    },
    Endpoint {
        variants: &[v("3.0", "/api/3.0/fo/auth/", LIST), v2("/api/2.0/fo/auth/", LIST)],
        controls: &[8],
        proves: "which kinds of authentication records exist",
        role: "Manager, or permission for authentication records",
        ..fo("vm/auth-records", "AUTH_RECORDS", Paging::NextUrl)
    },
    Endpoint {
        variants: &[v("3.0", "/api/3.0/fo/auth/{}/", DETAILS), v2("/api/2.0/fo/auth/{}/", DETAILS)],
        fan_out: Some(FanOut { sources: &[Source { endpoint: "vm/auth-records", path: "AUTH_*_IDS" }, Source { endpoint: "vm/auth-records", path: "AUTH_*_RECORDS" }], param: "", batch: 1 }),
        redact: AUTH_RECORD_REDACTIONS,
        controls: &[8, 13],
        proves: "which addresses each record logs in to, and how",
        role: "Manager, or permission for authentication records",
        ..fo("vm/auth-record-details", "AUTH_*", Paging::NextUrl)
    },
    Endpoint {
        variants: &[v("3.0", "/api/3.0/fo/report/", LIST), v2("/api/2.0/fo/report/", LIST)],
        controls: &[12],
        proves: "which reports were made lately and succeeded",
        role: "Manager, and Report Share; others see their own",
        ..fo("vm/reports", "REPORT", Paging::Whole)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/schedule/report/", LIST)],
        controls: &[11, 12, 13],
        proves: "which reports are made regularly",
        role: "Manager; others see their own",
        ..fo("vm/report-schedules", "REPORT", Paging::Whole)
    },
    Endpoint {
        family: MspXml,
        variants: &[v("1.0", "/msp/report_template_list.php", &[])],
        controls: &[11, 12],
        proves: "which templates reports are made from",
        ..fo("vm/report-templates", "REPORT_TEMPLATE", Paging::Whole)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/qid/search_list/static/", LIST)],
        controls: &[16],
        proves: "which QIDs fixed lists name, where profiles or reports leave them out",
        ..fo("vm/static-search-lists", "STATIC_LIST", Paging::Whole)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/qid/search_list/dynamic/", &[("action", "list"), ("show_qids", "1")]), v2("/api/2.0/fo/qid/search_list/dynamic/", LIST)],
        controls: &[16],
        proves: "which QIDs criteria-based lists name at present",
        ..fo("vm/dynamic-search-lists", "DYNAMIC_LIST", Paging::Whole)
    },
];
