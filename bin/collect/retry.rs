//! The wire table: what each answer leads to.

use crate::call::Trouble;
use qualys_sec_inspector::bundle::completeness::EndpointState;
use qualys_sec_inspector::qualys::fault::Fault;
use std::time::Duration;

/// What went wrong with one attempt.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    /// It arrived and says no, or says nothing that can be used.
    Fault(Fault),
    /// It did not arrive whole.
    Trouble(Trouble),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            Self::Trouble(trouble) => trouble.fmt(f),
        }
    }
}

/// What to do next about one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Wait {
        length: Duration,
        why: &'static str,
        /// Too many calls are in flight: one fewer from now on.
        narrow: bool,
    },
    /// The next lower version; with `parameters`, the next variant, which may be of this version.
    OtherVariant { parameters: bool },
    /// This endpoint is over; with pages in hand, whatever the state, it is truncated.
    End(EndpointState),
    /// The whole run is over: these credentials are refused.
    Refused,
    /// The whole run stops, resumable: the wait would be too long.
    TooLong { length: Duration },
}

/// `--retries` and `--max-wait`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    pub retries: u32,
    pub max_wait: Duration,
}

/// How often and how long one call has been tried.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tries {
    failures: u32,
    crowded: u32,
    waited: Duration,
}

impl Tries {
    /// `told` is the wait that a refusal for the call limit leads to; `jitter` is per mille, 800 to
    /// 1,200.
    pub(crate) fn step(
        &mut self,
        failure: &Failure,
        patience: Patience,
        told: Duration,
        jitter: u32,
    ) -> Step {
        let fault = match failure {
            Failure::Fault(fault) => fault,
            Failure::Trouble(Trouble::TooLarge(_) | Trouble::Encoding(_)) => {
                return Step::End(EndpointState::Failed);
            }
            Failure::Trouble(_) => return self.again(patience, jitter),
        };
        match fault {
            Fault::BadCredentials { .. } | Fault::AccountBlocked { .. } => Step::Refused,
            // Whoever asks has minted once more before it comes to this.
            Fault::Denied { .. } | Fault::TokenRefused => Step::End(EndpointState::Denied),
            Fault::NotSubscribed { .. } => Step::End(EndpointState::NotSubscribed),
            Fault::Concurrency => {
                self.crowded += 1;
                let seconds = 2_u64.checked_pow(self.crowded).unwrap_or(30).min(30);
                self.limit(Duration::from_secs(seconds), patience, "too many calls at once", true)
            }
            Fault::RateLimited { .. } => self.limit(told, patience, "call limit reached", false),
            Fault::Busy
            | Fault::Unavailable { .. }
            | Fault::Html
            | Fault::CutShort
            | Fault::Malformed { .. }
            | Fault::Empty => self.again(patience, jitter),
            Fault::Retired => Step::OtherVariant { parameters: false },
            Fault::UnknownParameter => Step::OtherVariant { parameters: true },
            Fault::BadRequest { .. } | Fault::Redirect { .. } | Fault::Unexpected { .. } => {
                Step::End(EndpointState::Failed)
            }
        }
    }

    /// May a call wait this long before it is made, on top of what it waited already?
    pub(crate) fn may_wait(&mut self, length: Duration, patience: Patience) -> bool {
        self.waited = self.waited.saturating_add(length);
        self.waited <= patience.max_wait
    }

    fn limit(
        &mut self,
        length: Duration,
        patience: Patience,
        why: &'static str,
        narrow: bool,
    ) -> Step {
        if self.may_wait(length, patience) {
            Step::Wait { length, why, narrow }
        } else {
            Step::TooLong { length }
        }
    }

    /// After 1, 2, 4, 8, 16 seconds, give or take a fifth.
    fn again(&mut self, patience: Patience, jitter: u32) -> Step {
        if self.failures >= patience.retries {
            return Step::End(EndpointState::Failed);
        }
        let seconds = 1_u64 << self.failures.min(4);
        self.failures += 1;
        let length = Duration::from_millis(seconds * u64::from(jitter));
        Step::Wait { length, why: "trying again", narrow: false }
    }
}

