//! The verdict on one screen: how the controls came out, how severe the findings are, what to mend
//! first.

use super::changes;
use super::chart::{self, Part};
use super::effect::effect;
use super::number::{grouped, plural, share};
use super::words::{self, Sign};
use crate::analyzers;
use crate::assess::{ControlResult, Report};
use crate::finding::{CheckState, Severity};
use crate::report::worst::{Failing, ranked};

/// Things to mend that the first screen names.
const FIRST: usize = 5;

pub(super) struct Verdict {
    pub sentence: String,
    /// The day of the earlier snapshot, and what moved since.
    pub since: Option<(String, String)>,
    pub outcomes: Vec<Count>,
    /// SVG.
    pub outcomes_bar: String,
    pub severities: Vec<Count>,
    /// SVG.
    pub severities_bar: String,
    pub open: String,
    pub accepted: u64,
    pub first: Vec<Mend>,
    /// `The five things to fix first`.
    pub first_title: String,
}

pub(super) struct Count {
    pub sign: Sign,
    pub number: u64,
    pub grouped: String,
}

/// One check whose findings should be dealt with before others.
pub(super) struct Mend {
    pub severity: Sign,
    pub check: String,
    pub summary: String,
    pub remediation: String,
    /// `9 findings, 3 of them high: 29.0 % of what is open under Scan schedule coverage`.
    pub weight: String,
    /// What it would bring, where that can be counted.
    pub effect: Option<String>,
    /// No other core check of the control fails.
    pub alone: bool,
    /// `1 Scan schedule coverage` and where it stands.
    pub control: Option<(String, String)>,
    /// `FedRAMP RA-5`, `CMMC 3.11.2`.
    pub requirements: Vec<String>,
}

pub(super) fn verdict(report: &Report) -> Verdict {
    let counts = &report.summary.controls;
    let outcomes: Vec<Count> = words::OUTCOMES
        .into_iter()
        .map(|outcome| Count::new(words::outcome(outcome), counts.of(outcome)))
        .filter(|count| count.number > 0)
        .collect();
    let severities: Vec<Count> = Severity::ALL
        .into_iter()
        .rev()
        .map(|severity| Count::new(words::severity(severity), report.summary.findings.of(severity)))
        .collect();
    let open = report.summary.findings.total();
    let ranked = ranked(&report.findings);
    let first: Vec<Mend> =
        ranked.iter().filter_map(|failing| mend(report, failing)).take(FIRST).collect();
    let comparison = report.comparison.as_ref();
    Verdict {
        sentence: sentence(report),
        since: comparison.map(|one| (words::day(&one.previous.as_of), changes::sentence(one))),
        outcomes_bar: bar("Controls by outcome", &outcomes),
        outcomes,
        severities_bar: bar("Open findings by severity", &severities),
        severities,
        open: plural(open, "open finding", "open findings"),
        accepted: report.summary.accepted,
        first_title: match first.len() {
            1 => "What to fix first".to_owned(),
            many => {
                let word = ["", "", "two", "three", "four", "five"].get(many).unwrap_or(&"");
                format!("The {word} things to fix first")
            }
        },
        first,
    }
}

impl Count {
    fn new(sign: Sign, count: u64) -> Self {
        Self { sign, number: count, grouped: grouped(count) }
    }
}

fn bar(what: &str, counts: &[Count]) -> String {
    let words: Vec<String> =
        counts.iter().map(|count| format!("{} {}", count.number, count.sign.word)).collect();
    let parts: Vec<Part> =
        counts.iter().map(|count| Part { class: count.sign.class, count: count.number }).collect();
    chart::stacked(&format!("{what}: {}", words.join(", ")), &parts)
}

/// `Of 20 controls 11 were assessed: 11 failed.`
fn sentence(report: &Report) -> String {
    let counts = &report.summary.controls;
    let all = report.controls.len() as u64;
    let assessed = report.controls.iter().filter(|control| control.outcome.is_assessed()).count();
    let said = [
        (counts.fail, "failed"),
        (counts.warn, if counts.warn == 1 { "carries a warning" } else { "carry a warning" }),
        (counts.pass, "passed"),
        (
            counts.not_applicable,
            if counts.not_applicable == 1 { "does not apply" } else { "do not apply" },
        ),
    ];
    let said: Vec<String> = said
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    let said = if said.is_empty() { String::new() } else { format!(": {}", said.join(", ")) };
    format!("Of {} {assessed} came to a verdict{said}.", plural(all, "control", "controls"))
}

fn mend(report: &Report, failing: &Failing<'_>) -> Option<Mend> {
    let Failing { check, findings } = failing;
    let worst = failing.worst()?;
    let control = report.controls.iter().find(|control| control.number == worst.control);
    let how_many = plural(findings.len() as u64, "finding", "findings");
    let of_them = match failing.at_worst() {
        all if all == findings.len() => String::new(),
        some => format!(", {} of them {}", grouped(some as u64), worst.severity.word()),
    };
    let part = control
        .and_then(|control| share(findings.len() as u64, control.findings.total()))
        .map_or(String::new(), |part| format!("; {part} of what is open in this control"));
    let summary = analyzers::check(check).map_or("", |(_, check)| check.summary);
    Some(Mend {
        severity: words::severity(worst.severity),
        check: (*check).to_owned(),
        summary: if findings.len() == 1 || summary.is_empty() {
            worst.message.clone()
        } else {
            summary.to_owned()
        },
        remediation: worst.remediation.clone(),
        weight: format!("{how_many}{of_them}{part}"),
        effect: control.and_then(|control| effect(control, check, findings)),
        alone: control.is_some_and(|control| is_alone(control, check)),
        control: control.map(|control| {
            let title = format!("{} {}", control.number, control.title);
            (title, words::control_anchor(control.number))
        }),
        requirements: control.map(requirements).unwrap_or_default(),
    })
}

/// Whether the check is core, fails, and no other core check of its control does.
fn is_alone(control: &ControlResult, check: &str) -> bool {
    let failed = control.checks.iter().filter(|one| one.core && one.state == CheckState::Fail);
    let failed: Vec<&str> = failed.map(|one| &*one.id).collect();
    failed == [check]
}

/// `FedRAMP RA-5`, `CMMC 3.11.2`.
pub(super) fn requirements(control: &ControlResult) -> Vec<String> {
    let named = control
        .frameworks
        .iter()
        .flat_map(|(framework, ids)| ids.iter().map(move |id| format!("{framework} {id}")));
    named.collect()
}
