//! Judges the scopes that the declared networks name: whether their hosts carry the scope's tag.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::named_params;

use super::hosts::BLIND;
use crate::address::{Range, Set};
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::{Held, at_most, limit, percent, plural};
use crate::analyzers::rows::{collect, count, record};
use crate::analyzers::{AnalyzeError, Decision, Facts, Verdicts, Violation};
use crate::finding::{Known, Resource};

/// C18-05: each segment and tag of the declared networks.
pub(super) fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C18-05";
    let Some(networks) = &facts.inputs.networks else { return Ok(()) };
    let mut scopes: BTreeMap<(String, &str), BTreeSet<Range>> = BTreeMap::new();
    for network in &networks.entries {
        if let Some(tag) = &network.scope {
            let alone = || format!("{}@{}", network.cidr, network.network_id);
            let segment = network.segment.clone().unwrap_or_else(alone);
            let (first, last) = (network.cidr.network(), network.cidr.broadcast());
            let ranges = scopes.entry((segment, tag)).or_default();
            ranges.extend(Range::new(network.network_id, first, last));
        }
    }
    if scopes.is_empty() {
        let reason = "no declared network names a tag in its column scope";
        verdicts.decide(CHECK, Decision::Off, reason);
        return Ok(());
    }
    let mut insert = facts.model.prepare("INSERT INTO scope_block VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for ((segment, tag), ranges) in scopes {
        for run in ranges.into_iter().collect::<Set>().runs() {
            let (first, last) = run.to_bytes();
            insert.execute((&segment, tag, run.network(), first, last))?;
        }
    }
    facts.model.execute(sql!("controls/18_tagging/scope_hosts"), [])?;
    let most = facts.profile.c18.scope_miss;
    for scope in collect(facts, sql!("controls/18_tagging/scopes"), [], Scope::read)? {
        let Scope { segment, tag, hosts, lacking, unsure } = &scope;
        let is_violated = match at_most(most, *lacking, *unsure, *hosts) {
            None | Some(Held::Inside) => Known::Known(false),
            Some(Held::Outside) => Known::Known(true),
            Some(Held::Unknown) => Known::Unknown(BLIND.to_owned()),
        };
        let place = named_params! { ":segment": segment, ":tag": tag, ":spans": SPANS };
        let spans = collect(facts, sql!("controls/18_tagging/scope_spans"), place, |row| {
            record(row, row.get("id")?)
        })?;
        verdicts.settle(CHECK, is_violated, || {
            let message = format!(
                "{} of {} in {segment} lack the tag \"{tag}\"; the limit is {}",
                percent(*lacking, *hosts),
                plural(*hosts, "host", "hosts"),
                limit(most)
            );
            Violation::new(CHECK, Resource::new("segment", segment).told_apart(tag), message)
                .fact("lacking_hosts", *lacking)
                .fact("unknown_hosts", *unsure)
                .fact("hosts", *hosts)
                .fact("limit", most.as_f64())
                .evidence(spans)
        });
    }
    Ok(())
}

struct Scope {
    segment: String,
    tag: String,
    hosts: u64,
    lacking: u64,
    unsure: u64,
}

impl Scope {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            segment: row.get("segment")?,
            tag: row.get("tag")?,
            hosts: count(row, "hosts")?,
            lacking: count(row, "lacking")?,
            unsure: count(row, "unsure")?,
        })
    }
}
