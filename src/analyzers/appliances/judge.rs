//! Judges each appliance: whether it is there, current, and needed.

use super::estate::{Estate, Reliance};
use super::read::{Appliance, Status, Version};
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::plural;
use crate::analyzers::{Decision, Facts, Verdicts, Violation};
use crate::finding::{Known, Severity};

const HOUR: i64 = 3600;
const NO_STATUS: &str = "whether it is online was not said";

/// Names that the facts of a finding list.
const LISTED: usize = 20;

pub(super) fn judge(facts: &Facts<'_>, estate: &Estate, verdicts: &mut Verdicts) {
    for appliance in &estate.appliances {
        let reliance = estate.reliance(appliance);
        judge_offline(appliance, &reliance, verdicts);
        judge_contact(facts, appliance, verdicts);
        judge_signatures(facts, appliance, verdicts);
        judge_engine(appliance, verdicts);
        judge_software(facts, appliance, verdicts);
        judge_attachment(appliance, &reliance, verdicts);
        judge_activation(facts, appliance, verdicts);
    }
}

fn violation(check: &'static str, appliance: &Appliance, message: String) -> Violation {
    Violation::new(check, appliance.resource(), message)
        .fact("status", appliance.status_text.clone())
        .fact("type", appliance.kind.clone())
        .evidence([appliance.span.clone()])
}

fn hours(age: Option<i64>) -> Option<i64> {
    age.map(|age| age / HOUR)
}

/// C06-01 and C06-02: offline, and whether anything relies on it.
fn judge_offline(appliance: &Appliance, reliance: &Reliance<'_>, verdicts: &mut Verdicts) {
    let is_offline = match appliance.status {
        Status::Offline => Known::Known(true),
        Status::Online => Known::Known(false),
        Status::Unknown => Known::Unknown(NO_STATUS.to_owned()),
    };
    let is_lost = match (&is_offline, reliance.is_used()) {
        (Known::Known(false), _) | (_, Known::Known(false)) => Known::Known(false),
        (Known::Known(true), used) => used,
        (unknown, _) => unknown.clone(),
    };
    let name = &appliance.name;
    verdicts.settle("C06-01", is_lost, || {
        let (schedules, groups) = (reliance.schedules.len() as u64, reliance.groups.len() as u64);
        let relies = if schedules > 0 {
            let depend = if schedules == 1 { "depends" } else { "depend" };
            format!("{} {depend} on it", plural(schedules, "active schedule", "active schedules"))
        } else {
            format!("it serves {}", plural(groups, "asset group", "asset groups"))
        };
        let titles = |list: Vec<&str>| list.into_iter().take(LISTED).map(str::to_owned).collect();
        let named: Vec<String> =
            titles(reliance.schedules.iter().map(|s| s.title.as_str()).collect());
        let served: Vec<String> =
            titles(reliance.groups.iter().map(|g| g.title.as_str()).collect());
        violation("C06-01", appliance, format!("{name} is offline and {relies}"))
            .fact("schedules", schedules)
            .fact("schedule_titles", named)
            .fact("asset_groups", groups)
            .fact("asset_group_titles", served)
            .evidence(reliance.schedules.iter().take(SPANS).map(|schedule| schedule.span.clone()))
            .evidence(reliance.groups.iter().take(SPANS).map(|group| group.span.clone()))
    });
    if appliance.never_connected {
        return;
    }
    let is_leftover = match (is_offline, reliance.is_used()) {
        (Known::Known(false), _) | (_, Known::Known(true)) => Known::Known(false),
        (Known::Known(true), Known::Known(false)) => Known::Known(true),
        (Known::Unknown(reason), _) | (_, Known::Unknown(reason)) => Known::Unknown(reason),
    };
    verdicts.settle("C06-02", is_leftover, || {
        violation("C06-02", appliance, format!("{name} is offline and unused"))
            .fact("silent_hours", hours(appliance.silence))
    });
}

/// C06-03: online in name only.
fn judge_contact(facts: &Facts<'_>, appliance: &Appliance, verdicts: &mut Verdicts) {
    const CHECK: &str = "C06-03";
    let limits = &facts.profile.c06;
    if appliance.status == Status::Offline {
        return;
    }
    let is_deaf = appliance.missed.map(|missed| missed >= limits.max_missed);
    let silent = match &appliance.contact {
        Some(Known::Known(age)) => Some(*age > limits.max_contact_age_hours.saturating_mul(HOUR)),
        Some(Known::Unknown(_)) | None => None,
    };
    let is_weak = match (is_deaf, silent) {
        (Some(true), _) | (_, Some(true)) if appliance.status == Status::Online => {
            Known::Known(true)
        }
        (Some(false), Some(false)) => Known::Known(false),
        (Some(true), _) | (_, Some(true)) => Known::Unknown(NO_STATUS.to_owned()),
        (_, None) => Known::Unknown("when it last made contact is not known".to_owned()),
        (None, _) => Known::Unknown("how many heartbeats it missed was not said".to_owned()),
    };
    verdicts.settle(CHECK, is_weak, || {
        let name = &appliance.name;
        let contact = match &appliance.contact {
            Some(Known::Known(age)) => Some(*age),
            _ => None,
        };
        let message = if let (Some(true), Some(count)) = (is_deaf, appliance.missed) {
            let heartbeats = plural(count.unsigned_abs(), "heartbeat", "heartbeats");
            format!("{name} missed {heartbeats}")
        } else {
            let silence = hours(contact).unwrap_or_default().unsigned_abs();
            format!("{name} is online, but was last heard {} ago", plural(silence, "hour", "hours"))
        };
        violation(CHECK, appliance, message)
            .fact("heartbeats_missed", appliance.missed)
            .fact("contact_age_hours", hours(contact))
            .fact("max_missed", limits.max_missed)
            .fact("max_contact_age_hours", limits.max_contact_age_hours)
            .fact("running_scans", appliance.running_scans)
    });
}

