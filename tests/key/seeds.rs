//! Fifty tenants of different seeds, kinds and sizes agree with their keys, sub-check by sub-check.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::judged::{judge, spec};
use crate::score::Scores;
use crate::tenant::Kind;
use crate::tenant::key::{CHECKS, KEYED};

const SEEDS: u64 = 50;

/// Checks of which the key of this kind of tenant speaks whole.
fn covered(kind: Kind) -> BTreeSet<&'static str> {
    let first = CHECKS.iter().map(|(check, _)| *check);
    // Of a reader's view the key tells the first controls alone.
    let others = KEYED.iter().filter(|_| kind != Kind::Reader).map(|(check, _)| *check);
    first.chain(others).collect()
}

/// The kind that a seed stands for and its bulk, up to two hundred hosts beside the planted ones.
fn of_seed(seed: u64) -> (Kind, u64) {
    use Kind::{Neglected, NoNetworks, OldVersions, OnlyTwo, Reader, Tidy};
    let kinds =
        [Neglected, Tidy, OldVersions, Neglected, OnlyTwo, NoNetworks, Neglected, Reader, Tidy];
    (kinds[usize::try_from(seed).unwrap() % kinds.len()], (seed * 37) % 201)
}

#[test]
fn every_sub_check_of_fifty_seeds_is_as_the_key_says() {
    let next = AtomicU64::new(0);
    let scores = thread::scope(|scope| {
        let work = || {
            let mut scores = Scores::default();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= SEEDS {
                    return scores;
                }
                let (kind, hosts) = of_seed(seed);
                let views = judge(&spec(kind, seed, Some(hosts)));
                for ((key, report), view) in views.iter().zip(["", " with its profile"]) {
                    let name = format!("{} seed {seed} hosts {hosts}{view}", kind.name());
                    scores.add(&name, key, report, &covered(kind));
                }
            }
        };
        let threads = thread::available_parallelism().map_or(2, Into::into);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().fold(Scores::default(), |mut all, worker| {
            all.merge(worker.join().unwrap());
            all
        })
    });
    assert!(scores.with_findings() > 60, "{}", scores.with_findings());
    scores.assert_exact();
}
