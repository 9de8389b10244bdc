//! The evidence bundle: a container of named bytes with a journal, a seal and its verification.
pub mod body;
pub mod completeness;
mod error;
pub mod hash;
pub mod jcs;
pub mod manifest;
pub mod record;
pub mod schema;
pub mod verify_text;

pub use error::Error;
