//! Counts of two snapshots as slopes, each with its name and number at both ends.

use std::fmt::Write as _;

use super::super::number::{grouped, rounded};
use super::super::words::Sign;
use super::{label, picture};

const WIDTH: usize = 400;
const HEIGHT: usize = 200;
/// Where the two snapshots stand.
const BEFORE: f64 = 120.0;
const NOW: f64 = 280.0;
const TOP: f64 = 40.0;
const FOOT: f64 = 190.0;
/// Between two labels.
const LINE: f64 = 15.0;

/// One slope.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Side {
    pub sign: Sign,
    pub before: u64,
    pub now: u64,
}

/// `heads` stand above the two ends.
pub(in super::super) fn slope(title: &str, heads: [&str; 2], sides: &[Side]) -> String {
    let most = sides.iter().map(|side| side.before.max(side.now)).max().unwrap_or(0).max(1);
    let height = |count: u64| FOOT - share(count, most) * (FOOT - TOP);
    let mut svg = picture(title, "slope", (WIDTH, HEIGHT));
    label(&mut svg, "head end", (BEFORE, 14.0), heads[0]);
    label(&mut svg, "head", (NOW, 14.0), heads[1]);
    let ends: [Vec<f64>; 2] = [
        spread(&sides.iter().map(|side| height(side.before)).collect::<Vec<_>>()),
        spread(&sides.iter().map(|side| height(side.now)).collect::<Vec<_>>()),
    ];
    for ((side, before), now) in sides.iter().zip(&ends[0]).zip(&ends[1]) {
        let class = side.sign.class;
        let (from, to) = (height(side.before), height(side.now));
        let _ = write!(svg, "<g class=\"{class}\">");
        let (y1, y2) = (rounded(from, 1), rounded(to, 1));
        let _ = write!(svg, "<path class=\"line\" d=\"M{BEFORE} {y1}L{NOW} {y2}\"/>");
        for (x, y) in [(BEFORE, &y1), (NOW, &y2)] {
            let _ = write!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"3.5\"/>");
        }
        let (then, since) = (grouped(side.before), grouped(side.now));
        label(
            &mut svg,
            "end",
            (BEFORE - 10.0, before + 4.0),
            &format!("{} {then}", side.sign.word),
        );
        label(&mut svg, "", (NOW + 10.0, now + 4.0), &format!("{since} {}", side.sign.word));
        svg.push_str("</g>");
    }
    svg + "</svg>"
}

fn share(count: u64, most: u64) -> f64 {
    let thousandths = u128::from(count) * 1000 / u128::from(most);
    f64::from(u16::try_from(thousandths).unwrap_or(1000)) / 1000.0
}

/// Labels in their order from the top, none on another; what is pushed over the foot moves up again.
fn spread(heights: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..heights.len()).collect();
    order.sort_by(|a, b| heights.get(*a).partial_cmp(&heights.get(*b)).unwrap_or_else(|| a.cmp(b)));
    let mut placed = heights.to_vec();
    let mut limit = f64::NEG_INFINITY;
    for at in &order {
        if let Some(height) = placed.get_mut(*at) {
            *height = height.max(limit);
            limit = *height + LINE;
        }
    }
    let mut limit = FOOT;
    for at in order.iter().rev() {
        if let Some(height) = placed.get_mut(*at) {
            *height = height.min(limit);
            limit = *height - LINE;
        }
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_do_not_stand_on_each_other() {
        assert_eq!(spread(&[50.0, 52.0, 100.0]), [50.0, 65.0, 100.0]);
        assert_eq!(spread(&[190.0, 189.0, 190.0]), [175.0, 160.0, 190.0]);
        assert_eq!(spread(&[]), [0.0; 0]);
    }

    #[test]
    fn ends_lie_at_their_counts() {
        let sign = Sign { word: "high", class: "high" };
        let svg = slope("t", ["then", "now"], &[Side { sign, before: 0, now: 1200 }]);
        assert!(svg.contains(r#"d="M120 190L280 40""#), "{svg}");
        assert!(svg.contains(">high 0</text>") && svg.contains(">1,200 high</text>"), "{svg}");
    }
}
