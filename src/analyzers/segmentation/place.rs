//! Where the declared segments are: their addresses and hosts in the subscription.

use std::collections::BTreeSet;

use ipnet::IpNet;

use crate::address::{Family, Range, Set};
use crate::analyzers::scanning::{Estate, Group, Target};
use crate::analyzers::{Facts, Reach};
use crate::finding::Resource;
use crate::profile::{Segment, SegmentKind};

/// A declared segment and what of it is in the subscription.
pub(super) struct Place<'a> {
    pub segment: &'a Segment,
    /// IPv4 addresses.
    pub addresses: Set,
    /// Known hosts that are not gone, whatever their address.
    pub hosts: BTreeSet<i64>,
    /// The asset groups that it names and that there are.
    pub groups: Vec<&'a Group>,
}

pub(super) fn places<'a>(facts: &Facts<'a>, estate: &'a Estate) -> Vec<Place<'a>> {
    facts.profile.segments.iter().map(|segment| Place::of(segment, facts, estate)).collect()
}

/// The address blocks of a segment, in its network.
pub(super) fn blocks(segment: &Segment) -> Set {
    let range = |block: &IpNet| Range::new(segment.network_id, block.network(), block.broadcast());
    segment.cidrs.iter().filter_map(range).collect()
}

impl<'a> Place<'a> {
    fn of(segment: &'a Segment, facts: &Facts<'_>, estate: &'a Estate) -> Self {
        let network = segment.network_id;
        let named = |group: &&Group| {
            group.network == network
                && segment.asset_groups.iter().any(|title| title.trim() == group.title.trim())
        };
        let groups: Vec<&Group> = estate.groups.iter().filter(named).collect();
        let blocks = blocks(segment);
        let mut hosts: BTreeSet<i64> =
            groups.iter().flat_map(|group| group.hosts.iter().copied()).collect();
        let tagged: BTreeSet<i64> = segment
            .tags
            .iter()
            .filter_map(|tag| estate.tagged.get(tag))
            .flatten()
            .copied()
            .collect();
        hosts.extend(&tagged);
        let inside = estate.hosts.iter().filter(|(_, host)| host.is_within(&blocks));
        hosts.extend(inside.map(|(id, _)| id));
        hosts.retain(|id| {
            estate.hosts.get(id).is_none_or(|host| host.network == network && !host.gone)
        });
        // What is not subscribed cannot be scanned; without the list all counts as subscribed.
        let subscribed = if facts.reach("vm/ips") == Reach::Whole {
            blocks.intersection(&estate.subscribed_in(network))
        } else {
            blocks
        };
        let of_groups = groups.iter().flat_map(|group| group.ranges.runs().iter().copied());
        let of_tags = tagged
            .iter()
            .filter_map(|id| estate.hosts.get(id))
            .flat_map(|host| host.addresses.runs().iter().copied());
        let more: Set = of_groups.chain(of_tags).collect();
        let addresses = subscribed.union(&more.within(network)).only(Family::V4);
        Self { segment, addresses, hosts, groups }
    }

    pub(super) fn kind(&self) -> SegmentKind {
        self.segment.kind
    }

    /// Whether anything of it is in the subscription.
    pub(super) fn is_known(&self) -> bool {
        !self.addresses.is_empty()
            || !self.hosts.is_empty()
            || self.groups.iter().any(|group| group.has_names || group.has_cloud_ids)
    }

    /// Whether all of it is known: who carries its tags may not have been read.
    pub(super) fn is_whole(&self, estate: &Estate) -> bool {
        self.segment.tags.is_empty() || estate.tags_known
    }

    pub(super) fn resource(&self) -> Resource {
        Resource::new("segment", &self.segment.id).named(&self.segment.name)
    }

    /// Whether a target reaches any of it: an address, a host, or a group of names by its title.
    pub(super) fn is_reached(&self, target: &Target, estate: &Estate) -> bool {
        if target.network != self.segment.network_id {
            return false;
        }
        let by_title = || {
            self.groups
                .iter()
                .filter(|group| group.has_names || group.has_cloud_ids)
                .any(|group| target.everything || target.titles.contains(group.title.trim()))
        };
        let by_host = || {
            self.hosts.iter().any(|id| {
                target.hosts.contains(id)
                    || estate.hosts.get(id).is_some_and(|host| host.is_within(&target.addresses))
            })
        };
        self.addresses.intersects(&target.addresses) || by_host() || by_title()
    }
}

/// Which part of a target lies in these segments: counted in IPv4 addresses, or in hosts where it
/// has none; `None` if it has neither.
pub(super) fn share(target: &Target, places: &[&Place<'_>]) -> Option<(u64, u64)> {
    let here = || places.iter().filter(|place| place.segment.network_id == target.network);
    let addresses = target.addresses.only(Family::V4);
    if !addresses.is_empty() {
        let space: Set = here().flat_map(|place| place.addresses.runs().iter().copied()).collect();
        return Some((count(&addresses.intersection(&space)), count(&addresses)));
    }
    if target.hosts.is_empty() {
        return None;
    }
    let hosts: BTreeSet<i64> = here().flat_map(|place| place.hosts.iter().copied()).collect();
    Some(((&*target.hosts & &hosts).len() as u64, target.hosts.len() as u64))
}

/// How many addresses of a set of IPv4 addresses.
pub(super) fn count(set: &Set) -> u64 {
    u64::try_from(set.count()).unwrap_or(u64::MAX)
}

/// Those of one kind.
pub(super) fn of_kind<'p, 'a>(places: &[&'p Place<'a>], kind: SegmentKind) -> Vec<&'p Place<'a>> {
    places.iter().copied().filter(|place| place.kind() == kind).collect()
}

/// The kinds among the segments, in the order of their first one.
pub(super) fn kinds(places: &[&Place<'_>]) -> Vec<SegmentKind> {
    let mut kinds = Vec::new();
    for place in places {
        if !kinds.contains(&place.kind()) {
            kinds.push(place.kind());
        }
    }
    kinds
}
