//! Judges the records themselves: not tested again, without a date, closed too late.

use std::collections::BTreeMap;

use rusqlite::named_params;

use super::read::{ClassCount, Subscription, collect, count, days, span};
use super::{Class, Seen};
use crate::analyzers::binding::{DAY, SPANS};
use crate::analyzers::measure::{percent, plural};
use crate::analyzers::{AnalyzeError, Decision, Facts, Verdicts, Violation};
use crate::finding::{Resource, Span};

/// Days back in which fixes are looked at (`controls/decisions`: windows).
const FIX_PERIOD_DAYS: i64 = 30;

/// C10-08: open detections by the groups of their hosts. Hosts in no group stand under the
/// subscription, or nobody would see them.
///
/// Returns how many of the detections it counted are untested, a host of two groups once each.
pub(super) fn judge_untested(
    facts: &Facts<'_>,
    seen: &mut Seen,
    verdicts: &mut Verdicts,
) -> Result<u64, AnalyzeError> {
    const CHECK: &str = "C10-08";
    let limit = facts.profile.sla.unverified_days;
    let parameters = named_params! { ":span": limit.saturating_mul(DAY), ":spans": SPANS };
    let mut spans: BTreeMap<Option<i64>, Vec<Span>> = BTreeMap::new();
    for (group, span) in
        collect(facts, sql!("controls/10_vuln_sla/untested_spans"), parameters, |row| {
            Ok((row.get("group_id")?, span(row)?))
        })?
    {
        spans.entry(group).or_default().push(span);
    }
    let parameters = named_params! { ":span": limit.saturating_mul(DAY) };
    let rows = collect(facts, sql!("controls/10_vuln_sla/untested"), parameters, |row| {
        let (untested, unknown) = (count(row, "untested")?, count(row, "unknown")?);
        if untested == 0 {
            return Ok(Err(unknown));
        }
        let id: Option<i64> = row.get("id")?;
        let title: Option<String> = row.get("title")?;
        let (resource, place, own) = match (id, title) {
            (Some(id), Some(title)) => (
                Resource::new("asset_group", id).named(&title),
                format!("asset group \"{title}\""),
                Some(Span::record(
                    row.get("response")?,
                    row.get("offset")?,
                    row.get("length")?,
                    id,
                )),
            ),
            _ => (Resource::subscription(), "no asset group".to_owned(), None),
        };
        let oldest: Option<i64> = row.get("oldest")?;
        let message = format!(
            "In {place}: {} without a test for more than {limit} days, the longest for {}",
            plural(untested, "open detection", "open detections"),
            days(oldest.unwrap_or(0))
        );
        Ok(Ok(Violation::new(CHECK, resource, message)
            .fact("detections", untested)
            .fact("hosts", count(row, "hosts")?)
            .fact("open", count(row, "open")?)
            .fact("unknown", unknown)
            .fact("oldest_test_age_seconds", oldest)
            .fact("limit_days", limit)
            .evidence(own)
            .evidence(spans.remove(&id).unwrap_or_default())))
    })?;
    seen.subjects(CHECK, rows.len() as u64, verdicts);
    for row in rows {
        match row {
            Ok(violation) => verdicts.violation(violation),
            Err(unknown) => {
                let reason = "when an open detection was last tested is not known";
                verdicts.unknown(CHECK, u64::from(unknown > 0), reason);
            }
        }
    }
    let parameters = named_params! { ":span": limit.saturating_mul(DAY) };
    Ok(facts.model.query_row(sql!("controls/10_vuln_sla/untested_total"), parameters, |row| {
        count(row, "untested")
    })?)
}

