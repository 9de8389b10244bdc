//! Control 12: the right reports come out in time, and go to the right people alone.

mod metrics;
mod people;
mod production;
mod read;
mod schedules;

use super::{AnalyzeError, Analyzer, Check, Facts, Kind, Verdicts};
use crate::finding::Severity::{High, Low, Medium};
use crate::profile::Input;

const fn side(id: &'static str) -> Check {
    Check {
        id,
        core: false,
        severity: Medium,
        kind: Kind::Absence,
        needs: &["vm/report-schedules"],
        any_of: &[],
        inputs: &[],
        subject: "report_schedule:ID",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}

static CHECKS: &[Check] = &[
    Check {
        core: true,
        subject: "subscription:tenant",
        summary: "No report is made by itself.",
        remediation: "Schedule the reports that people rely on.",
        ..side("C12-01")
    },
    Check {
        core: true,
        subject: "required_report:PATTERN",
        parameters: &["report.required"],
        summary: "A report that is required is not scheduled.",
        remediation: "Schedule the report from its template.",
        ..side("C12-02")
    },
    Check {
        needs: &["vm/report-schedules", "vm/reports"],
        parameters: &["c12.run_factor"],
        summary: "The active schedule has not brought a finished report for too long.",
        remediation: "Look at the owner and the target of its template, and at the limit of Report Share.",
        ..side("C12-03")
    },
    Check {
        severity: Low,
        kind: Kind::Presence,
        parameters: &["c12.max_interval_days"],
        summary: "The report comes too rarely.",
        remediation: "Let the report run at least as often as it is looked at.",
        ..side("C12-04")
    },
    Check {
        kind: Kind::Presence,
        needs: &["vm/scan-schedules"],
        subject: "distribution_group:NAME",
        parameters: &["distribution.allowed_groups"],
        summary: "A distribution group that is not approved is told of scans.",
        remediation: "Approve the group in the profile, or take it off the schedules.",
        ..side("C12-05")
    },
    Check {
        core: true,
        severity: High,
        kind: Kind::Presence,
        needs: &[],
        inputs: &[Input::Recipients],
        subject: "recipient:HASH:GROUP",
        parameters: &["distribution.allowed_domains"],
        summary: "A distribution group has a member outside the organisation's mail domains.",
        remediation: "Take the address off the group: knowledge of weaknesses leaves the organisation.",
        ..side("C12-06")
    },
    Check {
        severity: Low,
        needs: &["vm/users"],
        inputs: &[Input::Recipients],
        subject: "recipient:HASH:GROUP",
        summary: "A member of a distribution group is no active user, or is no longer approved.",
        remediation: "Take the member off the group, or approve it again.",
        ..side("C12-07")
    },
    Check {
        severity: Low,
        needs: &["vm/report-templates", "vm/report-schedules", "vm/users"],
        subject: "template:ID",
        summary: "A schedule uses a template whose owner is not active.",
        remediation: "Give the template to somebody who is active.",
        ..side("C12-08")
    },
    Check {
        severity: Low,
        kind: Kind::Presence,
        needs: &["vm/reports"],
        subject: "report:ID",
        summary: "A report failed more than once within 30 days.",
        remediation: "Look at the message of the failed report; narrow its target or repair its template.",
        ..side("C12-09")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 12,
    id: "reports",
    title: "Report template and distribution",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/12_reports.md"),
    judge,
};

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    let schedules = read::schedules(facts)?;
    let groups = read::groups(facts)?;
    schedules::judge_any(facts, &schedules, verdicts)?;
    schedules::judge_required(facts, &schedules, verdicts)?;
    schedules::judge_interval(facts, &schedules, verdicts);
    let on_time = production::judge_runs(facts, &schedules, verdicts)?;
    production::judge_failures(facts, verdicts)?;
    people::judge_groups(facts, &groups, verdicts)?;
    people::judge_recipients(facts, &groups, verdicts)?;
    people::judge_owners(facts, verdicts)?;
    metrics::measure(facts, &schedules, &groups, on_time, verdicts);
    Ok(())
}
