//! Control 15: web application inventory.

use super::Analyzer;
use super::unbuilt::{core, side, unbuilt};
use crate::finding::Severity::{High, Low, Medium};

#[rustfmt::skip]
pub static ANALYZER: Analyzer = unbuilt(15, "web-apps", "Web application inventory", &[
    core("C15-01", High), core("C15-02", High), side("C15-03", Medium), core("C15-04", High),
    side("C15-05", Medium), side("C15-06", Low), side("C15-07", Medium), side("C15-08", Medium),
    core("C15-09", High), side("C15-10", Low), side("C15-11", Medium),
]);
