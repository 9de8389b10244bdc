//! A share before and now on one track: a ring, a dot, and the way between them.

use std::fmt::Write as _;

use super::super::number::rounded;
use super::{picture, rectangle};

const WIDTH: f64 = 240.0;

/// `from` and `to` are shares, 0 to 1.
pub(in super::super) fn pair(title: &str, from: f64, to: f64) -> String {
    let at = |share: f64| 8.0 + share.clamp(0.0, 1.0) * (WIDTH - 16.0);
    let (before, now) = (at(from), at(to));
    let mut svg = picture(title, "two", (WIDTH, 16.0));
    rectangle(&mut svg, "track", (8.0, 7.0), (WIDTH - 16.0, 2.0));
    rectangle(&mut svg, "value", (before.min(now), 6.5), ((now - before).abs(), 3.0));
    for (class, x, radius) in [("before", before, "4.5"), ("now", now, "5.5")] {
        let x = rounded(x, 1);
        let _ = write!(svg, "<circle class=\"{class}\" cx=\"{x}\" cy=\"8\" r=\"{radius}\"/>");
    }
    svg + "</svg>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_lies_between_the_two() {
        let svg = pair("t", 0.75, 0.5);
        assert!(svg.contains(r#"class="value" x="120" y="6.5" width="56""#), "{svg}");
        assert!(svg.contains(r#"<circle class="before" cx="176""#), "{svg}");
        assert!(svg.contains(r#"<circle class="now" cx="120""#), "{svg}");
    }
}
