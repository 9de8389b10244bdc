//! Audits the health of a Qualys deployment from a sealed evidence bundle.
pub mod address;
pub mod catalogue;
