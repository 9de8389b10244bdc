//! Judges which reports are scheduled at all, and how often.

use super::read::Schedule;
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::plural;
use crate::analyzers::{AnalyzeError, Decision, Facts, Verdicts, Violation};
use crate::finding::{Known, Resource};

/// Whether any of these schedules makes reports.
fn is_any_on<'a>(schedules: impl Iterator<Item = &'a Schedule>) -> Known<bool> {
    let mut any = Known::Known(false);
    for schedule in schedules {
        match schedule.is_on() {
            Known::Known(true) => return Known::Known(true),
            Known::Known(false) => {}
            unknown @ Known::Unknown(_) => any = unknown,
        }
    }
    any
}

fn not(known: Known<bool>) -> Known<bool> {
    match known {
        Known::Known(holds) => Known::Known(!holds),
        unknown @ Known::Unknown(_) => unknown,
    }
}

/// C12-01: no report schedule that works.
pub(super) fn judge_any(
    facts: &Facts<'_>,
    schedules: &[Schedule],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C12-01";
    let bodies = facts.bodies("vm/report-schedules")?;
    verdicts.settle(CHECK, not(is_any_on(schedules.iter())), || {
        let count = schedules.len() as u64;
        let message = if count == 0 {
            "No report runs by itself: there is no report schedule".to_owned()
        } else {
            let counted = plural(count, "report schedule", "report schedules");
            format!("No report runs by itself: none of {counted} is active")
        };
        Violation::new(CHECK, Resource::subscription(), message)
            .fact("report_schedules", count)
            .evidence(bodies)
    });
    Ok(())
}

/// C12-02: each entry of `[[report.required]]`.
pub(super) fn judge_required(
    facts: &Facts<'_>,
    schedules: &[Schedule],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C12-02";
    let required = &facts.profile.report.required;
    if required.is_empty() {
        verdicts.decide(CHECK, Decision::Off, "report.required names no report");
        return Ok(());
    }
    for one in required {
        let matching: Vec<&Schedule> = schedules
            .iter()
            .filter(|schedule| schedule.titles().any(|title| one.pattern.is_match(title)))
            .collect();
        let is_missing = not(is_any_on(matching.iter().copied()));
        let bodies = facts.bodies("vm/report-schedules")?;
        verdicts.settle(CHECK, is_missing, || {
            let resource = Resource::new("required_report", one.pattern.text()).named(&one.name);
            let titles: Vec<&str> =
                matching.iter().map(|schedule| schedule.title.as_str()).collect();
            Violation::new(
                CHECK,
                resource,
                format!("Required report \"{}\" is not scheduled", one.name),
            )
            .fact("inactive", titles)
            .evidence(matching.iter().take(SPANS).map(|schedule| schedule.span.clone()))
            .evidence(bodies)
        });
    }
    Ok(())
}

/// C12-04: active schedules that run too rarely.
pub(super) fn judge_interval(facts: &Facts<'_>, schedules: &[Schedule], verdicts: &mut Verdicts) {
    const CHECK: &str = "C12-04";
    let limit = facts.profile.c12.max_interval_days;
    for schedule in schedules.iter().filter(|schedule| schedule.is_active != Some(false)) {
        let is_rare = match (schedule.is_on(), schedule.interval) {
            (_, Some(interval)) if interval <= limit => Known::Known(false),
            (is_on, _) => is_on,
        };
        verdicts.settle(CHECK, is_rare, || {
            let interval = schedule.interval.unwrap_or_default();
            let message =
                format!("{} runs every {interval} days; the limit is {limit}", schedule.title);
            Violation::new(CHECK, schedule.resource(), message)
                .fact("interval_days", interval)
                .fact("limit_days", limit)
                .fact("template", schedule.template.clone())
                .evidence([schedule.span.clone()])
        });
    }
}
