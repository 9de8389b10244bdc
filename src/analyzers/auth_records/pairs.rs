//! Judges accounts that two records use: not across segments of different trust.

use std::collections::BTreeMap;

use super::records::AuthRecord;
use crate::address::{Range, Set};
use crate::analyzers::rows::collect;
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Known, Resource};
use crate::profile::Segment;

/// C08-10: each pair of records with one account.
pub(super) fn judge(
    facts: &Facts<'_>,
    records: &[AuthRecord],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C08-10";
    let mut ranges: BTreeMap<i64, Vec<Range>> = BTreeMap::new();
    for (row, range) in collect(facts, sql!("controls/08_auth_records/record_ranges"), [], |row| {
        let (first, last): (Vec<u8>, Vec<u8>) = (row.get("first")?, row.get("last")?);
        let range = Range::from_bytes(row.get("network_id")?, &first, &last);
        Ok((row.get("record_row")?, range))
    })? {
        ranges.entry(row).or_default().extend(range);
    }
    let groups = collect(facts, sql!("controls/08_auth_records/group_ranges"), [], |row| {
        let (first, last): (Vec<u8>, Vec<u8>) = (row.get("first")?, row.get("last")?);
        let range = Range::from_bytes(row.get("network_id")?, &first, &last);
        Ok((row.get::<_, String>("title")?, range))
    })?;
    let segments = facts.profile.segments.iter();
    let segments: Vec<(&Segment, Set)> = segments
        .map(|segment| {
            let named = groups.iter().filter(|(title, _)| segment.asset_groups.contains(title));
            let of_groups: Set = named.filter_map(|(_, range)| *range).collect();
            (segment, blocks(segment).union(&of_groups))
        })
        .collect();
    let by_tags_alone = facts.profile.segments.iter().any(|segment| {
        segment.cidrs.is_empty() && segment.asset_groups.is_empty() && !segment.tags.is_empty()
    });
    let mut accounts: BTreeMap<&str, Vec<(&AuthRecord, Vec<&Segment>)>> = BTreeMap::new();
    for record in records {
        let Some(username) = &record.username else { continue };
        let own: Set = ranges.remove(&record.row).unwrap_or_default().into_iter().collect();
        let touched = segments.iter().filter(|(_, blocks)| blocks.intersects(&own));
        let touched = touched.map(|(segment, _)| *segment).collect();
        accounts.entry(username).or_default().push((record, touched));
    }
    for (account, mut users) in accounts {
        users.sort_by_key(|(record, _)| record.key());
        for (place, (first, there)) in users.iter().enumerate() {
            for (second, here) in users.iter().skip(place + 1) {
                if !is_one_account(first, second) {
                    continue;
                }
                let apart = there
                    .iter()
                    .find_map(|a| here.iter().find(|b| a.kind != b.kind).map(|b| (*a, *b)));
                let crosses = if segments.is_empty() {
                    let reason = "no segments are declared; add a [[segment]] for each";
                    Known::Unknown(reason.to_owned())
                } else if apart.is_none() && (first.everywhere || second.everywhere) {
                    let reason = "a record for a whole domain names no address of a segment";
                    Known::Unknown(reason.to_owned())
                } else if apart.is_none() && by_tags_alone {
                    let reason = "a segment is declared by tags alone, which name no address";
                    Known::Unknown(reason.to_owned())
                } else {
                    Known::Known(apart.is_some())
                };
                verdicts.settle(CHECK, crosses, || {
                    let (a, b) = apart.map_or(("", ""), |(a, b)| (&a.id, &b.id));
                    let message = format!(
                        "{account} is used in \"{}\" (segment {a}) and in \"{}\" (segment {b})",
                        first.name(),
                        second.name()
                    );
                    let resource =
                        Resource::new("auth_record", first.key()).told_apart(second.key());
                    Violation::new(CHECK, resource, message)
                        .fact("account", account)
                        .fact("segments", vec![a, b])
                        .evidence([first.span.clone(), second.span.clone()])
                });
            }
        }
    }
    Ok(())
}

/// One user name in two Windows domains is two accounts.
fn is_one_account(first: &AuthRecord, second: &AuthRecord) -> bool {
    match (&first.domain, &second.domain) {
        (Some(first), Some(second)) => first == second,
        _ => true,
    }
}

fn blocks(segment: &Segment) -> Set {
    let blocks = segment.cidrs.iter();
    blocks
        .filter_map(|block| Range::new(segment.network_id, block.network(), block.broadcast()))
        .collect()
}
