//! What a simulated subscription holds: plain records with every field that the wire may show.
//!
//! Times are Unix seconds, UTC, already placed relative to the tenant's clock. `None` means that
//! the answer leaves the element out. Network ids are `None` where network support is off.

use std::net::IpAddr;

/// Addresses from `first` to `last`, both inside; a single address has both equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpRange {
    pub first: IpAddr,
    pub last: IpAddr,
    pub network_id: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcludedRange {
    pub range: IpRange,
    pub expires: Option<i64>,
}

/// `ASSET_GROUP`. The built-in group `All` is in the list, without hosts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssetGroup {
    pub id: u64,
    pub title: String,
    pub owner_user_id: Option<u64>,
    pub owner_unit_id: Option<u64>,
    pub owner_user_name: Option<String>,
    pub network_id: Option<u32>,
    pub last_update: Option<i64>,
    pub business_impact: Option<String>,
    pub default_appliance_id: Option<u64>,
    pub appliance_ids: Vec<u64>,
    pub ip_set: Vec<IpRange>,
    pub domains: Vec<String>,
    pub dns_names: Vec<String>,
    pub netbios_names: Vec<String>,
    pub host_ids: Vec<u64>,
    pub ec2_ids: Vec<String>,
    pub assigned_user_ids: Vec<u64>,
    pub assigned_unit_ids: Vec<u64>,
    pub comments: Option<String>,
}

/// A tag as a host, a host asset or a tag list names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagRef {
    pub id: u64,
    pub name: String,
}

/// `HOST` of the host list; the head of a `HOST` in the detection list shows the same values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Host {
    pub id: u64,
    pub asset_id: Option<u64>,
    pub ip: Option<IpAddr>,
    pub ipv6: Option<IpAddr>,
    pub trurisk_score: Option<u32>,
    pub criticality_score: Option<u32>,
    /// `IP`, `DNS`, `NETBIOS`, `EC2` or `Cloud Agent`.
    pub tracking_method: String,
    pub network_id: Option<u32>,
    pub network_name: Option<String>,
    pub dns: Option<String>,
    pub netbios: Option<String>,
    pub os: Option<String>,
    pub qg_hostid: Option<String>,
    pub cloud_provider: Option<String>,
    pub cloud_service: Option<String>,
    pub cloud_resource_id: Option<String>,
    pub ec2_instance_id: Option<String>,
    pub serial_number: Option<String>,
    pub first_found: Option<i64>,
    pub last_boot: Option<i64>,
    pub last_activity: Option<i64>,
    pub agent_status: Option<String>,
    pub last_vuln_scan: Option<i64>,
    pub last_vm_scan: Option<i64>,
    /// Seconds.
    pub last_vm_scan_duration: Option<u32>,
    pub last_vm_auth: Option<i64>,
    /// Seconds.
    pub last_vm_auth_duration: Option<u32>,
    pub last_compliance_scan: Option<i64>,
    pub pc_auth_success: Option<i64>,
    pub owner: Option<String>,
    /// Redacted by the collector.
    pub comments: Option<String>,
    /// Label and value pairs of `USER_DEF`; redacted by the collector.
    pub user_defined: Vec<(String, String)>,
    pub group_ids: Vec<u64>,
    pub tags: Vec<TagRef>,
}

/// A date that a broken source may spoil.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Stamp {
    #[default]
    Absent,
    At(i64),
    /// Shown as it stands.
    Text(String),
}

