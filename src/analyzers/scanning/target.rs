//! What a schedule reaches: its effective target.

use std::collections::{BTreeMap, BTreeSet};

use super::read::{Estate, Group, Schedule, Selector, Tag, Tags};
use crate::address::{Range, Set};

/// The built-in group that stands for everything in the subscription.
const EVERYTHING: &str = "All";

/// The effective target of a schedule, in its one network.
pub(in crate::analyzers) struct Target {
    pub network: i64,
    pub addresses: Set,
    /// Hosts reached by group or by tag, whatever their address.
    pub hosts: BTreeSet<i64>,
    /// Titles of groups that it names.
    pub titles: BTreeSet<String>,
    pub everything: bool,
    /// It names a group that holds names or cloud ids, which become hosts only when it runs.
    pub by_name: bool,
    /// Why a part of it is not known.
    pub unknown: Option<&'static str>,
}

impl Target {
    pub(in crate::analyzers) fn of(
        schedule: &Schedule,
        estate: &Estate,
        titled: &Titles<'_>,
    ) -> Self {
        let network = schedule.network;
        let mut target = Self {
            network,
            addresses: schedule.ranges.clone(),
            hosts: BTreeSet::new(),
            titles: schedule.groups.clone(),
            everything: schedule.groups.contains(EVERYTHING),
            by_name: false,
            unknown: None,
        };
        if target.everything {
            let all = estate.groups.iter().flat_map(|group| group.ranges.runs());
            let known = all.chain(estate.subscribed.runs()).copied().collect::<Set>();
            target.addresses = target.addresses.union(&known.within(network));
            target.hosts.extend(estate.hosts.keys());
        }
        for group in schedule.groups.iter().filter_map(|title| titled.get(title.as_str())).flatten()
        {
            target.addresses = target.addresses.union(&group.ranges.within(network));
            target.hosts.extend(&group.hosts);
            target.by_name |= group.network == network && (group.has_names || group.has_cloud_ids);
        }
        target.add_tags(&schedule.tags, estate);
        if schedule.cloud && !schedule.tags.used {
            target.unknown = Some("the instances of a cloud connector are not in the evidence");
        }
        let removed = schedule.excluded.union(&estate.excluded);
        target.addresses = target.addresses.difference(&removed);
        target.hosts.retain(|id| {
            estate.hosts.get(id).is_none_or(|host| {
                host.network == network
                    && (host.addresses.is_empty()
                        || !host.addresses.difference(&removed).is_empty())
            })
        });
        target
    }

    fn add_tags(&mut self, tags: &Tags, estate: &Estate) {
        if !tags.used {
            return;
        }
        if !estate.tags_known {
            self.unknown = Some("which hosts carry the tags of a schedule was not read");
            return;
        }
        let mut hosts = carrying(&tags.include, tags.include_by, &estate.tagged);
        for host in carrying(&tags.exclude, tags.exclude_by, &estate.tagged) {
            hosts.remove(&host);
        }
        hosts.retain(|id| estate.hosts.get(id).is_some_and(|host| host.network == self.network));
        let addresses = hosts.iter().filter_map(|id| estate.hosts.get(id));
        let addresses = addresses.flat_map(|host| host.addresses.runs()).copied().collect::<Set>();
        self.addresses = self.addresses.union(&addresses);
        self.hosts.extend(hosts);
        if tags.use_ranges {
            match ranges(&tags.include, self.network) {
                Some(ranges) => self.addresses = self.addresses.union(&ranges),
                None => {
                    self.unknown = Some("the address ranges of a schedule's tags were not read");
                }
            }
        }
    }

    /// Whether nothing is left to scan.
    pub(in crate::analyzers) fn is_empty(&self) -> bool {
        self.addresses.is_empty() && self.hosts.is_empty() && !self.by_name && !self.everything
    }
}

/// Asset groups by title, as schedules name them.
pub(in crate::analyzers) type Titles<'a> = BTreeMap<&'a str, Vec<&'a Group>>;

pub(in crate::analyzers) fn titles(groups: &[Group]) -> Titles<'_> {
    let mut titles = Titles::new();
    for group in groups {
        titles.entry(group.title.trim()).or_default().push(group);
    }
    titles
}

/// The hosts that carry all of the tags, or any of them.
fn carrying(tags: &[Tag], by: Selector, tagged: &BTreeMap<String, BTreeSet<i64>>) -> BTreeSet<i64> {
    let sets = tags.iter().map(|tag| tagged.get(&tag.name).cloned().unwrap_or_default());
    if by == Selector::All {
        sets.reduce(|left, right| &left & &right).unwrap_or_default()
    } else {
        sets.flatten().collect()
    }
}

/// The ranges in the tags' own rules; `None` if one of them cannot be told.
fn ranges(tags: &[Tag], network: i64) -> Option<Set> {
    let mut ranges = Vec::new();
    for tag in tags {
        for text in tag.ranges.as_deref()?.split([',', '\n']).map(str::trim) {
            if !text.is_empty() {
                ranges.push(Range::parse(network, text).ok()?);
            }
        }
    }
    Some(ranges.into_iter().collect())
}
