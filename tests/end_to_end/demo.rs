//! The README's command; the same bundle gives the same bytes on every run.
#![allow(clippy::print_stderr, reason = "a skipped step says so")]

use crate::stage::text;
use std::path::Path;
use std::process::{Command, Stdio};

type Files = Vec<(String, Vec<u8>)>;

/// Every file that `analyze run` wrote, read through `launcher` (empty: started as it is).
fn reports(demo: &Path, results: &str, launcher: &[&str]) -> Files {
    let mut words: Vec<&str> = launcher.to_vec();
    words.push(env!("CARGO_BIN_EXE_analyze"));
    let output = Command::new(words[0])
        .args(&words[1..])
        .args(["run", "--output", "json,csv,html", "--severity", "info", "--allowed-signers"])
        .arg(demo.join("operator.key.allowed_signers"))
        .arg("--output-dir")
        .arg(demo.join(results))
        .arg(demo.join("demo.qsi"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let mut files: Files = std::fs::read_dir(demo.join(results))
        .unwrap()
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn exists(tool: &str, argument: &str) -> bool {
    let started =
        Command::new(tool).arg(argument).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if started.is_err() {
        eprintln!("skipped: {tool} is not installed");
    }
    started.is_ok()
}

#[test]
fn the_demo_ends_trusted_and_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    let output = Command::new(env!("CARGO_BIN_EXE_qualys-sim"))
        .args(["demo", "--out"])
        .arg(&demo)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    for file in [
        "operator.key",
        "operator.key.pub",
        "operator.key.allowed_signers",
        "demo.qsi",
        "before.qsi",
        "before/report.json",
        "results/report.html",
        "results/diff.md",
        "results/diff.json",
        "results/trend.md",
        "results/trend.svg",
        "profile/profile.toml",
        "profile/networks.csv",
        "results/report.json",
    ] {
        assert!(demo.join(file).is_file(), "{file}");
    }
    let report = std::fs::read(demo.join("results/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(report["bundle"]["verdict"], "trusted");
    assert_eq!(report["bundle"]["completeness"], "complete");
    let controls = report["controls"].as_array().unwrap();
    assert_eq!(controls.len(), 20);
    for control in controls {
        let judged = !matches!(control["outcome"].as_str().unwrap(), "not_assessed" | "error");
        assert!(judged, "{}: {}", control["id"], control["outcome"]);
    }

    let changes = report["comparison"]["findings"].as_array().unwrap();
    let fixed = changes.iter().filter(|one| one["change"] == "resolved").count();
    let gone = changes.iter().filter(|one| one["change"] == "out_of_scope").count();
    assert!(fixed > 0 && gone > 0, "{fixed} resolved, {gone} out of scope");
    assert_eq!(report["comparison"]["comparable"], true);
    let trend = std::fs::read_to_string(demo.join("results/trend.md")).unwrap();
    assert!(trend.contains("before.qsi") && trend.contains("demo.qsi"), "{trend}");

    let first = reports(&demo, "first", &[]);
    assert!(first.len() >= 2, "{:?}", first.iter().map(|(name, _)| name).collect::<Vec<_>>());
    assert!(first == reports(&demo, "second", &[]), "two runs differ");
    if cfg!(target_os = "linux") && exists("taskset", "--version") {
        // One processor: one thread reads the bodies.
        assert!(first == reports(&demo, "third", &["taskset", "-c", "0"]), "threads show");
    }
    if exists("ssh-keygen", "-?") {
        accepted_by_ssh_keygen(&demo);
    }
}

fn accepted_by_ssh_keygen(demo: &Path) {
    let script = "tar -xf demo.qsi && ssh-keygen -Y find-principals -s manifest.json.sig \
        -f operator.key.allowed_signers > signer && ssh-keygen -Y verify -I \"$(cat signer)\" \
        -f operator.key.allowed_signers -n evidence-bundle@qualys-sec-inspector \
        -s manifest.json.sig < manifest.json";
    let output = Command::new("sh").args(["-c", script]).current_dir(demo).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("Good "), "{}", text(&output.stdout));
}
