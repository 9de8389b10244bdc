//! Control 16: exclusions at their limits, what they hide, and what is not known of them.

use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::CheckState::{Fail, NotApplicable, NotAssessed, Pass, Warn};
use qualys_sec_inspector::finding::{Outcome, Severity};
use qualys_sec_inspector::profile::{Asset, Assets, Inputs, Profile};

use crate::case::{AS_OF, Case, EXCLUSIONS, shown};

#[path = "excluded_hosts.rs"]
mod hosts;

#[test]
fn fixture() {
    insta::assert_snapshot!(shown(&Case::new(16, EXCLUSIONS).report()));
}

fn profile(text: &str) -> Profile {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.toml");
    std::fs::write(&file, text).unwrap();
    Profile::load(Some(&file), None, &[]).unwrap()
}

/// A subscription of 10.0.0.0/24 without any exclusion.
const BARE: &str = "INSERT INTO response VALUES (1, 'vm/ips', 1, '2.0', 1774742400, 'a1', 900, 1), (2, 'vm/excluded-ips', 1, '2.0', 1774742400, 'a2', 900, 1);
    INSERT INTO ip_range VALUES ((1 << 24) + 1, 0, X'0A000000', X'0A0000FF', 0, 90);";

#[test]
fn nothing_excluded_passes() {
    let case = Case::new(16, BARE);
    assert_eq!(case.outcome(), Outcome::Pass, "{}", shown(&case.report()));
    for check in ["C16-01", "C16-02", "C16-03", "C16-04", "C16-05", "C16-06"] {
        assert_eq!(case.check(check).0, Pass, "{check}");
    }
    for check in ["C16-07", "C16-08", "C16-09", "C16-10", "C16-12", "C16-13"] {
        assert_eq!(case.check(check).0, NotApplicable, "{check}");
    }
    assert_eq!(case.check("C16-11").0, NotAssessed);
}

#[test]
fn the_share_at_its_limit() {
    let state = |addresses: &str| {
        let rows = format!(
            "{BARE} UPDATE ip_range SET last = X'0A00004F'; INSERT INTO excluded_range VALUES {addresses};"
        );
        let case = Case::new(16, &rows);
        (case.check("C16-02").0, case.keys("C16-02"))
    };
    // Five of eighty are 6.25 %, four are 5 %; ranges that overlap count once.
    let four = "((2 << 24) + 1, 0, X'0A000000', X'0A000003', NULL, 0, 9), ((2 << 24) + 2, 0, X'0A000001', X'0A000002', NULL, 10, 9)";
    assert_eq!(state(four), (Pass, vec![]));
    let tenant = vec!["C16-02:subscription:tenant".to_owned()];
    let five = "((2 << 24) + 1, 0, X'0A000000', X'0A000004', NULL, 0, 9)";
    assert_eq!(state(five), (Fail, tenant));
    // Addresses of nobody hide nothing, nor do the same addresses of another network where the
    // list of addresses says of which networks they are.
    let nobody = "((2 << 24) + 1, 0, X'0B000000', X'0B0000FF', NULL, 10, 9)";
    assert_eq!(state(nobody), (Pass, vec![]));
    let others = "((2 << 24) + 1, 3, X'0A000000', X'0A00004F', NULL, 0, 9)";
    let named =
        format!("{others}; INSERT INTO ip_range VALUES (7, 5, X'0A000000', X'0A00004F', 0, 9)");
    assert_eq!(state(&named), (Pass, vec![]));
    assert_eq!(state(others), (NotAssessed, vec![]));
}

/// The list of addresses may name no networks; then an exclusion in any network may be of it.
#[test]
fn exclusions_of_other_networks_are_not_outside_a_list_without_networks() {
    let severities = |more: &str| {
        let rows = format!(
            "{BARE} INSERT INTO excluded_range VALUES ((2 << 24) + 1, 3, X'0A000000', X'0A0001FF', NULL, 0, 9); {more}"
        );
        let report = Case::new(16, &rows).report();
        let findings = report.findings.into_iter().filter(|finding| finding.check == "C16-01");
        findings.map(|finding| finding.severity).collect::<Vec<_>>()
    };
    assert_eq!(severities(""), [Severity::High]);
    let named = "INSERT INTO ip_range VALUES (7, 5, X'0B000000', X'0B00004F', 0, 9);";
    assert_eq!(severities(named), [Severity::Info]);
}

