//! Control 15: scans, logins and schedules of web applications, and the sites that should be some.

use qualys_sec_inspector::catalogue::{ENDPOINTS, Module};
use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::CheckState::{Fail, NotApplicable, NotAssessed, Pass, Warn};
use qualys_sec_inspector::finding::{CheckState, Outcome, Severity};
use qualys_sec_inspector::profile::{Inputs, Site, WebApps};

use crate::case::{AS_OF, Case, WEB_APPS, shown};

const DAY: i64 = 86_400;

/// Declared sites, each with whether it needs a login.
fn declared(sites: &[(&str, bool)]) -> Inputs {
    let site = |(url, requires_auth): &(&str, bool)| Site {
        url: (*url).to_owned(),
        name: None,
        owner: None,
        env: Some("prod".to_owned()),
        requires_auth: *requires_auth,
        scope: None,
    };
    let webapps = WebApps { entries: sites.iter().map(site).collect() };
    Inputs { webapps: Some(webapps), ..Inputs::default() }
}

#[test]
fn fixture() {
    let sites = [
        ("https://healthy.example/", true),
        ("https://no-record.example/account", true),
        ("https://bare.example", false),
        ("https://unknown.example/", false),
        ("http://healthy.example/", false),
    ];
    insta::assert_snapshot!(shown(&Case::new(15, WEB_APPS).inputs(declared(&sites)).report()));
}

