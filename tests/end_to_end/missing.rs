//! What the report says when an answer is missing, refused or cut short.

use crate::stage::Simulator;
use crate::{WHOLE, assess, control};
use serde_json::Value;

/// Faults that end one endpoint, with the state that its coverage must show.
const FAULTS: &[(&str, &str)] = &[
    ("denied", "denied"),
    ("unsubscribed", "not_subscribed"),
    ("retired", "failed"),
    ("redirect", "failed"),
    ("html-503", "failed"),
    ("cut", "failed"),
];

/// A control's endpoint, one of those on which its core checks rest.
const ENDPOINTS: &[(&str, u64)] =
    &[("vm/asset-groups", 1), ("vm/scan-schedules", 1), ("vm/hosts", 2), ("vm/detections", 10)];

fn coverage<'a>(report: &'a Value, endpoint: &str) -> &'a Value {
    let rows = report["coverage"].as_array().unwrap();
    rows.iter().find(|row| row["endpoint"] == endpoint).unwrap()
}

#[test]
fn no_control_passes_on_missing_evidence() {
    for (fault, state) in FAULTS {
        for (endpoint, number) in ENDPOINTS {
            let faults = format!("{fault}:{endpoint}");
            let simulator = Simulator::start(&["--tenant", "tidy", "--faults", &faults]);
            let (report, _) = assess(&simulator, &[]);
            let row = coverage(&report, endpoint);
            assert_eq!(row["state"], *state, "{faults}: {row}");
            assert!(row["reason"].is_string(), "{faults}: {row}");
            let judged = control(&report, *number);
            assert_ne!(judged["outcome"], "pass", "{faults}: {}", judged["outcome"]);
            let checks = judged["checks"].as_array().unwrap();
            let says =
                |check: &Value| check["reason"].as_str().is_some_and(|r| r.contains(endpoint));
            assert!(checks.iter().any(says), "{faults}: nothing names {endpoint}");
            let findings = report["findings"].as_array().unwrap();
            let proven = findings.iter().filter(|finding| finding["control"] == *number).count();
            assert_eq!(proven, 0, "{faults}");
        }
    }
}

#[test]
fn a_cut_list_proves_presence_and_never_absence() {
    // One good page of hosts, then an endless list.
    let simulator = Simulator::start(&[
        "--tenant",
        "neglected",
        "--hosts",
        "1500",
        "--faults",
        "empty-cursor:vm/detections@2",
    ]);
    let (report, code) = assess(&simulator, &[]);
    assert_eq!(code, Some(4));
    assert_eq!(coverage(&report, "vm/detections")["state"], "truncated");
    let judged = control(&report, 10);
    for check in judged["checks"].as_array().unwrap() {
        assert_ne!(check["state"], "pass", "{check}");
    }
}

#[test]
fn an_undisturbed_run_judges_everything_that_is_built() {
    let simulator = Simulator::start(&["--tenant", "tidy"]);
    let (report, code) = assess(&simulator, &[]);
    assert_eq!(code, Some(0));
    for number in WHOLE {
        assert_eq!(control(&report, *number)["outcome"], "pass");
    }
}
