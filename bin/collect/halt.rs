//! What stops a whole run before its end, heard by every endpoint at once.

use qualys_sec_inspector::bundle;
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

/// Why the run stops.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The service refused the credentials: asking on could lock the account.
    Refused(String),
    /// A limit would be waited for longer than `--max-wait`.
    Limit(String),
    /// Ctrl-C or SIGTERM.
    Interrupted,
    /// The bundle cannot be written.
    Journal(bundle::Error),
}

/// The first reason counts.
pub(crate) struct Halt {
    reason: Mutex<Option<Stop>>,
    called: watch::Sender<bool>,
}

impl Halt {
    pub(crate) fn new() -> Self {
        Self { reason: Mutex::new(None), called: watch::Sender::new(false) }
    }

    pub(crate) fn call(&self, stop: Stop) {
        let mut reason = self.reason.lock().unwrap_or_else(PoisonError::into_inner);
        reason.get_or_insert(stop);
        self.called.send_replace(true);
    }

    pub(crate) fn is_called(&self) -> bool {
        *self.called.borrow()
    }

    /// Returns when the run is to stop.
    pub(crate) async fn heard(&self) {
        let mut called = self.called.subscribe();
        // It fails only when the sender is gone, and the sender is here.
        let _open = called.wait_for(|called| *called).await;
    }

    pub(crate) fn take_reason(&self) -> Option<Stop> {
        self.reason.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_reason_stays_and_everyone_hears() {
        let halt = Halt::new();
        assert!(!halt.is_called());
        halt.call(Stop::Interrupted);
        halt.call(Stop::Limit("late".to_owned()));
        halt.heard().await;
        assert!(matches!(halt.take_reason(), Some(Stop::Interrupted)));
    }
}
