//! Reports, their schedules and templates, and the users as the portal knows them.

use super::model::{Occurrence, TagRef};

/// `REPORT` of the report list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) id: u64,
    pub(crate) title: String,
    /// `Scan`, `Patch`, `Compliance`, `Scorecard`, …
    pub(crate) kind: String,
    pub(crate) user_login: String,
    pub(crate) launched: i64,
    /// `PDF`, `CSV`, `XML`, …
    pub(crate) format: String,
    /// As the wire has it, e.g. `2.7 MB`.
    pub(crate) size: String,
    /// `Finished`, `Running`, `Canceled`, `Errors`, …
    pub(crate) state: String,
    pub(crate) expires: i64,
}

/// `SCHEDULE` of the scheduled reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportSchedule {
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) format: String,
    pub(crate) template: String,
    pub(crate) active: bool,
    pub(crate) occurrence: Occurrence,
    pub(crate) start: i64,
}

/// `REPORT_TEMPLATE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportTemplate {
    pub(crate) id: u64,
    pub(crate) title: String,
    /// `Auto` or `Manual`.
    pub(crate) kind: String,
    /// `Scan`, `Patch`, `Compliance`, `Map`, …
    pub(crate) template_kind: String,
    pub(crate) user_login: String,
    pub(crate) user_first_name: String,
    pub(crate) user_last_name: String,
    pub(crate) updated: i64,
    pub(crate) is_global: bool,
}

/// `User` of `am/user`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PortalUser {
    pub(crate) id: u64,
    pub(crate) login: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) job_title: String,
    /// Id and name.
    pub(crate) roles: Vec<(u64, String)>,
    pub(crate) scope_tags: Vec<TagRef>,
}
