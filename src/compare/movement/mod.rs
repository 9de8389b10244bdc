//! What happened between two snapshots, counted: runs, new hosts, the backlog, findings, the log.

mod backlog;
mod fate;
mod hosts;
mod log;
mod runs;
mod web;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use rusqlite::Connection;

use super::terms::same_eyes;
use super::{CompareError, Snapshot};
use crate::assess::{Examples, Movement, Pointers, Report};
use crate::finding::Span;

/// Examples of each side that one count points at.
const EXAMPLES: usize = 5;

/// Counts by control, in the order of their families. Nothing is counted where no time lies
/// between the two: the same bundle, or the later one first.
///
/// # Errors
/// An evidence model that cannot be read.
pub(super) fn compare(old: Snapshot<'_>, new: Snapshot<'_>) -> Result<Vec<Movement>, CompareError> {
    let (Some(before), Some(after)) = (old.model, new.model) else { return Ok(Vec::new()) };
    let (since, until) = (seconds(&old.report.as_of)?, seconds(&new.report.as_of)?);
    if old.report.bundle.root == new.report.bundle.root || since >= until {
        return Ok(Vec::new());
    }
    let mut between = Between {
        before,
        after,
        sides: (old.report, new.report),
        since,
        until,
        old: Pointers::new(before),
        new: Pointers::new(after),
        movements: Vec::new(),
    };
    runs::count(&mut between)?;
    hosts::count(&mut between)?;
    backlog::count(&mut between)?;
    web::count(&mut between)?;
    log::count(&mut between, new.inputs)?;
    let mut movements = between.movements;
    movements.sort_by_key(|one| one.control);
    Ok(movements)
}

fn seconds(text: &str) -> Result<i64, CompareError> {
    let time = text.parse::<Timestamp>().map_err(|_| CompareError::Time(text.to_owned()))?;
    Ok(time.as_second())
}

/// Two snapshots and the time between their clocks.
struct Between<'a> {
    before: &'a Connection,
    after: &'a Connection,
    /// The older report, the newer one.
    sides: (&'a Report, &'a Report),
    /// Clocks, Unix seconds.
    since: i64,
    until: i64,
    old: Pointers<'a>,
    new: Pointers<'a>,
    movements: Vec<Movement>,
}

/// How many, and the first few of them by their bytes.
#[derive(Debug, Default)]
struct Tally {
    count: u64,
    old: Vec<Span>,
    new: Vec<Span>,
}

impl Tally {
    fn add(&mut self, old: Option<Span>, new: Option<Span>) {
        self.count += 1;
        self.old.extend(old.filter(|_| self.old.len() < EXAMPLES));
        self.new.extend(new.filter(|_| self.new.len() < EXAMPLES));
    }
}

impl Between<'_> {
    /// Whether both sides selected the control.
    fn selects(&self, control: u8) -> bool {
        let (old, new) = self.sides;
        old.filter.controls.contains(&control) && new.filter.controls.contains(&control)
    }

    /// Why it cannot be counted what changed in these lists; they must be whole on both sides and
    /// seen with the same eyes. `None` inside where neither side has them and nothing need be said.
    fn obstacle(&self, endpoints: &[&str]) -> Result<(), Option<String>> {
        let (old, new) = self.sides;
        let state = |report: &Report, endpoint: &str| {
            let row = report.coverage.iter().find(|row| row.endpoint == endpoint);
            row.map_or("not collected".to_owned(), |row| row.state.replace('_', " "))
        };
        let is_whole = |state: &str| matches!(state, "present" | "empty");
        let is_outside =
            |state: &str| matches!(state, "not subscribed" | "skipped" | "not collected");
        for endpoint in endpoints {
            let (then, now) = (state(old, endpoint), state(new, endpoint));
            if is_outside(&then) && is_outside(&now) {
                return Err(None);
            }
            for (side, state) in [("older", then), ("newer", now)] {
                if !is_whole(&state) {
                    let why = format!("{endpoint} was not read whole in the {side} one: {state}");
                    return Err(Some(why));
                }
            }
        }
        if same_eyes(old, new) {
            Ok(())
        } else {
            Err(Some("the two do not see the same part of the subscription".to_owned()))
        }
    }

    /// Whether the lists can be held against one another; if not, that is said of `id`.
    fn comparable(&mut self, control: u8, id: &str, label: &str, endpoints: &[&str]) -> bool {
        match self.obstacle(endpoints) {
            Ok(()) => true,
            Err(why) => {
                if let Some(why) = why {
                    self.unknown(control, id, label, why);
                }
                false
            }
        }
    }

    fn unknown(&mut self, control: u8, id: &str, label: &str, why: String) {
        self.movements.push(Movement {
            control,
            id: id.to_owned(),
            label: label.to_owned(),
            count: None,
            remark: Some(why),
            evidence: Examples::default(),
        });
    }

    fn tell(
        &mut self,
        control: u8,
        id: &str,
        label: &str,
        tally: &Tally,
        remark: Option<String>,
    ) -> Result<(), CompareError> {
        let ids = |evidence: Vec<crate::finding::Evidence>| {
            evidence.into_iter().map(|one| one.id).collect()
        };
        let (old, new) = (self.old.resolve(&tally.old)?, self.new.resolve(&tally.new)?);
        self.movements.push(Movement {
            control,
            id: id.to_owned(),
            label: label.to_owned(),
            count: Some(tally.count),
            remark,
            evidence: Examples { old: ids(old), new: ids(new) },
        });
        Ok(())
    }
}

/// Whether a judge left this table or view in the model.
fn has(model: &Connection, name: &str) -> Result<bool, CompareError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_temp_master WHERE name = ?1)";
    Ok(model.query_row(sql, [name], |row| row.get(0))?)
}
