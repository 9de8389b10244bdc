//! Judges the share of open detections inside their limit, by class, in all and by asset group.

use std::collections::BTreeMap;

use rusqlite::named_params;

use super::read::{ClassCount, Unclear, collect, count, span};
use super::{Class, Seen};
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::{Held, at_least, percent, plural};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Resource, Span};
use crate::profile::Ratio;

const CHECK: &str = "C10-05";

/// C10-05. The population is what is dated. What may be open, or of which the class is not known,
/// may be of it or not, and inside or not: a share is proven where it holds either way.
pub(super) fn judge(
    facts: &Facts<'_>,
    classes: &[Class],
    counts: &[ClassCount],
    unclear: &Unclear,
    seen: &mut Seen,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    // Low detections have no part in the share, limit or not.
    let judged = || classes.iter().filter(|class| class.name != "low");
    for class in judged() {
        let count = counts.iter().find(|count| count.class.as_deref() == Some(class.name));
        let (dated, past) = count.map_or((0, 0), |count| (count.dated, count.past));
        let undated = count.map_or(0, |count| count.open - count.dated);
        let unclear = unclear.of(class.name);
        if dated + undated + unclear == 0 {
            continue;
        }
        seen.subjects(CHECK, 1, verdicts);
        match at_least(target(facts), dated - past, unclear, dated + unclear) {
            Some(Held::Inside) => {}
            Some(Held::Outside) => {
                let parameters = named_params! { ":class": class.name, ":spans": SPANS };
                let evidence =
                    collect(facts, sql!("controls/10_vuln_sla/class_spans"), parameters, span)?;
                let resource = Resource::subscription().told_apart(class.name);
                verdicts.violation(
                    missed(facts, class, resource, "the subscription", dated, past)
                        .fact("undated", undated)
                        .fact("unclear", unclear)
                        .evidence(evidence),
                );
            }
            Some(Held::Unknown) | None => verdicts.unknown(CHECK, 1, why(facts, unclear)),
        }
    }
    judge_groups(facts, &judged().collect::<Vec<_>>(), seen, verdicts)
}

fn why(facts: &Facts<'_>, unclear: u64) -> String {
    let reason = "the dates or classes of too many open detections are not known";
    match unclear {
        0 => reason.to_owned(),
        _ => format!("{reason}: {}", facts.no_bucket(unclear)),
    }
}

/// The detections of one class on the hosts of a group.
struct GroupShare {
    row: i64,
    id: i64,
    title: String,
    span: Span,
    /// `None`: not known.
    class: Option<String>,
    /// They are open; otherwise that is not known.
    sure: bool,
    open: u64,
    dated: u64,
    past: u64,
}

impl GroupShare {
    fn is_of(&self, class: &Class) -> bool {
        self.sure && self.class.as_deref() == Some(class.name)
    }

    /// Whether they may be open ones of this class, without being known to be.
    fn may_be_of(&self, class: &Class) -> bool {
        match self.class.as_deref() {
            Some(name) => !self.sure && name == class.name,
            None => true,
        }
    }
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
            sure: row.get("sure")?,
            open: count(row, "open")?,
            dated: count(row, "dated")?,
            past: count(row, "past")?,
        })
    })?;
    let least = facts.profile.sla.group_min_population.unsigned_abs();
    let mut failed = Vec::new();
    for shares in rows.chunk_by(|a, b| a.row == b.row) {
        for class in classes {
            let share = shares.iter().find(|share| share.is_of(class));
            let unclear = shares.iter().filter(|share| share.may_be_of(class));
            let unclear = unclear.map(|share| share.open).sum::<u64>();
            let (dated, past) = share.map_or((0, 0), |share| (share.dated, share.past));
            if dated + unclear < least {
                continue;
            }
            seen.subjects(CHECK, 1, verdicts);
            match (at_least(target(facts), dated - past, unclear, dated + unclear), share) {
                (Some(Held::Inside) | None, _) => {}
                (Some(Held::Outside), Some(share)) if dated >= least => {
                    failed.push((*class, share, unclear));
                }
                _ => verdicts.unknown(CHECK, 1, why(facts, unclear)),
            }
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
    for (class, share, unclear) in failed {
        let resource =
            Resource::new("asset_group", share.id).named(&share.title).told_apart(class.name);
        let place = format!("asset group \"{}\"", share.title);
        let evidence = spans.remove(&(share.row, class.name.to_owned())).unwrap_or_default();
        verdicts.violation(
            missed(facts, class, resource, &place, share.dated, share.past)
                .fact("unclear", unclear)
                .evidence([share.span.clone()])
                .evidence(evidence),
        );
    }
    Ok(())
}

/// The least share; exactly it is enough.
fn target(facts: &Facts<'_>) -> Ratio {
    let percent = u32::try_from(facts.profile.sla.target_pct).unwrap_or(100);
    Ratio::millionths(percent.saturating_mul(10_000))
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
