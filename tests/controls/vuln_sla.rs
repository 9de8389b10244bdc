//! Control 10: buckets, classes, clocks, limits.

use std::collections::BTreeSet;

use qualys_sec_inspector::finding::{CheckState, Outcome};
use qualys_sec_inspector::profile::{KernelPolicy, Profile, SeveritySource, SlaClock};

use crate::case::{AS_OF, Case, SLA, shown};

#[path = "vuln_shares.rs"]
mod shares;

#[test]
fn fixture() {
    let due = [
        ("CVE-2099-0001", Some(AS_OF)),
        ("CVE-2099-0002", Some(AS_OF + 1)),
        ("CVE-2099-0003", None),
    ];
    insta::assert_snapshot!(shown(&Case::new(10, SLA).kev(&due).report()));
}

/// Exactly 15, 30 and 90 days are the end of a band, a second more is the next one. Low detections
/// are counted without a limit; what has no date, and what is not open, is in no band.
#[test]
fn bands_of_age() {
    let report = Case::new(10, SLA).report();
    let count = |id: String| {
        let metrics = &report.controls.first().unwrap().metrics;
        let found = metrics.iter().find(|metric| metric.id == id).expect(&id);
        found.value.as_ref().unwrap().as_u64().unwrap()
    };
    for (class, expected) in [
        ("critical", [5, 2, 0, 1]),
        ("high", [22, 4, 3, 0]),
        ("medium", [2, 0, 5, 1]),
        ("low", [0, 0, 0, 1]),
    ] {
        let bands = ["0_15d", "15_30d", "30_90d", "90d"];
        assert_eq!(bands.map(|band| count(format!("open_{class}_{band}"))), expected, "{class}");
    }
}

#[test]
fn the_clock_of_re_opened_detections() {
    let key = "C10-01:qid:122".to_owned();
    let clock =
        |clock| Case::new(10, SLA).set(move |profile| profile.sla.clock = clock).keys("C10-01");
    assert!(clock(SlaClock::FirstFound).contains(&key));
    assert!(!clock(SlaClock::LastReopened).contains(&key));
}

#[test]
fn what_a_policy_lets_in() {
    let seed = Case::new(10, SLA).keys("C10-0");
    let with = |change: fn(&mut Profile)| {
        let keys = Case::new(10, SLA).set(change).keys("C10-0");
        keys.into_iter().filter(|key| !seed.contains(key)).collect::<Vec<_>>()
    };
    assert_eq!(
        with(|profile| profile.sla.kernel_policy = KernelPolicy::All),
        ["C10-01:qid:117", "C10-01:qid:141"]
    );
    assert_eq!(
        with(|profile| profile.sla.kernel_policy = KernelPolicy::Separate),
        Vec::<String>::new()
    );
    assert_eq!(with(|profile| profile.sla.include_potential = true), ["C10-01:qid:113"]);
    assert_eq!(with(|profile| profile.sla.low = Some(180)), ["C10-04:qid:107"]);
    assert_eq!(with(|profile| profile.sla.low = Some(400)), Vec::<String>::new());
}

#[test]
fn classes_by_score() {
    // In tenths: 90 is critical, 89 high; v2 stands in for v3, the Qualys severity for both.
    let scores = "UPDATE vuln SET cvss3 = 90 WHERE qid = 107; UPDATE vuln SET cvss3 = 89 WHERE qid = 102;
        UPDATE vuln SET cvss2 = 40 WHERE qid = 104; DELETE FROM vuln WHERE qid = 106;
        UPDATE detection SET qds = 90 WHERE qid = 107; UPDATE detection SET qds = 39 WHERE qid = 102;";
    let by = |source| {
        Case::new(10, SLA)
            .change(scores)
            .set(move |profile| profile.sla.severity_source = source)
            .keys("C10-0")
            .into_iter()
            .filter(|key| ["102", "104", "106", "107"].iter().any(|qid| key.ends_with(qid)))
            .collect::<Vec<_>>()
    };
    assert_eq!(by(SeveritySource::Qualys), ["C10-01:qid:102", "C10-02:qid:104", "C10-03:qid:106"]);
    // 102 is high and 15 days old, 104 medium, 106 in no knowledge base: its class is unknown.
    assert_eq!(by(SeveritySource::Cvss3), ["C10-01:qid:107"]);
    assert_eq!(by(SeveritySource::Qds), ["C10-01:qid:107", "C10-02:qid:104", "C10-03:qid:106"]);
}

#[test]
fn exactly_the_target_is_enough() {
    // Nineteen of the twenty on host 1 are inside.
    let one = "UPDATE detection SET first_found = unixepoch('2026-03-28') WHERE qid = 200;";
    let key = "C10-05:asset_group:10:high".to_owned();
    assert!(Case::new(10, SLA).keys("C10-05").contains(&key));
    assert!(!Case::new(10, SLA).change(one).keys("C10-05").contains(&key));
    let small = Case::new(10, SLA).set(|profile| profile.sla.group_min_population = 21);
    assert!(!small.keys("C10-05").contains(&key));
}

#[test]
fn nothing_open_passes_only_over_scanned_hosts() {
    let none = Case::new(10, SLA).kev(&[]).change("DELETE FROM detection;");
    assert_eq!(none.outcome(), Outcome::Pass, "{}", shown(&none.report()));
    let unscanned = "DELETE FROM detection; UPDATE host SET last_vm_scan = NULL;";
    assert_eq!(Case::new(10, SLA).change(unscanned).outcome(), Outcome::NotAssessed);
}

#[test]
fn what_was_not_asked_for_is_not_assessed() {
    let unasked = "DELETE FROM parameter; DELETE FROM detection WHERE status = 'Fixed'; UPDATE detection SET running_kernel = NULL;";
    let case = Case::new(10, SLA).change(unasked);
    let (state, reason) = case.check("C10-11");
    assert_eq!(state, CheckState::NotAssessed);
    assert!(reason.unwrap().contains("not asked for"));
    // What is there was asked for, whatever the parameters say.
    let shown = Case::new(10, SLA).change("DELETE FROM parameter;");
    assert_eq!(shown.check("C10-11").0, CheckState::Fail);
    let (state, reason) = case.check("C10-07");
    assert_eq!(state, CheckState::NotAssessed);
    let reason = reason.unwrap();
    assert!(reason.contains("show_arf_data not sent"), "{reason}");
    assert!(reason.contains("5 detections of Linux kernels"), "{reason}");
    // Asked for, and no Linux kernel in sight: then none is asleep.
    let no_kernel = "UPDATE detection SET running_kernel = NULL; DELETE FROM detection WHERE qid IN (117, 118, 141);";
    assert_eq!(Case::new(10, SLA).change(no_kernel).check("C10-07").0, CheckState::Pass);
    let without_file = Case::new(10, SLA).change("DELETE FROM vuln_threat;");
    assert_eq!(without_file.check("C10-06").0, CheckState::NotAssessed);
}

/// A shorter limit finds at least as much.
#[test]
fn narrower_limits_never_remove_findings() {
    let at = |days| {
        Case::new(10, SLA)
            .set(move |profile| {
                (profile.sla.critical, profile.sla.high, profile.sla.medium) = (days, days, days);
            })
            .keys("C10-0")
            .into_iter()
            .collect::<BTreeSet<_>>()
    };
    let mut wider = at(1);
    for days in [2, 14, 15, 29, 30, 89, 90, 399, 400] {
        let narrower = std::mem::replace(&mut wider, at(days));
        assert!(wider.is_subset(&narrower), "{days}: {:?}", wider.difference(&narrower));
    }
}
