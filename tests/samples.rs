//! Recorded answers that are not part of the repository: each gives all of its records.
//!
//! `QSI_SAMPLES` names a folder; every file below it is read as the folder it lies in says.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]
#![allow(clippy::print_stdout, reason = "the list of what was read is the point")]

use qualys_sec_inspector::catalogue::{Endpoint, Family, endpoint};
use qualys_sec_inspector::qualys::fault::{Answer, classify};
use qualys_sec_inspector::qualys::{records, redact};
use std::fs;
use std::path::{Path, PathBuf};

/// Part of a path, the endpoint whose family it is, the record where that is another.
const KINDS: [(&str, &str, Option<&str>); 14] = [
    ("fo_asset_host_vm_detection", "vm/detections", None),
    ("fo_asset_host", "vm/hosts", None),
    ("fo_knowledge_base_vuln", "vm/knowledge-base", None),
    ("fo_activity_log", "vm/activity-log", None),
    ("fo_session", "vm/scans", None),
    ("fo_scan", "vm/scans", None),
    ("am_hostasset", "am/host-assets", None),
    ("was_webapp", "am/tags", Some("WebApp")),
    ("was_wasscan", "am/tags", Some("WasScan")),
    ("was_finding", "am/tags", Some("Finding")),
    ("portal_version", "am/tags", Some("Portal-Version")),
    ("schedule_scan", "vm/scan-schedules", None),
    ("option_profile", "vm/scan-schedules", Some("OPTION_PROFILE")),
    ("compliance_control", "vm/scan-schedules", Some("CONTROL")),
];

fn kind(path: &str) -> Option<Endpoint> {
    let (_, id, record) = KINDS.iter().find(|(part, ..)| path.contains(part))?;
    let known = *endpoint(id).unwrap();
    Some(Endpoint { record: record.unwrap_or(known.record), ..known })
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() { files(&path, into) } else { into.push(path) }
    }
}

/// End tags of the record, in any letter case; for CSV the lines of the body block that begin with
/// a quoted date.
fn records_in(body: &[u8], endpoint: &Endpoint) -> u64 {
    let text = String::from_utf8_lossy(body).to_lowercase();
    let count = if endpoint.family == Family::FoCsv {
        text.lines().filter(|line| line.starts_with("\"20")).count()
    } else {
        text.matches(&format!("</{}>", endpoint.record.to_lowercase())).count()
    };
    count as u64
}

/// The number of records that a QPS answer says it holds.
fn stated_count(body: &[u8]) -> Option<u64> {
    let text = String::from_utf8_lossy(body);
    let (_, rest) = text.split_once("<count>")?;
    rest.split_once('<')?.0.parse().ok()
}

#[test]
fn every_sample_gives_all_its_records() {
    #[expect(clippy::disallowed_methods, reason = "the folder is no input of the product")]
    let Ok(folder) = std::env::var("QSI_SAMPLES") else {
        println!("skipped: QSI_SAMPLES names no folder");
        return;
    };
    let mut paths = Vec::new();
    files(Path::new(&folder), &mut paths);
    paths.sort();
    let mut lost = Vec::new();
    for path in paths {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let Some(endpoint) = kind(&name) else {
            println!("{name}: not of these families");
            continue;
        };
        let body = fs::read(&path).unwrap();
        let (answer, facts) = classify(200, &[], &body, &endpoint);
        let (rule, ends) = records::segments(&body, endpoint.family, endpoint.record);
        redact::apply(body.clone(), endpoint.family, endpoint.redact, &["not-in-there"]);
        let expected = records_in(&body, &endpoint);
        match (&answer, facts) {
            (Answer::Whole, Some(facts)) => {
                println!("{name}: {} records, {rule}, {} segments", facts.records, ends.len());
                if facts.records != expected {
                    lost.push(format!("{name}: {} of {expected} records", facts.records));
                }
            }
            (Answer::Fault(fault), _) => {
                println!("{name}: {fault}");
                // Some were shortened by hand and still say how many records there were.
                let said = stated_count(&body);
                if expected > 0 && said.is_none_or(|said| said <= expected) {
                    lost.push(format!("{name}: {expected} records behind a fault: {fault}"));
                }
            }
            (Answer::Whole, None) => lost.push(format!("{name}: whole without facts")),
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
}
