//! Turns what a judge counted into the state of a check, and checks into the outcome of a control.

use crate::analyzers::{Decision, Tally};
use crate::evidence::View;
use crate::finding::{CheckResult, CheckState, Outcome, Severity};

use super::standing::Standing;

/// The violations of one check, after waivers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Violations {
    pub(super) open: u64,
    pub(super) accepted: u64,
}

/// The first rule that applies decides: a proven violation, then waived ones, then what is missing
/// from the evidence, then what the judge settled, then the population.
pub(super) fn check_state(
    tally: &Tally,
    violations: Violations,
    standing: &Standing,
) -> (CheckState, Option<String>) {
    if violations.open > 0 {
        return (CheckState::Fail, None);
    }
    if violations.accepted > 0 {
        return (CheckState::Warn, Some("accepted".to_owned()));
    }
    match standing {
        Standing::Missing(reason) | Standing::Part(reason) => {
            return (CheckState::NotAssessed, Some(reason.clone()));
        }
        Standing::NotSubscribed(reason) => {
            return (CheckState::NotApplicable, Some(reason.clone()));
        }
        Standing::Whole => {}
    }
    if let Some((decision, reason)) = &tally.decision {
        return (decision.state(), Some(reason.clone()));
    }
    if tally.subjects == 0 {
        let reason = "the evidence holds nothing that this check looks at".to_owned();
        return (CheckState::NotApplicable, Some(reason));
    }
    if tally.unknown >= tally.subjects {
        return (CheckState::NotAssessed, Some(unknowns(tally)));
    }
    if tally.unknown > 0 {
        return (CheckState::Warn, Some(unknowns(tally)));
    }
    (Decision::Pass.state(), tally.note.clone())
}

fn unknowns(tally: &Tally) -> String {
    let reasons: Vec<String> =
        tally.reasons.iter().map(|(reason, count)| format!("{reason} ({count})")).collect();
    format!("{} of {} unknown: {}", tally.unknown, tally.subjects, reasons.join(", "))
}

/// A check's result with the worst severity among its open findings.
pub(super) struct Rolled<'a> {
    pub(super) check: &'a CheckResult,
    pub(super) worst: Option<Severity>,
}

/// The outcome of a control from its checks; information moves nothing.
///
/// Beyond the written order, a control none of whose checks passed does not pass: what could not
/// be assessed then decides.
pub(super) fn roll_up(checks: &[Rolled<'_>]) -> Outcome {
    let any = |wanted: fn(&Rolled<'_>) -> bool| checks.iter().any(wanted);
    let any_core = |state: CheckState| {
        checks.iter().any(|rolled| rolled.check.core && rolled.check.state == state)
    };
    let any_state = |state: CheckState| checks.iter().any(|rolled| rolled.check.state == state);
    if any(|rolled| rolled.fails_from(Severity::Medium)) {
        return Outcome::Fail;
    }
    if any(|rolled| rolled.fails_from(Severity::Low) || rolled.warns()) {
        return Outcome::Warn;
    }
    for state in [CheckState::Error, CheckState::NotAssessed] {
        if any_core(state) {
            return state;
        }
    }
    let moving = checks.iter().any(|rolled| {
        rolled.check.severity > Severity::Info
            && matches!(rolled.check.state, CheckState::Pass | CheckState::Fail | CheckState::Warn)
    });
    if moving {
        return Outcome::Pass;
    }
    for state in [CheckState::Error, CheckState::NotAssessed] {
        if any_state(state) {
            return state;
        }
    }
    Outcome::NotApplicable
}

impl Rolled<'_> {
    fn fails_from(&self, severity: Severity) -> bool {
        self.check.state == CheckState::Fail && self.worst >= Some(severity)
    }

    fn warns(&self) -> bool {
        self.check.state == CheckState::Warn && self.check.severity > Severity::Info
    }
}

/// The last step: a pass that a limited or unproven view saw is no more than a warning.
/// Returns the outcome, and the one before it where they differ.
pub(super) fn demote(outcome: Outcome, view: View) -> (Outcome, Option<Outcome>) {
    match (outcome, view) {
        (Outcome::Pass, View::Partial | View::Unverified) => (Outcome::Warn, Some(Outcome::Pass)),
        _ => (outcome, None),
    }
}