/// One application in order, scanned and scheduled.
fn healthy() -> String {
    format!(
        "INSERT INTO response VALUES (1, 'was/web-apps', 1, '3.0', {AS_OF}, 'a1', 9000, 1), (3, 'was/scans', 1, '3.0', {AS_OF}, 'a3', 900, 1), (4, 'was/schedules', 1, '3.0', {AS_OF}, 'a4', 900, 1), (5, 'was/auth-records', 1, '3.0', {AS_OF}, 'a5', 900, 1), (6, 'was/findings', 1, '3.0', {AS_OF}, 'a6', 9000, 1), (7, 'was/catalog', 1, '3.0', {AS_OF}, 'a7', 900, 1);
         INSERT INTO web_app (row, id, detailed, name, url, owner_id, created, tags, auth_records, \"offset\", length) VALUES ((1 << 24) + 1, 1, 1, 'shop', 'https://shop.example/', 7, {AS_OF} - 90 * {DAY}, 1, 1, 0, 90);
         INSERT INTO web_app_tag VALUES ((1 << 24) + 1, 900);
         INSERT INTO web_app_auth VALUES ((1 << 24) + 1, 501);
         INSERT INTO was_auth_record (row, id, name, updated, \"offset\", length) VALUES ((5 << 24) + 1, 501, 'login', {AS_OF} - 10 * {DAY}, 0, 90);
         INSERT INTO was_scan (row, id, type, status, launched, auth_status, results_status, \"offset\", length) VALUES ((3 << 24) + 1, 30, 'VULNERABILITY', 'FINISHED', {AS_OF} - 3 * {DAY}, 'SUCCESSFUL', 'SUCCESSFUL', 0, 90);
         INSERT INTO was_scan_app VALUES ((3 << 24) + 1, 1);
         INSERT INTO was_schedule (row, id, name, active, type, \"offset\", length) VALUES ((4 << 24) + 1, 40, 'weekly', 1, 'VULNERABILITY', 0, 90);
         INSERT INTO was_schedule_app VALUES ((4 << 24) + 1, 1);
         INSERT INTO was_finding (row, id, app_id, type, severity, status, first_detected, \"offset\", length) VALUES ((6 << 24) + 1, 60, 1, 'VULNERABILITY', 5, 'ACTIVE', {AS_OF} - 15 * {DAY}, 0, 90);
         INSERT INTO was_catalog (row, id, url, status, created, \"offset\", length) VALUES ((7 << 24) + 1, 70, 'http://new.example/', 'NEW', {AS_OF} - 30 * {DAY}, 0, 90);"
    )
}

/// State of a check over the healthy application, changed.
fn state(check: &str, change: &str) -> CheckState {
    let rows = healthy();
    let (state, reason) = Case::new(15, &rows).change(change).inputs(declared(&[])).check(check);
    assert_ne!(state, CheckState::Error, "{reason:?}");
    state
}

#[test]
fn an_application_in_order_has_no_finding() {
    let rows = healthy();
    let case = Case::new(15, &rows).inputs(declared(&[("https://shop.example/cart", true)]));
    assert_eq!(case.keys(""), Vec::<String>::new());
    assert_eq!(case.outcome(), Outcome::Pass, "{}", shown(&case.report()));
}

#[test]
fn without_declared_sites_the_registered_ones_decide() {
    let rows = healthy();
    let case = Case::new(15, &rows);
    for check in ["C15-05", "C15-09"] {
        let (state, reason) = case.check(check);
        assert_eq!(state, NotAssessed);
        assert!(reason.unwrap().contains("webapps"));
    }
    assert_eq!(case.outcome(), Outcome::Pass);
    let core = |case: &Case<'_>| {
        let report = case.report();
        report.controls[0].checks.iter().find(|check| check.id == "C15-09").unwrap().core
    };
    assert!(!core(&case));
    assert!(core(&Case::new(15, &rows).inputs(declared(&[]))));
}

#[test]
fn a_subscription_without_the_module_is_not_judged() {
    let all = ENDPOINTS.iter().filter(|endpoint| endpoint.module == Module::Was);
    let refused: Vec<_> = all.map(|endpoint| (endpoint.id, State::NotSubscribed)).collect();
    let case = Case::new(15, "").reach(&refused);
    assert_eq!(case.outcome(), Outcome::NotApplicable, "{}", shown(&case.report()));
    let required = case.set(|profile| profile.require_modules = vec!["WAS".to_owned()]);
    assert_eq!(required.keys(""), ["C15-01:subscription:tenant"]);
    assert_eq!(required.outcome(), Outcome::Fail);
}

#[test]
fn scans_at_their_limit() {
    let aged = |seconds: i64| format!("UPDATE was_scan SET launched = {AS_OF} - {seconds};");
    assert_eq!(state("C15-01", &aged(30 * DAY)), Pass);
    assert_eq!(state("C15-01", &aged(30 * DAY + 1)), Fail);
    // A time beyond a day in the future is no time.
    assert_eq!(state("C15-01", &aged(-DAY)), Pass);
    assert_eq!(state("C15-01", &aged(-DAY - 1)), NotAssessed);
    // It counts from the answer that gave it, not from another.
    let others = format!(
        "UPDATE response SET received = {AS_OF} + 20 * {DAY} WHERE endpoint <> 'was/scans';"
    );
    assert_eq!(state("C15-01", &format!("{others} {}", aged(-DAY - 1))), NotAssessed);
    assert_eq!(state("C15-01", "UPDATE was_scan SET launched = NULL;"), NotAssessed);
    assert_eq!(state("C15-02", "UPDATE was_scan SET launched = NULL;"), Pass);
}

#[test]
fn what_ends_without_results_is_no_scan() {
    for results in ["NO_WEB_SERVICE", "NO_HOST_ALIVE", "SCAN_INTERNAL_ERROR", "NOT_USED"] {
        let change = format!("UPDATE was_scan SET results_status = '{results}';");
        assert_eq!(state("C15-01", &change), NotApplicable, "{results}");
        assert_eq!(state("C15-02", &change), Fail, "{results}");
        assert_eq!(state("C15-07", &change), Fail, "{results}");
    }
    let discovery = "UPDATE was_scan SET type = 'DISCOVERY';";
    assert_eq!(state("C15-02", discovery), Fail);
    assert_eq!(state("C15-07", discovery), NotApplicable);
    for missing in ["results_status", "type"] {
        let change = format!("UPDATE was_scan SET {missing} = NULL;");
        assert_eq!(state("C15-01", &change), NotAssessed, "{missing}");
        assert_eq!(state("C15-02", &change), NotAssessed, "{missing}");
    }
    let running = "UPDATE was_scan SET status = 'RUNNING', results_status = 'RUNNING';";
    assert_eq!(state("C15-02", running), Fail);
    assert_eq!(state("C15-07", running), NotApplicable);
    let young = format!("{running} UPDATE web_app SET created = {AS_OF} - 7 * {DAY};");
    assert_eq!(state("C15-02", &young), Pass);
    let older = format!("{running} UPDATE web_app SET created = {AS_OF} - 7 * {DAY} - 1;");
    assert_eq!(state("C15-02", &older), Fail);
    let undated = format!("{running} UPDATE web_app SET created = NULL;");
    assert_eq!(state("C15-02", &undated), NotAssessed);
}

/// A second scan, later than the healthy one; with a note on each word.
fn later(status: &str, results: &str, login: &str) -> String {
    format!(
        "INSERT INTO was_scan (row, id, type, status, launched, auth_status, results_status, \"offset\", length) VALUES ((3 << 24) + 2, 31, 'VULNERABILITY', '{status}', {AS_OF} - {DAY}, '{login}', '{results}', 100, 90);
         INSERT INTO was_scan_app VALUES ((3 << 24) + 2, 1);"
    )
}

#[test]
fn the_last_scan_must_end_as_planned() {
    for (status, results, expected) in [
        ("FINISHED", "SUCCESSFUL", Pass),
        ("FINISHED", "FINISHED", Pass),
        ("RUNNING", "RUNNING", Pass),
        ("FINISHED", "TO_BE_PROCESSED", Pass),
        ("TIME_LIMIT_EXCEEDED", "SUCCESSFUL", Fail),
        ("TIME_LIMIT_EXCEEDED", "TIME_LIMIT_REACHED", Fail),
        ("ERROR", "SERVICE_ERROR", Fail),
        ("SCANNER_NOT_AVAILABLE", "SCANNER_NOT_AVAILABLE", Fail),
        ("CANCELED", "CANCELED_WITH_RESULTS", Fail),
        ("CANCELLED", "CANCELED", Fail),
        ("FINISHED", "NO_WEB_SERVICE", Fail),
    ] {
        let change = later(status, results, "NONE");
        assert_eq!(state("C15-07", &change), expected, "{status} {results}");
        assert_eq!(state("C15-01", &change), Pass, "{status} {results}");
    }
    // One without a date may be the last; an older id says that it is not.
    let broken = later("ERROR", "SERVICE_ERROR", "NONE");
    let undated = format!("{broken} UPDATE was_scan SET launched = NULL WHERE id = 31;");
    assert_eq!(state("C15-07", &undated), NotAssessed);
    let early = format!("{undated} UPDATE was_scan SET id = 29 WHERE id = 31;");
    assert_eq!(state("C15-07", &early), Pass);
}

#[test]
fn partial_results_count_as_a_scan() {
    let old = format!("UPDATE was_scan SET launched = {AS_OF} - 60 * {DAY} WHERE id = 30;");
    let stopped = format!("{old} {}", later("CANCELED", "CANCELED_WITH_RESULTS", "NONE"));
    assert_eq!(state("C15-01", &stopped), Pass);
    let cut = format!("{old} {}", later("TIME_LIMIT_EXCEEDED", "TIME_LIMIT_EXCEEDED", "NONE"));
    assert_eq!(state("C15-01", &cut), Fail);
}

#[test]
fn the_last_scan_must_log_in() {
    let rows = healthy();
    for (login, expected) in [
        ("SUCCESSFUL", None),
        ("FAILED", Some(Severity::High)),
        ("NOT_USED", Some(Severity::High)),
        ("PARTIAL", Some(Severity::Medium)),
    ] {
        let change = later("FINISHED", "SUCCESSFUL", login);
        let report = Case::new(15, &rows).change(&change).inputs(declared(&[])).report();
        let finding = report.findings.iter().find(|finding| finding.check == "C15-04");
        assert_eq!(finding.map(|finding| finding.severity), expected, "{login}");
        // Without a record there is no login to fail.
        let open =
            format!("{change} UPDATE web_app SET auth_records = 0; DELETE FROM web_app_auth;");
        assert_eq!(state("C15-04", &open), NotApplicable, "{login}");
        let unsaid =
            format!("{change} UPDATE web_app SET auth_records = NULL; DELETE FROM web_app_auth;");
        assert_eq!(state("C15-04", &unsaid), NotAssessed, "{login}");
    }
    assert_eq!(state("C15-04", &later("FINISHED", "SUCCESSFUL", "NONE")), NotAssessed);
    // A scan that never came to the login says nothing of it, one that failed there does.
    assert_eq!(state("C15-04", &later("ERROR", "SERVICE_ERROR", "NOT_USED")), Pass);
    assert_eq!(state("C15-04", &later("ERROR", "SERVICE_ERROR", "FAILED")), Fail);
}

#[test]
fn schedules_cover_by_name_or_by_tag() {
    for (change, expected) in [
        ("", Pass),
        ("UPDATE was_schedule SET active = 0;", Fail),
        ("UPDATE was_schedule SET active = NULL;", NotAssessed),
        ("UPDATE was_schedule SET invalid = 1;", Fail),
        ("UPDATE was_schedule SET invalid = 0;", Pass),
        ("UPDATE was_schedule SET type = 'DISCOVERY';", Fail),
        ("UPDATE was_schedule SET type = NULL;", NotAssessed),
        ("DELETE FROM was_schedule_app;", NotAssessed),
        ("UPDATE was_schedule_app SET app_id = 2;", Fail),
    ] {
        assert_eq!(state("C15-03", change), expected, "{change}");
    }
    // A second one that does not say whom it scans matters if it may be on and look for anything.
    for (active, invalid, kind, expected) in [
        ("1", "NULL", "'VULNERABILITY'", NotAssessed),
        ("NULL", "0", "NULL", NotAssessed),
        ("0", "NULL", "'VULNERABILITY'", Fail),
        ("1", "1", "'VULNERABILITY'", Fail),
        ("1", "NULL", "'DISCOVERY'", Fail),
    ] {
        let change = format!(
            "UPDATE was_schedule_app SET app_id = 2; INSERT INTO was_schedule (row, id, active, invalid, type, \"offset\", length) VALUES ((4 << 24) + 2, 41, {active}, {invalid}, {kind}, 100, 90);"
        );
        assert_eq!(state("C15-03", &change), expected, "{active} {invalid} {kind}");
    }
    let tagged = |tags: &str, choice: &str, more: &str| {
        let change = format!(
            "DELETE FROM was_schedule_app; UPDATE was_schedule SET tag_option = {choice};
             UPDATE web_app SET tags = 2; INSERT INTO web_app_tag VALUES ((1 << 24) + 1, 901);
             INSERT INTO was_schedule_tag SELECT (4 << 24) + 1, column1, column2 FROM (VALUES {tags}); {more}"
        );
        state("C15-03", &change)
    };
    for (tags, choice, expected) in [
        ("(900, 0)", "'ANY'", Pass),
        ("(902, 0)", "'ANY'", Fail),
        ("(900, 0), (902, 0)", "'ANY'", Pass),
        ("(900, 0), (902, 0)", "'ALL'", Fail),
        ("(900, 0), (901, 0)", "'ALL'", Pass),
        ("(900, 0), (902, 0)", "NULL", NotAssessed),
        ("(900, 0), (901, 0)", "NULL", Pass),
        ("(900, 0), (901, 1)", "'ANY'", Fail),
        ("(900, 0), (902, 1)", "'ANY'", Pass),
        ("(900, 0), (901, 1), (902, 1)", "'ANY'", NotAssessed),
    ] {
        assert_eq!(tagged(tags, choice, ""), expected, "{tags} {choice}");
    }
    // What was counted and not named may be the tag in question.
    let unnamed = "UPDATE web_app SET tags = 3;";
    assert_eq!(tagged("(902, 0)", "'ANY'", unnamed), NotAssessed);
    assert_eq!(tagged("(900, 0)", "'ANY'", unnamed), Pass);
}

#[test]
fn records_in_use_grow_old() {
    let aged = |seconds: i64| format!("UPDATE was_auth_record SET updated = {AS_OF} - {seconds};");
    assert_eq!(state("C15-06", &aged(365 * DAY)), Pass);
    assert_eq!(state("C15-06", &aged(365 * DAY + 1)), Fail);
    assert_eq!(state("C15-06", "UPDATE was_auth_record SET updated = NULL;"), NotAssessed);
    let unused = format!("{} DELETE FROM web_app_auth;", aged(900 * DAY));
    assert_eq!(state("C15-06", &unused), NotAssessed);
    let none = format!("{unused} UPDATE web_app SET auth_records = 0;");
    assert_eq!(state("C15-06", &none), NotApplicable);
    assert_eq!(state("C15-06", "DELETE FROM was_auth_record;"), NotAssessed);
    let rows = healthy();
    let case = Case::new(15, &rows).change("UPDATE was_auth_record SET updated = 1;");
    assert_eq!(case.keys("C15-06"), ["C15-06:auth_record:was/501"]);
    assert_eq!(case.outcome(), Outcome::Warn);
}

#[test]
fn discovered_sites_wait_for_a_decision() {
    let second = format!("UPDATE was_catalog SET created = {AS_OF} - 30 * {DAY} - 1;");
    assert_eq!(state("C15-08", ""), Pass);
    assert_eq!(state("C15-08", &second), Fail);
    for status in ["IN_SUBSCRIPTION", "IGNORED", "ROGUE", "APPROVED"] {
        let change = format!("{second} UPDATE was_catalog SET status = '{status}';");
        assert_eq!(state("C15-08", &change), Pass, "{status}");
    }
    let unsaid = format!("{second} UPDATE was_catalog SET status = NULL;");
    assert_eq!(state("C15-08", &unsaid), NotAssessed);
    assert_eq!(state("C15-08", "UPDATE was_catalog SET created = NULL;"), NotAssessed);
    assert_eq!(state("C15-08", "DELETE FROM was_catalog;"), NotApplicable);
}

#[test]
fn declared_sites_are_looked_for() {
    let rows = healthy();
    let second = "INSERT INTO web_app (row, id, detailed, name, url, owner_id, created, tags, auth_records, \"offset\", length) SELECT row + 1, 2, 1, 'desk', 'https://shop.example/desk', 7, created, 1, 0, 100, 90 FROM web_app; INSERT INTO web_app_tag VALUES ((1 << 24) + 2, 900);";
    let sites = [
        ("https://shop.example", true),
        ("https://shop.example/desk/", true),
        ("https://shop.example/desk/new", true),
        ("https://gone.example:8443/a:b", false),
    ];
    let case = Case::new(15, &rows).change(second).inputs(declared(&sites));
    assert_eq!(case.keys("C15-09"), ["C15-09:site:https://gone.example:8443/a:b"]);
    assert_eq!(case.keys("C15-05"), ["C15-05:webapp:2"]);
    // The same place twice, once with a login.
    let twins = format!("{second} UPDATE web_app SET url = 'https://shop.example/';");
    let case = Case::new(15, &rows).change(&twins).inputs(declared(&sites[..1]));
    assert_eq!(case.check("C15-05").0, Pass);
    // An address that is not known may be the one.
    let unsaid = format!("{second} UPDATE web_app SET url = NULL WHERE id = 2;");
    let case = Case::new(15, &rows).change(&unsaid).inputs(declared(&sites));
    assert_eq!(case.check("C15-09").0, Warn);
    let records = "UPDATE web_app SET auth_records = NULL; DELETE FROM web_app_auth;";
    let case = Case::new(15, &rows).change(records).inputs(declared(&sites[..1]));
    assert_eq!(case.check("C15-05").0, NotAssessed);
    let denied = [("was/web-apps", State::Denied)];
    let case = Case::new(15, "").reach(&denied).inputs(declared(&sites));
    assert_eq!(case.check("C15-09").0, NotAssessed);
    assert_eq!(case.keys(""), Vec::<String>::new());
    // Where none is registered, all are missing.
    let case = Case::new(15, "").inputs(declared(&sites[..2]));
    assert_eq!(case.keys("C15-09").len(), 2);
}

#[test]
fn owner_and_tag() {
    assert_eq!(state("C15-10", "UPDATE web_app SET owner_id = NULL;"), Fail);
    let bare = "UPDATE web_app SET tags = 0; DELETE FROM web_app_tag;";
    assert_eq!(state("C15-10", bare), Fail);
    let unsaid = "UPDATE web_app SET tags = NULL; DELETE FROM web_app_tag;";
    assert_eq!(state("C15-10", unsaid), NotAssessed);
}

#[test]
fn findings_at_their_limit() {
    let ahead = |seconds: i64, more: &str| {
        format!("UPDATE was_finding SET first_detected = {AS_OF} + {seconds} WHERE id > 60; {more}")
    };
    // Twenty applications, of which this many have a finding beyond its limit.
    let fleet = |late: i64, more: &str| {
        let change = format!(
            "INSERT INTO web_app (row, id, detailed, name, url, owner_id, created, tags, auth_records, \"offset\", length)
             WITH RECURSIVE n (i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM n WHERE i < 20)
             SELECT (1 << 24) + i, i, 1, 'app', 'https://a.example/' || i, 7, 1, 0, 0, i * 100, 90 FROM n;
             INSERT INTO was_scan_app SELECT (3 << 24) + 1, id FROM web_app WHERE id > 1;
             INSERT INTO was_finding (row, id, app_id, type, severity, status, first_detected, \"offset\", length)
             SELECT (6 << 24) + id, 60 + id, id, 'VULNERABILITY', 3, 'NEW', {AS_OF} - 90 * {DAY} - 1, id * 100, 90 FROM web_app WHERE id BETWEEN 2 AND 1 + {late}; {more}"
        );
        state("C15-11", &change)
    };
    assert_eq!(fleet(1, ""), Pass);
    assert_eq!(fleet(2, ""), Fail);
    let second =
        format!("UPDATE was_finding SET first_detected = {AS_OF} - 15 * {DAY} - 1 WHERE id = 60;");
    assert_eq!(fleet(1, &second), Fail);
    for (change, expected) in [
        ("UPDATE was_finding SET first_detected = first_detected + 1 WHERE id > 60;", Pass),
        ("UPDATE was_finding SET status = 'FIXED' WHERE id > 60;", Pass),
        ("UPDATE was_finding SET status = 'PROTECTED' WHERE id > 60;", Pass),
        ("UPDATE was_finding SET is_ignored = 1 WHERE id > 60;", Pass),
        ("UPDATE was_finding SET potential = 1 WHERE id > 60;", Pass),
        ("UPDATE was_finding SET type = 'INFORMATION_GATHERED' WHERE id > 60;", Pass),
        ("UPDATE was_finding SET severity = 2 WHERE id > 60;", Pass),
        ("UPDATE was_finding SET type = 'SENSITIVE_CONTENT' WHERE id > 60;", Fail),
        ("UPDATE was_finding SET status = 'REOPENED' WHERE id > 60;", Fail),
        // Unknown ones may be inside or not.
        ("UPDATE was_finding SET first_detected = NULL WHERE id > 60;", NotAssessed),
        (&ahead(DAY, ""), Pass),
        (&ahead(DAY + 1, ""), NotAssessed),
        (
            &ahead(DAY + 1, "UPDATE response SET received = received + 864000 WHERE seq <> 6;"),
            NotAssessed,
        ),
        ("UPDATE was_finding SET severity = NULL WHERE id > 60;", NotAssessed),
        ("UPDATE was_finding SET status = NULL WHERE id > 60;", NotAssessed),
        ("UPDATE was_finding SET first_detected = NULL WHERE id = 62;", NotAssessed),
        ("UPDATE was_finding SET app_id = NULL WHERE id > 60;", NotAssessed),
        ("UPDATE was_finding SET app_id = 999 WHERE id > 60;", Pass),
    ] {
        assert_eq!(fleet(2, change), expected, "{change}");
    }
    assert_eq!(fleet(1, "UPDATE was_finding SET first_detected = NULL WHERE id = 62;"), Pass);
}

/// A second application beside the healthy one, without a record and with another tag.
const DESK: &str = "INSERT INTO web_app (row, id, detailed, name, url, owner_id, created, tags, auth_records, \"offset\", length) SELECT row + 1, 2, 1, 'desk', 'https://desk.example/', 7, created, 1, 0, 100, 90 FROM web_app;
    INSERT INTO web_app_tag VALUES ((1 << 24) + 2, 901);";

#[test]
fn each_application_counts_what_is_its_own() {
    let rows = healthy();
    let sites = [("https://shop.example/", true), ("https://desk.example/", true)];
    let case = |change: &str| {
        let change = format!("{DESK} {change}");
        let report = Case::new(15, &rows).change(&change).inputs(declared(&sites)).report();
        let seen = |id: &str| {
            let check = report.controls[0].checks.iter().find(|check| check.id == id).unwrap();
            let keys = report.findings.iter().filter(|finding| finding.check == id);
            (keys.map(|finding| finding.key.clone()).collect::<Vec<_>>(), check.unknown)
        };
        (seen("C15-05"), seen("C15-06"), seen("C15-10"))
    };
    let bare = |check: &str| (vec![format!("{check}:webapp:2")], 0);
    // Records and tags that are named need no count.
    let (records, _, _) = case("UPDATE web_app SET auth_records = NULL WHERE id = 1;");
    assert_eq!(records, bare("C15-05"));
    let (_, _, tags) = case(
        "UPDATE web_app SET tags = NULL WHERE id = 1; UPDATE web_app SET tags = 0 WHERE id = 2; DELETE FROM web_app_tag WHERE tag_id = 901;",
    );
    assert_eq!(tags, bare("C15-10"));
    // All records are named, so an old one that none of them is belongs to nobody.
    let old = "INSERT INTO was_auth_record (row, id, name, updated, \"offset\", length) VALUES ((5 << 24) + 2, 502, 'old', 1, 100, 90);";
    let (_, records, _) = case(old);
    assert_eq!(records, (Vec::new(), 0));
    let (_, records, _) = case(&format!("{old} UPDATE web_app SET auth_records = 2 WHERE id = 1;"));
    assert_eq!(records, (Vec::new(), 1));
}

#[test]
fn the_oldest_findings_are_shown() {
    // Late by its class: ids 61 to 67, the oldest last; inside its limit, of no application that is
    // listed, of none, low, fixed: not shown.
    let finding = |id: u32, app: &str, severity: u32, status: &str, days: i64| {
        format!(
            "INSERT INTO was_finding (row, id, app_id, type, severity, status, first_detected, \"offset\", length) VALUES ((6 << 24) + {id}, {id}, {app}, 'VULNERABILITY', {severity}, '{status}', {AS_OF} - {days} * {DAY}, {id} * 10, 9);"
        )
    };
    let late: String =
        (61..=67).map(|id| finding(id, "1", 3, "ACTIVE", 91 + i64::from(id))).collect();
    let change = late
        + &finding(71, "1", 3, "ACTIVE", 80)
        + &finding(72, "999", 5, "ACTIVE", 900)
        + &finding(73, "NULL", 5, "ACTIVE", 900)
        + &finding(74, "1", 2, "ACTIVE", 900)
        + &finding(75, "1", 5, "FIXED", 900)
        + &finding(76, "1", 4, "ACTIVE", 20);
    let rows = healthy();
    let case = Case::new(15, &rows).change(&change).set(|profile| profile.sla.low = Some(365));
    let shown = ["ev:6#63", "ev:6#64", "ev:6#65", "ev:6#66", "ev:6#67"];
    assert_eq!(case.evidence("C15-11"), shown);
    let report = case.report();
    let finding = report.findings.iter().find(|finding| finding.check == "C15-11").unwrap();
    assert_eq!(finding.facts["findings_past"], 7);
    let metric = |id: &str| {
        let metric = report.controls[0].metrics.iter().find(|metric| metric.id == id);
        metric.and_then(|metric| metric.value.clone())
    };
    assert_eq!(metric("past_medium"), Some(7.into()));
    assert_eq!(metric("past_high"), Some(0.into()));
    assert_eq!(metric("past_low"), Some(1.into()));
}

#[test]
fn what_is_held_against_a_limit_says_which() {
    let report = Case::new(15, &healthy()).inputs(declared(&[])).report();
    let threshold = |id: &str| {
        let metric = report.controls[0].metrics.iter().find(|metric| metric.id == id);
        metric.and_then(|metric| metric.threshold.clone()).and_then(|limit| limit.as_f64())
    };
    assert_eq!(threshold("apps_in_sla"), Some(0.95));
    assert_eq!(threshold("scan_age_p50"), Some(30.0));
    assert_eq!(threshold("scan_age_p90"), Some(30.0));
}

/// "Never scanned" is said of a history that was read to its end, and of no other.
#[test]
fn only_a_whole_history_is_never() {
    let never = "DELETE FROM was_scan_app; DELETE FROM was_scan;";
    let said = |change: &str, reach: &[(&str, State)]| {
        let rows = healthy();
        let case = Case::new(15, &rows).inputs(declared(&[])).change(change).reach(reach);
        let report = case.report();
        let messages = report.findings.iter().map(|finding| finding.message.as_str());
        (case.check("C15-02").0, messages.filter(|one| one.contains("never scanned")).count())
    };
    assert_eq!(said(never, &[]), (Fail, 1));
    for state in [State::Denied, State::Truncated, State::Failed, State::Skipped] {
        assert_eq!(said(never, &[("was/scans", state)]), (NotAssessed, 0), "{state:?}");
    }
    // No application, so nobody needs the history.
    let none = "DELETE FROM was_schedule_app; DELETE FROM web_app_auth; DELETE FROM web_app_tag; DELETE FROM web_app;";
    assert_eq!(said(none, &[]), (NotApplicable, 0));
}
