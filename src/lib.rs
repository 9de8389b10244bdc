//! Audits the health of a Qualys deployment from a sealed evidence bundle.
pub mod bundle;
pub mod catalogue;
