//! Every fault of the simulator: exit code, what is left behind, what the bundle says is missing.

use crate::stage::{Simulator, run, states, text};
use qualys_sec_inspector::catalogue::{ENDPOINTS, Endpoint};

/// One fault from start to end. `expected` names the endpoints that are not present or empty.
fn ends(faults: &str, exit: i32, expected: &[(&str, &str)]) {
    let simulator = Simulator::start(&["--faults", faults]);
    let (code, output) = run(simulator.collect("run").args(["--out", "b.qsi"]));
    let stderr = text(&output.stderr);
    assert_eq!(code, Some(exit), "{faults}: {stderr}");
    let (bundle, partial) = (simulator.path("b.qsi"), simulator.path("b.qsi.partial"));
    let sealed = matches!(exit, 0 | 4);
    assert_eq!(bundle.exists(), sealed, "{faults}: {stderr}");
    assert_eq!(text(&output.stdout), if sealed { "b.qsi\n" } else { "" }, "{faults}");
    if sealed {
        assert!(!partial.exists(), "{faults}");
        let states = states(&bundle);
        let mut missing: Vec<(&str, &str)> = states
            .iter()
            .map(|(endpoint, state)| (endpoint.as_str(), state.as_str()))
            .filter(|(_, state)| !matches!(*state, "present" | "empty"))
            .collect();
        missing.sort_unstable();
        assert_eq!(missing, expected, "{faults}");
    } else {
        assert!(stderr.contains("error: "), "{faults}: {stderr}");
        let resumable = stderr.contains("collect resume b.qsi");
        assert_eq!(partial.exists(), resumable, "{faults}: {stderr}");
        assert!(exit != 7 || resumable, "{faults}: {stderr}");
    }
}

#[test]
fn limits_that_would_be_waited_for_too_long_stop_the_run() {
    for faults in ["concurrency", "concurrency:vm/hosts", "rate-429:vm/hosts", "rate:am/tags"] {
        ends(faults, 7, &[]);
    }
}

#[test]
fn refused_credentials_leave_nothing_behind_or_something_to_resume() {
    for faults in ["unauthorized", "expired", "unauthorized@1"] {
        ends(faults, 6, &[]);
    }
    ends("expired:vm/knowledge-base", 6, &[]);
}

#[test]
fn failures_of_one_endpoint_leave_the_others_whole() {
    for faults in ["html-503", "cut", "redirect", "retired"] {
        ends(&format!("{faults}:vm/users"), 4, &[("vm/users", "failed")]);
    }
    ends("denied:vm/users", 4, &[("vm/users", "denied")]);
    ends("unsubscribed:am/tags", 0, &[("am/tags", "not_subscribed")]);
}

#[test]
fn a_source_that_failed_leaves_its_dependants_unasked() {
    ends(
        "denied:vm/detections,denied:vm/auth-detections",
        4,
        &[
            ("vm/auth-detections", "denied"),
            ("vm/detections", "denied"),
            ("vm/knowledge-base", "failed"),
        ],
    );
    // One source is enough to ask for what it names; the other's own state says what is missing.
    ends("denied:vm/detections", 4, &[("vm/detections", "denied")]);
}

#[test]
fn lists_without_an_end_are_truncated() {
    for faults in ["endless-cursor", "repeated-cursor", "empty-cursor"] {
        ends(&format!("{faults}:vm/hosts"), 4, &[("vm/hosts", "truncated")]);
        ends(&format!("{faults}:vm/activity-log"), 4, &[("vm/activity-log", "truncated")]);
        ends(&format!("{faults}:am/host-assets"), 4, &[("am/host-assets", "truncated")]);
    }
}

#[test]
fn what_heals_or_does_no_harm_ends_complete() {
    for faults in ["foreign-host", "retired:vm/hosts@1", "slow:vm/users@1"] {
        ends(faults, 0, &[]);
    }
}

#[test]
fn older_platforms_are_read_with_older_versions() {
    for tenant in ["old-versions", "only-2.0", "no-networks", "tidy", "reader"] {
        let simulator = Simulator::start(&["--tenant", tenant]);
        let (code, output) = run(simulator.collect("run").args(["--out", "b.qsi"]));
        assert!(matches!(code, Some(0 | 4)), "{tenant}: {}", text(&output.stderr));
        let gaps: Vec<(String, String)> = states(&simulator.path("b.qsi"))
            .into_iter()
            .filter(|(_, state)| !matches!(state.as_str(), "present" | "empty"))
            .collect();
        assert_eq!(gaps.is_empty(), code == Some(0), "{tenant}: {gaps:?}");
        assert!(tenant == "reader" || gaps.is_empty(), "{tenant}: {gaps:?}");
    }
}

/// Each of these endpoints denied alone: it, and what has its ids from it alone, is missing.
fn denied_alone(concerns: impl Fn(&Endpoint) -> bool) {
    for endpoint in ENDPOINTS.iter().filter(|endpoint| concerns(endpoint)) {
        let mut expected = vec![(endpoint.id, "denied")];
        for dependant in ENDPOINTS {
            let sources = dependant.fan_out.map_or(&[][..], |fan_out| fan_out.sources);
            let is_missing = |id: &str| expected.iter().any(|(missing, _)| *missing == id);
            if !sources.is_empty() && sources.iter().all(|source| is_missing(source.endpoint)) {
                expected.push((dependant.id, "failed"));
            }
        }
        expected.sort_unstable();
        ends(&format!("denied:{}", endpoint.id), 4, &expected);
    }
}

#[test]
fn each_vm_endpoint_denied_alone_is_missing_alone() {
    denied_alone(|endpoint| endpoint.id.starts_with("vm/"));
}

#[test]
fn each_other_endpoint_denied_alone_is_missing_alone() {
    denied_alone(|endpoint| !endpoint.id.starts_with("vm/"));
}

#[test]
fn a_run_touches_every_endpoint_of_the_catalogue() {
    let simulator = Simulator::start(&[]);
    let (code, output) = run(simulator.collect("run").args(["--out", "b.qsi"]));
    assert_eq!(code, Some(0), "{}", text(&output.stderr));
    let states = states(&simulator.path("b.qsi"));
    assert_eq!(states.len(), ENDPOINTS.len());
    assert!(
        states.values().all(|state| matches!(state.as_str(), "present" | "empty")),
        "{states:?}"
    );
}
