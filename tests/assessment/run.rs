//! `analyze run`: reports, exit codes, gates.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use qualys_sec_inspector::bundle::hash::hex;
use qualys_sec_inspector::report::Format;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::made_up_bundle::{ANSWERS, Made, make};
use super::program::{Ended, analyze};

pub(crate) fn run(made: &Made, flags: &[&str]) -> Ended {
    let arguments = [&["run", "made.qsi", "--allowed-signers", "signers"], flags].concat();
    analyze(made.home.path(), &arguments)
}

pub(crate) fn report(made: &Made) -> Value {
    let text = fs::read_to_string(made.home.path().join("results/report.json")).unwrap();
    assert!(text.ends_with("}\n"));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_same_bundle_gives_the_same_bytes() {
    let made = make(&[], true);
    let read = |folder: &str| {
        let flags = ["--output", "json,csv", "--output-dir", folder, "--severity", "info"];
        let ended = run(&made, &flags);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(ended.stdout.is_empty());
        files(&made.home.path().join(folder))
    };
    let one = read("one");
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        ["controls.csv", "evidence.csv", "findings.csv", "frameworks.csv", "report.json"]
    );
    assert_eq!(one, read("two"));
}

/// Every file of a folder of reports by its name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect()
}

#[test]
fn a_saved_report_gives_the_bytes_that_run_gave() {
    let made = make(&[], true);
    let home = made.home.path();
    let every = Format::ALL.map(Format::word).join(",");
    let flags = ["--output", every.as_str(), "--severity", "info"];
    assert_eq!(run(&made, &flags).code, 0);
    let again = ["report", "results/report.json", "--output", &every, "--output-dir", "again"];
    let ended = analyze(home, &again);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(files(&home.join("results")), files(&home.join("again")));
    let gated = analyze(home, &["report", "results/report.json", "--fail-on", "low"]);
    assert_eq!(gated.code, 3, "{}", gated.stderr);
}

