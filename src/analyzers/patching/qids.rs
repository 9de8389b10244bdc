//! Judges QIDs: whether their patch is known, how long it waits, and where none will come.

use rusqlite::named_params;

use super::read::Qid;
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::{days, limit, percent, plural};
use crate::analyzers::rows::{collect, part};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Resource, Span};

/// C11-01: the share of open QIDs whose patch state is known.
pub(super) fn judge_join(
    facts: &Facts<'_>,
    qids: &[Qid],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C11-01";
    let least = facts.profile.c11.min_kb_join;
    let all = qids.len() as u64;
    let joined = qids.iter().filter(|qid| qid.patchable().is_some()).count() as u64;
    if all == 0 {
        return Ok(());
    }
    verdicts.subjects(CHECK, 1);
    if least.is_missed_by(joined, all) {
        let unresolved: Vec<i64> = qids
            .iter()
            .filter(|qid| qid.patchable().is_none())
            .map(|qid| qid.id)
            .take(LISTED)
            .collect();
        let message = format!(
            "{} of {} can be tied to patch data; the limit is {}",
            percent(joined, all),
            plural(all, "open QID", "open QIDs"),
            limit(least)
        );
        let spans = collect(
            facts,
            sql!("controls/11_patching/unresolved"),
            named_params! { ":spans": SPANS },
            part,
        )?;
        verdicts.violation(
            Violation::new(CHECK, Resource::subscription(), message)
                .fact("joined_qids", joined)
                .fact("open_qids", all)
                .fact("unresolved", unresolved)
                .fact("limit", least.as_f64())
                .evidence(spans),
        );
    }
    Ok(())
}

/// QIDs that a finding lists among its facts.
const LISTED: usize = 20;

/// Classes that a patch's age is judged for.
struct Window {
    check: &'static str,
    words: &'static str,
    classes: &'static str,
    limit: i64,
    detections: u64,
    hosts: u64,
    oldest: Option<i64>,
}

/// C11-02 and C11-03: how long the patch has been out.
pub(super) fn judge_patch(
    facts: &Facts<'_>,
    qid: &Qid,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let limits = &facts.profile.c11;
    for window in [
        Window {
            check: "C11-02",
            words: "critical or high",
            classes: r#"["critical","high"]"#,
            limit: limits.max_patch_age_high_days,
            detections: qid.urgent(),
            hosts: qid.urgent_hosts,
            oldest: qid.oldest_urgent,
        },
        Window {
            check: "C11-03",
            words: "medium",
            classes: r#"["medium"]"#,
            limit: limits.max_patch_age_medium_days,
            detections: qid.medium,
            hosts: qid.medium_hosts,
            oldest: qid.oldest_medium,
        },
    ] {
        verdicts.subjects(window.check, 1);
        let is_late = qid.patch_age().map(|age| Facts::breaks(age, window.limit));
        match all([is_of(window.detections, qid), qid.patchable(), is_late]) {
            Some(false) => {}
            None => verdicts.unknown(window.check, 1, why(qid, "since when its patch is out")),
            Some(true) => verdicts.violation(waiting(facts, qid, &window)?),
        }
    }
    Ok(())
}

fn waiting(facts: &Facts<'_>, qid: &Qid, window: &Window) -> Result<Violation, AnalyzeError> {
    let age = qid.patch_age().unwrap_or(0);
    let approximate = qid.known.as_ref().is_some_and(|known| known.approximate);
    let message = format!(
        "{}: its patch is out for {}{}, and {} open on {}; the limit is {} days",
        qid.called(),
        if approximate { "about " } else { "" },
        days(age),
        plural(
            window.detections,
            &format!("{} detection is", window.words),
            &format!("{} detections are", window.words)
        ),
        plural(window.hosts, "host", "hosts"),
        window.limit
    );
    Ok(Violation::new(window.check, qid.resource(), message)
        .fact("patch_age_seconds", age)
        .fact("patch_age_approximate", approximate)
        .fact("limit_days", window.limit)
        .fact("detections", window.detections)
        .fact("hosts", window.hosts)
        .fact("oldest_detection_age_seconds", window.oldest)
        .evidence(spans(facts, qid, window.classes)?))
}

