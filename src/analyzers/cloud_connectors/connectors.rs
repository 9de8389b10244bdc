//! Judges each connector by itself: whether it works, is fresh, and brings anything.

use super::read::{Connector, Health, Sync};
use crate::analyzers::binding::DAY;
use crate::analyzers::measure::days;
use crate::analyzers::{Facts, Verdicts, Violation};
use crate::finding::{Known, Severity};

const HOUR: i64 = 3600;

/// How many times its own interval a connector may be silent.
const POLLS: i64 = 3;

pub(super) fn judge(facts: &Facts<'_>, connectors: &[Connector], verdicts: &mut Verdicts) {
    for connector in connectors {
        let is_off = match &connector.enabled {
            Known::Known(is_on) => Known::Known(!is_on),
            unknown @ Known::Unknown(_) => unknown.clone(),
        };
        verdicts.settle("C05-03", is_off, || {
            violation("C05-03", connector, format!("{} is disabled", spoken(connector)))
        });
        if connector.is_disabled() {
            continue;
        }
        judge_state(connector, verdicts);
        judge_age(facts, connector, verdicts);
        judge_first_sync(facts, connector, verdicts);
        judge_assets(connector, verdicts);
    }
}

/// `AWS connector "Production"`.
fn spoken(connector: &Connector) -> String {
    let provider = match connector.provider {
        "azure" => "Azure".to_owned(),
        other => other.to_uppercase(),
    };
    format!("{provider} connector \"{}\"", connector.name)
}

fn violation(check: &'static str, connector: &Connector, message: String) -> Violation {
    Violation::new(check, connector.resource(), message)
        .fact("account", connector.account.as_ref().map(|account| account.id.clone()))
        .fact("states", connector.states.clone())
        .evidence(connector.spans.iter().cloned())
}

/// A violation of a connector of which nobody said that it is enabled is not proven.
fn guarded(connector: &Connector, is_violated: Known<bool>) -> Known<bool> {
    match (&connector.enabled, is_violated) {
        (Known::Unknown(reason), Known::Known(true)) => Known::Unknown(reason.clone()),
        (_, other) => other,
    }
}

pub(super) fn is_broken(connector: &Connector) -> Known<bool> {
    match connector.health {
        Health::Broken => Known::Known(true),
        _ if connector.has_error => Known::Known(true),
        Health::Pending | Health::Working | Health::Healthy => Known::Known(false),
        Health::Unknown => Known::Unknown("its state was not said or is not understood".to_owned()),
    }
}

/// C05-01: an error, be it in the state or beside it. The error's text may hold secrets and is in
/// no finding.
fn judge_state(connector: &Connector, verdicts: &mut Verdicts) {
    const CHECK: &str = "C05-01";
    verdicts.settle(CHECK, guarded(connector, is_broken(connector)), || {
        let states = connector.states.join(", ");
        let reports = match (states.is_empty(), connector.health) {
            (true, _) => "an error".to_owned(),
            (false, Health::Broken) => states,
            (false, _) => format!("{states} and an error beside it"),
        };
        let message = format!("{} reports {reports}", spoken(connector));
        violation(CHECK, connector, message).fact("has_error_text", connector.has_error)
    });
}

/// Seconds that may pass between two synchronisations.
fn longest_silence(facts: &Facts<'_>, connector: &Connector) -> i64 {
    let polls = connector.polling_minutes.unwrap_or_default().saturating_mul(60 * POLLS);
    facts.profile.c05.max_sync_age_hours.saturating_mul(HOUR).max(polls)
}

/// Whether the last synchronisation lies too far back; `None` where there never was one.
pub(super) fn is_stale(facts: &Facts<'_>, connector: &Connector) -> Option<Known<bool>> {
    match &connector.sync {
        Sync::Ago(age) => Some(Known::Known(*age > longest_silence(facts, connector))),
        Sync::Unknown(reason) => Some(Known::Unknown(reason.clone())),
        Sync::Never => None,
    }
}

/// C05-02: silent for too long. One that never synchronised is for C05-04.
fn judge_age(facts: &Facts<'_>, connector: &Connector, verdicts: &mut Verdicts) {
    const CHECK: &str = "C05-02";
    let Some(is_stale) = is_stale(facts, connector) else { return };
    verdicts.settle(CHECK, guarded(connector, is_stale), || {
        let age = match connector.sync {
            Sync::Ago(age) => age,
            Sync::Never | Sync::Unknown(_) => 0,
        };
        let is_long = age > facts.profile.c05.high_after_days.saturating_mul(DAY);
        let message = format!("{} last synchronised {} ago", spoken(connector), days(age));
        violation(CHECK, connector, message)
            .severity(if is_long { Severity::High } else { Severity::Medium })
            .fact("age_hours", age / HOUR)
            .fact("limit_hours", longest_silence(facts, connector) / HOUR)
            .fact("polling_minutes", connector.polling_minutes)
            .fact("high_after_days", facts.profile.c05.high_after_days)
    });
}

/// C05-04: never synchronised, though it has existed long enough, or waiting for too long.
fn judge_first_sync(facts: &Facts<'_>, connector: &Connector, verdicts: &mut Verdicts) {
    const CHECK: &str = "C05-04";
    let limit = facts.profile.c05.pending_hours.saturating_mul(HOUR);
    let is_late = match (&connector.sync, &connector.age) {
        (Sync::Never, Some(Known::Known(age))) => Known::Known(*age > limit),
        (Sync::Never, Some(Known::Unknown(reason))) | (Sync::Unknown(reason), _) => {
            Known::Unknown(reason.clone())
        }
        (Sync::Never, None) => {
            let list = format!("am/{}-connectors", connector.provider);
            let reason = "it never synchronised, and when it was created was not said";
            Known::Unknown(format!("{reason} ({list})"))
        }
        (Sync::Ago(age), _) if connector.health == Health::Pending && *age > limit => {
            Known::Unknown("since when it is pending was not said".to_owned())
        }
        (Sync::Ago(_), _) => Known::Known(false),
    };
    verdicts.settle(CHECK, guarded(connector, is_late), || {
        let age = match connector.age {
            Some(Known::Known(age)) => Some(age / HOUR),
            _ => None,
        };
        violation(CHECK, connector, format!("{} has never synchronised", spoken(connector)))
            .fact("age_hours", age)
            .fact("limit_hours", facts.profile.c05.pending_hours)
    });
}

/// C05-07: success without assets.
fn judge_assets(connector: &Connector, verdicts: &mut Verdicts) {
    const CHECK: &str = "C05-07";
    let brings_none = match connector.total_assets {
        // One that fails or is still at work may bring them later.
        _ if !matches!(connector.health, Health::Healthy | Health::Unknown) => return,
        Some(0) if connector.health == Health::Unknown => {
            Known::Unknown("its state was not said or is not understood".to_owned())
        }
        Some(count) => Known::Known(count == 0),
        None => Known::Unknown(format!(
            "how many assets it brings was not said; CloudView's list shows it \
             (cloud/{}-connectors)",
            connector.provider
        )),
    };
    verdicts.settle(CHECK, guarded(connector, brings_none), || {
        violation(CHECK, connector, format!("{} brings no asset", spoken(connector)))
    });
}
