//! Comparisons of reports and models of our own making: what is called fixed, and what is not.

mod mirror;
mod series;
pub(super) mod stage;

use super::{CompareError, compare};
use crate::assess::Change::{Better, New, NotVisible, OutOfScope, Resolved, Unchanged, Worse};
use crate::assess::{Change, Comparison, FindingChange};
use crate::finding::{Severity, Status};
use serde_json::json;
use stage::{Side, With as _, finding, host, model, rolled};

fn changes(old: &Side, new: &Side) -> Comparison {
    compare(old.snapshot(), new.snapshot(), Severity::Info).unwrap()
}

/// The one change of a comparison.
fn only(old: &Side, new: &Side) -> FindingChange {
    let comparison = changes(old, new);
    let [change] = comparison.findings.as_slice() else { panic!("{:?}", comparison.findings) };
    change.clone()
}

fn moved(old: &Side, new: &Side) -> Change {
    only(old, new).change
}

const GROUP: &str = "C01-01:asset_group:7";

fn group_model(id: i64) -> rusqlite::Connection {
    model(&format!(
        "INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES (16777217, {id}, 'DMZ', 0, 9)"
    ))
}

#[test]
fn severities_say_what_got_worse() {
    let severity = |old: &str, new: &str| {
        let old = Side::of([finding(GROUP, old)]);
        let new = Side::of([finding(GROUP, new)]);
        let change = only(&old, &new);
        (change.change, change.from.map(Severity::word), change.to.map(Severity::word))
    };
    assert_eq!(severity("high", "high"), (Unchanged, Some("high"), Some("high")));
    assert_eq!(severity("medium", "high"), (Worse, Some("medium"), Some("high")));
    assert_eq!(severity("high", "medium"), (Better, Some("high"), Some("medium")));
    assert_eq!(moved(&Side::of([]), &Side::of([finding(GROUP, "low")])), New);
}

#[test]
fn a_waiver_fixes_nothing_and_its_end_is_told() {
    let open = Side::of([finding(GROUP, "high")]);
    let accepted = Side::of([finding(GROUP, "high").with("/status", json!("accepted"))]);
    let change = only(&open, &accepted);
    assert_eq!((change.change, change.from, change.to), (Better, Some(Severity::High), None));
    assert_eq!(
        (change.status.from, change.status.to),
        (Some(Status::Open), Some(Status::Accepted))
    );
    let back = changes(&accepted, &open);
    assert_eq!(back.findings[0].change, Worse);
    assert_eq!(back.worst_new, Some(Severity::High), "a gate sees a waiver that ran out");
    assert_eq!(moved(&accepted, &accepted), Unchanged);
}

#[test]
fn only_what_is_still_there_and_judged_whole_is_resolved() {
    let old = Side::of([finding(GROUP, "high")]).on(group_model(7));
    let healthy = || Side::of([]).on(group_model(7));
    assert_eq!(moved(&old, &healthy()), Resolved);
    // The group was deleted.
    let change = only(&old, &Side::of([]).on(group_model(8)));
    assert_eq!(change.change, OutOfScope);
    assert!(change.reason.unwrap().contains("asset group is no longer in the subscription"));

    let table: Vec<(&str, Side, Change)> = vec![
        ("not assessed", healthy().check("/state", json!("not_assessed")), NotVisible),
        ("our fault", healthy().check("/state", json!("error")), NotVisible),
        ("does not apply", healthy().check("/state", json!("not_applicable")), OutOfScope),
        ("more unknowns", healthy().check("/unknown", json!(1)), NotVisible),
        ("still fails for others", healthy().check("/state", json!("fail")), Resolved),
        ("denied", healthy().endpoint("vm/asset-groups", "denied"), NotVisible),
        ("cut", healthy().endpoint("vm/scan-schedules", "truncated"), NotVisible),
        ("narrower view", healthy().with("/scope/view", json!("partial")), NotVisible),
        ("not selected", healthy().with("/filter/controls", json!([2])), OutOfScope),
        (
            "other settings",
            healthy()
                .with("/profile/parameters", json!({"c01.limit": {"value": 9, "origin": "flag"}})),
            NotVisible,
        ),
        (
            "hidden by the filter",
            healthy()
                .check("/state", json!("fail"))
                .check("/failed", json!(1))
                .with("/summary/hidden/low", json!(1)),
            NotVisible,
        ),
    ];
    for (name, new, expected) in table {
        assert_eq!(moved(&old, &new), expected, "{name}");
    }
}

