//! What mending the findings of one check would do to a number of its control, where that can be
//! counted from the report itself.

use super::number::{self, grouped, share};
use crate::assess::ControlResult;
use crate::finding::{Finding, Metric};

/// How the findings of a check bear on a metric.
#[derive(Debug, Clone, Copy)]
enum Effect {
    /// Each finding is one more in the numerator.
    Gains,
    /// So many more as a fact of each finding says.
    GainsFact(&'static str),
    /// So many as a fact says leave the denominator: they are no longer open.
    Leaves(&'static str),
    /// The finding is the metric itself, which must rise to its limit.
    Rises,
    /// Or fall to it.
    Falls,
}

/// Checks whose findings are the very things that a metric of their control counts.
const EFFECTS: &[(&str, &str, Effect)] = &[
    ("C01-01", "groups_covered", Effect::Gains),
    ("C02-01", "auth_ratio", Effect::Rises),
    ("C05-01", "connectors_working", Effect::Gains),
    ("C05-02", "connectors_working", Effect::Gains),
    ("C05-04", "connectors_working", Effect::Gains),
    ("C06-04", "signatures_current", Effect::Gains),
    ("C07-01", "agent_coverage", Effect::Rises),
    ("C09-04", "groups_with_policy", Effect::Gains),
    ("C10-01", "sla_open", Effect::Leaves("detections")),
    ("C10-02", "sla_open", Effect::Leaves("detections")),
    ("C10-03", "sla_open", Effect::Leaves("detections")),
    ("C12-03", "reports_on_time", Effect::Gains),
    ("C14-01", "public_covered", Effect::GainsFact("addresses")),
    ("C15-01", "apps_scanned", Effect::Gains),
    ("C15-02", "apps_scanned", Effect::Gains),
    ("C18-02", "untagged", Effect::Falls),
];

/// One sentence; `None` where nothing can be counted. `findings` are the open ones of the check.
pub(super) fn effect(
    control: &ControlResult,
    check: &str,
    findings: &[&Finding],
) -> Option<String> {
    let (_, id, effect) = EFFECTS.iter().find(|(known, ..)| *known == check)?;
    let metric = control.metrics.iter().find(|metric| metric.id == *id)?;
    let (part, whole) = (metric.numerator?, metric.denominator?);
    let each = u64::try_from(findings.len()).ok()?;
    match *effect {
        Effect::Gains => gain(metric, part, whole, each),
        Effect::GainsFact(fact) => gain(metric, part, whole, sum(findings, fact)?),
        Effect::Leaves(fact) => leave(metric, part, whole, sum(findings, fact)?),
        Effect::Rises => {
            let more = limit(metric, whole)?.ceil.checked_sub(part).filter(|more| *more > 0)?;
            Some(short(metric, &format!("{} more of {}", grouped(more), grouped(whole))))
        }
        Effect::Falls => {
            let fewer = part.checked_sub(limit(metric, whole)?.floor).filter(|fewer| *fewer > 0)?;
            Some(short(metric, &format!("{} fewer of {}", grouped(fewer), grouped(whole))))
        }
    }
}

fn sum(findings: &[&Finding], fact: &str) -> Option<u64> {
    let mut facts = findings.iter().map(|finding| finding.facts.get(fact)?.as_u64());
    facts.try_fold(0, |sum: u64, fact| sum.checked_add(fact?))
}

fn gain(metric: &Metric, part: u64, whole: u64, more: u64) -> Option<String> {
    let then = part.checked_add(more)?.min(whole);
    let (from, to) = (share(part, whole)?, share(then, whole)?);
    let (label, then, whole) = (&metric.label, grouped(then), grouped(whole));
    Some(format!("Brings “{label}” from {from} to {to} at best, {then} of {whole}."))
}

fn leave(metric: &Metric, part: u64, whole: u64, fewer: u64) -> Option<String> {
    let then = whole.checked_sub(fewer).filter(|then| *then >= part)?;
    let (from, to) = (share(part, whole)?, share(part, then)?);
    let (label, part, then) = (&metric.label, grouped(part), grouped(then));
    Some(format!("Brings “{label}” from {from} to {to}, {part} of the {then} that stay open."))
}

fn short(metric: &Metric, missing: &str) -> String {
    let (label, now) = (&metric.label, number::value(metric));
    let limit = number::limit(metric).unwrap_or_default();
    format!("{missing} bring “{label}” from {now} to its limit of {limit}.")
}

/// How many subjects a limit comes to, from below and from above.
struct Limit {
    floor: u64,
    ceil: u64,
}

fn limit(metric: &Metric, whole: u64) -> Option<Limit> {
    let limit = metric.threshold.as_ref()?.as_f64().filter(|limit| (0.0..=1.0).contains(limit))?;
    // Limits are written in per cent or tenths of it; whole millionths hold them exactly.
    let millionths = number::millionths(limit);
    let product = u128::from(whole) * u128::from(millionths);
    Some(Limit {
        floor: u64::try_from(product / 1_000_000).ok()?,
        ceil: u64::try_from(product.div_ceil(1_000_000)).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Number, json};

    use super::*;
    use crate::analyzers;
    use crate::assess::SeverityCounts;
    use crate::finding::{Outcome, Resource, Severity, Status};
    use crate::framework;

    fn control(number: u8, metric: Metric) -> ControlResult {
        ControlResult {
            number,
            id: "".into(),
            title: "".into(),
            outcome: Outcome::Fail,
            basis: None,
            assessed: 1,
            of: 1,
            findings: SeverityCounts::default(),
            accepted: 0,
            frameworks: framework::requirements(number),
            metrics: vec![metric],
            checks: Vec::new(),
        }
    }

    fn finding(facts: &serde_json::Value) -> Finding {
        Finding {
            key: String::new(),
            fingerprint: String::new(),
            check: String::new(),
            control: 1,
            severity: Severity::High,
            status: Status::Open,
            resource: Resource::new("qid", 1),
            message: String::new(),
            remediation: String::new(),
            facts: facts.as_object().cloned().unwrap_or_default(),
            members: Vec::new(),
            evidence: Vec::new(),
        }
    }

    fn limited(id: &str, part: u64, whole: u64, limit: f64) -> Metric {
        Metric::ratio(id, "hosts", part, whole).against(Number::from_f64(limit).unwrap())
    }

    #[test]
    fn each_group_is_one_more() {
        let control = control(1, Metric::ratio("groups_covered", "groups", 171, 182));
        let one = finding(&json!({}));
        let said = effect(&control, "C01-01", &[&one; 10]).unwrap();
        assert_eq!(said, "Brings “groups” from 93.9 % to 99.4 % at best, 181 of 182.");
        let all = effect(&control, "C01-01", &[&one; 99]).unwrap();
        assert!(all.ends_with("182 of 182."), "{all}");
        assert_eq!(effect(&control, "C01-02", &[&one]), None);
    }

    #[test]
    fn what_is_patched_is_no_longer_open() {
        let control = control(10, Metric::ratio("sla_open", "inside", 759, 1397));
        let (one, other) =
            (finding(&json!({"detections": 200})), finding(&json!({"detections": 8})));
        let said = effect(&control, "C10-01", &[&one, &other]).unwrap();
        assert_eq!(said, "Brings “inside” from 54.3 % to 63.8 %, 759 of the 1,189 that stay open.");
        assert_eq!(effect(&control, "C10-01", &[&finding(&json!({}))]), None, "no such fact");
        let more = finding(&json!({"detections": 639}));
        assert_eq!(effect(&control, "C10-01", &[&more]), None, "more than are outside");
    }

    #[test]
    fn how_many_are_missing_to_the_limit() {
        let one = finding(&json!({}));
        let rises =
            |part| effect(&control(2, limited("auth_ratio", part, 771, 0.8)), "C02-01", &[&one]);
        assert!(rises(530).unwrap().starts_with("87 more of 771 bring"), "617 are 80.03 %");
        assert_eq!(rises(617), None);
        let falls =
            |part| effect(&control(18, limited("untagged", part, 861, 0.05)), "C18-02", &[&one]);
        assert!(falls(255).unwrap().starts_with("212 fewer of 861 bring"), "43 are 4.99 %");
        assert_eq!(falls(43), None);
    }

    /// A check or metric that was renamed would say nothing, silently.
    #[test]
    fn every_effect_names_what_exists() {
        for (check, metric, _) in EFFECTS {
            let (analyzer, _) = analyzers::check(check).unwrap_or_else(|| panic!("{check}"));
            assert!(analyzer.guide.contains(&format!("`{metric}`")), "{metric}");
        }
    }
}
