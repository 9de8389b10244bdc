//! Judging the controls over many detections: time and memory, without loading a bundle.
//!
//! `cargo bench --bench judge` judges 100,000 detections a control at a time. With
//! `QSI_BENCH_DETECTIONS=10000000` it judges each of the twenty once over a model of that size and
//! prints time and the peak of memory so far (Linux).
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark may panic and prints")]

use std::collections::BTreeSet;
use std::fs;
use std::time::Instant;

use divan::Bencher;
use qualys_sec_inspector::assess::{Assignment, Bundle, Report, assess};
use qualys_sec_inspector::catalogue::ENDPOINTS;
use qualys_sec_inspector::evidence::{Coverage, Model, Scope, State, View};
use qualys_sec_inspector::finding::Severity;
use qualys_sec_inspector::profile::{Inputs, Profile};

/// 2026-03-29T00:00:00Z
const AS_OF: i64 = 1_774_742_400;

/// Detections on a host.
const ON_HOST: u64 = 100;

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
        .with_inputs(|| filled(100_000))
        .bench_values(|model| judge(&model, &BTreeSet::from([control])));
}

fn once(detections: u64) {
    println!("{detections} detections");
    for control in 1..=20 {
        let model = filled(detections);
        let start = Instant::now();
        let report = judge(&model, &BTreeSet::from([control]));
        let (seconds, findings) = (start.elapsed().as_secs_f64(), report.findings.len());
        println!("control {control:>2}: {seconds:>6.1} s, {findings} findings, peak {} MB", peak());
    }
}

/// The high-water mark of this process, MB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// Hosts in a hundred groups, each with the same number of detections of 5,000 QIDs.
fn filled(detections: u64) -> Model {
    let model = Model::create(None).unwrap();
    let hosts = detections / ON_HOST;
    let fill = format!(
        "BEGIN;
         INSERT INTO response VALUES (2, 'vm/hosts', 1, '5.0', {AS_OF}, 'a', 1000000000, {hosts}),
             (3, 'vm/detections', 1, '5.0', {AS_OF}, 'b', 1000000000, {hosts}),
             (4, 'vm/knowledge-base', 1, '4.0', {AS_OF}, 'c', 1000000000, 5000);
         INSERT INTO parameter VALUES ('vm/detections', 'status', 'New,Active,Re-Opened,Fixed');
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {hosts})
         INSERT INTO host (row, id, ip, os_family, last_vm_scan, last_vm_auth, \"offset\", length)
             SELECT (2 << 24) + i, i, unhex(printf('0A%06X', i)), 'linux', {AS_OF} - i % 40 * 86400,
                 {AS_OF} - i % 40 * 86400, i * 100, 90 FROM n;
         INSERT INTO host_group SELECT row, 10 + id % 100 FROM host;
         INSERT INTO asset_group (row, id, title, \"offset\", length)
             SELECT (1 << 24) + id, id, 'group ' || id, id, 1 FROM (SELECT DISTINCT group_id AS id FROM host_group);
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
         INSERT INTO vuln (row, qid, title, vuln_type, severity, published, patch_published, patchable, \"offset\", length)
             SELECT (4 << 24) + i, i, 'QID ' || i, 'Vulnerability', 1 + i % 5, {AS_OF} - 40000000, {AS_OF} - i * 8640, 1, i, 1 FROM n;
         WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {detections})
         INSERT INTO detection (row, host_id, qid, type, severity, status, first_found, last_found, last_test,
                 times_found, qds, is_ignored, is_disabled, \"offset\", length)
             SELECT (3 << 24) + i, 1 + i / {ON_HOST}, 1 + i * 7 % 5000, 'Confirmed', 1 + (1 + i * 7 % 5000) % 5,
                 CASE i % 4 WHEN 0 THEN 'Fixed' ELSE 'Active' END, {AS_OF} - i % 200 * 86400,
                 {AS_OF} - 86400, {AS_OF} - 86400, 3, i % 100, 0, 0, i, 1 FROM n;
         COMMIT;"
    );
    model.connection().execute_batch(&fill).unwrap();
    model.index().unwrap();
    model
}

fn judge(model: &Model, controls: &BTreeSet<u8>) -> Report {
    let coverage: Vec<Coverage> = ENDPOINTS
        .iter()
        .map(|endpoint| Coverage {
            endpoint: endpoint.id.to_owned(),
            state: State::Present,
            pages: 1,
            records: 1,
            reason: None,
        })
        .collect();
    let text = str::to_owned;
    let assignment = Assignment {
        model: model.connection(),
        coverage: &coverage,
        scope: &Scope {
            login: text("bench"),
            role: None,
            view: View::Full,
            source: text("vm/users"),
        },
        bundle: Bundle {
            file: text("bench.qsi"),
            id: "0".repeat(32),
            root: text("sha256:00"),
            platform: text("us1"),
            subscription: text("bench"),
            collected_from: text("2026-03-29T00:00:00Z"),
            collected_to: text("2026-03-29T00:10:00Z"),
            verdict: "trusted".into(),
            completeness: text("complete"),
            signature: None,
            custody: Vec::new(),
            failures: Vec::new(),
        },
        answers: Vec::new(),
        collected: AS_OF,
        as_of: AS_OF,
        profile: &Profile::default(),
        inputs: &Inputs::default(),
        controls,
        severity: Severity::Low,
    };
    assess(assignment).unwrap()
}
