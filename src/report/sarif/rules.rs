//! The rules, all of them in every log, and the frameworks as taxonomies.

use serde_json::{Value, json};

use crate::analyzers::{ANALYZERS, Analyzer, Check};
use crate::assess::WAIVER_CHECKS;
use crate::finding::Severity;
use crate::framework::{self, FRAMEWORKS};

use super::{band, level};

/// All checks in the order of their controls, then those of the waivers.
pub(super) fn rules() -> Vec<Value> {
    let checks = ANALYZERS
        .iter()
        .flat_map(|analyzer| analyzer.checks.iter().map(|check| of_check(analyzer, check)));
    let waivers = WAIVER_CHECKS.iter().map(|check| {
        rule(
            check.id,
            check.severity,
            check.summary,
            "Repair the waiver in the profile.",
            "waivers",
        )
    });
    checks.chain(waivers).collect()
}

/// The place of a rule in [`rules`].
pub(super) fn index(id: &str) -> Option<usize> {
    let checks = ANALYZERS.iter().flat_map(|analyzer| analyzer.checks).map(|check| check.id);
    checks.chain(WAIVER_CHECKS.iter().map(|check| check.id)).position(|known| known == id)
}

fn of_check(analyzer: &Analyzer, check: &Check) -> Value {
    let mut rule = rule(check.id, check.severity, check.summary, check.remediation, analyzer.id);
    rule["properties"]["control"] = analyzer.number.into();
    rule["properties"]["core"] = check.core.into();
    rule["relationships"] = relationships(analyzer.number);
    rule
}

fn rule(id: &str, severity: Severity, summary: &str, remediation: &str, tag: &str) -> Value {
    json!({
        "id": id,
        "name": name(id),
        "shortDescription": { "text": summary },
        "fullDescription": { "text": summary },
        "help": { "text": remediation, "markdown": remediation },
        "defaultConfiguration": { "level": level(severity) },
        "properties": {
            "tags": ["security", tag],
            "precision": "high",
            "problem.severity": match level(severity) {
                "note" => "recommendation",
                word => word,
            },
            "security-severity": band(severity),
        },
    })
}

/// A rule's name is an identifier in Pascal case: `C0101`.
fn name(id: &str) -> String {
    id.chars().filter(|letter| *letter != '-').collect()
}

fn relationships(control: u8) -> Value {
    let requirements = framework::requirements(control);
    let targets = requirements.iter().zip(0_usize..).flat_map(|((framework, ids), index)| {
        ids.iter().map(move |id| {
            json!({
                "target": { "id": id, "toolComponent": { "name": framework, "index": index } },
                "kinds": ["relevant"],
            })
        })
    });
    targets.collect()
}

/// The requirements that a finding of a control stands under.
pub(super) fn taxa(control: u8) -> Vec<Value> {
    let requirements = framework::requirements(control);
    let taxa = requirements.iter().zip(0_usize..).flat_map(|((framework, ids), index)| {
        ids.iter().map(
            move |id| json!({ "id": id, "toolComponent": { "name": framework, "index": index } }),
        )
    });
    taxa.collect()
}

pub(super) fn supported() -> Vec<Value> {
    FRAMEWORKS
        .iter()
        .zip(0_usize..)
        .map(|(framework, index)| json!({ "name": framework.name, "index": index }))
        .collect()
}

/// The eight frameworks, each with the requirements that any control has.
pub(super) fn taxonomies() -> Vec<Value> {
    FRAMEWORKS
        .iter()
        .map(|framework| {
            let mut ids: Vec<String> = (1..=20)
                .flat_map(|control| {
                    let requirements = framework::requirements(control);
                    let ids = requirements.of(framework.name).iter();
                    ids.map(ToString::to_string).collect::<Vec<_>>()
                })
                .collect();
            ids.sort();
            ids.dedup();
            let taxa: Vec<Value> = ids
                .iter()
                .map(|id| {
                    let title = framework::title(framework.name, id).unwrap_or(id);
                    json!({ "id": id, "shortDescription": { "text": title } })
                })
                .collect();
            json!({
                "name": framework.name,
                "version": framework.version,
                "organization": framework.publisher,
                "shortDescription": { "text": framework.version },
                "isComprehensive": false,
                "language": "en-US",
                "taxa": taxa,
            })
        })
        .collect()
}
