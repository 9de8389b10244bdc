//! Judges what relies on appliances: groups, segments, schedules and the inside of the network.

use std::collections::{BTreeMap, BTreeSet};

use super::estate::Estate;
use super::judge::decide_software;
use crate::address::{Range, Set};
use crate::analyzers::measure::percent;
use crate::analyzers::scanning::Scanner;
use crate::analyzers::{AnalyzeError, Facts, Reach, Verdicts, Violation};
use crate::finding::{Known, Resource};
use crate::profile::Segment;

/// Addresses of private networks (RFC 1918).
const PRIVATE: [&str; 3] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

struct Host {
    id: i64,
    network: i64,
    address: Option<Range>,
    os_family: Option<String>,
    agent: Option<bool>,
}

pub(super) fn judge(
    facts: &Facts<'_>,
    estate: &Estate,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    decide_software(facts, verdicts);
    let hosts = hosts(facts)?;
    if facts.profile.segments.is_empty() {
        judge_groups(facts, estate, verdicts);
    } else {
        judge_segments(facts, estate, &hosts, verdicts)?;
    }
    judge_schedules(facts, estate, verdicts)?;
    judge_inside(facts, estate, &hosts, verdicts)
}

fn hosts(facts: &Facts<'_>) -> Result<Vec<Host>, AnalyzeError> {
    let portal = facts.reach("am/host-assets") == Reach::Whole;
    let mut statement = facts.model.prepare(sql!("controls/06_appliances/hosts"))?;
    let mut rows = statement.query([])?;
    let mut hosts = Vec::new();
    while let Some(row) = rows.next()? {
        let network = row.get("network_id")?;
        let ip: Option<Vec<u8>> = row.get("ip")?;
        let joined: Option<i64> = row.get("asset_row")?;
        hosts.push(Host {
            id: row.get("id")?,
            network,
            address: ip.and_then(|ip| Range::from_bytes(network, &ip, &ip)),
            os_family: row.get("os_family")?,
            // A host that the portal does not know has no agent, if the portal was read whole.
            agent: if joined.is_some() || portal { row.get("agent")? } else { None },
        });
    }
    Ok(hosts)
}

/// C06-07 by asset group.
fn judge_groups(facts: &Facts<'_>, estate: &Estate, verdicts: &mut Verdicts) {
    let least = facts.profile.c06.redundancy_min_hosts.unsigned_abs();
    for group in estate.groups.iter().filter(|group| !group.ignored && group.hosts >= least) {
        let serving: Vec<_> = estate
            .appliances
            .iter()
            .filter(|appliance| group.appliances.contains(&appliance.id))
            .collect();
        // A group that no appliance serves is scanned from outside, by agents, or by a pool.
        if serving.is_empty() {
            continue;
        }
        verdicts.settle("C06-07", Known::Known(serving.len() == 1), || {
            let name = serving.first().map_or("", |appliance| appliance.name.as_str());
            let resource = Resource::new("asset_group", group.id).named(&group.title);
            let message = format!("{} depends on {name} alone", group.title);
            Violation::new("C06-07", resource, message)
                .fact("appliance", name)
                .fact("hosts", group.hosts)
                .fact("min_hosts", least)
                .evidence([group.span.clone()])
                .evidence(serving.iter().map(|appliance| appliance.span.clone()))
        });
    }
}

