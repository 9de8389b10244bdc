//! Interrupted at any moment, a collection goes on where it was and ends as if undisturbed.

use crate::stage::{Simulator, pages, run, text};
use std::process::{Command, Stdio};

/// Enough pages that each kill hits another moment.
const TENANT: &[&str] = &["--hosts", "3000"];

#[test]
fn killed_ten_times_it_holds_the_same_pages_and_asks_none_twice_but_those_in_flight() {
    let simulator = Simulator::start(TENANT);
    let (code, output) = run(simulator.collect("run").args(["--out", "whole.qsi"]));
    assert_eq!(code, Some(0), "{}", text(&output.stderr));
    let undisturbed = simulator.calls();

    let mut kills = 0;
    let mut command = simulator.collect("run");
    command.args(["--out", "torn.qsi"]);
    // Each start gets a little further before it is killed; the last one is left alone.
    for step in 1.. {
        if kills == 10 || !killed_at(&simulator, &mut command, step) {
            break;
        }
        kills += 1;
        command = simulator.collect("resume");
        command.arg("torn.qsi");
    }
    if !simulator.path("torn.qsi").exists() {
        let (code, output) = run(&mut command);
        assert_eq!(code, Some(0), "{}", text(&output.stderr));
    }
    assert!(kills >= 5, "{kills} kills");
    assert_eq!(pages(&simulator.path("torn.qsi")), pages(&simulator.path("whole.qsi")));
    // Two calls may be in flight at each kill, and each start mints a token of its own.
    let calls = simulator.calls() - undisturbed;
    assert!(calls <= undisturbed + 3 * kills, "{calls} calls, {undisturbed} without {kills} kills");
}

/// Starts the command and kills it once the simulator answered `step` calls more; false where it
/// had ended before.
fn killed_at(simulator: &Simulator, command: &mut Command, step: usize) -> bool {
    let before = simulator.calls();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while simulator.calls() < before + step {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // Nothing to resume where it was killed before its first record.
    simulator.path("torn.qsi.partial").exists()
}

#[cfg(unix)]
#[test]
fn sigint_and_sigterm_seal_nothing_lose_nothing_and_say_how_to_go_on() {
    for signal in ["INT", "TERM"] {
        // The slow endpoint is still being read when the signal comes.
        let simulator = Simulator::start(&["--faults", "slow:vm/users"]);
        let mut command = simulator.collect("run");
        command.args(["--out", "b.qsi"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        while simulator.calls() < 3 {
            std::thread::yield_now();
        }
        let pid = child.id().to_string();
        let sent = Command::new("kill").args([&format!("-{signal}"), &pid]).status().unwrap();
        assert!(sent.success());
        let output = child.wait_with_output().unwrap();
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(7), "{stderr}");
        assert!(stderr.contains("collect resume b.qsi"), "{stderr}");
        assert!(!simulator.path("b.qsi").exists());
        assert!(simulator.path("b.qsi.partial").exists());
    }
}

#[test]
fn a_bundle_is_resumed_by_its_own_login_at_its_own_server_alone() {
    let simulator = Simulator::start(&["--faults", "expired:vm/knowledge-base@1"]);
    let (code, _) = run(simulator.collect("run").args(["--out", "b.qsi", "--controls", "10"]));
    assert_eq!(code, Some(6));
    let (code, output) =
        run(simulator.collect("resume").arg("b.qsi").env("QUALYS_USERNAME", "exmpl_cd"));
    assert_eq!(code, Some(2), "{}", text(&output.stderr));
    let elsewhere = ["b.qsi", "--api-url", "https://api.example.com"];
    let (code, output) = run(simulator.collect("resume").args(elsewhere));
    assert_eq!(code, Some(2), "{}", text(&output.stderr));
    let before = simulator.calls();
    let (code, output) = run(simulator.collect("resume").arg("b.qsi"));
    assert_eq!(code, Some(0), "{}", text(&output.stderr));
    assert!(simulator.calls() <= before + 3, "finished endpoints are not asked again");
    let (code, _) = run(simulator.collect("resume").arg("b.qsi"));
    assert_eq!(code, Some(1), "a sealed bundle has nothing to resume");
}
