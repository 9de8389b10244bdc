//! `analyze` from a sealed bundle to its reports and exit codes, as a script sees it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]
#![allow(clippy::disallowed_types, reason = "these tests start the program")]

mod evidence;
mod made_up_bundle;
mod program;
mod run;
mod sarif;
mod shape;
mod verify;
