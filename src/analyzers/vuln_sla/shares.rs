//! Judges the share of open detections inside their limit, by class, in all and by asset group.

use std::collections::BTreeMap;

use rusqlite::named_params;

use super::read::{ClassCount, collect, count, span};
use super::{Class, Seen};
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::{percent, plural};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Resource, Span};

const CHECK: &str = "C10-05";

/// C10-05. The population is what is dated; what fits no class could only spoil a share.
pub(super) fn judge(
    facts: &Facts<'_>,
    classes: &[Class],
    counts: &[ClassCount],
    unclear: u64,
    seen: &mut Seen,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    // Low detections have no part in the share, limit or not.
    let judged = || classes.iter().filter(|class| class.name != "low");
    for class in judged() {
        let count = counts.iter().find(|count| count.class.as_deref() == Some(class.name));
        let (dated, past) = count.map_or((0, 0), |count| (count.dated, count.past));
        let undated = count.map_or(0, |count| count.open - count.dated);
        if dated + undated + unclear == 0 {
            continue;
        }
        seen.subjects(CHECK, 1, verdicts);
        if is_missed(facts, dated - past, dated) {
            let parameters = named_params! { ":class": class.name, ":spans": SPANS };
            let evidence =
                collect(facts, sql!("controls/10_vuln_sla/class_spans"), parameters, span)?;
            let resource = Resource::subscription().told_apart(class.name);
            verdicts.violation(
                missed(facts, class, resource, "the subscription", dated, past)
                    .fact("undated", undated)
                    .evidence(evidence),
            );
        } else if dated == 0 || is_missed(facts, dated - past, dated + unclear) {
            let reason = "the dates or classes of too many open detections are not known";
            let reason = match unclear {
                0 => reason.to_owned(),
                _ => format!("{reason}: {}", facts.no_bucket(unclear)),
            };
            verdicts.unknown(CHECK, 1, reason);
        }
    }
    judge_groups(facts, &judged().collect::<Vec<_>>(), seen, verdicts)
}

struct GroupShare {
    row: i64,
    id: i64,
    title: String,
    span: Span,
    class: String,
    dated: u64,
    past: u64,
}

fn judge_groups(
    facts: &Facts<'_>,
    classes: &[&Class],
    seen: &mut Seen,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let rows = collect(facts, sql!("controls/10_vuln_sla/groups"), [], |row| {
        let id: i64 = row.get("id")?;
        let (response, offset, length) =
            (row.get("response")?, row.get("offset")?, row.get("length")?);
        Ok(GroupShare {
            row: row.get("group_row")?,
            id,
            title: row.get("title")?,
            span: Span::record(response, offset, length, id),
            class: row.get("class")?,
            dated: count(row, "dated")?,
            past: count(row, "past")?,
        })
    })?;
    let least = facts.profile.sla.group_min_population.unsigned_abs();
    let mut failed = Vec::new();
    for share in rows.into_iter().filter(|share| share.dated >= least) {
        let Some(class) = classes.iter().find(|class| class.name == share.class) else { continue };
        seen.subjects(CHECK, 1, verdicts);
        if is_missed(facts, share.dated - share.past, share.dated) {
            failed.push((*class, share));
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    let mut spans: BTreeMap<(i64, String), Vec<Span>> = BTreeMap::new();
    for (key, span) in collect(
        facts,
        sql!("controls/10_vuln_sla/group_spans"),
        named_params! { ":spans": SPANS },
        |row| Ok(((row.get("group_row")?, row.get("class")?), span(row)?)),
    )? {
        spans.entry(key).or_default().push(span);
    }
    for (class, share) in failed {
        let resource =
            Resource::new("asset_group", share.id).named(&share.title).told_apart(class.name);
        let place = format!("asset group \"{}\"", share.title);
        let evidence = spans.remove(&(share.row, share.class)).unwrap_or_default();
        verdicts.violation(
            missed(facts, class, resource, &place, share.dated, share.past)
                .evidence([share.span])
                .evidence(evidence),
        );
    }
    Ok(())
}

/// Whether a share is below the target; exactly the target is not, nothing at all neither.
fn is_missed(facts: &Facts<'_>, inside: u64, dated: u64) -> bool {
    let target = u128::from(facts.profile.sla.target_pct.unsigned_abs());
    u128::from(inside) * 100 < target * u128::from(dated)
}

fn missed(
    facts: &Facts<'_>,
    class: &Class,
    resource: Resource,
    place: &str,
    dated: u64,
    past: u64,
) -> Violation {
    let inside = dated - past;
    let target = facts.profile.sla.target_pct;
    let name = class.name;
    let message = format!(
        "{} of {} in {place} are inside {} days; the target is {target} %",
        percent(inside, dated),
        plural(dated, &format!("open {name} detection"), &format!("open {name} detections")),
        class.days
    );
    Violation::new(CHECK, resource, message)
        .fact("class", name)
        .fact("inside", inside)
        .fact("past", past)
        .fact("dated", dated)
        .fact("target_pct", target)
        .fact("limit_days", class.days)
}
