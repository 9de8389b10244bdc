//! Whose signature it is, over what, and what the reader demanded and allowed.
use crate::base::{CHALLENGE, base, new_key};
use crate::forge::{Forge, Rewrite, archive, scan, slice};
use crate::judge::{assert_refused, open_bytes, permit_unsigned, refusal, strict};
use qualys_sec_inspector::bundle::Error;
use qualys_sec_inspector::bundle::container::{EVIDENCE, MANIFEST, SIGNATURE, VERIFY};
use qualys_sec_inspector::bundle::hash::{hex, sha256};
use qualys_sec_inspector::bundle::manifest::{CompletenessState, Relation};
use qualys_sec_inspector::bundle::signature::{CUSTODY_NAMESPACE, EVIDENCE_NAMESPACE};
use qualys_sec_inspector::bundle::verify::{CheckResult, Policy, Previous, Verdict};

#[test]
fn the_untouched_bundle_is_believed_as_far_as_its_signature_goes() {
    let signed = &base().bytes;
    for (bytes, policy, verdict) in [
        (signed, strict(), Verdict::Trusted),
        (signed, Policy::default(), Verdict::Unpinned),
        (signed, permit_unsigned(), Verdict::Unpinned),
        (&base().unsigned, permit_unsigned(), Verdict::Unsigned),
        (&base().other, strict(), Verdict::Trusted),
        (&Forge::insider().seal(), strict(), Verdict::Trusted),
        (&Forge::insider().rehash().recount().seal(), strict(), Verdict::Trusted),
        (&Forge::unsigned().sql(|_| ()).seal(), permit_unsigned(), Verdict::Unsigned),
    ] {
        let opened = open_bytes(bytes, &policy);
        assert_eq!(refusal(&opened), None);
        assert_eq!(opened.verdict, verdict);
        assert_eq!(opened.completeness, Some(CompletenessState::Complete));
        let evidence = opened.evidence.unwrap();
        assert_eq!(evidence.verdict, verdict);
        assert_eq!(evidence.signer.is_some(), verdict != Verdict::Unsigned);
    }
}

#[test]
fn permission_is_needed_below_trusted() {
    let demanding = Policy { require_trusted: true, ..Policy::default() };
    let opened = open_bytes(&base().bytes, &demanding);
    assert_eq!(refusal(&opened), Some((5, "E_SIGNER", String::new())));
    assert_eq!(opened.verdict, Verdict::Unpinned);
    for policy in
        [Policy::default(), strict(), Policy { allow_unsigned: true, ..demanding.clone() }]
    {
        let opened = open_bytes(&base().unsigned, &policy);
        assert_eq!(refusal(&opened), Some((4, "E_UNSIGNED", String::new())));
        assert_eq!(opened.verdict, Verdict::Unsigned);
    }
    let pinned = Policy { require_trusted: true, ..strict() };
    assert_eq!(open_bytes(&base().bytes, &pinned).verdict, Verdict::Trusted);
}

#[test]
fn a_bundle_signed_again_by_another_key() {
    let stranger = new_key("operator@example.com");
    let forge = Forge { key: Some(&stranger.signing), ..Forge::insider() };
    assert_refused("another key", &forge.seal(), &strict(), 5, "E_SIGNER", "");
    assert_eq!(open_bytes(&forge.seal(), &Policy::default()).verdict, Verdict::Unpinned);
}

#[test]
fn a_key_is_judged_at_the_time_of_sealing() {
    let line = &base().operator.allowed_signers;
    let with = |options: &str| Policy {
        allowed_signers: Some(line.replace("namespaces=", &format!("{options},namespaces="))),
        ..Policy::default()
    };
    let bytes = &base().bytes;
    for options in ["valid-after=\"20260328Z\"", "valid-before=\"20260328030000Z\""] {
        assert_eq!(open_bytes(bytes, &with(options)).verdict, Verdict::Trusted, "{options}");
    }
    for options in ["valid-after=\"20260328030001Z\"", "valid-before=\"20260328025959Z\""] {
        assert_refused(options, bytes, &with(options), 5, "E_SIGNER", "");
    }
    // The container's word for the time of sealing must be the manifest's.
    let forge = Forge::insider()
        .manifest(|manifest| manifest.predicate.window.sealed = "2026-03-28T03:00:01.000Z".into());
    assert_refused("shifted time", &forge.seal(), &strict(), 8, "E_DIGEST", "");
}

