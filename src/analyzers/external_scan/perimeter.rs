//! Which addresses of the subscription are public: as declared, else by how the Internet routes them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::address::{Family, Range, Set};
use crate::analyzers::Facts;
use crate::analyzers::scanning::Estate;
use crate::profile::{Exposure, Monitored, Network, Segment, SegmentKind};

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
            let routed = known.difference(&said.inside).public();
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
