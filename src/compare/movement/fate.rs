//! What became of one detection that is open on one side alone.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::compare::CompareError;
use crate::finding::Span;

/// Where a detection went, or came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    /// First seen, on a host that was there before.
    Found,
    FoundOnNewHost,
    /// Fixed in the older snapshot, or in between.
    Reopened,
    /// Ignored or disabled in the older snapshot.
    Unhidden,
    /// Listed then, and counted for nobody, as potential ones are.
    CountedNow,
    Fixed,
    /// Its host was purged or terminated: nothing was fixed.
    HostGone,
    /// Ignored or disabled now: nothing was fixed.
    Hidden,
    /// Listed now, and counted for nobody.
    NotCountedNow,
    /// Its host is still there, and does not list it any more.
    Unlisted,
}

impl Fate {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::FoundOnNewHost => "found_on_new_host",
            Self::Reopened => "reopened",
            Self::Unhidden => "unhidden",
            Self::CountedNow => "counted_now",
            Self::Fixed => "fixed",
            Self::HostGone => "host_gone",
            Self::Hidden => "hidden",
            Self::NotCountedNow => "not_counted_now",
            Self::Unlisted => "unlisted",
        }
    }

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Found => "found since",
            Self::FoundOnNewHost => "found on hosts that came since",
            Self::Reopened => "open again",
            Self::Unhidden => "no longer ignored or disabled",
            Self::CountedNow => "listed before and counted now",
            Self::Fixed => "fixed",
            Self::HostGone => "gone with their host, not fixed",
            Self::Hidden => "ignored or disabled, not fixed",
            Self::NotCountedNow => "still listed and no longer counted",
            Self::Unlisted => "no longer listed on a host that is still there",
        }
    }

    pub(super) const fn is_arrival(self) -> bool {
        matches!(
            self,
            Self::Found | Self::FoundOnNewHost | Self::Reopened | Self::Unhidden | Self::CountedNow
        )
    }
}

/// Which detection: QID, host, port, protocol, instance; in the order of the statement.
pub(super) type Key = (i64, i64, Option<i64>, Option<String>, Option<String>);

/// Looks detections up in the snapshot where they are not open.
pub(super) struct Other<'a> {
    model: &'a Connection,
}

impl<'a> Other<'a> {
    pub(super) fn new(model: &'a Connection) -> Result<Self, CompareError> {
        let index = "CREATE INDEX IF NOT EXISTS detection_by_qid ON detection (qid, host_id)";
        model.execute_batch(index)?;
        Ok(Self { model })
    }

    /// Of one that is open in the newer snapshot alone, with its record in the older one.
    pub(super) fn arrival(&self, key: &Key) -> Result<(Fate, Option<Span>), CompareError> {
        Ok(match self.listed(key)? {
            Some((Listed::Fixed, span)) => (Fate::Reopened, Some(span)),
            Some((Listed::Hidden, span)) => (Fate::Unhidden, Some(span)),
            Some((Listed::Other, span)) => (Fate::CountedNow, Some(span)),
            None if self.has_host(key.1)? => (Fate::Found, None),
            None => (Fate::FoundOnNewHost, None),
        })
    }

    /// Of one that is open in the older snapshot alone, with its record in the newer one.
    pub(super) fn departure(&self, key: &Key) -> Result<(Fate, Option<Span>), CompareError> {
        if !self.has_host(key.1)? {
            return Ok((Fate::HostGone, None));
        }
        Ok(match self.listed(key)? {
            Some((Listed::Fixed, span)) => (Fate::Fixed, Some(span)),
            Some((Listed::Hidden, span)) => (Fate::Hidden, Some(span)),
            Some((Listed::Other, span)) => (Fate::NotCountedNow, Some(span)),
            None => (Fate::Unlisted, None),
        })
    }

    fn listed(
        &self,
        (qid, host, port, protocol, instance): &Key,
    ) -> Result<Option<(Listed, Span)>, CompareError> {
        let sql = include_str!("../../../sql/compare/detection.sql");
        let mut statement = self.model.prepare_cached(sql)?;
        let key = params![qid, host, port, protocol, instance];
        let found = statement.query_row(key, |row| {
            let (response, offset) = (row.get("response")?, row.get("offset")?);
            let span = Span::part(response, offset, row.get("length")?);
            let listed = match (row.get("fixed")?, row.get("hidden")?) {
                (true, _) => Listed::Fixed,
                (false, true) => Listed::Hidden,
                (false, false) => Listed::Other,
            };
            Ok((listed, span))
        });
        Ok(found.optional()?)
    }

    /// Whether the host is listed, and its cloud instance is not terminated.
    fn has_host(&self, id: i64) -> Result<bool, CompareError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM host WHERE id = ?1) AND NOT EXISTS (SELECT 1 \
                   FROM host_asset WHERE host_id = ?1 AND instance_state = 'TERMINATED' COLLATE NOCASE)";
        Ok(self.model.prepare_cached(sql)?.query_row([id], |row| row.get(0))?)
    }
}

/// How a detection that is not open is listed.
enum Listed {
    Fixed,
    Hidden,
    Other,
}
