//! Judges what the business says of its assets: criticality of hosts, impact of groups.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::named_params;

use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::{limit, percent, plural};
use crate::analyzers::rows::{collect, count, record};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Resource, Span};

/// Groups below which their business impact is not judged (`controls.md`, control 17).
const LEAST_GROUPS: usize = 5;

/// Hosts by criticality score; `None` where it is not given.
pub(super) type Hosts = BTreeMap<Option<i64>, u64>;

pub(super) fn read(facts: &Facts<'_>) -> Result<Hosts, AnalyzeError> {
    let rows = collect(facts, sql!("controls/17_prioritization/criticality"), [], |row| {
        Ok((row.get("criticality")?, count(row, "hosts")?))
    })?;
    Ok(rows.into_iter().collect())
}

/// C17-05: a score that all hosts share ranks nothing.
pub(super) fn judge_hosts(
    facts: &Facts<'_>,
    hosts: &Hosts,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C17-05";
    let limits = &facts.profile.c17;
    let all: u64 = hosts.values().sum();
    let unknown = hosts.get(&None).copied().unwrap_or(0);
    let default = hosts.get(&Some(limits.default_acs)).copied().unwrap_or(0);
    let reaches = |met| limits.max_default_share.compare(met, all).is_some_and(Ordering::is_ge);
    if all == 0 {
        return Ok(());
    }
    verdicts.subjects(CHECK, 1);
    if reaches(default) {
        let message = format!(
            "{} of {} have the default criticality {}; from {} on it ranks nothing",
            percent(default, all),
            plural(all, "host", "hosts"),
            limits.default_acs,
            limit(limits.max_default_share)
        );
        let parameters = named_params! { ":score": limits.default_acs, ":spans": SPANS };
        verdicts.violation(
            Violation::new(CHECK, Resource::subscription(), message)
                .fact("default_hosts", default)
                .fact("hosts", all)
                .fact("unknown_hosts", unknown)
                .fact("default_criticality", limits.default_acs)
                .fact("limit", limits.max_default_share.as_f64())
                .evidence(collect(
                    facts,
                    sql!("controls/17_prioritization/default_hosts"),
                    parameters,
                    |row| record(row, row.get("id")?),
                )?),
        );
    } else if reaches(default + unknown) {
        let asked = facts.asked("vm/hosts", "show_trurisk")?.as_deref() == Some("1");
        let reason = if asked {
            "the criticality of too many hosts is not given"
        } else {
            "the host list was read without show_trurisk, and the portal gives the criticality of \
             too few hosts"
        };
        verdicts.unknown(CHECK, 1, reason);
    }
    Ok(())
}

/// C17-06: an impact that all groups share ranks nothing.
pub(super) fn judge_groups(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C17-06";
    let groups: Vec<(Option<String>, Span)> =
        collect(facts, sql!("controls/17_prioritization/impacts"), [], |row| {
            Ok((row.get("business_impact")?, record(row, row.get("id")?)?))
        })?;
    if groups.len() < LEAST_GROUPS {
        return Ok(());
    }
    verdicts.subjects(CHECK, 1);
    let given: BTreeSet<String> = groups
        .iter()
        .filter_map(|(impact, _)| impact.as_ref())
        .map(|impact| impact.to_lowercase())
        .collect();
    if given.len() > 1 {
        return Ok(());
    }
    let first = groups.iter().find_map(|(impact, _)| impact.clone());
    match first {
        Some(impact) if groups.iter().all(|(impact, _)| impact.is_some()) => {
            let count = groups.len();
            let message = format!("All {count} asset groups have business impact {impact}");
            verdicts.violation(
                Violation::new(CHECK, Resource::subscription(), message)
                    .fact("groups", count)
                    .fact("business_impact", impact)
                    .evidence(groups.into_iter().take(SPANS).map(|(_, span)| span)),
            );
        }
        _ => verdicts.unknown(CHECK, 1, "the business impact of asset groups is not given"),
    }
    Ok(())
}