#[test]
fn a_list_that_was_cut_does_not_show_that_something_is_gone() {
    // The check itself rests on other lists.
    let key = "C13-01:user:acme_x";
    let old = Side::of([finding(key, "medium")]).on(model(""));
    let cut = Side::of([]).on(model("")).endpoint("vm/users", "truncated");
    assert_eq!(moved(&old, &cut), NotVisible);
    assert_eq!(moved(&old, &Side::of([]).on(model(""))), OutOfScope);
}

#[test]
fn saved_reports_do_not_know_what_is_gone() {
    let old = Side::of([finding(GROUP, "high"), finding("C01-01:subscription:tenant", "high")]);
    let comparison = changes(&old, &Side::of([]));
    let told: Vec<_> = comparison.findings.iter().map(|one| one.change).collect();
    assert_eq!(told, [NotVisible, Resolved], "the subscription itself is there");
    assert!(comparison.reason.unwrap().contains("compare the bundles"));
    assert!(comparison.findings[0].reason.as_ref().unwrap().contains("compare the bundles"));
}

/// The QID that two hosts had.
const QID: &str = "C10-01:qid:38170";

fn detected(id: i64) -> String {
    format!(
        "INSERT INTO detection (row, host_id, qid, status, \"offset\", length) VALUES ({id}, {id}, 38170, 'Active', 0, 1);"
    )
}

#[test]
fn a_host_that_disappeared_is_never_called_fixed() {
    let then = host(1, 1_000) + &host(2, 1_000) + &detected(1) + &detected(2);
    let old = Side::of([finding(QID, "critical")]).on(model(&then));
    let after = stage::AS_OF + 10;
    let now = |rows: &str| Side::of([]).on(model(rows));

    let change = only(&old, &now(&host(9, after)));
    assert_eq!(change.change, OutOfScope);
    assert!(change.reason.unwrap().contains("none of the hosts that had it (2)"));
    assert_eq!(moved(&old, &now(&(host(1, after) + &host(2, after)))), Resolved);
    // One vanished, the other shows the fix; the reader is told of the first.
    let change = only(&old, &now(&host(2, after)));
    assert_eq!(change.change, Resolved);
    assert!(change.reason.unwrap().starts_with("1 of the 2 hosts"));
    // Nobody looked since.
    assert_eq!(moved(&old, &now(&(host(1, 1_000) + &host(2, 1_000)))), NotVisible);
    assert_eq!(moved(&old, &now(&host(1, stage::AS_OF))), NotVisible, "exactly then is not since");
    // A terminated instance is gone, whatever the host list still says.
    let terminated = "INSERT INTO host_asset (row, id, host_id, instance_state, \"offset\", length) \
                      VALUES (5, 5, 1, 'TERMINATED', 0, 1);";
    assert_eq!(moved(&old, &now(&(host(1, after) + terminated))), OutOfScope);
    // The host list itself was cut.
    let cut = now(&host(9, after)).endpoint("vm/auth-records", "denied");
    assert_eq!(moved(&old, &cut), OutOfScope, "another list says nothing of hosts");
    assert_eq!(moved(&old, &now("").endpoint("vm/hosts", "truncated")), NotVisible);
}

#[test]
fn a_range_that_shrank_is_not_called_fixed() {
    let addresses = "INSERT INTO ip_range (row, network_id, first, last, \"offset\", length) \
                     VALUES (1, 0, x'0A000001', x'0A0000FE', 0, 1);";
    let old =
        Side::of([finding("C04-03:ip_range:10.0.0.1-10.0.0.9@0", "high")]).on(model(addresses));
    let part = finding("C04-03:ip_range:10.0.0.1-10.0.0.4@0", "high");
    let comparison = changes(&old, &Side::of([part]).on(model(addresses)));
    let told: Vec<_> = comparison.findings.iter().map(|one| one.change).collect();
    assert_eq!(told, [New, OutOfScope]);
    assert!(comparison.findings[1].reason.as_ref().unwrap().contains("10.0.0.1-10.0.0.4@0"));
    assert_eq!(moved(&old, &Side::of([]).on(model(addresses))), Resolved);
    assert_eq!(moved(&old, &Side::of([]).on(model(""))), OutOfScope);
}

