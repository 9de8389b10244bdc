//! A bundle that is still being written: what was acknowledged survives a crash at any moment.
use super::body::{self, NewBody, Packed};
use super::clock::Skew;
use super::disk::{self, Folder};
use super::hash::{self, Digest};
use super::journal::{Row, Walk, check_link};
use super::record::{BodyRef, Exchange, Record, Resume, RunEnd, RunStart, Skip, instant_ms};
use super::{Error, work};
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// `NAME.qsi.partial/`, open for writing under an exclusive lock. One writer: parallel fetches take
/// turns.
#[derive(Debug)]
pub struct Partial {
    pub(super) path: PathBuf,
    pub(super) connection: Connection,
    pub(super) walk: Walk,
    pub(super) skew: Skew,
    start: RunStart,
    certificates: BTreeMap<Digest, i64>,
    /// Certificates that no stored exchange names yet.
    pending: BTreeMap<i64, Vec<u8>>,
    /// A write failed, so what lies on the disk may be ahead of `walk`.
    broken: bool,
    /// Last, so that the lock is released after the database is closed.
    pub(super) folder: Folder,
}

impl Partial {
    /// Begins the bundle `path` with its first record; `seq` and `run_id` are filled in.
    ///
    /// # Errors
    /// [`Error::Exists`] where the bundle or its partial folder is there already;
    /// [`Error::Refused`] where the path is not UTF-8.
    pub fn create(path: &Path, mut start: RunStart) -> Result<Self, Error> {
        // SQLite takes names as UTF-8 alone; better now than at the seal.
        if path.to_str().is_none() {
            return Err(Error::Refused(format!("{} is not UTF-8", path.display())));
        }
        disk::must_be_free(path)?;
        let mut run_id = [0; 16];
        getrandom::fill(&mut run_id).map_err(Error::Random)?;
        start.run_id = hash::hex(&run_id);
        let folder = Folder::create(&disk::partial_folder(path))?;
        let file = folder.path().join(work::DATABASE);
        let made = disk::create_private(&file).and_then(|_| work::create(&file));
        let connection = match made {
            Ok(connection) => connection,
            Err(error) => {
                folder.remove()?;
                return Err(error);
            }
        };
        let mut partial = Self {
            path: path.to_path_buf(),
            connection,
            walk: Walk::default(),
            skew: Skew::default(),
            start: start.clone(),
            certificates: BTreeMap::new(),
            pending: BTreeMap::new(),
            broken: false,
            folder,
        };
        match partial.append(Record::RunStart(start), None) {
            Ok(_) => Ok(partial),
            Err(error) => {
                // Nothing was acknowledged, so nothing need be kept.
                partial.discard()?;
                Err(error)
            }
        }
    }

    /// Goes on with an interrupted bundle: walks the whole journal again and appends `note`, of
    /// which `time`, `mono_ms` and `reason` are used. A run that had ended gets no further record;
    /// it can only be sealed.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::Foreign`], [`Error::Journal`] or [`Error::Body`] where the folder
    /// is in use, is not ours or does not hold what was written.
    pub fn resume(path: &Path, note: Resume) -> Result<Self, Error> {
        let folder = Folder::open(&disk::partial_folder(path))?;
        let file = folder.path().join(work::DATABASE);
        let foreign = |why: &str| Error::Foreign { path: file.clone(), why: why.to_owned() };
        let metadata = std::fs::symlink_metadata(&file).map_err(Error::io("open", &file))?;
        if !metadata.is_file() {
            return Err(foreign("not a regular file"));
        }
        let connection = work::open(&file)?;
        let (walk, skew) = work::rewalk(&connection)?;
        let Some(start) = walk.start().cloned() else {
            return Err(foreign("nothing was recorded in it; it can be removed"));
        };
        let certificates = work::certificates(&connection)?;
        let pending = BTreeMap::new();
        let path = path.to_path_buf();
        let mut partial = Self {
            path,
            connection,
            walk,
            skew,
            start,
            certificates,
            pending,
            broken: false,
            folder,
        };
        if partial.ended().is_none() {
            partial.append_resume(note)?;
        }
        Ok(partial)
    }

    fn append_resume(&mut self, note: Resume) -> Result<(), Error> {
        let gap = |from: &str, to: &str| instant_ms(to)?.checked_sub(instant_ms(from)?);
        let gap_ms = gap(self.walk.time(), &note.time).unwrap_or_default();
        let resume = Resume {
            last_seq: self.walk.count(),
            last_chain: self.walk.head().map(|head| hash::hex(&head)).unwrap_or_default(),
            gap_seconds: gap_ms.div_euclid(1000),
            ..note
        };
        self.append(Record::Resume(resume), None).map(|_| ())
    }

