//! Check 12: the manifest says what the journal adds up to, and nothing more.
use rusqlite::Connection;

use super::super::completeness::Completeness;
use super::super::hash::hex;
use super::super::manifest::Manifest;
use super::super::record::instant_ms;
use super::clock::TOLERANCE_MS;
use super::journal::Walked;
use super::{Fault, Passed, Step};

pub(super) fn check(walked: &Walked, manifest: &Manifest, database: &Connection) -> Step<()> {
    let predicate = &manifest.predicate;
    let journal = &predicate.journal;
    let count = |sentence: &str| Err(Fault::new("E_COUNT", sentence));
    if journal.count != walked.count {
        let sentence = format!("{} records, the manifest says {}", walked.count, journal.count);
        return Err(Fault::new("E_COUNT", sentence));
    }
    if journal.root != hex(&walked.root) {
        return Err(Fault::new("E_ROOT", "the journal's root is not the one in the manifest"));
    }
    if journal.head != hex(&walked.head) {
        return Err(Fault::new("E_ROOT", "the chain's head is not the one in the manifest"));
    }
    let (start, end, counts) = (&walked.start, &walked.end, &walked.counts);
    if end.counts != *counts {
        return count("run_end does not count the records before it");
    }
    if let Err(error) = walked.tally.agrees(&end.outcomes) {
        return Err(Fault::new("E_COUNT", error.to_string()));
    }
    if predicate.completeness != Completeness::of(&start.plan, &end.outcomes) {
        return count("the completeness is not what plan and outcomes give");
    }
    let window = &predicate.window;
    if window.started != start.time || window.ended != end.time || window.resumes != counts.resumes
    {
        return count("the window is not that of the journal");
    }
    let sealed = window.sealed.parse::<jiff::Timestamp>().map(|time| time.as_millisecond());
    if sealed.ok() < instant_ms(&end.time).map(|ended| ended - TOLERANCE_MS) {
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
    origin(walked, manifest)?;
    let sentence = format!("{} records and {} bodies, as in the manifest", walked.count, bodies);
    Ok(Passed::ok((), sentence))
}

/// Who, with what, from where: the manifest repeats the journal.
fn origin(walked: &Walked, manifest: &Manifest) -> Result<(), Fault> {
    let (start, end, predicate) = (&walked.start, &walked.end, &manifest.predicate);
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
