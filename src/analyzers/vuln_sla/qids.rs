//! Judges vulnerabilities by QID: how long they are open, exploited, asleep, or coming back.

use std::collections::BTreeMap;

use rusqlite::named_params;

use super::read::{Subscription, collect, count, days, span};
use super::{Class, Seen};
use crate::analyzers::binding::{DAY, SPANS};
use crate::analyzers::measure::{day, plural};
use crate::analyzers::{AnalyzeError, Decision, Facts, Verdicts, Violation};
use crate::finding::{Resource, Span};

/// What is past its limit, for the metrics.
#[derive(Debug, Default, Clone)]
pub(super) struct Overdue {
    pub qids: u64,
    /// Age of the oldest open detection of each QID, seconds, by class.
    pub oldest: BTreeMap<String, Vec<i64>>,
}

fn resource(qid: i64, title: Option<&String>) -> Resource {
    let resource = Resource::new("qid", qid);
    match title {
        Some(title) => resource.named(title),
        None => resource,
    }
}

/// `QID 4711 (title)`.
fn called(qid: i64, title: Option<&String>) -> String {
    title.map_or_else(|| format!("QID {qid}"), |title| format!("QID {qid} ({title})"))
}

struct Aged {
    qid: i64,
    class: Option<String>,
    title: Option<String>,
    open: u64,
    undated: u64,
    past: u64,
    past_hosts: u64,
    oldest: Option<i64>,
    by_first_found: u64,
    by_last_reopened: u64,
}

/// C10-01 to C10-04: one finding a QID and class.
pub(super) fn judge_ages(
    facts: &Facts<'_>,
    classes: &[Class],
    seen: &mut Seen,
    verdicts: &mut Verdicts,
) -> Result<Overdue, AnalyzeError> {
    let mut spans: BTreeMap<(i64, String), Vec<Span>> = BTreeMap::new();
    let oldest_first = named_params! { ":spans": SPANS };
    for (key, span) in
        collect(facts, sql!("controls/10_vuln_sla/past_spans"), oldest_first, |row| {
            Ok(((row.get("qid")?, row.get("class")?), span(row)?))
        })?
    {
        spans.entry(key).or_default().push(span);
    }
    let rows = collect(facts, sql!("controls/10_vuln_sla/qids"), [], |row| {
        Ok(Aged {
            qid: row.get("qid")?,
            class: row.get("class")?,
            title: row.get("title")?,
            open: count(row, "open")?,
            undated: count(row, "undated")?,
            past: count(row, "past")?,
            past_hosts: count(row, "past_hosts")?,
            oldest: row.get("oldest")?,
            by_first_found: count(row, "past_by_first_found")?,
            by_last_reopened: count(row, "past_by_last_reopened")?,
        })
    })?;
    let mut overdue = Overdue::default();
    for aged in rows {
        let Some(name) = aged.class.clone() else { continue };
        overdue.oldest.entry(name.clone()).or_default().extend(aged.oldest);
        let Some(class) = classes.iter().find(|class| class.name == name) else { continue };
        seen.subjects(class.check, 1, verdicts);
        if aged.past == 0 {
            let reason = "when a detection of the QID was first found is not known";
            verdicts.unknown(class.check, u64::from(aged.undated > 0), reason);
            continue;
        }
        overdue.qids += 1;
        let evidence = spans.remove(&(aged.qid, name)).unwrap_or_default();
        verdicts.violation(late(facts, class, &aged).evidence(evidence));
    }
    Ok(overdue)
}

fn late(facts: &Facts<'_>, class: &Class, aged: &Aged) -> Violation {
    let Class { name, check, days: limit } = *class;
    let message = format!(
        "{} on {}: {} past {limit} days, the oldest {}",
        called(aged.qid, aged.title.as_ref()),
        plural(aged.past_hosts, "host", "hosts"),
        plural(aged.past, &format!("{name} detection"), &format!("{name} detections")),
        days(aged.oldest.unwrap_or(0)),
    );
    Violation::new(check, resource(aged.qid, aged.title.as_ref()), message)
        .fact("class", name)
        .fact("detections", aged.past)
        .fact("hosts", aged.past_hosts)
        .fact("open", aged.open)
        .fact("undated", aged.undated)
        .fact("oldest_age_seconds", aged.oldest)
        .fact("limit_days", limit)
        .fact("clock", facts.profile.sla.clock.word())
        .fact("past_by_first_found", aged.by_first_found)
        .fact("past_by_last_reopened", aged.by_last_reopened)
}

struct Exploited {
    qid: i64,
    /// They are open; otherwise that is not known.
    sure: bool,
    title: Option<String>,
    due: Option<i64>,
    undue: bool,
    cves: String,
    indicated: bool,
    open: u64,
    hosts: u64,
    undated: u64,
    aged: u64,
    oldest: Option<i64>,
}

