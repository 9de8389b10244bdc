//! One endpoint from its first page to its last, each page safe before the next is asked.

use crate::call::Call;
use crate::exchange::{Attempt, keep};
use crate::fan_out::Batches;
use crate::gate::Slot;
use crate::halt::Stop;
use crate::limits::Limits;
use crate::mint::{Authorization, NoToken};
use crate::position::{Position, Way};
use crate::progress::Row;
use crate::request::{Params, content, first_params, path};
use crate::retry::{Failure, Step, Tries, jitter};
use crate::session::{Halted, Session};
use crate::{clock, terminal};
use qualys_sec_inspector::bundle::completeness::{EndpointOutcome, EndpointState};
use qualys_sec_inspector::catalogue::{Endpoint, Family, Method};
use qualys_sec_inspector::qualys::fault::Fault;
use qualys_sec_inspector::qualys::redact;
use std::time::Duration;

/// Asks an endpoint on from its position, and returns its outcome when it is over.
///
/// # Errors
/// The run stops: what is kept stays, the rest can be resumed.
pub(crate) async fn walk(
    session: &Session,
    endpoint: &'static Endpoint,
    position: Position,
    batches: Batches,
) -> Result<EndpointOutcome, Halted> {
    let row = session.progress.row(endpoint.id);
    row.kept(position.pages, position.records);
    let mut walk = Walk {
        session,
        endpoint,
        batches,
        position,
        row,
        limits: Limits::default(),
        slot: None,
        begun: None,
    };
    let (state, reason) = walk.finish().await?;
    let Walk { position: Position { pages, records, .. }, row, begun, .. } = walk;
    let took = begun.map_or(0, |begun| session.clock.mono_ms().saturating_sub(begun));
    let took = Duration::from_millis(took);
    row.ends(state.word(), pages, records, took, reason.as_deref());
    Ok(EndpointOutcome { endpoint: endpoint.id.to_owned(), state, pages, records, reason })
}

struct Walk<'w> {
    session: &'w Session,
    endpoint: &'static Endpoint,
    batches: Batches,
    position: Position,
    row: Row<'w>,
    limits: Limits,
    /// Held from page to page, given back for waits.
    slot: Option<Slot<'w>>,
    /// When its first slot came, monotonic milliseconds: queueing is not its own time.
    begun: Option<u64>,
}

