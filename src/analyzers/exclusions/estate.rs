//! Reads what is excluded from all scans, what could be, and what the history says of it.

use std::collections::BTreeMap;

use rusqlite::{Row, named_params};

use crate::address::{Family, Range, Set};
use crate::analyzers::rows::{collect, part, record};
use crate::analyzers::{AnalyzeError, Facts, Reach};
use crate::finding::{Resource, Severity, Span};

pub(super) struct Estate {
    /// Anything that could be excluded.
    pub holds: bool,
    pub tags_known: bool,
    pub ranges: Vec<Excluded>,
    /// All of them together.
    pub excluded: Set,
    pub subscribed: Set,
    /// Ranges of events, the latest event first.
    pub events: Vec<Event>,
}

/// A range that is excluded from all scans.
pub(super) struct Excluded {
    pub range: Range,
    /// `None`: no end.
    pub expires: Option<i64>,
    pub span: Span,
}

/// A range that was taken out of scans or given back.
pub(super) struct Event {
    /// Key of its record.
    pub row: i64,
    pub is_removal: bool,
    pub time: Option<i64>,
    pub comment: Option<String>,
    pub login: Option<String>,
    pub range: Range,
    pub received: i64,
    pub span: Span,
}

/// What the history says of an excluded range.
pub(super) struct History<'a> {
    /// The latest event of each of its parts.
    pub events: Vec<&'a Event>,
    /// No event excluded a part of it.
    pub is_open: bool,
}

impl Excluded {
    pub(super) fn resource(&self) -> Resource {
        Resource::new("excluded_range", self.range)
    }
}

impl Estate {
    pub(super) fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        let ranges = collect(facts, sql!("controls/16_exclusions/ranges"), [], |row| {
            let excluded = (row.get("expires")?, part(row)?);
            Ok(range(row)?.map(|range| Excluded { range, expires: excluded.0, span: excluded.1 }))
        })?;
        let ranges: Vec<Excluded> = ranges.into_iter().flatten().collect();
        let subscribed = collect(facts, sql!("controls/16_exclusions/subscribed"), [], range)?;
        let events =
            collect(facts, sql!("controls/16_exclusions/events"), [], |row| event(facts, row))?;
        let (holds, tags_seen): (bool, bool) =
            facts.model.query_row(sql!("controls/16_exclusions/subscription"), [], |row| {
                Ok((row.get("holds")?, row.get("tags_seen")?))
            })?;
        let asked = facts.asked("vm/hosts", "show_tags")?.as_deref() == Some("1");
        Ok(Self {
            holds,
            tags_known: facts.reach("vm/hosts") == Reach::Whole && (asked || tags_seen),
            excluded: ranges.iter().map(|excluded| excluded.range).collect(),
            ranges,
            subscribed: subscribed.into_iter().flatten().collect(),
            events: events.into_iter().flatten().collect(),
        })
    }

    /// The latest exclusions that make up a range: the list may show several as one.
    pub(super) fn history(&self, range: Range) -> History<'_> {
        let mut rest: Set = [range].into_iter().collect();
        let mut events = Vec::new();
        for event in self.events.iter().filter(|event| !event.is_removal) {
            let own: Set = [event.range].into_iter().collect();
            if rest.intersects(&own) {
                rest = rest.difference(&own);
                events.push(event);
            }
            if rest.is_empty() {
                break;
            }
        }
        events.dedup_by_key(|event| event.row);
        History { events, is_open: !rest.is_empty() }
    }

    /// Whether the list of addresses says of which networks they are; one that names no network
    /// holds for all of them.
    pub(super) fn names_networks(&self) -> bool {
        self.subscribed.runs().iter().any(|run| run.network() != 0)
    }

    /// Whether a range is surely no part of the subscription. IPv6 is in another list, which is
    /// not collected, so a list without any says nothing of it.
    pub(super) fn is_outside(&self, range: Range) -> bool {
        let own: Set = [range].into_iter().collect();
        let own = if self.names_networks() { own } else { own.moved(0) };
        let is_listed = range.family() == Family::V4
            || self.subscribed.runs().iter().any(|run| run.family() == Family::V6);
        is_listed && !self.subscribed.intersects(&own)
    }

    /// What lies outside the subscription hides nothing of it.
    pub(super) fn severity(&self, facts: &Facts<'_>, range: Range, usual: Severity) -> Severity {
        let is_outside = facts.reach("vm/ips") == Reach::Whole && self.is_outside(range);
        if is_outside { Severity::Info } else { usual }
    }
}

fn event(facts: &Facts<'_>, row: &Row<'_>) -> rusqlite::Result<Option<Event>> {
    let action: Option<String> = row.get("action")?;
    let is_removal =
        action.is_some_and(|action| action.contains("remov") || action.contains("delet"));
    let span = match row.get::<_, Option<i64>>("id")? {
        Some(id) => record(row, id)?,
        None => part(row)?,
    };
    let (key, time, comment, login) =
        (row.get("row")?, row.get("time")?, row.get("comment")?, row.get("user_login")?);
    let received = row.get::<_, Option<i64>>("received")?.unwrap_or(facts.as_of);
    Ok(range(row)?.map(|range| Event {
        row: key,
        is_removal,
        time,
        comment,
        login,
        range,
        received,
        span,
    }))
}

/// The range of a row, from `network_id`, `first` and `last`.
pub(super) fn range(row: &Row<'_>) -> rusqlite::Result<Option<Range>> {
    let (first, last): (Vec<u8>, Vec<u8>) = (row.get("first")?, row.get("last")?);
    Ok(Range::from_bytes(row.get("network_id")?, &first, &last))
}

/// Sets of addresses by what they belong to.
pub(super) fn sets<K: Ord>(
    facts: &Facts<'_>,
    sql: &str,
    key: impl Fn(&Row<'_>) -> rusqlite::Result<K>,
) -> Result<BTreeMap<K, Set>, AnalyzeError> {
    let mut ranges: BTreeMap<K, Vec<Range>> = BTreeMap::new();
    for (key, range) in collect(facts, sql, named_params! {}, |row| Ok((key(row)?, range(row)?)))? {
        ranges.entry(key).or_default().extend(range);
    }
    Ok(ranges.into_iter().map(|(key, ranges)| (key, ranges.into_iter().collect())).collect())
}