/// `DETECTION`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Detection {
    pub unique_vuln_id: u64,
    pub qid: u32,
    /// `Confirmed`, `Potential` or `Info`.
    pub kind: String,
    pub severity: u8,
    pub port: Option<u16>,
    pub protocol: Option<String>,
    pub ssl: bool,
    pub fqdn: Option<String>,
    pub instance: Option<String>,
    /// Shown only with `show_results=1`.
    pub results: String,
    /// `None` for `Info`.
    pub status: Option<String>,
    pub first_found: Stamp,
    pub last_found: Option<i64>,
    /// Shown only with `show_qds=1`.
    pub qds: Option<u8>,
    pub times_found: u32,
    pub last_test: Option<i64>,
    pub last_update: Option<i64>,
    pub last_fixed: Option<i64>,
    /// The re-opened fields are shown only with `show_reopened_info=1`.
    pub first_reopened: Option<i64>,
    pub last_reopened: Option<i64>,
    pub times_reopened: Option<u32>,
    pub service: Option<String>,
    /// Left out of the answer without `include_ignored=1`.
    pub is_ignored: bool,
    /// Left out of the answer without `include_disabled=1`.
    pub is_disabled: bool,
    /// `AFFECT_RUNNING_KERNEL`, shown only when asked for; `None` for anything but kernel QIDs.
    pub running_kernel: Option<bool>,
    pub last_processed: Option<i64>,
}

/// `VULN` of the knowledge base.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vuln {
    pub qid: u32,
    /// `Vulnerability`, `Potential Vulnerability`, `Information Gathered`, …
    pub vuln_type: String,
    pub severity: u8,
    pub title: String,
    pub category: String,
    /// When and by whom the subscription edited it.
    pub last_customization: Option<(i64, String)>,
    pub last_service_modification: Option<i64>,
    pub published: i64,
    pub code_modified: Option<i64>,
    pub patch_published: Option<i64>,
    pub patchable: bool,
    pub software: Vec<(String, String)>,
    pub vendor_references: Vec<String>,
    pub cves: Vec<String>,
    /// HTML, as Qualys has it.
    pub diagnosis: String,
    pub consequence: String,
    pub solution: String,
    /// Tenths: 98 is 9.8.
    pub cvss2: Option<u8>,
    /// Tenths: 98 is 9.8.
    pub cvss3: Option<u8>,
    pub pci_flag: bool,
    /// Id and name of each real-time threat indicator.
    pub threat_indicators: Vec<(u32, String)>,
    pub remote: bool,
    pub auth_types: Vec<String>,
    pub is_disabled: bool,
}

/// How often a schedule starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occurrence {
    /// No recurrence element.
    Once,
    Daily {
        days: u32,
    },
    /// Weekdays 0 (Sunday) to 6, ascending.
    Weekly {
        weeks: u32,
        weekdays: Vec<u8>,
    },
    Monthly {
        months: u32,
        day_of_month: u8,
    },
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TagTarget {
    /// `any` or `all`.
    pub include_selector: String,
    pub include: Vec<String>,
    pub exclude_selector: Option<String>,
    pub exclude: Vec<String>,
    pub use_ranges: bool,
}

/// `SCAN` of the schedule list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    pub id: u64,
    /// `None` is shown as an empty element.
    pub active: Option<u8>,
    pub title: String,
    pub user_login: String,
    /// `TARGET` as text.
    pub target: String,
    pub network_id: Option<u32>,
    /// Appliance names, or `External Scanner`, or `All Scanners in AG`, …
    pub scanner_name: Option<String>,
    pub group_titles: Vec<String>,
    pub tags: Option<TagTarget>,
    /// `EXCLUDE_IP_PER_SCAN`; network ids are not shown there.
    pub excluded: Vec<IpRange>,
    /// `USER_ENTERED_IPS`; network ids are not shown there.
    pub typed: Vec<IpRange>,
    pub option_profile: String,
    pub option_profile_default: bool,
    pub occurrence: Occurrence,
    pub start: i64,
    /// Shown without `Z`.
    pub next_launch: Option<i64>,
    pub time_zone_code: String,
    pub time_zone_details: String,
    pub dst_selected: bool,
    pub max_occurrence: Option<u32>,
    /// Id and title; shown only with `show_notifications=1`.
    pub distribution_groups: Vec<(u64, String)>,
}

