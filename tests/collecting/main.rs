//! The collector's own program against the simulated subscription.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]
#![allow(clippy::disallowed_types, reason = "these tests start the two programs")]

mod check;
mod command_line;
mod faults;
mod resume;
mod secrets;
mod stage;
