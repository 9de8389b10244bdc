//! Composes the report: counts, filter, notes, and what was assessed with which settings.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::evidence::{Coverage, View};
use crate::finding::{Finding, Severity, Status};

use super::document::{
    ControlCounts, ControlResult, CoverageEntry, Filter, ParameterEntry, ProfileEntry, Report,
    ScopeEntry, SeverityCounts, Summary, Tool, WaiverResult,
};
use super::requirements::requirements;
use super::{AssessError, Assignment};

const FORMAT: &str = "qsi-report";
const FORMAT_VERSION: &str = "1.0";

/// Counts, filters and puts everything in its place.
pub(super) fn report(
    assignment: Assignment<'_>,
    mut controls: Vec<ControlResult>,
    findings: Vec<Finding>,
    waivers: Vec<WaiverResult>,
) -> Result<Report, AssessError> {
    let mut summary = Summary {
        controls: ControlCounts::default(),
        findings: SeverityCounts::default(),
        hidden: SeverityCounts::default(),
        accepted: 0,
    };
    for control in &controls {
        summary.controls.add(control.outcome);
    }
    for finding in &findings {
        let of = controls.iter_mut().find(|control| control.number == finding.control);
        match finding.status {
            Status::Open => {
                summary.findings.add(finding.severity);
                if let Some(control) = of {
                    control.findings.add(finding.severity);
                }
            }
            Status::Accepted => {
                summary.accepted += 1;
                if let Some(control) = of {
                    control.accepted += 1;
                }
            }
        }
    }
    let requirements = requirements(&controls);
    let severity = assignment.severity;
    let notes = notes(&assignment)?;
    let Assignment { scope, profile, inputs, .. } = assignment;
    let report = Report {
        format: Cow::Borrowed(FORMAT),
        format_version: Cow::Borrowed(FORMAT_VERSION),
        tool: Tool {
            name: Cow::Borrowed(env!("CARGO_PKG_NAME")),
            version: Cow::Borrowed(env!("CARGO_PKG_VERSION")),
        },
        as_of: rfc3339(assignment.as_of)?,
        bundle: assignment.bundle,
        scope: ScopeEntry {
            login: scope.login.clone(),
            role: scope.role.clone(),
            view: match scope.view {
                View::Full => Cow::Borrowed("full"),
                View::Partial => Cow::Borrowed("partial"),
                View::Unverified => Cow::Borrowed("unverified"),
            },
            source: scope.source.clone(),
        },
        profile: ProfileEntry {
            name: profile.name.clone(),
            baseline: Cow::Borrowed(profile.baseline),
            sha256: profile.sha256(inputs),
            parameters: profile
                .parameters()
                .into_iter()
                .map(|parameter| {
                    let origin = Cow::Borrowed(parameter.origin.word());
                    let entry = ParameterEntry { value: parameter.value, origin };
                    (parameter.key, entry)
                })
                .collect(),
            require_modules: profile.require_modules.clone(),
            inputs: inputs.files.clone(),
        },
        coverage: coverage(assignment.coverage),
        summary,
        filter: Filter {
            severity: Severity::Info,
            controls: assignment.controls.iter().copied().collect(),
        },
        controls,
        findings,
        waivers,
        comparison: None,
        requirements,
        evidence: assignment.answers,
        notes,
    };
    Ok(report.limited(severity))
}

impl Report {
    /// Takes out the findings below `severity` and counts them as hidden.
    #[must_use]
    pub fn limited(mut self, severity: Severity) -> Self {
        for finding in self.findings.iter().filter(|finding| finding.severity < severity) {
            self.summary.hidden.add(finding.severity);
        }
        self.findings.retain(|finding| finding.severity >= severity);
        self.filter.severity = self.filter.severity.max(severity);
        self
    }
}

fn coverage(rows: &[Coverage]) -> Vec<CoverageEntry> {
    let mut entries: Vec<CoverageEntry> = rows
        .iter()
        .map(|row| CoverageEntry {
            endpoint: row.endpoint.clone(),
            state: Cow::Borrowed(row.state.word()),
            pages: row.pages,
            records: row.records,
            reason: row.reason.clone(),
        })
        .collect();
    entries.sort_by(|a, b| a.endpoint.cmp(&b.endpoint));
    entries
}

fn notes(assignment: &Assignment<'_>) -> Result<Vec<String>, AssessError> {
    let mut notes = Vec::new();
    match assignment.bundle.verdict.as_ref() {
        "unpinned" => notes.push(
            "The signature is valid, but nothing says whose key it is: no allowed signers were given"
                .to_owned(),
        ),
        "unsigned" => notes.push("The bundle is not signed".to_owned()),
        "broken" => notes.push("The bundle failed verification and was assessed all the same".to_owned()),
        _ => {}
    }
    if assignment.collected > assignment.as_of {
        notes.push(format!(
            "The evidence is younger than the clock of this assessment: collecting began at {}, \
             and the clock stands at {}",
            rfc3339(assignment.collected)?,
            rfc3339(assignment.as_of)?
        ));
    }
    Ok(notes)
}

fn rfc3339(seconds: i64) -> Result<String, AssessError> {
    Timestamp::from_second(seconds)
        .map(|time| time.to_string())
        .map_err(|_| AssessError::Time(seconds))
}
