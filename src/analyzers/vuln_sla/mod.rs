//! Control 10: open detections are younger than promised, and closed ones were closed in time.

mod buckets;
mod hygiene;
mod metrics;
mod qids;
pub(super) mod read;
mod shares;

use super::binding::{bind, sort_detections};
use super::{AnalyzeError, Analyzer, Check, Decision, Facts, Kind, Verdicts};
use crate::finding::Severity::{Critical, High, Info, Low, Medium};
use crate::profile::Input;

const DETECTIONS: &[&str] = &["vm/detections", "vm/hosts"];

const fn aged(id: &'static str) -> Check {
    Check {
        id,
        core: true,
        severity: Critical,
        kind: Kind::Presence,
        needs: DETECTIONS,
        any_of: &[],
        inputs: &[],
        subject: "qid:QID",
        parameters: &[],
        summary: "",
        remediation: "Patch or mitigate it; begin with the host that has it longest and is most exposed.",
    }
}

const fn side(id: &'static str) -> Check {
    Check { core: false, severity: Low, ..aged(id) }
}

macro_rules! ageing {
    ($limit:literal) => {
        &[$limit, "sla.severity_source", "sla.clock", "sla.kernel_policy", "sla.include_potential"]
    };
}

static CHECKS: &[Check] = &[
    Check {
        parameters: ageing!("sla.critical"),
        summary: "Critical detections of a QID are open for longer than promised.",
        ..aged("C10-01")
    },
    Check {
        severity: High,
        parameters: ageing!("sla.high"),
        summary: "High detections of a QID are open for longer than promised.",
        ..aged("C10-02")
    },
    Check {
        severity: Medium,
        parameters: ageing!("sla.medium"),
        summary: "Medium detections of a QID are open for longer than promised.",
        ..aged("C10-03")
    },
    Check {
        parameters: ageing!("sla.low"),
        summary: "Low detections of a QID are open for longer than promised.",
        ..side("C10-04")
    },
    Check {
        core: true,
        severity: High,
        kind: Kind::Absence,
        needs: &["vm/detections", "vm/hosts", "vm/asset-groups"],
        subject: "subscription:tenant:CLASS or asset_group:ID:CLASS",
        parameters: &[
            "sla.target_pct",
            "sla.group_min_population",
            "sla.critical",
            "sla.high",
            "sla.medium",
            "sla.severity_source",
            "sla.clock",
            "sla.kernel_policy",
            "sla.include_potential",
        ],
        summary: "Too small a share of the open detections of a class is inside its limit.",
        remediation: "Plan the backlog by group, the worst class first, until the share is back.",
        ..side("C10-05")
    },
    Check {
        severity: Critical,
        needs: &["vm/detections", "vm/hosts", "vm/knowledge-base"],
        inputs: &[Input::Kev],
        parameters: &["sla.kev_days", "sla.clock", "sla.kernel_policy", "sla.include_potential"],
        summary: "A vulnerability that is known to be exploited is open past its due date.",
        remediation: "Treat it as an emergency change, and look for signs that it was used.",
        ..side("C10-06")
    },
    Check {
        severity: Info,
        parameters: &["sla.kernel_policy"],
        summary: "Detections of the QID are on installed kernels that do not run.",
        remediation: "Remove old kernels; after a boot into one of them its holes are back.",
        ..side("C10-07")
    },
    Check {
        severity: Medium,
        needs: &["vm/detections", "vm/hosts", "vm/asset-groups"],
        subject: "asset_group:ID",
        parameters: &["sla.unverified_days"],
        summary: "Open detections in the asset group were not tested again for too long.",
        remediation: "Scan the hosts again; until then the detections count as open.",
        ..side("C10-08")
    },
    Check {
        subject: "subscription:tenant",
        summary: "Open detections have no usable date of their first sight.",
        remediation: "Ask Qualys support about the records; their age cannot be held against a limit.",
        ..side("C10-09")
    },
    Check {
        parameters: &["sla.reopen_flag"],
        summary: "Detections of the QID keep coming back after they were fixed.",
        remediation: "Mend the image, package source or policy that brings it back.",
        ..side("C10-10")
    },
    Check {
        kind: Kind::Absence,
        subject: "subscription:tenant",
        parameters: &[
            "sla.late_close_warn",
            "sla.critical",
            "sla.high",
            "sla.medium",
            "sla.low",
            "sla.severity_source",
            "sla.clock",
            "sla.kernel_policy",
            "sla.include_potential",
        ],
        summary: "Too many of the latest fixes came after the limit.",
        remediation: "The process is late, not single patches: find where the time goes.",
        ..side("C10-11")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 10,
    id: "vuln-sla",
    title: "Vulnerability SLA adherence",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/10_vuln_sla.md"),
    judge,
};

/// A class with a limit, and the check that holds it.
struct Class {
    name: &'static str,
    check: &'static str,
    days: i64,
}

/// The classes that have a limit, worst first.
fn classes(facts: &Facts<'_>) -> Vec<Class> {
    let sla = &facts.profile.sla;
    let class = |name, check, days| Class { name, check, days };
    let mut classes = vec![
        class("critical", "C10-01", sla.critical),
        class("high", "C10-02", sla.high),
        class("medium", "C10-03", sla.medium),
    ];
    classes.extend(sla.low.map(|days| class("low", "C10-04", days)));
    classes
}

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    bind(facts)?;
    sort_detections(facts)?;
    let buckets = buckets::Buckets::read(facts)?;
    let subscription = read::Subscription::read(facts)?;
    let mut seen = Seen::default();
    let classes = classes(facts);
    let counts = read::class_counts(facts)?;
    let unclear = read::Unclear::read(facts, &counts)?;
    let overdue = qids::judge_ages(facts, &classes, &mut seen, verdicts)?;
    for class in &classes {
        let unclear = unclear.of(class.name);
        if unclear > 0 {
            let reason = format!("{} or have no class", facts.no_bucket(unclear));
            seen.subjects(class.check, 1, verdicts);
            verdicts.unknown(class.check, 1, reason);
        }
    }
    shares::judge(facts, &classes, &counts, &unclear, &mut seen, verdicts)?;
    qids::judge_exploited(facts, &mut seen, verdicts)?;
    qids::judge_kernels(facts, &subscription, &mut seen, verdicts)?;
    let untested = hygiene::judge_untested(facts, &mut seen, verdicts)?;
    hygiene::judge_undated(facts, &counts, &mut seen, verdicts)?;
    qids::judge_returned(facts, &mut seen, verdicts)?;
    let fixed = hygiene::judge_fixed(facts, &classes, &subscription, verdicts)?;
    settle_unclear(facts, &unclear, &mut seen, verdicts);
    settle_empty(facts, &subscription, &seen, verdicts);
    let measured =
        metrics::Measured { buckets: &buckets, counts: &counts, overdue, untested, fixed };
    metrics::measure(facts, &classes, &measured, verdicts)
}