/// C11-04: nothing to deploy, and no plan.
pub(super) fn judge_unpatchable(
    facts: &Facts<'_>,
    qid: &Qid,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C11-04";
    let days_open = facts.profile.c11.no_patch_days;
    verdicts.subjects(CHECK, 1);
    let is_old = match qid.oldest_urgent {
        Some(age) if Facts::breaks(age, days_open) => Some(true),
        _ if qid.undated_urgent + qid.unclassified > 0 => None,
        _ => Some(false),
    };
    let is_unpatchable = qid.patchable().map(|patchable| !patchable);
    match all([is_of(qid.urgent(), qid), is_unpatchable, is_old]) {
        Some(false) => {}
        None => verdicts.unknown(CHECK, 1, why(qid, "how long it has been open")),
        Some(true) => {
            let message = format!(
                "{} has no patch: open for {} on {} without an accepted plan; the limit is {days_open} days",
                qid.called(),
                days(qid.oldest_urgent.unwrap_or(0)),
                plural(qid.urgent_hosts, "host", "hosts"),
            );
            verdicts.violation(
                Violation::new(CHECK, qid.resource(), message)
                    .fact("detections", qid.urgent())
                    .fact("hosts", qid.urgent_hosts)
                    .fact("oldest_detection_age_seconds", qid.oldest_urgent)
                    .fact("limit_days", days_open)
                    .evidence(spans(facts, qid, r#"["critical","high"]"#)?),
            );
        }
    }
    Ok(())
}

/// C11-05: software without support, of any class.
pub(super) fn judge_obsolete(
    facts: &Facts<'_>,
    qid: &Qid,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C11-05";
    verdicts.subjects(CHECK, 1);
    match qid.is_obsolete(facts) {
        Some(false) => {}
        None => verdicts.unknown(CHECK, 1, why(qid, "its title")),
        Some(true) => {
            let message = format!(
                "{} is software without support, on {}",
                qid.called(),
                plural(qid.hosts, "host", "hosts")
            );
            let classes = r#"["critical","high","medium","low","info"]"#;
            verdicts.violation(
                Violation::new(CHECK, qid.resource(), message)
                    .fact("detections", qid.open)
                    .fact("hosts", qid.hosts)
                    .fact("oldest_detection_age_seconds", qid.oldest)
                    .evidence(spans(facts, qid, classes)?),
            );
        }
    }
    Ok(())
}

/// Whether the QID has open detections of the classes that `count` counts.
const fn is_of(count: u64, qid: &Qid) -> Option<bool> {
    match (count, qid.unclassified) {
        (0, 0) => Some(false),
        (0, _) => None,
        _ => Some(true),
    }
}

/// Three-valued and.
fn all(parts: [Option<bool>; 3]) -> Option<bool> {
    if parts.contains(&Some(false)) {
        Some(false)
    } else if parts.contains(&None) {
        None
    } else {
        Some(true)
    }
}

fn why(qid: &Qid, what: &str) -> String {
    match &qid.known {
        None => "the knowledge base has no row for the QID".to_owned(),
        Some(known) if known.patchable.is_none() => {
            "the knowledge base does not say whether a patch exists".to_owned()
        }
        Some(_) if qid.unclassified > 0 => "the class of its detections is not known".to_owned(),
        Some(_) => format!("{what} is not known"),
    }
}

/// The knowledge base's record and the oldest detections of these classes.
fn spans(facts: &Facts<'_>, qid: &Qid, classes: &str) -> Result<Vec<Span>, AnalyzeError> {
    let parameters = named_params! { ":qid": qid.id, ":classes": classes, ":spans": SPANS };
    let mut spans = collect(facts, sql!("controls/11_patching/spans"), parameters, part)?;
    spans.extend(qid.known.as_ref().map(|known| known.span.clone()));
    Ok(spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_false_part_settles_it_whatever_the_others_are() {
        let (yes, no) = (Some(true), Some(false));
        for (parts, expected) in [
            ([yes, yes, yes], yes),
            ([yes, None, yes], None),
            ([None, no, None], no),
            ([no, yes, yes], no),
            ([None, None, None], None),
        ] {
            assert_eq!(all(parts), expected, "{parts:?}");
        }
    }
}
