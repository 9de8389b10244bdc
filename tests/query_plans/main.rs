//! What the controls' statements cost: no big table is read twice, again and again, or indexed on the fly.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use program::Scan;
use qualys_sec_inspector::analyzers::prepare;
use qualys_sec_inspector::evidence::Model;
use qualys_sec_inspector::profile::Inputs;
use rusqlite::Connection;

/// Tables of the model and of the inputs that grow with the estate, with its detections or with
/// time; the largest subscriptions have 100,000 hosts and 10,000,000 detections. To these come the
/// tables that a control makes for itself: it makes them because there is much to sort.
const BIG: &[&str] = &[
    // One row a host, or several: its groups, tags, agent, cloud instance.
    "host",
    "host_group",
    "host_tag",
    "group_host",
    "detection_host",
    "auth_detection",
    "host_asset",
    "host_asset_tag",
    "gav_asset",
    "gav_asset_tag",
    "asset",
    // Rows a host and vulnerability, or a host and compliance control.
    "detection",
    "posture",
    // The vendor's knowledge base, and what the world knows of it.
    "vuln",
    "vuln_cve",
    "vuln_threat",
    "kev",
    // One row a finding or a scan of a web application, an evaluated resource of a cloud account.
    "was_finding",
    "was_scan",
    "was_scan_app",
    "cloud_evaluation",
    // One row an event, and an account's right.
    "activity",
    "user_permission",
];

/// What several controls make for themselves.
const SHARED: &[&str] = &[include_str!("../../sql/open.sql"), include_str!("../../sql/tags.sql")];

/// Tables that a control makes for itself and that stay small: one row a policy, a schedule, an
/// entry of the profile's map of record types.
const SMALL: &[&str] = &["policy_state", "login_schedule", "login_type"];

/// File and table of passes that the rule would forbid, with what allows them. Each is needed: one
/// that no statement makes any more fails the test.
const ALLOWED: &[(&str, &str, &str)] = &[
    (
        "04_asset_groups/identities.sql",
        "host",
        "one pass for each kind of name, each of them linear",
    ),
    ("04_asset_groups/identities.sql", "host_asset", "as the host list's names"),
    ("04_asset_groups/known_assets.sql", "asset", "one pass for each kind of name"),
    ("04_asset_groups/grouped_hosts.sql", "group_host", "each side of an OR has its own list"),
    ("04_asset_groups/grouped_hosts.sql", "host_group", "each side of an OR has its own list"),
    ("09_policy_assignment/prepare.sql", "compliance_host", "all hosts are under a policy for all"),
    ("09_policy_assignment/policies.sql", "under_policy", "hosts of a policy, then their families"),
];

/// One row, whatever the subscription: reading it again and again costs nothing.
const ONE_ROW: &str = "setting";

/// The statements of a file, without its comments.
fn statements(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("--"));
    let text = lines.collect::<Vec<_>>().join("\n");
    text.split(';').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

fn prepares(statement: &str) -> bool {
    !["SELECT", "WITH"].iter().any(|word| statement.starts_with(word))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Every statement of a control with its scans. Those that prepare something come first, as the
/// judge has them: `prepare.sql`, then indexes as soon as there is what they index.
fn plans(folder: &Path) -> Vec<(String, Vec<Scan>)> {
    let model = Model::empty().unwrap();
    let connection = model.connection();
    prepare(connection, &Inputs::default()).unwrap();
    for shared in SHARED {
        connection.execute_batch(shared).unwrap();
    }
    let (mut waiting, reading): (Vec<_>, Vec<_>) = files(folder)
        .into_iter()
        .map(|file| (statements(&file), file))
        .partition(|(statements, _)| statements.iter().any(|one| prepares(one)));
    waiting.sort_by_key(|(statements, file)| {
        let indexes = statements.iter().all(|one| one.contains("INDEX"));
        (!file.ends_with("prepare.sql"), !indexes)
    });
    let mut plans = Vec::new();
    while !waiting.is_empty() {
        let next = waiting.iter().position(|(statements, file)| {
            file.ends_with("prepare.sql") || connection.prepare(&statements[0]).is_ok()
        });
        let next = next.unwrap_or_else(|| panic!("these do not run: {waiting:?}"));
        let (statements, file) = waiting.remove(next);
        for statement in statements {
            plans.push((place(&file, &statement), program::scans(connection, &statement)));
            run(connection, &statement);
        }
    }
    for (statements, file) in reading {
        for statement in statements {
            plans.push((place(&file, &statement), program::scans(connection, &statement)));
        }
    }
    plans
}

/// Parameters without a value are NULL.
fn run(connection: &Connection, statement: &str) {
    connection.prepare(statement).unwrap().raw_execute().unwrap();
}

fn place(file: &Path, statement: &str) -> String {
    format!("{}, {}", file.display(), statement.lines().next().unwrap_or_default())
}

/// What is wrong with a statement's plan, by table.
fn faults(scans: &[Scan]) -> Vec<(&str, String)> {
    let is_big = |scan: &&Scan| {
        let table = scan.table.as_str();
        scan.temporary && !SMALL.contains(&table) || BIG.contains(&table)
    };
    let mut faults = Vec::new();
    let mut passes: BTreeMap<&str, u32> = BTreeMap::new();
    for scan in scans.iter().filter(is_big) {
        let table = scan.table.as_str();
        *passes.entry(table).or_default() += 1;
        if scan.indexes {
            faults.push((table, "is indexed on the fly".to_owned()));
        } else if let Some(outer) = scan.within.iter().find(|outer| *outer != ONE_ROW) {
            faults.push((table, format!("is read whole again and again, within {outer}")));
        }
    }
    let twice = passes.into_iter().filter(|(_, passes)| *passes > 1);
    faults.extend(twice.map(|(table, passes)| (table, format!("is read whole {passes} times"))));
    faults
}

#[test]
fn no_statement_reads_a_big_table_more_than_once() {
    let mut folders = files(Path::new("sql/controls"));
    assert!(folders.len() > 10);
    // What several controls read.
    folders.push(PathBuf::from("sql/scanning"));
    let mut refused = Vec::new();
    let mut used = BTreeSet::new();
    for folder in folders {
        for (place, scans) in plans(&folder) {
            for (table, fault) in faults(&scans) {
                let allowed = ALLOWED.iter().find(|(file, of, _)| {
                    place.starts_with(&format!("sql/controls/{file}")) && *of == table
                });
                if allowed.is_none() {
                    refused.push(format!("{place}: {table} {fault}"));
                }
                used.extend(allowed);
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert_eq!(used, ALLOWED.iter().collect());
}

#[test]
fn big_tables_are_tables() {
    let model = Model::empty().unwrap();
    prepare(model.connection(), &Inputs::default()).unwrap();
    for table in BIG {
        run(model.connection(), &format!("SELECT * FROM {table}"));
    }
}
