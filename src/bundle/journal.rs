//! The journal's rules, record by record: order, hashes, clock, and what they add up to.
use super::Error;
use super::completeness::Tally;
use super::hash::{self, Digest, Id, Mth};
use super::record::{Counts, Exchange, Record, RunEnd, RunStart, instant_ms};

/// How far a clock may run back, milliseconds. Time services step clocks by seconds; parallel
/// answers are committed a little out of order. More is refused when writing and when verifying.
pub const CLOCK_TOLERANCE_MS: i64 = 300_000;

/// A broken rule, with the code of checks 11 and 12.
#[derive(Debug, thiserror::Error)]
#[error("journal seq={seq}: {why}")]
pub struct JournalFault {
    pub code: &'static str,
    pub seq: u64,
    pub why: String,
}

/// A row of the `journal` table.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub seq: i64,
    pub kind: &'a str,
    pub record: &'a [u8],
    pub leaf: &'a [u8],
    pub chain: &'a [u8],
}

/// The two hashes that a record gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    pub leaf: Digest,
    pub chain: Digest,
}

/// Where a journal stands. Used by the writer before each insert and by every reader, so that what
/// one accepts the other does. Memory does not grow with the number of records.
#[derive(Debug, Clone, Default)]
pub struct Walk {
    seq: u64,
    run_id: Option<Id>,
    chain: Option<Digest>,
    tree: Mth,
    counts: Counts,
    tally: Tally,
    start: Option<RunStart>,
    end: Option<RunEnd>,
    /// Latest end of a record by wall clock, and by the session's monotonic clock; milliseconds.
    latest: Option<(i64, i64)>,
    /// Time of the last record.
    time: String,
}

impl Walk {
    /// Number of records, also the seq of the last one.
    pub fn count(&self) -> u64 {
        self.seq
    }

    pub fn run_id(&self) -> Option<&Id> {
        self.run_id.as_ref()
    }

    pub fn root(&self) -> Digest {
        self.tree.root()
    }

    /// Chain value of the last record.
    pub fn head(&self) -> Option<Digest> {
        self.chain
    }

    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Usable answers.
    pub fn pages(&self) -> u64 {
        self.tally.pages()
    }

    pub fn start(&self) -> Option<&RunStart> {
        self.start.as_ref()
    }

    pub fn end(&self) -> Option<&RunEnd> {
        self.end.as_ref()
    }

    /// Time of the last record.
    pub fn time(&self) -> &str {
        &self.time
    }

    /// Reads the next row: `E_ORDER`, `E_JSON`, `E_LEAF`, `E_CHAIN`, `E_CLOCK`, `E_COUNT`.
    pub fn read(&mut self, row: Row<'_>) -> Result<Record, JournalFault> {
        let seq = self.seq + 1;
        let fault = |code, why: String| JournalFault { code, seq, why };
        if u64::try_from(row.seq) != Ok(seq) {
            return Err(fault("E_ORDER", format!("row {} stands in its place", row.seq)));
        }
        if hash::leaf(row.record) != row.leaf {
            return Err(fault("E_LEAF", "the leaf is not the hash of the record".to_owned()));
        }
        let record = Record::parse(seq, row.record).map_err(|error| match error {
            Error::Json { why, .. } => fault("E_JSON", why),
            error => fault("E_JSON", error.to_string()),
        })?;
        if record.kind() != row.kind {
            return Err(fault("E_ORDER", "the kind column differs from the record".to_owned()));
        }
        let link = self.next(&record, row.record)?;
        if link.chain != row.chain {
            let why = "the chain value does not follow from the record before".to_owned();
            return Err(fault("E_CHAIN", why));
        }
        self.advance(&record, link);
        Ok(record)
    }

