//! Control 16: what has been switched off in scanning, by whom, until when, and how much it hides.

mod churn;
mod estate;
mod holes;
mod hosts;
mod metrics;
mod qids;
mod ranges;

use super::binding::bind;
use super::{AnalyzeError, Analyzer, Check, Decision, Facts, Kind, Verdicts};
use crate::finding::Severity::{High, Info, Low, Medium};
use estate::Estate;

const fn side(id: &'static str) -> Check {
    Check {
        id,
        core: false,
        severity: Medium,
        kind: Kind::Presence,
        needs: &["vm/excluded-ips"],
        any_of: &[],
        inputs: &[],
        subject: "excluded_range:RANGE@NETWORK",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}

static CHECKS: &[Check] = &[
    Check {
        core: true,
        severity: High,
        parameters: &["c16.max_range"],
        summary: "One exclusion takes too many addresses out of all scans.",
        remediation: "Split the range down to the systems that need it, and justify each.",
        ..side("C16-01")
    },
    Check {
        core: true,
        severity: High,
        kind: Kind::Absence,
        needs: &["vm/excluded-ips", "vm/ips", "vm/asset-groups"],
        subject: "subscription:tenant or asset_group:ID",
        parameters: &["c16.max_total_share", "scope.ignore_asset_groups"],
        summary: "Too much of the estate, or a whole asset group, is excluded from scans.",
        remediation: "Reduce the exclusions; scan fragile systems gently instead of not at all.",
        ..side("C16-02")
    },
    Check {
        parameters: &["c16.require_expiry"],
        summary: "The exclusion has no end.",
        remediation: "Give the exclusion an end, and renew it only after a review.",
        ..side("C16-03")
    },
    Check {
        kind: Kind::Absence,
        needs: &["vm/excluded-ips", "vm/excluded-ip-history"],
        parameters: &["c16.junk_comments"],
        summary: "Nobody wrote down a usable reason for the exclusion.",
        remediation: "Exclude the range again with its reason and who approved it.",
        ..side("C16-04")
    },
    Check {
        severity: Low,
        kind: Kind::Absence,
        needs: &["vm/excluded-ips", "vm/excluded-ip-history"],
        parameters: &["c16.review_days"],
        summary: "The exclusion is old and was not reviewed since.",
        remediation: "Review exclusions yearly, and record the review as a waiver.",
        ..side("C16-05")
    },
    Check {
        needs: &["vm/excluded-ips", "vm/hosts"],
        subject: "host:ID",
        parameters: &["scope.stale_days", "c07.stale_checkin_days"],
        summary: "An excluded host is alive.",
        remediation: "Look at the host with an agent, or end its exclusion.",
        ..side("C16-06")
    },
    Check {
        core: true,
        needs: &[
            "vm/option-profiles",
            "vm/scan-schedules",
            "vm/scans",
            "vm/static-search-lists",
            "vm/dynamic-search-lists",
            "vm/knowledge-base",
        ],
        subject: "search_list:ID",
        parameters: &["c16.max_qids"],
        summary: "Scans leave out a search list that is too long or holds severe or exploited QIDs.",
        remediation: "Trim the list to the QIDs that harm the scanned systems.",
        ..side("C16-07")
    },
    Check {
        core: true,
        severity: High,
        needs: &["vm/detections", "vm/knowledge-base"],
        subject: "qid:QID",
        summary: "A severe QID is disabled for the whole subscription.",
        remediation: "Enable the QID again, or accept the risk formally.",
        ..side("C16-08")
    },
    Check {
        needs: &["vm/detections", "vm/hosts"],
        subject: "qid:QID",
        parameters: &["c16.max_ignored"],
        summary: "Severe detections of the QID are ignored, and no waiver says why.",
        remediation: "Replace the ignoring by a waiver with an end, or repair the finding.",
        ..side("C16-09")
    },
    Check {
        kind: Kind::Absence,
        needs: &["vm/scan-schedules", "vm/asset-groups", "vm/ips", "vm/hosts"],
        subject: "ip_range:RANGE@NETWORK",
        summary: "Addresses are left out by every schedule that covers them, one scan at a time.",
        remediation: "Take the addresses out of the schedules' own exclusions.",
        ..side("C16-10")
    },
    Check {
        needs: &[],
        subject: "qid:QID",
        summary: "The severity of a QID was lowered by hand.",
        remediation: "Have the change approved: it moves the QID into a slower class.",
        ..side("C16-11")
    },
    Check {
        severity: Info,
        needs: &["vm/excluded-ip-history", "vm/scans", "vm/asset-groups"],
        parameters: &["c16.churn_days"],
        summary: "Addresses were excluded for a few days, and a scan ran in them.",
        remediation: "Have the one who excluded them explain it.",
        ..side("C16-12")
    },
    Check {
        needs: &[],
        subject: "restricted_range:RANGE",
        summary: "Restricted addresses overlap the subscription.",
        remediation: "Review the list of restricted addresses.",
        ..side("C16-13")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 16,
    id: "exclusions",
    title: "Exclusion list review",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/16_exclusions.md"),
    judge,
};

/// Qualys severity from which a hidden QID matters (`controls.md`, control 16).
const SEVERE: i64 = 4;

/// QDS from which Qualys ranks a detection as critical.
const TOP: i64 = 90;

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    bind(facts)?;
    let estate = Estate::read(facts)?;
    ranges::judge(facts, &estate, verdicts)?;
    ranges::judge_share(facts, &estate, verdicts)?;
    hosts::judge(facts, &estate, verdicts)?;
    if estate.holds && estate.ranges.is_empty() {
        for check in ["C16-01", "C16-02", "C16-03", "C16-04", "C16-05", "C16-06"] {
            verdicts.decide(check, Decision::Pass, "no address is excluded from all scans");
        }
    }
    if !facts.profile.c16.require_expiry {
        verdicts.decide("C16-03", Decision::Off, "c16.require_expiry is false");
    }
    qids::judge(facts, verdicts)?;
    holes::judge(facts, &estate, verdicts)?;
    churn::judge(facts, &estate, verdicts)?;
    if estate.holds {
        let reason = "no answer tells a severity that a user set from the one that Qualys gave: look at \
                      the customised vulnerabilities in the knowledge base, or ask POST \
                      /api/2.0/fo/knowledge_base/vuln/?action=custom by hand";
        verdicts.decide("C16-11", Decision::NotAssessed, reason);
    }
    let reason = "restricted addresses limit from where people log in to the subscription; they \
                  take nothing out of scans, and control 13 shows them";
    verdicts.decide("C16-13", Decision::NotApplicable, reason);
    metrics::measure(facts, &estate, verdicts)
}
