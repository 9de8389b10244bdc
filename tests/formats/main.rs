//! Every format of a report whose audited side wrote what it could to break out of it. The half of
//! the validators that others made is `tests/formats/run`, which reads what these tests leave.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[path = "../html/synthetic.rs"]
mod synthetic;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use qualys_sec_inspector::assess::{Change, FindingChange, Report};
use qualys_sec_inspector::finding::Status;
use qualys_sec_inspector::report::{
    Dialect, Diff, DiffFormat, Format, Options, SarifProfile, read,
};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

/// What ends a string, a cell, a line or a section elsewhere, and a name of 10 kB.
fn hostile(number: u64) -> String {
    let texts = [
        "]]></failure></testcase><testcase name='passed'/>",
        "| a | b |\n|---|---|\n# Verdict: pass",
        "](https://x.example) @all www.x.example `code` \\",
        "{\"class_uid\":1}\n{\"class_uid\":2}",
        "\u{fffe}\u{ffff}\u{0}\u{b}\u{1b}[2J",
    ];
    let at = usize::try_from(number).unwrap();
    match number % 7 {
        0 => format!("{number}{}", "x|`<".repeat(2_500)),
        1..=5 => format!("{}{number}", texts[at % texts.len()]),
        _ => synthetic::hostile(number),
    }
}

fn every_file(report: &Report) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for sarif in SarifProfile::ALL {
        let options = Options { sarif, csv: Dialect::default() };
        for file in Format::ALL.iter().flat_map(|one| one.render(report, options).unwrap()) {
            let name = format!("{}/{}", sarif.word(), file.name);
            files.insert(name, String::from_utf8(file.bytes).unwrap());
        }
    }
    if let Some(diff) = Diff::new(report, report) {
        for format in DiffFormat::ALL {
            let bytes = diff.render(format, Options::default()).unwrap();
            files.insert(format!("diff/{}", format.file()), String::from_utf8(bytes).unwrap());
        }
    }
    files
}

/// Reports with and without a comparison; the first time, they are left for the validators.
fn reports() -> [Report; 2] {
    let reports = [synthetic::report(400, hostile), synthetic::compared(400, hostile)];
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("formats");
    for (name, report) in ["alone", "compared"].iter().zip(&reports) {
        let files = Format::Json.render(report, Options::default()).unwrap();
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.json")), &files[0].bytes).unwrap();
    }
    reports
}

#[test]
fn every_format_is_read_as_what_it_is() {
    for report in reports() {
        let findings = report.findings.len();
        for (name, text) in every_file(&report) {
            let (stem, extension) = name.rsplit_once('.').unwrap();
            match extension {
                "json" | "sarif" => drop(serde_json::from_str::<Value>(&text).expect(stem)),
                "ndjson" => {
                    let events = text.lines().map(|line| serde_json::from_str(line).expect(stem));
                    let failed =
                        events.filter(|event: &Value| event["compliance"]["status_id"] == 3);
                    assert_eq!(failed.count(), findings);
                }
                // A comparison has no case for each of the three checks of waivers.
                "xml" => assert_eq!(xml(&text), if name.starts_with("diff/") { 200 } else { 203 }),
                "csv" => csv(&text),
                "md" => markdown(&text, usize::from(!name.starts_with("diff/"))),
                // The page has a test of its own.
                "html" => {}
                other => panic!("{other} is held by nothing"),
            }
        }
    }
}

/// Nothing that XML forbids, and one case for each check, whatever a text says.
fn xml(text: &str) -> u32 {
    assert!(text.chars().all(|one| one == '\n' || !one.is_control()));
    assert!(!text.contains(['\u{fffe}', '\u{ffff}']) && !text.contains("]]>"));
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut cases = 0;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(one) | Event::Empty(one) if one.name().as_ref() == "testcase" => {
                cases += 1;
            }
            Event::Eof => break,
            _ => {}
        }
    }
    cases
}

fn csv(text: &str) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut rows = 0;
    for row in reader.records() {
        let row = row.unwrap();
        let formula = |cell: &str| {
            cell.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0'])
        };
        assert!(!row.iter().any(formula), "{row:?}");
        rows += 1;
    }
    assert!(rows > 0);
}

/// No hidden sign, and in each table as many borders in every row.
fn markdown(text: &str, headings: usize) {
    assert!(text.chars().all(|one| one == '\n' || !one.is_control()));
    assert!(!text.contains(['\u{202e}', '\u{2066}', '\u{200b}']));
    let mut borders = None;
    for line in text.lines() {
        let found = line.matches('|').count();
        match (line.starts_with('|'), borders) {
            (true, None) => borders = Some(found),
            (true, Some(expected)) => assert_eq!(found, expected, "{line}"),
            (false, _) => {
                assert_eq!(found, 0, "{line}");
                borders = None;
            }
        }
    }
    let verdicts = text.lines().filter(|line| line.starts_with('#') && line.contains("Verdict"));
    assert_eq!(verdicts.count(), headings);
}

#[test]
fn the_same_report_gives_the_same_bytes_before_and_after_it_was_saved() {
    for report in reports() {
        let files = every_file(&report);
        assert_eq!(files, every_file(&report));
        let saved = read(files["full/report.json"].as_bytes()).unwrap();
        assert_eq!(files, every_file(&saved));
    }
}

