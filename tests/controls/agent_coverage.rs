//! Control 7: coverage at its limits, what an agent says of itself, and what it does not.

use qualys_sec_inspector::finding::{CheckState, Severity};
use qualys_sec_inspector::profile::Profile;

use crate::case::{AGENTS, AS_OF, Case, shown};

#[test]
fn fixture() {
    insta::assert_snapshot!(shown(&Case::new(7, AGENTS).report()));
}

/// `live` of `all` hosts with an agent that lives, `unsure` more with one that never checked in.
fn fleet(live: u32, unsure: u32, all: u32) -> String {
    format!(
        "INSERT INTO response VALUES (2, 'vm/hosts', 1, '5.0', {AS_OF}, 'a2', 9000, 5), (3, 'am/host-assets', 1, '2.0', {AS_OF}, 'a3', 9000, 5);
         INSERT INTO host (row, id, os_family, \"offset\", length)
         WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {all}) SELECT (2 << 24) + i, i, 'windows', 0, 10 FROM n;
         INSERT INTO host_asset (row, id, host_id, agent_id, agent_status, agent_modules, agent_checked_in, last_vuln_scan, \"offset\", length)
         SELECT (3 << 24) + id, 9000 + id, id, 'ag-' || id, 'STATUS_ACTIVE', 'AGENT_VM', CASE WHEN id <= {live} THEN {AS_OF} END, {AS_OF}, 0, 10
         FROM host WHERE id <= {live} + {unsure};"
    )
}

#[test]
fn coverage_at_its_limits() {
    let state = |live, unsure, all| {
        let rows = fleet(live, unsure, all);
        let case = Case::new(7, &rows);
        let report = case.report();
        let finding = report.findings.iter().find(|finding| finding.check == "C07-01");
        (case.check("C07-01").0, finding.map(|finding| finding.severity))
    };
    assert_eq!(state(80, 0, 100), (CheckState::Pass, None));
    assert_eq!(state(79, 0, 100), (CheckState::Fail, Some(Severity::Medium)));
    assert_eq!(state(50, 0, 100), (CheckState::Fail, Some(Severity::Medium)));
    assert_eq!(state(49, 0, 100), (CheckState::Fail, Some(Severity::High)));
    assert_eq!(state(49, 1, 100), (CheckState::Fail, Some(Severity::Medium)));
    assert_eq!(state(79, 1, 100), (CheckState::NotAssessed, None));
    assert_eq!(state(0, 0, 3), (CheckState::Fail, Some(Severity::High)));
}

#[test]
fn families_without_agents_leave_the_share() {
    let printers = fleet(5, 0, 10) + "UPDATE host SET os_family = 'printer' WHERE id > 5;";
    assert_eq!(Case::new(7, &printers).check("C07-01").0, CheckState::Pass);
    let unknown = fleet(5, 0, 10) + "UPDATE host SET os_family = NULL WHERE id > 5;";
    assert_eq!(Case::new(7, &unknown).check("C07-01").0, CheckState::Pass);
    let none = fleet(0, 0, 3) + "UPDATE host SET os_family = 'network';";
    assert_eq!(Case::new(7, &none).check("C07-01").0, CheckState::NotApplicable);
}

#[test]
fn versions_by_profile_and_by_fleet() {
    let folder = tempfile::tempdir().unwrap();
    let keys = |text: &str| {
        let file = folder.path().join("profile.toml");
        std::fs::write(&file, text).unwrap();
        let profile = Profile::load(Some(&file), None, &[]).unwrap();
        Case::new(7, AGENTS).set(|current| *current = profile.clone()).keys("C07-05")
    };
    let behind = "C07-05:agent_version:Linux/5.9.1";
    let windows = "C07-05:agent_version:WINDOWS/5.0";
    assert_eq!(keys(""), [behind]);
    assert_eq!(keys("[c07.min_version]\nwindows = \"5.0\""), [behind]);
    assert_eq!(keys("[c07.min_version]\nwindows = \"5.0.1\""), [behind, windows]);
}

/// Fifty single findings stand by themselves, one more makes them one.
#[test]
fn many_inactive_agents_are_one_finding() {
    let inactive = |count: u32| {
        let rows =
            fleet(count, 0, count) + "UPDATE host_asset SET agent_status = 'STATUS_INACTIVE';";
        Case::new(7, &rows).keys("C07-04").len()
    };
    assert_eq!(inactive(50), 50);
    assert_eq!(inactive(51), 1);
}
