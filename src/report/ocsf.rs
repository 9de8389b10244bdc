//! `report.ocsf.ndjson`: one OCSF 1.3.0 Compliance Finding (class 2003) a line, for data lakes.
//!
//! Findings stand first, then checks that came to something else, then what was resolved. OCSF's
//! "Warning" means a result that missing information kept away, which is our `not_assessed`.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::assess::{Change, ControlResult, FindingChange, Report};
use crate::control;
use crate::finding::{CheckResult, CheckState, Finding, Severity, Status};
use crate::framework::{self, FRAMEWORKS};

use super::RenderError;
use super::lookup::{Ids, acceptance, accepted_by, stood_before, summary};

/// What the event says of a finding's life.
#[derive(Clone, Copy)]
enum Activity {
    Create = 1,
    Update = 2,
    Close = 3,
}

/// What differs between events.
struct Event<'a> {
    activity: Activity,
    uid: &'a str,
    check: &'a str,
    control: u8,
    severity: Severity,
    /// `status` and `status_id` of the finding.
    status: (&'static str, u8),
    /// `status` and `status_id` of its compliance.
    verdict: (&'static str, u8),
    message: &'a str,
    why: Option<&'a str>,
}

const NEW: (&str, u8) = ("New", 1);
const SUPPRESSED: (&str, u8) = ("Suppressed", 3);
const RESOLVED: (&str, u8) = ("Resolved", 4);
const PASS: (&str, u8) = ("Pass", 1);
const WARNING: (&str, u8) = ("Warning", 2);
const FAIL: (&str, u8) = ("Fail", 3);
const NOT_APPLICABLE: (&str, u8) = ("Not applicable", 99);

pub(super) fn render(report: &Report) -> Result<Vec<u8>, RenderError> {
    let mut bytes = Vec::new();
    let mut line = |event: &Value| -> Result<(), RenderError> {
        serde_json::to_writer(&mut bytes, event)?;
        bytes.push(b'\n');
        Ok(())
    };
    for finding in &report.findings {
        line(&of_finding(report, finding))?;
    }
    let ids = Ids::new(report);
    for control in &report.controls {
        for check in control.checks.iter().filter(|check| check.state != CheckState::Fail) {
            line(&of_check(report, &ids, control, check))?;
        }
    }
    let changes = report.comparison.iter().flat_map(|comparison| &comparison.findings);
    for change in changes.filter(|change| change.change == Change::Resolved) {
        line(&of_resolved(report, &ids, change))?;
    }
    Ok(bytes)
}

fn of_finding(report: &Report, finding: &Finding) -> Value {
    let why = accepted_by(report, finding).map(acceptance);
    let mut event = event(
        report,
        &Event {
            activity: if stood_before(report, finding) {
                Activity::Update
            } else {
                Activity::Create
            },
            uid: &finding.fingerprint,
            check: &finding.check,
            control: finding.control,
            severity: finding.severity,
            status: if finding.status == Status::Accepted { SUPPRESSED } else { NEW },
            verdict: FAIL,
            message: &finding.message,
            why: why.as_deref(),
        },
    );
    let resource = &finding.resource;
    event["resources"] = json!([{
        "uid": resource.id,
        "name": resource.name.as_ref().unwrap_or(&resource.id),
        "type": resource.kind,
        "namespace": report.bundle.subscription,
    }]);
    event["remediation"] = json!({ "desc": finding.remediation });
    event["unmapped"] = json!({
        "key": finding.key,
        "evidence": finding.evidence,
        "facts": finding.facts,
        "members": finding.members,
    });
    event
}

fn of_check(report: &Report, ids: &Ids, control: &ControlResult, check: &CheckResult) -> Value {
    let verdict = match check.state {
        CheckState::Pass => PASS,
        CheckState::NotApplicable => NOT_APPLICABLE,
        CheckState::Fail => FAIL,
        CheckState::Warn | CheckState::NotAssessed | CheckState::Error => WARNING,
    };
    let state = check.state.word().replace('_', " ");
    let (failed, subjects, unknown) = (check.failed, check.subjects, check.unknown);
    let message =
        format!("{} is {state}: of {subjects}, {failed} fail and {unknown} are unknown", check.id);
    let mut event = event(
        report,
        &Event {
            activity: Activity::Create,
            uid: &ids.of("check", &check.id),
            check: &check.id,
            control: control.number,
            severity: Severity::Info,
            status: NEW,
            verdict,
            message: &message,
            why: check.reason.as_deref(),
        },
    );
    event["unmapped"] = json!({ "state": check.state, "unknown": check.unknown });
    event
}

/// Gone from sight or from scope is not closed: nothing was repaired.
fn of_resolved(report: &Report, ids: &Ids, change: &FindingChange) -> Value {
    let check = change.key.split(':').next().unwrap_or_default();
    let number = check.get(1..3).and_then(|digits| digits.parse().ok()).unwrap_or_default();
    let message = format!("{} is resolved", change.key);
    let mut event = event(
        report,
        &Event {
            activity: Activity::Close,
            uid: &ids.of("resolved", &change.key),
            check,
            control: number,
            severity: change.from.unwrap_or(Severity::Info),
            status: RESOLVED,
            verdict: PASS,
            message: &message,
            why: None,
        },
    );
    event["unmapped"] = json!({ "key": change.key });
    event
}

fn event(report: &Report, event: &Event<'_>) -> Value {
    let time = milliseconds(&report.as_of);
    let activity = event.activity as u32;
    let activity_name = match event.activity {
        Activity::Create => "Create",
        Activity::Update => "Update",
        Activity::Close => "Close",
    };
    let title = control::by_number(event.control).map_or("Waivers", |control| control.title);
    let mut written = json!({
        "activity_id": activity,
        "activity_name": activity_name,
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2003,
        "class_name": "Compliance Finding",
        "type_uid": 200_300 + activity,
        "type_name": format!("Compliance Finding: {activity_name}"),
        "time": time,
        "severity_id": severity(event.severity).0,
        "severity": severity(event.severity).1,
        "status_id": event.status.1,
        "status": event.status.0,
        "message": event.message,
        "metadata": {
            "version": "1.3.0",
            "uid": report.bundle.id,
            "tenant_uid": report.bundle.subscription,
            "product": {
                "name": report.tool.name,
                "vendor_name": report.tool.name,
                "version": report.tool.version,
            },
        },
        "finding_info": {
            "uid": event.uid,
            "title": summary(event.check),
            "desc": event.message,
            "created_time": time,
            "types": [event.check],
        },
        "compliance": {
            "control": format!("{} {title}", event.check),
            "requirements": requirements(event.control),
            "standards": standards(event.control),
            "status_id": event.verdict.1,
            "status": event.verdict.0,
        },
    });
    if let Some(why) = event.why {
        written["status_detail"] = why.into();
        written["compliance"]["status_detail"] = why.into();
    }
    written
}

/// `FedRAMP RA-5`, …
fn requirements(control: u8) -> Vec<String> {
    let requirements = framework::requirements(control);
    let each = requirements
        .iter()
        .flat_map(|(framework, ids)| ids.iter().map(move |id| format!("{framework} {id}")));
    each.collect()
}

/// The frameworks that map the control to something, with their editions.
fn standards(control: u8) -> Vec<String> {
    let requirements = framework::requirements(control);
    let mapped = FRAMEWORKS.iter().filter(|framework| !requirements.of(framework.name).is_empty());
    mapped.map(|framework| format!("{}: {}", framework.name, framework.version)).collect()
}

const fn severity(severity: Severity) -> (u8, &'static str) {
    match severity {
        Severity::Info => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    }
}

/// OCSF counts time in milliseconds; a report's own clock always parses.
fn milliseconds(time: &str) -> i64 {
    time.parse::<Timestamp>().map_or(0, Timestamp::as_millisecond)
}
