//! Raw answers become the evidence model, and coverage says what was seen of each endpoint.

mod coverage;

pub use coverage::{Coverage, Scope, State, View};
