//! The life of a bundle from its first record to its seal.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod made_up_run;
mod seal;
mod write;
