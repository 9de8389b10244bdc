//! Check 11: every row of the journal by itself and in its place.
use rusqlite::{Connection, OptionalExtension as _, Row, Statement};

use super::super::database::{blob, text};
use super::super::journal::{self, JournalFault, Walk, check_link};
use super::super::manifest::Manifest;
use super::super::record::{Exchange, Record};
use super::bodies::References;
use super::{Fault, Passed, Step};

/// The journal, read to its end.
pub(super) struct Walked {
    pub(super) walk: Walk,
    /// What `run_end` claims against the records before it, for check 12.
    pub(super) miscount: Option<Fault>,
}

impl From<JournalFault> for Fault {
    fn from(fault: JournalFault) -> Self {
        at(fault.code, fault.seq, fault.why)
    }
}

fn at(code: &'static str, seq: u64, sentence: impl Into<String>) -> Fault {
    Fault::at(code, format!("seq={seq}"), sentence)
}

/// Reads the journal row by row; memory does not grow with it.
pub(super) fn walk(
    connection: &Connection,
    manifest: &Manifest,
    references: &mut References<'_>,
) -> Step<Walked> {
    let unreadable = |seq: u64| {
        move |error: rusqlite::Error| at("E_JSON", seq, format!("the row cannot be read: {error}"))
    };
    let mut walked = Walked { walk: Walk::default(), miscount: None };
    let mut earlier =
        connection.prepare("SELECT record FROM journal WHERE seq = ?1").map_err(unreadable(1))?;
    let mut statement = connection
        .prepare("SELECT seq, kind, record, leaf, chain FROM journal ORDER BY seq")
        .map_err(unreadable(1))?;
    let mut rows = statement.query(()).map_err(unreadable(1))?;
    while let Some(row) = rows.next().map_err(unreadable(walked.walk.count() + 1))? {
        let seq = walked.walk.count() + 1;
        let Some(row) = typed(row) else {
            return Err(at("E_JSON", seq, "a column of the row has another type"));
        };
        if walked.miscount.is_some() {
            return Err(at("E_ORDER", seq, "a record after run_end"));
        }
        match walked.walk.read(row) {
            Ok(record) => {
                if record.run_id() != manifest.predicate.run_id {
                    return Err(at("E_ORDER", seq, "a record of another run than the manifest's"));
                }
                if let Record::Exchange(exchange) = &record {
                    link(&mut earlier, exchange)?;
                }
                references.add(&record);
            }
            Err(fault) if fault.code == "E_COUNT" => walked.miscount = Some(fault.into()),
            Err(fault) => return Err(fault.into()),
        }
    }
    let count = walked.walk.count();
    if walked.miscount.is_none() && walked.walk.end().is_none() {
        return Err(at("E_ORDER", count + 1, "the journal does not end with run_end"));
    }
    Ok(Passed::ok(walked, format!("{count} records, chained and in order")))
}

fn typed<'row>(row: &'row Row<'_>) -> Option<journal::Row<'row>> {
    Some(journal::Row {
        seq: row.get(0).ok()?,
        kind: text(row, 1)?,
        record: blob(row, 2)?,
        leaf: blob(row, 3)?,
        chain: blob(row, 4)?,
    })
}

/// The link of a page to the exchange whose answer led to it, which was verified before.
fn link(earlier: &mut Statement<'_>, exchange: &Exchange) -> Result<(), Fault> {
    let Some(prev) = exchange.prev else { return Ok(()) };
    let bytes = earlier
        .query_row([prev.cast_signed()], |row| row.get::<_, Vec<u8>>(0))
        .optional()
        .map_err(|error| at("E_JSON", prev, format!("the row cannot be read: {error}")))?;
    let record = bytes.and_then(|bytes| Record::parse(prev, &bytes).ok());
    let record = record.ok_or_else(|| at("E_ORDER", exchange.seq, "the page before is missing"))?;
    Ok(check_link(exchange, &record)?)
}
