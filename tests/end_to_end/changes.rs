//! A subscription and the same one a month later: the planted changes, and nothing else.

use crate::stage::{AS_OF, Simulator, text};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Thirty days after the tenant's clock.
const LATER: &str = "2026-04-27T02:10:00Z";

fn bundle(simulator: &Simulator) -> PathBuf {
    let path = simulator.path("t.qsi");
    let collected = simulator.collect("run").arg("--out").arg(&path).output().unwrap();
    assert!(path.exists(), "{}", text(&collected.stderr));
    path
}

fn analyze(words: &[&str], paths: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_analyze"))
        .args(words)
        .args(["--allow-unsigned"])
        .args(paths)
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)))
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or("-").to_owned()
}

/// Control and type of everything of the deployment that is compared: each is planted.
const THINGS: &str = "1 schedule, 2 host, 3 option_profile, 4 asset_group, 4 host, 4 network, \
    5 connector, 5 cloud_account, 6 appliance, 6 network, 7 agent, 8 auth_record, 9 policy, \
    9 control, 9 compliance_schedule, 9 exception, 10 qid, 11 qid, 12 report_schedule, \
    12 template, 13 user, 13 portal_user, 13 login_restriction, 14 perimeter, 15 webapp, \
    15 web_schedule, 15 auth_record, 16 exclusion_event, 16 excluded_range, 16 search_list, \
    16 disabled_qid, 16 ignored_qid, 17 host, 18 tag, 18 host";

/// Findings, settings and counts, a line each.
type Lines = [BTreeSet<String>; 3];

/// What the planting code expects.
fn expected() -> Lines {
    let output = Command::new(env!("CARGO_BIN_EXE_qualys-sim"))
        .args(["changes", "--as-of", AS_OF])
        .output()
        .unwrap();
    let lines: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |about: &str, written: fn(&Value) -> String| {
        lines.iter().filter(|line| line["about"] == about).map(written).collect()
    };
    [of("finding", finding), of("deployment", setting), of("movement", movement)]
}

fn movement(line: &Value) -> String {
    format!("{} {} {}", line["control"], word(&line["id"]), line["count"])
}

fn finding(line: &Value) -> String {
    format!("{} {}", word(&line["change"]), word(&line["key"]))
}

fn setting(line: &Value) -> String {
    let field = word(&line["field"]);
    // Only the collected record gives a hash.
    let side = |side: &str| if field == "hash" { "-".to_owned() } else { word(&line[side]) };
    format!(
        "{} {} {} {} {field} {} {}",
        line["control"],
        word(&line["type"]),
        word(&line["id"]),
        word(&line["change"]),
        side("from"),
        side("to")
    )
}

fn changed(comparison: &Value) -> Lines {
    let rows = |name: &str| comparison[name].as_array().unwrap().clone();
    let findings = rows("findings");
    let findings = findings.iter().filter(|row| row["change"] != "unchanged").map(finding);
    let movements = rows("movements");
    let movements = movements.iter().filter(|row| row["count"] != 0).map(movement);
    [findings.collect(), rows("deployment").iter().map(setting).collect(), movements.collect()]
}

