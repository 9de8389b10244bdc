//! One snapshot, opened and judged: a bundle is verified and assessed, a saved report is read.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::num::NonZeroUsize;
use std::path::Path;
use std::thread;

use jiff::Timestamp;
use qualys_sec_inspector::assess::{self, Assignment, Bundle, Failure, Report, Signature};
use qualys_sec_inspector::bundle::verify::{self as custody, CheckResult, Opened};
use qualys_sec_inspector::bundle::{self, Evidence};
use qualys_sec_inspector::compare::Snapshot;
use qualys_sec_inspector::control::CONTROLS;
use qualys_sec_inspector::evidence::{self, Model};
use qualys_sec_inspector::finding::Severity;
use qualys_sec_inspector::profile::{Inputs, Profile};

use crate::cli::{Selection, Settings, Trust};
use crate::exit::{Exit, Stop};
use crate::{profile, saved, verify};

/// How snapshots are judged: several of them alike.
pub(crate) struct Terms<'a> {
    trust: &'a Trust,
    policy: custody::Policy,
    profile: Profile,
    inputs: Inputs,
    controls: BTreeSet<u8>,
}

/// A report that hides nothing, and the evidence that it was made from.
pub(crate) struct Assessed {
    pub(crate) report: Report,
    /// None behind a saved report.
    model: Option<Model>,
}

impl<'a> Terms<'a> {
    /// One side of a comparison.
    pub(crate) fn side<'s>(&'s self, assessed: &'s Assessed) -> Snapshot<'s> {
        let model = assessed.model.as_ref().map(Model::connection);
        Snapshot { report: &assessed.report, model, inputs: model.map(|_| &self.inputs) }
    }

    /// Reads the profile, its inputs and the allowed signers.
    pub(crate) fn new(
        settings: &Settings,
        trust: &'a Trust,
        controls: Option<&Selection>,
    ) -> Result<Self, Stop> {
        let (profile, inputs) = profile::load(settings)?;
        let policy = verify::policy(trust)?;
        let all = || CONTROLS.iter().map(|control| control.number).collect();
        let controls = controls.map_or_else(all, |selection| selection.0.clone());
        Ok(Self { trust, policy, profile, inputs, controls })
    }

    /// Verifies and judges a bundle.
    pub(crate) fn bundle(&self, path: &Path, as_of: Option<i64>) -> Result<Assessed, Stop> {
        let work_dir = self.trust.work_dir.as_deref();
        let opened = custody::open(path, &self.policy, work_dir).map_err(verify::stop)?;
        let Some(opened_evidence) = &opened.evidence else { return Err(refused(path, &opened)) };
        let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let (model, coverage, scope) =
            evidence::load(opened_evidence, work_dir, threads).map_err(unreadable)?;
        let collected = seconds(&opened_evidence.manifest.predicate.window.started)?;
        let assignment = Assignment {
            model: model.connection(),
            coverage: &coverage,
            scope: &scope,
            bundle: describe(path, opened_evidence, &opened),
            answers: evidence::answers(opened_evidence, &model).map_err(unreadable)?,
            collected,
            as_of: as_of.unwrap_or(collected),
            profile: &self.profile,
            inputs: &self.inputs,
            controls: &self.controls,
            severity: Severity::Info,
        };
        let report = assess::assess(assignment).map_err(|error| Stop::new(Exit::Fault, error))?;
        Ok(Assessed { report, model: Some(model) })
    }

    /// A bundle, or a saved report if the file is JSON.
    pub(crate) fn snapshot(&self, path: &Path, as_of: Option<i64>) -> Result<Assessed, Stop> {
        let mut first = [0_u8; 1];
        let read = File::open(path).and_then(|mut file| file.read(&mut first));
        let length = read.map_err(|error| {
            Stop::new(Exit::Usage, format!("{}: cannot be read: {error}", path.display()))
        })?;
        if length == 1 && first == *b"{" {
            return Ok(Assessed { report: saved::read(path)?, model: None });
        }
        self.bundle(path, as_of)
    }
}

/// Says which custody check failed.
pub(crate) fn refused(path: &Path, opened: &Opened) -> Stop {
    let failed = opened.checks.iter().find(|check| check.result == CheckResult::Fail);
    let stop = match failed {
        Some(check) => {
            let code = check.code.unwrap_or_default();
            let place = check.where_.as_ref().map(|place| format!(" {place}")).unwrap_or_default();
            let (number, name) = (check.number, check.name);
            Stop::new(
                Exit::Custody,
                format!(
                    "{}: custody check {number} ({name}) failed, {code}{place}: {}",
                    path.display(),
                    check.sentence
                ),
            )
        }
        None => Stop::new(
            Exit::Custody,
            format!("{}: the bundle holds no evidence that can be read", path.display()),
        ),
    };
    match failed.and_then(|check| check.code) {
        Some("E_UNSIGNED") => stop.help("--allow-unsigned assesses it, and every output says so"),
        _ => stop,
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
