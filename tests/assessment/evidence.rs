//! `analyze evidence`: the bytes that a report points at, on the screen and in files.

use std::fs;
use std::path::Path;

use qualys_sec_inspector::bundle::hash::hex;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::made_up_bundle::{ANSWERS, Made, make, make_of};
use super::program::{Ended, analyze};
use super::run::{report, run};

fn evidence(made: &Made, arguments: &[&str]) -> Ended {
    let bundle = ["evidence", "made.qsi", "--allowed-signers", "signers"];
    analyze(made.home.path(), &[&bundle, arguments].concat())
}

/// The pointers of every finding.
fn pointers(report: &Value) -> impl Iterator<Item = &Value> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings.flat_map(|finding| finding["evidence"].as_array().unwrap())
}

#[test]
fn every_id_of_a_report_shows_the_bytes_that_its_finding_names() {
    let made = make(&[], true);
    assert_eq!(run(&made, &["--severity", "info"]).code, 0);
    let report = report(&made);
    let mut kinds = [0, 0, 0];
    for pointer in pointers(&report) {
        let id = pointer["id"].as_str().unwrap();
        let kind = if id.contains("#@") { 2 } else { usize::from(id.contains('#')) };
        kinds[kind] += 1;
        let (_, text) =
            ANSWERS.iter().find(|(endpoint, _)| pointer["endpoint"] == *endpoint).unwrap();
        let number = |name: &str| usize::try_from(pointer[name].as_u64().unwrap()).unwrap();
        let bytes = &text[number("offset")..][..number("length")];
        let raw = evidence(&made, &["show", id, "--raw"]);
        assert_eq!((raw.code, raw.stderr.as_str()), (0, ""), "{id}");
        assert_eq!(raw.stdout, bytes, "{id}");

        let told = evidence(&made, &["show", id]);
        assert_eq!(told.code, 0, "{id}: {}", told.stderr);
        let (facts, shown) = told.stdout.split_once("\n\n").unwrap();
        assert_eq!(shown, format!("{bytes}\n"), "{id}");
        for fact in [
            pointer["endpoint"].as_str().unwrap(),
            pointer["sha256"].as_str().unwrap(),
            &hex(&Sha256::digest(bytes.as_bytes())),
            ", trusted, complete, signed by operator@example.com",
        ] {
            assert!(facts.contains(fact), "{id}: {fact} is not in {facts}");
        }
    }
    assert!(kinds.iter().all(|count| *count > 0), "whole, record, offset: {kinds:?}");
}

#[test]
fn the_list_is_the_evidence_index() {
    let made = make(&["vm/users"], true);
    assert_eq!(run(&made, &[]).code, 0);
    let report = report(&made);
    let line = |entry: &Value| {
        let names = ["id", "endpoint", "page", "state", "records", "bytes", "sha256"];
        names.map(|name| entry[name].to_string().trim_matches('"').to_owned()).join("\t") + "\n"
    };
    let index: String = report["evidence"].as_array().unwrap().iter().map(line).collect();
    assert!(index.contains("\tdenied\t"));
    for arguments in [&["list"][..], &[]] {
        let ended = evidence(&made, arguments);
        assert_eq!((ended.code, ended.stdout.as_str()), (0, index.as_str()), "{}", ended.stderr);
    }
}

/// The files of `raw`, by name.
fn raw_files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(dir.join("raw")).unwrap().map(Result::unwrap);
    let file = |entry: fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
    };
    let mut files: Vec<_> = entries.map(file).collect();
    files.sort();
    files
}

#[test]
fn exported_files_lie_where_sarif_points_and_hash_as_it_says() {
    let made = make(&["vm/users"], true);
    let home = made.home.path();
    assert_eq!(run(&made, &["--output", "sarif"]).code, 0);
    let sarif = fs::read(home.join("results/report.sarif")).unwrap();
    let sarif: Value = serde_json::from_slice(&sarif).unwrap();
    let ended = evidence(&made, &["export", "--all", "out"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, ""), "{}", ended.stderr);
    let artifacts = sarif["runs"][0]["artifacts"].as_array().unwrap();
    assert_eq!(artifacts.len(), ANSWERS.len());
    assert_eq!(raw_files(&home.join("out")).len(), ANSWERS.len());
    for artifact in artifacts {
        let uri = artifact["location"]["uri"].as_str().unwrap();
        let bytes = fs::read(home.join("out").join(uri)).unwrap();
        assert_eq!(artifact["hashes"]["sha-256"], hex(&Sha256::digest(&bytes)), "{uri}");
    }
}

#[test]
fn one_answer_and_one_record_are_exported_side_by_side() {
    let made = make(&[], true);
    let home = made.home.path();
    let (_, groups) = ANSWERS[0];
    let at = groups.find("<ASSET_GROUP>").unwrap();
    for id in ["ev:2", "ev:2#101", "ev:4#@0"] {
        let ended = evidence(&made, &["export", id, "out"]);
        let expected = if id == "ev:4#@0" { 2 } else { 0 };
        assert_eq!(ended.code, expected, "{id}: {}", ended.stderr);
    }
    let record = evidence(&made, &["show", "ev:2#101", "--raw"]).stdout;
    assert!(record.ends_with("</ASSET_GROUP>"));
    let expected = [
        ("000002.xml".to_owned(), groups.into()),
        (format!("000002@{at}.xml"), record.into_bytes()),
    ];
    assert_eq!(raw_files(&home.join("out")), expected);
}

