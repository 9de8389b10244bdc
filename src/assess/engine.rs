//! Judges one control and turns its verdicts into findings, states and an outcome.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::analyzers::{
    self, AnalyzeError, Analyzer, Check, Facts, Found, Kind, Tally, Verdicts, Violation,
};
use crate::evidence::View;
use crate::finding::{CheckResult, CheckState, Evidence, Finding, Metric, Resource, Span, Status};
use crate::framework;

use super::document::{ControlResult, SeverityCounts};
use super::fingerprint;
use super::pointers::Pointers;
use super::roll::{Crowd, Member};
use super::standing::{self, Ground, Standing};
use super::state::{self, Rolled, Violations};

/// One control after its judge, before waivers.
pub(super) struct Judged {
    analyzer: &'static Analyzer,
    /// Our own fault, if there was one.
    fault: Option<String>,
    tallies: BTreeMap<&'static str, Tally>,
    standings: BTreeMap<&'static str, Standing>,
    pub(super) findings: Vec<Member>,
    pub(super) crowds: Vec<Crowd>,
    metrics: Vec<Metric>,
}

/// The evidence and the settings that every control is judged with.
pub(super) struct Engine<'a> {
    pub(super) facts: Facts<'a>,
    pub(super) ground: &'a Ground<'a>,
    pub(super) subscription: &'a str,
    pub(super) pointers: Pointers<'a>,
    pub(super) view: View,
}