#[test]
fn what_is_no_report_is_refused() {
    let made = make(&[], true);
    let home = made.home.path();
    for (text, sentence) in [
        ("", "EOF while parsing"),
        ("{\n  \"format\": \"qsi-report\",\n", "line 3"),
        ("[1]", "no report"),
        (r#"{"format": "sarif", "format_version": "1.0"}"#, "its format is \"sarif\""),
        (r#"{"format": "qsi-report", "format_version": "2.0"}"#, "reads 1.x"),
        (r#"{"format": "qsi-report", "format_version": "1.0"}"#, "missing field"),
    ] {
        fs::write(home.join("saved.json"), text).unwrap();
        let ended = analyze(home, &["report", "saved.json"]);
        assert_eq!(ended.code, 2, "{text}: {}", ended.stderr);
        assert!(ended.stderr.contains(sentence), "{text}: {}", ended.stderr);
        assert!(ended.stderr.contains("help: "), "{}", ended.stderr);
        assert!(!home.join("results").exists());
    }
    assert_eq!(analyze(home, &["report", "nowhere.json"]).code, 2);
}

/// The evidence index names every answer with the hash of its bytes.
#[test]
fn the_evidence_index_names_every_answer() {
    let made = make(&[], true);
    assert_eq!(run(&made, &[]).code, 0);
    let report = report(&made);
    let index = report["evidence"].as_array().unwrap();
    assert_eq!(index.len(), ANSWERS.len());
    for entry in index {
        let endpoint = entry["endpoint"].as_str().unwrap();
        let (_, text) = ANSWERS.iter().find(|(known, _)| *known == endpoint).unwrap();
        assert_eq!(entry["sha256"], hex(&Sha256::digest(text.as_bytes())), "{endpoint}");
        assert_eq!(entry["bytes"], text.len());
        assert_eq!(entry["id"], format!("ev:{}", entry["response"]));
        assert_eq!(entry["state"], "ok");
    }
}

/// A requirement counts the controls and open findings that stand under it.
#[test]
fn requirements_are_read_across_their_controls() {
    let made = make(&[], true);
    assert_eq!(run(&made, &["--severity", "info"]).code, 0);
    let report = report(&made);
    let requirements = report["requirements"].as_array().unwrap();
    let find = |framework: &str, id: &str| {
        let of = |row: &&Value| row["framework"] == framework && row["requirement"] == id;
        requirements.iter().find(of).unwrap()
    };
    let scanning = find("FedRAMP", "RA-5");
    assert_eq!(scanning["controls"], serde_json::json!([1, 14, 20]));
    let findings = report["findings"].as_array().unwrap();
    let open = findings
        .iter()
        .filter(|finding| [1, 14, 20].map(Value::from).contains(&finding["control"]));
    assert_eq!(scanning["open"], open.count());
    assert_eq!(find("CIS", "7.4")["controls"], serde_json::json!([10]));
    // The specification has a dash there.
    assert!(requirements.iter().all(|row| row["requirement"] != "—"));
}

#[test]
fn every_pointer_leads_to_the_bytes() {
    let made = make(&[], true);
    assert_eq!(run(&made, &["--severity", "info"]).code, 0);
    let report = report(&made);
    let findings = report["findings"].as_array().unwrap();
    assert!(!findings.is_empty());
    for finding in findings {
        for evidence in finding["evidence"].as_array().unwrap() {
            let (_, text) =
                ANSWERS.iter().find(|(endpoint, _)| evidence["endpoint"] == *endpoint).unwrap();
            let number = |name: &str| usize::try_from(evidence[name].as_u64().unwrap()).unwrap();
            let bytes = &text[number("offset")..][..number("length")];
            assert!(bytes.starts_with('<') && bytes.ends_with('>'), "{bytes}");
            let id = evidence["id"].as_str().unwrap();
            if let Some((_, record)) = id.split_once('#') {
                assert!(
                    record.starts_with('@') || bytes.contains(&format!(">{record}<")),
                    "{id}: {bytes}"
                );
            }
        }
    }
}

#[test]
fn gates_and_their_exit_codes() {
    let whole = make(&[], true);
    let partial = make(&["vm/hosts"], true);
    let missing: &[&str] = &["--fail-on", "critical", "--require-complete"];
    #[rustfmt::skip]
    let table: &[(&Made, &[&str], i32)] = &[
        (&whole, &[], 0),
        (&whole, &["--controls", "1", "--fail-on", "critical"], 0),
        (&whole, &["--controls", "10", "--fail-on", "critical"], 3),
        (&whole, &["--controls", "1,2,10", "--require-complete"], 0),
        // Controls that are not built are not assessed.
        (&whole, &["--require-complete"], 5),
        (&partial, &["--controls", "1,2,10", "--require-complete"], 5),
        (&partial, missing, 5),
        (&whole, &["--profile", "missing.toml"], 2),
        (&whole, &["--baseline", "none"], 2),
        (&whole, &["--controls", "21"], 2),
        (&whole, &["--severity", "worst"], 2),
        (&whole, &["--as-of", "yesterday"], 2),
        (&whole, &["--sla-high", "0"], 2),
        (&whole, &["--output", "poem"], 2),
        (&whole, &["--output", "json,csv", "--output-dir", "-"], 2),
        (&whole, &["--fail-on", "new:high"], 2),
        (&whole, &["--challenge", "nonce"], 4),
        (&whole, &["--challenge", "nonce", "--force-unverified", "--fail-on", "low"], 4),
        (&whole, &["--output-dir", "made.qsi"], 1),
    ];
    for (made, flags, code) in table {
        let ended = run(made, flags);
        assert_eq!(ended.code, *code, "{flags:?}: {}", ended.stderr);
        if *code == 2 || *code == 1 {
            assert!(ended.stderr.starts_with("error: "), "{flags:?}: {}", ended.stderr);
        }
    }
}

#[test]
fn an_unsigned_bundle_needs_permission_and_says_so() {
    let made = make(&[], false);
    let refused = analyze(made.home.path(), &["run", "made.qsi"]);
    assert_eq!(refused.code, 4);
    assert!(refused.stderr.contains("E_UNSIGNED") && refused.stderr.contains("--allow-unsigned"));
    let ended = analyze(made.home.path(), &["run", "made.qsi", "--allow-unsigned"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stderr.starts_with("The bundle is not signed\n"), "{}", ended.stderr);
    let report = report(&made);
    assert_eq!(report["bundle"]["verdict"], "unsigned");
    assert_eq!(report["bundle"]["signature"], Value::Null);
}

#[test]
fn a_forced_reading_stays_broken() {
    let made = make(&[], true);
    let ended = run(&made, &["--challenge", "nonce", "--force-unverified"]);
    assert_eq!(ended.code, 4, "{}", ended.stderr);
    let report = report(&made);
    assert_eq!(report["bundle"]["verdict"], "broken");
    assert_eq!(report["bundle"]["failures"][0]["code"], "E_POLICY");
}

#[test]
fn what_was_denied_is_named_and_nothing_passes_for_it() {
    for (endpoint, _) in ANSWERS.iter().filter(|(endpoint, _)| *endpoint != "vm/users") {
        let made = make(&[endpoint], true);
        let ended = run(&made, &["--controls", "1,2,10"]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(
            ended.stderr.contains(&format!("not seen  {endpoint}: denied")),
            "{}",
            ended.stderr
        );
        let report = report(&made);
        assert_eq!(report["bundle"]["completeness"], "partial");
        for control in report["controls"].as_array().unwrap() {
            for check in control["checks"].as_array().unwrap() {
                let reason = check["reason"].as_str().unwrap_or("");
                assert!(
                    !reason.contains(*endpoint)
                        || check["state"] == "not_assessed"
                        || check["state"] == "warn",
                    "{endpoint}: {check}"
                );
            }
        }
    }
}

#[test]
fn one_format_goes_to_stdout_and_the_rest_to_stderr() {
    let made = make(&[], true);
    let ended = run(&made, &["--output", "csv", "--output-dir", "-", "--quiet"]);
    assert_eq!(ended.code, 0);
    assert!(ended.stderr.is_empty(), "{}", ended.stderr);
    assert!(ended.stdout.starts_with("key,check,control,control_id,severity,status,"));
    // The group's title would be a formula.
    assert!(ended.stdout.contains(",'=Lab,"), "{}", ended.stdout);
    let raw =
        run(&made, &["--output", "csv", "--output-dir", "-", "--quiet", "--csv-raw", "--csv-bom"]);
    assert!(raw.stdout.starts_with("\u{feff}key,"));
    assert!(raw.stdout.contains(",=Lab,"));
    assert!(!made.home.path().join("results").exists());
}

#[test]
fn a_waiver_accepts_and_the_report_lists_it() {
    let made = make(&[], true);
    fs::write(
        made.home.path().join("profile.toml"),
        "name = \"acme\"\n[[waiver]]\nfinding = \"C01-06:schedule:301\"\nreason = \"ends soon\"\n\
         approver = \"ciso@example.com\"\nexpires = 2026-12-31\n",
    )
    .unwrap();
    assert_eq!(run(&made, &["--profile", "profile.toml"]).code, 0);
    let report = report(&made);
    assert_eq!(report["profile"]["name"], "acme");
    assert_eq!(report["waivers"][0]["state"], "accepted");
    assert_eq!(report["summary"]["accepted"], 1);
    let findings = report["findings"].as_array().unwrap();
    let accepted: Vec<&Value> = findings.iter().filter(|one| one["status"] == "accepted").collect();
    assert_eq!(accepted.len(), 1);
    assert_eq!(accepted[0]["key"], "C01-06:schedule:301");
}

#[test]
fn the_profile_that_init_prints_changes_nothing() {
    let made = make(&[], true);
    let home = made.home.path();
    let printed = analyze(home, &["profile", "init"]);
    assert_eq!(printed.code, 0);
    fs::write(home.join("profile.toml"), printed.stdout).unwrap();
    let checked = analyze(home, &["profile", "check", "profile.toml"]);
    let shown = analyze(home, &["profile", "show"]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    assert_eq!(checked.stdout.lines().next(), shown.stdout.lines().next());
    fs::write(home.join("profile.toml"), "[sla]\ncritcal = 1\n").unwrap();
    let refused = analyze(home, &["profile", "check", "profile.toml"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("profile.toml:2: "), "{}", refused.stderr);
}
