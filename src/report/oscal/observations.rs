//! Observations: each finding with its evidence, each check that found nothing with its reason.

use serde_json::{Value, json};

use crate::finding::{CheckResult, CheckState, Finding};

use super::super::lookup::{single, summary};
use super::super::markdown::prose;
use super::{Document, add, prop};

impl Document<'_> {
    /// Findings by key, then checks by id.
    pub(super) fn observations(&self) -> Vec<Value> {
        let findings = self.report.findings.iter().map(|finding| self.of_finding(finding));
        let checks = self.report.controls.iter().flat_map(|control| &control.checks);
        findings.chain(checks.map(|check| self.of_check(check))).collect()
    }

    fn of_finding(&self, finding: &Finding) -> Value {
        let resource = &finding.resource;
        let first = finding.evidence.first().and_then(|at| self.answers.get(&at.response));
        let mut observation = json!({
            "uuid": self.observed(finding),
            "title": format!("{} {}", finding.check, single(&resource.kind)),
            "description": prose(&finding.message),
            "methods": ["EXAMINE"],
            "types": ["finding"],
            "collected": first.map_or(&self.report.bundle.collected_to, |answer| &answer.time),
        });
        add(
            &mut observation,
            "props",
            [
                prop("check", &finding.check),
                prop("key", &finding.key),
                prop("fingerprint", &finding.fingerprint),
                prop("severity", finding.severity.word()),
                prop("status", finding.status.word()),
                prop("resource-type", &resource.kind),
                prop("resource-id", &resource.id),
                resource.name.as_deref().and_then(|name| prop("resource-name", name)),
            ]
            .into_iter()
            .flatten(),
        );
        let evidence = finding.evidence.iter().map(|at| {
            let mut evidence = json!({
                "description": format!(
                    "{} of {}: {} bytes from byte {}",
                    prose(&at.id), prose(&at.endpoint), at.length, at.offset
                ),
            });
            if let Some(answer) = self.answers.get(&at.response) {
                evidence["href"] = format!("#{}", self.resource(answer)).into();
            }
            add(&mut evidence, "props", prop("evidence", &at.id));
            evidence
        });
        add(&mut observation, "relevant-evidence", evidence);
        observation
    }

    fn of_check(&self, check: &CheckResult) -> Value {
        let state = check.state.word().replace('_', " ");
        let why = check.reason.as_deref().map_or(String::new(), |why| format!(": {}", prose(why)));
        let mut observation = json!({
            "uuid": self.ids.of("observation", &check.id),
            "title": format!("{} {state}", check.id),
            "description": format!(
                "{} This is {state} for {} things, of which {} fail and {} are unknown{why}",
                prose(summary(&check.id)), check.subjects, check.failed, check.unknown
            ),
            "methods": ["EXAMINE"],
            "types": [if check.state == CheckState::NotAssessed { "not-assessed" } else { "check" }],
            "collected": self.report.bundle.collected_to,
        });
        let props = [prop("check", &check.id), prop("state", check.state.word())];
        add(&mut observation, "props", props.into_iter().flatten());
        observation
    }
}
