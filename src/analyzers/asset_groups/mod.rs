//! Control 4: what the organisation owns is in Qualys, and what is in Qualys is owned and grouped.

mod accounts;
mod declared;
mod estate;
mod hosts;
mod metrics;
mod ranges;

use super::binding::bind;
use super::{AnalyzeError, Analyzer, Check, Facts, Kind, Verdicts};
use crate::finding::Severity::{High, Info, Low, Medium};
use crate::profile::Input::{Assets, Networks};
use estate::Estate;

/// The built-in group that holds every address of the subscription.
const EVERYTHING: &str = "All";

const fn side(id: &'static str) -> Check {
    Check {
        id,
        core: false,
        severity: Medium,
        kind: Kind::Presence,
        needs: &["vm/hosts"],
        any_of: &[],
        inputs: &[],
        subject: "host:ID",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}

static CHECKS: &[Check] = &[
    Check {
        core: true,
        severity: High,
        kind: Kind::Absence,
        needs: &["vm/ips"],
        inputs: &[Networks],
        subject: "network_range:CIDR@NETWORK",
        summary: "A declared network is not in the subscription at all.",
        remediation: "Add its addresses to the subscription, or declare it with monitored=no and \
                      the reason.",
        ..side("C04-01")
    },
    Check {
        kind: Kind::Absence,
        needs: &["vm/ips"],
        inputs: &[Networks],
        subject: "network_range:CIDR@NETWORK",
        parameters: &["c04.range_cover_min"],
        summary: "Only a part of a declared network is in the subscription.",
        remediation: "Add the missing addresses, or declare them apart with monitored=no.",
        ..side("C04-02")
    },
    Check {
        kind: Kind::Absence,
        needs: &["vm/ips", "vm/asset-groups"],
        subject: "ip_range:START-END@NETWORK",
        summary: "Subscribed addresses are in no asset group.",
        remediation: "Put them into a group that has an owner and a schedule.",
        ..side("C04-03")
    },
    Check {
        needs: &["vm/hosts", "vm/asset-groups"],
        summary: "The host is in no asset group and carries no user-defined tag.",
        remediation: "Group the host or write a rule that tags it, so that somebody answers for it.",
        ..side("C04-04")
    },
    Check {
        core: true,
        severity: High,
        kind: Kind::Absence,
        needs: &["vm/hosts", "am/host-assets"],
        inputs: &[Assets],
        subject: "asset:ID",
        parameters: &["c04.grace_days"],
        summary: "An active asset of the inventory is unknown to Qualys.",
        remediation: "Scan its address or install the agent, or retire the asset in the inventory.",
        ..side("C04-05")
    },
    Check {
        inputs: &[Networks, Assets],
        parameters: &["scope.stale_days"],
        summary: "The host is scanned and unknown to the organisation.",
        remediation: "Find its owner and enter it in the inventory, or isolate it.",
        ..side("C04-06")
    },
    Check {
        severity: Low,
        needs: &["vm/asset-groups"],
        subject: "asset_group:ID",
        summary: "The asset group is empty.",
        remediation: "Delete the group, or fill it.",
        ..side("C04-07")
    },
    Check {
        severity: Low,
        kind: Kind::Absence,
        needs: &["vm/asset-groups", "vm/users"],
        subject: "asset_group:ID",
        summary: "The owner of the asset group is gone or not active.",
        remediation: "Give the group to somebody who works here.",
        ..side("C04-08")
    },
    Check {
        severity: Low,
        needs: &["vm/asset-groups"],
        inputs: &[Networks],
        subject: "ip_range:START-END@NETWORK:GROUP",
        summary: "An asset group holds addresses outside every declared network.",
        remediation: "Declare them, or take them out: who scans foreign addresses attacks them.",
        ..side("C04-09")
    },
    Check {
        severity: Low,
        parameters: &["scope.stale_days"],
        summary: "The host has not been seen for long.",
        remediation: "Find out why it is not seen any more; purge it if it is gone.",
        ..side("C04-10")
    },
    Check {
        severity: Info,
        needs: &["vm/ips", "vm/asset-groups"],
        subject: "ip_range:START-END@LOWEST:NETWORK",
        summary: "The same addresses exist in several networks.",
        remediation: "Nothing where spaces overlap on purpose; see that the inventory names the \
                      network of each.",
        ..side("C04-11")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 4,
    id: "asset-groups",
    title: "Asset group completeness",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/04_asset_groups.md"),
    judge,
};

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    bind(facts)?;
    facts.model.execute_batch(sql!("controls/04_asset_groups/prepare"))?;
    let estate = Estate::read(facts)?;
    let declared = ranges::judge_declared(facts, &estate, verdicts)?;
    let loose = ranges::judge_loose(facts, &estate, verdicts)?;
    ranges::judge_undeclared(&estate, verdicts);
    ranges::judge_networks(&estate, verdicts);
    accounts::judge(facts, &estate, verdicts)?;
    let counts = hosts::judge(facts, &estate, verdicts)?;
    metrics::measure(facts, &estate, &declared, loose.as_ref(), &counts, verdicts);
    Ok(())
}
