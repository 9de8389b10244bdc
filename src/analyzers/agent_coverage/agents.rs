//! Judges the agents themselves: silent, switched off, not assessing, twins, left over.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Row, named_params};

use super::{Limits, Totals};
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::{days, plural};
use crate::analyzers::rows::{collect, count, each, part, record};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Resource, Span};

/// C07-03: agents that stopped checking in, by the groups of their hosts. Agents in no group stand
/// under the subscription, or nobody would see them.
pub(super) fn judge_silent(
    facts: &Facts<'_>,
    limits: &Limits,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C07-03";
    let limit = facts.profile.c07.stale_checkin_days;
    let mut spans: BTreeMap<Option<i64>, Vec<(String, Span)>> = BTreeMap::new();
    let parameters = named_params! { ":silence": limits.silence, ":spans": SPANS };
    for (group, agent) in
        collect(facts, sql!("controls/07_agent_coverage/silent_spans"), parameters, |row| {
            Ok((row.get("group_id")?, (row.get("agent_id")?, part(row)?)))
        })?
    {
        spans.entry(group).or_default().push(agent);
    }
    let parameters = named_params! { ":silence": limits.silence };
    for group in collect(facts, sql!("controls/07_agent_coverage/silent"), parameters, Group::read)?
    {
        verdicts.subjects(CHECK, 1);
        if group.silent == 0 {
            let reason = "when agents of the group last checked in is not known";
            verdicts.unknown(CHECK, u64::from(group.unknown > 0), reason);
            continue;
        }
        let place = match (&group.place, group.id) {
            (Some((title, _)), Some(_)) => format!("asset group \"{title}\""),
            _ => "no asset group".to_owned(),
        };
        let message = format!(
            "In {place}: {} silent for more than {limit} days, the longest for {}",
            plural(group.silent, "agent is", "agents are"),
            days(group.oldest.unwrap_or(0))
        );
        let (ids, evidence): (Vec<_>, Vec<_>) =
            spans.remove(&group.id).unwrap_or_default().into_iter().unzip();
        let (resource, own) = match (group.id, group.place) {
            (Some(id), Some((title, own))) => {
                (Resource::new("asset_group", id).named(title), Some(own))
            }
            _ => (Resource::subscription(), None),
        };
        verdicts.violation(
            Violation::new(CHECK, resource, message)
                .fact("silent", group.silent)
                .fact("agents", group.agents)
                .fact("unknown", group.unknown)
                .fact("longest_silent", ids)
                .fact("oldest_checkin_age_seconds", group.oldest)
                .fact("limit_days", limit)
                .evidence(own)
                .evidence(evidence),
        );
    }
    Ok(())
}

struct Group {
    id: Option<i64>,
    place: Option<(String, Span)>,
    agents: u64,
    silent: u64,
    unknown: u64,
    oldest: Option<i64>,
}

impl Group {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let id: Option<i64> = row.get("id")?;
        let title: Option<String> = row.get("title")?;
        let place = match (id, title) {
            (Some(id), Some(title)) => Some((title, record(row, id)?)),
            _ => None,
        };
        Ok(Self {
            id,
            place,
            agents: count(row, "agents")?,
            silent: count(row, "silent")?,
            unknown: count(row, "unknown")?,
            oldest: row.get("oldest")?,
        })
    }
}

struct Agent {
    id: String,
    name: Option<String>,
    host: Option<i64>,
    active: Option<bool>,
    vm: Option<bool>,
    licensed: Option<bool>,
    gone: bool,
    checked_age: Option<i64>,
    scan_age: Option<i64>,
    lags: Option<bool>,
    span: Span,
}

impl Agent {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("agent_id")?,
            name: row.get("name")?,
            host: row.get("host_id")?,
            active: row.get("active")?,
            vm: row.get("vm")?,
            licensed: row.get("licensed")?,
            gone: row.get("gone")?,
            checked_age: row.get("checked_age")?,
            scan_age: row.get("scan_age")?,
            lags: row.get("lags")?,
            span: part(row)?,
        })
    }

    fn called(&self) -> String {
        let id = &self.id;
        self.name
            .as_ref()
            .map_or_else(|| format!("Agent {id}"), |name| format!("Agent {id} ({name})"))
    }

    fn violation(&self, check: &'static str, message: String) -> Violation {
        let resource = Resource::new("agent", &self.id);
        let resource = match &self.name {
            Some(name) => resource.named(name),
            None => resource,
        };
        Violation::new(check, resource, message)
            .parent(Resource::subscription())
            .fact("host_id", self.host)
            .evidence([self.span.clone()])
    }
}

