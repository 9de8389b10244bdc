//! How many days lie at most between two runs of a schedule.
use crate::qualys::record::Element;

const WEEKDAYS: [&str; 7] =
    ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// The word and the largest gap in days of `SCHEDULE`; `None` for a schedule that runs once, and a
/// gap of `None` where its numbers cannot be read. A month counts as 30 days; with several
/// weekdays the largest gap between two of them counts, if every week is meant.
pub(super) fn of(schedule: Element<'_>) -> Option<(&'static str, Option<i64>)> {
    let number = |element: Element<'_>, name: &str| {
        let text = element.attribute(name)?;
        text.trim_ascii().parse::<i64>().ok().filter(|&number| number > 0)
    };
    if let Some(daily) = schedule.find("DAILY") {
        return Some(("daily", number(daily, "frequency_days")));
    }
    if let Some(weekly) = schedule.find("WEEKLY") {
        let weeks = number(weekly, "frequency_weeks");
        let weekdays = weekly.attribute("weekdays");
        let gap = weeks.map(|weeks| match weekdays.as_deref().and_then(largest_gap) {
            Some(gap) if weeks == 1 => gap,
            _ => weeks.saturating_mul(7),
        });
        return Some(("weekly", gap));
    }
    let monthly = schedule.find("MONTHLY")?;
    Some(("monthly", number(monthly, "frequency_months").map(|months| months.saturating_mul(30))))
}

/// Weekdays come as digits, 0 for Sunday, in answers, and as names in some documents.
fn largest_gap(weekdays: &str) -> Option<i64> {
    let mut days: Vec<i64> = weekdays
        .split(',')
        .map(|day| {
            let day = day.trim_ascii();
            let named = WEEKDAYS.iter().zip(0..).find(|(name, _)| name.eq_ignore_ascii_case(day));
            named.map(|(_, index)| index).or_else(|| day.parse().ok())
        })
        .collect::<Option<_>>()?;
    days.sort_unstable();
    days.dedup();
    let (first, last) = (*days.first()?, *days.last()?);
    if first < 0 || last > 6 {
        return None;
    }
    let inside = days.iter().zip(days.iter().skip(1)).map(|(from, to)| to - from).max();
    Some(inside.unwrap_or(0).max(first + 7 - last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qualys::xml;
    use std::convert::Infallible;

    fn recurrence(inside: &str) -> Option<(&'static str, Option<i64>)> {
        let body = format!("<R><SCHEDULE>{inside}</SCHEDULE></R>");
        let mut found = None;
        xml::read::<Infallible>(body.as_bytes(), "SCHEDULE", |record| {
            found = of(**record);
            Ok(())
        })
        .unwrap();
        found
    }

    #[test]
    fn the_largest_gap_counts() {
        for (inside, expected) in [
            ("<DAILY frequency_days=\"3\"/>", Some(("daily", Some(3)))),
            ("<WEEKLY frequency_weeks=\"1\" weekdays=\"3\" />", Some(("weekly", Some(7)))),
            ("<WEEKLY frequency_weeks=\"1\" weekdays=\"1, 4\"/>", Some(("weekly", Some(4)))),
            ("<WEEKLY frequency_weeks=\"1\" weekdays=\"0,1\"/>", Some(("weekly", Some(6)))),
            (
                "<WEEKLY frequency_weeks=\"1\" weekdays=\"Monday,friday\"/>",
                Some(("weekly", Some(4))),
            ),
            ("<WEEKLY frequency_weeks=\"2\" weekdays=\"1,4\"/>", Some(("weekly", Some(14)))),
            ("<WEEKLY frequency_weeks=\"1\" weekdays=\"noday\"/>", Some(("weekly", Some(7)))),
            ("<WEEKLY weekdays=\"1\"/>", Some(("weekly", None))),
            ("<MONTHLY frequency_months=\"2\" day_of_month=\"1\"/>", Some(("monthly", Some(60)))),
            ("<START_HOUR>3</START_HOUR>", None),
        ] {
            assert_eq!(recurrence(inside), expected, "{inside}");
        }
    }
}
