//! A subscription and the same one a month later: the planted changes, and nothing else.

use crate::stage::{AS_OF, Simulator, text};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Thirty days after the tenant's clock.
const LATER: &str = "2026-04-27T02:10:00Z";

fn bundle(simulator: &Simulator) -> PathBuf {
    let path = simulator.path("t.qsi");
    let collected = simulator.collect("run").arg("--out").arg(&path).output().unwrap();
    assert!(path.exists(), "{}", text(&collected.stderr));
    path
}

fn analyze(words: &[&str], paths: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_analyze"))
        .args(words)
        .args(["--allow-unsigned"])
        .args(paths)
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)))
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or("-").to_owned()
}

/// What the planting code expects: lines of findings and of the deployment.
fn expected() -> (BTreeSet<String>, BTreeSet<String>) {
    let output = Command::new(env!("CARGO_BIN_EXE_qualys-sim"))
        .args(["changes", "--as-of", AS_OF])
        .output()
        .unwrap();
    let lines: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |about: &str| lines.iter().filter(|line| line["about"] == about).cloned().collect();
    let (findings, deployment): (Vec<Value>, Vec<Value>) = (of("finding"), of("deployment"));
    (findings.iter().map(finding).collect(), deployment.iter().map(setting).collect())
}

fn finding(line: &Value) -> String {
    format!("{} {}", word(&line["change"]), word(&line["key"]))
}

fn setting(line: &Value) -> String {
    let field = word(&line["field"]);
    // Only the collected record gives a hash.
    let side = |side: &str| if field == "hash" { "-".to_owned() } else { word(&line[side]) };
    format!(
        "{} {} {} {} {field} {} {}",
        line["control"],
        word(&line["type"]),
        word(&line["id"]),
        word(&line["change"]),
        side("from"),
        side("to")
    )
}

fn changed(comparison: &Value) -> (BTreeSet<String>, BTreeSet<String>) {
    let rows = |name: &str| comparison[name].as_array().unwrap().clone();
    let findings =
        rows("findings").iter().filter(|row| row["change"] != "unchanged").map(finding).collect();
    (findings, rows("deployment").iter().map(setting).collect())
}

#[test]
fn a_month_later_shows_the_planted_changes_and_nothing_else() {
    let (before, after) = (Simulator::start(&[]), Simulator::start(&["--later"]));
    let (old, new) = (bundle(&before), bundle(&after));
    let clocks = ["--previous-as-of", AS_OF, "--as-of", LATER];
    let words = |extra: &[&'static str]| [&["diff"], &clocks[..], extra].concat();

    let output = analyze(&words(&["--output", "json", "--severity", "info"]), &[&old, &new]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let diff = json(&output);
    let (findings, deployment) = expected();
    assert!(findings.len() > 8 && deployment.len() > 10);
    let told = changed(&diff["comparison"]);
    let differing = |one: &BTreeSet<String>, other: &BTreeSet<String>| -> Vec<String> {
        one.symmetric_difference(other).cloned().collect()
    };
    assert_eq!(differing(&told.0, &findings), [""; 0], "{:?}", told.0);
    assert_eq!(differing(&told.1, &deployment), [""; 0], "{:?}", told.1);
    assert_eq!(diff["comparison"]["comparable"], true);
    // Every setting that differs points at both bundles.
    for row in diff["comparison"]["deployment"].as_array().unwrap() {
        let sides = [("added", "new"), ("removed", "old"), ("changed", "old"), ("changed", "new")];
        for (_, side) in sides.iter().filter(|(change, _)| row["change"] == *change) {
            assert!(row["evidence"][side].as_str().unwrap().starts_with("ev:"), "{row}");
        }
    }

    // Against itself, backwards, with a gate, and inside a report.
    let same = [
        "diff",
        "--previous-as-of",
        AS_OF,
        "--as-of",
        AS_OF,
        "--output",
        "json",
        "--severity",
        "info",
    ];
    let (findings, deployment) = changed(&json(&analyze(&same, &[&old, &old]))["comparison"]);
    assert!(findings.is_empty() && deployment.is_empty(), "{findings:?} {deployment:?}");
    let gate =
        |limit: &'static str| analyze(&words(&["--fail-on", limit]), &[&old, &new]).status.code();
    assert_eq!(
        (gate("new:critical"), gate("critical")),
        (Some(3), Some(3)),
        "an appliance went offline"
    );
    let results = after.path("results");
    let run = [
        "run",
        "--as-of",
        LATER,
        "--previous-as-of",
        AS_OF,
        "--severity",
        "info",
        "--output",
        "json,csv",
    ];
    let output = Command::new(env!("CARGO_BIN_EXE_analyze"))
        .args(run)
        .arg("--allow-unsigned")
        .arg("--previous")
        .arg(&old)
        .arg("--output-dir")
        .arg(&results)
        .arg(&new)
        .output()
        .unwrap();
    assert!(text(&output.stderr).contains("changes of the deployment"), "{}", text(&output.stderr));
    let report = std::fs::read(results.join("report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(report["comparison"], diff["comparison"]);
    assert!(results.join("diff.csv").is_file());

    // A saved report holds no inventory: nothing but the subscription itself is called fixed.
    let output = analyze(
        &["diff", "--output", "json"],
        &[&results.join("report.json"), &results.join("report.json")],
    );
    assert!(
        json(&output)["comparison"]["reason"].as_str().unwrap().contains("compare the bundles")
    );

    let trend = json(&analyze(&["trend", "--output", "json"], &[&new, &old]));
    assert_eq!(trend["trend"]["snapshots"].as_array().unwrap().len(), 2);
    assert_eq!(trend["trend"]["controls"].as_array().unwrap().len(), 20);

    let other = Simulator::start(&["--seed", "2"]);
    let refused = analyze(&["diff"], &[&old, &bundle(&other)]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("two subscriptions"), "{}", text(&refused.stderr));
    assert_eq!(analyze(&["run", "--fail-on", "new:low"], &[&old]).status.code(), Some(2));
}
