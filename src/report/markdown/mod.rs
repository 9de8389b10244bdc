//! `report.md`: the report for wikis, tickets and pull requests, in Markdown of GitHub's flavour.

mod changes;
mod controls;
mod frameworks;
mod text;

use crate::assess::{Report, WaiverState};
use crate::finding::{CheckState, Finding, Outcome, Severity};
use crate::report::worst::ranked;

pub(super) use text::prose;
use text::{Page, code};

/// Findings in the verdict.
const WORST: usize = 5;

pub(super) fn render(report: &Report) -> Vec<u8> {
    let mut page = Page::default();
    let subscription = prose(&report.bundle.subscription);
    page.heading(1, &format!("Qualys deployment review of {subscription}"));
    for note in &report.notes {
        page.block(&format!("> **Note:** {}", prose(note)));
    }
    custody(&mut page, report);
    verdict(&mut page, report);
    controls::overview(&mut page, report);
    frameworks::matrix(&mut page, report);
    frameworks::requirements(&mut page, report);
    controls::details(&mut page, report);
    unseen(&mut page, report);
    waivers(&mut page, report);
    if let Some(comparison) = &report.comparison {
        changes::changes(&mut page, report, comparison);
    }
    method(&mut page, report);
    page.bytes()
}

fn custody(page: &mut Page, report: &Report) {
    page.heading(2, "Verification and custody");
    let bundle = &report.bundle;
    let signed = match &bundle.signature {
        None => "not signed".to_owned(),
        Some(signature) => match &signature.signer {
            Some(signer) => format!("by {} with {}", prose(signer), code(&signature.key)),
            None => format!("with {}, whose owner is not pinned", code(&signature.key)),
        },
    };
    let scope = &report.scope;
    let role = scope.role.as_deref().map_or("role unknown".to_owned(), prose);
    page.table(
        ["", ""],
        &[
            ["Verdict".to_owned(), format!("**{}**", prose(&bundle.verdict))],
            ["Signature".to_owned(), signed],
            ["Completeness".to_owned(), format!("**{}**", prose(&bundle.completeness))],
            ["Bundle".to_owned(), code(&bundle.file)],
            ["Bundle id".to_owned(), code(&bundle.id)],
            ["Root of the journal".to_owned(), code(&bundle.root)],
            ["Platform".to_owned(), code(&bundle.platform)],
            [
                "Collected".to_owned(),
                format!("{} to {}", prose(&bundle.collected_from), prose(&bundle.collected_to)),
            ],
            ["Assessed as of".to_owned(), prose(&report.as_of)],
            [
                "Seen by".to_owned(),
                format!(
                    "{} ({role}), {} view by {}",
                    code(&scope.login),
                    prose(&scope.view),
                    code(&scope.source)
                ),
            ],
        ],
    );
    let failures: Vec<_> = bundle
        .failures
        .iter()
        .map(|failure| {
            let place = failure.place.as_deref().map_or(String::new(), code);
            [failure.check.to_string(), code(&failure.code), place]
        })
        .collect();
    if !failures.is_empty() {
        page.block("**These checks failed and were overruled:**");
    }
    page.table(["Check:", "Code", "Where"], &failures);
    let events: Vec<_> = bundle
        .custody
        .iter()
        .map(|event| {
            let verdict = event.verdict.as_deref().map_or(String::new(), prose);
            [
                event.n.to_string(),
                prose(&event.event),
                prose(&event.actor),
                prose(&event.time),
                verdict,
            ]
        })
        .collect();
    page.table(["Custody entry:", "Event", "Who", "When", "Verdict"], &events);
}

fn verdict(page: &mut Page, report: &Report) {
    page.heading(2, "Verdict");
    let counts = &report.summary.controls;
    let outcomes: Vec<String> = Outcome::ALL
        .into_iter()
        .filter(|outcome| counts.of(*outcome) > 0)
        .map(|outcome| format!("{} {}", counts.of(outcome), said(outcome)))
        .collect();
    page.block(&format!("{} controls: {}.", report.controls.len(), outcomes.join(", ")));
    let row = |severity: Severity| {
        let (open, hidden) = (&report.summary.findings, &report.summary.hidden);
        [severity.word().to_owned(), open.of(severity).to_string(), hidden.of(severity).to_string()]
    };
    let rows: Vec<_> = Severity::ALL.into_iter().rev().map(row).collect();
    page.table(["Severity", "Open findings:", "Not shown here:"], &rows);
    page.block(&format!(
        "{} accepted. Findings below {} are counted and not shown.",
        report.summary.accepted,
        report.filter.severity.word()
    ));
    let ranked = ranked(&report.findings);
    if !ranked.is_empty() {
        page.heading(3, "The worst of it");
        let lines: Vec<String> = ranked
            .iter()
            .take(WORST)
            .filter_map(|failing| {
                let worst = failing.worst()?;
                let more = match failing.findings.len() {
                    1 => String::new(),
                    count => format!(", and {} more of {}", count - 1, failing.check),
                };
                let severity = worst.severity.word();
                let (message, key) = (prose(&worst.message), code(&worst.key));
                Some(format!("- **{severity}** {message} ({key}){more}"))
            })
            .collect();
        page.block(&lines.join("\n"));
    }
}

