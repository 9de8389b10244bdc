//! Control 19: logs that are empty, short or silent for a while, by tenant.

use std::collections::BTreeSet;

use super::Kind;
use super::builder::{Builder, DAY};
use super::key::Resource;
use super::model::Activity;
use crate::wire::xml::date;

/// The longest silence and the least reach of a log, seconds.
const SILENCE: i64 = 7 * DAY;
const REACH: i64 = 90 * DAY;

pub(crate) fn plant(b: &mut Builder, kind: Kind, log: &mut Vec<Activity>) {
    let whole = Resource::subscription;
    match kind {
        Kind::NoNetworks => {
            log.clear();
            b.key.finding("pos/empty", "C19-01", whole(), "no event, and scans ran");
            b.key.finding("pos/empty", "C19-02", whole(), "no event of the last 90 days");
            b.key.not_applicable("na/empty", "C19-03", whole(), "an empty log has no gaps");
            b.key.without_finding("C19-03", "not_applicable");
            let own = b.key.own();
            own.not_applicable("na/empty", "C19-09", whole(), "nobody came from anywhere");
            own.without_finding("C19-09", "not_applicable");
            return;
        }
        Kind::OldVersions => {
            begin(log, b.clock - REACH + 1);
            let why = "reaches back a second less than 90 days";
            b.key.finding("pos/89-days", "C19-02", whole(), why);
        }
        Kind::OnlyTwo => {
            begin(log, b.clock - REACH);
            b.key.none("edge/90-days", "C19-02", whole(), "reaches back exactly 90 days");
            silent(b, log, 20 * DAY, SILENCE + 1, "pos/7-days-and-a-second");
            silent(b, log, 40 * DAY, SILENCE, "edge/7-days");
        }
        _ => {
            b.key.none("near/395-days", "C19-02", whole(), "reaches back 395 days");
            b.key.none("near/steady", "C19-03", whole(), "somebody did something every week");
        }
    }
    b.key.none("near/events", "C19-01", whole(), "the log has events");
}

/// Where people may come from.
pub(crate) const ALLOWED: &str = "203.0.113.0/24";

/// Logins and what `deeds` adds, by who and from where; all other addresses are allowed.
pub(crate) fn origins(b: &mut Builder, log: &[Activity]) {
    let entries: BTreeSet<(&str, Option<&str>)> = log
        .iter()
        .filter(|row| row.action == "login" || matches!(&*row.action, "create" | "delete"))
        .map(|row| (row.login.as_str(), row.ip.as_deref()))
        .collect();
    for (login, ip) in entries {
        let resource = Resource::of("actor", login).class(ip.unwrap_or_default());
        match ip {
            None => {
                let why = "from where is not said";
                b.key.own().unknown("unknown/address", "C19-09", resource, why);
            }
            Some(ip) if ip.starts_with("203.0.113.") => {
                b.key.own().none("near/allowed", "C19-09", resource, "an allowed address");
            }
            Some(_) => b.key.own().finding("pos/outside", "C19-09", resource, "from elsewhere"),
        }
    }
}

/// Cuts the log so that its first event is exactly then.
fn begin(log: &mut Vec<Activity>, first: i64) {
    log.retain(|row| row.time >= first);
    if let Some(oldest) = log.last_mut() {
        oldest.time = first;
    }
}

/// A silence that ends `ago` before the clock, over weekly scans.
fn silent(b: &mut Builder, log: &mut Vec<Activity>, ago: i64, length: i64, plant: &str) {
    let ended = b.clock - ago;
    let began = ended - length;
    let Some(after) = log.iter().rposition(|row| row.time >= began) else { return };
    let before = log.iter().position(|row| row.time < ended).unwrap_or(after);
    let (first, last) = (before.saturating_sub(1), after + 1);
    if let Some(row) = log.get_mut(last) {
        row.time = began;
    }
    if let Some(row) = log.get_mut(first) {
        row.time = ended;
    }
    log.drain(before..=after);
    let interval = Resource::of("interval", format!("{}/{}", date(began), date(ended)));
    if plant.starts_with("pos") {
        let why = "silent for 7 days and a second, over weekly scans";
        b.key.finding(plant, "C19-03", interval, why);
    } else {
        b.key.none(plant, "C19-03", interval, "silent for exactly 7 days");
    }
}
