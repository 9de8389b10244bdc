//! Judges vulnerabilities that nobody sees: left out by profiles, disabled, ignored.

use rusqlite::{Row, named_params};

use super::{SEVERE, TOP};
use crate::analyzers::binding::{DAY, SPANS};
use crate::analyzers::measure::plural;
use crate::analyzers::rows::{collect, count, record};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Known, Resource, Severity, Span};

/// Days back in which a scan shows that a profile is in use, as in control 3.
const RECENT: i64 = 30;

pub(super) fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    judge_lists(facts, verdicts)?;
    judge_disabled(facts, verdicts)?;
    judge_ignored(facts, verdicts)
}

/// A search list that profiles leave out.
struct List {
    id: Option<i64>,
    title: Option<String>,
    in_use: bool,
    /// Titles, as JSON.
    profiles: String,
    /// Its QIDs were answered.
    found: bool,
    qids: u64,
    severe: u64,
    exploited: u64,
    /// Not in the knowledge base that was read.
    unresolved: u64,
    spans: Vec<Span>,
}

impl List {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let id: Option<i64> = row.get("list_id")?;
        let profile: i64 = row.get("profile_id")?;
        let mut spans = vec![Span::record(
            row.get("profile_response")?,
            row.get("profile_offset")?,
            row.get("profile_length")?,
            profile,
        )];
        if let (Some(id), Some(_)) = (id, row.get::<_, Option<i64>>("response")?) {
            spans.push(record(row, id)?);
        }
        Ok(Self {
            id,
            title: row.get("title")?,
            in_use: row.get("in_use")?,
            profiles: row.get("profiles")?,
            found: row.get("found")?,
            qids: count(row, "qids")?,
            severe: count(row, "severe")?,
            exploited: count(row, "exploited")?,
            unresolved: count(row, "unresolved")?,
            spans,
        })
    }
}

/// C16-07: no long list, and none with severe or exploited QIDs.
fn judge_lists(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C16-07";
    let most = facts.profile.c16.max_qids;
    let since = facts.as_of - RECENT * DAY;
    let unseen = collect(
        facts,
        sql!("controls/16_exclusions/unseen_profiles"),
        named_params! { ":since": since },
        |row| row.get::<_, Option<String>>("title"),
    )?;
    for title in unseen {
        verdicts.subjects(CHECK, 1);
        let reason = match title {
            Some(title) => format!(
                "profile \"{title}\" is in use and the list does not show it, as private ones; \
                 collect as a Manager or have it shared"
            ),
            None => "which option profile a schedule uses was not said".to_owned(),
        };
        verdicts.unknown(CHECK, 1, reason);
    }
    let parameters = named_params! { ":since": since, ":severe": SEVERE };
    for list in collect(facts, sql!("controls/16_exclusions/lists"), parameters, List::read)? {
        let is_grave = list.severe > 0 || list.exploited > 0;
        let is_wide = is_grave || list.qids > most.unsigned_abs();
        let unknown = |reason: &str| Known::Unknown(reason.to_owned());
        let hides = if !list.found {
            unknown("which QIDs a list holds was not answered")
        } else if is_wide && !list.in_use {
            unknown("whether a profile that leaves the list out is in use is not known")
        } else if !is_wide && list.unresolved > 0 {
            unknown(
                "the severity of QIDs of the list was not read: the knowledge base was asked for found ones alone",
            )
        } else {
            Known::Known(is_wide)
        };
        let profiles: serde_json::Value = serde_json::from_str(&list.profiles)
            .map_err(|error| AnalyzeError::Fact(format!("profiles of a search list: {error}")))?;
        verdicts.settle(CHECK, hides, || {
            let title = list.title.clone().unwrap_or_default();
            let key = list.id.map_or_else(|| title.clone(), |id| id.to_string());
            let message = format!(
                "Search list \"{title}\" hides {}, {} of severity {SEVERE} or 5; the limit is {most}",
                plural(list.qids, "QID", "QIDs"),
                list.severe
            );
            Violation::new(CHECK, Resource::new("search_list", key).named(&title), message)
                .severity(if is_grave { Severity::High } else { Severity::Medium })
                .fact("qids", list.qids)
                .fact("severe_qids", list.severe)
                .fact("exploited_qids", list.exploited)
                .fact("unknown_qids", list.unresolved)
                .fact("profiles", profiles)
                .fact("limit", most)
                .evidence(list.spans)
        });
    }
    Ok(())
}

