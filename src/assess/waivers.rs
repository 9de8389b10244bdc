//! Lays waivers over findings: what they accept, and what is wrong with them.

use std::collections::{BTreeMap, BTreeSet};

use crate::analyzers;
use crate::finding::{Finding, Resource, Severity, Status};
use crate::profile::Waiver;

use super::document::{WaiverResult, WaiverState};
use super::fingerprint;

/// Accepts the findings that valid waivers name, and adds a finding for each faulty waiver.
/// Waivers of controls that are not selected are left out: nothing is known of their findings.
/// `together`: keys that many findings may be put together under.
pub(super) fn overlay(
    findings: &mut Vec<Finding>,
    together: &BTreeSet<String>,
    waivers: &[Waiver],
    as_of: i64,
    selected: &BTreeSet<u8>,
    subscription: &str,
) -> Vec<WaiverResult> {
    let wanted: BTreeSet<&str> = waivers.iter().map(|waiver| waiver.finding.as_str()).collect();
    let places: BTreeMap<&str, usize> = findings
        .iter()
        .enumerate()
        .filter_map(|(place, finding)| Some((*wanted.get(finding.key.as_str())?, place)))
        .collect();
    let mut results = Vec::new();
    let mut faults = Vec::new();
    for waiver in waivers {
        let control = control_of(&waiver.finding);
        if control != 0 && !selected.contains(&control) {
            continue;
        }
        let place = places.get(waiver.finding.as_str());
        let named = place.and_then(|place| findings.get_mut(*place));
        let is_broad = is_broad(&waiver.finding) || together.contains(&waiver.finding);
        let state = state_of(waiver, named.as_deref(), is_broad, as_of);
        if let (Some(finding), WaiverState::Accepted) = (named, state) {
            finding.status = Status::Accepted;
        }
        faults.extend(fault(waiver, state, control, subscription));
        results.push(WaiverResult {
            finding: waiver.finding.clone(),
            state,
            reason: waiver.reason.clone(),
            approver: waiver.approver.clone(),
            approved: waiver.approved.clone(),
            expires: waiver.expires.clone(),
            ticket: waiver.ticket.clone(),
        });
    }
    findings.extend(faults);
    results.sort_by(|a, b| a.finding.cmp(&b.finding));
    results
}

fn state_of(waiver: &Waiver, named: Option<&Finding>, is_broad: bool, as_of: i64) -> WaiverState {
    if waiver.approver.is_none() || (named.is_none() && is_broad) {
        return WaiverState::TooBroad;
    }
    if waiver.is_expired(as_of) {
        return WaiverState::Expired;
    }
    match named {
        None => WaiverState::Unmatched,
        Some(finding) if waiver.max_severity.is_some_and(|most| finding.severity > most) => {
            WaiverState::Lapsed
        }
        Some(_) => WaiverState::Accepted,
    }
}

/// A glob, or a key that names no single resource.
fn is_broad(key: &str) -> bool {
    let id = key.splitn(3, ':').nth(2).unwrap_or("");
    id.is_empty() || key.contains('*')
}

fn control_of(key: &str) -> u8 {
    let check = key.split(':').next().unwrap_or("");
    analyzers::check(check).map_or(0, |(analyzer, _)| analyzer.number)
}

/// A check of the waivers themselves.
#[derive(Debug, Clone, Copy)]
pub struct WaiverCheck {
    pub id: &'static str,
    pub severity: Severity,
    pub summary: &'static str,
}

/// The checks of waivers, which belong to no control.
#[rustfmt::skip]
pub const WAIVER_CHECKS: [WaiverCheck; 3] = [
    WaiverCheck { id: "W-01", severity: Severity::Medium, summary: "A waiver has expired." },
    WaiverCheck { id: "W-02", severity: Severity::Info, summary: "A waiver matches no finding." },
    WaiverCheck { id: "W-03", severity: Severity::Medium, summary: "A waiver is too broad, or nobody approved it." },
];

fn fault(waiver: &Waiver, state: WaiverState, control: u8, subscription: &str) -> Option<Finding> {
    let named = &waiver.finding;
    let [expired, unmatched, broad] = WAIVER_CHECKS;
    let (check, message, remediation) = match state {
        WaiverState::Accepted | WaiverState::Lapsed => return None,
        WaiverState::Expired => (
            expired,
            format!("The waiver of {named} was valid until {} and has expired", waiver.expires),
            "Repair the finding, or have the waiver approved anew with a later last day.",
        ),
        WaiverState::Unmatched => (
            unmatched,
            format!("The waiver of {named} matches no finding of this assessment"),
            "Take the waiver out of the profile if the finding is gone.",
        ),
        WaiverState::TooBroad if waiver.approver.is_none() => (
            broad,
            format!("The waiver of {named} names nobody who approved it, so it waives nothing"),
            "Name the approver.",
        ),
        WaiverState::TooBroad => (
            broad,
            format!("The waiver of {named} covers more than one resource, so it waives nothing"),
            "Write one waiver for each finding, with its exact key.",
        ),
    };
    let resource = Resource::new("waiver", named);
    let key = resource.key(check.id);
    Some(Finding {
        fingerprint: fingerprint(subscription, &key),
        key,
        check: check.id.to_owned(),
        control,
        severity: check.severity,
        status: Status::Open,
        resource,
        message,
        remediation: remediation.to_owned(),
        facts: serde_json::Map::new(),
        members: Vec::new(),
        evidence: Vec::new(),
    })
}
