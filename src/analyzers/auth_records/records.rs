//! Judges each record: whether its login works, how it keeps its secret, where it points.

use rusqlite::{Row, named_params};

use super::families::spans_by;
use super::ground::{Totals, families, window};
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::{Held, at_least, days, limit, percent, plural, rfc3339};
use crate::analyzers::rows::{collect, count, each, part, record};
use crate::analyzers::{AnalyzeError, Decision, Facts, Verdicts, Violation};
use crate::finding::{Known, Resource, Span};
use crate::profile::Ratio;

/// An authentication record and what became of its logins.
pub(super) struct AuthRecord {
    pub row: i64,
    pub kind: String,
    pub sub_type: Option<String>,
    pub id: i64,
    pub title: Option<String>,
    pub username: Option<String>,
    pub domain: Option<String>,
    /// Whether it takes its secret from a vault; `None`: not said.
    pub vault: Option<bool>,
    created: Option<i64>,
    modified: Option<i64>,
    received: i64,
    place: Place,
    /// It serves a whole Windows domain, wherever its hosts are.
    pub everywhere: bool,
    /// It is not inactive, and its type serves a family.
    pub serves: bool,
    pub outcome: LoginOutcome,
    pub span: Span,
}

/// Where a record points.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A whole Windows domain, or some address of the subscription or of a group.
    Inside,
    Outside,
    Nowhere,
}

/// What the hosts show that a record serves and that were scanned within the window.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LoginOutcome {
    pub hosts: u64,
    pub logged_in: u64,
    /// Those of them that another record serves too: a host says that a login worked, not whose.
    shared: u64,
    /// Whether a login worked is not known.
    pub unsure: u64,
    /// Whether they were scanned within the window is not known.
    undated: u64,
    /// With a live agent, whose scans count as logins too.
    agents: u64,
}

impl AuthRecord {
    /// `type/id`.
    pub(super) fn key(&self) -> String {
        format!("{}/{}", self.kind, self.id)
    }

    pub(super) fn name(&self) -> String {
        self.title.clone().unwrap_or_else(|| self.key())
    }

    pub(super) fn resource(&self) -> Resource {
        let resource = Resource::new("auth_record", self.key());
        match &self.title {
            Some(title) => resource.named(title),
            None => resource,
        }
    }
}

pub(super) fn records(facts: &Facts<'_>) -> Result<Vec<AuthRecord>, AnalyzeError> {
    collect(facts, sql!("controls/08_auth_records/records"), [], |row| auth_record(facts, row))
}

fn auth_record(facts: &Facts<'_>, row: &Row<'_>) -> rusqlite::Result<AuthRecord> {
    let id = row.get("id")?;
    Ok(AuthRecord {
        row: row.get("row")?,
        kind: row.get("type")?,
        sub_type: row.get("sub_type")?,
        id,
        title: row.get("title")?,
        username: row.get::<_, Option<String>>("username")?.filter(|name| !name.is_empty()),
        domain: row.get("domain")?,
        vault: row.get::<_, Option<String>>("login_type")?.map(|login| login == "vault"),
        created: row.get("created")?,
        modified: row.get("modified")?,
        received: row.get::<_, Option<i64>>("received")?.unwrap_or(facts.as_of),
        place: if row.get("everywhere")? || row.get("within")? {
            Place::Inside
        } else if row.get("has_ranges")? {
            Place::Outside
        } else {
            Place::Nowhere
        },
        everywhere: row.get("everywhere")?,
        serves: row.get("serves")?,
        outcome: LoginOutcome {
            hosts: count(row, "hosts")?,
            logged_in: count(row, "logged_in")?,
            shared: count(row, "shared")?,
            unsure: count(row, "unsure")?,
            undated: count(row, "undated")?,
            agents: count(row, "agents")?,
        },
        span: record(row, id)?,
    })
}

pub(super) fn judge(
    facts: &Facts<'_>,
    records: &[AuthRecord],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let mut failing = spans_by(facts, sql!("controls/08_auth_records/failing_spans"), |row| {
        row.get::<_, i64>("record_row")
    })?;
    for record in records {
        if record.serves {
            let spans = failing.remove(&record.row).unwrap_or_default();
            judge_outcome(facts, record, &spans, verdicts);
        }
        judge_secret(facts, record, verdicts);
        judge_place(record, verdicts);
    }
    for (check, least) in
        [("C08-03", Ratio::millionths(1)), ("C08-04", facts.profile.c08.min_success)]
    {
        let borrow = records.iter().filter(|one| one.serves && one.outcome.borrows(least)).count();
        if borrow > 0 {
            let those = plural(borrow as u64, "record", "records");
            let note = format!(
                "{those} may owe it to another record that serves the same hosts: a host says that \
                 a login worked, not whose"
            );
            verdicts.note(check, note);
        }
    }
    judge_unlisted(facts, verdicts)
}

