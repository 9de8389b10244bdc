//! The numbers of control 5: connectors by provider and state, their freshness, accounts, assets.

use std::collections::{BTreeMap, BTreeSet};

use super::accounts::Declared;
use super::connectors::{is_broken, is_stale};
use super::read::{Account, Connector, Sync, evaluated};
use crate::analyzers::measure::{percentile, word};
use crate::analyzers::{AnalyzeError, Facts, Reach, Verdicts};
use crate::finding::{Known, Metric};

const HOUR: i64 = 3600;

pub(super) fn measure(
    facts: &Facts<'_>,
    connectors: &[Connector],
    declared: &BTreeMap<Account, Declared>,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let enabled: Vec<&Connector> = connectors.iter().filter(|one| one.is_enabled()).collect();
    let works = |one: &&&Connector| {
        is_broken(one) == Known::Known(false) && is_stale(facts, one) == Some(Known::Known(false))
    };
    verdicts.metric(Metric::ratio(
        "connectors_working",
        "Enabled connectors without an error that synchronised in time",
        enabled.iter().filter(works).count() as u64,
        enabled.len() as u64,
    ));
    let disabled = connectors.iter().filter(|one| one.is_disabled()).count() as u64;
    for (id, label, count) in [
        ("connectors", "Connectors", connectors.len() as u64),
        ("connectors_disabled", "Connectors that are disabled", disabled),
    ] {
        verdicts.metric(Metric::count(id, label, count));
    }
    let mut ages: BTreeMap<i64, u64> = BTreeMap::new();
    for one in &enabled {
        if let Sync::Ago(age) = one.sync {
            *ages.entry(age / HOUR).or_default() += 1;
        }
    }
    for (id, label, rank) in [
        ("sync_age_p50", "Hours since the last synchronisation, median", 50),
        ("sync_age_max", "Hours since the last synchronisation, greatest", 100),
    ] {
        let value = percentile(&ages, rank).map(Into::into);
        let limit = facts.profile.c05.max_sync_age_hours;
        verdicts.metric(Metric::measured(id, label, value, "hours").against(limit));
    }
    let polled: BTreeSet<&Account> =
        enabled.iter().filter_map(|one| one.account.as_ref()).collect();
    let expected: Vec<&Account> =
        declared.iter().filter(|(_, one)| one.monitored).map(|(account, _)| account).collect();
    verdicts.metric(Metric::ratio(
        "accounts_covered",
        "Declared accounts with an enabled connector",
        expected.iter().filter(|account| polled.contains(*account)).count() as u64,
        expected.len() as u64,
    ));
    let seen: BTreeSet<Account> = evaluated(facts)?.into_iter().collect();
    let asked: Vec<&&Account> = polled
        .iter()
        .filter(|one| facts.reach(&format!("cloud/{}-evaluations", one.provider)) == Reach::Whole)
        .collect();
    verdicts.metric(Metric::ratio(
        "accounts_evaluated",
        "Polled accounts of which CloudView evaluated a control",
        asked.iter().filter(|account| seen.contains(**account)).count() as u64,
        asked.len() as u64,
    ));
    let mut parts: BTreeMap<(String, String), u64> = BTreeMap::new();
    for one in connectors {
        let id = format!("connectors_{}", one.provider);
        *parts.entry((id, format!("Connectors of {}", one.provider))).or_default() += 1;
        for state in one.states.iter().map(|state| state.trim()).collect::<BTreeSet<_>>() {
            let id = format!("connectors_state_{}", word(state));
            *parts.entry((id, format!("Connectors in the state {state}"))).or_default() += 1;
        }
    }
    for ((id, label), count) in parts {
        verdicts.metric(Metric::count(id, &label, count));
    }
    for one in connectors {
        if let Some(count) = one.total_assets {
            let id = format!("assets_{}_{}", one.provider, word(&one.id));
            let label = format!("Assets of connector {} ({}/{})", one.name, one.provider, one.id);
            verdicts.metric(Metric::count(id, &label, count));
        }
    }
    Ok(())
}
