//! Any flipped byte of the sealed prefix is noticed, by the check of the area in which it lies; and
//! no bytes at all make the verifier panic.
use std::fs::{self, File, OpenOptions};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::ops::Range;
use std::path::PathBuf;

use proptest::prelude::*;

use crate::base::{HOSTS, base};
use crate::forge::{Forge, scan};
use crate::judge::{open, open_bytes, permit_unsigned, refusal, strict};
use qualys_sec_inspector::bundle::Error;
use qualys_sec_inspector::bundle::container::Member;
use qualys_sec_inspector::bundle::verify::{Policy, Verdict};

/// One file that is changed and restored, instead of one file for each change.
struct Bench {
    path: PathBuf,
    file: File,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.qsi");
        fs::write(&path, &base().bytes).unwrap();
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        Self { path, file, _folder: folder }
    }

    fn put(&mut self, index: usize, byte: u8) {
        self.file.seek(SeekFrom::Start(index as u64)).unwrap();
        self.file.write_all(&[byte]).unwrap();
    }

    /// Number and code of the check that refuses byte `index` turned by `flip`.
    fn flip(&mut self, index: usize, flip: u8) -> Option<(u8, &'static str)> {
        self.put(index, base().bytes[index] ^ flip);
        let opened = open(&self.path, &Policy { deep: false, ..strict() });
        self.put(index, base().bytes[index]);
        refusal(&opened).map(|(number, code, _)| (number, code))
    }
}

fn range(member: Member) -> Range<usize> {
    let start = usize::try_from(member.offset).unwrap();
    start..start + usize::try_from(member.size).unwrap()
}

/// What may refuse a byte of this place.
fn expected(index: usize) -> &'static [(u8, &'static str)] {
    let found = scan(&base().bytes);
    if range(found.manifest).contains(&index) {
        &[(4, "E_SIG")]
    } else if range(found.signature.unwrap()).contains(&index) {
        &[(4, "E_SIG"), (4, "E_NAMESPACE"), (4, "E_KEYTYPE")]
    } else if range(found.verify).contains(&index) {
        &[(8, "E_VERIFY")]
    } else if range(found.evidence).contains(&index) {
        &[(8, "E_DIGEST")]
    } else {
        &[(2, "E_CONTAINER"), (2, "E_CONTAINER_DUP"), (2, "E_SIZE")]
    }
}

#[test]
fn every_byte_before_the_database_and_of_the_tail() {
    let mut bench = Bench::new();
    let evidence = range(scan(&base().bytes).evidence);
    for index in (0..evidence.start).chain(evidence.end..base().bytes.len()) {
        let refused = bench.flip(index, 1 << (index % 8));
        let noticed = refused.is_some_and(|refused| expected(index).contains(&refused));
        assert!(noticed, "byte {index}: {refused:?}");
    }
    assert_eq!(open(&bench.path, &strict()).verdict, Verdict::Trusted, "all was restored");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_byte_of_the_sealed_prefix(place in 0.0..1.0f64, flip in 1..=u8::MAX) {
        let sealed_len = usize::try_from(scan(&base().bytes).sealed_len).unwrap();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss,
            reason = "a place between 0 and 1 chooses a byte")]
        let index = (place * sealed_len as f64) as usize;
        let mut bytes = base().bytes.clone();
        bytes[index] ^= flip;
        let refused = refusal(&open_bytes(&bytes, &strict())).map(|(number, code, _)| (number, code));
        prop_assert!(refused.is_some_and(|refused| expected(index).contains(&refused)), "{:?}", refused);
    }

    /// Behind a repaired hash SQLite reads hostile pages: whatever is accepted reads as it was.
    #[test]
    fn damaged_databases_never_panic_and_never_lie(
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1..=u8::MAX), 1..4)
    ) {
        let forge = Forge::unsigned().bytes(|sqlite| {
            for (index, flip) in &flips {
                let index = index.index(sqlite.len());
                sqlite[index] ^= flip;
            }
        });
        let opened = open_bytes(&forge.seal(), &permit_unsigned());
        if let Some(evidence) = opened.evidence {
            let mut seqs = Vec::new();
            evidence.records(|seq, _| { seqs.push(seq); Ok::<(), Error>(()) }).unwrap();
            prop_assert_eq!(seqs, (1..=9).collect::<Vec<u64>>());
            let mut body = Vec::new();
            evidence.reader().unwrap().read(1, &mut body).unwrap();
            prop_assert_eq!(body, HOSTS);
        } else {
            prop_assert!(refusal(&opened).is_some());
        }
        let forced = Policy { force_unverified: true, ..permit_unsigned() };
        if let Some(evidence) = open_bytes(&forge.seal(), &forced).evidence {
            let mut reader = evidence.reader().unwrap();
            let mut body = Vec::new();
            for id in 0..5 {
                let _outcome = reader.read(id, &mut body).is_ok();
            }
            let _outcome = evidence.records(|_, _| Ok::<(), Error>(())).is_ok();
        }
    }

    #[test]
    fn arbitrary_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        prop_assert_eq!(open_bytes(&bytes, &strict()).verdict, Verdict::Broken);
    }
}
