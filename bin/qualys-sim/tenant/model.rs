//! What a simulated subscription holds: plain records with every field that the wire may show.
//!
//! Times are Unix seconds, UTC, already placed relative to the tenant's clock. `None` means that
//! the answer leaves the element out. Network ids are `None` where network support is off.

use std::net::IpAddr;

/// Addresses from `first` to `last`, both inside; a single address has both equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IpRange {
    pub(crate) first: IpAddr,
    pub(crate) last: IpAddr,
    pub(crate) network_id: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExcludedRange {
    pub(crate) range: IpRange,
    pub(crate) expires: Option<i64>,
}

/// `ASSET_GROUP`. The built-in group `All` is in the list, without hosts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AssetGroup {
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) owner_user_id: Option<u64>,
    pub(crate) owner_unit_id: Option<u64>,
    pub(crate) owner_user_name: Option<String>,
    pub(crate) network_id: Option<u32>,
    pub(crate) last_update: Option<i64>,
    pub(crate) business_impact: Option<String>,
    pub(crate) default_appliance_id: Option<u64>,
    pub(crate) appliance_ids: Vec<u64>,
    pub(crate) ip_set: Vec<IpRange>,
    pub(crate) domains: Vec<String>,
    pub(crate) dns_names: Vec<String>,
    pub(crate) netbios_names: Vec<String>,
    pub(crate) host_ids: Vec<u64>,
    pub(crate) ec2_ids: Vec<String>,
    pub(crate) assigned_user_ids: Vec<u64>,
    pub(crate) assigned_unit_ids: Vec<u64>,
    pub(crate) comments: Option<String>,
}

/// A tag as a host, a host asset or a tag list names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TagRef {
    pub(crate) id: u64,
    pub(crate) name: String,
}

/// `HOST` of the host list; the head of a `HOST` in the detection list shows the same values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Host {
    pub(crate) id: u64,
    pub(crate) asset_id: Option<u64>,
    pub(crate) ip: Option<IpAddr>,
    pub(crate) ipv6: Option<IpAddr>,
    pub(crate) trurisk_score: Option<u32>,
    pub(crate) criticality_score: Option<u32>,
    /// `IP`, `DNS`, `NETBIOS`, `EC2` or `Cloud Agent`.
    pub(crate) tracking_method: String,
    pub(crate) network_id: Option<u32>,
    pub(crate) network_name: Option<String>,
    pub(crate) dns: Option<String>,
    pub(crate) netbios: Option<String>,
    pub(crate) os: Option<String>,
    pub(crate) qg_hostid: Option<String>,
    pub(crate) cloud_provider: Option<String>,
    pub(crate) cloud_service: Option<String>,
    pub(crate) cloud_resource_id: Option<String>,
    pub(crate) ec2_instance_id: Option<String>,
    pub(crate) serial_number: Option<String>,
    pub(crate) first_found: Option<i64>,
    pub(crate) last_boot: Option<i64>,
    pub(crate) last_activity: Option<i64>,
    pub(crate) agent_status: Option<String>,
    pub(crate) last_vuln_scan: Option<i64>,
    pub(crate) last_vm_scan: Option<i64>,
    /// Seconds.
    pub(crate) last_vm_scan_duration: Option<u32>,
    pub(crate) last_vm_auth: Option<i64>,
    /// Seconds.
    pub(crate) last_vm_auth_duration: Option<u32>,
    pub(crate) last_compliance_scan: Option<i64>,
    pub(crate) pc_auth_success: Option<i64>,
    pub(crate) owner: Option<String>,
    /// Redacted by the collector.
    pub(crate) comments: Option<String>,
    /// Label and value pairs of `USER_DEF`; redacted by the collector.
    pub(crate) user_defined: Vec<(String, String)>,
    pub(crate) group_ids: Vec<u64>,
    pub(crate) tags: Vec<TagRef>,
}

/// A date that a broken source may spoil.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Stamp {
    #[default]
    Absent,
    At(i64),
    /// Shown as it stands.
    Text(String),
}

