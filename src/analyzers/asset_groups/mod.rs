//! Control 4: asset group completeness.

use super::Analyzer;
use super::unbuilt::{core, side, unbuilt};
use crate::finding::Severity::{High, Info, Low, Medium};

#[rustfmt::skip]
pub static ANALYZER: Analyzer = unbuilt(4, "asset-groups", "Asset group completeness", &[
    core("C04-01", High), side("C04-02", Medium), side("C04-03", Medium), side("C04-04", Medium),
    core("C04-05", High), side("C04-06", Medium), side("C04-07", Low), side("C04-08", Low),
    side("C04-09", Low), side("C04-10", Low), side("C04-11", Info),
]);
