//! Control 9: policy compliance profile assignment.

use super::Analyzer;
use super::unbuilt::{core, side, unbuilt};
use crate::finding::Severity::{High, Low, Medium};

#[rustfmt::skip]
pub static ANALYZER: Analyzer = unbuilt(9, "policy-assignment", "Policy compliance profile assignment", &[
    core("C09-01", Medium), side("C09-02", Low), core("C09-03", High), core("C09-04", Medium),
    side("C09-05", Medium), side("C09-06", Medium), side("C09-07", Medium), side("C09-08", Low),
    core("C09-09", Medium), side("C09-10", Medium), side("C09-11", Low), side("C09-12", Low),
    side("C09-13", Low), side("C09-14", Medium),
]);
