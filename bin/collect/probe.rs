//! One small call of an endpoint, without a bundle: is it open to this login?

use crate::call::{Call, Heard};
use crate::clock::Clock;
use crate::credentials::Login;
use crate::exchange::judge;
use crate::lines::Lines;
use crate::mint;
use crate::request::{content, probe_params};
use crate::retry::{Failure, Patience, Step, Tries, jitter};
use crate::token::Token;
use qualys_sec_inspector::bundle::completeness::EndpointState;
use qualys_sec_inspector::catalogue::{Endpoint, Family, Method};
use qualys_sec_inspector::qualys::fault::Fault;
use qualys_sec_inspector::qualys::redact;
use reqwest::header::HeaderValue;
use std::time::Duration;

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Probe {
    Ready,
    NotSubscribed(String),
    Denied(String),
    /// It could not be found out.
    Missing(String),
    /// The call limit is used up, so nothing was found out.
    Limited(String),
    /// The login itself is refused: nothing more is asked.
    Refused(String),
}

impl Probe {
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NotSubscribed(_) => "not subscribed",
            Self::Denied(_) => "denied",
            Self::Missing(_) => "failed",
            Self::Limited(_) => "limit used up",
            Self::Refused(_) => "refused",
        }
    }

    pub(crate) fn reason(&self) -> &str {
        match self {
            Self::Ready => "",
            Self::NotSubscribed(reason)
            | Self::Denied(reason)
            | Self::Missing(reason)
            | Self::Limited(reason)
            | Self::Refused(reason) => reason,
        }
    }
}

pub(crate) struct Prober<'p> {
    pub lines: &'p Lines,
    pub basic: HeaderValue,
    pub login: &'p Login,
    pub oauth: bool,
    pub clock: &'p dyn Clock,
    pub patience: Patience,
    /// Once asked for: the token, or why there is none.
    pub token: Option<Result<Token, Probe>>,
    pub secrets: Vec<String>,
}

impl Prober<'_> {
    /// Asks for one record, newest version first, with the run's own patience for passing failures.
    pub(crate) async fn ask(&mut self, endpoint: &Endpoint) -> (Probe, Heard) {
        let Some(line) = self.lines.of(endpoint.family) else {
            return (Probe::Missing(self.lines.missing(endpoint.family)), Heard::default());
        };
        let authorization = match self.authorization(endpoint.family).await {
            Ok(authorization) => authorization,
            Err(probe) => return (probe, Heard::default()),
        };
        let mut variant = 0;
        let mut tries = Tries::default();
        while let Some(asked) = endpoint.variants.get(variant) {
            let call = Call {
                method: match endpoint.method {
                    Method::Get => "GET",
                    Method::Post => "POST",
                },
                path: asked.path.to_owned(),
                params: probe_params(endpoint, variant),
                content: content(endpoint),
            };
            let heard = line.wire.send(&call, Some(&authorization)).await;
            let Err(failure) = judge(&heard, endpoint) else { return (Probe::Ready, heard) };
            let reason = self.reason(&failure);
            if let Failure::Fault(Fault::RateLimited { .. }) = failure {
                return (Probe::Limited(reason), heard);
            }
            match tries.step(&failure, self.patience, Duration::ZERO, jitter()) {
                Step::Wait { length, .. } => self.clock.sleep(length).await,
                Step::OtherVariant { parameters } => {
                    let lower = endpoint.variants.iter().skip(variant + 1);
                    let passed = lower.take_while(|v| !parameters && v.version == asked.version);
                    variant += 1 + passed.count();
                }
                Step::End(EndpointState::Denied) => return (Probe::Denied(reason), heard),
                Step::End(EndpointState::NotSubscribed) => {
                    return (Probe::NotSubscribed(reason), heard);
                }
                Step::Refused => return (Probe::Refused(reason), heard),
                Step::End(_) | Step::TooLong { .. } => return (Probe::Missing(reason), heard),
            }
        }
        (Probe::Missing("no version of the call is offered".to_owned()), Heard::default())
    }

    async fn authorization(&mut self, family: Family) -> Result<HeaderValue, Probe> {
        let wants_token = family == Family::GatewayJson || self.oauth && family != Family::MspXml;
        if !wants_token {
            return Ok(self.basic.clone());
        }
        let token = match self.token.take() {
            Some(token) => token,
            None => self.mint().await,
        };
        let header = match &token {
            Ok(token) => token.header().ok_or_else(|| Probe::Missing("no header".to_owned())),
            Err(probe) => Err(probe.clone()),
        };
        self.token = Some(token);
        header
    }

    async fn mint(&mut self) -> Result<Token, Probe> {
        let Some(gateway) = self.lines.of(Family::GatewayJson) else {
            return Err(Probe::Missing(self.lines.missing(Family::GatewayJson)));
        };
        let heard = mint::send(gateway.wire.as_ref(), &self.login.form()).await;
        match mint::judge(&heard, 1, self.clock.now()) {
            Ok(token) => {
                self.secrets.push(token.expose().to_owned());
                Ok(token)
            }
            Err(failure) => {
                let reason = format!("no token from the gateway: {}", self.reason(&failure));
                Err(match failure {
                    Failure::Fault(Fault::BadCredentials { .. } | Fault::Denied { .. })
                        if self.oauth =>
                    {
                        Probe::Refused(reason)
                    }
                    Failure::Fault(Fault::BadCredentials { .. } | Fault::Denied { .. }) => {
                        Probe::Denied(reason)
                    }
                    Failure::Fault(Fault::RateLimited { .. }) => Probe::Limited(reason),
                    _ => Probe::Missing(reason),
                })
            }
        }
    }

    fn reason(&self, failure: &Failure) -> String {
        let secrets: Vec<&str> = self.secrets.iter().map(String::as_str).collect();
        redact::scrub(&failure.to_string(), &secrets).0
    }
}
