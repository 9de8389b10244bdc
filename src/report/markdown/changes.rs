//! What moved since an earlier snapshot, in Markdown.

use crate::assess::{Change, Comparison, Report};
use crate::control;
use crate::finding::{Outcome, Severity};

use super::said;
use super::text::{Page, code, prose};

/// Rows of one table; the files for machines have the others.
const MOST: usize = 200;

pub(super) fn changes(page: &mut Page, report: &Report, comparison: &Comparison) {
    page.heading(2, "Changes");
    let previous = &comparison.previous;
    page.block(&format!(
        "Against the bundle {} as of {}, from {} severity upwards.",
        code(&previous.id),
        prose(&previous.as_of),
        comparison.severity.word()
    ));
    let reason = comparison.reason.as_deref().map(prose);
    match (comparison.comparable, reason) {
        (false, reason) => page.block(&format!(
            "**The two are not comparable:** {}",
            reason.as_deref().unwrap_or("no reason is known")
        )),
        (true, Some(reason)) => page.block(&reason),
        (true, None) => {}
    }
    let counts: Vec<_> = Change::ALL
        .into_iter()
        .map(|change| {
            let of_kind = comparison.findings.iter().filter(|one| one.change == change);
            [words(change).to_owned(), of_kind.count().to_string()]
        })
        .collect();
    page.table(["Findings", "Number:"], &counts);
    outcomes(page, comparison);
    findings(page, comparison);
    metrics(page, report, comparison);
    movements(page, comparison);
    deployment(page, comparison);
}

fn outcomes(page: &mut Page, comparison: &Comparison) {
    let outcome = |one: Option<Outcome>| one.map_or("not selected", said).to_owned();
    let rows: Vec<_> = comparison
        .controls
        .iter()
        .map(|change| {
            let title = control::by_id(&change.id).map_or("", |control| control.title);
            [code(&change.id), title.to_owned(), outcome(change.from), outcome(change.to)]
        })
        .collect();
    section(page, "Controls", ["Control", "Title", "From", "To"], &rows);
}

fn findings(page: &mut Page, comparison: &Comparison) {
    let severity = |one: Option<Severity>| one.map_or("–", Severity::word).to_owned();
    let mut rows = Vec::new();
    for change in Change::ALL.into_iter().filter(|change| *change != Change::Unchanged) {
        let of_kind = comparison.findings.iter().filter(|one| one.change == change);
        rows.extend(of_kind.map(|one| {
            [words(change).to_owned(), code(&one.key), severity(one.from), severity(one.to)]
        }));
    }
    section(page, "Findings", ["Change", "Finding", "From", "To"], &rows);
}

fn metrics(page: &mut Page, report: &Report, comparison: &Comparison) {
    let number = |one: &Option<serde_json::Number>| {
        one.as_ref().map_or("n/a".to_owned(), ToString::to_string)
    };
    let rows: Vec<_> = comparison
        .metrics
        .iter()
        .map(|change| {
            let of_control = report.controls.iter().find(|one| one.number == change.control);
            let metric = of_control
                .and_then(|control| control.metrics.iter().find(|one| one.id == change.id));
            [
                change.control.to_string(),
                code(&change.id),
                metric.map_or(String::new(), |metric| prose(&metric.label)),
                number(&change.from),
                number(&change.to),
            ]
        })
        .collect();
    section(page, "Metrics", ["Control:", "Metric", "What", "From:", "To:"], &rows);
}

fn movements(page: &mut Page, comparison: &Comparison) {
    let told = comparison.movements.iter().filter(|one| one.is_told());
    let rows: Vec<_> = told
        .map(|one| {
            [
                one.control.to_string(),
                prose(&one.label),
                one.count.map_or("unknown".to_owned(), |count| count.to_string()),
                one.remark.as_deref().map_or(String::new(), prose),
            ]
        })
        .collect();
    section(page, "In between", ["Control:", "What", "Number:", "Remark"], &rows);
}

fn deployment(page: &mut Page, comparison: &Comparison) {
    let text = |one: &Option<String>| one.as_deref().map_or(String::new(), prose);
    let rows: Vec<_> = comparison
        .deployment
        .iter()
        .map(|change| {
            let sides = [&change.evidence.old, &change.evidence.new];
            let sides = sides.map(|side| side.as_deref().map_or("–".to_owned(), code));
            let name =
                change.name.as_deref().map_or(String::new(), |name| format!(" {}", prose(name)));
            [
                change.control.to_string(),
                format!("{}{name}", code(&format!("{}:{}", change.kind, change.id))),
                change.change.word().to_owned(),
                text(&change.field),
                text(&change.from),
                text(&change.to),
                sides.join(" → "),
            ]
        })
        .collect();
    section(
        page,
        "The deployment itself",
        ["Control:", "What", "Change", "Field", "From", "To", "Evidence"],
        &rows,
    );
}

/// A table under its own heading, cut where it grows beyond reading.
fn section<const N: usize>(page: &mut Page, title: &str, columns: [&str; N], rows: &[[String; N]]) {
    if rows.is_empty() {
        return;
    }
    page.heading(3, title);
    page.table(columns, rows.get(..MOST).unwrap_or(rows));
    if let Some(more) = rows.len().checked_sub(MOST).filter(|more| *more > 0) {
        page.block(&format!("{more} more are in `report.json`."));
    }
}

/// Gone and fixed are told apart.
const fn words(change: Change) -> &'static str {
    match change {
        Change::New => "new",
        Change::Resolved => "resolved",
        Change::Worse => "worse",
        Change::Better => "better",
        Change::Unchanged => "unchanged",
        Change::OutOfScope => "no longer in scope",
        Change::NotVisible => "no longer visible to us",
    }
}
