//! Judges each policy: assigned, switched on, evaluated, with hosts, controls and technologies.

use rusqlite::named_params;

use super::WINDOW;
use super::read::{Estate, MAYBE_GONE, Policy};
use crate::analyzers::binding::{DAY, SPANS};
use crate::analyzers::measure::{Held, at_least, limit, percent, plural, rfc3339};
use crate::analyzers::rows::{collect, record};
use crate::analyzers::{AnalyzeError, Decision, Facts, Reach, Verdicts, Violation};
use crate::finding::{Known, Severity};

const NO_STATUS: &str = "whether a policy is active was not said";

pub(super) fn judge(
    facts: &Facts<'_>,
    estate: &Estate,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    if estate.policies.is_empty()
        && estate.holds_hosts
        && facts.reach("pc/policies") == Reach::Whole
    {
        verdicts.decide(
            "C09-01",
            Decision::Warn,
            "policy compliance is subscribed, without a policy",
        );
    }
    let shows_controls = facts.asked("pc/policies", "details")?.as_deref() == Some("All");
    for policy in &estate.policies {
        judge_status(facts, policy, verdicts);
        if policy.is_active == Some(false) {
            continue;
        }
        let one = Open { facts, estate, policy };
        one.judge_assignment(verdicts);
        one.judge_evaluation(verdicts);
        one.judge_scans(verdicts)?;
        one.judge_controls(shows_controls, verdicts);
        one.judge_technologies(verdicts);
    }
    Ok(())
}

fn violation(check: &'static str, policy: &Policy, message: String) -> Violation {
    Violation::new(check, policy.resource(), message)
        .fact("status", policy.status.clone())
        .evidence([policy.span.clone()])
}

/// C09-02: drafts.
fn judge_status(facts: &Facts<'_>, policy: &Policy, verdicts: &mut Verdicts) {
    const CHECK: &str = "C09-02";
    let is_off = match policy.is_active {
        Some(is_active) => Known::Known(!is_active),
        None => Known::Unknown(NO_STATUS.to_owned()),
    };
    let is_required =
        facts.profile.policy.required.iter().any(|one| one.pattern.is_match(&policy.title));
    verdicts.settle(CHECK, is_off, || {
        let status = policy.status.as_deref().unwrap_or_default().trim();
        violation(CHECK, policy, format!("{} is {status}", policy.title))
            .severity(if is_required { Severity::Medium } else { Severity::Low })
            .fact("is_required", is_required)
    });
}

/// A policy that is active or may be.
struct Open<'a> {
    facts: &'a Facts<'a>,
    estate: &'a Estate,
    policy: &'a Policy,
}

