//! Counts over models of our own making: what came, what left and how, and what cannot be told.

use serde_json::json;

use super::super::tests::stage::{AS_OF, Side, model};
use crate::assess::Movement;

const DAY: i64 = 86_400;
/// The clock of the newer side.
const LATER: i64 = AS_OF + 30 * DAY;

const ANSWERS: &str =
    "INSERT INTO response VALUES (2, 'vm/detections', 1, '2.0', 0, 'bb', 9000, 9);
    INSERT INTO response VALUES (3, 'was/findings', 1, '3.0', 0, 'cc', 9000, 9);
    INSERT INTO response VALUES (4, 'vm/activity-log', 1, '2.0', 0, 'dd', 9000, 9);
    INSERT INTO response VALUES (5, 'vm/scans', 1, '2.0', 0, 'ee', 9000, 9);
    INSERT INTO response VALUES (6, 'vm/schedule-runs', 1, '2.0', 0, 'ff', 9000, 9);";

fn older(rows: &str) -> Side {
    Side::of([]).on(model(&format!("{ANSWERS}{rows}")))
}

fn newer(rows: &str) -> Side {
    let clock = format!("UPDATE setting SET as_of = {LATER};");
    Side::of([])
        .on(model(&format!("{ANSWERS}{clock}{rows}")))
        .with("/as_of", json!("2026-04-27T02:20:00Z"))
        .with("/bundle/root", json!("sha256:01"))
}

fn movements(old: &Side, new: &Side) -> Vec<Movement> {
    super::compare(old.snapshot(), new.snapshot()).unwrap()
}

/// Id and count of those of one control that are not zero; `?` and the remark where it is unknown.
fn told(control: u8, old: &Side, new: &Side) -> Vec<String> {
    movements(old, new)
        .iter()
        .filter(|one| one.control == control && one.count != Some(0))
        .map(|one| match one.count {
            Some(count) => format!("{} {count}", one.id),
            None => format!("{} ? {}", one.id, one.remark.as_deref().unwrap()),
        })
        .collect()
}

fn host(id: i64, scanned: &str, login: &str) -> String {
    format!(
        "INSERT INTO host (row, id, last_vm_scan, last_vm_auth, \"offset\", length) \
         VALUES ({id}, {id}, {scanned}, {login}, 0, 1);"
    )
}

struct Detection {
    host: i64,
    qid: i64,
    status: &'static str,
    more: &'static str,
}

/// Confirmed detections of severity 5 in the order given, then what makes them open ones.
fn detections(rows: &[Detection]) -> String {
    let rows = rows.iter().zip((2_i64 << 24)..).map(|(one, row)| {
        let Detection { host, qid, status, more } = one;
        let insert = format!(
            "INSERT INTO detection (row, host_id, qid, type, severity, port, protocol, status, \
             first_found, \"offset\", length) VALUES ({row}, {host}, {qid}, 'Confirmed', 5, 443, \
             'tcp', '{status}', 1000, {}, 1);",
            row & 0xFF
        );
        let more = if more.is_empty() {
            String::new()
        } else {
            format!("UPDATE detection SET {more} WHERE row = {row};")
        };
        insert + &more
    });
    rows.collect::<String>() + include_str!("../../../sql/open.sql")
}

const fn on(host: i64, qid: i64, status: &'static str) -> Detection {
    Detection { host, qid, status, more: "" }
}

const fn with(host: i64, qid: i64, status: &'static str, more: &'static str) -> Detection {
    Detection { host, qid, status, more }
}

fn hosts(ids: &[i64]) -> String {
    ids.iter().map(|id| host(*id, "1000", "1000")).collect()
}

