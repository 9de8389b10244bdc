//! All endpoints at once, as far as the gate lets them; a call for ids waits for its source.

use crate::clock;
use crate::fan_out::{Batches, batches};
use crate::position::{Position, Way};
use crate::session::{Halted, Session};
use crate::walk::walk;
use qualys_sec_inspector::bundle::completeness::{EndpointOutcome, EndpointState};
use qualys_sec_inspector::bundle::record::Skip;
use qualys_sec_inspector::catalogue::{Endpoint, FanOut};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinSet;

type Ended = watch::Receiver<Option<EndpointState>>;

/// Asks every endpoint to its end. The outcomes come in no order; where the run was halted, those
/// of unfinished endpoints are missing.
///
/// # Errors
/// A task that broke, in words.
pub(crate) async fn collect(
    session: &Arc<Session>,
    asked: &[&'static Endpoint],
    mut positions: BTreeMap<String, Position>,
) -> Result<Vec<EndpointOutcome>, String> {
    let mut tasks = JoinSet::new();
    let mut ended: BTreeMap<&str, Ended> = BTreeMap::new();
    for &endpoint in asked {
        let (sender, receiver) = watch::channel(None);
        let source = endpoint.fan_out.map(|fan_out| {
            let of = |id: &str| ended.get(id).cloned();
            (fan_out, ids_of(fan_out).into_iter().map(|id| (id, of(id))).collect())
        });
        ended.insert(endpoint.id, receiver);
        let position = positions.remove(endpoint.id).unwrap_or_default();
        let session = Arc::clone(session);
        tasks.spawn(async move {
            let outcome = one(&session, endpoint, position, source).await;
            if let Ok(outcome) = &outcome {
                sender.send_replace(Some(outcome.state));
            }
            outcome
        });
    }
    let mut outcomes = Vec::new();
    while let Some(done) = tasks.join_next().await {
        match done {
            Ok(Ok(outcome)) => outcomes.push(outcome),
            Ok(Err(Halted)) => {}
            Err(broken) => return Err(broken.to_string()),
        }
    }
    Ok(outcomes)
}

/// The endpoints that hold the ids of a fan-out, each once.
fn ids_of(fan_out: FanOut) -> Vec<&'static str> {
    let mut ids: Vec<&str> = fan_out.sources.iter().map(|source| source.endpoint).collect();
    ids.dedup();
    ids
}

/// The sources of a fan-out with the ways to hear how they end; none for those that are not asked.
type Sources = Vec<(&'static str, Option<Ended>)>;

async fn one(
    session: &Session,
    endpoint: &'static Endpoint,
    mut position: Position,
    fan_out: Option<(FanOut, Sources)>,
) -> Result<EndpointOutcome, Halted> {
    let Some((fan_out, sources)) = fan_out else {
        return walk(session, endpoint, position, Batches::one()).await;
    };
    let mut states = Vec::new();
    for (id, source) in sources {
        let state = match source {
            None => EndpointState::Skipped,
            Some(mut source) => {
                let ended = session.unless_halted(source.wait_for(Option::is_some)).await?;
                // The sender goes without a word only when its own task was halted.
                ended.map_err(|_| Halted)?.ok_or(Halted)?
            }
        };
        states.push((id, state));
    }
    if matches!(position.way, Way::Ended { .. }) {
        return walk(session, endpoint, position, Batches::one()).await;
    }
    let named = |states: &[(&str, EndpointState)]| {
        let all = states.iter().map(|(id, state)| format!("{id}: {}", state.word()));
        all.collect::<Vec<_>>().join(", ")
    };
    let holds_ids = |state| {
        use EndpointState::{Empty, Present, Truncated};
        matches!(state, Present | Empty | Truncated)
    };
    let all = |wanted| states.iter().all(|(_, state)| *state == wanted);
    if all(EndpointState::Skipped) {
        let ids: Vec<&str> = states.iter().map(|(id, _)| *id).collect();
        return skip(session, endpoint, format!("{} was skipped", ids.join(", "))).await;
    }
    if !states.iter().any(|(_, state)| holds_ids(*state)) {
        let own = if all(EndpointState::NotSubscribed) {
            EndpointState::NotSubscribed
        } else {
            EndpointState::Failed
        };
        position.end(own, Some(format!("its ids come from {}", named(&states))));
        return walk(session, endpoint, position, Batches::one()).await;
    }
    let batches = session.with_partial(move |partial| batches(partial, endpoint, fan_out)).await?;
    if batches.is_empty() && batches.refused == 0 {
        let ids: Vec<&str> = states.iter().map(|(id, _)| *id).collect();
        return skip(session, endpoint, format!("{} named no ids", ids.join(", "))).await;
    }
    walk(session, endpoint, position, batches).await
}

async fn skip(
    session: &Session,
    endpoint: &'static Endpoint,
    reason: String,
) -> Result<EndpointOutcome, Halted> {
    let record = Skip {
        time: clock::text(session.clock.now()),
        mono_ms: session.clock.mono_ms(),
        endpoint: endpoint.id.to_owned(),
        reason: reason.clone(),
        ..Skip::default()
    };
    session.with_partial(move |partial| partial.skip(record)).await?;
    Ok(EndpointOutcome {
        endpoint: endpoint.id.to_owned(),
        state: EndpointState::Skipped,
        pages: 0,
        records: 0,
        reason: Some(reason),
    })
}
