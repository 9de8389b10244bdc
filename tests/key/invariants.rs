//! What must not move a verdict: page sizes, the order of records, a host more, a waiver.

use std::collections::{BTreeMap, BTreeSet};

use qualys_sec_inspector::assess::Report;
use qualys_sec_inspector::finding::{CheckState, Outcome, Status};
use qualys_sec_inspector::profile::{Inputs, Profile, Waiver};

use crate::judged::{Loaded, NOW, keep, spec};
use crate::tenant::{Kind, Tenant};

fn neglected(hosts: u64) -> Tenant {
    Tenant::new(&spec(Kind::Neglected, 5, Some(hosts)))
}

fn judged(loaded: &Loaded, profile: &Profile) -> Report {
    loaded.report(profile, &Inputs::default())
}

/// Findings with all that they say but where it stands, and the state of every check.
fn said(report: &Report) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let findings = report.findings.iter().map(|finding| {
        let facts = serde_json::to_string(&finding.facts).unwrap();
        let said = format!("{} {} {facts}", finding.severity.word(), finding.message);
        (finding.key.clone(), said)
    });
    let checks = report.controls.iter().flat_map(|control| &control.checks);
    let states = checks.map(|check| {
        let said = format!("{} {}/{}", check.state.word(), check.failed, check.subjects);
        (check.id.to_string(), said)
    });
    (findings.collect(), states.collect())
}

fn keys(report: &Report) -> BTreeSet<&str> {
    report.findings.iter().map(|finding| finding.key.as_str()).collect()
}

#[test]
fn neither_page_sizes_nor_the_order_of_records_move_a_verdict() {
    let expected = said(&judged(&keep(neglected(60), &[], None).open(), &Profile::default()));
    let small = keep(neglected(60), &[], Some(9));
    assert!(small.calls() > 60, "{} calls", small.calls());
    assert_eq!(said(&judged(&small.open(), &Profile::default())), expected);

    let mut turned = neglected(60);
    turned.schedules.reverse();
    turned.runs.reverse();
    turned.users.reverse();
    turned.ips.reverse();
    turned.excluded.reverse();
    turned.programme.appliances.reverse();
    turned.programme.option_profiles.reverse();
    turned.programme.auth_records.reverse();
    turned.programme.report_schedules.reverse();
    let turned = keep(turned, &[], None).open();
    assert_eq!(said(&judged(&turned, &Profile::default())), expected);
}

#[test]
fn a_host_more_changes_nothing_about_others() {
    let reports = [80, 81]
        .map(|hosts| judged(&keep(neglected(hosts), &[], None).open(), &Profile::default()));
    let [before, after] = reports.each_ref().map(|report| {
        let of_one =
            report.findings.iter().filter(|finding| finding.resource.kind != "subscription");
        of_one.map(|finding| (&finding.key, finding.severity)).collect::<BTreeSet<_>>()
    });
    assert!(before.len() > 50);
    assert_eq!(before, after);
}

#[test]
fn a_waiver_makes_no_pass_and_a_tighter_limit_hides_nothing() {
    let loaded = keep(neglected(20), &[], None).open();
    let plain = judged(&loaded, &Profile::default());
    let passes = |report: &Report| {
        let checks = report.controls.iter().flat_map(|control| &control.checks);
        let passed = checks.filter(|check| check.state == CheckState::Pass).count();
        let controls = report.controls.iter().filter(|one| one.outcome == Outcome::Pass).count();
        (passed, controls)
    };
    let waivers = |keys: &[&str]| {
        let mut profile = Profile::default();
        profile.waivers = keys.iter().map(|key| waiver(key)).collect();
        profile
    };
    // The only finding of its check, one of many, all of them: of rolled-up ones the members.
    let of = |start: &str| *keys(&plain).iter().find(|key| key.starts_with(start)).unwrap();
    let (single, many) = (of("C13-03:"), of("C01-01:"));
    let all = plain.findings.iter().flat_map(|finding| {
        let members = finding.members.iter().map(String::as_str);
        members.chain(finding.members.is_empty().then_some(finding.key.as_str()))
    });
    for (waived, open) in [
        (vec![single], plain.findings.len() - 1),
        (vec![many], plain.findings.len() - 1),
        (all.collect(), 0),
    ] {
        let report = judged(&loaded, &waivers(&waived));
        assert_eq!(passes(&report), passes(&plain), "{waived:?}");
        // Whether waived members still stand for themselves or together is another matter.
        let left = report.findings.iter().filter(|one| one.status != Status::Accepted);
        assert_eq!(left.count(), open, "{waived:?}");
        assert!(report.findings.len() >= plain.findings.len());
    }

    let mut tight = Profile::default();
    for limit in [&mut tight.sla.critical, &mut tight.sla.high, &mut tight.sla.medium] {
        *limit -= 5;
    }
    tight.c01.max_run_age_days -= 5;
    tight.c13.inactive_days -= 5;
    tight.c06.max_missed -= 1;
    let tight = judged(&loaded, &tight);
    let lost: Vec<&str> = keys(&plain).difference(&keys(&tight)).copied().collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert!(tight.findings.len() > plain.findings.len());
}

fn waiver(key: &str) -> Waiver {
    Waiver {
        finding: key.to_owned(),
        reason: "accepted for this test".to_owned(),
        approver: Some("ciso@example.com".to_owned()),
        approved: None,
        expires: "2027-01-01".to_owned(),
        ends: NOW + 300 * 86_400,
        ticket: None,
        max_severity: None,
    }
}
