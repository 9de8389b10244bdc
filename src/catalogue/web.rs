//! Calls of web application scanning.

use super::Method::Get;
use super::{Endpoint, FanOut, Paging, Redaction, Source, v, was};

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

/// WAS searches give tags, and scans their target, only when verbose.
const VERBOSE: &[(&str, &str)] = &[("verbose", "true")];

#[rustfmt::skip]
pub(super) const ROWS: &[Endpoint] = &[
    Endpoint { variants: &[v("3.0", "/qps/rest/3.0/search/was/webapp", VERBOSE)], redact: WEB_APP_REDACTIONS, controls: &[15], proves: "which web applications are registered", ..was("was/web-apps", "WebApp") },
    Endpoint {
        method: Get,
        variants: &[v("3.0", "/qps/rest/3.0/get/was/webapp/{}", &[])],
        fan_out: Some(FanOut { sources: &[Source { endpoint: "was/web-apps", path: "id" }], param: "", batch: 1 }),
        redact: WEB_APP_REDACTIONS,
        controls: &[15],
        paging: Paging::Whole,
        proves: "last scan, login and schedule of each web application",
        ..was("was/web-app-details", "WebApp")
    },
    Endpoint { variants: &[v("3.0", "/qps/rest/3.0/search/was/wasscan", VERBOSE)], controls: &[15], proves: "which web scans ran, and whether they logged in", ..was("was/scans", "WasScan") },
    Endpoint { variants: &[v("3.0", "/qps/rest/3.0/search/was/wasscanschedule", VERBOSE)], controls: &[12, 15], proves: "when web applications are scanned and who is told", ..was("was/schedules", "WasScanSchedule") },
    Endpoint { variants: &[v("3.0", "/qps/rest/3.0/search/was/webappauthrecord", VERBOSE)], redact: WAS_AUTH_REDACTIONS, controls: &[15], proves: "which logins web scans have", ..was("was/auth-records", "WebAppAuthRecord") },
    Endpoint { variants: &[v("3.0", "/qps/rest/3.0/search/was/finding", &[])], controls: &[15], proves: "which web vulnerabilities stand open, since when", ..was("was/findings", "Finding") },
    Endpoint { variants: &[v("3.0", "/qps/rest/3.0/search/was/catalog", &[])], controls: &[15], proves: "which web applications were discovered and never registered", ..was("was/catalog", "Catalog") },
];
