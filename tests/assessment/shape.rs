//! The names and their order in `report.json`, which scripts rely on.

use std::fs;

use super::made_up_bundle::make;
use super::run::run;

/// Every object of the report by its place, with its keys in order. Lists count as their items.
const SHAPE: &[(&str, &[&str])] = &[
    ("requirements", &["framework", "requirement", "title", "outcome", "controls", "open"]),
    (
        "evidence",
        &[
            "id",
            "response",
            "endpoint",
            "state",
            "page",
            "records",
            "bytes",
            "time",
            "sha256",
            "method",
            "url",
            "parameters",
            "status",
            "media",
        ],
    ),
    (
        "",
        &[
            "format",
            "format_version",
            "tool",
            "as_of",
            "bundle",
            "scope",
            "profile",
            "coverage",
            "summary",
            "filter",
            "controls",
            "findings",
            "waivers",
            "comparison",
            "notes",
            "requirements",
            "evidence",
        ],
    ),
    ("tool", &["name", "version"]),
    (
        "bundle",
        &[
            "file",
            "id",
            "root",
            "platform",
            "subscription",
            "collected_from",
            "collected_to",
            "verdict",
            "completeness",
            "signature",
            "custody",
            "failures",
        ],
    ),
    ("bundle.signature", &["signer", "key"]),
    ("scope", &["login", "role", "view", "source"]),
    ("profile", &["name", "baseline", "sha256", "parameters", "require_modules", "inputs"]),
    ("profile.parameters.sla.critical", &["value", "origin"]),
    ("coverage", &["endpoint", "state", "pages", "records", "reason"]),
    ("summary", &["controls", "findings", "hidden", "accepted"]),
    ("summary.controls", &["pass", "fail", "warn", "not_assessed", "not_applicable", "error"]),
    ("summary.findings", &["critical", "high", "medium", "low", "info"]),
    ("summary.hidden", &["critical", "high", "medium", "low", "info"]),
    ("filter", &["severity", "controls"]),
    (
        "controls",
        &[
            "number",
            "id",
            "title",
            "outcome",
            "basis",
            "assessed",
            "of",
            "findings",
            "accepted",
            "frameworks",
            "metrics",
            "checks",
        ],
    ),
    ("controls.findings", &["critical", "high", "medium", "low", "info"]),
    (
        "controls.frameworks",
        &["FedRAMP", "CMMC", "SOC 2", "CIS", "PCI-DSS", "STIG", "IRAP", "ISMAP"],
    ),
    (
        "controls.metrics",
        &["id", "label", "value", "numerator", "denominator", "unit", "threshold"],
    ),
    (
        "controls.checks",
        &["id", "core", "severity", "state", "subjects", "failed", "unknown", "reason"],
    ),
    (
        "findings",
        &[
            "key",
            "fingerprint",
            "check",
            "control",
            "severity",
            "status",
            "resource",
            "message",
            "remediation",
            "facts",
            "members",
            "evidence",
        ],
    ),
    ("findings.resource", &["type", "id", "name", "discriminator"]),
    ("findings.evidence", &["id", "response", "endpoint", "sha256", "offset", "length"]),
    ("waivers", &["finding", "state", "reason", "approver", "approved", "expires", "ticket"]),
];

/// Keys of each object of an indented document, by place and in order; the first of each place.
fn shape(text: &str) -> Vec<(String, Vec<String>)> {
    let mut places: Vec<(String, Vec<String>)> = Vec::new();
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for line in text.lines().map(|line| line.trim().trim_end_matches(',')) {
        let name = line.strip_prefix('"').and_then(|rest| rest.split_once("\": "));
        if let (Some((name, _)), Some(Some(place))) = (name, open.last().copied()) {
            places[place].1.push(name.to_owned());
        }
        match line.chars().last() {
            Some('{' | '[') => {
                let own = name.map(|(name, _)| name.to_owned()).unwrap_or_default();
                names.push(own);
                let place: Vec<&str> =
                    names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
                let place = place.join(".");
                let first = line.ends_with('{') && places.iter().all(|(known, _)| *known != place);
                open.push(first.then(|| {
                    places.push((place, Vec::new()));
                    places.len() - 1
                }));
            }
            Some('}' | ']') if !line.ends_with("{}") && !line.ends_with("[]") => {
                open.pop();
                names.pop();
            }
            _ => {}
        }
    }
    places
}

#[test]
fn names_stand_in_their_order() {
    let made = make(&[], true);
    fs::write(
        made.home.path().join("profile.toml"),
        "[[waiver]]\nfinding = \"C01-06:schedule:301\"\nreason = \"r\"\napprover = \"a\"\n\
         expires = 2026-12-31\n",
    )
    .unwrap();
    let ended = run(&made, &["--profile", "profile.toml"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let text = fs::read_to_string(made.home.path().join("results/report.json")).unwrap();
    let found = shape(&text);
    for (place, keys) in SHAPE {
        let (_, found) = found
            .iter()
            .find(|(known, _)| known == place)
            .unwrap_or_else(|| panic!("the report holds no {place:?}"));
        assert_eq!(found, keys, "{place}");
    }
}

#[test]
fn lists_are_sorted() {
    let made = make(&[], true);
    assert_eq!(run(&made, &["--severity", "info"]).code, 0);
    let report = super::run::report(&made);
    let column = |list: &str, name: &str| -> Vec<String> {
        let items = report[list].as_array().unwrap().iter();
        items.map(|item| item[name].as_str().unwrap().to_owned()).collect()
    };
    for (list, name) in [("coverage", "endpoint"), ("findings", "key")] {
        assert!(column(list, name).is_sorted(), "{list}");
    }
    let numbers: Vec<u64> = report["controls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|control| control["number"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
    assert_eq!(report["controls"][4]["frameworks"]["CIS"], serde_json::json!([]));
}