/// C06-04: signatures that are not the latest.
fn judge_signatures(facts: &Facts<'_>, appliance: &Appliance, verdicts: &mut Verdicts) {
    let limit = facts.profile.c06.signature_hours;
    judge_version(
        "C06-04",
        "signatures",
        appliance,
        &appliance.signatures,
        verdicts,
        |violation| {
            let is_stuck =
                appliance.silence.is_some_and(|silence| silence > limit.saturating_mul(HOUR));
            violation
                .severity(if is_stuck { Severity::High } else { Severity::Medium })
                .fact("silent_hours", hours(appliance.silence))
                .fact("signature_hours", limit)
        },
    );
}

/// C06-05: an engine that is not the latest.
fn judge_engine(appliance: &Appliance, verdicts: &mut Verdicts) {
    judge_version("C06-05", "engine", appliance, &appliance.engine, verdicts, |violation| {
        violation
    });
}

fn judge_version(
    check: &'static str,
    what: &str,
    appliance: &Appliance,
    version: &Version,
    verdicts: &mut Verdicts,
    add: impl FnOnce(Violation) -> Violation,
) {
    if appliance.never_connected {
        return;
    }
    verdicts.settle(check, version.is_old(), || {
        let [own, latest] =
            [&version.own, &version.latest].map(|text| text.clone().unwrap_or_default());
        let message = format!("{} {what} {own}, latest {latest}", appliance.name);
        add(violation(check, appliance, message).fact("version", own).fact("latest", latest))
    });
}

/// C06-06: software below the least version.
fn judge_software(facts: &Facts<'_>, appliance: &Appliance, verdicts: &mut Verdicts) {
    const CHECK: &str = "C06-06";
    let Some(least) = &facts.profile.c06.min_software_version else { return };
    if appliance.never_connected {
        return;
    }
    let own = appliance.software.as_deref();
    let is_old = match (own.and_then(numbers), numbers(least)) {
        (Some(own), Some(least)) => Known::Known(own < least),
        _ => Known::Unknown("its software version is not understood".to_owned()),
    };
    verdicts.settle(CHECK, is_old, || {
        let own = own.unwrap_or_default();
        let message = format!("{} software {own}; the least is {least}", appliance.name);
        violation(CHECK, appliance, message).fact("software", own).fact("least", least.as_str())
    });
}

/// `12.0-3` as numbers without trailing zeros; `None` for anything else.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let parts = version.trim().split(['.', '-']);
    let mut numbers = parts.map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>()?;
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    Some(numbers)
}

/// C06-08: an appliance that nothing could use.
fn judge_attachment(appliance: &Appliance, reliance: &Reliance<'_>, verdicts: &mut Verdicts) {
    const CHECK: &str = "C06-08";
    let is_loose = match appliance.group_count {
        _ if reliance.named || !reliance.groups.is_empty() => Known::Known(false),
        Some(count) => Known::Known(count == 0),
        None => Known::Unknown("how many asset groups it is in was not said".to_owned()),
    };
    verdicts.settle(CHECK, is_loose, || {
        violation(CHECK, appliance, format!("{} is attached to nothing", appliance.name))
            .fact("asset_group_count", appliance.group_count)
    });
}

/// C06-09: an appliance that was never started. Its activation code is in no output.
fn judge_activation(facts: &Facts<'_>, appliance: &Appliance, verdicts: &mut Verdicts) {
    const CHECK: &str = "C06-09";
    let limit = facts.profile.c06.pending_days;
    if !appliance.never_connected || !appliance.has_code {
        return;
    }
    let is_late = match &appliance.age {
        None => Known::Unknown(
            "the appliance list shows no date of creation; look at the appliance in the user \
             interface"
                .to_owned(),
        ),
        Some(Known::Known(age)) => Known::Known(Facts::breaks(*age, limit)),
        Some(Known::Unknown(reason)) => Known::Unknown(reason.clone()),
    };
    verdicts.settle(CHECK, is_late, || {
        violation(CHECK, appliance, format!("{} was never activated", appliance.name))
            .fact("limit_days", limit)
    });
}

/// Switches the check of versions off where the profile names none.
pub(super) fn decide_software(facts: &Facts<'_>, verdicts: &mut Verdicts) {
    if facts.profile.c06.min_software_version.is_none() {
        verdicts.decide("C06-06", Decision::Off, "c06.min_software_version is not set");
    }
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn versions_compare_as_numbers() {
        for (own, least, is_old) in [
            ("2.12", "2.9", false),
            ("2.9", "2.12", true),
            ("12.0", "12", false),
            ("12", "12.0.0", false),
            ("12.0-3", "12.0-4", true),
        ] {
            assert_eq!(numbers(own).unwrap() < numbers(least).unwrap(), is_old, "{own} {least}");
        }
        assert_eq!(numbers("q12"), None);
        assert_eq!(numbers(""), None);
    }
}
