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

/// Detections of one host each: QID, QDS, age in seconds, whether they are ignored.
fn scored(list: &[(u32, Option<u32>, Option<i64>, bool)]) -> String {
    let mut rows = detections(&[]);
    for (place, (qid, qds, age, ignored)) in (1..).zip(list) {
        let qds = qds.map_or("NULL".to_owned(), |qds| qds.to_string());
        let found = age.map_or("NULL".to_owned(), |age| (AS_OF - age).to_string());
        write!(
            rows,
            "INSERT OR IGNORE INTO host (row, id, last_vm_scan, \"offset\", length) VALUES ((2 << 24) + {place}, {place}, {AS_OF}, 0, 10);
             INSERT INTO detection (row, host_id, qid, type, severity, status, first_found, qds, is_ignored, \"offset\", length) VALUES ((3 << 24) + {place}, {place}, {qid}, 'Confirmed', 3, 'Active', {found}, {qds}, {ignored}, {place} * 10, 10);"
        )
        .unwrap();
    }
    rows
}

/// 14 days.
const LIMIT: i64 = 1_209_600;

#[test]
fn what_is_told_of_the_highest_risk() {
    let rows = scored(&[
        (7, Some(90), Some(LIMIT + 1), false),
        (7, Some(91), Some(LIMIT), false),
        (7, Some(89), Some(LIMIT * 9), false),
        (7, Some(99), Some(1), false),
        (7, Some(100), Some(LIMIT * 9), true),
        (8, Some(95), Some(LIMIT * 2), false),
    ]);
    let report = Case::new(17, &rows).report();
    let findings = report.findings.iter().filter(|finding| finding.check == "C17-03");
    let told: Vec<_> = findings
        .map(|one| {
            let fact = |name: &str| one.facts[name].as_i64().unwrap();
            let evidence: Vec<&str> = one.evidence.iter().map(|one| one.id.as_str()).collect();
            let counts = (fact("detections"), fact("hosts"), fact("oldest_age_seconds"));
            (one.key.as_str(), fact("qds"), counts, evidence)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("C17-03:qid:7", 90, (1, 1, LIMIT + 1), vec!["ev:3#@10"]),
            ("C17-03:qid:8", 95, (1, 1, LIMIT * 2), vec!["ev:3#@60"]),
        ]
    );
}

#[test]
fn what_cannot_be_told_of_the_highest_risk() {
    let state = |qds, age| {
        let rows = scored(&[(7, qds, age, false)]);
        Case::new(17, &rows).check("C17-03").0
    };
    assert_eq!(state(Some(90), None), CheckState::NotAssessed);
    assert_eq!(state(Some(89), None), CheckState::Pass);
    assert_eq!(state(Some(90), Some(LIMIT)), CheckState::Pass);
    assert_eq!(state(None, None), CheckState::NotAssessed);
    assert_eq!(state(None, Some(LIMIT + 1)), CheckState::NotAssessed);
    assert_eq!(state(None, Some(LIMIT)), CheckState::Pass);
}

#[test]
fn five_of_six_are_shown_the_highest_or_oldest() {
    let evidence = |rows: &str, key: &str| {
        let findings = Case::new(17, rows).set(|profile| profile.c17.min_n = 1).report().findings;
        let finding = findings.into_iter().find(|finding| finding.key == key).unwrap();
        finding.evidence.into_iter().map(|pointer| pointer.id).collect::<Vec<_>>()
    };
    let five = ["ev:3#@10", "ev:3#@20", "ev:3#@40", "ev:3#@50", "ev:3#@60"];
    // Ignored: by score. Beside them one below the top, and a QID with fewer of both.
    let ages = |ignored| move |(qds, age): (u32, i64)| (7, Some(qds), Some(age), ignored);
    let scores = [(95, 1), (99, 1), (90, 1), (97, 1), (96, 1), (98, 1), (89, 1)];
    let mut list: Vec<_> = scores.map(ages(true)).into();
    list.extend([
        (8, Some(90), Some(1), true),
        (8, Some(89), Some(1), true),
        (8, None, Some(1), true),
    ]);
    list.push((7, Some(100), Some(1), false));
    let rows = scored(&list);
    assert_eq!(evidence(&rows, "C17-04:qid:7"), five);
    assert_eq!(evidence(&rows, "C17-04:qid:8"), ["ev:3#@80"]);
    // Open: by age. Beside them older ones below the top, and an ignored one.
    let ages_of = [50, 60, 2, 40, 70, 30].map(|age| (90, age));
    let mut list: Vec<_> = ages_of.map(ages(false)).into();
    list.extend([(7, Some(89), Some(99), false), (7, Some(90), Some(99), true)]);
    list.extend([(7, Some(69), Some(1), false)]);
    assert_eq!(evidence(&scored(&list), "C17-02:subscription:tenant"), five);
    list.truncate(3);
    list.extend([(7, Some(89), Some(99), false), (7, Some(69), Some(1), false)]);
    assert_eq!(
        evidence(&scored(&list), "C17-02:subscription:tenant"),
        ["ev:3#@10", "ev:3#@20", "ev:3#@30"]
    );
}

/// What is there was asked for, whatever the parameters say.
#[test]
fn scores_and_ignored_detections_that_are_there() {
    let state = |ignored| {
        let rows = scored(&[(7, Some(95), Some(1), ignored)]) + "DELETE FROM parameter;";
        Case::new(17, &rows).check("C17-04").0
    };
    assert_eq!(state(true), CheckState::Fail);
    assert_eq!(state(false), CheckState::NotAssessed);
}
