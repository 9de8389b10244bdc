//! Judges what scans say of an application: how old, whether any, whether they ended and logged in.

use super::read::{App, Scan};
use crate::analyzers::measure::{day, rfc3339};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::Known::{self, Known as Is, Unknown};
use crate::finding::{Severity, Span};

const UNDATED: &str = "a scan has no usable date";
const UNTOLD: &str = "whether a scan came to results was not said";

pub(super) fn judge(
    facts: &Facts<'_>,
    apps: &[App],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let bodies = facts.bodies("was/scans")?;
    for app in apps {
        judge_age(facts, app, &bodies, verdicts);
        judge_any(facts, app, &bodies, verdicts);
        judge_end(app, verdicts);
        judge_login(app, verdicts);
    }
    Ok(())
}

/// C15-01: whether the last scan with results is older than the limit; `None` for an application
/// of which no scan may have any.
pub(super) fn is_stale(facts: &Facts<'_>, app: &App) -> Option<Known<bool>> {
    let stale = app.scans.useful.as_ref().map(|scan| is_old(facts, scan));
    let doubted = app.scans.possible.as_ref().map(|scan| is_old(facts, scan));
    match (stale, doubted) {
        (None, None) => None,
        (Some(Is(false)), _) => Some(Is(false)),
        // A scan without a word on its results decides only if it is young.
        (Some(stale), None | Some(Is(true))) => Some(stale),
        (_, Some(_)) => Some(Unknown(UNTOLD.to_owned())),
    }
}

fn is_old(facts: &Facts<'_>, scan: &Scan) -> Known<bool> {
    let Some(launched) = scan.launched else { return Unknown(UNDATED.to_owned()) };
    match facts.age(launched, scan.received) {
        Is(age) if !Facts::breaks(age, facts.profile.c15.max_scan_age_days) => Is(false),
        Is(_) if !scan.overtaken => Is(true),
        Is(_) => Unknown(UNDATED.to_owned()),
        Unknown(reason) => Unknown(reason),
    }
}

fn judge_age(facts: &Facts<'_>, app: &App, bodies: &[Span], verdicts: &mut Verdicts) {
    const CHECK: &str = "C15-01";
    let Some(stale) = is_stale(facts, app) else { return };
    verdicts.settle(CHECK, stale, || {
        let scan = app.scans.useful.as_ref();
        let launched = scan.and_then(|scan| scan.launched);
        let when = launched.map_or_else(|| "at an unknown time".to_owned(), day);
        let message = format!("{} was last scanned on {when}", app.name);
        app.violation(CHECK, message)
            .fact("last_scan", launched.map(rfc3339))
            .fact("scan_id", scan.map(|scan| scan.id))
            .fact("limit_days", facts.profile.c15.max_scan_age_days)
            .evidence(scan.map(|scan| scan.span.clone()))
            .evidence(bodies.iter().cloned())
    });
}

fn judge_any(facts: &Facts<'_>, app: &App, bodies: &[Span], verdicts: &mut Verdicts) {
    const CHECK: &str = "C15-02";
    let limit = facts.profile.c15.new_days;
    let is_old = match app.created.map(|time| facts.age(time, app.received)) {
        Some(Is(age)) => Is(Facts::breaks(age, limit)),
        Some(Unknown(reason)) => Unknown(reason),
        None => Unknown("when an application was added was not said".to_owned()),
    };
    let is_missed = match (&app.scans.useful, &app.scans.possible, is_old) {
        (Some(_), _, _) | (None, _, Is(false)) => Is(false),
        (None, Some(_), _) => Unknown(UNTOLD.to_owned()),
        (None, None, is_old) => is_old,
    };
    verdicts.settle(CHECK, is_missed, || {
        let message =
            format!("{} was never scanned: no vulnerability scan came to results", app.name);
        app.violation(CHECK, message)
            .fact("created", app.created.map(rfc3339))
            .fact("limit_days", limit)
            .evidence(bodies.iter().cloned())
    });
}

/// C15-07.
fn judge_end(app: &App, verdicts: &mut Verdicts) {
    const CHECK: &str = "C15-07";
    let Some(scan) = &app.scans.last else { return };
    let is_broken = if scan.overtaken {
        Unknown(UNDATED.to_owned())
    } else {
        match (scan.completed, scan.test) {
            (None, _) => Unknown(UNTOLD.to_owned()),
            (Some(true), _) => Is(false),
            (Some(false), None) => Unknown("of which kind a scan is was not said".to_owned()),
            (Some(false), Some(_)) => Is(true),
        }
    };
    verdicts.settle(CHECK, is_broken, || {
        let word = if scan.status == "FINISHED" { &scan.results } else { &scan.status };
        let message = format!("The last scan of {} ended with {word}", app.name);
        scan_violation(CHECK, app, scan, message)
    });
}

/// C15-04: an application with an authentication record, by the last scan that tried it.
fn judge_login(app: &App, verdicts: &mut Verdicts) {
    const CHECK: &str = "C15-04";
    let Some(scan) = &app.scans.login else { return };
    if app.records == Some(0) {
        return;
    }
    let word = scan.login.as_deref();
    let is_out = match word {
        _ if app.records.is_none() => Unknown(
            "whether an application has authentication records was not said \
             (was/web-app-details)"
                .to_owned(),
        ),
        _ if scan.overtaken => Unknown(UNDATED.to_owned()),
        Some("SUCCESSFUL") => Is(false),
        Some("FAILED" | "PARTIAL" | "NOT_USED") => Is(true),
        Some("NONE") => {
            Unknown("the last scan had no login, although a record is there".to_owned())
        }
        _ => Unknown("whether the last scan logged in was not said".to_owned()),
    };
    verdicts.settle(CHECK, is_out, || {
        let word = word.unwrap_or_default();
        let message = format!("{}: the login of the last scan was {word}", app.name);
        let severity = if word == "PARTIAL" { Severity::Medium } else { Severity::High };
        scan_violation(CHECK, app, scan, message).severity(severity).fact("auth_status", word)
    });
}

fn scan_violation(check: &'static str, app: &App, scan: &Scan, message: String) -> Violation {
    app.violation(check, message)
        .fact("scan_id", scan.id)
        .fact("launched", scan.launched.map(rfc3339))
        .fact("status", scan.status.as_str())
        .fact("results_status", scan.results.as_str())
        .evidence([scan.span.clone()])
}
