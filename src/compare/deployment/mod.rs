//! What changed in Qualys itself: two evidence models, read side by side in the order of their ids.

mod field;
mod sources;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::Value as Column;
use rusqlite::{Connection, Row, Rows};

use super::terms::same_eyes;
use super::{CompareError, Snapshot};
use crate::assess::{BothSides, DeploymentChange, Edit, Pointers, Report};
use crate::finding::{Evidence, Span};

use field::Value;
use sources::{INDEXES, SOURCES, Source, Told};

/// Columns ahead of the fields: id, name, row, offset, length, record.
const HEAD: usize = 6;

/// Changes by control, type, id and field. Only the things at hand are in memory.
///
/// # Errors
/// An evidence model that cannot be read.
pub(super) fn compare(
    old: Snapshot<'_>,
    new: Snapshot<'_>,
) -> Result<Vec<DeploymentChange>, CompareError> {
    let (Some(before), Some(after)) = (old.model, new.model) else { return Ok(Vec::new()) };
    before.execute_batch(INDEXES)?;
    after.execute_batch(INDEXES)?;
    let mut walk = Walk {
        old: Pointers::new(before),
        new: Pointers::new(after),
        before: whole(old.report),
        after: whole(new.report),
        versions: (versions(before)?, versions(after)?),
        same_eyes: same_eyes(old.report, new.report),
        changes: Vec::new(),
    };
    let selected =
        |report: &Report, source: &Source| report.filter.controls.contains(&source.control);
    let asked = |source: &&Source| selected(old.report, source) && selected(new.report, source);
    for source in SOURCES.iter().filter(asked) {
        walk.source(source, before, after)?;
    }
    walk.changes.sort_by(|one, other| place(one).cmp(&place(other)));
    Ok(walk.changes)
}

/// What changes are sorted by.
fn place(one: &DeploymentChange) -> impl Ord {
    (one.control, &one.kind, &one.id, &one.field, &one.from, &one.to)
}

/// Endpoints that were read to their end.
fn whole(report: &Report) -> BTreeSet<&str> {
    let rows = report.coverage.iter();
    rows.filter(|row| matches!(row.state.as_ref(), "present" | "empty"))
        .map(|row| row.endpoint.as_str())
        .collect()
}

type Versions = BTreeMap<String, BTreeSet<String>>;

/// By endpoint, the versions that answered and the names of what was asked for.
fn versions(model: &Connection) -> Result<Versions, rusqlite::Error> {
    let mut versions = Versions::new();
    let mut statement = model.prepare(
        "SELECT endpoint, version FROM response UNION SELECT endpoint, '?' || name FROM parameter",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        versions.entry(row.get(0)?).or_default().insert(row.get(1)?);
    }
    Ok(versions)
}

/// Orders as `SQLite` does: numbers, then texts by their bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(i64),
    Text(String),
}

/// One thing on one side.
struct Thing {
    key: Key,
    name: Option<String>,
    span: Span,
    values: Vec<Value>,
}

impl Thing {
    fn read(row: &Row<'_>, source: &Source) -> Result<Self, CompareError> {
        let key = match row.get("id")? {
            Column::Integer(number) => Key::Number(number),
            Column::Text(text) => Key::Text(text),
            _ => Key::Text(String::new()),
        };
        let record: Option<String> = match row.get("record")? {
            Column::Integer(number) => Some(number.to_string()),
            Column::Text(text) => Some(text),
            _ => None,
        };
        let span = Span {
            response: row.get::<_, i64>("row")? >> 24,
            offset: row.get("offset")?,
            length: row.get("length")?,
            record,
        };
        let values = source
            .fields
            .iter()
            .enumerate()
            .map(|(at, field)| Ok(field.read(row.get_ref(HEAD + at)?)))
            .collect::<Result<_, CompareError>>()?;
        Ok(Self { key, name: row.get("name")?, span, values })
    }

    /// As findings name it.
    fn id(&self) -> String {
        match &self.key {
            Key::Number(number) => number.to_string(),
            Key::Text(text) => {
                field::range(text).map_or_else(|| text.clone(), |range| range.to_string())
            }
        }
    }
}

/// The things of one side, the next one at hand. A list may give a thing twice: the first stands.
struct Stream<'a> {
    rows: Rows<'a>,
    source: &'a Source,
    head: Option<Thing>,
}

impl<'a> Stream<'a> {
    fn new(rows: Rows<'a>, source: &'a Source) -> Result<Self, CompareError> {
        let mut stream = Self { rows, source, head: None };
        stream.advance()?;
        Ok(stream)
    }

