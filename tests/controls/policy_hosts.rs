//! Control 9 by its hosts and groups: which count, which may be gone, which are shown.

use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::CheckState;

use super::{healthy, profile, state, with};
use crate::case::{AS_OF, Case};

#[test]
fn groups_in_scope_by_name() {
    let text = "[scope]\npc_groups = [\"never scanned for compliance\", \"named by a policy\", \"Nowhere\"]";
    let case = with("", text);
    assert_eq!(case.keys("C09-04"), ["C09-04:asset_group:106"]);
    let report = case.report();
    let check = report.controls[0].checks.iter().find(|check| check.id == "C09-04").unwrap();
    assert_eq!((check.subjects, check.unknown), (3, 1));
}

#[test]
fn scans_at_their_limit() {
    let scanned = |count: u32| {
        let change = format!(
            "DELETE FROM host; DELETE FROM host_group;
             INSERT INTO host (row, id, os_family, last_compliance_scan, \"offset\", length)
             WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 10)
             SELECT (2 << 24) + i, i, 'linux', CASE WHEN i <= {count} THEN {AS_OF} - 30 * 86400 ELSE {AS_OF} - 30 * 86400 - 1 END, 0, 10 FROM n;
             INSERT INTO host_group SELECT row, 101 FROM host;"
        );
        state(&change, "C09-06").0
    };
    assert_eq!(scanned(8), CheckState::Pass);
    assert_eq!(scanned(7), CheckState::Fail);
    // A day behind the answer is still now; later is a fault of the data.
    let future = |seconds: i64| {
        state(&format!("UPDATE host SET last_compliance_scan = {AS_OF} + {seconds};"), "C09-06").0
    };
    assert_eq!(future(86_400), CheckState::Pass);
    assert_eq!(future(86_401), CheckState::NotAssessed);
    // The list of detections counts where the host list says nothing.
    let detected = |time: i64| {
        let change = format!(
            "UPDATE host SET last_compliance_scan = NULL;
             INSERT INTO detection_host VALUES ((7 << 24) + 1, 1, {time}, 0, 10);"
        );
        state(&change, "C09-06").0
    };
    assert_eq!(detected(AS_OF - 86_400), CheckState::Pass);
    assert_eq!(detected(AS_OF - 31 * 86_400), CheckState::Fail);
}

/// Hosts under one policy: scanned lately or not, each in the cloud or not.
fn fleet(scanned: u32, scanned_cloud: u32, other: u32, other_cloud: u32) -> String {
    let (cloud, rest) = (scanned + scanned_cloud, scanned + scanned_cloud + other);
    format!(
        "DELETE FROM host; DELETE FROM host_group;
         INSERT INTO host (row, id, os_family, tracking_method, last_compliance_scan, \"offset\", length)
         WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {rest} + {other_cloud})
         SELECT (2 << 24) + i, i, 'linux', CASE WHEN i > {scanned} AND i <= {cloud} OR i > {rest} THEN 'EC2' ELSE 'IP' END,
             CASE WHEN i <= {cloud} THEN {AS_OF} - 30 * 86400 ELSE {AS_OF} - 30 * 86400 - 1 END, 0, 10 FROM n;
         INSERT INTO host_group SELECT row, 101 FROM host;"
    )
}