/// Backwards, what came is gone and what is gone came, and every setting turns round.
fn mirrored(there: &Value, old: &Path, new: &Path) {
    let words = ["diff", "--previous-as-of", LATER, "--as-of", AS_OF, "--output", "json"];
    let output = analyze(&[&words[..], &["--severity", "info"]].concat(), &[new, old]);
    let back = &json(&output)["comparison"];
    assert!(back["reason"].as_str().unwrap().contains("the first snapshot is the later one"));
    assert_eq!(back["movements"], serde_json::json!([]), "no time lies between");
    let turned = |row: &Value| {
        let mut row = row.clone();
        row["change"] = match row["change"].as_str().unwrap() {
            "added" => "removed".into(),
            "removed" => "added".into(),
            other => other.into(),
        };
        let (from, to) = (row["from"].take(), row["to"].take());
        (row["from"], row["to"]) = (to, from);
        setting(&row)
    };
    // What only has left the window of a list is not removed, and 30 % of the greater number is
    // more than of the smaller one.
    let is_one_way = |row: &&Value| row["type"] != "exclusion_event" && row["field"] != "assets";
    let rows = |side: &Value| side["deployment"].as_array().unwrap().clone();
    let (ours, theirs) = (rows(there), rows(back));
    let ours: BTreeSet<String> = ours.iter().filter(is_one_way).map(setting).collect();
    let theirs: BTreeSet<String> = theirs.iter().filter(is_one_way).map(turned).collect();
    let differing: Vec<_> = ours.symmetric_difference(&theirs).collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

/// Every format of a comparison, the one for code scanning with nothing but what was compared.
fn written(words: &[&str], old: &Path, new: &Path, folder: &Path) {
    let formats = "markdown,json,csv,sarif,junit";
    let to = folder.to_str().unwrap();
    let output = analyze(&[words, &[formats, "--output-dir", to]].concat(), &[old, new]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    for file in ["diff.md", "diff.json", "diff.csv", "diff.sarif", "diff.junit.xml"] {
        assert!(folder.join(file).is_file(), "{file}");
    }
    let log = std::fs::read(folder.join("diff.sarif")).unwrap();
    let log: Value = serde_json::from_slice(&log).unwrap();
    let run = &log["runs"][0];
    assert!(run["baselineGuid"].is_string());
    let diff: Value =
        serde_json::from_slice(&std::fs::read(folder.join("diff.json")).unwrap()).unwrap();
    let of = |state: &str| {
        let results = run["results"].as_array().unwrap().iter();
        results.filter(|result| result["baselineState"] == state).count()
    };
    let findings = diff["comparison"]["findings"].as_array().unwrap();
    let told = |words: &[&str]| {
        let is_one = |row: &&Value| words.contains(&row["change"].as_str().unwrap());
        findings.iter().filter(is_one).count()
    };
    assert_eq!(of("new"), told(&["new"]));
    assert_eq!(of("absent"), told(&["resolved", "out_of_scope", "not_visible"]));
    let states = of("new") + of("unchanged") + of("updated") + of("absent");
    assert_eq!(states, run["results"].as_array().unwrap().len(), "no result without a state");
    assert_eq!(run["properties"]["deployment"], diff["comparison"]["deployment"]);
    let junit = std::fs::read_to_string(folder.join("diff.junit.xml")).unwrap();
    assert!(junit.contains("1 findings are new or worse") && junit.contains("C06-01"), "{junit}");
}

/// Gates, exit codes and streams, on saved reports with a place changed.
fn saved_reports(path: &Path) {
    let report: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let variant = |name: &str, change: &dyn Fn(&mut Value)| {
        let mut report = report.clone();
        change(&mut report);
        let path = path.with_file_name(format!("{name}.json"));
        std::fs::write(&path, report.to_string()).unwrap();
        path
    };
    let same = variant("same", &|_| ());
    let kept = |limit: &[&str]| {
        let limit: Vec<String> = limit.iter().map(|word| (*word).to_owned()).collect();
        move |report: &mut Value| {
            let findings = report["findings"].as_array_mut().unwrap();
            findings.retain(|one| !limit.contains(&one["severity"].as_str().unwrap().to_owned()));
        }
    };
    let no_lows = variant("no-lows", &kept(&["low"]));
    let filtered = variant("filtered", &|report| {
        kept(&["low", "info"])(report);
        report["filter"]["severity"] = "medium".into();
    });
    let broken = variant("broken", &|report| report["bundle"]["verdict"] = "broken".into());
    let future = variant("future", &|report| {
        report["format_version"] = "1.7".into();
        report["not_yet_known"] = serde_json::json!({"a": [1]});
        report["findings"][0]["not_yet_known"] = 1.into();
    });
    let beyond = variant("beyond", &|report| report["format_version"] = "2.0".into());
    let timeless = variant("timeless", &|report| report["as_of"] = "\u{1b}[2J".into());
    let code = |words: &[&str], old: &Path, new: &Path| {
        let output = analyze(&[&["diff"], words].concat(), &[old, new]);
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    };
    let gate = |limit: &'static str, shown: &'static str, old: &Path| {
        code(&["--fail-on", limit, "--severity", shown], old, &same).0
    };
    assert_eq!(gate("new:low", "info", &same), 0, "nothing is new");
    assert_eq!(gate("low", "critical", &same), 3, "open ones, hidden or not");
    assert_eq!(gate("new:low", "critical", &no_lows), 3, "below what is compared too");
    assert_eq!(gate("new:medium", "info", &no_lows), 0);
    assert_eq!(gate("new:low", "info", &filtered), 2, "what the older one hides is not known");
    assert_eq!(gate("new:medium", "info", &filtered), 0);
    assert_eq!(code(&[], &broken, &same).0, 4);
    assert_eq!(code(&["--fail-on", "low"], &same, &broken).0, 4, "the more important reason");
    assert_eq!(code(&["--require-complete"], &same, &same).0, 5, "without a profile");
    assert_eq!(code(&[], &future, &same).0, 0);
    for (old, why) in [(&beyond, "version"), (&timeless, "RFC 3339")] {
        let (code, stdout, stderr) = code(&[], old, &same);
        assert!(code == 2 && stdout.is_empty() && stderr.contains(why), "{code} {stderr}");
        assert!(!stderr.contains('\u{1b}'), "{stderr}");
    }
    let (ended, stdout, stderr) = code(&["--output", "json,json"], &same, &same);
    assert!(ended == 0 && stdout.starts_with('{') && stderr.starts_with("since "), "{stderr}");
    let (ended, stdout, _) = code(&["--output", "json,csv"], &same, &same);
    assert_eq!((ended, stdout.as_str()), (2, ""), "one format goes to stdout");
}

#[test]
fn a_month_later_shows_the_planted_changes_and_nothing_else() {
    let (before, after) = (Simulator::start(&[]), Simulator::start(&["--later"]));
    let (old, new) = (bundle(&before), bundle(&after));
    let clocks = ["--previous-as-of", AS_OF, "--as-of", LATER];
    let words = |extra: &[&'static str]| [&["diff"], &clocks[..], extra].concat();

    let output = analyze(&words(&["--output", "json", "--severity", "info"]), &[&old, &new]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let diff = json(&output);
    let (expected, told) = (expected(), changed(&diff["comparison"]));
    for (wanted, told) in expected.iter().zip(&told) {
        let differing: Vec<_> = wanted.symmetric_difference(told).collect();
        assert!(wanted.len() > 8 && differing.is_empty(), "{differing:#?} of {told:#?}");
    }
    for thing in THINGS.split(", ") {
        let is_planted = told[1].iter().any(|line| line.starts_with(&format!("{thing} ")));
        assert!(is_planted, "no change of {thing} is planted");
    }
    assert_eq!(diff["comparison"]["comparable"], true);
    // Every setting that differs points at both bundles.
    for row in diff["comparison"]["deployment"].as_array().unwrap() {
        let sides = [("added", "new"), ("removed", "old"), ("changed", "old"), ("changed", "new")];
        for (_, side) in sides.iter().filter(|(change, _)| row["change"] == *change) {
            assert!(row["evidence"][side].as_str().unwrap().starts_with("ev:"), "{row}");
        }
    }

    // Against itself, backwards, with a gate, and inside a report.
    let same = [
        "diff",
        "--previous-as-of",
        AS_OF,
        "--as-of",
        AS_OF,
        "--output",
        "json",
        "--severity",
        "info",
    ];
    let comparison = &json(&analyze(&same, &[&old, &old]))["comparison"];
    assert!(changed(comparison).iter().all(BTreeSet::is_empty), "{comparison}");
    let reason = comparison["reason"].as_str().unwrap();
    assert!(reason.contains("the same bundle"), "{reason}");
    mirrored(&diff["comparison"], &old, &new);
    written(&words(&["--severity", "info", "--output"]), &old, &new, &after.path("diff"));
    let gate =
        |limit: &'static str| analyze(&words(&["--fail-on", limit]), &[&old, &new]).status.code();
    assert_eq!(
        (gate("new:critical"), gate("critical")),
        (Some(3), Some(3)),
        "an appliance went offline"
    );
    let results = after.path("results");
    let run = [
        "run",
        "--as-of",
        LATER,
        "--previous-as-of",
        AS_OF,
        "--severity",
        "info",
        "--output",
        "json,csv",
    ];
    let output = Command::new(env!("CARGO_BIN_EXE_analyze"))
        .args(run)
        .arg("--allow-unsigned")
        .arg("--previous")
        .arg(&old)
        .arg("--output-dir")
        .arg(&results)
        .arg(&new)
        .output()
        .unwrap();
    assert!(text(&output.stderr).contains("changes of the deployment"), "{}", text(&output.stderr));
    let report = std::fs::read(results.join("report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(report["comparison"], diff["comparison"]);
    assert!(results.join("diff.csv").is_file());

    // A saved report holds no inventory: nothing but the subscription itself is called fixed.
    let output = analyze(
        &["diff", "--output", "json"],
        &[&results.join("report.json"), &results.join("report.json")],
    );
    assert!(
        json(&output)["comparison"]["reason"].as_str().unwrap().contains("compare the bundles")
    );

    saved_reports(&results.join("report.json"));
    let trend = json(&analyze(&["trend", "--output", "json"], &[&new, &old]));
    assert_eq!(trend["trend"]["snapshots"].as_array().unwrap().len(), 2);
    assert_eq!(trend["trend"]["controls"].as_array().unwrap().len(), 20);

    let other = Simulator::start(&["--seed", "2"]);
    let refused = analyze(&["diff"], &[&old, &bundle(&other)]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("two subscriptions"), "{}", text(&refused.stderr));
    assert_eq!(analyze(&["run", "--fail-on", "new:low"], &[&old]).status.code(), Some(2));
}
