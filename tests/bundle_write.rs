//! What the writer of a bundle promises: nothing acknowledged is lost, nothing unsound is sealed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use proptest::prelude::*;
use qualys_sec_inspector::bundle::Error;
use qualys_sec_inspector::bundle::body::NewBody;
use qualys_sec_inspector::bundle::completeness::{EndpointOutcome, EndpointState};
use qualys_sec_inspector::bundle::container::{self, EVIDENCE, MANIFEST, VERIFY};
use qualys_sec_inspector::bundle::hash::{hex, sha256};
use qualys_sec_inspector::bundle::journal::{Row, Walk};
use qualys_sec_inspector::bundle::manifest::{CompletenessState, Manifest, Relation};
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::{
    Exchange, Outcome, Record, Resume, RunEnd, RunStart, Skip, Tls, Tool,
};
use qualys_sec_inspector::bundle::seal::{Seal, Sealed, Sign};
use qualys_sec_inspector::bundle::signature::{KeyError, SigningKey, generate};
use qualys_sec_inspector::bundle::verify_text;
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};

/// Moment `n` of a made-up run, one second apart.
fn time(n: u64) -> String {
    format!("2026-03-28T{:02}:{:02}:{:02}.000Z", n / 3600, n / 60 % 60, n % 60)
}

fn start() -> RunStart {
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

fn exchange(n: u64) -> Exchange {
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

fn body(text: &str) -> NewBody {
    NewBody {
        media: "text/xml".to_owned(),
        bytes: text.as_bytes().to_vec(),
        segment_rule: "whole".to_owned(),
        segment_ends: if text.is_empty() { vec![] } else { vec![text.len() as u64] },
    }
}

fn note(n: u64) -> Resume {
    Resume { time: time(n), reason: "interrupted".to_owned(), ..Resume::default() }
}

fn outcome(endpoint: &str, state: EndpointState, pages: u64) -> EndpointOutcome {
    EndpointOutcome { endpoint: endpoint.to_owned(), state, pages, records: pages, reason: None }
}

fn end(n: u64, pages: u64) -> RunEnd {
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

fn seal(key: Option<&dyn Sign>) -> Seal<'_> {
    Seal { key, sealed_at: "2026-03-29T00:00:00.500Z".to_owned(), relation: Relation::First }
}

fn folder(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}.partial", path.display()))
}

/// The files as a process that is killed now would leave them: log not folded in, lock gone.
fn snapshot(path: &Path, copy: &Path) {
    fs::create_dir(folder(copy)).unwrap();
    for entry in fs::read_dir(folder(path)).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder(copy).join(entry.file_name())).unwrap();
    }
}

