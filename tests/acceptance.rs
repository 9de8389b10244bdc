//! Whole subscriptions that answer nothing, hold nothing, or show a part: no control passes on them. And who holds the other promises.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::fs;

use qualys_sec_inspector::analyzers::ANALYZERS;
use qualys_sec_inspector::assess::{Assignment, Bundle, ControlResult, assess};
use qualys_sec_inspector::catalogue::{ENDPOINTS, Endpoint, Module};
use qualys_sec_inspector::control::CONTROLS;
use qualys_sec_inspector::evidence::{Coverage, Model, Scope, State, View};
use qualys_sec_inspector::finding::{CheckState, Outcome, Severity};
use qualys_sec_inspector::profile::{Inputs, Profile};

const AS_OF: i64 = 1_774_742_400;

/// Assesses all controls over these rows, each endpoint in the state that is said of it.
fn controls(rows: &str, state: impl Fn(&Endpoint) -> State, view: View) -> Vec<ControlResult> {
    let model = Model::empty().unwrap();
    model.connection().execute_batch(rows).unwrap();
    let coverage: Vec<Coverage> = ENDPOINTS
        .iter()
        .map(|endpoint| Coverage {
            endpoint: endpoint.id.to_owned(),
            state: state(endpoint),
            pages: 1,
            records: 1,
            reason: None,
        })
        .collect();
    let scope = Scope {
        login: "acme_ab1".to_owned(),
        role: Some("Manager".to_owned()),
        view,
        source: "vm/users".to_owned(),
    };
    let bundle = Bundle {
        file: "made.qsi".to_owned(),
        id: "0".repeat(32),
        root: "sha256:00".to_owned(),
        platform: "us1".to_owned(),
        subscription: "acme".to_owned(),
        collected_from: "2026-03-29T00:00:00Z".to_owned(),
        collected_to: "2026-03-29T00:10:00Z".to_owned(),
        verdict: "trusted".into(),
        completeness: "complete".to_owned(),
        signature: None,
        custody: Vec::new(),
        failures: Vec::new(),
    };
    let assignment = Assignment {
        model: model.connection(),
        coverage: &coverage,
        scope: &scope,
        bundle,
        answers: Vec::new(),
        collected: AS_OF,
        as_of: AS_OF,
        profile: &Profile::default(),
        inputs: &Inputs::default(),
        controls: &CONTROLS.iter().map(|control| control.number).collect(),
        severity: Severity::Info,
    };
    assess(assignment).unwrap().controls
}

