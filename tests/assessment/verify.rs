//! `analyze verify`: fourteen lines and two words, by verdict and exit code.

use std::fs;
use std::process::{Command, Stdio};

use super::made_up_bundle::{Made, make};
use super::program::analyze;

fn verify(made: &Made, flags: &[&str]) -> (i32, String) {
    let arguments = [&["verify", "made.qsi"], flags].concat();
    let ended = analyze(made.home.path(), &arguments);
    assert!(ended.stderr.is_empty(), "{}", ended.stderr);
    (ended.code, ended.stdout)
}

#[test]
fn lines_are_numbered_and_tab_separated() {
    let made = make(&[], true);
    let (code, stdout) = verify(&made, &["--allowed-signers", "signers", "--deep"]);
    assert_eq!(code, 0, "{stdout}");
    let lines: Vec<&str> = stdout.lines().collect();
    assert_eq!(lines.len(), 16, "{stdout}");
    for (number, line) in (1..=14).zip(&lines) {
        let fields: Vec<&str> = line.split('\t').collect();
        assert_eq!(fields.len(), 5, "{line}");
        assert_eq!(fields[1], number.to_string());
        assert!(matches!(fields[0], "ok" | "skip"), "{line}");
    }
    assert_eq!(lines[14..], ["verdict: trusted", "completeness: complete"]);
}

#[test]
fn verdicts_and_their_exit_codes() {
    let signed = make(&[], true);
    let unsigned = make(&[], false);
    let stranger = fs::read_to_string(&make(&[], true).signers).unwrap();
    fs::write(signed.home.path().join("strangers"), stranger).unwrap();
    for (made, flags, code, verdict) in [
        (&signed, &["--allowed-signers", "signers"][..], 0, "trusted"),
        (&signed, &[], 0, "unpinned"),
        (&signed, &["--require-trusted"], 4, "unpinned"),
        (&signed, &["--allowed-signers", "strangers"], 4, "broken"),
        (&signed, &["--challenge", "nonce"], 4, "broken"),
        (&signed, &["--collected-after", "2026-03-28T02:10:00Z"], 0, "unpinned"),
        (&signed, &["--collected-after", "2026-03-28T02:10:01Z"], 4, "broken"),
        (&unsigned, &["--allow-unsigned"], 0, "unsigned"),
        (&unsigned, &[], 4, "unsigned"),
    ] {
        let (found, stdout) = verify(made, flags);
        assert_eq!(found, code, "{flags:?}: {stdout}");
        assert!(stdout.contains(&format!("verdict: {verdict}\n")), "{flags:?}: {stdout}");
    }
}

#[test]
fn a_flipped_byte_is_told_in_json_too() {
    let made = make(&[], true);
    let mut bytes = fs::read(&made.bundle).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&made.bundle, bytes).unwrap();
    let (code, stdout) = verify(&made, &["--json"]);
    assert_eq!(code, 4);
    let document: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(document["verdict"], "broken");
    assert_eq!(document["checks"].as_array().unwrap().len(), 14);
    let failed = document["checks"].as_array().unwrap().iter().find(|one| one["result"] == "fail");
    assert_eq!(failed.unwrap()["code"], "E_DIGEST");
}

#[test]
fn signers_that_cannot_be_read_are_a_mistake_of_the_call() {
    let made = make(&[], true);
    fs::write(made.home.path().join("nonsense"), "not a signer\n").unwrap();
    for file in ["missing", "nonsense"] {
        let ended = analyze(made.home.path(), &["verify", "made.qsi", "--allowed-signers", file]);
        assert_eq!(ended.code, 2, "{file}: {}", ended.stderr);
        assert!(ended.stderr.starts_with("error: "), "{}", ended.stderr);
    }
}

#[test]
fn a_reader_that_goes_away_does_not_make_a_broken_bundle_good() {
    let made = make(&[], true);
    fs::write(&made.bundle, "no bundle").unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_analyze"))
        .arg("verify")
        .arg(&made.bundle)
        .env_clear()
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(4));
}