/// C10-09: what cannot be held against any limit.
pub(super) fn judge_undated(
    facts: &Facts<'_>,
    counts: &[ClassCount],
    seen: &mut Seen,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C10-09";
    let open: u64 = counts.iter().map(|count| count.open).sum();
    let undated = open - counts.iter().map(|count| count.dated).sum::<u64>();
    if open == 0 {
        return Ok(());
    }
    seen.subjects(CHECK, 1, verdicts);
    if undated > 0 {
        let evidence = collect(
            facts,
            sql!("controls/10_vuln_sla/undated_spans"),
            named_params! { ":spans": SPANS },
            span,
        )?;
        let message = format!(
            "{} of {open} have no usable first-found date; no share counts them",
            plural(undated, "open detection", "open detections")
        );
        verdicts.violation(
            Violation::new(CHECK, Resource::subscription(), message)
                .fact("detections", undated)
                .fact("open", open)
                .evidence(evidence),
        );
    }
    Ok(())
}

/// What was fixed in the period.
#[derive(Debug, Default, Clone)]
pub(super) struct Fixed {
    /// With both dates and a class that has a limit.
    pub dated: u64,
    pub late: u64,
    /// Without a date or a class, and those that may be none.
    pub undated: u64,
    /// Detections by whole days to the fix, every class.
    pub took: BTreeMap<i64, u64>,
    /// Fixed in the period, low and info apart.
    pub judged: u64,
    pub judged_late: u64,
}

/// C10-11: the share of late fixes.
pub(super) fn judge_fixed(
    facts: &Facts<'_>,
    classes: &[Class],
    subscription: &Subscription,
    verdicts: &mut Verdicts,
) -> Result<Option<Fixed>, AnalyzeError> {
    const CHECK: &str = "C10-11";
    if !subscription.shows_fixed {
        if subscription.hosts > 0 {
            let reason = "fixed detections were not asked for (status=…,Fixed)";
            verdicts.decide(CHECK, Decision::NotAssessed, reason);
        }
        return Ok(None);
    }
    facts.model.execute_batch("DROP TABLE IF EXISTS temp.fix")?;
    let period = named_params! { ":period": FIX_PERIOD_DAYS * DAY };
    facts.model.execute(sql!("controls/10_vuln_sla/fixes"), period)?;
    let mut fixed = Fixed::default();
    for (class, took, detections, late) in
        collect(facts, sql!("controls/10_vuln_sla/fixed"), named_params! { ":day": DAY }, |row| {
            let class: Option<String> = row.get("class")?;
            Ok((
                class,
                row.get::<_, Option<i64>>("days")?,
                count(row, "detections")?,
                count(row, "late")?,
            ))
        })?
    {
        let Some(class) = class else {
            fixed.undated += detections;
            continue;
        };
        let Some(class) = classes.iter().find(|known| known.name == class) else { continue };
        let Some(took) = took else {
            fixed.undated += detections;
            continue;
        };
        *fixed.took.entry(took).or_default() += detections;
        fixed.dated += detections;
        fixed.late += late;
        if class.name != "low" {
            fixed.judged += detections;
            fixed.judged_late += late;
        }
    }
    let limit = facts.profile.sla.late_close_warn;
    if fixed.dated + fixed.undated == 0 {
        return Ok(Some(fixed));
    }
    verdicts.subjects(CHECK, 1);
    let is_more = |late, all| limit.compare(late, all).is_some_and(std::cmp::Ordering::is_gt);
    let all = fixed.dated + fixed.undated;
    if is_more(fixed.late, all) {
        let message = format!(
            "{} of {} in the last {FIX_PERIOD_DAYS} days came after their limit",
            percent(fixed.late, fixed.dated),
            plural(fixed.dated, "fix", "fixes")
        );
        verdicts.violation(
            Violation::new(CHECK, Resource::subscription(), message)
                .fact("late", fixed.late)
                .fact("fixed", fixed.dated)
                .fact("undated", fixed.undated)
                .fact("limit", limit.as_f64())
                .fact("period_days", FIX_PERIOD_DAYS)
                .evidence(collect(
                    facts,
                    sql!("controls/10_vuln_sla/late_spans"),
                    named_params! { ":spans": SPANS },
                    span,
                )?),
        );
    } else if is_more(fixed.late + fixed.undated, all) {
        verdicts.unknown(CHECK, 1, "how long too many of the fixes took is not known");
    }
    Ok(Some(fixed))
}
