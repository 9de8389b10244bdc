//! What a judge is given: the evidence model, the clock, the profile, and how far the evidence reaches.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, named_params, params};

use super::AnalyzeError;
use crate::finding::{Known, Span};
use crate::profile::{Inputs, Profile};

const DAY: i64 = 86_400;

/// The list that tells which cloud instances are terminated.
pub(super) const PORTAL: &str = "am/host-assets";

/// How much of an endpoint's list was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// To the end; it may be empty.
    Whole,
    /// A part, or what a limited account may see: it proves presence, never absence.
    Part,
    /// Nothing usable.
    Nothing,
    /// The subscription does not have the module.
    NotSubscribed,
}

/// Everything that a judge decides on.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The evidence model (`sql/model.sql`) with the views and inputs of [`prepare`].
    pub model: &'a Connection,
    /// Clock of the assessment, Unix seconds UTC.
    pub as_of: i64,
    pub profile: &'a Profile,
    /// Input files; each is `None` unless the profile names it. Also in the model, see [`prepare`].
    pub inputs: &'a Inputs,
    /// By catalogue id; an endpoint that is not here was not collected.
    pub reach: &'a BTreeMap<String, Reach>,
}

impl Facts<'_> {
    /// How far the list of this endpoint was read.
    pub fn reach(&self, endpoint: &str) -> Reach {
        self.reach.get(endpoint).copied().unwrap_or(Reach::Nothing)
    }

    /// The value of a parameter that every request of this endpoint carried, if it did.
    pub fn asked(&self, endpoint: &str, name: &str) -> Result<Option<String>, AnalyzeError> {
        let mut statement = self.model.prepare_cached(
            "SELECT value FROM parameter WHERE endpoint = ?1 AND name = ?2 ORDER BY value",
        )?;
        Ok(statement.query_row(params![endpoint, name], |row| row.get(0)).optional()?)
    }

    /// Every body of this endpoint: the evidence that something does not stand in them.
    pub fn bodies(&self, endpoint: &str) -> Result<Vec<Span>, AnalyzeError> {
        let mut statement = self.model.prepare_cached(
            "SELECT seq, bytes FROM response WHERE endpoint = :endpoint ORDER BY seq",
        )?;
        let spans = statement
            .query_map(named_params! { ":endpoint": endpoint }, |row| {
                Ok(Span::whole(row.get(0)?, row.get(1)?))
            })?
            .collect::<Result<_, _>>()?;
        Ok(spans)
    }

    /// Why detections count for nobody.
    pub fn no_bucket(&self, count: u64) -> String {
        let reason = format!("{count} detections fit no bucket");
        match self.reach(PORTAL) {
            Reach::Whole => reason,
            _ => format!("{reason}; which cloud hosts are gone was not read ({PORTAL})"),
        }
    }

    /// Seconds between `time` and the clock. A time later than the clock counts as age 0 up to
    /// 24 hours behind the moment its response was `received`; later than that it is a data fault.
    pub fn age(&self, time: i64, received: i64) -> Known<i64> {
        if time <= self.as_of {
            Known::Known(self.as_of - time)
        } else if time <= received.saturating_add(DAY) {
            Known::Known(0)
        } else {
            Known::Unknown("its time lies in the future".to_owned())
        }
    }

    /// Whether an age in seconds breaks a limit of whole days: exactly the limit is inside.
    pub const fn breaks(age: i64, limit_days: i64) -> bool {
        age > limit_days.saturating_mul(DAY)
    }
}

/// Adds to a loaded model what the controls share: the profile's input files as tables `kev` and
/// `asset` (empty where none is given), then the views of `sql/views.sql`.
///
/// # Errors
/// SQL that does not run against the model.
pub fn prepare(model: &Connection, inputs: &Inputs) -> Result<(), AnalyzeError> {
    model.execute_batch(sql!("inputs"))?;
    if let Some(kev) = &inputs.kev {
        let mut insert = model.prepare("INSERT INTO kev (cve, due) VALUES (?1, ?2)")?;
        for (cve, due) in &kev.entries {
            insert.execute(params![cve, due])?;
        }
    }
    if let Some(assets) = &inputs.assets {
        let mut insert = model.prepare(
            "INSERT INTO asset (id, hostname, fqdn, ip, ipv6, instance_id, status, first_seen) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        for asset in &assets.entries {
            insert.execute(params![
                asset.id,
                asset.hostname,
                asset.fqdn,
                asset.ip,
                asset.ipv6,
                asset.instance_id,
                asset.status,
                asset.first_seen,
            ])?;
        }
    }
    model.execute_batch(sql!("views"))?;
    Ok(())
}
