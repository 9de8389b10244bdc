//! How much of each endpoint the bundle holds, and how much of the subscription the login sees.
use super::journal::{Answer, Journal};
use crate::bundle::manifest::{EndpointOutcome, EndpointState};
use crate::bundle::record::Outcome;
use crate::catalogue::{self, Endpoint};
use std::collections::{BTreeMap, BTreeSet};

/// What became of an endpoint's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Present,
    /// Read to the end, without a record.
    Empty,
    Denied,
    NotSubscribed,
    Skipped,
    Truncated,
    ParseError,
    Failed,
    /// Taken out of a redacted copy.
    Withheld,
}

impl State {
    /// The word in reports.
    pub const fn word(self) -> &'static str {
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
}

impl From<EndpointState> for State {
    fn from(state: EndpointState) -> Self {
        match state {
            EndpointState::Present => Self::Present,
            EndpointState::Empty => Self::Empty,
            EndpointState::Denied => Self::Denied,
            EndpointState::NotSubscribed => Self::NotSubscribed,
            EndpointState::Skipped => Self::Skipped,
            EndpointState::Truncated => Self::Truncated,
            EndpointState::ParseError => Self::ParseError,
            EndpointState::Failed => Self::Failed,
            EndpointState::Withheld => Self::Withheld,
        }
    }
}

/// One endpoint's state, with what was read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    pub endpoint: String,
    pub state: State,
    /// Answers read into the model.
    pub pages: u64,
    /// Records in them.
    pub records: u64,
    pub reason: Option<String>,
}

/// How much of the subscription the collecting login may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    Full,
    Partial,
    Unverified,
}

/// Whose eyes the evidence was seen with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub login: String,
    pub role: Option<String>,
    pub view: View,
    /// What the view was concluded from: an endpoint, `journal`, or `none`.
    pub source: String,
}

/// What loading saw of one endpoint.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pages: u64,
    records: u64,
    /// The first body that is not what the journal says.
    fault: Option<String>,
    /// The first list that goes on behind its last page.
    open_end: Option<String>,
    unusable: u64,
    /// The fan-outs that its answers name ids for.
    pub(super) named: BTreeSet<&'static str>,
}

impl Seen {
    pub(super) fn add(
        &mut self,
        answer: &Answer,
        records: u64,
        unusable: u64,
        fault: Option<String>,
        open_end: Option<String>,
    ) {
        self.unusable += unusable;
        if let Some(fault) = fault {
            self.fault(answer, &fault);
        } else {
            self.pages += 1;
            self.records += records;
        }
        if let Some(reason) = open_end {
            let at = format!("journal seq={}, page {}: {reason}", answer.seq, answer.page);
            self.open_end.get_or_insert(at);
        }
    }

    pub(super) fn fault(&mut self, answer: &Answer, fault: &str) {
        let at = format!("journal seq={}, page {}: {fault}", answer.seq, answer.page);
        self.fault.get_or_insert(at);
    }
}

/// One row for each endpoint of the catalogue and of the plan, sorted by endpoint.
pub(super) fn all(
    journal: &Journal,
    withheld: &BTreeSet<String>,
    seen: &BTreeMap<&'static str, Seen>,
) -> Vec<Coverage> {
    let known = catalogue::ENDPOINTS.iter().map(|endpoint| endpoint.id);
    let named = known.chain(journal.plan.iter().map(String::as_str));
    let endpoints: BTreeSet<&str> = named.collect();
    let mut rows: BTreeMap<&str, Coverage> = endpoints
        .into_iter()
        .map(|endpoint| {
            let claimed = journal.outcomes.get(endpoint);
            let row = if withheld.contains(endpoint) {
                row(endpoint, State::Withheld, None, claimed)
            } else if let Some(seen) = seen.get(endpoint) {
                loaded(endpoint, seen, claimed)
            } else {
                not_loaded(endpoint, journal, claimed)
            };
            (endpoint, row)
        })
        .collect();
    for fan_out in catalogue::ENDPOINTS.iter().filter(|endpoint| endpoint.fan_out.is_some()) {
        follow(fan_out, &mut rows, seen);
    }
    rows.into_values().collect()
}