/// C16-08: no severe QID is disabled.
fn judge_disabled(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C16-08";
    let disabled = collect(facts, sql!("controls/16_exclusions/disabled"), [], |row| {
        let qid: i64 = row.get("qid")?;
        let mut spans = Vec::new();
        if row.get::<_, Option<i64>>("response")?.is_some() {
            spans.push(record(row, qid)?);
        }
        if let Some(response) = row.get("detection_response")? {
            let (offset, length) = (row.get("detection_offset")?, row.get("detection_length")?);
            spans.push(Span::part(response, offset, length));
        }
        let title = row.get::<_, Option<String>>("title")?;
        Ok((qid, title, row.get::<_, Option<i64>>("severity")?, count(row, "detections")?, spans))
    })?;
    for (qid, title, severity, detections, spans) in disabled {
        let is_severe = severity.map_or_else(
            || Known::Unknown("the severity of a disabled QID was not read".to_owned()),
            |severity| Known::Known(severity >= SEVERE),
        );
        verdicts.settle(CHECK, is_severe, || {
            let message = format!(
                "QID {qid}{} of severity {} is disabled for everyone",
                named(title.as_deref()),
                severity.unwrap_or_default()
            );
            Violation::new(CHECK, resource(qid, title.as_deref()), message)
                .fact("qid_severity", severity)
                .fact("detections", detections)
                .evidence(spans)
        });
    }
    Ok(())
}

/// C16-09: no severe detection is ignored but by a waiver.
fn judge_ignored(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C16-09";
    let most = facts.profile.c16.max_ignored.unsigned_abs();
    let parameters = named_params! { ":severe": SEVERE, ":top": TOP, ":spans": SPANS };
    let ignored = collect(facts, sql!("controls/16_exclusions/ignored"), parameters, |row| {
        let numbers = (
            count(row, "severe")?,
            count(row, "unrated")?,
            count(row, "unsure")?,
            count(row, "top")?,
            count(row, "hosts")?,
        );
        let texts =
            (row.get::<_, Option<String>>("title")?, row.get::<_, Option<String>>("spans")?);
        Ok((row.get::<_, i64>("qid")?, numbers, row.get::<_, bool>("exploited")?, texts))
    })?;
    for (qid, (severe, unrated, unsure, top, hosts), exploited, (title, spans)) in ignored {
        let too_many = if severe > most {
            Known::Known(true)
        } else if severe + unrated > most {
            Known::Unknown("the severity of ignored detections was not given".to_owned())
        } else if severe + unrated + unsure > most {
            Known::Unknown(
                "the type of ignored detections is not known, or whether their hosts are still there (am/host-assets)"
                    .to_owned(),
            )
        } else {
            Known::Known(false)
        };
        let spans: Vec<(i64, i64, i64)> = spans
            .map_or_else(|| Ok(Vec::new()), |spans| serde_json::from_str(&spans))
            .map_err(|error| AnalyzeError::Fact(format!("spans of QID {qid}: {error}")))?;
        verdicts.settle(CHECK, too_many, || {
            let many = plural(severe, "detection is", "detections are");
            let message = format!(
                "QID {qid}{}: {many} ignored, and no waiver says why",
                named(title.as_deref())
            );
            let is_grave = top > 0 || exploited;
            Violation::new(CHECK, resource(qid, title.as_deref()), message)
                .severity(if is_grave { Severity::High } else { Severity::Medium })
                .fact("ignored", severe)
                .fact("hosts", hosts)
                .fact("top_scored", top)
                .fact("exploited", exploited)
                .fact("limit", most)
                .evidence(
                    spans
                        .into_iter()
                        .map(|(response, offset, length)| Span::part(response, offset, length)),
                )
        });
    }
    Ok(())
}

fn resource(qid: i64, title: Option<&str>) -> Resource {
    let resource = Resource::new("qid", qid);
    match title {
        Some(title) => resource.named(title),
        None => resource,
    }
}

fn named(title: Option<&str>) -> String {
    title.map_or_else(String::new, |title| format!(" ({title})"))
}