/// Not assessed is neither satisfied nor not, and no test passes by it.
#[test]
fn what_was_not_assessed_is_said_to_be_neither() {
    let report = synthetic::report(60, synthetic::harmless);
    let files = every_file(&report);
    let oscal: Value = serde_json::from_str(&files["full/assessment-results.oscal.json"]).unwrap();
    let found = oscal["assessment-results"]["results"][0]["findings"].as_array().unwrap();
    for control in &report.controls {
        let states: Vec<&str> = found
            .iter()
            .filter(|one| one["props"][0]["value"] == control.id.as_ref())
            .map(|one| one["target"]["status"]["state"].as_str().unwrap())
            .collect();
        match control.outcome.word() {
            "pass" => assert_eq!(states, ["satisfied"]),
            "fail" => assert_eq!(states, ["not-satisfied"]),
            "warn" => assert!(states.iter().all(|state| *state == "not-satisfied")),
            _ => assert!(states.is_empty(), "{}", control.id),
        }
    }
    let passed = report.controls.iter().flat_map(|control| &control.checks);
    let passed = passed.filter(|check| check.state.word() == "pass").count();
    let junit = &files["full/report.junit.xml"];
    let waivers =
        junit.matches("classname=\"waivers\"").count() - junit.matches(" waivers\" type=").count();
    let without = junit.lines().filter(|line| line.contains("<testcase ") && line.ends_with("/>"));
    assert_eq!(without.count(), passed + waivers);
}

/// The first finding stands for two others, which came to `fates`.
fn rolled(fates: [Change; 2]) -> Report {
    let mut report = synthetic::compared(40, synthetic::harmless);
    let finding = report.findings.first_mut().unwrap();
    finding.status = Status::Open;
    finding.members = ["a", "b"].map(|member| format!("{}:{member}", finding.key)).to_vec();
    let comparison = report.comparison.as_mut().unwrap();
    let own = comparison.findings.remove(0);
    let changes = finding.members.iter().zip(fates);
    comparison.findings.extend(changes.map(|(key, change)| FindingChange {
        key: key.clone(),
        change,
        ..own.clone()
    }));
    comparison.findings.sort_by(|a, b| a.key.cmp(&b.key));
    report
}

#[test]
fn a_finding_that_stands_for_many_is_as_old_as_its_members() {
    use Change::{Better, New, Unchanged, Worse};
    for (fates, activity, baseline, detected) in [
        ([Unchanged, Unchanged], 2, "unchanged", "2026-02-28"),
        ([New, New], 1, "new", "2026-03-28"),
        ([Unchanged, New], 2, "updated", "2026-02-28"),
        ([Better, Unchanged], 2, "updated", "2026-02-28"),
        ([Better, Worse], 2, "updated", "2026-02-28"),
    ] {
        let report = rolled(fates);
        let fingerprint = &report.findings.first().unwrap().fingerprint;
        let files = every_file(&report);
        let event = files["full/report.ocsf.ndjson"].lines().next().unwrap();
        let event: Value = serde_json::from_str(event).unwrap();
        assert_eq!(event["finding_info"]["uid"], **fingerprint);
        assert_eq!(event["activity_id"], activity, "{fates:?}");
        let sarif: Value = serde_json::from_str(&files["full/report.sarif"]).unwrap();
        let result = &sarif["runs"][0]["results"][0];
        assert_eq!(result["fingerprints"]["qsi/v1"], **fingerprint);
        assert_eq!(result["baselineState"], baseline, "{fates:?}");
        let mut poam = csv::Reader::from_reader(files["full/poam.csv"].as_bytes());
        let at = poam.headers().unwrap().iter().position(|name| name == "Original Detection Date");
        let row = poam.records().next().unwrap().unwrap();
        assert_eq!(row.get(at.unwrap()).unwrap(), detected, "{fates:?}");
    }
}

/// A finding that stands for many is new where all of them are, and updated where some are.
#[test]
fn what_stands_for_many_has_the_state_of_its_members() {
    let mut report = synthetic::compared(60, hostile);
    let keys: Vec<String> = report.findings.iter().map(|one| one.key.clone()).collect();
    let comparison = report.comparison.as_mut().unwrap();
    let known = comparison.findings[0].clone();
    let change = |key: &str, change| FindingChange { key: key.to_owned(), change, ..known.clone() };
    comparison.findings =
        vec![change("m1", Change::New), change("m2", Change::Unchanged), change("m3", Change::New)];
    comparison.findings.extend([change(&keys[3], Change::Better), change(&keys[4], Change::Worse)]);
    comparison.findings.sort_by(|a, b| a.key.cmp(&b.key));
    for (place, members) in [&["m1", "m3"][..], &["m1", "m2"], &["m2"]].iter().enumerate() {
        report.findings[place].members = members.iter().map(|key| (*key).to_owned()).collect();
    }
    let diff = Diff::new(&report, &report).unwrap();
    let bytes = diff.render(DiffFormat::Sarif, Options::default()).unwrap();
    let log: Value = serde_json::from_slice(&bytes).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let state = |key: &String| {
        let found = results.iter().find(|one| one["properties"]["key"] == **key);
        found.map(|one| one["baselineState"].as_str().unwrap())
    };
    let states: Vec<_> = keys.iter().take(6).map(state).collect();
    let expected =
        [Some("new"), Some("updated"), Some("unchanged"), Some("updated"), Some("updated"), None];
    assert_eq!(states, expected, "what was not compared has no state, and is left out");
}
