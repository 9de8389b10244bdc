//! `collect check`: what a run would meet is told before an hour is spent on it.

use crate::stage::{Simulator, run, text};

fn check(tenant: &[&str]) -> (Option<i32>, String, String) {
    let simulator = Simulator::start(tenant);
    let (code, output) = run(&mut simulator.collect("check"));
    (code, text(&output.stdout), text(&output.stderr))
}

fn state<'t>(table: &'t str, line: &str) -> &'t str {
    let found = table.lines().find_map(|text| text.strip_prefix(line));
    found.unwrap_or_else(|| panic!("no {line} in {table}")).trim()
}

#[test]
fn a_healthy_subscription_is_ready_and_nothing_is_written() {
    let simulator = Simulator::start(&["--tenant", "tidy"]);
    let (code, output) = run(&mut simulator.collect("check"));
    let table = text(&output.stdout);
    assert_eq!(code, Some(0), "{table}");
    for part in ["policy compliance", "web application scanning", "CloudView", "Global AssetView"] {
        assert_eq!(state(&table, part), "ready");
    }
    assert!(state(&table, "view").starts_with("full"), "{table}");
    assert!(state(&table, "limits").contains("300 calls"), "{table}");
    assert!(state(&table, "clock").starts_with("right"), "{table}");
    assert!(simulator.calls() < 15, "{} calls", simulator.calls());
    let left: Vec<_> = std::fs::read_dir(simulator.path("")).unwrap().collect();
    assert_eq!(left.len(), 1, "only the simulator's own log");
}

#[test]
fn denied_and_not_subscribed_are_told_apart() {
    let (code, table, _) = check(&["--faults", "denied:pc/policies,unsubscribed:was/web-apps"]);
    assert_eq!(code, Some(4), "{table}");
    assert!(state(&table, "policy compliance").starts_with("denied"), "{table}");
    assert!(state(&table, "web application scanning").starts_with("not subscribed"), "{table}");
    let (code, table, _) = check(&["--faults", "unsubscribed:was/web-apps"]);
    assert_eq!(code, Some(0), "{table}");
}

#[test]
fn a_login_that_is_no_manager_has_a_partial_view() {
    let (_, table, _) = check(&["--tenant", "reader"]);
    assert!(!state(&table, "view").starts_with("full"), "{table}");
}

#[test]
fn refused_credentials_and_used_up_limits_have_their_exit_codes() {
    let simulator = Simulator::start(&[]);
    let (code, output) = run(simulator.collect("check").env("QUALYS_PASSWORD", "wrong"));
    assert_eq!(code, Some(6), "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("login                      refused"));
    assert_eq!(simulator.calls(), 1, "a refused login is not tried again");
    let (code, table, _) = check(&["--faults", "rate:vm/hosts"]);
    assert_eq!(code, Some(7), "{table}");
}
