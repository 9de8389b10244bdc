//! `report.html`: the whole report as one page that needs nothing else, with or without its script.

mod changes;
mod chart;
mod control;
mod custody;
mod escape;
mod index;
mod island;
mod listed;
mod matrix;
mod method;
mod number;
mod unseen;
mod verdict;
mod words;

pub(crate) use escape::Shown;

use std::io;

use askama::Template as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

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
use unseen::Unseen;
use verdict::Verdict;

const STYLE: &str = include_str!("../templates/html/report.css");
const SCRIPT: &str = include_str!("../templates/html/report.js");

#[derive(askama::Template)]
#[template(path = "html/page.html")]
struct Page<'a> {
    report: &'a Report,
    collected: String,
    as_of: String,
    policy: String,
    style: &'static str,
    paper: String,
    script: &'static str,
    custody: Custody,
    verdict: Verdict,
    unseen: Unseen<'a>,
    controls: Vec<Control<'a>>,
    matrix: Matrix<'a>,
    findings: String,
    beyond: Option<String>,
    /// Present where the report compares.
    changes: Option<Changes<'a>>,
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
    let paper = paper(report);
    let beyond = report.findings.len().checked_sub(island::MOST).filter(|more| *more > 0);
    let page = Page {
        report,
        collected: words::span(&report.bundle.collected_from, &report.bundle.collected_to),
        as_of: words::time(&report.as_of),
        policy: policy(&[STYLE, &paper], SCRIPT),
        style: STYLE,
        script: SCRIPT,
        custody: custody::custody(report),
        verdict: verdict::verdict(report, &sorted),
        unseen: unseen::unseen(report),
        controls: control::controls(report, &listed),
        matrix: matrix::matrix(report),
        findings: grouped(report.findings.len() as u64),
        beyond: beyond.map(|more| grouped(more as u64)),
        changes: report.comparison.as_ref().map(|comparison| changes::changes(report, comparison)),
        stray: listed.get(&0),
        index: index::index(report, &answers, &listed::responses(&listed)),
        method: method::method(report),
        island: Island::pack(report, &sorted, &answers)?,
        paper,
    };
    let mut bytes = Vec::new();
    page.write_into(&mut bytes)?;
    Ok(bytes)
}

/// What the page may do: its own styles and its own script, by hash, and nothing from anywhere.
fn policy(styles: &[&str], script: &str) -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let styles: Vec<String> = styles.iter().map(|style| hash(style)).collect();
    format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; \
         form-action 'none'",
        hash(script),
        styles.join(" ")
    )
}

/// The foot of each printed page: which evidence it shows, and where in the print it stands.
fn paper(report: &Report) -> String {
    let bundle = &report.bundle;
    let evidence = escape::css_string(&format!("bundle {}  root {}", bundle.id, bundle.root));
    format!(
        "@page{{@bottom-left{{content:{evidence}}}\
         @bottom-right{{content:counter(page) \" / \" counter(pages)}}}}"
    )
}
