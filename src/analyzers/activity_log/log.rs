//! Judges the log as a whole: whether it is there, reaches back, has no holes and is reviewed.

use rusqlite::named_params;

use crate::analyzers::binding::DAY;
use crate::analyzers::measure::{day, plural, rfc3339};
use crate::analyzers::{AnalyzeError, Facts, Reach, Verdicts, Violation};
use crate::finding::{Known, Resource, Span};

/// Evidence of absence that one finding points at, bodies.
const BODIES: usize = 5;

pub(super) const UNDATED: &str = "lines of the log have no time that is understood";

/// How much log there is, and what it is held against.
pub(super) struct Summary {
    pub events: u64,
    pub actors: u64,
    /// Lines without a time that is understood.
    pub undated: u64,
    pub earliest: Option<i64>,
    pub latest: Option<i64>,
    /// Calls of the API, this collection's among them.
    pub requests: u64,
    /// The start that was asked for.
    pub since: Option<i64>,
    /// When the first user was made.
    pub first_user: Option<i64>,
    pub users: u64,
    /// Scans and runs in the time that was asked for.
    pub runs: u64,
    /// From when on the scan list was asked for.
    pub scans_since: Option<i64>,
}

impl Summary {
    pub(super) fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        let mut statement = facts.model.prepare(sql!("controls/19_activity_log/summary"))?;
        let summary = statement.query_row(named_params! { ":as_of": facts.as_of }, |row| {
            let count =
                |column: &str| row.get::<_, Option<u64>>(column).map(Option::unwrap_or_default);
            Ok(Self {
                events: row.get("events")?,
                actors: row.get("actors")?,
                undated: count("undated")?,
                earliest: row.get("earliest")?,
                latest: row.get("latest")?,
                requests: count("requests")?,
                since: row.get("since")?,
                first_user: row.get("first_user")?,
                users: row.get("users")?,
                runs: row.get("runs")?,
                scans_since: row.get("scans_since")?,
            })
        })?;
        Ok(summary)
    }
}

pub(super) fn judge(
    facts: &Facts<'_>,
    summary: &Summary,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let bodies: Vec<Span> = facts.bodies("vm/activity-log")?.into_iter().take(BODIES).collect();
    judge_silence(summary, &bodies, verdicts);
    judge_retention(facts, summary, &bodies, verdicts);
    judge_gaps(facts, summary, verdicts)?;
    judge_review(facts, verdicts);
    Ok(())
}

/// C19-01: scans ran, and nobody did anything.
fn judge_silence(summary: &Summary, bodies: &[Span], verdicts: &mut Verdicts) {
    const CHECK: &str = "C19-01";
    if summary.events == 0 && summary.runs == 0 {
        return;
    }
    verdicts.settle(CHECK, Known::Known(summary.events == 0), || {
        let ran = plural(summary.runs, "scan ran", "scans ran");
        Violation::new(
            CHECK,
            Resource::subscription(),
            format!("No activity is recorded although {ran}"),
        )
        .fact("scans", summary.runs)
        .fact("asked_since", summary.since.map(rfc3339))
        .evidence(bodies.to_vec())
    });
}

/// C19-02: the log reaches as far back as it must.
fn judge_retention(facts: &Facts<'_>, summary: &Summary, bodies: &[Span], verdicts: &mut Verdicts) {
    const CHECK: &str = "C19-02";
    if summary.events == 0 && summary.users == 0 {
        return;
    }
    let days = facts.profile.c19.min_retention_days;
    let required = facts.as_of - days.saturating_mul(DAY);
    let unknown = |reason: &str| Known::Unknown(reason.to_owned());
    let is_short = if summary.earliest.is_some_and(|earliest| earliest <= required) {
        Known::Known(false)
    } else if summary.first_user.is_some_and(|first| first > required) {
        // The subscription is younger than the period.
        Known::Known(false)
    } else if summary.since.is_none_or(|since| since > required) {
        unknown("the log was not asked for the whole period; collect with more --activity-days")
    } else if summary.first_user.is_none() {
        unknown("how old the subscription is was not said")
    } else if summary.undated > 0 {
        unknown(UNDATED)
    } else {
        Known::Known(true)
    };
    verdicts.settle(CHECK, is_short, || {
        let reached = summary.earliest.map_or(0, |earliest| (facts.as_of - earliest).max(0) / DAY);
        let message = format!("The log reaches back {reached} days; {days} are required");
        Violation::new(CHECK, Resource::subscription(), message)
            .fact("earliest", summary.earliest.map(rfc3339))
            .fact("required_days", days)
            .fact("first_user_created", summary.first_user.map(rfc3339))
            .fact("asked_since", summary.since.map(rfc3339))
            .evidence(bodies.to_vec())
    });
}

