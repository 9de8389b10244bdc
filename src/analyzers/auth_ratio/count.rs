//! Counts hosts by how they were assessed: in all, by group, family, network and provider.

use std::collections::{BTreeMap, BTreeSet};

use super::read::{Groups, Host};
use crate::analyzers::Facts;
use crate::analyzers::binding::SPANS;
use crate::finding::{Known, Span};
use crate::profile::{Exemption, HostField, Ratio};

/// Hosts in the denominator and how many of them were seen from the inside.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    /// Scanned in the window.
    pub scanned: u64,
    pub assessed: u64,
    /// Scanned in the window, and whether assessed cannot be told.
    pub unsure: u64,
    /// Whether scanned in the window cannot be told.
    pub maybe_scanned: u64,
}

/// What a share comes to against its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Enough,
    TooFew,
    Unknown,
}

impl Share {
    /// Holds the share against a limit, whatever the unknown hosts turn out to be.
    pub(super) fn answer(&self, limit: Ratio, exclusive: bool) -> Option<Answer> {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let all = self.scanned + self.maybe_scanned;
        let missed = |assessed| {
            limit.compare(assessed, all).map(|order| match order {
                Less => true,
                Equal => exclusive,
                Greater => false,
            })
        };
        let (worst, best) =
            (missed(self.assessed)?, missed(self.assessed + self.unsure + self.maybe_scanned)?);
        Some(match (worst, best) {
            (false, _) => Answer::Enough,
            (true, true) => Answer::TooFew,
            (true, false) => Answer::Unknown,
        })
    }

    fn add(&mut self, scanned: Option<bool>, assessed: Option<bool>) {
        match (scanned, assessed) {
            (Some(false), _) => {}
            (None, _) => self.maybe_scanned += 1,
            (Some(true), assessed) => {
                self.scanned += 1;
                self.assessed += u64::from(assessed == Some(true));
                self.unsure += u64::from(assessed.is_none());
            }
        }
    }
}

/// Hosts that one finding stands for; only the first few are kept by name.
#[derive(Debug, Default, Clone)]
pub(super) struct Hosts {
    pub count: u64,
    pub unknown: u64,
    pub ids: Vec<i64>,
    pub spans: Vec<Span>,
    /// Earliest time that speaks for one of them.
    pub oldest: Option<i64>,
}

/// Host ids that a finding lists among its facts.
const LISTED: usize = 20;

impl Hosts {
    fn add(&mut self, host: &Host) {
        self.count += 1;
        if self.ids.len() < LISTED {
            self.ids.push(host.id);
        }
        if self.spans.len() < SPANS {
            self.spans.push(host.span.clone());
        }
        self.oldest = match (self.oldest, host.auth_time) {
            (Some(oldest), Some(time)) => Some(oldest.min(time)),
            (oldest, time) => oldest.or(time),
        };
    }
}

/// What is counted for one asset group, and for the hosts in none.
#[derive(Debug, Default, Clone)]
pub(super) struct GroupCount {
    pub share: Share,
    pub never: Hosts,
    pub lost: Hosts,
}

/// What is counted for one family of operating systems.
#[derive(Debug, Default, Clone)]
pub(super) struct FamilyCount {
    pub share: Share,
    /// Networks that its hosts are in.
    pub networks: BTreeSet<i64>,
    pub unassessed: Hosts,
}

/// How the scanned hosts were assessed.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Split {
    pub credentials: u64,
    pub agent: u64,
    pub both: u64,
    pub neither: u64,
}

/// All counts of control 2.
pub(super) struct Counts<'a> {
    facts: &'a Facts<'a>,
    pub groups: &'a Groups,
    pub all: Share,
    pub split: Split,
    pub by_group: Vec<GroupCount>,
    pub ungrouped: GroupCount,
    pub by_family: BTreeMap<String, FamilyCount>,
    pub by_network: BTreeMap<i64, Share>,
    pub by_provider: BTreeMap<String, Share>,
    /// Hosts that are not gone and did not live too short.
    pub known: u64,
    pub never_scanned: u64,
    /// Assets of the portal among the known ones.
    pub portal_only: u64,
    pub gone: u64,
    pub ephemeral: u64,
    /// Scanned in the window and documented as impossible to log in to.
    pub exempt: u64,
    /// Hosts scanned in the window that were not assessed; the first few.
    pub unassessed: Hosts,
    /// By whole days since the last authenticated scan.
    pub auth_ages: BTreeMap<i64, u64>,
    /// Whether any host shows the dates of VM scans, and whether any shows a scan at all.
    pub vm_dates_seen: bool,
    pub scans_seen: bool,
}

impl<'a> Counts<'a> {
    pub(super) fn new(facts: &'a Facts<'a>, groups: &'a Groups) -> Self {
        Self {
            facts,
            groups,
            all: Share::default(),
            split: Split::default(),
            by_group: vec![GroupCount::default(); groups.list.len()],
            ungrouped: GroupCount::default(),
            by_family: BTreeMap::new(),
            by_network: BTreeMap::new(),
            by_provider: BTreeMap::new(),
            known: 0,
            never_scanned: 0,
            portal_only: 0,
            gone: 0,
            ephemeral: 0,
            exempt: 0,
            unassessed: Hosts::default(),
            auth_ages: BTreeMap::new(),
            vm_dates_seen: false,
            scans_seen: false,
        }
    }

