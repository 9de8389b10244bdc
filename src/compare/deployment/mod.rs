//! What changed in Qualys itself: two evidence models, read side by side in the order of their ids.

mod exclusions;
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

use field::{Difference, Field, Value};
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
    let selected = |control: &u8| {
        old.report.filter.controls.contains(control) && new.report.filter.controls.contains(control)
    };
    for source in SOURCES {
        if let Some(control) = source.controls.iter().copied().find(selected) {
            walk.source(source, control, before, after)?;
        }
    }
    if selected(&16) {
        exclusions::compare(&mut walk, before, after)?;
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
        control: u8,
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
                (Some(from), Some(to)) => self.both(source, control, &from, &to)?,
                (Some(from), None) => self.removed(source, control, &from)?,
                (None, Some(to)) => self.added(source, control, &to)?,
                (None, None) => {}
            }
        }
    }

    /// Only a list that the newer side has whole shows that something is gone from it.
    fn removed(&mut self, source: &Source, control: u8, thing: &Thing) -> Result<(), CompareError> {
        if !matches!(source.told, Told::Whole | Told::Sum) || !self.same_eyes {
            return Ok(());
        }
        let Some(evidence) = at(&mut self.old, &thing.span)? else { return Ok(()) };
        let endpoint = &*evidence.endpoint;
        if !self.after.contains(endpoint) {
            return Ok(());
        }
        let sides = BothSides { old: Some(evidence.id.clone()), new: None };
        if source.told == Told::Whole {
            self.changes.push(change(source, control, thing, Edit::Removed, sides));
        } else if self.before.contains(endpoint) {
            for (field, value) in source.fields.iter().zip(&thing.values) {
                let differences = value.differences(&field.nothing(), true);
                self.tell(source, control, thing, field, differences, &sides);
            }
        }
        Ok(())
    }

    fn added(&mut self, source: &Source, control: u8, thing: &Thing) -> Result<(), CompareError> {
        if source.told == Told::Kept || !self.same_eyes {
            return Ok(());
        }
        let Some(evidence) = at(&mut self.new, &thing.span)? else { return Ok(()) };
        let endpoint = &*evidence.endpoint;
        if !self.before.contains(endpoint) {
            return Ok(());
        }
        let sides = BothSides { old: None, new: Some(evidence.id.clone()) };
        if source.told != Told::Sum {
            self.changes.push(change(source, control, thing, Edit::Added, sides));
        } else if self.after.contains(endpoint) {
            for (field, value) in source.fields.iter().zip(&thing.values) {
                let differences = field.nothing().differences(value, true);
                self.tell(source, control, thing, field, differences, &sides);
            }
        }
        Ok(())
    }

    fn both(
        &mut self,
        source: &Source,
        control: u8,
        from: &Thing,
        to: &Thing,
    ) -> Result<(), CompareError> {
        if from.values == to.values {
            return Ok(());
        }
        let (Some(old), Some(new)) = (at(&mut self.old, &from.span)?, at(&mut self.new, &to.span)?)
        else {
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
        let sides = BothSides { old: Some(old.id), new: Some(new.id) };
        for (field, (was, is)) in source.fields.iter().zip(from.values.iter().zip(&to.values)) {
            let mut others = field.rests_on.iter();
            let rests = others.all(|one| self.before.contains(one) && self.after.contains(one))
                && (field.rests_on.is_empty() || self.same_eyes);
            if rests && field.is_told(alike) {
                self.tell(source, control, to, field, was.differences(is, alike), &sides);
            }
        }
        Ok(())
    }

    fn tell(
        &mut self,
        source: &Source,
        control: u8,
        thing: &Thing,
        field: &Field,
        differences: Vec<Difference>,
        sides: &BothSides,
    ) {
        self.changes.extend(differences.into_iter().map(|(path, from, to)| DeploymentChange {
            field: Some(path.unwrap_or_else(|| field.name.to_owned())),
            from,
            to,
            ..change(source, control, thing, Edit::Changed, sides.clone())
        }));
    }
}

fn at(pointers: &mut Pointers<'_>, span: &Span) -> Result<Option<Evidence>, CompareError> {
    Ok(pointers.resolve(std::slice::from_ref(span))?.into_iter().next())
}

fn change(
    source: &Source,
    control: u8,
    thing: &Thing,
    change: Edit,
    evidence: BothSides,
) -> DeploymentChange {
    DeploymentChange {
        control,
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
