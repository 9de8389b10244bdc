//! Control 1: every asset group is reached, often enough, by a recurring scan that is on and runs.

mod groups;
mod metrics;
mod schedules;
mod units;

use super::binding::bind;
use super::scanning::{Estate, History, Targets};
use super::{AnalyzeError, Analyzer, Check, Facts, Kind, Verdicts};
use crate::finding::Severity::{High, Low, Medium};
use groups::Reaching;

/// What the effective targets and the groups are made of.
const TARGETS: &[&str] = &["vm/asset-groups", "vm/scan-schedules", "vm/excluded-ips", "vm/hosts"];

/// Either of them says which runs there were.
const RUNS: &[&[&str]] = &[&["vm/schedule-runs", "vm/scans"]];

const fn group(id: &'static str) -> Check {
    Check {
        id,
        core: true,
        severity: High,
        kind: Kind::Absence,
        needs: TARGETS,
        any_of: &[],
        inputs: &[],
        subject: "asset_group:ID",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}

const fn schedule(id: &'static str) -> Check {
    Check {
        core: false,
        severity: Medium,
        kind: Kind::Presence,
        needs: &["vm/scan-schedules"],
        subject: "schedule:ID",
        ..group(id)
    }
}

static CHECKS: &[Check] = &[
    Check {
        parameters: &[
            "c01.agents_satisfy_schedule",
            "c01.agent_cover_min",
            "c07.stale_checkin_days",
        ],
        summary: "No active recurring scan reaches the asset group.",
        remediation: "Put the group, or a tag that its hosts carry, into the target of a recurring \
                      schedule; where agents do the work, bring a live agent to nearly all of its hosts.",
        ..group("C01-01")
    },
    Check {
        core: false,
        severity: Medium,
        parameters: &["c01.group_cover_min"],
        summary: "Active schedules reach only a part of the asset group.",
        remediation: "Widen the schedule's target, or take back its own exclusion.",
        ..group("C01-02")
    },
    Check {
        parameters: &["c01.max_interval_days"],
        summary: "Even the most frequent schedule of the asset group leaves too long a gap.",
        remediation: "Let the schedule recur more often.",
        ..group("C01-03")
    },
    Check {
        core: true,
        severity: High,
        kind: Kind::Absence,
        any_of: RUNS,
        parameters: &["c01.max_run_age_days"],
        summary: "The schedule is active, but it has not finished a run for too long.",
        remediation: "Check its scanner, target and launch window; start it by hand and see it finish.",
        ..schedule("C01-04")
    },
    Check {
        parameters: &["c01.next_launch_grace_hours"],
        summary: "The schedule is active, but it will not be launched again.",
        remediation: "Save the schedule again with a start and a recurrence that lead to a launch.",
        ..schedule("C01-05")
    },
    Check {
        severity: Low,
        summary: "The schedule switches itself off after a number of runs.",
        remediation: "Take the limit of occurrences off schedules that are meant to go on.",
        ..schedule("C01-06")
    },
    Check {
        severity: Low,
        kind: Kind::Absence,
        needs: TARGETS,
        summary: "The schedule is off or paused, and what it scanned is scanned by nothing else.",
        remediation: "Switch it on again, put another schedule in its place, or retire the group.",
        ..schedule("C01-07")
    },
    Check {
        kind: Kind::Absence,
        any_of: RUNS,
        parameters: &["c01.fail_run_window"],
        summary: "The latest runs of the schedule all ended without having scanned a host.",
        remediation: "Remove the cause: a run that is cancelled, fails or finds no host is no coverage.",
        ..schedule("C01-08")
    },
    Check {
        kind: Kind::Absence,
        needs: TARGETS,
        summary: "The schedule is active, and its target holds nothing.",
        remediation: "Give the schedule a target that resolves to addresses or hosts in its network.",
        ..schedule("C01-09")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 1,
    id: "scan-schedule",
    title: "Scan schedule coverage",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/01_scan_schedule.md"),
    judge,
};

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    bind(facts)?;
    let estate = Estate::read(facts)?;
    let history = History::read(facts)?;
    let mut targets = Targets::new(&estate);
    let schedules: Vec<Reaching<'_>> = estate
        .schedules
        .iter()
        .map(|schedule| Reaching { schedule, target: targets.of(schedule) })
        .collect();
    let judged = groups::judge(facts, &estate, &schedules, verdicts)?;
    schedules::judge(facts, (&estate, &history), &schedules, &judged, verdicts)?;
    metrics::measure(facts, &estate, &history, &judged, verdicts);
    Ok(())
}
