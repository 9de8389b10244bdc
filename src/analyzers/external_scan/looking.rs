//! Who looks at which addresses: each recurring schedule, from outside or from inside.

use std::collections::BTreeMap;

use rusqlite::Row;

use crate::address::Set;
use crate::analyzers::rows::collect;
use crate::analyzers::scanning::{Activity, Estate, Schedule};
use crate::analyzers::scanning::{Target, titles};
use crate::analyzers::{AnalyzeError, Facts};

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
    pub profile: Option<String>,
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

/// Scanner and option profile of a schedule.
type Means = (View, Option<String>);

pub(super) fn read<'a>(
    facts: &Facts<'_>,
    estate: &'a Estate,
) -> Result<Vec<Looking<'a>>, AnalyzeError> {
    let read = |row: &Row<'_>| -> rusqlite::Result<(i64, Means)> {
        let scanner: Option<String> = row.get("scanner")?;
        Ok((row.get("row")?, (view(scanner.as_deref()), row.get("option_profile")?)))
    };
    let mut means: BTreeMap<i64, Means> =
        collect(facts, sql!("controls/14_external_scan/scanners"), [], read)?.into_iter().collect();
    let titled = titles(&estate.groups);
    let mut looking = Vec::new();
    for schedule in &estate.schedules {
        let Some(interval_days) = schedule.interval_days else { continue };
        if !matches!(schedule.state, Activity::On | Activity::Unknown) {
            continue;
        }
        let (view, profile) = means.remove(&schedule.row).unwrap_or((View::Unknown, None));
        let target = Target::of(schedule, estate, &titled);
        let hosts = target.hosts.iter().filter_map(|id| estate.hosts.get(id));
        let of_hosts: Set = hosts.flat_map(|host| host.addresses.runs()).copied().collect();
        let removed = schedule.excluded.union(&estate.excluded);
        let of_hosts = of_hosts.within(schedule.network).difference(&removed);
        looking.push(Looking {
            schedule,
            view,
            interval_days,
            profile,
            reached: target.addresses.union(&of_hosts),
            unknown: target.unknown,
        });
    }
    Ok(looking)
}

/// `External Scanner` in any letter case, white space collapsed, alone or in a list. `Default`
/// stands for the default scanners of the groups, which may be these.
fn view(scanner: Option<&str>) -> View {
    let names = scanner
        .unwrap_or_default()
        .split(',')
        .map(|name| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase());
    let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
    if names.iter().any(|name| name == "external scanner") {
        View::Outside
    } else if names.is_empty() || names.iter().any(|name| name == "default") {
        View::Unknown
    } else {
        View::Inside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_name_is_external() {
        for (text, expected) in [
            (None, View::Unknown),
            (Some(" "), View::Unknown),
            (Some("External Scanner"), View::Outside),
            (Some("external\n  scanner "), View::Outside),
            (Some("va-1, External Scanner"), View::Outside),
            (Some("External"), View::Inside),
            (Some("External Scanner East"), View::Inside),
            (Some("Default"), View::Unknown),
            (Some("All Scanners in Asset Group"), View::Inside),
        ] {
            assert_eq!(view(text), expected, "{text:?}");
        }
    }
}
