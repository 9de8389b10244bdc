//! The frame that all controls share: what an analyzer declares, what it is given, which there are.

#[macro_use]
mod statement;

pub mod activity_log;
pub mod agent_coverage;
pub mod appliances;
pub mod asset_groups;
pub mod auth_ratio;
pub mod auth_records;
mod binding;
pub mod cloud_connectors;
pub mod exclusions;
pub mod external_scan;
mod facts;
mod measure;
pub mod option_profile;
pub mod patching;
pub mod policy_assignment;
pub mod prioritization;
pub mod reports;
mod rows;
pub mod scan_schedule;
mod scanning;
pub mod segmentation;
pub mod tagging;
pub mod user_roles;
mod verdicts;
pub mod vuln_sla;
pub mod web_apps;

pub use facts::{Facts, Reach, prepare};
pub use verdicts::{APART, Crowd, Decision, Found, Tally, Verdicts, Violation};

use crate::finding::Severity;
use crate::profile::Input;

/// Every control, in order.
pub static ANALYZERS: [&Analyzer; 20] = [
    &scan_schedule::ANALYZER,
    &auth_ratio::ANALYZER,
    &option_profile::ANALYZER,
    &asset_groups::ANALYZER,
    &cloud_connectors::ANALYZER,
    &appliances::ANALYZER,
    &agent_coverage::ANALYZER,
    &auth_records::ANALYZER,
    &policy_assignment::ANALYZER,
    &vuln_sla::ANALYZER,
    &patching::ANALYZER,
    &reports::ANALYZER,
    &user_roles::ANALYZER,
    &external_scan::ANALYZER,
    &web_apps::ANALYZER,
    &exclusions::ANALYZER,
    &prioritization::ANALYZER,
    &tagging::ANALYZER,
    &activity_log::ANALYZER,
    &segmentation::ANALYZER,
];

/// One control: its identity, its checks, how they are judged and explained.
#[derive(Debug)]
pub struct Analyzer {
    pub number: u8,
    pub id: &'static str,
    pub title: &'static str,
    /// By id; the first one also carries the finding of a required module that is not subscribed.
    pub checks: &'static [Check],
    /// The control's page, `docs/controls/NN_name.md`.
    pub guide: &'static str,
    pub judge: Judge,
}

/// One thing that the control looks at.
#[derive(Debug)]
pub struct Check {
    /// `C01-01`.
    pub id: &'static str,
    /// Whether the control cannot be decided without it.
    pub core: bool,
    /// Of its findings, unless the judge escalates one.
    pub severity: Severity,
    pub kind: Kind,
    /// Endpoints (catalogue ids) without which it cannot be assessed.
    pub needs: &'static [&'static str],
    /// Groups of endpoints that stand in for each other: one whole answer of each group is enough.
    pub any_of: &'static [&'static [&'static str]],
    /// Files of the profile without which it cannot be assessed.
    pub inputs: &'static [Input],
    /// What a finding is about, e.g. `asset_group:ID`.
    pub subject: &'static str,
    /// Keys of the profile that it reads.
    pub parameters: &'static [&'static str],
    /// What is wrong when it fires, in one sentence.
    pub summary: &'static str,
    pub remediation: &'static str,
}

/// What a violation rests on, which decides what half of the evidence proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One record proves it.
    Presence,
    /// It rests on something that is not there, on a share or on a count: only whole evidence
    /// proves it.
    Absence,
}

/// Turns facts into verdicts: no clock, no I/O, no thresholds of its own.
///
/// It runs whatever the coverage is. The engine drops what incomplete evidence cannot prove, so a
/// judge neither asks whether a need was collected nor reports that it was not.
pub type Judge = fn(&Facts<'_>, &mut Verdicts) -> Result<(), AnalyzeError>;

/// Our own fault: every check of the control becomes `error`.
#[derive(Debug, thiserror::Error)]
pub enum AnalyzeError {
    #[error("the control's SQL does not run against the evidence model: {0}")]
    Sql(#[from] rusqlite::Error),
    #[error("{counted} detections stand in buckets, but {input} were read")]
    Buckets { input: i64, counted: i64 },
    #[error("a verdict names `{0}`, which is no check of the control")]
    UnknownCheck(&'static str),
    #[error("two findings have the key {0}")]
    Twice(String),
    #[error("a fact does not fit: {0}")]
    Fact(String),
}

/// The control and check with this check id.
pub fn check(id: &str) -> Option<(&'static Analyzer, &'static Check)> {
    ANALYZERS.iter().find_map(|analyzer| {
        analyzer.checks.iter().find(|check| check.id == id).map(|check| (*analyzer, check))
    })
}
