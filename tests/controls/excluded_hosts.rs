//! Control 16: what a schedule aims at and leaves out, which excluded hosts are in use, what there is to exclude.

use qualys_sec_inspector::finding::CheckState::{Fail, NotApplicable, NotAssessed, Pass};
use qualys_sec_inspector::finding::Outcome;
use qualys_sec_inspector::profile::{Asset, Assets, Inputs};

use super::BARE;
use crate::case::{AS_OF, Case};

/// Holes of one schedule that leaves out 10.0.0.1, over two hosts and two groups.
fn holes(change: &str) -> Vec<String> {
    let rows = format!(
        "{BARE} INSERT INTO response VALUES (3, 'vm/asset-groups', 1, '2.0', {AS_OF}, 'a3', 900, 1), (5, 'vm/hosts', 1, '5.0', {AS_OF}, 'a5', 900, 2), (6, 'am/host-assets', 1, '2.0', {AS_OF}, 'a6', 900, 2), (11, 'vm/scan-schedules', 1, '5.0', {AS_OF}, 'b2', 900, 2);
         INSERT INTO parameter VALUES ('vm/hosts', 'show_tags', '1');
         INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((3 << 24) + 1, 11, 'web', 0, 9), ((3 << 24) + 2, 12, 'other', 9, 9);
         INSERT INTO host (row, id, ip, \"offset\", length) VALUES ((5 << 24) + 1, 1, X'0A000001', 0, 9), ((5 << 24) + 2, 2, X'0A000002', 9, 9);
         INSERT INTO host_asset (row, id, host_id, \"offset\", length) VALUES ((6 << 24) + 1, 91, 1, 0, 9), ((6 << 24) + 2, 92, 2, 9, 9);
         INSERT INTO scan_schedule (row, id, title, active, scanner, option_profile, interval_days, \"offset\", length) VALUES ((11 << 24) + 1, 501, 'weekly', 1, 'va-1', 'deep', 7, 0, 9);
         INSERT INTO schedule_range VALUES ((11 << 24) + 1, 'excluded', X'0A000001', X'0A000001');
         {change}"
    );
    Case::new(16, &rows).keys("C16-10")
}

const HOLE: [&str; 1] = ["C16-10:ip_range:10.0.0.1-10.0.0.1@0"];
const NONE: [&str; 0] = [];

#[test]
fn a_schedule_leaves_a_hole_in_what_it_aims_at() {
    let moved = "UPDATE scan_schedule SET network_id = 7;";
    assert_eq!(holes(""), NONE);
    let typed =
        "INSERT INTO schedule_range VALUES ((11 << 24) + 1, 'typed', X'0A000000', X'0A0000FF');";
    assert_eq!(holes(typed), HOLE);
    assert_eq!(holes(&format!("{typed} {moved}")), ["C16-10:ip_range:10.0.0.1-10.0.0.1@7"]);
    // Its groups, by ranges, by the hosts' list and by their own.
    let group = "INSERT INTO schedule_group VALUES ((11 << 24) + 1, ' web');";
    for (own, foreign) in [
        (
            "INSERT INTO group_range VALUES ((3 << 24) + 1, 0, X'0A000000', X'0A0000FF');",
            "INSERT INTO group_range VALUES ((3 << 24) + 2, 0, X'0A000000', X'0A0000FF'), ((3 << 24) + 1, 7, X'0A000000', X'0A0000FF');",
        ),
        (
            "INSERT INTO host_group VALUES ((5 << 24) + 1, 11);",
            "INSERT INTO host_group VALUES ((5 << 24) + 1, 12), ((5 << 24) + 2, 11);",
        ),
        (
            "INSERT INTO group_host VALUES ((3 << 24) + 1, 1);",
            "INSERT INTO group_host VALUES ((3 << 24) + 2, 1), ((3 << 24) + 1, 2);",
        ),
    ] {
        assert_eq!(holes(&format!("{group} {own}")), HOLE, "{own}");
        assert_eq!(holes(&format!("{group} {foreign}")), NONE, "{foreign}");
        assert_eq!(holes(&format!("{group} {own} {moved}")), NONE, "{own}");
    }
    let all = "INSERT INTO schedule_group VALUES ((11 << 24) + 1, 'All');";
    assert_eq!(holes(all), HOLE);
    assert_eq!(holes(&format!("{all} {moved}")), NONE);
}

/// Whether tags are known matters to a schedule that aims by them alone.
#[test]
fn a_schedule_whose_tags_are_not_known_may_scan_anything() {
    let unasked = "DELETE FROM parameter;";
    let typed =
        "INSERT INTO schedule_range VALUES ((11 << 24) + 1, 'typed', X'0A000000', X'0A0000FF');";
    let tag = |schedule: u32, excluded: u32| {
        format!("INSERT INTO schedule_tag VALUES ((11 << 24) + {schedule}, 'web', {excluded});")
    };
    let base = format!("{typed} {unasked}");
    assert_eq!(holes(&base), HOLE);
    // Tags that it leaves out, and those of another schedule.
    assert_eq!(holes(&format!("{base} {}", tag(1, 1))), HOLE);
    assert_eq!(holes(&format!("{base} {}", tag(2, 0))), HOLE);
    assert_eq!(holes(&format!("{base} {}", tag(1, 0))), NONE);
    let target = |text: &str| holes(&format!("{base} UPDATE scan_schedule SET target = '{text}';"));
    assert_eq!(target("10.0.0.0-10.0.0.255"), HOLE);
    assert_eq!(target("asset tags included"), NONE);
    // A tag of any host shows that they were asked for, in either list.
    for seen in [
        "INSERT INTO host_tag VALUES ((5 << 24) + 2, NULL, 'db');",
        "INSERT INTO host_asset_tag VALUES ((6 << 24) + 2, 1, 'db');",
    ] {
        assert_eq!(holes(&format!("{base} {} {seen}", tag(1, 0))), HOLE, "{seen}");
    }
}

#[test]
fn a_schedule_leaves_a_hole_in_its_tags() {
    let tags = "INSERT INTO schedule_tag VALUES ((11 << 24) + 1, 'web', 0);";
    let host = |id: u32, tag: &str| {
        format!("INSERT INTO host_tag VALUES ((5 << 24) + {id}, NULL, '{tag}');")
    };
    let asset = |id: u32, tag: &str| {
        format!("INSERT INTO host_asset_tag VALUES ((6 << 24) + {id}, 1, '{tag}');")
    };
    assert_eq!(holes(&format!("{tags} {}", host(1, "web"))), HOLE);
    assert_eq!(holes(&format!("{tags} {}", asset(1, "web"))), HOLE);
    assert_eq!(holes(&format!("{tags} {}", host(2, "web"))), NONE);
    assert_eq!(holes(&format!("{tags} {}", asset(2, "web"))), NONE);
    assert_eq!(holes(&format!("{tags} {}", host(1, "db"))), NONE);
    let moved = "UPDATE scan_schedule SET network_id = 7;";
    assert_eq!(holes(&format!("{tags} {} {moved}", host(1, "web"))), NONE);
    // Any of two, or all.
    let two = format!(
        "{tags} INSERT INTO schedule_tag VALUES ((11 << 24) + 1, 'db', 0); {}",
        host(1, "web")
    );
    assert_eq!(holes(&two), HOLE);
    let all = "UPDATE scan_schedule SET tag_include_selector = 'ALL';";
    assert_eq!(holes(&format!("{two} {all}")), NONE);
    assert_eq!(holes(&format!("{two} {all} {}", host(1, "db"))), HOLE);
    // All of its own, whatever others want and whatever it leaves out.
    let other =
        "INSERT INTO schedule_tag VALUES ((11 << 24) + 2, 'db', 0), ((11 << 24) + 1, 'not', 1);";
    assert_eq!(holes(&format!("{tags} {other} {all} {}", host(1, "web"))), HOLE);
    // A tag that leaves it out.
    let but = "INSERT INTO schedule_tag VALUES ((11 << 24) + 1, 'not', 1);";
    assert_eq!(holes(&format!("{tags} {but} {} {}", host(1, "web"), host(1, "not"))), NONE);
    assert_eq!(holes(&format!("{tags} {but} {} {}", host(1, "web"), host(2, "not"))), HOLE);
    // An IPv6 address, in its network.
    let six = format!(
        "{tags} {} UPDATE host SET ip = NULL, ipv6 = X'20010DB8000000000000000000000001' WHERE id = 1;
         UPDATE schedule_range SET first = X'20010DB8000000000000000000000000', last = X'20010DB80000000000000000000000FF';",
        host(1, "web")
    );
    assert_eq!(holes(&six), ["C16-10:ip_range:2001:db8::1-2001:db8::1@0"]);
    assert_eq!(holes(&format!("{six} {moved}")), NONE);
}

/// One excluded host, its inventory and its portal.
fn excluded(change: &str, assets: Vec<Asset>) -> Vec<String> {
    let rows = format!(
        "{BARE} INSERT INTO response VALUES (5, 'vm/hosts', 1, '5.0', {AS_OF}, 'a5', 900, 2), (6, 'am/host-assets', 1, '2.0', {AS_OF}, 'a6', 900, 2);
         INSERT INTO excluded_range VALUES ((2 << 24) + 1, 0, X'0A000000', X'0A00000F', {AS_OF}, 0, 9);
         INSERT INTO host (row, id, ip, dns, cloud_resource_id, \"offset\", length) VALUES ((5 << 24) + 1, 1, X'0A000001', 'web.example', 'i-1', 0, 9);
         {change}"
    );
    let assets = Some(Assets { entries: assets });
    Case::new(16, &rows).inputs(Inputs { assets, ..Inputs::default() }).keys("C16-06")
}

fn asset(status: &str) -> Asset {
    Asset { id: "a1".to_owned(), status: Some(status.to_owned()), ..Asset::default() }
}

#[test]
fn the_asset_list_knows_a_host_by_instance_name_or_address() {
    let found = ["C16-06:host:1"];
    let cloud = |id: &str| vec![Asset { instance_id: Some(id.to_owned()), ..asset("active") }];
    let named = |name: &str| vec![Asset { fqdn: Some(name.to_owned()), ..asset("In Use") }];
    let placed = |last: u8| vec![Asset { ip: Some(vec![10, 0, 0, last]), ..asset("live") }];
    for (own, other) in [
        (cloud("i-1"), cloud("i-2")),
        (named("WEB.example"), named("db.example")),
        (placed(1), placed(2)),
    ] {
        assert_eq!(excluded("", own.clone()), found);
        assert_eq!(excluded("", other), NONE);
        let retired =
            own.into_iter().map(|asset| Asset { status: Some("retired".to_owned()), ..asset });
        assert_eq!(excluded("", retired.collect()), NONE);
    }
    // An address that two hosts have is nobody's.
    let twin = "INSERT INTO host (row, id, network_id, ip, \"offset\", length) VALUES ((5 << 24) + 2, 2, 7, X'0A000001', 9, 9);";
    assert_eq!(excluded(twin, placed(1)), NONE);
    let ended = format!("UPDATE excluded_range SET expires = {AS_OF} - 1;");
    assert_eq!(excluded(&ended, placed(1)), NONE);
}

#[test]
fn a_host_is_excluded_with_all_of_its_addresses() {
    let found = ["C16-06:host:1"];
    let named = || vec![Asset { fqdn: Some("web.example".to_owned()), ..asset("active") }];
    let six = "UPDATE host SET ipv6 = X'20010DB8000000000000000000000001';";
    assert_eq!(excluded(six, named()), NONE);
    let range = "INSERT INTO excluded_range VALUES ((2 << 24) + 2, 0, X'20010DB8000000000000000000000000', X'20010DB80000000000000000000000FF', NULL, 9, 9);";
    assert_eq!(excluded(&format!("{six} {range}"), named()), found);
    assert_eq!(excluded(&format!("{six} {range} UPDATE host SET ip = NULL;"), named()), found);
    let elsewhere = "UPDATE excluded_range SET network_id = 7 WHERE length(first) = 16;";
    assert_eq!(excluded(&format!("{six} {range} {elsewhere}"), named()), NONE);
    assert_eq!(excluded("UPDATE host SET ip = X'0A000010';", named()), NONE);
}

#[test]
fn anything_that_could_be_excluded_is_judged() {
    let outcome = |rows: &str| Case::new(16, rows).outcome();
    assert_eq!(outcome(""), Outcome::NotApplicable);
    for rows in [
        "INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES (1, 11, 'web', 0, 9);",
        "INSERT INTO host (row, id, ip, \"offset\", length) VALUES (1, 1, X'0A000001', 0, 9);",
        "INSERT INTO excluded_range VALUES (1, 0, X'0A000000', X'0A00000F', NULL, 0, 9);",
        "INSERT INTO ip_range VALUES (1, 0, X'0A000000', X'0A00000F', 0, 9);",
    ] {
        assert_ne!(outcome(rows), Outcome::NotApplicable, "{rows}");
    }
}

#[test]
fn ignored_detections_are_shown_and_weighed() {
    let rows = format!(
        "{BARE} INSERT INTO response VALUES (5, 'vm/hosts', 1, '5.0', {AS_OF}, 'a5', 900, 2), (10, 'vm/detections', 1, '5.0', {AS_OF}, 'b1', 900, 9);
         INSERT INTO host (row, id, ip, \"offset\", length) VALUES ((5 << 24) + 1, 1, X'0A000001', 0, 9);
         INSERT INTO detection (row, host_id, qid, type, severity, status, is_ignored, is_disabled, \"offset\", length)
         WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 8)
         SELECT (10 << 24) + i, 1, 4001, 'Confirmed', CASE WHEN i = 1 THEN 3 ELSE 4 END, 'Active', 1, 0, i, 9 FROM n;"
    );
    let expected = ["ev:10#@2", "ev:10#@3", "ev:10#@4", "ev:10#@5", "ev:10#@6"];
    assert_eq!(Case::new(16, &rows).evidence("C16-09"), expected);
    let unrated = format!("{rows} UPDATE detection SET severity = NULL;");
    assert_eq!(Case::new(16, &unrated).check("C16-09").0, NotAssessed);
    let low = format!("{rows} UPDATE detection SET severity = 3;");
    assert_eq!(Case::new(16, &low).check("C16-09").0, Pass);
    // Not surely ignored ones, of a higher score, stand behind; a host with a low one does not count.
    let more = format!(
        "{rows} INSERT INTO host (row, id, ip, \"offset\", length) VALUES ((5 << 24) + 2, 2, X'0A000002', 9, 9);
         INSERT INTO detection (row, host_id, qid, type, severity, status, qds, is_ignored, is_disabled, \"offset\", length)
         WITH RECURSIVE n (i) AS (VALUES (11) UNION ALL SELECT i + 1 FROM n WHERE i < 16)
         SELECT (10 << 24) + i, 99, 4001, 'Confirmed', 5, 'Active', 99, 1, 0, i, 9 FROM n;
         UPDATE detection SET host_id = 2 WHERE severity = 3;"
    );
    let case = Case::new(16, &more);
    assert_eq!(case.evidence("C16-09"), expected);
    let report = case.report();
    let finding = report.findings.iter().find(|one| one.check == "C16-09").unwrap();
    assert_eq!((&finding.facts["hosts"], &finding.facts["ignored"]), (&1.into(), &7.into()));
    // On a host of no list, of no known type, of no known status; a low one is none of them.
    for change in ["host_id = 99", "type = NULL", "type = 'Other'", "status = 'Perhaps'"] {
        let state = |severity: &str| {
            let change = format!("UPDATE detection SET severity = {severity}, {change};");
            Case::new(16, &rows).change(&change).check("C16-09").0
        };
        // A status that is none is no reason to call it open, nor to say that it is ignored.
        let severe = if change.starts_with("status") { Fail } else { NotAssessed };
        assert_eq!((state("4"), state("3")), (severe, Pass), "{change}");
    }
    // What is surely not open is neither.
    for change in ["status = 'Fixed'", "type = 'Info'", "type = 'Potential'"] {
        let change = format!("UPDATE detection SET host_id = 99, {change};");
        assert_eq!(Case::new(16, &rows).change(&change).check("C16-09").0, NotApplicable);
    }
    let potential = "UPDATE detection SET host_id = 99, type = 'potential';";
    let case = Case::new(16, &rows).change(potential);
    let case = case.set(|profile| profile.sla.include_potential = true);
    assert_eq!(case.check("C16-09").0, NotAssessed);
    let severity = |change: &str, kev: &[(&str, Option<i64>)]| {
        let rows = format!(
            "{rows} INSERT INTO vuln_cve VALUES (4001, 'CVE-2026-0001'), (4002, 'CVE-2026-0002'); {change}"
        );
        let case = Case::new(16, &rows).kev(kev);
        assert_eq!(case.check("C16-09").0, Fail);
        case.report().findings.into_iter().find(|one| one.check == "C16-09").unwrap().severity
    };
    let usual = severity("", &[]);
    assert_eq!(severity("", &[("CVE-2026-0002", None)]), usual);
    assert!(severity("", &[("CVE-2026-0001", None)]) > usual);
}
