//! Turns the spans of a judge into evidence ids: which answer, which record, which bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::finding::{Evidence, Span};

/// Looks answers up in the model, each once.
#[derive(Debug)]
pub struct Pointers<'a> {
    model: &'a Connection,
    responses: BTreeMap<i64, Option<Response>>,
}

#[derive(Debug)]
struct Response {
    endpoint: Arc<str>,
    sha256: Arc<str>,
    bytes: i64,
    /// Ids that more than one record of the body has.
    repeated: BTreeSet<String>,
}

impl<'a> Pointers<'a> {
    pub fn new(model: &'a Connection) -> Self {
        Self { model, responses: BTreeMap::new() }
    }

    /// Sorted, without repetition.
    ///
    /// # Errors
    /// A span into an answer that the model does not know: our own fault.
    pub fn resolve(&mut self, spans: &[Span]) -> Result<Vec<Evidence>, PointerError> {
        let spans: BTreeSet<&Span> = spans.iter().collect();
        spans.into_iter().map(|span| self.pointer(span)).collect()
    }

    fn pointer(&mut self, span: &Span) -> Result<Evidence, PointerError> {
        let seq = span.response;
        let response = match self.responses.entry(seq) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(vacant) => {
                vacant.insert(read(self.model, seq)?)
            }
        };
        let response = response.as_ref().ok_or(PointerError::Response(seq))?;
        let end = span.offset.checked_add(span.length);
        if span.offset < 0 || span.length < 0 || end.is_none_or(|end| end > response.bytes) {
            return Err(PointerError::Outside { seq, offset: span.offset, length: span.length });
        }
        let unique = span.record.as_ref().filter(|id| !response.repeated.contains(*id));
        let id = match unique {
            Some(record) => format!("ev:{seq}#{record}"),
            None if span.offset == 0 && span.length == response.bytes => format!("ev:{seq}"),
            None => format!("ev:{seq}#@{}", span.offset),
        };
        Ok(Evidence {
            id,
            response: seq,
            endpoint: Arc::clone(&response.endpoint),
            sha256: Arc::clone(&response.sha256),
            offset: span.offset,
            length: span.length,
        })
    }
}

fn read(model: &Connection, seq: i64) -> Result<Option<Response>, PointerError> {
    let mut statement =
        model.prepare_cached("SELECT endpoint, sha256, bytes FROM response WHERE seq = ?1")?;
    let row = statement
        .query_row(params![seq], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((endpoint, sha256, bytes)): Option<(String, String, i64)> = row else {
        return Ok(None);
    };
    let mut statement = model.prepare_cached("SELECT id FROM repeated WHERE response = ?1")?;
    let repeated =
        statement.query_map(params![seq], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(Some(Response { endpoint: endpoint.into(), sha256: sha256.into(), bytes, repeated }))
}

/// A finding that points at nothing.
#[derive(Debug, thiserror::Error)]
pub enum PointerError {
    #[error("a finding points at response {0}, which the evidence does not hold")]
    Response(i64),
    #[error("a finding points at bytes {offset} + {length}, outside response {seq}")]
    Outside { seq: i64, offset: i64, length: i64 },
    #[error("the evidence model cannot be read: {0}")]
    Sql(#[from] rusqlite::Error),
}