    /// Stores an exchange and its body in one transaction and returns the seq; durable when it
    /// returns. `seq`, `run_id` and `body` are filled in.
    ///
    /// # Errors
    /// [`Error::Refused`] and [`Error::Journal`] change nothing. After any other error the partial
    /// takes no more records; what was acknowledged is kept.
    pub fn commit(&mut self, mut exchange: Exchange, body: Option<NewBody>) -> Result<u64, Error> {
        let packed = body.map(NewBody::pack).transpose()?;
        exchange.body = match &packed {
            Some(packed) => Some(BodyRef {
                id: i64::try_from(self.walk.counts().bodies + 1)
                    .map_err(|_| Error::Refused("more bodies than can be numbered".to_owned()))?,
                commit: hash::hex(&packed.commit),
                raw_len: packed.raw_len,
                media: packed.media.clone(),
                segment_rule: packed.segment_rule.clone(),
            }),
            None => None,
        };
        if let Some(prev) = exchange.prev {
            let linked = work::record(&self.connection, prev)?;
            exchange.seq = self.walk.count() + 1;
            check_link(&exchange, &linked)?;
        }
        let known = |id: &i64| self.certificates.values().any(|known| known == id);
        let certificate = exchange.tls.as_ref().and_then(|tls| tls.certificate);
        if certificate.is_some_and(|id| !known(&id)) {
            return Err(Error::Refused("the exchange names an unknown certificate".to_owned()));
        }
        self.append(Record::Exchange(exchange), packed.as_ref())
    }

    /// Records that an endpoint of the plan is not asked.
    pub fn skip(&mut self, skip: Skip) -> Result<u64, Error> {
        self.append(Record::Skip(skip), None)
    }

    /// The row id of a leaf certificate, to be named by an exchange; it is stored with the first
    /// one that does.
    pub fn certificate(&mut self, der: &[u8]) -> Result<i64, Error> {
        let digest = hash::sha256(&[der]);
        if let Some(id) = self.certificates.get(&digest) {
            return Ok(*id);
        }
        let id = self.certificates.values().max().map_or(1, |last| last.saturating_add(1));
        self.certificates.insert(digest, id);
        self.pending.insert(id, der.to_vec());
        Ok(id)
    }

    /// Every record in its order, the bodies' too.
    pub fn records<E: From<Error>>(
        &self,
        mut each: impl FnMut(u64, Record) -> Result<(), E>,
    ) -> Result<(), E> {
        work::rows(&self.connection, |row| {
            let seq = u64::try_from(row.seq).unwrap_or_default();
            each(seq, Record::parse(seq, row.record)?)
        })
    }

