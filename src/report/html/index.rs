//! The evidence index: which lists were read, and which answers the findings point at.

use std::collections::{BTreeMap, BTreeSet};

use super::number::grouped;
use super::words;
use crate::assess::{CoverageEntry, Report};

/// Answers that stand in the page; the page adds any other when a link asks for it.
const MOST: usize = 500;

pub(super) struct Index<'a> {
    pub sources: Vec<Source<'a>>,
    pub answers: Vec<Answer<'a>>,
    /// Answers that findings point at, in the page or not.
    pub cited: usize,
}

pub(super) struct Source<'a> {
    pub row: &'a CoverageEntry,
    pub anchor: String,
    pub state: String,
    pub class: &'static str,
    pub pages: String,
    pub records: String,
}

/// One answer that findings point at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer<'a> {
    /// Journal seq.
    pub seq: i64,
    pub endpoint: &'a str,
    pub sha256: &'a str,
    /// Findings that point at it.
    pub findings: usize,
}

/// All answers that findings point at, by seq.
pub(super) fn answers(report: &Report) -> BTreeMap<i64, Answer<'_>> {
    let mut answers: BTreeMap<i64, Answer<'_>> = BTreeMap::new();
    for finding in &report.findings {
        let mut seen = BTreeSet::new();
        for pointer in &finding.evidence {
            let answer = answers.entry(pointer.response).or_insert(Answer {
                seq: pointer.response,
                endpoint: &pointer.endpoint,
                sha256: &pointer.sha256,
                findings: 0,
            });
            answer.findings += usize::from(seen.insert(pointer.response));
        }
    }
    answers
}

/// `linked` are the answers that the page itself links to.
pub(super) fn index<'a>(
    report: &'a Report,
    answers: &BTreeMap<i64, Answer<'a>>,
    linked: &BTreeSet<i64>,
) -> Index<'a> {
    let stands = |answer: &&Answer<'a>| answers.len() <= MOST || linked.contains(&answer.seq);
    Index {
        sources: report.coverage.iter().map(source).collect(),
        answers: answers.values().filter(stands).copied().collect(),
        cited: answers.len(),
    }
}

fn source(row: &CoverageEntry) -> Source<'_> {
    let (state, class) = words::coverage(row.state);
    Source {
        row,
        anchor: words::source_anchor(&row.endpoint),
        state,
        class,
        pages: grouped(row.pages),
        records: grouped(row.records),
    }
}
