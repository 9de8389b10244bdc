//! The commands of VERIFY.txt, run by the tools that it names.
#![expect(clippy::disallowed_types, reason = "the point is that other programs agree")]
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::base::{CHALLENGE, HOSTS, base, new_key};
use crate::forge::{Forge, scan, slice};
use crate::judge::open_bytes;
use qualys_sec_inspector::bundle::hash::{hex, sha256};
use qualys_sec_inspector::bundle::manifest::Manifest;
use qualys_sec_inspector::bundle::signature::{EVIDENCE_NAMESPACE, SigningKey, verify};
use qualys_sec_inspector::bundle::verify::{Policy, Verdict};

/// Runs a shell command in `folder`; its output is text without the last line end.
fn shell(folder: &Path, command: &str) -> Result<String, String> {
    let Output { status, stdout, stderr } =
        Command::new("sh").arg("-c").arg(command).current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8_lossy(bytes).trim_end().to_owned();
    if status.success() { Ok(text(&stdout)) } else { Err(format!("{command}\n{}", text(&stderr))) }
}

/// Whether all tools are there; says which one is not.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn have(tools: &[&str]) -> bool {
    let missing: Vec<_> = tools
        .iter()
        .filter(|tool| shell(Path::new("."), &format!("command -v {tool}")).is_err())
        .collect();
    if !missing.is_empty() {
        eprintln!("skipped: {missing:?} not installed");
    }
    missing.is_empty()
}

/// A folder with the bundle as `b.qsi` and the operator's `allowed_signers`.
fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("b.qsi"), &base().bytes).unwrap();
    fs::write(folder.path().join("allowed_signers"), &base().operator.allowed_signers).unwrap();
    folder
}

/// The commands of VERIFY.txt as they stand there: the indented lines, continued ones joined.
fn commands() -> Vec<String> {
    let text = slice(&base().bytes, scan(&base().bytes).verify);
    let text = std::str::from_utf8(text).unwrap().replace("\\\n", " ");
    text.lines().filter_map(|line| line.strip_prefix("     ")).map(str::to_owned).collect()
}

#[test]
fn verify_txt_does_what_it_says() {
    if !have(&["tar", "ssh-keygen", "sha256sum", "sqlite3", "zstd"]) {
        return;
    }
    let folder = desk();
    let manifest = slice(&base().bytes, scan(&base().bytes).manifest);
    let predicate = Manifest::parse(manifest).unwrap().predicate;
    let mut signer = String::new();
    let mut done = Vec::new();
    for command in commands() {
        let command = command.replace("SIGNER", &signer);
        let out = shell(folder.path(), &command).unwrap();
        let first = out.split_whitespace().next().unwrap_or_default().to_owned();
        let word = command.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
        match word.as_str() {
            "tar -tf b.qsi" => assert_eq!(out, "", "no name stands twice"),
            "tar -xf b.qsi" => {
                assert_eq!(fs::read(folder.path().join("manifest.json")).unwrap(), manifest);
            }
            "ssh-keygen -Y find-principals" => signer = out,
            "ssh-keygen -Y verify" => {
                let good = format!("Good \"{EVIDENCE_NAMESPACE}\" signature for {signer}");
                assert!(out.starts_with(&good), "{out}");
            }
            "sha256sum VERIFY.txt evidence.sqlite" => {
                let manifest = std::str::from_utf8(manifest).unwrap();
                for line in out.lines() {
                    let digest = line.split_whitespace().next().unwrap();
                    assert!(manifest.contains(digest), "{line}");
                }
            }
            _ if command.contains("sqlite_schema") => assert_eq!(first, predicate.evidence.schema),
            _ if command.contains("hex(leaf)") || command.contains("hex(sha256)") => {
                done.push(out.split('|').next().unwrap().to_lowercase());
            }
            _ if command.starts_with("(printf") => assert_eq!(Some(first), done.last().cloned()),
            _ if command.starts_with("zstd -d") => {
                assert_eq!(Some(&first), done.last());
                assert_eq!(fs::read(folder.path().join("b")).unwrap(), HOSTS);
            }
            _ if command.starts_with("head -c") => {
                let sealed_len = usize::try_from(predicate.sealed_len).unwrap();
                assert_eq!(first, hex(&sha256(&[&base().bytes[..sealed_len]])));
            }
            _ => panic!("a command that this test does not know: {command}"),
        }
    }
    assert_eq!(signer, "operator@example.com");
    assert_eq!(done.len(), 2);
    let record = fs::read_to_string(folder.path().join("r.json")).unwrap();
    assert!(record.contains(CHALLENGE), "the first record holds the challenge");
}

