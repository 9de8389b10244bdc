//! Fifty tenants of different seeds, kinds and sizes agree with their keys, sub-check by sub-check.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::judged::{judge, spec};
use crate::score::Scores;
use crate::tenant::Kind;
use crate::tenant::key;

const SEEDS: u64 = 50;

/// Checks of which every key speaks whole.
fn covered() -> BTreeSet<&'static str> {
    key::covered().map(|(check, _)| check).collect()
}

/// The kind that a seed stands for and its bulk beside the planted hosts: up to a hundred, in every
/// fifth seed two hundred.
fn of_seed(seed: u64) -> (Kind, u64) {
    use Kind::{Neglected, NoNetworks, OldVersions, OnlyTwo, Reader, Tidy};
    let kinds =
        [Neglected, Tidy, OldVersions, Neglected, OnlyTwo, NoNetworks, Neglected, Reader, Tidy];
    let hosts = if seed.is_multiple_of(5) { 200 } else { (seed * 37) % 101 };
    (kinds[usize::try_from(seed).unwrap() % kinds.len()], hosts)
}

/// Tenants that no seed makes another one of.
#[test]
fn every_sub_check_of_odd_tenants_is_as_the_key_says() {
    let mut scores = Scores::default();
    for kind in [Kind::Bare, Kind::Fresh, Kind::Reader] {
        let views = judge(&spec(kind, 1, None));
        for ((key, report), view) in views.iter().zip(["", " with its profile"]) {
            scores.add(&format!("{}{view}", kind.name()), key, report, &covered());
        }
    }
    scores.assert_exact();
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
                    scores.add(&name, key, report, &covered());
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
