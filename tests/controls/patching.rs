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
    let named = |id: u32| {
        format!("UPDATE report_schedule SET template = 'Missing patches' WHERE id = {id};")
    };
    assert_eq!(state(&named(1)), CheckState::Pass);
    assert_eq!(state(&named(2)), CheckState::Fail);
    assert_eq!(state("UPDATE report_schedule SET active = NULL;"), CheckState::NotAssessed);
}

#[test]
fn nothing_open() {
    // Nothing is missing where there is nothing at all.
    for check in ["C11-01", "C11-02", "C11-06", "C11-07"] {
        assert_eq!(Case::new(11, "").check(check).0, CheckState::NotApplicable, "{check}");
    }
    let none = Case::new(11, PATCHES).change("DELETE FROM detection;");
    assert_eq!(none.check("C11-01").0, CheckState::NotApplicable);
    let unscanned = "DELETE FROM detection; UPDATE host SET last_vm_scan = NULL;";
    assert_eq!(Case::new(11, PATCHES).change(unscanned).check("C11-02").0, CheckState::NotAssessed);
    let denied = [("vm/knowledge-base", State::Denied)];
    let blind = Case::new(11, PATCHES).change("DELETE FROM vuln;").reach(&denied);
    assert_eq!(blind.keys("C11-0"), ["C11-06:host:2", "C11-07:subscription:tenant"]);
}

/// A day behind its answer a time may lie in the future, by the clock of whoever wrote it.
#[test]
fn times_in_the_future_have_no_age_from_a_day_on() {
    let state = |check: &str, change: &str| {
        let rows = joined(1, 1)
            + "UPDATE response SET received = received + seq * 60;
               UPDATE host SET last_boot = 1774742400; UPDATE detection SET severity = 4, running_kernel = 1;"
            + change;
        Case::new(11, &rows).check(check).0
    };
    let patched = |time: i64| format!("UPDATE vuln SET patch_published = {time};");
    let received = AS_OF + 4 * 60 + 86_400;
    assert_eq!(state("C11-02", &patched(received)), CheckState::Pass);
    assert_eq!(state("C11-02", &patched(received + 1)), CheckState::NotAssessed);
    let booted = |time: i64| format!("UPDATE host SET last_boot = {time};");
    let received = AS_OF + 2 * 60 + 86_400;
    for time in [AS_OF - 30 * 86_400, AS_OF, received] {
        assert_eq!(state("C11-06", &booted(time)), CheckState::Pass, "{time}");
    }
    assert_eq!(state("C11-06", &booted(received + 1)), CheckState::NotAssessed);
    assert_eq!(state("C11-06", &booted(AS_OF - 30 * 86_400 - 1)), CheckState::Fail);
    // Of a detection that may be open nobody knows whether the kernel is vulnerable.
    let unclear = "UPDATE detection SET status = NULL";
    assert_eq!(state("C11-06", &format!("{unclear};")), CheckState::NotAssessed);
    assert_eq!(
        state("C11-06", &format!("{unclear}, running_kernel = 0;")),
        CheckState::NotApplicable
    );
}

/// Hosts are told apart by what is open on them, and the oldest of it is shown.
#[test]
fn five_of_six_are_shown_the_oldest() {
    let rows = joined(6, 6)
        + "UPDATE detection SET qid = 1, severity = CASE WHEN row & 255 = 6 THEN 2 ELSE 4 END, \"offset\" = (row & 255) * 10, first_found = first_found - (row & 255) * 86400;
           UPDATE vuln SET patch_published = 0 WHERE qid = 1;";
    let five = ["ev:3#@10", "ev:3#@20", "ev:3#@30", "ev:3#@40", "ev:3#@50", "ev:4#1"];
    assert_eq!(Case::new(11, &rows).evidence("C11-02"), five);
}
