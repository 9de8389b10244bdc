//! Evidence ids and the bytes that they name: read from one answer as the model reads it.
use super::journal::Journal;
use super::load;
use super::read::Job;
use super::repeats::RECORDS;
use super::{Error, Model};
use crate::bundle::Evidence;
use crate::bundle::record::{Exchange, Record};
use crate::catalogue;
use rusqlite::{Connection, ToSql};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use thiserror::Error as ThisError;

/// `ev:<journal seq>`, `ev:<journal seq>#<Qualys id>` or `ev:<journal seq>#@<offset>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceId {
    pub response: u64,
    pub part: Part,
}

/// What of an answer is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Whole,
    /// The record with this Qualys id.
    Record(String),
    /// What starts at this byte of the decompressed body.
    Offset(u64),
}

/// A text that is no evidence id.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[error("an evidence id is written ev:17, ev:17#4711 or ev:17#@1024")]
pub struct IdError;

impl FromStr for EvidenceId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let rest = text.strip_prefix("ev:").ok_or(IdError)?;
        let (seq, part) = match rest.split_once('#') {
            None => (rest, Part::Whole),
            Some((seq, part)) => match part.strip_prefix('@') {
                Some(offset) => (seq, Part::Offset(digits(offset)?)),
                None if part.is_empty() => return Err(IdError),
                None => (seq, Part::Record(part.to_owned())),
            },
        };
        Ok(Self { response: digits(seq)?, part })
    }
}

/// Without a sign, which `parse` takes.
fn digits(text: &str) -> Result<u64, IdError> {
    let number = text.parse().map_err(|_| IdError)?;
    if text.starts_with('+') { Err(IdError) } else { Ok(number) }
}

impl fmt::Display for EvidenceId {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "ev:{}", self.response)?;
        match &self.part {
            Part::Whole => Ok(()),
            Part::Record(id) => write!(to, "#{id}"),
            Part::Offset(offset) => write!(to, "#@{offset}"),
        }
    }
}

/// Bytes of a decompressed body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub offset: u64,
    pub length: u64,
}

/// Where the part stands in the body of an exchange, by offset: nowhere, once, or more than once
/// where several records have the id.
///
/// # Errors
/// A body that fails its check.
pub fn places(
    evidence: &Evidence,
    exchange: &Exchange,
    part: &Part,
) -> Result<BTreeSet<Place>, Error> {
    let Some(body) = &exchange.body else { return Ok(BTreeSet::new()) };
    if *part == Part::Whole {
        return Ok(BTreeSet::from([Place { offset: 0, length: body.raw_len }]));
    }
    let mut journal = Journal::default();
    journal.add(exchange.seq, Record::Exchange(exchange.clone()));
    let answer =
        journal.answers.remove(&exchange.endpoint).and_then(|answers| answers.into_iter().next());
    // What was refused, and what this version does not know, has no records.
    let (Some(endpoint), Some(answer)) = (catalogue::endpoint(&exchange.endpoint), answer) else {
        return Ok(BTreeSet::new());
    };
    let model = Model::empty()?;
    let job = Job { endpoint, answer, last: false };
    load::run(model.connection(), vec![job], vec![evidence.reader()?], false)?;
    let connection = model.connection();
    match part {
        Part::Whole => Ok(BTreeSet::new()),
        Part::Record(id) => RECORDS.iter().try_fold(BTreeSet::new(), |found, records| {
            let condition = format!("CAST({} AS TEXT) = ?1", records.id);
            rows(connection, found, records.table, &condition, id)
        }),
        Part::Offset(offset) => {
            let found = tables(connection)?.iter().try_fold(BTreeSet::new(), |found, table| {
                rows(connection, found, table, "\"offset\" = ?1", &load::signed(*offset))
            });
            // Where a part begins together with what holds it, that is meant.
            Ok(found?.pop_last().into_iter().collect())
        }
    }
}

/// Adds the places of the rows that meet a condition.
fn rows(
    model: &Connection,
    mut found: BTreeSet<Place>,
    table: &str,
    condition: &str,
    wanted: &dyn ToSql,
) -> Result<BTreeSet<Place>, Error> {
    let sql = format!("SELECT \"offset\", length FROM {table} WHERE {condition}");
    let mut statement = model.prepare(&sql)?;
    let mut rows = statement.query([wanted])?;
    while let Some(row) = rows.next()? {
        found.insert(Place {
            offset: row.get::<_, i64>(0)?.unsigned_abs(),
            length: row.get::<_, i64>(1)?.unsigned_abs(),
        });
    }
    Ok(found)
}

/// The tables whose rows know their place in a body.
fn tables(model: &Connection) -> Result<Vec<String>, Error> {
    let mut statement = model.prepare(
        "SELECT t.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c \
         WHERE t.type = 'table' AND c.name = 'offset' ORDER BY t.name",
    )?;
    let names = statement.query_map((), |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_they_are_written() {
        let id = |response, part| Ok(EvidenceId { response, part });
        for (text, expected) in [
            ("ev:17", id(17, Part::Whole)),
            ("ev:17#4711", id(17, Part::Record("4711".to_owned()))),
            ("ev:17#scan/1774573200.1", id(17, Part::Record("scan/1774573200.1".to_owned()))),
            ("ev:17#a#b", id(17, Part::Record("a#b".to_owned()))),
            ("ev:17#@0", id(17, Part::Offset(0))),
            ("17", Err(IdError)),
            ("ev:", Err(IdError)),
            ("ev:+17", Err(IdError)),
            ("ev:-1", Err(IdError)),
            ("ev:17#", Err(IdError)),
            ("ev:17#@", Err(IdError)),
            ("ev:17#@x", Err(IdError)),
            ("ev:17#@+1", Err(IdError)),
            ("ev:18446744073709551616", Err(IdError)),
        ] {
            let read = text.parse::<EvidenceId>();
            assert_eq!(read, expected, "{text}");
            if let Ok(id) = read {
                assert_eq!(id.to_string(), text);
            }
        }
    }
}
