//! Control 5: each cloud account that should feed the inventory has a connector that works.

mod accounts;
mod connectors;
mod metrics;
mod read;

use super::binding::bind;
use super::{AnalyzeError, Analyzer, Check, Facts, Kind, Verdicts};
use crate::finding::Severity::{High, Low, Medium};

/// Both lists show the same connectors, and one of them is being retired: either is enough.
const LISTS: &[&[&str]] = &[
    &["am/aws-connectors", "cloud/aws-connectors"],
    &["am/azure-connectors", "cloud/azure-connectors"],
    &["am/gcp-connectors", "cloud/gcp-connectors"],
];

const fn connector(id: &'static str) -> Check {
    Check {
        id,
        core: false,
        severity: Medium,
        kind: Kind::Presence,
        needs: &[],
        any_of: LISTS,
        inputs: &[],
        subject: "connector:PROVIDER/ID",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}

const fn account(id: &'static str) -> Check {
    Check { subject: "cloud_account:PROVIDER/ID", ..connector(id) }
}

static CHECKS: &[Check] = &[
    Check {
        core: true,
        severity: High,
        summary: "The connector is enabled and reports an error.",
        remediation: "Repair the role or the credentials of the connector, then let it synchronise.",
        ..connector("C05-01")
    },
    Check {
        core: true,
        parameters: &["c05.max_sync_age_hours", "c05.high_after_days"],
        summary: "The connector is enabled, but has not synchronised for too long.",
        remediation: "Find out why it stopped polling.",
        ..connector("C05-02")
    },
    Check {
        summary: "The connector is disabled.",
        remediation: "Enable the connector, or delete it if its account is gone.",
        ..connector("C05-03")
    },
    Check {
        severity: High,
        parameters: &["c05.pending_hours"],
        summary: "The connector is enabled, but has never synchronised.",
        remediation: "Finish setting it up in the cloud account.",
        ..connector("C05-04")
    },
    Check {
        core: true,
        severity: High,
        kind: Kind::Absence,
        parameters: &["cloud.account"],
        summary: "A declared account has no connector that is enabled.",
        remediation: "Create a connector for the account, or enable the one it has.",
        ..account("C05-05")
    },
    Check {
        kind: Kind::Absence,
        needs: &["am/host-assets"],
        parameters: &["cloud.account"],
        summary: "Hosts come from an account that has no connector and is not declared.",
        remediation: "Create a connector for the account, or declare the account.",
        ..account("C05-06")
    },
    Check {
        severity: Low,
        summary: "The connector reports success and brings no asset.",
        remediation: "Check its regions and the permissions of its role.",
        ..connector("C05-07")
    },
    Check {
        severity: Low,
        summary: "Several connectors poll one account.",
        remediation: "Keep one connector and delete the others.",
        ..account("C05-08")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 5,
    id: "cloud-connectors",
    title: "Cloud connector status",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/05_cloud_connectors.md"),
    judge,
};

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    bind(facts)?;
    let connectors = read::connectors(facts)?;
    let hosted = read::hosted(facts)?;
    let declared = accounts::declared(facts);
    connectors::judge(facts, &connectors, verdicts);
    accounts::judge(facts, &connectors, &hosted, &declared, verdicts)?;
    metrics::measure(facts, &connectors, &declared, verdicts)
}
