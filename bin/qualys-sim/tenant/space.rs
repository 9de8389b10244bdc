//! Sets of IPv4 addresses by network, and what the active schedules reach by them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::builder::Builder;
use super::model::{AssetGroup, IpRange, Occurrence, Schedule, TagRef, TagTarget};

/// Maximal runs by network, ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Space {
    runs: BTreeMap<u32, Vec<(u32, u32)>>,
}

impl Space {
    /// The IPv4 ranges; those without a network are in `network`.
    pub(crate) fn of<'a>(ranges: impl IntoIterator<Item = &'a IpRange>, network: u32) -> Self {
        let mut space = Self::default();
        for range in ranges {
            if let (IpAddr::V4(first), IpAddr::V4(last)) = (range.first, range.last) {
                let network = range.network_id.unwrap_or(network);
                space.add(network, u32::from(first), u32::from(last));
            }
        }
        space
    }

    pub(crate) fn add(&mut self, network: u32, first: u32, last: u32) {
        let runs = self.runs.entry(network).or_default();
        runs.push((first, last));
        runs.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for &(first, last) in runs.iter() {
            match merged.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
                _ => merged.push((first, last)),
            }
        }
        *runs = merged;
    }

    pub(crate) fn join(&mut self, other: &Self) {
        for (network, first, last) in other.each() {
            self.add(network, first, last);
        }
    }

    pub(crate) fn without(&self, other: &Self) -> Self {
        let mut left = Self::default();
        for (network, first, last) in self.each() {
            let mut from = u64::from(first);
            for &(low, high) in other.runs.get(&network).into_iter().flatten() {
                if high < first || low > last {
                    continue;
                }
                if u64::from(low) > from {
                    left.add(network, low_end(from), low - 1);
                }
                from = from.max(u64::from(high) + 1);
            }
            if from <= u64::from(last) {
                left.add(network, low_end(from), last);
            }
        }
        left
    }

    pub(crate) fn within(&self, other: &Self) -> Self {
        self.without(&self.without(other))
    }

    pub(crate) fn only(&self, network: u32) -> Self {
        let runs = self.runs.get(&network).map(|runs| (network, runs.clone()));
        Self { runs: runs.into_iter().collect() }
    }

    pub(crate) fn count(&self) -> u64 {
        self.each().map(|(_, first, last)| u64::from(last - first) + 1).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.each().next().is_none()
    }

    /// Network, first and last address of each run.
    pub(crate) fn each(&self) -> impl Iterator<Item = (u32, u32, u32)> {
        self.runs
            .iter()
            .flat_map(|(network, runs)| runs.iter().map(|&(first, last)| (*network, first, last)))
    }
}

/// `from` never passes the end of the space where this is asked.
fn low_end(from: u64) -> u32 {
    u32::try_from(from).unwrap_or(u32::MAX)
}

/// What a recurring schedule aims at.
#[derive(Debug, Clone)]
pub(crate) struct Aim {
    pub(crate) id: u64,
    /// `None` where the schedule does not say whether it is active.
    pub(crate) active: Option<bool>,
    /// What it names, with nothing left out.
    pub(crate) named: Space,
    /// What is left of it without exclusions.
    pub(crate) reached: Space,
    pub(crate) interval_days: u32,
    pub(crate) scanners: String,
    pub(crate) profile: String,
}

/// The aims of all recurring schedules, in their order.
pub(crate) fn aims(b: &Builder) -> Vec<Aim> {
    let excluded = Space::of(b.excluded.iter().map(|one| &one.range), 0);
    b.schedules
        .iter()
        .filter_map(|schedule| {
            let interval_days = interval(&schedule.occurrence)?;
            let network = schedule.network_id.unwrap_or(0);
            let named = named(b, schedule).only(network);
            let left_out = Space::of(&schedule.excluded, network);
            Some(Aim {
                id: schedule.id,
                active: schedule.active.map(|active| matches!(active, 1 | 2)),
                reached: named.without(&left_out).without(&excluded),
                named,
                interval_days,
                scanners: schedule.scanner_name.clone().unwrap_or_default(),
                profile: schedule.option_profile.clone(),
            })
        })
        .collect()
}

/// What a schedule names, with nothing left out.
pub(crate) fn named(b: &Builder, schedule: &Schedule) -> Space {
    let network = schedule.network_id.unwrap_or(0);
    let mut space = Space::of(&schedule.typed, network);
    let groups = b.groups.iter().filter(|group| schedule.group_titles.contains(&group.title));
    for group in groups {
        space.join(&Space::of(&group.ip_set, network));
    }
    if let Some(tags) = &schedule.tags {
        for planted in b.hosts.iter().filter(|planted| carries(&planted.host.tags, tags)) {
            if let Some(IpAddr::V4(address)) = planted.host.ip {
                let address = u32::from(address);
                space.add(planted.host.network_id.unwrap_or(0), address, address);
            }
        }
    }
    space
}

fn carries(tags: &[TagRef], target: &TagTarget) -> bool {
    let has = |name: &String| tags.iter().any(|tag| tag.name == *name);
    let included = match target.include_selector.as_str() {
        "all" => target.include.iter().all(has),
        _ => target.include.iter().any(has),
    };
    included && !target.exclude.iter().any(has)
}

/// Days between two runs; `None` for one-off schedules.
fn interval(occurrence: &Occurrence) -> Option<u32> {
    match occurrence {
        Occurrence::Once => None,
        Occurrence::Daily { days } => Some(*days),
        Occurrence::Weekly { weeks: 1, weekdays } => {
            let next = weekdays.iter().skip(1).chain(weekdays.first());
            let gaps = weekdays.iter().zip(next).map(|(day, next)| {
                let gap = (u32::from(*next) + 7 - u32::from(*day)) % 7;
                if gap == 0 { 7 } else { gap }
            });
            gaps.max()
        }
        Occurrence::Weekly { weeks, .. } => Some(7 * weeks),
        Occurrence::Monthly { months, .. } => Some(30 * months),
    }
}

/// The addresses of all groups and beside them, by network, without overlaps.
pub(crate) fn subscribed(groups: &[AssetGroup], orphans: &[IpRange]) -> Vec<IpRange> {
    let mut ranges: Vec<IpRange> = groups.iter().flat_map(|group| group.ip_set.clone()).collect();
    ranges.extend_from_slice(orphans);
    ranges.sort_by_key(|range| (range.network_id, range.first, range.last));
    let mut merged: Vec<IpRange> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if last.network_id == range.network_id && range.first <= last.last => {
                last.last = IpAddr::max(last.last, range.last);
            }
            _ => merged.push(range),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::Space;

    fn space(runs: &[(u32, u32)]) -> Space {
        let mut space = Space::default();
        for &(first, last) in runs {
            space.add(0, first, last);
        }
        space
    }

    #[test]
    fn sets_behave_like_sets() {
        let one = space(&[(1, 5), (6, 9), (20, 30)]);
        assert_eq!(one, space(&[(1, 9), (20, 30)]));
        let two = space(&[(3, 4), (9, 22)]);
        assert_eq!(one.without(&two), space(&[(1, 2), (5, 8), (23, 30)]));
        assert_eq!(one.within(&two), space(&[(3, 4), (9, 9), (20, 22)]));
        assert_eq!(one.count(), 20);
        assert!(one.without(&space(&[(0, u32::MAX)])).is_empty());
        assert!(one.within(&Space::default()).is_empty());
    }
}
