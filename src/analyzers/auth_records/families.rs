//! Judges whether there is a record for each family of systems, and whether its hosts are in one.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Row, named_params};

use super::ground;
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::plural;
use crate::analyzers::rows::{collect, count, record};
use crate::analyzers::{AnalyzeError, Facts, Reach, Verdicts, Violation};
use crate::finding::{Known, Resource, Span};

const NO_AGENTS: &str = "which hosts have a live agent was not read (am/host-assets)";
const UNSURE_AGENT: &str = "whether a live agent looks at the hosts is not known";
const UNSURE_HOSTS: &str =
    "hosts have no address, or it is not known whether a live agent looks at them";
const UNLISTED: &str = "records of a type that serves it are listed, and none of them was answered";

/// Scanned hosts of one family in one network that need a login.
pub(super) struct Family {
    pub name: String,
    pub network: i64,
    /// Without a live agent.
    pub hosts: u64,
    /// Perhaps with a live agent.
    pub unsure: u64,
    /// In a record that serves the family.
    pub served: u64,
    /// The network holds a record for the family.
    pub has_record: bool,
}

pub(super) fn families(facts: &Facts<'_>) -> Result<Vec<Family>, AnalyzeError> {
    collect(facts, sql!("controls/08_auth_records/families"), [], |row| {
        Ok(Family {
            name: row.get("family")?,
            network: row.get("network_id")?,
            hosts: count(row, "hosts")?,
            unsure: count(row, "unsure")?,
            served: count(row, "served")?,
            has_record: row.get("has_record")?,
        })
    })
}

pub(super) fn judge(
    facts: &Facts<'_>,
    families: &[Family],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let unlisted = collect(facts, sql!("controls/08_auth_records/unlisted"), [], |row| {
        row.get::<_, String>("type")
    })?;
    let types: BTreeMap<&str, &[String]> = ground::families(facts).into_iter().collect();
    // Families whose records may stand in an answer that did not come.
    let doubtful: BTreeSet<&str> = types
        .iter()
        .filter(|(_, types)| {
            types.iter().any(|entry| {
                let kind = entry.split(':').next().unwrap_or_default();
                unlisted.iter().any(|unlisted| unlisted == kind)
            })
        })
        .map(|(family, _)| *family)
        .collect();
    judge_families(facts, families, &types, &doubtful, verdicts)?;
    judge_nameless(facts, verdicts)?;
    judge_groups(facts, &doubtful, verdicts)
}

/// C08-01: a record for each family, in each network.
fn judge_families(
    facts: &Facts<'_>,
    families: &[Family],
    types: &BTreeMap<&str, &[String]>,
    doubtful: &BTreeSet<&str>,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C08-01";
    let mut spans = spans_by(facts, sql!("controls/08_auth_records/family_spans"), |row| {
        row.get::<_, String>("family")
    })?;
    let bodies = facts.bodies("vm/auth-records")?;
    for parts in families.chunk_by(|a, b| a.name == b.name) {
        let Some(Family { name, .. }) = parts.first() else { continue };
        let bare: Vec<&Family> = parts.iter().filter(|part| !part.has_record).collect();
        let hosts: u64 = bare.iter().map(|part| part.hosts).sum();
        let is_missing = if bare.is_empty() {
            Known::Known(false)
        } else if doubtful.contains(name.as_str()) {
            Known::Unknown(UNLISTED.to_owned())
        } else if hosts == 0 {
            Known::Unknown(no_agents(facts).to_owned())
        } else {
            Known::Known(true)
        };
        let takes = types.get(name.as_str()).copied().unwrap_or_default();
        verdicts.settle(CHECK, is_missing, || {
            let lacking: Vec<i64> =
                bare.iter().filter(|part| part.hosts > 0).map(|part| part.network).collect();
            let many = plural(hosts, "host", "hosts");
            let message =
                format!("{many} of family {name} and no record of type {}", takes.join(" or "));
            Violation::new(CHECK, Resource::new("os_family", name), message)
                .fact("hosts", hosts)
                .fact("unknown_hosts", bare.iter().map(|part| part.unsure).sum::<u64>())
                .fact("networks", lacking)
                .fact("types", takes)
                .evidence(spans.remove(name).unwrap_or_default())
                .evidence(bodies.iter().cloned())
        });
    }
    Ok(())
}

