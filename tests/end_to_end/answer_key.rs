//! Findings, severities and states of each tenant are those of its key, no more and no less.

use crate::stage::{AS_OF, Simulator, text};
use crate::{KEYED, WHOLE, assess};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::OnceLock;

fn key(tenant: &[&str]) -> Vec<Value> {
    let output = about(tenant, "key").output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What the simulator says of a tenant.
fn about(tenant: &[&str], what: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qualys-sim"));
    command.args([what, "--as-of", AS_OF]).args(tenant);
    command
}

fn word(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn is_of(controls: &[u64], check: &str) -> bool {
    controls.iter().any(|number| check.starts_with(&format!("C{number:02}-")))
}

/// Checks that the planting code speaks of in any tenant; of others a finding proves nothing.
fn keyed_checks() -> &'static BTreeSet<String> {
    static CHECKS: OnceLock<BTreeSet<String>> = OnceLock::new();
    CHECKS.get_or_init(|| {
        let tenants = ["tidy", "neglected", "no-networks", "old-versions"];
        let keys = tenants.iter().flat_map(|tenant| key(&["--tenant", tenant]));
        let checks = keys.map(|record| word(&record["check"]));
        checks.filter(|check| is_of(KEYED, check)).collect()
    })
}

fn is_keyed(controls: &[u64], check: &str) -> bool {
    is_of(controls, check) && (is_of(WHOLE, check) || keyed_checks().contains(check))
}

/// Compares a tenant's report with its key; returns how many findings there were.
fn compare(tenant: &[&str], controls: &[u64]) -> usize {
    let simulator = Simulator::start(tenant);
    let (report, _) = assess(&simulator, &[]);
    compare_report(tenant, &report, &key(tenant), controls)
}

/// The same with the tenant's own profile; returns how many findings there were at all.
fn compare_with_profile(tenant: &[&str]) -> usize {
    let simulator = Simulator::start(tenant);
    let folder = simulator.path("profile");
    let written = about(tenant, "profile").arg(&folder).output().unwrap();
    assert!(written.status.success(), "{}", text(&written.stderr));
    let file = folder.join("profile.toml");
    let (report, _) = assess(&simulator, &["--profile", file.to_str().unwrap()]);
    let with_profile = [tenant, &["--with-profile"]].concat();
    compare_report(tenant, &report, &key(&with_profile), KEYED);
    report["findings"].as_array().unwrap().len()
}

fn compare_report(tenant: &[&str], report: &Value, key: &[Value], controls: &[u64]) -> usize {
    let found: BTreeSet<(String, String)> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| is_keyed(controls, finding["check"].as_str().unwrap()))
        .map(|finding| (word(&finding["key"]), word(&finding["severity"])))
        .collect();
    let expected: BTreeSet<(String, String)> = key
        .iter()
        .filter(|record| {
            record["expect"] == "finding" && is_keyed(controls, record["check"].as_str().unwrap())
        })
        .map(|record| (word(&record["key"]), word(&record["severity"])))
        .collect();
    let missed: Vec<_> = expected.difference(&found).collect();
    let extra: Vec<_> = found.difference(&expected).collect();
    assert!(
        missed.is_empty() && extra.is_empty(),
        "{tenant:?} missed {missed:#?} extra {extra:#?}"
    );

    let states: BTreeMap<String, String> = report["controls"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|control| control["checks"].as_array().unwrap())
        .map(|check| (word(&check["id"]), word(&check["state"])))
        .collect();
    let mut compared = BTreeSet::new();
    for record in key.iter().filter(|record| is_keyed(controls, record["check"].as_str().unwrap()))
    {
        let check = word(&record["check"]);
        if let Some(state) = record["state"].as_str() {
            assert_eq!(states[&check], state, "{tenant:?} {check}: {}", record["why"]);
            compared.insert(check);
        }
    }
    assert!(compared.len() > 20, "{tenant:?}: the key names {compared:?}");
    found.len()
}

#[test]
fn a_tidy_subscription_has_no_findings() {
    assert_eq!(compare(&["--tenant", "tidy"], KEYED), 0);
}

#[test]
fn with_its_profile_a_tidy_subscription_has_none_either() {
    assert_eq!(compare_with_profile(&["--tenant", "tidy"]), 0);
}

#[test]
fn with_its_profile_a_neglected_subscription_shows_every_plant() {
    assert!(compare_with_profile(&["--tenant", "neglected"]) > 200);
}

#[test]
fn a_neglected_subscription_shows_every_plant_and_nothing_else() {
    assert!(compare(&["--tenant", "neglected"], KEYED) > 50);
}

#[test]
fn other_seeds_and_sizes_agree_too() {
    compare(&["--tenant", "neglected", "--seed", "7"], KEYED);
    compare(&["--tenant", "neglected", "--seed", "23", "--hosts", "900"], KEYED);
    compare(&["--tenant", "tidy", "--seed", "11", "--detections-per-host", "40"], KEYED);
}

#[test]
fn retired_versions_change_no_verdict() {
    compare(&["--tenant", "old-versions"], KEYED);
    compare(&["--tenant", "only-2.0"], KEYED);
    compare(&["--tenant", "no-networks"], KEYED);
}

#[test]
fn a_reader_sees_part_and_passes_nothing_on_it() {
    compare(&["--tenant", "reader"], WHOLE);
}
