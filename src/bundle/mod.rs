//! The evidence bundle: a container of named bytes with a journal, a seal and its verification.
pub mod body;
mod clock;
pub mod completeness;
pub mod container;
mod database;
mod disk;
mod error;
pub mod evidence;
pub mod hash;
pub mod jcs;
pub mod journal;
pub mod manifest;
pub mod partial;
pub mod record;
pub mod schema;
pub mod seal;
pub mod signature;
pub mod signers;
pub mod verify;
pub mod verify_text;
mod work;

pub use error::Error;
pub use evidence::{BodyReader, Evidence};
