//! Charts as inline SVG: geometry in attributes, colours and patterns by class, each with a title.

mod ages;
mod groups;
mod pair;
mod slope;
mod spark;

pub(super) use ages::{Ages, HEADS, ages};
pub(super) use groups::{Groups, groups};
pub(super) use pair::pair;
pub(super) use slope::{Side, slope};
pub(super) use spark::spark;

use std::fmt::Write as _;

use askama::filters::Escaper as _;

use super::escape::Shown;
use super::number::rounded;
use crate::finding::Metric;

/// One part of a bar.
pub(super) struct Part {
    /// Class that colours it: `pass`, `critical`, …
    pub class: &'static str,
    pub count: u64,
}

const WIDTH: f64 = 1000.0;

/// A bar cut into parts by count; `title` says the same in words. Markup.
pub(super) fn stacked(title: &str, parts: &[Part]) -> String {
    // A saved report may hold any number.
    let total = parts.iter().fold(0, |sum: u64, part| sum.saturating_add(part.count));
    let mut svg = open(title, "stack", 24);
    let mut left: u64 = 0;
    for part in parts.iter().filter(|part| part.count > 0) {
        let right = left.saturating_add(part.count);
        let (from, to) = (share(left, total), share(right, total));
        left = right;
        // The gap between two parts keeps them apart for who sees no colour.
        let width = if left < total { to - from - 3.0 } else { to - from };
        rectangle(&mut svg, part.class, (from, 0.0), (width.max(1.0), 24.0));
    }
    svg.push_str("</svg>");
    svg
}

/// A measured value as a bar, its limit as a tick. `None` where nothing was measured.
pub(super) fn bullet(metric: &Metric) -> Option<String> {
    let value = metric.value.as_ref()?.as_f64().filter(|value| *value >= 0.0)?;
    let limit = metric.threshold.as_ref().and_then(serde_json::Number::as_f64);
    if metric.unit != "ratio" && limit.is_none() {
        return None;
    }
    let end = match &*metric.unit {
        "ratio" => 1.0,
        _ => value.max(limit.unwrap_or_default()) * 1.1,
    };
    if end <= 0.0 {
        return None;
    }
    let at = |number: f64| (number / end).clamp(0.0, 1.0) * WIDTH;
    let title = match super::number::limit(metric) {
        Some(limit) => format!("{}, limit {limit}", super::number::value(metric)),
        None => super::number::value(metric),
    };
    let mut svg = open(&title, "bullet", 12);
    rectangle(&mut svg, "track", (0.0, 2.0), (WIDTH, 8.0));
    rectangle(&mut svg, "value", (0.0, 2.0), (at(value), 8.0));
    if let Some(limit) = limit {
        let tick = (at(limit) - 4.0).clamp(0.0, WIDTH - 8.0);
        rectangle(&mut svg, "tick", (tick, 0.0), (8.0, 12.0));
    }
    svg.push_str("</svg>");
    Some(svg)
}

/// One dot for each list that was asked: full where it was read to its end, a ring where not.
pub(super) fn dots(title: &str, whole: &[bool]) -> String {
    matrix(title, whole.iter().map(|whole| if *whole { "full" } else { "open" }))
}

/// Dots in rows, each drawn by its class.
fn matrix(title: &str, classes: impl ExactSizeIterator<Item = &'static str>) -> String {
    const ROW: usize = 28;
    let rows = classes.len().div_ceil(ROW);
    let mut svg = picture(title, "dots", (ROW * 16, rows * 16));
    for (at, class) in classes.enumerate() {
        let (x, y) = (at % ROW * 16 + 8, at / ROW * 16 + 8);
        let _ = write!(svg, "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"5\"/>");
        if class == "half" {
            let _ = write!(svg, "<path class=\"half\" d=\"M{x} {}a5 5 0 0 1 0 10z\"/>", y - 5);
        }
    }
    svg.push_str("</svg>");
    svg
}

