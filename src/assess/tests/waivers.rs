//! Waivers over findings: what they accept, and what they are told.

use super::*;

/// A profile from TOML text.
pub(super) fn with_waiver(text: &str) -> Profile {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.toml");
    std::fs::write(&file, text).unwrap();
    Profile::load(Some(&file), None, &[]).unwrap()
}

#[test]
fn waivers_accept_lapse_expire_and_miss() {
    use WaiverState::{Accepted, Expired, Lapsed, TooBroad, Unmatched};
    // The clock stands at 2026-03-28T02:20:00Z.
    let last = "expires = 2026-03-28";
    #[rustfmt::skip]
    let table: &[(&str, &str, &str, WaiverState, Option<&str>)] = &[
        ("exact, on its last day", "C01-06:schedule:9", last, Accepted, None),
        ("a day too late",     "C01-06:schedule:9", "expires = 2026-03-27", Expired, Some("W-01")),
        ("severity allowed",   "C01-01:asset_group:7", "expires = 2027-01-01\nmax_severity = \"high\"", Accepted, None),
        ("more severe",        "C01-01:asset_group:7", "expires = 2027-01-01\nmax_severity = \"medium\"", Lapsed, None),
        ("no such finding",    "C01-06:schedule:10", last, Unmatched, Some("W-02")),
        ("a glob",             "C01-06:schedule:*", last, TooBroad, Some("W-03")),
        ("no id",              "C01-06:schedule", last, TooBroad, Some("W-03")),
        ("an empty id",        "C01-06:schedule:", last, TooBroad, Some("W-03")),
        ("no known check",     "C99-01:schedule:9", last, Unmatched, Some("W-02")),
    ];
    for (name, finding, rest, state, fault) in table {
        let text = format!(
            "[[waiver]]\nfinding = \"{finding}\"\nreason = \"r\"\napprover = \"a\"\n{rest}"
        );
        let profile = with_waiver(&text);
        let severity = Severity::Info;
        let report = Setting { profile, severity, ..Setting::default() }.assess();
        assert_eq!(report.waivers[0].state, *state, "{name}");
        let accepted = report.findings.iter().filter(|one| one.status == Status::Accepted);
        assert_eq!(accepted.count(), usize::from(*state == Accepted), "{name}");
        let faults: Vec<&Finding> =
            report.findings.iter().filter(|one| one.check.starts_with("W-")).collect();
        assert_eq!(faults.first().map(|one| one.check.as_str()), *fault, "{name}");
        if let Some(one) = faults.first() {
            assert_eq!(one.key, format!("{}:waiver:{finding}", one.check));
            assert_eq!(one.control, u8::from(finding.starts_with("C01")), "{name}");
        }
    }
}

#[test]
fn a_waiver_without_approver_waives_nothing() {
    let profile = with_waiver(
        "[[waiver]]\nfinding = \"C01-06:schedule:9\"\nreason = \"r\"\nexpires = 2027-01-01",
    );
    let report = Setting { profile, ..Setting::default() }.assess();
    assert_eq!(report.waivers[0].state, WaiverState::TooBroad);
    assert!(report.findings.iter().any(|one| one.check == "W-03"));
    assert!(report.findings.iter().all(|one| one.status == Status::Open));
}

#[test]
fn accepted_findings_leave_a_warning_and_are_counted() {
    let waiver = |key: &str| {
        format!(
            "[[waiver]]\nfinding = \"{key}\"\nreason = \"r\"\napprover = \"a\"\n\
             expires = 2027-01-01\n"
        )
    };
    let profile = with_waiver(&(waiver("C01-01:asset_group:7") + &waiver("C01-06:schedule:9")));
    let assessment = Setting { profile, ..Setting::default() }.assess();
    let control = &assessment.controls[0];
    assert_eq!(control.outcome, Outcome::Warn);
    assert_eq!(control.checks[0].reason.as_deref(), Some("accepted"));
    assert_eq!(assessment.summary.accepted, 2);
    assert_eq!(assessment.summary.findings.total(), 0);
    assert_eq!(assessment.summary.findings.worst(), None);
}

#[test]
fn waivers_of_controls_that_are_not_selected_are_left_alone() {
    let profile = with_waiver(
        "[[waiver]]\nfinding = \"C02-01:subscription:tenant\"\nreason = \"r\"\n\
         approver = \"a\"\nexpires = 2020-01-01",
    );
    let report = Setting { profile, ..Setting::default() }.assess();
    assert!(report.waivers.is_empty());
    assert!(report.findings.iter().all(|one| !one.check.starts_with("W-")));
}

/// A check of information whose finding is worse than that.
static ESCALATED: Analyzer = Analyzer {
    checks: &[check("C01-06", Severity::Info, Kind::Presence)],
    judge: |_, verdicts| {
        verdicts.subjects("C01-06", 1);
        let violation = Violation::new("C01-06", Resource::new("schedule", 9), "Stops");
        verdicts.violation(violation.severity(Severity::Medium));
        Ok(())
    },
    ..like()
};

#[test]
fn an_accepted_finding_warns_by_its_own_severity() {
    let report = Setting { analyzer: &ESCALATED, ..Setting::default() }.assess();
    assert_eq!(report.controls[0].outcome, Outcome::Fail);
    let profile = with_waiver(
        "[[waiver]]\nfinding = \"C01-06:schedule:9\"\nreason = \"r\"\napprover = \"a\"\n\
         expires = 2027-01-01",
    );
    let report = Setting { analyzer: &ESCALATED, profile, ..Setting::default() }.assess();
    assert_eq!(report.waivers[0].state, WaiverState::Accepted);
    assert_eq!(report.controls[0].outcome, Outcome::Warn);
}

/// The key of many findings together stands in the report, and names more than one of them.
#[test]
fn many_findings_together_cannot_be_waived_at_once() {
    let profile = with_waiver(
        "[[waiver]]\nfinding = \"C01-06:subscription:tenant\"\nreason = \"r\"\n\
         approver = \"a\"\nexpires = 2027-01-01",
    );
    let report = Setting { analyzer: &FIFTY_ONE, profile, ..Setting::default() }.assess();
    assert!(report.findings.iter().any(|one| one.key == "C01-06:subscription:tenant"));
    assert!(report.findings.iter().all(|one| one.status == Status::Open));
    assert_eq!(report.waivers[0].state, WaiverState::TooBroad);
    let fault = report.findings.iter().find(|one| one.check.starts_with("W-")).unwrap();
    assert_eq!(fault.check, "W-03");
}
