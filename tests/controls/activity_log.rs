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

/// `count` lines a second apart, two days before the clock; `login` is an SQL literal.
fn lines(count: u32, login: &str, action: &str, module: &str, details: &str) -> String {
    format!(
        "INSERT INTO activity (row, time, action, module, details, login, ip, \"offset\", length)
         WITH RECURSIVE n (i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < {count} - 1)
         SELECT (SELECT max(row) FROM activity) + 1 + i, {AS_OF} - 2 * {DAY} + i, '{action}', '{module}', '{details}', {login}, '192.0.2.30', 1000 + i * 10, 9 FROM n;"
    )
}

#[test]
fn what_counts_as_a_deletion() {
    let rows = log(90, 900);
    let keys = |change: &str| Case::new(19, &rows).change(change).keys("C19-06");
    for action in ["delete", "Bulk remove", "PURGE"] {
        let change = lines(20, "'acme_cd'", action, "host", "done");
        assert_eq!(keys(&change), ["C19-06:actor:acme_cd"], "{action}");
        assert_eq!(keys(&lines(19, "'acme_cd'", action, "host", "done")).len(), 0, "{action}");
    }
    // Neither other deeds, nor deletions by nobody, nor those of two people.
    let other = lines(40, "'acme_cd'", "update", "host", "delete nothing");
    let nobody = lines(40, "NULL", "delete", "host", "done");
    let two = lines(19, "'acme_cd'", "delete", "host", "done")
        + &lines(19, "'acme_ef'", "delete", "host", "done");
    for change in [other, nobody, two] {
        assert_eq!(keys(&change).len(), 0, "{change}");
    }
    // The login's letters are one actor; its busiest hour is told once, by its last line.
    let change = lines(10, "'acme_cd'", "delete", "host", "done")
        + &lines(10, "'ACME_CD'", "delete", "host", "done")
        + "UPDATE activity SET time = time - 86400 WHERE login = 'ACME_CD';";
    assert_eq!(keys(&change).len(), 0);
    let change = lines(11, "'acme_cd'", "delete", "host", "done")
        + &lines(10, "'ACME_CD'", "delete", "host", "done");
    assert_eq!(keys(&change).len(), 1);
    // Lines without a time are in no hour.
    let undated = lines(20, "'acme_cd'", "delete", "host", "done")
        + "UPDATE activity SET time = NULL WHERE action = 'delete';";
    let (state, reason) = Case::new(19, &rows).change(&undated).check("C19-06");
    assert_eq!(state, Warn);
    assert!(reason.unwrap().contains("time"));
    let some = lines(20, "'acme_cd'", "delete", "host", "done")
        + "UPDATE activity SET time = NULL WHERE action = 'delete' AND \"offset\" = 1000;";
    assert_eq!(Case::new(19, &rows).change(&some).check("C19-06").0, Warn);
    let few = lines(19, "'acme_cd'", "delete", "host", "done")
        + "UPDATE activity SET time = NULL WHERE action = 'delete';";
    assert_eq!(Case::new(19, &rows).change(&few).check("C19-06").0, Pass);
}

#[test]
fn what_counts_as_a_failed_login() {
    let rows = log(90, 900);
    let keys = |change: &str| Case::new(19, &rows).change(change).keys("C19-10");
    // Each line says in one way that it is about a login, and in one that it failed.
    for (action, module, details) in [
        ("login", "user", "failed"),
        ("LOGIN", "user", "Invalid old password"),
        ("try", "ui login", "the code was incorrect"),
        ("try", "AUTH", "incorrect"),
        ("try", "Auth", "invalid user or password"),
        ("failure", "user", "login of a user"),
        ("Failed", "auth", "a user"),
        ("try", "user", "could not log in: it failed"),
        ("try", "user", "bad login"),
    ] {
        let change = lines(10, "'acme_cd'", action, module, details);
        assert_eq!(keys(&change), ["C19-10:user:acme_cd"], "{action} {module} {details}");
        let change = lines(9, "'acme_cd'", action, module, details);
        assert_eq!(keys(&change).len(), 0, "{action} {module} {details}");
    }
    for (login, action, module, details) in [
        ("'acme_cd'", "login", "auth", "user_logged_in"),
        ("'acme_cd'", "launch", "scan", "failed"),
        ("'acme_cd'", "fail", "scan", "incorrect target"),
        ("'acme_cd'", "update", "authentication", "failed"),
        ("NULL", "login", "auth", "failed"),
    ] {
        let change = lines(20, login, action, module, details);
        assert_eq!(keys(&change).len(), 0, "{action} {module} {details}");
    }
    let undated = lines(10, "'acme_cd'", "login", "auth", "failed")
        + "UPDATE activity SET time = NULL WHERE details = 'failed';";
    assert_eq!(Case::new(19, &rows).change(&undated).check("C19-10").0, Warn);
}

