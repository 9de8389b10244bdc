//! A made-up collection run, step by step, and the reading of what it left.
use qualys_sec_inspector::bundle::Error;
use qualys_sec_inspector::bundle::body::NewBody;
use qualys_sec_inspector::bundle::completeness::{EndpointOutcome, EndpointState};
use qualys_sec_inspector::bundle::container::{self, EVIDENCE, VERIFY};
use qualys_sec_inspector::bundle::hash::{hex, sha256};
use qualys_sec_inspector::bundle::journal::{Row, Walk};
use qualys_sec_inspector::bundle::manifest::{Manifest, Relation};
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::{Exchange, Record, Resume, RunEnd, RunStart, Tool};
use qualys_sec_inspector::bundle::seal::{Seal, Sealed, Sign};
use qualys_sec_inspector::bundle::verify_text;
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};

/// Moment `n` of a made-up run, one second apart.
pub(crate) fn time(n: u64) -> String {
    format!("2026-03-28T{:02}:{:02}:{:02}.000Z", n / 3600, n / 60 % 60, n % 60)
}

pub(crate) fn start() -> RunStart {
    RunStart {
        time: time(0),
        host: "collector.example.com".to_owned(),
        tool: Tool { name: "collect".to_owned(), version: "0.0.0".to_owned(), ..Tool::default() },
        platform: "us1".to_owned(),
        login: "acme_ab1".to_owned(),
        redaction_profile: "standard/1".to_owned(),
        plan: vec!["vm/hosts".to_owned(), "vm/users".to_owned()],
        ..RunStart::default()
    }
}

pub(crate) fn exchange(n: u64) -> Exchange {
    Exchange {
        time: time(n),
        mono_ms: n * 1000,
        endpoint: "vm/hosts".to_owned(),
        attempt: 1,
        page: n,
        method: "GET".to_owned(),
        status: Some(200),
        ..Exchange::default()
    }
}

pub(crate) fn body(text: &str) -> NewBody {
    NewBody {
        media: "text/xml".to_owned(),
        bytes: text.as_bytes().to_vec(),
        segment_rule: "whole".to_owned(),
        segment_ends: if text.is_empty() { vec![] } else { vec![text.len() as u64] },
    }
}

pub(crate) fn note(n: u64) -> Resume {
    Resume { time: time(n), reason: "interrupted".to_owned(), ..Resume::default() }
}

pub(crate) fn outcome(endpoint: &str, state: EndpointState, pages: u64) -> EndpointOutcome {
    EndpointOutcome { endpoint: endpoint.to_owned(), state, pages, records: pages, reason: None }
}

pub(crate) fn end(n: u64, pages: u64) -> RunEnd {
    let state = if pages > 0 { EndpointState::Present } else { EndpointState::Failed };
    RunEnd {
        time: time(n),
        mono_ms: n * 1000,
        outcomes: vec![
            outcome("vm/hosts", state, pages),
            outcome("vm/users", EndpointState::Denied, 0),
        ],
        ..RunEnd::default()
    }
}

pub(crate) fn seal(key: Option<&dyn Sign>) -> Seal<'_> {
    Seal { key, sealed_at: "2026-03-29T00:00:00.500Z".to_owned(), relation: Relation::First }
}

pub(crate) fn folder(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}.partial", path.display()))
}

/// The files as a process that is killed now would leave them: log not folded in, lock gone.
pub(crate) fn snapshot(path: &Path, copy: &Path) {
    fs::create_dir(folder(copy)).unwrap();
    for entry in fs::read_dir(folder(path)).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder(copy).join(entry.file_name())).unwrap();
    }
}

pub(crate) fn records(partial: &Partial) -> Vec<Record> {
    let mut all = Vec::new();
    partial
        .records(|seq, record| {
            assert_eq!(seq, all.len() as u64 + 1);
            all.push(record);
            Ok::<(), Error>(())
        })
        .unwrap();
    all
}

/// A sealed bundle taken apart: its statement, and a walk over the whole journal.
pub(crate) fn read_sealed(sealed: &Sealed) -> (Manifest, Vec<Record>, Connection) {
    let bytes = fs::read(&sealed.path).unwrap();
    let found = container::scan(&mut fs::File::open(&sealed.path).unwrap(), bytes.len() as u64);
    let found = found.unwrap();
    let part = |member: container::Member| {
        let start = usize::try_from(member.offset).unwrap();
        &bytes[start..start + usize::try_from(member.size).unwrap()]
    };
    let manifest = Manifest::parse(part(found.manifest)).unwrap();
    let evidence = part(found.evidence);
    assert_eq!(manifest.digest_of(EVIDENCE).unwrap(), hex(&sha256(&[evidence])));
    assert_eq!(manifest.digest_of(VERIFY).unwrap(), hex(&sha256(&[part(found.verify)])));
    assert_eq!(part(found.verify), verify_text::render(&manifest).as_bytes());
    assert_eq!(manifest.predicate.sealed_len, found.sealed_len);
    assert_eq!(manifest.predicate.evidence.bytes, found.evidence.size);
    let prefix = &bytes[..usize::try_from(found.sealed_len).unwrap()];
    assert_eq!(sealed.sha256, sha256(&[prefix]));
    let file = sealed.path.with_extension("evidence");
    fs::write(&file, evidence).unwrap();
    let connection = Connection::open(&file).unwrap();
    let (walk, all) = walk(&connection);
    assert_eq!(manifest.predicate.journal.count, walk.count());
    assert_eq!(manifest.predicate.journal.root, hex(&walk.root()));
    assert_eq!(manifest.predicate.journal.head, hex(&walk.head().unwrap()));
    assert_eq!(manifest.predicate.evidence.bodies, walk.counts().bodies);
    assert!(walk.end().is_some());
    (manifest, all, connection)
}

pub(crate) fn walk(connection: &Connection) -> (Walk, Vec<Record>) {
    let (mut walk, mut all) = (Walk::default(), Vec::new());
    let mut select = connection.prepare("SELECT * FROM journal ORDER BY seq").unwrap();
    let mut rows = select.query(()).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let (kind, record): (String, Vec<u8>) = (row.get(1).unwrap(), row.get(2).unwrap());
        let (leaf, chain): (Vec<u8>, Vec<u8>) = (row.get(3).unwrap(), row.get(4).unwrap());
        let seq = row.get(0).unwrap();
        let row = Row { seq, kind: &kind, record: &record, leaf: &leaf, chain: &chain };
        all.push(walk.read(row).unwrap());
    }
    (walk, all)
}
