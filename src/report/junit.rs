//! `report.junit.xml`: each control a suite and each check a case, for the test panes of CI servers.
//!
//! `JUnit` knows passed, failed, error and skipped. What was not assessed, does not apply or is only
//! in part known is skipped with its reason: only what was seen whole passes.

use quick_xml::escape::escape;

use crate::assess::{Change, ControlResult, FindingChange, Report, WAIVER_CHECKS};
use crate::finding::{CheckResult, CheckState, Finding, Severity, Status};

use super::lookup::{single, summary};

/// Findings that a failure names.
const MOST: usize = 50;

/// One case, counted for its suite.
struct Case {
    state: CheckState,
    xml: String,
}

pub(super) fn render(report: &Report) -> Vec<u8> {
    let mut suites: Vec<(String, Vec<Case>)> = report
        .controls
        .iter()
        .map(|control| {
            (format!("C{:02} {}", control.number, control.title), cases(report, control))
        })
        .collect();
    suites.push(("Waivers".to_owned(), waivers(report)));
    written_out(report, &suites)
}

/// The newer report of a comparison: a check fails where findings are new or worse.
pub(super) fn compared(report: &Report) -> Vec<u8> {
    let suites: Vec<(String, Vec<Case>)> = report
        .controls
        .iter()
        .map(|control| {
            let cases = control.checks.iter().map(|check| changed(report, &control.id, check));
            (format!("C{:02} {}: changes", control.number, control.title), cases.collect())
        })
        .collect();
    written_out(report, &suites)
}

fn written_out(report: &Report, suites: &[(String, Vec<Case>)]) -> Vec<u8> {
    let all = counted(suites.iter().flat_map(|(_, cases)| cases));
    let name = text(&format!("{} {}", report.tool.name, report.bundle.subscription));
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{name}\" {all} time=\"0\">\n"
    );
    for (name, cases) in suites {
        suite(&mut xml, report, name, cases);
    }
    xml.push_str("</testsuites>\n");
    xml.into_bytes()
}

fn suite(xml: &mut String, report: &Report, name: &str, cases: &[Case]) {
    let time = text(report.as_of.trim_end_matches('Z'));
    let head = format!(
        "  <testsuite name=\"{}\" {} time=\"0\" timestamp=\"{time}\" hostname=\"{}\">\n",
        text(name),
        counted(cases.iter()),
        text(&report.bundle.platform),
    );
    xml.push_str(&head);
    xml.push_str("    <properties>\n");
    let bundle = &report.bundle;
    for (name, value) in [
        ("bundle", bundle.id.as_str()),
        ("bundle.root", &bundle.root),
        ("bundle.verdict", &bundle.verdict),
        ("bundle.completeness", &bundle.completeness),
        ("profile", &report.profile.sha256),
    ] {
        let value = text(value);
        xml.extend(["      <property name=\"", name, "\" value=\"", &value, "\"/>\n"]);
    }
    xml.push_str("    </properties>\n");
    for case in cases {
        xml.push_str(&case.xml);
    }
    xml.push_str("  </testsuite>\n");
}

fn counted<'a>(cases: impl Iterator<Item = &'a Case>) -> String {
    let (mut tests, mut failures, mut errors, mut skipped) = (0, 0, 0, 0);
    for case in cases {
        tests += 1;
        match case.state {
            CheckState::Pass => {}
            CheckState::Fail => failures += 1,
            CheckState::Error => errors += 1,
            CheckState::Warn | CheckState::NotAssessed | CheckState::NotApplicable => skipped += 1,
        }
    }
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"")
}

fn cases(report: &Report, control: &ControlResult) -> Vec<Case> {
    control.checks.iter().map(|check| case(report, &control.id, check)).collect()
}

fn case(report: &Report, class: &str, check: &CheckResult) -> Case {
    let why = check.reason.as_deref().unwrap_or("no reason is known");
    let told = format!("{}: {why}", check.state.word().replace('_', " "));
    let inside = match check.state {
        CheckState::Pass => String::new(),
        CheckState::Fail => {
            let message = format!("{} of {} fail", check.failed, check.subjects);
            failure(&message, check.severity.word(), &listed(report, &check.id))
        }
        CheckState::Error => {
            format!("      <error message=\"{}\" type=\"error\"/>\n", text(why))
        }
        CheckState::Warn | CheckState::NotAssessed | CheckState::NotApplicable => {
            format!("      <skipped message=\"{}\"/>\n", text(&told))
        }
    };
    Case { state: check.state, xml: written(class, &check.id, &inside) }
}