/// A fan-out is no more whole than the lists that its ids come from; and where those are whole and
/// name none, there was nothing to ask for. Sources stand before their fan-outs in the catalogue.
fn follow(
    fan_out: &Endpoint,
    rows: &mut BTreeMap<&str, Coverage>,
    seen: &BTreeMap<&'static str, Seen>,
) {
    let sources = sources(fan_out);
    let has_ids = |source: &&str| seen.get(source).is_some_and(|it| it.named.contains(fan_out.id));
    let named = sources.iter().any(has_ids);
    let of_sources: Vec<(&str, State)> =
        sources.iter().filter_map(|source| Some((*source, rows.get(source)?.state))).collect();
    let Some(row) = rows.get_mut(fan_out.id) else { return };
    let is_whole = |state: State| matches!(state, State::Present | State::Empty);
    let cut =
        of_sources.iter().find(|(_, state)| matches!(state, State::Truncated | State::ParseError));
    if row.state == State::Skipped {
        if !named && of_sources.iter().all(|(_, state)| is_whole(*state)) {
            row.state = State::Empty;
            row.reason = Some(format!("{} names no ids", sources.join(", ")));
        }
    } else if let Some((source, state)) = cut.filter(|_| is_whole(row.state)) {
        row.state = State::Truncated;
        row.reason = Some(format!("its ids come from {source}: {}", state.word()));
    }
}

/// The endpoints that hold the ids of a fan-out, each once.
fn sources(fan_out: &Endpoint) -> Vec<&'static str> {
    let sources = fan_out.fan_out.map_or(&[][..], |fan_out| fan_out.sources);
    let mut ids: Vec<&str> = sources.iter().map(|source| source.endpoint).collect();
    ids.dedup();
    ids
}

fn row(
    endpoint: &str,
    state: State,
    reason: Option<String>,
    claimed: Option<&EndpointOutcome>,
) -> Coverage {
    let (pages, records) = claimed.map_or((0, 0), |claimed| (claimed.pages, claimed.records));
    Coverage { endpoint: endpoint.to_owned(), state, pages, records, reason }
}

/// Answers were read: what they say themselves comes before what the journal claims.
fn loaded(endpoint: &str, seen: &Seen, claimed: Option<&EndpointOutcome>) -> Coverage {
    let unusable = (seen.unusable > 0)
        .then(|| format!("{} records say too little to be judged", seen.unusable));
    let whole = if seen.records > 0 { State::Present } else { State::Empty };
    let (state, reason) = if let Some(fault) = seen.fault.clone().or(unusable) {
        (State::ParseError, Some(fault))
    } else if let Some(reason) = &seen.open_end {
        (State::Truncated, Some(reason.clone()))
    } else {
        match claimed {
            Some(claimed) => match claimed.state {
                EndpointState::Present | EndpointState::Empty => (whole, None),
                // Something of the list did not come.
                _ => (State::Truncated, Some(reason_of(claimed))),
            },
            None => (State::Truncated, Some("the run did not end".to_owned())),
        }
    };
    let (pages, records) = (seen.pages, seen.records);
    Coverage { endpoint: endpoint.to_owned(), state, pages, records, reason }
}

fn not_loaded(endpoint: &str, journal: &Journal, claimed: Option<&EndpointOutcome>) -> Coverage {
    let planned = journal.plan.iter().any(|planned| planned == endpoint);
    let skipped = journal.skips.get(endpoint);
    let failure = journal.failures.get(endpoint);
    let (state, reason) = match (claimed, skipped, failure) {
        (Some(claimed), ..) => match claimed.state {
            EndpointState::Present | EndpointState::Empty | EndpointState::Truncated => {
                (State::Failed, "the bundle holds no usable answer".to_owned())
            }
            state => (state.into(), reason_of(claimed)),
        },
        (None, Some(reason), _) => (State::Skipped, reason.clone()),
        (None, None, Some((outcome, code))) => {
            let code = code.as_ref().map(|code| format!(" (code {code})")).unwrap_or_default();
            match outcome {
                Outcome::Denied => (State::Denied, format!("denied{code}")),
                Outcome::NotSubscribed => (State::NotSubscribed, format!("not subscribed{code}")),
                _ => (State::Failed, format!("no usable answer came{code}")),
            }
        }
        (None, None, None) if planned => (State::Failed, "planned and never asked".to_owned()),
        (None, None, None) => (State::Skipped, "not in the plan of the collection".to_owned()),
    };
    Coverage { endpoint: endpoint.to_owned(), state, pages: 0, records: 0, reason: Some(reason) }
}

fn reason_of(claimed: &EndpointOutcome) -> String {
    claimed.reason.clone().unwrap_or_else(|| claimed.state.word().replace('_', " "))
}
