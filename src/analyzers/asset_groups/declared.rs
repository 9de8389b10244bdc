//! The networks that the organisation declares, sorted out: which are to be monitored, and how far.

use ipnet::IpNet;

use super::estate::Estate;
use crate::address::{Range, Set};
use crate::finding::Resource;
use crate::profile::{Monitored, Networks};

/// A declared network.
pub(super) struct Block {
    pub cidr: IpNet,
    pub network: i64,
    pub name: Option<String>,
    pub owner: Option<String>,
    pub segment: Option<String>,
    pub monitored: Monitored,
    /// Less the smaller networks inside it that need not be subscribed.
    pub wanted: Set,
}

impl Block {
    /// Those of the file, in its order.
    pub(super) fn of(networks: &Networks, as_of: i64) -> Vec<Self> {
        let mut blocks: Vec<Self> = networks
            .entries
            .iter()
            .map(|entry| Self {
                cidr: entry.cidr,
                network: entry.network_id,
                name: entry.name.clone(),
                owner: entry.owner.clone(),
                segment: entry.segment.clone(),
                // An exemption ends with its last day.
                monitored: match entry.ends {
                    Some(ends) if ends <= as_of => Monitored::Yes,
                    _ => entry.monitored,
                },
                wanted: range(&entry.cidr, entry.network_id).into_iter().collect(),
            })
            .collect();
        let spared: Vec<(IpNet, i64)> = blocks
            .iter()
            .filter(|block| block.monitored != Monitored::Yes)
            .map(|block| (block.cidr, block.network))
            .collect();
        for block in &mut blocks {
            let inside: Set = spared
                .iter()
                .filter(|(cidr, network)| {
                    *network == block.network && *cidr != block.cidr && block.cidr.contains(cidr)
                })
                .filter_map(|(cidr, network)| range(cidr, *network))
                .collect();
            block.wanted = block.wanted.difference(&inside);
        }
        blocks
    }

    pub(super) fn all(&self) -> Option<Range> {
        range(&self.cidr, self.network)
    }

    pub(super) fn is_ipv6(&self) -> bool {
        self.cidr.addr().is_ipv6()
    }

    /// The network and broadcast addresses; networks of one or two addresses have none.
    pub(super) fn ends(&self) -> Set {
        if self.cidr.max_prefix_len() - self.cidr.prefix_len() < 2 {
            return Set::new();
        }
        let ends = [self.cidr.network(), self.cidr.broadcast()];
        ends.into_iter().filter_map(|end| Range::new(self.network, end, end)).collect()
    }

    pub(super) fn resource(&self) -> Resource {
        let resource = Resource::new("network_range", format!("{}@{}", self.cidr, self.network));
        match &self.name {
            Some(name) => resource.named(name),
            None => resource,
        }
    }

    /// `10.0.0.0/24 (offices, Ada)`, as far as the file says it.
    pub(super) fn words(&self) -> String {
        let known: Vec<&str> =
            [&self.name, &self.owner].into_iter().flatten().map(String::as_str).collect();
        if known.is_empty() {
            self.cidr.to_string()
        } else {
            format!("{} ({})", self.cidr, known.join(", "))
        }
    }
}

fn range(cidr: &IpNet, network: i64) -> Option<Range> {
    Range::new(network, cidr.network(), cidr.broadcast())
}

impl Estate {
    /// The declared networks that have to be looked at, be it by a discovery alone; those of which
    /// nothing is left have not.
    pub(super) fn monitored(&self) -> impl Iterator<Item = &Block> {
        let blocks = self.declared.iter().flatten();
        blocks.filter(|block| block.monitored != Monitored::No && !block.wanted.is_empty())
    }

    /// Everything that is declared, monitored or not.
    pub(super) fn declared_space(&self) -> Option<Set> {
        let blocks = self.declared.as_ref()?;
        Some(blocks.iter().filter_map(Block::all).collect())
    }
}
