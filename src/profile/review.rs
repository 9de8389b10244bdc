//! What people say of the activity log: attested reviews, and the rules of sensitive actions.

use jiff::Timestamp;
use regex::Regex;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::pattern;

/// The contents of `attestations.toml`.
#[derive(Debug, Clone, Default)]
pub struct Attestations {
    pub entries: Vec<Attestation>,
}

/// Somebody's word that a period was reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// Number of the control that it speaks for.
    pub control: u8,
    pub reviewer: String,
    /// Unix seconds, both ends inside.
    pub reviewed_from: i64,
    pub reviewed_to: i64,
    /// When it was given.
    pub date: i64,
    /// Where the proof lies, e.g. a ticket.
    pub evidence: String,
}

const KEYS: &[&str] = &["control", "reviewer", "reviewed_from", "reviewed_to", "date", "evidence"];

impl Attestations {
    /// Reads the text of the file; an error comes with the byte it stands at.
    pub(super) fn read(text: &str) -> Result<Self, (usize, String)> {
        let table = DeTable::parse(text).map_err(|error| {
            (error.span().map_or(0, |span| span.start), error.message().to_owned())
        })?;
        let mut entries = Vec::new();
        for (key, value) in table.get_ref() {
            if key.get_ref() != "attestation" {
                return Err((key.span().start, format!("unknown key `{}`", key.get_ref())));
            }
            let list = value.get_ref().as_array();
            let written = "attestations are written as [[attestation]]";
            for entry in list.ok_or_else(|| (value.span().start, written.to_owned()))? {
                entries.push(Attestation::read(entry)?);
            }
        }
        Ok(Self { entries })
    }

    /// What is attested for one control.
    pub fn of(&self, control: u8) -> impl Iterator<Item = &Attestation> {
        self.entries.iter().filter(move |entry| entry.control == control)
    }
}

impl Attestation {
    fn read(entry: &Spanned<DeValue<'_>>) -> Result<Self, (usize, String)> {
        let start = entry.span().start;
        let table = entry
            .get_ref()
            .as_table()
            .ok_or((start, "an attestation is a table: [[attestation]]".to_owned()))?;
        if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.get_ref().as_ref())) {
            let message = format!("an attestation has no key `{}`", key.get_ref());
            return Err((key.span().start, message));
        }
        let needed = |name: &str| {
            table.get(name).ok_or_else(|| (start, format!("an attestation needs `{name}`")))
        };
        let text = |name: &str| {
            let value = needed(name)?;
            let text = value.get_ref().as_str().filter(|text| !text.trim().is_empty());
            text.map(str::to_owned)
                .ok_or_else(|| (value.span().start, format!("`{name}` is a text")))
        };
        let instant = |name: &str| {
            let value = needed(name)?;
            let time = match value.get_ref() {
                DeValue::Datetime(time) => time.to_string().parse::<Timestamp>().ok(),
                _ => None,
            };
            let wrong = || format!("`{name}` is a date-time with its offset: 2026-03-29T08:00:00Z");
            time.map(Timestamp::as_second).ok_or_else(|| (value.span().start, wrong()))
        };
        let control = needed("control")?;
        let number = control.get_ref().as_integer();
        let number = number.and_then(|number| number.as_str().parse().ok());
        let number = number.filter(|number| (1..=20).contains(number));
        let wrong = || (control.span().start, "`control` is a number from 1 to 20".to_owned());
        let attestation = Self {
            control: number.ok_or_else(wrong)?,
            reviewer: text("reviewer")?,
            reviewed_from: instant("reviewed_from")?,
            reviewed_to: instant("reviewed_to")?,
            date: instant("date")?,
            evidence: text("evidence")?,
        };
        if attestation.reviewed_from > attestation.reviewed_to {
            return Err((start, "`reviewed_from` lies behind `reviewed_to`".to_owned()));
        }
        Ok(attestation)
    }
}

/// Which lines of the activity log are sensitive, by class; the first rule that fits decides.
#[derive(Debug, Clone, Default)]
pub struct SensitiveActions {
    pub rules: Vec<SensitiveAction>,
}

/// One rule; what it does not name fits anything.
#[derive(Debug, Clone)]
pub struct SensitiveAction {
    pub class: String,
    action: Option<Regex>,
    module: Option<Regex>,
    details: Option<Regex>,
}

/// The rules that hold where the profile names no file.
pub(super) const BUILT_IN: &str = include_str!("sensitive_actions.csv");

impl SensitiveActions {
    /// The class of a line; `None` if no rule fits.
    pub fn class(&self, action: &str, module: &str, details: &str) -> Option<&str> {
        let fits = |pattern: &Option<Regex>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
        };
        let rule = self.rules.iter().find(|rule| {
            fits(&rule.action, action) && fits(&rule.module, module) && fits(&rule.details, details)
        });
        rule.map(|rule| rule.class.as_str())
    }
}

impl SensitiveAction {
    /// # Errors
    /// A sentence with the column and the pattern's fault.
    pub(super) fn new(class: &str, patterns: [(&str, Option<&str>); 3]) -> Result<Self, String> {
        let [action, module, details] = patterns.map(|(column, text)| {
            text.map(pattern).transpose().map_err(|message| format!("`{column}` {message}"))
        });
        let class = class.to_owned();
        Ok(Self { class, action: action?, module: module?, details: details? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attestations_name_their_mistakes() {
        let good = "[[attestation]]\ncontrol = 19\nreviewer = \"r\"\nreviewed_from = 2026-03-01T00:00:00Z\nreviewed_to = 2026-03-28T02:00:00+02:00\ndate = 2026-03-28T09:00:00Z\nevidence = \"t\"\n";
        let read = Attestations::read(good).unwrap();
        assert_eq!(read.entries[0].reviewed_to, 1_774_656_000);
        assert_eq!((read.of(19).count(), read.of(1).count()), (1, 0));
        assert!(Attestations::read("").unwrap().entries.is_empty());
        for (from, to, sentence) in [
            ("control = 19", "control = 21", "1 to 20"),
            ("evidence = \"t\"", "", "needs `evidence`"),
            ("reviewer = \"r\"", "reviewer = \" \"", "`reviewer` is a text"),
            ("date = 2026-03-28T09:00:00Z", "date = 2026-03-28", "with its offset"),
            ("2026-03-28T02", "2026-02-28T02", "lies behind"),
            ("[[attestation]]", "[attestation]", "[[attestation]]"),
            ("[[attestation]]", "[[attest]]", "unknown key `attest`"),
            ("evidence", "proof", "no key `proof`"),
        ] {
            let (_, message) = Attestations::read(&good.replace(from, to)).unwrap_err();
            assert!(message.contains(sentence), "{message}");
        }
    }
}
