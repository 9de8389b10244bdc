//! What became of a finding that is no longer there: fixed, gone with its subject, or out of sight.

use std::collections::{BTreeMap, BTreeSet};

use super::inventory::{Inventory, Presence};
use super::terms::{Terms, is_whole};
use super::{CompareError, Snapshot};
use crate::address::{Range, owners};
use crate::analyzers;
use crate::assess::Report;
use crate::finding::{CheckResult, CheckState, Finding};

/// The answer, with what it is concluded from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// Its subject is still there and was judged whole now.
    Resolved(Option<String>),
    /// Its subject is gone, or is no longer asked for.
    OutOfScope(String),
    /// Nothing is known of it.
    NotVisible(String),
}

/// A key that the newer side does not have.
#[derive(Debug)]
pub(super) struct Gone<'a> {
    key: &'a str,
    pub(super) check: &'a str,
    control: u8,
    /// Type and id of the resource.
    pub(super) kind: &'a str,
    pub(super) id: &'a str,
}

impl<'a> Gone<'a> {
    /// A rolled-up finding names its parent: there the key alone names the resource. What rolls up
    /// are hosts, whose numbers end at a colon, and things without a discriminator.
    pub(super) fn new(key: &'a str, finding: &'a Finding, rolled: bool) -> Self {
        let (check, control) = (finding.check.as_str(), finding.control);
        if !rolled {
            let resource = &finding.resource;
            return Self { key, check, control, kind: &resource.kind, id: &resource.id };
        }
        let mut parts = key.splitn(3, ':').skip(1);
        let kind = parts.next().unwrap_or_default();
        let rest = parts.next().unwrap_or_default();
        let id = match kind {
            "host" => rest.split(':').next().unwrap_or(rest),
            _ => rest,
        };
        Self { key, check, control, kind, id }
    }
}

/// Answers for one pair of snapshots.
pub(super) struct Fates<'a> {
    old: &'a Report,
    new: &'a Report,
    terms: &'a Terms,
    inventory: Option<Inventory<'a>>,
    checks: BTreeMap<&'a str, &'a CheckResult>,
    before: BTreeMap<&'a str, &'a CheckResult>,
    coverage: BTreeMap<&'a str, &'a str>,
    /// Findings that the newer report shows, rolled-up ones in full, by check.
    shown: BTreeMap<&'a str, u64>,
    overlaps: BTreeMap<&'a str, &'a str>,
}

impl<'a> Fates<'a> {
    pub(super) fn new(
        old: Snapshot<'a>,
        new: Snapshot<'a>,
        terms: &'a Terms,
    ) -> Result<Self, CompareError> {
        let mut shown: BTreeMap<&str, u64> = BTreeMap::new();
        for finding in &new.report.findings {
            *shown.entry(finding.check.as_str()).or_default() +=
                u64::try_from(finding.members.len().max(1)).unwrap_or(u64::MAX);
        }
        let inventory = match (old.model, new.model) {
            (Some(before), Some(after)) => Some(Inventory::new(before, after, old, new)?),
            _ => None,
        };
        Ok(Self {
            old: old.report,
            new: new.report,
            terms,
            inventory,
            checks: checks(new.report),
            before: checks(old.report),
            coverage: new
                .report
                .coverage
                .iter()
                .map(|row| (row.endpoint.as_str(), row.state.as_ref()))
                .collect(),
            shown,
            overlaps: overlaps(old.report, new.report),
        })
    }

    pub(super) fn of(&mut self, gone: &Gone<'_>) -> Result<Fate, CompareError> {
        if gone.kind == "waiver" {
            return Ok(self.waiver(gone));
        }
        if !self.new.filter.controls.contains(&gone.control) {
            let control = gone.control;
            return Ok(Fate::OutOfScope(format!("control {control} was not selected")));
        }
        if let Some(fate) = self.unseen(gone) {
            return Ok(fate);
        }
        let presence = self.presence(gone)?;
        Ok(self.concluded(gone, presence))
    }

    /// Why a finding that is only in the newer report may have been there before.
    pub(super) fn unseen_before(&self, finding: &Finding) -> Option<String> {
        let control = finding.control;
        if !self.old.filter.controls.contains(&control) {
            return Some(format!("control {control} was not selected before"));
        }
        let result = self.before.get(finding.check.as_str())?;
        if let CheckState::NotAssessed | CheckState::Error = result.state {
            let why = result.reason.as_deref().unwrap_or(result.state.word());
            return Some(format!("the check was not assessed before: {why}"));
        }
        let (_, check) = analyzers::check(&finding.check)?;
        let coverage = &self.old.coverage;
        let cut = check.needs.iter().find_map(|need| {
            let row = coverage.iter().find(|row| row.endpoint == **need);
            row.filter(|row| !is_whole(&row.state))
        })?;
        let state = cut.state.replace('_', " ");
        Some(format!("{} was not read whole before: {state}", cut.endpoint))
    }

    /// A waiver's own finding goes with the waiver, or because the waiver is in order now.
    fn waiver(&self, gone: &Gone<'_>) -> Fate {
        if self.new.waivers.iter().any(|waiver| waiver.finding == gone.id) {
            Fate::Resolved(None)
        } else {
            Fate::OutOfScope("the profile does not have the waiver any more".to_owned())
        }
    }

