//! Control 11: open detections can be tied to a patch, and patches do not wait for long.

mod hosts;
mod metrics;
mod qids;
mod read;

use super::binding::{bind, sort_detections};
use super::vuln_sla::read::Subscription;
use super::{AnalyzeError, Analyzer, Check, Decision, Facts, Kind, Verdicts};
use crate::finding::Severity::{High, Low, Medium};

const fn side(id: &'static str) -> Check {
    Check {
        id,
        core: false,
        severity: Medium,
        kind: Kind::Presence,
        needs: &["vm/detections", "vm/hosts", "vm/knowledge-base"],
        any_of: &[],
        inputs: &[],
        subject: "qid:QID",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}

static CHECKS: &[Check] = &[
    Check {
        core: true,
        kind: Kind::Absence,
        subject: "subscription:tenant",
        parameters: &["c11.min_kb_join"],
        summary: "Too few of the open QIDs can be tied to patch data.",
        remediation: "Collect with a login that may download the knowledge base, and let it be up to date.",
        ..side("C11-01")
    },
    Check {
        core: true,
        severity: High,
        parameters: &[
            "c11.max_patch_age_high_days",
            "sla.severity_source",
            "sla.kernel_policy",
            "sla.include_potential",
        ],
        summary: "A patch for critical or high detections has been out for too long.",
        remediation: "Deploy the patch, the most exposed hosts first.",
        ..side("C11-02")
    },
    Check {
        parameters: &[
            "c11.max_patch_age_medium_days",
            "sla.severity_source",
            "sla.kernel_policy",
            "sla.include_potential",
        ],
        summary: "A patch for medium detections has been out for too long.",
        remediation: "Deploy the patch with the next round of maintenance.",
        ..side("C11-03")
    },
    Check {
        parameters: &["c11.no_patch_days", "sla.severity_source", "sla.clock"],
        summary: "Critical or high detections without a patch are open without an accepted plan.",
        remediation: "Mitigate it where it runs, or accept the finding with a reason and an end.",
        ..side("C11-04")
    },
    Check {
        core: true,
        severity: High,
        parameters: &["c11.eol_pattern"],
        summary: "Hosts run software whose support has ended.",
        remediation: "Replace the software: no patch will come.",
        ..side("C11-05")
    },
    Check {
        severity: Low,
        needs: &["vm/detections", "vm/hosts"],
        subject: "host:ID",
        parameters: &["c11.reboot_days", "sla.kernel_policy"],
        summary: "The host runs a vulnerable kernel and was not booted for too long.",
        remediation: "Boot the host into the patched kernel.",
        ..side("C11-06")
    },
    Check {
        severity: Low,
        kind: Kind::Absence,
        needs: &["vm/report-templates", "vm/report-schedules"],
        subject: "subscription:tenant",
        summary: "No patch report is produced.",
        remediation: "Schedule a report on a template of type Patch for those who deploy patches.",
        ..side("C11-07")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 11,
    id: "patching",
    title: "Patch management tracking",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/11_patching.md"),
    judge,
};

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    bind(facts)?;
    sort_detections(facts)?;
    let subscription = Subscription::read(facts)?;
    let qids = read::qids(facts)?;
    let totals = read::Totals::read(facts, &qids)?;
    qids::judge_join(facts, &qids, verdicts)?;
    for qid in &qids {
        qids::judge_patch(facts, qid, verdicts)?;
        qids::judge_unpatchable(facts, qid, verdicts)?;
        qids::judge_obsolete(facts, qid, verdicts)?;
    }
    hosts::judge_kernels(facts, &subscription, &totals, verdicts)?;
    hosts::judge_reports(facts, &subscription, verdicts)?;
    settle(facts, &subscription, &qids, &totals, verdicts);
    metrics::measure(facts, &qids, &totals, verdicts);
    Ok(())
}

/// What nobody looked at is no empty population, and what fits no bucket may be anything.
fn settle(
    facts: &Facts<'_>,
    subscription: &Subscription,
    qids: &[read::Qid],
    totals: &read::Totals,
    verdicts: &mut Verdicts,
) {
    let by_qid = ["C11-01", "C11-02", "C11-03", "C11-04", "C11-05"];
    if qids.is_empty() && subscription.hosts > 0 && subscription.scanned_hosts == 0 {
        let reason = "no host was ever scanned, so there was nothing to detect";
        for check in by_qid.into_iter().chain(["C11-06"]) {
            verdicts.decide(check, Decision::NotAssessed, reason);
        }
    } else if totals.unclear > 0 {
        let reason = facts.no_bucket(totals.unclear);
        for check in &by_qid[1..] {
            verdicts.subjects(check, 1);
            verdicts.unknown(check, 1, reason.clone());
        }
    }
}