/// C19-03: no long silence while schedules ran.
fn judge_gaps(
    facts: &Facts<'_>,
    summary: &Summary,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C19-03";
    if summary.events == 0 {
        return Ok(());
    }
    // The log itself; each silence beside it.
    verdicts.subjects(CHECK, 1);
    let limit = facts.profile.c19.max_gap_days;
    let history = facts.reach("vm/schedule-runs") == Reach::Whole;
    let mut statement = facts.model.prepare(sql!("controls/19_activity_log/gaps"))?;
    let gap = limit.saturating_mul(DAY);
    let mut rows = statement.query(named_params! { ":as_of": facts.as_of, ":gap": gap })?;
    while let Some(row) = rows.next()? {
        let (began, ended): (i64, i64) = (row.get("began")?, row.get("ended")?);
        let runs: u64 = row.get("runs")?;
        let shows_runs = history || summary.scans_since.is_some_and(|since| since <= began);
        let is_hole = if summary.undated > 0 {
            Known::Unknown(UNDATED.to_owned())
        } else if runs == 0 && !shows_runs {
            Known::Unknown("what ran at that time is not in the evidence".to_owned())
        } else {
            Known::Known(runs > 0)
        };
        let mut spans =
            vec![Span::part(row.get("response")?, row.get("offset")?, row.get("length")?)];
        if let Some(response) = row.get("next_response")? {
            spans.push(Span::part(response, row.get("next_offset")?, row.get("next_length")?));
        }
        let is_open: bool = row.get("is_open")?;
        verdicts.settle(CHECK, is_hole, || {
            let (from, to) = (rfc3339(began), rfc3339(ended));
            let ran = plural(runs, "scheduled scan", "scheduled scans");
            let message = format!(
                "The log is silent from {} to {} while {ran} began",
                day(began),
                day(ended)
            );
            Violation::new(CHECK, Resource::new("interval", format!("{from}/{to}")), message)
                .fact("from", from)
                .fact("to", to)
                .fact("until_now", is_open)
                .fact("runs", runs)
                .fact("limit_days", limit)
                .evidence(spans)
        });
    }
    Ok(())
}

/// C19-05: somebody reads the log, and says so.
fn judge_review(facts: &Facts<'_>, verdicts: &mut Verdicts) {
    const CHECK: &str = "C19-05";
    let Some(attestations) = &facts.inputs.attestations else { return };
    let limit = facts.profile.c19.review_days;
    let last = attestations.of(19).map(|attestation| attestation.reviewed_to).max();
    let is_late = match last.map(|last| facts.age(last, facts.as_of)) {
        None => Known::Known(true),
        Some(Known::Known(age)) => Known::Known(Facts::breaks(age, limit)),
        Some(Known::Unknown(reason)) => Known::Unknown(reason),
    };
    verdicts.settle(CHECK, is_late, || {
        let message = match last {
            Some(last) => format!("The last recorded log review ends on {}", day(last)),
            None => "No log review is recorded".to_owned(),
        };
        Violation::new(CHECK, Resource::subscription(), message)
            .fact("reviewed_to", last.map(rfc3339))
            .fact("limit_days", limit)
    });
}