/// Without the portal nobody knows whether an instance is terminated.
#[test]
fn hosts_that_may_be_gone_decide_only_where_they_must() {
    use CheckState::{Fail, NotAssessed, Pass};
    let rows = healthy();
    let denied = [("am/host-assets", State::Denied)];
    for (hosts, read, unread) in [
        ((8, 0, 2, 0), Pass, Pass),
        ((7, 0, 3, 0), Fail, Fail),
        // Gone, they would take their scans with them.
        ((8, 1, 2, 0), Pass, Pass),
        ((7, 1, 2, 0), Pass, NotAssessed),
        ((0, 4, 0, 0), Pass, Pass),
        // Gone, they would not be missed.
        ((7, 0, 2, 1), Fail, Fail),
        ((7, 0, 1, 2), Fail, NotAssessed),
        ((6, 0, 2, 9), Fail, Fail),
        ((0, 0, 0, 3), Fail, NotAssessed),
        // Both.
        ((3, 3, 1, 1), Fail, NotAssessed),
        ((5, 2, 3, 0), Fail, Fail),
    ] {
        let change = fleet(hosts.0, hosts.1, hosts.2, hosts.3);
        let case = Case::new(9, &rows).change(&change);
        assert_eq!(case.check("C09-06").0, read, "{hosts:?}");
        // Never scanned is like scanned too long ago.
        let never = format!(
            "{change} UPDATE host SET last_compliance_scan = NULL WHERE last_compliance_scan < {AS_OF} - 30 * 86400;"
        );
        assert_eq!(
            Case::new(9, &rows).change(&never).reach(&denied).check("C09-06").0,
            unread,
            "{hosts:?}"
        );
        let (state, reason) = case.reach(&denied).check("C09-06");
        assert_eq!(state, unread, "{hosts:?}");
        assert!(state != NotAssessed || reason.unwrap().contains("am/host-assets"), "{hosts:?}");
    }
    // What a finding points at is surely there.
    let change = fleet(1, 0, 2, 1);
    let evidence = Case::new(9, &rows).change(&change).reach(&denied).evidence("C09-06");
    assert_eq!(evidence, ["ev:2#2", "ev:2#3", "ev:4#1"]);
}

