//! `collect keygen`: a signing key in OpenSSH format and what an assessor needs to know it by.

use crate::cli;
use crate::credentials::{Password, ask};
use crate::error::Error;
use crate::terminal::{data, harmless, say};
use qualys_sec_inspector::bundle::signature::generate;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

/// # Errors
/// A file that exists already, a passphrase that is missing or differs, a failure to write.
pub(crate) fn run(keygen: &cli::Keygen) -> Result<(), Error> {
    let signers = make(keygen)?;
    say(&harmless(&format!("give assessors {}", signers.display())));
    say("they run: analyze run BUNDLE --allowed-signers FILE");
    let line = format!("{}\n", keygen.out.display());
    data(&line).map_err(|source| Error::write("stdout".as_ref(), source))
}

/// Writes the three files and returns the name of the one for assessors.
fn make(keygen: &cli::Keygen) -> Result<PathBuf, Error> {
    let [public, signers] = ["pub", "allowed_signers"].map(|ending| beside(&keygen.out, ending));
    for path in [&keygen.out, &public, &signers] {
        if path.symlink_metadata().is_ok() {
            return Err(Error::usage(
                &format!("{} exists and is never overwritten", path.display()),
                "give another name with --out",
            ));
        }
    }
    let passphrase = if keygen.no_passphrase { None } else { Some(ask_twice()?) };
    let files = generate(&keygen.principal, passphrase.as_ref().map(Password::expose))
        .map_err(Error::Key)?;
    write_new(&keygen.out, &files.private, 0o600)?;
    write_new(&public, &files.public, 0o644)?;
    write_new(&signers, &files.allowed_signers, 0o644)?;
    Ok(signers)
}

fn ask_twice() -> Result<Password, Error> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::usage(
            "there is no terminal to ask a passphrase on",
            "run on a terminal, or leave the key unencrypted with --no-passphrase",
        ));
    }
    let first = ask("Passphrase for the new key: ")?;
    if first.expose().is_empty() {
        return Err(Error::usage(
            "an empty passphrase protects nothing",
            "or give --no-passphrase",
        ));
    }
    if ask("The same again: ")?.expose() != first.expose() {
        return Err(Error::usage("the two passphrases differ", "run the command again"));
    }
    Ok(first)
}

/// `KEY` with another ending behind its whole name.
fn beside(key: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(key);
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn write_new(path: &Path, text: &str, mode: u32) -> Result<(), Error> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    restrict(&mut options, mode);
    let mut file = options.open(path).map_err(|source| Error::write(path, source))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(|source| Error::write(path, source))
}

#[cfg(unix)]
fn restrict(options: &mut OpenOptions, mode: u32) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(mode);
}

/// Elsewhere the folder's own access list decides who may read the key.
#[cfg(not(unix))]
fn restrict(_options: &mut OpenOptions, _mode: u32) {}

#[cfg(test)]
mod tests {
    use super::*;
    use qualys_sec_inspector::bundle::signature::SigningKey;

    fn keygen(out: &Path) -> cli::Keygen {
        cli::Keygen {
            out: out.to_owned(),
            principal: "audit@example.com".to_owned(),
            no_passphrase: true,
        }
    }

    #[test]
    fn a_key_is_written_once_and_opens() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("audit.key");
        let signers = make(&keygen(&out)).expect("written");
        assert!(SigningKey::load(&out, None).is_ok());
        let signers = std::fs::read_to_string(signers).expect("read");
        assert!(signers.starts_with("audit@example.com "));
        let again = make(&keygen(&out)).expect_err("refused");
        assert!(again.to_string().contains("never overwritten"));
    }

    #[test]
    fn a_principal_that_reads_as_a_pattern_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("audit.key");
        let wild = cli::Keygen { principal: "*".to_owned(), ..keygen(&out) };
        assert!(make(&wild).is_err());
        assert!(!out.exists());
    }
}
