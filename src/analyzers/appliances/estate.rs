//! The appliances together with the schedules and groups that rely on them.

use std::collections::{BTreeMap, BTreeSet};

use super::read::{Appliance, Schedule, appliance, schedules};
use crate::analyzers::scanning::Scanner;
use crate::analyzers::{AnalyzeError, Facts};
use crate::finding::{Known, Span};

/// Everything that control 6 looks at, but for hosts and addresses.
pub(super) struct Estate {
    pub appliances: Vec<Appliance>,
    pub schedules: Vec<Schedule>,
    pub groups: Vec<Group>,
}

/// An asset group and who serves it.
pub(super) struct Group {
    pub id: i64,
    pub title: String,
    pub ignored: bool,
    /// Whether anything is in it.
    pub holds: bool,
    pub hosts: u64,
    /// Ids; some may be of appliances that are not listed.
    pub appliances: BTreeSet<i64>,
    pub span: Span,
}

/// What relies on one appliance.
#[derive(Default)]
pub(super) struct Reliance<'a> {
    /// Active schedules that name it, or the scanners of a group that it serves.
    pub schedules: Vec<&'a Schedule>,
    /// Any schedule names it, active or not.
    pub named: bool,
    /// A schedule names it of which it is not known whether it is active.
    pub doubtful: bool,
    /// Groups with something in them that it serves.
    pub groups: Vec<&'a Group>,
}

impl Reliance<'_> {
    pub(super) fn is_used(&self) -> Known<bool> {
        if !self.schedules.is_empty() || !self.groups.is_empty() {
            Known::Known(true)
        } else if self.doubtful {
            Known::Unknown("whether a schedule that names it is active was not said".to_owned())
        } else {
            Known::Known(false)
        }
    }
}

impl Estate {
    pub(super) fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        let mut statement = facts.model.prepare(sql!("controls/06_appliances/appliances"))?;
        let mut rows = statement.query([])?;
        let mut appliances = Vec::new();
        while let Some(row) = rows.next()? {
            appliances.push(appliance(facts, row)?);
        }
        Ok(Self { appliances, schedules: schedules(facts)?, groups: groups(facts)? })
    }

    pub(super) fn reliance(&self, appliance: &Appliance) -> Reliance<'_> {
        let groups: Vec<&Group> = self
            .groups
            .iter()
            .filter(|group| group.holds && group.appliances.contains(&appliance.id))
            .collect();
        let served: BTreeSet<i64> = groups.iter().map(|group| group.id).collect();
        let mut reliance = Reliance { groups, ..Reliance::default() };
        for schedule in &self.schedules {
            let relies = match &schedule.scanner {
                Scanner::Named(names) => {
                    let is_named =
                        names.iter().any(|name| name.eq_ignore_ascii_case(appliance.name.trim()));
                    reliance.named |= is_named;
                    is_named
                }
                Scanner::OfGroups => schedule.groups.iter().any(|id| served.contains(id)),
                Scanner::Unsaid | Scanner::External | Scanner::Default | Scanner::Pool => false,
            };
            match schedule.is_on {
                Some(true) if relies => reliance.schedules.push(schedule),
                None if relies => reliance.doubtful = true,
                _ => {}
            }
        }
        reliance
    }
}

fn groups(facts: &Facts<'_>) -> Result<Vec<Group>, AnalyzeError> {
    let mut statement = facts.model.prepare(sql!("controls/06_appliances/groups"))?;
    let mut rows = statement.query([])?;
    let mut groups: BTreeMap<i64, Group> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let id = row.get("id")?;
        let group = match groups.entry(id) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(vacant) => vacant.insert(Group {
                id,
                title: row.get("title")?,
                ignored: row.get("ignored")?,
                holds: row.get::<_, Option<bool>>("holds")?.unwrap_or_default(),
                hosts: row.get("hosts")?,
                appliances: BTreeSet::new(),
                span: Span::record(
                    row.get("response")?,
                    row.get("offset")?,
                    row.get("length")?,
                    id,
                ),
            }),
        };
        group.appliances.extend(row.get::<_, Option<i64>>("appliance_id")?);
    }
    Ok(groups.into_values().collect())
}
