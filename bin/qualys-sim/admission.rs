//! The two limits of an FO endpoint: calls in a sliding window, calls at the same time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Standard service level: 300 calls an hour and two at a time, for each endpoint.
const CALLS: usize = 300;
const WINDOW: Duration = Duration::from_hours(1);
const CONCURRENT: usize = 2;

/// The state of one endpoint.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    started: VecDeque<Instant>,
    running: usize,
}

/// What the endpoint says to one more call.
#[derive(Debug)]
pub(crate) enum Admission {
    Admitted(Slot),
    /// Too many at the same time; this wins where both limits are reached.
    Concurrency {
        running: usize,
    },
    /// Too many in the window; the next may come after so many seconds.
    Rate {
        wait: u64,
    },
}

/// A running call; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    state: Arc<Mutex<State>>,
    /// Calls left in the window after this one.
    pub(crate) remaining: usize,
    /// Other calls in flight: recorded answers to a lone call say 0.
    pub(crate) others: usize,
}

impl Limits {
    pub(crate) fn admit(&self, now: Instant) -> Admission {
        let mut state = lock(&self.state);
        while state.started.front().is_some_and(|start| now.duration_since(*start) >= WINDOW) {
            state.started.pop_front();
        }
        if state.running >= CONCURRENT {
            return Admission::Concurrency { running: state.running };
        }
        if state.started.len() >= CALLS {
            let oldest = state.started.front().copied().unwrap_or(now);
            let left = WINDOW.saturating_sub(now.duration_since(oldest));
            return Admission::Rate { wait: left.as_secs() + 1 };
        }
        let others = state.running;
        state.started.push_back(now);
        state.running += 1;
        let remaining = CALLS - state.started.len();
        Admission::Admitted(Slot { state: Arc::clone(&self.state), remaining, others })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        state.running = state.running.saturating_sub(1);
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The six headers of a call that was let in.
pub(crate) fn headers(slot: &Slot) -> Vec<(&'static str, String)> {
    let mut headers = rate_headers(slot.remaining, 0);
    headers.extend(concurrency_headers(slot.others));
    headers
}

pub(crate) fn rate_headers(remaining: usize, wait: u64) -> Vec<(&'static str, String)> {
    vec![
        ("X-RateLimit-Limit", CALLS.to_string()),
        ("X-RateLimit-Window-Sec", WINDOW.as_secs().to_string()),
        ("X-RateLimit-Remaining", remaining.to_string()),
        ("X-RateLimit-ToWait-Sec", wait.to_string()),
    ]
}

/// A concurrency block names neither what remains nor how long to wait.
pub(crate) fn concurrency_headers(running: usize) -> Vec<(&'static str, String)> {
    vec![
        ("X-Concurrency-Limit-Limit", CONCURRENT.to_string()),
        ("X-Concurrency-Limit-Running", running.to_string()),
    ]
}

/// Limit and window alone, as a concurrency block carries them.
pub(crate) fn blocked_headers(running: usize) -> Vec<(&'static str, String)> {
    let mut headers = rate_headers(0, 0);
    headers.truncate(2);
    headers.extend(concurrency_headers(running.max(CONCURRENT)));
    headers
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Admission, CALLS, Limits, WINDOW};

    fn admitted(limits: &Limits, now: Instant) -> super::Slot {
        match limits.admit(now) {
            Admission::Admitted(slot) => slot,
            refused => panic!("{refused:?}"),
        }
    }

    #[test]
    fn a_third_call_waits_until_one_ends() {
        let limits = Limits::default();
        let now = Instant::now();
        let first = admitted(&limits, now);
        let second = admitted(&limits, now);
        assert_eq!((first.others, second.others), (0, 1));
        assert!(matches!(limits.admit(now), Admission::Concurrency { running: 2 }));
        drop(first);
        assert_eq!(admitted(&limits, now).remaining, CALLS - 3);
    }

    #[test]
    fn the_window_slides() {
        let limits = Limits::default();
        let start = Instant::now();
        for call in 0..CALLS {
            drop(admitted(&limits, start + Duration::from_secs(call as u64)));
        }
        let at = start + Duration::from_secs(CALLS as u64);
        assert!(matches!(limits.admit(at), Admission::Rate { wait: 3301 }));
        assert_eq!(admitted(&limits, start + WINDOW).remaining, 0);
    }

    #[test]
    fn concurrency_wins_over_rate() {
        let limits = Limits::default();
        let now = Instant::now();
        for _ in 0..CALLS - 2 {
            drop(admitted(&limits, now));
        }
        let _held = (admitted(&limits, now), admitted(&limits, now));
        assert!(matches!(limits.admit(now), Admission::Concurrency { .. }));
    }
}
