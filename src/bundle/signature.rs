//! Signing keys and SSHSIG signatures: OpenSSH files, Ed25519 or ECDSA P-256, SHA-512.
//!
//! The wire form is OpenSSH's `PROTOCOL.sshsig`; `ssh-keygen -Y` reads and writes the same bytes.
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use ssh_key::private::{Ed25519Keypair, PrivateKey};
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, Cipher, EcdsaCurve, HashAlg, Kdf, LineEnding, PublicKey, SshSig};

/// Namespace of the signature over a manifest.
pub const EVIDENCE_NAMESPACE: &str = "evidence-bundle@qualys-sec-inspector";
/// Namespace of the signature over a custody event.
pub const CUSTODY_NAMESPACE: &str = "custody-event@qualys-sec-inspector";

/// Largest private key file in bytes; an OpenSSH Ed25519 file has about 400.
const KEY_FILE_LIMIT: u64 = 1 << 16;
/// Rounds of bcrypt that `ssh-keygen` uses since OpenSSH 9.4.
const BCRYPT_ROUNDS: u32 = 24;

/// Why a key cannot be used for signing. No variant holds key material or a passphrase.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{}: others may read this private key (mode {mode:04o}); chmod 600 it", path.display())]
    Permissions { path: PathBuf, mode: u32 },
    #[error("{}: not an OpenSSH private key ({reason}); `ssh-keygen -p -f FILE` converts older forms", path.display())]
    NotAKey { path: PathBuf, reason: String },
    #[error("{}: the key is encrypted, a passphrase is needed", path.display())]
    PassphraseNeeded { path: PathBuf },
    #[error("{}: the passphrase does not open the key", path.display())]
    WrongPassphrase { path: PathBuf },
    #[error("{}: a key of type {algorithm} cannot sign a bundle; Ed25519 and ECDSA P-256 can", path.display())]
    KeyType { path: PathBuf, algorithm: String },
    #[error("a principal has 1 to 128 of the characters A-Z a-z 0-9 . _ @ : + -")]
    Principal,
    #[error("the system gave no random bytes: {0}")]
    Random(String),
    #[error("signing failed: {0}")]
    Sign(String),
}

/// Why a signature member is not a valid signature over its message.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    #[error("not an armoured SSH signature: {0}")]
    Unreadable(String),
    #[error(
        "the armour is not the one form of its signature (text around it, other line ends or padding)"
    )]
    Form,
    #[error("signature version {0} is not known")]
    Version(u32),
    #[error("the signature holds reserved data")]
    Reserved,
    #[error("the signature is for the namespace `{}`", .0.escape_debug())]
    Namespace(String),
    #[error("the signature hashes with {0}, not sha512")]
    Hash(String),
    #[error("signatures by a key of type {0} are not accepted")]
    KeyType(String),
    #[error("the signature does not fit the message")]
    Mismatch,
}

impl SignatureError {
    /// The code of check 4 in `bundle.md` §7.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Namespace(_) => "E_NAMESPACE",
            Self::KeyType(_) => "E_KEYTYPE",
            _ => "E_SIG",
        }
    }
}

/// A private key that may sign bundles.
pub struct SigningKey(PrivateKey);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey").field(&self.fingerprint()).finish()
    }
}

impl SigningKey {
    /// Opens an OpenSSH private key file.
    ///
    /// # Errors
    /// [`KeyError::PassphraseNeeded`] where the key is encrypted and `passphrase` is `None`, so that
    /// a caller can ask and try again.
    pub fn load(path: &Path, passphrase: Option<&str>) -> Result<Self, KeyError> {
        let at = || path.to_path_buf();
        let key = PrivateKey::from_openssh(read_private(path)?)
            .map_err(|error| KeyError::NotAKey { path: at(), reason: error.to_string() })?;
        let algorithm = key.algorithm();
        if !accepted(&algorithm) {
            let algorithm = algorithm.as_str().to_owned();
            return Err(KeyError::KeyType { path: at(), algorithm });
        }
        if !key.is_encrypted() {
            return Ok(Self(key));
        }
        let passphrase = passphrase.ok_or_else(|| KeyError::PassphraseNeeded { path: at() })?;
        let key = key.decrypt(passphrase).map_err(|_| KeyError::WrongPassphrase { path: at() })?;
        Ok(Self(key))
    }

    /// Signs `message` and returns the armoured signature, LF line ends.
    pub fn sign(&self, namespace: &str, message: &[u8]) -> Result<String, KeyError> {
        let signature = self.0.sign(namespace, HashAlg::Sha512, message);
        let armoured = signature.and_then(|signature| signature.to_pem(LineEnding::LF));
        armoured.map_err(|error| KeyError::Sign(error.to_string()))
    }

    /// `SHA256:` and the unpadded base64 of the public key's hash, as `ssh-keygen -l` prints it.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint(HashAlg::Sha256).to_string()
    }

    /// The public half.
    pub fn public_key(&self) -> &PublicKey {
        self.0.public_key()
    }
}

