//! The engine over judges of our own making: what it believes, what it drops, what it writes.

mod crowds;
mod waivers;

use std::collections::BTreeSet;

use self::waivers::with_waiver;
use super::standing::Standing;
use super::*;
use crate::analyzers::{Check, Decision, Kind, Reach, Verdicts, Violation};
use crate::evidence::{Model, State, View};
use crate::finding::{CheckState, Outcome, Span, Status};
use crate::profile::{Input, Kev, Profile};

const AS_OF: i64 = 1_774_664_400;

const fn check(id: &'static str, severity: Severity, kind: Kind) -> Check {
    Check {
        id,
        core: true,
        severity,
        kind,
        needs: &["vm/scan-schedules"],
        any_of: &[],
        inputs: &[],
        subject: "schedule:ID",
        parameters: &[],
        summary: "A schedule is wrong.",
        remediation: "Repair it.",
    }
}

static CHECKS: &[Check] = &[
    check("C01-01", Severity::High, Kind::Absence),
    check("C01-06", Severity::Low, Kind::Presence),
    Check {
        needs: &["vm/hosts"],
        any_of: &[&["vm/schedule-runs", "vm/scans"]],
        inputs: &[Input::Kev],
        core: false,
        ..check("C01-08", Severity::Medium, Kind::Presence)
    },
];

static ANALYZER: Analyzer = Analyzer {
    number: 1,
    id: "scan-schedule",
    title: "Scan schedule coverage",
    checks: CHECKS,
    guide: "",
    judge,
};

/// One finding of each of the first two checks, whatever the coverage is.
fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    verdicts.subjects("C01-01", 2);
    verdicts.violation(
        Violation::new("C01-01", Resource::new("asset_group", 7).named("DMZ"), "Not scanned")
            .evidence(facts.bodies("vm/scan-schedules")?)
            .evidence([Span::record(2, 100, 50, 7)]),
    );
    verdicts.subjects("C01-06", 1);
    verdicts.violation(
        Violation::new("C01-06", Resource::new("schedule", "9"), "Stops")
            .fact("occurrences", 3)
            .evidence([Span::record(1, 10, 20, 9), Span::record(1, 40, 20, 8)]),
    );
    verdicts.decide("C01-08", Decision::Pass, "nothing ran");
    Ok(())
}

fn model() -> Model {
    let model = Model::empty().unwrap();
    model
        .connection()
        .execute_batch(
            "INSERT INTO response VALUES (1, 'vm/scan-schedules', 1, '2.0', 0, 'aa', 900, 3);
             INSERT INTO response VALUES (2, 'vm/asset-groups', 1, '2.0', 0, 'bb', 800, 1);
             INSERT INTO repeated VALUES (1, '8');",
        )
        .unwrap();
    model
}

fn coverage(rows: &[(&str, State)]) -> Vec<Coverage> {
    rows.iter()
        .map(|(endpoint, state)| Coverage {
            endpoint: (*endpoint).to_owned(),
            state: *state,
            pages: 1,
            records: 1,
            reason: None,
        })
        .collect()
}

fn bundle() -> Bundle {
    Bundle {
        file: "demo.qsi".to_owned(),
        id: "0".repeat(32),
        root: "sha256:00".to_owned(),
        platform: "us1".to_owned(),
        subscription: "acme".to_owned(),
        collected_from: "2026-03-28T02:20:00Z".to_owned(),
        collected_to: "2026-03-28T02:30:00Z".to_owned(),
        verdict: "trusted".into(),
        completeness: "complete".to_owned(),
        signature: None,
        custody: Vec::new(),
        failures: Vec::new(),
    }
}

const WHOLE: &[(&str, State)] = &[
    ("vm/scan-schedules", State::Present),
    ("vm/hosts", State::Empty),
    ("vm/schedule-runs", State::Present),
    ("vm/scans", State::Denied),
];

struct Setting<'a> {
    analyzer: &'static Analyzer,
    rows: &'a [(&'a str, State)],
    view: View,
    profile: Profile,
    controls: BTreeSet<u8>,
    severity: Severity,
}

