//! Reads policies and the hosts under them out of the evidence model.

use rusqlite::{Row, named_params};

use super::WINDOW;
use crate::analyzers::rows::{collect, count, record};
use crate::analyzers::{AnalyzeError, Facts};
use crate::finding::{Known, Resource, Span};

/// One policy.
pub(super) struct Policy {
    pub row: i64,
    pub id: i64,
    pub title: String,
    pub status: Option<String>,
    /// `None`: not said, or in no known word.
    pub is_active: Option<bool>,
    /// Since its last evaluation, seconds; `None`: there was none.
    pub evaluated: Option<Known<i64>>,
    pub evaluated_at: Option<i64>,
    pub takes_agents: bool,
    pub is_hidden: bool,
    pub groups: u64,
    pub tags: u64,
    /// Of the hosts that readable groups and tags put under it.
    pub hosts: u64,
    pub scanned: u64,
    pub undated: u64,
    /// Whose operating system is not known.
    pub unnamed: u64,
    /// Whose operating system it is for.
    pub served: u64,
    /// That may be gone: all, those with a scan that counts, those without, those it is for.
    pub doubtful: u64,
    pub doubtful_scanned: u64,
    pub doubtful_unscanned: u64,
    pub doubtful_served: u64,
    pub families: String,
    pub controls: u64,
    pub live: u64,
    pub unsaid: u64,
    pub technologies: u64,
    /// Technologies that are operating systems.
    pub systems: u64,
    pub technology_names: String,
    pub span: Span,
}

impl Policy {
    pub(super) fn resource(&self) -> Resource {
        Resource::new("policy", self.id).named(&self.title)
    }

    /// Hidden groups and agents count as an assignment.
    pub(super) const fn is_assigned(&self) -> bool {
        self.groups > 0 || self.tags > 0 || self.takes_agents || self.is_hidden
    }
}

pub(super) const MAYBE_GONE: &str =
    "whether the instance of a host is terminated was not read (am/host-assets)";

/// All policies, and what is not shown of how they are assigned.
pub(super) struct Estate {
    pub policies: Vec<Policy>,
    /// Whether answers show the tags of hosts.
    pub tags_shown: bool,
    /// Whether there are hosts or groups that could be under a policy.
    pub holds_hosts: bool,
}

impl Estate {
    pub(super) fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        let parameters = named_params! { ":window": WINDOW };
        let policies =
            collect(facts, sql!("controls/09_policy_assignment/policies"), parameters, |row| {
                policy(facts, row)
            })?;
        let exists = |sql: &str| facts.model.query_row(sql, [], |row| row.get::<_, bool>(0));
        let tags_shown = facts.asked("vm/hosts", "show_tags")?.as_deref() == Some("1")
            || exists("SELECT EXISTS (SELECT 1 FROM host_tag)")?;
        let holds_hosts =
            exists("SELECT EXISTS (SELECT 1 FROM host) OR EXISTS (SELECT 1 FROM asset_group)")?;
        Ok(Self { policies, tags_shown, holds_hosts })
    }

    /// Policies that are active or may be.
    pub(super) fn open(&self) -> impl Iterator<Item = &Policy> {
        self.policies.iter().filter(|policy| policy.is_active != Some(false))
    }

    /// Why not all hosts under a policy are known, where that is so.
    pub(super) fn unseen(&self, policy: &Policy) -> Option<&'static str> {
        if policy.is_hidden {
            Some("a policy is assigned to groups that this login may not see")
        } else if policy.tags > 0 && !self.tags_shown {
            Some("the tags of hosts are not shown: the host list gives them with show_tags=1")
        } else if policy.takes_agents {
            Some("a policy includes the addresses of agents, which no answer lists")
        } else {
            None
        }
    }
}

fn policy(facts: &Facts<'_>, row: &Row<'_>) -> rusqlite::Result<Policy> {
    let id = row.get("id")?;
    let received = row.get::<_, Option<i64>>("received")?.unwrap_or(facts.as_of);
    let evaluated_at: Option<i64> = row.get("evaluated")?;
    Ok(Policy {
        row: row.get("row")?,
        id,
        title: row.get("title")?,
        status: row.get("status")?,
        is_active: row.get("active")?,
        evaluated: evaluated_at.map(|time| facts.age(time, received)),
        evaluated_at,
        takes_agents: row.get("agent_ips")?,
        is_hidden: row.get("hidden")?,
        groups: count(row, "groups")?,
        tags: count(row, "tags")?,
        hosts: count(row, "hosts")?,
        scanned: count(row, "scanned")?,
        undated: count(row, "undated")?,
        unnamed: count(row, "unnamed")?,
        served: count(row, "served")?,
        doubtful: count(row, "doubtful")?,
        doubtful_scanned: count(row, "doubtful_scanned")?,
        doubtful_unscanned: count(row, "doubtful_unscanned")?,
        doubtful_served: count(row, "doubtful_served")?,
        families: row.get("families")?,
        controls: count(row, "controls")?,
        live: count(row, "live")?,
        unsaid: count(row, "unsaid")?,
        technologies: count(row, "technologies")?,
        systems: count(row, "systems")?,
        technology_names: row.get("technology_names")?,
        span: record(row, id)?,
    })
}
