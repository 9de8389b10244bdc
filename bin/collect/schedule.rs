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
        let source = endpoint.fan_out.map(|fan_out| (fan_out, ended.get(fan_out.source).cloned()));
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

async fn one(
    session: &Session,
    endpoint: &'static Endpoint,
    position: Position,
    source: Option<(FanOut, Option<Ended>)>,
) -> Result<EndpointOutcome, Halted> {
    let Some((fan_out, source)) = source else {
        return walk(session, endpoint, position, Batches::One).await;
    };
    let state = match source {
        None => EndpointState::Skipped,
        Some(mut source) => {
            let ended = session.unless_halted(source.wait_for(Option::is_some)).await?;
            // The sender goes without a word only when its own task was halted.
            ended.map_err(|_| Halted)?.ok_or(Halted)?
        }
    };
    if matches!(position.way, Way::Ended { .. }) {
        return walk(session, endpoint, position, Batches::One).await;
    }
    let batches = match state {
        EndpointState::Present | EndpointState::Empty | EndpointState::Truncated => {
            session.with_partial(move |partial| batches(partial, fan_out)).await?
        }
        EndpointState::Skipped => {
            return skip(session, endpoint, format!("{} was skipped", fan_out.source)).await;
        }
        state => {
            let mut position = position;
            let own =
                if state == EndpointState::NotSubscribed { state } else { EndpointState::Failed };
            let reason = format!("its ids come from {}: {}", fan_out.source, state.word());
            position.end(own, Some(reason));
            return walk(session, endpoint, position, Batches::One).await;
        }
    };
    if batches.is_empty() {
        return skip(session, endpoint, format!("{} named no ids", fan_out.source)).await;
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
