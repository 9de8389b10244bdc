//! Control 2: the hosts that came since, by how they were assessed.

use std::cmp::Ordering;

use rusqlite::{OptionalExtension as _, Rows};

use super::{Between, Tally};
use crate::compare::CompareError;
use crate::finding::Span;

const LISTED: &str = "SELECT id, min(row) FROM host GROUP BY id ORDER BY id";

/// Share of a new host: id and label of the count.
const SHARES: [(&str, &str); 3] = [
    ("hosts_new_assessed", "New hosts that were assessed with a login or a live agent"),
    ("hosts_new_unauthenticated", "New hosts that were scanned without either"),
    ("hosts_new_unscanned", "New hosts that were not scanned yet"),
];

pub(super) fn count(between: &mut Between<'_>) -> Result<(), CompareError> {
    const LABEL: &str = "Hosts that came since";
    if !between.selects(2) || !between.comparable(2, "hosts_new", LABEL, &["vm/hosts"]) {
        return Ok(());
    }
    let mut shares: [Tally; 3] = Default::default();
    {
        let mut then = between.before.prepare(LISTED)?;
        let mut now = between.after.prepare(LISTED)?;
        let mut state = between.after.prepare(include_str!("../../../sql/compare/new_host.sql"))?;
        let (mut olds, mut news) = (then.query([])?, now.query([])?);
        let mut old = next(&mut olds)?;
        while let Some((id, row)) = next(&mut news)? {
            while old.is_some_and(|(old, _)| old.cmp(&id) == Ordering::Less) {
                old = next(&mut olds)?;
            }
            if old.is_some_and(|(old, _)| old == id) {
                continue;
            }
            let found: Option<(usize, Span)> = state
                .query_row([row], |row| {
                    let (response, offset) = (row.get("response")?, row.get("offset")?);
                    let span = Span::record(response, offset, row.get("length")?, id);
                    Ok((row.get("share")?, span))
                })
                .optional()?;
            if let Some((share, span)) = found
                && let Some(tally) = shares.get_mut(share)
            {
                tally.add(None, Some(span));
            }
        }
    }
    for ((id, label), tally) in SHARES.iter().zip(&shares) {
        between.tell(2, id, label, tally, None)?;
    }
    Ok(())
}

fn next(rows: &mut Rows<'_>) -> Result<Option<(i64, i64)>, CompareError> {
    Ok(match rows.next()? {
        Some(row) => Some((row.get(0)?, row.get(1)?)),
        None => None,
    })
}
