//! What to mend first: the checks with open findings, ranked.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::analyzers;
use crate::finding::{Finding, Severity, Status};

/// The open findings of one check.
pub(super) struct Failing<'a> {
    pub check: &'a str,
    /// Most severe first, then by key; never empty.
    pub findings: Vec<&'a Finding>,
}

impl<'a> Failing<'a> {
    pub(super) fn worst(&self) -> Option<&'a Finding> {
        self.findings.first().copied()
    }

    /// How many are as severe as the worst of them.
    pub(super) fn at_worst(&self) -> usize {
        let worst = self.severity();
        self.findings.iter().filter(|finding| Some(finding.severity) == worst).count()
    }

    fn severity(&self) -> Option<Severity> {
        self.worst().map(|finding| finding.severity)
    }
}

/// By the worst finding, core checks first, then by how many are as bad, then by id.
pub(super) fn ranked(findings: &[Finding]) -> Vec<Failing<'_>> {
    let mut checks: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.status == Status::Open) {
        checks.entry(&finding.check).or_default().push(finding);
    }
    let mut ranked: Vec<Failing<'_>> = checks
        .into_iter()
        .map(|(check, mut findings)| {
            findings.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.key.cmp(&b.key)));
            Failing { check, findings }
        })
        .collect();
    ranked.sort_by_key(|failing| {
        let core = analyzers::check(failing.check).is_some_and(|(_, check)| check.core);
        (Reverse(failing.severity()), Reverse(core), Reverse(failing.at_worst()), failing.check)
    });
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(check: &str, severity: Severity, key: &str) -> Finding {
        serde_json::from_value(serde_json::json!({
            "key": key, "fingerprint": "", "check": check, "control": 6, "severity": severity,
            "status": "open", "resource": {"type": "appliance", "id": key, "name": null,
            "discriminator": null}, "message": "", "remediation": "", "facts": {}, "members": [],
            "evidence": [],
        }))
        .unwrap()
    }

    #[test]
    fn severity_then_core_then_number_then_id() {
        use Severity::{Critical, High};
        let findings = [
            finding("C01-02", High, "one"),
            finding("C01-04", High, "core, though alone"),
            finding("C01-02", High, "another"),
            finding("C06-01", High, "less severe"),
            finding("C06-01", Critical, "worst"),
        ];
        let ranked = ranked(&findings);
        let shown: Vec<_> = ranked
            .iter()
            .map(|one| (one.check, one.worst().unwrap().key.as_str(), one.at_worst()))
            .collect();
        let expected =
            [("C06-01", "worst", 1), ("C01-04", "core, though alone", 1), ("C01-02", "another", 2)];
        assert_eq!(shown, expected);
    }
}
