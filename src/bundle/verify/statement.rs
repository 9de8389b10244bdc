//! Checks 6 to 8: the manifest's form, what the reader demands of it, the hashes that it gives.
use super::super::container::{self, Container};
use super::super::hash::{Digest, from_hex, hex, sha256};
use super::super::manifest::{Manifest, Relation};
use super::super::{Error, schema, verify_text};
use super::source::Members;
use super::{Fault, Passed, Policy, Previous, Step};

/// Reads the manifest strictly: canonical JSON, known fields, and values of their form.
pub(super) fn parse(bytes: &[u8]) -> Step<Manifest> {
    let manifest = Manifest::parse(bytes).map_err(|error| match error {
        Error::Format { .. } => Fault::new("E_FORMAT", error.to_string()),
        error => Fault::new("E_JSON", error.to_string()),
    })?;
    let predicate = &manifest.predicate;
    if matches!(predicate.relation, Relation::RedactionOf { .. }) {
        let sentence = "a redacted copy, which this version does not read";
        return Err(Fault::new("E_FORMAT", sentence));
    }
    let names: Vec<_> = manifest.subject.iter().map(|subject| subject.name.as_str()).collect();
    if names != [container::VERIFY, container::EVIDENCE] {
        return Err(Fault::new("E_JSON", "the subjects are not VERIFY.txt and evidence.sqlite"));
    }
    let mut digests: Vec<&str> =
        manifest.subject.iter().map(|subject| subject.digest.sha256.as_str()).collect();
    let mut ids = vec![predicate.bundle_id.as_str(), &predicate.run_id];
    digests.extend([&*predicate.journal.root, &predicate.journal.head, &predicate.evidence.schema]);
    if let Relation::Next { manifest, bundle_id } = &predicate.relation {
        digests.push(manifest);
        ids.push(bundle_id);
    }
    if digests.iter().any(|text| from_hex::<32>(text).is_none())
        || ids.iter().any(|text| from_hex::<16>(text).is_none())
    {
        return Err(Fault::new("E_JSON", "a hash or an id is not lower hexadecimal of its length"));
    }
    let window = &predicate.window;
    if [&window.started, &window.ended, &window.sealed].iter().any(|time| seconds(time).is_none()) {
        return Err(Fault::new("E_JSON", "a time of the window is not RFC 3339 in UTC"));
    }
    let sentence = format!("bundle {}, format {}", predicate.bundle_id, predicate.format);
    Ok(Passed::ok(manifest, sentence))
}

/// Whole Unix seconds of an RFC 3339 time in UTC, rounded down.
fn seconds(text: &str) -> Option<i64> {
    let time: jiff::Timestamp = text.strip_suffix('Z').and(text.parse().ok())?;
    Some(time.as_millisecond().div_euclid(1000))
}

pub(super) fn policy(manifest: &Manifest, policy: &Policy) -> Step<()> {
    let predicate = &manifest.predicate;
    let mut met = Vec::new();
    if let Some(challenge) = &policy.challenge {
        if predicate.challenge.as_ref() != Some(challenge) {
            let sentence = "the bundle does not hold the challenge that was demanded";
            return Err(Fault::new("E_POLICY", sentence));
        }
        met.push("challenge");
    }
    if let Some(instant) = policy.collected_after {
        if seconds(&predicate.window.started).is_none_or(|started| started < instant) {
            let sentence = format!("collected from {}, too early", predicate.window.started);
            return Err(Fault::new("E_POLICY", sentence));
        }
        met.push("collected after");
    }
    if let Some(previous) = &policy.previous {
        let named = match &predicate.relation {
            Relation::Next { manifest, bundle_id } => {
                Some(Previous { manifest: manifest.clone(), bundle_id: bundle_id.clone() })
            }
            _ => None,
        };
        if named.as_ref() != Some(previous) {
            let sentence = format!("the bundle does not follow {}", previous.bundle_id);
            return Err(Fault::new("E_POLICY", sentence));
        }
        met.push("previous bundle");
    }
    if met.is_empty() {
        return Ok(Passed::ok((), "nothing was demanded"));
    }
    Ok(Passed::ok((), format!("met: {}", met.join(", "))))
}

/// Compares what the manifest says about the other members with what they are.
pub(super) fn digests(
    manifest: &Manifest,
    members: &Members,
    container: &Container,
    evidence: &Digest,
) -> Step<()> {
    let predicate = &manifest.predicate;
    if verify_text::render(manifest).as_bytes() != members.verify {
        let sentence = "VERIFY.txt is not the text that belongs to this manifest";
        return Err(Fault::at("E_VERIFY", container::VERIFY, sentence));
    }
    for (name, digest) in
        [(container::VERIFY, sha256(&[&members.verify])), (container::EVIDENCE, *evidence)]
    {
        if manifest.digest_of(name) != Some(hex(&digest).as_str()) {
            return Err(Fault::at("E_DIGEST", name, "its SHA-256 is not the one in the manifest"));
        }
    }
    let file = &predicate.evidence;
    if file.bytes != container.evidence.size
        || file.page_size != schema::PAGE_SIZE
        || file.schema != hex(&schema::digest())
    {
        let sentence = "size, page size or schema is not the one in the manifest";
        return Err(Fault::at("E_DIGEST", container::EVIDENCE, sentence));
    }
    if predicate.sealed_len != container.sealed_len {
        let sentence = format!(
            "the sealed prefix has {} bytes, the manifest says {}: a signature was removed or added",
            container.sealed_len, predicate.sealed_len
        );
        return Err(Fault::new("E_DIGEST", sentence));
    }
    if seconds(&predicate.window.sealed) != i64::try_from(container.sealed_at).ok() {
        let sentence = "the members' time is not the time of sealing";
        return Err(Fault::new("E_DIGEST", sentence));
    }
    Ok(Passed::ok((), "VERIFY.txt and evidence.sqlite are those of the manifest"))
}
