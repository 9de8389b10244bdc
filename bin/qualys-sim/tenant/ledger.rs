//! Sums that follow from many plants together: ratios and groups, kept by what each plant declares.

use std::collections::BTreeMap;

use super::book::Registry;
use super::key::Resource;

/// What a host is to the authenticated-scan ratio. A plan states this; dates follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judged {
    Authenticated,
    /// Scanned in the window, never from the inside.
    NeverAuthenticated,
    /// Scanned in the window, from the inside only before it.
    Regressed,
    /// Known, but not scanned in the window.
    OutsideWindow,
    NeverScanned,
    /// A terminated instance: in no population.
    Gone,
}

/// What a host is to the agent coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coverage {
    Live,
    /// An agent that was not heard of for too long.
    Silent,
    Missing,
    /// Takes no agent, or is gone.
    Outside,
}

impl Coverage {
    pub(crate) fn of(live: bool) -> Self {
        if live { Self::Live } else { Self::Missing }
    }
}

/// The classes with a limit by default, in the order of the ledger's arrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Critical,
    High,
    Medium,
}

impl Class {
    pub(crate) const ALL: [Self; 3] = [Self::Critical, Self::High, Self::Medium];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
        }
    }

    pub(crate) fn severity(self) -> u8 {
        match self {
            Self::Critical => 5,
            Self::High => 4,
            Self::Medium => 3,
        }
    }

    pub(crate) fn check(self) -> &'static str {
        match self {
            Self::Critical => "C10-01",
            Self::High => "C10-02",
            Self::Medium => "C10-03",
        }
    }

    /// The promised limit in days.
    pub(crate) fn limit(self) -> i64 {
        match self {
            Self::Critical => 15,
            Self::High => 30,
            Self::Medium => 90,
        }
    }
}

/// A part of a whole, both counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) part: u64,
    pub(crate) whole: u64,
}

impl Share {
    fn count(&mut self, counts: bool) {
        self.whole += 1;
        self.part += u64::from(counts);
    }

    fn below(self, percent: u64) -> bool {
        self.part * 100 < self.whole * percent
    }

    fn above(self, percent: u64) -> bool {
        self.part * 100 > self.whole * percent
    }

    /// What an innocent sum is called.
    fn innocent(self, percent: u64) -> &'static str {
        if self.part * 100 == self.whole * percent { "edge/sum" } else { "near/sum" }
    }
}

#[derive(Debug, Default)]
struct Group {
    authenticated: Share,
    never_authenticated: u64,
    regressed: u64,
    untested: u64,
    in_time: [Share; 3],
    agents: Share,
    silent: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    authenticated: Share,
    families: BTreeMap<&'static str, Share>,
    groups: BTreeMap<u64, Group>,
    never_scanned: Share,
    in_time: [Share; 3],
    undated: u64,
    late_fixes: Share,
    agents: Share,
    /// Hosts without a tag that somebody gave.
    untagged: u64,
    short_lived: u64,
}

impl Ledger {
    /// Counts a host. `family` is `None` where the operating system is not known.
    pub(crate) fn host(&mut self, judged: Judged, family: Option<&'static str>, groups: &[u64]) {
        if judged != Judged::Gone {
            self.never_scanned.count(judged == Judged::NeverScanned);
        }
        if !matches!(judged, Judged::Authenticated | Judged::NeverAuthenticated | Judged::Regressed)
        {
            return;
        }
        let inside = judged == Judged::Authenticated;
        self.authenticated.count(inside);
        if let Some(family) = family {
            self.families.entry(family).or_default().count(inside);
        }
        for id in groups {
            let group = self.groups.entry(*id).or_default();
            group.authenticated.count(inside);
            group.never_authenticated += u64::from(judged == Judged::NeverAuthenticated);
            group.regressed += u64::from(judged == Judged::Regressed);
        }
    }

    /// Counts a host towards the coverage with agents.
    pub(crate) fn agent(&mut self, coverage: Coverage, groups: &[u64]) {
        if coverage == Coverage::Outside {
            return;
        }
        let live = coverage == Coverage::Live;
        self.agents.count(live);
        for id in groups {
            let group = self.groups.entry(*id).or_default();
            group.agents.count(live);
            group.silent += u64::from(coverage == Coverage::Silent);
        }
    }

    /// Counts a host that lost its tags.
    pub(crate) fn untagged(&mut self) {
        self.untagged += 1;
    }

    /// No host has a tag that somebody gave.
    pub(crate) fn all_untagged(&mut self) {
        self.untagged = self.never_scanned.whole + self.short_lived;
    }

    /// Takes a scanned host without an agent out of what short-lived hosts are not counted in.
    pub(crate) fn short_lived(&mut self, groups: &[u64]) {
        self.short_lived += 1;
        self.never_scanned.whole -= 1;
        self.agents.whole -= 1;
        for id in groups {
            self.groups.entry(*id).or_default().agents.whole -= 1;
        }
    }

    /// Counts a dated open finding of severity 3 to 5.
    pub(crate) fn open(&mut self, class: Class, overdue: bool, groups: &[u64]) {
        self.in_time[class as usize].count(!overdue);
        for id in groups {
            self.groups.entry(*id).or_default().in_time[class as usize].count(!overdue);
        }
    }

