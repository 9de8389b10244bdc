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
    if let Some((Decision::Off, reason)) = &tally.decision {
        return (Decision::Off.state(), Some(reason.clone()));
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

/// A check's result with the worst severities among its open and its accepted findings.
pub(super) struct Rolled<'a> {
    pub(super) check: &'a CheckResult,
    pub(super) worst: Option<Severity>,
    pub(super) accepted: Option<Severity>,
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

    /// A check of information warns by an accepted finding that is worse than it.
    fn warns(&self) -> bool {
        self.check.state == CheckState::Warn
            && self.accepted.max(Some(self.check.severity)) > Some(Severity::Info)
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

#[cfg(test)]
mod tests {
    use super::CheckState::{Error, Fail, NotApplicable, NotAssessed, Pass, Warn};
    use super::*;

    fn tally(subjects: u64, unknown: u64) -> Tally {
        let reasons = [("no date".to_owned(), unknown)].into();
        Tally { subjects, unknown, reasons, ..Tally::default() }
    }

    fn missing() -> Standing {
        Standing::Missing("vm/hosts was denied".to_owned())
    }

    /// Name, tally, open and accepted findings, standing, expected state, part of its reason.
    type Case<'a> = (&'a str, Tally, u64, u64, &'a Standing, CheckState, Option<&'a str>);

    /// `decisions.md` 1: the first rule that applies decides.
    #[test]
    fn the_order_of_rules_gives_the_state_of_a_check() {
        let whole = Standing::Whole;
        let part = Standing::Part("vm/hosts is cut short".to_owned());
        let refused = Standing::NotSubscribed("vm/hosts is not subscribed".to_owned());
        let decided =
            |decision| Tally { decision: Some((decision, "because".to_owned())), ..tally(0, 0) };
        let noted = Tally { note: Some("agents only".to_owned()), ..tally(2, 0) };
        #[rustfmt::skip]
        let table: &[Case<'_>] = &[
            ("proven",              tally(3, 3), 1, 1, &missing(), Fail, None),
            ("accepted",            tally(3, 3), 0, 1, &missing(), Warn, Some("accepted")),
            ("missing",             tally(0, 0), 0, 0, &missing(), NotAssessed, Some("denied")),
            ("missing, decided",    decided(Decision::Pass), 0, 0, &missing(), NotAssessed, Some("denied")),
            ("cut short",           tally(4, 0), 0, 0, &part, NotAssessed, Some("cut short")),
            ("not subscribed",      tally(0, 0), 0, 0, &refused, NotApplicable, Some("not subscribed")),
            ("empty",               tally(0, 0), 0, 0, &whole, NotApplicable, Some("nothing")),
            ("missing, but off",    decided(Decision::Off), 0, 0, &missing(), NotApplicable, Some("because")),
            ("empty, but passes",   decided(Decision::Pass), 0, 0, &whole, Pass, Some("because")),
            ("decided",             decided(Decision::NotAssessed), 0, 0, &whole, NotAssessed, Some("because")),
            ("decided to warn",     decided(Decision::Warn), 0, 0, &whole, Warn, Some("because")),
            ("all unknown",         tally(2, 2), 0, 0, &whole, NotAssessed, Some("2 of 2 unknown: no date (2)")),
            ("some unknown",        tally(2, 1), 0, 0, &whole, Warn, Some("1 of 2 unknown: no date (1)")),
            ("healthy",             tally(2, 0), 0, 0, &whole, Pass, None),
            ("healthy, with note",  noted, 0, 0, &whole, Pass, Some("agents only")),
        ];
        for (name, tally, open, accepted, standing, expected, reason) in table {
            let violations = Violations { open: *open, accepted: *accepted };
            let (state, said) = check_state(tally, violations, standing);
            assert_eq!(state, *expected, "{name}");
            let said = said.unwrap_or_default();
            assert_eq!(said.is_empty(), reason.is_none(), "{name}: {said}");
            assert!(said.contains(reason.unwrap_or("")), "{name}: {said}");
        }
    }

    /// Core, severity, state.
    type Row = (bool, Severity, CheckState);

    fn outcome(checks: &[Row]) -> Outcome {
        let results: Vec<CheckResult> = checks
            .iter()
            .map(|(core, severity, state)| CheckResult {
                id: "C01-01".into(),
                core: *core,
                severity: *severity,
                state: *state,
                subjects: 1,
                failed: 0,
                unknown: 0,
                reason: None,
            })
            .collect();
        let rolled: Vec<Rolled<'_>> = results
            .iter()
            .map(|check| Rolled {
                check,
                worst: (check.state == Fail).then_some(check.severity),
                accepted: None,
            })
            .collect();
        roll_up(&rolled)
    }

    #[test]
    fn checks_roll_up_to_an_outcome() {
        const CORE: bool = true;
        const SIDE: bool = false;
        use Severity::{High, Info, Low, Medium};
        #[rustfmt::skip]
        let table: &[(&[Row], Outcome)] = &[
            (&[(CORE, High, Pass), (SIDE, Low, Pass)], Pass),
            // A fail stands even when other parts are missing.
            (&[(CORE, High, NotAssessed), (SIDE, Medium, Fail)], Fail),
            (&[(CORE, High, Error), (SIDE, Medium, Fail)], Fail),
            (&[(CORE, High, NotAssessed), (SIDE, Low, Fail)], Warn),
            (&[(CORE, High, NotAssessed), (SIDE, Low, Warn)], Warn),
            (&[(CORE, High, Warn), (SIDE, Low, Pass)], Warn),
            (&[(CORE, High, Error), (CORE, High, NotAssessed)], Error),
            (&[(CORE, High, NotAssessed), (CORE, High, Pass)], NotAssessed),
            (&[(CORE, High, Pass), (SIDE, High, NotAssessed)], Pass),
            (&[(CORE, High, NotApplicable), (SIDE, High, NotApplicable)], NotApplicable),
            (&[(CORE, High, NotApplicable), (SIDE, High, Pass)], Pass),
            // Nothing passed: what is missing decides.
            (&[(CORE, High, NotApplicable), (SIDE, High, NotAssessed)], NotAssessed),
            (&[(CORE, High, NotApplicable), (SIDE, High, Error)], Error),
            // Information moves nothing.
            (&[(CORE, High, Pass), (SIDE, Info, Fail)], Pass),
            (&[(CORE, High, Pass), (SIDE, Info, Warn)], Pass),
            (&[(CORE, High, NotApplicable), (SIDE, Info, Fail)], NotApplicable),
        ];
        for (checks, expected) in table {
            assert_eq!(outcome(checks), *expected, "{checks:?}");
        }
    }

    #[test]
    fn the_worst_open_finding_decides_and_not_the_table() {
        let check = CheckResult {
            id: "C16-12".into(),
            core: false,
            severity: Severity::Info,
            state: Fail,
            subjects: 1,
            failed: 1,
            unknown: 0,
            reason: None,
        };
        let escalated = Rolled { check: &check, worst: Some(Severity::Medium), accepted: None };
        assert_eq!(roll_up(&[escalated]), Fail);
    }

    #[test]
    fn only_a_pass_is_demoted() {
        for view in [View::Partial, View::Unverified] {
            assert_eq!(demote(Pass, view), (Warn, Some(Pass)));
            for outcome in [Fail, Warn, NotAssessed, NotApplicable, Error] {
                assert_eq!(demote(outcome, view), (outcome, None));
            }
        }
        assert_eq!(demote(Pass, View::Full), (Pass, None));
    }
}
