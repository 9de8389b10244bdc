//! Control 13: accounts at the limits, documented ones, and what the list does not show.

use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::CheckState::{Fail, Pass};
use qualys_sec_inspector::finding::{CheckState, Outcome};
use qualys_sec_inspector::profile::Profile;

use crate::case::{AS_OF, Case, USERS, shown};

#[test]
fn fixture() {
    insta::assert_snapshot!(shown(&Case::new(13, USERS).report()));
}

/// `managers` of `all` active users, each seen yesterday.
fn users(managers: u32, all: u32) -> String {
    format!(
        "INSERT INTO response VALUES (1, 'vm/users', 1, 'msp', {AS_OF}, 'a1', 9000, 5);
         INSERT INTO user (row, id, login, email, status, role, created, last_login, never_logged_in, \"offset\", length)
         WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {all})
         SELECT (1 << 24) + i, i, 'acme_ab' || i, 'ab' || i || '@acme.example', 'Active',
             CASE WHEN i <= {managers} THEN 'Manager' ELSE 'Reader' END, {AS_OF} - 86400, {AS_OF} - 60, 0, i * 10, 9 FROM n;
         INSERT INTO user_permission SELECT row, 'PURGE_INFO', 0 FROM user;"
    )
}

#[test]
fn managers_at_the_limits() {
    let state = |managers, all| {
        let rows = users(managers, all);
        let case = Case::new(13, &rows);
        (case.check("C13-03").0, case.check("C13-04").0)
    };
    assert_eq!(state(5, 25), (Pass, Pass));
    assert_eq!(state(5, 24), (Fail, Pass));
    assert_eq!(state(6, 100), (Fail, Pass));
    // A share of fewer than ten says nothing.
    assert_eq!(state(5, 9), (Pass, Pass));
    assert_eq!(state(3, 10), (Fail, Pass));
    assert_eq!(state(2, 10), (Pass, Pass));
    assert_eq!(state(1, 10), (Pass, Fail));
    assert_eq!(state(0, 10), (Pass, Pass));
}

#[test]
fn users_without_a_role_decide_only_where_they_must() {
    let rows = format!("{} UPDATE user SET role = NULL WHERE id IN (9, 10);", users(1, 10));
    let case = Case::new(13, &rows);
    assert_eq!(case.check("C13-03").0, CheckState::NotAssessed);
    assert_eq!(case.check("C13-04").0, CheckState::NotAssessed);
    let rows = format!("{} UPDATE user SET role = NULL WHERE id > 90;", users(6, 100));
    assert_eq!(Case::new(13, &rows).check("C13-03").0, CheckState::Fail);
}

#[test]
fn a_healthy_list_has_no_finding() {
    let rows = users(2, 12);
    let case = Case::new(13, &rows)
        .set(|profile| profile.users.allowed_domains = vec!["ACME.example".to_owned()]);
    assert_eq!(case.keys(""), Vec::<String>::new());
    assert_eq!(case.outcome(), Outcome::Pass, "{}", shown(&case.report()));
}

#[test]
fn documented_accounts_are_no_findings_until_their_entries_expire() {
    let profile = |expires: &str| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("profile.toml");
        let entry = |login: &str| {
            format!(
                "{{ login = \"{login}\", reason = \"known\", approver = \"ciso\", expires = {expires} }}"
            )
        };
        let entries = ["acme_SVC-feed", "acme_admin", "acme_partner"].map(entry).join(", ");
        let text = format!(
            "[users]\nallow = [{entries}]\nextended_allow = [\"acme_scanner_approved\"]\n\
             api_only = [\"acme_idle_a_second_more\"]\nallowed_domains = [\"acme.example\"]\n"
        );
        std::fs::write(&file, text).unwrap();
        Profile::load(Some(&file), None, &[]).unwrap()
    };
    let keys = |expires: &str, check: &str| {
        Case::new(13, USERS).set(|current| *current = profile(expires)).keys(check)
    };
    assert_eq!(keys("2026-03-29", "C13-07"), Vec::<String>::new());
    assert_eq!(keys("2026-03-28", "C13-07"), ["C13-07:user:acme_svc-feed"]);
    assert_eq!(
        keys("2026-03-29", "C13-05"),
        ["C13-05:user:acme_by_title", "C13-05:user:acme_soc2"]
    );
    assert_eq!(
        keys("2026-03-28", "C13-11"),
        ["C13-11:user:acme_elsewhere", "C13-11:user:acme_partner"]
    );
    assert_eq!(keys("2026-03-29", "C13-11"), ["C13-11:user:acme_elsewhere"]);
    let extended = ["C13-08:user:acme_scanner_extended", "C13-08:user:acme_scanner_made_one"];
    assert_eq!(keys("2026-03-29", "C13-08"), extended);
    let idle = ["C13-01:user:acme_manager_idle", "C13-01:user:acme_role_not_shown"];
    assert_eq!(keys("2026-03-29", "C13-01"), idle);
}

