//! What a seal promises: a whole, verified file, or the partial as it was.
use super::made_up_run::{body, end, exchange, folder, note, read_sealed, seal, start, time};
use qualys_sec_inspector::bundle::Error;
use qualys_sec_inspector::bundle::container::MANIFEST;
use qualys_sec_inspector::bundle::manifest::CompletenessState;
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::{Exchange, Record, Tls};
use qualys_sec_inspector::bundle::seal::{Seal, Sign};
use qualys_sec_inspector::bundle::signature::{KeyError, SigningKey, generate};
use std::fs;

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
    let sealed = partial.seal(end(70, 2), seal(Some(&key))).unwrap();
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
    let sealed = partial.seal(end(1, 0), seal(None)).unwrap();
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
    assert!(matches!(partial.seal(end(2, 1), seal(Some(&NoKey))), Err(Error::Key(_))));
    assert!(!path.exists());
    let partial = Partial::resume(&path, note(9)).unwrap();
    assert_eq!(partial.ended().unwrap().time, time(2));
    let count = partial.count();
    let sealed = partial.seal(end(9, 1), seal(None)).unwrap();
    let (manifest, all, _) = read_sealed(&sealed);
    assert_eq!(all.len() as u64, count);
    assert_eq!(manifest.predicate.window.ended, time(2));
}

#[test]
fn an_ended_run_takes_no_more_records() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.qsi");
    let partial = Partial::create(&path, start()).unwrap();
    assert!(partial.seal(end(2, 0), seal(Some(&NoKey))).is_err());
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
    assert!(matches!(partial.seal(end(1, 0), seal(None)), Err(Error::Exists(_))));
    assert_eq!(fs::read(&path).unwrap(), b"somebody's");
    let partial = Partial::resume(&path, note(2)).unwrap();
    assert!(partial.ended().is_none());
    partial.discard().unwrap();
    assert!(matches!(Partial::create(&path, start()), Err(Error::Exists(_))));
    assert!(!folder(&path).exists());
}

#[test]
fn a_seal_does_not_come_before_the_end() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.qsi");
    let early = Seal { sealed_at: time(100), ..seal(None) };
    let partial = Partial::create(&path, start()).unwrap();
    assert!(matches!(partial.seal(end(3600, 0), early), Err(Error::Refused(_))));
    assert!(Partial::resume(&path, note(3601)).unwrap().ended().is_none());
}

#[test]
fn a_run_cannot_end_with_more_than_it_has() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("a.qsi");
    let partial = Partial::create(&path, start()).unwrap();
    assert!(matches!(partial.seal(end(1, 1), seal(None)), Err(Error::Journal(_))));
    let partial = Partial::resume(&path, note(2)).unwrap();
    assert!(partial.seal(end(3, 0), seal(None)).is_ok());
}
