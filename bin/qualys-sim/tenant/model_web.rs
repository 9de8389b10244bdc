//! Web applications, their scans, schedules, logins, findings and the catalog.

use super::model::{Occurrence, TagRef};

/// `WebApp`; search shows less of it than get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WebApp {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) url: String,
    /// Id, login, first and last name.
    pub(crate) owner: Option<(u64, String, String, String)>,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) is_scheduled: bool,
    pub(crate) tags: Vec<TagRef>,
    /// Id and name.
    pub(crate) auth_records: Vec<(u64, String)>,
    /// Its last scan, by id.
    pub(crate) last_scan: Option<u64>,
    /// Id and name.
    pub(crate) option_profile: (u64, String),
}

/// `WasScan`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WasScan {
    pub(crate) id: u64,
    pub(crate) name: String,
    /// `was/<number>.<number>`.
    pub(crate) reference: String,
    /// `VULNERABILITY` or `DISCOVERY`.
    pub(crate) kind: String,
    /// `SCHEDULED`, `ONDEMAND` or `API`.
    pub(crate) mode: String,
    /// `FINISHED`, `ERROR`, `CANCELED`, `TIME_LIMIT_EXCEEDED`, …
    pub(crate) status: String,
    pub(crate) launched: i64,
    pub(crate) ended: Option<i64>,
    /// `NONE`, `NOT_USED`, `SUCCESSFUL`, `FAILED` or `PARTIAL`.
    pub(crate) auth_status: String,
    /// `SUCCESSFUL`, `PROCESSING`, `NO_HOST_ALIVE`, …
    pub(crate) results_status: String,
    pub(crate) links_crawled: u32,
    /// Seconds.
    pub(crate) crawl_duration: u32,
    pub(crate) app_ids: Vec<u64>,
}

/// `WasScanSchedule`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WasSchedule {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) active: bool,
    pub(crate) invalid: bool,
    pub(crate) kind: String,
    pub(crate) app_ids: Vec<u64>,
    /// `ALL` or `ANY`, where it is by tags.
    pub(crate) tag_option: Option<String>,
    pub(crate) tags: Vec<TagRef>,
    pub(crate) excluded_tags: Vec<TagRef>,
    pub(crate) recipients: Vec<String>,
    pub(crate) occurrence: Occurrence,
    pub(crate) start: i64,
    pub(crate) next_launch: i64,
    pub(crate) created: i64,
    pub(crate) updated: i64,
}

/// `WebAppAuthRecord`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WasAuthRecord {
    pub(crate) id: u64,
    pub(crate) name: String,
    /// `STANDARD`, `CUSTOM` or `SELENIUM`.
    pub(crate) kind: String,
    /// Redacted by the collector.
    pub(crate) password: String,
    pub(crate) username: String,
    pub(crate) created: i64,
    pub(crate) updated: i64,
}

/// `Finding` of a web application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WasFinding {
    pub(crate) id: u64,
    pub(crate) unique_id: String,
    pub(crate) qid: u32,
    pub(crate) name: String,
    pub(crate) app_id: u64,
    /// `VULNERABILITY`, `SENSITIVE_CONTENT` or `INFORMATION_GATHERED`.
    pub(crate) kind: String,
    pub(crate) potential: bool,
    pub(crate) severity: u8,
    pub(crate) url: String,
    /// `NEW`, `ACTIVE`, `REOPENED`, `PROTECTED` or `FIXED`.
    pub(crate) status: String,
    pub(crate) first_detected: i64,
    pub(crate) last_detected: i64,
    pub(crate) last_tested: i64,
    pub(crate) fixed: Option<i64>,
    pub(crate) is_ignored: bool,
    pub(crate) times_detected: u32,
}

/// `WebAppCatalog`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CatalogEntry {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) url: String,
    /// `NEW`, `ROGUE`, `APPROVED`, `IGNORED` or `IN_SUBSCRIPTION`.
    pub(crate) status: String,
    pub(crate) created: i64,
    pub(crate) updated: i64,
}
