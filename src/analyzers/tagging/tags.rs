//! Judges the tags themselves: there at all, required, by rules that work, used.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::hosts::BLIND;
use super::read::{Coverage, Tag};
use crate::analyzers::measure::{limit, percent, plural};
use crate::analyzers::{AnalyzeError, Decision, Facts, Reach, Verdicts, Violation};
use crate::finding::Resource;

/// C18-01: somebody made a tag.
pub(super) fn judge_any(
    facts: &Facts<'_>,
    tags: &[Tag],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C18-01";
    verdicts.subjects(CHECK, 1);
    if tags.iter().all(|tag| tag.system) {
        let message = format!(
            "No tag is user-defined; {} by Qualys",
            plural(tags.len() as u64, "is made", "are made")
        );
        verdicts.violation(
            Violation::new(CHECK, Resource::subscription(), message)
                .fact("system_tags", tags.len())
                .evidence(facts.bodies("am/tags")?),
        );
    }
    Ok(())
}

/// C18-03, C18-04 and C18-08: the tags that mark a compliance scope.
pub(super) fn judge_required(
    facts: &Facts<'_>,
    tags: &[Tag],
    coverage: &Coverage,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    for wanted in &facts.profile.tag.required {
        verdicts.subjects("C18-03", 1);
        let found: Vec<&Tag> = tags.iter().filter(|tag| tag.name == wanted.name).collect();
        if found.is_empty() {
            let message = format!("Required tag \"{}\" does not exist", wanted.name);
            verdicts.violation(
                Violation::new("C18-03", Resource::new("required_tag", &wanted.name), message)
                    .fact("frameworks", wanted.frameworks.clone())
                    .fact("tags", tags.len())
                    .evidence(facts.bodies("am/tags")?),
            );
        }
        for tag in found {
            judge_empty(facts, tag, coverage, verdicts)?;
            judge_broad(facts, tag, coverage, verdicts);
        }
    }
    Ok(())
}

fn judge_empty(
    facts: &Facts<'_>,
    tag: &Tag,
    coverage: &Coverage,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C18-04";
    verdicts.subjects(CHECK, 1);
    if tag.on_assets {
        return Ok(());
    }
    if coverage.blind > 0 {
        verdicts.unknown(CHECK, 1, BLIND);
        return Ok(());
    }
    let message = format!("Required tag \"{}\" is on no asset", tag.name);
    verdicts.violation(
        Violation::new(CHECK, tag.resource(), message)
            .fact("hosts", coverage.hosts)
            .fact("rule_type", tag.rule_type.clone())
            .evidence([tag.span.clone()])
            .evidence(facts.bodies("am/host-assets")?),
    );
    Ok(())
}

fn judge_broad(facts: &Facts<'_>, tag: &Tag, coverage: &Coverage, verdicts: &mut Verdicts) {
    const CHECK: &str = "C18-08";
    let most = facts.profile.c18.overbroad;
    let reaches = |met| most.compare(met, coverage.hosts).is_some_and(Ordering::is_ge);
    if coverage.hosts == 0 {
        return;
    }
    verdicts.subjects(CHECK, 1);
    if reaches(tag.hosts) {
        let message = format!(
            "Tag \"{}\" is on {} of {}; from {} on it scopes nothing",
            tag.name,
            percent(tag.hosts, coverage.hosts),
            plural(coverage.hosts, "host", "hosts"),
            limit(most)
        );
        verdicts.violation(
            Violation::new(CHECK, tag.resource(), message)
                .fact("tagged_hosts", tag.hosts)
                .fact("hosts", coverage.hosts)
                .fact("limit", most.as_f64())
                .evidence([tag.span.clone()]),
        );
    } else if reaches(tag.hosts + coverage.blind) {
        verdicts.unknown(CHECK, 1, BLIND);
    }
}

/// C18-06 and C18-07: tags by rules, and rules that work.
pub(super) fn judge_rules(
    facts: &Facts<'_>,
    tags: &[Tag],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let least = facts.profile.c18.min_dynamic;
    let user = || tags.iter().filter(|tag| !tag.system);
    let (all, dynamic) = (user().count() as u64, user().filter(|tag| tag.dynamic).count() as u64);
    if all > 0 {
        verdicts.subjects("C18-06", 1);
    }
    if least.is_missed_by(dynamic, all) {
        let message = format!(
            "{} of {} are assigned by rules; the limit is {}",
            percent(dynamic, all),
            plural(all, "user-defined tag", "user-defined tags"),
            limit(least)
        );
        verdicts.violation(
            Violation::new("C18-06", Resource::subscription(), message)
                .fact("rule_based", dynamic)
                .fact("user_tags", all)
                .fact("limit", least.as_f64())
                .evidence(facts.bodies("am/tags")?),
        );
    }
    verdicts.subjects("C18-07", dynamic);
    for tag in user().filter(|tag| tag.dynamic) {
        let what = if tag.no_rule {
            "has a rule without text".to_owned()
        } else if let Some(status) = tag.evaluation.as_ref().filter(|status| failed(status)) {
            format!("did not evaluate ({status})")
        } else {
            continue;
        };
        verdicts.violation(
            Violation::new("C18-07", tag.resource(), format!("Tag \"{}\" {what}", tag.name))
                .fact("rule_type", tag.rule_type.clone())
                .fact("evaluation", tag.evaluation.clone())
                .evidence([tag.span.clone()]),
        );
    }
    Ok(())
}

/// The words of a failed evaluation are not documented; these two are what failures are called.
fn failed(status: &str) -> bool {
    let status = status.to_lowercase();
    status.contains("fail") || status.contains("error")
}

/// C18-11: a tag that nothing uses, nor a tag below it.
pub(super) fn judge_unused(facts: &Facts<'_>, tags: &[Tag], verdicts: &mut Verdicts) {
    const CHECK: &str = "C18-11";
    // Without the module there is no policy that could use a tag.
    if !matches!(facts.reach("pc/policies"), Reach::Whole | Reach::NotSubscribed) {
        let reason = "which policies use tags was not read (pc/policies)";
        verdicts.decide(CHECK, Decision::NotAssessed, reason);
        return;
    }
    let used = used(tags);
    for tag in tags.iter().filter(|tag| !tag.system) {
        verdicts.subjects(CHECK, 1);
        if !used.contains(&tag.id) {
            let message = format!("Tag \"{}\" is used by nothing and is on no asset", tag.name);
            verdicts.violation(
                Violation::new(CHECK, tag.resource(), message)
                    .fact("rule_type", tag.rule_type.clone())
                    .evidence([tag.span.clone()]),
            );
        }
    }
}

/// Tags that something uses, and all above them: a branch lives through its leaves.
fn used(tags: &[Tag]) -> BTreeSet<i64> {
    let parents: BTreeMap<i64, Option<i64>> = tags.iter().map(|tag| (tag.id, tag.parent)).collect();
    let mut used = BTreeSet::new();
    for tag in tags.iter().filter(|tag| tag.on_assets || tag.in_use) {
        let mut above = Some(tag.id);
        while let Some(id) = above.filter(|id| used.insert(*id)) {
            above = parents.get(&id).copied().flatten();
        }
    }
    used
}
