//! Audits the health of a Qualys deployment from a sealed evidence bundle.
pub mod address;
pub mod analyzers;
pub mod catalogue;
pub mod control;
pub mod finding;
pub mod profile;
