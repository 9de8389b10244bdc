//! Control 9: each policy that must hold is active, assigned, and really evaluates its hosts.

mod definitions;
mod groups;
mod integrity;
mod metrics;
mod policies;
mod read;

use rusqlite::named_params;

use super::binding::{DAY, bind};
use super::{AnalyzeError, Analyzer, Check, Facts, Kind, Verdicts};
use crate::finding::Severity::{High, Low, Medium};

/// How long ago a compliance scan may be to count (`decisions.md` 11).
const WINDOW: i64 = 30 * DAY;

const fn side(id: &'static str) -> Check {
    Check {
        id,
        core: false,
        severity: Medium,
        kind: Kind::Presence,
        needs: &["pc/policies"],
        any_of: &[],
        inputs: &[],
        subject: "policy:ID",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}

static CHECKS: &[Check] = &[
    Check {
        core: true,
        summary: "The policy is active and assigned to nothing, so it evaluates no host.",
        remediation: "Assign the policy to the asset groups or tags that it is for.",
        ..side("C09-01")
    },
    Check {
        severity: Low,
        parameters: &["policy.required"],
        summary: "The policy is a draft or switched off.",
        remediation: "Activate the policy, or delete it.",
        ..side("C09-02")
    },
    Check {
        core: true,
        severity: High,
        kind: Kind::Absence,
        subject: "required_policy:PATTERN",
        parameters: &["policy.required"],
        summary: "No active and assigned policy is the one that is required.",
        remediation: "Create the policy or import it from the library, activate it and assign it.",
        ..side("C09-03")
    },
    Check {
        core: true,
        kind: Kind::Absence,
        needs: &["pc/policies", "vm/asset-groups", "vm/hosts"],
        subject: "asset_group:ID",
        parameters: &["scope.pc_groups", "scope.ignore_asset_groups"],
        summary: "The asset group is scanned for compliance, and no active policy covers it.",
        remediation: "Assign a policy to the group.",
        ..side("C09-04")
    },
    Check {
        parameters: &["c09.max_eval_age_days"],
        summary: "The active policy was not evaluated for too long.",
        remediation: "Evaluate the policy, and let it be evaluated after each scan.",
        ..side("C09-05")
    },
    Check {
        kind: Kind::Absence,
        needs: &["pc/policies", "vm/hosts", "vm/asset-groups"],
        parameters: &["c09.min_pc_scanned"],
        summary: "Too few of the policy's hosts were scanned for compliance.",
        remediation: "Schedule compliance scans with authentication for the policy's hosts.",
        ..side("C09-06")
    },
    Check {
        summary: "The active policy has no active control, so it checks nothing.",
        remediation: "Add controls to the policy, or activate those that it has.",
        ..side("C09-07")
    },
    Check {
        severity: Low,
        kind: Kind::Absence,
        needs: &["pc/policies", "vm/hosts", "vm/asset-groups"],
        summary: "The policy is for none of the operating systems that its hosts run.",
        remediation: "Add the technologies of the hosts, or assign the policy elsewhere.",
        ..side("C09-08")
    },
    Check {
        core: true,
        needs: &["pc/controls"],
        subject: "control:ID:TECHNOLOGY",
        summary: "The control compares hashes with the word USE_SCAN_VALUE: its option is off.",
        remediation: "Switch the option on, or set the hash that is expected.",
        ..side("C09-09")
    },
    Check {
        kind: Kind::Absence,
        needs: &["pc/controls", "pc/policies", "pc/option-profiles"],
        subject: "control:ID:TECHNOLOGY",
        parameters: &["c09.allow_self_baseline"],
        summary: "The control takes its expected hash from the scan, so a change can become its own baseline.",
        remediation: "Approve the baseline, and switch the automatic update off in the compliance profile once it is captured.",
        ..side("C09-10")
    },
    Check {
        severity: Low,
        needs: &["pc/policy-exports", "pc/controls", "pc/scans", "vm/hosts"],
        subject: "control:ID:TECHNOLOGY",
        summary: "The control was to take its expected hash from a scan, and never did.",
        remediation: "Scan with the automatic update of expected values, then look at the value.",
        ..side("C09-11")
    },
    Check {
        severity: Low,
        needs: &["pc/controls"],
        subject: "control:ID",
        parameters: &["c09.weak_hashes"],
        summary: "The control hashes files in a way that can be forged.",
        remediation: "Use SHA-256.",
        ..side("C09-12")
    },
    Check {
        severity: Low,
        needs: &["pc/controls"],
        subject: "control:ID",
        summary: "The control passes when it cannot read what it checks, and it is serious.",
        remediation: "Let the control fail where its item is missing or cannot be read.",
        ..side("C09-13")
    },
    Check {
        needs: &["pc/exceptions"],
        subject: "exception:NUMBER",
        summary: "An approved exception has ended, or has no end.",
        remediation: "Renew the exception with an end, or close it.",
        ..side("C09-14")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 9,
    id: "policy-assignment",
    title: "Policy compliance profile assignment",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/09_policy_assignment.md"),
    judge,
};

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    bind(facts)?;
    facts.model.execute_batch(sql!("controls/09_policy_assignment/prepare"))?;
    let estate = read::Estate::read(facts)?;
    policies::judge(facts, &estate, verdicts)?;
    groups::judge_required(facts, &estate, verdicts)?;
    let covered = groups::judge_groups(facts, &estate, verdicts)?;
    let modes = integrity::judge(facts, verdicts)?;
    definitions::judge(facts, verdicts)?;
    definitions::judge_exceptions(facts, verdicts)?;
    metrics::measure(facts, &estate, covered, modes, verdicts)
}

/// The parameters of statements that count scans.
fn last_scan(facts: &Facts<'_>) -> Result<Option<i64>, AnalyzeError> {
    Ok(facts.model.query_row(
        sql!("controls/09_policy_assignment/last_scan"),
        named_params! {},
        |row| row.get("last"),
    )?)
}