impl LoginOutcome {
    /// Whether the logins on hosts that no other record serves fall short of this share, and all
    /// of them do not.
    fn borrows(self, least: Ratio) -> bool {
        let reaches = |count| !least.is_missed_by(count, self.hosts);
        self.hosts > 0 && reaches(self.logged_in) && !reaches(self.logged_in - self.shared)
    }
}

/// Types of which the list names records and none was answered: each is a subject of every check
/// of records, and nothing is known of it.
fn judge_unlisted(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    for kind in collect(facts, sql!("controls/08_auth_records/unlisted"), [], |row| {
        row.get::<_, String>("type")
    })? {
        let reason = format!("records of type {kind} are listed, and none of them was answered");
        let is_of_type = |entry: &String| entry.split(':').next() == Some(kind.as_str());
        let logs_in = families(facts).iter().any(|(_, types)| types.iter().any(is_of_type));
        let by_family = ["C08-03", "C08-04", "C08-09"].into_iter().filter(|_| logs_in);
        for check in by_family.chain(["C08-06", "C08-07", "C08-08", "C08-10"]) {
            verdicts.subjects(check, 1);
            verdicts.unknown(check, 1, &reason);
        }
    }
    Ok(())
}

/// C08-03 and C08-04: whether it logs in.
fn judge_outcome(facts: &Facts<'_>, record: &AuthRecord, spans: &[Span], verdicts: &mut Verdicts) {
    let limits = &facts.profile.c08;
    let LoginOutcome { hosts, logged_in, shared, unsure, undated, agents } = record.outcome;
    let told = |check: &'static str, message: String| {
        Violation::new(check, record.resource(), message)
            .fact("hosts", hosts)
            .fact("logged_in", logged_in)
            .fact("unknown_hosts", unsure + undated)
            .fact("shared_hosts", shared)
            .fact("agent_hosts", agents)
            .fact("window_days", facts.profile.c02.window_days)
            .evidence([record.span.clone()])
            .evidence(spans.iter().cloned())
    };
    let name = record.name();
    let unknown =
        || Known::Unknown("the dates of scans or logins of its hosts are not known".to_owned());
    let enough = limits.min_hosts.unsigned_abs();
    if hosts + undated >= enough {
        let is_dead = if logged_in > 0 {
            Known::Known(false)
        } else if unsure > 0 || hosts < enough {
            unknown()
        } else {
            Known::Known(true)
        };
        verdicts.settle("C08-03", is_dead, || {
            let message = format!(
                "Record \"{name}\": a login worked on 0 of {}",
                plural(hosts, "host", "hosts")
            );
            told("C08-03", message).fact("min_hosts", limits.min_hosts)
        });
    }
    let Some(held) = at_least(limits.min_success, logged_in, unsure + undated, hosts + undated)
    else {
        return;
    };
    let is_low = match held {
        Held::Inside => Known::Known(false),
        Held::Unknown => unknown(),
        // Nothing at all is C08-03's.
        Held::Outside if logged_in == 0 && unsure + undated == 0 => Known::Known(false),
        Held::Outside if logged_in == 0 => unknown(),
        Held::Outside => Known::Known(true),
    };
    verdicts.settle("C08-04", is_low, || {
        let message = format!(
            "Record \"{name}\": a login worked on {} of {}; the limit is {}",
            percent(logged_in, hosts),
            plural(hosts, "host", "hosts"),
            limit(limits.min_success)
        );
        told("C08-04", message).fact("limit", limits.min_success.as_f64())
    });
}

/// C08-06 and C08-07: where its secret is.
fn judge_secret(facts: &Facts<'_>, record: &AuthRecord, verdicts: &mut Verdicts) {
    let most = facts.profile.c08.max_unchanged_days;
    let unsaid = || Known::Unknown("whether its secret is in a vault was not said".to_owned());
    let age = |time: i64| facts.age(time, record.received);
    let is_old = match (record.modified, record.created) {
        (Some(time), _) => match age(time) {
            Known::Known(age) => Known::Known(Facts::breaks(age, most)),
            Known::Unknown(reason) => Known::Unknown(reason),
        },
        // Nothing is changed before it is made.
        (None, Some(time)) if matches!(age(time), Known::Known(age) if !Facts::breaks(age, most)) => {
            Known::Known(false)
        }
        _ => Known::Unknown("when it was last changed was not said".to_owned()),
    };
    let is_stale = match (record.vault, is_old) {
        (Some(true), _) | (_, Known::Known(false)) => Known::Known(false),
        (_, Known::Unknown(reason)) => Known::Unknown(reason),
        (None, _) => unsaid(),
        (Some(false), Known::Known(true)) => Known::Known(true),
    };
    let name = record.name();
    verdicts.settle("C08-06", is_stale, || {
        let since = record.modified.map_or(0, |time| facts.as_of - time);
        let message = format!(
            "Record \"{name}\" was last modified {} ago, which is not the age of its password; the \
             limit is {most} days",
            days(since)
        );
        Violation::new("C08-06", record.resource(), message)
            .fact("modified", record.modified.map(rfc3339))
            .fact("limit_days", most)
            .evidence([record.span.clone()])
    });
    let is_kept = record.vault.map_or_else(unsaid, |vault| Known::Known(!vault));
    verdicts.settle("C08-07", is_kept, || {
        let message = format!("Record \"{name}\" keeps its password in Qualys");
        Violation::new("C08-07", record.resource(), message).evidence([record.span.clone()])
    });
}

