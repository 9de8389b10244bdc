//! Judges the schedules that look from outside: whether they run, and with which option profile.

use super::looking::{Looking, View};
use crate::analyzers::measure::{day, rfc3339};
use crate::analyzers::option_profile::read::Estate as Profiles;
use crate::analyzers::option_profile::schedules::compared;
use crate::analyzers::scanning::{Activity, History, Run};
use crate::analyzers::scanning::{LastRun, last_run};
use crate::analyzers::{AnalyzeError, Decision, Facts, Verdicts, Violation};
use crate::control::CONTROLS;
use crate::finding::{Known, Resource, Span};
use crate::profile::{Asv, Attestation};

const NO_STATE: &str = "whether the schedule is on was not said";
const NO_SCANNER: &str = "which scanner the schedule uses was not said";

pub(super) fn judge(
    facts: &Facts<'_>,
    history: &History,
    looking: &[Looking<'_>],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let histories = facts.bodies("vm/schedule-runs")?;
    let scans = facts.bodies("vm/scans")?;
    let profiles = Profiles::read(facts)?;
    let outward: Vec<&Looking<'_>> =
        looking.iter().filter(|one| one.view != View::Inside).collect();
    for one in &outward {
        judge_runs(facts, history, one, (&histories, &scans), verdicts);
        judge_profile(facts, &profiles, one, verdicts);
    }
    if !outward.is_empty() && !facts.profile.option_profiles.expect.contains_key("external") {
        let reason = "option_profiles.expect.external does not say what profiles must be like";
        verdicts.decide("C14-05", Decision::NotAssessed, reason);
    }
    judge_vendor(facts, verdicts);
    Ok(())
}

fn violation(check: &'static str, one: &Looking<'_>, message: String) -> Violation {
    let schedule = one.schedule;
    Violation::new(check, Resource::new("schedule", schedule.id).named(&schedule.title), message)
        .evidence([schedule.span.clone()])
}

/// A schedule that may be off, or may look from inside, violates nothing for sure; and where
/// nothing is wrong with it, it is no subject unless it surely looks from outside.
fn settle(
    check: &'static str,
    one: &Looking<'_>,
    is_violated: Known<bool>,
    verdicts: &mut Verdicts,
    violation: impl FnOnce() -> Violation,
) {
    let doubt = match (one.view, one.schedule.state) {
        (View::Outside, Activity::On) => None,
        (View::Outside, _) => Some(NO_STATE),
        _ => Some(NO_SCANNER),
    };
    match (doubt, is_violated) {
        (Some(_), Known::Known(false)) if one.view != View::Outside => {}
        (Some(doubt), Known::Known(true)) => {
            verdicts.settle(check, Known::Unknown(doubt.to_owned()), violation);
        }
        (_, is_violated) => verdicts.settle(check, is_violated, violation),
    }
}

/// C14-04: the schedule finished a run lately, and its latest run scanned something.
fn judge_runs(
    facts: &Facts<'_>,
    history: &History,
    one: &Looking<'_>,
    (histories, scans): (&[Span], &[Span]),
    verdicts: &mut Verdicts,
) {
    const CHECK: &str = "C14-04";
    let limit = facts.profile.c14.max_run_age_days;
    let schedule = one.schedule;
    let runs = history.runs.get(&schedule.row).map_or(&[][..], Vec::as_slice);
    // A history of its own is whole; the scan list shows only what carries the title.
    let is_own = runs.iter().any(|run| run.own);
    let latest = runs.iter().find(|run| run.own == is_own && !run.is_under_way());
    let is_told = is_own || schedule.namesakes == 1;
    let failed = latest.filter(|run| is_told && run.is_success() == Some(false));
    let last = last_run(facts, history, schedule, runs, limit);
    let is_late = match (&last, failed) {
        (_, Some(_)) | (LastRun::Late { .. }, _) => Known::Known(true),
        (LastRun::Unknown(reason), None) => Known::Unknown((*reason).to_owned()),
        (LastRun::Lately | LastRun::Young, None) => Known::Known(false),
    };
    settle(CHECK, one, is_late, verdicts, || {
        let title = &schedule.title;
        let (late, absence) = match last {
            LastRun::Late { run, history } => (run, Some(if history { histories } else { scans })),
            _ => (None, None),
        };
        let launched = late.and_then(|run| run.launched);
        let message = match (absence, launched, failed) {
            (Some(_), Some(launched), _) => {
                format!(
                    "External schedule \"{title}\" last finished a run begun on {}",
                    day(launched)
                )
            }
            (Some(_), None, _) => {
                format!("External schedule \"{title}\" has no finished run on record")
            }
            (None, _, Some(run)) => {
                format!("The latest run of external schedule \"{title}\" ended {}", run.ending())
            }
            (None, _, None) => format!("External schedule \"{title}\" does not run"),
        };
        let shown: Vec<Span> =
            [late, failed].into_iter().flatten().map(|run: &Run| run.span.clone()).collect();
        let whole = if shown.is_empty() { absence.unwrap_or_default() } else { &[] };
        violation(CHECK, one, message)
            .fact("last_finished", launched.map(rfc3339))
            .fact("latest_ending", latest.map(Run::ending))
            .fact("limit_days", limit)
            .fact("runs_on_record", runs.len())
            .evidence(shown)
            .evidence(whole.iter().cloned())
    });
}

/// C14-05: the option profile is what the profile of the assessment expects for the outside.
fn judge_profile(
    facts: &Facts<'_>,
    profiles: &Profiles,
    one: &Looking<'_>,
    verdicts: &mut Verdicts,
) {
    const CHECK: &str = "C14-05";
    let Some(expected) = facts.profile.option_profiles.expect.get("external") else { return };
    let title = one.schedule.option_profile.as_deref();
    let used = profiles.profile(title);
    let (misses, unsaid) = used.map(|profile| compared(profile, *expected)).unwrap_or_default();
    let is_unfit = match &used {
        Err(reason) => Known::Unknown((*reason).to_owned()),
        Ok(_) if !misses.is_empty() => Known::Known(true),
        Ok(_) if unsaid => {
            Known::Unknown("a setting of its profile was not said or is not understood".to_owned())
        }
        Ok(_) => Known::Known(false),
    };
    settle(CHECK, one, is_unfit, verdicts, || {
        let profile = title.unwrap_or_default();
        let message = format!(
            "External schedule \"{}\" uses {profile}: {}",
            one.schedule.title,
            misses.join("; ")
        );
        violation(CHECK, one, message)
            .fact("option_profile", profile)
            .fact("settings", misses.clone())
            .evidence(used.ok().map(|profile| profile.span.clone()))
    });
}

/// C14-08: scans of an approved scanning vendor are not in Qualys' vulnerability management; a
/// person vouches for them.
fn judge_vendor(facts: &Facts<'_>, verdicts: &mut Verdicts) {
    const CHECK: &str = "C14-08";
    if facts.profile.c14.asv != Asv::Required {
        verdicts.decide(CHECK, Decision::Off, "c14.asv asks for no scans of a scanning vendor");
        return;
    }
    let limit = facts.profile.c14.max_interval_days;
    let attested = facts.inputs.attestations.iter().flat_map(|file| &file.entries);
    let is_ours = |one: &&Attestation| {
        CONTROLS
            .iter()
            .any(|control| control.id == "external-scan" && control.number == one.control)
    };
    let latest = attested.filter(is_ours).map(|one| one.reviewed_to).max();
    let is_current = latest.is_some_and(|to| !Facts::breaks(facts.as_of - to, limit));
    verdicts.settle(CHECK, Known::Known(!is_current), || {
        let message = "Scans of an approved scanning vendor are outside this evidence";
        Violation::new(CHECK, Resource::subscription(), message)
            .fact("attested_to", latest.map(rfc3339))
            .fact("limit_days", limit)
    });
}
