//! Which tenant is asked for, and how large.

use std::str::FromStr;

/// Which subscription is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Tidy,
    Neglected,
    Huge,
    OldVersions,
    OnlyTwo,
    NoNetworks,
    Reader,
    Bare,
    Fresh,
}

impl Kind {
    pub(crate) const ALL: [Self; 9] = [
        Self::Tidy,
        Self::Neglected,
        Self::Huge,
        Self::OldVersions,
        Self::OnlyTwo,
        Self::NoNetworks,
        Self::Reader,
        Self::Bare,
        Self::Fresh,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tidy => "tidy",
            Self::Neglected => "neglected",
            Self::Huge => "huge",
            Self::OldVersions => "old-versions",
            Self::OnlyTwo => "only-2.0",
            Self::NoNetworks => "no-networks",
            Self::Reader => "reader",
            Self::Bare => "bare",
            Self::Fresh => "fresh",
        }
    }

    /// Whether the subscription has network support: without it no answer shows a network id.
    pub(crate) fn networks(self) -> bool {
        self != Self::NoNetworks
    }
}

/// The name is none of the tenants'.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no tenant `{0}`; known are tidy neglected huge old-versions only-2.0 no-networks reader bare fresh"
)]
pub(crate) struct UnknownTenant(String);

impl FromStr for Kind {
    type Err = UnknownTenant;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| UnknownTenant(name.to_owned()))
    }
}

/// What to make. Equal specs make equal tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spec {
    pub(crate) kind: Kind,
    pub(crate) seed: u64,
    /// Hosts of the innocent bulk, at most `MAX_HOSTS`; the planted ones come on top.
    pub(crate) hosts: Option<u64>,
    /// Detections of each host of the bulk, at most `MAX_DETECTIONS`.
    pub(crate) detections_per_host: Option<u64>,
    /// The tenant's clock, Unix seconds.
    pub(crate) clock: i64,
}

/// What the address plan and the numbering have room for.
pub(crate) const MAX_HOSTS: u64 = 600_000;
pub(crate) const MAX_DETECTIONS: u64 = 1_000;

impl Spec {
    pub(crate) fn hosts(&self) -> u64 {
        let usual = match self.kind {
            Kind::Bare | Kind::Fresh => return 0,
            Kind::Tidy => 120,
            Kind::Neglected => 180,
            Kind::Huge => 20_000,
            Kind::OldVersions | Kind::OnlyTwo | Kind::NoNetworks | Kind::Reader => 40,
        };
        self.hosts.unwrap_or(usual).min(MAX_HOSTS)
    }

    pub(crate) fn detections_per_host(&self) -> u64 {
        let usual = if self.kind == Kind::Huge { 25 } else { 6 };
        self.detections_per_host.unwrap_or(usual).min(MAX_DETECTIONS)
    }
}
