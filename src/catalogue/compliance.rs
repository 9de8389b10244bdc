//! Calls of policy compliance: policies, their controls, postures and exceptions.

use super::Method::Post;
use super::{
    DETAILS, Endpoint, FanOut, OPTION_PROFILE_PARAMS, OPTION_PROFILE_REDACTIONS, Paging,
    SCAN_PARAMS, SCHEDULE_PARAMS, Source, pc, v, v2,
};

const POLICY_PARAMS: &[(&str, &str)] =
    &[("action", "list"), ("details", "All"), ("truncation_limit", "1000")];

/// `show_user_controls=1` adds the definitions of user-defined controls (release 8.10.1); a read.
const POLICY_EXPORT: &[(&str, &str)] = &[("action", "export"), ("show_user_controls", "1")];

#[rustfmt::skip]
pub(super) const ROWS: &[Endpoint] = &[
    Endpoint {
        variants: &[
            v("4.0", "/api/4.0/fo/subscription/option_profile/pc/", OPTION_PROFILE_PARAMS), v("3.0", "/api/3.0/fo/subscription/option_profile/pc/", OPTION_PROFILE_PARAMS),
            v("2.0", "/api/2.0/fo/subscription/option_profile/pc/", OPTION_PROFILE_PARAMS),
        ],
        redact: OPTION_PROFILE_REDACTIONS,
        controls: &[9],
        proves: "how compliance scans look",
        role: "Manager; others see their own",
        ..pc("pc/option-profiles", "OPTION_PROFILE", Paging::Whole)
    },
    Endpoint { variants: &[v2("/api/2.0/fo/schedule/scan/compliance/", SCHEDULE_PARAMS)], controls: &[9, 12], proves: "when compliance is scanned", ..pc("pc/scan-schedules", "SCAN", Paging::Whole) },
    Endpoint { variants: &[v2("/api/2.0/fo/scan/compliance/", SCAN_PARAMS)], since: Some("launched_after_datetime"), controls: &[9], proves: "which compliance scans ran and how they ended", ..pc("pc/scans", "SCAN", Paging::Whole) },
    Endpoint {
        variants: &[v("4.0", "/api/4.0/fo/compliance/policy/", POLICY_PARAMS), v("3.0", "/api/3.0/fo/compliance/policy/", POLICY_PARAMS), v("2.0", "/api/2.0/fo/compliance/policy/", POLICY_PARAMS)],
        controls: &[9, 18],
        proves: "which policies exist, are active and are assigned to something",
        ..pc("pc/policies", "POLICY", Paging::NextUrl)
    },
    Endpoint {
        variants: &[
            v("4.0", "/api/4.0/fo/compliance/policy/", POLICY_EXPORT), v("3.0", "/api/3.0/fo/compliance/policy/", POLICY_EXPORT), v("2.0", "/api/2.0/fo/compliance/policy/", POLICY_EXPORT),
        ],
        fan_out: Some(FanOut { sources: &[Source { endpoint: "pc/policies", path: "ID" }], param: "id", batch: 1 }),
        controls: &[9],
        proves: "what each policy demands, user-defined controls included",
        ..pc("pc/policy-exports", "POLICY", Paging::Whole)
    },
    Endpoint {
        method: Post,
        variants: &[v("4.0", "/api/4.0/fo/compliance/control/", DETAILS), v("3.0", "/api/3.0/fo/compliance/control/", DETAILS), v("2.0", "/api/2.0/fo/compliance/control/", DETAILS)],
        fan_out: Some(FanOut { sources: &[Source { endpoint: "pc/policies", path: "CONTROL_LIST/CONTROL/ID" }], param: "ids", batch: 200 }),
        controls: &[9],
        proves: "what the controls that policies use check",
        ..pc("pc/controls", "CONTROL", Paging::NextUrl)
    },
    Endpoint {
        variants: &[v2("/api/2.0/fo/compliance/posture/info/", &[("action", "list"), ("details", "Basic")])],
        fan_out: Some(FanOut { sources: &[Source { endpoint: "pc/policies", path: "ID" }], param: "policy_id", batch: 1 }),
        controls: &[9],
        proves: "which hosts pass or fail each policy's controls",
        ..pc("pc/postures", "INFO", Paging::NextUrl)
    },
    Endpoint {
        variants: &[v("3.0", "/api/3.0/fo/compliance/exception/", POLICY_PARAMS), v("2.0", "/api/2.0/fo/compliance/exception/", POLICY_PARAMS)],
        controls: &[9],
        proves: "which failures were excused, by whom, until when",
        ..pc("pc/exceptions", "EXCEPTION", Paging::NextUrl)
    },
];
