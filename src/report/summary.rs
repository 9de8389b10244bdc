//! What a terminal shows of an assessment: one screen, worst things first.

use unicode_width::UnicodeWidthStr as _;

use crate::assess::{Change, Comparison, ControlResult, Report};
use crate::finding::{Metric, Outcome, Severity, Status};

use super::plain::{fit, plain};
use super::worst::{Failing, ranked};

/// Where the summary is shown.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// Columns; `None` where lines are not cut, because nobody looks at a screen.
    pub width: Option<usize>,
    pub colour: bool,
}

/// Rows of findings that the screen has room for.
const WORST: usize = 8;

/// Renders the summary; tenant text in it is harmless.
pub fn summary(report: &Report, screen: Screen) -> String {
    let mut lines: Vec<String> =
        report.notes.iter().map(|note| screen.paint(Paint::Warn, &screen.cut(note, 0))).collect();
    lines.extend(head(report).iter().map(|line| screen.cut(line, 0)));
    lines.push(String::new());
    lines.push(screen.paint(Paint::Faint, &screen.cut(COLUMNS, 0)));
    let controls = report.controls.iter();
    lines.extend(controls.map(|control| control_line(control, screen)));
    lines.push(String::new());
    let open = report.findings.iter().filter(|finding| finding.status == Status::Open).count();
    let mut ranked = ranked(&report.findings);
    ranked.truncate(WORST);
    let told: usize = ranked.iter().map(|failing| failing.findings.len()).sum();
    lines.extend(ranked.iter().filter_map(|failing| failing_line(failing, screen)));
    if open > told {
        lines.push(format!("          … and {} of other checks", open - told));
    }
    let unseen = unseen(report);
    if open > 0 && !unseen.is_empty() {
        lines.push(String::new());
    }
    lines.extend(unseen.iter().map(|line| screen.cut(line, 0)));
    lines.extend(totals(report).iter().map(|line| screen.cut(line, 0)));
    let mut text = lines.join("\n") + "\n";
    if let Some(comparison) = &report.comparison {
        text.push_str(&changes(comparison, screen));
    }
    text
}

/// What a comparison came to, in one line.
pub fn changes(comparison: &Comparison, screen: Screen) -> String {
    let mut parts: Vec<String> = Change::ALL
        .into_iter()
        .map(|change| (change, comparison.count(change)))
        .filter(|(change, count)| *count > 0 || matches!(change, Change::New | Change::Resolved))
        .map(|(change, count)| format!("{count} {}", change.word().replace('_', " ")))
        .collect();
    if !comparison.deployment.is_empty() {
        parts.push(format!("{} changes of the deployment", comparison.deployment.len()));
    }
    let not = if comparison.comparable { "" } else { " (not comparable)" };
    let line = format!("since {}{not}: {}", comparison.previous.as_of, parts.join(", "));
    let line = screen.cut(&line, 0);
    let paint = if comparison.comparable { line } else { screen.paint(Paint::Warn, &line) };
    paint + "\n"
}

fn head(report: &Report) -> [String; 3] {
    let bundle = &report.bundle;
    let scope = &report.scope;
    let signer = bundle.signature.as_ref().map_or(String::new(), |signature| {
        format!(", signed by {}", signature.signer.as_ref().unwrap_or(&signature.key))
    });
    [
        format!("{}: {}, {}{signer}", bundle.file, bundle.verdict, bundle.completeness),
        format!("subscription {} on {}", bundle.subscription, bundle.platform),
        format!("seen by {} ({} view), as of {}", scope.login, scope.view, report.as_of),
    ]
}

/// Endpoints whose list was not read to its end.
fn unseen(report: &Report) -> Vec<String> {
    let rows =
        report.coverage.iter().filter(|row| !matches!(row.state.as_ref(), "present" | "empty"));
    rows.map(|row| {
        let why = row.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        format!("not seen  {}: {}{why}", row.endpoint, row.state.replace('_', " "))
    })
    .collect()
}

