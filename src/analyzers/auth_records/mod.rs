//! Control 8: there is a credential for each kind of system, it points at the hosts, and it works.

mod families;
mod ground;
mod metrics;
mod pairs;
mod profiles;
mod records;

use super::binding::bind;
use super::{AnalyzeError, Analyzer, Check, Facts, Kind, Verdicts};
use crate::finding::Severity::{High, Info, Low, Medium};

const fn side(id: &'static str) -> Check {
    Check {
        id,
        core: false,
        severity: Medium,
        kind: Kind::Absence,
        needs: &["vm/auth-record-details", "vm/hosts"],
        any_of: &[],
        inputs: &[],
        subject: "auth_record:TYPE/ID",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}

static CHECKS: &[Check] = &[
    Check {
        core: true,
        severity: High,
        needs: &["vm/auth-records", "vm/auth-record-details", "vm/hosts"],
        subject: "os_family:FAMILY",
        parameters: &["c08.type_map", "c07.stale_checkin_days"],
        summary: "Scanned hosts of an operating system family have no record that could log in to them.",
        remediation: "Create a record of a type that serves the family, its secret in a vault.",
        ..side("C08-01")
    },
    Check {
        needs: &["vm/auth-records", "vm/auth-record-details", "vm/hosts", "vm/asset-groups"],
        subject: "asset_group:ID:FAMILY",
        parameters: &["c08.type_map", "c07.stale_checkin_days"],
        summary: "Hosts of the asset group are in no record that serves their family.",
        remediation: "Bring the hosts' addresses into a record, or install the agent.",
        ..side("C08-02")
    },
    Check {
        core: true,
        severity: High,
        parameters: &["c08.min_hosts", "c08.type_map", "c02.window_days"],
        summary: "The record logs in to none of the hosts that it serves.",
        remediation: "Renew and test the credential; look at sudo, remote UAC and firewalls.",
        ..side("C08-03")
    },
    Check {
        parameters: &["c08.min_success", "c08.type_map", "c02.window_days"],
        summary: "The record logs in to too few of the hosts that it serves.",
        remediation: "Repair the login on the other hosts.",
        ..side("C08-04")
    },
    Check {
        severity: High,
        kind: Kind::Presence,
        needs: &["vm/auth-detections", "vm/hosts"],
        subject: "host:ID",
        parameters: &["c08.fail_title_pattern", "c08.fail_qids", "c02.window_days"],
        summary: "The last scan that tried to log in to the host reports that it failed.",
        remediation: "Renew and test the credential; look at sudo, remote UAC and firewalls.",
        ..side("C08-05")
    },
    Check {
        severity: Low,
        kind: Kind::Presence,
        needs: &["vm/auth-record-details"],
        parameters: &["c08.max_unchanged_days"],
        summary: "The record keeps its password in Qualys and was not changed for a long time.",
        remediation: "Rotate the password, or take it from a vault.",
        ..side("C08-06")
    },
    Check {
        severity: Info,
        kind: Kind::Presence,
        needs: &["vm/auth-record-details"],
        summary: "The record keeps its password in Qualys.",
        remediation: "Take the password from a vault.",
        ..side("C08-07")
    },
    Check {
        severity: Low,
        needs: &["vm/auth-record-details", "vm/ips", "vm/asset-groups"],
        summary: "The record points at no address of the subscription or of a group.",
        remediation: "Retire the record, or give it its addresses.",
        ..side("C08-08")
    },
    Check {
        core: true,
        severity: High,
        kind: Kind::Presence,
        needs: &[
            "vm/auth-record-details",
            "vm/hosts",
            "vm/option-profiles",
            "vm/scan-schedules",
            "vm/asset-groups",
        ],
        subject: "option_profile:ID:FAMILY",
        parameters: &["c08.type_map", "c07.stale_checkin_days"],
        summary: "The profile scans hosts of a family that has records, and does not use them.",
        remediation: "Enable the technology of the records in the profile.",
        ..side("C08-09")
    },
    Check {
        kind: Kind::Presence,
        needs: &["vm/auth-record-details", "vm/asset-groups"],
        subject: "auth_record:TYPE/ID:TYPE/ID",
        parameters: &[],
        summary: "Two records use one account in segments of different trust.",
        remediation: "Use an account of its own in each of the segments.",
        ..side("C08-10")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 8,
    id: "auth-records",
    title: "Authentication record completeness",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/08_auth_records.md"),
    judge,
};

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    bind(facts)?;
    let totals = ground::prepare(facts)?;
    let families = families::families(facts)?;
    families::judge(facts, &families, verdicts)?;
    let records = records::records(facts)?;
    records::judge(facts, &records, verdicts)?;
    records::judge_failed(facts, &totals, verdicts)?;
    pairs::judge(facts, &records, verdicts)?;
    profiles::judge(facts, &totals, verdicts)?;
    metrics::measure(facts, &families, &records, &totals, verdicts);
    Ok(())
}
