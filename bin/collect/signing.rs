//! The key that seals: opened and tried before the first packet.

use crate::cli::Seal;
use crate::credentials::{ask, first_line};
use crate::error::Error;
use qualys_sec_inspector::bundle::signature::{EVIDENCE_NAMESPACE, KeyError, SigningKey};
use std::io::IsTerminal as _;

/// The key, or none where the bundle is left unsigned on purpose.
///
/// # Errors
/// Neither a key nor `--unsigned`; a key that does not open or does not sign.
pub(crate) fn open(seal: &Seal) -> Result<Option<SigningKey>, Error> {
    if seal.unsigned {
        return Ok(None);
    }
    let path = seal.signing_key.as_deref().ok_or(Error::NoKey)?;
    let opened = match (SigningKey::load(path, None), &seal.passphrase_file) {
        (Err(KeyError::PassphraseNeeded { .. }), Some(file)) => {
            SigningKey::load(path, Some(first_line(file)?.expose()))
        }
        (Err(KeyError::PassphraseNeeded { .. }), None) if std::io::stdin().is_terminal() => {
            let passphrase = ask(&format!("Passphrase of {}: ", path.display()))?;
            SigningKey::load(path, Some(passphrase.expose()))
        }
        (opened, _) => opened,
    };
    let key = opened.map_err(Error::Key)?;
    key.sign(EVIDENCE_NAMESPACE, b"does this key sign?").map_err(Error::Key)?;
    Ok(Some(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use qualys_sec_inspector::bundle::signature::generate;
    use std::path::Path;

    fn seal(key: Option<&Path>, unsigned: bool) -> Seal {
        Seal { signing_key: key.map(Path::to_owned), passphrase_file: None, unsigned }
    }

    #[test]
    fn without_a_key_the_seal_must_be_waived_on_purpose() {
        assert!(matches!(open(&seal(None, false)), Err(Error::NoKey)));
        assert!(matches!(open(&seal(None, true)), Ok(None)));
        // A key in the environment does not sign where --unsigned was asked for.
        assert!(matches!(open(&seal(Some(Path::new("missing")), true)), Ok(None)));
    }

    #[test]
    fn an_encrypted_key_opens_with_the_passphrase_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let (key, file) = (folder.path().join("key"), folder.path().join("passphrase"));
        let files = generate("audit@example.com", Some("open sesame")).expect("a key");
        std::fs::write(&key, files.private).expect("written");
        restrict(&key);
        for (passphrase, opens) in [("open sesame\n", true), ("wrong\n", false)] {
            std::fs::write(&file, passphrase).expect("written");
            let given = Seal { passphrase_file: Some(file.clone()), ..seal(Some(&key), false) };
            assert_eq!(open(&given).is_ok(), opens, "{passphrase}");
        }
    }

    #[cfg(unix)]
    fn restrict(path: &Path) {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("set");
    }

    #[cfg(not(unix))]
    fn restrict(_path: &Path) {}
}
