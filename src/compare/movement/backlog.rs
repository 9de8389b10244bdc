//! Controls 10, 11 and 17: what came into the backlog of open detections, and how what left it left.
//!
//! What is open now is what was open then, with the arrivals, without the departures: each
//! detection is one of them once. Only `fixed` was fixed.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Rows};

use super::fate::{Fate, Key, Other};
use super::{Between, Tally, has};
use crate::compare::CompareError;
use crate::finding::Span;

const LABEL: &str = "Open detections that came or went";

/// Least QDS of the highest band (control 17).
const TOP: i64 = 90;

/// An open detection.
struct Open {
    key: Key,
    /// `None` where its score was not given.
    class: Option<String>,
    qds: Option<i64>,
    times_reopened: Option<i64>,
    last_reopened: Option<i64>,
    span: Span,
}

impl Open {
    fn class(&self) -> &str {
        self.class.as_deref().unwrap_or("unrated")
    }

    fn is_top(&self) -> bool {
        self.qds.is_some_and(|score| score >= TOP)
    }
}

struct Stream<'a>(Rows<'a>);

impl Stream<'_> {
    fn next(&mut self) -> Result<Option<Open>, CompareError> {
        let Some(row) = self.0.next()? else { return Ok(None) };
        let (response, offset) = (row.get("response")?, row.get("offset")?);
        Ok(Some(Open {
            key: (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?),
            class: row.get("class")?,
            qds: row.get("qds")?,
            times_reopened: row.get("times_reopened")?,
            last_reopened: row.get("last_reopened")?,
            span: Span::part(response, offset, row.get("length")?),
        }))
    }
}

pub(super) fn count(between: &mut Between<'_>) -> Result<(), CompareError> {
    let Some(first) = [10, 11, 17].into_iter().find(|control| between.selects(*control)) else {
        return Ok(());
    };
    if !between.comparable(first, "backlog", LABEL, &["vm/detections", "vm/hosts"]) {
        return Ok(());
    }
    for (side, model) in [("older", between.before), ("newer", between.after)] {
        if !has(model, "open_detection")? {
            let why = format!("the detections of the {side} one could not be judged");
            between.unknown(first, "backlog", LABEL, why);
            return Ok(());
        }
    }
    let counts = Counts::walk(between)?;
    counts.tell(between)
}

/// What the walk over both sides adds up to.
#[derive(Default)]
struct Counts {
    /// By fate and class.
    fates: BTreeMap<(Fate, String), Tally>,
    /// Fixed and open again between the two, by class.
    bounced: BTreeMap<String, Tally>,
    /// Class then and now.
    moved: BTreeMap<(String, String), Tally>,
    /// Arrivals and departures of QIDs with a patch.
    patchable: BTreeMap<Fate, Tally>,
    top: BTreeMap<Fate, Tally>,
    /// Open on both sides and scored into the highest band since; out of it.
    raised: Tally,
    lowered: Tally,
}

