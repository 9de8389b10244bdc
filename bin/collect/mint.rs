//! Which authorization a call carries; minting a bearer token when one is needed.

use crate::call::{Call, Content, Heard, Transport};
use crate::exchange::recorded_mint;
use crate::limits::{BLIND_WAIT, Limits};
use crate::retry::{Failure, Step, Tries, jitter};
use crate::session::{Halted, Session};
use crate::token::{MINT, Token};
use crate::{clock, terminal};
use qualys_sec_inspector::catalogue::Family;
use qualys_sec_inspector::qualys::fault::Fault;
use reqwest::header::HeaderValue;
use std::time::Duration;
use tokio::sync::Mutex;

/// What is known of the token of this run.
#[derive(Default)]
pub(crate) struct Tokens(Mutex<Held>);

#[derive(Default)]
struct Held {
    token: Option<Token>,
    minted: u64,
    /// The gateway refused the login: it is not asked again, for the account could be locked.
    refused: Option<String>,
}

/// What a call authenticates with.
#[derive(Clone)]
pub(crate) enum Authorization {
    Basic(HeaderValue),
    Bearer {
        header: HeaderValue,
        /// Tells a token that was refused from its successor.
        number: u64,
    },
}

impl Authorization {
    pub(crate) fn header(&self) -> &HeaderValue {
        match self {
            Self::Basic(header) | Self::Bearer { header, .. } => header,
        }
    }
}

/// Why there is no token.
#[derive(Debug, Clone)]
pub(crate) enum NoToken {
    Refused(String),
    Failed(String),
    /// The run stops, resumable: the wait would be too long.
    TooLong(String),
}

impl Session {
    /// Will [`Self::authorization`] mint?
    pub(crate) fn must_mint(&self, family: Family, stale: Option<u64>) -> bool {
        if !self.wants_token(family) {
            return false;
        }
        // Held while another endpoint mints: then this one waits, without a slot either.
        let Ok(held) = self.tokens.0.try_lock() else { return true };
        let now = self.clock.now();
        !held.token.as_ref().is_some_and(|t| t.is_fresh(now) && stale != Some(t.number))
    }

    /// Basic, or for the families that want it the bearer token. `stale` is the number of a token
    /// that was refused.
    pub(crate) async fn authorization(
        &self,
        family: Family,
        stale: Option<u64>,
    ) -> Result<Result<Authorization, NoToken>, Halted> {
        if !self.wants_token(family) {
            return Ok(Ok(Authorization::Basic(self.basic.clone())));
        }
        // One at a time: the others wait for the token that the first one mints.
        let mut held = self.unless_halted(self.tokens.0.lock()).await?;
        if let Some(reason) = &held.refused {
            return Ok(Err(NoToken::Refused(reason.clone())));
        }
        let now = self.clock.now();
        let usable = |token: &&Token| token.is_fresh(now) && stale != Some(token.number);
        let token = if let Some(token) = held.token.as_ref().filter(usable) {
            token.clone()
        } else {
            held.minted += 1;
            match self.mint(held.minted).await? {
                Ok(token) => held.token.insert(token).clone(),
                Err(none) => {
                    if let NoToken::Refused(reason) = &none {
                        held.refused = Some(reason.clone());
                    }
                    return Ok(Err(none));
                }
            }
        };
        let number = token.number;
        let none = || NoToken::Failed("the gateway's token fits no header".to_owned());
        Ok(token.header().map(|header| Authorization::Bearer { header, number }).ok_or_else(none))
    }

    /// The gateway takes nothing but tokens, the oldest programs nothing but Basic.
    fn wants_token(&self, family: Family) -> bool {
        match family {
            Family::GatewayJson => true,
            Family::MspXml => false,
            _ => self.oauth,
        }
    }