/// C06-07 by declared segment.
fn judge_segments(
    facts: &Facts<'_>,
    estate: &Estate,
    hosts: &[Host],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let least = facts.profile.c06.redundancy_min_hosts.unsigned_abs();
    let mut members: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    let mut statement = facts.model.prepare(sql!("controls/06_appliances/group_hosts"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        members.entry(row.get("title")?).or_default().insert(row.get("host_id")?);
    }
    for segment in &facts.profile.segments {
        let count = within(segment, hosts, &members);
        if count < least || segment.appliances.is_empty() {
            continue;
        }
        let listed = |name: &&String| {
            estate.appliances.iter().any(|one| one.name.trim().eq_ignore_ascii_case(name))
        };
        let serving: BTreeSet<String> =
            segment.appliances.iter().filter(listed).map(|name| name.to_lowercase()).collect();
        let of_segment = estate
            .appliances
            .iter()
            .filter(|one| serving.contains(&one.name.trim().to_lowercase()));
        verdicts.settle("C06-07", Known::Known(serving.len() == 1), || {
            let name = segment.appliances.iter().find(listed).map_or("", String::as_str);
            let resource = Resource::new("segment", &segment.id).named(&segment.name);
            let message = format!("{} depends on {name} alone", segment.name);
            Violation::new("C06-07", resource, message)
                .fact("appliance", name)
                .fact("hosts", count)
                .fact("min_hosts", least)
                .evidence(of_segment.map(|appliance| appliance.span.clone()))
        });
    }
    Ok(())
}

/// Hosts of a segment: by address in its network, or by asset group.
fn within(segment: &Segment, hosts: &[Host], members: &BTreeMap<String, BTreeSet<i64>>) -> u64 {
    let network = segment.network_id;
    let blocks: Set = segment
        .cidrs
        .iter()
        .filter_map(|block| Range::new(network, block.network(), block.broadcast()))
        .collect();
    let groups: Vec<&BTreeSet<i64>> =
        segment.asset_groups.iter().filter_map(|title| members.get(title)).collect();
    let is_inside = |host: &&Host| {
        host.network == network && host.address.is_some_and(|address| blocks.contains(&address))
            || groups.iter().any(|group| group.contains(&host.id))
    };
    hosts.iter().filter(is_inside).count() as u64
}

/// C06-10: an active schedule names a scanner that is not listed.
fn judge_schedules(
    facts: &Facts<'_>,
    estate: &Estate,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C06-10";
    let bodies = facts.bodies("vm/appliances")?;
    for schedule in estate.schedules.iter().filter(|schedule| schedule.is_on != Some(false)) {
        let names = match &schedule.scanner {
            Scanner::Named(names) => names,
            Scanner::Unsaid => {
                verdicts.subjects(CHECK, 1);
                verdicts.unknown(CHECK, 1, "which scanner an active schedule uses was not said");
                continue;
            }
            Scanner::OfGroups | Scanner::External | Scanner::Default | Scanner::Pool => continue,
        };
        let is_listed = |name: &&String| {
            estate.appliances.iter().any(|one| one.name.trim().eq_ignore_ascii_case(name))
        };
        let missing: Vec<&String> = names.iter().filter(|name| !is_listed(name)).collect();
        let is_lost = match (missing.is_empty(), schedule.is_on) {
            (false, None) => Known::Unknown("whether a schedule is active was not said".to_owned()),
            (is_found, _) => Known::Known(!is_found),
        };
        verdicts.settle(CHECK, is_lost, || {
            let list = missing.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
            let resource = Resource::new("schedule", schedule.id).named(&schedule.title);
            let message = format!("Schedule \"{}\" uses unknown scanner {list}", schedule.title);
            Violation::new(CHECK, resource, message)
                .fact("scanners", names.clone())
                .fact("unknown", list)
                .evidence([schedule.span.clone()])
                .evidence(bodies.clone())
        });
    }
    Ok(())
}

/// C06-11: internal addresses that neither a scanner nor agents look at.
fn judge_inside(
    facts: &Facts<'_>,
    estate: &Estate,
    hosts: &[Host],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C06-11";
    let mut ranges = Vec::new();
    let mut statement = facts.model.prepare(sql!("controls/06_appliances/group_ranges"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (first, last): (Vec<u8>, Vec<u8>) = (row.get("first")?, row.get("last")?);
        ranges.extend(Range::from_bytes(row.get("network_id")?, &first, &last));
    }
    let networks: BTreeSet<i64> =
        ranges.iter().map(Range::network).chain(hosts.iter().map(|host| host.network)).collect();
    let private: Set = networks
        .iter()
        .flat_map(|network| PRIVATE.iter().filter_map(|block| Range::parse(*network, block).ok()))
        .collect();
    let inside = ranges.into_iter().collect::<Set>().intersection(&private);
    if inside.is_empty() {
        return Ok(());
    }
    let (mut eligible, mut covered, mut unsure) = (0, 0, 0);
    for host in hosts {
        let is_eligible = host
            .os_family
            .as_ref()
            .is_some_and(|family| facts.profile.c07.eligible_os.contains(family));
        if is_eligible && host.address.is_some_and(|address| inside.contains(&address)) {
            eligible += 1;
            covered += u64::from(host.agent == Some(true));
            unsure += u64::from(host.agent.is_none());
        }
    }
    let limit = facts.profile.c01.agent_cover_min;
    let is_blind = if !estate.appliances.is_empty() {
        Known::Known(false)
    } else if eligible == 0 || limit.is_missed_by(covered + unsure, eligible) {
        Known::Known(true)
    } else if limit.is_missed_by(covered, eligible) {
        Known::Unknown("whether live agents look at the hosts is not known".to_owned())
    } else {
        Known::Known(false)
    };
    let bodies = facts.bodies("vm/appliances")?;
    verdicts.settle(CHECK, is_blind, || {
        let addresses = inside.count();
        let message = format!("{addresses} internal addresses and no scanner");
        Violation::new(CHECK, Resource::subscription(), message)
            .fact("addresses", addresses.to_string())
            .fact("eligible_hosts", eligible)
            .fact("hosts_with_agent", covered)
            .fact("agent_cover", percent(covered, eligible))
            .fact("agent_cover_min", limit.as_f64())
            .evidence(bodies)
    });
    Ok(())
}