impl Default for Setting<'_> {
    fn default() -> Self {
        Self {
            analyzer: &ANALYZER,
            rows: WHOLE,
            view: View::Full,
            profile: Profile::default(),
            controls: [1].into(),
            severity: Severity::Low,
        }
    }
}

impl Setting<'_> {
    fn assess(&self) -> Report {
        let scope = Scope {
            login: "acme_ab".to_owned(),
            role: Some("Manager".to_owned()),
            view: self.view,
            source: "vm/users".to_owned(),
        };
        let model = model();
        let assignment = Assignment {
            model: model.connection(),
            coverage: &coverage(self.rows),
            scope: &scope,
            bundle: bundle(),
            answers: Vec::new(),
            collected: AS_OF,
            as_of: AS_OF,
            profile: &self.profile,
            inputs: &Inputs::default(),
            controls: &self.controls,
            severity: self.severity,
        };
        assess_with(assignment, &[self.analyzer]).unwrap()
    }

    fn states(&self) -> Vec<CheckState> {
        let report = self.assess();
        report.controls[0].checks.iter().map(|check| check.state).collect()
    }
}

#[test]
fn evidence_ids_name_the_record_where_it_is_unique() {
    let report = Setting::default().assess();
    let ids = |finding: &Finding| -> Vec<String> {
        finding.evidence.iter().map(|evidence| evidence.id.clone()).collect()
    };
    assert_eq!(report.findings.len(), 2);
    // A body as a whole, and a record that the model does not hold twice.
    assert_eq!(ids(&report.findings[0]), ["ev:1", "ev:2#7"]);
    // Schedule 8 stands in the body more than once.
    assert_eq!(ids(&report.findings[1]), ["ev:1#9", "ev:1#@40"]);
    assert_eq!(&*report.findings[1].evidence[0].sha256, "aa");
    assert_eq!(&*report.findings[1].evidence[0].endpoint, "vm/scan-schedules");
}

#[test]
fn the_fingerprint_is_the_hash_of_subscription_and_key() {
    let report = Setting::default().assess();
    // printf 'qsi.finding.v1\0acme\0C01-06:schedule:9' | sha256sum
    assert_eq!(report.findings[1].key, "C01-06:schedule:9");
    assert_eq!(
        report.findings[1].fingerprint,
        "e3940354802844079fbd5fbc3a142c27d1c0488e1e68c4dda031e151c885f303"
    );
}

#[test]
fn incomplete_evidence_proves_presence_and_never_absence() {
    use CheckState::{Fail, NotApplicable, NotAssessed, Pass};
    let table: &[(State, CheckState, CheckState)] = &[
        (State::Present, Fail, Fail),
        (State::Truncated, NotAssessed, Fail),
        (State::Denied, NotAssessed, Fail),
        (State::Skipped, NotAssessed, Fail),
        (State::Failed, NotAssessed, Fail),
        (State::ParseError, NotAssessed, Fail),
        (State::Withheld, NotAssessed, Fail),
        (State::NotSubscribed, NotApplicable, Fail),
    ];
    for (state, absence, presence) in table {
        let rows = [("vm/scan-schedules", *state)];
        let setting = Setting { rows: &rows, ..Setting::default() };
        assert_eq!(setting.states()[..2], [*absence, *presence], "{state:?}");
        let findings = setting.assess().findings.len();
        assert_eq!(findings, if *absence == Fail { 2 } else { 1 }, "{state:?}");
    }
    let setting = Setting { view: View::Partial, ..Setting::default() };
    assert_eq!(setting.states()[..2], [NotAssessed, Fail]);
    let setting = Setting { view: View::Unverified, ..Setting::default() };
    assert_eq!(setting.states()[..2], [Fail, Fail]);
    assert_ne!(setting.states()[2], Pass);
}