/// C10-06: by the KEV catalogue's due date; where that gives none, by the profile's days.
pub(super) fn judge_exploited(
    facts: &Facts<'_>,
    seen: &mut Seen,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C10-06";
    let grace = facts.profile.sla.kev_days.saturating_mul(DAY);
    let rows = collect(
        facts,
        sql!("controls/10_vuln_sla/exploited"),
        named_params! { ":grace": grace },
        |row| {
            Ok(Exploited {
                qid: row.get("qid")?,
                sure: row.get("sure")?,
                title: row.get("title")?,
                due: row.get("due")?,
                undue: row.get("undue")?,
                cves: row.get("cves")?,
                indicated: row.get("indicated")?,
                open: count(row, "open")?,
                hosts: count(row, "hosts")?,
                undated: count(row, "undated")?,
                aged: count(row, "aged")?,
                oldest: row.get("oldest")?,
            })
        },
    )?;
    for row in rows {
        let is_due = row.due.is_some_and(|due| facts.as_of >= due);
        let ages = row.undue || row.due.is_none();
        let (is_aged, is_undated) = (ages && row.aged > 0, ages && row.undated > 0);
        if !row.sure {
            if is_due || is_aged || is_undated {
                seen.subjects(CHECK, 1, verdicts);
                verdicts.unknown(CHECK, 1, facts.no_bucket(row.open));
            }
            continue;
        }
        seen.subjects(CHECK, 1, verdicts);
        if !is_due && !is_aged {
            let reason = "when a detection of the QID was first found is not known";
            verdicts.unknown(CHECK, u64::from(is_undated), reason);
            continue;
        }
        // The due day is over one second before the first moment after it.
        let since = match row.due.filter(|_| is_due) {
            Some(due) => due - 1,
            None => facts.as_of - row.oldest.unwrap_or(0) + grace,
        };
        let message = format!(
            "{} is known to be exploited and was due on {}: still {} on {}",
            called(row.qid, row.title.as_ref()),
            day(since),
            plural(row.open, "open detection", "open detections"),
            plural(row.hosts, "host", "hosts"),
        );
        let parameters = named_params! { ":qid": row.qid, ":spans": SPANS };
        let evidence =
            collect(facts, sql!("controls/10_vuln_sla/exploited_spans"), parameters, span)?;
        let cves: serde_json::Value = serde_json::from_str(&row.cves)
            .map_err(|error| AnalyzeError::Fact(format!("CVE list of QID {}: {error}", row.qid)))?;
        verdicts.violation(
            Violation::new(CHECK, resource(row.qid, row.title.as_ref()), message)
                .fact("due", day(since))
                .fact("by", if is_due { "kev due date" } else { "days since first found" })
                .fact("cves", cves)
                .fact("real_time_indicator", row.indicated)
                .fact("detections", row.open)
                .fact("hosts", row.hosts)
                .fact("past_days", row.aged)
                .fact("kev_days", facts.profile.sla.kev_days)
                .evidence(evidence),
        );
    }
    Ok(())
}

/// C10-07: what the SLA leaves out because the kernel does not run.
pub(super) fn judge_kernels(
    facts: &Facts<'_>,
    subscription: &Subscription,
    seen: &mut Seen,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C10-07";
    if !subscription.shows_kernels && subscription.hosts > 0 {
        let asked = |name| -> Result<String, AnalyzeError> {
            let value = facts.asked("vm/detections", name)?;
            Ok(value.map_or_else(|| format!("{name} not sent"), |value| format!("{name}={value}")))
        };
        let reason = format!(
            "no detection says whether its kernel runs ({}, {}), and {} of Linux kernels are open",
            asked("show_arf_data")?,
            asked("active_kernels_only")?,
            plural(subscription.kernel_titles, "detection", "detections")
        );
        verdicts.decide(CHECK, Decision::NotAssessed, reason);
        return Ok(());
    }
    let policy = facts.profile.sla.kernel_policy;
    let rows = collect(facts, sql!("controls/10_vuln_sla/kernels"), [], |row| {
        let (qid, title): (i64, Option<String>) = (row.get("qid")?, row.get("title")?);
        let (detections, hosts) = (count(row, "detections")?, count(row, "hosts")?);
        let message = format!(
            "{} on kernels that do not run: {} on {}",
            called(qid, title.as_ref()),
            plural(detections, "detection", "detections"),
            plural(hosts, "host", "hosts"),
        );
        Ok(Violation::new(CHECK, resource(qid, title.as_ref()), message)
            .fact("detections", detections)
            .fact("hosts", hosts)
            .fact("past", count(row, "past")?)
            .fact("oldest_age_seconds", row.get::<_, Option<i64>>("oldest")?)
            .fact("kernel_policy", policy.word())
            .evidence([span(row)?]))
    })?;
    seen.subjects(CHECK, rows.len() as u64, verdicts);
    for violation in rows {
        verdicts.violation(violation);
    }
    Ok(())
}

/// C10-10: re-opened again and again.
pub(super) fn judge_returned(
    facts: &Facts<'_>,
    seen: &mut Seen,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C10-10";
    let times = facts.profile.sla.reopen_flag;
    let rows = collect(
        facts,
        sql!("controls/10_vuln_sla/returned"),
        named_params! { ":times": times },
        |row| {
            let (qid, title): (i64, Option<String>) = (row.get("qid")?, row.get("title")?);
            let (detections, unknown) = (count(row, "detections")?, count(row, "unknown")?);
            if detections == 0 {
                return Ok(Err(unknown));
            }
            let most: i64 = row.get("most")?;
            let hosts = count(row, "hosts")?;
            let message = format!(
                "{} came back up to {} after it was fixed, on {}",
                called(qid, title.as_ref()),
                plural(most.unsigned_abs(), "time", "times"),
                plural(hosts, "host", "hosts"),
            );
            Ok(Ok(Violation::new(CHECK, resource(qid, title.as_ref()), message)
                .fact("times_reopened", most)
                .fact("detections", detections)
                .fact("hosts", hosts)
                .fact("reopened", count(row, "reopened")?)
                .fact("limit", times)
                .evidence([span(row)?])))
        },
    )?;
    seen.subjects(CHECK, rows.len() as u64, verdicts);
    for row in rows {
        match row {
            Ok(violation) => verdicts.violation(violation),
            Err(unknown) => {
                let reason = "how often a detection of the QID was re-opened is not known";
                verdicts.unknown(CHECK, u64::from(unknown > 0), reason);
            }
        }
    }
    Ok(())
}
