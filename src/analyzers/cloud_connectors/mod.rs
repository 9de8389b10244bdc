//! Control 5: cloud connector status.

use super::Analyzer;
use super::unbuilt::{core, side, unbuilt};
use crate::finding::Severity::{High, Low, Medium};

#[rustfmt::skip]
pub static ANALYZER: Analyzer = unbuilt(5, "cloud-connectors", "Cloud connector status", &[
    core("C05-01", High), core("C05-02", Medium), side("C05-03", Medium), side("C05-04", High),
    core("C05-05", High), side("C05-06", Medium), side("C05-07", Low), side("C05-08", Low),
]);
