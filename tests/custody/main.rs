//! Attacks on a sealed bundle: each one is refused by the check and with the code that name it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod base;
mod container_attacks;
mod evidence;
mod flips;
mod forge;
mod journal_attacks;
mod judge;
mod tools;
mod trust;
