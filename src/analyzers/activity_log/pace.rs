//! Judges how fast things happen: deletions and failed logins within an hour.

use rusqlite::named_params;

use super::HOUR;
use super::log::{Summary, UNDATED};
use crate::analyzers::measure::{plural, rfc3339};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Resource, Span};

pub(super) fn judge(
    facts: &Facts<'_>,
    summary: &Summary,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let limits = &facts.profile.c19;
    judge_most(
        facts,
        "C19-06",
        sql!("controls/19_activity_log/bursts"),
        limits.burst,
        verdicts,
        |login, deeds| {
            let objects = plural(deeds, "object", "objects");
            (Resource::new("actor", login), format!("{login} deleted {objects} within an hour"))
        },
    )?;
    let failed = sql!("controls/19_activity_log/failed_logins");
    judge_most(facts, "C19-10", failed, limits.failed_logins, verdicts, |login, deeds| {
        let logins = plural(deeds, "failed login", "failed logins");
        (Resource::new("user", login), format!("{logins} of {login} within an hour"))
    })?;
    // Actors who did nothing of the kind are healthy.
    for check in ["C19-06", "C19-10"] {
        verdicts.subjects(check, summary.actors);
    }
    Ok(())
}

/// Fires for each actor whose busiest hour reaches the limit.
fn judge_most(
    facts: &Facts<'_>,
    check: &'static str,
    statement: &str,
    limit: i64,
    verdicts: &mut Verdicts,
    described: impl Fn(&str, u64) -> (Resource, String),
) -> Result<(), AnalyzeError> {
    let mut statement = facts.model.prepare(statement)?;
    let mut rows = statement.query(named_params! { ":span": HOUR })?;
    while let Some(row) = rows.next()? {
        let (deeds, undated): (u64, u64) = (row.get("deeds")?, row.get("undated")?);
        if deeds < limit.unsigned_abs() {
            // They may all fall into the busiest hour.
            let is_open = deeds.saturating_add(undated) >= limit.unsigned_abs();
            verdicts.unknown(check, u64::from(is_open), UNDATED);
            continue;
        }
        let (login, time): (String, Option<i64>) = (row.get("login")?, row.get("time")?);
        let (resource, message) = described(&login, deeds);
        verdicts.violation(
            Violation::new(check, resource, message)
                .fact("count", deeds)
                .fact("limit", limit)
                .fact("until", time.map(rfc3339))
                .evidence([Span::part(
                    row.get("response")?,
                    row.get("offset")?,
                    row.get("length")?,
                )]),
        );
    }
    Ok(())
}
