//! Numbers and times in the words of messages, facts and metrics.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::binding::DAY;
use crate::finding::Metric;
use crate::profile::{Ratio, hex};

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

/// Days in words, with one decimal, rounded down.
pub(super) fn days(seconds: i64) -> String {
    let tenths = seconds / (DAY / 10);
    format!("{}.{} days", tenths / 10, tenths % 10)
}

/// A share with unknown members held against a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    Inside,
    Outside,
    /// It depends on the unknown ones.
    Unknown,
}

/// Holds the share of `met` in `all` against a least share; `unsure` of `all` may be met or not.
/// `None` over nothing.
pub(super) fn at_least(limit: Ratio, met: u64, unsure: u64, all: u64) -> Option<Held> {
    let misses = |met| limit.compare(met, all).map(Ordering::is_lt);
    Some(match (misses(met)?, misses(met + unsure)?) {
        (false, _) => Held::Inside,
        (true, true) => Held::Outside,
        (true, false) => Held::Unknown,
    })
}

/// Holds it against a greatest share.
pub(super) fn at_most(limit: Ratio, met: u64, unsure: u64, all: u64) -> Option<Held> {
    let exceeds = |met| limit.compare(met, all).map(Ordering::is_gt);
    Some(match (exceeds(met + unsure)?, exceeds(met)?) {
        (false, _) => Held::Inside,
        (true, true) => Held::Outside,
        (true, false) => Held::Unknown,
    })
}

/// A limit in messages, per cent with one decimal.
pub(super) fn limit(ratio: Ratio) -> String {
    let hundredths = ratio.as_f64() * 100.0;
    format!("{hundredths:.1} %")
}

/// A name as part of a metric's id. Names may look alike there; see [`tell_apart`].
pub(super) fn word(name: &str) -> String {
    let lower = name.chars().flat_map(char::to_lowercase);
    lower.map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
}

/// Gives metrics of one id, whose names look alike in it, ids of their own: a part of the SHA-256
/// of the label, which tells the name as it is. None of them keeps the common id, for it would
/// mean another one as soon as a name comes or goes.
pub(super) fn tell_apart(metrics: &mut [Metric]) {
    let mut times: BTreeMap<String, u64> = BTreeMap::new();
    for metric in metrics.iter() {
        *times.entry(metric.id.clone()).or_default() += 1;
    }
    for metric in metrics.iter_mut().filter(|metric| times.get(&metric.id) > Some(&1)) {
        let mut hash = hex(&Sha256::digest(&metric.label));
        hash.truncate(8);
        metric.id = format!("{}_{hash}", metric.id);
    }
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
    fn unknown_members_decide_only_where_they_must() {
        let limit = Ratio::millionths(800_000);
        for (met, unsure, all, expected) in [
            (4, 0, 5, Some(Held::Inside)),
            (3, 0, 5, Some(Held::Outside)),
            (3, 1, 5, Some(Held::Unknown)),
            (2, 1, 5, Some(Held::Outside)),
            (4, 1, 5, Some(Held::Inside)),
            (0, 0, 0, None),
        ] {
            assert_eq!(at_least(limit, met, unsure, all), expected, "{met}+{unsure} of {all}");
        }
        for (met, unsure, all, expected) in [
            (4, 0, 5, Some(Held::Inside)),
            (5, 0, 5, Some(Held::Outside)),
            (4, 1, 5, Some(Held::Unknown)),
            (3, 1, 5, Some(Held::Inside)),
            (0, 0, 0, None),
        ] {
            assert_eq!(at_most(limit, met, unsure, all), expected, "{met}+{unsure} of {all}");
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
    fn names_that_look_alike_get_ids_of_their_own() {
        let ids = |names: &[&str]| {
            let metric = |name: &&str| Metric::count(format!("of_{}", word(name)), name, 1);
            let mut metrics: Vec<Metric> = names.iter().map(metric).collect();
            tell_apart(&mut metrics);
            metrics.into_iter().map(|metric| metric.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(&["a b", "c"]), ["of_a_b", "of_c"]);
        // The first 32 bits of the SHA-256 of each name.
        let alike = ids(&["a b", "A-B", "c"]);
        assert_eq!(alike, ["of_a_b_c8687a08", "of_a_b_77101aaa", "of_c"]);
        assert_eq!(ids(&["A-B", "a b"]), [alike[1].as_str(), &alike[0]]);
    }

    #[test]
    fn times() {
        assert_eq!(rfc3339(1_767_225_600), "2026-01-01T00:00:00Z");
        assert_eq!(day(1_767_225_599), "2025-12-31");
    }
}