#[test]
fn what_left_the_backlog_was_fixed_only_where_it_says_so() {
    let old = older(
        &(hosts(&[1, 2, 3])
            + &detections(&[
                on(1, 10, "Active"),
                on(1, 11, "Active"),
                on(1, 12, "New"),
                on(1, 13, "Active"),
                on(1, 14, "Active"),
                on(2, 10, "Active"),
                on(3, 10, "Active"),
            ])),
    );
    let terminated = "INSERT INTO host_asset (row, id, host_id, instance_state, \"offset\", length) \
                      VALUES (90, 90, 3, 'TERMINATED', 0, 1);";
    let new = newer(
        &(hosts(&[1, 3])
            + terminated
            + &detections(&[
                on(1, 10, "Fixed"),
                with(1, 11, "Active", "is_ignored = 1"),
                with(1, 12, "Active", "type = 'Potential'"),
                on(1, 13, "Active"),
                on(3, 10, "Fixed"),
            ])),
    );
    assert_eq!(
        told(10, &old, &new),
        [
            "left 6",
            "fixed_critical 1",
            "host_gone_critical 2",
            "hidden_critical 1",
            "not_counted_now_critical 1",
            "unlisted_critical 1",
        ],
        "a terminated host is gone, whatever its detections say"
    );
    let fixed = movements(&old, &new).into_iter().find(|one| one.id == "fixed_critical").unwrap();
    assert_eq!(
        (fixed.evidence.old, fixed.evidence.new),
        (vec!["ev:2#@0".into()], vec!["ev:2#@0".into()])
    );
}

#[test]
fn what_came_into_the_backlog_says_from_where() {
    let old = older(
        &(hosts(&[1])
            + &detections(&[
                on(1, 10, "Fixed"),
                with(1, 11, "Active", "is_disabled = 1"),
                with(1, 12, "Active", "type = 'Potential'"),
                on(1, 14, "Active"),
                on(1, 15, "Active"),
                on(1, 16, "Active"),
            ])),
    );
    let new = newer(
        &(hosts(&[1, 2])
            + &detections(&[
                on(1, 10, "Re-Opened"),
                on(1, 11, "Active"),
                on(1, 12, "Active"),
                on(1, 13, "New"),
                on(2, 13, "New"),
                with(1, 14, "Active", "severity = 3"),
                with(1, 15, "Re-Opened", "times_reopened = 1"),
                with(1, 16, "Re-Opened", "last_reopened = 1774664400"),
            ])),
    );
    assert_eq!(
        told(10, &old, &new),
        [
            "arrived 5",
            "found_critical 1",
            "found_on_new_host_critical 1",
            "reopened_critical 1",
            "unhidden_critical 1",
            "counted_now_critical 1",
            "bounced_critical 1",
            "moved_critical_medium 1",
        ],
        "reopened exactly at the older clock was known then"
    );
}

#[test]
fn the_port_tells_detections_apart_and_twins_are_paired() {
    let pair = |first: &'static str, second: &'static str| {
        hosts(&[1]) + &detections(&[with(1, 10, "Active", first), with(1, 10, "Active", second)])
    };
    let old = || older(&pair("port = 80", "port = NULL"));
    assert_eq!(told(10, &old(), &newer(&pair("port = NULL", "port = 80"))), [""; 0]);
    let moved = newer(&pair("port = NULL", "port = 81"));
    let expected = ["arrived 1", "left 1", "found_critical 1", "unlisted_critical 1"];
    assert_eq!(told(10, &old(), &moved), expected);
    let twins = || pair("severity = 5", "severity = 5");
    assert_eq!(told(10, &older(&twins()), &newer(&twins())), [""; 0]);
}