fn share(part: u64, whole: u64) -> f64 {
    let thousandths = u128::from(part) * 1_000_000 / u128::from(whole.max(1));
    #[expect(clippy::cast_precision_loss, reason = "at most a million")]
    let share = thousandths as f64;
    share / 1_000_000.0 * WIDTH
}

/// Drawn to the width of its place: the page gives the size, the picture stretches.
fn open(title: &str, class: &str, height: u32) -> String {
    let mut svg = format!(
        "<svg class=\"chart {class}\" role=\"img\" viewBox=\"0 0 {WIDTH} {height}\" \
         preserveAspectRatio=\"none\"><title>"
    );
    let _ = Shown.write_escaped_str(&mut svg, title);
    svg.push_str("</title>");
    svg
}

/// Drawn in its own proportions, so that letters and dots keep theirs.
fn picture<T: std::fmt::Display>(title: &str, class: &str, (width, height): (T, T)) -> String {
    let mut svg = format!(
        "<svg class=\"chart {class}\" role=\"img\" viewBox=\"0 0 {width} {height}\"><title>"
    );
    let _ = Shown.write_escaped_str(&mut svg, title);
    svg.push_str("</title>");
    svg
}

/// `end` anchors the text at its end, `middle` in its middle; else it begins there.
fn label(svg: &mut String, class: &str, at: (f64, f64), text: &str) {
    let (x, y) = (rounded(at.0, 1), rounded(at.1, 1));
    let _ = write!(svg, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">");
    let _ = Shown.write_escaped_str(&mut *svg, text);
    svg.push_str("</text>");
}

fn rectangle(svg: &mut String, class: &str, corner: (f64, f64), size: (f64, f64)) {
    let _ = write!(
        svg,
        "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
        rounded(corner.0, 1),
        rounded(corner.1, 1),
        rounded(size.0, 1),
        rounded(size.1, 1)
    );
}

#[cfg(test)]
mod tests {
    use serde_json::Number;

    use super::*;

    #[test]
    fn parts_fill_the_bar() {
        let svg = stacked(
            "3 fail, 1 pass",
            &[
                Part { class: "fail", count: 3 },
                Part { class: "warn", count: 0 },
                Part { class: "pass", count: 1 },
            ],
        );
        assert!(svg.contains("<title>3 fail, 1 pass</title>"));
        assert!(
            svg.contains(r#"<rect class="fail" x="0" y="0" width="747" height="24"/>"#),
            "{svg}"
        );
        assert!(svg.contains(r#"<rect class="pass" x="750" y="0" width="250" height="24"/>"#));
        assert!(!svg.contains("warn"));
    }

    #[test]
    fn a_value_and_its_limit() {
        let limit = Number::from_f64(0.8).unwrap();
        let svg = bullet(&Metric::ratio("r", "", 1, 4).against(limit)).unwrap();
        assert!(svg.contains("<title>25.0 %, limit 80 %</title>"), "{svg}");
        assert!(svg.contains(r#"class="value" x="0" y="2" width="250""#));
        assert!(svg.contains(r#"class="tick" x="796""#));
        let late = bullet(&Metric::measured("d", "", Some(60.into()), "days").against(30)).unwrap();
        assert!(late.contains(r#"class="value" x="0" y="2" width="909.1""#), "{late}");
    }

    #[test]
    fn nothing_measured_is_no_bar() {
        assert_eq!(bullet(&Metric::ratio("r", "", 0, 0)), None);
        assert_eq!(bullet(&Metric::count("c", "", 7)), None);
        assert_eq!(bullet(&Metric::measured("d", "", Some(0.into()), "days").against(0)), None);
    }

    #[test]
    fn a_list_that_was_not_read_to_its_end_is_a_ring() {
        let svg = dots("1 of 2", &[true, false]);
        assert!(svg.contains(r#"<circle class="full" cx="8" cy="8" r="5"/>"#), "{svg}");
        assert!(svg.contains(r#"<circle class="open" cx="24" cy="8" r="5"/>"#));
    }

    #[test]
    fn a_title_cannot_leave_its_picture() {
        assert!(!stacked("</title><script>", &[]).contains("<script>"));
    }
}