/// Which IPv6 addresses are subscribed is in no list that is collected.
#[test]
fn a_list_without_ipv6_puts_no_ipv6_outside() {
    let rows = format!(
        "{BARE} INSERT INTO excluded_range VALUES ((2 << 24) + 1, 0, X'20010DB8000000000000000000000000', X'20010DB80000FFFFFFFFFFFFFFFFFFFF', NULL, 0, 9);"
    );
    let report = Case::new(16, &rows).report();
    let finding = report.findings.iter().find(|finding| finding.check == "C16-01").unwrap();
    assert_eq!(finding.severity, Severity::High);
}

#[test]
fn a_profile_that_nobody_may_see_may_leave_anything_out() {
    let check = |change: &str| {
        let rows = format!("{BARE} {change}");
        let case = Case::new(16, &rows);
        case.check("C16-07")
    };
    let schedule = |active: &str, profile: &str| {
        format!(
            "INSERT INTO scan_schedule (row, id, title, active, option_profile, interval_days, \"offset\", length) VALUES ((3 << 24) + 1, 1, 's', {active}, {profile}, 7, 0, 9);"
        )
    };
    let shown = "INSERT INTO option_profile (row, family, id, title, hash, \"offset\", length) VALUES ((4 << 24) + 1, 'vm', 7, 'shown', 'h', 0, 9);";
    let (state, reason) = check(&schedule("1", "'private'"));
    assert_eq!(state, NotAssessed);
    assert!(reason.unwrap().contains("private"));
    assert_eq!(check(&schedule("NULL", "'private'")).0, NotAssessed);
    assert_eq!(check(&schedule("1", "NULL")).0, NotAssessed);
    assert_eq!(check(&schedule("0", "'private'")).0, NotApplicable);
    assert_eq!(check(&format!("{shown} {}", schedule("1", "' shown'"))).0, NotApplicable);
    // Another profile is in the list, or one of its title that is for compliance.
    let private = schedule("1", "'private'");
    assert_eq!(check(&format!("{shown} {private}")).0, NotAssessed);
    let compliance = shown.replace("'vm'", "'pc'").replace("'shown'", "'private'");
    assert_eq!(check(&format!("{compliance} {private}")).0, NotAssessed);
    let scan = |days: i64| {
        format!(
            "INSERT INTO scan (row, reference, launched, option_profile, \"offset\", length) VALUES ((5 << 24) + 1, 'scan/1', {AS_OF} - {days} * 86400, 'private', 0, 9);"
        )
    };
    assert_eq!(check(&scan(30)).0, NotAssessed);
    assert_eq!(check(&scan(31)).0, NotApplicable);
}

#[test]
fn a_list_that_is_named_by_id_and_by_title_is_one() {
    let twice =
        "INSERT INTO option_profile_list VALUES ((7 << 24) + 3, 'exclude', NULL, 'severe');";
    let keys =
        |change: &str| Case::new(16, EXCLUSIONS).change(change).keys("C16-07:search_list:803");
    assert_eq!(keys(twice), ["C16-07:search_list:803"]);
    // The profile may still show an old title.
    let renamed = "INSERT INTO option_profile_list VALUES ((7 << 24) + 3, 'exclude', 803, 'dire');";
    assert_eq!(keys(renamed), ["C16-07:search_list:803"]);
    // Lists that nobody shows are as many as their titles.
    let unknown = |titles: &str| {
        let report = Case::new(16, EXCLUSIONS).change(titles).report();
        let checks = &report.controls[0].checks;
        checks.iter().find(|check| check.id == "C16-07").unwrap().unknown
    };
    let named = |one: &str, other: &str| {
        format!(
            "INSERT INTO option_profile_list VALUES ((7 << 24) + 1, 'exclude', NULL, '{one}'), ((7 << 24) + 3, 'exclude', NULL, '{other}');"
        )
    };
    let before = unknown("");
    assert_eq!(unknown(&named("hidden", " hidden ")), before + 1);
    assert_eq!(unknown(&named("hidden", "hidden too")), before + 2);
}