    pub(super) fn add(&mut self, host: &Host) {
        if host.gone {
            self.gone += 1;
            return;
        }
        self.vm_dates_seen |= host.has_vm_dates;
        self.scans_seen |= host.has_any_scan;
        if self.is_ephemeral(host) {
            self.ephemeral += 1;
        } else {
            self.known += 1;
            self.never_scanned += u64::from(!host.has_any_scan);
        }
        let within = |age: &Option<Known<i64>>| match age {
            None => Some(false),
            Some(Known::Unknown(_)) => None,
            Some(Known::Known(age)) => {
                Some(!Facts::breaks(*age, self.facts.profile.c02.window_days))
            }
        };
        let scanned = within(&host.scan);
        if scanned == Some(false) {
            return;
        }
        if self.is_exempt(host) {
            self.exempt += 1;
            return;
        }
        let by_login = within(&host.auth);
        let assessed = either(by_login, host.agent);
        self.all.add(scanned, assessed);
        self.by_network.entry(host.network).or_default().add(scanned, assessed);
        if let Some(family) = &host.os_family {
            let count = self.by_family.entry(family.clone()).or_default();
            count.share.add(scanned, assessed);
            count.networks.insert(host.network);
            if (scanned, assessed) == (Some(true), Some(false)) {
                count.unassessed.add(host);
            }
        }
        if let Some(provider) = &host.cloud_provider {
            self.by_provider.entry(provider.to_lowercase()).or_default().add(scanned, assessed);
        }
        if scanned == Some(true) {
            match (by_login, host.agent) {
                (Some(true), Some(true)) => self.split.both += 1,
                (Some(true), _) => self.split.credentials += 1,
                (_, Some(true)) => self.split.agent += 1,
                _ => self.split.neither += u64::from(assessed == Some(false)),
            }
            if assessed == Some(false) {
                self.unassessed.add(host);
            }
            if let Some(Known::Known(age)) = host.auth {
                *self.auth_ages.entry(age / crate::analyzers::binding::DAY).or_default() += 1;
            }
        }
        let groups = self.groups.of(host.id);
        for position in groups {
            if let Some(count) = self.by_group.get_mut(*position as usize) {
                count.add(host, scanned, assessed);
            }
        }
        if groups.is_empty() {
            self.ungrouped.add(host, scanned, assessed);
        }
    }

    /// An asset that only the portal knows.
    pub(super) fn add_asset(&mut self, scanned: bool) {
        self.known += 1;
        self.portal_only += 1;
        self.never_scanned += u64::from(!scanned);
    }

    /// A cloud host whose whole life was shorter than the limit; a young one may still grow old.
    fn is_ephemeral(&self, host: &Host) -> bool {
        let limit = self.facts.profile.scope.ephemeral_min_hours.saturating_mul(3600);
        host.cloud_provider.is_some()
            && host.lived.is_some_and(|lived| lived < limit)
            && host.first_found.is_some_and(|first| self.facts.as_of - first >= limit)
    }

    fn is_exempt(&self, host: &Host) -> bool {
        let matches = |exemption: &Exemption| {
            let fits = |text: &str| exemption.pattern.is_match(text);
            match exemption.field {
                HostField::Os => host.os.as_deref().is_some_and(fits),
                HostField::Name => host.names.iter().any(|name| fits(name)),
                HostField::Tag => host.tags.iter().any(|tag| fits(tag)),
                HostField::Group => self.groups.of(host.id).iter().any(|position| {
                    self.groups.list.get(*position as usize).is_some_and(|group| fits(&group.title))
                }),
            }
        };
        let exemptions = &self.facts.profile.scope.cannot_authenticate;
        exemptions
            .iter()
            .any(|exemption| exemption.is_valid(self.facts.as_of) && matches(exemption))
    }
}

impl GroupCount {
    fn add(&mut self, host: &Host, scanned: Option<bool>, assessed: Option<bool>) {
        self.share.add(scanned, assessed);
        if scanned != Some(true) {
            return;
        }
        // Never: no authenticated scan at all. Lost: one, before the window. An authenticated scan
        // whose time is not known is neither.
        let hosts = match host.auth {
            None => &mut self.never,
            Some(Known::Known(_)) => &mut self.lost,
            Some(Known::Unknown(_)) => return,
        };
        match assessed {
            Some(true) => {}
            Some(false) => hosts.add(host),
            None => hosts.unknown += 1,
        }
    }
}

/// Three-valued or.
fn either(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(scanned: u64, assessed: u64, unsure: u64, maybe_scanned: u64) -> Share {
        Share { scanned, assessed, unsure, maybe_scanned }
    }

    #[test]
    fn exactly_the_limit_is_enough_unless_it_is_exclusive() {
        let limit = Ratio::millionths(800_000);
        for (share, inclusive, exclusive) in [
            (share(5, 4, 0, 0), Answer::Enough, Answer::TooFew),
            (share(5, 3, 0, 0), Answer::TooFew, Answer::TooFew),
            (share(100_000, 79_999, 0, 0), Answer::TooFew, Answer::TooFew),
            (share(5, 5, 0, 0), Answer::Enough, Answer::Enough),
        ] {
            assert_eq!(share.answer(limit, false), Some(inclusive), "{share:?}");
            assert_eq!(share.answer(limit, true), Some(exclusive), "{share:?}");
        }
        assert_eq!(Share::default().answer(limit, false), None);
    }

    #[test]
    fn unknown_hosts_decide_only_where_they_must() {
        let limit = Ratio::millionths(800_000);
        for (share, expected) in [
            // Even if all of them were seen, too few.
            (share(10, 5, 2, 0), Answer::TooFew),
            (share(10, 5, 3, 0), Answer::Unknown),
            // Even if none of them was, enough.
            (share(10, 8, 2, 0), Answer::Enough),
            (share(8, 8, 0, 2), Answer::Enough),
            (share(8, 8, 0, 3), Answer::Unknown),
        ] {
            assert_eq!(share.answer(limit, false), Some(expected), "{share:?}");
        }
    }
}
