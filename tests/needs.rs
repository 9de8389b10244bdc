//! Every need of every control: taken away, exactly the checks that rest on it are not assessed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use qualys_sec_inspector::analyzers::{ANALYZERS, Check, Kind};
use qualys_sec_inspector::assess::{Assignment, Bundle, ControlResult, assess};
use qualys_sec_inspector::catalogue::ENDPOINTS;
use qualys_sec_inspector::control::CONTROLS;
use qualys_sec_inspector::evidence::{Coverage, Model, Scope, State, View};
use qualys_sec_inspector::finding::{CheckState, Outcome, Severity};
use qualys_sec_inspector::profile::{
    Assets, Attestations, Inputs, Kev, Profile, Recipients, WebApps,
};

const AS_OF: i64 = 1_774_742_400;

fn given() -> Inputs {
    Inputs {
        kev: Some(Kev::default()),
        assets: Some(Assets::default()),
        recipients: Some(Recipients::default()),
        attestations: Some(Attestations::default()),
        webapps: Some(WebApps::default()),
        ..Inputs::default()
    }
}

/// Assesses all controls over these rows, with one endpoint denied or none.
fn controls(rows: &str, denied: Option<&str>, inputs: &Inputs) -> Vec<ControlResult> {
    let model = Model::empty().unwrap();
    model.connection().execute_batch(rows).unwrap();
    let coverage: Vec<Coverage> = ENDPOINTS
        .iter()
        .map(|endpoint| Coverage {
            endpoint: endpoint.id.to_owned(),
            state: if denied == Some(endpoint.id) { State::Denied } else { State::Present },
            pages: 1,
            records: 1,
            reason: None,
        })
        .collect();
    let scope = Scope {
        login: "acme_ab1".to_owned(),
        role: Some("Manager".to_owned()),
        view: View::Full,
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
        inputs,
        controls: &CONTROLS.iter().map(|control| control.number).collect(),
        severity: Severity::Info,
    };
    assess(assignment).unwrap().controls
}

fn states(controls: &[ControlResult]) -> BTreeMap<String, (CheckState, String)> {
    let checks = controls.iter().flat_map(|control| &control.checks);
    checks
        .map(|check| {
            (check.id.to_string(), (check.state, check.reason.clone().unwrap_or_default()))
        })
        .collect()
}

/// The empty subscription, and the planted rows of each built control.
fn evidence() -> Vec<String> {
    let mut all = vec![String::new()];
    let mut files: Vec<_> =
        fs::read_dir("fixtures/controls").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    all.extend(files.into_iter().map(|file| fs::read_to_string(file).unwrap()));
    all
}

/// What asks for nothing until the profile names a limit or a tag.
const OFF: &[&str] =
    &["C06-06", "C09-03", "C10-04", "C18-03", "C18-04", "C18-05", "C18-08", "C18-09", "C18-10"];

fn checks() -> impl Iterator<Item = &'static Check> {
    ANALYZERS.iter().flat_map(|one| one.checks)
}

#[test]
fn without_an_endpoint_exactly_its_checks_are_not_assessed() {
    let endpoints: BTreeSet<&str> = checks().flat_map(|check| check.needs).copied().collect();
    assert!(endpoints.len() > 5);
    for rows in evidence() {
        let whole = controls(&rows, None, &given());
        let before = states(&whole);
        for endpoint in &endpoints {
            let cut = controls(&rows, Some(endpoint), &given());
            let after = states(&cut);
            for check in checks() {
                let (state, reason) = &after[check.id];
                let place = format!("{} without {endpoint}: {state:?} {reason}", check.id);
                if before[check.id].0 == CheckState::NotApplicable && OFF.contains(&check.id) {
                    // Switched off in the profile: it asks for no evidence.
                    assert_eq!(*state, CheckState::NotApplicable, "{place}");
                } else if !check.needs.contains(endpoint) {
                    // It may lose a help, and then says so.
                    let unmoved = state == &before[check.id].0;
                    let helped = *state != CheckState::Pass && reason.contains(endpoint);
                    assert!(unmoved || helped, "{place}");
                } else if check.kind == Kind::Presence && before[check.id].0 == CheckState::Fail {
                    // What one record proved stands.
                    assert!(matches!(state, CheckState::Fail | CheckState::NotAssessed), "{place}");
                } else {
                    assert_eq!(*state, CheckState::NotAssessed, "{place}");
                    assert!(reason.contains(endpoint), "{place}");
                    assert!(reason.contains("GET /") || reason.contains("POST /"), "{place}");
                }
            }
            for (control, analyzer) in cut.iter().zip(ANALYZERS) {
                let core = analyzer.checks.iter().filter(|check| check.core);
                if core.flat_map(|check| check.needs).any(|need| need == endpoint) {
                    assert_ne!(control.outcome, Outcome::Pass, "{} without {endpoint}", control.id);
                }
            }
        }
    }
}

