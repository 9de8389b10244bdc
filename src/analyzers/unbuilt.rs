//! The controls that no room judges yet: their checks are listed, and none of them is assessed.

use super::{Analyzer, Check, Kind};
use crate::finding::Severity;

/// Why every check of these controls is `not_assessed`.
pub const REASON: &str = "not built yet";

pub(super) const fn unbuilt(
    number: u8,
    id: &'static str,
    title: &'static str,
    checks: &'static [Check],
) -> Analyzer {
    Analyzer { number, id, title, checks, guide: "", judge: None }
}

pub(super) const fn core(id: &'static str, severity: Severity) -> Check {
    Check { core: true, ..side(id, severity) }
}

pub(super) const fn side(id: &'static str, severity: Severity) -> Check {
    Check {
        id,
        core: false,
        severity,
        kind: Kind::Absence,
        needs: &[],
        any_of: &[],
        inputs: &[],
        subject: "",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}