impl Open<'_> {
    /// What is wrong counts only for a policy that is known to be active.
    fn guarded(&self, is_violated: Known<bool>) -> Known<bool> {
        match (self.policy.is_active, is_violated) {
            (None, Known::Known(true)) => Known::Unknown(NO_STATUS.to_owned()),
            (_, other) => other,
        }
    }

    /// C09-01: assigned to nothing.
    fn judge_assignment(&self, verdicts: &mut Verdicts) {
        const CHECK: &str = "C09-01";
        let policy = self.policy;
        verdicts.settle(CHECK, self.guarded(Known::Known(!policy.is_assigned())), || {
            violation(CHECK, policy, format!("{} is active and assigned to nothing", policy.title))
        });
    }

    /// C09-05: an old evaluation, or none.
    fn judge_evaluation(&self, verdicts: &mut Verdicts) {
        const CHECK: &str = "C09-05";
        let policy = self.policy;
        let limit = self.facts.profile.c09.max_eval_age_days;
        let is_old = match &policy.evaluated {
            None => Known::Known(true),
            Some(Known::Known(age)) => Known::Known(Facts::breaks(*age, limit)),
            Some(Known::Unknown(reason)) => Known::Unknown(reason.clone()),
        };
        verdicts.settle(CHECK, self.guarded(is_old), || {
            let title = &policy.title;
            let time = policy.evaluated_at.map(rfc3339);
            let message = match &time {
                Some(time) => format!("{title} was last evaluated {time}"),
                None => format!("{title} was never evaluated"),
            };
            violation(CHECK, policy, message).fact("last_evaluated", time).fact("limit_days", limit)
        });
    }

    /// C09-06: hosts that no compliance scan reached.
    fn judge_scans(&self, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
        const CHECK: &str = "C09-06";
        let policy = self.policy;
        let least = self.facts.profile.c09.min_pc_scanned;
        if let Some(reason) = self.estate.unseen(policy) {
            verdicts.subjects(CHECK, 1);
            verdicts.unknown(CHECK, 1, reason);
            return Ok(());
        }
        let held = |met: u64, all: u64| at_least(least, met, policy.undated, all);
        let Some(counted) = held(policy.scanned, policy.hosts) else { return Ok(()) };
        // The share is lowest without the scanned hosts that may be gone, highest without the others.
        let surely_met = policy.scanned - policy.doubtful_scanned;
        let least_share = held(surely_met, policy.hosts - policy.doubtful_scanned);
        let greatest_share = held(policy.scanned, policy.hosts - policy.doubtful_unscanned);
        let is_low = match (least_share, counted, greatest_share) {
            (None | Some(Held::Inside), _, _) => Known::Known(false),
            (_, _, Some(Held::Outside)) => Known::Known(true),
            (_, Held::Unknown, _) => {
                Known::Unknown("the last scans of its hosts lie in the future".to_owned())
            }
            _ => Known::Unknown(MAYBE_GONE.to_owned()),
        };
        let is_low = self.guarded(is_low);
        let spans = if is_low == Known::Known(true) { self.unscanned()? } else { Vec::new() };
        verdicts.settle(CHECK, is_low, || {
            let message = format!(
                "{} of {} under {} had a compliance scan within {} days; the least is {}",
                percent(policy.scanned, policy.hosts),
                plural(policy.hosts, "host", "hosts"),
                policy.title,
                WINDOW / DAY,
                limit(least)
            );
            violation(CHECK, policy, message)
                .fact("hosts", policy.hosts)
                .fact("scanned_hosts", policy.scanned)
                .fact("unknown_hosts", policy.undated)
                .fact("maybe_gone_hosts", policy.doubtful)
                .fact("limit", least.as_f64())
                .evidence(spans)
        });
        Ok(())
    }

    fn unscanned(&self) -> Result<Vec<crate::finding::Span>, AnalyzeError> {
        let parameters = named_params! {
            ":policy": self.policy.row,
            ":window": WINDOW,
            ":spans": SPANS,
        };
        collect(self.facts, sql!("controls/09_policy_assignment/unscanned"), parameters, |row| {
            record(row, row.get("id")?)
        })
    }

    /// C09-07: no control that is switched on.
    fn judge_controls(&self, shows_controls: bool, verdicts: &mut Verdicts) {
        const CHECK: &str = "C09-07";
        let policy = self.policy;
        let is_void = if policy.live > 0 {
            Known::Known(false)
        } else if policy.unsaid > 0 {
            let reason = "version 2.0 of the list does not say which controls are active";
            Known::Unknown(reason.to_owned())
        } else if policy.controls == 0 && !shows_controls {
            let reason = "controls are not shown: the policy list gives them with details=All";
            Known::Unknown(reason.to_owned())
        } else {
            Known::Known(true)
        };
        verdicts.settle(CHECK, self.guarded(is_void), || {
            violation(CHECK, policy, format!("{} checks nothing", policy.title))
                .fact("controls", policy.controls)
                .fact("active_controls", policy.live)
        });
    }

    /// C09-08: for other systems than its hosts'.
    fn judge_technologies(&self, verdicts: &mut Verdicts) {
        const CHECK: &str = "C09-08";
        let policy = self.policy;
        let unseen = self.estate.unseen(policy);
        // Without hosts or controls there is nothing to compare, and applications run anywhere.
        if (policy.hosts == 0 && unseen.is_none())
            || policy.controls == 0
            || (policy.technologies > 0 && policy.systems == 0)
        {
            return;
        }
        let unknown = |reason: &str| Known::Unknown(reason.to_owned());
        let is_foreign = if policy.served > policy.doubtful_served {
            Known::Known(false)
        } else if let Some(reason) = unseen {
            unknown(reason)
        } else if policy.served > 0 || policy.hosts == policy.doubtful {
            unknown(MAYBE_GONE)
        } else if policy.technologies == 0 {
            unknown("the list of policies does not say for which technologies one is")
        } else if policy.unnamed > 0 {
            unknown("the operating system of hosts is not known")
        } else if policy.systems < policy.technologies {
            unknown("a technology of a policy is not recognised")
        } else {
            Known::Known(true)
        };
        verdicts.settle(CHECK, self.guarded(is_foreign), || {
            let message = format!("{} has no technology for {}", policy.title, policy.families);
            violation(CHECK, policy, message)
                .fact("hosts", policy.hosts)
                .fact("os_families", policy.families.as_str())
                .fact("technologies", policy.technology_names.as_str())
        });
    }
}
