//! An interrupted bundle read again: where each endpoint stands, so that nothing is asked twice.

use crate::exchange::MINTING;
use crate::position::Position;
use crate::request::is_of;
use qualys_sec_inspector::bundle;
use qualys_sec_inspector::bundle::completeness::EndpointState;
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::{Exchange, Outcome, Record};
use qualys_sec_inspector::catalogue::{self, Endpoint};
use qualys_sec_inspector::qualys::fault::{Answer, classify};
use std::collections::BTreeMap;

/// What the journal tells about the endpoints of the plan.
#[derive(Default)]
pub(crate) struct Replay {
    pub positions: BTreeMap<String, Position>,
    /// Endpoints that are not asked, each with its recorded reason.
    pub skipped: BTreeMap<String, String>,
}

impl Replay {
    /// Reads every stored page once more, one body at a time, as if it had just arrived.
    ///
    /// # Errors
    /// A stored page that cannot be read any more.
    pub(crate) fn new(partial: &Partial) -> Result<Self, bundle::Error> {
        let mut replay = Self::default();
        partial.records(|seq, record| {
            match record {
                Record::Exchange(exchange) => replay.exchange(partial, seq, &exchange)?,
                Record::Skip(skip) => {
                    replay.skipped.insert(skip.endpoint, skip.reason);
                }
                Record::RunStart(_) | Record::Resume(_) | Record::RunEnd(_) => {}
            }
            Ok::<(), bundle::Error>(())
        })?;
        Ok(replay)
    }

    fn exchange(
        &mut self,
        partial: &Partial,
        seq: u64,
        exchange: &Exchange,
    ) -> Result<(), bundle::Error> {
        if exchange.endpoint == MINTING {
            return Ok(());
        }
        let Some(endpoint) = catalogue::endpoint(&exchange.endpoint) else {
            let why =
                format!("it asks for {}, which this program does not know", exchange.endpoint);
            return Err(bundle::Error::Refused(why));
        };
        let position = self.positions.entry(exchange.endpoint.clone()).or_default();
        position.attempts += 1;
        match (exchange.outcome, &exchange.body) {
            (Outcome::Ok, Some(body)) => {
                let bytes = partial.body(body.id)?;
                let status = exchange.status.unwrap_or_default();
                let (answer, page) = classify(status, &exchange.response_headers, &bytes, endpoint);
                let (Answer::Whole, Some(page)) = (answer, page) else {
                    let why = "it is not the usable page that it was".to_owned();
                    return Err(bundle::Error::Body { id: body.id, why });
                };
                if exchange.prev.is_none()
                    && let Some(variant) = variant_of(endpoint, exchange)
                {
                    position.variant = variant;
                }
                position.advance(endpoint, seq, &exchange.params, &page);
            }
            // A refused token: its successor is asked again.
            (Outcome::Denied, _) if exchange.status == Some(401) => {}
            (Outcome::Denied, _) => {
                position.end(EndpointState::Denied, Some("the login may not read this".to_owned()));
            }
            (Outcome::NotSubscribed, _) => {
                let reason = "the subscription does not have this module".to_owned();
                position.end(EndpointState::NotSubscribed, Some(reason));
            }
            (Outcome::RetiredVersion, _) => {
                position.fall_back(endpoint, false);
            }
            (Outcome::ApiError, _) if exchange.code.as_deref() == Some("1901") => {
                position.fall_back(endpoint, true);
            }
            // It ended a page's attempts or it did not: the page is asked again.
            _ => {}
        }
        Ok(())
    }
}

/// The variant that a first page was asked with.
fn variant_of(endpoint: &Endpoint, exchange: &Exchange) -> Option<usize> {
    endpoint.variants.iter().position(|variant| {
        variant.version == exchange.version
            && is_of(endpoint, variant, &exchange.path, &exchange.params)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::{first_params, path};

    #[test]
    fn each_variant_is_recognised_by_what_it_sends() {
        for endpoint in catalogue::ENDPOINTS {
            for (index, variant) in endpoint.variants.iter().enumerate() {
                let exchange = Exchange {
                    version: variant.version.to_owned(),
                    path: path(variant, &["1".to_owned()]),
                    params: first_params(
                        endpoint,
                        index,
                        "2025-02-21T00:00:00Z",
                        &["1".to_owned()],
                    ),
                    ..Exchange::default()
                };
                assert_eq!(variant_of(endpoint, &exchange), Some(index), "{}", endpoint.id);
            }
        }
    }
}
