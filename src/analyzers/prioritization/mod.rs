//! Control 17: findings carry a score of risk, and the work follows it.

mod criticality;
mod metrics;
mod scores;

use rusqlite::named_params;

use super::binding::{bind, sort_detections};
use super::rows::count;
use super::vuln_sla::read::Subscription;
use super::{AnalyzeError, Analyzer, Check, Decision, Facts, Kind, Verdicts};
use crate::finding::Severity::{High, Low, Medium};

/// Least QDS of the band that Qualys ranks critical, and of the one below it.
const TOP: i64 = 90;
const HIGH: i64 = 70;

const fn side(id: &'static str) -> Check {
    Check {
        id,
        core: false,
        severity: Medium,
        kind: Kind::Absence,
        needs: &["vm/detections", "vm/hosts"],
        any_of: &[],
        inputs: &[],
        subject: "subscription:tenant",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}

static CHECKS: &[Check] = &[
    Check {
        core: true,
        parameters: &["c17.min_scored", "sla.kernel_policy", "sla.include_potential"],
        summary: "Too few open findings carry a score of risk, neither QDS nor CVSS.",
        remediation: "Enable VMDR with the Qualys Detection Score, or CVSS scoring in the subscription.",
        ..side("C17-01")
    },
    Check {
        parameters: &["c17.min_n", "sla.clock"],
        summary: "Findings of the highest risk are older than those of lower risk.",
        remediation: "Let the list be worked from the top: sort queues and reports by QDS.",
        ..side("C17-02")
    },
    Check {
        severity: High,
        kind: Kind::Presence,
        subject: "qid:QID",
        parameters: &["c17.top_days", "sla.clock"],
        summary: "Detections of the highest risk are open for too long.",
        remediation: "Fix them first; where that cannot be, mitigate and say so.",
        ..side("C17-03")
    },
    Check {
        severity: High,
        kind: Kind::Presence,
        subject: "qid:QID",
        summary: "Detections of the highest risk are ignored.",
        remediation: "Re-open the detections, and accept risk with a reason and an end instead.",
        ..side("C17-04")
    },
    Check {
        needs: &["vm/hosts", "am/host-assets"],
        parameters: &["c17.default_acs", "c17.max_default_share"],
        summary: "Nearly all hosts have the default criticality, so it ranks nothing.",
        remediation: "Set the criticality by tags of what the business depends on.",
        ..side("C17-05")
    },
    Check {
        severity: Low,
        needs: &["vm/asset-groups"],
        summary: "All asset groups have one business impact, so it ranks nothing.",
        remediation: "Set the business impact of each asset group.",
        ..side("C17-06")
    },
    Check {
        needs: &[],
        parameters: &["c17.min_assigned"],
        summary: "Too few of the top findings have an owner.",
        remediation: "Let remediation policies open tickets for severities 4 and 5 and assign them.",
        ..side("C17-07")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 17,
    id: "prioritization",
    title: "Vulnerability prioritization (VPR/QDS)",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/17_prioritization.md"),
    judge,
};

/// What is open and scored.
struct Totals {
    open: u64,
    scored: u64,
    /// Dated detections from [`TOP`] on, and below [`HIGH`].
    top: u64,
    lower: u64,
    /// Whether the answers can be trusted to carry scores, and ignored detections.
    shows_qds: bool,
    shows_ignored: bool,
    /// Detections that fit no bucket.
    unclear: u64,
}

impl Totals {
    fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        let asked = |name| -> Result<bool, AnalyzeError> {
            Ok(facts.asked("vm/detections", name)?.as_deref() == Some("1"))
        };
        let (asked_qds, asked_ignored) = (asked("show_qds")?, asked("include_ignored")?);
        let bands = named_params! { ":top": TOP, ":high": HIGH };
        Ok(facts.model.query_row(sql!("controls/17_prioritization/totals"), bands, |row| {
            Ok(Self {
                open: count(row, "open")?,
                scored: count(row, "scored")?,
                top: count(row, "top")?,
                lower: count(row, "lower")?,
                shows_qds: asked_qds || row.get("qds_seen")?,
                shows_ignored: asked_ignored || row.get("ignored_seen")?,
                unclear: count(row, "unclear")?,
            })
        })?)
    }
}

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    bind(facts)?;
    sort_detections(facts)?;
    let subscription = Subscription::read(facts)?;
    let totals = Totals::read(facts)?;
    let cves = scores::Cves::read(facts)?;
    scores::judge_scored(facts, &totals, &cves, verdicts)?;
    scores::judge_order(facts, &totals, verdicts)?;
    scores::judge_top(facts, &totals, verdicts)?;
    scores::judge_ignored(facts, &subscription, &totals, verdicts)?;
    let hosts = criticality::read(facts)?;
    criticality::judge_hosts(facts, &hosts, verdicts)?;
    criticality::judge_groups(facts, verdicts)?;
    if subscription.hosts + subscription.detections > 0 {
        let reason = "remediation tickets are in no answer that is collected; look at VMDR, \
                      Remediation, Tickets: owners of severity 4 and 5, and what is overdue";
        verdicts.decide("C17-07", Decision::NotAssessed, reason);
    }
    settle(&subscription, &totals, verdicts);
    metrics::measure(facts, &totals, &cves, &hosts, verdicts)
}

/// Where nobody looked nothing is open for a reason that proves nothing.
fn settle(subscription: &Subscription, totals: &Totals, verdicts: &mut Verdicts) {
    if totals.open == 0 && subscription.hosts > 0 && subscription.scanned_hosts == 0 {
        let reason = "no host was ever scanned, so there was nothing to detect";
        for check in ["C17-01", "C17-02", "C17-03", "C17-04"] {
            verdicts.decide(check, Decision::NotAssessed, reason);
        }
    }
}
