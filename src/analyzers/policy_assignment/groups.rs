//! Judges what must be under a policy: required policies, and the groups in compliance scope.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::named_params;

use super::read::{Estate, MAYBE_GONE};
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::plural;
use crate::analyzers::rows::{collect, count, record};
use crate::analyzers::{AnalyzeError, Decision, Facts, Reach, Verdicts, Violation};
use crate::finding::{Known, Resource, Span};

/// C09-03: each entry of `[[policy.required]]`.
pub(super) fn judge_required(
    facts: &Facts<'_>,
    estate: &Estate,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C09-03";
    let required = &facts.profile.policy.required;
    if required.is_empty() {
        verdicts.decide(CHECK, Decision::Off, "policy.required names no policy");
        return Ok(());
    }
    let families = families(facts)?;
    for one in required {
        let matching: Vec<_> =
            estate.policies.iter().filter(|policy| one.pattern.is_match(&policy.title)).collect();
        let is_met = |is_active| {
            matching.iter().any(|policy| policy.is_active == is_active && policy.is_assigned())
        };
        let family = one.applies_to_os.as_deref();
        let is_missing =
            match family.map_or(Known::Known(true), |family| runs(facts, &families, family)) {
                Known::Known(false) => continue,
                _ if is_met(Some(true)) => Known::Known(false),
                _ if is_met(None) => Known::Unknown(
                    "whether a policy that matches is active was not said".to_owned(),
                ),
                wanted => wanted,
            };
        let bodies = if is_missing == Known::Known(true) {
            facts.bodies("pc/policies")?
        } else {
            Vec::new()
        };
        verdicts.settle(CHECK, is_missing, || {
            let pattern = one.pattern.text();
            let titles: Vec<&str> = matching.iter().map(|policy| policy.title.as_str()).collect();
            Violation::new(
                CHECK,
                Resource::new("required_policy", pattern),
                format!("No active and assigned policy matches {pattern}"),
            )
            .fact("applies_to_os", family)
            .fact("inactive_or_unassigned", titles)
            .evidence(matching.iter().take(SPANS).map(|policy| policy.span.clone()))
            .evidence(bodies)
        });
    }
    Ok(())
}

/// Hosts by family of operating systems.
fn families(facts: &Facts<'_>) -> Result<BTreeMap<Option<String>, u64>, AnalyzeError> {
    let read = |row: &rusqlite::Row<'_>| Ok((row.get("os_family")?, count(row, "hosts")?));
    Ok(collect(facts, sql!("controls/09_policy_assignment/families"), [], read)?
        .into_iter()
        .collect())
}

/// Whether there are hosts of the family, so that a policy for it is asked for. Hosts that were
/// not read may be of any.
fn runs(facts: &Facts<'_>, families: &BTreeMap<Option<String>, u64>, family: &str) -> Known<bool> {
    if facts.reach("vm/hosts") != Reach::Whole || families.contains_key(&Some(family.to_owned())) {
        Known::Known(true)
    } else if families.contains_key(&None) {
        Known::Unknown(format!("no host is known to run {family}, and some are not known"))
    } else {
        Known::Known(false)
    }
}

/// How many of the groups in scope are covered by an active policy.
#[derive(Clone, Copy, Default)]
pub(super) struct Covered {
    pub groups: u64,
    pub covered: u64,
}

struct Group {
    id: i64,
    title: String,
    /// Hosts that count for it; of them, those under no policy, those under one that may be
    /// active, and those under none that surely have no agent.
    hosts: u64,
    bare: u64,
    unsure: u64,
    agentless: u64,
    /// Those that are surely not gone, and of them those under an active policy.
    there: u64,
    covered: u64,
    /// Whether an active policy names it; `Unknown` of one that may be active.
    named: Known<bool>,
    span: Span,
}

