//! Numbers as a reader sees them: shares with what they were counted from, limits, times, bytes.

use serde_json::Number;

use crate::finding::Metric;

/// A share in per cent, cut to one decimal so that it never reads as its limit; `None` of nothing.
pub(super) fn share(part: u64, whole: u64) -> Option<String> {
    let tenths = (u128::from(part) * 1000).checked_div(u128::from(whole))?;
    Some(format!("{}.{} %", tenths / 10, tenths % 10))
}

/// A count with thousands apart: `41,207`.
pub(super) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 finding`, `2 findings`.
pub(super) fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// What a metric measured, with its unit.
pub(super) fn value(metric: &Metric) -> String {
    match (metric.numerator, metric.denominator, &metric.value) {
        (Some(part), Some(whole), _) => share(part, whole).unwrap_or_else(|| "n/a".to_owned()),
        (.., Some(value)) => in_unit(value, &metric.unit),
        (.., None) => "n/a".to_owned(),
    }
}

/// What a ratio was counted from.
pub(super) fn counted(metric: &Metric) -> Option<String> {
    let (part, whole) = (metric.numerator?, metric.denominator?);
    Some(format!("{} of {}", grouped(part), grouped(whole)))
}

/// The limit that a metric is held against.
pub(super) fn limit(metric: &Metric) -> Option<String> {
    metric.threshold.as_ref().map(|limit| in_unit(limit, &metric.unit))
}

/// A number with its unit; a ratio in per cent.
pub(super) fn in_unit(number: &Number, unit: &str) -> String {
    match unit {
        "ratio" => format!("{} %", rounded(number.as_f64().unwrap_or_default() * 100.0, 1)),
        "days" | "hours" => {
            let one = number.as_f64().is_some_and(|count| (count - 1.0).abs() < f64::EPSILON);
            format!("{} {}", plain(number), if one { unit.trim_end_matches('s') } else { unit })
        }
        _ => plain(number),
    }
}

/// A share without its counts, cut as [`share`] cuts it; anything else as [`in_unit`] says it.
pub(super) fn measured(number: Option<&Number>, unit: &str) -> String {
    match number {
        None => "n/a".to_owned(),
        Some(number) if unit == "ratio" => {
            let tenths = (number.as_f64().unwrap_or_default() * 1000.0 + 1e-6).floor() / 10.0;
            format!("{tenths:.1} %")
        }
        Some(number) => in_unit(number, unit),
    }
}

/// A time that something takes, in its largest unit, cut to one decimal.
pub(super) fn lasting(seconds: u64) -> String {
    let (unit, one) = match seconds {
        0..120 => return plural(seconds, "second", "seconds"),
        120..7_200 => ("minutes", 60),
        7_200..172_800 => ("hours", 3_600),
        _ => ("days", 86_400),
    };
    let tenths = u128::from(seconds) * 10 / one;
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

/// From one value to another: `+2`, `−0.3 points`; `None` where one is missing or nothing moved.
pub(super) fn moved(from: Option<&Number>, to: Option<&Number>, unit: &str) -> Option<String> {
    let by = to?.as_f64()? - from?.as_f64()?;
    let (by, unit) = match unit {
        "ratio" => (by * 100.0, " points"),
        "days" => (by, " days"),
        "hours" => (by, " hours"),
        _ => (by, ""),
    };
    let size = rounded(by.abs(), if by.abs() < 0.1 { 2 } else { 1 });
    let sign = if by < 0.0 { '−' } else { '+' };
    match &*size {
        "0" => None,
        "1" => Some(format!("{sign}1{}", unit.trim_end_matches('s'))),
        _ => Some(format!("{sign}{}{unit}", grouped_text(&size))),
    }
}

/// A written number with thousands apart.
fn grouped_text(number: &str) -> String {
    let (whole, rest) = number.split_once('.').map_or((number, None), |(a, b)| (a, Some(b)));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), grouped);
    rest.map_or_else(|| whole.clone(), |rest| format!("{whole}.{rest}"))
}

/// A share in millionths.
pub(super) fn millionths(share: f64) -> u64 {
    let text = format!("{:.0}", (share * 1_000_000.0).round());
    text.parse().unwrap_or_default()
}

fn plain(number: &Number) -> String {
    match number.as_u64() {
        Some(count) => grouped(count),
        None => rounded(number.as_f64().unwrap_or_default(), 3),
    }
}

/// At most `decimals` digits behind the point, no trailing zeros.
pub(super) fn rounded(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_never_reads_as_its_limit() {
        assert_eq!(share(79_999, 100_000).as_deref(), Some("79.9 %"));
        assert_eq!(share(u64::MAX, u64::MAX).as_deref(), Some("100.0 %"));
        assert_eq!(share(0, 0), None);
    }

    #[test]
    fn metrics_in_words() {
        let ratio = Metric::ratio("r", "", 1234, 5000).against(Number::from_f64(0.8).unwrap());
        assert_eq!(value(&ratio), "24.6 %");
        assert_eq!(counted(&ratio).as_deref(), Some("1,234 of 5,000"));
        assert_eq!(limit(&ratio).as_deref(), Some("80 %"));
        let days = Metric::measured("d", "", Some(1.into()), "days").against(30);
        assert_eq!((value(&days).as_str(), limit(&days).as_deref()), ("1 day", Some("30 days")));
        assert_eq!(value(&Metric::count("c", "", 1_000_000)), "1,000,000");
        assert_eq!(value(&Metric::ratio("r", "", 0, 0)), "n/a");
        assert_eq!(value(&Metric::measured("m", "", None, "days")), "n/a");
    }

    #[test]
    fn a_share_reads_the_same_with_and_without_its_counts() {
        for (part, whole) in [(171, 182), (759, 1397), (1, 3), (2, 3), (29, 100), (57, 100), (0, 5)]
        {
            let ratio = Metric::ratio("r", "", part, whole);
            assert_eq!(measured(ratio.value.as_ref(), "ratio"), value(&ratio), "{part} of {whole}");
        }
        assert_eq!(measured(None, "ratio"), "n/a");
        assert_eq!(measured(Some(&188.into()), "days"), "188 days");
    }

    #[test]
    fn a_time_in_its_largest_unit() {
        assert_eq!(
            [1, 119, 120, 7_199, 7_200, 172_799, 172_800, 2_592_001].map(lasting),
            [
                "1 second",
                "119 seconds",
                "2.0 minutes",
                "119.9 minutes",
                "2.0 hours",
                "47.9 hours",
                "2.0 days",
                "30.0 days"
            ]
        );
    }

    #[test]
    fn how_far_a_value_moved() {
        let by = |from: f64, to: f64, unit| {
            moved(Number::from_f64(from).as_ref(), Number::from_f64(to).as_ref(), unit)
        };
        assert_eq!(by(0.5, 0.625, "ratio").as_deref(), Some("+12.5 points"));
        assert_eq!(by(0.9, 0.89, "ratio").as_deref(), Some("−1 point"));
        assert_eq!(by(0.9, 0.9001, "ratio").as_deref(), Some("+0.01 points"));
        assert_eq!(by(0.9, 0.900_000_1, "ratio"), None);
        assert_eq!(by(1500.0, 0.0, "count").as_deref(), Some("−1,500"));
        assert_eq!(by(158.0, 188.0, "days").as_deref(), Some("+30 days"));
        assert_eq!(by(0.5, 0.5, "ratio"), None);
        assert_eq!(moved(None, Some(&1.into()), "count"), None);
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(
            [0, 999, 1000, 41_207, 1_000_000].map(grouped),
            ["0", "999", "1,000", "41,207", "1,000,000"]
        );
    }
}
