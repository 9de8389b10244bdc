//! Control 7: coverage at its limits, what an agent says of itself, and what it does not.

use qualys_sec_inspector::finding::{CheckState, Severity};
use qualys_sec_inspector::profile::{Asset, Assets, Inputs, Profile};

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

const DAY: i64 = 86_400;

/// Hosts of every kind, all in group 10; 1, 2, 8, 9 and 11 should have an agent and have none.
#[test]
fn hosts_that_should_have_an_agent() {
    let rows = format!(
        "{} INSERT INTO response VALUES (1, 'vm/asset-groups', 1, '2.0', {AS_OF}, 'a1', 900, 1);
         INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((1 << 24) + 10, 10, 'all', 0, 90);
         INSERT INTO group_host SELECT (1 << 24) + 10, id FROM host;
         UPDATE host SET first_found = {AS_OF} - 90 * {DAY}, last_activity = {AS_OF};
         DELETE FROM host_asset WHERE host_id <> 3;
         UPDATE host SET os_family = 'printer' WHERE id = 4;
         UPDATE host SET os_family = NULL WHERE id = 5;
         INSERT INTO host_asset (row, id, host_id, instance_state, \"offset\", length) VALUES ((3 << 24) + 99, 9006, 6, 'TERMINATED', 0, 10);
         UPDATE host SET cloud_provider = 'AWS' WHERE id BETWEEN 7 AND 10;
         UPDATE host SET last_activity = first_found + {DAY} - 1 WHERE id IN (7, 11);
         UPDATE host SET last_activity = first_found + {DAY} WHERE id = 8;
         UPDATE host SET first_found = {AS_OF} - {DAY} + 1, last_activity = {AS_OF} - 60 WHERE id = 9;
         UPDATE host SET first_found = {AS_OF} - {DAY}, last_activity = {AS_OF} - 60 WHERE id = 10;",
        fleet(3, 0, 11)
    );
    let case = Case::new(7, &rows);
    let missing = ["ev:2#1", "ev:2#11", "ev:2#2", "ev:2#8", "ev:2#9"];
    assert_eq!(case.evidence("C07-01"), missing);
    assert_eq!(case.evidence("C07-02"), [&["ev:1#10"][..], &missing].concat());
    for finding in case.report().findings.iter().filter(|one| one.check.as_str() <= "C07-02") {
        assert_eq!(finding.facts["eligible_hosts"], 6, "{}", finding.key);
        assert_eq!(finding.facts["live_agents"], 1, "{}", finding.key);
    }
    let values = |id: &str| {
        let report = case.report();
        let metric = report.controls[0].metrics.iter().find(|metric| metric.id == id).unwrap();
        metric.value.as_ref().and_then(serde_json::Number::as_u64)
    };
    assert_eq!(values("hosts_ephemeral"), Some(2));
    assert_eq!(values("hosts_gone"), Some(1));
    // One more than are shown.
    let more = format!("{rows} UPDATE host SET os_family = 'windows' WHERE id = 4;");
    let shown = ["ev:2#1", "ev:2#2", "ev:2#4", "ev:2#8", "ev:2#9"];
    assert_eq!(Case::new(7, &more).evidence("C07-01"), shown);
    assert_eq!(Case::new(7, &more).evidence("C07-02"), [&["ev:1#10"][..], &shown].concat());
}

#[test]
fn five_silent_agents_are_shown() {
    let rows = format!(
        "{} UPDATE host_asset SET agent_checked_in = {AS_OF} - 30 * {DAY} - id, \"offset\" = id - 9000;
         INSERT INTO response VALUES (1, 'vm/asset-groups', 1, '2.0', {AS_OF}, 'a1', 900, 1);
         INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((1 << 24) + 10, 10, 'all', 0, 90);
         INSERT INTO group_host SELECT (1 << 24) + 10, id FROM host;",
        fleet(7, 0, 7)
    );
    let expected = ["ev:1#10", "ev:3#@3", "ev:3#@4", "ev:3#@5", "ev:3#@6", "ev:3#@7"];
    let case = Case::new(7, &rows);
    assert_eq!(case.keys("C07-03").len(), 1, "{}", shown(&case.report()));
    assert_eq!(case.evidence("C07-03"), expected);
}

#[test]
fn agents_go_with_their_machine() {
    let rows = format!(
        "{} UPDATE host_asset SET instance_id = 'i-' || id; UPDATE host_asset SET host_id = NULL WHERE id = 9001;
         DELETE FROM host WHERE id = 1; UPDATE host SET dns = 'h' || id || '.example';",
        fleet(3, 0, 3)
    );
    let keys = |assets: &[(Option<&str>, Option<&str>, &str)]| {
        let entries = assets.iter().enumerate().map(|(at, (instance, fqdn, status))| Asset {
            id: format!("A-{at}"),
            instance_id: instance.map(str::to_owned),
            fqdn: fqdn.map(str::to_owned),
            status: Some((*status).to_owned()),
            ..Asset::default()
        });
        let assets = Some(Assets { entries: entries.collect() });
        Case::new(7, &rows).inputs(Inputs { assets, ..Inputs::default() }).keys("C07-08")
    };
    let gone = "decommissioned";
    assert_eq!(keys(&[(Some("i-9001"), None, gone)]), ["C07-08:agent:ag-1"]);
    assert_eq!(keys(&[(Some("i-9001"), None, "active")]), Vec::<String>::new());
    assert_eq!(keys(&[(Some("i-9999"), None, gone)]), Vec::<String>::new());
    // Its host is.
    assert_eq!(keys(&[(None, Some("h2.example"), gone)]), ["C07-08:agent:ag-2"]);
}

#[test]
fn times_at_the_clock_and_behind_it() {
    let states = |change: &str| {
        let rows = format!(
            "{} UPDATE response SET received = {AS_OF} + 9 * {DAY} WHERE seq = 2; {change}",
            fleet(1, 0, 1)
        );
        let case = Case::new(7, &rows);
        (case.check("C07-03").0, case.check("C07-06").0)
    };
    let (pass, unknown) = (CheckState::Pass, CheckState::NotAssessed);
    let checked = |time: i64| states(&format!("UPDATE host_asset SET agent_checked_in = {time};"));
    let scanned = |time: i64| states(&format!("UPDATE host_asset SET last_vuln_scan = {time};"));
    // The answer is older than the clock by more than a day.
    let old = format!("UPDATE response SET received = {AS_OF} - 2 * {DAY} WHERE seq = 3;");
    assert_eq!(states(&old), (pass, pass));
    assert_eq!(checked(AS_OF + DAY).0, pass);
    assert_eq!(checked(AS_OF + DAY + 1).0, unknown);
    assert_eq!(scanned(AS_OF + DAY), (pass, pass));
    assert_eq!(scanned(AS_OF + DAY + 1), (pass, unknown));
}

#[test]
fn an_agent_is_joined_by_its_id() {
    let rows = format!(
        "{} UPDATE host SET qg_hostid = 'AG-' || (3 - id);
         UPDATE host_asset SET host_id = NULL; UPDATE host_asset SET agent_checked_in = 0 WHERE agent_id = 'ag-2';
         INSERT INTO response VALUES (1, 'vm/asset-groups', 1, '2.0', {AS_OF}, 'a1', 900, 1);
         INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((1 << 24) + 10, 10, 'a', 0, 90), ((1 << 24) + 11, 11, 'b', 90, 90);
         INSERT INTO host_group SELECT row, 9 + id FROM host;",
        fleet(2, 0, 2)
    );
    assert_eq!(Case::new(7, &rows).keys("C07-03"), ["C07-03:asset_group:10"]);
}

#[test]
fn twins_need_a_name_and_an_instance() {
    let twins = |name: &str, instance: &str| {
        let rows = format!(
            "{} UPDATE host_asset SET name = {name}, instance_id = {instance};",
            fleet(2, 0, 2)
        );
        Case::new(7, &rows).check("C07-07").0
    };
    assert_eq!(twins("'a'", "'i-1'"), CheckState::Fail);
    assert_eq!(twins("'a'", "'i-' || id"), CheckState::Pass);
    assert_eq!(twins("'a' || id", "'i-1'"), CheckState::Pass);
    assert_eq!(twins("NULL", "'i-1'"), CheckState::NotApplicable);
    assert_eq!(twins("'a'", "NULL"), CheckState::NotApplicable);
}
