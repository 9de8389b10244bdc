//! Every Qualys call the collector makes, as one table. To collect more evidence, add a row.

mod compliance;
mod portal;
mod vm;
mod web;

use Family::{CloudViewJson, FoXml, GatewayJson, QpsJson, QpsXml};
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
    /// The element that holds one record (`csv` for rows; for the gateway and `CloudView` the path of
    /// the array that holds them); `|` stands between alternatives, `*` for any run of characters:
    /// the unit of counting, of spans, of the bundle's segments.
    pub record: &'static str,
    pub paging: Paging,
    /// The parameter that takes the start of the activity window, for lists that would otherwise
    /// answer with their own default window (30 days for scans).
    pub since: Option<&'static str>,
    pub fan_out: Option<FanOut>,
    pub redact: &'static [Redaction],
    /// What its answers show, for people who decide whether to grant the call.
    pub proves: &'static str,
    /// Which role sees all of it.
    pub role: &'static str,
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
    /// Global AssetView and CyberSecurity Asset Management.
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

/// A call that is made for the ids found in other endpoints' answers, in batches.
#[derive(Debug, Clone, Copy)]
pub struct FanOut {
    pub sources: &'static [Source],
    /// The parameter that takes the comma-separated ids; empty where `{}` in the path takes one.
    pub param: &'static str,
    pub batch: usize,
}

/// Where the ids of a fan-out stand.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// The endpoint whose answers hold them.
    pub endpoint: &'static str,
    /// Path below that endpoint's record to the element with the id, `/`-separated. `*` inside a
    /// name makes the part of the element's own name that it stands for the id, in lower case.
    pub path: &'static str,
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

/// Page size of verbose searches, whose records are large.
pub const QPS_VERBOSE_PAGE: u32 = 100;

const LIST: &[(&str, &str)] = &[("action", "list")];
const DETAILS: &[(&str, &str)] = &[("action", "list"), ("details", "All")];
const SCAN_PARAMS: &[(&str, &str)] =
    &[("action", "list"), ("show_ags", "1"), ("show_op", "1"), ("show_status", "1")];
const SCHEDULE_PARAMS: &[(&str, &str)] =
    &[("action", "list"), ("show_notifications", "1"), ("show_cloud_details", "1")];
const OPTION_PROFILE_PARAMS: &[(&str, &str)] = &[("action", "list")];

#[rustfmt::skip]
static OPTION_PROFILE_REDACTIONS: &[Redaction] = &[
    Redaction { rule: "login-password", path: "LOGIN_PASSWORD" },
    Redaction { rule: "http-header", path: "CUSTOM_HTTP_HEADER/*" },
];

/// Every call, in the order in which the collector makes them; a fan-out stands behind its sources.
pub static ENDPOINTS: &[Endpoint] = &ALL;

const GROUPS: &[&[Endpoint]] = &[vm::ROWS, portal::ROWS, compliance::ROWS, web::ROWS];

const ALL: [Endpoint; count(GROUPS)] = joined(GROUPS);

const fn count(groups: &[&[Endpoint]]) -> usize {
    let (mut rows, mut group) = (0, 0);
    while group < groups.len() {
        rows += groups[group].len();
        group += 1;
    }
    rows
}

const fn joined<const N: usize>(groups: &[&[Endpoint]]) -> [Endpoint; N] {
    let mut all = [groups[0][0]; N];
    let (mut at, mut group) = (0, 0);
    while group < groups.len() {
        let mut row = 0;
        while row < groups[group].len() {
            all[at] = groups[group][row];
            at += 1;
            row += 1;
        }
        group += 1;
    }
    all
}

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
        proves: "",
        role: "any with API access, for its own scope",
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