#[test]
fn ssh_keygen_refuses_what_we_refuse() {
    if !have(&["tar", "ssh-keygen"]) {
        return;
    }
    let folder = desk();
    shell(folder.path(), "tar -xf b.qsi").unwrap();
    let verify = |namespace: &str, signers: &str| {
        let command = format!(
            "ssh-keygen -Y verify -f {signers} -I operator@example.com -n {namespace} \
             -s manifest.json.sig < manifest.json"
        );
        shell(folder.path(), &command)
    };
    verify(EVIDENCE_NAMESPACE, "allowed_signers").unwrap();
    verify("custody-event@qualys-sec-inspector", "allowed_signers").unwrap_err();
    let stranger = new_key("operator@example.com");
    fs::write(folder.path().join("others"), &stranger.allowed_signers).unwrap();
    verify(EVIDENCE_NAMESPACE, "others").unwrap_err();
    let manifest = fs::read_to_string(folder.path().join("manifest.json")).unwrap();
    let edited = manifest.replacen("us1", "eu1", 1);
    assert_ne!(edited, manifest);
    fs::write(folder.path().join("manifest.json"), edited).unwrap();
    verify(EVIDENCE_NAMESPACE, "allowed_signers").unwrap_err();
}

#[test]
fn keys_and_signatures_go_both_ways() {
    if !have(&["ssh-keygen"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, kind, passphrase) in [
        ("ed25519", "ed25519", ""),
        ("p256", "ecdsa -b 256", ""),
        ("locked", "ed25519", "correct horse"),
    ] {
        let path = folder.path().join(name);
        let make = format!("ssh-keygen -q -t {kind} -N '{passphrase}' -C audit -f {name}");
        shell(folder.path(), &make).unwrap();
        let passphrase = (!passphrase.is_empty()).then_some(passphrase);
        let key = SigningKey::load(&path, passphrase).unwrap();
        let shown = shell(folder.path(), &format!("ssh-keygen -l -f {name}.pub")).unwrap();
        assert!(shown.contains(&key.fingerprint()), "{shown}");

        // Ours, read by us as a bundle and by ssh-keygen as a signature.
        let forge = Forge { key: Some(&key), ..Forge::insider() };
        let opened = open_bytes(&forge.seal(), &Policy::default());
        assert_eq!(opened.verdict, Verdict::Unpinned);
        let (manifest, signature, _) = forge.members();
        fs::write(folder.path().join("m"), &manifest).unwrap();
        fs::write(folder.path().join("m.sig"), signature.unwrap()).unwrap();
        let check = format!("ssh-keygen -Y check-novalidate -n {EVIDENCE_NAMESPACE} -s m.sig < m");
        shell(folder.path(), &check).unwrap();
        fs::remove_file(folder.path().join("m.sig")).unwrap();

        // Theirs, read by us.
        if passphrase.is_none() {
            let sign = format!("ssh-keygen -q -Y sign -f {name} -n {EVIDENCE_NAMESPACE} m");
            shell(folder.path(), &sign).unwrap();
            let armoured = fs::read(folder.path().join("m.sig")).unwrap();
            let signer = verify(EVIDENCE_NAMESPACE, &manifest, &armoured).unwrap();
            assert_eq!(&signer, key.public_key().key_data());
            fs::remove_file(folder.path().join("m.sig")).unwrap();
        }
    }
    let ours = new_key("audit@example.com");
    let public =
        shell(folder.path(), &format!("ssh-keygen -y -f {}", ours.path.display())).unwrap();
    assert!(ours.allowed_signers.contains(public.split(' ').nth(1).unwrap()));
}
