//! Dates in the form in which Java prints them: CloudView, where nothing else is ISO 8601.
use crate::qualys::time;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Unix seconds of a text like `Fri Jan 30 06:29:04 GMT 2026`. Zones but `GMT` and `UTC` are not
/// read: their abbreviations are ambiguous.
pub(super) fn parse(text: &str) -> Option<i64> {
    let mut words = text.split_ascii_whitespace();
    let (_weekday, month, day) = (words.next()?, words.next()?, words.next()?);
    let (clock, zone, year) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() || !["GMT", "UTC"].contains(&zone) {
        return None;
    }
    let month = MONTHS.iter().zip(1..).find(|(name, _)| **name == month)?.1;
    let day: u8 = day.parse().ok()?;
    time::parse(&format!("{year}-{month:02}-{day:02}T{clock}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn java_dates_are_read() {
        assert_eq!(
            parse("Fri Jan 30 06:29:04 GMT 2026"),
            time::parse("2026-01-30T06:29:04Z").filter(|&seconds| seconds > 0)
        );
        assert_eq!(parse("Sun Feb  1 00:00:00 UTC 2026"), time::parse("2026-02-01"));
        for text in [
            "",
            "Fri Jan 30 06:29:04 CET 2026",
            "Fri Foo 30 06:29:04 GMT 2026",
            "Fri Jan 32 06:29:04 GMT 2026",
            "Fri Jan 30 06:29 2026",
            "Fri Jan 30 06:29:04 GMT 2026 x",
            "2026-01-30T06:29:04Z",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
