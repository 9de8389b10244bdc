//! Waivers: exact keys of findings that somebody accepted, with reason, approver and last day.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::finding::Severity;

/// One `[[waiver]]` of the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The exact key of one finding.
    pub finding: String,
    pub reason: String,
    /// Missing: the waiver waives nothing and is itself a finding.
    pub approver: Option<String>,
    /// Date, as the file has it.
    pub approved: Option<String>,
    /// The last valid day, `YYYY-MM-DD`, UTC.
    pub expires: String,
    /// First second after the last valid day.
    pub ends: i64,
    pub ticket: Option<String>,
    /// The waiver lapses for a finding that is more severe than this.
    pub max_severity: Option<Severity>,
}

impl Waiver {
    pub const fn is_expired(&self, as_of: i64) -> bool {
        as_of >= self.ends
    }

    /// Its content for the profile's hash.
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "finding": self.finding,
            "reason": self.reason,
            "approver": self.approver,
            "approved": self.approved,
            "expires": self.expires,
            "ticket": self.ticket,
            "max_severity": self.max_severity,
        })
    }

    /// Reads one table; an error comes with the byte it stands at.
    pub(super) fn read(entry: &Spanned<DeValue<'_>>) -> Result<Self, (usize, String)> {
        let start = entry.span().start;
        let table = entry
            .get_ref()
            .as_table()
            .ok_or((start, "a waiver is a table: [[waiver]]".to_owned()))?;
        let text = |name: &str| text(table, name);
        let needed = |name: &str| {
            text(name)?
                .filter(|text| !text.trim().is_empty())
                .ok_or((start, format!("a waiver needs `{name}`")))
        };
        for key in table.keys() {
            let known = key.get_ref().as_ref();
            if !KEYS.contains(&known) {
                return Err((key.span().start, format!("a waiver has no key `{known}`")));
            }
        }
        let day = |name: &str| {
            table.get(name).map(|value| at(value, day_of(value.get_ref()))).transpose()
        };
        let (ends, expires) =
            day("expires")?.ok_or((start, "a waiver needs `expires`".to_owned()))?;
        let max_severity = match (text("max_severity")?, table.get("max_severity")) {
            (Some(word), Some(value)) => {
                let severity = Severity::parse(&word)
                    .ok_or_else(|| format!("`max_severity` knows no severity {word:?}"));
                Some(at(value, severity)?)
            }
            _ => None,
        };
        Ok(Self {
            finding: needed("finding")?,
            reason: needed("reason")?,
            approver: text("approver")?.filter(|text| !text.trim().is_empty()),
            approved: day("approved")?.map(|(_, approved)| approved),
            expires,
            ends,
            ticket: text("ticket")?,
            max_severity,
        })
    }
}

const KEYS: &[&str] =
    &["finding", "reason", "approver", "approved", "expires", "ticket", "max_severity"];

fn at<T>(value: &Spanned<DeValue<'_>>, result: Result<T, String>) -> Result<T, (usize, String)> {
    result.map_err(|message| (value.span().start, message))
}

fn text(table: &DeTable<'_>, name: &str) -> Result<Option<String>, (usize, String)> {
    table
        .get(name)
        .map(|value| {
            let text = value.get_ref().as_str().map(str::to_owned);
            at(value, text.ok_or_else(|| format!("`{name}` is a text")))
        })
        .transpose()
}

/// Reads a day, `2026-06-30` with or without quotes: the first second after it in UTC, and the day.
pub(super) fn day_of(value: &DeValue<'_>) -> Result<(i64, String), String> {
    let text = match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        _ => String::new(),
    };
    let day: Date =
        text.parse().ok().filter(|_| text.len() == 10).ok_or("a day is written 2026-06-30")?;
    day_end(day).map(|ends| (ends, text))
}

/// The first second after a day, UTC.
pub(super) fn day_end(day: Date) -> Result<i64, String> {
    day.tomorrow()
        .and_then(|next| next.to_zoned(TimeZone::UTC))
        .map(|midnight| midnight.timestamp().as_second())
        .map_err(|_| format!("the day {day} is out of range"))
}
