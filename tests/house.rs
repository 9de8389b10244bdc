//! Holds the rooms of the house apart: who may import whom, and how each file introduces itself.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each room of `src/` and the rooms that it may use, from the ground up.
const ROOMS: &[(&str, &[&str])] = &[
    ("address", &[]),
    ("control", &[]),
    ("catalogue", &[]),
    ("platform", &[]),
    ("bundle", &[]),
    ("qualys", &["catalogue"]),
    ("finding", &[]),
    ("framework", &["control"]),
    ("profile", &["finding"]),
    ("evidence", &["address", "bundle", "catalogue", "qualys"]),
    ("analyzers", &["address", "control", "finding", "framework", "profile"]),
    (
        "assess",
        &["analyzers", "catalogue", "control", "evidence", "finding", "framework", "profile"],
    ),
    ("compare", &["address", "analyzers", "assess", "control", "finding", "profile"]),
    ("report", &["analyzers", "assess", "compare", "control", "finding", "framework"]),
];

/// What each program may use of the library.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("collect", &["bundle", "catalogue", "control", "platform", "qualys"]),
    (
        "analyze",
        &[
            "analyzers",
            "assess",
            "bundle",
            "compare",
            "control",
            "evidence",
            "finding",
            "framework",
            "profile",
            "report",
        ],
    ),
    ("qualys-sim", &["catalogue"]),
];

/// Crates that only `bin/collect` and `bin/qualys-sim` may name.
const NETWORK: &[&str] = &["reqwest::", "tokio::", "axum::", "rustls::"];

const LONGEST_FILE: usize = 500;

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    sources(Path::new(folder), &mut files);
    files.sort();
    assert!(!files.is_empty(), "{folder} holds no Rust file");
    files
}

/// The folder or file below the top one: `src/qualys/xml.rs` and `src/qualys.rs` are in `qualys`.
fn room_of(path: &Path) -> String {
    let first = path.components().nth(1).unwrap().as_os_str().to_str().unwrap();
    first.strip_suffix(".rs").unwrap_or(first).to_owned()
}

/// The first names behind each `prefix`, inside braces too: `crate::{finding::X, profile}`.
fn used(text: &str, prefix: &str) -> Vec<String> {
    let name_of = |path: &str| -> String {
        path.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let mut names = Vec::new();
    for (at, _) in text.match_indices(prefix) {
        if text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_') {
            continue;
        }
        let rest = &text[at + prefix.len()..];
        match rest.strip_prefix('{') {
            Some(list) => names.extend(paths_of(list).iter().map(|path| name_of(path))),
            None => names.push(name_of(rest)),
        }
    }
    names.retain(|name| name.starts_with(char::is_lowercase));
    names
}

/// The paths of a braced import list, up to its closing brace: split at commas outside inner braces.
fn paths_of(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut paths) = (0, 0, Vec::new());
    for (at, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' => {
                paths.push(&list[start..at]);
                break;
            }
            ',' if depth == 0 => {
                paths.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    paths
}

#[test]
fn rooms_use_only_rooms_below_them() {
    let mut breaches = Vec::new();
    for path in rust_files("src") {
        let room = room_of(&path);
        if room == "lib" {
            continue;
        }
        let allowed = ROOMS
            .iter()
            .find(|(name, _)| *name == room)
            .unwrap_or_else(|| panic!("{room} is not in ROOMS"))
            .1;
        for other in used(&fs::read_to_string(&path).unwrap(), "crate::") {
            if other != room && !allowed.contains(&other.as_str()) {
                breaches.push(format!("{} uses {other}", path.display()));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn programs_use_only_their_rooms() {
    let mut breaches = Vec::new();
    for (program, allowed) in PROGRAMS {
        for path in rust_files(&format!("bin/{program}")) {
            for room in used(&fs::read_to_string(&path).unwrap(), "qualys_sec_inspector::") {
                if !allowed.contains(&room.as_str()) {
                    breaches.push(format!("{} uses {room}", path.display()));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn only_the_collector_and_the_simulator_name_a_network_crate() {
    let mut breaches = Vec::new();
    for path in rust_files("src").into_iter().chain(rust_files("bin/analyze")) {
        let text = fs::read_to_string(&path).unwrap();
        breaches.extend(
            NETWORK
                .iter()
                .filter(|name| text.contains(**name))
                .map(|name| format!("{} names {name}", path.display())),
        );
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn every_file_says_what_belongs_in_it() {
    let mut breaches = Vec::new();
    for folder in ["src", "bin", "tests", "benches"] {
        for path in rust_files(folder) {
            let text = fs::read_to_string(&path).unwrap();
            if !text.starts_with("//! ") {
                breaches.push(format!("{} does not begin with //!", path.display()));
            }
            let lines = text.lines().count();
            if lines > LONGEST_FILE {
                breaches.push(format!("{} has {lines} lines", path.display()));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn names_are_found_inside_braces() {
    let text = "use crate::{finding::{A, B}, profile}; use crate::assess::X; mycrate::no";
    assert_eq!(used(text, "crate::"), ["finding", "profile", "assess"]);
}
