//! Reads what control 15 decides on: applications with their scans that matter, and their logins.

use std::collections::BTreeMap;

use crate::analyzers::rows::{collect, count, record};
use crate::analyzers::{AnalyzeError, Facts, Violation};
use crate::finding::{Resource, Span};

/// One web application.
pub(super) struct App {
    pub id: i64,
    pub name: String,
    pub url: Option<String>,
    pub owned: bool,
    pub created: Option<i64>,
    /// When its record was read.
    pub received: i64,
    /// Authentication records; `None` where no answer counts them.
    pub records: Option<u64>,
    /// Those that are named.
    pub listed_records: u64,
    pub tags: Option<u64>,
    pub listed_tags: u64,
    pub scans: Scans,
    pub cover: Cover,
    pub span: Span,
}

/// Whether schedules for vulnerability scans cover an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cover {
    Surely,
    /// One does, if it is on and for vulnerability scans.
    Perhaps,
    Not,
}

/// The scans of an application that matter. All of them ended, none is known to be no
/// vulnerability scan.
#[derive(Default)]
pub(super) struct Scans {
    pub last: Option<Scan>,
    /// With results.
    pub useful: Option<Scan>,
    /// Of which it is not known whether it has results.
    pub possible: Option<Scan>,
    /// That says how the login went.
    pub login: Option<Scan>,
}

#[derive(Clone)]
pub(super) struct Scan {
    pub id: i64,
    pub launched: Option<i64>,
    /// Of its answer.
    pub received: i64,
    pub status: String,
    pub results: String,
    pub login: Option<String>,
    /// Whether it looked for vulnerabilities.
    pub test: Option<bool>,
    /// Ended as planned, with results.
    pub completed: Option<bool>,
    /// An undated scan has a greater id, so it may be the later one.
    pub overtaken: bool,
    pub span: Span,
}

impl App {
    pub(super) fn resource(&self) -> Resource {
        Resource::new("webapp", self.id).named(&self.name)
    }

    pub(super) fn violation(&self, check: &'static str, message: String) -> Violation {
        Violation::new(check, self.resource(), message).evidence([self.span.clone()])
    }
}

pub(super) fn apps(facts: &Facts<'_>) -> Result<Vec<App>, AnalyzeError> {
    let mut scans = scans(facts)?;
    let covers: BTreeMap<i64, Cover> =
        collect(facts, sql!("controls/15_web_apps/schedules"), [], |row| {
            let surely = row.get::<_, Option<bool>>("covered")?.is_some();
            Ok((row.get("app_id")?, if surely { Cover::Surely } else { Cover::Perhaps }))
        })?
        .into_iter()
        .collect();
    collect(facts, sql!("controls/15_web_apps/apps"), [], |row| {
        let id = row.get("id")?;
        let some = |column: &str| -> rusqlite::Result<Option<u64>> {
            Ok(row.get::<_, Option<i64>>(column)?.map(i64::unsigned_abs))
        };
        let name: Option<String> = row.get("name")?;
        Ok(App {
            id,
            name: name.unwrap_or_else(|| format!("application {id}")),
            url: row.get("url")?,
            owned: row.get::<_, Option<i64>>("owner_id")?.is_some(),
            created: row.get("created")?,
            received: row.get("received")?,
            records: some("records")?,
            listed_records: count(row, "listed_records")?,
            tags: some("tags")?,
            listed_tags: count(row, "listed_tags")?,
            scans: scans.remove(&id).unwrap_or_default(),
            cover: covers.get(&id).copied().unwrap_or(Cover::Not),
            span: record(row, id)?,
        })
    })
}

fn scans(facts: &Facts<'_>) -> Result<BTreeMap<i64, Scans>, AnalyzeError> {
    let mut all: BTreeMap<i64, Scans> = BTreeMap::new();
    let mut statement = facts.model.prepare(sql!("controls/15_web_apps/scans"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id = row.get("id")?;
        let launched: Option<i64> = row.get("launched")?;
        let undated: Option<i64> = row.get("undated")?;
        let scan = Scan {
            id,
            launched,
            received: row.get("received")?,
            status: row.get("status")?,
            results: row.get("results_status")?,
            login: row.get("auth_status")?,
            test: row.get("test")?,
            completed: row.get("completed")?,
            overtaken: undated.is_some_and(|undated| undated > id || launched.is_none()),
            span: record(row, id)?,
        };
        let useful: Option<bool> = row.get("useful")?;
        let app = all.entry(row.get("app_id")?).or_default();
        if row.get("last")? {
            app.last = Some(scan.clone());
        }
        if row.get("login")? {
            app.login = Some(scan.clone());
        }
        if row.get("of_use")? {
            match useful {
                Some(true) => app.useful = Some(scan),
                None => app.possible = Some(scan),
                Some(false) => {}
            }
        }
    }
    Ok(all)
}

/// An authentication record of web applications.
pub(super) struct AuthRecord {
    pub id: i64,
    pub name: String,
    pub updated: Option<i64>,
    pub received: i64,
    /// Applications that use it.
    pub apps: u64,
    pub span: Span,
}

pub(super) fn records(facts: &Facts<'_>) -> Result<Vec<AuthRecord>, AnalyzeError> {
    collect(facts, sql!("controls/15_web_apps/auth_records"), [], |row| {
        let id = row.get("id")?;
        let name: Option<String> = row.get("name")?;
        Ok(AuthRecord {
            id,
            name: name.unwrap_or_else(|| format!("record {id}")),
            updated: row.get("updated")?,
            received: row.get("received")?,
            apps: count(row, "apps")?,
            span: record(row, id)?,
        })
    })
}