/// A log that is silent from `DAY` 20 to 10 before the clock, with a scheduled scan at a time.
fn silent(launched: &str) -> String {
    format!(
        "{} DELETE FROM activity WHERE time > {AS_OF} - 20 * {DAY} AND time < {AS_OF} - 10 * {DAY};
         INSERT INTO scan (row, reference, type, launched, \"offset\", length) VALUES ((3 << 24) + 1, 'scan/1', 'Scheduled', {launched}, 0, 9);",
        log(90, 900)
    )
}

#[test]
fn only_what_ran_inside_a_silence_makes_it_a_hole() {
    let state = |launched: String, change: &str| {
        Case::new(19, &silent(&launched)).change(change).check("C19-03").0
    };
    let before = |days: i64, seconds: i64| format!("{AS_OF} - {days} * {DAY} + {seconds}");
    assert_eq!(state(before(20, 0), ""), Pass);
    assert_eq!(state(before(20, 1), ""), Fail);
    assert_eq!(state(before(10, -1), ""), Fail);
    assert_eq!(state(before(10, 0), ""), Pass);
    assert_eq!(state(before(15, 0), "UPDATE scan SET type = 'On-Demand';"), Pass);
    // A run of a schedule counts like a scan of one.
    let run = format!(
        "DELETE FROM scan; INSERT INTO schedule_run (row, schedule_id, launched, \"offset\", length) VALUES ((3 << 24) + 1, 1, {}, 0, 9);",
        before(15, 0)
    );
    assert_eq!(state(before(20, 0), &run), Fail);
}

#[test]
fn a_silence_ends_with_the_first_line_up_to_the_clock() {
    let rows = log(90, 900);
    let scan = format!(
        "INSERT INTO scan (row, reference, type, launched, \"offset\", length) VALUES ((3 << 24) + 1, 'scan/1', 'Scheduled', {AS_OF} - 3 * {DAY}, 0, 9);"
    );
    let until = |change: &str| {
        let change =
            format!("{scan} DELETE FROM activity WHERE time > {AS_OF} - 10 * {DAY}; {change}");
        let report = Case::new(19, &rows).change(&change).report();
        let finding = report.findings.iter().find(|finding| finding.check == "C19-03").unwrap();
        (finding.facts["to"].clone(), finding.facts["until_now"].clone(), finding.evidence.len())
    };
    let line = |seconds: i64| {
        format!(
            "INSERT INTO activity (row, time, action, login, \"offset\", length) VALUES ((2 << 24) + 99, {AS_OF} + {seconds}, 'login', 'acme_ab', 900, 9);"
        )
    };
    let clock = "2026-03-29T00:00:00Z";
    assert_eq!(until(""), (clock.into(), true.into(), 1));
    assert_eq!(until(&line(0)), (clock.into(), false.into(), 2));
    assert_eq!(until(&line(1)), (clock.into(), true.into(), 1));
    assert_eq!(until(&line(-1)), ("2026-03-28T23:59:59Z".into(), false.into(), 2));
}

#[test]
fn a_silence_without_runs_is_known_only_of_what_was_asked_for() {
    let rows = silent("NULL");
    let state = |since: i64, change: &str| {
        let asked = format!(
            "INSERT INTO parameter SELECT 'vm/scans', 'launched_after_datetime', strftime('%Y-%m-%dT%H:%M:%SZ', {AS_OF} - 20 * {DAY} + {since}, 'unixepoch'); {change}"
        );
        let denied = [("vm/schedule-runs", State::Denied)];
        Case::new(19, &rows).change(&asked).reach(&denied).check("C19-03").0
    };
    assert_eq!(state(0, ""), Pass);
    assert_eq!(state(1, ""), Warn);
    // Other starts, of other lists, say nothing of scans.
    let others = "INSERT INTO parameter VALUES ('vm/scans', 'processed_after_datetime', '2025-01-01T00:00:00Z'), ('vm/schedule-runs', 'launched_after_datetime', '2025-01-01T00:00:00Z');";
    assert_eq!(state(1, others), Warn);
    assert_eq!(state(0, others), Pass);
}

#[test]
fn the_scans_of_an_empty_log_ran_in_the_time_that_was_asked_for() {
    let state = |launched: &str, change: &str| {
        let rows = format!(
            "{} DELETE FROM activity; INSERT INTO scan (row, reference, launched, \"offset\", length) VALUES ((3 << 24) + 1, 'scan/1', {launched}, 0, 9); {change}",
            log(85, 900)
        );
        Case::new(19, &rows).check("C19-01").0
    };
    for (launched, expected) in [
        (format!("{AS_OF}"), Fail),
        (format!("{AS_OF} + 1"), NotApplicable),
        ("unixepoch('2025-02-22')".to_owned(), Fail),
        ("unixepoch('2025-02-22') - 1".to_owned(), NotApplicable),
    ] {
        assert_eq!(state(&launched, ""), expected, "{launched}");
    }
    // Without a start the whole log was asked for.
    assert_eq!(state("1", "DELETE FROM parameter;"), Fail);
}

#[test]
fn other_parameters_say_nothing_of_the_log() {
    let others = "INSERT INTO parameter VALUES ('vm/activity-log', 'until_datetime', '2026-03-20T00:00:00Z'), ('vm/scans', 'since_datetime', '2026-03-20T00:00:00Z');";
    let rows = log(85, 900);
    assert_eq!(Case::new(19, &rows).change(others).check("C19-02").0, Fail);
}

#[test]
fn calls_of_the_api_are_counted_by_action_and_details() {
    let count = |change: &str| {
        let report = Case::new(19, LOG).change(change).report();
        let metrics = &report.controls[0].metrics;
        let metric = metrics.iter().find(|metric| metric.id == "api_requests").unwrap();
        metric.value.clone().unwrap().as_u64().unwrap()
    };
    let one = count("");
    assert_eq!(count(&lines(3, "'acme_ab'", "Request", "auth", "API: /api/2.0/fo/scan/")), one + 3);
    assert_eq!(count(&lines(3, "'acme_ab'", "request", "report", "a report")), one);
    assert_eq!(count(&lines(3, "'acme_ab'", "login", "auth", "API: a token")), one);
}

#[test]
fn a_log_of_one_line_at_the_clock_has_no_silence() {
    let rows = log(0, 900);
    let report = Case::new(19, &rows).report();
    let metric = |id: &str| {
        report.controls[0].metrics.iter().find(|metric| metric.id == id).unwrap().value.clone()
    };
    assert_eq!(metric("longest_gap"), Some(0.into()));
    assert_eq!(metric("log_days"), Some(0.into()));
}

#[test]
fn who_is_a_user_of_today() {
    let gone = lines(1, "'acme_cd'", "delete", "option_profile", "Option profile deleted");
    let keys = |change: &str| {
        let rows = log(90, 900) + &gone + change;
        Case::new(19, &rows).keys("C19-08")
    };
    assert_eq!(keys(""), ["C19-08:actor:acme_cd"]);
    let portal = |login: &str| {
        format!(
            "INSERT INTO portal_user (row, id, login, \"offset\", length) VALUES ((4 << 24) + 1, 1, {login}, 0, 9);"
        )
    };
    assert_eq!(keys(&portal("'ACME_cd'")).len(), 0);
    assert_eq!(keys(&portal("NULL")).len(), 1);
    let user = "INSERT INTO user (row, id, login, \"offset\", length) VALUES ((1 << 24) + 2, 2, 'Acme_Cd', 0, 9), ((1 << 24) + 3, 3, NULL, 10, 9);";
    assert_eq!(keys(user).len(), 0);
}

#[test]
fn a_manager_is_known_as_a_user_or_as_an_actor() {
    let grant = |details: &str| {
        let rows = log(90, 900) + &lines(1, "'acme_ab'", "update", "user role", details);
        let user = "INSERT INTO user (row, id, login, \"offset\", length) VALUES ((1 << 24) + 2, 2, 'acme_listed', 0, 9), ((1 << 24) + 3, 3, NULL, 10, 9);";
        let deed = lines(1, "'acme_acting'", "login", "auth", "user_logged_in")
            + &lines(1, "NULL", "login", "auth", "user_logged_in");
        Case::new(19, &rows).change(&format!("{user} {deed}")).keys("C19-07")
    };
    for (details, user) in [
        ("role of acme_listed is now Manager", "acme_listed"),
        ("role of acme_acting is now Manager", "acme_acting"),
        ("acme_ab gave ACME_Listed the role Manager", "ACME_Listed"),
        ("acme_ab has the role Manager", "acme_ab"),
        // Who has left since stands where a login would.
        ("the user acme_left has the role Manager", "acme_left"),
        ("Login: acme_left, role Manager", "acme_left"),
        ("role of acme_left is now Manager", "unnamed"),
        ("the user role is now Manager", "unnamed"),
    ] {
        assert_eq!(grant(details), [format!("C19-07:user:{user}:acme_ab")], "{details}");
    }
}
