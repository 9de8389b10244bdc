//! What a verified bundle hands out.
use crate::base::{HOSTS, base};
use crate::forge::{Forge, scan, slice};
use crate::judge::{open, open_bytes, permit_unsigned, strict};
use qualys_sec_inspector::bundle::hash::sha256;
use qualys_sec_inspector::bundle::record::Record;
use qualys_sec_inspector::bundle::verify::{CheckResult, Policy};
use qualys_sec_inspector::bundle::{BodyReader, Error, Evidence};

fn evidence(bytes: &[u8], policy: &Policy) -> Evidence {
    open_bytes(bytes, policy).evidence.unwrap()
}

#[test]
fn records_and_bodies_come_back_as_they_were_written() {
    let evidence = evidence(&base().bytes, &strict());
    let mut kinds = Vec::new();
    let mut bodies = Vec::new();
    evidence
        .records(|seq, record| {
            assert_eq!(seq, record.seq());
            kinds.push(record.kind());
            if let Record::Exchange(exchange) = record {
                bodies.extend(exchange.body.map(|body| (body.id, body.raw_len)));
            }
            Ok::<(), Error>(())
        })
        .unwrap();
    let exchange = "exchange";
    let expected =
        ["run_start", exchange, exchange, exchange, exchange, "skip", "skip", "resume", "run_end"];
    assert_eq!(kinds, expected);
    assert_eq!(bodies, [(1, 69), (2, 69), (3, 9000)]);
    let mut reader = evidence.reader().unwrap();
    let mut body = b"left over".to_vec();
    reader.read(1, &mut body).unwrap();
    assert_eq!(body, HOSTS);
    assert_eq!(reader.sha256(1).unwrap(), sha256(&[HOSTS]));
    reader.read(3, &mut body).unwrap();
    assert_eq!(body, [b'u'; 9000]);
    assert!(matches!(reader.read(4, &mut body), Err(Error::Body { id: 4, .. })));
    assert!(body.is_empty(), "nothing is left of another body");
    assert!(reader.sha256(4).is_err());
}

#[test]
fn the_evidence_names_bundle_and_signer() {
    let evidence = evidence(&base().bytes, &strict());
    let manifest = slice(&base().bytes, scan(&base().bytes).manifest);
    assert_eq!(evidence.manifest_sha256, sha256(&[manifest]));
    assert_eq!(evidence.manifest.predicate.target.login, "exmpl_au1");
    let signer = evidence.signer.unwrap();
    assert_eq!(signer.principal.as_deref(), Some("operator@example.com"));
    assert_eq!(signer.key, base().operator.signing.fingerprint());
    let unpinned = self::evidence(&base().bytes, &Policy::default()).signer.unwrap();
    assert_eq!((unpinned.principal, unpinned.key), (None, signer.key));
}

#[test]
fn a_callers_error_ends_the_reading() {
    let evidence = evidence(&base().bytes, &strict());
    let mut seen = 0;
    let outcome = evidence.records(|_, _| {
        seen += 1;
        if seen == 2 { Err(Error::Refused("enough".to_owned())) } else { Ok(()) }
    });
    assert!(matches!(outcome, Err(Error::Refused(_))));
    assert_eq!(seen, 2);
}

#[test]
fn readers_work_on_several_threads_at_once() {
    let evidence = evidence(&base().bytes, &strict());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut reader: BodyReader = evidence.reader().unwrap();
                let mut body = Vec::new();
                for id in [1, 2, 3, 2, 1] {
                    reader.read(id, &mut body).unwrap();
                }
                assert_eq!(body, HOSTS);
            });
        }
    });
}

#[test]
fn what_is_skipped_without_deep_is_found_when_it_is_read() {
    let forge = Forge::unsigned().sql(|connection| {
        connection.execute("UPDATE body SET sha256 = zeroblob(32) WHERE id = 2", ()).unwrap();
    });
    let opened = open_bytes(&forge.seal(), &Policy { deep: false, ..permit_unsigned() });
    assert_eq!(opened.checks[12].result, CheckResult::Skip);
    let mut reader = opened.evidence.unwrap().reader().unwrap();
    let mut body = Vec::new();
    reader.read(1, &mut body).unwrap();
    assert!(matches!(reader.read(2, &mut body), Err(Error::Body { id: 2, .. })));
    assert!(body.is_empty());
}

#[test]
fn the_private_copy_is_private_and_goes_with_its_last_holder() {
    let (folder, work) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = folder.path().join("b.qsi");
    std::fs::write(&path, &base().bytes).unwrap();
    let opened =
        qualys_sec_inspector::bundle::verify::open(&path, &strict(), Some(work.path())).unwrap();
    let copies: Vec<_> = std::fs::read_dir(work.path()).unwrap().map(Result::unwrap).collect();
    assert_eq!(copies.len(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        assert_eq!(copies[0].metadata().unwrap().mode() & 0o777, 0o700);
        let file = copies[0].path().join("evidence.sqlite");
        assert_eq!(file.metadata().unwrap().mode() & 0o777, 0o600);
    }
    let mut reader = opened.evidence.unwrap().reader().unwrap();
    // The bundle itself may change now; what was verified is what is read.
    std::fs::write(&path, b"gone").unwrap();
    let mut body = Vec::new();
    reader.read(1, &mut body).unwrap();
    assert_eq!(body, HOSTS);
    drop(reader);
    assert_eq!(std::fs::read_dir(work.path()).unwrap().count(), 0);
    assert!(open(&path, &strict()).evidence.is_none());
}