fn records(partial: &Partial) -> Vec<Record> {
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
fn read_sealed(sealed: &Sealed) -> (Manifest, Vec<Record>, Connection) {
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

fn walk(connection: &Connection) -> (Walk, Vec<Record>) {
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

#[test]
fn a_killed_run_goes_on_at_the_last_acknowledged_page() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.qsi");
    let mut partial = Partial::create(&path, start()).unwrap();
    for n in 1..=6 {
        let seq = partial.commit(exchange(n), Some(body(&format!("<P>{n}</P>")))).unwrap();
        assert_eq!(seq, n + 1);
        let copy = home.path().join(format!("{n}.qsi"));
        snapshot(&path, &copy);
        let resumed = Partial::resume(&copy, note(100)).unwrap();
        assert_eq!(resumed.count(), seq + 1);
        assert!(resumed.has_pages());
        assert_eq!(
            resumed.body(i64::try_from(n).unwrap()).unwrap(),
            format!("<P>{n}</P>").as_bytes()
        );
        let (before, after) = (records(&partial), records(&resumed));
        assert_eq!(after[..before.len()], before);
        let Some(Record::Resume(last)) = after.last() else { panic!("no resume record") };
        assert_eq!((last.last_seq, last.gap_seconds), (seq, 100 - i64::try_from(n).unwrap()));
        assert_eq!(last.reason, "interrupted");
    }
}

#[test]
fn a_resumed_run_seals_to_a_whole_signed_bundle() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.qsi");
    let mut partial = Partial::create(&path, start()).unwrap();
    let certificate = partial.certificate(b"leaf").unwrap();
    assert_eq!(partial.certificate(b"leaf").unwrap(), certificate);
    let unused = partial.certificate(b"never named").unwrap();
    assert_ne!(unused, certificate);
    let tls = Some(Tls { version: "1.3".to_owned(), certificate: Some(certificate) });
    partial.commit(Exchange { tls: tls.clone(), ..exchange(1) }, Some(body("<A/>"))).unwrap();
    drop(partial);
    let mut partial = Partial::resume(&path, note(50)).unwrap();
    assert_eq!(partial.certificate(b"leaf").unwrap(), certificate);
    let linked = Exchange { prev: Some(2), tls, ..exchange(60) };
    partial.commit(linked, Some(body("<A/>"))).unwrap();
    let key = home.path().join("key");
    fs::write(&key, generate("auditor@example.com", None).unwrap().private).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let key = SigningKey::load(&key, None).unwrap();
    let sealed = partial.seal(end(70, 2), &seal(Some(&key))).unwrap();
    assert!(!folder(&path).exists());
    assert_eq!(sealed.completeness.state, CompletenessState::Partial);
    assert_eq!(sealed.completeness.gaps, ["vm/users"]);
    let (manifest, all, connection) = read_sealed(&sealed);
    let kinds: Vec<_> = all.iter().map(Record::kind).collect();
    assert_eq!(kinds, ["run_start", "exchange", "resume", "exchange", "run_end"]);
    assert_eq!(manifest.predicate.window.resumes, 1);
    assert_eq!(manifest.predicate.window.started, time(0));
    assert_eq!(manifest.predicate.window.ended, time(70));
    let count = |table| {
        let sql = format!("SELECT count(*) FROM {table}");
        connection.query_one(&sql, (), |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!((count("body"), count("certificate"), count("dictionary")), (2, 1, 0));
}

#[test]
fn an_unsigned_seal_has_no_signature_and_an_honest_length() {
    let home = tempfile::tempdir().unwrap();
    let partial = Partial::create(&home.path().join("a.qsi"), start()).unwrap();
    let sealed = partial.seal(end(1, 0), &seal(None)).unwrap();
    let (manifest, _, _) = read_sealed(&sealed);
    assert_eq!(manifest.predicate.completeness.state, CompletenessState::Failed);
    let text = fs::read(&sealed.path).unwrap();
    assert!(text.starts_with(MANIFEST.as_bytes()));
}

struct NoKey;

impl Sign for NoKey {
    fn sign(&self, _: &str, _: &[u8]) -> Result<String, KeyError> {
        Err(KeyError::Sign("the agent is gone".to_owned()))
    }
}

#[test]
fn an_interrupted_seal_keeps_the_partial_and_can_be_repeated() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.qsi");
    let mut partial = Partial::create(&path, start()).unwrap();
    partial.commit(exchange(1), Some(body("<A/>"))).unwrap();
    assert!(matches!(partial.seal(end(2, 1), &seal(Some(&NoKey))), Err(Error::Key(_))));
    assert!(!path.exists());
    let partial = Partial::resume(&path, note(9)).unwrap();
    assert_eq!(partial.ended().unwrap().time, time(2));
    let count = partial.count();
    let sealed = partial.seal(end(9, 1), &seal(None)).unwrap();
    let (manifest, all, _) = read_sealed(&sealed);
    assert_eq!(all.len() as u64, count);
    assert_eq!(manifest.predicate.window.ended, time(2));
}

#[test]
fn an_ended_run_takes_no_more_records() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.qsi");
    let partial = Partial::create(&path, start()).unwrap();
    assert!(partial.seal(end(2, 0), &seal(Some(&NoKey))).is_err());
    let mut partial = Partial::resume(&path, note(9)).unwrap();
    assert!(matches!(partial.commit(exchange(9), None), Err(Error::Journal(_))));
}

#[test]
fn no_file_is_overwritten() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.qsi");
    let partial = Partial::create(&path, start()).unwrap();
    assert!(matches!(Partial::create(&path, start()), Err(Error::Exists(_))));
    fs::write(&path, "somebody's").unwrap();
    assert!(matches!(partial.seal(end(1, 0), &seal(None)), Err(Error::Exists(_))));
    assert_eq!(fs::read(&path).unwrap(), b"somebody's");
    let partial = Partial::resume(&path, note(2)).unwrap();
    assert!(partial.ended().is_none());
    partial.discard().unwrap();
    assert!(matches!(Partial::create(&path, start()), Err(Error::Exists(_))));
    assert!(!folder(&path).exists());
}

#[test]
fn a_run_cannot_end_with_more_than_it_has() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.qsi");
    let partial = Partial::create(&path, start()).unwrap();
    assert!(matches!(partial.seal(end(1, 1), &seal(None)), Err(Error::Journal(_))));
    let partial = Partial::resume(&path, note(2)).unwrap();
    assert!(partial.seal(end(3, 0), &seal(None)).is_ok());
}

