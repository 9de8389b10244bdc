//! `report.html`: the whole report as one page that needs nothing else, with or without its script.

mod changes;
mod chart;
mod control;
mod custody;
mod diff;
mod effect;
mod escape;
mod index;
mod island;
mod listed;
mod matrix;
mod method;
mod number;
mod shell;
mod trend;
mod unseen;
mod verdict;
mod words;

pub(super) use diff::render as diff;
pub(crate) use escape::Shown;
pub(super) use trend::render as trend;

use std::io;

use askama::Template as _;

use crate::assess::Report;

use changes::Changes;
use control::Control;
use custody::Custody;
use index::Index;
use island::Island;
use listed::Listed;
use matrix::Matrix;
use method::Method;
use number::grouped;
use shell::{REPORT, Shell};
use unseen::Unseen;
use verdict::Verdict;

#[derive(askama::Template)]
#[template(path = "html/page.html")]
struct Page<'a> {
    shell: Shell,
    report: &'a Report,
    collected: String,
    as_of: String,
    custody: Custody,
    verdict: Verdict,
    unseen: Unseen<'a>,
    controls: Vec<Control<'a>>,
    matrix: Matrix<'a>,
    findings: String,
    beyond: Option<String>,
    /// Present where the report compares.
    changes: Option<Changes<'a>>,
    /// The page has the controls that changes lead to.
    linked: bool,
    /// Findings of no control: those about waivers that name no check.
    stray: Option<&'a Listed<'a>>,
    index: Index<'a>,
    method: Method<'a>,
    island: Island,
}

/// Renders the page. The same report gives the same bytes.
///
/// # Errors
/// A writer into memory that failed.
pub(super) fn render(report: &Report) -> io::Result<Vec<u8>> {
    let sorted = listed::order(&report.findings);
    let listed = listed::by_control(&sorted);
    let answers = index::answers(report);
    let beyond = report.findings.len().checked_sub(island::MOST).filter(|more| *more > 0);
    let page = Page {
        shell: shell(report),
        report,
        collected: words::span(&report.bundle.collected_from, &report.bundle.collected_to),
        as_of: words::time(&report.as_of),
        custody: custody::custody(report),
        verdict: verdict::verdict(report),
        unseen: unseen::unseen(report),
        controls: control::controls(report, &listed),
        matrix: matrix::matrix(report),
        findings: grouped(report.findings.len() as u64),
        beyond: beyond.map(|more| grouped(more as u64)),
        changes: report.comparison.as_ref().map(|comparison| changes::changes(report, comparison)),
        linked: true,
        stray: listed.get(&0),
        index: index::index(report, &answers, &listed::responses(&listed)),
        method: method::method(report),
        island: Island::pack(report, &sorted, &answers)?,
    };
    let mut bytes = Vec::new();
    page.write_into(&mut bytes)?;
    Ok(bytes)
}

fn shell(report: &Report) -> Shell {
    let (tool, bundle) = (&report.tool, &report.bundle);
    Shell::new(
        format!(
            "Qualys deployment review: {}, {}",
            bundle.subscription,
            words::time(&report.as_of)
        ),
        format!("{} {}", tool.name, tool.version),
        REPORT,
        &[format!("bundle {}", bundle.id), format!("root {}", bundle.root)],
    )
}
