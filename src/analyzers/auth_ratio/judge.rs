//! Judges the shares and the hosts behind them.

use super::count::{Answer, Counts, GroupCount, Hosts, Share};
use super::read::Group;
use crate::analyzers::measure::{day, percent, plural, rfc3339};
use crate::analyzers::{AnalyzeError, Decision, Facts, Reach, Verdicts, Violation};
use crate::finding::{Resource, Severity};

const NO_AGENTS: &str = "which hosts have a live agent was not read (am/host-assets)";
const UNSURE: &str = "how its hosts were assessed is not known for enough of them";

pub(super) fn judge(
    facts: &Facts<'_>,
    counts: &Counts<'_>,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    if !dates_are_shown(facts, counts)? {
        for check in super::CHECKS {
            verdicts.decide(
                check.id,
                Decision::NotAssessed,
                "the host list shows no dates of VM scans; they come with details=All",
            );
        }
        return Ok(());
    }
    judge_subscription(facts, counts, verdicts)?;
    for (group, count) in counts.groups.list.iter().zip(&counts.by_group) {
        judge_group(facts, group, count, verdicts);
        let resource = || Resource::new("asset_group", group.id).named(&group.title);
        judge_hosts(facts, Some(group), resource, count, verdicts);
    }
    // Nobody would see hosts in no group if only groups were judged.
    judge_hosts(facts, None, Resource::subscription, &counts.ungrouped, verdicts);
    judge_families(facts, counts, verdicts);
    judge_never_scanned(facts, counts, verdicts)
}

/// Whether dates that are missing on every host were asked for: no date is no scan only then.
fn dates_are_shown(facts: &Facts<'_>, counts: &Counts<'_>) -> Result<bool, AnalyzeError> {
    if counts.vm_dates_seen || counts.known == 0 {
        return Ok(true);
    }
    let details = facts.asked("vm/hosts", "details")?;
    Ok(!counts.scans_seen && details.is_some_and(|details| details.starts_with("All")))
}

fn judge_subscription(
    facts: &Facts<'_>,
    counts: &Counts<'_>,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C02-01";
    let limits = &facts.profile.c02;
    let window = limits.window_days;
    if counts.known == 0 && counts.all == Share::default() {
        return Ok(());
    }
    let Some(answer) = counts.all.answer(limits.min_ratio, limits.min_ratio_exclusive) else {
        if counts.exempt > 0 {
            let reason =
                "every host scanned in the window is documented as impossible to log in to";
            verdicts.decide(CHECK, Decision::NotApplicable, reason);
            return Ok(());
        }
        verdicts.subjects(CHECK, 1);
        let hosts = plural(counts.known, "known host", "known hosts");
        let message = format!("None of {hosts} was scanned within {window} days");
        verdicts.violation(
            Violation::new(CHECK, Resource::subscription(), message)
                .fact("scanned_hosts", 0)
                .fact("known_hosts", counts.known)
                .fact("window_days", window)
                .evidence(facts.bodies("vm/hosts")?),
        );
        return Ok(());
    };
    verdicts.subjects(CHECK, 1);
    let Share { scanned, assessed, unsure, maybe_scanned } = counts.all;
    match answer {
        Answer::TooFew => {
            // Below the floor even if every unknown host were assessed.
            let best = assessed + unsure + maybe_scanned;
            let is_critical = limits.critical_floor.is_missed_by(best, scanned + maybe_scanned);
            let message = format!(
                "{} of {} were assessed with credentials or an agent; the limit is {}",
                percent(assessed, scanned),
                plural(scanned, "scanned host", "scanned hosts"),
                limit(facts)
            );
            verdicts.violation(
                shared(facts, Violation::new(CHECK, Resource::subscription(), message), counts.all)
                    .severity(if is_critical { Severity::Critical } else { Severity::High })
                    .fact("critical_floor", limits.critical_floor.as_f64())
                    .fact("exempt_hosts", counts.exempt)
                    .fact("unassessed_hosts", counts.unassessed.count)
                    .evidence(counts.unassessed.spans.iter().cloned()),
            );
        }
        Answer::Unknown => verdicts.unknown(CHECK, 1, why_unsure(facts)),
        Answer::Enough => unless_agents_are_known(facts, CHECK, verdicts),
    }
    Ok(())
}

