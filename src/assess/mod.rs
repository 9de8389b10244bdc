//! Runs the controls over the evidence: coverage first, then judge, then waivers, then roll-up.

mod comparison;
mod compose;
mod document;
mod engine;
mod pointers;
mod requirements;
mod roll;
mod standing;
mod state;
mod waivers;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use sha2::{Digest as _, Sha256};

pub use comparison::{
    BothSides, Change, Comparison, ControlChange, DeploymentChange, Edit, Examples, FindingChange,
    MetricChange, Movement, PartsChange, Previous, StatusChange,
};
pub use document::{
    Bundle, ControlCounts, ControlResult, CoverageEntry, CustodyEvent, Failure, Filter,
    ParameterEntry, ProfileEntry, Report, RequirementResult, ScopeEntry, SeverityCounts, Signature,
    Summary, Tool, WaiverResult, WaiverState,
};

pub use pointers::{PointerError, Pointers};
pub use waivers::{WAIVER_CHECKS, WaiverCheck};

use crate::analyzers::{self, ANALYZERS, AnalyzeError, Analyzer, Facts};
pub use crate::evidence::Answer;
use crate::evidence::{Coverage, Scope};
use crate::finding::{Finding, Resource, Severity};
use crate::profile::{Inputs, Profile};

use engine::Engine;
use standing::Ground;

/// What is assessed, and how.
#[derive(Debug)]
pub struct Assignment<'a> {
    /// The loaded evidence model; views and input tables are added to it.
    pub model: &'a Connection,
    pub coverage: &'a [Coverage],
    pub scope: &'a Scope,
    pub bundle: Bundle,
    /// The evidence index.
    pub answers: Vec<Answer>,
    /// Unix seconds of the collection's start.
    pub collected: i64,
    /// Clock of the assessment, Unix seconds.
    pub as_of: i64,
    pub profile: &'a Profile,
    pub inputs: &'a Inputs,
    pub controls: &'a BTreeSet<u8>,
    /// Lowest severity that the report shows.
    pub severity: Severity,
}

/// Why no report could be made.
#[derive(Debug, thiserror::Error)]
pub enum AssessError {
    #[error(transparent)]
    Prepare(AnalyzeError),
    #[error("{0} seconds is no time that a calendar knows")]
    Time(i64),
}

/// Assesses the selected controls.
///
/// # Errors
/// An evidence model that cannot be read. The fault of one control is recorded in its checks.
pub fn assess(assignment: Assignment<'_>) -> Result<Report, AssessError> {
    assess_with(assignment, &ANALYZERS)
}

fn assess_with(
    assignment: Assignment<'_>,
    analyzers: &[&'static Analyzer],
) -> Result<Report, AssessError> {
    let Assignment { model, profile, inputs, controls, .. } = assignment;
    analyzers::prepare(model, inputs).map_err(AssessError::Prepare)?;
    let ground = Ground::new(assignment.coverage, assignment.scope.view, inputs);
    let facts = Facts { model, as_of: assignment.as_of, profile, inputs, reach: &ground.reach() };
    let mut engine = Engine {
        facts,
        ground: &ground,
        subscription: &assignment.bundle.subscription,
        pointers: Pointers::new(model),
        view: assignment.scope.view,
    };

    let mut judged = Vec::new();
    let mut findings = Vec::new();
    let mut parents = BTreeMap::new();
    let mut crowds = Vec::new();
    for analyzer in analyzers.iter().filter(|analyzer| controls.contains(&analyzer.number)) {
        let mut control = engine.judge(analyzer);
        for (finding, parent) in control.findings.drain(..) {
            parents.extend(parent.map(|parent| (finding.key.clone(), parent)));
            findings.push(finding);
        }
        crowds.append(&mut control.crowds);
        judged.push(control);
    }
    let together_keys = findings
        .iter()
        .filter_map(|finding| parents.get(&finding.key).map(|parent| parent.key(&finding.check)))
        .collect();
    let waivers = waivers::overlay(
        &mut findings,
        &together_keys,
        &profile.waivers,
        assignment.as_of,
        controls,
        engine.subscription,
    );
    let controls: Vec<ControlResult> =
        judged.into_iter().map(|control| engine.conclude(control, &findings, &crowds)).collect();
    let findings = together(findings, parents, crowds, engine.subscription);
    compose::report(assignment, controls, findings, waivers)
}

/// Rolls up and sorts.
fn together(
    findings: Vec<Finding>,
    mut parents: BTreeMap<String, Resource>,
    crowds: Vec<roll::Crowd>,
    subscription: &str,
) -> Vec<Finding> {
    let mut crowded: BTreeMap<&str, Vec<roll::Crowd>> = BTreeMap::new();
    for crowd in crowds {
        crowded.entry(crowd.check).or_default().push(crowd);
    }
    let mut by_check: BTreeMap<String, Vec<roll::Member>> = BTreeMap::new();
    for finding in findings {
        let parent = parents.remove(&finding.key);
        by_check.entry(finding.check.clone()).or_default().push((finding, parent));
    }
    let mut rolled: Vec<Finding> = by_check
        .into_iter()
        .flat_map(|(check, members)| {
            let summary = analyzers::check(&check).map_or("", |(_, check)| check.summary);
            let crowds = crowded.remove(check.as_str()).unwrap_or_default();
            roll::roll(members, crowds, summary, subscription)
        })
        .collect();
    rolled.sort_by(|a, b| a.key.cmp(&b.key));
    rolled
}

/// Identity of a finding across reports of one subscription: lower hex.
fn fingerprint(subscription: &str, key: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"qsi.finding.v1\0");
    hash.update(subscription);
    hash.update(b"\0");
    hash.update(key);
    crate::profile::hex(&hash.finalize())
}
