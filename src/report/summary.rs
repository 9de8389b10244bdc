//! What a terminal shows of an assessment: one screen, worst things first.

use unicode_width::UnicodeWidthStr as _;

use crate::assess::{ControlResult, Report};
use crate::finding::{Finding, Metric, Outcome, Severity, Status};

use super::plain::{fit, plain};

/// Where the summary is shown.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// Columns; `None` where lines are not cut, because nobody looks at a screen.
    pub width: Option<usize>,
    pub colour: bool,
}

/// Findings that the screen has room for.
const WORST: usize = 8;

/// Renders the summary; tenant text in it is harmless.
pub fn summary(report: &Report, screen: Screen) -> String {
    let mut lines: Vec<String> =
        report.notes.iter().map(|note| screen.paint(Paint::Warn, &screen.cut(note, 0))).collect();
    lines.extend(head(report).iter().map(|line| screen.cut(line, 0)));
    lines.push(String::new());
    let controls = report.controls.iter();
    lines.extend(controls.map(|control| control_line(control, &report.findings, screen)));
    lines.push(String::new());
    let open = report.findings.iter().filter(|finding| finding.status == Status::Open).count();
    lines.extend(worst(&report.findings).into_iter().map(|finding| {
        let word = format!("{:<8}", finding.severity.word());
        let severity = screen.paint(finding.severity.into(), &word);
        format!("{severity}  {}", screen.cut(&finding.message, 10))
    }));
    if open > WORST {
        lines.push(format!("          … and {} more", open - WORST));
    }
    let unseen = unseen(report);
    if open > 0 && !unseen.is_empty() {
        lines.push(String::new());
    }
    lines.extend(unseen.iter().map(|line| screen.cut(line, 0)));
    lines.push(screen.cut(&totals(report), 0));
    lines.join("\n") + "\n"
}

fn head(report: &Report) -> [String; 2] {
    let bundle = &report.bundle;
    let signer = bundle.signature.as_ref().map_or(String::new(), |signature| {
        format!(", signed by {}", signature.signer.as_ref().unwrap_or(&signature.key))
    });
    [
        format!("{}: {}, {}{signer}", bundle.file, bundle.verdict, bundle.completeness),
        format!(
            "subscription {} on {}, seen by {} ({} view), as of {}",
            bundle.subscription,
            bundle.platform,
            report.scope.login,
            report.scope.view,
            report.as_of
        ),
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

fn totals(report: &Report) -> String {
    let summary = &report.summary;
    let counts = Severity::ALL
        .into_iter()
        .rev()
        .map(|severity| format!("{} {}", summary.findings.of(severity), severity.word()));
    let mut parts = vec![format!("open findings: {}", counts.collect::<Vec<_>>().join(", "))];
    if summary.accepted > 0 {
        parts.push(format!("accepted: {}", summary.accepted));
    }
    if summary.hidden.total() > 0 {
        let limit = report.filter.severity.word();
        parts.push(format!("hidden below {limit}: {}", summary.hidden.total()));
    }
    parts.join("; ")
}

/// The outcome in fourteen columns, number, title, assessed checks, headline metric, open findings
/// and, where it is not assessed, why.
fn control_line(control: &ControlResult, findings: &[Finding], screen: Screen) -> String {
    let word = format!("{:<14}", control.outcome.word().replace('_', " "));
    let open = findings
        .iter()
        .filter(|finding| finding.control == control.number && finding.status == Status::Open)
        .count();
    let mut parts = vec![format!(
        "{:>2}  {:<38}  {:>2} of {:>2} checks",
        control.number, control.title, control.assessed, control.of
    )];
    parts.extend(control.metrics.first().and_then(headline));
    match open {
        0 => {}
        1 => parts.push("1 finding".to_owned()),
        _ => parts.push(format!("{open} findings")),
    }
    let core = control.checks.iter().find(|check| check.core && !check.state.is_assessed());
    if let (Outcome::NotAssessed | Outcome::Error, Some(check)) = (control.outcome, core) {
        parts.extend(check.reason.clone());
    }
    let word = screen.paint(control.outcome.into(), &word);
    format!("{word}  {}", screen.cut(&parts.join("  "), 16))
}

/// The headline metric: per cent cut to one decimal, with what it was counted from.
fn headline(metric: &Metric) -> Option<String> {
    let (numerator, denominator) = (metric.numerator?, metric.denominator?);
    let per_mille = (u128::from(numerator) * 1000).checked_div(u128::from(denominator));
    Some(match per_mille {
        Some(share) => {
            format!("{}.{} % ({numerator} of {denominator})", share / 10, share % 10)
        }
        None => "n/a".to_owned(),
    })
}

/// Open findings, most severe first, then by key.
fn worst(findings: &[Finding]) -> Vec<&Finding> {
    let mut open: Vec<&Finding> =
        findings.iter().filter(|finding| finding.status == Status::Open).collect();
    open.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.key.cmp(&b.key)));
    open.truncate(WORST);
    open
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
}