/// Why a share is not known: the agents that nobody read are the likelier reason.
fn why_unsure(facts: &Facts<'_>) -> &'static str {
    if facts.reach("am/host-assets") == Reach::Whole { UNSURE } else { NO_AGENTS }
}

/// A share is only told with the agents: without them it passes nobody.
fn unless_agents_are_known(facts: &Facts<'_>, check: &'static str, verdicts: &mut Verdicts) {
    if facts.reach("am/host-assets") != Reach::Whole {
        verdicts.unknown(check, 1, NO_AGENTS);
    }
}

fn judge_group(facts: &Facts<'_>, group: &Group, count: &GroupCount, verdicts: &mut Verdicts) {
    const CHECK: &str = "C02-02";
    let resource = Resource::new("asset_group", group.id).named(&group.title);
    if let Some(message) = judge_share(
        facts,
        CHECK,
        &format!("Asset group \"{}\"", group.title),
        count.share,
        verdicts,
    ) {
        verdicts.violation(
            shared(facts, Violation::new(CHECK, resource, message), count.share)
                .evidence([group.span.clone()])
                .evidence(count.never.spans.iter().chain(&count.lost.spans).cloned()),
        );
    }
}

fn judge_families(facts: &Facts<'_>, counts: &Counts<'_>, verdicts: &mut Verdicts) {
    const CHECK: &str = "C02-03";
    for (family, count) in &counts.by_family {
        let resource = Resource::new("os_family", family);
        if let Some(message) = judge_share(facts, CHECK, family, count.share, verdicts) {
            verdicts.violation(
                shared(facts, Violation::new(CHECK, resource, message), count.share)
                    .fact("networks", count.networks.iter().copied().collect::<Vec<_>>())
                    .evidence(count.unassessed.spans.iter().cloned()),
            );
        }
    }
}

/// The sentence of a share that misses the limit, if it has enough hosts to be judged.
fn judge_share(
    facts: &Facts<'_>,
    check: &'static str,
    name: &str,
    share: Share,
    verdicts: &mut Verdicts,
) -> Option<String> {
    let limits = &facts.profile.c02;
    if share.scanned < limits.min_population.unsigned_abs() {
        return None;
    }
    verdicts.subjects(check, 1);
    match share.answer(limits.min_ratio, limits.min_ratio_exclusive)? {
        Answer::Enough => unless_agents_are_known(facts, check, verdicts),
        Answer::Unknown => verdicts.unknown(check, 1, why_unsure(facts)),
        Answer::TooFew => {
            return Some(format!(
                "{name}: {} of {} were assessed with credentials or an agent; the limit is {}",
                percent(share.assessed, share.scanned),
                plural(share.scanned, "scanned host", "scanned hosts"),
                limit(facts)
            ));
        }
    }
    None
}

fn judge_hosts(
    facts: &Facts<'_>,
    group: Option<&Group>,
    resource: impl Fn() -> Resource,
    count: &GroupCount,
    verdicts: &mut Verdicts,
) {
    if count.share.scanned == 0 {
        return;
    }
    let place = group
        .map_or("no asset group".to_owned(), |group| format!("asset group \"{}\"", group.title));
    let window = facts.profile.c02.window_days;
    let mut judge = |check: &'static str, hosts: &Hosts, message: &dyn Fn(&str) -> String| {
        verdicts.subjects(check, 1);
        if hosts.count == 0 {
            let reason = match facts.reach("am/host-assets") {
                Reach::Whole => {
                    "whether a live agent looks at hosts without a recent login is not known"
                }
                _ => NO_AGENTS,
            };
            verdicts.unknown(check, u64::from(hosts.unknown > 0), reason);
            return;
        }
        let text = message(&plural(hosts.count, "scanned host", "scanned hosts"));
        verdicts.violation(
            Violation::new(check, resource(), text)
                .fact("hosts", hosts.count)
                .fact("unknown_hosts", hosts.unknown)
                .fact("scanned_hosts", count.share.scanned)
                .fact("host_ids", hosts.ids.clone())
                .fact("oldest", hosts.oldest.map(rfc3339))
                .fact("window_days", window)
                .evidence(group.map(|group| group.span.clone()))
                .evidence(hosts.spans.iter().cloned()),
        );
    };
    judge("C02-04", &count.never, &|hosts| {
        format!("In {place}: {hosts} without any scan with credentials and without a live agent")
    });
    let oldest = count.lost.oldest.map_or("unknown".to_owned(), day);
    judge("C02-05", &count.lost, &|hosts| {
        format!(
            "In {place}: {hosts} without a live agent whose last scan with credentials is older than \
             {window} days (oldest {oldest})"
        )
    });
}

fn judge_never_scanned(
    facts: &Facts<'_>,
    counts: &Counts<'_>,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C02-06";
    let limit = facts.profile.c02.never_scanned_warn;
    let Some(order) = limit.compare(counts.never_scanned, counts.known) else { return Ok(()) };
    verdicts.subjects(CHECK, 1);
    if order.is_gt() {
        let message = format!(
            "{} of {} were never scanned, so the ratio of the scanned ones says too much",
            percent(counts.never_scanned, counts.known),
            plural(counts.known, "known host", "known hosts")
        );
        verdicts.violation(
            Violation::new(CHECK, Resource::subscription(), message)
                .fact("never_scanned", counts.never_scanned)
                .fact("known_hosts", counts.known)
                .fact("portal_only", counts.portal_only)
                .fact("limit", limit.as_f64())
                .evidence(facts.bodies("vm/hosts")?)
                .evidence(facts.bodies("am/host-assets")?),
        );
    }
    Ok(())
}

fn shared(facts: &Facts<'_>, violation: Violation, share: Share) -> Violation {
    violation
        .fact("scanned_hosts", share.scanned)
        .fact("assessed_hosts", share.assessed)
        .fact("unknown_hosts", share.unsure + share.maybe_scanned)
        .fact("limit", facts.profile.c02.min_ratio.as_f64())
        .fact("limit_exclusive", facts.profile.c02.min_ratio_exclusive)
        .fact("window_days", facts.profile.c02.window_days)
}

/// The limit as a message says it.
fn limit(facts: &Facts<'_>) -> String {
    let limits = &facts.profile.c02;
    let text = format!("{:.1} %", limits.min_ratio.as_f64() * 100.0);
    if limits.min_ratio_exclusive { format!("more than {text}") } else { text }
}