#[test]
fn without_an_input_exactly_its_checks_are_not_assessed() {
    for rows in evidence() {
        let with = controls(&rows, None, &given());
        let without = controls(&rows, None, &Inputs::default());
        let (before, after) = (states(&with), states(&without));
        for check in checks() {
            let (state, reason) = &after[check.id];
            match check.inputs.first() {
                Some(input) if *state != CheckState::Fail => {
                    assert_eq!(*state, CheckState::NotAssessed, "{}", check.id);
                    assert!(reason.contains(input.key()), "{}: {reason}", check.id);
                }
                _ => assert_eq!(state, &before[check.id].0, "{}", check.id),
            }
        }
    }
}

#[test]
fn every_control_is_listed_with_its_checks() {
    let all = controls("", None, &given());
    assert_eq!(all.len(), 20);
    for (control, analyzer) in all.iter().zip(ANALYZERS) {
        assert_eq!(
            (control.number, control.id.as_ref(), control.title.as_ref()),
            (analyzer.number, analyzer.id, analyzer.title)
        );
    }
    // The number of checks in the specification of the controls.
    assert_eq!(all.iter().map(|control| control.of).sum::<u64>(), 200);
}

/// `collect --controls N` asks for what `N` is among the controls of, and for its sources.
#[test]
fn what_a_control_needs_is_collected_for_it() {
    let mut forgotten = Vec::new();
    for analyzer in ANALYZERS {
        for check in analyzer.checks {
            for need in check.needs.iter().chain(check.any_of.iter().copied().flatten()) {
                let endpoint = ENDPOINTS.iter().find(|endpoint| endpoint.id == *need).unwrap();
                if !endpoint.controls.contains(&analyzer.number) {
                    forgotten.push(format!("{} needs {need}", check.id));
                }
            }
        }
    }
    assert!(forgotten.is_empty(), "{forgotten:#?}");
}

/// What a judge reads beside its needs, so that a selection of one control judges it like all.
#[test]
fn what_helps_a_control_is_collected_for_it() {
    for (control, endpoint) in [
        (4, "am/tags"),
        (9, "am/host-assets"),
        (9, "am/tags"),
        (9, "vm/detections"),
        (12, "pc/scan-schedules"),
    ] {
        let endpoint = ENDPOINTS.iter().find(|known| known.id == endpoint).unwrap();
        assert!(endpoint.controls.contains(&control), "{control} reads {}", endpoint.id);
    }
}

#[test]
fn the_table_of_analyzers_is_that_of_controls() {
    let mut ids = BTreeSet::new();
    for (analyzer, control) in ANALYZERS.iter().zip(&CONTROLS) {
        assert_eq!(
            (analyzer.number, analyzer.id, analyzer.title),
            (control.number, control.id, control.title)
        );
        for (place, check) in (1..).zip(analyzer.checks) {
            assert_eq!(check.id, format!("C{:02}-{place:02}", control.number));
            assert!(ids.insert(check.id));
            for need in check.needs.iter().chain(check.any_of.iter().copied().flatten()) {
                assert!(ENDPOINTS.iter().any(|endpoint| endpoint.id == *need), "{need}");
            }
            let parameters = Profile::default().parameters();
            for key in check.parameters {
                assert!(parameters.iter().any(|one| one.key == *key), "{} reads {key}", check.id);
            }
        }
    }
    let core = ANALYZERS.iter().flat_map(|one| one.checks).filter(|check| check.core);
    assert_eq!(core.count(), 58);
}
