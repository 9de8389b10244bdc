//! Every kind of evidence id in a report leads through `analyze evidence` to the bytes it names.

use crate::assess;
use crate::stage::{Simulator, text};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// One pointer of a finding for each endpoint and each way to write an id.
fn kinds(report: &Value) -> BTreeMap<(&str, &str), &Value> {
    let findings = report["findings"].as_array().unwrap().iter();
    let pointers = findings.flat_map(|finding| finding["evidence"].as_array().unwrap());
    let kind = |id: &str| match id.split_once('#') {
        None => "whole",
        Some((_, part)) if part.starts_with('@') => "offset",
        Some(_) => "record",
    };
    let keyed = pointers.map(|pointer| {
        let id = pointer["id"].as_str().unwrap();
        ((pointer["endpoint"].as_str().unwrap(), kind(id)), pointer)
    });
    keyed.collect()
}

#[test]
fn each_kind_of_pointer_shows_its_bytes() {
    let simulator = Simulator::start(&["--tenant", "neglected"]);
    let (report, _) = assess(&simulator, &[]);
    let evidence = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_analyze"))
            .args(["evidence", "--allow-unsigned"])
            .arg(simulator.path("t.qsi"))
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        output.stdout
    };
    let kinds = kinds(&report);
    assert!(kinds.len() > 30, "{:?}", kinds.keys());
    for ((endpoint, kind), pointer) in kinds {
        let id = pointer["id"].as_str().unwrap();
        let (whole, _) = id.split_once('#').unwrap_or((id, ""));
        let body = evidence(&["show", whole, "--raw"]);
        let number = |name: &str| usize::try_from(pointer[name].as_u64().unwrap()).unwrap();
        let named = &body[number("offset")..][..number("length")];
        assert!(evidence(&["show", id, "--raw"]) == named, "{endpoint}, {kind}: {id}");
    }
}
