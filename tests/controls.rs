//! What each built control says of its fixture, and of the same fixture with something changed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use qualys_sec_inspector::analyzers::ANALYZERS;
use qualys_sec_inspector::assess::{Assignment, Bundle, Report, assess};
use qualys_sec_inspector::catalogue::ENDPOINTS;
use qualys_sec_inspector::evidence::{Coverage, Scope, State, View};
use qualys_sec_inspector::finding::{CheckState, Outcome, Severity};
use qualys_sec_inspector::profile::{Inputs, KernelPolicy, Kev, Profile, SeveritySource, SlaClock};
use rusqlite::Connection;

/// 2026-03-29T00:00:00Z
const AS_OF: i64 = 1_774_742_400;

const SCHEDULES: &str = include_str!("../fixtures/controls/01_scan_schedule.sql");
const AUTH: &str = include_str!("../fixtures/controls/02_auth_ratio.sql");
const SLA: &str = include_str!("../fixtures/controls/10_vuln_sla.sql");

/// One assessment of one control.
struct Case<'a> {
    control: u8,
    rows: &'a str,
    /// SQL that is run after the rows.
    change: &'a str,
    /// Endpoints that were not read whole.
    reach: &'a [(&'a str, State)],
    profile: Profile,
    inputs: Inputs,
}

impl<'a> Case<'a> {
    fn new(control: u8, rows: &'a str) -> Self {
        let (profile, inputs) = (Profile::default(), Inputs::default());
        Self { control, rows, change: "", reach: &[], profile, inputs }
    }

    fn change(mut self, sql: &'a str) -> Self {
        self.change = sql;
        self
    }

    fn reach(mut self, reach: &'a [(&'a str, State)]) -> Self {
        self.reach = reach;
        self
    }

    fn set(mut self, change: impl FnOnce(&mut Profile)) -> Self {
        change(&mut self.profile);
        self
    }

    fn kev(mut self, entries: &[(&str, Option<i64>)]) -> Self {
        let entries = entries.iter().map(|(cve, due)| ((*cve).to_owned(), *due)).collect();
        self.inputs.kev = Some(Kev { entries });
        self
    }

    fn report(&self) -> Report {
        let model = Connection::open_in_memory().unwrap();
        model.execute_batch(include_str!("../sql/model.sql")).unwrap();
        model.execute_batch(self.rows).unwrap();
        model.execute_batch(self.change).unwrap();
        model.execute_batch(include_str!("../sql/indexes.sql")).unwrap();
        let coverage: Vec<Coverage> = ENDPOINTS
            .iter()
            .map(|endpoint| Coverage {
                endpoint: endpoint.id.to_owned(),
                state: self
                    .reach
                    .iter()
                    .find(|(id, _)| *id == endpoint.id)
                    .map_or(State::Present, |(_, state)| *state),
                pages: 1,
                records: 1,
                reason: None,
            })
            .collect();
        let assignment = Assignment {
            model: &model,
            coverage: &coverage,
            scope: &Scope {
                login: "acme_ro".to_owned(),
                role: Some("Manager".to_owned()),
                view: View::Full,
                source: "vm/users".to_owned(),
            },
            bundle: Bundle {
                file: "demo.qsi".to_owned(),
                id: "0".repeat(32),
                root: "sha256:00".to_owned(),
                platform: "us1".to_owned(),
                subscription: "acme".to_owned(),
                collected_from: "2026-03-29T00:00:00Z".to_owned(),
                collected_to: "2026-03-29T00:10:00Z".to_owned(),
                verdict: "trusted",
                completeness: "complete".to_owned(),
                signature: None,
                custody: Vec::new(),
                failures: Vec::new(),
            },
            collected: AS_OF,
            as_of: AS_OF,
            profile: &self.profile,
            inputs: &self.inputs,
            controls: &BTreeSet::from([self.control]),
            severity: Severity::Info,
        };
        assess(assignment).unwrap().report
    }

    fn outcome(&self) -> Outcome {
        self.report().controls[0].outcome
    }

    /// State and reason of one check.
    fn check(&self, id: &str) -> (CheckState, Option<String>) {
        let report = self.report();
        let check = report.controls[0].checks.iter().find(|check| check.id == id).unwrap();
        (check.state, check.reason.clone())
    }

    /// Keys of the findings of one check, or of all.
    fn keys(&self, check: &str) -> Vec<String> {
        let findings = self.report().findings;
        findings
            .into_iter()
            .map(|finding| finding.key)
            .filter(|key| key.starts_with(check))
            .collect()
    }
}