#[test]
fn what_is_missing_is_named_with_what_brings_it() {
    let rows = [("vm/scan-schedules", State::Denied)];
    let report = Setting { rows: &rows, ..Setting::default() }.assess();
    let reasons: Vec<&str> =
        report.controls[0].checks.iter().filter_map(|check| check.reason.as_deref()).collect();
    assert!(reasons[0].contains("vm/scan-schedules was denied"), "{}", reasons[0]);
    assert!(reasons[0].contains("GET /api/"), "{}", reasons[0]);
    for named in ["`kev`", "vm/hosts", "vm/schedule-runs", "vm/scans"] {
        assert!(reasons[1].contains(named), "{}", reasons[1]);
    }
}

#[test]
fn one_whole_endpoint_of_a_group_is_enough() {
    let ground = |rows: &[(&str, State)]| {
        let coverage = coverage(rows);
        let inputs = Inputs { kev: Some(Kev::default()), ..Inputs::default() };
        Ground::new(&coverage, View::Full, &inputs).standing(&CHECKS[2])
    };
    assert_eq!(ground(WHOLE), Standing::Whole);
    let cut = [("vm/hosts", State::Present), ("vm/scans", State::Truncated)];
    assert!(matches!(ground(&cut), Standing::Part(_)));
    let none = [("vm/hosts", State::Present), ("vm/scans", State::Failed)];
    assert!(matches!(ground(&none), Standing::Missing(_)));
}

#[test]
fn a_required_module_that_is_not_subscribed_is_a_finding_of_the_first_check() {
    let rows = [("vm/scan-schedules", State::NotSubscribed)];
    let mut profile = Profile::default();
    profile.require_modules = vec!["VM".to_owned()];
    let report = Setting { rows: &rows, profile, ..Setting::default() }.assess();
    assert_eq!(report.findings[0].key, "C01-01:subscription:tenant");
    assert_eq!(report.controls[0].checks[0].state, CheckState::Fail);
    assert_eq!(report.controls[0].outcome, Outcome::Fail);
}

#[test]
fn the_filter_hides_findings_and_changes_no_verdict() {
    let all = Setting::default().assess();
    let high = Setting { severity: Severity::High, ..Setting::default() }.assess();
    assert_eq!(high.findings.len(), 1);
    assert_eq!(high.summary.hidden.low, 1);
    assert_eq!(high.summary.findings, all.summary.findings);
    assert_eq!(high.controls[0].outcome, all.controls[0].outcome);
    assert_eq!(high.summary.findings.worst(), Some(Severity::High));
    let critical = Setting { severity: Severity::Critical, ..Setting::default() }.assess();
    assert_eq!(critical.summary.findings.worst(), Some(Severity::High));
}

/// A judge with `count` like findings on one parent.
fn many(count: u32, verdicts: &mut Verdicts) {
    verdicts.subjects("C01-06", u64::from(count));
    for id in 0..count {
        verdicts.violation(
            Violation::new("C01-06", Resource::new("schedule", id), "Stops")
                .evidence([Span::part(1, i64::from(id), 1)])
                .parent(Resource::subscription()),
        );
    }
}

static FIFTY: Analyzer = Analyzer {
    judge: |_, verdicts| {
        many(50, verdicts);
        Ok(())
    },
    ..like()
};

static FIFTY_ONE: Analyzer = Analyzer {
    judge: |_, verdicts| {
        many(51, verdicts);
        Ok(())
    },
    ..like()
};

static FAULTY: Analyzer =
    Analyzer { judge: |_, _| Err(AnalyzeError::Buckets { input: 3, counted: 2 }), ..like() };

static STRANGER: Analyzer = Analyzer {
    judge: |_, verdicts| {
        verdicts.subjects("C01-99", 1);
        Ok(())
    },
    ..like()
};

static OUTSIDE: Analyzer = Analyzer {
    judge: |_, verdicts| {
        let violation = Violation::new("C01-06", Resource::new("schedule", 1), "Stops");
        verdicts.violation(violation.evidence([Span::part(1, 890, 11)]));
        Ok(())
    },
    ..like()
};

