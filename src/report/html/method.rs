//! Method and reproduction: the settings of the assessment, and the commands that repeat it.

use serde_json::Value;

use super::escape::shell_word;
use super::words::{self, Sign};
use crate::analyzers::ANALYZERS;
use crate::assess::Report;

pub(super) struct Method<'a> {
    pub commands: Vec<String>,
    /// Shows the bytes of an evidence id.
    pub show: String,
    pub parameters: Vec<Setting<'a>>,
    /// Parameters that are not at their default.
    pub changed: usize,
    pub glossary: [(Sign, &'static str); 6],
}

pub(super) struct Setting<'a> {
    pub key: &'a str,
    pub value: String,
    pub origin: &'a str,
}

pub(super) fn method(report: &Report) -> Method<'_> {
    let parameters: Vec<Setting<'_>> = report
        .profile
        .parameters
        .iter()
        .map(|(key, entry)| Setting {
            key,
            value: setting(&entry.value),
            origin: entry.origin.as_ref(),
        })
        .collect();
    Method {
        show: show(report),
        commands: vec![verify(report), run(report)],
        changed: parameters.iter().filter(|setting| setting.origin != "default").count(),
        parameters,
        glossary: words::OUTCOMES.map(|outcome| {
            let sign = words::outcome(outcome);
            let meaning = match sign.class {
                "fail" => "The evidence proves what the check looks for.",
                "warn" => "Worth a look: short of a failure, or a failure of a side check alone.",
                "error" => "Our own fault: the check broke. It says nothing about the deployment.",
                "unseen" => "The evidence to decide is missing. Never a pass.",
                "pass" => "Looked at, all of it seen, nothing found.",
                _ => "There is nothing here that the check could be about.",
            };
            (sign, meaning)
        }),
    }
}

/// A value of the profile in words.
pub(super) fn setting(value: &Value) -> String {
    match value {
        Value::Null => "not set".to_owned(),
        Value::String(text) if text.is_empty() => "empty".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(setting).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// The command that shows the bytes of one pointer, up to its id.
pub(super) fn show(report: &Report) -> String {
    let permit = match &*report.bundle.verdict {
        "unsigned" => " --allow-unsigned",
        _ => "",
    };
    format!("analyze evidence {}{permit} show", shell_word(&report.bundle.file))
}

fn verify(report: &Report) -> String {
    let signers = match &*report.bundle.verdict {
        "unsigned" => " --allow-unsigned",
        _ => " --allowed-signers ALLOWED_SIGNERS",
    };
    format!("analyze verify {}{signers} --deep", shell_word(&report.bundle.file))
}

/// The command that gives this page again. Files that only the assessor can name stand in capitals.
fn run(report: &Report) -> String {
    let mut command = vec!["analyze run".to_owned(), shell_word(&report.bundle.file)];
    match &*report.bundle.verdict {
        "trusted" => command.push("--allowed-signers ALLOWED_SIGNERS".to_owned()),
        "unsigned" => command.push("--allow-unsigned".to_owned()),
        "broken" => command.push("--force-unverified".to_owned()),
        _ => {}
    }
    let profile = &report.profile;
    let from = |origin: &str| profile.parameters.values().any(|entry| entry.origin == origin);
    if from("profile") || !profile.inputs.is_empty() || !report.waivers.is_empty() {
        command.push("--profile PROFILE.toml".to_owned());
    }
    command.push(format!("--baseline {}", shell_word(&profile.baseline)));
    for (key, entry) in profile.parameters.iter().filter(|(_, entry)| entry.origin == "flag") {
        let name = key.replace(['.', '_'], "-");
        command.push(format!("--{} {}", shell_word(&name), shell_word(&setting(&entry.value))));
    }
    if report.controls.len() < ANALYZERS.len() {
        let numbers: Vec<String> =
            report.controls.iter().map(|control| control.number.to_string()).collect();
        command.push(format!("--controls {}", numbers.join(",")));
    }
    if report.comparison.is_some() {
        command.push("--previous PREVIOUS".to_owned());
    }
    command.push(format!("--severity {}", report.filter.severity.word()));
    command.push(format!("--as-of {}", shell_word(&report.as_of)));
    command.push("--output html".to_owned());
    command.join(" ")
}
