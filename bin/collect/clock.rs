//! The one place that reads the wall clock, and the waits, so that tests need not sleep.

use jiff::{SignedDuration, Timestamp};
use std::pin::Pin;
use std::time::{Duration, Instant};

/// A future that may be kept behind a pointer.
pub(crate) type Waiting<'w> = Pin<Box<dyn Future<Output = ()> + Send + 'w>>;

/// Time as the collector sees it.
pub(crate) trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
    /// Milliseconds since the program started; never goes back.
    fn mono_ms(&self) -> u64;
    fn sleep(&self, length: Duration) -> Waiting<'_>;
}

/// The machine's clock.
pub(crate) struct SystemClock(Instant);

impl SystemClock {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn mono_ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn sleep(&self, length: Duration) -> Waiting<'_> {
        Box::pin(tokio::time::sleep(length))
    }
}

/// RFC 3339 UTC with milliseconds, the form of every time in the journal.
pub(crate) fn text(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// `time` plus a length, at the end of time where it would be later than that.
pub(crate) fn later(time: Timestamp, length: Duration) -> Timestamp {
    SignedDuration::try_from(length)
        .ok()
        .and_then(|length| time.checked_add(length).ok())
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::sync::Mutex;

    /// A clock that jumps over every wait and remembers it.
    #[derive(Default)]
    pub(crate) struct JumpingClock(pub Mutex<Vec<Duration>>);

    impl JumpingClock {
        pub(crate) fn waits(&self) -> Vec<Duration> {
            self.0.lock().expect("not poisoned").clone()
        }
    }

    impl Clock for JumpingClock {
        fn now(&self) -> Timestamp {
            later(Timestamp::UNIX_EPOCH, Duration::from_millis(self.mono_ms()))
        }

        fn mono_ms(&self) -> u64 {
            let total: Duration = self.waits().iter().sum();
            u64::try_from(total.as_millis()).expect("short waits")
        }

        fn sleep(&self, length: Duration) -> Waiting<'_> {
            self.0.lock().expect("not poisoned").push(length);
            Box::pin(tokio::task::yield_now())
        }
    }

    #[test]
    fn times_have_milliseconds_and_end_in_z() {
        let time: Timestamp = "2026-03-28T02:10:00.0456Z".parse().expect("a time");
        assert_eq!(text(time), "2026-03-28T02:10:00.045Z");
        assert_eq!(text(Timestamp::UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn a_wait_beyond_the_end_of_time_ends_there() {
        assert_eq!(later(Timestamp::MAX, Duration::from_secs(1)), Timestamp::MAX);
        assert_eq!(later(Timestamp::UNIX_EPOCH, Duration::MAX), Timestamp::MAX);
    }
}
