//! Control 2: the share of scanned hosts that are seen from the inside, by credentials or an agent.

mod count;
mod judge;
mod metrics;
mod read;

use super::binding::bind;
use super::{AnalyzeError, Analyzer, Check, Facts, Kind, Verdicts};
use crate::finding::Severity::{High, Low, Medium};

const fn side(id: &'static str) -> Check {
    Check {
        id,
        core: false,
        severity: Medium,
        kind: Kind::Absence,
        needs: &["vm/hosts", "vm/asset-groups"],
        any_of: &[],
        inputs: &[],
        subject: "asset_group:ID",
        parameters: &[
            "c02.min_ratio",
            "c02.min_ratio_exclusive",
            "c02.min_population",
            "c02.window_days",
        ],
        summary: "",
        remediation: "",
    }
}

static CHECKS: &[Check] = &[
    Check {
        core: true,
        severity: High,
        needs: &["vm/hosts"],
        subject: "subscription:tenant",
        parameters: &[
            "c02.min_ratio",
            "c02.min_ratio_exclusive",
            "c02.critical_floor",
            "c02.window_days",
            "c07.stale_checkin_days",
            "scope.cannot_authenticate",
        ],
        summary: "Too few of the scanned hosts are assessed with credentials or by a live agent.",
        remediation: "Repair the authentication records that fail; where a login cannot work, install \
                      the agent, or document the exception.",
        ..side("C02-01")
    },
    Check {
        summary: "Too few of the asset group's scanned hosts are assessed from the inside.",
        remediation: "Repair the records that serve this group, or bring agents to its hosts.",
        ..side("C02-02")
    },
    Check {
        needs: &["vm/hosts"],
        subject: "os_family:NAME",
        summary: "Too few scanned hosts of the operating system family are assessed from the inside.",
        remediation: "See whether a record of the type that this family takes exists and succeeds.",
        ..side("C02-03")
    },
    Check {
        kind: Kind::Presence,
        parameters: &["c02.window_days", "c07.stale_checkin_days", "scope.cannot_authenticate"],
        summary: "Scanned hosts of the asset group were never assessed with credentials.",
        remediation: "Bring the hosts into a record that serves them, or install the agent.",
        ..side("C02-04")
    },
    Check {
        kind: Kind::Presence,
        parameters: &["c02.window_days", "c07.stale_checkin_days", "scope.cannot_authenticate"],
        summary: "Hosts of the asset group that used to be assessed with credentials no longer are.",
        remediation: "Look for a changed password or a new firewall rule, and scan the hosts again.",
        ..side("C02-05")
    },
    Check {
        severity: Low,
        needs: &["vm/hosts", "am/host-assets"],
        subject: "subscription:tenant",
        parameters: &["c02.never_scanned_warn", "scope.ephemeral_min_hours"],
        summary: "Too many known hosts were never scanned, which makes the ratio look better than it is.",
        remediation: "Scan the hosts, or retire their records.",
        ..side("C02-06")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 2,
    id: "auth-ratio",
    title: "Authenticated scan ratio",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/02_auth_ratio.md"),
    judge,
};

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    bind(facts)?;
    let groups = read::Groups::read(facts)?;
    let mut counts = count::Counts::new(facts, &groups);
    read::hosts(facts, |host| counts.add(host))?;
    read::unscanned_assets(facts, |scanned| counts.add_asset(scanned))?;
    judge::judge(facts, &counts, verdicts)?;
    metrics::measure(facts, &counts, verdicts);
    Ok(())
}
