//! How much of the plan arrived: one outcome per endpoint, and what they add up to.
use super::record::{Outcome, Record};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndpointState {
    /// Everything asked for arrived and holds records.
    Present,
    /// A whole answer without records.
    Empty,
    Denied,
    NotSubscribed,
    /// Not asked, on purpose.
    Skipped,
    /// Pages arrived, and more were to come.
    Truncated,
    ParseError,
    Failed,
    /// In redacted copies alone.
    Withheld,
}

impl EndpointState {
    /// The word in journal, manifest and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Empty => "empty",
            Self::Denied => "denied",
            Self::NotSubscribed => "not_subscribed",
            Self::Skipped => "skipped",
            Self::Truncated => "truncated",
            Self::ParseError => "parse_error",
            Self::Failed => "failed",
            Self::Withheld => "withheld",
        }
    }

    fn is_whole(self) -> bool {
        matches!(self, Self::Present | Self::Empty)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointOutcome {
    pub endpoint: String,
    pub state: EndpointState,
    /// Usable answers.
    pub pages: u64,
    pub records: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompletenessState {
    Complete,
    Partial,
    Failed,
}

impl CompletenessState {
    pub fn word(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Failed => "failed",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Completeness {
    pub state: CompletenessState,
    /// Sorted by endpoint.
    pub endpoints: Vec<EndpointOutcome>,
    /// Endpoints of the plan that keep the state from being complete, sorted.
    pub gaps: Vec<String>,
}

impl Completeness {
    /// Complete: every planned endpoint is present, empty, not subscribed or skipped. Failed: none
    /// is present or empty. Else partial. A planned endpoint without an outcome counts as failed.
    pub fn of(plan: &[String], outcomes: &[EndpointOutcome]) -> Self {
        let mut endpoints: BTreeMap<&str, EndpointOutcome> = BTreeMap::new();
        for endpoint in plan {
            let missing = EndpointOutcome {
                endpoint: endpoint.clone(),
                state: EndpointState::Failed,
                pages: 0,
                records: 0,
                reason: Some("no outcome was recorded".to_owned()),
            };
            endpoints.insert(endpoint, missing);
        }
        for outcome in outcomes {
            endpoints.insert(&outcome.endpoint, outcome.clone());
        }
        let endpoints: Vec<EndpointOutcome> = endpoints.into_values().collect();
        let gaps: Vec<String> = endpoints
            .iter()
            .filter(|outcome| {
                !(outcome.state.is_whole()
                    || matches!(
                        outcome.state,
                        EndpointState::NotSubscribed | EndpointState::Skipped
                    ))
            })
            .map(|outcome| outcome.endpoint.clone())
            .collect();
        let state = if !endpoints.iter().any(|outcome| outcome.state.is_whole()) {
            CompletenessState::Failed
        } else if gaps.is_empty() {
            CompletenessState::Complete
        } else {
            CompletenessState::Partial
        };
        Self { state, endpoints, gaps }
    }
}

/// What the journal itself shows about each endpoint, so that `run_end` cannot claim more. Memory
/// grows with the number of endpoints, not of records.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    planned: BTreeMap<String, Seen>,
    pages: u64,
}

#[derive(Debug, Clone, Default)]
struct Seen {
    usable: u64,
    skipped: bool,
}

impl Tally {
    /// Takes every record in journal order.
    pub fn add(&mut self, record: &Record) {
        match record {
            Record::RunStart(start) => {
                let plan = start.plan.iter();
                self.planned = plan.map(|one| (one.clone(), Seen::default())).collect();
            }
            Record::Exchange(exchange) => {
                if exchange.outcome == Outcome::Ok && exchange.body.is_some() {
                    self.pages += 1;
                    if let Some(seen) = self.planned.get_mut(&exchange.endpoint) {
                        seen.usable += 1;
                    }
                }
            }
            Record::Skip(skip) => {
                if let Some(seen) = self.planned.get_mut(&skip.endpoint) {
                    seen.skipped = true;
                }
            }
            Record::Resume(_) | Record::RunEnd(_) => {}
        }
    }

    /// Usable answers of all endpoints.
    pub fn pages(&self) -> u64 {
        self.pages
    }

    /// Refuses outcomes that the journal contradicts: an endpoint without an outcome, twice or
    /// outside the plan; present, empty or truncated without that many usable answers; skipped
    /// without a `skip` record.
    pub fn agrees(&self, outcomes: &[EndpointOutcome]) -> Result<(), String> {
        let refuse = |endpoint: &str, why: &str| Err(format!("endpoint {endpoint:?}: {why}"));
        let mut open: BTreeMap<&str, &Seen> =
            self.planned.iter().map(|(endpoint, seen)| (endpoint.as_str(), seen)).collect();
        for outcome in outcomes {
            let endpoint = outcome.endpoint.as_str();
            let Some(seen) = open.remove(endpoint) else {
                return refuse(endpoint, "not in the plan, or named twice");
            };
            match outcome.state {
                EndpointState::Present | EndpointState::Empty | EndpointState::Truncated
                    if outcome.pages == 0 || outcome.pages > seen.usable =>
                {
                    return refuse(endpoint, "more pages than the journal holds, or none");
                }
                EndpointState::Present if outcome.records == 0 => {
                    return refuse(endpoint, "present without records");
                }
                EndpointState::Empty if outcome.records > 0 => {
                    return refuse(endpoint, "empty with records");
                }
                EndpointState::Skipped if !seen.skipped || outcome.pages > 0 => {
                    return refuse(endpoint, "skipped without a skip record, or with pages");
                }
                EndpointState::Withheld => {
                    return refuse(endpoint, "withheld stands in redacted copies alone");
                }
                _ => {}
            }
        }
        match open.first_key_value() {
            Some((endpoint, _)) => refuse(endpoint, "planned and without an outcome"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::record::{BodyRef, Exchange, RunStart, Skip};

    fn outcome(endpoint: &str, state: EndpointState, pages: u64, records: u64) -> EndpointOutcome {
        EndpointOutcome { endpoint: endpoint.to_owned(), state, pages, records, reason: None }
    }

    fn plan(endpoints: &[&str]) -> Vec<String> {
        endpoints.iter().map(|one| (*one).to_owned()).collect()
    }

    #[test]
    fn what_outcomes_add_up_to() {
        use EndpointState as State;
        let all = [
            (&[State::Present, State::Empty][..], CompletenessState::Complete),
            (&[State::Empty, State::NotSubscribed], CompletenessState::Complete),
            (&[State::Present, State::Skipped], CompletenessState::Complete),
            (&[State::Present, State::Denied], CompletenessState::Partial),
            (&[State::Present, State::Truncated], CompletenessState::Partial),
            (&[State::Present, State::ParseError], CompletenessState::Partial),
            (&[State::Present, State::Failed], CompletenessState::Partial),
            (&[State::Present, State::Withheld], CompletenessState::Partial),
            (&[State::Truncated, State::Denied], CompletenessState::Failed),
            (&[State::Skipped, State::NotSubscribed], CompletenessState::Failed),
            (&[], CompletenessState::Failed),
        ];
        for (states, expected) in all {
            let outcomes: Vec<_> =
                ["b", "a"].iter().zip(states).map(|(e, s)| outcome(e, *s, 1, 1)).collect();
            let names: Vec<_> = outcomes.iter().map(|one| one.endpoint.clone()).collect();
            let completeness = Completeness::of(&names, &outcomes);
            assert_eq!(completeness.state, expected, "{states:?}");
            assert!(completeness.endpoints.is_sorted_by_key(|one| one.endpoint.clone()));
        }
    }

    #[test]
    fn a_planned_endpoint_without_an_outcome_is_a_gap() {
        let outcomes = [outcome("a", EndpointState::Present, 1, 1)];
        let completeness = Completeness::of(&plan(&["a", "b"]), &outcomes);
        assert_eq!(completeness.state, CompletenessState::Partial);
        assert_eq!(completeness.gaps, ["b"]);
    }

    #[test]
    fn outcomes_cannot_claim_more_than_the_journal_holds() {
        use EndpointState as State;
        let mut tally = Tally::default();
        tally.add(&Record::RunStart(RunStart { plan: plan(&["a", "b"]), ..RunStart::default() }));
        let ok = Exchange {
            endpoint: "a".to_owned(),
            body: Some(BodyRef::default()),
            ..Exchange::default()
        };
        let failed = Exchange { outcome: Outcome::Timeout, body: None, ..ok.clone() };
        tally.add(&Record::Exchange(ok));
        tally.add(&Record::Exchange(failed));
        tally.add(&Record::Skip(Skip { endpoint: "b".to_owned(), ..Skip::default() }));
        let a = outcome("a", State::Present, 1, 5);
        let b = outcome("b", State::Skipped, 0, 0);
        assert!(tally.agrees(&[a.clone(), b.clone()]).is_ok());
        let wrong = [
            vec![a.clone()],
            vec![a.clone(), a.clone(), b.clone()],
            vec![a.clone(), b.clone(), outcome("c", State::Failed, 0, 0)],
            vec![outcome("a", State::Present, 2, 5), b.clone()],
            vec![outcome("a", State::Present, 0, 5), b.clone()],
            vec![outcome("a", State::Present, 1, 0), b.clone()],
            vec![outcome("a", State::Empty, 1, 5), b.clone()],
            vec![outcome("a", State::Skipped, 0, 0), b.clone()],
            vec![outcome("a", State::Withheld, 1, 5), b],
            vec![a, outcome("b", State::Empty, 1, 0)],
        ];
        for outcomes in wrong {
            assert!(tally.agrees(&outcomes).is_err(), "{outcomes:?}");
        }
    }
}
