//! What the writer of a bundle promises: nothing that was acknowledged is lost.
use super::made_up_run::{
    body, end, exchange, folder, note, read_sealed, records, seal, snapshot, start, time,
};
use proptest::prelude::*;
use qualys_sec_inspector::bundle::Error;
use qualys_sec_inspector::bundle::body::NewBody;
use qualys_sec_inspector::bundle::hash::{hex, sha256};
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::{Exchange, Outcome, Record, Skip, Tls};
use rusqlite::Connection;
use std::fs;

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
            "body",
        ),
        ("DELETE FROM journal", "body"),
        ("DELETE FROM journal; DELETE FROM body", "foreign"),
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
            Err(error) => panic!("{sql}: {error}"),
        };
        assert_eq!(found, expected, "{sql}");
    }
}

#[cfg(unix)]
#[test]
fn a_name_that_sqlite_cannot_take_is_refused_at_once() {
    use std::os::unix::ffi::OsStrExt as _;
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(std::ffi::OsStr::from_bytes(b"\xff.qsi"));
    assert!(matches!(Partial::create(&path, start()), Err(Error::Refused(_))));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
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
        let sealed = partial.seal(end(500, pages.len() as u64), seal(None)).unwrap();
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
