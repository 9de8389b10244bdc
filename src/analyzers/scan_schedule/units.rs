//! An asset group in the unit that it can be counted in, and which part of it a target reaches.

use std::collections::BTreeSet;

use crate::address::Set;
use crate::analyzers::scanning::{Estate, Group, Target, scannable};

/// A group in the unit that it can be counted in.
pub(super) enum Units {
    Addresses(Set),
    /// Groups of hosts without address ranges, as cloud groups are.
    Hosts(BTreeSet<i64>),
    /// Groups of names alone: a schedule reaches them by naming the group.
    Name {
        title: String,
        network: i64,
        reached: bool,
    },
}

impl Units {
    /// What of the group can be scanned, before exclusions; `None` if there is nothing in it.
    pub(super) fn of(group: &Group, gone: &Set, estate: &Estate) -> Option<Self> {
        let addresses = scannable(&group.ranges).difference(gone);
        if !addresses.is_empty() {
            return Some(Self::Addresses(addresses));
        }
        let lives = |id: &&i64| estate.hosts.get(id).is_none_or(|host| !host.gone);
        let hosts: BTreeSet<i64> = group.hosts.iter().filter(lives).copied().collect();
        if !hosts.is_empty() {
            return Some(Self::Hosts(hosts));
        }
        let named =
            group.has_names || group.has_cloud_ids || !group.ranges.difference(gone).is_empty();
        named.then(|| Self::Name {
            title: group.title.trim().to_owned(),
            network: group.network,
            reached: true,
        })
    }

    /// What is left of it by the excluded addresses.
    pub(super) fn without(&self, excluded: &Set, estate: &Estate) -> Self {
        match self {
            Self::Addresses(addresses) => Self::Addresses(addresses.difference(excluded)),
            Self::Hosts(hosts) => Self::Hosts(
                hosts
                    .iter()
                    .filter(|id| {
                        estate.hosts.get(id).is_none_or(|host| {
                            host.addresses.is_empty()
                                || !host.addresses.difference(excluded).is_empty()
                        })
                    })
                    .copied()
                    .collect(),
            ),
            Self::Name { title, network, reached } => {
                Self::Name { title: title.clone(), network: *network, reached: *reached }
            }
        }
    }

    /// The part that the target reaches.
    pub(super) fn part(&self, target: &Target, estate: &Estate) -> Self {
        match self {
            Self::Addresses(addresses) => {
                Self::Addresses(addresses.intersection(&target.addresses))
            }
            Self::Hosts(hosts) => Self::Hosts(
                hosts
                    .iter()
                    .filter(|id| {
                        target.hosts.contains(id)
                            || estate
                                .hosts
                                .get(id)
                                .is_some_and(|host| host.is_within(&target.addresses))
                    })
                    .copied()
                    .collect(),
            ),
            Self::Name { title, network, .. } => Self::Name {
                title: title.clone(),
                network: *network,
                reached: *network == target.network
                    && (target.everything || target.titles.contains(title)),
            },
        }
    }

    /// This part and another one of the same group.
    pub(super) fn joined(self, other: &Self) -> Self {
        match (self, other) {
            (Self::Addresses(left), Self::Addresses(right)) => Self::Addresses(left.union(right)),
            (Self::Hosts(left), Self::Hosts(right)) => Self::Hosts(&left | right),
            (Self::Name { title, network, reached }, Self::Name { reached: other, .. }) => {
                Self::Name { title, network, reached: reached || *other }
            }
            (one, _) => one,
        }
    }

    /// No part at all, in the same unit.
    pub(super) fn none(&self) -> Self {
        match self {
            Self::Addresses(_) => Self::Addresses(Set::new()),
            Self::Hosts(_) => Self::Hosts(BTreeSet::new()),
            Self::Name { title, network, .. } => {
                Self::Name { title: title.clone(), network: *network, reached: false }
            }
        }
    }

    pub(super) fn count(&self) -> u64 {
        match self {
            // A group would have to hold the IPv4 space of four billion networks to saturate.
            Self::Addresses(addresses) => u64::try_from(addresses.count()).unwrap_or(u64::MAX),
            Self::Hosts(hosts) => hosts.len() as u64,
            Self::Name { reached, .. } => u64::from(*reached),
        }
    }

    /// `256 addresses`, `3 hosts`, `names`.
    pub(super) fn words(&self, count: u64) -> String {
        match self {
            Self::Addresses(_) => crate::analyzers::measure::plural(count, "address", "addresses"),
            Self::Hosts(_) => crate::analyzers::measure::plural(count, "host", "hosts"),
            Self::Name { .. } => "names only".to_owned(),
        }
    }

    pub(super) const fn unit(&self) -> &'static str {
        match self {
            Self::Addresses(_) => "addresses",
            Self::Hosts(_) => "hosts",
            Self::Name { .. } => "names",
        }
    }

    /// Whether any of it lies in this network.
    pub(super) fn touches(&self, network: i64, estate: &Estate) -> bool {
        match self {
            Self::Addresses(addresses) => !addresses.within(network).is_empty(),
            Self::Hosts(hosts) => hosts
                .iter()
                .any(|id| estate.hosts.get(id).is_none_or(|host| host.network == network)),
            Self::Name { network: own, .. } => *own == network,
        }
    }
}
