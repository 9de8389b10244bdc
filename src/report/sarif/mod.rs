//! SARIF 2.1.0: the report for viewers, dashboards and code scanning.
//!
//! Places that are ours: each raw answer is an artifact below the base `BUNDLE`, with its hash; a
//! finding points into it by byte offset and length, and names the call that brought it.

mod results;
mod rules;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::assess::{Answer, Report};
use crate::finding::{CheckState, Severity};

use super::RenderError;
use rules::{rules, supported, taxonomies};

/// Who reads the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SarifProfile {
    /// Everything: passes, suppressed and absent results, requests and answers.
    #[default]
    Full,
    /// What GitHub code scanning takes: open findings, at most 5,000 of them, the worst first.
    Github,
}

impl SarifProfile {
    pub const ALL: [Self; 2] = [Self::Full, Self::Github];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Github => "github",
        }
    }
}

/// Results of one run that GitHub shows; more are dropped there.
const GITHUB_RESULTS: usize = 5_000;

/// A tool without an address is a warning of sarif-multitool (SARIF2005). This one has none: the name
/// is reserved, so that it leads nowhere.
const INFORMATION: &str = "https://qualys-sec-inspector.example/";

pub(super) fn render(report: &Report, profile: SarifProfile) -> Result<Vec<u8>, RenderError> {
    let places = Places::new(&report.evidence, profile);
    let results = results::results(report, &places, profile);
    log(run(report, places, results, profile))
}

/// The newer report of a comparison with what was compared alone; the rest of the comparison goes
/// into the properties of the run.
pub(super) fn compared(report: &Report, profile: SarifProfile) -> Result<Vec<u8>, RenderError> {
    let places = Places::new(&report.evidence, profile);
    let results = results::compared(report, &places, profile);
    let mut run = run(report, places, results, profile);
    if let Some(comparison) = &report.comparison {
        let properties = &mut run["properties"];
        properties["previous"] = json!(comparison.previous);
        properties["comparable"] = comparison.comparable.into();
        properties["comparisonReason"] = json!(comparison.reason);
        if profile == SarifProfile::Full {
            properties["controls"] = json!(comparison.controls);
            properties["metrics"] = json!(comparison.metrics);
            properties["movements"] = json!(comparison.movements);
            properties["deployment"] = json!(comparison.deployment);
        }
    }
    log(run)
}

fn log(run: Value) -> Result<Vec<u8>, RenderError> {
    let mut log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [],
    });
    log["runs"] = Value::Array(vec![run]);
    let mut bytes = serde_json::to_vec_pretty(&log)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn run(report: &Report, places: Places, results: Vec<Value>, profile: SarifProfile) -> Value {
    let mut run = json!({
        "tool": { "driver": {
            "name": report.tool.name,
            "fullName": format!("{} {}", report.tool.name, report.tool.version),
            "organization": report.tool.name,
            "informationUri": INFORMATION,
            "version": report.tool.version,
            "semanticVersion": report.tool.version,
            "language": "en-US",
            "rules": rules(),
            "supportedTaxonomies": supported(),
        } },
        "taxonomies": taxonomies(),
        "automationDetails": {
            "id": format!("{}/{}/", report.tool.name, report.bundle.subscription),
            "guid": guid(&report.bundle.id),
        },
        "invocations": [invocation(report)],
        "artifacts": places.artifacts,
        "results": [],
        "defaultEncoding": "utf-8",
        "columnKind": "unicodeCodePoints",
        "properties": {
            "asOf": report.as_of,
            "bundle": report.bundle.id,
            "bundleRoot": report.bundle.root,
            "verdict": report.bundle.verdict,
            "completeness": report.bundle.completeness,
            "profile": report.profile.name,
            "profileSha256": report.profile.sha256,
        },
    });
    run["results"] = Value::Array(results);
    if let Some(comparison) = &report.comparison {
        run["baselineGuid"] = guid(&comparison.previous.id).into();
    }
    if profile == SarifProfile::Full {
        run["originalUriBaseIds"] = json!({ "BUNDLE": { "description": {
            "text": "The folder that `analyze evidence BUNDLE export --all DIR` fills.",
        } } });
        run["webRequests"] = places.requests.into();
        run["webResponses"] = places.responses.into();
    }
    run
}

