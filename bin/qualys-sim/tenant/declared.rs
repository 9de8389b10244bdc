//! What the organisation says of itself: the rows and tables that its profile is written from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::Serialize;

use super::model_scanning::OptionProfile;

/// A row of `networks.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DeclaredNetwork {
    pub(crate) cidr: String,
    pub(crate) name: String,
    pub(crate) owner: String,
    pub(crate) segment: String,
    pub(crate) network_id: u32,
    /// `internal` or `external`.
    pub(crate) env: &'static str,
    pub(crate) scope: String,
    pub(crate) monitored: YesNo,
    pub(crate) expires: String,
    pub(crate) note: String,
}

/// A row of `assets.csv`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct DeclaredAsset {
    pub(crate) asset_id: String,
    pub(crate) hostname: Option<String>,
    pub(crate) fqdn: Option<String>,
    pub(crate) ip: Option<Ipv4Addr>,
    pub(crate) ipv6: Option<Ipv6Addr>,
    pub(crate) cloud_instance_id: Option<String>,
    pub(crate) os: String,
    /// `active` or `retired`.
    pub(crate) status: &'static str,
    pub(crate) owner: String,
    pub(crate) segment: String,
    pub(crate) scope: String,
    /// RFC 3339.
    pub(crate) first_seen: String,
}

/// A row of `cloud_accounts.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DeclaredAccount {
    pub(crate) provider: &'static str,
    pub(crate) account_id: String,
    pub(crate) name: String,
    pub(crate) owner: String,
    pub(crate) env: &'static str,
    pub(crate) monitored: YesNo,
}

/// A row of `webapps.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DeclaredApp {
    pub(crate) url: String,
    pub(crate) name: String,
    pub(crate) owner: String,
    pub(crate) env: &'static str,
    pub(crate) requires_auth: YesNo,
    pub(crate) scope: String,
}

/// A row of `recipients.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Recipient {
    pub(crate) group: String,
    pub(crate) name: String,
    pub(crate) email: String,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) approved_by: String,
    /// Last valid day.
    pub(crate) expires: String,
}

/// A `[[segment]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Segment {
    pub(crate) id: &'static str,
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) network_id: u32,
    pub(crate) cidrs: Vec<String>,
    pub(crate) asset_groups: Vec<String>,
    pub(crate) appliances: Vec<String>,
    pub(crate) option_profiles: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_interval_days: Option<u32>,
}

/// A `[[policy.required]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RequiredPolicy {
    #[serde(rename = "match")]
    pub(crate) pattern: &'static str,
    pub(crate) applies_to_os: &'static str,
}

/// A row of `kev.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Exploited {
    pub(crate) cve: String,
    pub(crate) vendor: &'static str,
    pub(crate) added: String,
    /// Last day on which it is not late; empty where there is none.
    pub(crate) due: String,
}

/// A block whose hosts carry a tag; blocks of one segment are judged together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) cidr: String,
    pub(crate) segment: &'static str,
    pub(crate) tag: &'static str,
}

/// An `[[attestation]]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Review {
    pub(crate) control: u8,
    /// Unix seconds.
    pub(crate) from: i64,
    pub(crate) to: i64,
}

/// `yes` or `no`, as a person writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum YesNo {
    Yes,
    No,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Declared {
    pub(crate) networks: Vec<DeclaredNetwork>,
    pub(crate) assets: Vec<DeclaredAsset>,
    pub(crate) accounts: Vec<DeclaredAccount>,
    pub(crate) apps: Vec<DeclaredApp>,
    pub(crate) recipients: Vec<Recipient>,
    pub(crate) segments: Vec<Segment>,
    pub(crate) policies: Vec<RequiredPolicy>,
    /// Names of the tags that mark scopes.
    pub(crate) required_tags: Vec<&'static str>,
    /// Which block belongs to which scope.
    pub(crate) scopes: Vec<Scope>,
    pub(crate) reviews: Vec<Review>,
    /// Option profiles as they were when somebody approved them.
    pub(crate) approved: Vec<OptionProfile>,
    pub(crate) exploited: Vec<Exploited>,
}

/// The block of `len` leading bits at `base`.
pub(crate) fn cidr(base: u32, len: u32) -> String {
    format!("{}/{len}", Ipv4Addr::from(base))
}

impl DeclaredNetwork {
    pub(crate) fn new(cidr: String, name: &str, network_id: u32) -> Self {
        Self {
            cidr,
            name: name.to_owned(),
            owner: "network-team".to_owned(),
            segment: String::new(),
            network_id,
            env: "internal",
            scope: String::new(),
            monitored: YesNo::Yes,
            expires: String::new(),
            note: String::new(),
        }
    }

    /// Known, but nobody has to look at it.
    pub(crate) fn unmonitored(self, note: &str) -> Self {
        Self { monitored: YesNo::No, note: note.to_owned(), ..self }
    }

    pub(crate) fn external(self) -> Self {
        Self { env: "external", ..self }
    }
}

/// The address as IPv4, where it is.
pub(crate) fn v4_of(address: Option<IpAddr>) -> Option<Ipv4Addr> {
    match address {
        Some(IpAddr::V4(address)) => Some(address),
        _ => None,
    }
}

/// The address as IPv6, where it is.
pub(crate) fn v6_of(address: Option<IpAddr>) -> Option<Ipv6Addr> {
    match address {
        Some(IpAddr::V6(address)) => Some(address),
        _ => None,
    }
}