/// A schedule alone, without any scan, puts a profile to use as far as it is on.
#[test]
fn a_schedule_puts_a_profile_to_use() {
    let state = |active: &str, more: &str| {
        let rows = format!(
            "{BARE} INSERT INTO response VALUES (3, 'vm/scan-schedules', 1, '5.0', {AS_OF}, 'a3', 900, 1), (4, 'vm/option-profiles', 1, '2.0', {AS_OF}, 'a4', 900, 1), (5, 'vm/static-search-lists', 1, '2.0', {AS_OF}, 'a5', 900, 1);
             INSERT INTO scan_schedule (row, id, title, active, option_profile, interval_days, \"offset\", length) VALUES ((3 << 24) + 1, 1, 's', {active}, 'used', 7, 0, 9);
             INSERT INTO option_profile (row, family, id, title, hash, \"offset\", length) VALUES ((4 << 24) + 1, 'vm', 7, 'used', 'h', 0, 9);
             INSERT INTO search_list (row, kind, id, title, has_qids, \"offset\", length) VALUES ((5 << 24) + 1, 'static', 801, 'left out', 1, 0, 9), ((5 << 24) + 2, 'static', 802, 'other', 1, 9, 9);
             INSERT INTO option_profile_list VALUES ((4 << 24) + 1, 'exclude', 801, 'left out');
             INSERT INTO search_list_qid VALUES ((5 << 24) + 1, 1), ((5 << 24) + 2, 2);
             INSERT INTO vuln (row, qid, severity, \"offset\", length) VALUES (1, 1, 4, 0, 9), (2, 2, 2, 9, 9);
             {more}"
        );
        let case = Case::new(16, &rows).kev(&[("CVE-2026-0001", None)]);
        let report = case.report();
        let metrics = report.controls[0].metrics.iter();
        let hidden = metrics.filter(|metric| metric.id.starts_with("hidden_qids"));
        let hidden: Vec<_> =
            hidden.map(|one| (one.id.clone(), one.value.as_ref().unwrap().as_u64())).collect();
        (case.check("C16-07").0, hidden)
    };
    let one = |severity: u32| vec![(format!("hidden_qids_{severity}"), Some(1))];
    assert_eq!(state("1", ""), (Fail, one(4)));
    assert_eq!(state("2", "").0, Fail);
    assert_eq!(state("NULL", "").0, NotAssessed);
    for off in ["0", "3"] {
        assert_eq!(state(off, ""), (NotApplicable, one(4)), "{off}");
    }
    // The list by its title is the same one.
    let titled = "UPDATE option_profile_list SET list_id = NULL;";
    assert_eq!(state("1", titled), (Fail, one(4)));
    let other = "UPDATE option_profile_list SET list_id = NULL, title = ' other';";
    assert_eq!(state("1", other), (Pass, one(2)));
    // A vulnerability of another QID is exploited.
    let low = "UPDATE vuln SET severity = 2;";
    assert_eq!(state("1", low).0, Pass);
    let cve = |qid: u32| {
        format!("{low} INSERT INTO vuln_cve VALUES ({qid}, 'CVE-2026-0001'), (3, 'CVE-2026-0002');")
    };
    assert_eq!(state("1", &cve(2)).0, Pass);
    assert_eq!(state("1", &cve(1)).0, Fail);
}

/// One exclusion, and what the history and the scans say of it.
fn history(events: &str, more: &str) -> Case<'static> {
    let rows = format!(
        "{BARE} UPDATE response SET received = {AS_OF} + 600;
         INSERT INTO response VALUES (3, 'vm/excluded-ip-history', 1, '2.0', {AS_OF}, 'a3', 900, 2), (4, 'vm/scans', 1, '3.0', {AS_OF} + 300, 'a4', 900, 0);
         INSERT INTO excluded_range VALUES ((2 << 24) + 1, 0, X'0A000001', X'0A000001', NULL, 0, 9);
         INSERT INTO exclusion_event (row, id, action, time, comment, \"offset\", length) SELECT (3 << 24) + column1, column1, column2, column3, 'Printers, approved CHG-1', column1 * 10, 9 FROM (VALUES {events});
         INSERT INTO exclusion_event_range SELECT row, 0, X'0A000001', X'0A000001' FROM exclusion_event; {more}"
    );
    Case::new(16, rows.leak())
}

#[test]
fn an_exclusion_from_the_future_has_no_age() {
    let state = |time: i64| history(&format!("(1, 'Added', {time})"), "").check("C16-05").0;
    assert_eq!(state(AS_OF + 86_400), Pass);
    assert_eq!(state(AS_OF + 86_401), NotAssessed);
}

/// An event without a time says nothing where a later one has one.
#[test]
fn events_without_a_time_stand_last() {
    let state = |events: &str| history(events, "").check("C16-05").0;
    assert_eq!(state(&format!("(1, 'Added', NULL), (2, 'Added', {AS_OF} - 86400)")), Pass);
    assert_eq!(state(&format!("(2, 'Added', NULL), (1, 'Added', {AS_OF} - 86400)")), Pass);
    assert_eq!(state("(1, 'Added', NULL)"), NotAssessed);
    let old = 366 * 86_400;
    assert_eq!(state(&format!("(2, 'Added', NULL), (1, 'Added', {AS_OF} - {old})")), Fail);
}

/// How far the list of scans reaches back: as asked, else thirty days before its answer.
#[test]
fn scans_that_the_list_does_not_reach() {
    let state = |from: i64, more: &str| {
        let events = format!("(1, 'Added', {from}), (2, 'Removed', {from} + 86400)");
        history(&events, more).check("C16-12").0
    };
    let since = AS_OF + 300 - 30 * 86_400;
    let early = "UPDATE response SET received = 0 WHERE endpoint <> 'vm/scans';";
    for decoy in ["", early] {
        assert_eq!(state(since, decoy), Pass, "{decoy}");
        assert_eq!(state(since - 1, decoy), NotAssessed, "{decoy}");
    }
    let asked = "INSERT INTO parameter VALUES ('vm/scans', 'launched_after_datetime', '2026-03-01T00:00:00Z');";
    let others = format!(
        "{asked} INSERT INTO parameter VALUES ('vm/scans', 'processed', '2020-01-01T00:00:00Z'), ('pc/scans', 'launched_after_datetime', '2020-01-01T00:00:00Z');"
    );
    let march = 1_772_323_200;
    for decoy in [asked, &others] {
        assert_eq!(state(march, decoy), Pass, "{decoy}");
        assert_eq!(state(march - 1, decoy), NotAssessed, "{decoy}");
    }
}

#[test]
fn ignored_detections_of_hosts_that_may_be_gone_are_unknown() {
    // Without the portal nobody knows whether a cloud host is still there.
    let cloud = "UPDATE host SET tracking_method = 'EC2' WHERE id = 206; DELETE FROM detection WHERE qid <> 4001;";
    let denied = [("am/host-assets", State::Denied)];
    let case = Case::new(16, EXCLUSIONS).change(cloud).reach(&denied);
    assert_eq!(case.check("C16-09").0, NotAssessed);
    let untyped = "DELETE FROM detection WHERE qid <> 4001; UPDATE detection SET type = NULL;";
    assert_eq!(Case::new(16, EXCLUSIONS).change(untyped).check("C16-09").0, NotAssessed);
    let fixed = format!("{cloud} UPDATE detection SET status = 'Fixed';");
    let case = Case::new(16, EXCLUSIONS).change(&fixed).reach(&denied);
    assert_eq!(case.check("C16-09").0, NotApplicable);
}

#[test]
fn ranges_outside_the_subscription_are_information() {
    let severities = |case: &Case<'_>| -> Vec<Severity> {
        let findings = case.report().findings;
        findings
            .into_iter()
            .filter(|finding| finding.key.ends_with("198.51.100.0-198.51.101.255@0"))
            .map(|finding| finding.severity)
            .collect()
    };
    assert_eq!(severities(&Case::new(16, EXCLUSIONS)), [Severity::Info, Severity::Info]);
    let reach = [("vm/ips", State::Denied)];
    let unread = Case::new(16, EXCLUSIONS).reach(&reach);
    assert_eq!(severities(&unread), [Severity::High, Severity::Medium]);
}

#[test]
fn an_end_is_only_required_where_the_profile_says_so() {
    assert_eq!(Case::new(16, EXCLUSIONS).check("C16-03").0, Fail);
    let text = "[c16]\nrequire_expiry = false\n";
    let case = Case::new(16, EXCLUSIONS).set(|current| *current = profile(text));
    assert_eq!(case.check("C16-03").0, NotApplicable);
}

#[test]
fn an_exclusion_that_has_ended_is_none() {
    let keys = |expires: i64| {
        let rows = format!(
            "{BARE} INSERT INTO excluded_range VALUES ((2 << 24) + 1, 0, X'0B000000', X'0B0001FF', {expires}, 0, 9);"
        );
        Case::new(16, &rows).keys("C16-01").len()
    };
    assert_eq!(keys(AS_OF), 1);
    assert_eq!(keys(AS_OF - 1), 0);
}

#[test]
fn the_asset_list_shows_who_is_in_use() {
    let asset = |status: &str| Asset {
        id: "a1".to_owned(),
        hostname: None,
        fqdn: None,
        ip: Some(vec![10, 2, 0, 2]),
        ipv6: None,
        instance_id: None,
        status: Some(status.to_owned()),
        first_seen: None,
    };
    let keys = |status: &str| {
        let assets = Some(Assets { entries: vec![asset(status)] });
        Case::new(16, EXCLUSIONS)
            .inputs(Inputs { assets, ..Inputs::default() })
            .keys("C16-06:host:202")
    };
    assert_eq!(keys("active").len(), 1);
    assert_eq!(keys("retired").len(), 0);
}

#[test]
fn without_agents_an_excluded_host_may_live() {
    let rows = "DELETE FROM host WHERE id NOT IN (202);";
    assert_eq!(Case::new(16, EXCLUSIONS).change(rows).check("C16-06").0, Pass);
    let reach = [("am/host-assets", State::Denied)];
    let (state, reason) = Case::new(16, EXCLUSIONS).change(rows).reach(&reach).check("C16-06");
    assert_eq!(state, NotAssessed);
    assert!(reason.unwrap().contains("am/host-assets"));
}

#[test]
fn known_exploited_vulnerabilities_weigh_as_severe_ones() {
    let low = "INSERT INTO vuln_cve VALUES (1000, 'CVE-2026-0001');";
    let severity = |kev: &[(&str, Option<i64>)]| {
        let report = Case::new(16, EXCLUSIONS).change(low).kev(kev).report();
        let finding = report.findings.iter().find(|one| one.key == "C16-07:search_list:802");
        finding.map(|finding| finding.severity)
    };
    assert_eq!(severity(&[]), None);
    assert_eq!(severity(&[("CVE-2026-0001", None)]), Some(Severity::High));
}

#[test]
fn ignored_detections_up_to_the_limit_are_allowed() {
    let keys = |most: u64| {
        let text = format!("[c16]\nmax_ignored = {most}\n");
        Case::new(16, EXCLUSIONS).set(|current| *current = profile(&text)).keys("C16-09")
    };
    assert_eq!(keys(0), ["C16-09:qid:4001", "C16-09:qid:4002", "C16-09:qid:4007"]);
    assert_eq!(keys(1), Vec::<String>::new());
    let one =
        Case::new(16, EXCLUSIONS).set(|current| *current = profile("[c16]\nmax_ignored = 1\n"));
    assert_eq!(one.check("C16-09").0, Pass);
}

#[test]
fn holes_close_when_any_schedule_scans_them() {
    let holes = ["C16-10:ip_range:10.2.1.0-10.2.1.4@0", "C16-10:ip_range:10.5.0.1-10.5.0.1@0"];
    assert_eq!(Case::new(16, EXCLUSIONS).keys("C16-10"), holes);
    let keys = |change: &str| Case::new(16, EXCLUSIONS).change(change).keys("C16-10");
    let wide = "UPDATE schedule_range SET first = X'0A020100' WHERE schedule_row = (11 << 24) + 2;";
    assert_eq!(keys(wide), holes[1..]);
    let all = "INSERT INTO schedule_group VALUES ((11 << 24) + 2, 'All');";
    assert_eq!(keys(all), Vec::<String>::new());
    // In another network it scans other hosts.
    let moved = "UPDATE scan_schedule SET network_id = 7 WHERE id = 502;";
    let [_, tagged] = holes;
    assert_eq!(keys(moved), ["C16-10:ip_range:10.2.1.0-10.2.1.9@0", tagged]);
    // Nobody knows what the tags of a schedule hold.
    let (state, _) = Case::new(16, EXCLUSIONS)
        .change("DELETE FROM host_tag; DELETE FROM parameter WHERE name = 'show_tags';")
        .check("C16-10");
    assert_eq!(state, Warn);
    // A tag's own ranges may be what closes a hole; in another network they close none.
    let ranges = "UPDATE scan_schedule SET tag_ranges = 1 WHERE id = 507;";
    assert_eq!(keys(ranges), Vec::<String>::new());
    assert_eq!(Case::new(16, EXCLUSIONS).change(ranges).check("C16-10").0, Warn);
    let elsewhere = format!("{ranges} UPDATE scan_schedule SET network_id = 7 WHERE id = 507;");
    assert_eq!(keys(&elsewhere), holes[..1]);
}

#[test]
fn a_short_exclusion_at_the_limit() {
    let found = |change: &str| {
        let report = Case::new(16, EXCLUSIONS).change(change).report();
        let findings = report.findings.into_iter().filter(|finding| finding.check == "C16-12");
        findings.map(|finding| (finding.resource.id, finding.severity)).collect::<Vec<_>>()
    };
    let web = ("10.6.0.0-10.6.0.255@0".to_owned(), Severity::Medium);
    let others = ("10.7.0.1-10.7.0.1@0".to_owned(), Severity::Info);
    assert_eq!(found(""), [web.clone(), others.clone()]);
    assert_eq!(found("UPDATE exclusion_event SET time = time + 1 WHERE id = 7024;"), [web]);
    // The scan was for other groups.
    assert_eq!(found("UPDATE scan_group SET title = 'half' WHERE title = 'web';"), [others]);
}
