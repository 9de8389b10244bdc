//! What all endpoints of one run share.

use crate::clock::Clock;
use crate::credentials::Login;
use crate::gate::Gate;
use crate::halt::{Halt, Stop};
use crate::lines::Lines;
use crate::mint::Tokens;
use crate::progress::Progress;
use crate::retry::Patience;
use qualys_sec_inspector::bundle;
use qualys_sec_inspector::bundle::partial::Partial;
use reqwest::header::HeaderValue;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub(crate) struct Session {
    pub lines: Lines,
    pub login: Login,
    /// The login as a header.
    pub basic: HeaderValue,
    /// `--oauth`: the token for every family that takes one, not for the gateway alone.
    pub oauth: bool,
    pub tokens: Tokens,
    pub clock: Box<dyn Clock>,
    pub gate: Gate,
    pub progress: Progress,
    pub patience: Patience,
    pub halt: Halt,
    /// Start of the activity window, RFC 3339 UTC.
    pub since: String,
    /// What must never reach the bundle; grows with each token.
    pub secrets: Mutex<Arc<[String]>>,
    pub partial: Arc<Mutex<Partial>>,
}

/// The run is stopping: nothing more is asked.
#[derive(Debug)]
pub(crate) struct Halted;

impl Session {
    pub(crate) fn secrets(&self) -> Arc<[String]> {
        Arc::clone(&self.secrets.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on this text is taken out of everything that is kept or said.
    pub(crate) fn keep_secret(&self, secret: &str) {
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        *secrets = secrets.iter().cloned().chain([secret.to_owned()]).collect();
    }

    /// Runs a blocking piece of work on the bundle, off the threads that talk to the network. A
    /// failure of the bundle stops the run.
    pub(crate) async fn with_partial<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Partial) -> Result<T, bundle::Error> + Send + 'static,
    ) -> Result<T, Halted> {
        let partial = Arc::clone(&self.partial);
        let done = tokio::task::spawn_blocking(move || {
            // The bundle refuses further records after a failed write, so poison adds nothing.
            work(&mut partial.lock().unwrap_or_else(PoisonError::into_inner))
        });
        match done.await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => {
                self.halt.call(Stop::Journal(error));
                Err(Halted)
            }
            Err(_) => {
                let error = bundle::Error::Refused("the writing thread broke".to_owned());
                self.halt.call(Stop::Journal(error));
                Err(Halted)
            }
        }
    }

    /// Waits, unless the run stops first.
    pub(crate) async fn pause(&self, length: Duration) -> Result<(), Halted> {
        self.unless_halted(self.clock.sleep(length)).await
    }

    /// The work's result, unless the run stops first; then the work is dropped.
    pub(crate) async fn unless_halted<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> Result<T, Halted> {
        if self.halt.is_called() {
            return Err(Halted);
        }
        tokio::select! {
            biased;
            () = self.halt.heard() => Err(Halted),
            value = work => Ok(value),
        }
    }
}