fn totals(report: &Report) -> Vec<String> {
    let summary = &report.summary;
    let counts = Severity::ALL
        .into_iter()
        .rev()
        .map(|severity| format!("{} {}", summary.findings.of(severity), severity.word()));
    let mut lines = vec![format!("open findings: {}", counts.collect::<Vec<_>>().join(", "))];
    if summary.hidden.total() > 0 {
        let limit = report.filter.severity.word();
        lines.push(format!("not listed, below {limit}: {}", summary.hidden.total()));
    }
    if summary.accepted > 0 {
        lines.push(format!("accepted by waivers: {}", summary.accepted));
    }
    lines
}

/// What stands above the controls; everything up to the measured value fits 80 columns.
const COLUMNS: &str =
    "outcome         # control                                 checks  open  measured";

/// Outcome, number, title, assessed checks, open findings, the headline metric with what it says,
/// and, where the control is not assessed, why.
fn control_line(control: &ControlResult, screen: Screen) -> String {
    let word = format!("{:<14}", control.outcome.word().replace('_', " "));
    let open = control.findings.total();
    let checks = format!("{}/{}", control.assessed, control.of);
    let line = format!("{:>2} {:<38}  {checks:>5}  {open:>4}", control.number, control.title);
    let core = control.checks.iter().find(|check| check.core && !check.state.is_assessed());
    let said = match (control.outcome, core, control.metrics.first()) {
        (Outcome::NotAssessed | Outcome::Error, Some(check), _) => check.reason.clone(),
        (_, _, Some(metric)) => {
            let room = screen.width.map(|width| width.saturating_sub(line.width() + 17));
            Some(measured(metric, room))
        }
        _ => None,
    };
    let line = said.map_or_else(|| line.clone(), |said| format!("{line}  {said}"));
    let word = screen.paint(control.outcome.into(), &word);
    format!("{word} {}", screen.cut(&line, 15))
}

/// The value in eight columns, its parts, and what they are: as much as there is room for.
fn measured(metric: &Metric, room: Option<usize>) -> String {
    let share = headline(metric);
    let (value, parts) = match (share.as_deref().map(|text| text.split_once(" (")), &metric.value) {
        (Some(Some((share, parts))), _) => (share.to_owned(), format!("({parts} ")),
        (None, Some(value)) if metric.unit == "count" => (value.to_string(), String::new()),
        (None, Some(value)) => (format!("{value} {}", metric.unit), String::new()),
        _ => ("n/a".to_owned(), String::new()),
    };
    let whole = format!("{value:<8} {parts}{}", metric.label);
    let counted = format!("{value:<8} {parts}");
    let fits = |text: &&String| room.is_none_or(|room| text.trim_end().width() <= room);
    let shown = [&whole, &counted].into_iter().find(fits).unwrap_or(&value);
    shown.trim_end().to_owned()
}

/// The headline metric: per cent cut to one decimal, with what it was counted from.
pub(super) fn headline(metric: &Metric) -> Option<String> {
    let (numerator, denominator) = (metric.numerator?, metric.denominator?);
    let per_mille = (u128::from(numerator) * 1000).checked_div(u128::from(denominator));
    Some(match per_mille {
        Some(share) => {
            format!("{}.{} % ({numerator} of {denominator})", share / 10, share % 10)
        }
        None => "n/a".to_owned(),
    })
}

/// The worst finding of a check, and how many more there are.
fn failing_line(failing: &Failing<'_>, screen: Screen) -> Option<String> {
    let worst = failing.worst()?;
    let word = format!("{:<8}", worst.severity.word());
    let severity = screen.paint(worst.severity.into(), &word);
    let more = match failing.findings.len() {
        1 => String::new(),
        count => format!(" (+{} more)", count - 1),
    };
    let said = format!("{}  {}", failing.check, worst.message);
    let room =
        Screen { width: screen.width.map(|width| width.saturating_sub(more.width())), ..screen };
    Some(format!("{severity}  {}{more}", room.cut(&said, 10)))
}

#[derive(Debug, Clone, Copy)]
enum Paint {
    Good,
    Bad,
    Warn,
    Faint,
}

impl From<Severity> for Paint {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Critical | Severity::High => Self::Bad,
            Severity::Medium => Self::Warn,
            Severity::Low | Severity::Info => Self::Faint,
        }
    }
}