/// Neither what was open all along nor what another check says is a part of it.
#[test]
fn only_a_new_finding_of_the_same_check_is_a_part_of_a_range() {
    let addresses = "INSERT INTO ip_range (row, network_id, first, last, \"offset\", length) \
                     VALUES (1, 0, x'0A000001', x'0A0000FE', 0, 1);";
    let gone = || finding("C04-09:ip_range:10.0.0.1-10.0.0.9@0:7", "low");
    let stays = || finding("C04-09:ip_range:10.0.0.5-10.0.0.20@0:8", "low");
    let other = finding("C04-03:ip_range:10.0.0.1-10.0.0.4@0", "high");
    let old = Side::of([gone(), stays()]).on(model(addresses));
    let new = Side::of([stays(), other]).on(model(addresses));
    let comparison = changes(&old, &new);
    let told = |key: &str| comparison.findings.iter().find(|one| one.key == key).unwrap().change;
    assert_eq!(told("C04-09:ip_range:10.0.0.1-10.0.0.9@0:7"), Resolved);
    assert_eq!(told("C04-09:ip_range:10.0.0.5-10.0.0.20@0:8"), Unchanged);
}

#[test]
fn crossing_the_limit_of_a_roll_up_changes_nothing() {
    let keys: Vec<String> = (1..=51).map(|id| format!("C11-06:host:{id}")).collect();
    let apart = Side::of(keys.iter().take(50).map(|key| finding(key, "medium")));
    let together = Side::of([rolled("C11-06:subscription:tenant", &keys, "high")]);
    let told = |old: &Side, new: &Side, change| changes(old, new).count(change);
    assert_eq!(told(&apart, &together, Unchanged), 50);
    assert_eq!(told(&apart, &together, New), 1);
    assert_eq!(told(&together, &apart, Unchanged), 50);
    let gone = changes(&together.on(model("")), &apart.on(model(&host(51, 1))));
    let last = gone.findings.iter().find(|one| one.key == "C11-06:host:51").unwrap();
    assert_eq!(last.change, NotVisible, "host 51 is there and was not scanned since");
}

#[test]
fn findings_are_compared_above_the_higher_limit() {
    let old = Side::of([finding(GROUP, "low"), finding("C01-06:schedule:9", "high")]);
    let new =
        Side::of([finding("C01-06:schedule:9", "high")]).with("/filter/severity", json!("medium"));
    let comparison = changes(&old, &new);
    assert_eq!(comparison.severity, Severity::Medium);
    assert_eq!(comparison.findings.len(), 1);
}

#[test]
fn other_subscriptions_are_refused_and_other_settings_said() {
    let side = || Side::of([]);
    let other = side().with("/bundle/subscription", json!("globex"));
    let refused = compare(side().snapshot(), other.snapshot(), Severity::Low);
    assert!(matches!(refused, Err(CompareError::Subscriptions(..))));

    let told = |new: Side| {
        let comparison = changes(&side(), &new);
        (comparison.comparable, comparison.reason.unwrap_or_default())
    };
    let parameter = json!({"sla.critical": {"value": 30, "origin": "flag"}});
    let (comparable, reason) = told(side().with("/profile/parameters", parameter));
    assert!(!comparable && reason.contains("sla.critical"), "{reason}");
    let input = json!([{"input": "kev", "file": "kev.csv", "sha256": "aa", "rows": 1}]);
    let (comparable, reason) = told(side().with("/profile/inputs", input));
    assert!(!comparable && reason.contains("input"), "{reason}");
    let (comparable, reason) = told(side().with("/profile/sha256", json!("other")));
    assert!(comparable && reason.contains("waivers"), "waivers judge nothing: {reason}");
    let unknown = || side().with("/bundle/subscription", json!("unknown"));
    assert!(!changes(&unknown(), &unknown()).comparable);
}