#[test]
fn patchable_ones_and_the_top_are_counted_apart() {
    let known = "INSERT INTO vuln (row, qid, patchable, \"offset\", length) VALUES \
                 (70, 10, 1, 0, 1), (71, 11, 0, 0, 1);";
    // The newer knowledge base was asked for what is still there.
    let known_later = "INSERT INTO vuln (row, qid, patchable, \"offset\", length) VALUES \
                       (71, 11, 0, 0, 1);";
    let old = older(
        &(hosts(&[1])
            + known
            + &detections(&[
                with(1, 10, "Active", "qds = 90"),
                with(1, 11, "Active", "qds = 89"),
                with(1, 12, "Active", "qds = 95"),
            ])),
    );
    let new = newer(
        &(hosts(&[1])
            + known_later
            + &detections(&[
                on(1, 10, "Fixed"),
                with(1, 11, "Active", "qds = 90"),
                with(1, 12, "Active", "qds = 40"),
            ])),
    );
    assert_eq!(told(11, &old, &new), ["patchable_fixed 1"]);
    assert_eq!(told(17, &old, &new), ["top_fixed 1", "top_raised 1", "top_lowered 1"]);
}

#[test]
fn nothing_is_counted_where_it_cannot_be_told() {
    let full = || hosts(&[1]) + &detections(&[on(1, 10, "Active")]);
    let (old, new) = (older(&full()), newer(&(hosts(&[1]) + &detections(&[]))));
    assert_eq!(told(10, &old, &new), ["left 1", "unlisted_critical 1"]);
    let cut = newer(&(hosts(&[1]) + &detections(&[]))).endpoint("vm/detections", "truncated");
    let why = "backlog ? vm/detections was not read whole in the newer one: truncated";
    assert_eq!(told(10, &old, &cut), [why]);
    let why = "backlog ? vm/hosts was not read whole in the older one: denied";
    assert_eq!(told(10, &older(&full()).endpoint("vm/hosts", "denied"), &new), [why]);
    let narrow = newer(&hosts(&[1])).with("/scope/view", json!("partial"));
    let why = "backlog ? the two do not see the same part of the subscription";
    assert_eq!(told(10, &old, &narrow), [why]);
    let why = "backlog ? the detections of the newer one could not be judged";
    assert_eq!(told(10, &old, &newer(&hosts(&[1]))), [why]);
    // A module that neither side has says nothing; one that went is said.
    let none = |side: Side| side.endpoint("was/findings", "not_subscribed");
    assert_eq!(told(15, &none(older(&full())), &none(newer(&full()))), [""; 0]);
    let why = "findings ? was/findings was not read whole in the newer one: not subscribed";
    assert_eq!(told(15, &older(&full()), &none(newer(&full()))), [why]);
}

#[test]
fn no_time_lies_between_a_bundle_and_itself_or_backwards() {
    let full = || hosts(&[1]) + &detections(&[on(1, 10, "Active")]);
    assert_eq!(movements(&newer(&full()), &older(&full())), []);
    let same = newer(&full()).with("/bundle/root", json!("sha256:00"));
    assert_eq!(movements(&older(&full()), &same), []);
    let saved = Side::of([]).with("/bundle/root", json!("sha256:09"));
    assert_eq!(movements(&saved, &newer(&full())), []);
    let one = newer(&full()).with("/filter/controls", json!([13]));
    assert_eq!(movements(&older(&full()), &one), []);
}

