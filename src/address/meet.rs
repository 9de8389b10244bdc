//! Which of many ranges meet which of many runs, in one sweep over both.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::Range;

/// For each run, the `most` lowest owners of ranges that hold any of its addresses.
///
/// Both may stand in any order and overlap. Takes n log n for all ranges and runs together, as long
/// as they do not lie in each other many times over.
pub fn owners(ranges: &[(Range, usize)], runs: &[Range], most: usize) -> Vec<Vec<usize>> {
    let mut coming: Vec<&(Range, usize)> = ranges.iter().collect();
    coming.sort_unstable();
    let mut coming = coming.into_iter().peekable();
    let mut order: Vec<(usize, &Range)> = runs.iter().enumerate().collect();
    order.sort_unstable_by_key(|(_, run)| **run);

    // Those that have begun and not ended where the sweep stands, by owner and by their ends.
    let mut open: BTreeSet<(usize, Range)> = BTreeSet::new();
    let mut ends = BinaryHeap::new();
    let mut found = Vec::with_capacity(runs.len());
    for (place, run) in order {
        let end = (run.space(), run.last);
        while let Some((range, owner)) =
            coming.next_if(|(range, _)| (range.space(), range.first) <= end)
        {
            open.insert((*owner, *range));
            ends.push(Reverse(((range.space(), range.last), *owner, *range)));
        }
        while let Some(Reverse((end, owner, range))) = ends.peek()
            && *end < (run.space(), run.first)
        {
            open.remove(&(*owner, *range));
            ends.pop();
        }
        let mut met: Vec<usize> = Vec::new();
        for (owner, range) in &open {
            if met.len() == most {
                break;
            }
            if met.last() != Some(owner) && range.overlap(run).is_some() {
                met.push(*owner);
            }
        }
        found.push((place, met));
    }
    found.sort_unstable_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, met)| met).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn range() -> impl Strategy<Value = Range> {
        (0..2_i64, any::<bool>(), 0..60_u8, 0..9_u8).prop_map(|(network, six, at, length)| {
            let text = if six {
                format!("2001:db8::{at:x}-2001:db8::{:x}", at + length)
            } else {
                format!("192.0.2.{at}-192.0.2.{}", at + length)
            };
            Range::parse(network, &text).unwrap()
        })
    }

    proptest! {
        #[test]
        fn the_sweep_finds_what_every_pair_says(
            ranges in proptest::collection::vec((range(), 0..6_usize), 0..20),
            runs in proptest::collection::vec(range(), 0..12),
            most in 0..5_usize,
        ) {
            let expected: Vec<Vec<usize>> = runs
                .iter()
                .map(|run| {
                    let met = ranges.iter().filter(|(range, _)| range.overlap(run).is_some());
                    let owners: BTreeSet<usize> = met.map(|(_, owner)| *owner).collect();
                    owners.into_iter().take(most).collect()
                })
                .collect();
            prop_assert_eq!(owners(&ranges, &runs, most), expected);
        }
    }
}
