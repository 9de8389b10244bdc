//! The three programs together: collect, verify and assess simulated subscriptions, against the key.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]
#![allow(clippy::disallowed_types, reason = "these tests start the programs")]

mod answer_key;
mod changes;
mod demo;
mod missing;
mod pointers;
#[path = "../collecting/stage.rs"]
#[expect(dead_code, reason = "the collector's own tests use the rest")]
mod stage;

use serde_json::Value;
use stage::{AS_OF, Simulator, text};
use std::path::Path;
use std::process::Command;

/// Controls that are built and whose checks the simulator's key covers, some of them in part.
const KEYED: &[u64] = &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20];
/// Those in which the key covers every check.
const WHOLE: &[u64] = &[1, 2, 10];

/// Collects from `simulator` and assesses at the tenant's clock; the report and `collect`'s exit code.
fn assess(simulator: &Simulator, arguments: &[&str]) -> (Value, Option<i32>) {
    let bundle = simulator.path("t.qsi");
    let collected = simulator.collect("run").arg("--out").arg(&bundle).output().unwrap();
    assert!(bundle.exists(), "{}", text(&collected.stderr));
    (analyze(&bundle, &simulator.path("results"), arguments), collected.status.code())
}

fn analyze(bundle: &Path, results: &Path, arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_analyze"))
        .args(["run", "--allow-unsigned", "--as-of", AS_OF, "--severity", "info", "--output-dir"])
        .arg(results)
        .arg(bundle)
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&std::fs::read(results.join("report.json")).unwrap()).unwrap()
}

fn control(report: &Value, number: u64) -> &Value {
    let controls = report["controls"].as_array().unwrap();
    controls.iter().find(|control| control["number"] == number).unwrap()
}
