//! Control 8 at its limits: whom schedules scan, which records serve whom, when a login counts.

use qualys_sec_inspector::finding::CheckState::{Fail, NotApplicable, NotAssessed, Pass, Warn};

use super::{estate, profile};
use crate::case::{AS_OF, Case, LOGINS};

const DAY: i64 = 86_400;

/// How many of three hosts one schedule scans with a profile that does not log in to them.
fn targeted(change: &str) -> u64 {
    let rows = format!(
        "{} UPDATE option_profile SET authentication = 'Windows'; INSERT INTO parameter VALUES ('vm/hosts', 'show_tags', '1');
         INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((5 << 24) + 1, 11, 'web', 0, 9), ((5 << 24) + 2, 12, 'other', 9, 9);
         INSERT INTO scan_schedule (row, id, title, active, scanner, option_profile, \"offset\", length) VALUES ((4 << 24) + 2, 9, 'second', 0, 'va-1', 'deep', 90, 90);
         {change}",
        estate(3, 3)
    );
    let case = Case::new(8, &rows);
    let findings = case.report().findings;
    let found = findings.iter().find(|finding| finding.check == "C08-09");
    found.map_or(0, |finding| finding.facts["targeted_hosts"].as_u64().unwrap())
}

#[test]
fn a_schedule_scans_what_its_groups_ranges_and_tags_name() {
    let only = |change: &str| targeted(&format!("DELETE FROM schedule_group; {change}"));
    assert_eq!(targeted(""), 3);
    assert_eq!(only(""), 0);
    let web = "INSERT INTO schedule_group VALUES ((4 << 24) + 1, 'web');";
    let by_range = format!(
        "{web} INSERT INTO group_range VALUES ((5 << 24) + 1, 0, X'0A000001', X'0A000002'), ((5 << 24) + 2, 0, X'0A000003', X'0A000003');"
    );
    assert_eq!(only(&by_range), 2);
    let by_hosts = format!(
        "{web} INSERT INTO host_group VALUES ((1 << 24) + 1, 11), ((1 << 24) + 2, 12), ((1 << 24) + 3, 12);"
    );
    assert_eq!(only(&by_hosts), 1);
    let by_list = format!(
        "{web} INSERT INTO group_host VALUES ((5 << 24) + 1, 2), ((5 << 24) + 2, 1), ((5 << 24) + 2, 3);"
    );
    assert_eq!(only(&by_list), 1);
    let typed =
        "INSERT INTO schedule_range VALUES ((4 << 24) + 1, 'typed', X'0A000001', X'0A000002');";
    assert_eq!(only(typed), 2);
    // In its network.
    let elsewhere = "UPDATE scan_schedule SET network_id = 9 WHERE id = 8;";
    for target in [&by_range, &by_hosts, &by_list, typed] {
        assert_eq!(only(&format!("{target} {elsewhere}")), 0, "{target}");
    }
    assert_eq!(targeted(elsewhere), 0);
    let tags = "INSERT INTO schedule_tag VALUES ((4 << 24) + 1, 'web', 0);";
    let carried = "INSERT INTO host_tag VALUES ((1 << 24) + 1, NULL, 'web'), ((1 << 24) + 2, NULL, 'web'), ((1 << 24) + 3, NULL, 'db'), ((1 << 24) + 2, NULL, 'not');";
    assert_eq!(only(&format!("{tags} {carried}")), 2);
    let but =
        format!("{tags} {carried} INSERT INTO schedule_tag VALUES ((4 << 24) + 1, 'not', 1);");
    assert_eq!(only(&but), 1);
    // It leaves out that host alone.
    let third = "INSERT INTO host_tag VALUES ((1 << 24) + 3, NULL, 'web');";
    assert_eq!(only(&format!("{but} {third}")), 2);
    // Where another schedule scans says nothing.
    let other = "UPDATE scan_schedule SET network_id = 9 WHERE id = 9;";
    for target in [&by_range, &by_hosts, &by_list, typed] {
        assert_eq!(only(&format!("{target} {other}")), only(target), "{target}");
    }
}

/// Tags that the portal alone shows are seen.
#[test]
fn tags_of_the_portal_make_targets() {
    let rows = format!(
        "{} UPDATE option_profile SET authentication = 'Windows'; DELETE FROM schedule_group;
         INSERT INTO schedule_tag VALUES ((4 << 24) + 1, 'web', 0);
         INSERT INTO host_asset (row, id, host_id, \"offset\", length) SELECT (9 << 24) + id, id, id, 0, 9 FROM host;
         INSERT INTO host_asset_tag VALUES ((9 << 24) + 1, 1, 'web'), ((9 << 24) + 2, 2, 'db');",
        estate(3, 3)
    );
    let report = Case::new(8, &rows).report();
    let finding = report.findings.iter().find(|finding| finding.check == "C08-09").unwrap();
    assert_eq!(finding.facts["targeted_hosts"], 1);
}

const OUT: &str = "INSERT INTO excluded_range VALUES (1, 0, X'0A000001', X'0A000001', NULL, 0, 9)";

#[test]
fn hosts_all_of_whose_addresses_are_excluded_are_not_scanned() {
    assert_eq!(targeted(&format!("{OUT};")), 2);
    assert_eq!(targeted(&format!("{OUT}; UPDATE excluded_range SET expires = {AS_OF};")), 2);
    assert_eq!(targeted(&format!("{OUT}; UPDATE excluded_range SET expires = {AS_OF} - 1;")), 3);
    // In another network, and elsewhere in this one.
    assert_eq!(targeted(&format!("{OUT}; UPDATE excluded_range SET network_id = 9;")), 3);
    let away = OUT.replace("0A000001", "0A090001");
    assert_eq!(targeted(&format!("{away};")), 3);
    // One of two addresses, and both.
    let six = "UPDATE host SET ipv6 = X'20010DB8000000000000000000000001' WHERE id = 1";
    assert_eq!(targeted(&format!("{OUT}; {six};")), 3);
    let both =
        OUT.replace("0A000001", "20010DB8000000000000000000000001").replace("(1, 0", "(2, 0");
    assert_eq!(targeted(&format!("{OUT}; {both}; {six};")), 2);
    // Without an address nothing says that it is excluded.
    assert_eq!(targeted(&format!("{OUT}; UPDATE host SET ip = NULL WHERE id = 2;")), 2);
}

#[test]
fn a_schedule_leaves_out_hosts_by_itself() {
    let left_out =
        "INSERT INTO schedule_range VALUES ((4 << 24) + 1, 'excluded', X'0A000001', X'0A000002');";
    assert_eq!(targeted(left_out), 1);
    // Of another schedule.
    assert_eq!(targeted(&left_out.replace("+ 1", "+ 2")), 3);
    // What it names beside.
    let typed =
        "INSERT INTO schedule_range VALUES ((4 << 24) + 1, 'typed', X'0A000001', X'0A000003');";
    assert_eq!(targeted(&format!("{left_out} {typed}")), 1);
    // A host without an address stays.
    let unplaced = "UPDATE host SET ip = NULL WHERE id = 3;";
    assert_eq!(targeted(&format!("{left_out} {unplaced}")), 1);
    assert_eq!(targeted(unplaced), 3);
    // An exclusion elsewhere takes nothing more.
    let away = OUT.replace("0A000001", "0A090001");
    assert_eq!(targeted(&format!("{left_out} {away};")), 1);
    // One address left out by the schedule, the other one by the subscription.
    let six = "UPDATE host SET ipv6 = X'20010DB8000000000000000000000001' WHERE id = 1;";
    assert_eq!(targeted(&format!("{left_out} {six}")), 2);
    let both = OUT.replace("0A000001", "20010DB8000000000000000000000001");
    assert_eq!(targeted(&format!("{left_out} {six} {both};")), 1);
    for (column, value, expected) in
        [("expires", AS_OF, 1), ("expires", AS_OF - 1, 2), ("network_id", 9, 2)]
    {
        let change =
            format!("{left_out} {six} {both}; UPDATE excluded_range SET {column} = {value};");
        assert_eq!(targeted(&change), expected, "{column} {value}");
    }
}

#[test]
fn a_sub_type_that_the_map_names_serves_its_family_alone() {
    let state = |map: &str, sub_type: &str| {
        let rows = format!("{} UPDATE auth_record SET sub_type = '{sub_type}';", estate(2, 2));
        let map = format!("[c08]\n[c08.type_map]\n{map}\n");
        Case::new(8, &rows).set(|current| *current = profile(&map)).check("C08-01").0
    };
    let named = "linux = [\"unix\"]\nnetwork = [\"unix:cisco\"]\nvmware = [\"unix:esx\"]";
    assert_eq!(state(named, "cisco"), Fail);
    assert_eq!(state(named, "debian"), Pass);
    // Another type has a sub-type of that name.
    assert_eq!(state("linux = [\"unix\"]\nnetwork = [\"snmp:cisco\"]", "cisco"), Pass);
    assert_eq!(state("linux = [\"unix:debian\"]\nnetwork = [\"unix:cisco\"]", "debian"), Pass);
    assert_eq!(state("linux = [\"unix:debian\"]\nnetwork = [\"unix:cisco\"]", "cisco"), Fail);
}

#[test]
fn scans_and_logins_at_the_edges_of_the_window() {
    let states = |seen, change: &str| {
        let rows = format!("{} {change}", estate(seen, 3));
        let case = Case::new(8, &rows);
        (case.check("C08-03").0, case.check("C08-04").0)
    };
    let scanned = |time: i64| states(0, &format!("UPDATE host SET last_vm_scan = {time};")).0;
    assert_eq!(scanned(AS_OF - 30 * DAY), Fail);
    assert_eq!(scanned(AS_OF - 30 * DAY - 1), NotApplicable);
    assert_eq!(scanned(AS_OF + DAY), Fail);
    assert_eq!(scanned(AS_OF + DAY + 1), NotAssessed);
    let logged_in = |time: i64| states(3, &format!("UPDATE host SET last_vm_auth = {time};"));
    assert_eq!(logged_in(AS_OF - 30 * DAY), (Pass, Pass));
    assert_eq!(logged_in(AS_OF - 30 * DAY - 1), (Fail, Pass));
    assert_eq!(logged_in(AS_OF + DAY), (Pass, Pass));
    assert_eq!(logged_in(AS_OF + DAY + 1), (NotAssessed, NotAssessed));
    // The clock may be days behind the answers.
    let old = format!("UPDATE response SET received = {AS_OF} - 2 * {DAY};");
    assert_eq!(states(3, &old), (Pass, Pass));
}

#[test]
fn failed_logins_of_the_future() {
    let state = |ahead: i64| {
        let rows = format!(
            "{} UPDATE response SET received = {AS_OF} + 90 * {DAY};
             INSERT INTO response VALUES (6, 'vm/auth-detections', 1, '5.0', {AS_OF}, 'a6', 900, 1);
             INSERT INTO auth_detection (row, host_id, qid, last_found, \"offset\", length) VALUES ((6 << 24) + 1, 1, 105053, {AS_OF} + {ahead}, 0, 9);",
            estate(0, 3)
        );
        Case::new(8, &rows).check("C08-05").0
    };
    assert_eq!(state(0), Fail);
    assert_eq!(state(DAY), Fail);
    assert_eq!(state(DAY + 1), Warn);
}

#[test]
fn a_title_tells_of_a_failed_login() {
    let none = "[c08]\nfail_qids = []\n";
    let with = Case::new(8, LOGINS).keys("C08-05");
    assert_eq!(Case::new(8, LOGINS).set(|current| *current = profile(none)).keys("C08-05"), with);
}

#[test]
fn five_hosts_are_shown() {
    let hosts: Vec<String> = (1..=5).map(|id| format!("ev:1#{id}")).collect();
    let shown = |rows: &str, check: &str| {
        let evidence = Case::new(8, rows).evidence(check);
        evidence.into_iter().filter(|id| id.starts_with("ev:1#")).collect::<Vec<_>>()
    };
    assert_eq!(shown(&estate(0, 7), "C08-03"), hosts);
    let none = format!("{} DELETE FROM auth_record; DELETE FROM auth_record_type;", estate(0, 7));
    assert_eq!(shown(&none, "C08-01"), hosts);
    assert_eq!(shown(&none, "C08-02"), hosts);
}

#[test]
fn hosts_with_an_agent_are_told() {
    let rows = format!(
        "{} INSERT INTO host_asset (row, id, host_id, agent_id, agent_status, agent_modules, agent_checked_in, \"offset\", length)
         SELECT (9 << 24) + id, id, id, 'g' || id, 'STATUS_ACTIVE', 'AGENT_VM', {AS_OF}, 0, 9 FROM host WHERE id < 3;",
        estate(0, 3)
    );
    let report = Case::new(8, &rows).report();
    let finding = report.findings.iter().find(|finding| finding.check == "C08-03").unwrap();
    assert_eq!((&finding.facts["hosts"], &finding.facts["agent_hosts"]), (&3.into(), &2.into()));
}

#[test]
fn a_profile_that_two_pages_show_is_one() {
    let state =
        |change: &str| Case::new(8, &format!("{} {change}", estate(2, 2))).check("C08-09").0;
    let copy = "INSERT INTO option_profile (row, family, id, title, authentication, hash, \"offset\", length) SELECT row + 1";
    assert_eq!(
        state(&format!(
            "{copy}, family, id, title, authentication, hash, 0, 9 FROM option_profile;"
        )),
        Pass
    );
    assert_eq!(
        state(&format!(
            "{copy}, family, 77, title, authentication, hash, 0, 9 FROM option_profile;"
        )),
        NotAssessed
    );
    assert_eq!(
        state(&format!("{copy}, 'pc', 77, title, authentication, hash, 0, 9 FROM option_profile;")),
        Pass
    );
    assert_eq!(
        state(&format!("{copy}, 'pc', id, title, authentication, hash, 0, 9 FROM option_profile;")),
        Pass
    );
}

#[test]
fn records_point_somewhere() {
    let state =
        |change: &str| Case::new(8, &format!("{} {change}", estate(2, 2))).check("C08-08").0;
    let reach = |first: &str, last: &str| {
        state(&format!("UPDATE auth_record_range SET first = X'{first}', last = X'{last}';"))
    };
    assert_eq!(reach("09FF0000", "0A000000"), Pass);
    assert_eq!(reach("09FF0000", "09FFFFFF"), Fail);
    assert_eq!(reach("0A00FFFF", "0A01FFFF"), Pass);
    assert_eq!(reach("0A010000", "0A01FFFF"), Fail);
    let nowhere = |domain: &str, whole: u8| {
        state(&format!(
            "DELETE FROM auth_record_range; UPDATE auth_record SET domain = {domain}, whole_domain = {whole};"
        ))
    };
    assert_eq!(nowhere("'EXAMPLE'", 1), Pass);
    assert_eq!(nowhere("'EXAMPLE'", 0), Fail);
    assert_eq!(nowhere("NULL", 1), Fail);
}

#[test]
fn schedules_by_tag_need_the_tags() {
    let state =
        |change: &str| Case::new(8, &format!("{} {change}", estate(2, 2))).check("C08-09").0;
    assert_eq!(state("INSERT INTO schedule_tag VALUES ((4 << 24) + 1, 'x', 1);"), Pass);
    assert_eq!(state("INSERT INTO schedule_tag VALUES ((4 << 24) + 9, 'x', 0);"), Pass);
    assert_eq!(state("INSERT INTO schedule_tag VALUES ((4 << 24) + 1, 'x', 0);"), Warn);
    // Either list that shows a tag shows them.
    for shown in
        ["host_tag VALUES ((1 << 24) + 1, NULL, 'y')", "host_asset_tag VALUES (1, NULL, 'y')"]
    {
        let change = format!(
            "INSERT INTO schedule_tag VALUES ((4 << 24) + 1, 'x', 0); INSERT INTO {shown};"
        );
        assert_eq!(state(&change), Pass, "{shown}");
    }
    assert_eq!(state("UPDATE scan_schedule SET target = ' asset tags included';"), Warn);
    assert_eq!(state("UPDATE scan_schedule SET target = '10.0.0.0/16';"), Pass);
}

#[test]
fn a_type_of_which_none_is_listed_is_missing() {
    let state = |listed: u8| {
        let rows = format!(
            "{} DELETE FROM auth_record; DELETE FROM auth_record_type; INSERT INTO auth_record_type VALUES (1, 'unix', {listed}, 0, 9);",
            estate(0, 2)
        );
        Case::new(8, &rows).check("C08-01").0
    };
    assert_eq!((state(0), state(1)), (Fail, NotAssessed));
}

#[test]
fn one_account_in_segments_by_network_and_group() {
    let rows = |change: &str| {
        format!(
            "{} UPDATE auth_record_range SET last = first;
             INSERT INTO auth_record (row, type, id, title, username, login_type, created, modified, \"offset\", length) VALUES ((2 << 24) + 2, 'unix', 6, 'other', 'scan', 'vault', {AS_OF}, {AS_OF}, 90, 90);
             INSERT INTO auth_record_range VALUES ((2 << 24) + 2, X'0A010000', X'0A010000');
             INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((5 << 24) + 1, 11, 'a', 0, 9), ((5 << 24) + 2, 12, 'b', 9, 9), ((5 << 24) + 3, 13, 'c', 18, 9);
             INSERT INTO group_range VALUES ((5 << 24) + 1, 0, X'0A000000', X'0A0000FF'), ((5 << 24) + 2, 0, X'0A020000', X'0A0200FF'), ((5 << 24) + 3, 0, X'0A010000', X'0A0100FF');
             {change}",
            estate(2, 2)
        )
    };
    let state = |segments: &str, change: &str| {
        let rows = rows(change);
        Case::new(8, &rows).set(|current| *current = profile(segments)).check("C08-10").0
    };
    let groups = |ot: &str, internal: &str| {
        format!(
            "[[segment]]\nid = \"floor\"\ntype = \"ot\"\nasset_groups = [\"{ot}\"]\n\
             [[segment]]\nid = \"offices\"\ntype = \"internal\"\nasset_groups = [\"{internal}\"]\n"
        )
    };
    assert_eq!(state(&groups("a", "c"), ""), Fail);
    assert_eq!(state(&groups("a", "b"), ""), Pass);
    let networks = "[[segment]]\nid = \"floor\"\ntype = \"ot\"\nnetwork_id = 7\ncidrs = [\"10.0.0.0/24\"]\n\
                    [[segment]]\nid = \"offices\"\ntype = \"internal\"\ncidrs = [\"10.1.0.0/24\"]\n";
    let moved = "UPDATE auth_record SET network_id = 7 WHERE id = 5;";
    assert_eq!(state(networks, moved), Fail);
    assert_eq!(state(networks, ""), Pass);
}

#[test]
fn methods_tell_who_logged_in() {
    let rows = format!(
        "{} INSERT INTO response VALUES (6, 'vm/auth-detections', 1, '5.0', {AS_OF}, 'a6', 900, 1);
         INSERT INTO auth_detection (row, host_id, qid, last_found, success, \"offset\", length)
         SELECT (6 << 24) + id, id, 70028, {AS_OF}, CASE WHEN id <= 3 THEN 1 WHEN id <= 5 THEN 0 END, 0, 9 FROM host;",
        estate(6, 6)
    );
    let report = Case::new(8, &rows).report();
    let value = |id: &str| {
        let metric = report.controls[0].metrics.iter().find(|metric| metric.id == id).unwrap();
        metric.value.as_ref().and_then(serde_json::Number::as_u64)
    };
    assert_eq!((value("methods_named"), value("methods_anonymous")), (Some(3), Some(2)));
}
