//! Verification and custody: whether the evidence can be believed, before any number.

use super::number::grouped;
use super::words::is_whole;
use crate::assess::Report;

pub(super) struct Custody {
    /// `pass`, `warn` or `fail`.
    pub class: &'static str,
    pub word: &'static str,
    pub meaning: &'static str,
    /// `54 of 56 sources were read to their end`.
    pub whole: usize,
    pub sources: usize,
    /// Answers of the collection.
    pub answers: String,
}

pub(super) fn custody(report: &Report) -> Custody {
    let (class, word, meaning) = match &*report.bundle.verdict {
        "trusted" => (
            "pass",
            "Trusted",
            "The signature is valid, its signer is one that the assessor named, and every byte that \
             was read is a byte that was sealed.",
        ),
        "unpinned" => (
            "warn",
            "Unpinned",
            "The seal is whole and its signature valid, but nothing says whose key it is: no allowed \
             signers were given.",
        ),
        "unsigned" => (
            "warn",
            "Unsigned",
            "The seal is whole, but nobody signed it: whoever held the file could have made it anew.",
        ),
        _ => (
            "fail",
            "Broken",
            "The bundle failed verification and was assessed all the same. Nothing below is proven.",
        ),
    };
    Custody {
        class,
        word,
        meaning,
        whole: report.coverage.iter().filter(|row| is_whole(&row.state)).count(),
        sources: report.coverage.len(),
        answers: grouped(report.evidence.len() as u64),
    }
}
