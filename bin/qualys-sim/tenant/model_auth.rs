//! Authentication records of every technology and what scans say about logins.

use super::model::IpRange;

/// A record of one technology.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthRecord {
    /// The slug in the path: `windows`, `unix`, `snmp`, `vmware`, …
    pub(crate) kind: &'static str,
    /// `cisco` or `checkpoint_firewall` of a `unix` record.
    pub(crate) sub_type: Option<&'static str>,
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) username: String,
    pub(crate) network_id: Option<u32>,
    /// `basic` or `vault`.
    pub(crate) login_type: &'static str,
    /// Title of the vault of a vault record.
    pub(crate) vault: Option<String>,
    /// Windows domain; without addresses the record serves all of it.
    pub(crate) domain: Option<String>,
    pub(crate) ranges: Vec<IpRange>,
    pub(crate) created: i64,
    pub(crate) created_by: String,
    pub(crate) modified: i64,
    pub(crate) active: bool,
    /// Redacted by the collector.
    pub(crate) comments: String,
}

/// An Information Gathered row about a login, made on demand for a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthDetection {
    pub(crate) unique_vuln_id: u64,
    pub(crate) qid: u32,
    pub(crate) first_found: i64,
    pub(crate) last_found: i64,
    pub(crate) times_found: u32,
    pub(crate) results: String,
}
