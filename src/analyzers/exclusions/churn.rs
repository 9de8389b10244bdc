//! Judges exclusions that came and went around a scan.

use std::collections::{BTreeMap, BTreeSet};

use super::estate::{Estate, Event, sets};
use crate::address::Set;
use crate::analyzers::binding::DAY;
use crate::analyzers::measure::rfc3339;
use crate::analyzers::rows::collect;
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Known, Resource, Severity, Span};

/// The built-in group that stands for everything in the subscription.
const EVERYTHING: &str = "All";

struct Scan {
    title: String,
    scheduled: bool,
    launched: i64,
    ended: i64,
    /// Titles; none where the scan names none.
    groups: Vec<String>,
    span: Span,
}

/// An exclusion and its end.
struct Churn<'a> {
    added: &'a Event,
    removed: &'a Event,
    from: i64,
    to: i64,
}

/// C16-12: excluded for no more than some days, and a scan of the addresses ran in them.
pub(super) fn judge(
    facts: &Facts<'_>,
    estate: &Estate,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C16-12";
    let limit = facts.profile.c16.churn_days.saturating_mul(DAY);
    let churns = churns(estate, limit);
    let undated = undated(estate);
    if churns.is_empty() && undated.is_empty() {
        return Ok(());
    }
    let scans = scans(facts)?;
    let ranges = sets(facts, sql!("controls/16_exclusions/scanned_ranges"), |row| {
        row.get::<_, String>("title")
    })?;
    let since: Option<i64> =
        facts.model.query_row(sql!("controls/16_exclusions/window"), [], |row| row.get("since"))?;
    // One finding a range: its latest churn that is violated, else that is unknown.
    let mut judged: BTreeMap<String, (Known<bool>, Option<Violation>)> = BTreeMap::new();
    for churn in &churns {
        let own: Set = [churn.added.range].into_iter().collect();
        let during =
            || scans.iter().filter(|scan| scan.launched <= churn.to && scan.ended >= churn.from);
        let touches = |scan: &&Scan| {
            scan.groups.iter().any(|title| {
                title == EVERYTHING || ranges.get(title).is_some_and(|set| set.intersects(&own))
            })
        };
        // A scheduled scan weighs more than one by hand.
        let hit = during().filter(touches).max_by_key(|scan| scan.scheduled);
        let missed = match hit {
            Some(_) => Known::Known(true),
            None if during().any(|scan| scan.groups.is_empty()) => Known::Unknown(
                "which addresses a scan in these days was for is not in the list".to_owned(),
            ),
            None if since.is_none_or(|since| churn.from < since) => {
                Known::Unknown("the list of scans does not reach back to it".to_owned())
            }
            None => Known::Known(false),
        };
        let violation = hit.map(|scan| violation(CHECK, churn, scan));
        let key = churn.added.range.to_string();
        let entry = judged.entry(key).or_insert((Known::Known(false), None));
        match (&entry.0, &missed) {
            (Known::Known(true), _) | (Known::Unknown(_), Known::Known(false)) => {}
            _ => *entry = (missed, violation),
        }
    }
    for range in undated {
        let reason = "when a range was excluded or given back is not in the history";
        judged.entry(range).or_insert((Known::Unknown(reason.to_owned()), None));
    }
    for (missed, violation) in judged.into_values() {
        match (missed, violation) {
            (Known::Known(true), Some(violation)) => {
                verdicts.subjects(CHECK, 1);
                verdicts.violation(violation);
            }
            (Known::Unknown(reason), _) => {
                verdicts.subjects(CHECK, 1);
                verdicts.unknown(CHECK, 1, reason);
            }
            _ => verdicts.subjects(CHECK, 1),
        }
    }
    Ok(())
}

fn violation(check: &'static str, churn: &Churn<'_>, scan: &Scan) -> Violation {
    let message =
        format!("{} was excluded for a short time in which {} ran", churn.added.range, scan.title);
    let severity = if scan.scheduled { Severity::Medium } else { Severity::Info };
    Violation::new(check, Resource::new("excluded_range", churn.added.range), message)
        .severity(severity)
        .fact("excluded", rfc3339(churn.from))
        .fact("given_back", rfc3339(churn.to))
        .fact("scan_launched", rfc3339(scan.launched))
        .fact("scheduled", scan.scheduled)
        .fact("user", churn.added.login.clone())
        .evidence([churn.added.span.clone(), churn.removed.span.clone(), scan.span.clone()])
}

/// Exclusions with the first event behind them that gave a part back, within the limit; the latest
/// first.
fn churns(estate: &Estate, limit: i64) -> Vec<Churn<'_>> {
    let mut churns = Vec::new();
    for added in estate.events.iter().filter(|event| !event.is_removal) {
        let Some(from) = added.time else { continue };
        let own: Set = [added.range].into_iter().collect();
        let removals = estate.events.iter().filter(|event| {
            event.is_removal && own.intersects(&[event.range].into_iter().collect())
        });
        let next = removals
            .filter_map(|event| event.time.map(|time| (time, event)))
            .filter(|(time, _)| *time >= from)
            .min_by_key(|(time, _)| *time);
        if let Some((to, removed)) = next.filter(|(to, _)| to - from <= limit) {
            churns.push(Churn { added, removed, from, to });
        }
    }
    churns
}

/// Ranges that were excluded and given back, where one of both has no date.
fn undated(estate: &Estate) -> BTreeSet<String> {
    let added = estate.events.iter().filter(|event| !event.is_removal);
    let open = added.filter(|added| {
        let own: Set = [added.range].into_iter().collect();
        estate.events.iter().any(|event| {
            event.is_removal
                && (event.time.is_none() || added.time.is_none())
                && own.intersects(&[event.range].into_iter().collect())
        })
    });
    open.map(|added| added.range.to_string()).collect()
}

fn scans(facts: &Facts<'_>) -> Result<Vec<Scan>, AnalyzeError> {
    let mut scans: Vec<Scan> = Vec::new();
    let mut open = None;
    for (row, group, scan) in collect(facts, sql!("controls/16_exclusions/scans"), [], |row| {
        let reference: String = row.get("reference")?;
        let scan = Scan {
            title: row.get::<_, Option<String>>("title")?.unwrap_or_else(|| reference.clone()),
            scheduled: row.get::<_, Option<bool>>("scheduled")?.unwrap_or_default(),
            launched: row.get("launched")?,
            ended: row.get("ended")?,
            groups: Vec::new(),
            span: Span::record(
                row.get("response")?,
                row.get("offset")?,
                row.get("length")?,
                &reference,
            ),
        };
        Ok((row.get::<_, i64>("row")?, row.get::<_, Option<String>>("group_title")?, scan))
    })? {
        if open != Some(row) {
            open = Some(row);
            scans.push(scan);
        }
        if let Some(last) = scans.last_mut() {
            last.groups.extend(group);
        }
    }
    Ok(scans)
}
