//! Control 1: what reaches a group, and what a schedule does.

use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::CheckState;

use crate::case::{Case, SCHEDULES, emptied, shown};

#[test]
fn fixture() {
    insta::assert_snapshot!(shown(&Case::new(1, SCHEDULES).report()));
}

#[test]
fn a_schedule_of_everything_reaches_every_group_of_its_network() {
    let all = "INSERT INTO schedule_group VALUES ((2 << 24) + 100, 'All');";
    let case = Case::new(1, SCHEDULES).change(all);
    // Excluded as a whole, and in another network.
    assert_eq!(case.keys("C01-01"), ["C01-01:asset_group:16", "C01-01:asset_group:17"]);
    assert_eq!(case.keys("C01-07"), Vec::<String>::new());
}

#[test]
fn tags_without_evidence_are_unknown() {
    let unasked = "DELETE FROM parameter WHERE name = 'show_tags'; DELETE FROM host_tag;";
    let case = Case::new(1, SCHEDULES).change(unasked);
    // A schedule by tags could reach any group of its network that nothing else reaches.
    assert_eq!(case.keys("C01-01"), ["C01-01:asset_group:16", "C01-01:asset_group:17"]);
    assert!(!case.keys("C01-09").contains(&"C01-09:schedule:104".to_owned()));
    // Asked for and on no host: then the target is empty.
    let untagged = Case::new(1, SCHEDULES).change("DELETE FROM host_tag;");
    assert!(untagged.keys("C01-09").contains(&"C01-09:schedule:104".to_owned()));
    assert!(untagged.keys("C01-01").contains(&"C01-01:asset_group:18".to_owned()));
}

#[test]
fn an_unknown_target_may_reach_what_lies_in_its_network_alone() {
    // Groups of hosts and of names, here and in another network; none of them is reached.
    let groups = "INSERT INTO asset_group (row, id, title, network_id, dns_names, \"offset\", length) VALUES
            ((1 << 24) + 40, 40, 'hosts here', 0, 0, 4000, 90), ((1 << 24) + 41, 41, 'hosts elsewhere', 7, 0, 4100, 90),
            ((1 << 24) + 42, 42, 'names here', 0, 1, 4200, 90), ((1 << 24) + 43, 43, 'names elsewhere', 7, 1, 4300, 90);
        INSERT INTO host (row, id, network_id, ip, os_family, \"offset\", length) VALUES ((4 << 24) + 46, 46, 0, X'AC10012E', 'linux', 4600, 90), ((4 << 24) + 47, 47, 7, X'AC10012F', 'linux', 4700, 90);
        INSERT INTO group_host VALUES ((1 << 24) + 40, 46), ((1 << 24) + 41, 47);";
    let missed = |change: &str| {
        let change = format!("{groups} {change}");
        let keys = Case::new(1, SCHEDULES).change(&change).keys("C01-01");
        [40, 41, 42, 43].map(|id| keys.contains(&format!("C01-01:asset_group:{id}")))
    };
    assert_eq!(missed(""), [true; 4]);
    let unasked = "DELETE FROM parameter WHERE name = 'show_tags'; DELETE FROM host_tag;";
    assert_eq!(missed(unasked), [false, true, false, true]);
}

#[test]
fn ranges_of_tags_count_where_the_schedule_says_so() {
    let tag = "INSERT INTO tag (row, id, name, rule_type, rule_text, \"offset\", length) VALUES
        (9 << 24, 500, 'dmz', 'NETWORK_RANGE', '10.2.0.0/25, 10.2.0.128-10.2.0.255', 0, 9);";
    let reached = format!("{tag} UPDATE scan_schedule SET tag_ranges = 1 WHERE id = 104;");
    let uncovered = "C01-01:asset_group:11".to_owned();
    assert!(!Case::new(1, SCHEDULES).change(&reached).keys("C01-01").contains(&uncovered));
    assert!(Case::new(1, SCHEDULES).change(tag).keys("C01-01").contains(&uncovered));
}

#[test]
fn without_agents_the_agent_groups_are_unknown() {
    let reach = [("am/host-assets", State::Denied)];
    let case = Case::new(1, SCHEDULES).change(emptied("am/host-assets")).reach(&reach);
    let keys = case.keys("C01-01");
    for group in [19, 20] {
        assert!(!keys.contains(&format!("C01-01:asset_group:{group}")), "{keys:?}");
    }
    let report = case.report();
    let check = report.controls[0].checks.iter().find(|check| check.id == "C01-01").unwrap();
    // Group 31 too: that its host is terminated stands in the portal.
    assert_eq!((check.failed, check.unknown), (8, 3));
    let strict = Case::new(1, SCHEDULES).set(|profile| profile.c01.agents_satisfy_schedule = false);
    assert!(strict.keys("C01-01").contains(&"C01-01:asset_group:19".to_owned()));
}

#[test]
fn no_group_while_hosts_exist_fails() {
    let none = Case::new(1, SCHEDULES).change(emptied("vm/asset-groups"));
    assert_eq!(none.keys("C01-01"), ["C01-01:subscription:tenant"]);
    let all = Case::new(1, SCHEDULES).change("DELETE FROM asset_group WHERE id <> 1;");
    assert_eq!(all.keys("C01-01"), ["C01-01:subscription:tenant"]);
}

#[test]
fn runs_need_one_of_two_lists() {
    let both = [("vm/schedule-runs", State::Denied), ("vm/scans", State::Failed)];
    let rows = format!("{}{}", emptied("vm/schedule-runs"), emptied("vm/scans"));
    let neither = Case::new(1, SCHEDULES).change(&rows).reach(&both);
    assert_eq!(neither.check("C01-04").0, CheckState::NotAssessed);
    assert_eq!(neither.check("C01-08").0, CheckState::NotAssessed);
    // The scan list alone decides by title; its window reaches back far enough.
    let scans = Case::new(1, SCHEDULES).change(emptied("vm/schedule-runs"));
    let keys = scans.keys("C01-04");
    assert!(keys.contains(&"C01-04:schedule:100".to_owned()));
    assert!(!keys.contains(&"C01-04:schedule:115".to_owned()));
    // A shorter window proves nothing.
    let shorter = format!(
        "{} UPDATE parameter SET value = '2026-03-20T00:00:00Z' WHERE name = 'launched_after_datetime';",
        emptied("vm/schedule-runs")
    );
    assert_eq!(Case::new(1, SCHEDULES).change(&shorter).keys("C01-04"), Vec::<String>::new());
}

#[test]
fn a_longer_interval_is_not_forgiven_by_one_that_may_be_off() {
    let limit =
        |days| Case::new(1, SCHEDULES).set(move |profile| profile.c01.max_interval_days = days);
    assert_eq!(limit(31).keys("C01-03"), Vec::<String>::new());
    assert_eq!(limit(29).keys("C01-03"), ["C01-03:asset_group:12", "C01-03:asset_group:13"]);
    let perhaps = "INSERT INTO schedule_group VALUES ((2 << 24) + 109, 'every 31 days');";
    let case = Case::new(1, SCHEDULES).change(perhaps);
    assert_eq!(case.keys("C01-03"), Vec::<String>::new());
    assert_eq!(case.check("C01-03").0, CheckState::Warn);
}