/// The whole text of a private key file that nobody else may read.
fn read_private(path: &Path) -> Result<Vec<u8>, KeyError> {
    let failed = |source| KeyError::Io { path: path.to_path_buf(), source };
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        let reason = "not a regular file".to_owned();
        return Err(KeyError::NotAKey { path: path.to_path_buf(), reason });
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let mode = metadata.mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(KeyError::Permissions { path: path.to_path_buf(), mode });
        }
    }
    let mut text = Vec::new();
    file.take(KEY_FILE_LIMIT).read_to_end(&mut text).map_err(failed)?;
    Ok(text)
}

/// A new key pair as the texts of its three files.
pub struct KeyFiles {
    /// OpenSSH private key; the only secret of the three.
    pub private: String,
    /// One line in `authorized_keys` form.
    pub public: String,
    /// One line for an allowed signers file, limited to the two namespaces of bundles.
    pub allowed_signers: String,
}

/// Makes an Ed25519 key for `principal`, encrypted where a passphrase is given.
pub fn generate(principal: &str, passphrase: Option<&str>) -> Result<KeyFiles, KeyError> {
    if !is_principal(principal) {
        return Err(KeyError::Principal);
    }
    let mut seed = [0; 32];
    let mut salt = vec![0; 16];
    let mut check = [0; 4];
    for random in [&mut seed[..], &mut salt[..], &mut check[..]] {
        getrandom::fill(random).map_err(|error| KeyError::Random(error.to_string()))?;
    }
    let failed = |error: ssh_key::Error| KeyError::Sign(error.to_string());
    let mut key = PrivateKey::from(Ed25519Keypair::from_seed(&seed));
    key.set_comment(principal);
    let public = key.public_key().to_openssh().map_err(failed)?;
    let bare = PublicKey::from(key.public_key().key_data().clone()).to_openssh().map_err(failed)?;
    if let Some(passphrase) = passphrase {
        let kdf = Kdf::Bcrypt { salt, rounds: BCRYPT_ROUNDS };
        key = key
            .encrypt_with(Cipher::Aes256Ctr, kdf, u32::from_be_bytes(check), passphrase)
            .map_err(failed)?;
    }
    Ok(KeyFiles {
        private: key.to_openssh(LineEnding::LF).map_err(failed)?.to_string(),
        public: format!("{public}\n"),
        allowed_signers: format!(
            "{principal} namespaces=\"{EVIDENCE_NAMESPACE},{CUSTODY_NAMESPACE}\" {}\n",
            bare.trim_end()
        ),
    })
}

/// Whether a text can stand as a principal without being read as a pattern or an option.
fn is_principal(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._@:+-".contains(&byte);
    (1..=128).contains(&text.len()) && text.bytes().all(allowed)
}

fn accepted(algorithm: &Algorithm) -> bool {
    matches!(algorithm, Algorithm::Ed25519 | Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 })
}

/// Verifies an armoured signature over `message` and returns the key that made it.
///
/// Says nothing about whose key it is: that is [`super::signers`].
pub fn verify(namespace: &str, message: &[u8], armoured: &[u8]) -> Result<KeyData, SignatureError> {
    let signature = SshSig::from_pem(armoured).map_err(|error| match error {
        ssh_key::Error::AlgorithmUnknown => SignatureError::KeyType("unknown".to_owned()),
        ssh_key::Error::Version { number } => SignatureError::Version(number),
        error => SignatureError::Unreadable(error.to_string()),
    })?;
    let form = signature.to_pem(LineEnding::LF);
    if form.map_or(true, |form| form.as_bytes() != armoured) {
        return Err(SignatureError::Form);
    }
    if signature.version() != SshSig::VERSION {
        return Err(SignatureError::Version(signature.version()));
    }
    if !signature.reserved().is_empty() {
        return Err(SignatureError::Reserved);
    }
    if signature.namespace() != namespace {
        return Err(SignatureError::Namespace(signature.namespace().to_owned()));
    }
    if signature.hash_alg() != HashAlg::Sha512 {
        return Err(SignatureError::Hash(signature.hash_alg().to_string()));
    }
    let key = signature.public_key().clone();
    for algorithm in [key.algorithm(), signature.algorithm()] {
        if !accepted(&algorithm) {
            return Err(SignatureError::KeyType(algorithm.as_str().to_owned()));
        }
    }
    PublicKey::from(key.clone())
        .verify(namespace, message, &signature)
        .map_err(|_| SignatureError::Mismatch)?;
    Ok(key)
}

