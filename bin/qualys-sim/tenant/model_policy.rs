//! Policy compliance: policies, controls, postures, exceptions, compliance scans.

use super::model::Occurrence;

/// `POLICY`; the export shows the same controls with their own values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) id: u64,
    pub(crate) title: String,
    /// `active` or `inactive`.
    pub(crate) status: String,
    pub(crate) is_locked: bool,
    pub(crate) created: i64,
    pub(crate) created_by: String,
    pub(crate) modified: i64,
    pub(crate) modified_by: String,
    /// `None` leaves the element empty.
    pub(crate) evaluated: Option<i64>,
    pub(crate) group_ids: Vec<u64>,
    /// `has_hidden_data` of the group list.
    pub(crate) hidden: bool,
    pub(crate) include_agent_ips: bool,
    /// `any` or `all`.
    pub(crate) tag_include_selector: Option<String>,
    pub(crate) tags: Vec<u64>,
    pub(crate) excluded_tags: Vec<u64>,
    pub(crate) controls: Vec<PolicyControl>,
    /// Id and name.
    pub(crate) technologies: Vec<(u32, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PolicyControl {
    pub(crate) control_id: u64,
    /// Shown by version 3.0 and later: `active` or `inactive`.
    pub(crate) status: String,
    pub(crate) criticality: u8,
}

/// `CONTROL` of the library; a policy export shows those of its policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ComplianceControl {
    pub(crate) id: u64,
    pub(crate) category: String,
    pub(crate) sub_category: String,
    pub(crate) statement: String,
    /// 1 to 5.
    pub(crate) criticality: u8,
    pub(crate) criticality_label: String,
    /// `Unix File Integrity Check`, …; `None` for controls of the service.
    pub(crate) check_type: Option<String>,
    /// `MD5`, `SHA-1`, `SHA-256`.
    pub(crate) hash_type: Option<String>,
    pub(crate) file_path: Option<String>,
    pub(crate) ignore_error: bool,
    pub(crate) ignore_not_found: bool,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) deprecated: bool,
    pub(crate) technologies: Vec<ControlTechnology>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ControlTechnology {
    pub(crate) id: u32,
    pub(crate) name: String,
    pub(crate) rationale: String,
    pub(crate) cardinality: String,
    pub(crate) operator: String,
    /// `DEFAULT_VALUE`.
    pub(crate) default_value: Option<String>,
    /// What a policy export shows as the expected value.
    pub(crate) exported_value: Option<String>,
    /// `USE_SCAN_VALUE`; `None` leaves the element out.
    pub(crate) use_scan_value: Option<bool>,
}

/// `INFO` of the posture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Posture {
    pub(crate) id: u64,
    pub(crate) policy_id: u64,
    pub(crate) host_id: u64,
    pub(crate) control_id: u64,
    pub(crate) technology_id: u32,
    /// `Passed`, `Failed` or `Error`.
    pub(crate) status: String,
    pub(crate) modified: i64,
}

/// `EXCEPTION`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PolicyException {
    pub(crate) number: u64,
    /// `Approved`, `Pending`, `Rejected` or `Expired`.
    pub(crate) status: String,
    pub(crate) active: bool,
    pub(crate) expires: Option<i64>,
    pub(crate) created: i64,
    pub(crate) assignee: String,
    pub(crate) host_id: u64,
    pub(crate) policy_id: u64,
    pub(crate) policy_title: String,
    pub(crate) control_id: u64,
    pub(crate) technology_id: u32,
}

/// `SCAN` of the compliance schedules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ComplianceSchedule {
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) active: bool,
    pub(crate) user_login: String,
    pub(crate) option_profile: String,
    pub(crate) scanner_name: String,
    pub(crate) target: String,
    pub(crate) network_id: Option<u32>,
    pub(crate) group_titles: Vec<String>,
    pub(crate) occurrence: Occurrence,
    pub(crate) start: i64,
    pub(crate) next_launch: i64,
}

/// `SCAN` of the compliance scans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ComplianceScan {
    /// `compliance/<epoch>.<number>`.
    pub(crate) reference: String,
    pub(crate) title: String,
    pub(crate) user_login: String,
    pub(crate) launched: i64,
    /// Seconds.
    pub(crate) duration: u32,
    pub(crate) state: String,
    pub(crate) sub_state: Option<String>,
    pub(crate) target: String,
    pub(crate) group_titles: Vec<String>,
    pub(crate) option_profile: String,
}
