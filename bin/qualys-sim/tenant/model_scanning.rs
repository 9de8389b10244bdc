//! How scanning is set up: option profiles, search lists, appliances, networks, exclusions.

use std::net::IpAddr;

use super::model::IpRange;

/// Which module an option profile belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProfileFamily {
    Vm,
    Pc,
}

/// What a VM profile looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DetectionScope {
    Complete,
    /// Id and title of each search list.
    Custom(Vec<(u64, String)>),
    Runtime,
}

/// `OPTION_PROFILE`; `title` is the `GROUP_NAME` that schedules name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the flags of the wire")]
pub(crate) struct OptionProfile {
    pub(crate) family: ProfileFamily,
    pub(crate) id: u64,
    pub(crate) title: String,
    /// `user`, `compliance` or `pci`.
    pub(crate) group_type: String,
    /// User id and name, e.g. `Sam Ashdown (acme_ma0)`.
    pub(crate) owner_id: u64,
    pub(crate) owner: String,
    pub(crate) is_default: bool,
    pub(crate) is_global: bool,
    pub(crate) updated: i64,
    /// `none`, `light`, `standard` or `full`.
    pub(crate) tcp_ports: String,
    /// Additional ports as text, e.g. `8443,9000-9100`.
    pub(crate) tcp_additional: Option<String>,
    pub(crate) udp_ports: String,
    pub(crate) authoritative: bool,
    /// `HOST_NOT_FOUND_ALIVE`: missed scans before findings close; `None` is switched off.
    pub(crate) close_after_scans: Option<u32>,
    /// `Low`, `Normal`, `High` or `Custom`.
    pub(crate) performance: String,
    /// `Minimum`, `Short`, `Medium`, `Long` or `Maximum`.
    pub(crate) packet_delay: String,
    /// `Minimum`, `Low`, `Medium`, `Normal` or `Maximum`.
    pub(crate) discovery_intensity: String,
    /// `None`, `Minimal`, `Limited`, `Standard` or `Exhaustive`.
    pub(crate) brute_force: String,
    pub(crate) detection: DetectionScope,
    /// `DETECTION_EXCLUDE`: id and title of each search list.
    pub(crate) excluded_lists: Vec<(u64, String)>,
    /// Technologies, e.g. `Windows`, `Unix`; shown joined with commas, empty for none.
    pub(crate) authentication: Vec<String>,
    pub(crate) test_authentication: bool,
    /// Compliance profiles: whether expected values of file checks follow the scan.
    pub(crate) auto_update_expected: Option<bool>,
}

/// A static or dynamic QID search list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SearchList {
    pub(crate) dynamic: bool,
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) is_global: bool,
    pub(crate) owner: String,
    pub(crate) created: i64,
    pub(crate) modified: i64,
    pub(crate) modified_by: String,
    /// `None` leaves the element out, as a dynamic list may.
    pub(crate) qids: Option<Vec<u32>>,
    /// Id and title of the profiles that use it.
    pub(crate) profiles: Vec<(u64, String)>,
}

/// `APPLIANCE` with `output_mode=full`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Appliance {
    pub(crate) id: u64,
    pub(crate) uuid: String,
    pub(crate) name: String,
    pub(crate) network_id: Option<u32>,
    /// `Online` or `Offline`.
    pub(crate) status: String,
    /// `Virtual` or `Physical`.
    pub(crate) kind: String,
    pub(crate) model: String,
    /// `None` is shown as `N/A`: it never connected.
    pub(crate) software_version: Option<String>,
    pub(crate) signatures: String,
    pub(crate) signatures_latest: String,
    pub(crate) engine: String,
    pub(crate) engine_latest: String,
    pub(crate) heartbeats_missed: u32,
    /// `LAST_UPDATED_DATE`; `None` is shown as `N/A`.
    pub(crate) updated: Option<i64>,
    /// `SS_LAST_CONNECTED`.
    pub(crate) last_contact: Option<i64>,
    /// Redacted by the collector.
    pub(crate) activation_code: Option<String>,
    pub(crate) groups: Vec<(u64, String)>,
    pub(crate) running_scans: u32,
    pub(crate) running_slices: u32,
    pub(crate) polling_seconds: u32,
    pub(crate) user_login: String,
    pub(crate) created: Option<i64>,
    pub(crate) address: IpAddr,
}

/// `NETWORK`; network 0 is not listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Network {
    pub(crate) id: u32,
    pub(crate) name: String,
    /// Id and friendly name.
    pub(crate) appliances: Vec<(u64, String)>,
}

/// `VIRTUAL_HOST`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VirtualHost {
    pub(crate) network_id: Option<u32>,
    pub(crate) ip: IpAddr,
    pub(crate) port: u16,
    pub(crate) fqdns: Vec<String>,
}

/// A record of the history of excluded addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExclusionEvent {
    pub(crate) id: u64,
    /// `Added` or `Removed`.
    pub(crate) action: String,
    pub(crate) time: i64,
    pub(crate) user_login: String,
    pub(crate) comment: String,
    pub(crate) ranges: Vec<IpRange>,
}

/// The addresses from which the subscription may be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RestrictedIps {
    pub(crate) enabled: bool,
    pub(crate) ranges: Vec<IpRange>,
}