fn shown(report: &Report) -> String {
    let mut text = String::new();
    for control in &report.controls {
        writeln!(text, "control {} {}", control.number, control.outcome.word()).unwrap();
        for check in &control.checks {
            writeln!(
                text,
                "  {} {}: {} subjects, {} failed, {} unknown{}",
                check.id,
                check.state.word(),
                check.subjects,
                check.failed,
                check.unknown,
                check.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default()
            )
            .unwrap();
        }
        for metric in &control.metrics {
            let value = metric.value.as_ref().map_or("null".to_owned(), ToString::to_string);
            write!(text, "  {} = {value} {}", metric.id, metric.unit).unwrap();
            if let (Some(numerator), Some(denominator)) = (metric.numerator, metric.denominator) {
                write!(text, " ({numerator}/{denominator})").unwrap();
            }
            text.push('\n');
        }
    }
    for finding in &report.findings {
        writeln!(text, "\n{} [{}]", finding.key, finding.severity.word()).unwrap();
        writeln!(text, "  {}", finding.message).unwrap();
        writeln!(text, "  {}", serde_json::to_string(&finding.facts).unwrap()).unwrap();
        let evidence: Vec<_> = finding.evidence.iter().map(|pointer| pointer.id.as_str()).collect();
        writeln!(text, "  {}", evidence.join(" ")).unwrap();
    }
    text
}

#[test]
fn scan_schedule() {
    insta::assert_snapshot!(shown(&Case::new(1, SCHEDULES).report()));
}

#[test]
fn auth_ratio() {
    insta::assert_snapshot!(shown(&Case::new(2, AUTH).report()));
}

#[test]
fn vuln_sla() {
    let due = [
        ("CVE-2099-0001", Some(AS_OF)),
        ("CVE-2099-0002", Some(AS_OF + 1)),
        ("CVE-2099-0003", None),
    ];
    insta::assert_snapshot!(shown(&Case::new(10, SLA).kev(&due).report()));
}

/// Nothing to scan, nothing scanned, nothing found: nothing passes, nothing fails.
#[test]
fn an_empty_subscription_is_not_applicable() {
    for control in [1, 2, 10] {
        let case = Case::new(control, "").kev(&[]);
        assert_eq!(case.outcome(), Outcome::NotApplicable, "{}", shown(&case.report()));
        assert_eq!(case.keys(""), Vec::<String>::new());
    }
}

/// The model without the answers of an endpoint.
fn emptied(endpoint: &str) -> &'static str {
    match endpoint {
        "vm/asset-groups" => {
            "DELETE FROM asset_group; DELETE FROM group_range; DELETE FROM group_host;"
        }
        "vm/scan-schedules" => {
            "DELETE FROM scan_schedule; DELETE FROM schedule_group; DELETE FROM schedule_range; \
             DELETE FROM schedule_tag;"
        }
        "vm/excluded-ips" => "DELETE FROM excluded_range;",
        "vm/hosts" => "DELETE FROM host; DELETE FROM host_group; DELETE FROM host_tag;",
        "vm/detections" => "DELETE FROM detection;",
        "vm/knowledge-base" => "DELETE FROM vuln; DELETE FROM vuln_cve; DELETE FROM vuln_threat;",
        "vm/schedule-runs" => "DELETE FROM schedule_run;",
        "vm/scans" => "DELETE FROM scan;",
        "am/host-assets" => "DELETE FROM host_asset; DELETE FROM host_asset_tag;",
        other => panic!("nothing is known of {other}"),
    }
}

/// What was not read never passes: each need of each check, taken away with its rows.
#[test]
fn missing_evidence_never_passes() {
    for (control, rows) in [(1, SCHEDULES), (2, AUTH), (10, SLA)] {
        let analyzer = ANALYZERS[usize::from(control) - 1];
        for check in analyzer.checks {
            for need in check.needs {
                for state in [State::Denied, State::Skipped, State::ParseError, State::Withheld] {
                    let reach = [(*need, state)];
                    let case =
                        Case::new(control, rows).kev(&[]).change(emptied(need)).reach(&reach);
                    let (after, reason) = case.check(check.id);
                    let is_named = reason.as_deref().is_some_and(|reason| reason.contains(need));
                    // Detections on hosts in no group are proven without the groups, and the age of a
                    // detection without the titles of the knowledge base.
                    let is_proven = after == CheckState::Fail
                        && ["vm/asset-groups", "vm/knowledge-base"].contains(need);
                    assert!(
                        is_proven || after == CheckState::NotAssessed && is_named,
                        "{} without {need}: {after:?} {reason:?}",
                        check.id
                    );
                }
            }
        }
    }
}

