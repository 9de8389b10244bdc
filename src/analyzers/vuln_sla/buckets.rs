//! Every detection in exactly one bucket: what was left out is counted, and the sum is the input.

use std::collections::BTreeMap;

use crate::analyzers::{AnalyzeError, Facts};

/// How many detections each bucket holds.
pub(super) struct Buckets(BTreeMap<String, u64>);

/// All buckets, in the order of the metrics.
pub(super) const NAMES: [&str; 9] = [
    "open",
    "fixed",
    "potential",
    "info",
    "ignored",
    "disabled",
    "non_running",
    "gone_host",
    "unknown",
];

impl Buckets {
    /// # Errors
    /// Buckets that do not add up to the detections that were read: a fault of ours.
    pub(super) fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        let mut statement = facts.model.prepare(sql!("controls/10_vuln_sla/buckets"))?;
        let rows = statement.query_map([], |row| {
            Ok((row.get("bucket")?, row.get::<_, i64>("detections")?.unsigned_abs()))
        })?;
        let counts = rows.collect::<Result<BTreeMap<String, u64>, _>>()?;
        let input =
            facts.model.query_row("SELECT count(*) FROM detection", [], |row| row.get(0))?;
        check(input, &counts)?;
        Ok(Self(counts))
    }

    pub(super) fn count(&self, bucket: &str) -> u64 {
        self.0.get(bucket).copied().unwrap_or(0)
    }
}

fn check(input: i64, counts: &BTreeMap<String, u64>) -> Result<(), AnalyzeError> {
    let named = NAMES.iter().filter_map(|name| counts.get(*name)).sum::<u64>();
    let counted = i64::try_from(named).unwrap_or(i64::MAX);
    if counted == input { Ok(()) } else { Err(AnalyzeError::Buckets { input, counted }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_or_misnamed_detection_is_our_fault() {
        let counts = |pairs: &[(&str, u64)]| {
            pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
        };
        assert!(check(7, &counts(&[("open", 4), ("fixed", 3)])).is_ok());
        assert!(check(0, &counts(&[])).is_ok());
        for wrong in [counts(&[("open", 4), ("fixed", 2)]), counts(&[("open", 4), ("other", 3)])] {
            assert!(matches!(check(7, &wrong), Err(AnalyzeError::Buckets { input: 7, .. })));
        }
    }
}
