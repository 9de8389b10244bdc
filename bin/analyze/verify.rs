//! `analyze verify`: the custody checks of a bundle, one line each.

use std::fs;
use std::io::{self, Write as _};

use qualys_sec_inspector::bundle::Error;
use qualys_sec_inspector::bundle::manifest::CompletenessState;
use qualys_sec_inspector::bundle::verify::{self, CheckResult, Opened, Policy};

use crate::cli::{Trust, Verify};
use crate::exit::{Exit, Stop, seen};

pub(crate) fn verify(command: &Verify) -> Result<Exit, Stop> {
    let policy = Policy { deep: command.deep, ..policy(&command.trust)? };
    let opened =
        verify::open(&command.bundle, &policy, command.trust.work_dir.as_deref()).map_err(stop)?;
    let mut stdout = io::stdout().lock();
    if command.json {
        let completeness = opened.completeness.map(CompletenessState::word);
        let document = serde_json::json!({
            "checks": opened.checks,
            "verdict": opened.verdict,
            "completeness": completeness,
        });
        seen(writeln!(stdout, "{document:#}"))?;
    } else {
        seen(write_lines(&mut stdout, &opened))?;
    }
    let failed = opened.checks.iter().any(|check| check.result == CheckResult::Fail);
    Ok(if failed { Exit::Custody } else { Exit::Done })
}

/// The checks as tab-separated lines, then verdict and completeness.
fn write_lines(to: &mut impl io::Write, opened: &Opened) -> io::Result<()> {
    for check in &opened.checks {
        writeln!(to, "{check}")?;
    }
    writeln!(to, "verdict: {}", opened.verdict.word())?;
    let completeness = opened.completeness.map_or("unknown", CompletenessState::word);
    writeln!(to, "completeness: {completeness}")
}

/// What the flags demand and permit.
///
/// # Errors
/// A file of allowed signers that cannot be read.
pub(crate) fn policy(trust: &Trust) -> Result<Policy, Stop> {
    let allowed_signers = trust
        .allowed_signers
        .as_ref()
        .map(|path| {
            fs::read_to_string(path).map_err(|error| {
                Stop::new(Exit::Usage, format!("{}: cannot be read: {error}", path.display()))
            })
        })
        .transpose()?;
    Ok(Policy {
        allowed_signers,
        allow_unsigned: trust.allow_unsigned,
        require_trusted: trust.require_trusted,
        force_unverified: trust.force_unverified,
        challenge: trust.challenge.clone(),
        collected_after: trust.collected_after,
        previous: None,
        deep: false,
    })
}

/// An unusable file of allowed signers is a mistake of the call; a full disk is not.
pub(crate) fn stop(error: Error) -> Stop {
    let exit = if matches!(error, Error::Signers(_)) { Exit::Usage } else { Exit::Fault };
    Stop::new(exit, error)
}
