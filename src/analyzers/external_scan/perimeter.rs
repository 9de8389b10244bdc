//! Which addresses of the subscription are public: as declared, else by how the Internet routes them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;

use crate::address::{Family, Range, Set};
use crate::analyzers::Facts;
use crate::analyzers::scanning::Estate;
use crate::profile::{Exposure, Monitored, Network, Segment, SegmentKind};

/// Blocks that no packet from the Internet reaches: this network (RFC 791), private (RFC 1918),
/// carrier-grade NAT (RFC 6598), loopback (RFC 1122), link-local (RFC 3927), multicast (RFC 5771),
/// reserved (RFC 1112); and all of IPv6 but its global unicast block `2000::/3` (RFC 4291).
const NOT_PUBLIC: [&str; 12] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/3",
    "4000::/2",
    "8000::/1",
];

/// The public addresses of the subscription.
pub(super) struct Perimeter {
    /// Every one that should be looked at.
    pub public: Set,
    /// Those of them that the excluded list leaves.
    pub open: Set,
    /// What is in the subscription, public or not.
    pub subscribed: Set,
    /// Blocks that are declared to be external, by their range, and whose they are.
    pub declared: BTreeMap<Range, Declared>,
    /// Public addresses that the declarations say need no scan.
    pub unmonitored: Set,
}

/// A declared external block.
pub(super) struct Declared {
    pub cidr: IpNet,
    pub network: i64,
    pub name: Option<String>,
    pub owner: Option<String>,
}

/// What the profile says of addresses.
#[derive(Default)]
struct Declarations {
    external: Set,
    inside: Set,
    unmonitored: Set,
    blocks: BTreeMap<Range, Declared>,
}

impl Perimeter {
    /// `cloud`: the public addresses of cloud instances, subscribed or not.
    pub(super) fn of(facts: &Facts<'_>, estate: &Estate, cloud: &Set) -> Self {
        let said = Declarations::read(facts, estate);
        let grouped: Set =
            estate.groups.iter().flat_map(|group| group.ranges.runs()).copied().collect();
        let subscribed = placed(estate, &grouped).union(&grouped);
        // IPv6 is counted in hosts: a block holds more addresses than anybody scans.
        let hosts = estate.hosts.values().filter(|host| !host.gone);
        let hosts: Set = hosts.flat_map(|host| host.addresses.runs()).copied().collect();
        let six = hosts.only(Family::V6).intersection(&subscribed.union(&said.external));
        let known = subscribed.only(Family::V4).union(&six).union(cloud);
        let declared = known.intersection(&said.external);
        let all = if facts.profile.scope.external_exposure == Exposure::Declared {
            declared
        } else {
            let routed = known.difference(&said.inside).difference(&not_public(&known));
            declared.union(&routed)
        };
        let public = all.difference(&said.unmonitored);
        Self {
            open: public.difference(&estate.excluded),
            unmonitored: all.intersection(&said.unmonitored),
            public,
            subscribed: said.blocks.values().fold(subscribed.union(&six), |all, block| {
                all.union(&estate.subscribed_in(block.network))
            }),
            declared: said.blocks,
        }
    }
}

/// The subscribed addresses in the networks that they are of. Where their list names no network,
/// those that asset groups of other networks hold are of these, unless one of network 0 has them too.
fn placed(estate: &Estate, grouped: &Set) -> Set {
    if estate.subscribed.runs().iter().any(|run| run.network() != 0) {
        return estate.subscribed.clone();
    }
    let elsewhere = grouped.difference(&grouped.within(0)).moved(0);
    estate.subscribed.difference(&elsewhere.difference(&grouped.within(0)))
}

