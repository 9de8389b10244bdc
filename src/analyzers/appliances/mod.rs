//! Control 6: the scanners that the programme relies on can run now, with current signatures.

mod estate;
mod judge;
mod metrics;
mod read;
mod reliance;

use super::binding::bind;
use super::{AnalyzeError, Analyzer, Check, Facts, Kind, Verdicts};
use crate::finding::Severity::{Critical, High, Low, Medium};

/// What tells whether an appliance is in use.
const USE: &[&str] = &["vm/appliances", "vm/scan-schedules", "vm/asset-groups"];

const fn side(id: &'static str) -> Check {
    Check {
        id,
        core: false,
        severity: Medium,
        kind: Kind::Presence,
        needs: &["vm/appliances"],
        any_of: &[],
        inputs: &[],
        subject: "appliance:ID",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}

static CHECKS: &[Check] = &[
    Check {
        core: true,
        severity: Critical,
        needs: USE,
        summary: "The appliance is offline, and scans rely on it.",
        remediation: "Restore the appliance, or move its schedules and groups to another one.",
        ..side("C06-01")
    },
    Check {
        kind: Kind::Absence,
        needs: USE,
        summary: "The appliance is offline, and nothing relies on it.",
        remediation: "Decommission the appliance and delete it.",
        ..side("C06-02")
    },
    Check {
        core: true,
        parameters: &["c06.max_missed", "c06.max_contact_age_hours"],
        summary: "The appliance is online, but it misses heartbeats or has been silent for too long.",
        remediation: "Check its path to the platform and its load.",
        ..side("C06-03")
    },
    Check {
        core: true,
        parameters: &["c06.signature_hours"],
        summary: "The appliance scans with old vulnerability signatures.",
        remediation: "Force an update, and check its outbound access.",
        ..side("C06-04")
    },
    Check {
        severity: Low,
        summary: "The appliance runs an old scanning engine.",
        remediation: "Let the appliance update its engine.",
        ..side("C06-05")
    },
    Check {
        severity: Low,
        parameters: &["c06.min_software_version"],
        summary: "The appliance runs software below the least version.",
        remediation: "Upgrade the appliance, or deploy it anew.",
        ..side("C06-06")
    },
    Check {
        severity: Low,
        kind: Kind::Absence,
        needs: &["vm/appliances", "vm/asset-groups", "vm/hosts"],
        subject: "segment:ID or asset_group:ID",
        parameters: &["c06.redundancy_min_hosts"],
        summary: "Many hosts depend on one appliance alone.",
        remediation: "Add a second scanner, or make a pool.",
        ..side("C06-07")
    },
    Check {
        severity: Low,
        kind: Kind::Absence,
        needs: USE,
        summary: "The appliance is in no asset group and in no schedule.",
        remediation: "Attach the appliance to the groups that it is to scan, or delete it.",
        ..side("C06-08")
    },
    Check {
        severity: Low,
        parameters: &["c06.pending_days"],
        summary: "The appliance was set up and never activated.",
        remediation: "Deploy or delete it; until then its activation code is a secret.",
        ..side("C06-09")
    },
    Check {
        severity: High,
        kind: Kind::Absence,
        needs: &["vm/appliances", "vm/scan-schedules"],
        subject: "schedule:ID",
        summary: "An active schedule names a scanner that does not exist.",
        remediation: "Point the schedule at a scanner that lives.",
        ..side("C06-10")
    },
    Check {
        severity: High,
        kind: Kind::Absence,
        needs: &["vm/appliances", "vm/asset-groups", "vm/hosts", "am/host-assets"],
        subject: "subscription:tenant",
        parameters: &["c01.agent_cover_min", "c07.eligible_os", "c07.stale_checkin_days"],
        summary: "There are internal addresses, and neither a scanner nor enough agents.",
        remediation: "Deploy a scanner inside, or bring agents to nearly all hosts.",
        ..side("C06-11")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 6,
    id: "appliances",
    title: "Scanner appliance health",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/06_appliances.md"),
    judge,
};

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    bind(facts)?;
    let estate = estate::Estate::read(facts)?;
    judge::judge(facts, &estate, verdicts);
    reliance::judge(facts, &estate, verdicts)?;
    metrics::measure(facts, &estate, verdicts);
    Ok(())
}
