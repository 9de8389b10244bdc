//! What stands elsewhere about a finding: its rule, its waiver, the raw answer, ids made from it.

use std::borrow::Cow;

use uuid::Uuid;

use crate::analyzers;
use crate::assess::{Change, Report, WAIVER_CHECKS, WaiverResult, WaiverState};
use crate::finding::Finding;

use super::plain::plain;

/// What is wrong where the check fires; empty for a check that this program does not know.
pub(super) fn summary(check: &str) -> &'static str {
    let waiver = || WAIVER_CHECKS.iter().find(|known| known.id == check);
    analyzers::check(check)
        .map(|(_, known)| known.summary)
        .or_else(|| waiver().map(|known| known.summary))
        .unwrap_or_default()
}

/// The waiver that accepts the finding.
pub(super) fn accepted_by<'a>(report: &'a Report, finding: &Finding) -> Option<&'a WaiverResult> {
    report
        .waivers
        .iter()
        .find(|waiver| waiver.finding == finding.key && waiver.state == WaiverState::Accepted)
}

/// What a comparison says of the finding; `None` where there is none, or where the finding is below
/// the severity that was compared.
///
/// One that stands for many is compared by its members: it is new where all of them are, worse
/// where one of them is new or worse, and better where none is and one of them is better.
pub(super) fn change(report: &Report, finding: &Finding) -> Option<Change> {
    let changes = &report.comparison.as_ref()?.findings;
    let of = |key: &str| {
        let at = changes.binary_search_by(|change| change.key.as_str().cmp(key)).ok()?;
        changes.get(at).map(|change| change.change)
    };
    if finding.members.is_empty() {
        return of(&finding.key);
    }
    let mut members = finding.members.iter().filter_map(|key| of(key));
    let first = members.next()?;
    Some(members.fold(first, |all, one| match (all, one) {
        _ if all == one => all,
        (Change::New | Change::Worse, _) | (_, Change::New | Change::Worse) => Change::Worse,
        (Change::Better, _) | (_, Change::Better) => Change::Better,
        _ => Change::Unchanged,
    }))
}

/// Whether the earlier snapshot had the finding too.
pub(super) fn stood_before(report: &Report, finding: &Finding) -> bool {
    matches!(change(report, finding), Some(Change::Unchanged | Change::Worse | Change::Better))
}

/// Who accepted it, why and until when, in one sentence.
pub(super) fn acceptance(waiver: &WaiverResult) -> String {
    let by = waiver.approver.as_deref().map_or(String::new(), |who| format!(" by {who}"));
    let on = waiver.approved.as_deref().map_or(String::new(), |when| format!(" on {when}"));
    let ticket = waiver.ticket.as_deref().map_or(String::new(), |id| format!(" ({id})"));
    format!("accepted{by}{on} until {}{ticket}: {}", waiver.expires, waiver.reason)
}

/// Text in one line that hides nothing, has an end that is seen, and that XML permits.
pub(super) fn single(text: &str) -> String {
    let spaced = text.replace(['\n', '\r', '\t'], " ");
    let text: Cow<'_, str> = plain(&spaced);
    text.replace(['\u{fffe}', '\u{ffff}'], "").trim().to_owned()
}

/// Ids of version 5, the same for the same assessment of the same bundle.
pub(super) struct Ids(Uuid);

impl Ids {
    /// An assessment is a bundle, a profile, a clock, and what was selected and shown.
    pub(super) fn new(report: &Report) -> Self {
        let filter = &report.filter;
        let parts = [
            report.tool.version.as_ref(),
            &report.bundle.root,
            &report.profile.sha256,
            &report.as_of,
            filter.severity.word(),
            &format!("{:?}", filter.controls),
            report.comparison.as_ref().map_or("", |comparison| &comparison.previous.root),
        ];
        Self(Uuid::new_v5(&Uuid::NAMESPACE_OID, parts.join("\n").as_bytes()))
    }

    /// `kind` keeps two things with one key apart.
    pub(super) fn of(&self, kind: &str, key: &str) -> String {
        Uuid::new_v5(&self.0, format!("{kind}\n{key}").as_bytes()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_and_ends_where_it_seems_to() {
        assert_eq!(single(" a\r\nb\u{1b}[2J\u{202e}\u{ffff}\0 "), "a  b[2J");
        assert_eq!(single("\u{200b} \n"), "");
    }

    #[test]
    fn every_check_says_what_is_wrong() {
        assert!(!summary("C01-01").is_empty() && !summary("W-01").is_empty());
        assert_eq!(summary("C99-01"), "");
    }
}
