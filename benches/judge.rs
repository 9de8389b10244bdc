//! Judging the controls over many detections: time and memory, without loading a bundle.
//!
//! `cargo bench --bench judge` judges 100,000 detections a control at a time. With
//! `QSI_BENCH_DETECTIONS=10000000` it judges a subscription of that size once, each of the twenty
//! controls and then all together, and prints time and the peak of memory (Linux). Behind `--`
//! stand the controls to judge alone; 0 is all together.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark may panic and prints")]

mod estate;

use std::collections::BTreeSet;
use std::time::Instant;

use divan::Bencher;
use estate::{AS_OF, filled, forget_peak, judge, peak};

fn main() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the size of a benchmark is no input of the product"
    )]
    let size = std::env::var("QSI_BENCH_DETECTIONS");
    match size {
        Ok(size) => once(size.parse().unwrap()),
        Err(_) => divan::main(),
    }
}

#[divan::bench(args = [2, 7, 10, 11, 17], sample_count = 5)]
fn judge_a_control(bencher: Bencher<'_, '_>, control: u8) {
    bencher
        .with_inputs(|| filled(100_000, 0))
        .bench_values(|model| judge(&model, &BTreeSet::from([control]), AS_OF));
}

fn once(detections: u64) {
    println!("{detections} detections");
    let named: Vec<u8> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let asked = if named.is_empty() { (1..=20).chain([0]).collect() } else { named };
    for control in asked {
        let model = filled(detections, 0);
        let controls = if control == 0 { (1..=20).collect() } else { BTreeSet::from([control]) };
        forget_peak();
        let (before, start) = (peak(), Instant::now());
        let report = judge(&model, &controls, AS_OF);
        let seconds = start.elapsed().as_secs_f64();
        let findings = report.findings.len();
        let members: usize = report.findings.iter().map(|finding| finding.members.len()).sum();
        println!(
            "control {control:>2}: {seconds:>6.1} s, {findings} findings with {members} members, \
             peak {} MB, {before} MB before",
            peak()
        );
    }
}
