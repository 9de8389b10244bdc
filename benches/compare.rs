//! Comparing two snapshots of a large subscription: time against judging it, and memory.
//!
//! `cargo bench --bench compare` compares subscriptions of 1,000 hosts. With
//! `QSI_BENCH_DETECTIONS=2000000` it judges and compares two of that size, 30 days apart, once
//! (100 detections and five findings a host), and prints time and the peak of memory (Linux).
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark may panic and prints")]

mod estate;

use std::time::Instant;

use divan::Bencher;
use estate::{clock, filled, forget_peak, judge, peak};
use qualys_sec_inspector::assess::{Comparison, Report};
use qualys_sec_inspector::compare::{Snapshot, compare};
use qualys_sec_inspector::evidence::Model;
use qualys_sec_inspector::finding::{Finding, Resource, Severity, Status};

/// Days between the two.
const APART: u64 = 30;

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

#[divan::bench(sample_count = 10)]
fn compare_two(bencher: Bencher<'_, '_>) {
    let (old, new) = (Side::new(100_000, 0), Side::new(100_000, APART));
    bencher.bench_local(|| old.compared(&new));
}

fn once(detections: u64) {
    let start = Instant::now();
    let (old, new) = (Side::new(detections, 0), Side::new(detections, APART));
    let made = start.elapsed().as_secs_f64();
    forget_peak();
    let (before, start) = (peak(), Instant::now());
    let comparison = old.compared(&new);
    let seconds = start.elapsed().as_secs_f64();
    let judged = old.judged + new.judged;
    println!(
        "{detections} detections a side, made and judged in {made:.1} s, of that judged in {judged:.1} s\n\
         compared {} and {} findings in {seconds:.1} s, {:.3} of judging\n\
         {} changes of findings, {} of the deployment, peak {} MB, {before} MB before",
        old.report.findings.len(),
        new.report.findings.len(),
        seconds / judged,
        comparison.findings.len(),
        comparison.deployment.len(),
        peak(),
    );
}

/// One snapshot.
struct Side {
    model: Model,
    report: Report,
    /// Seconds.
    judged: f64,
}

impl Side {
    fn new(detections: u64, days: u64) -> Self {
        let model = filled(detections, days);
        let start = Instant::now();
        let mut report = judge(&model, &(1..=20).collect(), clock(days));
        let judged = start.elapsed().as_secs_f64();
        let sql = "SELECT id FROM host WHERE id % 7 <> ?1 ORDER BY id";
        let mut hosts = model.connection().prepare(sql).unwrap();
        for host in hosts.query_map([days % 7], |row| row.get(0)).unwrap() {
            report.findings.extend(findings(host.unwrap()));
        }
        drop(hosts);
        report.findings.sort_by(|a, b| a.key.cmp(&b.key));
        report.findings.dedup_by(|a, b| a.key == b.key);
        Self { model, report, judged }
    }

    fn snapshot(&self) -> Snapshot<'_> {
        Snapshot { report: &self.report, model: Some(self.model.connection()), inputs: None }
    }

    fn compared(&self, newer: &Self) -> Comparison {
        compare(self.snapshot(), newer.snapshot(), Severity::Info).unwrap()
    }
}

/// Five of one host: of itself, of its agent, of its address and of a QID.
fn findings(host: i64) -> impl Iterator<Item = Finding> {
    let [high, low] = [host >> 8 & 255, host & 255];
    let address = format!("10.{}.{high}.{low}", host >> 16);
    let resources = [
        ("C04-06", 4, Resource::new("host", host)),
        ("C11-06", 11, Resource::new("host", host)),
        ("C07-04", 7, Resource::new("agent", format!("agent-{host}"))),
        ("C14-01", 14, Resource::new("ip_range", format!("{address}-{address}@0"))),
        ("C10-03", 10, Resource::new("qid", host % 5000)),
    ];
    resources.into_iter().map(|(check, control, resource)| Finding {
        key: resource.key(check),
        fingerprint: String::new(),
        check: check.to_owned(),
        control,
        severity: Severity::Medium,
        status: Status::Open,
        resource,
        message: "something is wrong with it".to_owned(),
        remediation: String::new(),
        facts: serde_json::Map::new(),
        members: Vec::new(),
        evidence: Vec::new(),
    })
}
