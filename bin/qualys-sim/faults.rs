//! `--faults`: what goes wrong, at which endpoint, at which call.

use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use qualys_sec_inspector::catalogue;

/// A way in which the service disappoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Concurrency,
    Rate,
    Rate429,
    Html503,
    Cut,
    Slow,
    Unauthorized,
    Expired,
    Denied,
    Unsubscribed,
    Retired,
    EndlessCursor,
    RepeatedCursor,
    EmptyCursor,
    ForeignHost,
    Redirect,
}

const KINDS: &[(&str, Kind)] = &[
    ("concurrency", Kind::Concurrency),
    ("rate", Kind::Rate),
    ("rate-429", Kind::Rate429),
    ("html-503", Kind::Html503),
    ("cut", Kind::Cut),
    ("slow", Kind::Slow),
    ("unauthorized", Kind::Unauthorized),
    ("expired", Kind::Expired),
    ("denied", Kind::Denied),
    ("unsubscribed", Kind::Unsubscribed),
    ("retired", Kind::Retired),
    ("endless-cursor", Kind::EndlessCursor),
    ("repeated-cursor", Kind::RepeatedCursor),
    ("empty-cursor", Kind::EmptyCursor),
    ("foreign-host", Kind::ForeignHost),
    ("redirect", Kind::Redirect),
];

/// One entry of the list: `name[:endpoint][@n]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    kind: Kind,
    endpoint: Option<&'static str>,
    /// The call that it strikes, from 1; each where none is named.
    call: Option<u64>,
}

/// Why an entry is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FaultError {
    #[error("unknown fault `{0}`; known are {known}", known = names())]
    Unknown(String),
    #[error("unknown endpoint `{0}` in a fault; `collect endpoints` lists them")]
    Endpoint(String),
    #[error("`{0}` is no call number; they count from 1")]
    Call(String),
}

fn names() -> String {
    KINDS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let (text, call) = match text.trim().split_once('@') {
            None => (text.trim(), None),
            Some((text, number)) => match number.parse() {
                Ok(number @ 1..) => (text, Some(number)),
                _ => return Err(FaultError::Call(number.to_owned())),
            },
        };
        let (name, endpoint) = match text.split_once(':') {
            None => (text, None),
            Some((name, id)) => {
                let row = catalogue::endpoint(id);
                let row = row.ok_or_else(|| FaultError::Endpoint(id.to_owned()))?;
                (name, Some(row.id))
            }
        };
        let known = KINDS.iter().find(|(known, _)| *known == name);
        let (_, kind) = known.ok_or_else(|| FaultError::Unknown(name.to_owned()))?;
        Ok(Self { kind: *kind, endpoint, call })
    }
}

/// The faults of one run, each with the calls of its endpoint so far (of any endpoint, where it
/// names none).
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<(Fault, AtomicU64)>);

/// What strikes one call, with its number where bodies are cut differently each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Strike {
    pub(crate) kind: Kind,
    pub(crate) call: u64,
}

impl FromIterator<Fault> for Faults {
    fn from_iter<I: IntoIterator<Item = Fault>>(faults: I) -> Self {
        Self(faults.into_iter().map(|fault| (fault, AtomicU64::new(0))).collect())
    }
}

impl Faults {
    /// Counts a call of this endpoint and says what strikes it; the first entry wins.
    pub(crate) fn strike(&self, endpoint: &str) -> Option<Strike> {
        let mut strike = None;
        for (fault, seen) in &self.0 {
            if fault.endpoint.is_some_and(|wanted| wanted != endpoint) {
                continue;
            }
            let call = seen.fetch_add(1, Ordering::Relaxed) + 1;
            if fault.call.is_none_or(|wanted| wanted == call) {
                strike = strike.or(Some(Strike { kind: fault.kind, call }));
            }
        }
        strike
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults, KINDS, Kind};

    fn faults(list: &str) -> Faults {
        list.split(',').map(|entry| entry.parse::<Fault>().unwrap()).collect()
    }

    fn kinds(faults: &Faults, endpoint: &str, calls: usize) -> Vec<Option<Kind>> {
        (0..calls).map(|_| faults.strike(endpoint).map(|strike| strike.kind)).collect()
    }

    #[test]
    fn every_name_of_the_contract_parses() {
        for (name, kind) in KINDS {
            assert_eq!(name.parse::<Fault>().unwrap().kind, *kind);
        }
    }

    #[test]
    fn a_number_counts_calls_of_its_endpoint_alone() {
        let faults = faults("cut:vm/hosts@2,denied:am/tags");
        assert_eq!(kinds(&faults, "vm/ips", 3), [None, None, None]);
        assert_eq!(kinds(&faults, "vm/hosts", 3), [None, Some(Kind::Cut), None]);
        assert_eq!(kinds(&faults, "am/tags", 2), [Some(Kind::Denied); 2]);
    }

    #[test]
    fn the_first_entry_wins_and_both_count() {
        let faults = faults("rate:vm/hosts@1,cut:vm/hosts");
        assert_eq!(kinds(&faults, "vm/hosts", 2), [Some(Kind::Rate), Some(Kind::Cut)]);
    }

    #[test]
    fn wrong_entries_are_refused() {
        for wrong in ["", "explode", "cut:vm/nothing", "cut@0", "cut@x", "cut:vm/hosts@"] {
            assert!(wrong.parse::<Fault>().is_err(), "{wrong}");
        }
    }
}