/// C08-08: whether it points at something.
fn judge_place(record: &AuthRecord, verdicts: &mut Verdicts) {
    let is_lost = record.place != Place::Inside;
    verdicts.settle("C08-08", Known::Known(is_lost), || {
        let name = record.name();
        let has_addresses = record.place == Place::Outside;
        let message = if has_addresses {
            format!("Record \"{name}\" points at no address of the subscription or of a group")
        } else {
            format!("Record \"{name}\" points at no address at all")
        };
        Violation::new("C08-08", record.resource(), message)
            .fact("has_addresses", has_addresses)
            .evidence([record.span.clone()])
    });
}

/// The failed logins that scans reported of one host.
struct Failed {
    name: Option<String>,
    record: Option<String>,
    /// It is one of the hosts scanned within the window.
    counted: bool,
    later: bool,
    unsure: bool,
    qids: Vec<i64>,
    last: Option<i64>,
    spans: Vec<Span>,
}

/// C08-05: hosts on which the last login failed.
pub(super) fn judge_failed(
    facts: &Facts<'_>,
    totals: &Totals,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C08-05";
    verdicts.subjects(CHECK, totals.recent);
    // The rows of one host stand together.
    let mut open: Option<(i64, Failed)> = None;
    let window = named_params! { ":window": window(facts) };
    each(facts, sql!("controls/08_auth_records/failed"), window, |row| {
        if row.get::<_, Option<bool>>("later")? == Some(false) {
            return Ok(());
        }
        let id = row.get("host_id")?;
        let host = match open.take() {
            Some((other, host)) if other == id => host,
            done => {
                if let Some((id, host)) = done {
                    host.judge(id, verdicts);
                }
                Failed::of(row, id)?
            }
        };
        open = Some((id, host.joined(row)?));
        Ok(())
    })?;
    if let Some((id, host)) = open {
        host.judge(id, verdicts);
    }
    if facts.profile.c08.fail_qids.is_empty() && facts.bodies("vm/knowledge-base")?.is_empty() {
        let reason = "which QIDs tell of failed logins is not known: the knowledge base was not read \
                      (vm/knowledge-base) and c08.fail_qids names none";
        verdicts.decide(CHECK, Decision::NotAssessed, reason);
    }
    Ok(())
}

impl Failed {
    fn of(row: &Row<'_>, id: i64) -> rusqlite::Result<Self> {
        let mut spans = Vec::new();
        if let Some(response) = row.get("host_response")? {
            let (offset, length) = (row.get("host_offset")?, row.get("host_length")?);
            spans.push(Span::record(response, offset, length, id));
        }
        Ok(Self {
            name: row.get("name")?,
            record: row.get("record")?,
            counted: row.get::<_, Option<bool>>("recent")?.unwrap_or_default(),
            later: false,
            unsure: false,
            qids: Vec::new(),
            last: None,
            spans,
        })
    }

    /// With one more failed login, or one of which that is not known.
    fn joined(mut self, row: &Row<'_>) -> rusqlite::Result<Self> {
        if row.get::<_, Option<bool>>("later")?.is_none() {
            self.unsure = true;
            return Ok(self);
        }
        self.later = true;
        self.last = self.last.max(row.get("last_found")?);
        let qid = row.get("qid")?;
        if !self.qids.contains(&qid) {
            self.qids.push(qid);
        }
        if self.spans.len() <= SPANS {
            self.spans.push(part(row)?);
        }
        Ok(self)
    }

    fn judge(self, id: i64, verdicts: &mut Verdicts) {
        const CHECK: &str = "C08-05";
        if (self.later || self.unsure) && !self.counted {
            verdicts.subjects(CHECK, 1);
        }
        if !self.later {
            let reason = "when its last login worked or failed is not known";
            verdicts.unknown(CHECK, u64::from(self.unsure), reason);
            return;
        }
        let resource = Resource::new("host", id);
        let (resource, name) = match &self.name {
            Some(name) => (resource.named(name), name.clone()),
            None => (resource, id.to_string()),
        };
        let of = self.record.as_ref().map(|record| format!(", in record {record}"));
        let message = format!("A scan reports a failed login on {name}{}", of.unwrap_or_default());
        let parent = self
            .record
            .as_ref()
            .map_or_else(Resource::subscription, |record| Resource::new("auth_record", record));
        verdicts.violation(
            Violation::new(CHECK, resource, message)
                .fact("qids", self.qids)
                .fact("last_found", self.last.map(rfc3339))
                .fact("auth_record", self.record)
                .evidence(self.spans)
                .parent(parent),
        );
    }
}
