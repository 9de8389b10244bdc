//! The results: findings, checks that came to something else, and what a comparison lost sight of.

use serde_json::{Map, Value, json};

use crate::assess::{Change, Report};
use crate::finding::{CheckResult, CheckState, Evidence, Finding, Status};

use super::super::lookup::{accepted_by, change};
use super::rules::{index, taxa};
use super::{GITHUB_RESULTS, Places, SarifProfile, band, level, sentence};

/// Findings by key, then checks by id, then what is absent.
pub(super) fn results(report: &Report, places: &Places, profile: SarifProfile) -> Vec<Value> {
    if profile == SarifProfile::Github {
        let mut open: Vec<&Finding> =
            report.findings.iter().filter(|finding| finding.status == Status::Open).collect();
        open.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.key.cmp(&b.key)));
        let shown = open.into_iter().take(GITHUB_RESULTS);
        return shown.map(|finding| of_finding(report, finding, places, profile)).collect();
    }
    let findings = report.findings.iter();
    let mut results: Vec<Value> =
        findings.map(|finding| of_finding(report, finding, places, profile)).collect();
    for control in &report.controls {
        results.extend(control.checks.iter().filter_map(|check| of_check(check, control.number)));
    }
    results.extend(absent(report));
    results
}

/// What a comparison says of findings, alone: each result is new, unchanged, updated or absent.
pub(super) fn compared(report: &Report, places: &Places, profile: SarifProfile) -> Vec<Value> {
    let mut results = results(report, places, profile);
    results.retain(|result| result.get("baselineState").is_some());
    results
}

fn of_finding(report: &Report, finding: &Finding, places: &Places, profile: SarifProfile) -> Value {
    let mut result = json!({
        "ruleId": finding.check,
        "kind": "fail",
        "level": level(finding.severity),
        "message": { "text": sentence(&finding.message) },
        "locations": [location(report, finding, places)],
        "fingerprints": { "qsi/v1": finding.fingerprint },
        "partialFingerprints": {
            "qsiFinding/v1": finding.fingerprint,
            "primaryLocationLineHash": finding.fingerprint,
        },
        "properties": {
            "key": finding.key,
            "control": finding.control,
            "severity": finding.severity,
            "security-severity": band(finding.severity),
            "remediation": finding.remediation,
        },
    });
    if let Some(index) = index(&finding.check) {
        result["ruleIndex"] = index.into();
    }
    if let Some(state) = baseline(report, finding) {
        result["baselineState"] = state.into();
    }
    if profile == SarifProfile::Github {
        return result;
    }
    result["taxa"] = taxa(finding.control).into();
    let related: Vec<Value> = finding
        .evidence
        .iter()
        .skip(1)
        .filter_map(|evidence| physical(evidence, places))
        .map(|place| json!({ "physicalLocation": place }))
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if let Some(place) = finding.evidence.first().and_then(|first| places.at.get(&first.response)) {
        result["webRequest"] = json!({ "index": place.call });
        result["webResponse"] = json!({ "index": place.call });
    }
    if finding.status == Status::Accepted {
        result["suppressions"] = json!([suppression(report, finding)]);
    }
    let properties = &mut result["properties"];
    properties["evidence"] = finding.evidence.iter().map(|one| one.id.as_str()).collect();
    properties["facts"] = Value::Object(finding.facts.clone());
    if !finding.members.is_empty() {
        properties["members"] = finding.members.clone().into();
    }
    result
}

/// The bytes of the first piece of evidence, and the thing in the subscription.
fn location(report: &Report, finding: &Finding, places: &Places) -> Value {
    let mut location = Map::new();
    let first = finding.evidence.first().and_then(|evidence| physical(evidence, places));
    // Code scanning takes no result without a file; where nothing was collected, it is the bundle.
    let place = first.unwrap_or_else(|| json!({ "artifactLocation": { "uri": "manifest.json" } }));
    location.insert("physicalLocation".to_owned(), place);
    let resource = &finding.resource;
    let subscription = &report.bundle.subscription;
    let mut path = format!("{subscription}/{}/{}", resource.kind, resource.id);
    if let Some(discriminator) = &resource.discriminator {
        path = format!("{path}/{discriminator}");
    }
    location.insert(
        "logicalLocations".to_owned(),
        json!([{
            "name": resource.name.as_ref().unwrap_or(&resource.id),
            "fullyQualifiedName": path,
            "kind": resource.kind,
        }]),
    );
    Value::Object(location)
}

