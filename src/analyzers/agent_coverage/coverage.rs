//! Judges the share of hosts with a live agent, in all and by asset group.

use std::collections::BTreeMap;

use rusqlite::named_params;

use super::{Limits, Totals};
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::{Held, at_least, limit, percent, plural};
use crate::analyzers::rows::{collect, count, record};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Resource, Severity, Span};
use crate::profile::Ratio;

/// Below this share a subscription's finding is high (`controls.md`, control 7).
const HALF: Ratio = Ratio::millionths(500_000);

/// The word of `require_modules` for agents.
const MODULE: &str = "CA";

/// Hosts that take an agent below which a group is not judged (the same).
const LEAST_GROUP: u64 = 5;

const UNSURE: &str = "whether enough of its hosts have a live agent is not known";

/// Hosts of one kind.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Share {
    pub hosts: u64,
    pub live: u64,
    pub unsure: u64,
}

impl Share {
    fn add(&mut self, other: Self) {
        self.hosts += other.hosts;
        self.live += other.live;
        self.unsure += other.unsure;
    }
}

/// All hosts by kind.
#[derive(Debug, Default)]
pub(super) struct Kinds {
    pub eligible: Share,
    pub by_family: BTreeMap<String, Share>,
    pub by_network: BTreeMap<i64, Share>,
    pub by_provider: BTreeMap<String, Share>,
    pub ineligible: u64,
    pub unknown_family: u64,
    pub short_lived: u64,
    pub gone: u64,
}

impl Kinds {
    pub(super) fn read(facts: &Facts<'_>, limits: &Limits) -> Result<Self, AnalyzeError> {
        let parameters =
            named_params! { ":families": limits.families, ":ephemeral": limits.ephemeral };
        let mut kinds = Self::default();
        for row in collect(facts, sql!("controls/07_agent_coverage/hosts"), parameters, |row| {
            let share = Share {
                hosts: count(row, "hosts")?,
                live: count(row, "live")?,
                unsure: count(row, "unsure")?,
            };
            Ok(Kind {
                family: row.get("os_family")?,
                network: row.get("network_id")?,
                provider: row.get("cloud_provider")?,
                gone: row.get("gone")?,
                short_lived: row.get("short_lived")?,
                eligible: row.get("eligible")?,
                share,
            })
        })? {
            kinds.add(row);
        }
        Ok(kinds)
    }

    fn add(&mut self, kind: Kind) {
        let hosts = kind.share.hosts;
        match kind {
            Kind { gone: true, .. } => self.gone += hosts,
            Kind { eligible: None, .. } => self.unknown_family += hosts,
            Kind { eligible: Some(false), .. } => self.ineligible += hosts,
            Kind { short_lived: true, .. } => self.short_lived += hosts,
            Kind { family, network, provider, share, .. } => {
                self.eligible.add(share);
                self.by_family.entry(family.unwrap_or_default()).or_default().add(share);
                self.by_network.entry(network).or_default().add(share);
                if let Some(provider) = provider {
                    self.by_provider.entry(provider.to_lowercase()).or_default().add(share);
                }
            }
        }
    }
}

struct Kind {
    family: Option<String>,
    network: i64,
    provider: Option<String>,
    gone: bool,
    short_lived: bool,
    eligible: Option<bool>,
    share: Share,
}

