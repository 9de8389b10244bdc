//! Control 15: each web application is known, scanned lately, and seen behind its login.

mod care;
mod findings;
mod metrics;
mod read;
mod scans;
mod sites;

use super::binding::bind;
use super::{AnalyzeError, Analyzer, Check, Decision, Facts, Kind, Reach, Verdicts};
use crate::finding::Severity::{High, Low, Medium};
use crate::profile::Input;

const fn side(id: &'static str) -> Check {
    Check {
        id,
        core: false,
        severity: Medium,
        kind: Kind::Absence,
        needs: &["was/web-apps"],
        any_of: &[],
        inputs: &[],
        subject: "webapp:ID",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}

static CHECKS: &[Check] = &[
    Check {
        core: true,
        severity: High,
        needs: &["was/web-apps", "was/scans"],
        parameters: &["c15.max_scan_age_days"],
        summary: "The last vulnerability scan of the application is too old.",
        remediation: "Schedule vulnerability scans of the application.",
        ..side("C15-01")
    },
    Check {
        core: true,
        severity: High,
        needs: &["was/web-apps", "was/scans"],
        parameters: &["c15.new_days"],
        summary: "No vulnerability scan of the application ever came to results.",
        remediation: "Scan the application for vulnerabilities; a discovery scan finds none.",
        ..side("C15-02")
    },
    Check {
        needs: &["was/web-apps", "was/schedules"],
        summary: "No schedule that works covers the application.",
        remediation: "Add the application to a schedule, by itself or by a tag.",
        ..side("C15-03")
    },
    Check {
        core: true,
        severity: High,
        needs: &["was/web-apps", "was/web-app-details", "was/scans"],
        summary: "The last scan did not get behind the application's login.",
        remediation: "Repair the authentication record and scan again.",
        ..side("C15-04")
    },
    Check {
        needs: &["was/web-apps", "was/web-app-details"],
        inputs: &[Input::WebApps],
        summary: "The application needs a login and has no authentication record.",
        remediation: "Create an authentication record for the application.",
        ..side("C15-05")
    },
    Check {
        severity: Low,
        kind: Kind::Presence,
        needs: &["was/auth-records", "was/web-app-details"],
        subject: "auth_record:was/ID",
        parameters: &["c15.auth_unchanged_days"],
        summary: "The authentication record in use was not changed for long.",
        remediation: "Change the password, and record the login again.",
        ..side("C15-06")
    },
    Check {
        needs: &["was/web-apps", "was/scans"],
        summary: "The last vulnerability scan of the application did not come to its end.",
        remediation: "Find out what stopped the scan; give it more time, or narrow its scope.",
        ..side("C15-07")
    },
    Check {
        kind: Kind::Presence,
        needs: &["was/catalog"],
        subject: "catalog:ID",
        parameters: &["c15.catalog_days"],
        summary: "Nobody decided on a discovered site.",
        remediation: "Make the site a web application, or dismiss it.",
        ..side("C15-08")
    },
    Check {
        core: true,
        severity: High,
        inputs: &[Input::WebApps],
        subject: "site:URL",
        summary: "A declared site is no web application of the subscription.",
        remediation: "Add the site as a web application.",
        ..side("C15-09")
    },
    Check {
        severity: Low,
        kind: Kind::Presence,
        summary: "The application has no owner or no tag.",
        remediation: "Assign an owner and a tag.",
        ..side("C15-10")
    },
    Check {
        needs: &["was/web-apps", "was/findings", "was/scans"],
        subject: "subscription:tenant",
        parameters: &[
            "sla.target_pct",
            "sla.critical",
            "sla.high",
            "sla.medium",
            "sla.include_potential",
        ],
        summary: "Too many applications have findings that are open beyond their limit.",
        remediation: "Fix the oldest findings first.",
        ..side("C15-11")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 15,
    id: "web-apps",
    title: "Web application inventory",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/15_web_apps.md"),
    judge,
};

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    bind(facts)?;
    facts.model.execute_batch(sql!("controls/15_web_apps/prepare"))?;
    let apps = read::apps(facts)?;
    let records = read::records(facts)?;
    scans::judge(facts, &apps, verdicts)?;
    care::judge_schedules(facts, &apps, verdicts)?;
    care::judge_records(facts, &apps, &records, verdicts)?;
    let backlog = care::judge_catalog(facts, verdicts)?;
    care::judge_names(&apps, verdicts);
    let held = findings::judge(facts, &apps, verdicts)?;
    match &facts.inputs.webapps {
        Some(declared) => sites::judge(facts, &declared.entries, &apps, verdicts)?,
        None => undeclared(facts, verdicts),
    }
    metrics::measure(facts, &apps, backlog, held, verdicts)
}

/// Without a list of sites C15-09 cannot be asked for, so it is core only with one (`controls.md`,
/// control 15). Without the module there is nothing to compare a list with.
fn undeclared(facts: &Facts<'_>, verdicts: &mut Verdicts) {
    verdicts.not_core("C15-09");
    if facts.reach("was/web-apps") == Reach::NotSubscribed {
        for check in ["C15-05", "C15-09"] {
            let reason = "the subscription has no web application scanning";
            verdicts.decide(check, Decision::Off, reason);
        }
    }
}