    /// Why the newer side says nothing about it.
    fn unseen(&self, gone: &Gone<'_>) -> Option<Fate> {
        let unseen = |reason: String| Some(Fate::NotVisible(reason));
        let Some(result) = self.checks.get(gone.check) else {
            return unseen(format!("the newer report does not have the check {}", gone.check));
        };
        if let CheckState::NotAssessed | CheckState::Error = result.state {
            let why = result.reason.clone().unwrap_or_else(|| result.state.word().to_owned());
            return unseen(format!("the check was not assessed: {why}"));
        }
        if let Some(narrower) = &self.terms.narrower {
            return unseen(narrower.clone());
        }
        if let Some(endpoint) = self.not_whole(gone.check) {
            let state = self.coverage.get(endpoint).map_or("not collected", |state| state);
            return unseen(format!("{endpoint} was not read whole: {}", state.replace('_', " ")));
        }
        let shown = self.shown.get(gone.check).copied().unwrap_or(0);
        if self.new.summary.hidden.total() > 0 && result.failed > shown {
            return unseen("it may be among the findings that the newer report hides".to_owned());
        }
        None
    }

    /// The first endpoint that the check needs and that was not read to its end.
    fn not_whole(&self, check: &str) -> Option<&'static str> {
        let (_, check) = analyzers::check(check)?;
        let whole = |endpoint: &&str| {
            self.coverage.get(*endpoint).is_some_and(|state| matches!(*state, "present" | "empty"))
        };
        let need = check.needs.iter().find(|need| !whole(need)).copied();
        let mut groups = check.any_of.iter().filter(|group| !group.iter().any(&whole));
        need.or_else(|| groups.find_map(|group| group.first().copied()))
    }

    fn presence(&mut self, gone: &Gone<'_>) -> Result<Presence, CompareError> {
        match (&mut self.inventory, gone.kind) {
            // The audited account is what both snapshots are of.
            (None, "subscription") => Ok(Presence::There(None)),
            (None, _) => Ok(Presence::NotTold(
                "a saved report holds no inventory: compare the bundles".to_owned(),
            )),
            (Some(inventory), _) => inventory.find(gone),
        }
    }

    fn concluded(&self, gone: &Gone<'_>, presence: Presence) -> Fate {
        let there = match presence {
            Presence::There(note) => note,
            Presence::Declared if self.terms.alike => None,
            Presence::Declared => {
                let reason = "the profile that declares it is not the same on both sides";
                return Fate::NotVisible(reason.to_owned());
            }
            Presence::Gone(reason) => return Fate::OutOfScope(reason),
            Presence::NotTold(reason) => return Fate::NotVisible(reason),
        };
        let Some(result) = self.checks.get(gone.check) else {
            return Fate::NotVisible("the check is not in the newer report".to_owned());
        };
        if result.state == CheckState::NotApplicable {
            let why = result.reason.clone().unwrap_or_default();
            return Fate::OutOfScope(format!("the check no longer applies: {why}"));
        }
        if !self.terms.alike {
            return Fate::NotVisible("the two snapshots were judged by other settings".to_owned());
        }
        if let Some(overlap) = self.overlaps.get(gone.key) {
            return Fate::OutOfScope(format!("a part of it is still open as {overlap}"));
        }
        let unknown = |result: &CheckResult| result.unknown;
        let then = self.before.get(gone.check).copied().map_or(0, unknown);
        if result.unknown > then {
            return Fate::NotVisible(format!(
                "{} of what the check looks at cannot be judged, {then} before: it may be among them",
                result.unknown
            ));
        }
        Fate::Resolved(there)
    }
}

/// By key of a finding on addresses that the newer report does not have: the first finding of the
/// same check that the older one does not have, on some of them. Maximal runs change their keys
/// when they shrink or grow.
fn overlaps<'a>(old: &'a Report, new: &'a Report) -> BTreeMap<&'a str, &'a str> {
    let keys = |report: &'a Report| -> BTreeSet<&'a str> {
        report.findings.iter().map(|finding| finding.key.as_str()).collect()
    };
    let range = |finding: &Finding| super::inventory::range(&finding.resource.id);
    let (before, after) = (keys(old), keys(new));
    let mut come: BTreeMap<&str, Vec<(Range, usize)>> = BTreeMap::new();
    for (place, finding) in new.findings.iter().enumerate() {
        if !before.contains(finding.key.as_str()) {
            let of_check = come.entry(finding.check.as_str()).or_default();
            of_check.extend(range(finding).map(|range| (range, place)));
        }
    }
    let mut gone: BTreeMap<&str, (Vec<&str>, Vec<Range>)> = BTreeMap::new();
    for finding in old.findings.iter().filter(|finding| finding.resource.kind == "ip_range") {
        if let Some(range) = range(finding)
            && !after.contains(finding.key.as_str())
        {
            let (keys, ranges) = gone.entry(finding.check.as_str()).or_default();
            keys.push(finding.key.as_str());
            ranges.push(range);
        }
    }
    let mut overlaps = BTreeMap::new();
    for (check, (keys, ranges)) in gone {
        let Some(come) = come.get(check) else { continue };
        for (key, met) in keys.into_iter().zip(owners(come, &ranges, 1)) {
            let first = met.first().and_then(|place| new.findings.get(*place));
            overlaps.extend(first.map(|finding| (key, finding.key.as_str())));
        }
    }
    overlaps
}

fn checks(report: &Report) -> BTreeMap<&str, &CheckResult> {
    let checks = report.controls.iter().flat_map(|control| &control.checks);
    checks.map(|check| (check.id.as_ref(), check)).collect()
}