/// The planted rows of each built control.
fn fixtures() -> Vec<String> {
    let mut files: Vec<_> =
        fs::read_dir("fixtures/controls").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn where_nothing_was_readable_nothing_is_assessed() {
    for state in [State::Denied, State::Skipped, State::Failed, State::ParseError, State::Withheld]
    {
        for control in controls("", |_| state, View::Full) {
            let place = format!("control {} {state:?}", control.number);
            assert_eq!(control.outcome, Outcome::NotAssessed, "{place}");
            for check in &control.checks {
                assert_ne!(check.state, CheckState::Pass, "{place} {}", check.id);
                assert_ne!(check.state, CheckState::Fail, "{place} {}", check.id);
                assert!(check.reason.is_some(), "{place} {}", check.id);
            }
            for metric in &control.metrics {
                // A share of nothing is no number, neither 0 nor 1.
                let empty = metric.denominator == Some(0);
                assert!(!empty || metric.value.is_none(), "{place} {}", metric.id);
            }
        }
    }
}

#[test]
fn where_everything_is_empty_nothing_passes() {
    for control in controls("", |_| State::Empty, View::Full) {
        assert_ne!(control.outcome, Outcome::Pass, "control {}", control.number);
        for check in &control.checks {
            let silent = check.state != CheckState::Fail && check.reason.is_none();
            assert!(!silent, "{}: {:?}", check.id, check.state);
        }
    }
}

#[test]
fn a_module_that_was_not_bought_takes_its_controls_along() {
    let lacks = |module: Module| {
        let state = move |endpoint: &Endpoint| {
            if endpoint.module == module { State::NotSubscribed } else { State::Present }
        };
        controls("", state, View::Full)
    };
    for (module, number) in [(Module::Pc, 9), (Module::Was, 15)] {
        let all = lacks(module);
        let control = all.iter().find(|control| control.number == number).unwrap();
        let not_judged = [Outcome::NotApplicable, Outcome::NotAssessed];
        assert!(not_judged.contains(&control.outcome), "control {number}");
        assert!(all.iter().all(|control| control.outcome != Outcome::Error));
    }
}

#[test]
fn a_login_that_does_not_see_all_passes_nothing() {
    for rows in fixtures() {
        for view in [View::Partial, View::Unverified] {
            let part = controls(&rows, |_| State::Present, view);
            let whole = controls(&rows, |_| State::Present, View::Full);
            for (part, whole) in part.iter().zip(whole) {
                assert_ne!(part.outcome, Outcome::Pass, "control {}", part.number);
                // What one record proves stands, whoever read it: nothing else may fail.
                if part.outcome == Outcome::Fail {
                    assert_eq!(whole.outcome, Outcome::Fail, "control {}", part.number);
                }
            }
        }
    }
}

#[test]
fn lists_that_were_cut_pass_nothing() {
    for rows in fixtures() {
        for control in controls(&rows, |_| State::Truncated, View::Full) {
            assert_ne!(control.outcome, Outcome::Pass, "control {}", control.number);
        }
    }
}

/// What a flag says is not said: whatever it stood for, nothing gets better by that.
#[test]
fn a_flag_that_is_not_said_passes_nothing() {
    better_by(&[
        "UPDATE scan_schedule SET active = NULL",
        "UPDATE policy SET status = NULL",
        "UPDATE detection SET severity = NULL",
        "UPDATE host_asset SET agent_status = NULL, agent_modules = NULL",
        "UPDATE host SET tracking_method = NULL",
        "UPDATE was_scan SET status = NULL, results_status = NULL",
        "UPDATE was_schedule SET active = NULL, type = NULL",
        "UPDATE was_catalog SET status = NULL",
        "UPDATE was_finding SET status = NULL, severity = NULL",
        "UPDATE user SET role = NULL, status = NULL",
        "UPDATE report_schedule SET active = NULL",
        "UPDATE appliance SET status = NULL",
        "UPDATE option_profile SET authentication = NULL, detection = NULL, tcp_ports = NULL",
        "UPDATE connector SET state = NULL, disabled = NULL",
    ]);
}

/// What has no date is neither fresh nor stale.
#[test]
fn what_has_no_date_is_neither_fresh_nor_stale() {
    let undated: &[(&str, &[&str])] = &[
        ("UPDATE detection SET first_found = NULL", &["C10-01", "C10-02", "C10-03"]),
        ("UPDATE host_asset SET agent_checked_in = NULL", &["C07-03"]),
        ("UPDATE connector SET last_sync = NULL, never_synced = NULL", &["C05-02"]),
        ("UPDATE was_auth_record SET updated = NULL", &["C15-06"]),
        ("UPDATE was_scan SET launched = NULL", &["C15-01"]),
        ("UPDATE was_catalog SET created = NULL", &["C15-08"]),
        ("UPDATE web_app SET created = NULL", &["C15-02"]),
        ("UPDATE exclusion_event SET time = NULL", &["C16-05", "C16-12"]),
        ("UPDATE user SET last_login = NULL, never_logged_in = NULL", &["C13-01"]),
    ];
    better_by(&undated.iter().map(|(sql, _)| *sql).collect::<Vec<_>>());
    for (sql, stale) in undated {
        for rows in fixtures() {
            let rows = format!("{rows} {sql};");
            for control in controls(&rows, |_| State::Present, View::Full) {
                for check in control.checks.iter().filter(|check| stale.contains(&&*check.id)) {
                    assert_ne!(check.state, CheckState::Fail, "{sql}: {}", check.id);
                }
            }
        }
    }
}

/// Nothing that failed, or was not known, passes once these words are taken out of the evidence.
fn better_by(changes: &[&str]) {
    for rows in fixtures() {
        let before = controls(&rows, |_| State::Present, View::Full);
        let model = Model::empty().unwrap();
        model.connection().execute_batch(&rows).unwrap();
        for sql in changes {
            if model.connection().execute(sql, []).unwrap() == 0 {
                continue;
            }
            let rows = format!("{rows} {sql};");
            let after = controls(&rows, |_| State::Present, View::Full);
            for (before, after) in before.iter().zip(after) {
                assert_ne!(after.outcome, Outcome::Error, "{sql}: control {}", after.number);
                for (was, is) in before.checks.iter().zip(&after.checks) {
                    let better = was.state != CheckState::Pass
                        && was.state != CheckState::NotApplicable
                        && is.state == CheckState::Pass;
                    assert!(!better, "{sql}: {} was {:?} and passes", is.id, was.state);
                }
            }
        }
    }
}

/// Each control says what it is, what it asks for, what a human must fetch, and what it stands for.
#[test]
fn every_control_explains_itself() {
    let all = controls("", |_| State::Denied, View::Full);
    assert_eq!(all.len(), 20);
    for (control, analyzer) in all.iter().zip(ANALYZERS) {
        let place = format!("control {}", control.number);
        // Eight frameworks; the benchmarks of one name nothing for some controls.
        let named = control.frameworks.iter().filter(|(_, ids)| !ids.is_empty()).count();
        assert!(named >= 7, "{place}: {named}");
        assert!(analyzer.guide.contains("## How it is judged"), "{place}");
        assert!(analyzer.guide.contains("## What it cannot see"), "{place}");
        for check in analyzer.checks {
            let texts = [check.subject, check.summary, check.remediation];
            assert!(texts.iter().all(|text| !text.is_empty()), "{}", check.id);
        }
    }
}

/// What else is promised, with the test that holds it: file and function.
const HELD: &[(&str, &str, &str)] = &[
    // Calling.
    (
        "platforms by id or server, in any letter case; others name the known ones and not themselves",
        "bin/collect/servers.rs",
        "a_platform_is_an_id_or_a_host",
    ),
    (
        "a gateway is never guessed",
        "bin/collect/servers.rs",
        "gateway_and_portal_come_from_the_platform_or_a_flag_and_are_never_guessed",
    ),
    (
        "a missing login names the variables",
        "bin/collect/error.rs",
        "a_missing_login_names_the_variables",
    ),
    (
        "a pasted secret is in no message",
        "tests/collecting/command_line.rs",
        "what_is_wrong_before_the_first_packet_is_a_usage_error_without_a_call",
    ),
    (
        "Basic, X-Requested-With and action=list in each call",
        "bin/collect/http.rs",
        "every_call_carries_login_agent_and_the_anti_forgery_header",
    ),
    (
        "an echoed password is not kept",
        "bin/collect/token_table.rs",
        "neither_password_nor_token_is_kept_even_where_they_are_echoed",
    ),
    (
        "a told wait is waited for",
        "bin/collect/wire_table.rs",
        "the_call_limit_is_waited_for_as_told",
    ),
    // Reading.
    (
        "declaration, DOCTYPE, CDATA, entities, attributes, repeats",
        "tests/qualys/spans.rs",
        "a_host_page_is_read_with_all_its_quirks",
    ),
    (
        "tags that do not match are an error",
        "tests/qualys/spans.rs",
        "what_is_not_whole_is_an_error",
    ),
    (
        "quoted commas, doubled quotes, line ends in cells, marked blocks",
        "tests/qualys/spans.rs",
        "csv_rows_come_with_their_bytes",
    ),
    (
        "errors under status 200, of both families",
        "tests/qualys/answers.rs",
        "faults_follow_the_body_before_the_status",
    ),
    (
        "an XML error where CSV was asked for",
        "tests/qualys/answers.rs",
        "faults_follow_the_body_before_the_status",
    ),
    // Paging.
    (
        "a WARNING with a URL is followed, on our own host",
        "tests/qualys/cursors.rs",
        "a_continuation_gives_its_query_and_nothing_of_its_host",
    ),
    (
        "QPS goes on behind lastId; more without it is a truncation",
        "tests/qualys/cursors.rs",
        "qps_goes_on_behind_the_last_id",
    ),
    (
        "empty page with cursor, repeated cursor: truncated",
        "tests/qualys/cursors.rs",
        "a_page_that_leads_nowhere_is_a_truncation",
    ),
    (
        "endless lists end, pages in hand are kept",
        "bin/collect/wire_table.rs",
        "lists_that_go_nowhere_are_truncated_and_their_pages_kept",
    ),
    (
        "a failure behind good pages keeps them",
        "bin/collect/position.rs",
        "a_failure_behind_a_whole_page_is_a_truncation",
    ),
    (
        "the activity log is paged",
        "tests/qualys/cursors.rs",
        "the_plain_activity_log_goes_on_at_its_oldest_row",
    ),
    // Documented shapes.
    (
        "schedules: flags, next launch, names wrapped over lines, tags",
        "tests/evidence/rows.rs",
        "schedules",
    ),
    (
        "a scanner that is not named is never the external one",
        "src/analyzers/scanning/scanner.rs",
        "some_names_of_scanners_are_no_appliances",
    ),
    ("option profiles and their technologies", "tests/evidence/setup.rs", "option_profiles"),
    (
        "accounts: active, inactive, pending, without a login",
        "tests/evidence/rows.rs",
        "users_and_activity",
    ),
    (
        "ranges of authentication records are counted",
        "tests/evidence/logins.rs",
        "the_aggregate_list_counts_by_technology",
    ),
    (
        "an old scan of an application is found however old; discovery does not count",
        "tests/controls/web_apps.rs",
        "what_ends_without_results_is_no_scan",
    ),
    (
        "results and login of a web scan count",
        "tests/controls/web_apps.rs",
        "the_last_scan_must_log_in",
    ),
    // View of the login.
    (
        "roles from three sources; scope tags narrow a Manager",
        "tests/evidence/scope.rs",
        "the_role_is_that_of_the_best_source",
    ),
    (
        "a check before the run says what is readable",
        "tests/collecting/check.rs",
        "a_healthy_subscription_is_ready_and_nothing_is_written",
    ),
    (
        "denied and not subscribed are told apart",
        "tests/collecting/check.rs",
        "denied_and_not_subscribed_are_told_apart",
    ),
    ("a limited view proves presence alone", "src/assess/state.rs", "only_a_pass_is_demoted"),
    // Verdicts.
    (
        "a denied endpoint takes exactly its checks along, and is named",
        "tests/needs.rs",
        "without_an_endpoint_exactly_its_checks_are_not_assessed",
    ),
    (
        "through the real client, each endpoint alone",
        "tests/end_to_end/missing.rs",
        "no_control_passes_on_missing_evidence",
    ),
    (
        "a healthy subscription has no finding",
        "tests/end_to_end/answer_key.rs",
        "a_tidy_subscription_has_no_findings",
    ),
    (
        "a neglected one has every planted finding and no other",
        "tests/end_to_end/answer_key.rs",
        "a_neglected_subscription_shows_every_plant_and_nothing_else",
    ),
    (
        "no detection on scanned hosts passes, on unscanned ones it is not assessed",
        "tests/controls/vuln_sla.rs",
        "nothing_open_passes_only_over_scanned_hosts",
    ),
    (
        "detections that no knowledge base names",
        "tests/controls/patching.rs",
        "the_join_at_its_limit",
    ),
    // Safety.
    (
        "an existing bundle is not overwritten",
        "bin/collect/run.rs",
        "an_existing_or_interrupted_bundle_is_never_overwritten",
    ),
    (
        "planted secrets are in no bundle, the rest survives",
        "tests/qualys/planted.rs",
        "no_planted_secret_comes_through_and_nothing_else_changes",
    ),
    (
        "every rule of removal is tried",
        "tests/qualys/planted.rs",
        "every_rule_of_the_catalogue_is_tried",
    ),
    (
        "flags that are not said pass nothing",
        "tests/acceptance.rs",
        "a_flag_that_is_not_said_passes_nothing",
    ),
    (
        "undated records are neither fresh nor stale",
        "tests/acceptance.rs",
        "what_has_no_date_is_neither_fresh_nor_stale",
    ),
    (
        "shapes of credentials go from messages, sentences for the operator stay",
        "src/qualys/shapes.rs",
        "what_looks_like_a_credential_goes_and_the_rest_stays",
    ),
    (
        "no message repeats a credential of a bad answer, at any endpoint",
        "tests/qualys/answers.rs",
        "no_message_repeats_a_credential_of_the_answer",
    ),
    (
        "an operator's limit cuts an answer, which is then none",
        "bin/collect/http.rs",
        "an_encoded_answer_is_decoded_within_its_bound_and_counted_as_it_came",
    ),
    ("what was cut passes nothing", "tests/acceptance.rs", "lists_that_were_cut_pass_nothing"),
    (
        "a history is called empty only where it was read to its end",
        "tests/controls/web_apps.rs",
        "only_a_whole_history_is_never",
    ),
    (
        "a count of accounts names what it could not count; a shared mailbox is proven by itself",
        "tests/controls/user_roles.rs",
        "a_list_that_shows_a_part_proves_no_count",
    ),
    (
        "a name that leaves its folder is refused",
        "bin/collect/request.rs",
        "an_id_stands_in_a_path_only_where_it_needs_no_escape",
    ),
    (
        "nothing is written through a link",
        "tests/assessment/evidence.rs",
        "nothing_is_overwritten_and_no_link_is_followed",
    ),
    (
        "what depends on a denied list is not asked",
        "tests/collecting/faults.rs",
        "a_source_that_failed_leaves_its_dependants_unasked",
    ),
];

#[test]
fn every_promise_has_its_test() {
    for (promise, file, test) in HELD {
        let text = fs::read_to_string(file).unwrap_or_default();
        assert!(text.contains(&format!("fn {test}(")), "{promise}: no `{test}` in {file}");
    }
}
