//! Control 19: how far the log reaches, its holes, its reviews, and what it tells of people.

use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::CheckState::{Fail, NotApplicable, NotAssessed, Pass, Warn};
use qualys_sec_inspector::finding::{CheckState, Outcome, Severity};
use qualys_sec_inspector::profile::Profile;

use crate::case::{AS_OF, Case, LOG, shown};

const DAY: i64 = 86_400;

#[test]
fn fixture() {
    insta::assert_snapshot!(shown(&Case::new(19, LOG).reviewed(AS_OF - 8 * DAY).report()));
}

/// A line every five days, the oldest `days` old, in a subscription as old as `age` days.
fn log(days: i64, age: i64) -> String {
    format!(
        "INSERT INTO response VALUES (1, 'vm/users', 1, 'msp', {AS_OF}, 'a1', 900, 1), (2, 'vm/activity-log', 1, '2.0', {AS_OF}, 'a2', 9000, 5);
         INSERT INTO parameter VALUES ('vm/activity-log', 'since_datetime', '2025-02-22T00:00:00Z');
         INSERT INTO user (row, id, login, status, role, created, \"offset\", length) VALUES ((1 << 24) + 1, 1, 'acme_ab', 'Active', 'Manager', {AS_OF} - {age} * 86400, 0, 9);
         INSERT INTO activity (row, time, action, module, details, login, ip, \"offset\", length)
         WITH RECURSIVE n (i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < {days} / 5)
         SELECT (2 << 24) + i, {AS_OF} - ({days} - 5 * i) * 86400, 'login', 'auth', 'user_logged_in', 'acme_ab', '192.0.2.1', i * 10, 9 FROM n;"
    )
}

#[test]
fn retention_at_its_limit() {
    let state = |rows: &str| Case::new(19, rows).check("C19-02").0;
    assert_eq!(state(&log(90, 900)), Pass);
    assert_eq!(state(&log(85, 900)), Fail);
    // Younger than the period, and exactly as old.
    assert_eq!(state(&log(85, 89)), Pass);
    assert_eq!(state(&log(85, 90)), Fail);
    let rows = |change: &str| format!("{} {change}", log(85, 900));
    assert_eq!(state(&rows("UPDATE user SET created = NULL;")), NotAssessed);
    assert_eq!(state(&rows("DELETE FROM parameter;")), NotAssessed);
    let asked = |since| rows(&format!("UPDATE parameter SET value = '{since}';"));
    assert_eq!(state(&asked("2025-12-29T00:00:00Z")), Fail);
    assert_eq!(state(&asked("2025-12-29T00:00:01Z")), NotAssessed);
    assert_eq!(state(&rows("DELETE FROM activity;")), Fail);
}

#[test]
fn an_empty_log_is_silent_only_if_something_ran() {
    let empty = "DELETE FROM activity;";
    let rows = format!("{} {empty}", log(85, 900));
    assert_eq!(Case::new(19, &rows).check("C19-01").0, NotApplicable);
    let rows = format!(
        "{rows} INSERT INTO scan (row, reference, launched, \"offset\", length) VALUES ((3 << 24) + 1, 'scan/1', {AS_OF} - 86400, 0, 9);"
    );
    assert_eq!(Case::new(19, &rows).keys("C19-01"), ["C19-01:subscription:tenant"]);
}

#[test]
fn a_review_at_its_limit() {
    let rows = log(90, 900);
    let state = |to: i64| Case::new(19, &rows).reviewed(to).check("C19-05").0;
    assert_eq!(state(AS_OF - 7 * DAY), Pass);
    assert_eq!(state(AS_OF - 7 * DAY - 1), Fail);
    assert_eq!(state(AS_OF + 2 * DAY), NotAssessed);
    let healthy = Case::new(19, &rows).reviewed(AS_OF - DAY);
    assert_eq!(healthy.outcome(), Outcome::Pass, "{}", shown(&healthy.report()));
    // Without attestations the control cannot pass.
    assert_eq!(Case::new(19, &rows).outcome(), Outcome::NotAssessed);
    assert_eq!(Case::new(19, &rows).attested(&[]).check("C19-05").0, Fail);
}

#[test]
fn only_an_unreviewed_action_that_fell_due_is_more_than_information() {
    let severity = |case: Case<'_>, key: &str| {
        let report = case.report();
        report.findings.iter().find(|finding| finding.key == key).unwrap().severity
    };
    // Done nine days before the clock.
    let old = "C19-04:actor:acme_admin:user-create";
    assert_eq!(severity(Case::new(19, LOG).reviewed(AS_OF - 8 * DAY), old), Severity::Info);
    assert_eq!(severity(Case::new(19, LOG).reviewed(AS_OF - 10 * DAY), old), Severity::Medium);
    assert_eq!(severity(Case::new(19, LOG), old), Severity::Info);
    // Done three days before.
    let young = "C19-04:actor:acme_climber:user-role";
    assert_eq!(severity(Case::new(19, LOG).reviewed(AS_OF - 10 * DAY), young), Severity::Info);
}

#[test]
fn origins_are_judged_against_the_allowed_blocks() {
    let allowed = |text: &str| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("profile.toml");
        std::fs::write(&file, format!("[c19]\nallowed_cidrs = [{text}]\n")).unwrap();
        Profile::load(Some(&file), None, &[]).unwrap()
    };
    let case = |text: &str| Case::new(19, LOG).set(|profile| *profile = allowed(text));
    assert_eq!(case("").check("C19-09").0, NotAssessed);
    assert_eq!(case("\"192.0.2.0/24\"").keys("C19-09"), ["C19-09:actor:acme_climber:198.51.100.9"]);
    // A line without an address stays unknown.
    assert_eq!(case("\"192.0.2.0/24\", \"198.51.100.9/32\"").check("C19-09").0, Warn);
}

#[test]
fn a_file_of_rules_replaces_the_built_in_ones() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("profile.toml", "[c19]\nsensitive_rules = \"rules.csv\"\n");
    write("rules.csv", "class,action_regex,module_regex,details_regex\nreports,cancel,report,\n");
    let load = || Profile::load(Some(&folder.path().join("profile.toml")), None, &[]).unwrap();
    let inputs = load().inputs().unwrap();
    assert_eq!((inputs.files[0].input.as_ref(), inputs.files[0].rows), ("sensitive_actions", 1));
    let case = Case::new(19, LOG).set(|profile| *profile = load()).inputs(inputs);
    assert_eq!(case.keys("C19-04"), ["C19-04:actor:acme_gone_without_deeds:reports"]);
    write("rules.csv", "class,action_regex,module_regex,details_regex\n\nx,(,,\n");
    let error = load().inputs().unwrap_err().to_string();
    assert!(error.contains("line 3") && error.contains("`action_regex`"), "{error}");
}

#[test]
fn a_log_that_was_not_read_is_not_assessed() {
    let denied = [("vm/activity-log", State::Denied)];
    let case = Case::new(19, LOG).reviewed(AS_OF - DAY).reach(&denied);
    assert_eq!(case.check("C19-02").0, CheckState::NotAssessed);
    assert_eq!(case.check("C19-05").0, CheckState::Pass);
}
