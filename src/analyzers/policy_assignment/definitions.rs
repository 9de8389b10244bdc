//! Judges how user-defined controls look at things, and the exceptions from controls.

use rusqlite::Row;

use crate::analyzers::measure::day;
use crate::analyzers::rows::{collect, record};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Known, Resource, Span};

/// The scale of Qualys: 1 minimal, 2 medium, 3 serious, 4 critical, 5 urgent.
const SERIOUS: i64 = 3;

struct Definition {
    id: i64,
    statement: Option<String>,
    hash: Option<String>,
    is_integrity: bool,
    ignores_error: Option<bool>,
    ignores_missing: Option<bool>,
    criticality: Option<i64>,
    span: Span,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Definition> {
    let id = row.get("id")?;
    Ok(Definition {
        id,
        statement: row.get("statement")?,
        hash: row.get("hash_type")?,
        is_integrity: row.get::<_, Option<bool>>("integrity")?.unwrap_or_default(),
        ignores_error: row.get("ignore_error")?,
        ignores_missing: row.get("ignore_not_found")?,
        criticality: row.get("criticality")?,
        span: record(row, id)?,
    })
}

pub(super) fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    let weak: Vec<String> = facts.profile.c09.weak_hashes.iter().map(|hash| plain(hash)).collect();
    for control in collect(facts, sql!("controls/09_policy_assignment/definitions"), [], read)? {
        control.judge_hash(&weak, verdicts);
        control.judge_leniency(verdicts);
    }
    Ok(())
}

/// `SHA-1`, `sha1` and `SHA 1` are one.
fn plain(hash: &str) -> String {
    hash.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}

impl Definition {
    fn violation(&self, check: &'static str, message: String) -> Violation {
        Violation::new(check, Resource::new("control", self.id), message)
            .fact("statement", self.statement.clone())
            .evidence([self.span.clone()])
    }

    /// C09-12: a hash that can be forged.
    fn judge_hash(&self, weak: &[String], verdicts: &mut Verdicts) {
        const CHECK: &str = "C09-12";
        if !self.is_integrity && self.hash.is_none() {
            return;
        }
        let is_weak = match &self.hash {
            Some(hash) => Known::Known(weak.contains(&plain(hash))),
            None => {
                Known::Unknown("how a control of file integrity hashes was not said".to_owned())
            }
        };
        verdicts.settle(CHECK, is_weak, || {
            let hash = self.hash.clone().unwrap_or_default();
            self.violation(CHECK, format!("Control {} hashes with {hash}", self.id))
                .fact("hash", hash)
        });
    }

    /// C09-13: a pass without a look.
    fn judge_leniency(&self, verdicts: &mut Verdicts) {
        const CHECK: &str = "C09-13";
        let is_lenient = match (self.ignores_error, self.ignores_missing) {
            (Some(true), _) | (_, Some(true)) => match self.criticality {
                Some(criticality) => Known::Known(criticality >= SERIOUS),
                None => Known::Unknown("the criticality of a control was not said".to_owned()),
            },
            (Some(false), Some(false)) => Known::Known(false),
            _ if self.criticality.is_some_and(|criticality| criticality < SERIOUS) => {
                Known::Known(false)
            }
            _ => Known::Unknown("what a control forgives was not said".to_owned()),
        };
        verdicts.settle(CHECK, is_lenient, || {
            let message = format!("Control {} passes when it cannot read the item", self.id);
            self.violation(CHECK, message)
                .fact("ignores_errors", self.ignores_error)
                .fact("ignores_missing_items", self.ignores_missing)
                .fact("criticality", self.criticality)
        });
    }
}

/// C09-14: approved exceptions.
pub(super) fn judge_exceptions(
    facts: &Facts<'_>,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C09-14";
    let exceptions = collect(facts, sql!("controls/09_policy_assignment/exceptions"), [], |row| {
        let number: i64 = row.get("number")?;
        Ok(Exception {
            number,
            status: row.get("status")?,
            active: row.get("active")?,
            expires: row.get("expires")?,
            policy: row.get("policy_id")?,
            control: row.get("control_id")?,
            span: record(row, number)?,
        })
    })?;
    for exception in exceptions {
        let Exception { number, expires, .. } = exception;
        let status = exception.status.as_deref().map(str::trim);
        let is_stale = match (status, expires) {
            (None, _) => Known::Unknown("the status of an exception was not said".to_owned()),
            (Some(status), _) if !status.eq_ignore_ascii_case("approved") => continue,
            (Some(_), None) => Known::Known(true),
            (Some(_), Some(time)) => Known::Known(time < facts.as_of),
        };
        verdicts.settle(CHECK, is_stale, || {
            let message = match expires {
                Some(time) => format!("Exception {number} ended on {}", day(time)),
                None => format!("Exception {number} has no end"),
            };
            Violation::new(CHECK, Resource::new("exception", number), message)
                .fact("expires", expires.map(day))
                .fact("is_active", exception.active)
                .fact("policy", exception.policy)
                .fact("control", exception.control)
                .evidence([exception.span.clone()])
        });
    }
    Ok(())
}

struct Exception {
    number: i64,
    status: Option<String>,
    active: Option<bool>,
    expires: Option<i64>,
    policy: Option<i64>,
    control: Option<i64>,
    span: Span,
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn hashes_are_told_apart_by_letters_and_digits() {
        for (text, expected) in [("SHA-1", "SHA1"), ("md5", "MD5"), (" SHA 256 ", "SHA256")] {
            assert_eq!(plain(text), expected);
        }
    }
}
