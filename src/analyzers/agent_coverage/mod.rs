//! Control 7: where an agent could run, a live one runs.

mod agents;
mod coverage;
mod metrics;
mod versions;

use rusqlite::named_params;

use super::binding::{DAY, bind};
use super::rows::count;
use super::{AnalyzeError, Analyzer, Check, Facts, Kind, Verdicts};
use crate::finding::Severity::{Low, Medium};

const AGENTS: &[&str] = &["vm/hosts", "am/host-assets"];
const GROUPED: &[&str] = &["vm/hosts", "am/host-assets", "vm/asset-groups"];

const fn side(id: &'static str) -> Check {
    Check {
        id,
        core: false,
        severity: Medium,
        kind: Kind::Presence,
        needs: AGENTS,
        any_of: &[],
        inputs: &[],
        subject: "agent:ID",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}

static CHECKS: &[Check] = &[
    Check {
        core: true,
        kind: Kind::Absence,
        subject: "subscription:tenant",
        parameters: &[
            "c07.min_coverage",
            "c07.eligible_os",
            "c07.stale_checkin_days",
            "scope.ephemeral_min_hours",
        ],
        summary: "Too few of the hosts that take an agent have a live one.",
        remediation: "Roll the agent out group by group, those with the lowest share first; C07-02 ranks them.",
        ..side("C07-01")
    },
    Check {
        kind: Kind::Absence,
        needs: GROUPED,
        subject: "asset_group:ID",
        parameters: &["c07.group_min_coverage", "c07.eligible_os", "c07.stale_checkin_days"],
        summary: "Too few hosts of the asset group that take an agent have a live one.",
        remediation: "Install the agent on the hosts of this group, or put it into their image.",
        ..side("C07-02")
    },
    Check {
        core: true,
        needs: GROUPED,
        subject: "asset_group:ID",
        parameters: &["c07.stale_checkin_days"],
        summary: "Agents on hosts of the asset group have not checked in for too long.",
        remediation: "See whether the service runs and reaches the platform through its proxy; uninstall \
                      agents of machines that are no more.",
        ..side("C07-03")
    },
    Check {
        summary: "The agent is inactive or has no vulnerability module.",
        remediation: "Activate the vulnerability module for the agent, or for its activation key.",
        ..side("C07-04")
    },
    Check {
        severity: Low,
        subject: "agent_version:PLATFORM/VERSION",
        parameters: &["c07.min_version"],
        summary: "Agents run a version below the least one, or a major version behind the fleet.",
        remediation: "Let the agents upgrade themselves, and see what keeps these from it.",
        ..side("C07-05")
    },
    Check {
        parameters: &["c07.scan_lag_days", "c07.stale_checkin_days"],
        summary: "The agent checks in, but its host was not assessed for too long.",
        remediation: "Look at the agent's manifest and at its configuration's performance profile.",
        ..side("C07-06")
    },
    Check {
        severity: Low,
        subject: "host:ID",
        summary: "Several agents call themselves by one host name and cloud instance.",
        remediation: "The image was cloned with an agent that had an id: reset it before cloning, and \
                      uninstall what is left over.",
        ..side("C07-07")
    },
    Check {
        severity: Low,
        summary: "An agent of a terminated or decommissioned host still holds a licence.",
        remediation: "Uninstall the agent, or let a purge rule do it when instances end.",
        ..side("C07-08")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 7,
    id: "agent-coverage",
    title: "Agent deployment coverage",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/07_agent_coverage.md"),
    judge,
};

/// What all statements of this control compare with.
struct Limits {
    /// JSON list of the families that take an agent.
    families: String,
    /// Seconds.
    ephemeral: i64,
    silence: i64,
    lag: i64,
}

/// How many agents there are.
struct Totals {
    agents: u64,
    gone: u64,
    /// On no host of the host list.
    elsewhere: u64,
    /// Checking in, with the vulnerability module, as far as known.
    talking: u64,
    /// Machines with a name and a cloud instance.
    machines: u64,
    /// Assets of the portal without agent that no host list holds.
    assets_elsewhere: u64,
}

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    bind(facts)?;
    facts.model.execute_batch(sql!("controls/07_agent_coverage/prepare"))?;
    let profile = facts.profile;
    let limits = Limits {
        families: serde_json::Value::from(profile.c07.eligible_os.as_slice()).to_string(),
        ephemeral: profile.scope.ephemeral_min_hours.saturating_mul(3600),
        silence: profile.c07.stale_checkin_days.saturating_mul(DAY),
        lag: profile.c07.scan_lag_days.saturating_mul(DAY),
    };
    let silence = named_params! { ":silence": limits.silence };
    let totals =
        facts.model.query_row(sql!("controls/07_agent_coverage/totals"), silence, |row| {
            Ok(Totals {
                agents: count(row, "agents")?,
                gone: count(row, "gone")?,
                elsewhere: count(row, "elsewhere")?,
                talking: count(row, "talking")?,
                machines: count(row, "machines")?,
                assets_elsewhere: count(row, "assets_elsewhere")?,
            })
        })?;
    let kinds = coverage::Kinds::read(facts, &limits)?;
    coverage::judge_subscription(facts, &limits, &kinds, &totals, verdicts)?;
    coverage::judge_groups(facts, &limits, verdicts)?;
    agents::judge_silent(facts, &limits, verdicts)?;
    agents::judge_single(facts, &limits, &totals, verdicts)?;
    agents::judge_twins(facts, &totals, verdicts)?;
    let versions = versions::read(facts)?;
    versions::judge(facts, &versions, verdicts);
    metrics::measure(facts, &kinds, &totals, &versions, verdicts)
}
