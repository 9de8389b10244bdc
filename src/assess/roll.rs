//! Puts many like findings on one parent together, so that they do not drown the rest.

use std::collections::BTreeMap;

use super::fingerprint;
use crate::analyzers::APART;
use crate::finding::{Evidence, Finding, Resource, Severity, Status};

/// A finding, and the parent that its check rolls up to.
pub(super) type Member = (Finding, Option<Resource>);

/// Open findings of one check on one parent, beyond those that are there as findings.
#[derive(Debug)]
pub(super) struct Crowd {
    pub(super) check: &'static str,
    pub(super) parent: Resource,
    pub(super) keys: Vec<String>,
    pub(super) evidence: Vec<Evidence>,
    pub(super) worst: Severity,
}

/// Rolls up the open findings of one check; accepted ones stand by themselves. The one finding
/// carries the keys it stands for, so comparison and waivers go on working on members.
pub(super) fn roll(
    members: Vec<Member>,
    crowds: Vec<Crowd>,
    summary: &str,
    subscription: &str,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut groups: BTreeMap<Resource, Vec<Finding>> = BTreeMap::new();
    for (finding, parent) in members {
        match parent {
            Some(parent) if finding.status == Status::Open => {
                groups.entry(parent).or_default().push(finding);
            }
            _ => findings.push(finding),
        }
    }
    let mut crowds: BTreeMap<Resource, Crowd> =
        crowds.into_iter().map(|crowd| (crowd.parent.clone(), crowd)).collect();
    for (parent, mut group) in groups {
        let crowd = crowds.remove(&parent);
        if group.len() <= APART && crowd.is_none() {
            findings.append(&mut group);
        } else {
            findings.extend(together(parent, group, crowd, summary, subscription));
        }
    }
    findings
}

fn together(
    parent: Resource,
    group: Vec<Finding>,
    crowd: Option<Crowd>,
    summary: &str,
    subscription: &str,
) -> Option<Finding> {
    let mut worst = group.iter().map(|finding| finding.severity).max()?;
    let mut members: Vec<String> = group.iter().map(|finding| finding.key.clone()).collect();
    let mut evidence: Vec<_> =
        group.iter().flat_map(|finding| finding.evidence.iter().cloned()).collect();
    let first = group.into_iter().next()?;
    if let Some(crowd) = crowd {
        worst = worst.max(crowd.worst);
        members.extend(crowd.keys);
        evidence.extend(crowd.evidence);
    }
    members.sort_unstable();
    let place = |one: &Evidence, other: &Evidence| {
        let place = |it: &Evidence| (it.response, it.offset, it.length);
        place(one).cmp(&place(other)).then_with(|| one.id.cmp(&other.id))
    };
    evidence.sort_unstable_by(place);
    evidence.dedup();
    let key = parent.key(&first.check);
    Some(Finding {
        fingerprint: fingerprint(subscription, &key),
        key,
        severity: worst,
        message: format!("{} findings of one kind: {summary}", members.len()),
        facts: serde_json::Map::from_iter([("members".to_owned(), members.len().into())]),
        resource: parent,
        members,
        evidence,
        ..first
    })
}
