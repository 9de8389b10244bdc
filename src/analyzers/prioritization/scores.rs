//! Judges detections by their score: whether they have one, and whether the high ones go first.

use rusqlite::named_params;

use super::{HIGH, TOP, Totals};
use crate::analyzers::binding::{DAY, SPANS};
use crate::analyzers::measure::{Held, at_least, days, limit, percent, plural};
use crate::analyzers::rows::{collect, count, part};
use crate::analyzers::vuln_sla::read::Subscription;
use crate::analyzers::{AnalyzeError, Decision, Facts, Reach, Verdicts, Violation};
use crate::finding::{Resource, Span};

const UNASKED: &str = "detection scores were not asked for (show_qds=1)";
const UNSCORED: &str = "a detection of the QID has no score";

/// Open QIDs by what the knowledge base scores.
pub(super) struct Cves {
    pub bearing: u64,
    pub scored: u64,
    /// In no knowledge base.
    pub unresolved: u64,
}

impl Cves {
    pub(super) fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        Ok(facts.model.query_row(sql!("controls/17_prioritization/cves"), [], |row| {
            Ok(Self {
                bearing: count(row, "bearing")?,
                scored: count(row, "scored")?,
                unresolved: count(row, "unresolved")?,
            })
        })?)
    }
}

/// C17-01: either score suffices.
pub(super) fn judge_scored(
    facts: &Facts<'_>,
    totals: &Totals,
    cves: &Cves,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C17-01";
    let least = facts.profile.c17.min_scored;
    let Some(held) = at_least(least, totals.scored, 0, totals.open) else { return Ok(()) };
    verdicts.subjects(CHECK, 1);
    let by_qds = if totals.shows_qds { held } else { Held::Unknown };
    let is_read = facts.reach("vm/knowledge-base") == Reach::Whole;
    // Without a CVE in sight CVSS ranks nothing, and QDS decides alone.
    let by_cvss = if is_read {
        at_least(least, cves.scored, cves.unresolved, cves.bearing + cves.unresolved)
            .unwrap_or(Held::Outside)
    } else {
        Held::Unknown
    };
    match (by_qds, by_cvss) {
        (Held::Inside, _) | (_, Held::Inside) => {}
        (Held::Outside, Held::Outside) => {
            let message = format!(
                "{} of {} carry a QDS and {} of {} with CVEs a CVSS; either limit is {}",
                percent(totals.scored, totals.open),
                plural(totals.open, "open detection", "open detections"),
                percent(cves.scored, cves.bearing),
                plural(cves.bearing, "open QID", "open QIDs"),
                limit(least)
            );
            let spans = collect(
                facts,
                sql!("controls/17_prioritization/unscored"),
                named_params! { ":spans": SPANS },
                part,
            )?;
            verdicts.violation(
                Violation::new(CHECK, Resource::subscription(), message)
                    .fact("detections_with_qds", totals.scored)
                    .fact("open_detections", totals.open)
                    .fact("qids_with_cvss", cves.scored)
                    .fact("qids_with_cves", cves.bearing)
                    .fact("qids_unresolved", cves.unresolved)
                    .fact("limit", least.as_f64())
                    .evidence(spans),
            );
        }
        _ if !is_read => verdicts.unknown(
            CHECK,
            1,
            "QDS alone does not suffice, and CVSS scores were not read (vm/knowledge-base)",
        ),
        (Held::Unknown, _) => verdicts.unknown(CHECK, 1, UNASKED),
        _ => verdicts.unknown(CHECK, 1, "too many open QIDs are in no knowledge base"),
    }
    Ok(())
}

/// C17-02: medians of ages in both bands.
pub(super) fn judge_order(
    facts: &Facts<'_>,
    totals: &Totals,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C17-02";
    let least = facts.profile.c17.min_n.unsigned_abs();
    if totals.open == 0 {
        return Ok(());
    }
    if !totals.shows_qds {
        verdicts.decide(CHECK, Decision::NotAssessed, UNASKED);
        return Ok(());
    }
    if totals.top < least || totals.lower < least {
        let reason = format!(
            "{} dated detections with QDS from {TOP} and {} below {HIGH}; {least} of each are needed",
            totals.top, totals.lower
        );
        verdicts.decide(CHECK, Decision::NotAssessed, reason);
        return Ok(());
    }
    verdicts.subjects(CHECK, 1);
    let top = twice_median(facts, TOP, i64::MAX, totals.top)?;
    let lower = twice_median(facts, i64::MIN, HIGH - 1, totals.lower)?;
    if top > lower {
        let message = format!(
            "Findings with QDS from {TOP} are open for {} (median), those below {HIGH} for {}",
            days(top / 2),
            days(lower / 2)
        );
        let parameters = named_params! { ":top": TOP, ":spans": SPANS };
        verdicts.violation(
            Violation::new(CHECK, Resource::subscription(), message)
                .fact("median_age_top_seconds", top / 2)
                .fact("median_age_lower_seconds", lower / 2)
                .fact("detections_top", totals.top)
                .fact("detections_lower", totals.lower)
                .fact("limit_detections", least)
                .evidence(collect(
                    facts,
                    sql!("controls/17_prioritization/oldest"),
                    parameters,
                    part,
                )?),
        );
    }
    Ok(())
}

