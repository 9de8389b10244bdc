//! Judges addresses that schedules leave out of their own scans until nobody scans them.

use std::collections::{BTreeMap, BTreeSet};

use super::estate::{Estate, sets};
use crate::address::Set;
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::plural;
use crate::analyzers::rows::{collect, record};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Known, Resource, Span};

struct Schedule {
    row: i64,
    network: i64,
    /// It is on; otherwise that is not known.
    is_on: bool,
    /// A part of its target is not known.
    is_vague: bool,
    span: Span,
}

/// C16-10: each maximal run of addresses that some schedule covers and leaves out.
pub(super) fn judge(
    facts: &Facts<'_>,
    estate: &Estate,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C16-10";
    let schedules = schedules(facts, estate)?;
    let row_of = |row: &rusqlite::Row<'_>| row.get::<_, i64>("schedule_row");
    let left_out: BTreeMap<i64, Set> =
        sets(facts, sql!("controls/16_exclusions/left_out"), row_of)?;
    let targets: BTreeMap<i64, Set> = sets(facts, sql!("controls/16_exclusions/targets"), row_of)?;
    let (nothing, mut shut, mut open, mut doubtful) =
        (Set::new(), Set::new(), Set::new(), Set::new());
    for schedule in &schedules {
        let target = targets.get(&schedule.row).unwrap_or(&nothing);
        let left = left_out.get(&schedule.row).unwrap_or(&nothing);
        if schedule.is_on {
            shut = shut.union(&target.intersection(left));
            open = open.union(&target.difference(left));
        } else {
            doubtful = doubtful.union(&target.difference(left));
        }
    }
    let vague: BTreeSet<i64> = schedules
        .iter()
        .filter(|schedule| schedule.is_vague)
        .map(|schedule| schedule.network)
        .collect();
    // Runs that another schedule scans after all are subjects too, and healthy ones.
    let holes = shut.difference(&open);
    verdicts.subjects(CHECK, shut.intersection(&open).runs().len() as u64);
    for run in holes.runs() {
        let own: Set = [*run].into_iter().collect();
        let is_hole = if vague.contains(&run.network()) {
            Known::Unknown("what a schedule scans by tags or in a cloud was not read".to_owned())
        } else if doubtful.intersects(&own) {
            Known::Unknown("whether a schedule that scans them is active was not said".to_owned())
        } else {
            Known::Known(true)
        };
        verdicts.settle(CHECK, is_hole, || {
            let leaving = schedules.iter().filter(|schedule| {
                schedule.is_on
                    && left_out.get(&schedule.row).is_some_and(|left| left.intersects(&own))
            });
            let count = u64::try_from(run.count()).unwrap_or(u64::MAX);
            let many = plural(count, "address", "addresses");
            let message = format!("{many} in {run}: left out by every schedule that covers them");
            Violation::new(CHECK, Resource::new("ip_range", run), message)
                .fact("addresses", count)
                .fact("schedules", leaving.clone().count())
                .evidence(leaving.take(SPANS).map(|schedule| schedule.span.clone()))
        });
    }
    Ok(())
}

fn schedules(facts: &Facts<'_>, estate: &Estate) -> Result<Vec<Schedule>, AnalyzeError> {
    collect(facts, sql!("controls/16_exclusions/schedules"), [], |row| {
        let (by_tag, by_cloud): (bool, bool) = (row.get("by_tag")?, row.get("by_cloud")?);
        let by_rule: bool = row.get("by_rule")?;
        Ok(Schedule {
            row: row.get("row")?,
            network: row.get("network_id")?,
            is_on: row.get::<_, Option<i64>>("active")?.is_some(),
            is_vague: if by_tag { by_rule || !estate.tags_known } else { by_cloud },
            span: record(row, row.get("id")?)?,
        })
    })
}
