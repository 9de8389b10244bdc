//! Who looks at which addresses: each recurring schedule, from outside or from inside.

use crate::address::Set;
use crate::analyzers::scanning::{Activity, Estate, Schedule, Targets};

/// From where a schedule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    Outside,
    Inside,
    /// Its scanner was not said, or is whatever the default of its groups is.
    Unknown,
}

/// A recurring schedule that is on or may be.
pub(super) struct Looking<'a> {
    pub schedule: &'a Schedule,
    pub view: View,
    pub interval_days: i64,
    /// Everything that it is known to reach.
    pub reached: Set,
    /// Why a part of its target is not known.
    pub unknown: Option<&'static str>,
}

impl Looking<'_> {
    pub(super) fn is_on(&self) -> bool {
        self.schedule.state == Activity::On
    }

    /// Whether it surely looks from there.
    pub(super) fn surely(&self, view: View) -> bool {
        self.is_on() && self.view == view
    }

    /// What it may reach: all of its network where a part of its target is not known.
    pub(super) fn possible(&self, all: &Set) -> Set {
        match self.unknown {
            Some(_) => all.within(self.schedule.network),
            None => self.reached.clone(),
        }
    }

    /// What keeps it from being sure.
    pub(super) fn doubt(&self) -> String {
        match (self.unknown, self.view) {
            _ if !self.is_on() => {
                "whether a schedule that would reach them is on was not said".to_owned()
            }
            (_, View::Unknown) => "which scanner a schedule uses was not said".to_owned(),
            (Some(reason), _) => format!("{reason} (vm/hosts, am/tags)"),
            (None, _) => "a schedule's target is not known".to_owned(),
        }
    }
}

/// The recurring schedules that are on or may be.
pub(super) fn looking(estate: &Estate) -> Vec<Looking<'_>> {
    let mut targets = Targets::new(estate);
    let may_run = |one: &&Schedule| matches!(one.state, Activity::On | Activity::Unknown);
    let mut looking = Vec::new();
    for schedule in estate.schedules.iter().filter(may_run) {
        let Some(interval_days) = schedule.interval_days else { continue };
        let target = targets.of(schedule);
        let hosts = target.hosts.iter().filter_map(|id| estate.hosts.get(id));
        let of_hosts: Set = hosts.flat_map(|host| host.addresses.runs()).copied().collect();
        let removed = schedule.excluded.union(&estate.excluded);
        let of_hosts = of_hosts.within(schedule.network).difference(&removed);
        looking.push(Looking {
            schedule,
            view: match schedule.scanner.is_external() {
                Some(true) => View::Outside,
                Some(false) => View::Inside,
                None => View::Unknown,
            },
            interval_days,
            reached: target.addresses.union(&of_hosts),
            unknown: target.unknown,
        });
    }
    looking
}
