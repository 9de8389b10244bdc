//! When a schedule last finished a run, as its own history or the scan list tells.

use super::DAY;
use super::read::{History, Run};
use crate::analyzers::scanning::Schedule;
use crate::analyzers::{Facts, Reach};
use crate::finding::Known;

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
    history: &History,
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
    let own = facts.reach("vm/schedule-runs") == Reach::Whole && history.seen;
    let reaches_back = facts.reach("vm/scans") == Reach::Whole
        && history
            .scans_since
            .is_some_and(|since| facts.as_of - since >= limit.saturating_mul(DAY));
    if doubt.is_none() && is_young.is_none() {
        doubt = Some("when the schedule began was not said");
    }
    if doubt.is_none() && !own && !reaches_back {
        doubt = Some("neither run history nor scan list shows all runs of the period");
    }
    match doubt {
        Some(reason) => LastRun::Unknown(reason),
        None => LastRun::Late { run: last, history: own },
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