impl Declarations {
    fn read(facts: &Facts<'_>, estate: &Estate) -> Self {
        let segments = &facts.profile.segments;
        let mut said = Self::default();
        let (mut external, mut inside) = (Vec::new(), Vec::new());
        for segment in segments {
            let ranges = ranges_of(segment, estate);
            match segment.kind {
                SegmentKind::External => {
                    external.extend(ranges);
                    for cidr in &segment.cidrs {
                        said.declare(*cidr, segment.network_id, Some(&segment.name), None);
                    }
                }
                kind if is_inside(kind) => inside.extend(ranges),
                _ => {}
            }
        }
        let mut unmonitored = Vec::new();
        let networks = facts.inputs.networks.iter().flat_map(|file| &file.entries);
        for network in networks.filter(|one| one.ends.is_none_or(|ends| ends > facts.as_of)) {
            let range = range(network.cidr, network.network_id);
            let kind = kind_of(network, segments);
            if network.monitored != Monitored::Yes {
                unmonitored.extend(range);
            } else if network.env.as_deref() == Some("external")
                || kind == Some(SegmentKind::External)
            {
                external.extend(range);
                let (name, owner) = (network.name.as_deref(), network.owner.as_deref());
                said.declare(network.cidr, network.network_id, name, owner);
            } else if network.env.as_deref() == Some("internal") || kind.is_some_and(is_inside) {
                inside.extend(range);
            }
        }
        said.external = external.into_iter().collect();
        said.inside = inside.into_iter().collect();
        said.unmonitored = unmonitored.into_iter().collect();
        said
    }

    fn declare(&mut self, cidr: IpNet, network: i64, name: Option<&str>, owner: Option<&str>) {
        if let Some(range) = range(cidr, network) {
            let block = self.blocks.entry(range).or_insert_with(|| Declared {
                cidr: cidr.trunc(),
                network,
                name: None,
                owner: None,
            });
            block.name = block.name.take().or_else(|| name.map(str::to_owned));
            block.owner = block.owner.take().or_else(|| owner.map(str::to_owned));
        }
    }
}

/// Segments whose addresses the Internet does not reach, whatever they look like. A DMZ and a
/// cloud hold both kinds, so there the addresses decide.
const fn is_inside(kind: SegmentKind) -> bool {
    matches!(kind, SegmentKind::Internal | SegmentKind::Ot | SegmentKind::Cde | SegmentKind::Mgmt)
}

fn kind_of(network: &Network, segments: &[Segment]) -> Option<SegmentKind> {
    let id = network.segment.as_deref()?;
    segments.iter().find(|segment| segment.id == id).map(|segment| segment.kind)
}

fn range(cidr: IpNet, network: i64) -> Option<Range> {
    Range::new(network, cidr.network(), cidr.broadcast())
}

/// A segment's blocks, and those of its asset groups.
fn ranges_of(segment: &Segment, estate: &Estate) -> Vec<Range> {
    let blocks = segment.cidrs.iter().filter_map(|cidr| range(*cidr, segment.network_id));
    let groups = estate.groups.iter().filter(|group| segment.asset_groups.contains(&group.title));
    blocks.chain(groups.flat_map(|group| group.ranges.runs().iter().copied())).collect()
}

/// The blocks that are not public, in each network of these addresses.
fn not_public(addresses: &Set) -> Set {
    let networks: BTreeSet<i64> = addresses.runs().iter().map(Range::network).collect();
    networks
        .into_iter()
        .flat_map(|network| {
            NOT_PUBLIC.iter().filter_map(move |text| Range::parse(network, text).ok())
        })
        .collect()
}

/// The addresses of a declared block that a host can have: an IPv4 block keeps its first and last
/// address for itself (RFC 1812), but for pairs and single ones (RFC 3021).
pub(super) fn usable(block: &Declared) -> Set {
    let whole: Set = range(block.cidr, block.network).into_iter().collect();
    match block.cidr {
        IpNet::V4(cidr) if cidr.prefix_len() <= 30 => {
            let ends = [IpAddr::V4(cidr.network()), IpAddr::V4(cidr.broadcast())];
            let ends = ends.into_iter().filter_map(|end| Range::new(block.network, end, end));
            whole.difference(&ends.collect())
        }
        _ => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_internet_does_not_route_is_not_public() {
        let all: Set =
            ["0.0.0.0/0", "::/0"].map(|text| Range::parse(4, text).unwrap()).into_iter().collect();
        let public = all.difference(&not_public(&all));
        let is_public = |text: &str| public.contains(&Range::parse(4, text).unwrap());
        for text in ["203.0.113.7", "100.63.255.255", "172.32.0.0", "11.0.0.0", "2001:db8::1"] {
            assert!(is_public(text), "{text}");
        }
        for text in [
            "10.255.255.255",
            "172.31.255.255",
            "192.168.0.1",
            "100.64.0.0",
            "127.0.0.1",
            "169.254.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "0.0.0.1",
            "fd00::1",
            "fe80::1",
            "ff02::1",
            "::1",
            "::ffff:203.0.113.7",
        ] {
            assert!(!is_public(text), "{text}");
        }
    }
}