/// A part of a list proves what is in it, and nothing that is not.
#[test]
fn a_truncated_list_proves_only_what_is_in_it() {
    let truncated = [("vm/detections", State::Truncated)];
    let case = Case::new(10, SLA).reach(&truncated);
    assert_eq!(case.check("C10-01").0, CheckState::Fail);
    assert_eq!(case.check("C10-05").0, CheckState::NotAssessed);
    let healthy = Case::new(10, SLA).change("DELETE FROM detection;").reach(&truncated);
    for check in ["C10-01", "C10-02", "C10-03", "C10-05"] {
        assert_eq!(healthy.check(check).0, CheckState::NotAssessed, "{check}");
    }
    let truncated = [("vm/scan-schedules", State::Truncated)];
    assert_eq!(
        Case::new(1, SCHEDULES).reach(&truncated).check("C01-01").0,
        CheckState::NotAssessed
    );
    assert_eq!(Case::new(1, SCHEDULES).reach(&truncated).check("C01-05").0, CheckState::Fail);
}

// Control 1

#[test]
fn a_schedule_of_everything_reaches_every_group_of_its_network() {
    let all = "INSERT INTO schedule_group VALUES ((2 << 24) + 100, 'All');";
    let case = Case::new(1, SCHEDULES).change(all);
    // Excluded as a whole, and in another network.
    assert_eq!(case.keys("C01-01"), ["C01-01:asset_group:16", "C01-01:asset_group:17"]);
    assert_eq!(case.keys("C01-07"), Vec::<String>::new());
}

#[test]
fn tags_without_evidence_are_unknown() {
    let unasked = "DELETE FROM parameter WHERE name = 'show_tags'; DELETE FROM host_tag;";
    let case = Case::new(1, SCHEDULES).change(unasked);
    // A schedule by tags could reach any group of its network that nothing else reaches.
    assert_eq!(case.keys("C01-01"), ["C01-01:asset_group:16", "C01-01:asset_group:17"]);
    assert!(!case.keys("C01-09").contains(&"C01-09:schedule:104".to_owned()));
    // Asked for and on no host: then the target is empty.
    let untagged = Case::new(1, SCHEDULES).change("DELETE FROM host_tag;");
    assert!(untagged.keys("C01-09").contains(&"C01-09:schedule:104".to_owned()));
    assert!(untagged.keys("C01-01").contains(&"C01-01:asset_group:18".to_owned()));
}

#[test]
fn ranges_of_tags_count_where_the_schedule_says_so() {
    let tag = "INSERT INTO tag (row, id, name, rule_type, rule_text, \"offset\", length) VALUES
        (9 << 24, 500, 'dmz', 'NETWORK_RANGE', '10.2.0.0/25, 10.2.0.128-10.2.0.255', 0, 9);";
    let reached = format!("{tag} UPDATE scan_schedule SET tag_ranges = 1 WHERE id = 104;");
    let uncovered = "C01-01:asset_group:11".to_owned();
    assert!(!Case::new(1, SCHEDULES).change(&reached).keys("C01-01").contains(&uncovered));
    assert!(Case::new(1, SCHEDULES).change(tag).keys("C01-01").contains(&uncovered));
}

#[test]
fn without_agents_the_agent_groups_are_unknown() {
    let reach = [("am/host-assets", State::Denied)];
    let case = Case::new(1, SCHEDULES).change(emptied("am/host-assets")).reach(&reach);
    let keys = case.keys("C01-01");
    for group in [19, 20] {
        assert!(!keys.contains(&format!("C01-01:asset_group:{group}")), "{keys:?}");
    }
    let report = case.report();
    let check = report.controls[0].checks.iter().find(|check| check.id == "C01-01").unwrap();
    // Group 31 too: that its host is terminated stands in the portal.
    assert_eq!((check.failed, check.unknown), (8, 3));
    let strict = Case::new(1, SCHEDULES).set(|profile| profile.c01.agents_satisfy_schedule = false);
    assert!(strict.keys("C01-01").contains(&"C01-01:asset_group:19".to_owned()));
}