/// `SHA256:` and the unpadded base64 of the key's hash, as `ssh-keygen -l` prints it.
pub fn fingerprint(key: &KeyData) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fs;

    const MESSAGE: &[u8] = b"{\"a\":1}";
    // Made with `ssh-keygen -Y sign -n evidence-bundle@qualys-sec-inspector` over MESSAGE.
    const BY_SSH_KEYGEN: &str = include_str!("testdata/ed25519.sig");
    const P256_BY_SSH_KEYGEN: &str = include_str!("testdata/p256.sig");
    const RSA_BY_SSH_KEYGEN: &str = include_str!("testdata/rsa.sig");
    const SHA256_BY_SSH_KEYGEN: &str = include_str!("testdata/sha256.sig");

    fn write(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        (folder, path)
    }

    #[test]
    fn a_generated_key_signs_and_its_signature_verifies() {
        let files = generate("audit@example.com", None).unwrap();
        assert!(files.allowed_signers.starts_with("audit@example.com namespaces=\""));
        let (_folder, path) = write("key", &files.private);
        let key = SigningKey::load(&path, None).unwrap();
        let armoured = key.sign(EVIDENCE_NAMESPACE, MESSAGE).unwrap();
        assert!(armoured.len() as u64 <= super::super::container::SIGNATURE_LIMIT);
        let signer = verify(EVIDENCE_NAMESPACE, MESSAGE, armoured.as_bytes()).unwrap();
        assert_eq!(&signer, key.public_key().key_data());
        assert_eq!(fingerprint(&signer), key.fingerprint());
        assert!(!format!("{key:?}").contains("PRIVATE"));
    }

    #[test]
    fn a_passphrase_is_asked_for_and_checked() {
        let files = generate("audit@example.com", Some("correct horse")).unwrap();
        let (_folder, path) = write("key", &files.private);
        let load = |passphrase| SigningKey::load(&path, passphrase);
        assert!(matches!(load(None), Err(KeyError::PassphraseNeeded { .. })));
        assert!(matches!(load(Some("wrong")), Err(KeyError::WrongPassphrase { .. })));
        load(Some("correct horse")).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_folder, path) = write("key", &generate("a@example.com", None).unwrap().private);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(SigningKey::load(&path, None), Err(KeyError::Permissions { .. })));
    }

    #[test]
    fn signatures_of_ssh_keygen_are_read() {
        for text in [BY_SSH_KEYGEN, P256_BY_SSH_KEYGEN] {
            verify(EVIDENCE_NAMESPACE, MESSAGE, text.as_bytes()).unwrap();
        }
        for (text, code) in [(RSA_BY_SSH_KEYGEN, "E_KEYTYPE"), (SHA256_BY_SSH_KEYGEN, "E_SIG")] {
            let error = verify(EVIDENCE_NAMESPACE, MESSAGE, text.as_bytes()).unwrap_err();
            assert_eq!(error.code(), code, "{error}");
        }
    }

    #[test]
    fn other_messages_and_namespaces_are_refused() {
        let text = BY_SSH_KEYGEN.as_bytes();
        let other = verify(CUSTODY_NAMESPACE, MESSAGE, text).unwrap_err();
        assert_eq!(other.code(), "E_NAMESPACE");
        let other = verify(EVIDENCE_NAMESPACE, b"{\"a\":2}", text).unwrap_err();
        assert_eq!(other.code(), "E_SIG");
    }

    #[test]
    fn text_around_the_armour_is_refused() {
        for form in [
            format!("{BY_SSH_KEYGEN}\n"),
            format!("{BY_SSH_KEYGEN}and more\n"),
            format!("\n{BY_SSH_KEYGEN}"),
            format!("Signed by:\n{BY_SSH_KEYGEN}"),
            BY_SSH_KEYGEN.trim_end().to_owned(),
            BY_SSH_KEYGEN.replace('\n', "\r\n"),
            String::new(),
        ] {
            let error = verify(EVIDENCE_NAMESPACE, MESSAGE, form.as_bytes()).unwrap_err();
            assert_eq!(error.code(), "E_SIG", "{form}");
        }
    }

    #[test]
    fn every_flipped_byte_of_the_armour_is_refused() {
        for text in [BY_SSH_KEYGEN, P256_BY_SSH_KEYGEN] {
            for index in 0..text.len() {
                for flip in [0x01, 0x20, 0xff] {
                    let mut bytes = text.as_bytes().to_vec();
                    bytes[index] ^= flip;
                    let result = verify(EVIDENCE_NAMESPACE, MESSAGE, &bytes);
                    assert!(result.is_err(), "byte {index} ^ {flip:#x}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_armour_makes_the_reader_panic(
            blob in "[A-Za-z0-9+/]{0,400}={0,2}",
            head in 0_usize..300,
            any in prop::collection::vec(any::<u8>(), 0..600),
        ) {
            // Forged blobs that begin as a real one does get past the magic and the version.
            let real: String =
                BY_SSH_KEYGEN.lines().skip(1).filter(|line| !line.starts_with('-')).collect();
            let text: String = real.chars().take(head).chain(blob.chars()).collect();
            let lines: Vec<&str> = text.as_bytes().chunks(70).map(|line| std::str::from_utf8(line).unwrap()).collect();
            let armour = format!(
                "-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n",
                lines.join("\n")
            );
            let verified = verify(EVIDENCE_NAMESPACE, MESSAGE, armour.as_bytes());
            prop_assert_eq!(verified.is_ok(), text == real);
            prop_assert!(verify(EVIDENCE_NAMESPACE, MESSAGE, &any).is_err());
        }
    }
}
