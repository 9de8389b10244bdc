//! The controls that no room judges yet: their checks are listed, and none of them is assessed.

use super::{Analyzer, Check, Kind};
use crate::finding::Severity::{self, High, Info, Low, Medium};

/// Why every check of these controls is `not_assessed`.
pub const REASON: &str = "not built yet";

#[rustfmt::skip]
pub static ASSET_GROUPS: Analyzer = unbuilt(4, "asset-groups", "Asset group completeness", &[
    core("C04-01", High), side("C04-02", Medium), side("C04-03", Medium), side("C04-04", Medium),
    core("C04-05", High), side("C04-06", Medium), side("C04-07", Low), side("C04-08", Low),
    side("C04-09", Low), side("C04-10", Low), side("C04-11", Info),
]);

#[rustfmt::skip]
pub static CLOUD_CONNECTORS: Analyzer = unbuilt(5, "cloud-connectors", "Cloud connector status", &[
    core("C05-01", High), core("C05-02", Medium), side("C05-03", Medium), side("C05-04", High),
    core("C05-05", High), side("C05-06", Medium), side("C05-07", Low), side("C05-08", Low),
]);

#[rustfmt::skip]
pub static AUTH_RECORDS: Analyzer = unbuilt(8, "auth-records", "Authentication record completeness", &[
    core("C08-01", High), side("C08-02", Medium), core("C08-03", High), side("C08-04", Medium),
    side("C08-05", High), side("C08-06", Low), side("C08-07", Info), side("C08-08", Low),
    core("C08-09", High), side("C08-10", Medium),
]);

#[rustfmt::skip]
pub static POLICY_ASSIGNMENT: Analyzer = unbuilt(9, "policy-assignment", "Policy compliance profile assignment", &[
    core("C09-01", Medium), side("C09-02", Low), core("C09-03", High), core("C09-04", Medium),
    side("C09-05", Medium), side("C09-06", Medium), side("C09-07", Medium), side("C09-08", Low),
    core("C09-09", Medium), side("C09-10", Medium), side("C09-11", Low), side("C09-12", Low),
    side("C09-13", Low), side("C09-14", Medium),
]);

#[rustfmt::skip]
pub static REPORTS: Analyzer = unbuilt(12, "reports", "Report template and distribution", &[
    core("C12-01", Medium), core("C12-02", Medium), side("C12-03", Medium), side("C12-04", Low),
    side("C12-05", Medium), core("C12-06", High), side("C12-07", Low), side("C12-08", Low),
    side("C12-09", Low),
]);

#[rustfmt::skip]
pub static EXTERNAL_SCAN: Analyzer = unbuilt(14, "external-scan", "External scanner configuration", &[
    core("C14-01", High), core("C14-02", High), side("C14-03", Medium), core("C14-04", High),
    side("C14-05", Medium), side("C14-06", High), side("C14-07", Medium), side("C14-08", Info),
]);

#[rustfmt::skip]
pub static WEB_APPS: Analyzer = unbuilt(15, "web-apps", "Web application inventory", &[
    core("C15-01", High), core("C15-02", High), side("C15-03", Medium), core("C15-04", High),
    side("C15-05", Medium), side("C15-06", Low), side("C15-07", Medium), side("C15-08", Medium),
    core("C15-09", High), side("C15-10", Low), side("C15-11", Medium),
]);

#[rustfmt::skip]
pub static EXCLUSIONS: Analyzer = unbuilt(16, "exclusions", "Exclusion list review", &[
    core("C16-01", High), core("C16-02", High), side("C16-03", Medium), side("C16-04", Medium),
    side("C16-05", Low), side("C16-06", Medium), core("C16-07", High), core("C16-08", High),
    side("C16-09", Medium), side("C16-10", Medium), side("C16-11", Medium), side("C16-12", Info),
    side("C16-13", Medium),
]);

#[rustfmt::skip]
pub static SEGMENTATION: Analyzer = unbuilt(20, "segmentation", "Network segmentation scanning", &[
    core("C20-01", High), core("C20-02", Medium), side("C20-03", Medium), core("C20-04", High),
    side("C20-05", Medium), side("C20-06", High), side("C20-07", Medium), side("C20-08", Medium),
    side("C20-09", Low), side("C20-10", Medium),
]);

const fn unbuilt(
    number: u8,
    id: &'static str,
    title: &'static str,
    checks: &'static [Check],
) -> Analyzer {
    Analyzer { number, id, title, checks, guide: "", judge: None }
}

const fn core(id: &'static str, severity: Severity) -> Check {
    Check { core: true, ..side(id, severity) }
}

const fn side(id: &'static str, severity: Severity) -> Check {
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