    /// A body as it was committed, checked against its hash.
    pub fn body(&self, id: i64) -> Result<Vec<u8>, Error> {
        let refuse = |why: &str| Error::Body { id, why: why.to_owned() };
        let row: Option<(u64, Vec<u8>, Vec<u8>)> = self
            .connection
            .query_one("SELECT raw_len, sha256, zstd FROM body WHERE id = ?1", [id], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()
            .map_err(Error::database("read a body"))?;
        let (raw_len, sha256, frame) = row.ok_or_else(|| refuse("no such body"))?;
        let mut bytes = Vec::new();
        body::decode(&frame, raw_len, &mut bytes).map_err(|error| refuse(&error.to_string()))?;
        if hash::sha256(&[&bytes]) != sha256.as_slice() {
            return Err(refuse("not the bytes that were committed"));
        }
        Ok(bytes)
    }

    pub fn run_start(&self) -> &RunStart {
        &self.start
    }

    /// The last record, where the run has ended and only the seal is missing.
    pub fn ended(&self) -> Option<&RunEnd> {
        self.walk.end()
    }

    /// Whether at least one usable answer is there.
    pub fn has_pages(&self) -> bool {
        self.walk.pages() > 0
    }

    /// Number of records so far.
    pub fn count(&self) -> u64 {
        self.walk.count()
    }

    /// Removes the partial bundle.
    pub fn discard(self) -> Result<(), Error> {
        let Self { connection, folder, .. } = self;
        work::close(connection)?;
        folder.remove()
    }

    /// Ends the run. Does nothing where an interrupted seal has ended it already.
    pub(super) fn end(&mut self, mut end: RunEnd) -> Result<(), Error> {
        if self.ended().is_none() {
            end.counts = self.walk.counts();
            self.append(Record::RunEnd(end), None)?;
        }
        Ok(())
    }

    fn append(&mut self, mut record: Record, body: Option<&Packed>) -> Result<u64, Error> {
        if self.broken {
            return Err(Error::Refused("an earlier write failed; resume the bundle".to_owned()));
        }
        let seq = self.walk.count() + 1;
        record.place(seq, &self.start.run_id);
        let bytes = record.to_jcs()?;
        let link = self.walk.next(&record, &bytes)?;
        let (id, certificate) = match &record {
            Record::Exchange(exchange) => (
                exchange.body.as_ref().map(|body| body.id),
                exchange.tls.as_ref().and_then(|tls| tls.certificate),
            ),
            _ => (None, None),
        };
        let der = certificate.and_then(|id| Some((id, self.pending.get(&id)?)));
        let row = Row {
            seq: i64::try_from(seq).unwrap_or(i64::MAX),
            kind: record.kind(),
            record: &bytes,
            leaf: &link.leaf,
            chain: &link.chain,
        };
        self.broken = true;
        work::store(&mut self.connection, row, id.zip(body), der)?;
        self.broken = false;
        self.walk.advance(&record, link);
        self.skew.add(&record);
        if let Some(id) = certificate {
            self.pending.remove(&id);
        }
        Ok(seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: &str = "2026-03-28T02:10:00.000Z";

    fn exchange() -> Exchange {
        Exchange { time: TIME.to_owned(), ..Exchange::default() }
    }

    fn body(bytes: Vec<u8>) -> NewBody {
        NewBody {
            media: "text/xml".to_owned(),
            segment_rule: "whole".to_owned(),
            segment_ends: vec![bytes.len() as u64],
            bytes,
        }
    }

    #[test]
    fn a_full_disk_loses_nothing_and_stops_the_writer() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a.qsi");
        let start = RunStart { time: TIME.to_owned(), ..RunStart::default() };
        let mut partial = Partial::create(&path, start).unwrap();
        partial.commit(exchange(), Some(body(b"<A/>".to_vec()))).unwrap();
        partial.connection.pragma_update(None, "max_page_count", 10).unwrap();
        let mut noise = vec![0; 1 << 20];
        getrandom::fill(&mut noise).unwrap();
        let error = partial.commit(exchange(), Some(body(noise))).unwrap_err();
        assert!(error.is_full_disk(), "{error}");
        assert_eq!(partial.count(), 2);
        let refused = partial.commit(exchange(), None);
        assert!(matches!(refused, Err(Error::Refused(_))));
        drop(partial);
        let note = Resume { time: TIME.to_owned(), ..Resume::default() };
        let mut partial = Partial::resume(&path, note).unwrap();
        assert_eq!(partial.count(), 3);
        assert_eq!(partial.body(1).unwrap(), b"<A/>");
        assert_eq!(partial.commit(exchange(), Some(body(b"<B/>".to_vec()))).unwrap(), 4);
    }

    #[test]
    fn every_commit_waits_for_the_disk() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a.qsi");
        let start = RunStart { time: TIME.to_owned(), ..RunStart::default() };
        let note = Resume { time: TIME.to_owned(), ..Resume::default() };
        drop(Partial::create(&path, start).unwrap());
        let partial = Partial::resume(&path, note).unwrap();
        let setting = |name| {
            let value = partial.connection.pragma_query_value(None, name, |row| row.get(0));
            value.map_or_else(
                |error| error.to_string(),
                |value: rusqlite::types::Value| format!("{value:?}"),
            )
        };
        assert_eq!(setting("synchronous"), "Integer(2)");
        assert_eq!(setting("journal_mode"), "Text(\"wal\")");
        assert_eq!(setting("page_size"), "Integer(8192)");
        assert_eq!(setting("locking_mode"), "Text(\"exclusive\")");
    }

    #[test]
    fn a_first_record_that_is_refused_leaves_nothing_behind() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a.qsi");
        let twice = vec!["a".to_owned(), "a".to_owned()];
        for start in [
            RunStart::default(),
            RunStart { time: TIME.to_owned(), plan: twice, ..RunStart::default() },
        ] {
            assert!(Partial::create(&path, start).is_err());
            assert!(!disk::partial_folder(&path).exists());
        }
    }
}
