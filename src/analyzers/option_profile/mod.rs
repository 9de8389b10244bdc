//! Control 3: the profiles that scans use look deep enough, gently enough, and as approved.

mod metrics;
mod profiles;
pub(super) mod read;
pub(super) mod schedules;
mod target;

use super::{AnalyzeError, Analyzer, Check, Facts, Kind, Verdicts};
use crate::finding::Severity::{High, Low, Medium};
use read::Estate;

const fn side(id: &'static str) -> Check {
    Check {
        id,
        core: false,
        severity: Medium,
        kind: Kind::Presence,
        needs: &["vm/option-profiles", "vm/scan-schedules", "vm/scans"],
        any_of: &[],
        inputs: &[],
        subject: "option_profile:ID",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}

static CHECKS: &[Check] = &[
    Check {
        core: true,
        severity: High,
        needs: &["vm/option-profiles", "vm/scan-schedules"],
        summary: "Scans from inside use the profile, and it logs in to nothing.",
        remediation: "Enable authentication for the technologies that stand in its targets.",
        ..side("C03-01")
    },
    Check {
        core: true,
        severity: High,
        parameters: &["c03.require_complete", "option_profiles.special_purpose"],
        summary: "The profile tests for a list of its own instead of for everything.",
        remediation: "Use complete detection for scans of the programme, or declare the special purpose.",
        ..side("C03-02")
    },
    Check {
        summary: "The profile leaves out the vulnerabilities of search lists.",
        remediation: "Document the exclusion, or take it out.",
        ..side("C03-03")
    },
    Check {
        parameters: &["c03.min_tcp", "c03.required_tcp_ports"],
        summary: "The profile scans too few TCP ports.",
        remediation: "Use the standard set or all ports.",
        ..side("C03-04")
    },
    Check {
        severity: Low,
        parameters: &["c03.min_udp"],
        summary: "The profile scans too few UDP ports.",
        remediation: "Add the light set of UDP ports.",
        ..side("C03-05")
    },
    Check {
        severity: High,
        needs: &["vm/option-profiles", "vm/scan-schedules", "vm/asset-groups"],
        subject: "option_profile:ID:SEGMENT",
        summary: "The profile is too aggressive for a segment of operational technology.",
        remediation: "Use a profile that is safe for such devices.",
        ..side("C03-06")
    },
    Check {
        needs: &["vm/option-profiles", "vm/scan-schedules", "vm/asset-groups"],
        parameters: &["c03.max_brute_force"],
        summary: "The profile guesses passwords in production hard enough to lock accounts.",
        remediation: "Lower the level of brute forcing.",
        ..side("C03-07")
    },
    Check {
        parameters: &["c03.close_dead_min_scans"],
        summary: "The profile closes the findings of hosts that missed only a few scans.",
        remediation: "Raise the number of scans, or switch the closing off.",
        ..side("C03-08")
    },
    Check {
        summary: "The profile lets scans of few ports close findings on others.",
        remediation: "Switch the authoritative option off for light scans.",
        ..side("C03-09")
    },
    Check {
        needs: &["vm/option-profiles", "vm/scan-schedules", "vm/asset-groups"],
        subject: "schedule:ID:PROFILE",
        parameters: &["option_profiles.expect", "option_profiles.special_purpose"],
        summary: "The schedule's profile does not fit the environment that it scans.",
        remediation: "Assign a profile that fits.",
        ..side("C03-10")
    },
    Check {
        severity: High,
        needs: &["vm/option-profiles", "vm/scan-schedules"],
        subject: "schedule:ID",
        summary: "The schedule only tests logins and finds no vulnerability.",
        remediation: "Use a real profile.",
        ..side("C03-11")
    },
    Check {
        parameters: &["option_profiles.approved"],
        summary: "The profile differs from its approved configuration.",
        remediation: "Review the change, then pin the new hash.",
        ..side("C03-12")
    },
    Check {
        severity: Low,
        needs: &["vm/option-profiles"],
        summary: "The default profile is weaker than the programme's scans.",
        remediation: "Harden the default: scans on demand inherit it.",
        ..side("C03-13")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 3,
    id: "option-profile",
    title: "Scan option profile review",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/03_option_profile.md"),
    judge,
};

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    let estate = Estate::read(facts)?;
    for profile in &estate.profiles {
        profiles::judge(facts, &estate, profile, verdicts);
    }
    schedules::judge(facts, &estate, verdicts);
    metrics::measure(&estate, verdicts);
    Ok(())
}
