//! Control 15: findings of web applications that were opened and closed.

use std::cmp::Ordering;

use rusqlite::{Rows, params};

use super::{Between, Tally, has};
use crate::compare::CompareError;
use crate::finding::Span;

const LABEL: &str = "Findings of web applications that were opened or closed";

struct Found {
    id: i64,
    app: Option<i64>,
    bucket: String,
    span: Span,
}

impl Found {
    fn is_open(&self) -> bool {
        self.bucket == "open"
    }
}

/// The next finding; one that the list has twice is one.
fn next(rows: &mut Rows<'_>, last: Option<i64>) -> Result<Option<Found>, CompareError> {
    while let Some(row) = rows.next()? {
        let id = row.get("id")?;
        if last != Some(id) {
            let (response, offset) = (row.get("response")?, row.get("offset")?);
            let span = Span::record(response, offset, row.get("length")?, id);
            let (app, bucket) = (row.get("app_id")?, row.get("bucket")?);
            return Ok(Some(Found { id, app, bucket, span }));
        }
    }
    Ok(None)
}

pub(super) fn count(between: &mut Between<'_>) -> Result<(), CompareError> {
    const NEEDS: &[&str] = &["was/findings", "was/web-apps"];
    if !between.selects(15) || !between.comparable(15, "findings", LABEL, NEEDS) {
        return Ok(());
    }
    for (side, model) in [("older", between.before), ("newer", between.after)] {
        if !has(model, "web_finding")? {
            let why = format!("the findings of the {side} one could not be judged");
            between.unknown(15, "findings", LABEL, why);
            return Ok(());
        }
    }
    let [mut opened, mut fixed, mut gone, mut other]: [Tally; 4] = Default::default();
    {
        let sql = include_str!("../../../sql/compare/web_findings.sql");
        let (mut then, mut now) = (between.before.prepare(sql)?, between.after.prepare(sql)?);
        let (mut olds, mut news) = (then.query([])?, now.query([])?);
        let has_app = "SELECT EXISTS (SELECT 1 FROM web_app WHERE id = ?1)";
        let mut has_app = between.after.prepare(has_app)?;
        let (mut old, mut new) = (next(&mut olds, None)?, next(&mut news, None)?);
        loop {
            let order = match (&old, &new) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(one), Some(other)) => one.id.cmp(&other.id),
            };
            let from = if order.is_le() { old.take() } else { None };
            let to = if order.is_ge() { new.take() } else { None };
            if let Some(from) = &from {
                old = next(&mut olds, Some(from.id))?;
            }
            if let Some(to) = &to {
                new = next(&mut news, Some(to.id))?;
            }
            let was_open = from.as_ref().is_some_and(Found::is_open);
            let is_open = to.as_ref().is_some_and(Found::is_open);
            let app = from.as_ref().and_then(|from| from.app);
            let bucket = to.as_ref().map(|to| to.bucket.clone());
            let spans = (from.map(|from| from.span), to.map(|to| to.span));
            match (was_open, is_open) {
                (false, true) => opened.add(spans.0, spans.1),
                (true, false) if bucket.as_deref() == Some("fixed") => fixed.add(spans.0, spans.1),
                (true, false) => {
                    let there: bool = has_app.query_row(params![app], |row| row.get(0))?;
                    let tally = if there { &mut other } else { &mut gone };
                    tally.add(spans.0, spans.1);
                }
                _ => {}
            }
        }
    }
    between.tell(15, "findings_opened", "Findings that were not open before", &opened, None)?;
    between.tell(15, "findings_fixed", "Open findings of before that are fixed", &fixed, None)?;
    let label = "Open findings of before that went with their application, not fixed";
    between.tell(15, "findings_gone", label, &gone, None)?;
    let label =
        "Open findings of before that are ignored, protected or no longer listed, not fixed";
    between.tell(15, "findings_other", label, &other, None)
}