#[test]
fn a_host_that_may_be_gone_covers_nothing_and_needs_nothing() {
    use CheckState::{Fail, NotAssessed, Pass, Warn};
    let rows = healthy();
    let denied = [("am/host-assets", State::Denied)];
    let states = |change: &str, check: &str| {
        let case = Case::new(9, &rows).change(change);
        (case.check(check).0, case.reach(&denied).check(check).0)
    };
    let cloud = "UPDATE host SET tracking_method = 'EC2';";
    // Host 2 in a group that no policy names; host 1 brings it under one, or stays outside.
    let group = "INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((3 << 24) + 2, 102, 'other', 0, 10);
        INSERT INTO host (row, id, os_family, last_compliance_scan, \"offset\", length) SELECT row + 1, 2, 'linux', last_compliance_scan, 10, 10 FROM host;
        INSERT INTO host_group VALUES ((2 << 24) + 2, 102);";
    let both = format!("{group} INSERT INTO host_group VALUES ((2 << 24) + 1, 102);");
    assert_eq!(states(group, "C09-04"), (Fail, Fail));
    assert_eq!(states(&both, "C09-04"), (Pass, Pass));
    let covering = format!("{both} {cloud}");
    assert_eq!(states(&covering, "C09-04"), (Pass, Warn));
    let one = "UPDATE host SET tracking_method = 'EC2' WHERE id = 1;";
    assert_eq!(states(&format!("{both} {one}"), "C09-04"), (Pass, Warn));
    // Of a policy that may be active, that is the reason.
    let silent = format!("{both} UPDATE policy SET status = NULL;");
    let (state, reason) = Case::new(9, &rows).change(&silent).check("C09-04");
    let reason = reason.unwrap();
    assert!(state == NotAssessed && !reason.contains("am/host-assets"), "{reason}");
    let other = "UPDATE host SET tracking_method = 'EC2' WHERE id = 2;";
    assert_eq!(states(&format!("{both} {other}"), "C09-04"), (Pass, Pass));
    assert_eq!(states(&format!("{group} {other}"), "C09-04"), (Fail, Warn));
    // A group that the profile names needs a policy whoever is in it.
    let named = profile("[scope]\npc_groups = [\"other\"]");
    let change = format!("{group} {other}");
    let case = Case::new(9, &rows).change(&change).reach(&denied).set(|current| *current = named);
    assert_eq!(case.check("C09-04").0, Fail);
    // The systems of the hosts of a policy.
    let windows =
        "UPDATE policy_technology SET name = 'Windows 2022 Server', os_family = 'windows';";
    assert_eq!(states(windows, "C09-08"), (Fail, Fail));
    assert_eq!(states(&format!("{windows} {cloud}"), "C09-08"), (Fail, NotAssessed));
    assert_eq!(states(cloud, "C09-08"), (Pass, NotAssessed));
    let second = format!("{group} INSERT INTO host_group VALUES ((2 << 24) + 2, 101);");
    let foreign = format!("{windows} {second} {one}");
    assert_eq!(states(&foreign, "C09-08"), (Fail, Fail));
    let served = format!("{foreign} UPDATE host SET os_family = 'windows' WHERE id = 1;");
    assert_eq!(states(&served, "C09-08"), (Pass, NotAssessed));
    let sure = format!("{served} UPDATE host SET os_family = 'windows' WHERE id = 2;");
    assert_eq!(states(&sure, "C09-08"), (Pass, Pass));
}

/// Groups 100 to 104, each with one host of the same number that is scanned for compliance.
fn groups() -> String {
    format!(
        "DELETE FROM asset_group; DELETE FROM host; DELETE FROM host_group;
         INSERT INTO asset_group (row, id, title, \"offset\", length) SELECT (3 << 24) + value, value, 'group ' || value, value, 10 FROM json_each('[100, 101, 102, 103, 104]');
         INSERT INTO host (row, id, os_family, last_compliance_scan, \"offset\", length) SELECT (2 << 24) + id, id, 'linux', {AS_OF}, id, 10 FROM asset_group;
         INSERT INTO host_group SELECT row, id FROM host;"
    )
}

#[test]
fn a_range_of_groups_holds_both_its_ends() {
    let rows = healthy();
    let keys = |change: &str| {
        let change = format!("{} {change}", groups());
        Case::new(9, &rows).change(&change).keys("C09-04")
    };
    let key = |group: u32| format!("C09-04:asset_group:{group}");
    let range = "UPDATE policy_group SET first_id = 101, last_id = 103;";
    assert_eq!(keys(range), [key(100), key(104)]);
    // Hosts bring groups under the policy that no range names.
    let hosts = format!(
        "{range} INSERT INTO host_group VALUES ((2 << 24) + 103, 104), ((2 << 24) + 101, 100);"
    );
    assert_eq!(keys(&hosts).len(), 0);
    // The group says so, or the host.
    let held = format!(
        "{range} INSERT INTO group_host VALUES ((3 << 24) + 104, 103), ((3 << 24) + 100, 104);"
    );
    assert_eq!(keys(&held), [key(100)]);
    let ignored = profile("[scope]\nignore_asset_groups = [\"group 100\"]");
    let change = format!("{} {range}", groups());
    let case = Case::new(9, &rows).change(&change).set(|current| *current = ignored);
    assert_eq!(case.keys("C09-04"), [key(104)]);
    // A group whose hosts were never scanned for compliance is not in scope.
    let never = format!("{range} UPDATE host SET last_compliance_scan = NULL WHERE id = 100;");
    assert_eq!(keys(&never), [key(104)]);
}

#[test]
fn the_first_five_hosts_of_a_group_are_shown() {
    // Eight hosts in the other order than their rows; the first two never scanned for compliance.
    let change = "DELETE FROM policy_group; DELETE FROM host; DELETE FROM host_group;
        INSERT INTO host (row, id, os_family, last_compliance_scan, \"offset\", length)
        WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 8)
        SELECT (2 << 24) + i, 9 - i, 'linux', CASE WHEN i < 7 THEN 1774742400 END, (9 - i) * 10, 9 FROM n;
        INSERT INTO host_group SELECT row, 101 FROM host;
        INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((3 << 24) + 2, 102, 'other', 10, 10);
        INSERT INTO host (row, id, os_family, last_compliance_scan, \"offset\", length) VALUES ((2 << 24) + 9, 0, 'linux', 1774742400, 90, 9);
        INSERT INTO host_group VALUES ((2 << 24) + 9, 102);";
    let rows = healthy();
    let shown = |text: &str| {
        let named = profile(text);
        let case = Case::new(9, &rows).change(change).set(|current| *current = named);
        let report = case.report();
        let key = "C09-04:asset_group:101";
        let finding = report.findings.into_iter().find(|finding| finding.key == key).unwrap();
        let evidence: Vec<String> = finding.evidence.into_iter().map(|span| span.id).collect();
        (evidence, finding.facts["hosts"].clone())
    };
    let all = |first: usize| {
        let hosts = (first..first + 5).map(|id| format!("ev:2#{id}"));
        hosts.chain(["ev:3#101".to_owned(), "ev:4".to_owned()]).collect::<Vec<_>>()
    };
    assert_eq!(shown(""), (all(3), 6.into()));
    assert_eq!(shown("[scope]\npc_groups = [\"servers\"]"), (all(1), 8.into()));
}

#[test]
fn hosts_by_policy_and_scan() {
    // By id: 1, 2 under the policy and scanned lately, 3 too long ago, 4 never; 5, 6 under none and
    // scanned, 7 never.
    let change = format!(
        "DELETE FROM host; DELETE FROM host_group;
         INSERT INTO host (row, id, os_family, last_compliance_scan, \"offset\", length)
         SELECT (2 << 24) + column1, column1, 'linux', {AS_OF} - column2, column1, 10 FROM (VALUES (1, 0), (2, 30 * 86400), (3, 30 * 86400 + 1), (4, NULL), (5, 0), (6, 90 * 86400), (7, NULL));
         INSERT INTO host_group SELECT row, 101 FROM host WHERE id < 5;
         INSERT INTO posture (row, id, policy_id, status, \"offset\", length) VALUES ((5 << 24) + 1, 1, 1, 'Passed', 0, 9), ((5 << 24) + 2, 2, 1, 'PASSED', 10, 9), ((5 << 24) + 3, 3, 1, 'Failed', 20, 9), ((5 << 24) + 4, 4, 1, 'Error', 30, 9), ((5 << 24) + 5, 5, 1, NULL, 40, 9);"
    );
    let rows = healthy();
    let case = Case::new(9, &rows).change(&change);
    assert_eq!(case.metric("hosts_with_policy"), (Some(3), Some(5)));
    assert_eq!(case.metric("hosts_evaluated"), (Some(2), Some(4)));
    assert_eq!(case.metric("postures_passed"), (Some(2), Some(5)));
}

#[test]
fn times_count_from_the_answer_that_gave_them() {
    // Every other answer came twenty days later.
    let later = |seq: u32| {
        format!("UPDATE response SET received = received + 20 * 86400 WHERE seq <> {seq};")
    };
    let evaluated = format!("UPDATE policy SET evaluated = {AS_OF} + 86401;");
    assert_eq!(state(&evaluated, "C09-05").0, CheckState::NotAssessed);
    assert_eq!(state(&format!("{evaluated} {}", later(4)), "C09-05").0, CheckState::NotAssessed);
    let scanned = format!("UPDATE host SET last_compliance_scan = {AS_OF} + 86401;");
    assert_eq!(state(&format!("{scanned} {}", later(2)), "C09-06").0, CheckState::NotAssessed);
    let detected = |seconds: i64| {
        format!(
            "UPDATE host SET last_compliance_scan = NULL;
             INSERT INTO detection_host VALUES ((7 << 24) + 1, 1, {AS_OF} + {seconds}, 0, 10); {}",
            later(7)
        )
    };
    assert_eq!(state(&detected(86_401), "C09-06").0, CheckState::NotAssessed);
    assert_eq!(state(&detected(86_400), "C09-06").0, CheckState::Pass);
}
