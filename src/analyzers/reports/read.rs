//! Reads report schedules and distribution groups out of the evidence model.

use rusqlite::Row;

use crate::analyzers::rows::{collect, record};
use crate::analyzers::{AnalyzeError, Facts};
use crate::finding::{Known, Resource, Span};

/// A report schedule.
pub(super) struct Schedule {
    pub id: i64,
    pub title: String,
    pub template: Option<String>,
    pub format: Option<String>,
    /// `None`: not said.
    pub is_active: Option<bool>,
    /// Days between two runs; `None`: it runs once, or that was not said.
    pub interval: Option<i64>,
    /// Since its start, seconds; below 0 before it.
    pub started: Option<i64>,
    pub last: Option<Produced>,
    /// Seconds since the newest report of it was launched of which no state is said.
    pub unsaid: Option<i64>,
    pub span: Span,
}

/// The newest finished report of a schedule.
pub(super) struct Produced {
    pub launched: i64,
    pub age: Known<i64>,
    pub span: Span,
}

impl Schedule {
    pub(super) fn resource(&self) -> Resource {
        Resource::new("report_schedule", self.id).named(&self.title)
    }

    /// Whether it makes reports again and again.
    pub(super) fn is_on(&self) -> Known<bool> {
        match (self.is_active, self.interval) {
            (Some(false), _) => Known::Known(false),
            (None, _) => {
                Known::Unknown("whether a report schedule is active was not said".to_owned())
            }
            (Some(true), None) => Known::Unknown("how often a report runs was not said".to_owned()),
            (Some(true), Some(_)) => Known::Known(true),
        }
    }

    /// Its title and that of its template.
    pub(super) fn titles(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.title.as_str()).chain(self.template.as_deref())
    }
}

pub(super) fn schedules(facts: &Facts<'_>) -> Result<Vec<Schedule>, AnalyzeError> {
    collect(facts, sql!("controls/12_reports/schedules"), [], |row| schedule(facts, row))
}

fn schedule(facts: &Facts<'_>, row: &Row<'_>) -> rusqlite::Result<Schedule> {
    let id = row.get("id")?;
    let title: Option<String> = row.get("title")?;
    let last = match row.get::<_, Option<i64>>("launched")? {
        Some(launched) => Some(Produced {
            launched,
            age: facts.age(
                launched,
                row.get::<_, Option<i64>>("report_received")?.unwrap_or(facts.as_of),
            ),
            span: Span::record(
                row.get("report_response")?,
                row.get("report_offset")?,
                row.get("report_length")?,
                row.get::<_, i64>("report_id")?,
            ),
        }),
        None => None,
    };
    Ok(Schedule {
        id,
        title: title.unwrap_or_else(|| format!("report schedule {id}")),
        template: row.get("template")?,
        format: row.get("format")?,
        is_active: row.get("active")?,
        interval: row.get("interval_days")?,
        started: row.get::<_, Option<i64>>("start")?.map(|start| facts.as_of - start),
        last,
        unsaid: row.get::<_, Option<i64>>("unsaid")?.map(|launched| facts.as_of - launched),
        span: record(row, id)?,
    })
}

/// A distribution group that schedules of scans tell.
pub(super) struct Group {
    /// Or its id, where no title is shown.
    pub title: String,
    pub is_named: bool,
    /// Whether one of these schedules is known to be on.
    pub is_in_use: bool,
    pub schedules: Vec<String>,
    pub spans: Vec<Span>,
}

pub(super) fn groups(facts: &Facts<'_>) -> Result<Vec<Group>, AnalyzeError> {
    let rows = collect(facts, sql!("controls/12_reports/groups"), [], |row| {
        let title: (String, bool) = (row.get("title")?, row.get("named")?);
        let is_on = row.get::<_, Option<i64>>("active")?.is_some();
        Ok((title, is_on, row.get::<_, String>("schedule")?, record(row, row.get("id")?)?))
    })?;
    let mut groups: Vec<Group> = Vec::new();
    for ((title, is_named), is_on, schedule, span) in rows {
        match groups.last_mut().filter(|group| group.title == title && group.is_named == is_named) {
            Some(group) => {
                group.is_in_use |= is_on;
                group.schedules.push(schedule);
                group.spans.push(span);
            }
            None => groups.push(Group {
                title,
                is_named,
                is_in_use: is_on,
                schedules: vec![schedule],
                spans: vec![span],
            }),
        }
    }
    Ok(groups)
}