/// Passed: it was judged, and nothing is new or worse. What could not be judged or seen is skipped.
fn changed(report: &Report, class: &str, check: &CheckResult) -> Case {
    let of_check: Vec<&FindingChange> = report
        .comparison
        .iter()
        .flat_map(|comparison| &comparison.findings)
        .filter(|change| change.check == check.id)
        .collect();
    let listed = |wanted: &[Change]| -> Vec<&FindingChange> {
        of_check.iter().copied().filter(|one| wanted.contains(&one.change)).collect()
    };
    let (worse, unseen) = (listed(&[Change::New, Change::Worse]), listed(&[Change::NotVisible]));
    let why = check.reason.as_deref().unwrap_or("no reason is known");
    let skipped = |message: &str| format!("      <skipped message=\"{}\"/>\n", text(message));
    let (state, inside) = match check.state {
        CheckState::Error => {
            let inside = format!("      <error message=\"{}\" type=\"error\"/>\n", text(why));
            (CheckState::Error, inside)
        }
        _ if !worse.is_empty() => {
            let lines = worse.iter().map(|one| {
                let severity = one.to.map_or("accepted", Severity::word);
                let message = one.message.as_deref().unwrap_or_default();
                text(&format!("{} {severity} {}: {message}", one.change.word(), one.key))
            });
            let message = format!("{} findings are new or worse", worse.len());
            (CheckState::Fail, failed(&message, check.severity.word(), lines, "diff.csv"))
        }
        CheckState::NotAssessed | CheckState::NotApplicable => {
            let told = format!("{}: {why}", check.state.word().replace('_', " "));
            (check.state, skipped(&told))
        }
        _ if !unseen.is_empty() => {
            let told = format!("{} findings are no longer visible to us", unseen.len());
            (CheckState::Warn, skipped(&told))
        }
        CheckState::Pass | CheckState::Fail | CheckState::Warn => (CheckState::Pass, String::new()),
    };
    Case { state, xml: written(class, &check.id, &inside) }
}

/// What is wrong with waivers is about the profile, of no control.
fn waivers(report: &Report) -> Vec<Case> {
    let case = |id: &str, severity: &str| {
        let failed = listed(report, id);
        let message = format!("{} waivers", failed.len());
        let (state, inside) = if failed.is_empty() {
            (CheckState::Pass, String::new())
        } else {
            (CheckState::Fail, failure(&message, severity, &failed))
        };
        Case { state, xml: written("waivers", id, &inside) }
    };
    WAIVER_CHECKS.iter().map(|check| case(check.id, check.severity.word())).collect()
}

fn written(class: &str, id: &str, inside: &str) -> String {
    let name = text(&format!("{id} {}", summary(id)));
    let class = text(class);
    let head = format!("    <testcase classname=\"{class}\" name=\"{name}\" time=\"0\"");
    if inside.is_empty() {
        format!("{head}/>\n")
    } else {
        format!("{head}>\n{inside}    </testcase>\n")
    }
}

fn failure(message: &str, severity: &str, findings: &[&Finding]) -> String {
    let lines = findings.iter().map(|finding| {
        let accepted = if finding.status == Status::Accepted { " (accepted)" } else { "" };
        let first = finding.evidence.first().map_or("", |evidence| &evidence.id);
        let (key, message) = (&finding.key, &finding.message);
        text(&format!("{}{accepted} {key}: {message} {first}", finding.severity.word()))
    });
    failed(message, severity, lines, "findings.csv")
}

/// The first lines; the file has the others.
fn failed(
    message: &str,
    severity: &str,
    lines: impl ExactSizeIterator<Item = String>,
    file: &str,
) -> String {
    let more = lines.len().checked_sub(MOST).filter(|more| *more > 0);
    let mut lines: Vec<String> = lines.take(MOST).collect();
    lines.extend(more.map(|more| format!("{more} more are in {file}")));
    let message = text(message);
    format!(
        "      <failure message=\"{message}\" type=\"{severity}\">{}</failure>\n",
        lines.join("\n")
    )
}

fn listed<'a>(report: &'a Report, check: &str) -> Vec<&'a Finding> {
    report.findings.iter().filter(|finding| finding.check == check).collect()
}

/// XML permits few control characters, and none of them is wanted here.
fn text(value: &str) -> String {
    escape(single(value)).into_owned()
}