/// `DETECTION`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Detection {
    pub(crate) unique_vuln_id: u64,
    pub(crate) qid: u32,
    /// `Confirmed`, `Potential` or `Info`.
    pub(crate) kind: String,
    pub(crate) severity: u8,
    pub(crate) port: Option<u16>,
    pub(crate) protocol: Option<String>,
    pub(crate) ssl: bool,
    pub(crate) fqdn: Option<String>,
    pub(crate) instance: Option<String>,
    /// Shown only with `show_results=1`.
    pub(crate) results: String,
    /// `None` for `Info`.
    pub(crate) status: Option<String>,
    pub(crate) first_found: Stamp,
    pub(crate) last_found: Option<i64>,
    /// Shown only with `show_qds=1`.
    pub(crate) qds: Option<u8>,
    pub(crate) times_found: u32,
    pub(crate) last_test: Option<i64>,
    pub(crate) last_update: Option<i64>,
    pub(crate) last_fixed: Option<i64>,
    /// The re-opened fields are shown only with `show_reopened_info=1`.
    pub(crate) first_reopened: Option<i64>,
    pub(crate) last_reopened: Option<i64>,
    pub(crate) times_reopened: Option<u32>,
    pub(crate) service: Option<String>,
    /// Left out of the answer without `include_ignored=1`.
    pub(crate) is_ignored: bool,
    /// Left out of the answer without `include_disabled=1`.
    pub(crate) is_disabled: bool,
    /// `AFFECT_RUNNING_KERNEL`, shown only when asked for; `None` for anything but kernel QIDs.
    pub(crate) running_kernel: Option<bool>,
    pub(crate) last_processed: Option<i64>,
}

/// `VULN` of the knowledge base.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "the names of the wire")]
pub(crate) struct Vuln {
    pub(crate) qid: u32,
    /// `Vulnerability`, `Potential Vulnerability`, `Information Gathered`, …
    pub(crate) vuln_type: String,
    pub(crate) severity: u8,
    pub(crate) title: String,
    pub(crate) category: String,
    /// When and by whom the subscription edited it.
    pub(crate) last_customization: Option<(i64, String)>,
    pub(crate) last_service_modification: Option<i64>,
    pub(crate) published: i64,
    pub(crate) code_modified: Option<i64>,
    pub(crate) patch_published: Option<i64>,
    /// `None` where the knowledge base does not say whether there is a patch.
    pub(crate) patchable: Option<bool>,
    pub(crate) software: Vec<(String, String)>,
    pub(crate) vendor_references: Vec<String>,
    pub(crate) cves: Vec<String>,
    /// HTML, as Qualys has it.
    pub(crate) diagnosis: String,
    pub(crate) consequence: String,
    pub(crate) solution: String,
    /// Tenths: 98 is 9.8.
    pub(crate) cvss2: Option<u8>,
    /// Tenths: 98 is 9.8.
    pub(crate) cvss3: Option<u8>,
    pub(crate) pci_flag: bool,
    /// Id and name of each real-time threat indicator.
    pub(crate) threat_indicators: Vec<(u32, String)>,
    pub(crate) remote: bool,
    pub(crate) auth_types: Vec<String>,
    pub(crate) is_disabled: bool,
}

/// How often a schedule starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Occurrence {
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
pub(crate) struct TagTarget {
    /// `any` or `all`.
    pub(crate) include_selector: String,
    pub(crate) include: Vec<String>,
    pub(crate) exclude_selector: Option<String>,
    pub(crate) exclude: Vec<String>,
    pub(crate) use_ranges: bool,
}

/// `SCAN` of the schedule list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Schedule {
    pub(crate) id: u64,
    /// `None` is shown as an empty element.
    pub(crate) active: Option<u8>,
    pub(crate) title: String,
    pub(crate) user_login: String,
    /// `TARGET` as text.
    pub(crate) target: String,
    pub(crate) network_id: Option<u32>,
    /// Appliance names, or `External Scanner`, or `All Scanners in AG`, …
    pub(crate) scanner_name: Option<String>,
    pub(crate) group_titles: Vec<String>,
    pub(crate) tags: Option<TagTarget>,
    /// `EXCLUDE_IP_PER_SCAN`; network ids are not shown there.
    pub(crate) excluded: Vec<IpRange>,
    /// `USER_ENTERED_IPS`; network ids are not shown there.
    pub(crate) typed: Vec<IpRange>,
    pub(crate) option_profile: String,
    pub(crate) option_profile_default: bool,
    pub(crate) occurrence: Occurrence,
    pub(crate) start: i64,
    /// Shown without `Z`.
    pub(crate) next_launch: Option<i64>,
    pub(crate) time_zone_code: String,
    pub(crate) time_zone_details: String,
    pub(crate) dst_selected: bool,
    pub(crate) max_occurrence: Option<u32>,
    /// Id and title; shown only with `show_notifications=1`.
    pub(crate) distribution_groups: Vec<(u64, String)>,
}

