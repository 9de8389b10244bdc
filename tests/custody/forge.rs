//! Takes a bundle apart, changes it and seals it again.
use std::io::Cursor;

use qualys_sec_inspector::bundle::container::{self, Member, Writer, member_len};
use qualys_sec_inspector::bundle::hash::{self, hex, sha256};
use qualys_sec_inspector::bundle::manifest::Manifest;
use qualys_sec_inspector::bundle::signature::{EVIDENCE_NAMESPACE, SigningKey};
use qualys_sec_inspector::bundle::verify_text;
use rusqlite::Connection;
use serde_json::Value;

use crate::base::{SEALED_AT, base};

pub(crate) fn scan(bytes: &[u8]) -> container::Container {
    container::scan(&mut Cursor::new(bytes), bytes.len() as u64).unwrap()
}

pub(crate) fn slice(bytes: &[u8], member: Member) -> &[u8] {
    let start = usize::try_from(member.offset).unwrap();
    &bytes[start..start + usize::try_from(member.size).unwrap()]
}

/// A container of any members in any order.
pub(crate) fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let seconds = SEALED_AT.parse::<jiff::Timestamp>().unwrap().as_second();
    let mut writer = Writer::new(Vec::new(), u64::try_from(seconds).unwrap());
    for (name, bytes) in members {
        writer.bytes(name, bytes).unwrap();
    }
    writer.finish().unwrap()
}

/// A change to a JSON text.
pub(crate) type Rewrite = fn(String) -> String;

/// A bundle taken apart, to be changed and sealed again by whoever holds `key`.
#[derive(Clone)]
pub(crate) struct Forge<'a> {
    pub(crate) manifest: Manifest,
    pub(crate) sqlite: Vec<u8>,
    pub(crate) key: Option<&'a SigningKey>,
    pub(crate) namespace: &'static str,
    /// Instead of the text that belongs to the manifest.
    pub(crate) verify: Option<&'static str>,
    /// Applied to the manifest's bytes before they are signed.
    pub(crate) rewrite: Rewrite,
}

impl Forge<'static> {
    /// The operator's own bundle, which the operator can sign again.
    pub(crate) fn insider() -> Self {
        Self::of(&base().bytes, Some(&base().operator.signing))
    }

    pub(crate) fn unsigned() -> Self {
        Self::of(&base().unsigned, None)
    }

    pub(crate) fn of(bytes: &[u8], key: Option<&'static SigningKey>) -> Self {
        let found = scan(bytes);
        Self {
            manifest: Manifest::parse(slice(bytes, found.manifest)).unwrap(),
            sqlite: slice(bytes, found.evidence).to_vec(),
            key,
            namespace: EVIDENCE_NAMESPACE,
            verify: None,
            rewrite: |manifest| manifest,
        }
    }
}

