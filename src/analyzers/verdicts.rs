//! Collects what a judge found, check by check, for the engine to turn into states.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::measure::tell_apart;
use crate::finding::{CheckState, Known, Metric, Resource, Severity, Span};

/// Something wrong with one resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    pub check: &'static str,
    /// Where it is worse than the check's own severity.
    pub severity: Option<Severity>,
    pub resource: Resource,
    pub message: String,
    pub facts: Map<String, Value>,
    pub evidence: Vec<Span>,
    /// Set by checks that are rolled up: above 50 like findings on one parent the report carries
    /// one finding on the parent.
    pub parent: Option<Resource>,
}

impl Violation {
    pub fn new(check: &'static str, resource: Resource, message: impl Into<String>) -> Self {
        Self {
            check,
            severity: None,
            resource,
            message: message.into(),
            facts: Map::new(),
            evidence: Vec::new(),
            parent: None,
        }
    }

    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    #[must_use]
    pub fn fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    #[must_use]
    pub fn evidence(mut self, spans: impl IntoIterator<Item = Span>) -> Self {
        self.evidence.extend(spans);
        self
    }

    #[must_use]
    pub fn parent(mut self, parent: Resource) -> Self {
        self.parent = Some(parent);
        self
    }
}

/// What the judge says of a check where counting subjects is not the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Passes although nothing was there to look at.
    Pass,
    Warn,
    NotApplicable,
    /// The profile asks for nothing here, so no evidence is missing either.
    Off,
    /// The evidence is there and does not answer the question, e.g. a field was not asked for.
    NotAssessed,
}

impl Decision {
    pub const fn state(self) -> CheckState {
        match self {
            Self::Pass => CheckState::Pass,
            Self::Warn => CheckState::Warn,
            Self::NotApplicable | Self::Off => CheckState::NotApplicable,
            Self::NotAssessed => CheckState::NotAssessed,
        }
    }
}

/// What was seen for one check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Size of the population, healthy and unknown subjects too.
    pub subjects: u64,
    pub unknown: u64,
    /// Why subjects are unknown, with the number of each reason.
    pub reasons: BTreeMap<String, u64>,
    /// Stands behind proven violations and unmet needs, before population and unknowns.
    pub decision: Option<(Decision, String)>,
    /// A remark on a check that passes.
    pub note: Option<String>,
    /// A core check without which this one assessment can be decided.
    pub not_core: bool,
}

/// Like findings on one parent up to which each stands by itself in the report.
pub const APART: usize = 50;

/// What is kept of the like violations on one parent beyond the first [`APART`]: there may be one
/// for each host of the subscription, and the report carries no word of any.
#[derive(Debug, Default)]
pub struct Crowd {
    pub keys: Vec<String>,
    pub evidence: Vec<Span>,
    /// `None`: the check's own.
    pub severities: BTreeSet<Option<Severity>>,
}

/// All that one control's judge found.
#[derive(Debug, Default)]
pub struct Verdicts {
    /// Keys of findings that waivers name: each of them stands by itself.
    waived: BTreeSet<String>,
    tallies: BTreeMap<&'static str, Tally>,
    violations: Vec<Violation>,
    like: BTreeMap<(&'static str, Resource), Like>,
    metrics: Vec<Metric>,
}

/// Like violations on one parent.
#[derive(Debug, Default)]
struct Like {
    /// How many of them are kept whole; waived ones do not count.
    apart: usize,
    crowd: Crowd,
}

/// What a judge leaves behind.
#[derive(Debug)]
pub struct Found {
    pub tallies: BTreeMap<&'static str, Tally>,
    pub violations: Vec<Violation>,
    /// By check and parent; [`APART`] more of each are among the violations.
    pub crowds: Vec<(&'static str, Resource, Crowd)>,
    pub metrics: Vec<Metric>,
}

impl Verdicts {
    /// `waived`: keys of findings that waivers name.
    pub fn new(waived: BTreeSet<String>) -> Self {
        Self { waived, ..Self::default() }
    }

    /// Counts subjects of the check's population. A check without subjects and without a decision
    /// is not applicable.
    pub fn subjects(&mut self, check: &'static str, count: u64) {
        self.tally(check).subjects += count;
    }

    /// Says that some of the counted subjects cannot be judged.
    pub fn unknown(&mut self, check: &'static str, count: u64, reason: impl Into<String>) {
        if count > 0 {
            let tally = self.tally(check);
            tally.unknown += count;
            *tally.reasons.entry(reason.into()).or_default() += count;
        }
    }

    /// Counts one subject and what became of it.
    pub fn settle(
        &mut self,
        check: &'static str,
        is_violated: Known<bool>,
        violation: impl FnOnce() -> Violation,
    ) {
        self.subjects(check, 1);
        match is_violated {
            Known::Known(true) => self.violation(violation()),
            Known::Known(false) => {}
            Known::Unknown(reason) => self.unknown(check, 1, reason),
        }
    }

    /// Each violation is one failed subject of its check.
    pub fn violation(&mut self, violation: Violation) {
        self.tally(violation.check);
        if let Some(parent) = &violation.parent {
            let key = violation.resource.key(violation.check);
            if !self.waived.contains(&key) {
                let like = self.like.entry((violation.check, parent.clone())).or_default();
                if like.apart == APART {
                    like.crowd.keys.push(key);
                    like.crowd.evidence.extend(violation.evidence);
                    like.crowd.severities.insert(violation.severity);
                    return;
                }
                like.apart += 1;
            }
        }
        self.violations.push(violation);
    }

    /// Settles a check by a sentence instead of by its population. A violation still fails it.
    pub fn decide(&mut self, check: &'static str, decision: Decision, reason: impl Into<String>) {
        self.tally(check).decision = Some((decision, reason.into()));
    }

    /// A remark that stands beside a pass.
    pub fn note(&mut self, check: &'static str, note: impl Into<String>) {
        self.tally(check).note = Some(note.into());
    }

    /// Says that a core check is none here: some are only if the profile declares what they need.
    pub fn not_core(&mut self, check: &'static str) {
        self.tally(check).not_core = true;
    }

    /// Metrics keep their order; the control's headline comes first.
    pub fn metric(&mut self, metric: Metric) {
        self.metrics.push(metric);
    }

    /// What was found, each metric with an id of its own.
    pub fn into_found(mut self) -> Found {
        tell_apart(&mut self.metrics);
        let crowds = self.like.into_iter().filter(|(_, like)| !like.crowd.keys.is_empty());
        Found {
            tallies: self.tallies,
            violations: self.violations,
            crowds: crowds.map(|((check, parent), like)| (check, parent, like.crowd)).collect(),
            metrics: self.metrics,
        }
    }

    fn tally(&mut self, check: &'static str) -> &mut Tally {
        self.tallies.entry(check).or_default()
    }
}