/// `RUN` of the run history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleRun {
    pub schedule_id: u64,
    /// `scan/<epoch>.<number>`, the same as the scan's.
    pub reference: String,
    pub launched: i64,
    pub state: String,
    pub sub_state: Option<String>,
}

/// `SCAN` of the scan list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    pub reference: String,
    /// `Scheduled`, `On-Demand` or `API`.
    pub kind: String,
    pub title: String,
    pub user_login: String,
    pub launched: i64,
    /// Seconds.
    pub duration: u32,
    pub processed: bool,
    pub state: String,
    pub sub_state: Option<String>,
    pub target: String,
    pub group_titles: Vec<String>,
    pub option_profile: String,
    pub option_profile_default: bool,
}

/// `USER` of the user list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct User {
    pub login: String,
    pub id: u64,
    pub first_name: String,
    pub last_name: String,
    pub job_title: String,
    pub phone: String,
    pub fax: String,
    pub email: String,
    pub company: String,
    pub address: String,
    pub city: String,
    pub country: String,
    pub state: String,
    pub zip_code: String,
    pub group_titles: Vec<String>,
    /// `Active`, `Inactive` or `Pending Activation`.
    pub status: String,
    pub created: i64,
    /// `None` is shown as `N/A`.
    pub last_login: Option<i64>,
    pub role: String,
    pub business_unit: String,
    pub unit_manager_poc: bool,
    pub manager_poc: bool,
    pub permissions: Vec<(String, bool)>,
}

/// A row of the activity log; the list is newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Not shown; `id_max` of the paging counts in it.
    pub id: u64,
    pub time: i64,
    pub action: String,
    pub module: String,
    pub details: String,
    pub login: String,
    pub role: String,
    /// `None` is shown as `N/A`.
    pub ip: Option<String>,
}

/// `agentInfo`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentInfo {
    pub version: String,
    pub agent_id: String,
    /// `STATUS_ACTIVE` or `STATUS_INACTIVE`.
    pub status: String,
    pub last_checked_in: i64,
    pub connected_from: String,
    /// `Linux` or `WINDOWS`.
    pub platform: String,
    /// `AGENT_VM`, `AGENT_PC`, …; shown joined with commas.
    pub modules: Vec<String>,
    pub configuration: (u64, String),
    /// Activation id (redacted by the collector) and title.
    pub activation_key: (String, String),
}

/// `Ec2AssetSourceSimple`, the one cloud source that the tenants use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudSource {
    pub instance_id: String,
    /// `RUNNING`, `STOPPED` or `TERMINATED`.
    pub instance_state: String,
    pub account_id: String,
    pub region: String,
    pub image_id: String,
    pub first_discovered: i64,
    pub last_updated: i64,
}

/// `HostAsset`; every host has one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostAsset {
    pub id: u64,
    /// `qwebHostId`: the host's id in the host list.
    pub host_id: u64,
    pub name: String,
    pub created: i64,
    pub modified: i64,
    pub os: Option<String>,
    pub dns: Option<String>,
    pub address: Option<IpAddr>,
    pub network_guid: Option<String>,
    /// `IP`, `DNSNAME`, `NETBIOS`, `INSTANCE_ID` or `QAGENT`.
    pub tracking_method: String,
    pub criticality: Option<u32>,
    pub last_vuln_scan: Option<i64>,
    pub last_compliance_scan: Option<i64>,
    pub tags: Vec<TagRef>,
    pub cloud: Option<CloudSource>,
    pub agent: Option<AgentInfo>,
}

/// `Tag`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tag {
    pub id: u64,
    pub name: String,
    pub parent_id: Option<u64>,
    pub created: i64,
    pub modified: i64,
    pub color: String,
    /// `None` means static.
    pub rule_type: Option<String>,
    pub rule_text: Option<String>,
    pub children: Vec<TagRef>,
    pub source_group_id: Option<u64>,
    pub criticality: Option<u32>,
    pub description: Option<String>,
}
