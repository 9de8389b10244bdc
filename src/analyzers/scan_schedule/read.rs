//! Reads the runs of schedules: from their own history, or from the scan list.

use std::collections::BTreeMap;

use crate::analyzers::rows::{collect, part};
use crate::analyzers::{AnalyzeError, Facts};
use crate::finding::Span;

macro_rules! sql {
    ($name:literal) => {
        include_str!(concat!("../../../sql/controls/01_scan_schedule/", $name, ".sql"))
    };
}

/// Which runs there were, and how far back that is known.
pub(in crate::analyzers) struct History {
    /// By schedule row; newest first.
    pub runs: BTreeMap<i64, Vec<Run>>,
    /// Whether any run history was understood.
    pub seen: bool,
    /// The start of the scan list's window, Unix seconds.
    pub scans_since: Option<i64>,
}

/// One run of a schedule.
pub(in crate::analyzers) struct Run {
    /// From the schedule's own history; otherwise from the scan list by title.
    pub own: bool,
    pub launched: Option<i64>,
    pub state: Option<String>,
    pub sub_state: Option<String>,
    pub received: i64,
    pub span: Span,
}

impl History {
    pub(in crate::analyzers) fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        let mut runs: BTreeMap<i64, Vec<Run>> = BTreeMap::new();
        for (schedule, run) in collect(facts, sql!("runs"), [], |row| {
            let mut span = part(row)?;
            span.record = row.get("reference")?;
            let run = Run {
                own: row.get("own")?,
                launched: row.get("launched")?,
                state: row.get("state")?,
                sub_state: row.get("sub_state")?,
                received: row.get::<_, Option<i64>>("received")?.unwrap_or(facts.as_of),
                span,
            };
            Ok((row.get("schedule_row")?, run))
        })? {
            runs.entry(schedule).or_default().push(run);
        }
        let (seen, since, received): (bool, Option<i64>, Option<i64>) =
            facts.model.query_row(sql!("known_runs"), [], |row| {
                Ok((row.get("runs_seen")?, row.get("scans_since")?, row.get("scans_received")?))
            })?;
        Ok(Self {
            runs,
            seen,
            // Without a start the scan list answers with its last 30 days (FO scan list).
            scans_since: since.or_else(|| received.map(|received| received - 30 * super::DAY)),
        })
    }
}
