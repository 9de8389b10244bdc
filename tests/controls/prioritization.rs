//! Control 17: scores, whether the work follows them, and what ranks nothing.

use std::fmt::Write as _;

use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::{CheckState, Outcome};

use crate::case::{AS_OF, Case, RANKS, shown};

#[test]
fn fixture() {
    insta::assert_snapshot!(shown(&Case::new(17, RANKS).report()));
}

/// Open detections, each of its own QID with a CVE: score, age in seconds, CVSS in tenths.
fn detections(list: &[(Option<u32>, i64, Option<u32>)]) -> String {
    let mut rows = format!(
        "INSERT INTO response VALUES (2, 'vm/hosts', 1, '5.0', {AS_OF}, 'a2', 9000, 1), (3, 'vm/detections', 1, '5.0', {AS_OF}, 'a3', 9000, 1), (4, 'vm/knowledge-base', 1, '4.0', {AS_OF}, 'a4', 9000, 1);
         INSERT INTO parameter VALUES ('vm/detections', 'show_qds', '1'), ('vm/detections', 'include_ignored', '1');
         INSERT INTO host (row, id, last_vm_scan, \"offset\", length) VALUES ((2 << 24) + 1, 1, {AS_OF}, 0, 10);"
    );
    let text = |value: &Option<u32>| value.map_or("NULL".to_owned(), |value| value.to_string());
    for (index, (qds, age, cvss)) in list.iter().enumerate() {
        let (qds, cvss, found) = (text(qds), text(cvss), AS_OF - age);
        write!(
            rows,
            "INSERT INTO detection (row, host_id, qid, type, severity, status, first_found, qds, \"offset\", length) VALUES ((3 << 24) + {index}, 1, {index}, 'Confirmed', 3, 'Active', {found}, {qds}, 0, 10);
             INSERT INTO vuln (row, qid, cvss3, \"offset\", length) VALUES ((4 << 24) + {index}, {index}, {cvss}, 0, 10);
             INSERT INTO vuln_cve VALUES ({index}, 'CVE-2099-{index}');"
        )
        .unwrap();
    }
    rows
}

#[test]
fn either_score_suffices_and_exactly_the_limit_does() {
    let state = |qds: usize, cvss: usize| {
        let list: Vec<_> = (0..20)
            .map(|index| ((index < qds).then_some(50), 0, (index < cvss).then_some(50)))
            .collect();
        Case::new(17, &detections(&list)).check("C17-01").0
    };
    assert_eq!(state(19, 0), CheckState::Pass);
    assert_eq!(state(0, 19), CheckState::Pass);
    assert_eq!(state(18, 18), CheckState::Fail);
}

#[test]
fn scores_that_nobody_asked_for_prove_nothing() {
    let without = |cvss| {
        let list = [(None, 0, cvss); 5];
        detections(&list) + "DELETE FROM parameter WHERE name = 'show_qds';"
    };
    let (rows, scored) = (without(None), without(Some(70)));
    for check in ["C17-01", "C17-02", "C17-03", "C17-04"] {
        let (state, reason) = Case::new(17, &rows).check(check);
        assert_eq!(state, CheckState::NotAssessed, "{check}");
        assert!(reason.unwrap().contains("show_qds"), "{check}");
    }
    assert_eq!(Case::new(17, &scored).check("C17-01").0, CheckState::Pass);
    let unasked = "DELETE FROM parameter WHERE name = 'include_ignored';";
    let rows = detections(&[(Some(50), 0, None)]) + unasked;
    let (state, reason) = Case::new(17, &rows).check("C17-04");
    assert_eq!(state, CheckState::NotAssessed);
    assert!(reason.unwrap().contains("include_ignored"));
}

#[test]
fn the_knowledge_base_is_needed_only_where_scores_do_not_suffice() {
    let denied = [("vm/knowledge-base", State::Denied)];
    let scored = detections(&[(Some(50), 0, None)]);
    assert_eq!(Case::new(17, &scored).reach(&denied).check("C17-01").0, CheckState::Pass);
    let unscored = detections(&[(None, 0, None)]);
    let (state, reason) = Case::new(17, &unscored).reach(&denied).check("C17-01");
    assert_eq!(state, CheckState::NotAssessed);
    assert!(reason.unwrap().contains("vm/knowledge-base"));
}

#[test]
fn the_order_of_work() {
    let state = |top: &[i64], lower: &[i64]| {
        let mut list: Vec<_> = top.iter().map(|age| (Some(90), *age, None)).collect();
        list.extend(lower.iter().map(|age| (Some(69), *age, None)));
        // Between the bands, and very old.
        list.extend([(Some(70), 9_999_999, None), (Some(89), 9_999_999, None)]);
        Case::new(17, &detections(&list)).check("C17-02").0
    };
    let ages = |low: i64, high: i64| {
        let mut ages = vec![low; 10];
        ages.extend(vec![high; 10]);
        ages
    };
    // Medians: 150 against 150, 151 (half a second more), 149.
    assert_eq!(state(&ages(100, 200), &ages(100, 200)), CheckState::Pass);
    assert_eq!(state(&ages(100, 201), &ages(100, 200)), CheckState::Fail);
    assert_eq!(state(&ages(100, 199), &ages(100, 200)), CheckState::Pass);
    assert_eq!(state(&[200; 21], &ages(100, 200)), CheckState::Fail);
    assert_eq!(state(&[200; 19], &[100; 20]), CheckState::NotAssessed);
    assert_eq!(state(&[200; 20], &[100; 19]), CheckState::NotAssessed);
}

#[test]
fn criticality_at_its_limit() {
    let state = |change: &str| Case::new(17, RANKS).change(change).check("C17-05").0;
    assert_eq!(state(""), CheckState::Fail);
    assert_eq!(state("UPDATE host_asset SET criticality = 3 WHERE host_id = 3;"), CheckState::Pass);
    assert_eq!(
        state("UPDATE host_asset SET criticality = NULL WHERE host_id = 3;"),
        CheckState::NotAssessed
    );
    // An edition that refuses the parameter shows no criticality in its host list.
    let reason = |sent: &str| {
        let change = format!(
            "UPDATE host_asset SET criticality = NULL; UPDATE host SET criticality = NULL, trurisk = NULL; {sent}"
        );
        let case = Case::new(17, RANKS).change(&change);
        let (state, reason) = case.check("C17-05");
        assert_eq!(state, CheckState::NotAssessed);
        let report = case.report();
        let mut metrics = report.controls[0].metrics.iter();
        let median = metrics.find(|metric| metric.id == "trurisk_p50").unwrap();
        assert_eq!(median.value, None);
        reason.unwrap().contains("without show_trurisk")
    };
    assert!(reason(""));
    assert!(!reason("INSERT INTO parameter VALUES ('vm/hosts', 'show_trurisk', '1');"));
}

#[test]
fn business_impact() {
    let state = |change: &str| Case::new(17, RANKS).change(change).check("C17-06").0;
    assert_eq!(state(""), CheckState::Fail);
    assert_eq!(state("DELETE FROM asset_group WHERE id = 6;"), CheckState::NotApplicable);
    assert_eq!(
        state("UPDATE asset_group SET business_impact = 'Low' WHERE id = 6;"),
        CheckState::Pass
    );
    assert_eq!(
        state("UPDATE asset_group SET business_impact = NULL WHERE id = 6;"),
        CheckState::NotAssessed
    );
}

#[test]
fn nothing_open() {
    let none = Case::new(17, RANKS).change("DELETE FROM detection; DELETE FROM asset_group;");
    assert_eq!(none.check("C17-01").0, CheckState::NotApplicable);
    let unscanned = "DELETE FROM detection; UPDATE host SET last_vm_scan = NULL;";
    assert_eq!(Case::new(17, RANKS).change(unscanned).check("C17-03").0, CheckState::NotAssessed);
    // Scored, young, ranked: nothing is wrong.
    let healthy = detections(&[(Some(95), 0, Some(98))]);
    assert_eq!(Case::new(17, &healthy).outcome(), Outcome::Pass);
    assert_eq!(Case::new(17, &healthy).check("C17-07").0, CheckState::NotAssessed);
}

#[test]
fn the_highest_risk_at_its_limit() {
    let late = |qds: u32, age: i64| {
        Case::new(17, &detections(&[(Some(qds), age, None)]))
            .set(|profile| profile.c17.top_days = 7)
            .keys("C17-03")
            .len()
    };
    assert_eq!(late(90, 7 * 86_400), 0);
    assert_eq!(late(90, 7 * 86_400 + 1), 1);
    assert_eq!(late(89, 7 * 86_400 + 1), 0);
}