impl Walk<'_> {
    async fn finish(&mut self) -> Result<(EndpointState, Option<String>), Halted> {
        loop {
            let (prev, params) = match &self.position.way {
                Way::Ended { state, reason } => {
                    self.slot = None;
                    return Ok((*state, reason.clone()));
                }
                Way::On { prev, params } => (Some(*prev), params.clone()),
                Way::Start => {
                    let Some(ids) = self.batches.get(self.position.starts) else {
                        self.end_of_batches();
                        continue;
                    };
                    (None, self.first_params(ids))
                }
            };
            self.page(prev, params).await?;
        }
    }

    /// All batches are in hand. Ids that could not be asked for leave the list open.
    fn end_of_batches(&mut self) {
        match self.batches.refused {
            0 => self.position.end(EndpointState::Present, None),
            refused => {
                let ids = terminal::counted(refused as u64, "id");
                let reason = format!("{ids} cannot stand in a path and were not asked for");
                self.position.end(EndpointState::Failed, Some(reason));
            }
        }
    }

    fn first_params(&self, ids: &[String]) -> Params {
        first_params(self.endpoint, self.position.variant, &self.session.since, ids)
    }

    /// Tries one page until it is safe, the endpoint is over, or another variant is to be tried.
    async fn page(&mut self, prev: Option<u64>, params: Params) -> Result<(), Halted> {
        let mut tries = Tries::default();
        // The number of the token that was refused: one more is minted, once for each page.
        let mut refused = None;
        loop {
            if let Some(length) = self.limits.wait(self.session.clock.now()) {
                if !tries.may_wait(length, self.session.patience) {
                    return Err(self.too_long(length, "its call limit is used up"));
                }
                self.pause(length, "call limit used up").await?;
                self.limits.forget();
            }
            let Some(variant) = self.endpoint.variants.get(self.position.variant) else {
                self.position.end(EndpointState::Failed, Some("no version is known".to_owned()));
                return Ok(());
            };
            let batch = self.position.starts.saturating_sub(usize::from(prev.is_some()));
            let call = Call {
                method: match self.endpoint.method {
                    Method::Get => "GET",
                    Method::Post => "POST",
                },
                path: path(variant, self.batches.get(batch).unwrap_or_default()),
                params: params.clone(),
                content: content(self.endpoint),
            };
            let Some(authorization) = self.authorization(refused).await? else { return Ok(()) };
            let attempt =
                self.attempt(call, variant.version, prev, &params, &authorization).await?;
            let failure = match attempt {
                Ok(()) => return Ok(()),
                Err(failure) => failure,
            };
            if let (
                Failure::Fault(Fault::BadCredentials { .. } | Fault::TokenRefused),
                Authorization::Bearer { number, .. },
            ) = (&failure, &authorization)
            {
                if refused.is_none() {
                    refused = Some(*number);
                    continue;
                }
                if self.endpoint.family == Family::GatewayJson {
                    let reason =
                        format!("the gateway refused a new token: {}", self.reason(&failure));
                    self.position.end(EndpointState::Denied, Some(reason));
                    return Ok(());
                }
            }
            let told = match &failure {
                Failure::Fault(Fault::RateLimited { wait }) => self.limits.refusal(*wait),
                _ => Duration::ZERO,
            };
            let reason = self.reason(&failure);
            match tries.step(&failure, self.session.patience, told, jitter()) {
                Step::Wait { length, why, narrow } => {
                    if narrow {
                        self.narrow();
                    }
                    self.pause(length, why).await?;
                    self.limits.forget();
                }
                Step::OtherVariant { parameters } => {
                    if !self.position.fall_back(self.endpoint, parameters) {
                        self.position.end(EndpointState::Failed, Some(reason));
                    }
                    return Ok(());
                }
                Step::End(state) => {
                    self.position.end(state, Some(reason));
                    return Ok(());
                }
                Step::Refused => {
                    self.session
                        .halt
                        .call(Stop::Refused(format!("{}: {reason}", self.endpoint.id)));
                    return Err(Halted);
                }
                Step::TooLong { length } => return Err(self.too_long(length, &reason)),
            }
        }
    }

    /// What the next attempt authenticates with; none where the endpoint is over for want of it.
    async fn authorization(
        &mut self,
        refused: Option<u64>,
    ) -> Result<Option<Authorization>, Halted> {
        let family = self.endpoint.family;
        if self.session.lines.of(family).is_none() {
            let reason = self.session.lines.missing(family);
            self.position.end(EndpointState::Failed, Some(reason));
            return Ok(None);
        }
        if self.session.must_mint(family, refused) {
            // Minting takes a slot of its own, and may wait.
            self.slot = None;
        }
        let (state, reason) = match self.session.authorization(family, refused).await? {
            Ok(authorization) => return Ok(Some(authorization)),
            Err(NoToken::TooLong(reason)) => {
                self.session.halt.call(Stop::Limit(reason));
                return Err(Halted);
            }
            Err(NoToken::Refused(reason)) if self.session.oauth => {
                self.session.halt.call(Stop::Refused(reason));
                return Err(Halted);
            }
            Err(NoToken::Refused(reason)) => (EndpointState::Denied, reason),
            Err(NoToken::Failed(reason)) => (EndpointState::Failed, reason),
        };
        self.position.end(state, Some(reason));
        Ok(None)
    }

    /// Sends a call once a slot is free and keeps what came; a whole page moves the position on.
    async fn attempt(
        &mut self,
        call: Call,
        version: &'static str,
        prev: Option<u64>,
        params: &Params,
        authorization: &Authorization,
    ) -> Result<Result<(), Failure>, Halted> {
        let session = self.session;
        let Some(line) = session.lines.of(self.endpoint.family) else { return Err(Halted) };
        if session.gate.is_crowded() {
            self.slot = None;
        }
        if self.slot.is_none() {
            self.slot = Some(session.unless_halted(session.gate.enter()).await?);
        }
        let sent = session.clock.now();
        let mono_ms = session.clock.mono_ms();
        self.begun.get_or_insert(mono_ms);
        let heard =
            session.unless_halted(line.wire.send(&call, Some(authorization.header()))).await?;
        self.limits.note(sent, &heard.headers);
        if let Some(limit) = self.limits.concurrency {
            session.gate.narrow(limit);
        }
        self.position.attempts += 1;
        let attempt = Attempt {
            endpoint: self.endpoint,
            version,
            page: self.position.pages + 1,
            number: self.position.attempts,
            prev,
            host: line.host.clone(),
            time: clock::text(sent),
            mono_ms,
            duration_ms: session.clock.mono_ms().saturating_sub(mono_ms),
        };
        let secrets = session.secrets();
        let kept = session
            .with_partial(move |partial| keep(partial, attempt, call, heard, &secrets))
            .await?;
        Ok(kept.judged.map(|page| {
            self.position.advance(self.endpoint, kept.seq, params, &page);
            self.row.kept(self.position.pages, self.position.records);
        }))
    }

    /// Gives the slot back, says why, waits.
    async fn pause(&mut self, length: Duration, why: &str) -> Result<(), Halted> {
        self.slot = None;
        self.row.waits(self.session.clock.now(), length, why);
        self.session.pause(length).await?;
        self.row.kept(self.position.pages, self.position.records);
        Ok(())
    }

    fn too_long(&self, length: Duration, reason: &str) -> Halted {
        let length = terminal::lasted(length.as_secs());
        self.session.halt.call(Stop::Limit(format!(
            "{} would have to wait {length}, which goes beyond --max-wait ({reason})",
            self.endpoint.id
        )));
        Halted
    }

    /// One call fewer in flight than the limit that refused us.
    fn narrow(&self) {
        let gate = &self.session.gate;
        let limit = self.limits.concurrency.unwrap_or_else(|| gate.width());
        gate.narrow(limit.saturating_sub(1));
    }

    /// A failure in words; the service's own text may echo what it was sent.
    fn reason(&self, failure: &Failure) -> String {
        let secrets = self.session.secrets();
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let (text, _) = redact::scrub(&failure.to_string(), &secrets);
        terminal::harmless(&text)
    }
}
