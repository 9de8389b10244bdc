//! Control 16: exclusion list review.

use super::Analyzer;
use super::unbuilt::{core, side, unbuilt};
use crate::finding::Severity::{High, Info, Low, Medium};

#[rustfmt::skip]
pub static ANALYZER: Analyzer = unbuilt(16, "exclusions", "Exclusion list review", &[
    core("C16-01", High), core("C16-02", High), side("C16-03", Medium), side("C16-04", Medium),
    side("C16-05", Low), side("C16-06", Medium), core("C16-07", High), core("C16-08", High),
    side("C16-09", Medium), side("C16-10", Medium), side("C16-11", Medium), side("C16-12", Info),
    side("C16-13", Medium),
]);