#[test]
fn refused_records_change_nothing() {
    let home = tempfile::tempdir().unwrap();
    let mut partial = Partial::create(&home.path().join("a.qsi"), start()).unwrap();
    partial.commit(exchange(3600), Some(body("<A/>"))).unwrap();
    let users = "vm/users".to_owned();
    let tls = Tls { version: "1.3".to_owned(), certificate: Some(9) };
    let wrong = [
        ("clock", exchange(100), None),
        ("time", Exchange { time: "yesterday".to_owned(), ..exchange(3601) }, None),
        ("link to itself", Exchange { prev: Some(3), ..exchange(3601) }, None),
        ("link to the start", Exchange { prev: Some(1), ..exchange(3601) }, None),
        ("foreign link", Exchange { prev: Some(2), endpoint: users, ..exchange(3601) }, None),
        ("certificate", Exchange { tls: Some(tls), ..exchange(3601) }, None),
        ("ends", exchange(3601), Some(NewBody { segment_ends: vec![1], ..body("<A/>") })),
    ];
    for (what, exchange, body) in wrong {
        assert!(partial.commit(exchange, body).is_err(), "{what}");
        assert_eq!(records(&partial).len(), 2, "{what}");
    }
    assert_eq!(partial.commit(exchange(3601), Some(body("<B/>"))).unwrap(), 3);
    assert_eq!(partial.body(2).unwrap(), b"<B/>");
}

#[test]
fn one_process_at_a_time() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.qsi");
    let partial = Partial::create(&path, start()).unwrap();
    assert!(matches!(Partial::resume(&path, note(1)), Err(Error::Locked(_))));
    drop(partial);
    assert!(Partial::resume(&path, note(1)).is_ok());
}

#[test]
fn a_changed_or_foreign_partial_is_refused() {
    let wrong = [
        (
            "UPDATE journal SET record = CAST(replace(record, 'GET', 'PUT') AS BLOB) WHERE seq = 2",
            "E_LEAF",
        ),
        ("UPDATE journal SET chain = zeroblob(32) WHERE seq = 2", "E_CHAIN"),
        ("UPDATE journal SET kind = 'skip' WHERE seq = 2", "E_ORDER"),
        ("DELETE FROM journal WHERE seq = 2", "E_ORDER"),
        ("DELETE FROM journal WHERE seq = 1", "E_ORDER"),
        ("UPDATE body SET media = 'x' WHERE id = 1", "body"),
        ("DELETE FROM body WHERE id = 1", "body"),
        (
            "INSERT INTO body SELECT 9, media, raw_len, sha256, body_commit, segment_rule, \
          segment_ends, seed, dictionary, zstd FROM body",
            "refused",
        ),
        ("DELETE FROM journal", "foreign"),
        ("PRAGMA application_id = 1", "foreign"),
        ("PRAGMA user_version = 2", "foreign"),
        ("CREATE TABLE extra(x)", "foreign"),
        ("DROP TABLE dictionary", "foreign"),
    ];
    for (sql, expected) in wrong {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a.qsi");
        let mut partial = Partial::create(&path, start()).unwrap();
        partial.commit(exchange(1), Some(body("<A/>"))).unwrap();
        partial.commit(exchange(2), None).unwrap();
        drop(partial);
        let database = folder(&path).join("evidence.work.sqlite");
        Connection::open(&database).unwrap().execute_batch(sql).unwrap();
        let found = match Partial::resume(&path, note(3)) {
            Ok(_) => "accepted",
            Err(Error::Journal(fault)) => fault.code,
            Err(Error::Body { .. }) => "body",
            Err(Error::Foreign { .. }) => "foreign",
            Err(Error::Refused(_)) => "refused",
            Err(error) => panic!("{sql}: {error}"),
        };
        assert_eq!(found, expected, "{sql}");
    }
}

#[test]
fn a_folder_without_our_database_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.qsi");
    assert!(matches!(Partial::resume(&path, note(1)), Err(Error::Io { .. })));
    fs::create_dir(folder(&path)).unwrap();
    assert!(matches!(Partial::resume(&path, note(1)), Err(Error::Io { .. })));
    for content in [&b""[..], b"not a database, but long enough to be looked at as if it were one"]
    {
        fs::write(folder(&path).join("evidence.work.sqlite"), content).unwrap();
        assert!(matches!(Partial::resume(&path, note(1)), Err(Error::Foreign { .. })));
    }
}

