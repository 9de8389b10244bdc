//! Judges whether reports come out: in time, and without failing again and again.

use super::read::{Produced, Schedule};
use crate::analyzers::binding::{DAY, SPANS};
use crate::analyzers::measure::{days, plural, rfc3339};
use crate::analyzers::rows::{collect, record};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Known, Resource, Span};

/// Within which failures are counted (`controls.md`, control 12).
const WINDOW: i64 = 30 * DAY;

/// Failures of one report that are more than bad luck (the same place).
const FAILURES: usize = 2;

/// Schedules that brought their reports in time, of those that had to.
#[derive(Clone, Copy, Default)]
pub(super) struct OnTime {
    pub due: u64,
    pub kept: u64,
}

/// C12-03: active schedules without a recent report.
pub(super) fn judge_runs(
    facts: &Facts<'_>,
    schedules: &[Schedule],
    verdicts: &mut Verdicts,
) -> Result<OnTime, AnalyzeError> {
    const CHECK: &str = "C12-03";
    let kept: Option<i64> =
        facts.model.query_row(sql!("controls/12_reports/kept"), [], |row| row.get("kept"))?;
    let mut on_time = OnTime::default();
    for schedule in schedules.iter().filter(|schedule| schedule.is_active != Some(false)) {
        let span = schedule
            .interval
            .map(|interval| facts.profile.c12.run_factor.times(interval.saturating_mul(DAY)));
        let is_late = match (schedule.is_on(), span.map(|span| schedule.is_late(span, kept))) {
            (_, Some(Known::Known(false))) => Known::Known(false),
            (Known::Unknown(reason), _) => Known::Unknown(reason),
            (Known::Known(_), late) => late.unwrap_or(Known::Known(false)),
        };
        on_time.due += 1;
        on_time.kept += u64::from(is_late == Known::Known(false));
        let bodies =
            if is_late == Known::Known(true) { facts.bodies("vm/reports")? } else { Vec::new() };
        verdicts.settle(CHECK, is_late, || {
            let time = schedule.last.as_ref().map(|last| rfc3339(last.launched));
            let title = &schedule.title;
            let limit = days(span.unwrap_or_default());
            let message = match &time {
                Some(time) => {
                    format!("{title} has not produced a report since {time}; the limit is {limit}")
                }
                None => format!("{title} has produced no report within {limit}"),
            };
            Violation::new(CHECK, schedule.resource(), message)
                .fact("last_report", time)
                .fact("interval_days", schedule.interval)
                .fact("limit_seconds", span)
                .evidence([schedule.span.clone()])
                .evidence(schedule.last.as_ref().map(|last| last.span.clone()))
                .evidence(bodies)
        });
    }
    Ok(on_time)
}

impl Schedule {
    /// Whether no report of it was made within `span` seconds. The list forgets reports after
    /// `kept` seconds at least, so that an absence proves something only where a report would
    /// still stand there: one that is older does, or none is forgotten so soon.
    fn is_late(&self, span: i64, kept: Option<i64>) -> Known<bool> {
        match &self.last {
            Some(Produced { age: Known::Unknown(reason), .. }) => {
                return Known::Unknown(reason.clone());
            }
            Some(Produced { age: Known::Known(age), .. }) if *age <= span => {
                return Known::Known(false);
            }
            _ if self.unsaid.is_some_and(|age| age <= span) => {
                return Known::Unknown("whether a report was finished was not said".to_owned());
            }
            _ => {}
        }
        match self.started {
            Some(started) if started <= span => Known::Known(false),
            _ if self.last.is_some() => Known::Known(true),
            None => Known::Unknown("when a report schedule began was not said".to_owned()),
            Some(_) if kept.is_some_and(|kept| kept >= span) => Known::Known(true),
            Some(_) => Known::Unknown(
                "the list of reports may have forgotten them: saved reports expire".to_owned(),
            ),
        }
    }
}

struct Report {
    id: i64,
    title: String,
    called: String,
    /// Whether it failed; `None`: not said.
    failed: Option<bool>,
    /// Whether it was launched within the window; `None`: not to be told.
    is_recent: Option<bool>,
    state: Option<String>,
    span: Span,
}

/// C12-09: reports of one title that fail again and again.
pub(super) fn judge_failures(
    facts: &Facts<'_>,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C12-09";
    let reports = collect(facts, sql!("controls/12_reports/reports"), [], |row| {
        let id: i64 = row.get("id")?;
        let state: Option<String> = row.get("state")?;
        let received = row.get::<_, Option<i64>>("received")?.unwrap_or(facts.as_of);
        let age = row.get::<_, Option<i64>>("launched")?.map(|time| facts.age(time, received));
        Ok(Report {
            id,
            title: row.get("title")?,
            called: row.get("called")?,
            failed: state.as_deref().map(has_failed),
            is_recent: match age {
                Some(Known::Known(age)) => Some(age <= WINDOW),
                _ => None,
            },
            state,
            span: record(row, id)?,
        })
    })?;
    for reports in reports.chunk_by(|a, b| a.called == b.called) {
        let recent = || reports.iter().filter(|report| report.is_recent != Some(false));
        if recent().next().is_none() {
            continue;
        }
        let failed: Vec<&Report> = recent()
            .filter(|report| report.failed == Some(true) && report.is_recent == Some(true))
            .collect();
        let unsure = recent()
            .filter(|report| {
                report.failed != Some(false)
                    && (report.failed.is_none() || report.is_recent.is_none())
            })
            .count();
        let is_failing = if failed.len() >= FAILURES {
            Known::Known(true)
        } else if failed.len() + unsure >= FAILURES {
            Known::Unknown("the state or the time of a report was not said".to_owned())
        } else {
            Known::Known(false)
        };
        let Some(newest) = failed.first().copied().or(reports.first()) else { continue };
        verdicts.settle(CHECK, is_failing, || {
            let count = failed.len() as u64;
            let states: Vec<Option<String>> =
                failed.iter().map(|report| report.state.clone()).collect();
            let times = plural(count, "time", "times");
            let message = format!("{} failed {times} within {} days", newest.title, WINDOW / DAY);
            Violation::new(CHECK, Resource::new("report", newest.id).named(&newest.title), message)
                .fact("failures", count)
                .fact("states", states)
                .evidence(failed.iter().take(SPANS).map(|report| report.span.clone()))
        });
    }
    Ok(())
}

/// `Errors` and `Canceled` are the words of the list; the others are near enough to mean the same.
fn has_failed(state: &str) -> bool {
    ["errors", "error", "canceled", "cancelled", "failed"]
        .iter()
        .any(|word| state.trim().eq_ignore_ascii_case(word))
}
