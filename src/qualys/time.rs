//! Dates as Qualys prints them, as Unix seconds.
use jiff::Timestamp;
use jiff::civil::{self, DateTime};
use jiff::fmt::strtime;

/// Forms beside ISO 8601, in the order in which they are tried: report CSV, scan fetch, adminui,
/// and what Java prints (CloudView), of which the zone has been taken out.
const FORMS: [&str; 8] = [
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%d %b %Y %I:%M%p",
    "%d %b %Y %H:%M:%S",
    "%d %b %Y",
    "%d-%b-%y",
    "%a %b %d %H:%M:%S %Y",
];

/// Reads a date of the wire: ISO 8601 with `Z`, with an offset or with neither (then UTC), with a
/// fraction or without, the date alone, epoch seconds or milliseconds, and the forms of reports.
/// `None` for no value (empty, `null`, `N/A`), for anything else, and outside 1970 to 9999.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim_ascii();
    let seconds = parse_iso(text).or_else(|| parse_other(text))?;
    (0..=MAX).contains(&seconds).then_some(seconds)
}

/// 9999-12-31T23:59:59Z.
const MAX: i64 = 253_402_300_799;

/// RFC 3339 in UTC with whole seconds; a number outside the years −9999 to 9999 stands as it is.
pub fn rfc3339(seconds: i64) -> String {
    Timestamp::from_second(seconds)
        .map_or_else(|_| seconds.to_string(), |timestamp| timestamp.to_string())
}

/// The form of nearly all dates, `YYYY-MM-DDTHH:MM:SSZ`, without the cost of a general parser.
fn parse_iso(text: &str) -> Option<i64> {
    let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
    let &[
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
        b'Z',
    ] = bytes
    else {
        return None;
    };
    let two = |a: u8, b: u8| {
        let digits = a.is_ascii_digit() && b.is_ascii_digit();
        digits.then(|| i64::from(a - b'0') * 10 + i64::from(b - b'0'))
    };
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    let (month, day) = (two(m1, m2)?, two(d1, d2)?);
    let (hour, minute, second) = (two(h1, h2)?, two(n1, n2)?, two(s1, s2)?);
    let real = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    let real = real && hour < 24 && minute < 60 && second < 60;
    real.then(|| ((days_from_civil(year, month, day) * 24 + hour) * 60 + minute) * 60 + second)
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar: years that begin in March put the
/// leap day at the end, and 400 of them have 146,097 days.
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn parse_other(text: &str) -> Option<i64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        // 13 digits are milliseconds (asset inventory), 10 are seconds (adminui).
        return match text.len() {
            13 => text.parse::<i64>().ok().map(|millis| millis / 1000),
            10 => text.parse().ok(),
            _ => None,
        };
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.as_second());
    }
    // Taken as local time, a `Z` would be an error and an offset would be lost: both are above.
    if let Ok(datetime) = text.parse::<DateTime>() {
        return seconds(datetime);
    }
    let text =
        [" GMT", " UTC"].iter().fold(text.to_owned(), |text, zone| text.replacen(zone, "", 1));
    FORMS.iter().find_map(|form| {
        let parsed = strtime::parse(form, &text).ok()?;
        let date = parsed.to_date().ok()?;
        let time = parsed.to_time().unwrap_or(civil::Time::midnight());
        seconds(date.to_datetime(time))
    })
}

fn seconds(datetime: DateTime) -> Option<i64> {
    let zoned = datetime.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_form_of_the_wire_is_read() {
        for (text, expected) in [
            ("2026-03-28T02:10:00Z", "2026-03-28T02:10:00Z"),
            ("2026-03-28T02:10:00", "2026-03-28T02:10:00Z"),
            ("2026-03-28 02:10:00", "2026-03-28T02:10:00Z"),
            ("2026-03-28T02:10:00.250Z", "2026-03-28T02:10:00Z"),
            ("2026-03-28T02:10:00+02:00", "2026-03-28T00:10:00Z"),
            ("2026-03-28", "2026-03-28T00:00:00Z"),
            ("\n   2020-02-29T23:59:59Z", "2020-02-29T23:59:59Z"),
            ("1774663800000", "2026-03-28T02:10:00Z"),
            ("1774663800", "2026-03-28T02:10:00Z"),
            ("03/28/2026 02:10:00", "2026-03-28T02:10:00Z"),
            ("03/28/2026", "2026-03-28T00:00:00Z"),
            ("25 Apr 2019 10:42AM GMT", "2019-04-25T10:42:00Z"),
            ("19 Oct 2022", "2022-10-19T00:00:00Z"),
            ("19-Oct-22", "2022-10-19T00:00:00Z"),
            ("Fri Jan 30 06:29:04 GMT 2026", "2026-01-30T06:29:04Z"),
            ("2026-03-28T02:10:00.250+0000", "2026-03-28T02:10:00Z"),
        ] {
            assert_eq!(parse(text).map(rfc3339).as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "N/A",
            "null",
            "None",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "1969-12-31T23:59:59Z",
            "0000-00-00T00:00:00Z",
            "12",
            "99999999999999999999",
            "soon",
            "Mon Jan 30 06:29:04 GMT 2026",
            "Fri Jan 30 06:29:04 PST 2026",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_second_survives_the_way_to_text_and_back(seconds in 0..=MAX) {
            prop_assert_eq!(parse(&rfc3339(seconds)), Some(seconds));
        }

        #[test]
        fn any_text_is_read_without_panic(text: String) {
            parse(&text);
        }
    }
}
