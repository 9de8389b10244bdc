//! Reads single appliances and schedules out of the evidence model.

use rusqlite::Row;

use crate::analyzers::scanning::Scanner;
use crate::analyzers::{AnalyzeError, Facts};
use crate::finding::{Known, Resource, Span};

/// A scanner appliance.
pub(super) struct Appliance {
    pub id: i64,
    pub name: String,
    pub status: Status,
    pub status_text: Option<String>,
    pub kind: Option<String>,
    pub model: Option<String>,
    pub software: Option<String>,
    pub signatures: Version,
    pub engine: Version,
    pub missed: Option<i64>,
    /// Age of its last contact, seconds.
    pub contact: Option<Known<i64>>,
    /// The greater of the ages of its last contact and connection, seconds.
    pub silence: Option<i64>,
    pub never_connected: bool,
    pub has_code: bool,
    pub group_count: Option<i64>,
    pub running_scans: Option<i64>,
    /// Since it was made, seconds.
    pub age: Option<Known<i64>>,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Online,
    Offline,
    Unknown,
}

/// What an appliance has, and what there is.
pub(super) struct Version {
    pub own: Option<String>,
    pub latest: Option<String>,
}

impl Version {
    /// Whether it is behind. The versions are compared as texts: the flag `updated` is yes on
    /// appliances that never connected.
    pub(super) fn is_old(&self) -> Known<bool> {
        match (&self.own, &self.latest) {
            (Some(own), Some(latest)) => Known::Known(own.trim() != latest.trim()),
            _ => Known::Unknown("its version or the latest one was not said".to_owned()),
        }
    }
}

impl Appliance {
    pub(super) fn resource(&self) -> Resource {
        Resource::new("appliance", self.id).named(&self.name)
    }
}

pub(super) fn appliance(facts: &Facts<'_>, row: &Row<'_>) -> rusqlite::Result<Appliance> {
    let text = |column: &str| row.get::<_, Option<String>>(column);
    let received = row.get::<_, Option<i64>>("received")?.unwrap_or(facts.as_of);
    let age = |column: &str| {
        row.get::<_, Option<i64>>(column).map(|time| time.map(|time| facts.age(time, received)))
    };
    let (contact, connected) = (age("updated")?, age("last_contact")?);
    let seconds = |age: &Option<Known<i64>>| match age {
        Some(Known::Known(age)) => Some(*age),
        _ => None,
    };
    let id = row.get("id")?;
    let status_text = text("status")?;
    let is =
        |word: &str| status_text.as_deref().is_some_and(|s| s.trim().eq_ignore_ascii_case(word));
    Ok(Appliance {
        id,
        name: row.get("name")?,
        status: if is("Online") {
            Status::Online
        } else if is("Offline") {
            Status::Offline
        } else {
            Status::Unknown
        },
        kind: text("type")?,
        model: text("model")?,
        software: text("software_version")?,
        signatures: Version { own: text("vulnsigs_version")?, latest: text("vulnsigs_latest")? },
        engine: Version { own: text("ml_version")?, latest: text("ml_latest")? },
        missed: row.get("heartbeats_missed")?,
        silence: seconds(&contact).max(seconds(&connected)),
        contact,
        never_connected: row.get("never_connected")?,
        has_code: row.get("has_activation_code")?,
        group_count: row.get("group_count")?,
        running_scans: row.get("running_scans")?,
        age: age("created")?,
        span: Span::record(row.get("response")?, row.get("offset")?, row.get("length")?, id),
        status_text,
    })
}

/// A scan schedule and who is to run it.
pub(super) struct Schedule {
    pub id: i64,
    pub title: String,
    /// `None`: not said.
    pub is_on: Option<bool>,
    pub scanner: Scanner,
    pub groups: Vec<i64>,
    pub span: Span,
}

pub(super) fn schedules(facts: &Facts<'_>) -> Result<Vec<Schedule>, AnalyzeError> {
    let mut groups: std::collections::BTreeMap<i64, Vec<i64>> = std::collections::BTreeMap::new();
    let mut statement = facts.model.prepare(sql!("controls/06_appliances/schedule_groups"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        groups.entry(row.get("schedule_row")?).or_default().push(row.get("group_id")?);
    }
    let mut statement = facts.model.prepare(sql!("controls/06_appliances/schedules"))?;
    let mut rows = statement.query([])?;
    let mut schedules = Vec::new();
    while let Some(row) = rows.next()? {
        let id = row.get("id")?;
        schedules.push(Schedule {
            id,
            title: row.get("title")?,
            is_on: match row.get::<_, Option<i64>>("active")? {
                Some(1 | 2) => Some(true),
                Some(_) => Some(false),
                None => None,
            },
            scanner: Scanner::read(row.get::<_, Option<String>>("scanner")?.as_deref()),
            groups: groups.remove(&row.get("row")?).unwrap_or_default(),
            span: Span::record(row.get("response")?, row.get("offset")?, row.get("length")?, id),
        });
    }
    Ok(schedules)
}
