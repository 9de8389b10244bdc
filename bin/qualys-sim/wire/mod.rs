//! The wire: which path is which call, and which versions and parameters the call knows.

#![expect(clippy::unnecessary_wraps, reason = "every endpoint has the type that `Route` names")]

pub(crate) mod activity;
pub(crate) mod appliances;
pub(crate) mod auth_records;
pub(crate) mod call;
pub(crate) mod cloudview;
pub(crate) mod compliance;
pub(crate) mod connectors;
pub(crate) mod controls;
pub(crate) mod detections;
pub(crate) mod exceptions;
pub(crate) mod exclusions;
pub(crate) mod gate;
pub(crate) mod groups;
pub(crate) mod host_assets;
pub(crate) mod host_filter;
pub(crate) mod hosts;
pub(crate) mod inventory;
pub(crate) mod json_refusal;
pub(crate) mod knowledge;
pub(crate) mod listing;
pub(crate) mod networks;
pub(crate) mod node;
pub(crate) mod option_profiles;
pub(crate) mod params;
pub(crate) mod policies;
pub(crate) mod policy_export;
pub(crate) mod portal_users;
pub(crate) mod postures;
pub(crate) mod ranges;
pub(crate) mod refusal;
pub(crate) mod reply;
pub(crate) mod reports;
pub(crate) mod rest;
pub(crate) mod results;
pub(crate) mod runs;
pub(crate) mod scans;
pub(crate) mod schedules;
pub(crate) mod search;
pub(crate) mod search_lists;
pub(crate) mod service;
pub(crate) mod session;
pub(crate) mod setup;
pub(crate) mod tags;
pub(crate) mod token;
pub(crate) mod users;
pub(crate) mod versions;
pub(crate) mod was_findings;
pub(crate) mod was_scans;
pub(crate) mod web_apps;
pub(crate) mod xml;

use call::Call;
use params::{Parameter, Params};
use refusal::Refusal;
use reply::Reply;

/// How a call is let in, refused and limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `/api/N.0/fo/…`
    Fo,
    /// `/msp/*.php`
    Msp,
    /// `/qps/rest/…`
    Qps,
    /// `/cloudview-api/rest/v1/…`
    CloudView,
    /// `/rest/2.0/…` at the gateway, for bearers of a token.
    Gateway,
    /// `/auth` at the gateway, where tokens come from.
    Token,
    /// The login of an FO session, which no limit counts.
    Session,
}

/// One call that the subscription answers.
#[derive(Debug)]
pub(crate) struct Route {
    /// The catalogue's id; for calls that only other clients make, a name of our own.
    pub(crate) id: &'static str,
    pub(crate) dialect: Dialect,
    /// What follows the dialect's prefix and its version, without slashes at its ends; `{}`
    /// stands for any one part.
    pub(crate) resource: &'static str,
    /// The parameter and value that make this call out of a path that is also another's; the more
    /// special call stands first.
    pub(crate) when: Option<(&'static str, &'static str)>,
    /// Major versions, ascending.
    pub(crate) versions: &'static [u8],
    /// Whether answers come in pages.
    pub(crate) paged: bool,
    pub(crate) actions: &'static [&'static str],
    pub(crate) parameters: &'static [Parameter],
    pub(crate) answer: fn(&Call) -> Result<Reply, Refusal>,
}

const LIST: &[&str] = &["list"];