/// C07-01: the subscription.
pub(super) fn judge_subscription(
    facts: &Facts<'_>,
    limits: &Limits,
    kinds: &Kinds,
    totals: &Totals,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C07-01";
    let least = facts.profile.c07.min_coverage;
    let share = kinds.eligible;
    let is_required = facts.profile.require_modules.iter().any(|word| word == MODULE);
    if is_required && totals.agents + totals.gone == 0 {
        verdicts.subjects(CHECK, 1);
        let message = format!("The profile requires module {MODULE}, and no agent is known");
        let violation = Violation::new(CHECK, Resource::subscription(), message);
        verdicts.violation(
            shared(violation, share, least)
                .severity(Severity::High)
                .fact("module", MODULE)
                .evidence(facts.bodies("am/host-assets")?.into_iter().take(SPANS)),
        );
        return Ok(());
    }
    let Some(held) = at_least(least, share.live, share.unsure, share.hosts) else { return Ok(()) };
    verdicts.subjects(CHECK, 1);
    match held {
        Held::Inside => {}
        Held::Unknown => verdicts.unknown(CHECK, 1, UNSURE),
        Held::Outside => {
            // Below the half even if every unknown host had an agent.
            let is_high = HALF.is_missed_by(share.live + share.unsure, share.hosts);
            let message = format!(
                "{} of {} have a live agent; the limit is {}",
                percent(share.live, share.hosts),
                plural(share.hosts, "eligible host", "eligible hosts"),
                limit(least)
            );
            let parameters = named_params! {
                ":families": limits.families, ":ephemeral": limits.ephemeral, ":spans": SPANS,
            };
            let uncovered =
                collect(facts, sql!("controls/07_agent_coverage/uncovered"), parameters, |row| {
                    record(row, row.get("id")?)
                })?;
            verdicts.violation(
                shared(Violation::new(CHECK, Resource::subscription(), message), share, least)
                    .severity(if is_high { Severity::High } else { Severity::Medium })
                    .fact("ineligible_hosts", kinds.ineligible)
                    .fact("hosts_of_unknown_family", kinds.unknown_family)
                    .evidence(uncovered),
            );
        }
    }
    Ok(())
}

/// C07-02: the groups.
pub(super) fn judge_groups(
    facts: &Facts<'_>,
    limits: &Limits,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C07-02";
    let least = facts.profile.c07.group_min_coverage;
    let mut spans: BTreeMap<i64, Vec<Span>> = BTreeMap::new();
    let parameters = named_params! {
        ":families": limits.families, ":ephemeral": limits.ephemeral, ":spans": SPANS,
    };
    for (group, span) in
        collect(facts, sql!("controls/07_agent_coverage/group_spans"), parameters, |row| {
            Ok((row.get("group_row")?, record(row, row.get("id")?)?))
        })?
    {
        spans.entry(group).or_default().push(span);
    }
    let parameters = named_params! { ":families": limits.families, ":ephemeral": limits.ephemeral };
    for (id, key, title, own, share) in
        collect(facts, sql!("controls/07_agent_coverage/groups"), parameters, |row| {
            let id: i64 = row.get("id")?;
            let share = Share {
                hosts: count(row, "hosts")?,
                live: count(row, "live")?,
                unsure: count(row, "unsure")?,
            };
            let (key, title): (i64, String) = (row.get("group_row")?, row.get("title")?);
            Ok((id, key, title, record(row, id)?, share))
        })?
    {
        if share.hosts < LEAST_GROUP {
            continue;
        }
        verdicts.subjects(CHECK, 1);
        match at_least(least, share.live, share.unsure, share.hosts) {
            None | Some(Held::Inside) => {}
            Some(Held::Unknown) => verdicts.unknown(CHECK, 1, UNSURE),
            Some(Held::Outside) => {
                let message = format!(
                    "Asset group \"{title}\": {} of {} have a live agent; the limit is {}",
                    percent(share.live, share.hosts),
                    plural(share.hosts, "eligible host", "eligible hosts"),
                    limit(least)
                );
                let resource = Resource::new("asset_group", id).named(title);
                verdicts.violation(
                    shared(Violation::new(CHECK, resource, message), share, least)
                        .evidence([own])
                        .evidence(spans.remove(&key).unwrap_or_default()),
                );
            }
        }
    }
    Ok(())
}

fn shared(violation: Violation, share: Share, least: Ratio) -> Violation {
    violation
        .fact("eligible_hosts", share.hosts)
        .fact("live_agents", share.live)
        .fact("unknown_hosts", share.unsure)
        .fact("limit", least.as_f64())
}
