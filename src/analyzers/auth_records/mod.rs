//! Control 8: authentication record completeness.

use super::Analyzer;
use super::unbuilt::{core, side, unbuilt};
use crate::finding::Severity::{High, Info, Low, Medium};

#[rustfmt::skip]
pub static ANALYZER: Analyzer = unbuilt(8, "auth-records", "Authentication record completeness", &[
    core("C08-01", High), side("C08-02", Medium), core("C08-03", High), side("C08-04", Medium),
    side("C08-05", High), side("C08-06", Low), side("C08-07", Info), side("C08-08", Low),
    core("C08-09", High), side("C08-10", Medium),
]);
