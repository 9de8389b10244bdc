//! `poam.csv`: open items of a plan of action and milestones, in the columns of FedRAMP's template.
//!
//! Cells that only the owner of the system can fill stay empty.

use jiff::civil::Date;
use jiff::{Span, Timestamp, tz::TimeZone};

use crate::assess::Report;
use crate::finding::{Finding, Severity};
use crate::framework;

use super::RenderError;
use super::csv::{Dialect, Table};
use super::lookup::{acceptance, accepted_by, single, stood_before, summary};

/// Names and order of the template's sheet "Open POA&M Items".
const COLUMNS: &[&str] = &[
    "POAM ID",
    "Controls",
    "Weakness Name",
    "Weakness Description",
    "Weakness Detector Source",
    "Weakness Source Identifier",
    "Asset Identifier",
    "Point of Contact",
    "Resources Required",
    "Overall Remediation Plan",
    "Original Detection Date",
    "Scheduled Completion Date",
    "Planned Milestones",
    "Milestone Changes",
    "Status Date",
    "Vendor Dependency",
    "Last Vendor Check-in Date",
    "Vendor Dependent Product Name",
    "Original Risk Rating",
    "Adjusted Risk Rating",
    "Risk Adjustment",
    "False Positive",
    "Operational Requirement",
    "Deviation Rationale",
    "Supporting Documents",
    "Comments",
    "Auto-Approve",
];

/// Evidence ids in a cell; `findings.csv` has them all.
const POINTERS: usize = 10;

pub(super) fn render(report: &Report, dialect: Dialect) -> Result<Vec<u8>, RenderError> {
    let mut table = Table::new(COLUMNS, dialect)?;
    for finding in &report.findings {
        table.row(item(report, finding).each_ref().map(String::as_str))?;
    }
    table.bytes()
}

fn item(report: &Report, finding: &Finding) -> [String; 27] {
    let requirements = framework::requirements(finding.control);
    let resource = &finding.resource;
    let name = resource.name.as_deref().map_or(String::new(), |name| format!(" {name}"));
    let detected = day(detected(report, finding));
    let (rating, days) = rating(finding.severity);
    let due = detected.and_then(|from| from.checked_add(Span::new().days(days)).ok());
    let written = |date: Option<Date>| date.map_or(String::new(), |date| date.to_string());
    let waiver = accepted_by(report, finding);
    let mut evidence: Vec<&str> =
        finding.evidence.iter().take(POINTERS).map(|one| one.id.as_str()).collect();
    if finding.evidence.len() > POINTERS {
        evidence.push("…");
    }
    let id: String = finding.fingerprint.chars().take(12).collect();
    let empty = String::new;
    [
        format!("QSI-{id}"),
        requirements.of("FedRAMP").join(", "),
        summary(&finding.check).to_owned(),
        single(&finding.message),
        format!("{} {}", report.tool.name, report.tool.version),
        finding.check.clone(),
        single(&format!("{}:{}{name}", resource.kind, resource.id)),
        empty(),
        empty(),
        single(&finding.remediation),
        written(detected),
        written(due),
        empty(),
        empty(),
        written(day(&report.as_of)),
        "No".to_owned(),
        empty(),
        empty(),
        rating.to_owned(),
        "N/A".to_owned(),
        "No".to_owned(),
        "No".to_owned(),
        "No".to_owned(),
        waiver.map_or_else(empty, |waiver| single(&acceptance(waiver))),
        evidence.join(" "),
        single(&format!(
            "{} of {}, severity {}",
            finding.key,
            report.bundle.id,
            finding.severity.word()
        )),
        "No".to_owned(),
    ]
}

/// The first snapshot that is known to show it: the one before, where it stood there too.
fn detected<'a>(report: &'a Report, finding: &Finding) -> &'a str {
    let earlier = report.comparison.as_ref().filter(|_| stood_before(report, finding));
    earlier.map_or(&report.as_of, |comparison| &comparison.previous.as_of)
}

fn day(time: &str) -> Option<Date> {
    let time: Timestamp = time.parse().ok()?;
    Some(time.to_zoned(TimeZone::UTC).date())
}

/// FedRAMP's word, and its days to remediate (Continuous Monitoring Playbook: 30, 90, 180). They
/// are not those of the profile, by which control 10 judges detections.
const fn rating(severity: Severity) -> (&'static str, i64) {
    match severity {
        Severity::Critical | Severity::High => ("High", 30),
        Severity::Medium => ("Moderate", 90),
        Severity::Low | Severity::Info => ("Low", 180),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_the_order_of_the_template() {
        assert_eq!(COLUMNS.len(), 27);
        for (letter, name) in [
            (b'A', "POAM ID"),
            (b'F', "Weakness Source Identifier"),
            (b'P', "Vendor Dependency"),
            (b'Z', "Comments"),
        ] {
            assert_eq!(COLUMNS[usize::from(letter - b'A')], name);
        }
    }

    #[test]
    fn a_day_is_of_utc() {
        assert_eq!(day("2026-03-28T23:10:00Z").unwrap().to_string(), "2026-03-28");
        assert_eq!(day("yesterday"), None);
    }
}
