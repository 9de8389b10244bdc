//! Control 20: each segment is scanned on its own terms, by its own scanner, at its own pace.

mod coverage;
mod metrics;
mod pairs;
mod place;
mod schedules;

use super::binding::bind;
use super::scanning::{Activity, Estate, Schedule, Target, Targets};
use super::{AnalyzeError, Analyzer, Check, Decision, Facts, Kind, Verdicts};
use crate::finding::Severity::{High, Low, Medium};
use place::Place;

/// What the effective targets and the segments are made of.
const TARGETS: &[&str] = &["vm/asset-groups", "vm/scan-schedules", "vm/excluded-ips", "vm/hosts"];

const fn segment(id: &'static str) -> Check {
    Check {
        id,
        core: false,
        severity: Medium,
        kind: Kind::Absence,
        needs: TARGETS,
        any_of: &[],
        inputs: &[],
        subject: "segment:ID",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}

static CHECKS: &[Check] = &[
    Check {
        core: true,
        severity: High,
        parameters: &["c01.agents_satisfy_schedule", "c01.agent_cover_min"],
        summary: "No active recurring scan reaches the segment.",
        remediation: "Create a schedule for the segment, with a scanner inside it.",
        ..segment("C20-01")
    },
    Check {
        core: true,
        parameters: &["c20.dedicated_purity"],
        summary: "The segment has no schedule of its own.",
        remediation: "Split the schedule, so that each kind of segment is scanned on its own terms.",
        ..segment("C20-02")
    },
    Check {
        subject: "schedule:ID",
        parameters: &["c20.mix_min"],
        summary: "One schedule spans segments of several kinds.",
        remediation: "Split the schedule by segment.",
        ..segment("C20-03")
    },
    Check {
        core: true,
        severity: High,
        subject: "subscription:tenant",
        parameters: &["c20.flat_share"],
        summary: "Flat scanning: one schedule reaches nearly everything.",
        remediation: "Redesign: a schedule for each segment, with its scanner, profile and pace.",
        ..segment("C20-04")
    },
    Check {
        subject: "schedule:ID:SEGMENT",
        summary: "A segment is scanned by an appliance that is not its own, across its boundary.",
        remediation: "Place a scanner inside the segment and name it in the schedule; or name the \
                      appliance in the segment's list, if it may cross.",
        ..segment("C20-05")
    },
    Check {
        severity: High,
        subject: "schedule:ID:SEGMENT",
        summary: "An OT segment is scanned with an option profile that is not made for it.",
        remediation: "Use a profile of the segment's list, or look at it with passive sensors.",
        ..segment("C20-06")
    },
    Check {
        summary: "Even the most frequent schedule of the segment leaves too long a gap.",
        remediation: "Let the schedule recur more often, or set the segment's max_interval_days to \
                      what was agreed.",
        ..segment("C20-07")
    },
    Check {
        needs: &["vm/ips", "vm/asset-groups", "vm/hosts"],
        summary: "Nothing of the segment is in Qualys.",
        remediation: "Add its addresses to the subscription and to an asset group (control 4).",
        ..segment("C20-08")
    },
    Check {
        severity: Low,
        kind: Kind::Presence,
        needs: &[],
        subject: "segment:ID:ID",
        summary: "Two segments share addresses of one network.",
        remediation: "Correct the addresses in the profile: an address is in one segment.",
        ..segment("C20-09")
    },
    Check {
        needs: &["vm/hosts"],
        subject: "segment:ID:ID",
        summary: "Two segments use the same addresses, and Network Support does not keep them apart.",
        remediation: "Give each site a network of its own, with its appliances.",
        ..segment("C20-10")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 20,
    id: "segmentation",
    title: "Network segmentation scanning",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/20_segmentation.md"),
    judge,
};

const NO_STATE: &str = "whether a schedule that reaches it is on was not said";

/// A schedule that is not off, with what it reaches.
struct Reaching<'a> {
    schedule: &'a Schedule,
    target: Target,
    /// `false`: it may be off.
    is_on: bool,
}

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    bind(facts)?;
    let estate = Estate::read(facts)?;
    if facts.profile.segments.is_empty() {
        let reason = "no segment is declared; add a [[segment]] to the profile for each zone of the \
                      network, with its type, addresses and scanners";
        for check in CHECKS {
            verdicts.decide(check.id, Decision::NotAssessed, reason);
        }
        metrics::hint(&estate, verdicts);
        return Ok(());
    }
    let mut targets = Targets::new(&estate);
    let schedules: Vec<Reaching<'_>> = estate
        .schedules
        .iter()
        .filter(|schedule| matches!(schedule.state, Activity::On | Activity::Unknown))
        .map(|schedule| Reaching {
            schedule,
            target: targets.of(schedule),
            is_on: schedule.state == Activity::On,
        })
        .collect();
    let places = place::places(facts, &estate);
    let judged = coverage::judge(facts, &estate, &places, &schedules, verdicts)?;
    let judged_places: Vec<&Place<'_>> = judged.iter().map(|judged| judged.place).collect();
    schedules::judge_spans(facts, &estate, &judged_places, &schedules, verdicts);
    schedules::judge_flat(facts, &estate, &places, &schedules, verdicts);
    let pairs = schedules::judge_pairs(facts, &estate, &judged_places, &schedules, verdicts)?;
    pairs::judge(facts, &estate, verdicts)?;
    metrics::measure(facts, &judged, places.len(), &schedules, pairs, verdicts);
    Ok(())
}
