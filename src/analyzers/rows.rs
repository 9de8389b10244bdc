//! Rows of the controls' statements: all of them, their counts, the bytes that they stand for.

use rusqlite::{Params, Row};

use super::{AnalyzeError, Facts};
use crate::finding::Span;

/// Every row of a statement.
pub(super) fn collect<T>(
    facts: &Facts<'_>,
    sql: &str,
    parameters: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, AnalyzeError> {
    let mut statement = facts.model.prepare(sql)?;
    let rows = statement.query_map(parameters, read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Hands out one row of a statement after the other: there may be one a host.
pub(super) fn each(
    facts: &Facts<'_>,
    sql: &str,
    parameters: impl Params,
    mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> Result<(), AnalyzeError> {
    let mut statement = facts.model.prepare(sql)?;
    let mut rows = statement.query(parameters)?;
    while let Some(row) = rows.next()? {
        take(row)?;
    }
    Ok(())
}

/// A column that counts.
pub(super) fn count(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}

/// The bytes of a part of a record, from the columns `response`, `offset` and `length`.
pub(super) fn part(row: &Row<'_>) -> rusqlite::Result<Span> {
    Ok(Span::part(row.get("response")?, row.get("offset")?, row.get("length")?))
}

/// The bytes of a record with this id, from the same columns.
pub(super) fn record(row: &Row<'_>, id: i64) -> rusqlite::Result<Span> {
    Ok(Span::record(row.get("response")?, row.get("offset")?, row.get("length")?, id))
}
