//! `collect check`: what a run would meet, found out with a few small calls and without a bundle.

use crate::call::Heard;
use crate::cli;
use crate::clock::SystemClock;
use crate::error::{Error, Exit};
use crate::lines::Lines;
use crate::probe::{Probe, Prober};
use crate::retry::Patience;
use crate::run::{lines, login};
use crate::servers::{Servers, authority};
use crate::summary::role_of;
use crate::terminal::{data, harmless};
use clap::ArgMatches;
use jiff::Timestamp;
use qualys_sec_inspector::catalogue::{Endpoint, endpoint};
use serde_json::Value;
use std::fmt::Write as _;

/// The call that stands for each part of the subscription.
const PARTS: &[(&str, &str)] = &[
    ("vulnerability management", "vm/hosts"),
    ("portal (assets, tags)", "am/tags"),
    ("policy compliance", "pc/policies"),
    ("web application scanning", "was/web-apps"),
    ("CloudView", "cloud/aws-connectors"),
    ("Global AssetView", "gav/asset-count"),
];

const USERS: &str = "vm/users";
const PORTAL_USERS: &str = "am/users";

/// A difference of the clocks that is worth a word: tokens and windows depend on it.
const SKEW: i64 = 60;

/// # Errors
/// Bad usage, or credentials that the service refuses.
pub(crate) fn run(args: &cli::Check, matches: &ArgMatches) -> Result<Exit, Error> {
    let servers = Servers::find(args.platform.named())?;
    let login = login(&args.connection, matches)?;
    let lines = lines(&servers, &args.connection)?;
    let clock = SystemClock::start();
    let connection = &args.connection;
    let prober = Prober {
        lines: &lines,
        basic: login.basic()?,
        login: &login,
        oauth: connection.oauth,
        clock: &clock,
        patience: Patience { retries: connection.retries, max_wait: connection.max_wait },
        token: None,
        secrets: login.secrets().to_vec(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::Broken(error.to_string()))?;
    let found = runtime.block_on(find_out(prober, &lines));
    let text = found.text(&servers, &login.name);
    let text: String = text.lines().map(|line| harmless(line) + "\n").collect();
    data(&text).map_err(|source| Error::write("stdout".as_ref(), source))?;
    match found.refused {
        Some(reason) => Err(Error::Refused { reason, bundle: None }),
        None => Ok(found.exit),
    }
}

/// What the calls told.
struct Found {
    role: Option<String>,
    portal_roles: Vec<String>,
    parts: Vec<(&'static str, Probe)>,
    limits: Option<String>,
    /// Seconds that the service's clock is ahead of ours.
    skew: Option<i64>,
    refused: Option<String>,
    exit: Exit,
}

async fn find_out(mut prober: Prober<'_>, lines: &Lines) -> Found {
    let mut found = Found {
        role: None,
        portal_roles: Vec::new(),
        parts: Vec::new(),
        limits: None,
        skew: None,
        refused: None,
        exit: Exit::Complete,
    };
    let all = [("list of users", USERS), ("portal users", PORTAL_USERS)];
    for (part, id) in all.iter().chain(PARTS) {
        let Some(row) = endpoint(id) else { continue };
        let (probe, heard) = if lines.of(row.family).is_some() {
            prober.ask(row).await
        } else {
            (Probe::Missing(lines.missing(row.family)), Heard::default())
        };
        found.note(row, &heard, prober.clock.now(), &prober.login.name);
        if let Probe::Refused(reason) = &probe {
            found.refused = Some(reason.clone());
            break;
        }
        found.exit = match (&probe, found.exit) {
            (Probe::Limited(_), _) | (_, Exit::Stopped) => Exit::Stopped,
            (Probe::Denied(_) | Probe::Missing(_), _) => Exit::Partial,
            (_, exit) => exit,
        };
        found.parts.push((part, probe));
    }
    found
}

impl Found {
    fn note(&mut self, row: &Endpoint, heard: &Heard, now: Timestamp, login: &str) {
        if heard.status == 200 && row.id == USERS {
            self.role = role_of(login, &heard.body);
        }
        if heard.status == 200 && row.id == PORTAL_USERS {
            self.portal_roles = portal_roles(login, &heard.body);
        }
        let header = |name: &str| {
            heard.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
        };
        if self.limits.is_none()
            && let Some(limit) = header("x-ratelimit-limit")
        {
            let or_unknown = |name: &str| header(name).unwrap_or("?").to_owned();
            self.limits = Some(format!(
                "{limit} calls in {} s for each API, {} left for this one; {} at once",
                or_unknown("x-ratelimit-window-sec"),
                or_unknown("x-ratelimit-remaining"),
                or_unknown("x-concurrency-limit-limit"),
            ));
        }
        let date = header("date").and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        if let Some(date) = date {
            self.skew.get_or_insert(date.timestamp().as_second() - now.as_second());
        }
    }

    fn text(&self, servers: &Servers, login: &str) -> String {
        let mut out = String::new();
        let mut line = |what: &str, state: &str, more: &str| {
            let line = format!("{what:<26} {state:<16} {more}");
            let _ = writeln!(out, "{}", line.trim_end());
        };
        let server = format!("{login} at {} ({})", authority(&servers.api), servers.name);
        let state = if self.refused.is_some() { "refused" } else { "accepted" };
        line("login", state, self.refused.as_deref().unwrap_or(&server));
        if self.refused.is_none() {
            match self.role.as_deref() {
                Some(role) if role.eq_ignore_ascii_case("manager") => {
                    line("view", "full", "the login is a Manager");
                }
                Some(role) => line("view", "partial", &format!("the login is a {role}")),
                None => line("view", "unverified", "the list of users does not tell the role"),
            }
        }
        if !self.portal_roles.is_empty() {
            line("portal roles", "", &self.portal_roles.join(", "));
        }
        for (part, probe) in &self.parts {
            line(part, probe.word(), probe.reason());
        }
        if let Some(limits) = &self.limits {
            line("limits", "", limits);
        }
        if let Some(skew) = self.skew {
            let state = if skew.abs() > SKEW { "wrong" } else { "right" };
            let side = if skew < 0 { "ahead of" } else { "behind" };
            line("clock", state, &format!("{} s {side} the service's", skew.abs()));
        }
        out
    }
}

/// The names of the login's own roles in the portal, where the first page of users holds it.
fn portal_roles(login: &str, body: &[u8]) -> Vec<String> {
    let Ok(answer) = serde_json::from_slice::<Value>(body) else { return Vec::new() };
    let users = answer.pointer("/ServiceResponse/data").and_then(Value::as_array);
    let is_own = |user: &&Value| {
        user.get("username")
            .and_then(Value::as_str)
            .is_some_and(|name| name.eq_ignore_ascii_case(login))
    };
    let own = users.into_iter().flatten().filter_map(|entry| entry.get("User")).find(is_own);
    let roles = own.and_then(|user| user.pointer("/roleList/list"));
    // One role may come without its list.
    let roles = match roles {
        Some(Value::Array(roles)) => roles.iter().collect(),
        Some(role) => vec![role],
        None => Vec::new(),
    };
    let name = |role: &Value| {
        let role = role.get("RoleData").unwrap_or(role);
        role.get("name").and_then(Value::as_str).map(str::to_owned)
    };
    roles.into_iter().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portal_roles_are_the_logins_own() {
        let body = br#"{"ServiceResponse":{"data":[
            {"User":{"username":"exmpl_cd","roleList":{"list":[{"RoleData":{"name":"SUPER"}}]}}},
            {"User":{"username":"exmpl_ab","roleList":{"list":[
                {"RoleData":{"id":1,"name":"READER"}},{"RoleData":{"name":"AUDIT"}}]}}},
            {"User":{"username":"exmpl_ef","roleList":{"list":{"name":"ONE"}}}}]}}"#;
        assert_eq!(portal_roles("EXMPL_AB", body), ["READER", "AUDIT"]);
        assert_eq!(portal_roles("exmpl_ef", body), ["ONE"]);
        assert!(portal_roles("exmpl_gh", body).is_empty());
        assert!(portal_roles("exmpl_ab", b"<html>").is_empty());
    }
}
