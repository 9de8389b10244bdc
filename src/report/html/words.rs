//! The words, classes and signs of states and severities, the same everywhere in the page.

use jiff::Timestamp;

use crate::finding::{Outcome, Severity};

/// How a state is said and drawn: a word, a sign and a colour, never a colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sign {
    pub word: &'static str,
    /// Class of the colour and name of the sign.
    pub class: &'static str,
}

pub(super) const fn outcome(outcome: Outcome) -> Sign {
    match outcome {
        Outcome::Pass => Sign { word: "pass", class: "pass" },
        Outcome::Fail => Sign { word: "fail", class: "fail" },
        Outcome::Warn => Sign { word: "warn", class: "warn" },
        Outcome::NotAssessed => Sign { word: "not assessed", class: "unseen" },
        Outcome::NotApplicable => Sign { word: "not applicable", class: "na" },
        Outcome::Error => Sign { word: "error", class: "error" },
    }
}

/// Outcomes as a reader looks for them: what is wrong, what is unclear, what is well.
pub(super) const OUTCOMES: [Outcome; 6] = [
    Outcome::Fail,
    Outcome::Warn,
    Outcome::Error,
    Outcome::NotAssessed,
    Outcome::Pass,
    Outcome::NotApplicable,
];

pub(super) const fn severity(severity: Severity) -> Sign {
    let word = severity.word();
    Sign { word, class: word }
}

/// State of an endpoint: its word with spaces, and whether the list was read to its end.
pub(super) fn coverage(state: &str) -> (String, &'static str) {
    let class = if is_whole(state) { "pass" } else { "unseen" };
    (state.replace('_', " "), class)
}

pub(super) fn is_whole(state: &str) -> bool {
    matches!(state, "present" | "empty")
}

/// A time as people read it, in whole seconds; one that is no RFC 3339 time as it stands.
pub(super) fn time(text: &str) -> String {
    match text.parse::<Timestamp>() {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => text.to_owned(),
    }
}

/// The day of a time; one that is no RFC 3339 time as it stands.
pub(super) fn day(text: &str) -> String {
    match text.parse::<Timestamp>() {
        Ok(time) => time.strftime("%Y-%m-%d").to_string(),
        Err(_) => text.to_owned(),
    }
}

/// From one time to another, the day said once where it is the same.
pub(super) fn span(from: &str, to: &str) -> String {
    let (from, to) = (time(from), time(to));
    match (from.split_once(' '), to.split_once(' ')) {
        (Some((day, start)), Some((other, end))) if day == other => {
            format!("{day} {} to {end}", start.trim_end_matches(" UTC"))
        }
        _ => format!("{from} to {to}"),
    }
}

/// `C01`: where a control stands in the page.
pub(super) fn control_anchor(number: u8) -> String {
    format!("C{number:02}")
}

/// `f-` and the first twelve digits of a fingerprint: where a finding stands in the page.
pub(super) fn finding_anchor(fingerprint: &str) -> String {
    format!("f-{}", short(fingerprint))
}

/// The first twelve digits of a fingerprint, filled up where a saved report has fewer.
pub(super) fn short(fingerprint: &str) -> String {
    let digits: String = fingerprint.chars().filter(char::is_ascii_hexdigit).take(12).collect();
    let digits = digits.to_ascii_lowercase();
    format!("{digits:0<12}")
}

/// `src-vm-hosts`: where an endpoint stands in the page.
pub(super) fn source_anchor(endpoint: &str) -> String {
    let word = |character: char| if character.is_ascii_alphanumeric() { character } else { '-' };
    format!("src-{}", endpoint.chars().map(word).collect::<String>())
}

/// The paragraph below a heading of a control's guide, without its marks of emphasis and code.
pub(super) fn paragraph(guide: &str, heading: &str) -> Option<String> {
    let (_, below) = guide.split_once(&format!("\n## {heading}\n"))?;
    let text = below.split("\n## ").next()?.trim();
    let text = text.replace("**", "").replace('`', "");
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_fingerprint_still_gives_an_anchor() {
        assert_eq!(finding_anchor("b81479cf36c47eda1fd2"), "f-b81479cf36c4");
        assert_eq!(finding_anchor("\"><x"), "f-000000000000");
    }

    #[test]
    fn times_in_words() {
        assert_eq!(time("2026-03-28T02:10:00.169Z"), "2026-03-28 02:10:00 UTC");
        assert_eq!(time("<soon>"), "<soon>");
        assert_eq!(
            (day("2026-03-28T23:10:00Z"), day("<soon>")),
            ("2026-03-28".into(), "<soon>".into())
        );
        let span = |to| span("2026-03-28T02:10:00Z", to);
        assert_eq!(span("2026-03-28T04:55:00Z"), "2026-03-28 02:10:00 to 04:55:00 UTC");
        assert_eq!(
            span("2026-03-29T00:00:00Z"),
            "2026-03-28 02:10:00 UTC to 2026-03-29 00:00:00 UTC"
        );
    }

    #[test]
    fn paragraphs_of_a_guide() {
        let guide = "# T\n\n## What\nThe `one`.\n\n## Why\nBecause.\n";
        assert_eq!(paragraph(guide, "What").as_deref(), Some("The one."));
        assert_eq!(paragraph(guide, "Why").as_deref(), Some("Because."));
        assert_eq!(paragraph(guide, "Where"), None);
        assert_eq!(paragraph("", "What"), None);
    }
}
