//! Judges each schedule's choice of option profile.

use super::read::{Estate, OptionProfile, Schedule};
use super::target::environment;
use crate::analyzers::{Decision, Facts, Verdicts, Violation};
use crate::finding::{Known, Resource};
use crate::profile::{Authentication, BruteForce, Detection, Expectation, Performance, Ports};

const NO_STATE: &str = "whether a schedule is active was not said";

pub(super) fn judge(facts: &Facts<'_>, estate: &Estate, verdicts: &mut Verdicts) {
    let titles = estate.titles();
    for schedule in &estate.schedules {
        match estate.profile(schedule.profile.as_deref()) {
            Ok(profile) => {
                judge_fit(facts, schedule, profile, verdicts);
                judge_purpose(schedule, profile, verdicts);
            }
            Err(reason) => {
                let checks: &[&'static str] =
                    if schedule.profile.as_deref().is_some_and(|title| titles.contains(title)) {
                        &["C03-10", "C03-11"]
                    } else {
                        &["C03-01", "C03-02", "C03-10", "C03-11"]
                    };
                for check in checks {
                    verdicts.subjects(check, 1);
                    verdicts.unknown(check, 1, reason);
                }
            }
        }
    }
}

fn guarded(schedule: &Schedule, is_violated: Known<bool>) -> Known<bool> {
    match (schedule.is_on, is_violated) {
        (None, Known::Known(true)) => Known::Unknown(NO_STATE.to_owned()),
        (_, other) => other,
    }
}

/// C03-11: a profile that only tests logins.
fn judge_purpose(schedule: &Schedule, profile: &OptionProfile, verdicts: &mut Verdicts) {
    const CHECK: &str = "C03-11";
    let only_tests = profile.test_authentication.map_or_else(
        || {
            let reason = "the list does not say whether a profile only tests logins; look at the \
                          profile in the user interface";
            Known::Unknown(reason.to_owned())
        },
        Known::Known,
    );
    verdicts.settle(CHECK, guarded(schedule, only_tests), || {
        let title = &schedule.title;
        let message = format!("{title} only tests logins and reports no vulnerabilities");
        Violation::new(CHECK, Resource::new("schedule", schedule.id).named(title), message)
            .fact("option_profile", profile.title.as_str())
            .evidence([schedule.span.clone(), profile.span.clone()])
    });
}

/// C03-10: a profile that fits what is scanned.
fn judge_fit(
    facts: &Facts<'_>,
    schedule: &Schedule,
    profile: &OptionProfile,
    verdicts: &mut Verdicts,
) {
    const CHECK: &str = "C03-10";
    let table = &facts.profile.option_profiles;
    if table.expect.is_empty() {
        let reason = "option_profiles.expect says of no environment what its profiles must be like";
        verdicts.decide(CHECK, Decision::NotAssessed, reason);
        return;
    }
    if table.special_purpose.iter().any(|title| title.trim() == profile.title.trim()) {
        return;
    }
    let environment = match environment(facts, schedule) {
        Known::Known(environment) => environment,
        Known::Unknown(reason) => {
            verdicts.subjects(CHECK, 1);
            verdicts.unknown(CHECK, 1, reason);
            return;
        }
    };
    let (misses, unsaid) = table
        .expect
        .get(environment)
        .map(|expectation| compared(profile, *expectation))
        .unwrap_or_default();
    let may_be_other = facts.profile.segments.is_empty()
        && ["ot", "cde"].iter().any(|word| table.expect.contains_key(*word));
    let is_unfit = if !misses.is_empty() {
        Known::Known(true)
    } else if unsaid {
        Known::Unknown("a setting of its profile was not said or is not understood".to_owned())
    } else if may_be_other {
        Known::Unknown("no segments are declared; add a [[segment]] for each".to_owned())
    } else {
        Known::Known(false)
    };
    verdicts.settle(CHECK, guarded(schedule, is_unfit), || {
        let title = &schedule.title;
        let settings = misses.join("; ");
        let message = format!("{title} ({environment}) uses {}: {settings}", profile.title);
        let resource =
            Resource::new("schedule", schedule.id).named(title).told_apart(profile.id.to_string());
        Violation::new(CHECK, resource, message)
            .fact("environment", environment)
            .fact("option_profile", profile.title.as_str())
            .fact("settings", misses.clone())
            .evidence([schedule.span.clone(), profile.span.clone()])
    });
}

/// The settings that miss what is expected, and whether one that is asked for was not said.
pub(in crate::analyzers) fn compared(
    profile: &OptionProfile,
    expected: Expectation,
) -> (Vec<String>, bool) {
    let (mut misses, mut unsaid) = (Vec::new(), false);
    let mut ask = |name: &str, is: Option<(bool, &str)>, wanted: String| match is {
        None => unsaid = true,
        Some((true, _)) => {}
        Some((false, word)) => misses.push(format!("{name} is {word}, expected {wanted}")),
    };
    if expected.authentication == Some(Authentication::Required) {
        let is = profile.logs_in.map(|logs_in| (logs_in, "none"));
        ask("authentication", is, "required".to_owned());
    }
    if expected.detection == Some(Detection::Complete) {
        let is = profile.is_complete.map(|is_complete| (is_complete, "partial"));
        ask("detection", is, "complete".to_owned());
    }
    if let Some(least) = expected.tcp {
        let is = profile.tcp.map(|tcp| (tcp >= least, Ports::word(tcp)));
        ask("tcp", is, format!("at least {}", least.word()));
    }
    if let Some(most) = expected.tcp_max {
        let is = profile.tcp.map(|tcp| (tcp <= most, Ports::word(tcp)));
        ask("tcp", is, format!("at most {}", most.word()));
    }
    if let Some(most) = expected.performance_max {
        let is = profile.performance.map(|value| (value <= most, Performance::word(value)));
        ask("performance", is, format!("at most {}", most.word()));
    }
    if let Some(most) = expected.brute_force_max {
        let is = profile.brute_force.map(|value| (value <= most, BruteForce::word(value)));
        ask("brute_force", is, format!("at most {}", most.word()));
    }
    (misses, unsaid)
}
