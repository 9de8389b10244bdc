//! Audits the health of a Qualys deployment from a sealed evidence bundle.
pub mod bundle;
pub mod catalogue;
pub mod control;
pub mod evidence;
pub mod platform;
pub mod qualys;