impl Counts {
    fn walk(between: &Between<'_>) -> Result<Self, CompareError> {
        let sql = include_str!("../../../sql/compare/open_detections.sql");
        let (mut then, mut now) = (between.before.prepare(sql)?, between.after.prepare(sql)?);
        let (mut olds, mut news) = (Stream(then.query([])?), Stream(now.query([])?));
        let (was, is) = (Other::new(between.before)?, Other::new(between.after)?);
        let patchable = patchable(between.before, between.after)?;
        let mut counts = Self::default();
        let (mut old, mut new) = (olds.next()?, news.next()?);
        loop {
            let order = match (&old, &new) {
                (None, None) => return Ok(counts),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(one), Some(other)) => one.key.cmp(&other.key),
            };
            let from = if order.is_le() { old.take() } else { None };
            let to = if order.is_ge() { new.take() } else { None };
            if from.is_some() {
                old = olds.next()?;
            }
            if to.is_some() {
                new = news.next()?;
            }
            match (from, to) {
                (Some(from), Some(to)) => counts.stayed(&from, &to, between.since),
                (Some(from), None) => {
                    let (fate, now) = is.departure(&from.key)?;
                    counts.add(fate, &from, &patchable, Some(from.span.clone()), now);
                }
                (None, Some(to)) => {
                    let (fate, then) = was.arrival(&to.key)?;
                    counts.add(fate, &to, &patchable, then, Some(to.span.clone()));
                }
                (None, None) => {}
            }
        }
    }

    fn stayed(&mut self, from: &Open, to: &Open, since: i64) {
        let both = || (Some(from.span.clone()), Some(to.span.clone()));
        let (old, new) = both();
        if to.last_reopened.is_some_and(|time| time > since)
            || to.times_reopened.unwrap_or(0) > from.times_reopened.unwrap_or(0)
        {
            self.bounced.entry(to.class().to_owned()).or_default().add(old, new);
        }
        if from.class() != to.class() {
            let classes = (from.class().to_owned(), to.class().to_owned());
            let (old, new) = both();
            self.moved.entry(classes).or_default().add(old, new);
        }
        let (old, new) = both();
        match (from.is_top(), to.is_top()) {
            (false, true) => self.raised.add(old, new),
            (true, false) => self.lowered.add(old, new),
            _ => {}
        }
    }

    fn add(
        &mut self,
        fate: Fate,
        open: &Open,
        patchable: &BTreeSet<i64>,
        old: Option<Span>,
        new: Option<Span>,
    ) {
        if patchable.contains(&open.key.0) {
            self.patchable.entry(fate).or_default().add(old.clone(), new.clone());
        }
        if open.is_top() {
            self.top.entry(fate).or_default().add(old.clone(), new.clone());
        }
        self.fates.entry((fate, open.class().to_owned())).or_default().add(old, new);
    }

    fn tell(&self, between: &mut Between<'_>) -> Result<(), CompareError> {
        if between.selects(10) {
            self.tell_all(between)?;
        }
        if between.selects(11) {
            let what = "Open detections of QIDs with a patch";
            parts(between, 11, "patchable", what, &self.patchable)?;
        }
        if between.selects(17) {
            let what = format!("Open detections with QDS {TOP} or more");
            parts(between, 17, "top", &what, &self.top)?;
            let label = format!("{what}: open before with less");
            between.tell(17, "top_raised", &label, &self.raised, None)?;
            let label = format!("{what}: still open with less");
            between.tell(17, "top_lowered", &label, &self.lowered, None)?;
        }
        Ok(())
    }

    fn tell_all(&self, between: &mut Between<'_>) -> Result<(), CompareError> {
        let sum = |arrivals: bool| {
            let of_kind = self.fates.iter().filter(|((fate, _), _)| fate.is_arrival() == arrivals);
            Tally { count: of_kind.map(|(_, tally)| tally.count).sum(), ..Tally::default() }
        };
        between.tell(
            10,
            "arrived",
            "Open detections that were not open before",
            &sum(true),
            None,
        )?;
        between.tell(
            10,
            "left",
            "Open detections of before that are not open",
            &sum(false),
            None,
        )?;
        for ((fate, class), tally) in &self.fates {
            let label = format!("Open detections of class {class}: {}", fate.label());
            between.tell(10, &format!("{}_{class}", fate.word()), &label, tally, None)?;
        }
        for (class, tally) in &self.bounced {
            let label =
                format!("Open detections of class {class}: fixed and open again in between");
            between.tell(10, &format!("bounced_{class}"), &label, tally, None)?;
        }
        for ((from, to), tally) in &self.moved {
            let label = format!("Open detections that moved from class {from} to {to}");
            between.tell(10, &format!("moved_{from}_{to}"), &label, tally, None)?;
        }
        Ok(())
    }
}

fn parts(
    between: &mut Between<'_>,
    control: u8,
    id: &str,
    what: &str,
    fates: &BTreeMap<Fate, Tally>,
) -> Result<(), CompareError> {
    for (fate, tally) in fates {
        let label = format!("{what}: {}", fate.label());
        between.tell(control, &format!("{id}_{}", fate.word()), &label, tally, None)?;
    }
    Ok(())
}

/// QIDs with a patch, as the newer knowledge base says it, else the older one: it is asked for QIDs
/// that some host has.
fn patchable(before: &Connection, after: &Connection) -> Result<BTreeSet<i64>, CompareError> {
    let mut known: BTreeMap<i64, bool> = BTreeMap::new();
    for model in [before, after] {
        let sql = "SELECT qid, patchable = 1 FROM vuln WHERE patchable IS NOT NULL ORDER BY row";
        let mut statement = model.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            known.insert(row.get(0)?, row.get(1)?);
        }
    }
    Ok(known.into_iter().filter(|(_, patchable)| *patchable).map(|(qid, _)| qid).collect())
}
