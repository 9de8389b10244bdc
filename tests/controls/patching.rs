//! Control 11: patches by their age, software without support, and who reports on them.

use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::{CheckState, Outcome};
use qualys_sec_inspector::profile::{KernelPolicy, SeveritySource};

use crate::case::{AS_OF, Case, PATCHES, shown};

#[test]
fn fixture() {
    insta::assert_snapshot!(shown(&Case::new(11, PATCHES).report()));
}

/// `joined` of `all` open QIDs with a patch state.
fn joined(joined: u32, all: u32) -> String {
    format!(
        "INSERT INTO response VALUES (2, 'vm/hosts', 1, '5.0', {AS_OF}, 'a2', 9000, 1), (3, 'vm/detections', 1, '5.0', {AS_OF}, 'a3', 9000, 1), (4, 'vm/knowledge-base', 1, '4.0', {AS_OF}, 'a4', 9000, 1);
         INSERT INTO host (row, id, last_vm_scan, \"offset\", length) VALUES ((2 << 24) + 1, 1, {AS_OF}, 0, 10);
         INSERT INTO detection (row, host_id, qid, type, severity, status, first_found, \"offset\", length)
         WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {all}) SELECT (3 << 24) + i, 1, i, 'Confirmed', 2, 'Active', {AS_OF}, 0, 10 FROM n;
         INSERT INTO vuln (row, qid, title, patchable, \"offset\", length) SELECT (4 << 24) + qid, qid, 'a', 1, 0, 10 FROM detection WHERE qid <= {joined};
         INSERT INTO report_template (row, id, template_type, \"offset\", length) VALUES ((4 << 24) + 900, 1, 'patch', 0, 10);"
    )
}

#[test]
fn the_join_at_its_limit() {
    let state = |with, all| Case::new(11, &joined(with, all)).check("C11-01").0;
    assert_eq!(state(95, 100), CheckState::Pass);
    assert_eq!(state(94, 100), CheckState::Fail);
    assert_eq!(state(0, 1), CheckState::Fail);
    // Low detections of known QIDs: judged, and nothing is wrong.
    assert_eq!(Case::new(11, &joined(3, 3)).outcome(), Outcome::Pass);
}

#[test]
fn classes_and_kernels_follow_the_sla() {
    let keys = |source| {
        Case::new(11, PATCHES)
            .change("UPDATE vuln SET cvss3 = 95 WHERE qid = 108; UPDATE vuln SET cvss3 = 50 WHERE qid = 102;")
            .set(move |profile| profile.sla.severity_source = source)
            .keys("C11-02")
    };
    assert_eq!(keys(SeveritySource::Qualys), ["C11-02:qid:102", "C11-02:qid:103"]);
    assert_eq!(keys(SeveritySource::Cvss3), ["C11-02:qid:103", "C11-02:qid:108"]);
    let potential = Case::new(11, PATCHES).set(|profile| profile.sla.include_potential = true);
    let hosts = potential
        .report()
        .findings
        .iter()
        .find(|f| f.key == "C11-02:qid:102")
        .unwrap()
        .facts["hosts"]
        .clone();
    assert_eq!(hosts, 3);
    let all = Case::new(11, PATCHES).set(|profile| profile.sla.kernel_policy = KernelPolicy::All);
    // A kernel that does not run asks for no boot, whatever the SLA counts.
    assert_eq!(all.keys("C11-06"), ["C11-06:host:2"]);
}

#[test]
fn limits_are_the_profile_s() {
    let case = Case::new(11, PATCHES).set(|profile| {
        profile.c11.max_patch_age_high_days = 31;
        profile.c11.max_patch_age_medium_days = 91;
        profile.c11.no_patch_days = 31;
        profile.c11.reboot_days = 31;
    });
    for check in ["C11-02", "C11-03", "C11-04", "C11-06"] {
        assert_eq!(case.keys(check), Vec::<String>::new(), "{check}");
    }
}

#[test]
fn kernels_that_nobody_asked_about() {
    let unasked = "DELETE FROM parameter; UPDATE detection SET running_kernel = NULL;";
    assert_eq!(Case::new(11, PATCHES).change(unasked).check("C11-06").0, CheckState::NotAssessed);
    let without = "DELETE FROM detection WHERE qid = 130;";
    assert_eq!(Case::new(11, PATCHES).change(without).check("C11-06").0, CheckState::NotApplicable);
}

#[test]
fn a_patch_report_by_template_or_schedule() {
    let state = |change: &str| Case::new(11, PATCHES).change(change).check("C11-07").0;
    assert_eq!(state(""), CheckState::Fail);
    assert_eq!(
        state("UPDATE report_template SET template_type = 'Patch' WHERE id = 2;"),
        CheckState::Pass
    );
    assert_eq!(state("UPDATE report_schedule SET active = 1;"), CheckState::Pass);
    assert_eq!(state("UPDATE report_schedule SET active = NULL;"), CheckState::NotAssessed);
}

#[test]
fn nothing_open() {
    let none = Case::new(11, PATCHES).change("DELETE FROM detection;");
    assert_eq!(none.check("C11-01").0, CheckState::NotApplicable);
    let unscanned = "DELETE FROM detection; UPDATE host SET last_vm_scan = NULL;";
    assert_eq!(Case::new(11, PATCHES).change(unscanned).check("C11-02").0, CheckState::NotAssessed);
    let denied = [("vm/knowledge-base", State::Denied)];
    let blind = Case::new(11, PATCHES).change("DELETE FROM vuln;").reach(&denied);
    assert_eq!(blind.keys("C11-0"), ["C11-06:host:2", "C11-07:subscription:tenant"]);
}