#[test]
fn what_is_new_says_where_it_may_only_be_newly_seen() {
    let new = Side::of([finding(GROUP, "high")]);
    let reason = |old: Side| only(&old, &new).reason;
    let old = || Side::of([]);
    assert_eq!(reason(old()), None);
    let cut = reason(old().endpoint("vm/scan-schedules", "truncated")).unwrap();
    assert_eq!(cut, "vm/scan-schedules was not read whole before: truncated");
    let check = reason(old().check("/state", json!("not_assessed"))).unwrap();
    assert!(check.starts_with("the check was not assessed before"), "{check}");
    let control = reason(old().with("/filter/controls", json!([2]))).unwrap();
    assert_eq!(control, "control 1 was not selected before");
    let comparison = changes(&old().endpoint("vm/users", "denied"), &new);
    let told = comparison.reason.unwrap();
    assert!(told.contains("the newer one alone read whole: vm/users"), "{told}");
    let back = changes(&new, &old().endpoint("vm/users", "denied")).reason.unwrap();
    assert!(back.contains("the older one alone read whole: vm/users"), "{back}");
}

#[test]
fn a_gate_knows_nothing_below_what_a_saved_report_shows() {
    let old = || Side::of([finding(GROUP, "high")]);
    let new = || Side::of([finding(GROUP, "high"), finding("C01-06:schedule:9", "low")]);
    assert_eq!(changes(&old(), &new()).worst_new, Some(Severity::Low));
    let hiding = old().with("/filter/severity", json!("medium"));
    assert_eq!(changes(&hiding, &new()).worst_new, None, "it may have been there");
}

#[test]
fn broken_sides_and_times_that_are_none_are_said() {
    let broken = Side::of([]).with("/bundle/verdict", json!("broken"));
    let reason = changes(&broken, &Side::of([])).reason.unwrap();
    assert!(reason.contains("the older one failed its custody checks"), "{reason}");
    let timeless = Side::of([]).with("/as_of", json!("yesterday"));
    let refused = compare(timeless.snapshot(), Side::of([]).snapshot(), Severity::Low);
    assert!(matches!(refused, Err(CompareError::Time(text)) if text == "yesterday"));
    // Compared as times, not as texts.
    let east = Side::of([]).with("/as_of", json!("2026-03-28T04:20:00+02:00"));
    let reason = changes(&east, &Side::of([])).reason.unwrap();
    assert!(!reason.contains("the later one"), "{reason}");
}

#[test]
fn controls_and_metrics_tell_what_moved() {
    let old = Side::of([finding(GROUP, "high")]);
    let new = Side::of([])
        .with("/controls/0/outcome", json!("pass"))
        .with("/controls/0/metrics/0/value", json!(0.9));
    let comparison = changes(&old, &new);
    let [control] = comparison.controls.as_slice() else { panic!("{:?}", comparison.controls) };
    assert_eq!((control.number, control.id.as_str()), (1, "scan-schedule"));
    assert_eq!(control.to.map(crate::finding::CheckState::word), Some("pass"));
    let [metric] = comparison.metrics.as_slice() else { panic!("{:?}", comparison.metrics) };
    assert_eq!(
        (metric.from.clone(), metric.to.clone()),
        (Some(0.5.into_number()), Some(0.9.into_number()))
    );
}

trait IntoNumber {
    fn into_number(self) -> serde_json::Number;
}

impl IntoNumber for f64 {
    fn into_number(self) -> serde_json::Number {
        serde_json::Number::from_f64(self).unwrap()
    }
}

#[test]
fn every_type_that_a_check_names_can_be_looked_up() {
    let known = super::inventory::kinds();
    for analyzer in crate::analyzers::ANALYZERS {
        for check in analyzer.checks {
            for subject in check.subject.split([',', ' ']).filter(|part| part.contains(':')) {
                let kind = subject.split(':').next().unwrap();
                let absent = kind == "restricted_range" || known.contains(&kind);
                assert!(absent, "{}: nothing looks up a {kind}", check.id);
            }
        }
    }
}