#[test]
fn no_group_while_hosts_exist_fails() {
    let none = Case::new(1, SCHEDULES).change(emptied("vm/asset-groups"));
    assert_eq!(none.keys("C01-01"), ["C01-01:subscription:tenant"]);
    let all = Case::new(1, SCHEDULES).change("DELETE FROM asset_group WHERE id <> 1;");
    assert_eq!(all.keys("C01-01"), ["C01-01:subscription:tenant"]);
}

#[test]
fn runs_need_one_of_two_lists() {
    let both = [("vm/schedule-runs", State::Denied), ("vm/scans", State::Failed)];
    let rows = format!("{}{}", emptied("vm/schedule-runs"), emptied("vm/scans"));
    let neither = Case::new(1, SCHEDULES).change(&rows).reach(&both);
    assert_eq!(neither.check("C01-04").0, CheckState::NotAssessed);
    assert_eq!(neither.check("C01-08").0, CheckState::NotAssessed);
    // The scan list alone decides by title; its window reaches back far enough.
    let scans = Case::new(1, SCHEDULES).change(emptied("vm/schedule-runs"));
    let keys = scans.keys("C01-04");
    assert!(keys.contains(&"C01-04:schedule:100".to_owned()));
    assert!(!keys.contains(&"C01-04:schedule:115".to_owned()));
    // A shorter window proves nothing.
    let shorter = format!(
        "{} UPDATE parameter SET value = '2026-03-20T00:00:00Z' WHERE name = 'launched_after_datetime';",
        emptied("vm/schedule-runs")
    );
    assert_eq!(Case::new(1, SCHEDULES).change(&shorter).keys("C01-04"), Vec::<String>::new());
}

#[test]
fn a_longer_interval_is_not_forgiven_by_one_that_may_be_off() {
    let limit =
        |days| Case::new(1, SCHEDULES).set(move |profile| profile.c01.max_interval_days = days);
    assert_eq!(limit(31).keys("C01-03"), Vec::<String>::new());
    assert_eq!(limit(29).keys("C01-03"), ["C01-03:asset_group:12", "C01-03:asset_group:13"]);
    let perhaps = "INSERT INTO schedule_group VALUES ((2 << 24) + 109, 'every 31 days');";
    let case = Case::new(1, SCHEDULES).change(perhaps);
    assert_eq!(case.keys("C01-03"), Vec::<String>::new());
    assert_eq!(case.check("C01-03").0, CheckState::Warn);
}

// Control 2

/// `seen` of `all` hosts with a recent login, the others without any.
fn logins(seen: u32, all: u32) -> String {
    format!(
        "INSERT INTO response VALUES (2, 'vm/hosts', 1, '5.0', {AS_OF}, 'a2', 9000, 5), (3, 'am/host-assets', 1, '2.0', {AS_OF}, 'a3', 10, 0);
         INSERT INTO parameter VALUES ('vm/hosts', 'details', 'All/AGs');
         INSERT INTO host (row, id, os, os_family, last_vm_scan, last_vm_auth, \"offset\", length)
         WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {all})
         SELECT (2 << 24) + i, i, 'Windows Server 2022', 'windows', {AS_OF}, CASE WHEN i <= {seen} THEN {AS_OF} END, 0, 10 FROM n;"
    )
}

#[test]
fn the_ratio_at_its_limits() {
    let state = |seen, all, exclusive| {
        let rows = logins(seen, all);
        let case = Case::new(2, &rows).set(|profile| profile.c02.min_ratio_exclusive = exclusive);
        let report = case.report();
        let severity = report.findings.iter().find(|f| f.check == "C02-01").map(|f| f.severity);
        (case.check("C02-01").0, severity)
    };
    let high = (CheckState::Fail, Some(Severity::High));
    assert_eq!(state(80, 100, false), (CheckState::Pass, None));
    assert_eq!(state(80, 100, true), high);
    assert_eq!(state(81, 100, true), (CheckState::Pass, None));
    assert_eq!(state(79, 100, false), high);
    assert_eq!(state(1599, 2000, false), high);
    assert_eq!(state(5, 10, false), high);
    assert_eq!(state(4, 10, false), (CheckState::Fail, Some(Severity::Critical)));
}