/// Which checks found something to look at.
#[derive(Default)]
struct Seen(std::collections::BTreeSet<&'static str>);

impl Seen {
    fn subjects(&mut self, check: &'static str, count: u64, verdicts: &mut Verdicts) {
        if count > 0 {
            self.0.insert(check);
        }
        verdicts.subjects(check, count);
    }
}

/// What may be open may be what a check looks for.
fn settle_unclear(
    facts: &Facts<'_>,
    unclear: &read::Unclear,
    seen: &mut Seen,
    verdicts: &mut Verdicts,
) {
    for (check, count) in [
        ("C10-07", unclear.idle),
        ("C10-08", unclear.untested),
        ("C10-09", unclear.undated),
        ("C10-10", unclear.returned),
    ] {
        if count > 0 {
            seen.subjects(check, 1, verdicts);
            verdicts.unknown(check, 1, facts.no_bucket(count));
        }
    }
}

/// Nothing open is the goal, if somebody looked: a whole list over hosts that were scanned passes.
fn settle_empty(
    facts: &Facts<'_>,
    subscription: &read::Subscription,
    seen: &Seen,
    verdicts: &mut Verdicts,
) {
    if facts.profile.sla.low.is_none() {
        let reason = "sla.low is not set, so low detections have no limit";
        verdicts.decide("C10-04", Decision::Off, reason);
    }
    if subscription.hosts == 0 && subscription.detections == 0 {
        return;
    }
    for check in CHECKS.iter().map(|check| check.id) {
        let is_settled = check == "C10-11"
            || check == "C10-07" && !subscription.shows_kernels
            || check == "C10-04" && facts.profile.sla.low.is_none();
        if is_settled || seen.0.contains(check) {
            continue;
        }
        if subscription.scanned_hosts == 0 {
            let reason = "no host was ever scanned, so there was nothing to detect";
            verdicts.decide(check, Decision::NotAssessed, reason);
        } else {
            verdicts.decide(check, Decision::Pass, "nothing of the kind is open");
        }
    }
}
