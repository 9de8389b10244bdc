//! The numbers of control 7: coverage and its parts, check-ins, versions.

use std::collections::BTreeMap;

use rusqlite::named_params;

use super::Totals;
use super::coverage::{Kinds, Share};
use super::versions::Version;
use crate::analyzers::binding::DAY;
use crate::analyzers::measure::{percentile, word};
use crate::analyzers::rows::{collect, count};
use crate::analyzers::{AnalyzeError, Facts, Verdicts};
use crate::finding::Metric;

pub(super) fn measure(
    facts: &Facts<'_>,
    kinds: &Kinds,
    totals: &Totals,
    versions: &[Version],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let least = facts.profile.c07.min_coverage.number();
    let ratio = |id: String, label: &str, share: Share| {
        Metric::ratio(id, label, share.live, share.hosts).against(least.clone())
    };
    let label =
        "Hosts with a live agent, of those that take one; unknown ones do not count as such";
    verdicts.metric(ratio("agent_coverage".to_owned(), label, kinds.eligible));
    for (id, label, count) in [
        ("hosts_eligible", "Hosts that take an agent", kinds.eligible.hosts),
        (
            "hosts_unsure",
            "Hosts of which it is not known whether their agent lives",
            kinds.eligible.unsure,
        ),
        ("hosts_ineligible", "Hosts of a family that takes no agent", kinds.ineligible),
        (
            "hosts_unknown_family",
            "Hosts whose operating system is not recognised",
            kinds.unknown_family,
        ),
        ("hosts_ephemeral", "Cloud hosts that lived too short to count", kinds.short_lived),
        ("hosts_gone", "Hosts that are terminated or decommissioned", kinds.gone),
        (
            "assets_outside_host_list",
            "Assets of the portal without agent that no host list holds",
            totals.assets_elsewhere,
        ),
        ("agents", "Agents on hosts that are not gone", totals.agents),
        ("agents_outside_host_list", "Agents on hosts that no host list holds", totals.elsewhere),
        ("agents_gone", "Agents of hosts that are gone", totals.gone),
    ] {
        verdicts.metric(Metric::count(id, label, count));
    }
    let ages: BTreeMap<i64, u64> = collect(
        facts,
        sql!("controls/07_agent_coverage/ages"),
        named_params! { ":day": DAY },
        |row| Ok((row.get("days")?, count(row, "agents")?)),
    )?
    .into_iter()
    .collect();
    for (id, label, percent) in [
        ("checkin_age_p50", "Age of the last check-in of agents, median", 50),
        ("checkin_age_p95", "Age of the last check-in of agents, 95th percentile", 95),
    ] {
        let value = percentile(&ages, percent).map(Into::into);
        verdicts.metric(Metric::measured(id, label, value, "days"));
    }
    for version in versions {
        if let (Some(platform), Some(text)) = (&version.platform, &version.text) {
            let id = format!("agents_{}_{}", word(platform), word(text));
            let label = format!("Agents of platform {platform} and version {text}");
            verdicts.metric(Metric::count(id, &label, version.agents));
        }
    }
    for (family, share) in &kinds.by_family {
        let label = format!("agent_coverage of {family} hosts");
        verdicts.metric(ratio(format!("agent_coverage_os_{family}"), &label, *share));
    }
    for (network, share) in &kinds.by_network {
        let label = format!("agent_coverage of hosts in network {network}");
        verdicts.metric(ratio(format!("agent_coverage_network_{network}"), &label, *share));
    }
    for (provider, share) in &kinds.by_provider {
        let id = format!("agent_coverage_cloud_{}", word(provider));
        let label = format!("agent_coverage of {provider} hosts");
        verdicts.metric(ratio(id, &label, *share));
    }
    Ok(())
}
