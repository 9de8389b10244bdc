//! Control 2: the ratio at its limits, and what is not known.

use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::{CheckState, Outcome, Severity};
use qualys_sec_inspector::profile::Profile;

use crate::case::{AS_OF, AUTH, Case, shown};

#[test]
fn fixture() {
    insta::assert_snapshot!(shown(&Case::new(2, AUTH).report()));
}

/// `seen` of `all` hosts with a recent login, the others without any.
fn logins(seen: u32, all: u32) -> String {
    format!(
        "INSERT INTO response VALUES (2, 'vm/hosts', 1, '5.0', {AS_OF}, 'a2', 9000, 5), (3, 'am/host-assets', 1, '2.0', {AS_OF}, 'a3', 10, 0);
         INSERT INTO parameter VALUES ('vm/hosts', 'details', 'All/AGs');
         INSERT INTO host (row, id, os, os_family, last_vm_scan, last_vm_auth, \"offset\", length)
         WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {all})
         SELECT (2 << 24) + i, i, 'Windows Server 2022', 'windows', {AS_OF}, CASE WHEN i <= {seen} THEN {AS_OF} END, 0, 10 FROM n;"
    )
}

#[test]
fn the_ratio_at_its_limits() {
    let state = |seen, all, exclusive| {
        let rows = logins(seen, all);
        let case = Case::new(2, &rows).set(|profile| profile.c02.min_ratio_exclusive = exclusive);
        let report = case.report();
        let severity = report.findings.iter().find(|f| f.check == "C02-01").map(|f| f.severity);
        (case.check("C02-01").0, severity)
    };
    let high = (CheckState::Fail, Some(Severity::High));
    assert_eq!(state(80, 100, false), (CheckState::Pass, None));
    assert_eq!(state(80, 100, true), high);
    assert_eq!(state(81, 100, true), (CheckState::Pass, None));
    assert_eq!(state(79, 100, false), high);
    assert_eq!(state(1599, 2000, false), high);
    assert_eq!(state(5, 10, false), high);
    assert_eq!(state(4, 10, false), (CheckState::Fail, Some(Severity::Critical)));
}

#[test]
fn small_families_are_not_judged() {
    assert_eq!(Case::new(2, &logins(0, 4)).keys("C02-03"), Vec::<String>::new());
    assert_eq!(Case::new(2, &logins(0, 5)).keys("C02-03"), ["C02-03:os_family:windows"]);
}

#[test]
fn without_agents_no_ratio_passes() {
    let reach = [("am/host-assets", State::Denied)];
    assert_eq!(
        Case::new(2, &logins(5, 5)).reach(&reach).check("C02-01").0,
        CheckState::NotAssessed
    );
    // The others could all have agents.
    assert_eq!(
        Case::new(2, &logins(0, 5)).reach(&reach).check("C02-01").0,
        CheckState::NotAssessed
    );
}

#[test]
fn hosts_that_were_not_scanned() {
    let rows =
        format!("{} UPDATE host SET last_vm_scan = NULL, last_vm_auth = NULL;", logins(5, 5));
    let never = Case::new(2, &rows);
    assert_eq!(never.keys("C02-01"), ["C02-01:subscription:tenant"]);
    assert_eq!(never.keys("C02-06"), ["C02-06:subscription:tenant"]);
    // The dates of VM scans were not asked for: that is no zero.
    let rows = format!("{rows} UPDATE host SET last_vuln_scan = {AS_OF};");
    assert_eq!(Case::new(2, &rows).outcome(), Outcome::NotAssessed);
    let rows = format!("{rows} UPDATE host SET last_vuln_scan = NULL; DELETE FROM parameter;");
    assert_eq!(Case::new(2, &rows).outcome(), Outcome::NotAssessed);
}

#[test]
fn documented_exceptions_leave_the_ratio_until_they_expire() {
    let profile = |expires: &str| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("profile.toml");
        let text = format!(
            "[scope]\ncannot_authenticate = [{{ match = \"os:(?i)laserjet\", reason = \"no login\", \
             approver = \"ciso\", expires = {expires} }}]\n"
        );
        std::fs::write(&file, text).unwrap();
        Profile::load(Some(&file), None, &[]).unwrap()
    };
    let exempt = |expires: &str| {
        let report = Case::new(2, AUTH).set(|current| *current = profile(expires)).report();
        let metric = report.controls[0].metrics.iter().find(|m| m.id == "hosts_exempt").unwrap();
        (metric.value.clone().unwrap().as_u64(), report.controls[0].metrics[0].denominator)
    };
    assert_eq!(exempt("2026-03-29"), (Some(1), Some(18)));
    assert_eq!(exempt("2026-03-28"), (Some(0), Some(19)));
}

#[test]
fn assets_of_the_portal_that_are_no_host_are_known_and_not_scanned() {
    let known = |assets: &str| {
        let rows = format!(
            "{} UPDATE host SET qg_hostid = 'AB-1', ip = X'0A000001' WHERE id = 1;
             INSERT INTO host_asset (row, id, host_id, agent_id, address, instance_state, \"offset\", length) VALUES {assets};",
            logins(5, 5)
        );
        Case::new(2, &rows).metric("auth_ratio_known").1.unwrap()
    };
    // A host of the list by its id, twice, and by its agent.
    assert_eq!(known("(1, 1, 1, NULL, NULL, NULL, 0, 9), (2, 2, 1, NULL, NULL, NULL, 9, 9)"), 5);
    assert_eq!(known("(1, 1, NULL, 'ab-1', NULL, NULL, 0, 9)"), 5);
    // Perhaps one by its address: another asset has it too.
    let alike =
        "(1, 1, NULL, NULL, X'0A000001', NULL, 0, 9), (2, 2, NULL, NULL, X'0A000001', NULL, 9, 9)";
    assert_eq!(known(alike), 5);
    assert_eq!(known("(1, 1, 99, NULL, NULL, NULL, 0, 9)"), 6);
    assert_eq!(known("(1, 1, NULL, 'ab-9', X'0A000009', 'RUNNING', 0, 9)"), 6);
    assert_eq!(known("(1, 1, NULL, 'ab-9', X'0A000009', 'terminated', 0, 9)"), 5);
}

#[test]
fn an_exception_by_tag_takes_the_tagged_hosts() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.toml");
    let text = "[scope]\ncannot_authenticate = [{ match = \"tag:^lab$\", reason = \"no login\", \
                approver = \"ciso\", expires = 2026-12-31 }]\n";
    std::fs::write(&file, text).unwrap();
    let profile = Profile::load(Some(&file), None, &[]).unwrap();
    let case = Case::new(2, AUTH).set(|current| *current = profile);
    assert_eq!(case.metric("auth_ratio"), (Some(9), Some(18)));
}