    async fn mint(&self, number: u64) -> Result<Result<Token, NoToken>, Halted> {
        let Some(gateway) = self.lines.of(Family::GatewayJson) else {
            return Ok(Err(NoToken::Failed(self.lines.missing(Family::GatewayJson))));
        };
        let mut tries = Tries::default();
        let mut limits = Limits::default();
        for attempt in 1.. {
            let sent = self.clock.now();
            let mono_ms = self.clock.mono_ms();
            let heard = {
                let _slot = self.unless_halted(self.gate.enter()).await?;
                self.unless_halted(send(gateway.wire.as_ref(), &self.login.form())).await?
            };
            limits.note(sent, &heard.headers);
            let judged = judge(&heard, number, sent);
            if let Ok(token) = &judged {
                self.keep_secret(token.expose());
            }
            let failure = judged.as_ref().err().cloned();
            let took = self.clock.mono_ms().saturating_sub(mono_ms);
            let record = recorded_mint(
                (clock::text(sent), mono_ms, took),
                &gateway.host,
                attempt,
                &self.login.name,
                heard,
                failure.as_ref(),
                &self.secrets(),
            );
            self.with_partial(move |partial| partial.commit(record, None)).await?;
            let failure = match judged {
                Ok(token) => return Ok(Ok(token)),
                Err(failure) => failure,
            };
            let reason = terminal::harmless(&format!("no token from the gateway: {failure}"));
            let told = match &failure {
                Failure::Fault(Fault::BadCredentials { .. } | Fault::Denied { .. }) => {
                    return Ok(Err(NoToken::Refused(reason)));
                }
                Failure::Fault(Fault::RateLimited { wait }) => limits.refusal(*wait),
                _ => Duration::ZERO,
            };
            match tries.step(&failure, self.patience, told, jitter()) {
                Step::Wait { length, .. } => self.pause(length).await?,
                Step::TooLong { .. } => return Ok(Err(NoToken::TooLong(reason))),
                Step::OtherVariant { .. } | Step::End(_) | Step::Refused => {
                    return Ok(Err(NoToken::Failed(reason)));
                }
            }
        }
        Ok(Err(NoToken::Failed("no token from the gateway".to_owned())))
    }
}

/// Asks the gateway for a token.
pub(crate) async fn send(gateway: &dyn Transport, form: &[(String, String)]) -> Heard {
    let call = Call {
        method: "POST",
        path: MINT.to_owned(),
        params: form.to_vec(),
        content: Content::Form,
    };
    gateway.send(&call, None).await
}

/// 201 or 200 with a bare token; everything else by its status, for the bodies differ.
pub(crate) fn judge(heard: &Heard, number: u64, now: jiff::Timestamp) -> Result<Token, Failure> {
    if let Some(trouble) = &heard.trouble
        && matches!(heard.status, 0 | 200..=299)
    {
        return Err(Failure::Trouble(trouble.clone()));
    }
    let fault = match heard.status {
        200 | 201 => match Token::read(&heard.body, number, now) {
            Some(token) => return Ok(token),
            None if heard.body.trim_ascii().is_empty() => Fault::Empty,
            None => Fault::Unexpected { root: "no token".to_owned() },
        },
        401 => Fault::BadCredentials { code: None },
        403 => Fault::Denied { code: None },
        429 => Fault::RateLimited { wait: Some(BLIND_WAIT.as_secs()) },
        status @ 300..=399 => Fault::Redirect { status },
        status @ 500..=599 => Fault::Unavailable { status },
        status => Fault::BadRequest { code: None, text: format!("HTTP {status}") },
    };
    Err(Failure::Fault(fault))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tests::made_up;
    use jiff::Timestamp;

    fn judged(status: u16, body: &str) -> Result<String, Failure> {
        let heard = Heard { status, body: body.as_bytes().to_vec(), ..Heard::default() };
        judge(&heard, 1, Timestamp::UNIX_EPOCH).map(|token| token.expose().to_owned())
    }

    #[test]
    fn a_bare_token_is_taken_under_either_status_of_success() {
        let token = made_up(r#"{"exp":14400}"#);
        for status in [200, 201] {
            assert_eq!(judged(status, &format!("{token}\r\n")).ok(), Some(token.clone()));
        }
        assert!(judged(202, &token).is_err());
    }

    #[test]
    fn refusals_pass_and_failures_are_told_apart() {
        let fault = |status, body| match judged(status, body) {
            Err(Failure::Fault(fault)) => fault,
            _ => panic!("{status}: no fault"),
        };
        assert_eq!(fault(401, "{}"), Fault::BadCredentials { code: None });
        assert_eq!(fault(403, ""), Fault::Denied { code: None });
        assert_eq!(fault(503, "<html>"), Fault::Unavailable { status: 503 });
        assert!(matches!(fault(429, ""), Fault::RateLimited { .. }));
        assert_eq!(fault(201, " \n"), Fault::Empty);
        assert!(matches!(fault(200, "<html>a.b.c</html>"), Fault::Unexpected { .. }));
        assert!(matches!(fault(404, ""), Fault::BadRequest { .. }));
    }
}