#[test]
fn runs_since_are_counted_once_by_how_they_ended() {
    let run = |ordinal: i64, reference: &str, launched: i64, state: &str, sub_state: &str| {
        format!(
            "INSERT INTO schedule_run (row, schedule_id, reference, launched, state, sub_state, \
             \"offset\", length) VALUES ({}, 9, '{reference}', {launched}, '{state}', {sub_state}, \
             {ordinal}, 1);",
            (6 << 24) + ordinal
        )
    };
    let scan = |ordinal: i64, reference: &str, launched: i64, kind: &str| {
        format!(
            "INSERT INTO scan (row, reference, type, launched, state, \"offset\", length) \
             VALUES ({}, '{reference}', '{kind}', {launched}, 'Finished', {ordinal}, 1);",
            (5 << 24) + ordinal
        )
    };
    let rows = run(1, "scan/1", AS_OF, "Finished", "NULL")
        + &run(2, "scan/2", AS_OF + 1, "Finished", "NULL")
        + &run(3, "scan/3", AS_OF + DAY, "Finished", "'No_Host'")
        + &run(4, "scan/4", AS_OF + DAY, "Canceled", "NULL")
        + &run(5, "scan/5", LATER, "Running", "NULL")
        + &run(6, "scan/6", LATER + 1, "Finished", "NULL")
        + &scan(7, "scan/2", AS_OF + 1, "Scheduled")
        + &scan(8, "scan/8", AS_OF + 2, "Scheduled")
        + &scan(9, "scan/9", AS_OF + 2, "On-Demand");
    let expected = ["runs 5", "runs_failed 2", "runs_under_way 1"];
    assert_eq!(told(1, &older(""), &newer(&rows)), expected);
    let failed = movements(&older(""), &newer(&rows));
    let failed = failed.iter().find(|one| one.id == "runs_failed").unwrap();
    assert_eq!(failed.evidence.new, ["ev:6#scan/3", "ev:6#scan/4"]);
    // Without a history the scan list must reach back.
    let asked = |time: &str| {
        format!("INSERT INTO parameter VALUES ('vm/scans', 'launched_after_datetime', '{time}');")
    };
    let by_list = |time: &str| {
        newer(&(asked(time) + &scan(8, "scan/8", AS_OF + 2, "Scheduled")))
            .endpoint("vm/schedule-runs", "denied")
    };
    assert_eq!(told(1, &older(""), &by_list("2026-03-28T02:20:00Z")), ["runs 1"]);
    let why = "runs ? the newer scan list does not reach back to the older snapshot";
    assert_eq!(told(1, &older(""), &by_list("2026-03-28T02:20:01Z")), [why]);
}

#[test]
fn new_hosts_are_split_by_how_they_were_assessed() {
    let old = older(&(host(1, "1000", "NULL") + &host(5, "NULL", "NULL")));
    let agent = format!(
        "INSERT INTO host_asset (row, id, host_id, agent_id, agent_status, agent_modules, \
         agent_checked_in, \"offset\", length) \
         VALUES (90, 90, 6, 'a', 'STATUS_ACTIVE', 'AGENT_VM', {LATER}, 0, 1);"
    );
    let new = newer(
        &(host(1, "1000", "1000")
            + &host(2, "2000", "2000")
            + &host(3, "2000", "1999")
            + &host(4, "NULL", "NULL")
            + &host(6, "2000", "NULL")
            + &agent),
    );
    assert_eq!(
        told(2, &old, &new),
        ["hosts_new_assessed 2", "hosts_new_unauthenticated 1", "hosts_new_unscanned 1"]
    );
}

#[test]
fn findings_of_applications_close_by_repair_alone() {
    let finding = |id: i64, app: i64, status: &str| {
        format!(
            "INSERT INTO was_finding (row, id, app_id, type, severity, status, is_ignored, \
             potential, \"offset\", length) VALUES ({}, {id}, {app}, 'VULNERABILITY', 5, \
             '{status}', 0, 0, {id}, 1);",
            (3 << 24) + id
        )
    };
    let app = |id: i64| {
        format!(
            "INSERT INTO web_app (row, id, detailed, \"offset\", length) VALUES ({id}, {id}, 1, 0, 1);"
        )
    };
    let view = include_str!("../../../sql/controls/15_web_apps/prepare.sql");
    let old = older(
        &(app(1)
            + &app(2)
            + view
            + &[(1, 1), (2, 1), (3, 2), (4, 1), (5, 1)]
                .map(|(id, app)| finding(id, app, "ACTIVE"))
                .concat()
            + &finding(6, 1, "FIXED")),
    );
    let new = newer(
        &(app(1)
            + view
            + &finding(1, 1, "FIXED")
            + &finding(2, 1, "PROTECTED")
            + &finding(5, 1, "REOPENED")
            + &finding(6, 1, "REOPENED")
            + &finding(7, 1, "NEW")),
    );
    assert_eq!(
        told(15, &old, &new),
        ["findings_opened 2", "findings_fixed 1", "findings_gone 1", "findings_other 2"]
    );
}

