//! Puts many like findings on one parent together, so that they do not drown the rest.

use std::collections::BTreeMap;

use crate::finding::{Finding, Resource, Status};

use super::fingerprint;

/// Like findings above this number become one.
const LIMIT: usize = 50;

/// A finding, and the parent that its check rolls up to.
pub(super) type Member = (Finding, Option<Resource>);

/// Rolls up the open findings of one check; accepted ones stand by themselves. The one finding
/// carries the keys it stands for, so comparison and waivers go on working on members.
pub(super) fn roll(members: Vec<Member>, summary: &str, subscription: &str) -> Vec<Finding> {
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
    for (parent, mut group) in groups {
        if group.len() <= LIMIT {
            findings.append(&mut group);
        } else {
            findings.extend(together(parent, group, summary, subscription));
        }
    }
    findings
}

fn together(
    parent: Resource,
    mut group: Vec<Finding>,
    summary: &str,
    subscription: &str,
) -> Option<Finding> {
    group.sort_by(|a, b| a.key.cmp(&b.key));
    let worst = group.iter().map(|finding| finding.severity).max()?;
    let members: Vec<String> = group.iter().map(|finding| finding.key.clone()).collect();
    let mut evidence: Vec<_> =
        group.iter().flat_map(|finding| finding.evidence.iter().cloned()).collect();
    evidence.sort_by_key(|pointer| (pointer.response, pointer.offset, pointer.length));
    evidence.dedup();
    let first = group.into_iter().next()?;
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
