//! Each endpoint refused by itself: exactly the checks that rest on it are not assessed, and say so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use qualys_sec_inspector::analyzers::{ANALYZERS, Check};
use qualys_sec_inspector::assess::Report;
use qualys_sec_inspector::catalogue::{ENDPOINTS, Endpoint};
use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::{CheckState, Outcome};
use qualys_sec_inspector::profile::{Inputs, Profile};

use crate::judged::{Loaded, keep, spec};
use crate::tenant::{Kind, Tenant};

/// The list that says whose login it is: without it nobody knows how much the login sees.
const USERS: &str = "vm/users";

fn evidence(fault: Option<&str>) -> Loaded {
    let faults: Vec<_> = fault.iter().map(|fault| fault.parse().unwrap()).collect();
    keep(Tenant::new(&spec(Kind::Tidy, 1, Some(20))), &faults, None).open()
}

/// State and reason of every check.
fn states(report: &Report) -> BTreeMap<&str, (CheckState, String)> {
    let checks = report.controls.iter().flat_map(|control| &control.checks);
    checks
        .map(|check| (&*check.id, (check.state, check.reason.clone().unwrap_or_default())))
        .collect()
}

fn seen(loaded: &Loaded) -> BTreeSet<&str> {
    let is_seen = |state| matches!(state, State::Present | State::Empty);
    let rows = loaded.coverage.iter().filter(|row| is_seen(row.state));
    rows.map(|row| row.endpoint.as_str()).collect()
}

/// The needs of a check that went missing, of alternatives only where none is left.
fn missed<'a>(check: &Check, missing: &BTreeSet<&'a str>, left: &BTreeSet<&str>) -> Vec<&'a str> {
    let groups = check.any_of.iter().filter(|group| !group.iter().any(|need| left.contains(need)));
    let needs = check.needs.iter().chain(groups.copied().flatten());
    needs.filter_map(|need| missing.get(need).copied()).collect()
}

fn compare(endpoint: &Endpoint, whole: &Loaded, before: &Report) -> Vec<String> {
    let cut = evidence(Some(&format!("denied:{}", endpoint.id)));
    let after = cut.report(&Profile::default(), &Inputs::default());
    let left = seen(&cut);
    // What is asked for the ids of a refused list goes missing with it.
    let missing: BTreeSet<&str> = seen(whole).difference(&left).copied().collect();
    let mut wrong = Vec::new();
    if seen(whole).contains(endpoint.id) && !missing.contains(endpoint.id) {
        wrong.push(format!("{} was refused and is there", endpoint.id));
    }
    let known = |key: &str| before.findings.iter().any(|finding| finding.key == key);
    if let Some(finding) = after.findings.iter().find(|finding| !known(&finding.key)) {
        wrong.push(format!("{}: without it there is {}", endpoint.id, finding.key));
    }
    let (before_states, after_states) = (states(before), states(&after));
    for analyzer in ANALYZERS {
        let mut demoted = false;
        for check in analyzer.checks {
            let (was, _) = &before_states[check.id];
            let (is, reason) = &after_states[check.id];
            let lost = missed(check, &missing, &left);
            let named = missing.iter().any(|endpoint| reason.contains(endpoint));
            let right = if endpoint.id == USERS && lost.is_empty() {
                // Whatever needs the whole subscription is no longer known to have it.
                is == was || *is != CheckState::Pass
            } else if lost.is_empty() {
                // It may lose a help, and then says so.
                is == was || (*is != CheckState::Pass && named)
            } else {
                demoted |= check.core;
                let off = *was == CheckState::NotApplicable && is == was;
                off || (*is == CheckState::NotAssessed
                    && lost.iter().any(|endpoint| reason.contains(endpoint)))
            };
            if !right {
                let (was, is) = (was.word(), is.word());
                wrong
                    .push(format!("without {}: {} {was} -> {is}: {reason}", endpoint.id, check.id));
            }
        }
        let outcome = |report: &Report| {
            report.controls.iter().find(|one| one.number == analyzer.number).unwrap().outcome
        };
        if demoted && outcome(&after) == Outcome::Pass {
            wrong.push(format!("without {}: control {} passes", endpoint.id, analyzer.number));
        }
    }
    wrong
}

#[test]
fn without_an_endpoint_exactly_its_checks_are_not_assessed() {
    let whole = evidence(None);
    let before = whole.report(&Profile::default(), &Inputs::default());
    drop(whole);
    let next = AtomicUsize::new(0);
    let wrong: Vec<String> = thread::scope(|scope| {
        let work = || {
            let whole = evidence(None);
            let mut wrong = Vec::new();
            while let Some(endpoint) = ENDPOINTS.get(next.fetch_add(1, Ordering::Relaxed)) {
                wrong.extend(compare(endpoint, &whole, &before));
            }
            wrong
        };
        let threads = thread::available_parallelism().map_or(2, Into::into);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}