/// C07-04, C07-06 and C07-08: each agent by itself.
pub(super) fn judge_single(
    facts: &Facts<'_>,
    limits: &Limits,
    totals: &Totals,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    verdicts.subjects("C07-04", totals.agents);
    verdicts.subjects("C07-06", totals.talking);
    verdicts.subjects("C07-08", totals.gone);
    let parameters = named_params! { ":lag": limits.lag };
    each(facts, sql!("controls/07_agent_coverage/agents"), parameters, |row| {
        let agent = Agent::read(row)?;
        if agent.gone {
            judge_left_over(&agent, verdicts);
        } else {
            judge_switched_off(&agent, verdicts);
            judge_lag(facts, limits, &agent, verdicts);
        }
        Ok(())
    })
}

fn judge_left_over(agent: &Agent, verdicts: &mut Verdicts) {
    const CHECK: &str = "C07-08";
    match agent.licensed {
        Some(false) => {}
        None => verdicts.unknown(CHECK, 1, "which modules the agent holds is not given"),
        Some(true) => {
            let message = format!("{} holds a licence, but its host is gone", agent.called());
            verdicts.violation(
                agent.violation(CHECK, message).fact("checkin_age_seconds", agent.checked_age),
            );
        }
    }
}

fn judge_switched_off(agent: &Agent, verdicts: &mut Verdicts) {
    const CHECK: &str = "C07-04";
    let what = match (agent.active, agent.vm) {
        (Some(false), Some(false)) => "is inactive and has no vulnerability module",
        (Some(false), _) => "is inactive",
        (_, Some(false)) => "has no vulnerability module",
        (Some(true), Some(true)) => return,
        _ => {
            verdicts.unknown(CHECK, 1, "the agent's status or modules are not given");
            return;
        }
    };
    verdicts.violation(agent.violation(CHECK, format!("{} {what}", agent.called())));
}

/// Only an agent that talks and has the module can be asked for what it assesses.
fn judge_lag(facts: &Facts<'_>, limits: &Limits, agent: &Agent, verdicts: &mut Verdicts) {
    const CHECK: &str = "C07-06";
    let is_off = agent.active == Some(false) || agent.vm == Some(false);
    if is_off || agent.checked_age.is_some_and(|age| age > limits.silence) {
        return;
    }
    let is_on = agent.active == Some(true) && agent.vm == Some(true) && agent.checked_age.is_some();
    match agent.lags {
        Some(true) if is_on => {
            let age = agent.scan_age.unwrap_or_default();
            let message = format!(
                "{} checks in, but its host was last assessed {} ago",
                agent.called(),
                days(age)
            );
            verdicts.violation(
                agent
                    .violation(CHECK, message)
                    .fact("scan_age_seconds", age)
                    .fact("checkin_age_seconds", agent.checked_age)
                    .fact("limit_days", facts.profile.c07.scan_lag_days),
            );
        }
        Some(false) => {}
        _ => verdicts.unknown(CHECK, 1, "when the agent's host was last assessed is not known"),
    }
}

/// C07-07: several agents that say to be one machine.
pub(super) fn judge_twins(
    facts: &Facts<'_>,
    totals: &Totals,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C07-07";
    verdicts.subjects(CHECK, totals.machines);
    let mut told = BTreeSet::new();
    for (name, instance, agents, host, members) in
        collect(facts, sql!("controls/07_agent_coverage/twins"), [], |row| {
            let (name, instance): (String, String) = (row.get("name")?, row.get("instance_id")?);
            let (host, members): (Option<i64>, String) = (row.get("host_id")?, row.get("members")?);
            Ok((name, instance, count(row, "agents")?, host, members))
        })?
    {
        let members: Vec<(String, i64, i64, i64)> = serde_json::from_str(&members)
            .map_err(|error| AnalyzeError::Fact(format!("agents of {name}: {error}")))?;
        let first = members.first().map(|member| member.0.clone()).unwrap_or_default();
        // A machine that no host list holds is named by its first agent.
        let resource = match host {
            Some(host) => Resource::new("host", host),
            None => Resource::new("agent", first),
        };
        // One host that two machines claim is one finding.
        if !told.insert(resource.id.clone()) {
            continue;
        }
        let ids: Vec<&str> = members.iter().map(|member| member.0.as_str()).take(SPANS).collect();
        let message =
            format!("{name} has {} on one cloud instance", plural(agents, "agent", "agents"));
        verdicts.violation(
            Violation::new(CHECK, resource.named(&name), message)
                .fact("agents", agents)
                .fact("agent_ids", ids)
                .fact("instance_id", instance)
                .evidence(
                    members.iter().take(SPANS).map(|(_, response, offset, length)| {
                        Span::part(*response, *offset, *length)
                    }),
                ),
        );
    }
    Ok(())
}
