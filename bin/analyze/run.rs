//! `analyze run`: verify, load, assess, and hand the report over for delivery.

use std::num::NonZeroUsize;
use std::path::Path;
use std::thread;

use jiff::Timestamp;
use qualys_sec_inspector::assess::{self, Assignment, Bundle, Failure, Signature};
use qualys_sec_inspector::bundle::verify::{self as custody, CheckResult, Opened};
use qualys_sec_inspector::bundle::{self, Evidence};
use qualys_sec_inspector::control::CONTROLS;
use qualys_sec_inspector::evidence;

use crate::cli::{Cli, Run};
use crate::exit::{Exit, Stop};
use crate::{profile, verify};

pub(crate) fn run(cli: &Cli, command: &Run) -> Result<Exit, Stop> {
    command.delivery.check()?;
    let (profile, inputs) = profile::load(&command.settings)?;
    let policy = verify::policy(&command.trust)?;
    let work_dir = command.trust.work_dir.as_deref();

    let opened = custody::open(&command.bundle, &policy, work_dir).map_err(verify::stop)?;
    let Some(opened_evidence) = &opened.evidence else { return Err(refused(&opened)) };
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let (model, coverage, scope) =
        evidence::load(opened_evidence, work_dir, threads).map_err(unreadable)?;

    let collected = seconds(&opened_evidence.manifest.predicate.window.started)?;
    let all = || CONTROLS.iter().map(|control| control.number).collect();
    let controls = command.controls.as_ref().map_or_else(all, |selection| selection.0.clone());
    let assignment = Assignment {
        model: model.connection(),
        coverage: &coverage,
        scope: &scope,
        bundle: describe(&command.bundle, opened_evidence, &opened),
        answers: evidence::answers(opened_evidence, &model).map_err(unreadable)?,
        collected,
        as_of: command.as_of.unwrap_or(collected),
        profile: &profile,
        inputs: &inputs,
        controls: &controls,
        severity: command.severity,
    };
    let report = assess::assess(assignment).map_err(|error| Stop::new(Exit::Fault, error))?;
    command.delivery.deliver(cli, &report)
}

/// Says which custody check failed.
pub(crate) fn refused(opened: &Opened) -> Stop {
    let failed = opened.checks.iter().find(|check| check.result == CheckResult::Fail);
    let stop = match failed {
        Some(check) => {
            let code = check.code.unwrap_or_default();
            let place = check.where_.as_ref().map(|place| format!(" {place}")).unwrap_or_default();
            let (number, name) = (check.number, check.name);
            Stop::new(
                Exit::Custody,
                format!(
                    "custody check {number} ({name}) failed, {code}{place}: {}",
                    check.sentence
                ),
            )
        }
        None => Stop::new(Exit::Custody, "the bundle holds no evidence that can be read"),
    };
    match failed.and_then(|check| check.code) {
        Some("E_UNSIGNED") => stop.help("--allow-unsigned assesses it, and every output says so"),
        _ => stop.help("analyze verify prints every check"),
    }
}

/// A body that is not what the journal says is check 13, which `run` makes as it reads.
pub(crate) fn unreadable(error: evidence::Error) -> Stop {
    let (code, id, why) = match error {
        evidence::Error::Bundle(bundle::Error::Body { id, why }) => ("E_BODY", id, why),
        evidence::Error::Bundle(bundle::Error::BodySize { id, why }) => ("E_SIZE", id, why),
        other => return Stop::new(Exit::Fault, other),
    };
    let message = format!("custody check 13 (bodies) failed, {code} id={id}: {why}");
    Stop::new(Exit::Custody, message).help("analyze verify --deep checks every body")
}

fn describe(path: &Path, evidence: &Evidence, opened: &Opened) -> Bundle {
    let predicate = &evidence.manifest.predicate;
    let unknown = || "unknown".to_owned();
    Bundle {
        file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        id: predicate.bundle_id.clone(),
        root: format!("sha256:{}", predicate.journal.root),
        platform: predicate.target.platform.clone(),
        subscription: predicate.target.subscription.clone().unwrap_or_else(unknown),
        collected_from: predicate.window.started.clone(),
        collected_to: predicate.window.ended.clone(),
        verdict: opened.verdict.word().into(),
        completeness: predicate.completeness.state.word().to_owned(),
        signature: evidence
            .signer
            .as_ref()
            .map(|signer| Signature { signer: signer.principal.clone(), key: signer.key.clone() }),
        custody: Vec::new(),
        failures: opened
            .checks
            .iter()
            .filter(|check| check.result == CheckResult::Fail)
            .map(|check| Failure {
                check: check.number,
                code: check.code.unwrap_or_default().to_owned(),
                place: check.where_.clone(),
            })
            .collect(),
    }
}

/// RFC 3339 of the manifest to whole Unix seconds.
fn seconds(text: &str) -> Result<i64, Stop> {
    text.parse::<Timestamp>().map(Timestamp::as_second).map_err(|_| {
        Stop::new(Exit::Custody, format!("the manifest's start {text:?} is no RFC 3339 time"))
    })
}
