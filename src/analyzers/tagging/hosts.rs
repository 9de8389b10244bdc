//! Judges hosts by the tags that they carry: none, two that exclude each other, not the right one.

use std::collections::BTreeSet;

use rusqlite::{Row, named_params};

use super::read::Coverage;
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::{Held, at_most, limit, percent, plural};
use crate::analyzers::rows::{collect, count, each, record};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Resource, Severity, Span};
use crate::profile::TagName;

pub(super) const BLIND: &str =
    "the tags of hosts are not shown: the host list gives them with show_tags=1";

/// C18-02: hosts without a user-defined tag.
pub(super) fn judge_untagged(
    facts: &Facts<'_>,
    coverage: &Coverage,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C18-02";
    let limits = &facts.profile.c18;
    let Coverage { hosts, untagged, unsure, blind } = *coverage;
    let Some(held) = at_most(limits.max_untagged, untagged, unsure, hosts) else { return Ok(()) };
    verdicts.subjects(CHECK, 1);
    match held {
        Held::Inside => {}
        Held::Unknown if blind > 0 => verdicts.unknown(CHECK, 1, BLIND),
        Held::Unknown => {
            verdicts.unknown(CHECK, 1, "hosts carry tags that the list of tags does not have");
        }
        Held::Outside => {
            let is_high =
                at_most(limits.max_untagged_fail, untagged, 0, hosts) == Some(Held::Outside);
            let message = format!(
                "{} of {} carry no user-defined tag; the limit is {}",
                percent(untagged, hosts),
                plural(hosts, "host", "hosts"),
                limit(limits.max_untagged)
            );
            let spans = collect(
                facts,
                sql!("controls/18_tagging/untagged"),
                named_params! { ":spans": SPANS },
                span,
            )?;
            verdicts.violation(
                Violation::new(CHECK, Resource::subscription(), message)
                    .severity(if is_high { Severity::High } else { Severity::Medium })
                    .fact("untagged_hosts", untagged)
                    .fact("unknown_hosts", unsure)
                    .fact("hosts", hosts)
                    .fact("limit", limits.max_untagged.as_f64())
                    .fact("limit_high", limits.max_untagged_fail.as_f64())
                    .evidence(spans),
            );
        }
    }
    Ok(())
}

/// C18-09: each host and pair of tags.
pub(super) fn judge_exclusive(
    facts: &Facts<'_>,
    coverage: &Coverage,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C18-09";
    let sets = &facts.profile.tag.exclusive;
    if sets.is_empty() {
        return Ok(());
    }
    verdicts.subjects(CHECK, coverage.hosts);
    verdicts.unknown(CHECK, coverage.blind, BLIND);
    // A pair that two sets name, or a host that two records give, is one finding.
    let mut told = BTreeSet::new();
    for set in sets {
        let names = serde_json::Value::from(set.names.as_slice()).to_string();
        let names = named_params! { ":names": names };
        each(facts, sql!("controls/18_tagging/exclusive"), names, |row| {
            let pair = Pair::read(row)?;
            if told.insert((pair.host, pair.first.0, pair.second.0)) {
                verdicts.violation(pair.violation(CHECK));
            }
            Ok(())
        })?;
    }
    Ok(())
}

struct Pair {
    host: i64,
    host_name: Option<String>,
    first: (i64, String),
    second: (i64, String),
    span: Span,
}

impl Pair {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            host: row.get("id")?,
            host_name: row.get("host_name")?,
            first: (row.get("first_id")?, row.get("first_name")?),
            second: (row.get("second_id")?, row.get("second_name")?),
            span: span(row)?,
        })
    }

    fn violation(self, check: &'static str) -> Violation {
        let Self { host, host_name, first, second, span } = self;
        let resource = Resource::new("host", host).told_apart(format!("{}+{}", first.0, second.0));
        let called = host_name
            .as_ref()
            .map_or_else(|| format!("Host {host}"), |name| format!("Host {host} ({name})"));
        let resource = match host_name {
            Some(name) => resource.named(name),
            None => resource,
        };
        let message = format!(
            "{called} carries \"{}\" and \"{}\", which exclude each other",
            first.1, second.1
        );
        Violation::new(check, resource, message)
            .parent(Resource::subscription())
            .fact("tags", vec![first.1, second.1])
            .evidence([span])
    }
}

/// C18-10: short-lived hosts, where the profile names their tag.
pub(super) fn judge_ephemeral(
    facts: &Facts<'_>,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C18-10";
    let Some(TagName(name)) = &facts.profile.tag.ephemeral else { return Ok(()) };
    let (hosts, untagged, unsure) = facts.model.query_row(
        sql!("controls/18_tagging/ephemeral"),
        named_params! { ":name": name },
        |row| Ok((count(row, "hosts")?, count(row, "untagged")?, count(row, "unsure")?)),
    )?;
    verdicts.subjects(CHECK, hosts);
    verdicts.unknown(CHECK, unsure, BLIND);
    if untagged > 0 {
        let message = format!(
            "{} of {} without the tag \"{name}\"",
            untagged,
            plural(hosts, "short-lived host is", "short-lived hosts are")
        );
        let parameters = named_params! { ":name": name, ":spans": SPANS };
        verdicts.violation(
            Violation::new(CHECK, Resource::subscription(), message)
                .fact("untagged_hosts", untagged)
                .fact("short_lived_hosts", hosts)
                .fact("unknown_hosts", unsure)
                .fact("tag", name.as_str())
                .evidence(collect(
                    facts,
                    sql!("controls/18_tagging/ephemeral_spans"),
                    parameters,
                    span,
                )?),
        );
    }
    Ok(())
}

fn span(row: &Row<'_>) -> rusqlite::Result<Span> {
    record(row, row.get("id")?)
}
