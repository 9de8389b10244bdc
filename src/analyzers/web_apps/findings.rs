//! Judges the share of applications whose findings are all open within their limits.

use std::collections::BTreeMap;

use rusqlite::named_params;

use super::read::App;
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::{percent, plural};
use crate::analyzers::rows::{collect, count, record};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::Resource;

const CHECK: &str = "C15-11";

/// Applications by how their findings stand to the limits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Held {
    /// Applications that were scanned or have a finding.
    pub apps: u64,
    pub inside: u64,
    /// Which may be inside or not.
    pub unsure: u64,
}

/// C15-11.
pub(super) fn judge(
    facts: &Facts<'_>,
    apps: &[App],
    verdicts: &mut Verdicts,
) -> Result<Held, AnalyzeError> {
    let counts: BTreeMap<Option<i64>, (u64, u64)> =
        collect(facts, sql!("controls/15_web_apps/findings"), [], |row| {
            Ok((row.get("app_id")?, (count(row, "past")?, count(row, "unsure")?)))
        })?
        .into_iter()
        .collect();
    let mut held = Held::default();
    let mut past = 0;
    for app in apps {
        let (late, unsure) = counts.get(&Some(app.id)).copied().unwrap_or_default();
        // What was never looked at has no findings, which says nothing.
        if app.scans.useful.is_none() && !counts.contains_key(&Some(app.id)) {
            continue;
        }
        held.apps += 1;
        past += late;
        if late == 0 && unsure == 0 {
            held.inside += 1;
        } else if late == 0 {
            held.unsure += 1;
        }
    }
    if held.apps == 0 {
        return Ok(held);
    }
    verdicts.subjects(CHECK, 1);
    let target = facts.profile.sla.target_pct;
    let share = u128::from(target.unsigned_abs()) * u128::from(held.apps);
    let misses = |inside: u64| u128::from(inside) * 100 < share;
    if misses(held.inside + held.unsure) {
        let message = format!(
            "{} of {} have no finding beyond its limit; the target is {target} %",
            percent(held.inside, held.apps),
            plural(held.apps, "web application", "web applications"),
        );
        let spans = collect(
            facts,
            sql!("controls/15_web_apps/finding_spans"),
            named_params! { ":spans": SPANS },
            |row| record(row, row.get("id")?),
        )?;
        verdicts.violation(
            Violation::new(CHECK, Resource::subscription(), message)
                .fact("inside", held.inside)
                .fact("applications", held.apps)
                .fact("unknown", held.unsure)
                .fact("findings_past", past)
                .fact("target_pct", target)
                .evidence(spans),
        );
    } else if misses(held.inside) {
        let reason = "the classes, dates or states of too many findings are not known";
        verdicts.unknown(CHECK, 1, reason);
    } else if counts.contains_key(&None) {
        verdicts.unknown(CHECK, 1, "a finding names no application");
    }
    Ok(held)
}