#[test]
fn small_families_are_not_judged() {
    assert_eq!(Case::new(2, &logins(0, 4)).keys("C02-03"), Vec::<String>::new());
    assert_eq!(Case::new(2, &logins(0, 5)).keys("C02-03"), ["C02-03:os_family:windows"]);
}

#[test]
fn without_agents_no_ratio_passes() {
    let reach = [("am/host-assets", State::Denied)];
    assert_eq!(
        Case::new(2, &logins(5, 5)).reach(&reach).check("C02-01").0,
        CheckState::NotAssessed
    );
    // The others could all have agents.
    assert_eq!(
        Case::new(2, &logins(0, 5)).reach(&reach).check("C02-01").0,
        CheckState::NotAssessed
    );
}

#[test]
fn hosts_that_were_not_scanned() {
    let rows =
        format!("{} UPDATE host SET last_vm_scan = NULL, last_vm_auth = NULL;", logins(5, 5));
    let never = Case::new(2, &rows);
    assert_eq!(never.keys("C02-01"), ["C02-01:subscription:tenant"]);
    assert_eq!(never.keys("C02-06"), ["C02-06:subscription:tenant"]);
    // The dates of VM scans were not asked for: that is no zero.
    let rows = format!("{rows} UPDATE host SET last_vuln_scan = {AS_OF};");
    assert_eq!(Case::new(2, &rows).outcome(), Outcome::NotAssessed);
    let rows = format!("{rows} UPDATE host SET last_vuln_scan = NULL; DELETE FROM parameter;");
    assert_eq!(Case::new(2, &rows).outcome(), Outcome::NotAssessed);
}

#[test]
fn documented_exceptions_leave_the_ratio_until_they_expire() {
    let profile = |expires: &str| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("profile.toml");
        let text = format!(
            "[scope]\ncannot_authenticate = [{{ match = \"os:(?i)laserjet\", reason = \"no login\", \
             approver = \"ciso\", expires = {expires} }}]\n"
        );
        std::fs::write(&file, text).unwrap();
        Profile::load(Some(&file), None, &[]).unwrap()
    };
    let exempt = |expires: &str| {
        let report = Case::new(2, AUTH).set(|current| *current = profile(expires)).report();
        let metric = report.controls[0].metrics.iter().find(|m| m.id == "hosts_exempt").unwrap();
        (metric.value.clone().unwrap().as_u64(), report.controls[0].metrics[0].denominator)
    };
    assert_eq!(exempt("2026-03-29"), (Some(1), Some(18)));
    assert_eq!(exempt("2026-03-28"), (Some(0), Some(19)));
}

// Control 10

#[test]
fn the_clock_of_re_opened_detections() {
    let key = "C10-01:qid:122".to_owned();
    let clock =
        |clock| Case::new(10, SLA).set(move |profile| profile.sla.clock = clock).keys("C10-01");
    assert!(clock(SlaClock::FirstFound).contains(&key));
    assert!(!clock(SlaClock::LastReopened).contains(&key));
}

#[test]
fn what_a_policy_lets_in() {
    let seed = Case::new(10, SLA).keys("C10-0");
    let with = |change: fn(&mut Profile)| {
        let keys = Case::new(10, SLA).set(change).keys("C10-0");
        keys.into_iter().filter(|key| !seed.contains(key)).collect::<Vec<_>>()
    };
    assert_eq!(with(|profile| profile.sla.kernel_policy = KernelPolicy::All), ["C10-01:qid:117"]);
    assert_eq!(
        with(|profile| profile.sla.kernel_policy = KernelPolicy::Separate),
        Vec::<String>::new()
    );
    assert_eq!(with(|profile| profile.sla.include_potential = true), ["C10-01:qid:113"]);
    assert_eq!(with(|profile| profile.sla.low = Some(180)), ["C10-04:qid:107"]);
    assert_eq!(with(|profile| profile.sla.low = Some(400)), Vec::<String>::new());
}

