//! What a terminal shows of an assessment: one screen, worst things first.

use std::fmt::{self, Write as _};

use unicode_width::UnicodeWidthStr as _;

use crate::assess::{ControlResult, Report};
use crate::finding::{CheckState, Finding, Outcome, Severity, Status};

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
    let mut text = String::new();
    // Writing to a String does not fail.
    let _infallible = write_summary(report, screen, &mut text);
    text
}

fn write_summary(report: &Report, screen: Screen, text: &mut String) -> fmt::Result {
    let mut line = |content: &str| -> fmt::Result {
        match screen.width {
            Some(width) if !screen.colour => writeln!(text, "{}", fit(content, width)),
            _ => writeln!(text, "{content}"),
        }
    };
    for note in &report.notes {
        line(&screen.paint(Paint::Warn, &screen.cut(note, 0)))?;
    }
    let bundle = &report.bundle;
    let signer = bundle.signature.as_ref().map_or(String::new(), |signature| {
        format!(", signed by {}", signature.signer.as_ref().unwrap_or(&signature.key))
    });
    line(
        &screen.cut(
            &format!("{}: {}, {}{signer}", bundle.file, bundle.verdict, bundle.completeness),
            0,
        ),
    )?;
    line(&screen.cut(
        &format!(
            "subscription {} on {}, seen by {} ({} view), as of {}",
            bundle.subscription,
            bundle.platform,
            report.scope.login,
            report.scope.view,
            report.as_of
        ),
        0,
    ))?;
    line("")?;
    for control in report.controls.iter().filter(|control| !is_unbuilt(control)) {
        line(&control_line(control, &report.findings, screen))?;
    }
    if let Some(numbers) = unbuilt(&report.controls) {
        line(&screen.cut(&format!("not assessed    {numbers}: not built yet"), 0))?;
    }
    line("")?;
    for finding in worst(&report.findings) {
        let severity =
            screen.paint(finding.severity.into(), &format!("{:<8}", finding.severity.word()));
        line(&format!("{severity}  {}", screen.cut(&finding.message, 10)))?;
    }
    let open = report.findings.iter().filter(|finding| finding.status == Status::Open).count();
    if open > WORST {
        line(&format!("          … and {} more", open - WORST))?;
    }
    for row in &report.coverage {
        if !matches!(row.state, "present" | "empty") {
            let why = row.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
            line(&screen.cut(&format!("not seen  {}: {}{why}", row.endpoint, row.state), 0))?;
        }
    }
    line(&totals(report))
}

fn totals(report: &Report) -> String {
    let summary = &report.summary;
    let counts: Vec<String> = Severity::ALL
        .into_iter()
        .rev()
        .map(|severity| format!("{} {}", summary.findings.of(severity), severity.word()))
        .collect();
    let mut text = format!("open findings: {}", counts.join(", "));
    if summary.accepted > 0 {
        text.push_str(&format_args!("; accepted: {}", summary.accepted).to_string());
    }
    if summary.hidden.total() > 0 {
        text.push_str(
            &format_args!(
                "; hidden below {}: {}",
                report.filter.severity.word(),
                summary.hidden.total()
            )
            .to_string(),
        );
    }
    text
}

/// The outcome in twelve columns, number, title, assessed checks, headline metric, open findings.
fn control_line(control: &ControlResult, findings: &[Finding], screen: Screen) -> String {
    let word = format!("{:<14}", control.outcome.word().replace('_', " "));
    let open = findings
        .iter()
        .filter(|finding| finding.control == control.number && finding.status == Status::Open)
        .count();
    let mut rest = format!(
        "{:>2}  {:<36}  {:>2} of {:>2} checks",
        control.number, control.title, control.assessed, control.of
    );
    if open > 0 {
        rest.push_str(&format!("  {open} finding{}", if open == 1 { "" } else { "s" }));
    }
    if let Some(metric) = control.metrics.first()
        && let (Some(numerator), Some(denominator)) = (metric.numerator, metric.denominator)
    {
        rest.push_str(&format!("  {}: {numerator} of {denominator}", metric.label));
    }
    let reason = (control.outcome == Outcome::NotAssessed).then(|| {
        control
            .checks
            .iter()
            .find(|check| check.core && check.state == CheckState::NotAssessed)
            .and_then(|check| check.reason.as_deref())
    });
    if let Some(reason) = reason.flatten() {
        rest.push_str(&format!("  {reason}"));
    }
    format!("{}  {}", screen.paint(control.outcome.into(), &word), screen.cut(&rest, 16))
}

fn is_unbuilt(control: &ControlResult) -> bool {
    let reason = Some(crate::analyzers::unbuilt::REASON);
    control.checks.iter().all(|check| check.reason.as_deref() == reason)
}

/// `3–9, 11–20`, or `None` if every control is built.
fn unbuilt(controls: &[ControlResult]) -> Option<String> {
    let mut runs: Vec<(u8, u8)> = Vec::new();
    for number in
        controls.iter().filter(|control| is_unbuilt(control)).map(|control| control.number)
    {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let words: Vec<String> = runs
        .into_iter()
        .map(
            |(first, last)| {
                if first == last { first.to_string() } else { format!("{first}–{last}") }
            },
        )
        .collect();
    (!words.is_empty()).then(|| words.join(", "))
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
