//! A series as a small line: broken where nothing was measured, the newest value as the largest dot.

use std::fmt::Write as _;

use super::super::number::rounded;
use super::picture;

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 28.0;
/// Room for a dot at the edge.
const EDGE: f64 = 4.0;

/// `heights` go from 0 at the foot to 1; `None` leaves a gap and a tick at the foot.
pub(in super::super) fn spark(title: &str, heights: &[Option<f64>]) -> String {
    let mut svg = picture(title, "spark", (WIDTH, HEIGHT));
    let (mut line, mut gaps, mut dots) = (String::new(), String::new(), String::new());
    let mut drawn = false;
    let last = heights.len().saturating_sub(1);
    for (at, height) in heights.iter().enumerate() {
        let x = rounded(EDGE + share(at, last) * (WIDTH - 2.0 * EDGE), 1);
        let Some(height) = height else {
            let _ = write!(gaps, "M{x} {HEIGHT}v-5");
            drawn = false;
            continue;
        };
        let y = (1.0 - height.clamp(0.0, 1.0)) * (HEIGHT - 2.0 * EDGE) + EDGE;
        let y = rounded(y, 1);
        let _ = write!(line, "{}{x} {y}", if drawn { "L" } else { "M" });
        let radius = if at == last { "3" } else { "1.6" };
        let _ = write!(dots, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>");
        drawn = true;
    }
    for (class, path) in [("gap", gaps), ("line", line)] {
        if !path.is_empty() {
            let _ = write!(svg, "<path class=\"{class}\" d=\"{path}\"/>");
        }
    }
    svg + &dots + "</svg>"
}

/// How far along the series; one value alone stands at its end.
fn share(at: usize, last: usize) -> f64 {
    let parts = (at * 10_000).checked_div(last).and_then(|parts| u16::try_from(parts).ok());
    parts.map_or(1.0, |parts| f64::from(parts) / 10_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_breaks_where_nothing_was_measured() {
        let svg = spark("t", &[Some(0.0), Some(1.0), None, Some(0.5)]);
        assert!(svg.contains(r#"<path class="line" d="M4 24L41.3 4M116 14"/>"#), "{svg}");
        assert!(svg.contains(r#"<path class="gap" d="M78.7 28v-5"/>"#), "{svg}");
        assert_eq!(svg.matches("<circle").count(), 3);
    }

    #[test]
    fn one_value_is_a_dot_and_none_is_nothing() {
        let svg = spark("t", &[Some(1.0)]);
        assert!(svg.contains(r#"<circle cx="116" cy="4" r="3"/>"#), "{svg}");
        assert!(!spark("t", &[]).contains("circle"));
    }
}
