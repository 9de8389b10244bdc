//! Control 1: the scheduled scans that began since, and how they ended.

use rusqlite::named_params;

use super::{Between, Tally};
use crate::compare::CompareError;
use crate::finding::Span;

const LABEL: &str = "Scheduled scans that began since";

/// States of a scan that has not come to its end (FO scan list).
const UNDER_WAY: [&str; 4] = ["running", "paused", "queued", "loading"];

pub(super) fn count(between: &mut Between<'_>) -> Result<(), CompareError> {
    if !between.selects(1) {
        return Ok(());
    }
    if let Err(why) = reaches_back(between)? {
        if let Some(why) = why {
            between.unknown(1, "runs", LABEL, why);
        }
        return Ok(());
    }
    let (mut all, mut failed, mut open) = (Tally::default(), Tally::default(), Tally::default());
    {
        let mut statement = between.after.prepare(include_str!("../../../sql/compare/runs.sql"))?;
        let times = named_params! { ":since": between.since, ":until": between.until };
        let mut rows = statement.query(times)?;
        while let Some(row) = rows.next()? {
            let word = |column: &str| -> rusqlite::Result<String> {
                Ok(row.get::<_, Option<String>>(column)?.unwrap_or_default().to_lowercase())
            };
            let (state, sub_state) = (word("state")?, word("sub_state")?);
            let record: Option<String> = row.get("reference")?;
            let (response, offset) = (row.get("response")?, row.get("offset")?);
            let span = Span { response, offset, length: row.get("length")?, record };
            all.add(None, Some(span.clone()));
            if UNDER_WAY.contains(&state.as_str()) {
                open.add(None, Some(span));
            } else if state != "finished" || sub_state == "no_host" {
                failed.add(None, Some(span));
            }
        }
    }
    between.tell(1, "runs", LABEL, &all, None)?;
    between.tell(1, "runs_failed", "Those of them without a result", &failed, None)?;
    between.tell(1, "runs_under_way", "Those of them that still run", &open, None)
}

/// The run history, or a scan list that was asked for all of the time, shows every run.
fn reaches_back(between: &Between<'_>) -> Result<Result<(), Option<String>>, CompareError> {
    if between.obstacle(&["vm/schedule-runs"]).is_ok() {
        return Ok(Ok(()));
    }
    if let Err(why) = between.obstacle(&["vm/scans"]) {
        return Ok(Err(why));
    }
    let asked = "SELECT min(unixepoch(value)) FROM parameter \
                 WHERE endpoint = 'vm/scans' AND name = 'launched_after_datetime'";
    let asked: Option<i64> = between.after.query_row(asked, [], |row| row.get(0))?;
    Ok(if asked.is_some_and(|asked| asked <= between.since) {
        Ok(())
    } else {
        Err(Some("the newer scan list does not reach back to the older snapshot".to_owned()))
    })
}