/// `RUN` of the run history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScheduleRun {
    pub(crate) schedule_id: u64,
    /// `scan/<epoch>.<number>`, the same as the scan's.
    pub(crate) reference: String,
    pub(crate) launched: i64,
    pub(crate) state: String,
    pub(crate) sub_state: Option<String>,
}

/// `SCAN` of the scan list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scan {
    pub(crate) reference: String,
    /// `Scheduled`, `On-Demand` or `API`.
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) user_login: String,
    pub(crate) launched: i64,
    /// Seconds.
    pub(crate) duration: u32,
    pub(crate) processed: bool,
    pub(crate) state: String,
    pub(crate) sub_state: Option<String>,
    pub(crate) target: String,
    pub(crate) group_titles: Vec<String>,
    pub(crate) option_profile: String,
    pub(crate) option_profile_default: bool,
}

/// `USER` of the user list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) login: String,
    pub(crate) id: u64,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) job_title: String,
    pub(crate) phone: String,
    pub(crate) fax: String,
    pub(crate) email: String,
    pub(crate) company: String,
    pub(crate) address: String,
    pub(crate) city: String,
    pub(crate) country: String,
    pub(crate) state: String,
    pub(crate) zip_code: String,
    pub(crate) group_titles: Vec<String>,
    /// `Active`, `Inactive` or `Pending Activation`.
    pub(crate) status: String,
    pub(crate) created: i64,
    /// `None` is shown as `N/A`.
    pub(crate) last_login: Option<i64>,
    pub(crate) role: String,
    pub(crate) business_unit: String,
    pub(crate) unit_manager_poc: bool,
    pub(crate) manager_poc: bool,
    pub(crate) permissions: Vec<(String, bool)>,
}

/// A row of the activity log; the list is newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Activity {
    /// Not shown; `id_max` of the paging counts in it.
    pub(crate) id: u64,
    pub(crate) time: i64,
    pub(crate) action: String,
    pub(crate) module: String,
    pub(crate) details: String,
    pub(crate) login: String,
    pub(crate) role: String,
    /// `None` is shown as `N/A`.
    pub(crate) ip: Option<String>,
}

/// `agentInfo`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AgentInfo {
    pub(crate) version: String,
    pub(crate) agent_id: String,
    /// `STATUS_ACTIVE` or `STATUS_INACTIVE`.
    pub(crate) status: String,
    pub(crate) last_checked_in: i64,
    pub(crate) connected_from: String,
    /// `Linux` or `WINDOWS`.
    pub(crate) platform: String,
    /// `AGENT_VM`, `AGENT_PC`, …; shown joined with commas.
    pub(crate) modules: Vec<String>,
    pub(crate) configuration: (u64, String),
    /// Activation id (redacted by the collector) and title.
    pub(crate) activation_key: (String, String),
}

/// `Ec2AssetSourceSimple`, the one cloud source that the tenants use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CloudSource {
    pub(crate) instance_id: String,
    /// `RUNNING`, `STOPPED` or `TERMINATED`.
    pub(crate) instance_state: String,
    pub(crate) account_id: String,
    pub(crate) region: String,
    pub(crate) image_id: String,
    pub(crate) first_discovered: i64,
    pub(crate) last_updated: i64,
}

/// `HostAsset`; every host has one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct HostAsset {
    pub(crate) id: u64,
    /// `qwebHostId`: the host's id in the host list.
    pub(crate) host_id: u64,
    pub(crate) name: String,
    pub(crate) created: i64,
    pub(crate) modified: i64,
    pub(crate) os: Option<String>,
    pub(crate) dns: Option<String>,
    pub(crate) address: Option<IpAddr>,
    pub(crate) network_guid: Option<String>,
    /// `IP`, `DNSNAME`, `NETBIOS`, `INSTANCE_ID` or `QAGENT`.
    pub(crate) tracking_method: String,
    pub(crate) criticality: Option<u32>,
    pub(crate) last_vuln_scan: Option<i64>,
    pub(crate) last_compliance_scan: Option<i64>,
    pub(crate) tags: Vec<TagRef>,
    pub(crate) cloud: Option<CloudSource>,
    pub(crate) agent: Option<AgentInfo>,
}

/// `Tag`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) parent_id: Option<u64>,
    pub(crate) created: i64,
    pub(crate) modified: i64,
    pub(crate) color: String,
    /// `None` means static.
    pub(crate) rule_type: Option<String>,
    pub(crate) rule_text: Option<String>,
    pub(crate) children: Vec<TagRef>,
    pub(crate) source_group_id: Option<u64>,
    pub(crate) criticality: Option<u32>,
    pub(crate) description: Option<String>,
}