impl Engine<'_> {
    /// Runs one control's judge. Whatever goes wrong in it is a fault of that control alone.
    pub(super) fn judge(&mut self, analyzer: &'static Analyzer) -> Judged {
        let checks = analyzer.checks.iter();
        let mut judged = Judged {
            analyzer,
            fault: None,
            tallies: BTreeMap::new(),
            standings: checks.map(|check| (check.id, self.ground.standing(check))).collect(),
            findings: Vec::new(),
            crowds: Vec::new(),
            metrics: Vec::new(),
        };
        let waivers = self.facts.profile.waivers.iter();
        let mut verdicts = Verdicts::new(waivers.map(|waiver| waiver.finding.clone()).collect());
        let verdict = (analyzer.judge)(&self.facts, &mut verdicts);
        let Found { tallies, violations, crowds, metrics } = verdicts.into_found();
        judged.tallies = tallies;
        judged.metrics = metrics;
        if let Err(fault) = verdict.and_then(|()| self.collect(violations, crowds, &mut judged)) {
            judged.fault = Some(fault.to_string());
            judged.findings.clear();
            judged.crowds.clear();
            judged.metrics.clear();
        }
        judged
    }

    fn collect(
        &mut self,
        violations: Vec<Violation>,
        crowds: Vec<(&'static str, Resource, analyzers::Crowd)>,
        judged: &mut Judged,
    ) -> Result<(), AnalyzeError> {
        let checks = judged.analyzer.checks;
        if let Some(stranger) =
            judged.tallies.keys().find(|id| checks.iter().all(|check| check.id != **id))
        {
            return Err(AnalyzeError::UnknownCheck(stranger));
        }
        if let Some(violation) = self.required_module(judged.analyzer) {
            judged.tallies.entry(violation.check).or_default().subjects += 1;
            judged.findings.push(self.member(judged.analyzer, violation)?);
        }
        for violation in violations {
            if proven(violation.check, judged) {
                judged.findings.push(self.member(judged.analyzer, violation)?);
            }
        }
        for (check, parent, crowd) in crowds {
            if proven(check, judged) {
                let severity = of(judged.analyzer, check)?.severity;
                let severities = crowd.severities.iter().map(|own| own.unwrap_or(severity));
                judged.crowds.push(Crowd {
                    check,
                    parent,
                    worst: severities.max().unwrap_or(severity),
                    keys: crowd.keys,
                    evidence: self.evidence(&crowd.evidence)?,
                });
            }
        }
        let crowded = judged.crowds.iter().flat_map(|crowd| &crowd.keys);
        let mut all = judged.findings.iter().map(|(finding, _)| &finding.key).chain(crowded);
        let mut keys = BTreeSet::new();
        match all.find(|key| !keys.insert(key.as_str())) {
            Some(key) => Err(AnalyzeError::Twice(key.clone())),
            None => Ok(()),
        }
    }

    fn evidence(&mut self, spans: &[Span]) -> Result<Vec<Evidence>, AnalyzeError> {
        self.pointers.resolve(spans).map_err(|error| AnalyzeError::Fact(error.to_string()))
    }

    /// A module that the profile requires and the subscription lacks is a finding of the
    /// control's first check.
    fn required_module(&self, analyzer: &Analyzer) -> Option<Violation> {
        let required = &self.facts.profile.require_modules;
        let first = analyzer.checks.first()?;
        self.ground.refused_modules(analyzer.checks).into_iter().find_map(|(module, endpoint)| {
            let word = standing::module_word(module)?;
            let message = format!("The profile requires module {word}, which is not subscribed");
            required.iter().any(|required| required == word).then(|| {
                Violation::new(first.id, Resource::subscription(), message)
                    .fact("module", word)
                    .fact("endpoint", endpoint)
            })
        })
    }

    fn member(
        &mut self,
        analyzer: &Analyzer,
        violation: Violation,
    ) -> Result<Member, AnalyzeError> {
        let check = of(analyzer, violation.check)?;
        let key = violation.resource.key(check.id);
        let evidence = self.evidence(&violation.evidence)?;
        let finding = Finding {
            fingerprint: fingerprint(self.subscription, &key),
            key,
            check: check.id.to_owned(),
            control: analyzer.number,
            severity: violation.severity.unwrap_or(check.severity),
            status: Status::Open,
            resource: violation.resource,
            message: violation.message,
            remediation: check.remediation.to_owned(),
            facts: violation.facts,
            members: Vec::new(),
            evidence,
        };
        Ok((finding, violation.parent))
    }

    /// States and outcome of a control, once waivers were laid over the findings. `crowds`: the
    /// open ones that are no findings of their own.
    pub(super) fn conclude(
        &self,
        judged: Judged,
        findings: &[Finding],
        crowds: &[Crowd],
    ) -> ControlResult {
        let analyzer = judged.analyzer;
        let mut checks = Vec::with_capacity(analyzer.checks.len());
        let mut worst = Vec::with_capacity(analyzer.checks.len());
        for check in analyzer.checks {
            let of_check = || findings.iter().filter(|finding| finding.check == check.id);
            let open = || of_check().filter(|finding| finding.status == Status::Open);
            let crowds = || crowds.iter().filter(|crowd| crowd.check == check.id);
            let crowded: usize = crowds().map(|crowd| crowd.keys.len()).sum();
            let violations = Violations {
                open: (open().count() + crowded) as u64,
                accepted: (of_check().count() - open().count()) as u64,
            };
            let tally = judged.tallies.get(check.id).cloned().unwrap_or_default();
            let (state, reason) = if judged.fault.is_some() {
                (CheckState::Error, judged.fault.clone())
            } else {
                let standing = judged.standings.get(check.id).unwrap_or(&Standing::Whole);
                state::check_state(&tally, violations, standing)
            };
            checks.push(CheckResult {
                id: Cow::Borrowed(check.id),
                core: check.core && !tally.not_core,
                severity: check.severity,
                state,
                subjects: tally.subjects,
                failed: violations.open + violations.accepted,
                unknown: tally.unknown,
                reason,
            });
            let accepted = of_check().filter(|finding| finding.status == Status::Accepted);
            worst.push((
                open().map(|it| it.severity).chain(crowds().map(|it| it.worst)).max(),
                accepted.map(|finding| finding.severity).max(),
            ));
        }
        let rolled: Vec<Rolled<'_>> = checks
            .iter()
            .zip(worst)
            .map(|(check, (worst, accepted))| Rolled { check, worst, accepted })
            .collect();
        let (outcome, basis) = state::demote(state::roll_up(&rolled), self.view);
        ControlResult {
            number: analyzer.number,
            id: Cow::Borrowed(analyzer.id),
            title: Cow::Borrowed(analyzer.title),
            outcome,
            basis,
            assessed: checks.iter().filter(|check| check.state.is_assessed()).count() as u64,
            of: checks.len() as u64,
            findings: SeverityCounts::default(),
            accepted: 0,
            frameworks: framework::requirements(analyzer.number),
            metrics: judged.metrics,
            checks,
        }
    }
}

fn of(analyzer: &Analyzer, check: &'static str) -> Result<&'static Check, AnalyzeError> {
    let known = analyzer.checks.iter().find(|known| known.id == check);
    known.ok_or(AnalyzeError::UnknownCheck(check))
}

/// Whether the evidence at hand proves a violation of the check: one that rests on absence needs
/// all of it.
fn proven(check: &str, judged: &Judged) -> bool {
    let known = judged.analyzer.checks.iter().find(|known| known.id == check);
    known.map(|known| known.kind) != Some(Kind::Absence)
        || judged.standings.get(check) == Some(&Standing::Whole)
}