#[test]
fn signatures_that_mean_something_else() {
    let custody = Forge { namespace: CUSTODY_NAMESPACE, ..Forge::insider() };
    assert_refused("namespace", &custody.seal(), &strict(), 4, "E_NAMESPACE", SIGNATURE);
    let (manifest, signature, verify) = Forge::insider().members();
    let (signature, sqlite) = (signature.unwrap(), Forge::insider().sqlite);
    let with = |signature: &str| {
        archive(&[
            (MANIFEST, &manifest),
            (SIGNATURE, signature.as_bytes()),
            (VERIFY, verify.as_bytes()),
            (EVIDENCE, &sqlite),
        ])
    };
    for around in [
        format!("{signature}signed by the auditor\n"),
        format!("Comment: reviewed\n{signature}"),
        format!("{signature}\n"),
        signature.replace('\n', "\r\n"),
        signature.replacen("-----BEGIN SSH", "-----BEGIN  SSH", 1),
        String::new(),
    ] {
        assert_refused("text around", &with(&around), &strict(), 4, "E_SIG", SIGNATURE);
    }
    let other = base().operator.signing.sign(EVIDENCE_NAMESPACE, b"{}").unwrap();
    assert_refused("another manifest's", &with(&other), &strict(), 4, "E_SIG", SIGNATURE);
}

#[test]
fn a_signature_cannot_be_taken_away_unnoticed() {
    let found = scan(&base().bytes);
    let bytes = archive(&[
        (MANIFEST, slice(&base().bytes, found.manifest)),
        (VERIFY, slice(&base().bytes, found.verify)),
        (EVIDENCE, slice(&base().bytes, found.evidence)),
    ]);
    assert_refused("stripped", &bytes, &strict(), 4, "E_UNSIGNED", "");
    assert_refused("stripped, allowed", &bytes, &permit_unsigned(), 8, "E_DIGEST", "");
}

#[test]
fn late_signatures_count_and_must_be_valid() {
    let auditor = new_key("auditor@example.com");
    let (manifest, signature, verify) = Forge::insider().members();
    let (signature, sqlite) = (signature.unwrap(), Forge::insider().sqlite);
    let late = auditor.signing.sign(EVIDENCE_NAMESPACE, &manifest).unwrap();
    let with = |late: &str| {
        archive(&[
            (MANIFEST, &manifest),
            (SIGNATURE, signature.as_bytes()),
            (VERIFY, verify.as_bytes()),
            (EVIDENCE, &sqlite),
            ("manifest.json.sig.2", late.as_bytes()),
        ])
    };
    let trust = |line: &str| Policy { allowed_signers: Some(line.to_owned()), ..Policy::default() };
    for line in [&auditor.allowed_signers, &base().operator.allowed_signers] {
        assert_eq!(open_bytes(&with(&late), &trust(line)).verdict, Verdict::Trusted);
    }
    let wrong = auditor.signing.sign(EVIDENCE_NAMESPACE, b"{}").unwrap();
    assert_refused("late", &with(&wrong), &strict(), 4, "E_SIG", "manifest.json.sig.2");
}

#[test]
fn last_months_bundle_is_not_this_months() {
    let collected_after = |seconds| Policy { collected_after: Some(seconds), ..strict() };
    let challenge = |text: &str| Policy { challenge: Some(text.to_owned()), ..strict() };
    let bytes = &base().bytes;
    let started = "2026-03-28T02:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
    assert_eq!(open_bytes(bytes, &collected_after(started)).verdict, Verdict::Trusted);
    assert_refused("older", bytes, &collected_after(started + 1), 7, "E_POLICY", "");
    assert_eq!(open_bytes(bytes, &challenge(CHALLENGE)).verdict, Verdict::Trusted);
    assert_refused("another nonce", bytes, &challenge("nonce-8"), 7, "E_POLICY", "");
    let silent = Forge::insider().manifest(|manifest| manifest.predicate.challenge = None).seal();
    assert_refused("no nonce", &silent, &challenge(CHALLENGE), 7, "E_POLICY", "");
    assert_refused("nonce of the journal", &silent, &strict(), 12, "E_COUNT", "");
}

