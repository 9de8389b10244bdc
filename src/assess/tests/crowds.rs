//! Like findings beyond fifty: what is left of their words decides nothing.

use super::*;

/// 53 like findings, the last one worse than its check; with `twin` two of the last have one key.
fn fifty_three(check: &'static str, twin: bool, verdicts: &mut Verdicts) {
    verdicts.subjects(check, 53);
    for id in 0..53 {
        let resource = Resource::new("schedule", if twin && id == 51 { 50 } else { id });
        let violation = Violation::new(check, resource, format!("Stops {id}"))
            .evidence([Span::part(1, i64::from(id), 1)])
            .parent(Resource::subscription());
        verdicts.violation(match id {
            52 => violation.severity(Severity::Critical),
            _ => violation,
        });
    }
}

static CROWD: Analyzer = Analyzer {
    judge: |_, verdicts| {
        fifty_three("C01-06", false, verdicts);
        Ok(())
    },
    ..like()
};

static TWINS: Analyzer = Analyzer {
    judge: |_, verdicts| {
        fifty_three("C01-06", true, verdicts);
        Ok(())
    },
    ..like()
};

static ABSENT: Analyzer = Analyzer {
    judge: |_, verdicts| {
        fifty_three("C01-01", false, verdicts);
        Ok(())
    },
    ..like()
};

fn waivers(ids: &[u32]) -> Profile {
    let one = |id: &u32| {
        format!(
            "[[waiver]]\nfinding = \"C01-06:schedule:{id}\"\nreason = \"r\"\napprover = \"a\"\n\
             expires = 2027-01-01\n"
        )
    };
    with_waiver(&ids.iter().map(one).collect::<String>())
}

#[test]
fn the_worst_of_the_crowd_is_the_worst_of_the_finding() {
    let report = Setting { analyzer: &CROWD, ..Setting::default() }.assess();
    let [finding] = report.findings.as_slice() else { panic!("{}", report.findings.len()) };
    assert_eq!(finding.severity, Severity::Critical);
    assert_eq!((finding.members.len(), finding.evidence.len()), (53, 53));
    assert!(finding.members.is_sorted() && finding.members.contains(&"C01-06:schedule:52".into()));
    assert_eq!(report.controls[0].checks[1].failed, 53);
    assert_eq!(report.controls[0].outcome, Outcome::Fail);
}

/// Whichever of them are waived, they stand by themselves with their own words and severity.
#[test]
fn a_waived_one_keeps_its_words_wherever_it_stands() {
    let report =
        Setting { analyzer: &CROWD, profile: waivers(&[52]), ..Setting::default() }.assess();
    let [own, together] = report.findings.as_slice() else { panic!("{}", report.findings.len()) };
    assert_eq!((own.status, own.message.as_str()), (Status::Accepted, "Stops 52"));
    assert_eq!(own.severity, Severity::Critical);
    assert_eq!((together.members.len(), together.severity), (52, Severity::Low));
    assert_eq!(report.controls[0].checks[1].failed, 53);

    // Fifty are left: no crowd, and every one has its words.
    let profile = waivers(&[50, 51, 52]);
    let report = Setting { analyzer: &CROWD, profile, ..Setting::default() }.assess();
    assert_eq!(report.findings.len(), 53);
    assert!(report.findings.iter().all(|finding| finding.message.starts_with("Stops ")));
}

#[test]
fn two_of_one_key_in_the_crowd_are_our_fault() {
    let report = Setting { analyzer: &TWINS, ..Setting::default() }.assess();
    let check = &report.controls[0].checks[1];
    assert_eq!(check.state, CheckState::Error);
    assert!(check.reason.as_deref().unwrap_or_default().contains("C01-06:schedule:50"));
    assert!(report.findings.is_empty());
}

#[test]
fn a_crowd_that_rests_on_absence_needs_all_of_the_evidence() {
    let whole = Setting { analyzer: &ABSENT, ..Setting::default() }.assess();
    assert_eq!(whole.findings.len(), 1);
    let rows = &[("vm/scan-schedules", State::Truncated), ("vm/hosts", State::Empty)];
    let report = Setting { analyzer: &ABSENT, rows, ..Setting::default() }.assess();
    assert!(report.findings.is_empty());
    assert_eq!(report.controls[0].checks[0].state, CheckState::NotAssessed);
    assert_eq!(report.controls[0].checks[0].failed, 0);
}