    /// Counts an open finding that was last tested before the limit.
    pub(crate) fn untested(&mut self, groups: &[u64]) {
        for id in groups {
            self.groups.entry(*id).or_default().untested += 1;
        }
    }

    /// Counts an open finding without a usable date.
    pub(crate) fn undated(&mut self) {
        self.undated += 1;
    }

    /// Counts a finding of severity 3 to 5 that was fixed in the last 30 days.
    pub(crate) fn fixed(&mut self, late: bool) {
        self.late_fixes.count(late);
    }

    pub(crate) fn authenticated(&self) -> Share {
        self.authenticated
    }

    pub(crate) fn never_scanned(&self) -> Share {
        self.never_scanned
    }

    pub(crate) fn late_fixes(&self) -> Share {
        self.late_fixes
    }

    /// Writes the findings that the sums cause. Near misses were announced by their plants; a sum
    /// that disagrees with one shows as a conflict of the registry.
    pub(crate) fn settle(&self, key: &mut Registry) {
        self.settle_subscription(key);
        for (family, share) in &self.families {
            if share.whole >= 5 && share.below(80) {
                let why = told("scanned hosts seen from the inside", *share);
                key.finding("pos/sum", "C02-03", Resource::family(family), &why);
            }
        }
        for (&id, group) in &self.groups {
            let resource = || Resource::group(id);
            if group.authenticated.whole >= 5 && group.authenticated.below(80) {
                let why = told("scanned hosts seen from the inside", group.authenticated);
                key.finding("pos/sum", "C02-02", resource(), &why);
            }
            if group.never_authenticated > 0 {
                let why = format!("{} hosts never authenticated", group.never_authenticated);
                key.finding("pos/sum", "C02-04", resource(), &why);
            }
            if group.regressed > 0 {
                let why = format!("{} hosts stopped authenticating", group.regressed);
                key.finding("pos/sum", "C02-05", resource(), &why);
            }
            if group.agents.whole >= 5 && group.agents.below(80) {
                let why = told("eligible hosts with a live agent", group.agents);
                key.finding("pos/sum", "C07-02", resource(), &why);
            }
            if group.silent > 0 {
                let why = format!("{} agents are silent", group.silent);
                key.finding("pos/sum", "C07-03", resource(), &why);
            }
            for class in Class::ALL {
                let share = group.in_time[class as usize];
                if share.whole >= 20 && share.below(95) {
                    let why = told("open findings inside the limit", share);
                    key.finding("pos/sum", "C10-05", resource().class(class.name()), &why);
                }
            }
            if group.untested > 0 {
                let why = format!("{} open findings not retested", group.untested);
                key.finding("pos/sum", "C10-08", resource(), &why);
            }
        }
    }

    fn settle_subscription(&self, key: &mut Registry) {
        let whole = Resource::subscription;
        let why = told("scanned hosts seen from the inside", self.authenticated);
        if self.authenticated.below(50) {
            key.escalated("pos/sum", "C02-01", whole(), "critical", &why);
        } else if self.authenticated.below(80) {
            key.finding("pos/sum", "C02-01", whole(), &why);
        } else {
            key.none(self.authenticated.innocent(80), "C02-01", whole(), &why);
        }
        let why = told("known hosts never scanned", self.never_scanned);
        if self.never_scanned.above(5) {
            key.finding("pos/sum", "C02-06", whole(), &why);
        } else {
            key.none(self.never_scanned.innocent(5), "C02-06", whole(), &why);
        }
        let why = told("eligible hosts with a live agent", self.agents);
        if self.agents.below(50) {
            key.escalated("pos/sum", "C07-01", whole(), "high", &why);
        } else if self.agents.below(80) {
            key.finding("pos/sum", "C07-01", whole(), &why);
        } else {
            key.none(self.agents.innocent(80), "C07-01", whole(), &why);
        }
        let known = self.never_scanned.whole + self.short_lived;
        let untagged = Share { part: self.untagged, whole: known };
        let why = told("known hosts without a tag of their own", untagged);
        if untagged.above(20) {
            key.escalated("pos/sum", "C18-02", whole(), "high", &why);
        } else if untagged.above(5) {
            key.finding("pos/sum", "C18-02", whole(), &why);
        } else {
            key.none(untagged.innocent(5), "C18-02", whole(), &why);
        }
        for class in Class::ALL {
            let share = self.in_time[class as usize];
            let why = told("open findings inside the limit", share);
            if share.below(95) {
                key.finding("pos/sum", "C10-05", whole().class(class.name()), &why);
            } else {
                key.none("near/sum", "C10-05", whole().class(class.name()), &why);
            }
        }
        if self.undated > 0 {
            let why = format!("{} open findings without a usable date", self.undated);
            key.finding("pos/sum", "C10-09", whole(), &why);
        } else {
            key.none("near/sum", "C10-09", whole(), "every open finding has a usable date");
        }
        let why = told("fixes of the last 30 days were late", self.late_fixes);
        if self.late_fixes.above(20) {
            key.finding("pos/sum", "C10-11", whole(), &why);
        } else {
            key.none(self.late_fixes.innocent(20), "C10-11", whole(), &why);
        }
    }
}

fn told(what: &str, share: Share) -> String {
    format!("{} of {} {what}", share.part, share.whole)
}
