//! The evidence index: which lists were read, and every answer of the collection with its hash.

use std::collections::{BTreeMap, BTreeSet};

use super::number::grouped;
use super::words;
use crate::assess::{Answer, CoverageEntry, Report};

/// Answers that stand in the page. Beyond, only those do that the page itself links to; it adds any
/// other that a finding points at when a link asks for it, and evidence.csv has all.
const MOST: usize = 500;

pub(super) struct Index<'a> {
    pub sources: Vec<Source<'a>>,
    pub answers: Vec<Cited<'a>>,
    pub total: String,
    /// Whether all of them stand in the page.
    pub whole: bool,
}

pub(super) struct Source<'a> {
    pub row: &'a CoverageEntry,
    pub anchor: String,
    pub state: String,
    pub class: &'static str,
    pub pages: String,
    pub records: String,
}

/// One answer, and how many findings point at it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cited<'a> {
    pub answer: &'a Answer,
    pub findings: usize,
}

impl Cited<'_> {
    pub(super) fn bytes(&self) -> String {
        grouped(self.answer.bytes)
    }

    pub(super) fn records(&self) -> String {
        grouped(self.answer.records)
    }

    pub(super) fn time(&self) -> String {
        words::time(&self.answer.time)
    }

    /// `GET qualys.example/api/… , 200`.
    pub(super) fn call(&self) -> String {
        let status = match self.answer.status {
            Some(status) => format!(", {status}"),
            None => String::new(),
        };
        format!("{} {}{status}", self.answer.method, self.answer.url)
    }
}

/// Every answer, by journal seq.
pub(super) fn answers(report: &Report) -> BTreeMap<u64, Cited<'_>> {
    let mut answers: BTreeMap<u64, Cited<'_>> = report
        .evidence
        .iter()
        .map(|answer| (answer.response, Cited { answer, findings: 0 }))
        .collect();
    for finding in &report.findings {
        let seqs: BTreeSet<u64> = finding
            .evidence
            .iter()
            .filter_map(|pointer| u64::try_from(pointer.response).ok())
            .collect();
        for seq in seqs {
            if let Some(answer) = answers.get_mut(&seq) {
                answer.findings += 1;
            }
        }
    }
    answers
}

/// `linked` are the answers that the page itself links to.
pub(super) fn index<'a>(
    report: &'a Report,
    answers: &BTreeMap<u64, Cited<'a>>,
    linked: &BTreeSet<u64>,
) -> Index<'a> {
    let stands = |seq: &u64| answers.len() <= MOST || linked.contains(seq);
    let standing: Vec<Cited<'a>> =
        answers.iter().filter(|(seq, _)| stands(seq)).map(|(_, cited)| *cited).collect();
    Index {
        sources: report.coverage.iter().map(source).collect(),
        total: grouped(answers.len() as u64),
        whole: standing.len() == answers.len(),
        answers: standing,
    }
}

fn source(row: &CoverageEntry) -> Source<'_> {
    let (state, class) = words::coverage(&row.state);
    Source {
        row,
        anchor: words::source_anchor(&row.endpoint),
        state,
        class,
        pages: grouped(row.pages),
        records: grouped(row.records),
    }
}
