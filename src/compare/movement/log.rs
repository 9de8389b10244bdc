//! Control 19: whether the newer log goes on where the older one ended, and what it holds since.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, Rows, named_params};

use super::{Between, Tally};
use crate::compare::CompareError;
use crate::finding::Span;
use crate::profile::{Inputs, SensitiveActions};

const LABEL: &str = "Events in which the two logs differ where both have them";

/// How far a log reaches, Unix seconds.
struct Reach {
    asked: Option<i64>,
    first: Option<i64>,
    last: Option<i64>,
}

impl Reach {
    fn of(model: &Connection) -> Result<Self, CompareError> {
        let sql = include_str!("../../../sql/compare/log_span.sql");
        Ok(model.query_row(sql, [], |row| {
            let (asked, first) = (row.get("asked")?, row.get("first")?);
            Ok(Self { asked, first, last: row.get("last")? })
        })?)
    }

    /// From when on it must hold what happened.
    fn begin(&self) -> Option<i64> {
        self.asked.or(self.first)
    }
}

/// Time, then action, module, details, login, role, address.
type Key = (i64, [Option<String>; 6]);

struct Event {
    key: Key,
    span: Span,
}

fn next(rows: &mut Rows<'_>) -> Result<Option<Event>, CompareError> {
    let Some(row) = rows.next()? else { return Ok(None) };
    let (response, offset) = (row.get("response")?, row.get("offset")?);
    let span = Span::part(response, offset, row.get("length")?);
    let text = |place: usize| row.get::<_, Option<String>>(place);
    let texts = [text(1)?, text(2)?, text(3)?, text(4)?, text(5)?, text(6)?];
    Ok(Some(Event { key: (row.get(0)?, texts), span }))
}

/// What a walk over both logs adds up to.
#[derive(Default)]
struct Logs {
    /// Events that both have.
    shared: u64,
    /// Of the older one alone, and of the newer one alone although the older one goes on behind.
    differing: Tally,
    missing: u64,
    since: Tally,
    /// Sensitive events since, by class.
    classes: BTreeMap<String, Tally>,
}

pub(super) fn count(
    between: &mut Between<'_>,
    inputs: Option<&Inputs>,
) -> Result<(), CompareError> {
    const ID: &str = "log_differences";
    if !between.selects(19) || !between.comparable(19, ID, LABEL, &["vm/activity-log"]) {
        return Ok(());
    }
    let (old, new) = (Reach::of(between.before)?, Reach::of(between.after)?);
    let Some((last, begins)) = old.last.zip(old.begin()) else {
        let why = "the older log has no event that the newer one could go on from".to_owned();
        between.unknown(19, ID, LABEL, why);
        return Ok(());
    };
    match new.begin() {
        Some(begin) if begin > last => {
            let why = format!(
                "the newer log begins at {} and the older one ends at {}: nothing is known of the \
                 time between",
                written(begin),
                written(last)
            );
            between.unknown(19, ID, LABEL, why);
            let logs = walk(between, inputs, (begin, begin))?;
            tell_since(between, &logs)
        }
        begin => {
            let begin = begin.map_or(begins, |begin| begin.max(begins));
            let logs = walk(between, inputs, (begin, last))?;
            let (shared, missing) = (logs.shared, logs.missing);
            let remark = if logs.differing.count == 0 {
                format!(
                    "the log goes on: both have the same {shared} events up to {}",
                    written(last)
                )
            } else {
                format!(
                    "log rewritten or truncated: from {} to {} both have {shared} events, the older \
                     one has {missing} that the newer one lacks, and the newer one has {} that the \
                     older one lacks",
                    written(begin),
                    written(last),
                    logs.differing.count - missing
                )
            };
            between.tell(19, ID, LABEL, &logs.differing, Some(remark))?;
            tell_since(between, &logs)
        }
    }
}

fn tell_since(between: &mut Between<'_>, logs: &Logs) -> Result<(), CompareError> {
    let label = "Events behind the last one of the older log";
    between.tell(19, "log_events", label, &logs.since, None)?;
    for (class, tally) in &logs.classes {
        let label = format!("Those of them of class {class}");
        between.tell(19, &format!("log_{}", class.replace('-', "_")), &label, tally, None)?;
    }
    Ok(())
}

/// Holds both logs against one another between two times, and counts what the newer one has behind.
fn walk(
    between: &Between<'_>,
    inputs: Option<&Inputs>,
    (from, last): (i64, i64),
) -> Result<Logs, CompareError> {
    let built_in;
    let rules = if let Some(rules) = inputs.and_then(|inputs| inputs.sensitive_actions.as_ref()) {
        rules
    } else {
        built_in =
            SensitiveActions::built_in().map_err(|error| CompareError::Rules(error.to_string()))?;
        &built_in
    };
    let sql = include_str!("../../../sql/compare/log_events.sql");
    let (mut then, mut now) = (between.before.prepare(sql)?, between.after.prepare(sql)?);
    let mut olds = then.query(named_params! { ":from": from, ":to": last })?;
    let mut news = now.query(named_params! { ":from": from, ":to": i64::MAX })?;
    let mut logs = Logs::default();
    let (mut old, mut new) = (next(&mut olds)?, next(&mut news)?);
    loop {
        let order = match (&old, &new) {
            (None, None) => return Ok(logs),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => one.key.cmp(&other.key),
        };
        let was = if order.is_le() { old.take() } else { None };
        let is = if order.is_ge() { new.take() } else { None };
        if was.is_some() {
            old = next(&mut olds)?;
        }
        if is.is_some() {
            new = next(&mut news)?;
        }
        match (was, is) {
            (Some(_), Some(_)) => logs.shared += 1,
            (Some(was), None) => {
                logs.missing += 1;
                logs.differing.add(Some(was.span), None);
            }
            (None, Some(is)) if is.key.0 < last => logs.differing.add(None, Some(is.span)),
            (None, Some(is)) => {
                let [action, module, details, ..] = &is.key.1;
                let text = |text: &Option<String>| text.clone().unwrap_or_default();
                let class = rules.class(&text(action), &text(module), &text(details));
                if let Some(class) = class {
                    let tally = logs.classes.entry(class.to_owned()).or_default();
                    tally.add(None, Some(is.span.clone()));
                }
                logs.since.add(None, Some(is.span));
            }
            (None, None) => {}
        }
    }
}

/// RFC 3339; the number where it is no time of ours.
fn written(time: i64) -> String {
    Timestamp::from_second(time).map_or_else(|_| time.to_string(), |time| time.to_string())
}
