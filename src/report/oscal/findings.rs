//! Risks, with what was accepted as a deviation, and findings against NIST SP 800-53.

use serde_json::{Value, json};

use crate::assess::{ControlResult, WaiverResult};
use crate::finding::{Finding, Outcome, Status};

use super::super::lookup::{acceptance, accepted_by, summary};
use super::super::markdown::prose;
use super::{CATALOGUE, Document, add, control_id, prop};

impl Document<'_> {
    /// One for each finding of the report, by key.
    pub(super) fn risks(&self) -> Vec<Value> {
        self.report.findings.iter().map(|finding| self.risk(finding)).collect()
    }

    fn risk(&self, finding: &Finding) -> Value {
        let accepted = finding.status == Status::Accepted;
        let mut risk = json!({
            "uuid": self.ids.of("risk", &finding.key),
            "title": title(&finding.check),
            "description": prose(&finding.message),
            "statement": prose(summary(&finding.check)),
            "status": if accepted { "deviation-approved" } else { "open" },
            "remediations": [{
                "uuid": self.ids.of("remediation", &finding.key),
                "lifecycle": "recommendation",
                "title": format!("Remediation of {}", finding.check),
                "description": prose(&finding.remediation),
            }],
            "related-observations": [{ "observation-uuid": self.observed(finding) }],
        });
        add(&mut risk, "props", prop("severity", finding.severity.word()));
        if let Some(waiver) = accepted_by(self.report, finding) {
            risk["risk-log"] = json!({ "entries": [{
                "uuid": self.ids.of("waiver", &finding.key),
                "title": "Waiver",
                "description": prose(&acceptance(waiver)),
                "start": self.approved(waiver),
                "status-change": "deviation-approved",
            }] });
        }
        risk
    }

    /// A day of the profile as OSCAL's time; the clock of the assessment where none is given.
    fn approved(&self, waiver: &WaiverResult) -> String {
        let day = waiver.approved.as_deref().and_then(|day| day.parse::<jiff::civil::Date>().ok());
        day.map_or_else(|| self.report.as_of.clone(), |day| format!("{day}T00:00:00Z"))
    }

    /// One for each judged control and each requirement that it maps to.
    pub(super) fn findings(&self) -> Vec<Value> {
        let controls = self.report.controls.iter();
        controls.flat_map(|control| self.of_control(control)).collect()
    }

    fn of_control(&self, control: &ControlResult) -> Vec<Value> {
        let of_control: Vec<&Finding> = self
            .report
            .findings
            .iter()
            .filter(|finding| finding.control == control.number)
            .collect();
        let is_accepted = of_control.iter().any(|finding| finding.status == Status::Accepted);
        let status = match control.outcome {
            Outcome::Pass => json!({ "state": "satisfied", "reason": "pass" }),
            Outcome::Fail => json!({ "state": "not-satisfied", "reason": "fail" }),
            Outcome::Warn if is_accepted => json!({
                "state": "not-satisfied",
                "reason": "other",
                "remarks": "What violates it was accepted; see the deviations of its risks.",
            }),
            Outcome::Warn | Outcome::NotAssessed | Outcome::NotApplicable | Outcome::Error => {
                return Vec::new();
            }
        };
        let checks = control.checks.iter().map(|check| self.ids.of("observation", &check.id));
        let observed = of_control.iter().map(|finding| self.observed(finding)).chain(checks);
        let observed: Vec<Value> = observed.map(|id| json!({ "observation-uuid": id })).collect();
        let risks = of_control.iter().map(|finding| self.ids.of("risk", &finding.key));
        let risks: Vec<Value> = risks.map(|id| json!({ "risk-uuid": id })).collect();
        let requirements = control.frameworks.of(CATALOGUE).iter();
        requirements
            .map(|requirement| {
                let key = format!("{} {requirement}", control.id);
                let mut finding = json!({
                    "uuid": self.ids.of("finding", &key),
                    "title": format!("{requirement}: {}", control.title),
                    "description": format!(
                        "Control {} of the review is {}: {} of {} checks came to a verdict.",
                        control.number, control.outcome.word(), control.assessed, control.of
                    ),
                    "target": {
                        "type": "objective-id",
                        "target-id": format!("{}_obj", control_id(requirement)),
                        "status": status,
                    },
                });
                add(&mut finding, "props", prop("control", &control.id));
                add(&mut finding, "related-observations", observed.iter().cloned());
                add(&mut finding, "related-risks", risks.iter().cloned());
                finding
            })
            .collect()
    }
}

fn title(check: &str) -> String {
    match summary(check) {
        "" => check.to_owned(),
        summary => format!("{check} {summary}"),
    }
}
