//! Open detections by class and age: a strip a class, darker where more stand, its limit as a tick.

use std::fmt::Write as _;

use super::super::number::{grouped, plural, rounded};
use super::super::words::{self, Sign};
use super::{label, picture, rectangle};
use crate::finding::{Metric, Severity};

/// Ends of the bands in days, as control 10 counts them; the last band has none.
const ENDS: [u64; 3] = [15, 30, 90];
/// Ends of the names of its metrics.
const BANDS: [&str; 4] = ["0_15d", "15_30d", "30_90d", "90d"];
pub(in super::super) const HEADS: [&str; 4] =
    ["0–15 days", "15–30 days", "30–90 days", "> 90 days"];
/// Where a limit beyond the last end is drawn: the last band as if it ended here.
const YEAR: u64 = 365;

const LEFT: f64 = 60.0;
const CELL: f64 = 85.0;
const HEAD: f64 = 22.0;
const ROW: f64 = 30.0;

pub(in super::super) struct Ages {
    /// SVG.
    pub svg: String,
    pub rows: Vec<Row>,
}

pub(in super::super) struct Row {
    pub sign: Sign,
    pub counts: [String; 4],
    pub total: String,
    pub limit: Option<String>,
}

/// One class as counted.
struct Strip {
    sign: Sign,
    counts: [u64; 4],
    limit: Option<u64>,
}

/// `limit` gives the days that a class may stay open. `None` where control 10 counted nothing.
pub(in super::super) fn ages(
    metrics: &[Metric],
    limit: impl Fn(&str) -> Option<u64>,
) -> Option<Ages> {
    let classes = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    let strips: Vec<Strip> =
        classes.into_iter().filter_map(|class| strip(metrics, class, &limit)).collect();
    let most = strips.iter().flat_map(|strip| strip.counts).max().filter(|most| *most > 0)?;
    Some(Ages { svg: drawn(&strips, most), rows: strips.iter().map(row).collect() })
}

fn strip(
    metrics: &[Metric],
    class: Severity,
    limit: impl Fn(&str) -> Option<u64>,
) -> Option<Strip> {
    let mut counts = [0; 4];
    for (count, band) in counts.iter_mut().zip(BANDS) {
        let id = format!("open_{}_{band}", class.word());
        *count = metrics.iter().find(|metric| metric.id == id)?.value.as_ref()?.as_u64()?;
    }
    Some(Strip { sign: words::severity(class), counts, limit: limit(class.word()) })
}

fn row(strip: &Strip) -> Row {
    let total = strip.counts.iter().fold(0, |sum: u64, count| sum.saturating_add(*count));
    Row {
        sign: strip.sign,
        counts: strip.counts.map(grouped),
        total: grouped(total),
        limit: strip.limit.map(|days| plural(days, "day", "days")),
    }
}

fn drawn(strips: &[Strip], most: u64) -> String {
    let said: Vec<String> = strips
        .iter()
        .map(|strip| {
            let counts = strip.counts.iter().zip(HEADS);
            let counts: Vec<String> =
                counts.map(|(count, head)| format!("{} of {head}", grouped(*count))).collect();
            format!("{}: {}", strip.sign.word, counts.join(", "))
        })
        .collect();
    let title = format!("Open detections by class and age. {}", said.join("; "));
    let mut svg = picture(&title, "ages", (400, 22 + 30 * strips.len()));
    for (at, head) in (0_u8..).zip(HEADS) {
        label(&mut svg, "head mid", (LEFT + CELL * (f64::from(at) + 0.5), 13.0), head);
    }
    for (at, strip) in (0_u8..).zip(strips) {
        let top = HEAD + ROW * f64::from(at);
        let _ = write!(svg, "<g class=\"{}\">", strip.sign.class);
        label(&mut svg, "", (0.0, top + 17.0), strip.sign.word);
        for (band, count) in (0_u8..).zip(strip.counts) {
            let left = LEFT + CELL * f64::from(band);
            let level = (u128::from(count) * 4).div_ceil(u128::from(most)).min(4);
            rectangle(&mut svg, &format!("l{level}"), (left, top), (CELL - 2.0, ROW - 6.0));
            label(&mut svg, "mid", (left + CELL / 2.0 - 1.0, top + 16.0), &grouped(count));
        }
        if let Some(limit) = strip.limit {
            let tick = rounded(LEFT + place(limit) * CELL - 2.0, 1);
            let end = rounded(LEFT + 4.0 * CELL - 2.0, 1);
            let foot = rounded(top + ROW - 5.0, 1);
            let _ = write!(svg, "<path class=\"late\" d=\"M{tick} {foot}H{end}\"/>");
            let _ = write!(
                svg,
                "<path class=\"limit\" d=\"M{tick} {}v{ROW}\"/>",
                rounded(top - 3.0, 1)
            );
        }
        svg.push_str("</g>");
    }
    svg + "</svg>"
}

/// How many bands a limit of so many days lies in, each band drawn as wide as another.
fn place(limit: u64) -> f64 {
    let mut start = 0;
    for (at, end) in (0_u8..).zip(ENDS.into_iter().chain([YEAR])) {
        if limit <= end {
            let part = (limit - start) * 1000 / (end - start);
            return f64::from(at) + f64::from(u16::try_from(part).unwrap_or(1000)) / 1000.0;
        }
        start = end;
    }
    4.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(class: &str, counts: [u64; 4]) -> Vec<Metric> {
        let ids = BANDS.map(|band| format!("open_{class}_{band}"));
        ids.into_iter().zip(counts).map(|(id, count)| Metric::count(id, "", count)).collect()
    }

    #[test]
    fn a_limit_lies_at_the_end_of_its_band() {
        let places = [0, 7, 15, 30, 60, 90, 180, 365, 9999].map(place);
        assert_eq!(places[0].to_bits(), 0.0_f64.to_bits());
        let expected = [0.0, 0.466, 1.0, 2.0, 2.5, 3.0, 3.327, 4.0, 4.0];
        for (place, expected) in places.into_iter().zip(expected) {
            assert!((place - expected).abs() < 1e-9, "{places:?}");
        }
    }

    #[test]
    fn strips_say_what_they_show() {
        let metrics = [counted("critical", [3, 2, 0, 1]), counted("low", [0, 0, 0, 0])].concat();
        let drawn = ages(&metrics, |class| (class == "critical").then_some(15)).unwrap();
        assert_eq!(drawn.rows.len(), 2);
        let [critical, low] = <[Row; 2]>::try_from(drawn.rows).ok().unwrap();
        assert_eq!(critical.counts.map(|count| count), ["3", "2", "0", "1"]);
        assert_eq!(critical.total, "6");
        assert_eq!(critical.limit.as_deref(), Some("15 days"));
        assert_eq!(low.limit, None);
        assert!(drawn.svg.contains("critical: 3 of 0–15 days, 2 of 15–30 days"), "{}", drawn.svg);
        assert_eq!(drawn.svg.matches("class=\"limit\"").count(), 1);
        // Three of three at most are darkest, none is blank, a few are still seen.
        assert!(drawn.svg.contains(r#"<rect class="l4" x="60""#), "{}", drawn.svg);
        assert!(drawn.svg.contains(r#"<rect class="l0" x="230""#), "{}", drawn.svg);
        assert!(drawn.svg.contains(r#"<rect class="l2" x="315""#), "{}", drawn.svg);
    }

    #[test]
    fn nothing_counted_is_no_strip() {
        assert!(ages(&[], |_| None).is_none());
        assert!(ages(&counted("high", [0; 4]), |_| None).is_none());
    }
}