/// Twice the median age, so that the mean of two middles stays a whole number.
fn twice_median(facts: &Facts<'_>, least: i64, most: i64, n: u64) -> Result<i64, AnalyzeError> {
    let parameters = named_params! {
        ":least": least, ":most": most, ":n": i64::try_from(n).unwrap_or(i64::MAX),
    };
    let (ages, middles) =
        facts.model.query_row(sql!("controls/17_prioritization/middle"), parameters, |row| {
            Ok((row.get::<_, Option<i64>>("ages")?.unwrap_or(0), row.get::<_, i64>("middles")?))
        })?;
    Ok(if middles == 1 { ages.saturating_mul(2) } else { ages })
}

struct Top {
    qid: i64,
    title: Option<String>,
    late: u64,
    hosts: u64,
    qds: Option<i64>,
    oldest: Option<i64>,
    undated: u64,
    unscored: u64,
}

/// C17-03: the highest risk, open for too long.
pub(super) fn judge_top(
    facts: &Facts<'_>,
    totals: &Totals,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C17-03";
    let limit = facts.profile.c17.top_days;
    let span = limit.saturating_mul(DAY);
    if totals.open > 0 && !totals.shows_qds {
        verdicts.decide(CHECK, Decision::NotAssessed, UNASKED);
        return Ok(());
    }
    let parameters = named_params! { ":top": TOP, ":span": span };
    let rows = collect(facts, sql!("controls/17_prioritization/qids"), parameters, |row| {
        Ok(Top {
            qid: row.get("qid")?,
            title: row.get("title")?,
            late: count(row, "late")?,
            hosts: count(row, "hosts")?,
            qds: row.get("qds")?,
            oldest: row.get("oldest")?,
            undated: count(row, "undated")?,
            unscored: count(row, "unscored")?,
        })
    })?;
    verdicts.subjects(CHECK, rows.len() as u64);
    for row in rows {
        if row.late == 0 {
            let reason = if row.undated > 0 {
                "when a detection of the QID was first found is not known"
            } else {
                UNSCORED
            };
            verdicts.unknown(CHECK, u64::from(row.undated + row.unscored > 0), reason);
            continue;
        }
        let (qds, oldest) = (row.qds.unwrap_or(TOP), row.oldest.unwrap_or(0));
        let message = format!(
            "{} has QDS {qds} and is open for {} on {}; the limit is {limit} days",
            called(row.qid, row.title.as_ref()),
            days(oldest),
            plural(row.hosts, "host", "hosts"),
        );
        let parameters =
            named_params! { ":qid": row.qid, ":top": TOP, ":span": span, ":spans": SPANS };
        verdicts.violation(
            Violation::new(CHECK, resource(row.qid, row.title.as_ref()), message)
                .fact("qds", qds)
                .fact("detections", row.late)
                .fact("hosts", row.hosts)
                .fact("oldest_age_seconds", oldest)
                .fact("limit_days", limit)
                .evidence(collect(
                    facts,
                    sql!("controls/17_prioritization/qid_spans"),
                    parameters,
                    part,
                )?),
        );
    }
    if totals.unclear > 0 {
        verdicts.subjects(CHECK, 1);
        verdicts.unknown(CHECK, 1, facts.no_bucket(totals.unclear));
    }
    Ok(())
}

struct Ignored {
    qid: i64,
    title: Option<String>,
    top: u64,
    hosts: u64,
    qds: Option<i64>,
    unscored: u64,
    spans: String,
}

/// C17-04: the highest risk, ignored.
pub(super) fn judge_ignored(
    facts: &Facts<'_>,
    subscription: &Subscription,
    totals: &Totals,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C17-04";
    if subscription.detections > 0 && !(totals.shows_qds && totals.shows_ignored) {
        let reason = if totals.shows_qds {
            "ignored detections were not asked for (include_ignored=1)"
        } else {
            UNASKED
        };
        verdicts.decide(CHECK, Decision::NotAssessed, reason);
        return Ok(());
    }
    let parameters = named_params! { ":top": TOP, ":spans": SPANS };
    let rows = collect(facts, sql!("controls/17_prioritization/ignored"), parameters, |row| {
        Ok(Ignored {
            qid: row.get("qid")?,
            title: row.get("title")?,
            top: count(row, "top")?,
            hosts: count(row, "hosts")?,
            qds: row.get("qds")?,
            unscored: count(row, "unscored")?,
            spans: row.get("spans")?,
        })
    })?;
    verdicts.subjects(CHECK, rows.len() as u64);
    for row in rows {
        if row.top == 0 {
            verdicts.unknown(CHECK, u64::from(row.unscored > 0), UNSCORED);
            continue;
        }
        let qds = row.qds.unwrap_or(TOP);
        let message = format!(
            "{} is ignored at QDS {qds} on {}",
            called(row.qid, row.title.as_ref()),
            plural(row.hosts, "host", "hosts"),
        );
        let spans: Vec<(i64, i64, i64)> = serde_json::from_str(&row.spans)
            .map_err(|error| AnalyzeError::Fact(format!("spans of QID {}: {error}", row.qid)))?;
        verdicts.violation(
            Violation::new(CHECK, resource(row.qid, row.title.as_ref()), message)
                .fact("qds", qds)
                .fact("detections", row.top)
                .fact("hosts", row.hosts)
                .evidence(
                    spans.into_iter().map(|(seq, offset, length)| Span::part(seq, offset, length)),
                ),
        );
    }
    Ok(())
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