/// One notification for each endpoint that was not read whole, and for each check that failed.
fn invocation(report: &Report) -> Value {
    let unseen = report.coverage.iter().filter(|row| {
        !matches!(row.state.as_ref(), "present" | "empty" | "skipped" | "not_subscribed")
    });
    let mut notes: Vec<Value> =
        report.notes.iter().map(|note| notification("warning", note)).collect();
    notes.extend(unseen.map(|row| {
        let why = row.reason.as_deref().unwrap_or("no reason is known");
        let state = row.state.replace('_', " ");
        notification("warning", &format!("'{}' is {state}: {why}.", row.endpoint))
    }));
    for check in report.controls.iter().flat_map(|control| &control.checks) {
        if check.state == CheckState::Error {
            let why = check.reason.as_deref().unwrap_or("no reason is known");
            let mut note =
                notification("error", &format!("'{}' could not be judged: {why}.", check.id));
            note["associatedRule"] = json!({ "id": check.id });
            notes.push(note);
        }
    }
    json!({
        "executionSuccessful": report.summary.controls.error == 0,
        "endTimeUtc": report.as_of,
        "toolExecutionNotifications": notes,
    })
}

fn notification(level: &str, text: &str) -> Value {
    json!({ "level": level, "message": { "text": sentence(text) } })
}

/// A message of SARIF ends like a sentence.
fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// The GUID of a run: its bundle's id as a name. The id itself is 128 random bits, and the schema of
/// SARIF wants a version and a variant in them.
fn guid(id: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, id.as_bytes()).to_string()
}

/// `error`, `warning` or `note`.
const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// The number that GitHub sorts into its own bands: 9.0, 7.0, 4.0, 0.1.
const fn band(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Info => "0.0",
    }
}

/// The raw answers as artifacts, requests and responses, with their places in the arrays.
struct Places {
    artifacts: Vec<Value>,
    requests: Vec<Value>,
    responses: Vec<Value>,
    /// By journal seq.
    at: BTreeMap<i64, Place>,
    /// Whether locations name the base that the artifacts lie below.
    based: bool,
}

struct Place {
    artifact: usize,
    /// Of the request and of its response.
    call: usize,
    uri: String,
}

impl Places {
    fn new(answers: &[Answer], profile: SarifProfile) -> Self {
        let based = profile == SarifProfile::Full;
        let mut places = Self {
            artifacts: Vec::new(),
            requests: Vec::new(),
            responses: Vec::new(),
            at: BTreeMap::new(),
            based,
        };
        for answer in answers {
            let (Some(sha256), Ok(seq)) = (&answer.sha256, i64::try_from(answer.response)) else {
                continue;
            };
            let media = answer.media.as_deref().unwrap_or("application/octet-stream");
            let uri = answer.raw_file();
            let place = Place {
                artifact: places.artifacts.len(),
                call: places.requests.len(),
                uri: uri.clone(),
            };
            let mut artifact = json!({
                "location": { "uri": uri },
                "hashes": { "sha-256": sha256 },
                "length": answer.bytes,
                "mimeType": media,
            });
            if based {
                artifact["location"]["uriBaseId"] = "BUNDLE".into();
            }
            let parameters: BTreeMap<&str, &str> = answer
                .parameters
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            places.artifacts.push(artifact);
            places.requests.push(json!({
                "protocol": "https",
                "version": "1.1",
                "method": answer.method,
                "target": answer.url,
                "parameters": parameters,
                "properties": { "evidence": answer.id, "endpoint": answer.endpoint, "time": answer.time },
            }));
            places.responses.push(json!({
                "protocol": "https",
                "version": "1.1",
                "statusCode": answer.status.unwrap_or(0),
                "noResponseReceived": answer.status.is_none(),
                "properties": { "evidence": answer.id },
            }));
            places.at.insert(seq, place);
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_a_bundle_becomes_a_guid_with_version_and_variant() {
        for id in
            ["", "0123", "0123456789ABCDEF0123456789abcdef", "ffffffffffffffffffffffffffffffff"]
        {
            let guid = guid(id);
            let digits: Vec<&str> = guid.split('-').collect();
            assert_eq!(digits.iter().map(|part| part.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
            assert!(digits[2].starts_with(['1', '2', '3', '4', '5']), "{guid}");
            assert!(digits[3].starts_with(['8', '9', 'a', 'b']), "{guid}");
        }
        assert_ne!(guid("1"), guid("2"));
    }

    #[test]
    fn bands_are_those_of_code_scanning() {
        let bands = Severity::ALL.map(|severity| band(severity).parse::<f64>().unwrap());
        let limits = [0.0, 0.1, 4.0, 7.0, 9.0, 10.1];
        for (band, limit) in bands.iter().zip(limits.windows(2)) {
            assert!((limit[0]..limit[1]).contains(band), "{band}");
        }
    }
}
