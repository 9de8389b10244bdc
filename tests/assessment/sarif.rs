//! `report.sarif`: what each state becomes, and that every pointer inside the log leads somewhere.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::made_up_bundle::{Made, make};
use super::run::{report, run};

fn log(made: &Made) -> Value {
    let text = fs::read_to_string(made.home.path().join("results/report.sarif")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A bundle with an accepted finding, judged into both formats.
fn judged(flags: &[&str]) -> (Value, Value) {
    let made = make(&[], true);
    fs::write(
        made.home.path().join("profile.toml"),
        "[[waiver]]\nfinding = \"C01-06:schedule:301\"\nreason = \"Ends in May\"\napprover = \"a\"\n\
         expires = 2026-12-31\n",
    )
    .unwrap();
    let base = ["--output", "json,sarif", "--severity", "info", "--profile", "profile.toml"];
    let ended = run(&made, &[&base, flags].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    (report(&made), log(&made))
}

fn list<'v>(value: &'v Value, name: &str) -> &'v Vec<Value> {
    value[name].as_array().unwrap_or_else(|| panic!("no list {name}"))
}

#[test]
fn every_rule_stands_in_every_log() {
    for profile in ["full", "github"] {
        let (_, log) = judged(&["--sarif-profile", profile, "--controls", "1"]);
        let rules = list(&log["runs"][0]["tool"]["driver"], "rules");
        let ids: BTreeSet<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!((rules.len(), ids.len()), (203, 203));
        assert!(["C01-01", "C20-10", "W-03"].iter().all(|id| ids.contains(id)));
    }
}

#[test]
fn each_state_has_its_kind() {
    let (report, log) = judged(&[]);
    let results = list(&log["runs"][0], "results");
    for control in list(&report, "controls") {
        for check in list(control, "checks") {
            let of_check = |kind: &str| {
                results
                    .iter()
                    .filter(|result| result["ruleId"] == check["id"] && result["kind"] == kind)
                    .count() as u64
            };
            let expected = match check["state"].as_str().unwrap() {
                "pass" => ("pass", 1),
                "warn" => ("review", 1),
                "not_assessed" => ("open", 1),
                "not_applicable" => ("notApplicable", 1),
                "fail" => ("fail", check["failed"].as_u64().unwrap()),
                other => panic!("{other}"),
            };
            assert_eq!(of_check(expected.0), expected.1, "{}", check["id"]);
        }
    }
    for result in results.iter().filter(|result| result["kind"] != "fail") {
        assert_eq!(result["level"], "none");
    }
}

#[test]
fn an_accepted_finding_is_suppressed_with_its_reason() {
    let (_, log) = judged(&[]);
    let results = list(&log["runs"][0], "results");
    let accepted: Vec<&Value> =
        results.iter().filter(|result| result.get("suppressions").is_some()).collect();
    assert_eq!(accepted.len(), 1);
    assert_eq!(accepted[0]["properties"]["key"], "C01-06:schedule:301");
    assert_eq!(accepted[0]["suppressions"][0]["justification"], "Ends in May");
    let (_, log) = judged(&["--sarif-profile", "github"]);
    let run = &log["runs"][0];
    assert!(list(run, "results").iter().all(|result| {
        result["kind"] == "fail" && result["properties"]["key"] != "C01-06:schedule:301"
    }));
    assert!(run.get("webRequests").is_none() && run.get("originalUriBaseIds").is_none());
}

#[test]
fn every_index_leads_to_what_it_names() {
    let (report, log) = judged(&[]);
    let run = &log["runs"][0];
    let (artifacts, requests) = (list(run, "artifacts"), list(run, "webRequests"));
    let (rules, taxonomies) = (list(&run["tool"]["driver"], "rules"), list(run, "taxonomies"));
    let at = |list: &[Value], index: &Value| {
        list[usize::try_from(index.as_u64().unwrap()).unwrap()].clone()
    };
    let findings = list(&report, "findings");
    let mut seen = 0;
    for result in list(run, "results") {
        assert_eq!(at(rules, &result["ruleIndex"])["id"], result["ruleId"]);
        for taxon in result.get("taxa").and_then(Value::as_array).into_iter().flatten() {
            let taxonomy = at(taxonomies, &taxon["toolComponent"]["index"]);
            assert_eq!(taxonomy["name"], taxon["toolComponent"]["name"]);
            assert!(list(&taxonomy, "taxa").iter().any(|known| known["id"] == taxon["id"]));
        }
        let Some(call) = result.get("webRequest") else { continue };
        let place = &result["locations"][0]["physicalLocation"];
        let artifact = at(artifacts, &place["artifactLocation"]["index"]);
        assert_eq!(artifact["location"]["uri"], place["artifactLocation"]["uri"]);
        let key = &result["properties"]["key"];
        let finding = findings.iter().find(|finding| finding["key"] == *key).unwrap();
        let evidence = &finding["evidence"][0];
        assert_eq!(artifact["hashes"]["sha-256"], evidence["sha256"]);
        assert_eq!(place["region"]["byteOffset"], evidence["offset"]);
        assert_eq!(place["region"]["byteLength"], evidence["length"]);
        let request = at(requests, &call["index"]);
        assert_eq!(request["properties"]["endpoint"], evidence["endpoint"]);
        seen += 1;
    }
    assert!(seen > 3, "{seen} findings with evidence");
}
