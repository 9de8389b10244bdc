//! Numbers and times in the words of messages, facts and metrics.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// Shares in messages: per cent with one decimal, rounded down, so that 79.99 never reads as 80.
pub(super) fn percent(numerator: u64, denominator: u64) -> String {
    let tenths = u128::from(numerator) * 1000 / u128::from(denominator.max(1));
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// The day of a time, UTC.
pub(super) fn day(time: i64) -> String {
    let text = rfc3339(time);
    text.split_once('T').map_or(text.clone(), |(day, _)| day.to_owned())
}

/// A time of the evidence model as reports write it.
pub(super) fn rfc3339(time: i64) -> String {
    Timestamp::from_second(time).map_or_else(|_| format!("second {time}"), |time| time.to_string())
}

/// `count` of something, with its plural.
pub(super) fn plural(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// The first names of a list, and how many more there are.
pub(super) fn listed(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The least value that at least `percent` per cent of the counted ones do not exceed (nearest
/// rank); `None` if none is counted.
pub(super) fn percentile(counts: &BTreeMap<i64, u64>, percent: u64) -> Option<i64> {
    let total: u64 = counts.values().sum();
    let rank = (u128::from(total) * u128::from(percent)).div_ceil(100).max(1);
    let mut passed = 0;
    counts.iter().find_map(|(value, count)| {
        passed += u128::from(*count);
        (passed >= rank).then_some(*value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_down() {
        for (numerator, denominator, text) in
            [(4, 5, "80.0 %"), (79_999, 100_000, "79.9 %"), (0, 7, "0.0 %"), (0, 0, "0.0 %")]
        {
            assert_eq!(percent(numerator, denominator), text);
        }
    }

    #[test]
    fn percentiles_take_the_nearest_rank() {
        let counts = BTreeMap::from([(1, 5), (10, 4), (100, 1)]);
        assert_eq!(percentile(&counts, 50), Some(1));
        assert_eq!(percentile(&counts, 51), Some(10));
        assert_eq!(percentile(&counts, 90), Some(10));
        assert_eq!(percentile(&counts, 100), Some(100));
        assert_eq!(percentile(&BTreeMap::new(), 50), None);
    }

    #[test]
    fn times() {
        assert_eq!(rfc3339(1_767_225_600), "2026-01-01T00:00:00Z");
        assert_eq!(day(1_767_225_599), "2025-12-31");
    }
}
