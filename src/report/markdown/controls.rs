//! The controls in `report.md`: one table of all of them, then each with its numbers and findings.

use crate::analyzers;
use crate::assess::{ControlResult, Report};
use crate::finding::{CheckResult, Finding, Metric, Status};

use super::super::summary::headline;
use super::text::{Page, code, prose};
use super::{ordered, said};

/// Findings of one control that stand here; `findings.csv` has the others.
const MOST: usize = 50;

/// Evidence ids of one finding that stand here.
const POINTERS: usize = 3;

pub(super) fn overview(page: &mut Page, report: &Report) {
    page.heading(2, "Controls");
    let rows: Vec<_> = report
        .controls
        .iter()
        .map(|control| {
            [
                control.number.to_string(),
                format!("[{}](#{})", prose(&control.title), anchor(control)),
                said(control.outcome).to_owned(),
                format!("{} of {}", control.assessed, control.of),
                control.metrics.first().map_or(String::new(), measured),
                control.findings.total().to_string(),
                control.accepted.to_string(),
            ]
        })
        .collect();
    page.table(["No.:", "Control", "Outcome", "Checks:", "Headline:", "Open:", "Accepted:"], &rows);
}

pub(super) fn details(page: &mut Page, report: &Report) {
    page.heading(2, "Control by control");
    for control in &report.controls {
        detail(page, report, control);
    }
    let stray: Vec<&Finding> = of(report, 0).collect();
    if !stray.is_empty() {
        page.heading(3, "Findings of no control");
        findings(page, &ordered(stray.into_iter()));
    }
}

fn detail(page: &mut Page, report: &Report, control: &ControlResult) {
    page.heading(3, &heading(control));
    let basis = control.basis.map_or(String::new(), |basis| {
        format!(" What was seen, taken alone, would be {}.", said(basis))
    });
    page.block(&format!(
        "**{}**, {} of {} checks came to a verdict.{basis}",
        said(control.outcome),
        control.assessed,
        control.of
    ));
    let metrics: Vec<_> = control
        .metrics
        .iter()
        .map(|metric| {
            let limit = metric.threshold.as_ref().map_or(String::new(), ToString::to_string);
            [code(&metric.id), prose(&metric.label), measured(metric), limit]
        })
        .collect();
    page.table(["Metric", "What", "Value:", "Limit:"], &metrics);
    let checks: Vec<_> = control.checks.iter().map(check).collect();
    page.table(
        [
            "Check",
            "What is wrong where it fails",
            "Severity",
            "State",
            "Failed:",
            "Unknown:",
            "Why",
        ],
        &checks,
    );
    findings(page, &ordered(of(report, control.number)));
}

fn check(check: &CheckResult) -> [String; 7] {
    let known = analyzers::check(&check.id);
    let core = if check.core { "**" } else { "" };
    [
        format!("{core}{}{core}", check.id),
        known.map_or(String::new(), |(_, known)| prose(known.summary)),
        check.severity.word().to_owned(),
        said(check.state).to_owned(),
        format!("{} of {}", check.failed, check.subjects),
        check.unknown.to_string(),
        check.reason.as_deref().map_or(String::new(), prose),
    ]
}

/// The first ones, then how their checks are set right, each once.
fn findings(page: &mut Page, findings: &[&Finding]) {
    let rows: Vec<_> = findings.iter().take(MOST).map(|finding| row(finding)).collect();
    page.table(["Severity", "Finding", "Resource", "Evidence"], &rows);
    if let Some(more) = findings.len().checked_sub(MOST).filter(|more| *more > 0) {
        page.block(&format!("{more} more are in `findings.csv`."));
    }
    let mut steps: Vec<(&str, &str)> = findings
        .iter()
        .map(|finding| (finding.check.as_str(), finding.remediation.as_str()))
        .collect();
    steps.sort_unstable();
    steps.dedup();
    let steps: Vec<String> = steps
        .into_iter()
        .take(MOST)
        .map(|(check, text)| format!("- {}: {}", prose(check), prose(text)))
        .collect();
    if !steps.is_empty() {
        page.block("What to do:");
        page.block(&steps.join("\n"));
    }
}

fn row(finding: &Finding) -> [String; 4] {
    let accepted = if finding.status == Status::Accepted { ", accepted" } else { "" };
    let resource = &finding.resource;
    let name = resource.name.as_deref().map_or(String::new(), |name| format!(" {}", prose(name)));
    let mut evidence: Vec<String> =
        finding.evidence.iter().take(POINTERS).map(|at| code(&at.id)).collect();
    if let Some(more) = finding.evidence.len().checked_sub(POINTERS).filter(|more| *more > 0) {
        evidence.push(format!("{more} more"));
    }
    [
        format!("{}{accepted}", finding.severity.word()),
        format!("{} {}", prose(&finding.check), prose(&finding.message)),
        format!("{}{name}", code(&format!("{}:{}", resource.kind, resource.id))),
        evidence.join(", "),
    ]
}

fn of(report: &Report, control: u8) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(move |finding| finding.control == control)
}

/// A share with what it was counted from, or the number with its unit.
fn measured(metric: &Metric) -> String {
    headline(metric).unwrap_or_else(|| match &metric.value {
        None => "n/a".to_owned(),
        Some(value) if metric.unit == "count" => value.to_string(),
        Some(value) => format!("{value} {}", prose(&metric.unit)),
    })
}

fn heading(control: &ControlResult) -> String {
    format!("C{:02} {}", control.number, prose(&control.title))
}

/// What GitHub makes of the heading: lower case, spaces to hyphens, without other signs.
fn anchor(control: &ControlResult) -> String {
    let heading = format!("c{:02} {}", control.number, control.title.to_lowercase());
    let kept = heading.chars().filter(|sign| sign.is_alphanumeric() || matches!(sign, ' ' | '-'));
    kept.map(|sign| if sign == ' ' { '-' } else { sign }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Number;

    #[test]
    fn a_number_stands_with_its_unit_and_a_share_with_its_parts() {
        assert_eq!(measured(&Metric::ratio("r", "", 3, 4)), "75.0 % (3 of 4)");
        assert_eq!(measured(&Metric::ratio("r", "", 0, 0)), "n/a");
        assert_eq!(measured(&Metric::count("c", "", 7)), "7");
        assert_eq!(measured(&Metric::measured("d", "", Some(Number::from(3)), "days")), "3 days");
        assert_eq!(measured(&Metric::measured("d", "", None, "days")), "n/a");
    }
}