/// What the report cannot speak of, and why.
fn unseen(page: &mut Page, report: &Report) {
    page.heading(2, "What we could not see");
    let rows: Vec<_> = report
        .coverage
        .iter()
        .filter(|row| !matches!(row.state.as_ref(), "present" | "empty"))
        .map(|row| {
            let why = row.reason.as_deref().map_or(String::new(), prose);
            [code(&row.endpoint), row.state.replace('_', " "), row.records.to_string(), why]
        })
        .collect();
    if rows.is_empty() {
        page.block("Every list that was asked for was read to its end.");
    }
    page.table(["Endpoint", "State", "Records:", "Why"], &rows);
    let open: Vec<_> = report
        .controls
        .iter()
        .flat_map(|control| &control.checks)
        .filter(|check| check.state == CheckState::NotAssessed || check.unknown > 0)
        .map(|check| {
            let why = check.reason.as_deref().map_or(String::new(), prose);
            [
                check.id.to_string(),
                said(check.state).to_owned(),
                format!("{} of {}", check.unknown, check.subjects),
                why,
            ]
        })
        .collect();
    if !open.is_empty() {
        page.block("Checks that are open, or could not judge all that they look at:");
    }
    page.table(["Check", "State", "Unknown:", "Why"], &open);
}

fn waivers(page: &mut Page, report: &Report) {
    page.heading(2, "Waivers");
    if report.waivers.is_empty() {
        page.block("None.");
    }
    let text = |text: &Option<String>| text.as_deref().map_or(String::new(), prose);
    let rows: Vec<_> = report
        .waivers
        .iter()
        .map(|waiver| {
            let state = match waiver.state {
                WaiverState::Accepted => "accepted",
                WaiverState::Expired => "**expired**",
                WaiverState::Unmatched => "**unmatched**",
                WaiverState::TooBroad => "**too broad**",
                WaiverState::Lapsed => "**lapsed**",
            };
            [
                code(&waiver.finding),
                state.to_owned(),
                prose(&waiver.reason),
                text(&waiver.approver),
                text(&waiver.approved),
                prose(&waiver.expires),
                text(&waiver.ticket),
            ]
        })
        .collect();
    page.table(["Finding", "State", "Reason", "Approver", "Approved", "Expires", "Ticket"], &rows);
}

/// What another needs to come to the same bytes.
fn method(page: &mut Page, report: &Report) {
    page.heading(2, "Method and reproduction");
    let profile = &report.profile;
    page.block(&format!(
        "{} {} judged the bundle as of {}, offline. The same bundle, profile and program give the \
         same bytes. {} holds every raw answer that a finding points to: an id such as `ev:17` is \
         answer 17 of the bundle's journal, and the part behind `#` is the record in it.",
        prose(&report.tool.name),
        prose(&report.tool.version),
        prose(&report.as_of),
        code(&report.bundle.file),
    ));
    page.block(&format!(
        "Profile {} on baseline {}, SHA-256 {}.",
        code(&profile.name),
        code(&profile.baseline),
        code(&profile.sha256)
    ));
    let inputs: Vec<_> = profile
        .inputs
        .iter()
        .map(|input| [prose(&input.input), code(&input.file), code(&input.sha256)])
        .collect();
    page.table(["Input", "File", "SHA-256"], &inputs);
    let changed: Vec<_> = profile
        .parameters
        .iter()
        .filter(|(_, parameter)| parameter.origin != "default")
        .map(|(key, parameter)| {
            [code(key), code(&parameter.value.to_string()), prose(&parameter.origin)]
        })
        .collect();
    page.block(&format!(
        "{} parameters were in force, {} of them not at their default; `report.json` lists them all.",
        profile.parameters.len(),
        changed.len()
    ));
    page.table(["Parameter", "Value", "From"], &changed);
    let sources: Vec<_> = report
        .coverage
        .iter()
        .map(|row| {
            [
                code(&row.endpoint),
                row.state.replace('_', " "),
                row.pages.to_string(),
                row.records.to_string(),
            ]
        })
        .collect();
    page.heading(3, "Sources");
    page.table(["Endpoint", "State", "Pages:", "Records:"], &sources);
}

/// Worst first, then by key.
fn ordered<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<&'a Finding> {
    let mut findings: Vec<&Finding> = findings.collect();
    findings.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.key.cmp(&b.key)));
    findings
}

/// The word of an outcome, with a sign that is not a colour alone.
const fn said(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "✔ pass",
        Outcome::Fail => "✘ fail",
        Outcome::Warn => "▲ warn",
        Outcome::NotAssessed => "? not assessed",
        Outcome::NotApplicable => "– not applicable",
        Outcome::Error => "! error",
    }
}
