//! Findings of two snapshots by key: what came, what went, what got worse or better.

use std::collections::BTreeMap;

use super::fate::{Fate, Fates, Gone};
use super::terms::Terms;
use super::{CompareError, Snapshot};
use crate::assess::{Change, FindingChange, Report, StatusChange};
use crate::finding::{Finding, Severity, Status};

/// One key on one side.
#[derive(Debug, Clone, Copy)]
struct Entry<'a> {
    finding: &'a Finding,
    /// One of many that a rolled-up finding stands for.
    rolled: bool,
}

impl Entry<'_> {
    fn open(&self) -> Option<Severity> {
        (self.finding.status == Status::Open).then_some(self.finding.severity)
    }

    fn name(&self) -> Option<String> {
        self.finding.resource.name.clone().filter(|_| !self.rolled)
    }
}

/// By key, a rolled-up finding under the keys of its members.
fn index(report: &Report) -> BTreeMap<&str, Entry<'_>> {
    let mut entries = BTreeMap::new();
    for finding in &report.findings {
        if finding.members.is_empty() {
            entries.insert(finding.key.as_str(), Entry { finding, rolled: false });
        }
        let members = finding.members.iter();
        entries.extend(members.map(|key| (key.as_str(), Entry { finding, rolled: true })));
    }
    entries
}

/// Changes by key at or above `limit`, and the worst of what is new or worse at all.
pub(super) fn compare(
    old: Snapshot<'_>,
    new: Snapshot<'_>,
    terms: &Terms,
    limit: Severity,
) -> Result<(Vec<FindingChange>, Option<Severity>), CompareError> {
    let (before, after) = (index(old.report), index(new.report));
    let mut fates = Fates::new(old, new, terms)?;
    let mut changes = Vec::new();
    let known = old.report.filter.severity.max(new.report.filter.severity);
    let mut worst = None;
    let keys: std::collections::BTreeSet<&str> =
        before.keys().chain(after.keys()).copied().collect();
    for key in keys {
        let (from, to) = (before.get(key), after.get(key));
        let change = match (from, to) {
            (Some(from), Some(to)) => both(key, from, to),
            (None, Some(to)) => {
                let reason = fates.unseen_before(to.finding);
                FindingChange { reason, ..told(key, Change::New, None, Some(to)) }
            }
            (Some(from), None) => {
                let fate = fates.of(&Gone::new(key, from.finding, from.rolled))?;
                let (change, reason) = match fate {
                    Fate::Resolved(reason) => (Change::Resolved, reason),
                    Fate::OutOfScope(reason) => (Change::OutOfScope, Some(reason)),
                    Fate::NotVisible(reason) => (Change::NotVisible, Some(reason)),
                };
                FindingChange { reason, ..told(key, change, Some(from), None) }
            }
            (None, None) => continue,
        };
        // Below what a saved report shows nothing is known.
        if change.to > change.from && change.to >= Some(known) {
            worst = worst.max(change.to);
        }
        let severity = |side: Option<&Entry<'_>>| side.map(|entry| entry.finding.severity);
        if severity(from).max(severity(to)) >= Some(limit) {
            changes.push(change);
        }
    }
    Ok((changes, worst))
}

/// A key that is there on both sides. A waiver takes a finding out of the open ones and fixes
/// nothing: the status says so beside the change.
fn both(key: &str, from: &Entry<'_>, to: &Entry<'_>) -> FindingChange {
    let mut change = told(key, Change::Unchanged, Some(from), Some(to));
    // A rolled-up finding has the severity of its worst member, which says nothing of this one.
    if from.rolled != to.rolled && change.from.is_some() && change.to.is_some() {
        let own = if from.rolled { change.to } else { change.from };
        (change.from, change.to) = (own, own);
    }
    change.change = match (change.from, change.to) {
        (from, to) if to > from => Change::Worse,
        (from, to) if to < from => Change::Better,
        _ => {
            change.message = None;
            Change::Unchanged
        }
    };
    change
}

fn told(
    key: &str,
    change: Change,
    from: Option<&Entry<'_>>,
    to: Option<&Entry<'_>>,
) -> FindingChange {
    let entry = to.or(from);
    let status = |side: Option<&Entry<'_>>| side.map(|entry| entry.finding.status);
    FindingChange {
        key: key.to_owned(),
        check: entry.map(|entry| entry.finding.check.clone()).unwrap_or_default(),
        control: entry.map_or(0, |entry| entry.finding.control),
        change,
        from: from.and_then(Entry::open),
        to: to.and_then(Entry::open),
        status: StatusChange { from: status(from), to: status(to) },
        name: entry.and_then(Entry::name),
        message: entry.map(|entry| entry.finding.message.clone()),
        reason: None,
    }
}