    /// Takes the one at hand and reads on.
    fn advance(&mut self) -> Result<Option<Thing>, CompareError> {
        let taken = self.head.take();
        while let Some(row) = self.rows.next()? {
            let thing = Thing::read(row, self.source)?;
            if taken.as_ref().is_none_or(|taken| taken.key != thing.key) {
                self.head = Some(thing);
                break;
            }
        }
        Ok(taken)
    }
}

/// Both sides while they are read.
struct Walk<'a> {
    old: Pointers<'a>,
    new: Pointers<'a>,
    before: BTreeSet<&'a str>,
    after: BTreeSet<&'a str>,
    versions: (Versions, Versions),
    same_eyes: bool,
    changes: Vec<DeploymentChange>,
}

impl Walk<'_> {
    fn source(
        &mut self,
        source: &Source,
        before: &Connection,
        after: &Connection,
    ) -> Result<(), CompareError> {
        let (mut then, mut now) = (before.prepare(source.sql)?, after.prepare(source.sql)?);
        for found in [then.column_count(), now.column_count()] {
            let (kind, wanted) = (source.kind, source.fields.len());
            if found != HEAD + wanted {
                return Err(CompareError::Columns {
                    kind,
                    found: found.saturating_sub(HEAD),
                    wanted,
                });
            }
        }
        let mut olds = Stream::new(then.query([])?, source)?;
        let mut news = Stream::new(now.query([])?, source)?;
        loop {
            let order = match (&olds.head, &news.head) {
                (None, None) => return Ok(()),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(one), Some(other)) => one.key.cmp(&other.key),
            };
            let from = if order.is_le() { olds.advance()? } else { None };
            let to = if order.is_ge() { news.advance()? } else { None };
            match (from, to) {
                (Some(from), Some(to)) => self.both(source, &from, &to)?,
                (Some(from), None) => self.removed(source, &from)?,
                (None, Some(to)) => self.added(source, &to)?,
                (None, None) => {}
            }
        }
    }

    /// Only a list that the newer side has whole shows that something is gone from it.
    fn removed(&mut self, source: &Source, thing: &Thing) -> Result<(), CompareError> {
        if source.told != Told::Whole || !self.same_eyes {
            return Ok(());
        }
        let Some(evidence) = at(&mut self.old, thing)? else { return Ok(()) };
        if self.after.contains(&*evidence.endpoint) {
            let sides = BothSides { old: Some(evidence.id), new: None };
            self.changes.push(change(source, thing, Edit::Removed, sides));
        }
        Ok(())
    }

    fn added(&mut self, source: &Source, thing: &Thing) -> Result<(), CompareError> {
        if !matches!(source.told, Told::Whole | Told::Appended) || !self.same_eyes {
            return Ok(());
        }
        let Some(evidence) = at(&mut self.new, thing)? else { return Ok(()) };
        if self.before.contains(&*evidence.endpoint) {
            let sides = BothSides { old: None, new: Some(evidence.id) };
            self.changes.push(change(source, thing, Edit::Added, sides));
        }
        Ok(())
    }

    fn both(&mut self, source: &Source, from: &Thing, to: &Thing) -> Result<(), CompareError> {
        if from.values == to.values {
            return Ok(());
        }
        let (Some(old), Some(new)) = (at(&mut self.old, from)?, at(&mut self.new, to)?) else {
            return Ok(());
        };
        let is_whole = self.same_eyes
            && self.before.contains(&*old.endpoint)
            && self.after.contains(&*new.endpoint);
        if source.told == Told::Sum && !is_whole {
            return Ok(());
        }
        let (before, after) = (&self.versions.0, &self.versions.1);
        let alike =
            old.endpoint == new.endpoint && before.get(&*old.endpoint) == after.get(&*new.endpoint);
        for (field, (from, newer)) in source.fields.iter().zip(from.values.iter().zip(&to.values)) {
            for (was, is) in from.differences(newer, alike) {
                let sides = BothSides { old: Some(old.id.clone()), new: Some(new.id.clone()) };
                self.changes.push(DeploymentChange {
                    field: Some(field.name.to_owned()),
                    from: was,
                    to: is,
                    ..change(source, to, Edit::Changed, sides)
                });
            }
        }
        Ok(())
    }
}

fn at(pointers: &mut Pointers<'_>, thing: &Thing) -> Result<Option<Evidence>, CompareError> {
    Ok(pointers.resolve(std::slice::from_ref(&thing.span))?.into_iter().next())
}

fn change(source: &Source, thing: &Thing, change: Edit, evidence: BothSides) -> DeploymentChange {
    DeploymentChange {
        control: source.control,
        kind: source.kind.to_owned(),
        id: thing.id(),
        name: thing.name.clone(),
        change,
        field: None,
        from: None,
        to: None,
        evidence,
    }
}
