//! Control 12: report template and distribution.

use super::Analyzer;
use super::unbuilt::{core, side, unbuilt};
use crate::finding::Severity::{High, Low, Medium};

#[rustfmt::skip]
pub static ANALYZER: Analyzer = unbuilt(12, "reports", "Report template and distribution", &[
    core("C12-01", Medium), core("C12-02", Medium), side("C12-03", Medium), side("C12-04", Low),
    side("C12-05", Medium), core("C12-06", High), side("C12-07", Low), side("C12-08", Low),
    side("C12-09", Low),
]);