#[test]
fn no_mail_address_stands_in_the_report() {
    let report = Case::new(13, USERS).report();
    let text = serde_json::to_string(&report).unwrap();
    assert!(!text.contains('@') || !text.to_lowercase().contains("scans@"), "{text}");
    // sha256("scans@acme.example")
    let key = "C13-06:mailbox:";
    assert!(
        report
            .findings
            .iter()
            .any(|finding| finding.key.starts_with(key) && finding.key.len() == key.len() + 16)
    );
}

#[test]
fn a_list_that_shows_a_part_proves_no_count() {
    let rows = users(6, 100);
    let cut = [("vm/users", State::Truncated)];
    assert_eq!(Case::new(13, &rows).reach(&cut).check("C13-03").0, CheckState::NotAssessed);
    assert_eq!(Case::new(13, USERS).reach(&cut).check("C13-01").0, CheckState::Fail);
    // Two accounts of one mailbox are proven by themselves; what was not counted is named.
    assert_eq!(Case::new(13, USERS).reach(&cut).check("C13-06").0, CheckState::Fail);
    let (_, reason) = Case::new(13, &rows).reach(&cut).check("C13-03");
    assert!(reason.unwrap().contains("vm/users is cut short"));
    let denied = [("vm/users", State::Denied)];
    let (state, reason) = Case::new(13, "").reach(&denied).check("C13-06");
    assert_eq!(state, CheckState::NotAssessed);
    assert!(reason.unwrap().contains("vm/users was denied"));
}

#[test]
fn what_makes_a_scanner_manage_appliances() {
    let fires = |change: &str| {
        let change = format!("DELETE FROM activity; DELETE FROM user_permission; {change}");
        let keys = Case::new(13, USERS).change(&change).keys("C13-08");
        assert!(keys.is_empty() || keys == ["C13-08:user:acme_scanner_plain"], "{keys:?}");
        keys.len() == 1
    };
    for (action, module, details, expected) in [
        ("create", "appliance", "va-9", true),
        ("Add", "Scanner Appliance", "va-9", true),
        ("create", "virtual scanner", "va-9", true),
        ("create", "setup", "Virtual Scanner va-9", true),
        ("create", "setup", "the scanner appliance va-9", true),
        ("update", "appliance", "va-9", false),
        ("delete", "virtual scanner", "created before", false),
        ("create", "report", "of scans", false),
    ] {
        // A line of nobody is nobody's.
        let line = format!(
            "INSERT INTO activity (row, time, action, module, details, login, \"offset\", length) SELECT (6 << 24) + column1, {AS_OF}, '{action}', '{module}', '{details}', column2, column1 * 100, 90 FROM (VALUES (1, NULL), (2, 'ACME_scanner_plain'));"
        );
        assert_eq!(fires(&line), expected, "{action} {module} {details}");
    }
    for (name, granted, expected) in [
        ("CREATE_VIRTUAL_SCANNER", 1, true),
        ("manage virtual scanners", 1, true),
        ("MANAGE_APPLIANCE", 1, true),
        ("MANAGE_APPLIANCE", 0, false),
        ("EDIT_AUTH_RECORDS", 1, true),
        ("edit_auth_records", 0, false),
        ("SCANNER_NOTES", 1, false),
    ] {
        let right = format!(
            "INSERT INTO user_permission SELECT row, '{name}', {granted} FROM user WHERE login = 'acme_scanner_plain';"
        );
        assert_eq!(fires(&right), expected, "{name} {granted}");
    }
}

#[test]
fn every_group_is_every_one_that_is_listed() {
    let fires = |titles: &str| {
        let change = format!(
            "DELETE FROM user_group; INSERT INTO user_group SELECT row, value FROM user, json_each('{titles}') WHERE login = 'acme_sees_one';"
        );
        Case::new(13, USERS).change(&change).keys("C13-09").len() == 1
    };
    for (titles, expected) in [
        (r#"["servers", "offices"]"#, true),
        (r#"["servers", "offices", "no longer there"]"#, true),
        (r#"["servers", "no longer there"]"#, false),
        (r#"["no longer there", "nor this"]"#, false),
        (r#"["All"]"#, true),
    ] {
        assert_eq!(fires(titles), expected, "{titles}");
    }
}
