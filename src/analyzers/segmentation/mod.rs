//! Control 20: network segmentation scanning.

use super::Analyzer;
use super::unbuilt::{core, side, unbuilt};
use crate::finding::Severity::{High, Low, Medium};

#[rustfmt::skip]
pub static ANALYZER: Analyzer = unbuilt(20, "segmentation", "Network segmentation scanning", &[
    core("C20-01", High), core("C20-02", Medium), side("C20-03", Medium), core("C20-04", High),
    side("C20-05", Medium), side("C20-06", High), side("C20-07", Medium), side("C20-08", Medium),
    side("C20-09", Low), side("C20-10", Medium),
]);
