//! Check 12: the manifest says what the journal adds up to, and nothing more.
use rusqlite::Connection;

use super::super::completeness::Completeness;
use super::super::hash::hex;
use super::super::journal::CLOCK_TOLERANCE_MS;
use super::super::manifest::Manifest;
use super::super::record::{RunEnd, RunStart, instant_ms};
use super::journal::Walked;
use super::{Fault, Passed, Step};

pub(super) fn check(walked: Walked, manifest: &Manifest, database: &Connection) -> Step<()> {
    let predicate = &manifest.predicate;
    let journal = &predicate.journal;
    let count = |sentence: &str| Err(Fault::new("E_COUNT", sentence));
    let walk = match walked {
        Walked { miscount: Some(fault), .. } => return Err(fault),
        Walked { walk, .. } => walk,
    };
    if journal.count != walk.count() {
        let sentence = format!("{} records, the manifest says {}", walk.count(), journal.count);
        return Err(Fault::new("E_COUNT", sentence));
    }
    if journal.root != hex(&walk.root()) {
        return Err(Fault::new("E_ROOT", "the journal's root is not the one in the manifest"));
    }
    if walk.head().is_none_or(|head| journal.head != hex(&head)) {
        return Err(Fault::new("E_ROOT", "the chain's head is not the one in the manifest"));
    }
    let (Some(start), Some(end)) = (walk.start(), walk.end()) else {
        return count("the journal has no beginning or no end");
    };
    let counts = walk.counts();
    if predicate.completeness != Completeness::of(&start.plan, &end.outcomes) {
        return count("the completeness is not what plan and outcomes give");
    }
    let window = &predicate.window;
    if window.started != start.time || window.ended != end.time || window.resumes != counts.resumes
    {
        return count("the window is not that of the journal");
    }
    let sealed = window.sealed.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_millisecond);
    if sealed.ok() < instant_ms(&end.time).map(|ended| ended.saturating_sub(CLOCK_TOLERANCE_MS)) {
        return count("sealed before the collection ended");
    }
    let bodies: i64 = database
        .query_row("SELECT count(*) FROM body", (), |row| row.get(0))
        .map_err(|error| Fault::new("E_COUNT", format!("bodies cannot be counted: {error}")))?;
    let evidence = &predicate.evidence;
    if evidence.bodies != counts.bodies
        || u64::try_from(bodies) != Ok(counts.bodies)
        || evidence.raw_bytes != counts.raw_bytes
    {
        return count("the bodies are not as many, or not as long, as the journal says");
    }
    if predicate.redaction.removed != counts.removed
        || predicate.redaction.profile != start.redaction_profile
    {
        return count("the redactions are not those of the journal");
    }
    origin(start, end, manifest)?;
    let sentence = format!("{} records and {bodies} bodies, as in the manifest", walk.count());
    Ok(Passed::ok((), sentence))
}

/// Who, with what, from where: the manifest repeats the journal.
fn origin(start: &RunStart, end: &RunEnd, manifest: &Manifest) -> Result<(), Fault> {
    let predicate = &manifest.predicate;
    let (collector, operator, target) =
        (&predicate.collector, &predicate.operator, &predicate.target);
    let same = predicate.tool == start.tool
        && predicate.challenge == start.challenge
        && (&collector.host, &collector.os, &collector.user, &collector.time_zone)
            == (&start.host, &start.os, &start.user, &start.time_zone)
        && (&operator.name, &operator.organisation, &operator.case, &operator.purpose)
            == (&start.operator, &start.organisation, &start.case, &start.purpose)
        && (&target.platform, &target.login) == (&start.platform, &start.login)
        && (&target.subscription, &target.role, &target.view, &target.modules)
            == (&end.subscription, &end.role, &end.view, &end.modules);
    if same {
        return Ok(());
    }
    Err(Fault::new(
        "E_COUNT",
        "tool, collector, operator, target or challenge differ from the journal",
    ))
}