static TWICE: Analyzer = Analyzer {
    judge: |_, verdicts| {
        for message in ["Stops", "Stops again"] {
            verdicts.violation(Violation::new("C01-06", Resource::new("schedule", 1), message));
        }
        Ok(())
    },
    ..like()
};

const fn like() -> Analyzer {
    Analyzer {
        number: 1,
        id: "scan-schedule",
        title: "Scan schedule coverage",
        checks: CHECKS,
        guide: "",
        judge: |_, _| Ok(()),
    }
}

#[test]
fn more_than_fifty_like_findings_become_one_that_names_them_all() {
    let report = Setting { analyzer: &FIFTY, ..Setting::default() }.assess();
    assert_eq!(report.findings.len(), 50);
    let report = Setting { analyzer: &FIFTY_ONE, ..Setting::default() }.assess();
    let [finding] = report.findings.as_slice() else { panic!("{}", report.findings.len()) };
    assert_eq!(finding.key, "C01-06:subscription:tenant");
    assert_eq!(finding.members.len(), 51);
    assert_eq!(finding.members[0], "C01-06:schedule:0");
    assert_eq!(finding.evidence.len(), 51);
    assert_eq!(report.controls[0].checks[1].failed, 51);
    // A waiver of one member leaves fifty, which stand by themselves.
    let profile = with_waiver(
        "[[waiver]]\nfinding = \"C01-06:schedule:7\"\nreason = \"r\"\napprover = \"a\"\n\
         expires = 2027-01-01",
    );
    let report = Setting { analyzer: &FIFTY_ONE, profile, ..Setting::default() }.assess();
    assert_eq!(report.findings.len(), 51);
    assert_eq!(report.waivers[0].state, WaiverState::Accepted);
}

#[test]
fn our_own_fault_is_an_error_of_that_control() {
    for (analyzer, sentence) in [
        (&FAULTY, "2 detections stand in buckets, but 3 were read"),
        (&STRANGER, "`C01-99`"),
        (&OUTSIDE, "outside response 1"),
        (&TWICE, "two findings have the key C01-06:schedule:1"),
    ] {
        let report = Setting { analyzer, ..Setting::default() }.assess();
        let control = &report.controls[0];
        assert_eq!(control.outcome, Outcome::Error, "{sentence}");
        assert_eq!(control.assessed, 0);
        assert!(report.findings.is_empty());
        for check in &control.checks {
            assert_eq!(check.state, CheckState::Error);
            assert!(check.reason.as_ref().unwrap().contains(sentence), "{:?}", check.reason);
        }
    }
}

#[test]
fn an_earlier_clock_is_said() {
    let profile = Profile::default();
    let scope = Scope { login: String::new(), role: None, view: View::Full, source: String::new() };
    let model = model();
    let assignment = Assignment {
        model: model.connection(),
        coverage: &[],
        scope: &scope,
        bundle: bundle(),
        answers: Vec::new(),
        collected: AS_OF,
        as_of: AS_OF - 60,
        profile: &profile,
        inputs: &Inputs::default(),
        controls: &[1].into(),
        severity: Severity::Low,
    };
    let report = assess_with(assignment, &[&ANALYZER]).unwrap();
    assert_eq!(report.as_of, "2026-03-28T02:19:00Z");
    assert!(
        report.notes.iter().any(|note| note.contains("began at 2026-03-28T02:20:00Z")),
        "{:?}",
        report.notes
    );
}

#[test]
fn judges_see_how_far_the_evidence_reaches() {
    let coverage = coverage(&[("vm/hosts", State::Empty), ("vm/scans", State::Truncated)]);
    let inputs = Inputs::default();
    let reach = Ground::new(&coverage, View::Full, &inputs).reach();
    assert_eq!(reach.get("vm/hosts"), Some(&Reach::Whole));
    assert_eq!(reach.get("vm/scans"), Some(&Reach::Part));
    assert_eq!(reach.get("vm/users"), None);
}
