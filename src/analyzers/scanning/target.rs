//! What a schedule reaches: its effective target.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::read::{Estate, Group, Schedule, Selector, Tag, Tags};
use crate::address::{Range, Set};

/// The built-in group that stands for everything in the subscription.
const EVERYTHING: &str = "All";

/// The effective target of a schedule, in its one network.
pub(in crate::analyzers) struct Target {
    pub network: i64,
    pub addresses: Rc<Set>,
    /// Hosts reached by group or by tag, whatever their address.
    pub hosts: Rc<BTreeSet<i64>>,
    /// Titles of groups that it names.
    pub titles: BTreeSet<String>,
    pub everything: bool,
    /// It names a group that holds names or cloud ids, which become hosts only when it runs.
    pub by_name: bool,
    /// Why a part of it is not known.
    pub unknown: Option<&'static str>,
}

/// Makes targets. Equal parts of them are kept once: many schedules may reach all of the
/// subscription, with other settings and at other times.
pub(in crate::analyzers) struct Targets<'a> {
    estate: &'a Estate,
    titled: Titles<'a>,
    /// What groups and the list of addresses name.
    everything: Set,
    addresses: BTreeSet<Rc<Set>>,
    hosts: BTreeSet<Rc<BTreeSet<i64>>>,
}

impl<'a> Targets<'a> {
    pub(in crate::analyzers) fn new(estate: &'a Estate) -> Self {
        let of_groups = estate.groups.iter().flat_map(|group| group.ranges.runs());
        Self {
            estate,
            titled: titles(&estate.groups),
            everything: of_groups.chain(estate.subscribed.runs()).copied().collect(),
            addresses: BTreeSet::new(),
            hosts: BTreeSet::new(),
        }
    }

    pub(in crate::analyzers) fn of(&mut self, schedule: &Schedule) -> Target {
        let removed = schedule.excluded.union(&self.estate.excluded);
        let Reached { ranges, hosts, everything, by_name, unknown } =
            self.reached(schedule, &removed);
        let addresses = ranges.into_iter().collect::<Set>().difference(&removed);
        Target {
            network: schedule.network,
            addresses: once(&mut self.addresses, addresses),
            hosts: once(&mut self.hosts, hosts),
            titles: schedule.groups.clone(),
            everything,
            by_name,
            unknown,
        }
    }

    /// Addresses with those that are removed, hosts without.
    fn reached(&self, schedule: &Schedule, removed: &Set) -> Reached {
        let (estate, network) = (self.estate, schedule.network);
        let mut target = Reached {
            ranges: schedule.ranges.runs().to_vec(),
            everything: schedule.groups.contains(EVERYTHING),
            ..Reached::default()
        };
        if target.everything {
            target.ranges.extend_from_slice(self.everything.within(network).runs());
            target.hosts.extend(estate.hosts.keys());
        }
        let named = schedule.groups.iter().filter_map(|title| self.titled.get(title.as_str()));
        for group in named.flatten() {
            target.ranges.extend_from_slice(group.ranges.within(network).runs());
            target.hosts.extend(&group.hosts);
            target.by_name |= group.network == network && (group.has_names || group.has_cloud_ids);
        }
        target.add_tags(&schedule.tags, network, estate);
        if schedule.cloud && !schedule.tags.used {
            target.unknown = Some("the instances of a cloud connector are not in the evidence");
        }
        target.hosts.retain(|id| {
            estate.hosts.get(id).is_none_or(|host| {
                host.network == network
                    && (host.addresses.is_empty() || !host.addresses.difference(removed).is_empty())
            })
        });
        target
    }
}

/// The value that is kept already, or this one from now on.
fn once<T: Ord>(kept: &mut BTreeSet<Rc<T>>, value: T) -> Rc<T> {
    if let Some(known) = kept.get(&value) {
        return Rc::clone(known);
    }
    let value = Rc::new(value);
    kept.insert(Rc::clone(&value));
    value
}

impl Target {
    /// Whether nothing is left to scan.
    pub(in crate::analyzers) fn is_empty(&self) -> bool {
        self.addresses.is_empty() && self.hosts.is_empty() && !self.by_name && !self.everything
    }
}

/// What a target comes to, while it is put together.
#[derive(Default)]
struct Reached {
    ranges: Vec<Range>,
    hosts: BTreeSet<i64>,
    everything: bool,
    by_name: bool,
    unknown: Option<&'static str>,
}

impl Reached {
    fn add_tags(&mut self, tags: &Tags, network: i64, estate: &Estate) {
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
        hosts.retain(|id| estate.hosts.get(id).is_some_and(|host| host.network == network));
        let carriers = hosts.iter().filter_map(|id| estate.hosts.get(id));
        self.ranges.extend(carriers.flat_map(|host| host.addresses.runs()));
        self.hosts.extend(hosts);
        if tags.use_ranges {
            match ranges(&tags.include, network) {
                Some(ranges) => self.ranges.extend(ranges),
                None => {
                    self.unknown = Some("the address ranges of a schedule's tags were not read");
                }
            }
        }
    }
}

/// Asset groups by title, as schedules name them.
type Titles<'a> = BTreeMap<&'a str, Vec<&'a Group>>;

fn titles(groups: &[Group]) -> Titles<'_> {
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
fn ranges(tags: &[Tag], network: i64) -> Option<Vec<Range>> {
    let mut ranges = Vec::new();
    for tag in tags {
        for text in tag.ranges.as_deref()?.split([',', '\n']).map(str::trim) {
            if !text.is_empty() {
                ranges.push(Range::parse(network, text).ok()?);
            }
        }
    }
    Some(ranges)
}