/// Hosts whose system is not told lack a record only if some family does in their network.
fn judge_nameless(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C08-01";
    let networks = collect(facts, sql!("controls/08_auth_records/nameless"), [], |row| {
        Ok((count(row, "hosts")?, count(row, "unserved")?))
    })?;
    let hosts: u64 =
        networks.iter().filter(|(_, unserved)| *unserved > 0).map(|(hosts, _)| hosts).sum();
    if hosts > 0 {
        verdicts.subjects(CHECK, 1);
        let reason = "the operating system of some hosts is not told, and their networks do not hold \
                      records for every family";
        verdicts.unknown(CHECK, 1, reason);
    }
    Ok(())
}

/// Scanned hosts of one family in one group that need a login.
struct Place {
    /// `None`: hosts in no judged group.
    group: Option<Group>,
    family: String,
    hosts: u64,
    /// In no record.
    outside: u64,
    /// In none that is known.
    unsure: u64,
}

struct Group {
    id: i64,
    title: String,
    span: Span,
}

impl Place {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let group = match row.get("group_id")? {
            Some(id) => Some(Group { id, title: row.get("title")?, span: record(row, id)? }),
            None => None,
        };
        Ok(Self {
            group,
            family: row.get("family")?,
            hosts: count(row, "hosts")?,
            outside: count(row, "outside")?,
            unsure: count(row, "unsure")?,
        })
    }

    fn violation(&self, check: &'static str, hosts: Vec<Span>) -> Violation {
        let Self { group, family, outside, .. } = self;
        let (resource, name) = match group {
            Some(Group { id, title, .. }) => {
                (Resource::new("asset_group", id).named(title), format!("asset group \"{title}\""))
            }
            None => (Resource::subscription(), "no asset group".to_owned()),
        };
        let many = plural(*outside, "host is", "hosts are");
        let message = format!("In {name}: {many} of family {family} and in no record");
        Violation::new(check, resource.told_apart(family), message)
            .fact("hosts_outside", *outside)
            .fact("unknown_hosts", self.unsure)
            .fact("hosts", self.hosts)
            .evidence(group.as_ref().map(|group| group.span.clone()))
            .evidence(hosts)
    }
}

/// C08-02: the hosts of each group and family are in a record.
fn judge_groups(
    facts: &Facts<'_>,
    doubtful: &BTreeSet<&str>,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C08-02";
    let mut spans = spans_by(facts, sql!("controls/08_auth_records/unserved_spans"), |row| {
        Ok((row.get::<_, Option<i64>>("group_id")?, row.get::<_, String>("family")?))
    })?;
    for place in collect(facts, sql!("controls/08_auth_records/unserved"), [], Place::read)? {
        let is_outside = if place.outside + place.unsure == 0 {
            Known::Known(false)
        } else if doubtful.contains(place.family.as_str()) {
            Known::Unknown(UNLISTED.to_owned())
        } else if place.outside > 0 {
            Known::Known(true)
        } else if facts.reach("am/host-assets") == Reach::Whole {
            Known::Unknown(UNSURE_HOSTS.to_owned())
        } else {
            Known::Unknown(NO_AGENTS.to_owned())
        };
        verdicts.settle(CHECK, is_outside, || {
            let key = (place.group.as_ref().map(|group| group.id), place.family.clone());
            place.violation(CHECK, spans.remove(&key).unwrap_or_default())
        });
    }
    Ok(())
}

/// Sampled records of hosts, by what they are samples of.
pub(super) fn spans_by<K: Ord>(
    facts: &Facts<'_>,
    sql: &str,
    key: impl Fn(&Row<'_>) -> rusqlite::Result<K>,
) -> Result<BTreeMap<K, Vec<Span>>, AnalyzeError> {
    let mut spans: BTreeMap<K, Vec<Span>> = BTreeMap::new();
    let rows = collect(facts, sql, named_params! { ":spans": SPANS }, |row| {
        Ok((key(row)?, record(row, row.get("id")?)?))
    })?;
    for (key, span) in rows {
        spans.entry(key).or_default().push(span);
    }
    Ok(spans)
}

fn no_agents(facts: &Facts<'_>) -> &'static str {
    if facts.reach("am/host-assets") == Reach::Whole { UNSURE_AGENT } else { NO_AGENTS }
}
