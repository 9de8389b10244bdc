//! Checks 4 and 5: the signatures over the manifest's bytes, and whose keys made them.
use ssh_key::public::KeyData;

use super::super::signature::{self, EVIDENCE_NAMESPACE};
use super::super::signers::Signers;
use super::source::Members;
use super::{Fault, Passed, Policy, Step};

/// Who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// The principals field of the allowed signers file; `None` where nobody vouched for the key.
    pub principal: Option<String>,
    /// `SHA256:` fingerprint, as `ssh-keygen -l` prints it.
    pub key: String,
}

/// The keys of all signatures; every one of them must be valid, the first decides nothing more.
pub(super) fn signatures(members: &Members, policy: &Policy) -> Step<Vec<KeyData>> {
    if members.signatures.is_empty() {
        if policy.allow_unsigned && !policy.require_trusted {
            return Ok(Passed::skip(Vec::new(), "the bundle is unsigned, which was allowed"));
        }
        let sentence = "the bundle is unsigned: anyone may have written it";
        return Err(Fault::permission("E_UNSIGNED", sentence));
    }
    let mut keys = Vec::new();
    for (name, armoured) in &members.signatures {
        let key = signature::verify(EVIDENCE_NAMESPACE, &members.manifest, armoured)
            .map_err(|error| Fault::at(error.code(), name, error.to_string()))?;
        keys.push(key);
    }
    let prints: Vec<_> = keys.iter().map(signature::fingerprint).collect();
    Ok(Passed::ok(keys, format!("valid signature by {}", prints.join(", "))))
}

/// The best signer over all signatures. `sealed_at` is the container's word until check 8 compares
/// it with the manifest.
pub(super) fn signer(
    keys: &[KeyData],
    signers: Option<&Signers>,
    sealed_at: u64,
    policy: &Policy,
) -> Step<Signer> {
    let Some(signers) = signers else {
        let key = keys.first().map(signature::fingerprint).unwrap_or_default();
        if policy.require_trusted {
            let sentence =
                format!("nobody vouches for the key {key}: no allowed signers were given");
            return Err(Fault::permission("E_SIGNER", sentence));
        }
        let sentence = format!("not pinned: no allowed signers were given for the key {key}");
        return Ok(Passed::skip(Signer { principal: None, key }, sentence));
    };
    let at = i64::try_from(sealed_at).unwrap_or(i64::MAX);
    let mut refusal = None;
    for key in keys {
        match signers.find(key, EVIDENCE_NAMESPACE, at) {
            Ok(principal) => {
                let sentence = format!("signed by {principal}");
                let signer = Signer {
                    principal: Some(principal.to_owned()),
                    key: signature::fingerprint(key),
                };
                return Ok(Passed::ok(signer, sentence));
            }
            Err(reason) => refusal = refusal.or(Some(reason)),
        }
    }
    let sentence = refusal.map_or_else(|| "no signature".to_owned(), |reason| reason.to_string());
    Err(Fault::new("E_SIGNER", sentence))
}