    /// The hashes of the record that is to come next, whose canonical form is `bytes`; refuses one
    /// that may not stand there. Changes nothing.
    pub fn next(&self, record: &Record, bytes: &[u8]) -> Result<Link, JournalFault> {
        let seq = self.seq + 1;
        let fault = |code, why: &str| Err(JournalFault { code, seq, why: why.to_owned() });
        if record.seq() != seq {
            return fault("E_ORDER", "the record names another seq");
        }
        if self.end.is_some() {
            return fault("E_ORDER", "a record after run_end");
        }
        if matches!(record, Record::RunStart(_)) != (seq == 1) {
            return fault("E_ORDER", "run_start is the first record and only that");
        }
        let Some(run_id) = hash::from_hex(record.run_id()) else {
            return fault("E_ORDER", "run_id is not 32 hexadecimal digits");
        };
        if self.run_id.is_some_and(|own| own != run_id) {
            return fault("E_ORDER", "a record of another run");
        }
        if let Err(why) = self.fits(record) {
            return fault("E_ORDER", &why);
        }
        if let Some((wall, mono)) = self.latest {
            let (end, mono_end) = ends(record);
            let is_resume = matches!(record, Record::Resume(_));
            if end.saturating_add(CLOCK_TOLERANCE_MS) < wall
                || (!is_resume && mono_end.saturating_add(CLOCK_TOLERANCE_MS) < mono)
            {
                return fault("E_CLOCK", "the clock ran back by more than five minutes");
            }
        }
        if let Record::RunEnd(end) = record {
            if end.counts != self.counts {
                return fault("E_COUNT", "run_end counts other records than there are");
            }
            if let Err(why) = self.tally.agrees(&end.outcomes) {
                return fault("E_COUNT", &why);
            }
        }
        let leaf = hash::leaf(bytes);
        let chain = match &self.chain {
            None => hash::chain0(&run_id, &leaf),
            Some(previous) => hash::chain(previous, &leaf),
        };
        Ok(Link { leaf, chain })
    }

    /// Takes a record that [`Walk::next`] accepted.
    pub fn advance(&mut self, record: &Record, link: Link) {
        self.seq += 1;
        self.chain = Some(link.chain);
        self.tree.push_leaf(link.leaf);
        self.counts.add(record);
        self.tally.add(record);
        record.time().clone_into(&mut self.time);
        let (wall, mono) = ends(record);
        self.latest = Some(match self.latest {
            Some((latest, _)) if matches!(record, Record::Resume(_)) => (latest.max(wall), mono),
            Some((latest, latest_mono)) => (latest.max(wall), latest_mono.max(mono)),
            None => (wall, mono),
        });
        match record {
            Record::RunStart(start) => {
                self.run_id = hash::from_hex(&start.run_id);
                self.start = Some(start.clone());
            }
            Record::RunEnd(end) => self.end = Some(end.clone()),
            Record::Exchange(_) | Record::Skip(_) | Record::Resume(_) => {}
        }
    }

    /// What a record says about the ones before it.
    fn fits(&self, record: &Record) -> Result<(), String> {
        let head = self.chain.map(|chain| hash::hex(&chain)).unwrap_or_default();
        match record {
            Record::RunStart(start) => {
                let plan: std::collections::BTreeSet<&String> = start.plan.iter().collect();
                if plan.len() != start.plan.len() {
                    return Err("the plan names an endpoint twice".to_owned());
                }
            }
            Record::Exchange(exchange) => {
                if exchange.prev.is_some_and(|prev| prev <= 1 || prev > self.seq) {
                    return Err("prev is not an earlier exchange".to_owned());
                }
                let id = exchange.body.as_ref().map(|body| u64::try_from(body.id));
                if id.is_some_and(|id| id != Ok(self.counts.bodies + 1)) {
                    return Err("bodies are numbered in the order of their exchanges".to_owned());
                }
            }
            Record::Resume(resume) => {
                if resume.last_seq != self.seq || resume.last_chain != head {
                    return Err("resume names another last record".to_owned());
                }
            }
            Record::Skip(_) | Record::RunEnd(_) => {}
        }
        Ok(())
    }
}

