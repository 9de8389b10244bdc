//! Audits the health of a Qualys deployment from a sealed evidence bundle.
pub mod address;
pub mod analyzers;
pub mod assess;
pub mod bundle;
pub mod catalogue;
pub mod compare;
pub mod control;
pub mod evidence;
pub mod finding;
pub mod framework;
pub mod platform;
pub mod profile;
pub mod qualys;
pub mod report;
