//! The numbers of control 19: how much log there is, how far it reaches, and what it tells.

use rusqlite::named_params;

use super::deeds::Deeds;
use super::log::Summary;
use crate::analyzers::binding::DAY;
use crate::analyzers::{AnalyzeError, Facts, Verdicts};
use crate::finding::Metric;

pub(super) fn measure(
    facts: &Facts<'_>,
    summary: &Summary,
    deeds: &Deeds,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let limits = &facts.profile.c19;
    let days = |time: i64| (facts.as_of - time).max(0) / DAY;
    let reached = summary.earliest.map(|earliest| days(earliest).into());
    verdicts.metric(
        Metric::measured("log_days", "Days that the log reaches back", reached, "days")
            .against(limits.min_retention_days),
    );
    let latest = summary.latest.map(|latest| days(latest).into());
    verdicts.metric(Metric::measured("log_age", "Days since the last event", latest, "days"));
    let mut statement = facts.model.prepare(sql!("controls/19_activity_log/longest_gap"))?;
    let gap: Option<i64> =
        statement.query_row(named_params! { ":as_of": facts.as_of }, |row| row.get("gap"))?;
    verdicts.metric(
        Metric::measured(
            "longest_gap",
            "Longest time without an event",
            gap.map(|gap| (gap / DAY).into()),
            "days",
        )
        .against(limits.max_gap_days),
    );
    let sensitive = deeds.by_class.values().sum();
    let unreviewed = deeds.sensitive.values().map(|lines| lines.unreviewed).sum();
    for (id, label, count) in [
        ("events", "Events", summary.events),
        ("actors", "Actors", summary.actors),
        ("events_undated", "Events without a time that is understood", summary.undated),
        ("api_requests", "Calls of the API, this collection's among them", summary.requests),
        ("events_sensitive", "Sensitive events", sensitive),
        ("events_unreviewed", "Sensitive events that no attested review covers", unreviewed),
    ] {
        verdicts.metric(Metric::count(id, label, count));
    }
    verdicts.metric(Metric::ratio(
        "events_unclassified",
        "Events that no rule classifies",
        deeds.unclassified,
        summary.events,
    ));
    for (class, count) in &deeds.by_class {
        let name: String = class
            .chars()
            .map(
                |letter| {
                    if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' }
                },
            )
            .collect();
        let label = format!("Sensitive events of class {class}");
        verdicts.metric(Metric::count(format!("events_{name}"), &label, *count));
    }
    Ok(())
}
