//! Control 14: external scanner configuration.

use super::Analyzer;
use super::unbuilt::{core, side, unbuilt};
use crate::finding::Severity::{High, Info, Medium};

#[rustfmt::skip]
pub static ANALYZER: Analyzer = unbuilt(14, "external-scan", "External scanner configuration", &[
    core("C14-01", High), core("C14-02", High), side("C14-03", Medium), core("C14-04", High),
    side("C14-05", Medium), side("C14-06", High), side("C14-07", Medium), side("C14-08", Info),
]);
