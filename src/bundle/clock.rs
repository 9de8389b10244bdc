//! How far the collector's clock stood from the servers' clocks.
use super::manifest::Clock;
use super::record::{Record, instant_ms};
use std::collections::BTreeMap;

/// Seconds; differences beyond a day are counted as a day, which bounds the memory.
const MAX: i64 = 86_400;

/// How often each difference was seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Skew(BTreeMap<i64, u64>);

impl Skew {
    /// Takes the `Date` header of an answer, which has whole seconds (RFC 9110 §6.6.1).
    pub(super) fn add(&mut self, record: &Record) {
        let Record::Exchange(exchange) = record else { return };
        let headers = &exchange.response_headers;
        let date = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("date"));
        let Some(server) = date.and_then(|(_, value)| jiff::fmt::rfc2822::parse(value).ok()) else {
            return;
        };
        let duration = i64::try_from(exchange.duration_ms).unwrap_or(i64::MAX);
        if let Some(begun) = instant_ms(&exchange.time) {
            let arrived = begun.saturating_add(duration).div_euclid(1000);
            let skew = server.timestamp().as_second().saturating_sub(arrived);
            *self.0.entry(skew.clamp(-MAX, MAX)).or_default() += 1;
        }
    }

    pub(super) fn summary(&self) -> Option<Clock> {
        let middle = self.0.values().sum::<u64>().div_ceil(2);
        let mut below = 0;
        let median = self.0.iter().find(|(_, times)| {
            below += **times;
            below >= middle
        });
        let ((min, _), (max, _)) = (self.0.first_key_value()?, self.0.last_key_value()?);
        Some(Clock { min: *min, median: *median?.0, max: *max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::record::Exchange;

    fn summary(dates: &[&str]) -> Option<Clock> {
        let mut skew = Skew::default();
        for date in dates {
            skew.add(&Record::Exchange(Exchange {
                time: "2026-03-28T02:09:58.900Z".to_owned(),
                duration_ms: 1500,
                response_headers: vec![("date".to_owned(), (*date).to_owned())],
                ..Exchange::default()
            }));
        }
        skew.summary()
    }

    #[test]
    fn the_answers_arrival_is_compared_with_its_date() {
        assert_eq!(summary(&[]), None);
        assert_eq!(summary(&["yesterday", ""]), None);
        let same = "Sat, 28 Mar 2026 02:10:00 GMT";
        let early = "Sat, 28 Mar 2026 02:09:57 GMT";
        let late = "Sat, 28 Mar 2026 03:10:00 GMT";
        let far = "Sat, 28 Mar 2037 02:10:00 GMT";
        assert_eq!(summary(&[same]), Some(Clock { min: 0, median: 0, max: 0 }));
        assert_eq!(summary(&[late, early, same]), Some(Clock { min: -3, median: 0, max: 3600 }));
        let four = [late, late, early, same];
        assert_eq!(summary(&four), Some(Clock { min: -3, median: 0, max: 3600 }));
        assert_eq!(summary(&[far]), Some(Clock { min: 86_400, median: 86_400, max: 86_400 }));
    }
}