impl From<Outcome> for Paint {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Pass => Self::Good,
            Outcome::Fail | Outcome::Error => Self::Bad,
            Outcome::Warn | Outcome::NotAssessed => Self::Warn,
            Outcome::NotApplicable => Self::Faint,
        }
    }
}

impl Screen {
    fn paint(self, paint: Paint, text: &str) -> String {
        let code = match paint {
            Paint::Good => 32,
            Paint::Bad => 31,
            Paint::Warn => 33,
            Paint::Faint => 2,
        };
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Harmless text that fits behind `used` columns.
    fn cut(self, text: &str, used: usize) -> String {
        let text = plain(text);
        match self.width {
            Some(width) if text.width() + used > width => {
                fit(&text, width.saturating_sub(used)).into_owned()
            }
            _ => text.into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Finding;

    use super::*;

    #[test]
    fn a_share_is_never_rounded_up_to_its_limit() {
        let shown = |numerator, denominator| {
            headline(&Metric::ratio("auth_ratio", "", numerator, denominator))
        };
        assert_eq!(shown(79_999, 100_000).as_deref(), Some("79.9 % (79999 of 100000)"));
        assert_eq!(shown(4, 5).as_deref(), Some("80.0 % (4 of 5)"));
        assert_eq!(shown(0, 0).as_deref(), Some("n/a"));
        assert_eq!(headline(&Metric::count("hosts", "", 3)), None);
    }

    fn control(value: serde_json::Value) -> ControlResult {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn eighty_columns_show_outcome_checks_findings_and_the_share() {
        let screen = Screen { width: Some(80), colour: false };
        let shown = control(serde_json::json!({
            "number": 17, "id": "prioritization", "title": "Vulnerability prioritization (VPR/QDS)",
            "outcome": "not_applicable", "basis": null, "assessed": 11, "of": 11, "checks": [],
            "metrics": [{
                "id": "m", "label": "Open detections with a QDS", "numerator": 1630,
                "denominator": 1630, "value": 1.0, "unit": "ratio", "threshold": null,
            }],
            "frameworks": {}, "findings": {"critical": 0, "high": 0, "medium": 0, "low": 0, "info": 0},
            "accepted": 0,
        }));
        let line = control_line(&shown, screen);
        assert!(line.width() <= 80, "{line}");
        assert!(line.ends_with(" 11/11     0  100.0 %"), "{line}");
        let wide = control_line(&shown, Screen { width: None, colour: false });
        assert!(wide.ends_with("100.0 %  (1630 of 1630) Open detections with a QDS"), "{wide}");
    }

    #[test]
    fn days_and_counts_stand_with_their_unit() {
        let days = Metric::measured("log_days", "Days back", Some(392.into()), "days");
        assert_eq!(measured(&days, None), "392 days Days back");
        assert_eq!(measured(&Metric::ratio("r", "Hosts", 0, 0), None), "n/a      Hosts");
        let share = Metric::ratio("r", "Hosts with a login", 1, 2);
        assert_eq!(measured(&share, Some(36)), "50.0 %   (1 of 2) Hosts with a login");
        assert_eq!(measured(&share, Some(35)), "50.0 %   (1 of 2)");
        assert_eq!(measured(&share, Some(16)), "50.0 %");
    }

    fn finding(check: &str, severity: Severity, key: &str) -> Finding {
        serde_json::from_value(serde_json::json!({
            "key": key, "fingerprint": "", "check": check, "control": 6, "severity": severity,
            "status": "open", "resource": {"type": "appliance", "id": key, "name": null,
            "discriminator": null}, "message": format!("about {key}"), "remediation": "",
            "facts": {}, "members": [], "evidence": [],
        }))
        .unwrap()
    }

    #[test]
    fn one_check_takes_one_row_of_the_worst() {
        let findings = [
            finding("C06-02", Severity::Critical, "b"),
            finding("C06-02", Severity::Critical, "a"),
            finding("C06-01", Severity::Critical, "c"),
            finding("C06-02", Severity::High, "d"),
        ];
        let screen = Screen { width: None, colour: false };
        let rows: Vec<String> =
            ranked(&findings).iter().filter_map(|failing| failing_line(failing, screen)).collect();
        let expected = ["critical  C06-01  about c", "critical  C06-02  about a (+2 more)"];
        assert_eq!(rows, expected);
    }
}