/// A plain hash would let one confirm a guessed value that a redacted copy withholds.
#[test]
fn the_hash_of_a_body_stands_in_no_record() {
    let home = tempfile::tempdir().unwrap();
    let mut partial = Partial::create(&home.path().join("a.qsi"), start()).unwrap();
    let texts = ["", "<A/>", "<A/>", "<USER>someone</USER>"];
    for (n, text) in (1..).zip(texts) {
        partial.commit(exchange(n), Some(body(text))).unwrap();
    }
    let commits: Vec<_> = records(&partial)
        .iter()
        .filter_map(|record| match record {
            Record::Exchange(exchange) => Some(exchange.body.clone().unwrap()),
            _ => None,
        })
        .collect();
    assert_eq!(commits.len(), texts.len());
    // Equal answers are two rows, and nobody can see from the journal that they are equal.
    assert_ne!(commits[1].commit, commits[2].commit);
    assert_ne!(commits[1].id, commits[2].id);
    for record in records(&partial) {
        let bytes = record.to_jcs().unwrap();
        let stored = String::from_utf8(bytes).unwrap();
        for text in &texts[1..] {
            let digest = sha256(&[text.as_bytes()]);
            assert!(!stored.to_lowercase().contains(&hex(&digest)[..16]));
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Page(String),
    Failure,
    Skip,
    Resume,
    Kill,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => "[ -~]{0,40}".prop_map(Step::Page),
        2 => Just(Step::Failure),
        1 => Just(Step::Skip),
        1 => Just(Step::Resume),
        1 => Just(Step::Kill),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn any_history_seals_to_a_contiguous_verifiable_journal(
        steps in prop::collection::vec(step(), 0..12),
    ) {
        let home = tempfile::tempdir().unwrap();
        let mut path = home.path().join("a.qsi");
        let mut partial = Partial::create(&path, start()).unwrap();
        let (mut expected, mut pages) = (vec!["run_start"], Vec::new());
        for (n, step) in (1..).zip(&steps) {
            match step {
                Step::Page(text) => {
                    partial.commit(exchange(n), Some(body(text))).unwrap();
                    pages.push(text.as_bytes().to_vec());
                    expected.push("exchange");
                }
                Step::Failure => {
                    let failed = Exchange { outcome: Outcome::Timeout, status: None, ..exchange(n) };
                    partial.commit(failed, None).unwrap();
                    expected.push("exchange");
                }
                Step::Skip => {
                    let skip = Skip { time: time(n), mono_ms: n * 1000, ..Skip::default() };
                    partial.skip(Skip { endpoint: "vm/users".to_owned(), ..skip }).unwrap();
                    expected.push("skip");
                }
                Step::Resume => {
                    drop(partial);
                    partial = Partial::resume(&path, note(n)).unwrap();
                    expected.push("resume");
                }
                Step::Kill => {
                    let copy = home.path().join(format!("{n}.qsi"));
                    snapshot(&path, &copy);
                    path = copy;
                    partial = Partial::resume(&path, note(n)).unwrap();
                    expected.push("resume");
                }
            }
        }
        expected.push("run_end");
        let sealed = partial.seal(end(500, pages.len() as u64), &seal(None)).unwrap();
        let (_, all, connection) = read_sealed(&sealed);
        prop_assert_eq!(all.iter().map(Record::kind).collect::<Vec<_>>(), expected);
        for (id, page) in (1..).zip(pages) {
            let frame: Vec<u8> = connection
                .query_one("SELECT zstd FROM body WHERE id = ?1", [id], |row| row.get(0))
                .unwrap();
            prop_assert_eq!(zstd::decode_all(frame.as_slice()).unwrap(), page);
        }
    }

    /// A log torn by a power cut loses at most what was never acknowledged after that point, and
    /// never gives half a transaction.
    #[test]
    fn a_torn_log_leaves_a_prefix(cut in 0.0..1.0f64) {
        let home = tempfile::tempdir().unwrap();
        let (path, copy) = (home.path().join("a.qsi"), home.path().join("b.qsi"));
        let mut partial = Partial::create(&path, start()).unwrap();
        for n in 1..=5 {
            partial.commit(exchange(n), Some(body(&format!("<P>{n}</P>")))).unwrap();
        }
        snapshot(&path, &copy);
        let log = fs::OpenOptions::new()
            .write(true)
            .open(folder(&copy).join("evidence.work.sqlite-wal"))
            .unwrap();
        let len = log.metadata().unwrap().len();
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "any position will do"
        )]
        log.set_len((len as f64 * cut) as u64).unwrap();
        match Partial::resume(&copy, note(100)) {
            Ok(resumed) => {
                let (whole, left) = (records(&partial), records(&resumed));
                let kept = left.len() - 1;
                prop_assert!(kept <= whole.len());
                prop_assert_eq!(&left[..kept], &whole[..kept]);
                for id in 1..kept {
                    prop_assert!(resumed.body(i64::try_from(id).unwrap()).is_ok());
                }
            }
            Err(Error::Foreign { .. }) => {}
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
}
