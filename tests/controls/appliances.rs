//! Control 6: appliances at the limits, what relies on them, and what the list does not say.

use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::CheckState::{Fail, NotApplicable, NotAssessed, Pass, Warn};
use qualys_sec_inspector::finding::Outcome;
use qualys_sec_inspector::profile::Profile;

use crate::case::{AS_OF, Case, SCANNERS, shown};

#[test]
fn fixture() {
    insta::assert_snapshot!(shown(&Case::new(6, SCANNERS).report()));
}

/// Two healthy appliances behind one schedule and one group.
fn healthy() -> String {
    format!(
        "INSERT INTO response VALUES (1, 'vm/appliances', 1, '2.0', {AS_OF}, 'a1', 9000, 2), (2, 'vm/scan-schedules', 1, '2.0', {AS_OF}, 'a2', 500, 1), (3, 'vm/asset-groups', 1, '2.0', {AS_OF}, 'a3', 500, 1);
         INSERT INTO appliance (row, id, name, status, software_version, vulnsigs_version, vulnsigs_latest, ml_version, ml_latest, heartbeats_missed, updated, never_connected, has_activation_code, group_count, \"offset\", length)
         SELECT (1 << 24) + column1, column1, 'va-' || column1, 'Online', '2.12', '1', '1', '1', '1', 0, {AS_OF} - 60, 0, 0, 1, column1 * 100, 90 FROM (VALUES (1), (2));
         INSERT INTO asset_group (row, id, title, default_appliance_id, \"offset\", length) VALUES ((3 << 24) + 1, 10, 'offices', 1, 0, 90);
         INSERT INTO group_range VALUES ((3 << 24) + 1, 0, X'0A000000', X'0A0000FF');
         INSERT INTO scan_schedule (row, id, title, active, scanner, \"offset\", length) VALUES ((2 << 24) + 1, 51, 'weekly', 1, 'va-1,va-2', 0, 90);"
    )
}

#[test]
fn healthy_appliances_have_no_finding() {
    let rows = healthy();
    let case = Case::new(6, &rows);
    assert_eq!(case.keys(""), Vec::<String>::new());
    assert_eq!(case.outcome(), Outcome::Pass, "{}", shown(&case.report()));
}

#[test]
fn the_least_software_version_is_off_until_it_is_set() {
    let rows = healthy();
    let state = |version: Option<&str>| {
        let version = version.map(str::to_owned);
        let case = Case::new(6, &rows).set(|profile| profile.c06.min_software_version = version);
        case.check("C06-06").0
    };
    assert_eq!(state(None), NotApplicable);
    assert_eq!(state(Some("2.9")), Pass);
    assert_eq!(state(Some("2.12")), Pass);
    assert_eq!(state(Some("2.13")), Fail);
    assert_eq!(state(Some("2.x")), NotAssessed);
}

#[test]
fn nobody_looks_inside() {
    let none = format!("{} DELETE FROM appliance;", healthy());
    let hosts = |live: u32, all: u32| {
        format!(
            "{none} INSERT INTO response VALUES (4, 'vm/hosts', 1, '5.0', {AS_OF}, 'a4', 9000, 5), (5, 'am/host-assets', 1, '2.0', {AS_OF}, 'a5', 9000, 5);
             INSERT INTO host (row, id, ip, os_family, \"offset\", length)
             WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {all})
             SELECT (4 << 24) + i, i, unhex(printf('0A0000%02X', i)), 'linux', 0, 9 FROM n;
             INSERT INTO host_asset (row, id, host_id, agent_id, agent_status, agent_modules, agent_checked_in, \"offset\", length)
             SELECT (5 << 24) + id, id, id, 'ag-' || id, 'STATUS_ACTIVE', 'AGENT_VM', {AS_OF}, 0, 9 FROM host WHERE id <= {live};"
        )
    };
    let state = |rows: &str| Case::new(6, rows).check("C06-11").0;
    assert_eq!(state(&none), Fail);
    assert_eq!(state(&hosts(19, 20)), Pass);
    assert_eq!(state(&hosts(18, 20)), Fail);
    let public = format!("{none} UPDATE group_range SET first = X'C0000200', last = X'C00002FF';");
    assert_eq!(state(&public), NotApplicable);
    assert_eq!(state(&healthy()), Pass);
    let silent = "UPDATE host_asset SET agent_checked_in = NULL;";
    let unsure = format!("{} {silent}", hosts(20, 20));
    assert_eq!(state(&unsure), NotAssessed);
}

#[test]
fn declared_segments_take_the_place_of_groups() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.toml");
    let text = "[[segment]]\nid = \"floor\"\ntype = \"ot\"\ncidrs = [\"10.0.0.0/16\"]\nappliances = [\"VA-lone\", \"va-not-listed\"]\n\
                [[segment]]\nid = \"two\"\ntype = \"internal\"\nasset_groups = [\"plant\"]\nappliances = [\"va-lone\", \"va-healthy\"]\n\
                [[segment]]\nid = \"small\"\ntype = \"internal\"\nasset_groups = [\"offices\"]\nappliances = [\"va-lone\"]\n\
                [[segment]]\nid = \"elsewhere\"\ntype = \"internal\"\nnetwork_id = 7\ncidrs = [\"10.0.0.0/16\"]\nappliances = [\"va-lone\"]\n";
    std::fs::write(&file, text).unwrap();
    let profile = Profile::load(Some(&file), None, &[]).unwrap();
    let case = Case::new(6, SCANNERS).set(|current| *current = profile);
    assert_eq!(case.keys("C06-07"), ["C06-07:segment:floor"]);
}

#[test]
fn missing_schedules_leave_use_unjudged() {
    let denied = [("vm/scan-schedules", State::Denied)];
    let rows = healthy();
    let case = Case::new(6, &rows).reach(&denied);
    assert_eq!(case.check("C06-01").0, NotAssessed);
    assert_eq!(case.check("C06-03").0, Pass);
    let unsaid = format!(
        "{rows} INSERT INTO scan_schedule (row, id, title, active, \"offset\", length) VALUES ((2 << 24) + 2, 52, 'x', 1, 100, 90);"
    );
    assert_eq!(Case::new(6, &unsaid).check("C06-10").0, Warn);
}

/// An appliance that is offline matters to a group that holds anything and is served by it.
#[test]
fn groups_rely_on_the_appliances_that_serve_them() {
    let offline = |change: &str| {
        let rows = format!(
            "{} UPDATE appliance SET status = 'Offline' WHERE id = 2;
             UPDATE scan_schedule SET scanner = 'va-1';
             INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((3 << 24) + 2, 11, 'branch', 90, 90);
             INSERT INTO response VALUES (4, 'vm/hosts', 1, '5.0', {AS_OF}, 'a4', 9000, 1);
             INSERT INTO host (row, id, ip, os_family, \"offset\", length) VALUES ((4 << 24) + 1, 1, X'0A000001', 'linux', 0, 9);
             {change}",
            healthy()
        );
        Case::new(6, &rows).keys("C06-01").len()
    };
    let range = "INSERT INTO group_range VALUES ((3 << 24) + 2, 0, X'0A000100', X'0A0001FF');";
    let by_appliance = "INSERT INTO appliance_group VALUES ((1 << 24) + 2, 11, 'branch');";
    let by_group = "INSERT INTO group_appliance VALUES ((3 << 24) + 2, 2);";
    let by_default = "UPDATE asset_group SET default_appliance_id = 2 WHERE id = 11;";
    assert_eq!(offline(range), 0);
    for link in [by_appliance, by_group, by_default] {
        assert_eq!(offline(&format!("{link} {range}")), 1, "{link}");
        // Nothing is in it.
        assert_eq!(offline(link), 0, "{link}");
        for inside in [
            "INSERT INTO host_group VALUES ((4 << 24) + 1, 11);",
            "INSERT INTO group_host VALUES ((3 << 24) + 2, 77);",
            "UPDATE asset_group SET dns_names = 1 WHERE id = 11;",
            "UPDATE asset_group SET ec2_ids = 1 WHERE id = 11;",
        ] {
            assert_eq!(offline(&format!("{link} {inside}")), 1, "{link} {inside}");
        }
    }
    // The list of the other appliance.
    let other = "INSERT INTO appliance_group VALUES ((1 << 24) + 1, 11, 'branch');";
    assert_eq!(offline(&format!("{other} {range}")), 0);
}