/// C09-04: each group in compliance scope.
pub(super) fn judge_groups(
    facts: &Facts<'_>,
    estate: &Estate,
    verdicts: &mut Verdicts,
) -> Result<Covered, AnalyzeError> {
    const CHECK: &str = "C09-04";
    let titles = &facts.profile.scope.pc_groups;
    let declared = !titles.is_empty();
    let list = serde_json::Value::from(titles.as_slice()).to_string();
    let parameters = named_params! { ":declared": declared, ":titles": list };
    let groups = collect(facts, sql!("controls/09_policy_assignment/groups"), parameters, |row| {
        let id = row.get("id")?;
        Ok(Group {
            id,
            title: row.get("title")?,
            hosts: count(row, "hosts")?,
            bare: count(row, "bare")?,
            unsure: count(row, "unsure")?,
            agentless: count(row, "agentless")?,
            there: count(row, "there")?,
            covered: count(row, "covered")?,
            named: match row.get::<_, Option<i64>>("named")? {
                Some(1) => Known::Known(true),
                Some(_) => Known::Unknown("whether its policy is active was not said".to_owned()),
                None => Known::Known(false),
            },
            span: record(row, id)?,
        })
    })?;
    let there: BTreeSet<&str> = groups.iter().map(|group| group.title.as_str()).collect();
    for title in titles.iter().filter(|title| !there.contains(title.as_str())) {
        verdicts.subjects(CHECK, 1);
        verdicts.unknown(
            CHECK,
            1,
            format!("scope.pc_groups names \"{title}\", which no group is called"),
        );
    }
    let mut covered = Covered { groups: groups.len() as u64, covered: 0 };
    for group in &groups {
        let is_bare = group.is_bare(estate, declared);
        covered.covered += u64::from(is_bare == Known::Known(false));
        let spans = if is_bare == Known::Known(true) {
            let parameters =
                named_params! { ":group": group.id, ":declared": declared, ":spans": SPANS };
            let read = |row: &rusqlite::Row<'_>| record(row, row.get("id")?);
            let mut spans = vec![group.span.clone()];
            spans.extend(collect(
                facts,
                sql!("controls/09_policy_assignment/group_hosts"),
                parameters,
                read,
            )?);
            spans.extend(facts.bodies("pc/policies")?);
            spans
        } else {
            Vec::new()
        };
        verdicts.settle(CHECK, is_bare, || {
            let hosts = plural(group.hosts, "host", "hosts");
            let counted = if declared { "" } else { " that are scanned for compliance" };
            let message = format!("{} has no policy: {hosts}{counted}", group.title);
            Violation::new(
                CHECK,
                Resource::new("asset_group", group.id).named(&group.title),
                message,
            )
            .fact("hosts", group.hosts)
            .evidence(spans)
        });
    }
    Ok(covered)
}

impl Group {
    /// Whether no active policy names the group or reaches any of its hosts.
    fn is_bare(&self, estate: &Estate, declared: bool) -> Known<bool> {
        let under = self.hosts - self.bare;
        if self.named == Known::Known(true) || self.covered > 0 {
            return Known::Known(false);
        }
        // A host that may be gone covers nothing, and alone brings no group into scope.
        if under > self.unsure || (!declared && self.there == 0) {
            return Known::Unknown(MAYBE_GONE.to_owned());
        }
        if let Known::Unknown(reason) = &self.named {
            return Known::Unknown(reason.clone());
        }
        if self.unsure > 0 {
            let reason = "whether the policies of its hosts are active was not said";
            return Known::Unknown(reason.to_owned());
        }
        let all_agentless = self.hosts > 0 && self.agentless == self.bare;
        let unseen = estate.open().find_map(|policy| {
            let is_for_agents_alone =
                policy.takes_agents && !policy.is_hidden && (policy.tags == 0 || estate.tags_shown);
            estate.unseen(policy).filter(|_| !(is_for_agents_alone && all_agentless))
        });
        unseen.map_or(Known::Known(true), |reason| Known::Unknown(reason.to_owned()))
    }
}
