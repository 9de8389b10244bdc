//! The numbers of control 8: hosts in records, records by type, what became of their logins.

use std::collections::BTreeMap;

use super::families::Family;
use super::ground::Totals;
use super::records::AuthRecord;
use crate::analyzers::measure::word;
use crate::analyzers::{Facts, Verdicts};
use crate::finding::Metric;

pub(super) fn measure(
    facts: &Facts<'_>,
    families: &[Family],
    records: &[AuthRecord],
    totals: &Totals,
    verdicts: &mut Verdicts,
) {
    let hosts: u64 = families.iter().map(|family| family.hosts + family.unsure).sum();
    let served: u64 = families.iter().map(|family| family.served).sum();
    let label = "Scanned hosts without a live agent that are in a record for their family";
    verdicts.metric(Metric::ratio("hosts_in_record", label, served, hosts));
    let label = "Scanned hosts without a live agent that are in no record";
    verdicts.metric(Metric::count("hosts_without_record", label, hosts - served));
    let label = "Scanned hosts without a live agent whose operating system is not told";
    verdicts.metric(Metric::count("hosts_without_family", label, totals.nameless));
    let all = records.len() as u64;
    let vaulted = records.iter().filter(|record| record.vault == Some(true)).count() as u64;
    verdicts.metric(Metric::ratio("vaulted", "Records whose secret is in a vault", vaulted, all));
    let (mut by_type, mut outcomes) = (BTreeMap::<String, u64>::new(), BTreeMap::new());
    let mut successes = Vec::new();
    for record in records {
        let name = record
            .sub_type
            .as_ref()
            .map_or_else(|| record.kind.clone(), |sub_type| format!("{}_{sub_type}", record.kind));
        *by_type.entry(name).or_default() += 1;
        if record.serves {
            let (logged_in, hosts) = outcomes.entry(&record.kind).or_insert((0, 0));
            *logged_in += record.outcome.logged_in;
            *hosts += record.outcome.hosts;
            if record.outcome.hosts > 0 {
                successes.push(success(record));
            }
        }
    }
    for (name, count) in by_type {
        let label = format!("Records of type {name}");
        verdicts.metric(Metric::count(format!("records_{}", word(&name)), &label, count));
    }
    for (kind, (logged_in, hosts)) in outcomes {
        let label = format!("Logins that worked on hosts scanned lately, {kind} records");
        let metric = Metric::ratio(format!("success_{}", word(kind)), &label, logged_in, hosts);
        verdicts.metric(metric.against(facts.profile.c08.min_success.number()));
    }
    for metric in successes {
        verdicts.metric(metric.against(facts.profile.c08.min_success.number()));
    }
    let label = "Hosts whose authentication method names an account";
    verdicts.metric(Metric::count("methods_named", label, totals.named));
    let label = "Hosts whose authentication method says that nobody logged in";
    verdicts.metric(Metric::count("methods_anonymous", label, totals.anonymous));
}

fn success(record: &AuthRecord) -> Metric {
    let key = record.key();
    let label = format!("Hosts scanned lately on which a login worked, record {key}");
    let (logged_in, hosts) = (record.outcome.logged_in, record.outcome.hosts);
    Metric::ratio(format!("success_{}", word(&key)), &label, logged_in, hosts)
}
