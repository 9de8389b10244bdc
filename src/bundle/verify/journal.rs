//! Check 11: every row of the journal by itself and in its place.
use rusqlite::{Connection, OptionalExtension as _, Row, Statement};

use super::super::completeness::Tally;
use super::super::database::{blob, digest, number, text};
use super::super::hash::{self, Digest, Id, Mth, from_hex, hex};
use super::super::manifest::Manifest;
use super::super::record::{Counts, Exchange, Record, RunEnd, RunStart};
use super::bodies::References;
use super::clock::Clock;
use super::{Fault, Passed, Step};

/// What the whole journal adds up to, for check 12.
pub(super) struct Walked {
    pub(super) count: u64,
    pub(super) root: Digest,
    pub(super) head: Digest,
    pub(super) start: RunStart,
    pub(super) end: RunEnd,
    /// Of all records before `run_end`.
    pub(super) counts: Counts,
    pub(super) tally: Tally,
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
    let mut walk = Walk::new(connection, manifest).map_err(|error| unreadable(1, &error))?;
    let mut statement = connection
        .prepare("SELECT seq, kind, record, leaf, chain FROM journal ORDER BY seq")
        .map_err(|error| unreadable(1, &error))?;
    let mut rows = statement.query(()).map_err(|error| unreadable(1, &error))?;
    while let Some(row) = rows.next().map_err(|error| unreadable(walk.count + 1, &error))? {
        let record = walk.row(row)?;
        walk.place(&record)?;
        walk.clock.add(&record)?;
        references.add(&record);
        walk.absorb(record);
    }
    let walked = walk.finish()?;
    let sentence = format!("{} records, chained and in order", walked.count);
    Ok(Passed::ok(walked, sentence))
}

fn unreadable(seq: u64, error: &rusqlite::Error) -> Fault {
    at("E_JSON", seq, format!("the row cannot be read: {error}"))
}

struct Walk<'a> {
    run_id: Id,
    run: &'a str,
    earlier: Statement<'a>,
    clock: Clock,
    tree: Mth,
    /// Chain value of the last row, and of the one before it.
    chain: Option<Digest>,
    before: Option<Digest>,
    count: u64,
    counts: Counts,
    tally: Tally,
    start: Option<RunStart>,
    end: Option<RunEnd>,
}

impl<'a> Walk<'a> {
    fn new(connection: &'a Connection, manifest: &'a Manifest) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            // The manifest was read strictly, so this is its run id.
            run_id: from_hex(&manifest.predicate.run_id).unwrap_or_default(),
            run: &manifest.predicate.run_id,
            earlier: connection.prepare("SELECT record FROM journal WHERE seq = ?1")?,
            clock: Clock::default(),
            tree: Mth::default(),
            chain: None,
            before: None,
            count: 0,
            counts: Counts::default(),
            tally: Tally::default(),
            start: None,
            end: None,
        })
    }

    /// One row by itself: number, hashes, form.
    fn row(&mut self, row: &Row<'_>) -> Result<Record, Fault> {
        let seq = self.count + 1;
        if number(row, 0) != Some(seq) {
            return Err(at("E_ORDER", seq, "the row is missing, or another stands in its place"));
        }
        let bytes = blob(row, 2).ok_or_else(|| at("E_JSON", seq, "the record is not a blob"))?;
        let leaf = hash::leaf(bytes);
        if digest(row, 3) != Some(leaf) {
            return Err(at("E_LEAF", seq, "the leaf is not the hash of the record"));
        }
        let chain = match &self.chain {
            None => hash::chain0(&self.run_id, &leaf),
            Some(previous) => hash::chain(previous, &leaf),
        };
        if digest(row, 4) != Some(chain) {
            return Err(at("E_CHAIN", seq, "the chain value does not follow from the row before"));
        }
        let record =
            Record::parse(seq, bytes).map_err(|error| at("E_JSON", seq, error.to_string()))?;
        if text(row, 1) != Some(record.kind()) {
            return Err(at("E_JSON", seq, "the kind column is not the record's kind"));
        }
        if record.run_id() != self.run {
            return Err(at("E_CHAIN", seq, "the record belongs to another run"));
        }
        self.tree.push_leaf(leaf);
        self.before = self.chain.replace(chain);
        self.count = seq;
        Ok(record)
    }

    /// The record among the others.
    fn place(&mut self, record: &Record) -> Result<(), Fault> {
        let seq = self.count;
        let order = |sentence: &str| Err(at("E_ORDER", seq, sentence));
        match record {
            Record::RunStart(_) if seq != 1 => return order("a second beginning"),
            Record::RunStart(_) => {}
            _ if seq == 1 => return order("the journal does not begin with run_start"),
            _ if self.end.is_some() => return order("a record behind run_end"),
            Record::Resume(resume) => {
                let before = self.before.map(|chain| hex(&chain));
                if resume.last_seq + 1 != seq || before.as_ref() != Some(&resume.last_chain) {
                    return order("the resumption does not name the record before it");
                }
            }
            Record::Skip(skip) => {
                let plan = self.start.as_ref().map_or(&[][..], |start| &start.plan);
                if !plan.contains(&skip.endpoint) {
                    return order("an endpoint was skipped that was not planned");
                }
            }
            Record::Exchange(exchange) => self.link(exchange)?,
            Record::RunEnd(_) => {}
        }
        Ok(())
    }

    /// The link of a page to the exchange whose answer led to it.
    fn link(&mut self, exchange: &Exchange) -> Result<(), Fault> {
        let seq = self.count;
        let order = |sentence: &str| Err(at("E_ORDER", seq, sentence));
        if exchange.attempt == 0 || exchange.page == 0 {
            return order("attempts and pages count from 1");
        }
        let Some(prev) = exchange.prev else { return Ok(()) };
        if prev >= seq {
            return order("the page before does not stand before");
        }
        let bytes = self
            .earlier
            .query_row([prev.cast_signed()], |row| row.get::<_, Vec<u8>>(0))
            .optional()
            .map_err(|error| unreadable(prev, &error))?;
        let earlier = bytes.and_then(|bytes| Record::parse(prev, &bytes).ok());
        let Some(Record::Exchange(earlier)) = earlier else {
            return order("the page before is not an exchange");
        };
        if earlier.body.is_none() {
            return order("the page before has no answer that could lead here");
        }
        if earlier.endpoint == exchange.endpoint && earlier.page + 1 != exchange.page {
            return order("the page does not follow the page that it is linked to");
        }
        if !self.clock.follows(prev, earlier.mono_ms, exchange.mono_ms) {
            return Err(at("E_CLOCK", seq, "asked before the page that led to it"));
        }
        Ok(())
    }

    fn absorb(&mut self, record: Record) {
        self.counts.add(&record);
        self.tally.add(&record);
        match record {
            Record::RunStart(start) => self.start = Some(start),
            Record::RunEnd(end) => self.end = Some(end),
            _ => {}
        }
    }

    fn finish(self) -> Result<Walked, Fault> {
        let (Some(start), Some(end), Some(head)) = (self.start, self.end, self.chain) else {
            let sentence = "the journal does not end with run_end";
            return Err(at("E_ORDER", self.count + 1, sentence));
        };
        Ok(Walked {
            count: self.count,
            root: self.tree.root(),
            head,
            start,
            end,
            counts: self.counts,
            tally: self.tally,
        })
    }
}
