//! Control 14: the whole public perimeter is looked at from outside, often enough.

mod looking;
mod metrics;
mod perimeter;
mod ranges;
mod schedules;

use super::binding::bind;
use super::scanning::{Estate, History};
use super::{AnalyzeError, Analyzer, Check, Facts, Kind, Verdicts};
use crate::finding::Severity::{High, Info, Medium};

/// What the perimeter and the targets are made of. Hosts and assets help: they resolve tags, hold
/// IPv6 and the addresses of cloud instances.
const TARGETS: &[&str] = &["vm/ips", "vm/asset-groups", "vm/scan-schedules", "vm/excluded-ips"];

const fn range(id: &'static str) -> Check {
    Check {
        id,
        core: true,
        severity: High,
        kind: Kind::Absence,
        needs: TARGETS,
        any_of: &[],
        inputs: &[],
        subject: "ip_range:FIRST-LAST@NETWORK",
        parameters: &["scope.external_exposure"],
        summary: "",
        remediation: "",
    }
}

static CHECKS: &[Check] = &[
    Check {
        summary: "No active recurring scan reaches public addresses from outside.",
        remediation: "Put the addresses into a recurring schedule that uses the external scanners.",
        ..range("C14-01")
    },
    Check {
        parameters: &["c14.max_interval_days", "scope.external_exposure"],
        summary: "Public addresses are scanned from outside, but too rarely.",
        remediation: "Let the external schedule recur more often.",
        ..range("C14-02")
    },
    Check {
        core: false,
        severity: Medium,
        summary: "Public addresses are scanned from inside only.",
        remediation: "Add the view from outside: what a firewall lets through shows only there.",
        ..range("C14-03")
    },
    Check {
        needs: &["vm/scan-schedules"],
        any_of: &[&["vm/schedule-runs", "vm/scans"]],
        subject: "schedule:ID",
        parameters: &["c14.max_run_age_days"],
        summary: "An external schedule has not finished a run for too long, or its latest run failed.",
        remediation: "Find the cause, start the schedule by hand and see it finish.",
        ..range("C14-04")
    },
    Check {
        core: false,
        severity: Medium,
        kind: Kind::Presence,
        needs: &["vm/scan-schedules", "vm/option-profiles"],
        subject: "schedule:ID",
        parameters: &["option_profiles.expect"],
        summary: "An external schedule uses an option profile that does not look as it should.",
        remediation: "Give it a profile that scans all ports for everything.",
        ..range("C14-05")
    },
    Check {
        core: false,
        needs: &["vm/ips", "vm/asset-groups"],
        subject: "network_range:CIDR@NETWORK",
        summary: "A declared external block is not in the subscription.",
        remediation: "Add the block to the subscription, or correct the declaration.",
        ..range("C14-06")
    },
    Check {
        core: false,
        severity: Medium,
        kind: Kind::Presence,
        needs: &["vm/ips", "vm/asset-groups", "vm/excluded-ips"],
        summary: "Public addresses are excluded from every scan.",
        remediation: "Review the exclusion: what the Internet reaches should be scanned.",
        ..range("C14-07")
    },
    Check {
        core: false,
        severity: Info,
        needs: &[],
        subject: "subscription:tenant",
        parameters: &["c14.asv", "c14.max_interval_days"],
        summary: "Scans of an approved scanning vendor are asked for, and no evidence of them was given.",
        remediation: "Attach an [[attestation]] for control 14 with the vendor's report.",
        ..range("C14-08")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 14,
    id: "external-scan",
    title: "External scanner configuration",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/14_external_scan.md"),
    judge,
};

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    bind(facts)?;
    let estate = Estate::read(facts)?;
    let history = History::read(facts)?;
    let origins = ranges::Origins::read(facts)?;
    let perimeter = perimeter::Perimeter::of(facts, &estate, &origins.cloud());
    let looking = looking::looking(&estate);
    ranges::judge(facts, &estate, &perimeter, &looking, origins, verdicts)?;
    schedules::judge(facts, &history, &looking, verdicts)?;
    metrics::measure(facts, (&estate, &history), &perimeter, &looking, verdicts);
    Ok(())
}
