//! The canonical report: plain data in the order and with the names that `report.json` has.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::evidence::Answer;
use crate::finding::{CheckResult, Finding, Metric, Outcome, Severity};
use crate::framework::Requirements;
use crate::profile::InputFile;

use super::comparison::Comparison;

/// Everything that an assessment says. Every renderer reads this and nothing else.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Report {
    pub format: Cow<'static, str>,
    pub format_version: Cow<'static, str>,
    pub tool: Tool,
    /// RFC 3339 UTC.
    pub as_of: String,
    pub bundle: Bundle,
    pub scope: ScopeEntry,
    pub profile: ProfileEntry,
    /// By endpoint.
    pub coverage: Vec<CoverageEntry>,
    pub summary: Summary,
    pub filter: Filter,
    /// Selected ones, by number.
    pub controls: Vec<ControlResult>,
    /// By key; those below `filter.severity` are not here.
    pub findings: Vec<Finding>,
    /// By the key that they name.
    pub waivers: Vec<WaiverResult>,
    /// Null where nothing was compared.
    pub comparison: Option<Comparison>,
    /// What a reader must know before the numbers, one sentence each.
    pub notes: Vec<String>,
    /// What each requirement of the frameworks says across its controls, by framework and id.
    pub requirements: Vec<RequirementResult>,
    /// Every answer of the collection, by journal seq.
    pub evidence: Vec<Answer>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tool {
    pub name: Cow<'static, str>,
    pub version: Cow<'static, str>,
}

/// The bundle that was assessed, and whether it can be trusted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Bundle {
    /// Base name.
    pub file: String,
    pub id: String,
    pub root: String,
    pub platform: String,
    pub subscription: String,
    pub collected_from: String,
    pub collected_to: String,
    /// `trusted`, `unpinned`, `unsigned` or `broken`.
    pub verdict: Cow<'static, str>,
    /// `complete`, `partial` or `failed`.
    pub completeness: String,
    /// Null when unsigned.
    pub signature: Option<Signature>,
    pub custody: Vec<CustodyEvent>,
    pub failures: Vec<Failure>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Signature {
    /// Null while the signer is not pinned.
    pub signer: Option<String>,
    pub key: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CustodyEvent {
    pub n: u64,
    pub event: String,
    pub actor: String,
    pub time: String,
    pub verdict: Option<String>,
}

/// A custody check that failed and was overruled.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Failure {
    pub check: u8,
    pub code: String,
    #[serde(rename = "where")]
    pub place: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScopeEntry {
    pub login: String,
    pub role: Option<String>,
    /// `full`, `partial` or `unverified`.
    pub view: Cow<'static, str>,
    pub source: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ProfileEntry {
    pub name: String,
    pub baseline: Cow<'static, str>,
    pub sha256: String,
    /// By `table.key`.
    pub parameters: BTreeMap<String, ParameterEntry>,
    pub require_modules: Vec<String>,
    pub inputs: Vec<InputFile>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ParameterEntry {
    pub value: serde_json::Value,
    /// `default`, `baseline`, `profile` or `flag`.
    pub origin: Cow<'static, str>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CoverageEntry {
    pub endpoint: String,
    pub state: Cow<'static, str>,
    pub pages: u64,
    pub records: u64,
    pub reason: Option<String>,
}

/// One requirement of a framework, read across the selected controls that map to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RequirementResult {
    pub framework: Cow<'static, str>,
    pub requirement: Cow<'static, str>,
    /// Its official title, shortened where it is a sentence.
    pub title: Cow<'static, str>,
    pub outcome: Outcome,
    /// Numbers.
    pub controls: Vec<u8>,
    /// Open findings of these controls, those that the filter hides too.
    pub open: u64,
}

/// Counts over all findings, those that the filter hides too.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    pub controls: ControlCounts,
    /// Open ones.
    pub findings: SeverityCounts,
    /// Those that `filter.severity` keeps out of `findings`, open or accepted.
    pub hidden: SeverityCounts,
    pub accepted: u64,
}

/// Controls by outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ControlCounts {
    pub pass: u64,
    pub fail: u64,
    pub warn: u64,
    pub not_assessed: u64,
    pub not_applicable: u64,
    pub error: u64,
}

impl ControlCounts {
    pub(super) fn add(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Pass => &mut self.pass,
            Outcome::Fail => &mut self.fail,
            Outcome::Warn => &mut self.warn,
            Outcome::NotAssessed => &mut self.not_assessed,
            Outcome::NotApplicable => &mut self.not_applicable,
            Outcome::Error => &mut self.error,
        } += 1;
    }

    pub const fn of(&self, outcome: Outcome) -> u64 {
        match outcome {
            Outcome::Pass => self.pass,
            Outcome::Fail => self.fail,
            Outcome::Warn => self.warn,
            Outcome::NotAssessed => self.not_assessed,
            Outcome::NotApplicable => self.not_applicable,
            Outcome::Error => self.error,
        }
    }
}

/// Findings by severity, worst first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SeverityCounts {
    pub critical: u64,
    pub high: u64,
    pub medium: u64,
    pub low: u64,
    pub info: u64,
}

impl SeverityCounts {
    pub fn add(&mut self, severity: Severity) {
        *match severity {
            Severity::Critical => &mut self.critical,
            Severity::High => &mut self.high,
            Severity::Medium => &mut self.medium,
            Severity::Low => &mut self.low,
            Severity::Info => &mut self.info,
        } += 1;
    }

    pub const fn of(&self, severity: Severity) -> u64 {
        match severity {
            Severity::Critical => self.critical,
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
            Severity::Info => self.info,
        }
    }

    /// The most severe one that there is.
    pub fn worst(&self) -> Option<Severity> {
        Severity::ALL.into_iter().rev().find(|severity| self.of(*severity) > 0)
    }

    pub const fn total(&self) -> u64 {
        self.critical + self.high + self.medium + self.low + self.info
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Filter {
    /// Lowest severity that is shown.
    pub severity: Severity,
    pub controls: Vec<u8>,
}

/// What one control came to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ControlResult {
    pub number: u8,
    pub id: Cow<'static, str>,
    pub title: Cow<'static, str>,
    pub outcome: Outcome,
    /// The outcome before it was demoted, or null.
    pub basis: Option<Outcome>,
    /// Checks that came to a verdict.
    pub assessed: u64,
    /// Checks that the control has.
    pub of: u64,
    /// Open ones, those that the filter hides too.
    pub findings: SeverityCounts,
    pub accepted: u64,
    pub frameworks: Requirements,
    pub metrics: Vec<Metric>,
    pub checks: Vec<CheckResult>,
}

/// What became of one waiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WaiverResult {
    pub finding: String,
    pub state: WaiverState,
    pub reason: String,
    pub approver: Option<String>,
    pub approved: Option<String>,
    pub expires: String,
    pub ticket: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WaiverState {
    Accepted,
    Expired,
    Unmatched,
    TooBroad,
    /// The finding is more severe than the waiver allows.
    Lapsed,
}
