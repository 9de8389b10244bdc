//! Excluded addresses of two snapshots: which came, which went, whose end was moved.
//!
//! How the list cuts them into ranges counts for nothing. An address on it twice is excluded until
//! the later of the two ends.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{Walk, at};
use crate::address::{Range, Set};
use crate::assess::{BothSides, DeploymentChange, Edit, Pointers};
use crate::compare::CompareError;
use crate::finding::Span;

const ENDPOINT: &str = "vm/excluded-ips";

/// One side: the records, and the addresses by the day on which their exclusion ends, if ever.
struct Excluded {
    records: Vec<(Range, Span)>,
    until: BTreeMap<Option<String>, Set>,
    all: Set,
}

impl Excluded {
    fn read(model: &Connection) -> Result<Self, CompareError> {
        let mut statement = model.prepare(include_str!("../../../sql/compare/exclusions.sql"))?;
        let mut rows = statement.query([])?;
        let mut records = Vec::new();
        let mut listed: BTreeMap<Option<String>, Vec<Range>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let (first, last): (Vec<u8>, Vec<u8>) = (row.get("first")?, row.get("last")?);
            let network = row.get("network_id")?;
            let Some(range) = Range::from_bytes(network, &first, &last) else { continue };
            let (response, offset) = (row.get("response")?, row.get("offset")?);
            records.push((range, Span::part(response, offset, row.get("length")?)));
            listed.entry(row.get("expires")?).or_default().push(range);
        }
        // What never ends comes first, then the later ends.
        let mut listed: Vec<(Option<String>, Vec<Range>)> = listed.into_iter().collect();
        listed.sort_by_key(|(ends, _)| (ends.is_some(), Reverse(ends.clone())));
        let mut all = Set::new();
        let mut until = BTreeMap::new();
        for (ends, ranges) in listed {
            let ranges: Set = ranges.into_iter().collect();
            until.insert(ends, ranges.difference(&all));
            all = all.union(&ranges);
        }
        Ok(Self { records, until, all })
    }

    /// The first record that holds an address of the run.
    fn evidence(
        &self,
        run: &Range,
        pointers: &mut Pointers<'_>,
    ) -> Result<Option<String>, CompareError> {
        let record = self.records.iter().find(|(range, _)| range.overlap(run).is_some());
        let Some((_, span)) = record else { return Ok(None) };
        Ok(at(pointers, span)?.map(|evidence| evidence.id))
    }
}

/// Tells the changes of a walk of control 16.
pub(super) fn compare(
    walk: &mut Walk<'_>,
    before: &Connection,
    after: &Connection,
) -> Result<(), CompareError> {
    let (old, new) = (Excluded::read(before)?, Excluded::read(after)?);
    if walk.same_eyes && walk.after.contains(ENDPOINT) {
        for run in old.all.difference(&new.all).runs() {
            let sides = BothSides { old: old.evidence(run, &mut walk.old)?, new: None };
            walk.changes.push(change(run, Edit::Removed, sides));
        }
    }
    if walk.same_eyes && walk.before.contains(ENDPOINT) {
        for run in new.all.difference(&old.all).runs() {
            let sides = BothSides { old: None, new: new.evidence(run, &mut walk.new)? };
            walk.changes.push(change(run, Edit::Added, sides));
        }
    }
    for (from, was) in &old.until {
        for (to, is) in new.until.iter().filter(|(to, _)| *to != from) {
            for run in was.intersection(is).runs() {
                let sides = BothSides {
                    old: old.evidence(run, &mut walk.old)?,
                    new: new.evidence(run, &mut walk.new)?,
                };
                walk.changes.push(DeploymentChange {
                    field: Some("expires".to_owned()),
                    from: from.clone(),
                    to: to.clone(),
                    ..change(run, Edit::Changed, sides)
                });
            }
        }
    }
    Ok(())
}

fn change(run: &Range, change: Edit, evidence: BothSides) -> DeploymentChange {
    DeploymentChange {
        control: 16,
        kind: "excluded_range".to_owned(),
        id: run.to_string(),
        name: None,
        change,
        field: None,
        from: None,
        to: None,
        evidence,
    }
}