#[rustfmt::skip]
static ROUTES: &[Route] = &[
    Route { paged: true, ..fo("vm/asset-groups", "asset/group", &[2], groups::PARAMETERS, groups::answer) },
    fo("vm/ips", "asset/ip", &[2], ranges::IP_PARAMETERS, ranges::ips),
    fo("vm/excluded-ips", "asset/excluded_ip", &[2], ranges::EXCLUDED_PARAMETERS, ranges::excluded),
    Route { paged: true, ..fo("vm/hosts", "asset/host", &[2, 3, 4, 5], hosts::PARAMETERS, hosts::answer) },
    fo("vm/scan-schedules", "schedule/scan", &[2, 3, 4, 5], schedules::PARAMETERS, schedules::answer),
    fo("vm/schedule-runs", "scan/schedules/runhistory", &[2], runs::PARAMETERS, runs::answer),
    fo("vm/scans", "scan", &[2, 3], scans::PARAMETERS, scans::answer),
    Route { paged: true, when: Some(("show_igs", "1")), ..fo("vm/auth-detections", "asset/host/vm/detection", &[2, 3, 4, 5], detections::PARAMETERS, detections::answer) },
    Route { paged: true, ..fo("vm/detections", "asset/host/vm/detection", &[2, 3, 4, 5], detections::PARAMETERS, detections::answer) },
    fo("vm/knowledge-base", "knowledge_base/vuln", &[2, 3, 4], knowledge::PARAMETERS, knowledge::answer),
    Route { paged: true, ..fo("vm/activity-log", "activity_log", &[2], activity::PARAMETERS, activity::answer) },
    Route { dialect: Dialect::Session, actions: &["login", "logout"], ..fo("fo/session", "session", &[2], session::PARAMETERS, session::answer) },
    msp("vm/users", "user_list.php", users::PARAMETERS, users::answer),
    msp("msp/about", "about.php", &[], versions::about),
];

type Answer = fn(&Call) -> Result<Reply, Refusal>;

const fn fo(
    id: &'static str,
    resource: &'static str,
    versions: &'static [u8],
    parameters: &'static [Parameter],
    answer: Answer,
) -> Route {
    let dialect = Dialect::Fo;
    let (paged, when, actions) = (false, None, LIST);
    Route { id, dialect, resource, when, versions, paged, actions, parameters, answer }
}

const fn msp(
    id: &'static str,
    resource: &'static str,
    parameters: &'static [Parameter],
    answer: Answer,
) -> Route {
    Route { dialect: Dialect::Msp, actions: &[], ..fo(id, resource, &[1], parameters, answer) }
}

/// The call that a path and its parameters name, and the version in it. A trailing slash and
/// `index.php` make no difference.
pub(crate) fn route(path: &str, params: &Params) -> Option<(&'static Route, u8)> {
    let path = path.strip_prefix('/')?;
    let path = path.strip_suffix("index.php").unwrap_or(path).trim_end_matches('/');
    let (dialects, version, resource): (&[Dialect], u8, &str) =
        if let Some(rest) = path.strip_prefix("api/") {
            let (version, rest) = rest.split_once("/fo/")?;
            (&[Dialect::Fo, Dialect::Session], major(version)?, rest)
        } else if let Some(resource) = path.strip_prefix("msp/") {
            (&[Dialect::Msp], 1, resource)
        } else if let Some(rest) = path.strip_prefix("rest/") {
            let (version, resource) = rest.split_once('/')?;
            (&[Dialect::Gateway], major(version)?, resource)
        } else if let Some(rest) = path.strip_prefix("cloudview-api/rest/v") {
            let (version, resource) = rest.split_once('/')?;
            (&[Dialect::CloudView], version.parse().ok()?, resource)
        } else if path == "auth" {
            (&[Dialect::Token], 1, path)
        } else {
            let rest = path.strip_prefix("qps/rest/")?;
            match rest.split_once('/') {
                Some((version, resource)) if major(version).is_some() => {
                    (&[Dialect::Qps], major(version)?, resource)
                }
                _ => (&[Dialect::Qps], 1, rest),
            }
        };
    routes()
        .find(|route| {
            dialects.contains(&route.dialect)
                && is_resource(route.resource, resource)
                && route.when.is_none_or(|(name, value)| params.get(name) == Some(value))
        })
        .map(|route| (route, version))
}

fn is_resource(pattern: &str, resource: &str) -> bool {
    match pattern.split_once("{}") {
        None => pattern == resource,
        Some((head, tail)) => resource
            .strip_prefix(head)
            .and_then(|rest| rest.strip_suffix(tail))
            .is_some_and(|part| !part.is_empty() && !part.contains('/')),
    }
}

/// `5.0` is 5.
fn major(version: &str) -> Option<u8> {
    version.strip_suffix(".0")?.parse().ok()
}

/// The family of a path that no route knows, for the form of its refusal.
pub(crate) fn is_qps(path: &str) -> bool {
    path.starts_with("/qps/rest/")
}

/// Whether a POST to this path carries a form.
pub(crate) fn has_form(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/msp/") || path == "/auth"
}

pub(crate) fn routes() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().chain(setup::ROUTES).chain(rest::ROUTES)
}

#[cfg(test)]
mod tests;
