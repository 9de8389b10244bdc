//! Control 19: an unbroken log, somebody who reads it, and what dangerous things it tells.

mod deeds;
mod grant;
mod log;
mod metrics;
mod pace;

use super::{AnalyzeError, Analyzer, Check, Facts, Kind, Verdicts};
use crate::finding::Severity::{High, Info, Medium};
use crate::profile::Input;

/// Either of them says what ran.
const RUNS: &[&[&str]] = &[&["vm/schedule-runs", "vm/scans"]];

const fn side(id: &'static str) -> Check {
    Check {
        id,
        core: false,
        severity: Medium,
        kind: Kind::Presence,
        needs: &["vm/activity-log"],
        any_of: &[],
        inputs: &[],
        subject: "actor:LOGIN",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}

static CHECKS: &[Check] = &[
    Check {
        severity: High,
        kind: Kind::Absence,
        any_of: RUNS,
        subject: "subscription:tenant",
        summary: "The activity log is empty although scans ran.",
        remediation: "Read the log with a Manager's account; if it stays empty, raise it with Qualys.",
        ..side("C19-01")
    },
    Check {
        core: true,
        kind: Kind::Absence,
        needs: &["vm/activity-log", "vm/users"],
        subject: "subscription:tenant",
        parameters: &["c19.min_retention_days"],
        summary: "The activity log does not reach back far enough.",
        remediation: "Export the log every month to where it is kept for the whole period.",
        ..side("C19-02")
    },
    Check {
        severity: High,
        kind: Kind::Absence,
        any_of: RUNS,
        subject: "interval:FROM/TO",
        parameters: &["c19.max_gap_days"],
        summary: "Schedules ran, and the log is silent for too long.",
        remediation: "Find out whether the log lost lines or was read with too narrow a view.",
        ..side("C19-03")
    },
    Check {
        core: true,
        severity: Info,
        subject: "actor:LOGIN:CLASS",
        parameters: &["c19.sensitive_rules", "c19.review_days"],
        summary: "Somebody did things that a review must look at.",
        remediation: "Hold each of them against the change tickets, and attest the review.",
        ..side("C19-04")
    },
    Check {
        core: true,
        needs: &[],
        inputs: &[Input::Attestations],
        subject: "subscription:tenant",
        parameters: &["c19.review_days"],
        summary: "No review of the log is attested that is recent enough.",
        remediation: "Review the log and add an [[attestation]] for control 19 to the attestations.",
        ..side("C19-05")
    },
    Check {
        severity: High,
        parameters: &["c19.burst"],
        summary: "One actor deleted many objects within an hour.",
        remediation: "Have the actor or the ticket confirm that this was meant.",
        ..side("C19-06")
    },
    Check {
        severity: High,
        subject: "user:LOGIN:ACTOR",
        summary: "Somebody made a Manager, or raised the own role.",
        remediation: "Let two people decide on Managers, and take the role back where nobody did.",
        ..side("C19-07")
    },
    Check {
        kind: Kind::Absence,
        needs: &["vm/activity-log", "vm/users"],
        parameters: &["c19.sensitive_rules"],
        summary: "Somebody who is no user of today did sensitive things.",
        remediation: "Find out who it was and when the account went.",
        ..side("C19-08")
    },
    Check {
        subject: "actor:LOGIN:IP",
        parameters: &["c19.allowed_cidrs", "c19.sensitive_rules"],
        summary: "A login or a sensitive action came from outside the allowed addresses.",
        remediation: "Restrict logins to the organisation's addresses, or widen c19.allowed_cidrs.",
        ..side("C19-09")
    },
    Check {
        subject: "user:LOGIN",
        parameters: &["c19.failed_logins"],
        summary: "Many logins of one account failed within an hour.",
        remediation: "See whether a program has an old password, or somebody is guessing.",
        ..side("C19-10")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 19,
    id: "activity-log",
    title: "Activity log monitoring",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/19_activity_log.md"),
    judge,
};

/// Seconds of the hour in which deletions and failed logins are counted.
const HOUR: i64 = 3600;

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    let summary = log::Summary::read(facts)?;
    log::judge(facts, &summary, verdicts)?;
    let deeds = deeds::Deeds::read(facts)?;
    deeds::judge(facts, &summary, &deeds, verdicts);
    grant::judge(&summary, &deeds, verdicts);
    pace::judge(facts, &summary, verdicts)?;
    metrics::measure(facts, &summary, &deeds, verdicts)
}