#[test]
fn classes_by_score() {
    // In tenths: 90 is critical, 89 high; v2 stands in for v3, the Qualys severity for both.
    let scores = "UPDATE vuln SET cvss3 = 90 WHERE qid = 107; UPDATE vuln SET cvss3 = 89 WHERE qid = 102;
        UPDATE vuln SET cvss2 = 40 WHERE qid = 104; DELETE FROM vuln WHERE qid = 106;
        UPDATE detection SET qds = 90 WHERE qid = 107; UPDATE detection SET qds = 39 WHERE qid = 102;";
    let by = |source| {
        Case::new(10, SLA)
            .change(scores)
            .set(move |profile| profile.sla.severity_source = source)
            .keys("C10-0")
            .into_iter()
            .filter(|key| ["102", "104", "106", "107"].iter().any(|qid| key.ends_with(qid)))
            .collect::<Vec<_>>()
    };
    assert_eq!(by(SeveritySource::Qualys), ["C10-01:qid:102", "C10-02:qid:104", "C10-03:qid:106"]);
    // 102 is high and 15 days old, 104 medium, 106 in no knowledge base: its class is unknown.
    assert_eq!(by(SeveritySource::Cvss3), ["C10-01:qid:107"]);
    assert_eq!(by(SeveritySource::Qds), ["C10-01:qid:107", "C10-02:qid:104", "C10-03:qid:106"]);
}

#[test]
fn exactly_the_target_is_enough() {
    // Nineteen of the twenty on host 1 are inside.
    let one = "UPDATE detection SET first_found = unixepoch('2026-03-28') WHERE qid = 200;";
    let key = "C10-05:asset_group:10:high".to_owned();
    assert!(Case::new(10, SLA).keys("C10-05").contains(&key));
    assert!(!Case::new(10, SLA).change(one).keys("C10-05").contains(&key));
    let small = Case::new(10, SLA).set(|profile| profile.sla.group_min_population = 21);
    assert!(!small.keys("C10-05").contains(&key));
}

#[test]
fn nothing_open_passes_only_over_scanned_hosts() {
    let none = Case::new(10, SLA).kev(&[]).change("DELETE FROM detection;");
    assert_eq!(none.outcome(), Outcome::Pass, "{}", shown(&none.report()));
    let unscanned = "DELETE FROM detection; UPDATE host SET last_vm_scan = NULL;";
    assert_eq!(Case::new(10, SLA).change(unscanned).outcome(), Outcome::NotAssessed);
}

#[test]
fn what_was_not_asked_for_is_not_assessed() {
    let unasked = "DELETE FROM parameter; DELETE FROM detection WHERE status = 'Fixed'; UPDATE detection SET running_kernel = NULL;";
    let case = Case::new(10, SLA).change(unasked);
    assert_eq!(case.check("C10-11").0, CheckState::NotAssessed);
    let (state, reason) = case.check("C10-07");
    assert_eq!(state, CheckState::NotAssessed);
    assert!(reason.unwrap().contains("show_arf_data not sent"));
    // Asked for, and no Linux kernel in sight: then none is asleep.
    let no_kernel = "UPDATE detection SET running_kernel = NULL; DELETE FROM detection WHERE qid IN (117, 118);";
    assert_eq!(Case::new(10, SLA).change(no_kernel).check("C10-07").0, CheckState::Pass);
    let without_file = Case::new(10, SLA).change("DELETE FROM vuln_threat;");
    assert_eq!(without_file.check("C10-06").0, CheckState::NotAssessed);
}

/// A shorter limit finds at least as much.
#[test]
fn narrower_limits_never_remove_findings() {
    let at = |days| {
        Case::new(10, SLA)
            .set(move |profile| {
                (profile.sla.critical, profile.sla.high, profile.sla.medium) = (days, days, days);
            })
            .keys("C10-0")
            .into_iter()
            .collect::<BTreeSet<_>>()
    };
    let mut wider = at(1);
    for days in [2, 14, 15, 29, 30, 89, 90, 399, 400] {
        let narrower = std::mem::replace(&mut wider, at(days));
        assert!(wider.is_subset(&narrower), "{days}: {:?}", wider.difference(&narrower));
    }
}

/// The order in which rows were read says nothing.
#[test]
fn shuffled_rows_give_the_same_report() {
    let tables =
        ["host_group", "host_tag", "group_range", "schedule_group", "group_host", "vuln_cve"];
    let mut change = String::new();
    for table in tables {
        write!(
            change,
            "CREATE TABLE moved AS SELECT * FROM {table} ORDER BY rowid DESC;
             DELETE FROM {table}; INSERT INTO {table} SELECT * FROM moved; DROP TABLE moved;"
        )
        .unwrap();
    }
    for (control, rows) in [(1, SCHEDULES), (2, AUTH), (10, SLA)] {
        let before = Case::new(control, rows).report();
        let after = Case::new(control, rows).change(&change).report();
        assert_eq!(shown(&before), shown(&after));
    }
}