/// Lines of a log, by ordinal and time.
fn log(rows: &[(i64, i64, &str)]) -> String {
    let row = |(ordinal, time, details): &(i64, i64, &str)| {
        format!(
            "INSERT INTO activity (row, time, action, module, details, login, \"offset\", length) \
             VALUES ({}, {time}, 'create', 'user', '{details}', 'acme_a', {ordinal}, 1);",
            (4 << 24) + ordinal
        )
    };
    rows.iter().map(row).collect()
}

fn asked(time: &str) -> String {
    format!("INSERT INTO parameter VALUES ('vm/activity-log', 'since_datetime', '{time}');")
}

const T: i64 = AS_OF - 9 * DAY;

#[test]
fn a_log_that_goes_on_is_proven_by_what_both_have() {
    let old = older(&log(&[(1, T, "a"), (2, T + 5, "b"), (3, T + 9, "c")]));
    // Other rows in another order, one more in the very second in which the older one ends.
    let new = newer(&log(&[(9, T + 5, "b"), (8, T + 9, "c"), (5, T + 9, "d"), (6, T + 20, "e")]));
    let all = movements(&old, &new);
    let of = |id: &str| all.iter().find(|one| one.id == id).unwrap();
    assert_eq!(of("log_differences").count, Some(0), "the newer one begins later: {all:?}");
    assert!(of("log_differences").remark.as_ref().unwrap().starts_with("the log goes on"));
    assert_eq!(of("log_events").count, Some(2));
    assert_eq!(of("log_events").evidence.new, ["ev:4#@5", "ev:4#@6"]);
    assert_eq!(of("log_user_create").count, Some(2));
}

#[test]
fn a_log_that_was_rewritten_or_cut_is_said() {
    let old = || older(&log(&[(1, T, "a"), (2, T + 5, "b"), (3, T + 9, "c")]));
    let differences = |new: &Side| {
        let all = movements(&old(), new);
        let one = all.into_iter().find(|one| one.id == "log_differences").unwrap();
        (one.count, one.remark.unwrap(), one.evidence)
    };
    let since = asked("2026-01-01T00:00:00Z");
    // One line gone, one changed, one pushed in between.
    let rewritten = log(&[(1, T, "a"), (2, T + 5, "B"), (3, T + 6, "x"), (4, T + 20, "e")]);
    let (count, remark, evidence) = differences(&newer(&(since.clone() + &rewritten)));
    assert_eq!(count, Some(4));
    assert!(remark.starts_with("log rewritten or truncated: "), "{remark}");
    assert!(remark.contains("has 2 that the newer one lacks"), "{remark}");
    assert_eq!((evidence.old.len(), evidence.new.len()), (2, 2));
    // All of it gone although it was asked for: even an empty log is no pass.
    for rows in [String::new(), log(&[(4, T + 20, "e")])] {
        let (count, remark, _) = differences(&newer(&(since.clone() + &rows)));
        assert_eq!(count, Some(3), "{remark}");
    }
    // Not asked for, so nothing is known.
    let late = asked("2026-03-28T00:00:00Z") + &log(&[(4, AS_OF + 20, "e")]);
    let (count, remark, _) = differences(&newer(&late));
    assert_eq!(count, None);
    assert!(remark.contains("nothing is known of the time between"), "{remark}");
    let (count, remark, _) = differences(&newer(&log(&[(4, T + 10, "e")])));
    assert_eq!(count, None, "{remark}");
    let empty = movements(&older(""), &newer(&log(&[(4, T, "e")])));
    assert_eq!(empty.iter().find(|one| one.control == 19).unwrap().count, None);
}