/// Per mille between 800 and 1,200, so that many collectors do not come back at one moment.
pub(crate) fn jitter() -> u32 {
    800 + getrandom::u32().unwrap_or(200) % 401
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience { retries: 5, max_wait: Duration::from_hours(2) };

    fn first(failure: &Failure) -> Step {
        Tries::default().step(failure, PATIENCE, Duration::from_secs(77), 1000)
    }

    #[test]
    fn each_answer_leads_where_the_table_says() {
        let wait =
            |seconds, why, narrow| Step::Wait { length: Duration::from_secs(seconds), why, narrow };
        let again = wait(1, "trying again", false);
        let end = Step::End;
        for (fault, step) in [
            (Fault::BadCredentials { code: Some("2000".to_owned()) }, Step::Refused),
            (Fault::AccountBlocked { code: "2003".to_owned() }, Step::Refused),
            (Fault::Denied { code: None }, end(EndpointState::Denied)),
            (
                Fault::NotSubscribed { code: Some("2012".to_owned()) },
                end(EndpointState::NotSubscribed),
            ),
            (Fault::Concurrency, wait(2, "too many calls at once", true)),
            (Fault::RateLimited { wait: Some(77) }, wait(77, "call limit reached", false)),
            (Fault::Busy, again.clone()),
            (Fault::Unavailable { status: 503 }, again.clone()),
            (Fault::Html, again.clone()),
            (Fault::CutShort, again.clone()),
            (Fault::Malformed { offset: 9 }, again.clone()),
            (Fault::Empty, again.clone()),
            (Fault::Retired, Step::OtherVariant { parameters: false }),
            (Fault::UnknownParameter, Step::OtherVariant { parameters: true }),
            (Fault::Redirect { status: 302 }, end(EndpointState::Failed)),
            (
                Fault::BadRequest { code: Some("1905".to_owned()), text: String::new() },
                end(EndpointState::Failed),
            ),
        ] {
            assert_eq!(first(&Failure::Fault(fault.clone())), step, "{fault:?}");
        }
        for (trouble, step) in [
            (Trouble::Connect(String::new()), again.clone()),
            (Trouble::Silence(60), again.clone()),
            (Trouble::Cut(String::new()), again),
            (Trouble::TooLarge(1), end(EndpointState::Failed)),
            (Trouble::Encoding("br".to_owned()), end(EndpointState::Failed)),
        ] {
            assert_eq!(first(&Failure::Trouble(trouble.clone())), step, "{trouble:?}");
        }
    }

    #[test]
    fn passing_failures_are_retried_with_growing_pauses_and_then_given_up() {
        let mut tries = Tries::default();
        let failure = Failure::Fault(Fault::Unavailable { status: 503 });
        let mut pauses = Vec::new();
        loop {
            match tries.step(&failure, PATIENCE, Duration::ZERO, 1200) {
                Step::Wait { length, .. } => pauses.push(length.as_millis()),
                end => {
                    assert_eq!(end, Step::End(EndpointState::Failed));
                    break;
                }
            }
        }
        assert_eq!(pauses, [1200, 2400, 4800, 9600, 19_200]);
    }

    #[test]
    fn crowding_waits_up_to_half_a_minute_each_time() {
        let mut tries = Tries::default();
        let failure = Failure::Fault(Fault::Concurrency);
        let mut waits = Vec::new();
        for _ in 0..7 {
            if let Step::Wait { length, narrow: true, .. } =
                tries.step(&failure, PATIENCE, Duration::ZERO, 1000)
            {
                waits.push(length.as_secs());
            }
        }
        assert_eq!(waits, [2, 4, 8, 16, 30, 30, 30]);
    }

    #[test]
    fn limits_are_waited_for_no_longer_than_allowed_in_all() {
        let hour = Duration::from_hours(1);
        let failure = Failure::Fault(Fault::RateLimited { wait: None });
        let mut tries = Tries::default();
        for _ in 0..2 {
            assert!(matches!(tries.step(&failure, PATIENCE, hour, 1000), Step::Wait { .. }));
        }
        assert_eq!(tries.step(&failure, PATIENCE, hour, 1000), Step::TooLong { length: hour });
        let day = Duration::from_hours(24);
        assert!(!Tries::default().may_wait(day, PATIENCE));
    }

    #[test]
    fn jitter_stays_within_a_fifth() {
        assert!((0..1000).all(|_| (800..=1200).contains(&jitter())));
    }
}
