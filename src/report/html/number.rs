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
    fn thousands_stand_apart() {
        assert_eq!(
            [0, 999, 1000, 41_207, 1_000_000].map(grouped),
            ["0", "999", "1,000", "41,207", "1,000,000"]
        );
    }
}
