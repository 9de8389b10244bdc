//! Asset groups as dots, by how far recurring scans reach them: what control 1 counted.

use super::super::number::{grouped, plural, share};
use super::super::words::Sign;
use super::matrix;
use crate::finding::Metric;

/// Dots that are drawn at most; beyond, each stands for several groups.
const MOST: u64 = 560;

pub(in super::super) struct Groups {
    /// SVG.
    pub svg: String,
    /// How many groups one dot stands for, where it is more than one.
    pub each: Option<String>,
    pub rows: Vec<Row>,
}

pub(in super::super) struct Row {
    pub sign: Sign,
    pub count: String,
    pub share: String,
}

/// `None` where control 1 counted no group.
pub(in super::super) fn groups(metrics: &[Metric]) -> Option<Groups> {
    let metric = |id: &str| metrics.iter().find(|metric| metric.id == id);
    let count = |id: &str| metric(id)?.value.as_ref()?.as_u64();
    let covered = metric("groups_covered")?;
    let (covered, all) = (covered.numerator?, covered.denominator.filter(|all| *all > 0)?);
    let (part, nothing) = (count("groups_partial")?, count("groups_uncovered")?);
    let parts = [
        (
            Sign { word: "reached by a scan or covered by agents", class: "full" },
            covered.checked_sub(part)?,
        ),
        (Sign { word: "reached in part", class: "half" }, part),
        (Sign { word: "reached by nothing", class: "none" }, nothing),
        (Sign { word: "not known", class: "open" }, count("groups_unknown")?),
    ];
    let each = all.div_ceil(MOST);
    let dots: Vec<&'static str> = parts
        .iter()
        .flat_map(|(sign, count)| (0..count.div_ceil(each)).map(|_| sign.class))
        .take(usize::try_from(MOST + 4).unwrap_or(usize::MAX))
        .collect();
    let said: Vec<String> =
        parts.iter().map(|(sign, count)| format!("{} {}", grouped(*count), sign.word)).collect();
    let title = format!("Of {}: {}", plural(all, "asset group", "asset groups"), said.join(", "));
    Some(Groups {
        svg: matrix(&title, dots.into_iter()),
        each: (each > 1).then(|| grouped(each)),
        rows: parts
            .into_iter()
            .map(|(sign, count)| Row {
                sign,
                count: grouped(count),
                share: share(count, all).unwrap_or_default(),
            })
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(covered: u64, all: u64, part: u64, nothing: u64) -> Vec<Metric> {
        vec![
            Metric::ratio("groups_covered", "", covered, all),
            Metric::count("groups_partial", "", part),
            Metric::count("groups_uncovered", "", nothing),
            Metric::count("groups_unknown", "", all - covered - nothing),
        ]
    }

    #[test]
    fn every_group_is_one_dot() {
        let drawn = groups(&counted(5, 8, 2, 2)).unwrap();
        let dots = |class: &str| drawn.svg.matches(&format!("<circle class=\"{class}\"")).count();
        assert_eq!(["full", "half", "none", "open"].map(dots), [3, 2, 2, 1]);
        assert_eq!(drawn.each, None);
        assert!(groups(&counted(0, 0, 0, 0)).is_none());
        assert!(groups(&[]).is_none());
    }

    #[test]
    fn of_many_groups_a_dot_stands_for_several() {
        let drawn = groups(&counted(9_000, 10_000, 1, 999)).unwrap();
        assert_eq!(drawn.each.as_deref(), Some("18"));
        // A single group in part and a single unknown one are still seen.
        let dots = |class: &str| drawn.svg.matches(&format!("<circle class=\"{class}\"")).count();
        assert_eq!(["full", "half", "none", "open"].map(dots), [500, 1, 56, 1]);
    }

    #[test]
    fn counts_that_cannot_be_are_not_drawn() {
        let hostile = counted(u64::MAX, u64::MAX, 0, 0);
        assert!(groups(&hostile).unwrap().svg.len() < 60_000);
        assert!(groups(&counted(1, 2, 2, 0)).is_none(), "more in part than reached");
    }
}
