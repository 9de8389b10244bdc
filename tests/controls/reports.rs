//! Control 12: reports that do not come, come too rarely or fail, and who is told.

use std::fs;

use qualys_sec_inspector::catalogue::{ENDPOINTS, Module};
use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::{CheckState, Outcome};
use qualys_sec_inspector::profile::{Inputs, Profile, Recipient, Recipients};

use crate::case::{AS_OF, Case, REPORTS, shown};

fn profile(text: &str) -> Profile {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.toml");
    fs::write(&file, text).unwrap();
    Profile::load(Some(&file), None, &[]).unwrap()
}

const NAMED: &str = "[distribution]\nallowed_groups = [\"VM-Owners\", \"Auditors\", \"Auditors by name\"]\nallowed_domains = [\"ACME.example\"]\n\
    [[report.required]]\nname = \"Patches\"\nmatch = '(?i)patch'\n\
    [[report.required]]\nname = \"Off\"\nmatch = '^switched off'\n\
    [[report.required]]\nname = \"Nothing\"\nmatch = '^nothing'\n\
    [[report.required]]\nname = \"Perhaps\"\nmatch = '^of no known'";

fn member(group: &str, email: &str, kind: Option<&str>, ends: Option<i64>) -> Recipient {
    Recipient {
        group: group.to_owned(),
        name: None,
        email: email.to_owned(),
        kind: kind.map(str::to_owned),
        approved_by: None,
        ends,
    }
}

fn members() -> Inputs {
    let entries = vec![
        member("VM-Owners", "owner@acme.example", Some("user"), None),
        member("VM-Owners", "gone@acme.example", Some("user"), None),
        member("Vendors", "kim@vendor.example", Some("user"), None),
        member("Vendors", "box@acme.example", Some("mailbox"), None),
        member("Auditors", "reader@acme.example", Some("user"), Some(AS_OF)),
        member("Auditors", "silent@acme.example", None, None),
        member("VM-Owners", "reader@acme.example", None, Some(AS_OF + 1)),
    ];
    Inputs { recipients: Some(Recipients { entries }), ..Inputs::default() }
}

fn named(change: &str) -> Case<'_> {
    let profile = profile(NAMED);
    Case::new(12, REPORTS).change(change).set(|current| *current = profile).inputs(members())
}

#[test]
fn fixture() {
    insta::assert_snapshot!(shown(&named("").report()));
}

#[test]
fn findings_of_the_fixture() {
    let case = named("");
    let report = case.report();
    for (check, expected, subjects, unknown) in [
        ("C12-01", &[][..], 1, 0),
        ("C12-02", &["required_report:^nothing", "required_report:^switched off"], 4, 1),
        (
            "C12-03",
            &["report_schedule:13", "report_schedule:3", "report_schedule:4", "report_schedule:6"],
            13,
            4,
        ),
        ("C12-04", &["report_schedule:7"], 13, 2),
        ("C12-05", &["distribution_group:Vendors"], 6, 2),
        ("C12-06", &["recipient:d64a1d74f790184b:Vendors"], 10, 3),
        (
            "C12-07",
            &[
                "recipient:83486f6c5406fe1b:VM-Owners",
                "recipient:b07001f180a94d9d:Auditors",
                "recipient:d64a1d74f790184b:Vendors",
            ],
            7,
            1,
        ),
        ("C12-08", &["template:82", "template:84"], 8, 4),
        ("C12-09", &["report:10", "report:14"], 11, 2),
    ] {
        let mut keys = case.keys(check);
        keys.sort();
        let expected: Vec<_> =
            expected.iter().map(|resource| format!("{check}:{resource}")).collect();
        assert_eq!(keys, expected);
        let result = report.controls[0].checks.iter().find(|one| one.id == check).unwrap();
        assert_eq!((result.subjects, result.unknown), (subjects, unknown), "{check}");
    }
}

