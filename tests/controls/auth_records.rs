//! Control 8: families, records and profiles at their limits, and what is not known.

use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::CheckState::{Fail, NotApplicable, NotAssessed, Pass, Warn};
use qualys_sec_inspector::finding::{Outcome, Severity};
use qualys_sec_inspector::profile::Profile;

use crate::case::{AS_OF, Case, LOGINS, shown};

#[path = "auth_targets.rs"]
mod targets;

#[test]
fn fixture() {
    insta::assert_snapshot!(shown(&Case::new(8, LOGINS).report()));
}

fn profile(text: &str) -> Profile {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.toml");
    std::fs::write(&file, text).unwrap();
    Profile::load(Some(&file), None, &[]).unwrap()
}

/// One record, one profile and one schedule for `hosts` Linux hosts, of which `seen` were logged in to.
fn estate(seen: u32, hosts: u32) -> String {
    format!(
        "INSERT INTO response VALUES (1, 'vm/hosts', 1, '5.0', {AS_OF}, 'a1', 900, 1), (2, 'vm/auth-record-details', 1, '3.0', {AS_OF}, 'a2', 900, 1),
             (3, 'vm/option-profiles', 1, '2.0', {AS_OF}, 'a3', 900, 1), (4, 'vm/scan-schedules', 1, '2.0', {AS_OF}, 'a4', 900, 1);
         INSERT INTO ip_range VALUES (1, 0, X'0A000000', X'0A00FFFF', 0, 9);
         INSERT INTO auth_record_type VALUES (1, 'unix', 1, 0, 9);
         INSERT INTO auth_record (row, type, id, title, username, login_type, created, modified, \"offset\", length) VALUES ((2 << 24) + 1, 'unix', 5, 'all', 'scan', 'vault', {AS_OF}, {AS_OF}, 0, 90);
         INSERT INTO auth_record_range VALUES ((2 << 24) + 1, X'0A000000', X'0A00FFFF');
         INSERT INTO option_profile (row, family, id, title, authentication, hash, \"offset\", length) VALUES ((3 << 24) + 1, 'vm', 7, 'deep', 'Unix', 'ab', 0, 90);
         INSERT INTO scan_schedule (row, id, title, active, scanner, option_profile, \"offset\", length) VALUES ((4 << 24) + 1, 8, 'weekly', 1, 'va-1', 'deep', 0, 90);
         INSERT INTO schedule_group VALUES ((4 << 24) + 1, 'All');
         INSERT INTO host (row, id, os_family, ip, last_vm_scan, last_vm_auth, \"offset\", length)
         WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {hosts})
         SELECT (1 << 24) + i, i, 'linux', unhex(printf('0A00%04X', i)), {AS_OF}, CASE WHEN i <= {seen} THEN {AS_OF} END, i * 10, 9 FROM n;"
    )
}

#[test]
fn a_healthy_record_passes() {
    let rows = estate(5, 5);
    let case = Case::new(8, &rows);
    assert_eq!(case.keys(""), Vec::<String>::new());
    assert_eq!(case.outcome(), Outcome::Pass, "{}", shown(&case.report()));
    for check in
        ["C08-01", "C08-02", "C08-03", "C08-04", "C08-05", "C08-06", "C08-07", "C08-08", "C08-09"]
    {
        assert_eq!(case.check(check).0, Pass, "{check}");
    }
    // No two records have one account.
    assert_eq!(case.check("C08-10").0, NotApplicable);
}

#[test]
fn shares_at_their_limits() {
    let states = |seen, hosts| {
        let rows = estate(seen, hosts);
        let case = Case::new(8, &rows);
        (case.check("C08-03").0, case.check("C08-04").0)
    };
    assert_eq!(states(0, 3), (Fail, Pass));
    assert_eq!(states(0, 2), (NotApplicable, Pass));
    assert_eq!(states(1, 2), (NotApplicable, Fail));
    assert_eq!(states(1, 3), (Pass, Fail));
    assert_eq!(states(4, 5), (Pass, Pass));
    assert_eq!(states(79, 100), (Pass, Fail));
    assert_eq!(states(80, 100), (Pass, Pass));
}

#[test]
fn dates_that_were_not_asked_for_are_no_failed_logins() {
    let rows = format!(
        "{} UPDATE host SET last_vuln_scan = last_vm_scan, last_vm_scan = NULL, last_vm_auth = NULL;",
        estate(0, 5)
    );
    let case = Case::new(8, &rows);
    assert_eq!((case.check("C08-03").0, case.check("C08-04").0), (NotAssessed, NotAssessed));
    assert_eq!(case.outcome(), Outcome::NotAssessed);
}

#[test]
fn families_without_a_record_need_one_unless_agents_look() {
    let none = format!("{} DELETE FROM auth_record; DELETE FROM auth_record_type;", estate(0, 2));
    let case = Case::new(8, &none);
    assert_eq!(case.keys("C08-01"), ["C08-01:os_family:linux"]);
    assert_eq!(case.report().findings[0].severity, Severity::High);
    // The list names a record that was not answered.
    let unanswered = format!("{} DELETE FROM auth_record;", estate(0, 2));
    assert_eq!(Case::new(8, &unanswered).check("C08-01").0, NotAssessed);
    assert_eq!(Case::new(8, &unanswered).check("C08-02").0, NotAssessed);
    let agents = format!(
        "{none} INSERT INTO host_asset (row, id, host_id, agent_id, agent_status, agent_modules, agent_checked_in, \"offset\", length)
         SELECT (9 << 24) + id, id, id, 'g' || id, 'STATUS_ACTIVE', 'AGENT_VM', {AS_OF} - 7 * 86400, 0, 9 FROM host;"
    );
    assert_eq!(Case::new(8, &agents).check("C08-01").0, NotApplicable);
    // One of them silent for a second too long.
    let silent = format!(
        "{agents} UPDATE host_asset SET agent_checked_in = agent_checked_in - 1 WHERE id = 2;"
    );
    assert_eq!(Case::new(8, &silent).check("C08-01").0, Fail);
    // Nobody knows who has an agent, where the portal was not read.
    let reach = [("am/host-assets", State::Denied)];
    assert_eq!(Case::new(8, &none).reach(&reach).check("C08-01").0, NotAssessed);
    let healthy = estate(2, 2);
    assert_eq!(Case::new(8, &healthy).reach(&reach).check("C08-01").0, Pass);
}

#[test]
fn a_system_that_is_not_told_matters_where_a_family_lacks_a_record() {
    let unnamed = format!("{} UPDATE host SET os_family = NULL WHERE id = 1;", estate(2, 2));
    assert_eq!(Case::new(8, &unnamed).check("C08-01").0, Warn);
    let map = "[c08]\n[c08.type_map]\nlinux = [\"unix\"]\n";
    let case = Case::new(8, &unnamed).set(|current| *current = profile(map));
    assert_eq!(case.check("C08-01").0, Pass);
}

#[test]
fn addresses_count_in_their_network_and_family() {
    let other = format!("{} UPDATE host SET network_id = 3 WHERE id = 1;", estate(3, 3));
    let case = Case::new(8, &other);
    assert_eq!(case.keys("C08-01"), ["C08-01:os_family:linux"]);
    assert_eq!(case.keys("C08-02"), ["C08-02:subscription:tenant:linux"]);
    let outside = format!("{} UPDATE host SET ip = X'0A010001' WHERE id = 1;", estate(3, 3));
    let case = Case::new(8, &outside);
    assert_eq!(case.check("C08-01").0, Pass);
    assert_eq!(case.keys("C08-02"), ["C08-02:subscription:tenant:linux"]);
}

#[test]
fn without_titles_the_listed_qids_tell_of_failures() {
    let with = Case::new(8, LOGINS).keys("C08-05");
    assert_eq!(with.len(), 4);
    assert_eq!(Case::new(8, LOGINS).change("DELETE FROM vuln;").keys("C08-05"), with);
    let none = "[c08]\nfail_qids = []\n";
    let case = Case::new(8, LOGINS)
        .change("DELETE FROM vuln; DELETE FROM response WHERE endpoint = 'vm/knowledge-base';")
        .set(|current| *current = profile(none));
    assert_eq!(case.check("C08-05").0, NotAssessed);
}

#[test]
fn many_failed_logins_of_one_record_are_one_finding() {
    let failed = |hosts: u32| {
        let rows = format!(
            "{} INSERT INTO response VALUES (6, 'vm/auth-detections', 1, '5.0', {AS_OF}, 'a6', 900, 1);
             INSERT INTO auth_detection (row, host_id, qid, last_found, \"offset\", length) SELECT (6 << 24) + id, id, 105053, {AS_OF}, id * 10, 9 FROM host;",
            estate(0, hosts)
        );
        Case::new(8, &rows).keys("C08-05")
    };
    assert_eq!(failed(50).len(), 50);
    assert_eq!(failed(51), ["C08-05:auth_record:unix/5"]);
}

#[test]
fn one_account_stays_on_its_side() {
    let segments = "[[segment]]\nid = \"floor\"\ntype = \"ot\"\ncidrs = [\"10.60.0.0/16\"]\n\
                    [[segment]]\nid = \"offices\"\ntype = \"internal\"\ncidrs = [\"10.1.0.128/25\"]\n";
    let case = Case::new(8, LOGINS).set(|current| *current = profile(segments));
    assert_eq!(case.keys("C08-10"), ["C08-10:auth_record:snmp/18:snmp/19"]);
    assert_eq!(Case::new(8, LOGINS).check("C08-10").0, NotAssessed);
    let like = segments.replace("ot", "internal");
    let case = Case::new(8, LOGINS).set(|current| *current = profile(&like));
    assert_eq!(case.check("C08-10").0, Pass);
}

#[test]
fn only_what_is_scanned_needs_the_profile() {
    let idle = |change: &str| {
        let rows = format!(
            "{} UPDATE option_profile SET authentication = 'Windows'; {change}",
            estate(2, 2)
        );
        Case::new(8, &rows).check("C08-09").0
    };
    assert_eq!(idle(""), Fail);
    assert_eq!(idle("UPDATE scan_schedule SET active = 0;"), NotApplicable);
    assert_eq!(idle("UPDATE scan_schedule SET active = NULL;"), NotAssessed);
    assert_eq!(idle("UPDATE scan_schedule SET scanner = NULL;"), NotAssessed);
    assert_eq!(idle("UPDATE scan_schedule SET scanner = 'External Scanner';"), NotApplicable);
    // Only the whole name stands for the external ones, and they may stand beside an appliance.
    assert_eq!(idle("UPDATE scan_schedule SET scanner = 'External';"), Fail);
    assert_eq!(idle("UPDATE scan_schedule SET scanner = 'va-1, External Scanner';"), Fail);
    assert_eq!(idle("UPDATE scan_schedule SET network_id = 9;"), NotApplicable);
    assert_eq!(idle("UPDATE scan_schedule SET option_profile = 'private';"), NotAssessed);
    assert_eq!(idle("UPDATE option_profile SET authentication = NULL;"), NotAssessed);
    let excluded = "INSERT INTO excluded_range VALUES (1, 0, X'0A000000', X'0A0000FF'";
    assert_eq!(idle(&format!("{excluded}, NULL, 0, 9);")), NotApplicable);
    assert_eq!(idle(&format!("{excluded}, {AS_OF} - 1, 0, 9);")), Fail);
    let tags =
        "DELETE FROM schedule_group; INSERT INTO schedule_tag VALUES ((4 << 24) + 1, 'web', 0);";
    assert_eq!(idle(tags), NotAssessed);
    let shown = format!("{tags} INSERT INTO host_tag VALUES ((1 << 24) + 1, NULL, 'web');");
    assert_eq!(idle(&shown), Fail);
}

/// Lists of addresses rarely say of which network they are: then they hold for every network.
#[test]
fn addresses_of_no_named_network_hold_for_each() {
    let rows = format!("{} UPDATE auth_record SET network_id = 7;", estate(5, 5));
    assert_eq!(Case::new(8, &rows).check("C08-08").0, Pass);
    let named =
        format!("{rows} INSERT INTO ip_range VALUES (2, 9, X'0A000000', X'0A0000FF', 0, 9);");
    assert_eq!(Case::new(8, &named).keys("C08-08"), ["C08-08:auth_record:unix/5"]);
}

/// Of known ranges that lie in one another a wide one may hold a record behind the narrow ones; the
/// other family, another network, and the address beside an end hold nothing.
#[test]
fn a_record_is_inside_whatever_range_holds_one_of_its_addresses() {
    for (known, record, expected) in [
        (
            "0, X'0A000000', X'0A00FFFF'), (0, X'0A000500', X'0A000501'",
            "X'0A00C801', X'0A00C801'",
            Pass,
        ),
        ("0, X'0A000500', X'0A000509'", "X'0A000509', X'0A000600'", Pass),
        ("0, X'0A000500', X'0A000509'", "X'0A000400', X'0A000500'", Pass),
        ("0, X'0A000500', X'0A000509'", "X'0A00050A', X'0A00050A'", Fail),
        ("0, X'0A000500', X'0A000509'", "X'0A0004FF', X'0A0004FF'", Fail),
        ("3, X'0A000500', X'0A000509'", "X'0A000505', X'0A000505'", Fail),
        (
            "0, X'00000000', X'FFFFFFFF'",
            "X'20010DB8000000000000000000000001', X'20010DB8000000000000000000000001'",
            Fail,
        ),
        (
            "0, X'20010DB8000000000000000000000000', X'20010DB80000000000000000000000FF'",
            "X'20010DB8000000000000000000000001', X'20010DB8000000000000000000000001'",
            Pass,
        ),
    ] {
        let groups = known.replace("(0, X", "((9 << 24), 0, X");
        let rows = format!(
            "{} DELETE FROM ip_range; DELETE FROM group_range; DELETE FROM auth_record_range;
             INSERT INTO group_range VALUES ((9 << 24), {groups});
             INSERT INTO auth_record_range SELECT row, {record} FROM auth_record;",
            estate(5, 5)
        );
        let found = Case::new(8, &rows).check("C08-08").0;
        assert_eq!(found, expected, "{record} in {known}");
    }
}

#[test]
fn records_that_are_listed_and_not_answered_do_not_pass() {
    let rows =
        format!("{} INSERT INTO auth_record_type VALUES (2, 'windows', 4, 0, 9);", estate(5, 5));
    let case = Case::new(8, &rows);
    for check in ["C08-03", "C08-04", "C08-06", "C08-07", "C08-08", "C08-09"] {
        let (state, reason) = case.check(check);
        assert_eq!(state, Warn, "{check}");
        assert!(reason.unwrap().contains("windows"), "{check}");
    }
    // A type that serves no family may still be old, or point nowhere.
    let other = rows.replace("'windows'", "'oracle'");
    let case = Case::new(8, &other);
    assert_eq!((case.check("C08-03").0, case.check("C08-08").0), (Pass, Warn));
}

/// Where the addresses of a record or of a segment are not told, two records may be apart.
#[test]
fn an_account_whose_places_are_not_known_does_not_pass() {
    let one = "[[segment]]\nid = \"offices\"\ntype = \"internal\"\ncidrs = [\"10.0.0.0/8\"]\n";
    let twins = format!(
        "{} INSERT INTO auth_record (row, type, id, title, username, login_type, created, modified, \"offset\", length)
         SELECT row + 1, 'windows', 6, 'second', username, 'vault', created, modified, 100, 90 FROM auth_record;
         INSERT INTO auth_record_range SELECT record_row + 1, first, last FROM auth_record_range;",
        estate(5, 5)
    );
    let state = |rows: &str, text: &str| {
        Case::new(8, rows).set(|current| *current = profile(text)).check("C08-10").0
    };
    assert_eq!(state(&twins, one), Pass);
    let tagged = format!("{one}[[segment]]\nid = \"floor\"\ntype = \"ot\"\ntags = [\"plant\"]\n");
    assert_eq!(state(&twins, &tagged), NotAssessed);
    let domain = format!(
        "{twins} UPDATE auth_record SET domain = 'EXAMPLE', whole_domain = 1 WHERE id = 6;
         DELETE FROM auth_record_range WHERE record_row = (2 << 24) + 2;"
    );
    assert_eq!(state(&domain, one), NotAssessed);
}

/// A host says that a login worked, and not whose: a record is judged by its hosts, and a pass says
/// where it may be another record's.
#[test]
fn a_login_that_another_record_may_have_made_is_said() {
    let second = |last: &str| {
        format!(
            "INSERT INTO auth_record (row, type, id, title, username, login_type, created, modified, \"offset\", length)
             SELECT row + 1, 'unix', 6, 'second', 'other', 'vault', created, modified, 100, 90 FROM auth_record;
             INSERT INTO auth_record_range VALUES ((2 << 24) + 2, X'0A000001', X'{last}');"
        )
    };
    // Hosts 1 to 5, on the first of which a login worked; record 6 serves the first so many.
    let checks = |worked: u32, last: &str| {
        let rows = format!("{} {}", estate(worked, 5), second(last));
        let case = Case::new(8, &rows);
        ["C08-03", "C08-04"].map(|check| case.check(check))
    };
    let notes =
        |worked, last| checks(worked, last).map(|(state, note)| (state, note.unwrap_or_default()));
    let [(dead, of_dead), (low, of_low)] = notes(5, "0A000005");
    assert_eq!((dead, low), (Pass, Pass));
    assert!(of_dead.starts_with("2 records may owe it"), "{of_dead}");
    assert!(of_low.starts_with("2 records may owe it"), "{of_low}");
    // Four of five hosts are the first one's alone, which is enough; the second has none of its own.
    let [(dead, of_dead), (low, of_low)] = notes(5, "0A000001");
    assert_eq!((dead, low), (Pass, Pass));
    assert!(of_dead.starts_with("1 record may owe it"), "{of_dead}");
    assert!(of_low.starts_with("1 record may owe it"), "{of_low}");
    // Below the limit with all of them, and nothing at all.
    assert_eq!(checks(3, "0A000005").map(|(state, _)| state), [Pass, Fail]);
    assert_eq!(checks(0, "0A000003").map(|(state, _)| state), [Fail, Pass]);
    let report = Case::new(8, &format!("{} {}", estate(3, 5), second("0A000002"))).report();
    let low = report.findings.iter().find(|one| one.key == "C08-04:auth_record:unix/5").unwrap();
    assert_eq!((&low.facts["logged_in"], &low.facts["shared_hosts"]), (&3.into(), &2.into()));
    // One record alone needs no remark.
    let rows = estate(5, 5);
    assert_eq!(Case::new(8, &rows).check("C08-03"), (Pass, None));
}

#[test]
fn each_record_has_its_share() {
    let rows = estate(4, 5);
    assert_eq!(Case::new(8, &rows).metric("success_unix_5"), (Some(4), Some(5)));
}
