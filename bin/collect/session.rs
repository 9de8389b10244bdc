//! What all endpoints of one run share.

use crate::clock::Clock;
use crate::gate::Gate;
use crate::halt::{Halt, Stop};
use crate::http::Wire;
use crate::progress::Progress;
use crate::retry::Patience;
use qualys_sec_inspector::bundle;
use qualys_sec_inspector::bundle::partial::Partial;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub(crate) struct Session {
    pub wire: Wire,
    /// Host and port as the bundle names them.
    pub host: String,
    pub clock: Box<dyn Clock>,
    pub gate: Gate,
    pub progress: Progress,
    pub patience: Patience,
    pub halt: Halt,
    /// Start of the activity window, RFC 3339 UTC.
    pub since: String,
    pub secrets: Arc<[String]>,
    pub partial: Arc<Mutex<Partial>>,
}

/// The run is stopping: nothing more is asked.
#[derive(Debug)]
pub(crate) struct Halted;

impl Session {
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
