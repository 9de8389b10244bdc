//! Opens a bundle as a reader would, and names the check that refused it.
use std::path::Path;

use qualys_sec_inspector::bundle::verify::{self, CheckResult, Opened, Policy};

use crate::base::base;

/// Demands the operator's signature and looks at every body.
pub(crate) fn strict() -> Policy {
    Policy {
        allowed_signers: Some(base().operator.allowed_signers.clone()),
        deep: true,
        ..Policy::default()
    }
}

pub(crate) fn permit_unsigned() -> Policy {
    Policy { allow_unsigned: true, deep: true, ..Policy::default() }
}

pub(crate) fn open(path: &Path, policy: &Policy) -> Opened {
    verify::open(path, policy, None).unwrap()
}

pub(crate) fn open_bytes(bytes: &[u8], policy: &Policy) -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.qsi");
    std::fs::write(&path, bytes).unwrap();
    open(&path, policy)
}

/// Number, code and place of the check that failed. Holds every other check to the rule: passed or
/// skipped before it, skipped behind it, and no evidence handed out.
pub(crate) fn refusal(opened: &Opened) -> Option<(u8, &'static str, String)> {
    let numbers: Vec<u8> = opened.checks.iter().map(|check| check.number).collect();
    assert_eq!(numbers, (1..=14).collect::<Vec<u8>>());
    let failed = opened.checks.iter().position(|check| check.result == CheckResult::Fail)?;
    let behind = &opened.checks[failed + 1..];
    assert!(behind.iter().all(|check| check.result == CheckResult::Skip));
    assert!(opened.evidence.is_none());
    let check = &opened.checks[failed];
    Some((check.number, check.code.unwrap(), check.where_.clone().unwrap_or_default()))
}

#[track_caller]
pub(crate) fn assert_refused(
    what: &str,
    bytes: &[u8],
    policy: &Policy,
    number: u8,
    code: &str,
    place: &str,
) {
    let opened = open_bytes(bytes, policy);
    let found = refusal(&opened);
    let lines: Vec<String> = opened.checks.iter().map(ToString::to_string).collect();
    assert_eq!(found, Some((number, code, place.to_owned())), "{what}\n{}", lines.join("\n"));
}