fn physical(evidence: &Evidence, places: &Places) -> Option<Value> {
    let place = places.at.get(&evidence.response)?;
    let mut artifact = json!({ "uri": place.uri, "index": place.artifact });
    if places.based {
        artifact["uriBaseId"] = "BUNDLE".into();
    }
    Some(json!({
        "artifactLocation": artifact,
        "region": { "byteOffset": evidence.offset, "byteLength": evidence.length },
    }))
}

fn suppression(report: &Report, finding: &Finding) -> Value {
    let mut suppression = json!({ "kind": "external", "status": "accepted" });
    if let Some(waiver) = accepted_by(report, finding) {
        suppression["justification"] = waiver.reason.as_str().into();
        suppression["properties"] = json!({
            "approver": waiver.approver,
            "approved": waiver.approved,
            "expires": waiver.expires,
            "ticket": waiver.ticket,
        });
    }
    suppression
}

/// `new`, `unchanged` or `updated`, where the report was compared with an earlier one and the
/// finding is among what was compared.
fn baseline(report: &Report, finding: &Finding) -> Option<&'static str> {
    Some(match change(report, finding)? {
        Change::New => "new",
        Change::Unchanged => "unchanged",
        _ => "updated",
    })
}

/// A check without a finding of its own.
fn of_check(check: &CheckResult, control: u8) -> Option<Value> {
    let (kind, text) = match check.state {
        CheckState::Fail | CheckState::Error => return None,
        CheckState::Pass => {
            ("pass", format!("'{}' holds for all of {}.", check.id, check.subjects))
        }
        CheckState::Warn => {
            let why = check.reason.as_deref().unwrap_or("part of it is unknown");
            ("review", format!("'{}' needs a look: {why}.", check.id))
        }
        CheckState::NotAssessed => {
            let why = check.reason.as_deref().unwrap_or("evidence is missing");
            ("open", format!("'{}' was not assessed: {why}.", check.id))
        }
        CheckState::NotApplicable => {
            let why = check.reason.as_deref().unwrap_or("there is nothing to judge");
            ("notApplicable", format!("'{}' does not apply: {why}.", check.id))
        }
    };
    let mut result = json!({
        "ruleId": check.id,
        "kind": kind,
        "level": "none",
        "message": { "text": text },
        "locations": [{ "logicalLocations": [{
            "name": check.id,
            "fullyQualifiedName": format!("control/{control}/{}", check.id),
            "kind": "check",
        }] }],
        "properties": { "control": control, "state": check.state, "unknown": check.unknown },
    });
    if let Some(index) = index(&check.id) {
        result["ruleIndex"] = index.into();
    }
    Some(result)
}

/// What the earlier report had open and this one has not, with the reason why that is.
fn absent(report: &Report) -> Vec<Value> {
    let gone = report.comparison.iter().flat_map(|comparison| &comparison.findings);
    gone.filter_map(|change| {
        let text = match change.change {
            Change::Resolved => "is resolved",
            Change::OutOfScope => "is gone or no longer asked for, which does not mean repaired",
            Change::NotVisible => "can no longer be seen, so nothing is known of it",
            Change::New | Change::Worse | Change::Better | Change::Unchanged => return None,
        };
        let rule = change.key.split(':').next().unwrap_or_default();
        let index = index(rule)?;
        Some(json!({
            "ruleId": rule,
            "ruleIndex": index,
            "kind": if change.change == Change::Resolved { "pass" } else { "open" },
            "level": "none",
            "message": { "text": format!("'{}' {text}.", change.key) },
            "baselineState": "absent",
            "locations": [{ "logicalLocations": [{
                "fullyQualifiedName": change.key,
                "kind": "finding",
            }] }],
            "properties": { "key": change.key, "change": change.change },
        }))
    })
    .collect()
}