/// Whether `linked`, the record at `exchange.prev`, is a page that can lead to this one. Apart from
/// the walk, for it needs a look back into the table.
pub fn check_link(exchange: &Exchange, linked: &Record) -> Result<(), JournalFault> {
    match linked {
        Record::Exchange(page) if page.endpoint == exchange.endpoint => Ok(()),
        _ => Err(JournalFault {
            code: "E_ORDER",
            seq: exchange.seq,
            why: "prev is not an exchange of the same endpoint".to_owned(),
        }),
    }
}

/// When a record was over, by the wall clock and by the monotonic clock, milliseconds.
fn ends(record: &Record) -> (i64, i64) {
    let duration = match record {
        Record::Exchange(exchange) => i64::try_from(exchange.duration_ms).unwrap_or(i64::MAX),
        _ => 0,
    };
    let wall = instant_ms(record.time()).unwrap_or(i64::MIN);
    let mono = i64::try_from(record.mono_ms()).unwrap_or(i64::MAX);
    (wall.saturating_add(duration), mono.saturating_add(duration))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::record::{BodyRef, Resume};

    const RUN: &str = "000102030405060708090a0b0c0d0e0f";

    fn time(ms: i64) -> String {
        let instant = jiff::Timestamp::from_millisecond(1_774_663_800_000 + ms).unwrap();
        format!("{instant:.3}")
    }

    fn exchange(walk: &Walk, ms: i64) -> Exchange {
        Exchange {
            seq: walk.count() + 1,
            run_id: RUN.to_owned(),
            time: time(ms),
            mono_ms: u64::try_from(ms).unwrap_or_default(),
            endpoint: "vm/hosts".to_owned(),
            ..Exchange::default()
        }
    }

    fn push(walk: &mut Walk, record: &Record) -> Result<Link, &'static str> {
        let bytes = record.to_jcs().unwrap();
        let link = walk.next(record, &bytes).map_err(|fault| fault.code)?;
        walk.advance(record, link);
        Ok(link)
    }

    fn begun() -> Walk {
        let mut walk = Walk::default();
        let start = RunStart {
            seq: 1,
            run_id: RUN.to_owned(),
            time: time(0),
            plan: vec!["vm/hosts".to_owned()],
            ..RunStart::default()
        };
        push(&mut walk, &Record::RunStart(start)).unwrap();
        walk
    }

    #[test]
    fn the_chain_and_the_root_are_those_of_the_format() {
        let mut walk = Walk::default();
        let start =
            RunStart { seq: 1, run_id: RUN.to_owned(), time: time(0), ..RunStart::default() };
        let start = Record::RunStart(start);
        let first = push(&mut walk, &start).unwrap();
        let run_id: Id = hash::from_hex(RUN).unwrap();
        let bytes = start.to_jcs().unwrap();
        let leaf = hash::sha256(&[b"\0", &bytes]);
        assert_eq!(first.chain, hash::sha256(&[b"qsi.chain.v1\0", &run_id, &leaf]));
        assert_eq!(walk.root(), leaf);
        let next = Record::Exchange(exchange(&walk, 1));
        let second = push(&mut walk, &next).unwrap();
        let leaf_2 = hash::sha256(&[b"\0", &next.to_jcs().unwrap()]);
        assert_eq!(second.chain, hash::sha256(&[b"qsi.chain.v1\0", &first.chain, &leaf_2]));
        assert_eq!(walk.root(), hash::sha256(&[b"\x01", &leaf, &leaf_2]));
        assert_eq!(walk.head(), Some(second.chain));
    }

    #[test]
    fn what_may_not_come_next() {
        let walk = begun();
        let good = exchange(&walk, 1000);
        let body = |id| Some(BodyRef { id, ..BodyRef::default() });
        let head = hash::hex(&walk.head().unwrap());
        let resume = Resume {
            seq: 2,
            run_id: RUN.to_owned(),
            time: time(1000),
            last_seq: 1,
            last_chain: head,
            ..Resume::default()
        };
        let end = RunEnd { seq: 2, run_id: RUN.to_owned(), time: time(1), ..RunEnd::default() };
        let other_run = "f".repeat(32);
        let again =
            RunStart { seq: 2, run_id: RUN.to_owned(), time: time(1), ..RunStart::default() };
        let wrong = [
            ("E_ORDER", Record::Exchange(Exchange { seq: 3, ..good.clone() })),
            ("E_ORDER", Record::Exchange(Exchange { run_id: other_run, ..good.clone() })),
            ("E_ORDER", Record::Exchange(Exchange { run_id: "1".to_owned(), ..good.clone() })),
            ("E_ORDER", Record::Exchange(Exchange { prev: Some(2), ..good.clone() })),
            ("E_ORDER", Record::Exchange(Exchange { prev: Some(0), ..good.clone() })),
            ("E_ORDER", Record::Exchange(Exchange { body: body(2), ..good.clone() })),
            ("E_ORDER", Record::Exchange(Exchange { body: body(-1), ..good.clone() })),
            ("E_ORDER", Record::RunStart(again)),
            ("E_ORDER", Record::Resume(Resume { last_seq: 0, ..resume.clone() })),
            ("E_ORDER", Record::Resume(Resume { last_chain: String::new(), ..resume.clone() })),
            ("E_COUNT", Record::RunEnd(end)),
        ];
        for (code, record) in wrong {
            assert_eq!(push(&mut walk.clone(), &record), Err(code), "{record:?}");
        }
        let good = Exchange { body: body(1), ..good };
        for record in [Record::Exchange(good), Record::Resume(resume)] {
            assert!(push(&mut walk.clone(), &record).is_ok(), "{record:?}");
        }
        let first = Record::Exchange(exchange(&Walk::default(), 0));
        assert_eq!(push(&mut Walk::default(), &first), Err("E_ORDER"));
    }

    #[test]
    fn a_clock_may_run_back_five_minutes_and_no_more() {
        let mut walk = begun();
        let late = Record::Exchange(exchange(&walk, 3_600_000));
        push(&mut walk, &late).unwrap();
        let at = |ms: i64, mono: i64, duration_ms: u64| {
            let mono_ms = u64::try_from(mono).unwrap();
            Record::Exchange(Exchange { mono_ms, duration_ms, ..exchange(&walk, ms) })
        };
        let edge = 3_600_000 - CLOCK_TOLERANCE_MS;
        assert!(push(&mut walk.clone(), &at(edge, edge, 0)).is_ok());
        assert_eq!(push(&mut walk.clone(), &at(edge - 1, edge, 0)), Err("E_CLOCK"));
        assert_eq!(push(&mut walk.clone(), &at(edge, edge - 1, 0)), Err("E_CLOCK"));
        // A long answer began early and ended late.
        assert!(push(&mut walk.clone(), &at(0, 0, 3_600_000)).is_ok());
    }

    #[test]
    fn a_resumed_process_begins_its_own_monotonic_clock() {
        let mut walk = begun();
        let late = Record::Exchange(exchange(&walk, 3_600_000));
        push(&mut walk, &late).unwrap();
        let resume = |walk: &Walk, ms| {
            Record::Resume(Resume {
                seq: walk.count() + 1,
                run_id: RUN.to_owned(),
                time: time(ms),
                last_seq: walk.count(),
                last_chain: hash::hex(&walk.head().unwrap()),
                ..Resume::default()
            })
        };
        assert_eq!(push(&mut walk.clone(), &resume(&walk, 0)), Err("E_CLOCK"));
        let record = resume(&walk, 3_700_000);
        push(&mut walk, &record).unwrap();
        let next = Exchange { mono_ms: 5, ..exchange(&walk, 3_700_005) };
        assert!(push(&mut walk, &Record::Exchange(next)).is_ok());
    }
}
