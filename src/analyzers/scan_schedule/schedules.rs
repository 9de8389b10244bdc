//! Judges schedules: whether they run, will run again, and have something to scan.

use super::groups::{Judged, Reaching, Standing, reached_by};
use crate::analyzers::measure::{day, listed, plural, rfc3339};
use crate::analyzers::scanning::{Activity, Estate, History, LastRun, Run, Schedule, last_run};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Resource, Span};

const HOUR: i64 = 3600;

/// Groups that a finding about a schedule points at.
const MOST_GROUPS: usize = 10;

/// Judges every schedule by itself, and those that are off by what they leave behind.
pub(super) fn judge(
    facts: &Facts<'_>,
    (estate, history): (&Estate, &History),
    schedules: &[Reaching<'_>],
    groups: &[Judged<'_>],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let scans = facts.bodies("vm/scans")?;
    let histories = facts.bodies("vm/schedule-runs")?;
    for reaching in schedules {
        let schedule = reaching.schedule;
        let none = Vec::new();
        let runs = history.runs.get(&schedule.row).unwrap_or(&none);
        let room = Room { facts, estate, history, schedule, runs };
        room.judge_next_launch(verdicts);
        room.judge_occurrences(verdicts);
        room.judge_last_run(&scans, &histories, verdicts);
        room.judge_recent_runs(verdicts);
        room.judge_target(reaching, verdicts);
        room.judge_absence(reaching, groups, verdicts);
    }
    Ok(())
}

const UNKNOWN_STATE: &str = "whether the schedule is on was not said";

struct Room<'a> {
    facts: &'a Facts<'a>,
    estate: &'a Estate,
    history: &'a History,
    schedule: &'a Schedule,
    /// Newest first, its own before those of the scan list.
    runs: &'a [Run],
}

impl Room<'_> {
    fn violation(&self, check: &'static str, message: String) -> Violation {
        let Schedule { id, title, span, .. } = self.schedule;
        Violation::new(check, Resource::new("schedule", id).named(title), message)
            .evidence([span.clone()])
    }

    /// Whether the check looks at the schedule: not where it is off.
    fn may_be_on(&self, check: &'static str, verdicts: &mut Verdicts) -> bool {
        let may = matches!(self.schedule.state, Activity::On | Activity::Unknown);
        if may {
            verdicts.subjects(check, 1);
        }
        may
    }

    /// What is wrong only where the schedule is on, and not known where that is not.
    fn wrong_if_on(&self, verdicts: &mut Verdicts, violation: Violation) {
        if self.schedule.state == Activity::Unknown {
            verdicts.unknown(violation.check, 1, UNKNOWN_STATE);
        } else {
            verdicts.violation(violation);
        }
    }

    fn judge_next_launch(&self, verdicts: &mut Verdicts) {
        const CHECK: &str = "C01-05";
        if !self.schedule.recurs() || !self.may_be_on(CHECK, verdicts) {
            return;
        }
        let grace = self.facts.profile.c01.next_launch_grace_hours;
        let next = self.schedule.next_launch;
        let late = next.is_none_or(|next| self.facts.as_of - next > grace.saturating_mul(HOUR));
        if late {
            let title = &self.schedule.title;
            let message = match next {
                None => format!("Schedule \"{title}\" is active, but no next launch is set"),
                Some(next) => {
                    format!(
                        "Schedule \"{title}\" is active, but its next launch lies back on {}",
                        day(next)
                    )
                }
            };
            self.wrong_if_on(
                verdicts,
                self.violation(CHECK, message)
                    .fact("next_launch", next.map(rfc3339))
                    .fact("grace_hours", grace),
            );
        }
    }

    fn judge_occurrences(&self, verdicts: &mut Verdicts) {
        const CHECK: &str = "C01-06";
        if !self.may_be_on(CHECK, verdicts) {
            return;
        }
        if let Some(most) = self.schedule.max_occurrence {
            let runs = plural(most.unsigned_abs(), "run", "runs");
            let message =
                format!("Schedule \"{}\" switches itself off after {runs}", self.schedule.title);
            self.wrong_if_on(verdicts, self.violation(CHECK, message).fact("max_occurrence", most));
        }
    }

    /// C01-04: an active schedule that is old enough to have run has finished a run lately.
    fn judge_last_run(&self, scans: &[Span], histories: &[Span], verdicts: &mut Verdicts) {
        const CHECK: &str = "C01-04";
        if !self.schedule.recurs() || !self.may_be_on(CHECK, verdicts) {
            return;
        }
        let (facts, schedule) = (self.facts, self.schedule);
        let limit = facts.profile.c01.max_run_age_days;
        let (last, history) = match last_run(facts, self.history, schedule, self.runs, limit) {
            LastRun::Lately | LastRun::Young => return,
            LastRun::Unknown(reason) => {
                verdicts.unknown(CHECK, 1, reason);
                return;
            }
            LastRun::Late { run, history } => (run, history),
        };
        let launched = last.and_then(|run| run.launched);
        let title = &schedule.title;
        let message = match launched {
            Some(launched) => {
                format!(
                    "Schedule \"{title}\" is active, but its last finished run began on {}",
                    day(launched)
                )
            }
            None => {
                format!("Schedule \"{title}\" is active, but no finished run of it is on record")
            }
        };
        let absence = if history { histories } else { scans };
        self.wrong_if_on(
            verdicts,
            self.violation(CHECK, message)
                .fact("last_finished", launched.map(rfc3339))
                .fact("start", schedule.start.map(rfc3339))
                .fact("limit_days", limit)
                .fact("runs_on_record", self.runs.len())
                .evidence(last.map_or_else(|| absence.to_vec(), |run| vec![run.span.clone()])),
        );
    }

    /// C01-08: the last runs did not all end without a scan.
    fn judge_recent_runs(&self, verdicts: &mut Verdicts) {
        const CHECK: &str = "C01-08";
        let window = usize::try_from(self.facts.profile.c01.fail_run_window).unwrap_or(usize::MAX);
        let own = self.runs.iter().any(|run| run.own);
        let ended: Vec<&Run> = self
            .runs
            .iter()
            .filter(|run| run.own == own && !run.is_under_way())
            .take(window)
            .collect();
        if ended.len() < window {
            return;
        }
        verdicts.subjects(CHECK, 1);
        if ended.iter().any(|run| run.is_success() == Some(true)) {
            return;
        }
        if !own && self.schedule.namesakes > 1 {
            verdicts.unknown(CHECK, 1, "the scan list does not tell schedules of one title apart");
            return;
        }
        if ended.iter().any(|run| run.is_success().is_none()) {
            verdicts.unknown(CHECK, 1, "how a run ended was not said");
            return;
        }
        let states: Vec<String> = ended.iter().map(|run| run.ending()).collect();
        let message = format!(
            "The last {} of schedule \"{}\" ended {}",
            plural(window as u64, "run", "runs"),
            self.schedule.title,
            listed(&states)
        );
        verdicts.violation(
            self.violation(CHECK, message)
                .fact("endings", states)
                .fact("window", self.facts.profile.c01.fail_run_window)
                .evidence(ended.iter().map(|run| run.span.clone())),
        );
    }

    /// C01-09: the target of an active schedule holds something.
    fn judge_target(&self, reaching: &Reaching<'_>, verdicts: &mut Verdicts) {
        const CHECK: &str = "C01-09";
        let target = &reaching.target;
        if self.schedule.state == Activity::Unknown && !target.is_empty() {
            verdicts.subjects(CHECK, 1);
            return;
        }
        if !self.may_be_on(CHECK, verdicts) || !target.is_empty() {
            return;
        }
        if let Some(reason) = target.unknown {
            verdicts.unknown(CHECK, 1, reason);
            return;
        }
        let tags: Vec<&str> =
            self.schedule.tags.include.iter().map(|tag| tag.name.as_str()).collect();
        let message =
            format!("Nothing is left in the target of schedule \"{}\"", self.schedule.title);
        verdicts.violation(
            self.violation(CHECK, message)
                .fact("network", target.network)
                .fact("groups", target.titles.iter().cloned().collect::<Vec<_>>())
                .fact("tags", tags)
                .fact("excluded_addresses", self.schedule.excluded.count().to_string()),
        );
    }

    /// C01-07: a schedule that is off leaves no group behind that nothing else reaches.
    fn judge_absence(
        &self,
        reaching: &Reaching<'_>,
        groups: &[Judged<'_>],
        verdicts: &mut Verdicts,
    ) {
        const CHECK: &str = "C01-07";
        let word = match self.schedule.state {
            Activity::Off => "deactivated",
            Activity::Paused => "paused",
            Activity::On | Activity::Unknown => return,
        };
        if !self.schedule.recurs() {
            return;
        }
        verdicts.subjects(CHECK, 1);
        let reached = reached_by(&reaching.target, groups, self.estate);
        let left: Vec<&&Judged<'_>> =
            reached.iter().filter(|group| group.standing == Standing::Unreached).collect();
        if left.is_empty() {
            let doubt = reached.iter().find_map(|group| match group.standing {
                Standing::Unknown(reason) => Some(reason),
                _ => None,
            });
            let open = groups.iter().any(|group| group.standing == Standing::Unreached);
            if let Some(reason) = doubt.or(reaching.target.unknown.filter(|_| open)) {
                verdicts.unknown(CHECK, 1, reason);
            }
            return;
        }
        let titles: Vec<String> = left.iter().map(|judged| judged.group.title.clone()).collect();
        let message = format!(
            "Schedule \"{}\" is {word}, and no other one reaches {}",
            self.schedule.title,
            listed(&titles)
        );
        let groups = left.iter().take(MOST_GROUPS).map(|judged| judged.group.span.clone());
        verdicts.violation(
            self.violation(CHECK, message)
                .evidence(groups)
                .fact("state", word)
                .fact("groups", titles),
        );
    }
}