#[test]
fn the_bundle_before_is_the_one_that_is_named() {
    let manifest = slice(&base().other, scan(&base().other).manifest);
    let previous = Previous {
        manifest: hex(&sha256(&[manifest])),
        bundle_id: Forge::of(&base().other, None).manifest.predicate.bundle_id,
    };
    let policy = Policy { previous: Some(previous.clone()), ..strict() };
    assert_refused("a first one", &base().bytes, &policy, 7, "E_POLICY", "");
    let follows = |manifest: &str, bundle_id: &str| {
        let relation =
            Relation::Next { manifest: manifest.to_owned(), bundle_id: bundle_id.to_owned() };
        Forge::insider().manifest(|manifest| manifest.predicate.relation = relation).seal()
    };
    let next = follows(&previous.manifest, &previous.bundle_id);
    assert_eq!(open_bytes(&next, &policy).verdict, Verdict::Trusted);
    let another = follows(&"0".repeat(64), &previous.bundle_id);
    assert_refused("another one", &another, &policy, 7, "E_POLICY", "");
}

#[test]
fn manifests_that_are_not_of_the_one_form() {
    let edits: [(&str, &str, Rewrite); 5] = [
        ("a key twice", "E_JSON", |text| text.replacen('{', r#"{"_type":"x","#, 1)),
        ("a space", "E_JSON", |text| text.replacen(':', ": ", 1)),
        ("an unknown field", "E_JSON", |text| {
            text.replacen("\"bundle_id\"", "\"a\":1,\"bundle_id\"", 1)
        }),
        ("no JSON", "E_JSON", |text| text.replacen('{', "[", 1)),
        ("a newer format", "E_FORMAT", |text| text.replace("\"qsi/1\"", "\"qsi/2\"")),
    ];
    for (what, code, rewrite) in edits {
        let bytes = Forge { rewrite, ..Forge::insider() }.seal();
        assert_refused(what, &bytes, &strict(), 6, code, "");
        // Without a manifest nothing can be read, forced or not.
        let forced = Policy { force_unverified: true, ..strict() };
        assert!(open_bytes(&bytes, &forced).evidence.is_none(), "{what}");
    }
}

#[test]
fn an_allowed_signers_file_that_cannot_be_used_is_no_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.qsi");
    std::fs::write(&path, &base().bytes).unwrap();
    let line = base().operator.allowed_signers.replace("namespaces=", "cert-authority,namespaces=");
    let policy = Policy { allowed_signers: Some(line), ..Policy::default() };
    let outcome = qualys_sec_inspector::bundle::verify::open(&path, &policy, None);
    assert!(matches!(outcome, Err(Error::Signers(_))));
}

#[test]
fn force_goes_on_behind_a_failure_and_stays_broken() {
    let forced = Policy { force_unverified: true, ..strict() };
    let stranger = new_key("stranger@example.com");
    let unpinned = Forge { key: Some(&stranger.signing), ..Forge::insider() };
    let custody = Forge { namespace: CUSTODY_NAMESPACE, ..Forge::insider() };
    let edited = Forge::insider().record(2, |record| record["page"] = 7.into());
    let hostile = Forge { verify: Some("trust me\n"), ..Forge::insider() };
    for (forge, number, code) in [
        (unpinned, 5, "E_SIGNER"),
        (custody, 4, "E_NAMESPACE"),
        (edited, 11, "E_LEAF"),
        (hostile, 8, "E_VERIFY"),
    ] {
        let opened = open_bytes(&forge.seal(), &forced);
        let failed: Vec<_> = opened
            .checks
            .iter()
            .filter(|check| check.result == CheckResult::Fail)
            .map(|check| (check.number, check.code.unwrap()))
            .collect();
        assert_eq!(failed, [(number, code)]);
        assert_eq!(opened.verdict, Verdict::Broken);
        let evidence = opened.evidence.unwrap();
        assert_eq!(evidence.verdict, Verdict::Broken);
        assert_eq!(evidence.signer.is_none(), number < 6);
    }
    let slack = Forge::insider().bytes(|sqlite| sqlite.extend([0; 8192])).seal();
    assert!(open_bytes(&slack, &forced).evidence.is_none(), "never behind check 9");
}