impl Forge<'_> {
    /// Changes the database and compacts it, so that the change leaves no other trace.
    pub(crate) fn sql(mut self, change: impl FnOnce(&Connection)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (before, after) = (folder.path().join("before"), folder.path().join("after"));
        std::fs::write(&before, &self.sqlite).unwrap();
        let connection = Connection::open(&before).unwrap();
        connection.execute_batch("PRAGMA synchronous = OFF").unwrap();
        change(&connection);
        connection.execute("VACUUM INTO ?1", [after.to_str().unwrap()]).unwrap();
        self.sqlite = std::fs::read(after).unwrap();
        self
    }

    /// Changes the database and leaves the file as SQLite leaves it.
    pub(crate) fn sql_in_place(mut self, change: impl FnOnce(&Connection)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("evidence.sqlite");
        std::fs::write(&path, &self.sqlite).unwrap();
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch("PRAGMA synchronous = OFF").unwrap();
        change(&connection);
        drop(connection);
        self.sqlite = std::fs::read(path).unwrap();
        self
    }

    /// Edits one record as JSON; its hashes and those behind it stay as they were.
    pub(crate) fn record(self, seq: i64, edit: impl FnOnce(&mut Value)) -> Self {
        self.sql(|connection| edit_record(connection, seq, edit))
    }

    pub(crate) fn bytes(mut self, change: impl FnOnce(&mut Vec<u8>)) -> Self {
        change(&mut self.sqlite);
        self
    }

    /// Computes every leaf and chain value anew.
    pub(crate) fn rehash(self) -> Self {
        self.sql(rehash)
    }

    /// Lets the manifest's journal agree with the table.
    pub(crate) fn recount(mut self) -> Self {
        let mut tree = hash::Mth::default();
        let mut head = Vec::new();
        let mut count = 0;
        self = self.sql(|connection| {
            let mut rows =
                connection.prepare("SELECT leaf, chain FROM journal ORDER BY seq").unwrap();
            let mut rows = rows.query(()).unwrap();
            while let Some(row) = rows.next().unwrap() {
                tree.push_leaf(row.get(0).unwrap());
                head = row.get(1).unwrap();
                count += 1;
            }
        });
        let journal = &mut self.manifest.predicate.journal;
        (journal.count, journal.root, journal.head) = (count, hex(&tree.root()), hex(&head));
        self
    }

    pub(crate) fn manifest(mut self, edit: impl FnOnce(&mut Manifest)) -> Self {
        edit(&mut self.manifest);
        self
    }

    /// Repairs every number and hash of the manifest that can be repaired, and signs.
    pub(crate) fn seal(&self) -> Vec<u8> {
        let (manifest, signature, verify) = self.members();
        let mut members = vec![(container::MANIFEST, manifest.as_slice())];
        if let Some(signature) = &signature {
            members.push((container::SIGNATURE, signature.as_bytes()));
        }
        members.push((container::VERIFY, verify.as_bytes()));
        members.push((container::EVIDENCE, &self.sqlite));
        archive(&members)
    }

    /// Manifest, signature and VERIFY.txt.
    pub(crate) fn members(&self) -> (Vec<u8>, Option<String>, String) {
        let mut manifest = self.manifest.clone();
        manifest.predicate.evidence.bytes = self.sqlite.len() as u64;
        manifest.subject[1].digest.sha256 = hex(&sha256(&[&self.sqlite]));
        loop {
            let text = self.verify.map_or_else(|| verify_text::render(&manifest), str::to_owned);
            manifest.subject[0].digest.sha256 = hex(&sha256(&[text.as_bytes()]));
            let bytes = manifest.to_jcs().unwrap();
            let bytes = (self.rewrite)(String::from_utf8(bytes).unwrap()).into_bytes();
            let signature = if self.key.is_some() { member_len(512) } else { 0 };
            let sealed_len = member_len(bytes.len() as u64)
                + signature
                + member_len(text.len() as u64)
                + member_len(self.sqlite.len() as u64);
            if sealed_len == manifest.predicate.sealed_len {
                let signature = self.key.map(|key| key.sign(self.namespace, &bytes).unwrap());
                return (bytes, signature, text);
            }
            manifest.predicate.sealed_len = sealed_len;
        }
    }
}

pub(crate) fn edit_record(connection: &Connection, seq: i64, edit: impl FnOnce(&mut Value)) {
    let sql = "SELECT record FROM journal WHERE seq = ?1";
    let bytes: Vec<u8> = connection.query_row(sql, [seq], |row| row.get(0)).unwrap();
    let mut record: Value = serde_json::from_slice(&bytes).unwrap();
    edit(&mut record);
    record.sort_all_objects();
    store(connection, seq, &serde_json::to_vec(&record).unwrap());
}

pub(crate) fn store(connection: &Connection, seq: i64, record: &[u8]) {
    let sql = "UPDATE journal SET record = ?2 WHERE seq = ?1";
    assert_eq!(connection.execute(sql, (seq, record)).unwrap(), 1);
}

/// Every leaf and chain value anew, over whatever the rows hold; the chain value that a resumption
/// repeats, too.
pub(crate) fn rehash(connection: &Connection) {
    let rows: Vec<(i64, Vec<u8>)> = connection
        .prepare("SELECT seq, record FROM journal ORDER BY seq")
        .unwrap()
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let first: Value = serde_json::from_slice(&rows[0].1).unwrap();
    let run_id = hash::from_hex(first["run_id"].as_str().unwrap()).unwrap();
    let mut chain: Option<hash::Digest> = None;
    for (seq, mut record) in rows {
        if let Ok(mut resume) = serde_json::from_slice::<Value>(&record)
            && resume["kind"] == "resume"
        {
            resume["last_chain"] = hex(&chain.unwrap()).into();
            resume.sort_all_objects();
            record = serde_json::to_vec(&resume).unwrap();
            store(connection, seq, &record);
        }
        let leaf = hash::leaf(&record);
        let next =
            chain.map_or_else(|| hash::chain0(&run_id, &leaf), |chain| hash::chain(&chain, &leaf));
        connection
            .execute("UPDATE journal SET leaf = ?2, chain = ?3 WHERE seq = ?1", (seq, leaf, next))
            .unwrap();
        chain = Some(next);
    }
}
