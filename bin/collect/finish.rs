//! The end of a run: sealed, or kept for a resume, or taken away.

use crate::clock::{self, Clock};
use crate::error::{Error, Exit};
use crate::halt::Stop;
use crate::progress::Progress;
use crate::servers::Servers;
use crate::summary::Summary;
use crate::terminal::{data, warn};
use qualys_sec_inspector::bundle::completeness::{
    CompletenessState, EndpointOutcome, EndpointState,
};
use qualys_sec_inspector::bundle::hash;
use qualys_sec_inspector::bundle::manifest::Relation;
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::RunEnd;
use qualys_sec_inspector::bundle::seal::{Seal, Sealed, Sign};
use qualys_sec_inspector::bundle::signature::SigningKey;
use qualys_sec_inspector::catalogue::{Module, endpoint};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A run that asks nothing more.
pub(crate) struct Ending<'e> {
    pub partial: Partial,
    pub out: &'e Path,
    /// None where every endpoint came to its end.
    pub stop: Option<Stop>,
    pub outcomes: Vec<EndpointOutcome>,
    /// Endpoints that were not asked, with the reason.
    pub skipped: BTreeMap<String, String>,
    pub servers: &'e Servers,
    pub relation: Relation,
    pub key: Option<&'e SigningKey>,
    pub clock: &'e dyn Clock,
    pub progress: &'e Progress,
}

/// Seals what was collected and says what it is.
///
/// # Errors
/// The run was stopped, or the bundle cannot be sealed.
pub(crate) fn finish(ending: Ending<'_>) -> Result<Exit, Error> {
    let Ending { key, progress, .. } = ending;
    let sealed = seal(ending)?;
    let signed = key.map_or_else(
        || "unsigned, on purpose".to_owned(),
        |key| format!("signed by {}", key.fingerprint()),
    );
    let state = sealed.completeness.state;
    progress.line(&format!("sealed, {}, {signed}", state.word()));
    progress.line(&format!(
        "seal hash sha256 {} over the first {} bytes",
        hash::hex(&sealed.sha256),
        sealed.sealed_len
    ));
    for outcome in &sealed.completeness.endpoints {
        if sealed.completeness.gaps.contains(&outcome.endpoint) {
            let reason = outcome.reason.as_deref().unwrap_or("no reason is known");
            warn(&format!("{} is {}: {reason}", outcome.endpoint, outcome.state.word()));
        }
    }
    data(&format!("{}\n", sealed.path.display()))
        .map_err(|source| Error::write("stdout".as_ref(), source))?;
    Ok(if state == CompletenessState::Complete { Exit::Complete } else { Exit::Partial })
}

/// # Errors
/// As [`finish`].
pub(crate) fn seal(ending: Ending<'_>) -> Result<Sealed, Error> {
    let Ending { partial, out, stop, outcomes, skipped, servers, relation, key, clock, .. } =
        ending;
    let bundle = out.to_owned();
    let sealing = |source| Error::Seal { path: bundle.clone(), source };
    match stop {
        None => {}
        Some(Stop::Refused(reason)) if partial.has_pages() => {
            return Err(Error::Refused { reason, bundle: Some(bundle) });
        }
        Some(Stop::Refused(reason)) => {
            partial.discard().map_err(|source| Error::Bundle { path: bundle, source })?;
            return Err(Error::Refused { reason, bundle: None });
        }
        Some(Stop::Limit(reason)) => return Err(Error::Stopped { reason, bundle }),
        Some(Stop::Interrupted) => {
            let reason = "interrupted; everything that had arrived is kept".to_owned();
            return Err(Error::Stopped { reason, bundle });
        }
        Some(Stop::Journal(source)) => return Err(Error::Kept { path: bundle, source }),
    }
    let summary = Summary::new(&partial, servers).map_err(sealing)?;
    let outcomes = in_order_of(&partial.run_start().plan, outcomes, skipped);
    let modules: BTreeSet<&str> = outcomes
        .iter()
        .filter(|outcome| matches!(outcome.state, EndpointState::Present | EndpointState::Empty))
        .filter_map(|outcome| endpoint(&outcome.endpoint).map(|endpoint| module(endpoint.module)))
        .collect();
    let end = RunEnd {
        time: clock::text(clock.now()),
        mono_ms: clock.mono_ms(),
        role: summary.role,
        view: Some(summary.view.to_owned()),
        subscription: Some(summary.subscription),
        modules: modules.into_iter().map(str::to_owned).collect(),
        outcomes,
        ..RunEnd::default()
    };
    let seal = Seal {
        key: key.map(|key| key as &dyn Sign),
        sealed_at: clock::text(clock.now()),
        relation,
    };
    partial.seal(end, seal).map_err(sealing)
}

/// One outcome for each endpoint of the plan, in its order.
fn in_order_of(
    plan: &[String],
    outcomes: Vec<EndpointOutcome>,
    skipped: BTreeMap<String, String>,
) -> Vec<EndpointOutcome> {
    let mut known: BTreeMap<String, EndpointOutcome> = skipped
        .into_iter()
        .map(|(endpoint, reason)| EndpointOutcome {
            endpoint,
            state: EndpointState::Skipped,
            pages: 0,
            records: 0,
            reason: Some(reason),
        })
        .chain(outcomes)
        .map(|outcome| (outcome.endpoint.clone(), outcome))
        .collect();
    plan.iter().filter_map(|endpoint| known.remove(endpoint)).collect()
}

fn module(module: Module) -> &'static str {
    match module {
        Module::Vm => "vm",
        Module::Pc => "pc",
        Module::Was => "was",
        Module::CloudView => "cloudview",
        Module::Assets => "assets",
    }
}
