//! The runs of schedules: when one last finished, as its own history or the scan list tells.

use std::collections::BTreeMap;

use super::read::Schedule;
use crate::analyzers::binding::DAY;
use crate::analyzers::rows::{collect, part};
use crate::analyzers::{AnalyzeError, Facts, Reach};
use crate::finding::{Known, Span};

/// Which runs there were, and how far back that is known.
pub(in crate::analyzers) struct History {
    /// By schedule row; newest first.
    pub runs: BTreeMap<i64, Vec<Run>>,
    /// Whether any run history was understood.
    pub seen: bool,
    /// The start of the scan list's window, Unix seconds.
    pub scans_since: Option<i64>,
}

/// One run of a schedule.
pub(in crate::analyzers) struct Run {
    /// From the schedule's own history; otherwise from the scan list by title.
    pub own: bool,
    pub launched: Option<i64>,
    pub state: Option<String>,
    pub sub_state: Option<String>,
    pub received: i64,
    pub span: Span,
}

impl History {
    pub(in crate::analyzers) fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        let mut runs: BTreeMap<i64, Vec<Run>> = BTreeMap::new();
        for (schedule, run) in collect(facts, sql!("scanning/runs"), [], |row| {
            let mut span = part(row)?;
            span.record = row.get("reference")?;
            let run = Run {
                own: row.get("own")?,
                launched: row.get("launched")?,
                state: row.get("state")?,
                sub_state: row.get("sub_state")?,
                received: row.get::<_, Option<i64>>("received")?.unwrap_or(facts.as_of),
                span,
            };
            Ok((row.get("schedule_row")?, run))
        })? {
            runs.entry(schedule).or_default().push(run);
        }
        let (seen, since, received): (bool, Option<i64>, Option<i64>) =
            facts.model.query_row(sql!("scanning/known_runs"), [], |row| {
                Ok((row.get("runs_seen")?, row.get("scans_since")?, row.get("scans_received")?))
            })?;
        Ok(Self {
            runs,
            seen,
            // Without a start the scan list answers with its last 30 days (FO scan list).
            scans_since: since.or_else(|| received.map(|received| received - 30 * DAY)),
        })
    }
}

/// How the last finished run of a schedule lies to a limit.
pub(in crate::analyzers) enum LastRun<'a> {
    /// Not too long ago.
    Lately,
    /// The schedule began too lately to be late.
    Young,
    Unknown(&'static str),
    /// Too long ago, or never.
    Late {
        run: Option<&'a Run>,
        /// Whether its own history says so; else it is the scan list.
        history: bool,
    },
}

/// Looks at the runs of a schedule, newest first, its own before those of the scan list.
pub(in crate::analyzers) fn last_run<'a>(
    facts: &Facts<'_>,
    known: &History,
    schedule: &Schedule,
    runs: &'a [Run],
    limit: i64,
) -> LastRun<'a> {
    let is_young = match schedule.start {
        None => None,
        Some(start) => match facts.age(start, schedule.received) {
            Known::Known(age) => Some(!Facts::breaks(age, limit)),
            // It starts later.
            Known::Unknown(_) => Some(true),
        },
    };
    if is_young == Some(true) {
        return LastRun::Young;
    }
    let mut last: Option<&Run> = None;
    let mut doubt = None;
    for run in runs.iter().filter(|run| run.state.is_none() || run.is_state("Finished")) {
        let age = run.launched.map(|launched| facts.age(launched, run.received));
        let Some(Known::Known(age)) = age else {
            doubt = Some("when a run of the schedule took place is not known");
            continue;
        };
        if run.state.is_none() {
            if !Facts::breaks(age, limit) {
                doubt = Some("how a run of the schedule ended was not said");
            }
        } else if run.own || schedule.namesakes == 1 {
            if last.is_none_or(|last| last.launched < run.launched) {
                last = Some(run);
            }
        } else if !Facts::breaks(age, limit) {
            doubt = Some("the scan list does not tell schedules of one title apart");
        }
    }
    let launched = last.and_then(|run| run.launched);
    if launched.is_some_and(|launched| !Facts::breaks(facts.as_of - launched, limit)) {
        return LastRun::Lately;
    }
    // A history that shows runs of any schedule was understood, so what is not in it did not
    // run; the scan list says as much if it reaches back far enough.
    let history = facts.reach("vm/schedule-runs") == Reach::Whole && known.seen;
    let reaches_back = facts.reach("vm/scans") == Reach::Whole
        && known.scans_since.is_some_and(|since| facts.as_of - since >= limit.saturating_mul(DAY));
    if doubt.is_none() && is_young.is_none() {
        doubt = Some("when the schedule began was not said");
    }
    if doubt.is_none() && !history && !reaches_back {
        doubt = Some("neither run history nor scan list shows all runs of the period");
    }
    match doubt {
        Some(reason) => LastRun::Unknown(reason),
        None => LastRun::Late { run: last, history },
    }
}

impl Run {
    pub(in crate::analyzers) fn is_state(&self, word: &str) -> bool {
        self.state.as_deref().is_some_and(|state| state.eq_ignore_ascii_case(word))
    }

    /// Whether it has not come to its end (states of the FO scan list).
    pub(in crate::analyzers) fn is_under_way(&self) -> bool {
        ["Running", "Paused", "Queued", "Loading"].iter().any(|word| self.is_state(word))
    }

    /// Whether it scanned something; `Finished` with `No_Host` found nothing alive.
    pub(in crate::analyzers) fn is_success(&self) -> Option<bool> {
        self.state.as_ref()?;
        let empty =
            self.sub_state.as_deref().is_some_and(|word| word.eq_ignore_ascii_case("No_Host"));
        Some(self.is_state("Finished") && !empty)
    }

    pub(in crate::analyzers) fn ending(&self) -> String {
        match (self.state.as_deref(), self.sub_state.as_deref()) {
            (Some(state), Some(sub)) => format!("{state}/{sub}"),
            (Some(state), None) => state.to_owned(),
            (None, _) => "unknown".to_owned(),
        }
    }
}
