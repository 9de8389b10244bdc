//! What the catalogue may send, what of the specification it covers, and the table for people.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod document;
mod reading;
mod specification;
