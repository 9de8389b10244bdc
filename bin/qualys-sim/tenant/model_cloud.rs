//! Cloud connectors, cloud evaluations, and assets as Global `AssetView` knows them.

use std::net::IpAddr;

use super::model::{AgentInfo, TagRef};

/// A cloud provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Provider {
    Aws,
    Azure,
    Gcp,
}

impl Provider {
    /// As in paths and finding keys.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::Gcp => "gcp",
        }
    }
}

/// A connector, known to `AssetView` and to `CloudView` both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Connector {
    pub(crate) provider: Provider,
    /// `AssetView`'s number.
    pub(crate) id: u64,
    /// `CloudView`'s `connectorId` and `AssetView`'s `cloudviewUuid`.
    pub(crate) uuid: String,
    pub(crate) name: String,
    pub(crate) description: String,
    /// As `CloudView` says it: `SUCCESS`, `PENDING`, `REGIONS_DISCOVERED`, `ERROR`, …
    pub(crate) state: String,
    /// As `AssetView` says it: `FINISHED_SUCCESS`, `FINISHED_ERRORS`, `PENDING`, …
    pub(crate) asset_view_state: String,
    /// AWS account, Azure subscription or GCP project.
    pub(crate) account: String,
    /// AWS only.
    pub(crate) arn: Option<String>,
    pub(crate) external_id: Option<String>,
    /// Azure only: directory.
    pub(crate) tenant: Option<String>,
    pub(crate) last_sync: Option<i64>,
    pub(crate) next_sync: Option<i64>,
    /// Left out of older answers.
    pub(crate) created: Option<i64>,
    pub(crate) disabled: bool,
    pub(crate) error: Option<String>,
    pub(crate) polling_minutes: u32,
    pub(crate) total_assets: u64,
    /// Portal groups: id and name.
    pub(crate) groups: Vec<(String, String)>,
}

/// A control that `CloudView` evaluated in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CloudEvaluation {
    pub(crate) provider: Provider,
    pub(crate) account: String,
    pub(crate) control_id: String,
    pub(crate) control_name: String,
    /// `HIGH`, `MEDIUM` or `LOW`.
    pub(crate) criticality: String,
    pub(crate) service: String,
    /// `PASS` or `FAIL`.
    pub(crate) result: String,
    pub(crate) policy_names: Vec<String>,
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

/// A record of Global `AssetView`, derived from a host and its host asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GavAsset {
    pub(crate) id: u64,
    pub(crate) host_id: u64,
    pub(crate) name: String,
    pub(crate) dns: Option<String>,
    pub(crate) netbios: Option<String>,
    pub(crate) address: Option<IpAddr>,
    pub(crate) os: Option<String>,
    /// `QAGENT`, `IP`, `EC2`, …: shown as the sources of the inventory.
    pub(crate) sources: Vec<&'static str>,
    pub(crate) created: i64,
    pub(crate) modified: i64,
    pub(crate) agent: Option<AgentInfo>,
    pub(crate) last_boot: Option<i64>,
    pub(crate) last_vm_scan: Option<i64>,
    pub(crate) last_vm_scan_agent: Option<i64>,
    pub(crate) criticality: Option<u32>,
    pub(crate) risk_score: Option<u32>,
    pub(crate) tags: Vec<TagRef>,
}
