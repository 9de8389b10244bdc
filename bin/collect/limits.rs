//! What the limit headers of one API say, so that the next call is made when it will be served.

use crate::clock::later;
use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;
use std::time::Duration;

/// The wait where the service refuses for its limit without saying how long: its usual window of
/// an hour, and a second.
pub(crate) const BLIND_WAIT: Duration = Duration::from_secs(3601);

/// The most calls of one window that are remembered, should a header name a greater limit.
const REMEMBERED: usize = 5000;

/// Counters of one API as its answers tell them. The service counts each API by itself over a
/// sliding window (`X-RateLimit-Window-Sec`).
#[derive(Debug, Default)]
pub(crate) struct Limits {
    remaining: Option<u64>,
    to_wait: Option<u64>,
    window: Option<u64>,
    /// When the calls of the running window were sent, oldest first.
    sent: VecDeque<Timestamp>,
    /// `X-Concurrency-Limit-Limit`, once learnt.
    pub concurrency: Option<usize>,
}

impl Limits {
    /// Notes a call at `sent` and what its answer's headers (lower-case names) say.
    pub(crate) fn note(&mut self, sent: Timestamp, headers: &[(String, String)]) {
        self.remaining = number(headers, "x-ratelimit-remaining");
        self.to_wait = number(headers, "x-ratelimit-towait-sec");
        if let Some(window) = number(headers, "x-ratelimit-window-sec") {
            self.window = Some(window);
        }
        if let Some(limit) = number(headers, "x-concurrency-limit-limit") {
            self.concurrency = usize::try_from(limit).ok();
        }
        self.sent.push_back(sent);
        if self.sent.len() > REMEMBERED {
            self.sent.pop_front();
        }
    }

    /// How long to wait before the next call of this API, so that it is not refused: nothing while
    /// calls remain; else as told, else until the oldest of our calls leaves the window.
    pub(crate) fn wait(&mut self, now: Timestamp) -> Option<Duration> {
        if self.remaining != Some(0) {
            return None;
        }
        if let Some(told @ 1..) = self.to_wait {
            return Some(Duration::from_secs(told));
        }
        let window = Duration::from_secs(self.window.unwrap_or(BLIND_WAIT.as_secs()));
        while let Some(oldest) = self.sent.front() {
            let free = later(*oldest, window);
            if free > now {
                let wait = free.duration_since(now) + SignedDuration::from_secs(1);
                return Duration::try_from(wait).ok();
            }
            self.sent.pop_front();
        }
        None
    }

    /// After a wait the counters are old: the next answer tells anew.
    pub(crate) fn forget(&mut self) {
        self.remaining = None;
        self.to_wait = None;
    }

    /// How long a refusal says to wait: its header, else what its body told, else an hour.
    pub(crate) fn refusal(&self, told: Option<u64>) -> Duration {
        match self.to_wait.filter(|wait| *wait > 0).or(told) {
            Some(seconds) => Duration::from_secs(seconds),
            None => BLIND_WAIT,
        }
    }
}

fn number(headers: &[(String, String)], name: &str) -> Option<u64> {
    headers.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn headers(pairs: &[(&str, u64)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect()
    }

    #[test]
    fn nothing_is_waited_for_while_calls_remain_or_nothing_is_known() {
        let mut limits = Limits::default();
        assert_eq!(limits.wait(at(0)), None);
        limits.note(at(0), &headers(&[("x-ratelimit-remaining", 1)]));
        assert_eq!(limits.wait(at(0)), None);
        limits.note(at(1), &[]);
        assert_eq!(limits.wait(at(1)), None);
    }

    #[test]
    fn with_none_left_the_told_wait_comes_first() {
        let mut limits = Limits::default();
        let told = [("x-ratelimit-remaining", 0), ("x-ratelimit-towait-sec", 77)];
        limits.note(at(0), &headers(&told));
        assert_eq!(limits.wait(at(0)), Some(Duration::from_secs(77)));
        limits.forget();
        assert_eq!(limits.wait(at(77)), None);
    }

    #[test]
    fn with_none_left_and_nothing_told_the_oldest_call_must_leave_the_window() {
        let mut limits = Limits::default();
        let none = [
            ("x-ratelimit-remaining", 0),
            ("x-ratelimit-towait-sec", 0),
            ("x-ratelimit-window-sec", 3600),
        ];
        limits.note(at(100), &[]);
        limits.note(at(400), &headers(&none));
        assert_eq!(limits.wait(at(500)), Some(Duration::from_secs(3201)));
        // At 3,701 the first call has left, the second leaves at 4,000.
        assert_eq!(limits.wait(at(3701)), Some(Duration::from_mins(5)));
        assert_eq!(limits.wait(at(4001)), None);
    }

    #[test]
    fn a_refusal_waits_as_the_header_says_else_the_body_else_an_hour() {
        let mut limits = Limits::default();
        assert_eq!(limits.refusal(None), Duration::from_secs(3601));
        assert_eq!(limits.refusal(Some(9)), Duration::from_secs(9));
        limits.note(at(0), &headers(&[("x-ratelimit-towait-sec", 5)]));
        assert_eq!(limits.refusal(Some(9)), Duration::from_secs(5));
        limits.note(at(0), &headers(&[("x-ratelimit-towait-sec", 0)]));
        assert_eq!(limits.refusal(Some(9)), Duration::from_secs(9));
    }

    #[test]
    fn the_concurrency_limit_is_kept_where_a_later_answer_is_silent() {
        let mut limits = Limits::default();
        limits.note(at(0), &headers(&[("x-concurrency-limit-limit", 5)]));
        limits.note(at(1), &[]);
        assert_eq!(limits.concurrency, Some(5));
    }
}