#[test]
fn mail_addresses_stay_out_of_reports() {
    let text = serde_json::to_string(&named("").report()).unwrap();
    assert!(!text.contains("kim@") && !text.contains("gone@") && text.contains("vendor.example"));
}

/// One weekly report of vulnerabilities that came yesterday, one group with one member.
fn healthy() -> String {
    format!(
        "INSERT INTO response VALUES (1, 'vm/users', 1, 'msp', {AS_OF}, 'c1', 900, 1), (2, 'vm/reports', 1, '2.0', {AS_OF}, 'c2', 900, 1),
             (3, 'vm/report-schedules', 1, '2.0', {AS_OF}, 'c3', 900, 1), (4, 'vm/report-templates', 1, '1.0', {AS_OF}, 'c4', 900, 1),
             (5, 'vm/scan-schedules', 1, '5.0', {AS_OF}, 'c5', 900, 1);
         INSERT INTO parameter VALUES ('vm/scan-schedules', 'show_notifications', '1');
         INSERT INTO user (row, id, login, email, status, role, \"offset\", length) VALUES ((1 << 24) + 1, 11, 'acme_owner', 'owner@acme.example', 'Active', 'Manager', 0, 9);
         INSERT INTO report_schedule (row, id, title, format, template, active, interval_days, start, \"offset\", length) VALUES ((3 << 24) + 1, 1, 'Weekly vulnerabilities', 'PDF', 'Technical', 1, 7, 0, 0, 9);
         INSERT INTO report (row, id, title, launched, state, expires, \"offset\", length) VALUES ((2 << 24) + 1, 1, 'Weekly vulnerabilities', {AS_OF} - 86400, 'Finished', {AS_OF} + 86400, 0, 9);
         INSERT INTO report_template (row, id, title, template_type, user_login, \"offset\", length) VALUES ((4 << 24) + 1, 81, 'Technical', 'Scan', 'acme_owner', 0, 9);
         INSERT INTO scan_schedule (row, id, title, active, \"offset\", length) VALUES ((5 << 24) + 1, 501, 'Weekly servers', 1, 0, 9);
         INSERT INTO schedule_recipient VALUES ((5 << 24) + 1, 71, 'VM-Owners');"
    )
}

fn owners() -> Inputs {
    let entries = vec![member("VM-Owners", "owner@acme.example", Some("user"), None)];
    Inputs { recipients: Some(Recipients { entries }), ..Inputs::default() }
}

const ALLOWED: &str =
    "[distribution]\nallowed_groups = [\"VM-Owners\"]\nallowed_domains = [\"acme.example\"]";

fn state(change: &str, check: &str) -> (CheckState, String) {
    let (rows, allowed) = (healthy(), profile(ALLOWED));
    let case =
        Case::new(12, &rows).change(change).set(|current| *current = allowed).inputs(owners());
    let (state, reason) = case.check(check);
    (state, reason.unwrap_or_default())
}

#[test]
fn nothing_passes_without_recipients() {
    let (rows, allowed) = (healthy(), profile(ALLOWED));
    let case = Case::new(12, &rows).set(|current| *current = allowed.clone());
    assert_eq!(case.outcome(), Outcome::NotAssessed);
    let (state, reason) = case.check("C12-06");
    assert_eq!(state, CheckState::NotAssessed);
    assert!(reason.unwrap().contains("recipients"));
    let report = case.inputs(owners()).report();
    assert_eq!(report.controls[0].outcome, Outcome::Pass, "{}", shown(&report));
    assert_eq!(report.findings.len(), 0);
    // The file alone is not enough: it must name somebody, and somebody must say who is allowed.
    let nobody = Inputs { recipients: Some(Recipients::default()), ..Inputs::default() };
    let case = Case::new(12, &rows).set(|current| *current = allowed).inputs(nobody);
    assert_eq!(case.outcome(), Outcome::NotAssessed);
    let case = Case::new(12, &rows).inputs(owners());
    assert_eq!(case.outcome(), Outcome::NotAssessed);
    assert!(case.check("C12-06").1.unwrap().contains("distribution.allowed_domains"));
    assert!(case.check("C12-05").1.unwrap().contains("distribution.allowed_groups"));
}

#[test]
fn no_report_by_itself() {
    for change in ["DELETE FROM report_schedule;", "UPDATE report_schedule SET active = 0;"] {
        for check in ["C12-01", "C12-02"] {
            assert_eq!(state(change, check).0, CheckState::Fail, "{change}");
        }
    }
    for change in [
        "UPDATE report_schedule SET active = NULL;",
        "UPDATE report_schedule SET interval_days = NULL;",
    ] {
        for check in ["C12-01", "C12-02"] {
            assert_eq!(state(change, check).0, CheckState::NotAssessed, "{change}");
        }
    }
    // A template's title is as good as the schedule's own.
    assert_eq!(state("UPDATE report_schedule SET title = 'Weekly';", "C12-02").0, CheckState::Fail);
    let template = "UPDATE report_schedule SET title = 'Weekly', template = 'Vulnerabilities';";
    assert_eq!(state(template, "C12-02").0, CheckState::Pass);
    let off = profile("[report]\nrequired = []");
    let rows = healthy();
    let case =
        Case::new(12, &rows).change("DELETE FROM report_schedule;").set(|current| *current = off);
    assert_eq!(case.check("C12-02").0, CheckState::NotApplicable);
}

#[test]
fn an_absent_report_proves_something_only_if_it_would_still_be_listed() {
    // The limit is ten days and a half.
    let other =
        |kept: i64| format!("UPDATE report SET title = 'another', expires = launched + {kept};");
    assert_eq!(state(&other(907_200), "C12-03").0, CheckState::Fail);
    assert_eq!(state(&other(907_199), "C12-03").0, CheckState::NotAssessed);
    assert_eq!(state("DELETE FROM report;", "C12-03").0, CheckState::NotAssessed);
    assert_eq!(
        state("UPDATE report SET title = 'another', expires = NULL;", "C12-03").0,
        CheckState::NotAssessed
    );
    // An older one is still there, so a newer one would be.
    let older = |age: i64| format!("UPDATE report SET launched = {AS_OF} - {age}, expires = NULL;");
    assert_eq!(state(&older(907_200), "C12-03").0, CheckState::Pass);
    assert_eq!(state(&older(907_201), "C12-03").0, CheckState::Fail);
    for unfinished in ["Running", "Errors"] {
        let change =
            format!("UPDATE report SET state = '{unfinished}', expires = launched + 907200;");
        assert_eq!(state(&change, "C12-03").0, CheckState::Fail, "{unfinished}");
    }
    // One that began lately owes nothing yet.
    let began = |age: i64| {
        format!("DELETE FROM report; UPDATE report_schedule SET start = {AS_OF} - {age};")
    };
    assert_eq!(state(&began(907_200), "C12-03").0, CheckState::Pass);
    assert_eq!(state(&began(907_201), "C12-03").0, CheckState::NotAssessed);
    // A report that is in time is so, whatever the switch says.
    assert_eq!(state("UPDATE report_schedule SET active = NULL;", "C12-03").0, CheckState::Pass);
    let late = older(907_201) + "UPDATE report_schedule SET active = NULL;";
    assert_eq!(state(&late, "C12-03").0, CheckState::NotAssessed);
}

#[test]
fn intervals_at_their_limit() {
    for (days, expected) in
        [("31", CheckState::Pass), ("32", CheckState::Fail), ("NULL", CheckState::NotAssessed)]
    {
        let change = format!("UPDATE report_schedule SET interval_days = {days};");
        assert_eq!(state(&change, "C12-04").0, expected, "{days}");
    }
}

#[test]
fn groups_that_are_not_shown() {
    let unshown = "DELETE FROM schedule_recipient; DELETE FROM parameter;";
    let (after, reason) = state(unshown, "C12-05");
    assert_eq!(after, CheckState::NotAssessed);
    assert!(reason.contains("show_notifications"));
    assert_eq!(state("DELETE FROM schedule_recipient;", "C12-05").0, CheckState::NotApplicable);
    let (rows, allowed) = (healthy(), profile(ALLOWED));
    let denied = [("pc/scan-schedules", State::Denied)];
    let case = Case::new(12, &rows).set(|current| *current = allowed.clone()).reach(&denied);
    let (after, reason) = case.check("C12-05");
    assert_eq!(after, CheckState::Warn);
    assert!(reason.unwrap().contains("pc/scan-schedules"));
    let compliance = ENDPOINTS.iter().filter(|endpoint| endpoint.module == Module::Pc);
    let refused: Vec<_> = compliance.map(|endpoint| (endpoint.id, State::NotSubscribed)).collect();
    let case = Case::new(12, &rows).set(|current| *current = allowed).reach(&refused);
    assert_eq!(case.check("C12-05").0, CheckState::Pass);
}

#[test]
fn members_and_users() {
    let gone = "UPDATE user SET status = 'Inactive';";
    assert_eq!(state(gone, "C12-07").0, CheckState::Fail);
    assert_eq!(state(gone, "C12-08").0, CheckState::Fail);
    let silent = "UPDATE user SET status = NULL;";
    assert_eq!(state(silent, "C12-07").0, CheckState::NotAssessed);
    assert_eq!(state(silent, "C12-08").0, CheckState::NotAssessed);
    let unshown = "UPDATE user SET email = NULL, login = NULL;";
    assert_eq!(state(unshown, "C12-07").0, CheckState::NotAssessed);
    assert_eq!(state(unshown, "C12-08").0, CheckState::NotAssessed);
    let missing = "UPDATE user SET email = 'other@acme.example', login = 'acme_other';";
    assert_eq!(state(missing, "C12-07").0, CheckState::Fail);
    assert_eq!(state(missing, "C12-08").0, CheckState::Fail);
    // Another account of the same mailbox is active.
    let second = "UPDATE user SET status = 'Inactive';
        INSERT INTO user (row, id, login, email, status, \"offset\", length) VALUES ((1 << 24) + 2, 12, 'acme_two', 'OWNER@acme.example', 'Active', 0, 9);";
    assert_eq!(state(second, "C12-07").0, CheckState::Pass);
}

#[test]
fn a_subdomain_is_another_domain() {
    let (rows, allowed) = (healthy(), profile(ALLOWED));
    for (email, is_foreign) in [
        ("a@acme.example", false),
        ("a@mail.acme.example", true),
        ("a@notacme.example", true),
        ("a@acme.example@vendor.example", true),
    ] {
        let entries = vec![member("VM-Owners", email, Some("mailbox"), None)];
        let inputs = Inputs { recipients: Some(Recipients { entries }), ..Inputs::default() };
        let case = Case::new(12, &rows).set(|current| *current = allowed.clone()).inputs(inputs);
        let expected = if is_foreign { CheckState::Fail } else { CheckState::Pass };
        assert_eq!(case.check("C12-06").0, expected, "{email}");
    }
}

/// A name that was left out is no fault of ours.
#[test]
fn schedules_without_a_title_are_judged() {
    let untitled = "UPDATE compliance_schedule SET title = NULL; UPDATE report_schedule SET title = NULL WHERE id = 5;";
    let case = named(untitled);
    assert_ne!(case.outcome(), Outcome::Error, "{}", shown(&case.report()));
    // A report of the template's title still counts for the schedule.
    assert!(!case.keys("C12-03").contains(&"C12-03:report_schedule:12".to_owned()));
}

/// Who receives what is only known where the schedules say whom they tell.
#[test]
fn members_of_groups_that_were_not_read_do_not_pass() {
    for endpoint in ["vm/scan-schedules", "pc/scan-schedules"] {
        let rows = healthy();
        let reach = [(endpoint, State::Denied)];
        let case = Case::new(12, &rows)
            .set(|current| *current = profile(ALLOWED))
            .inputs(owners())
            .reach(&reach);
        let (state, reason) = case.check("C12-06");
        assert_eq!(state, CheckState::Warn, "{endpoint}");
        assert!(reason.unwrap().contains(endpoint));
    }
}

/// The owner of a template, its schedules and the user list are all parts of the fact.
#[test]
fn owners_of_templates() {
    let check = |change: &str| state(change, "C12-08");
    assert_eq!(check("").0, CheckState::Pass);
    for (change, reason) in [
        ("UPDATE report_template SET user_login = NULL;", "who owns a template"),
        ("UPDATE report_schedule SET template = NULL;", "which template"),
        ("UPDATE report_schedule SET template = ' Elsewhere';", "\"Elsewhere\""),
        ("UPDATE report_schedule SET template = NULL, active = NULL;", "which template"),
        ("UPDATE report_template SET title = NULL;", "\"Technical\""),
    ] {
        let (after, why) = check(change);
        assert_eq!(after, CheckState::NotAssessed, "{change}");
        assert!(why.contains(reason), "{change}: {why}");
    }
    // What the service owns nobody owns, and what nothing uses does not matter.
    for change in [
        "UPDATE report_template SET user_login = 'none';",
        "UPDATE report_schedule SET active = 0;",
        "UPDATE report_schedule SET active = 0, template = NULL;",
        "UPDATE report_schedule SET active = 0, template = 'Elsewhere';",
    ] {
        assert_eq!(check(change).0, CheckState::NotApplicable, "{change}");
    }
    assert_eq!(check("UPDATE report_schedule SET template = ' TECHNICAL ';").0, CheckState::Pass);
    // A template that two pages show is one.
    let twice = "INSERT INTO report_template SELECT row + 1, id, title, type, template_type, user_login, updated, is_global, 10, 9 FROM report_template;";
    let gone = "UPDATE user SET status = 'Inactive';";
    assert_eq!(check(&format!("{twice} {gone}")).0, CheckState::Fail);

    let evidence = |change: &str| {
        let (rows, allowed) = (healthy(), profile(ALLOWED));
        let case = Case::new(12, &rows).change(change).set(|current| *current = allowed);
        case.inputs(owners()).evidence("C12-08")
    };
    // Beside it one that is off, one that may be, and one of another template.
    let others = "INSERT INTO report_schedule (row, id, title, template, active, interval_days, \"offset\", length) SELECT (3 << 24) + column1, column1, 's', column2, column3, 7, column1 * 10, 9
        FROM (VALUES (2, 'Technical', 0), (3, 'Technical', NULL), (4, 'Other', 1), (5, 'technical', 1));
        INSERT INTO user (row, id, login, status, \"offset\", length) VALUES ((1 << 24) + 2, 12, 'acme_other', 'Active', 20, 9);";
    let schedules = ["ev:3#1", "ev:3#5", "ev:4#81"];
    let expected: Vec<_> = ["ev:1#11"].into_iter().chain(schedules).collect();
    assert_eq!(evidence(&format!("{gone} {others}")), expected);
    let unlisted = format!("DELETE FROM user WHERE id = 11; {others}");
    let expected: Vec<_> = ["ev:1"].into_iter().chain(schedules).collect();
    assert_eq!(evidence(&unlisted), expected);
    let unnumbered = format!("{gone} UPDATE user SET id = NULL; {others}");
    let expected: Vec<_> = ["ev:1#@0"].into_iter().chain(schedules).collect();
    assert_eq!(evidence(&unnumbered), expected);
    // Two accounts of one login: the active one counts.
    let twin = "INSERT INTO user (row, id, login, status, \"offset\", length) VALUES ((1 << 24) + 3, 13, 'ACME_owner', 'Active', 20, 9);";
    assert_eq!(check(&format!("{gone} {twin}")).0, CheckState::Pass);
}