#[test]
fn nothing_is_overwritten_and_no_link_is_followed() {
    let made = make(&[], true);
    let home = made.home.path();
    fs::create_dir_all(home.join("full/raw")).unwrap();
    fs::write(home.join("full/raw/000003.xml"), "mine").unwrap();
    let ended = evidence(&made, &["export", "--all", "full"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("000003.xml exists"), "{}", ended.stderr);
    assert!(ended.stderr.contains("help: "), "{}", ended.stderr);
    assert_eq!(fs::read(home.join("full/raw/000003.xml")).unwrap(), b"mine");
    fs::write(home.join("file"), "").unwrap();
    assert_eq!(evidence(&made, &["export", "ev:2", "file"]).code, 2);
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        fs::create_dir_all(home.join("elsewhere")).unwrap();
        fs::create_dir_all(home.join("linked")).unwrap();
        fs::create_dir_all(home.join("planted/raw")).unwrap();
        symlink(home.join("elsewhere"), home.join("linked/raw")).unwrap();
        symlink(home.join("linked"), home.join("link")).unwrap();
        symlink(home.join("elsewhere/new"), home.join("planted/raw/000002.xml")).unwrap();
        for (dir, code) in [("linked", 2), ("link", 2), ("planted", 1)] {
            let ended = evidence(&made, &["export", "ev:2", dir]);
            assert_eq!(ended.code, code, "{dir}: {}", ended.stderr);
        }
        assert_eq!(fs::read_dir(home.join("elsewhere")).unwrap().count(), 0);
    }
}

#[test]
fn an_id_that_names_nothing_says_what_would() {
    let made = make(&["vm/users"], true);
    for (id, sentence, help) in [
        ("ev:99", "has no answer ev:99", "list names every answer"),
        ("ev:1", "has no answer ev:1", "list names every answer"),
        ("ev:2#999", "no record with the id 999", "show ev:2 prints all"),
        ("ev:2#@1", "nothing that begins at byte 1", "show ev:2 prints all"),
        // An answer that was refused holds no records.
        ("ev:11#9", "no record with the id 9", "show ev:11 prints all"),
        ("17", "written ev:17", "--help"),
    ] {
        let ended = evidence(&made, &["show", id]);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{id}: {}", ended.stderr);
        assert!(ended.stderr.contains(sentence), "{id}: {}", ended.stderr);
        assert!(ended.stderr.contains(help), "{id}: {}", ended.stderr);
    }
    for arguments in [&["export", "out"][..], &["export", "--all", "ev:2", "out"], &["show"]] {
        assert_eq!(evidence(&made, arguments).code, 2, "{arguments:?}");
    }
}

/// Two records of one answer have the id 7, and one of them tries to speak to the terminal.
const TWICE: &str = "<ASSET_GROUP_LIST_OUTPUT><RESPONSE><ASSET_GROUP_LIST>\
    <ASSET_GROUP><ID>7</ID><TITLE>a\u{9b}2J\u{202e}b\tc\r\nd</TITLE></ASSET_GROUP>\
    <ASSET_GROUP><ID>7</ID><TITLE>e</TITLE></ASSET_GROUP>\
    </ASSET_GROUP_LIST></RESPONSE></ASSET_GROUP_LIST_OUTPUT>";

#[test]
fn an_id_that_stands_twice_is_told_by_its_places() {
    let made = make_of(&[("vm/asset-groups", TWICE)], &[], true);
    let starts: Vec<_> = TWICE.match_indices("<ASSET_GROUP>").map(|(at, _)| at).collect();
    let ids = starts.iter().map(|at| format!("ev:2#@{at}")).collect::<Vec<_>>();
    let ended = evidence(&made, &["show", "ev:2#7"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{}", ended.stderr);
    assert!(ended.stderr.contains("stands 2 times"), "{}", ended.stderr);
    assert!(ended.stderr.contains(&ids.join(", ")), "{}", ended.stderr);
    let second = evidence(&made, &["show", &ids[1], "--raw"]);
    assert_eq!(second.stdout, "<ASSET_GROUP><ID>7</ID><TITLE>e</TITLE></ASSET_GROUP>");
    let first = evidence(&made, &["show", &ids[0], "--raw"]);
    assert_eq!(first.stdout, &TWICE[starts[0]..starts[1]]);
    let harmless = evidence(&made, &["show", &ids[0]]).stdout;
    assert!(harmless.ends_with("<TITLE>a2Jb\tc\nd</TITLE></ASSET_GROUP>\n"), "{harmless}");
}

#[test]
fn it_demands_of_a_bundle_what_run_demands() {
    let signed = make(&[], true);
    let unsigned = make(&[], false);
    for (made, flags, code) in [
        (&signed, &["--allowed-signers", "signers"][..], 0),
        (&signed, &[], 0),
        (&signed, &["--require-trusted"], 4),
        (&signed, &["--challenge", "nonce"], 4),
        (&signed, &["--allowed-signers", "missing"], 2),
        (&unsigned, &[], 4),
        (&unsigned, &["--allow-unsigned"], 0),
    ] {
        for command in [&["list"][..], &["show", "ev:2", "--raw"], &["export", "ev:2", "out"]] {
            let _gone = fs::remove_dir_all(made.home.path().join("out"));
            let arguments = [&["evidence", "made.qsi"], flags, command].concat();
            let ended = analyze(made.home.path(), &arguments);
            let _gone = fs::remove_dir_all(made.home.path().join("out"));
            let behind = [&["evidence", "made.qsi"], command, flags].concat();
            let same = analyze(made.home.path(), &behind);
            assert_eq!((same.code, &same.stdout), (code, &ended.stdout), "{behind:?}");
            assert_eq!(ended.code, code, "{arguments:?}: {}", ended.stderr);
            assert_eq!(ended.stdout.is_empty(), code != 0 || command[0] == "export");
            let trusted = flags == ["--allowed-signers", "signers"];
            assert_eq!(ended.stderr.is_empty(), trusted, "{arguments:?}: {}", ended.stderr);
        }
    }
}
