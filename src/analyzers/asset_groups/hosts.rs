//! Judges hosts and assets: orphans, strangers, hosts long not seen, assets that nobody scans.

use std::net::IpAddr;

use ipnet::IpNet;
use rusqlite::{Row, named_params};

use super::EVERYTHING;
use super::estate::Estate;
use crate::address::Range;
use crate::analyzers::binding::{DAY, SPANS, sort_tags};
use crate::analyzers::measure::{day, days, rfc3339};
use crate::analyzers::rows::{collect, count, each, record};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Resource, Span};

/// Hosts and assets by what became of them.
pub(super) struct Counts {
    pub hosts: u64,
    pub orphans: u64,
    pub stale: u64,
    pub undated: u64,
    pub live: u64,
    pub strangers: u64,
    pub assets: u64,
    pub known_assets: u64,
    /// Hosts whose tags are in no answer, and those whose tags are in no list.
    tags_unseen: u64,
    tags_unlisted: u64,
    /// Strangers unless an address of several networks is theirs, and those without an address.
    doubtful: u64,
    nowhere: u64,
    /// Cloud instances that would be found, were it known that they still run.
    perhaps_orphans: u64,
    perhaps_strangers: u64,
    perhaps_stale: u64,
}

const MAYBE_GONE: &str = "whether its instance is terminated was not read (am/host-assets)";

/// C04-04, C04-05, C04-06 and C04-10.
pub(super) fn judge(
    facts: &Facts<'_>,
    estate: &Estate,
    verdicts: &mut Verdicts,
) -> Result<Counts, AnalyzeError> {
    let counts = prepare(facts)?;
    judge_assets(facts, &counts, verdicts)?;
    verdicts.subjects("C04-04", counts.hosts);
    verdicts.unknown(
        "C04-04",
        counts.tags_unseen,
        "the tags of hosts are not shown: the host list gives them with show_tags=1",
    );
    let unlisted = "a host carries tags that the list of tags does not have (am/tags), so they may \
                    be those of Qualys";
    verdicts.unknown("C04-04", counts.tags_unlisted, unlisted);
    verdicts.unknown("C04-04", counts.perhaps_orphans, MAYBE_GONE);
    hosts(facts, sql!("controls/04_asset_groups/orphans"), |host| {
        let words = host.words();
        let message = format!("Host {words} has neither an asset group nor a user-defined tag");
        let violation =
            Violation::new("C04-04", host.resource(), message).evidence([host.span.clone()]);
        verdicts.violation(match host.neighbours() {
            Some(neighbours) => violation.parent(neighbours),
            None => violation,
        });
    })?;
    if estate.declared.is_some() && facts.inputs.assets.is_some() {
        verdicts.subjects("C04-06", counts.live);
        verdicts.unknown(
            "C04-06",
            counts.doubtful,
            "the inventory knows the host only by an address that several networks have",
        );
        verdicts.unknown("C04-06", counts.nowhere, "the host has no address");
        verdicts.unknown("C04-06", counts.perhaps_strangers, MAYBE_GONE);
        hosts(facts, sql!("controls/04_asset_groups/strangers"), |host| {
            let message = format!("Host {} is scanned and unknown to the inventory", host.words());
            verdicts.violation(
                Violation::new("C04-06", host.resource(), message)
                    .fact("network", host.network)
                    .fact("last_seen", host.seen.map(rfc3339))
                    .evidence([host.span.clone()]),
            );
        })?;
    }
    judge_stale(facts, &counts, verdicts)?;
    Ok(counts)
}

/// Fills the tables that the statements look up.
fn prepare(facts: &Facts<'_>) -> Result<Counts, AnalyzeError> {
    sort_tags(facts)?;
    let listed = facts.asked("vm/hosts", "show_tags")?.as_deref() == Some("1")
        || facts.model.query_row("SELECT EXISTS (SELECT 1 FROM host_tag)", [], |row| row.get(0))?;
    for statement in [
        sql!("controls/04_asset_groups/identities"),
        sql!("controls/04_asset_groups/identity_indexes"),
        sql!("controls/04_asset_groups/known_assets"),
        sql!("controls/04_asset_groups/known_asset_indexes"),
        sql!("controls/04_asset_groups/marks"),
        sql!("controls/04_asset_groups/mark_indexes"),
    ] {
        facts.model.execute_batch(statement)?;
    }
    facts.model.execute(
        sql!("controls/04_asset_groups/hosts"),
        named_params! {
            ":listed": listed,
            ":everything": EVERYTHING,
            ":stale": facts.profile.scope.stale_days.saturating_mul(DAY),
        },
    )?;
    let (assets, known_assets) =
        facts.model.query_row(sql!("controls/04_asset_groups/asset_counts"), [], |row| {
            Ok((count(row, "active")?, count(row, "known")?))
        })?;
    Ok(facts.model.query_row(sql!("controls/04_asset_groups/host_counts"), [], |row| {
        Ok(Counts {
            hosts: count(row, "hosts")?,
            orphans: count(row, "orphans")?,
            stale: count(row, "stale")?,
            undated: count(row, "undated")?,
            live: count(row, "live")?,
            strangers: count(row, "strangers")?,
            assets,
            known_assets,
            tags_unseen: count(row, "tags_unseen")?,
            tags_unlisted: count(row, "tags_unlisted")?,
            doubtful: count(row, "doubtful")?,
            nowhere: count(row, "nowhere")?,
            perhaps_orphans: count(row, "perhaps_orphans")?,
            perhaps_strangers: count(row, "perhaps_strangers")?,
            perhaps_stale: count(row, "perhaps_stale")?,
        })
    })?)
}

/// C04-05: active assets of the inventory that are no known host.
fn judge_assets(
    facts: &Facts<'_>,
    counts: &Counts,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C04-05";
    if facts.inputs.assets.is_none() {
        return Ok(());
    }
    let grace = facts.profile.c04.grace_days;
    verdicts.subjects(CHECK, counts.assets);
    let mut searched = facts.bodies("vm/hosts")?;
    searched.extend(facts.bodies("am/host-assets")?);
    let pages = searched.len();
    searched.truncate(SPANS);
    let limit = named_params! { ":grace": grace.saturating_mul(DAY) };
    let missing = collect(facts, sql!("controls/04_asset_groups/assets"), limit, Asset::read)?;
    for asset in missing {
        if asset.future {
            let reason = "the inventory saw the asset first on a day that lies in the future";
            verdicts.unknown(CHECK, 1, reason);
            continue;
        }
        if asset.bare {
            verdicts.unknown(
                CHECK,
                1,
                "the inventory gives no name, address or cloud id of an asset",
            );
            continue;
        }
        if asset.unsure {
            let reason =
                "the inventory knows the asset only by an address that several networks have";
            verdicts.unknown(CHECK, 1, reason);
            continue;
        }
        let name = asset.name.as_ref().unwrap_or(&asset.id);
        let message = format!("{name} is in the inventory and unknown to Qualys");
        verdicts.violation(
            Violation::new(CHECK, Resource::new("asset", &asset.id).named(name), message)
                .fact("addresses", asset.addresses)
                .fact("cloud_instance_id", asset.instance)
                .fact("first_seen", asset.first_seen.map(rfc3339))
                .fact("grace_days", grace)
                .fact("pages_searched", pages)
                .evidence(searched.iter().cloned()),
        );
    }
    Ok(())
}

struct Asset {
    id: String,
    name: Option<String>,
    addresses: Vec<String>,
    instance: Option<String>,
    first_seen: Option<i64>,
    unsure: bool,
    bare: bool,
    future: bool,
}

impl Asset {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let (ip, ipv6): (Option<Vec<u8>>, Option<Vec<u8>>) = (row.get("ip")?, row.get("ipv6")?);
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            addresses: [ip, ipv6]
                .into_iter()
                .flatten()
                .filter_map(|bytes| address(&bytes))
                .map(|address| address.to_string())
                .collect(),
            instance: row.get("instance_id")?,
            first_seen: row.get("first_seen")?,
            unsure: row.get("unsure")?,
            bare: row.get("bare")?,
            future: row.get("future")?,
        })
    }
}

/// C04-10: hosts that nothing has seen for long.
fn judge_stale(
    facts: &Facts<'_>,
    counts: &Counts,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C04-10";
    verdicts.subjects(CHECK, counts.hosts);
    verdicts.unknown(CHECK, counts.undated, "when a host was last scanned or active was not said");
    verdicts.unknown(CHECK, counts.perhaps_stale, MAYBE_GONE);
    let limit = facts.profile.scope.stale_days;
    hosts(facts, sql!("controls/04_asset_groups/stale"), |host| {
        let seen = host.seen.unwrap_or(facts.as_of);
        let message = format!(
            "Host {} was last seen on {}, {} ago; the limit is {limit}",
            host.words(),
            day(seen),
            days(facts.as_of - seen)
        );
        verdicts.violation(
            Violation::new(CHECK, host.resource(), message)
                .fact("last_seen", rfc3339(seen))
                .fact("limit_days", limit)
                .parent(Resource::subscription())
                .evidence([host.span]),
        );
    })
}

struct Host {
    id: i64,
    network: i64,
    address: Option<IpAddr>,
    name: Option<String>,
    seen: Option<i64>,
    span: Span,
}

/// Hands out one host of a statement after the other.
fn hosts(facts: &Facts<'_>, sql: &str, mut take: impl FnMut(Host)) -> Result<(), AnalyzeError> {
    each(facts, sql, [], |row| {
        let id = row.get("id")?;
        let ip: Option<Vec<u8>> = row.get("ip")?;
        let ipv6: Option<Vec<u8>> = row.get("ipv6")?;
        take(Host {
            id,
            network: row.get("network_id")?,
            address: ip.or(ipv6).as_deref().and_then(address),
            name: row.get("name")?,
            seen: row.get("seen")?,
            span: record(row, id)?,
        });
        Ok(())
    })
}

impl Host {
    fn resource(&self) -> Resource {
        let resource = Resource::new("host", self.id);
        match &self.name {
            Some(name) => resource.named(name),
            None => resource,
        }
    }

    /// `192.0.2.7 (web.example)`, as far as it is known.
    fn words(&self) -> String {
        let first = self.address.map_or_else(|| self.id.to_string(), |address| address.to_string());
        match &self.name {
            Some(name) if *name != first => format!("{first} ({name})"),
            _ => first,
        }
    }

    /// The /24 around an IPv4 address.
    fn neighbours(&self) -> Option<Resource> {
        let address = self.address.filter(IpAddr::is_ipv4)?;
        let block = IpNet::new(address, 24).ok()?.trunc();
        let range = Range::new(self.network, block.network(), block.broadcast())?;
        Some(Resource::new("ip_range", range))
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 4]>::try_from(bytes)
        .map(IpAddr::from)
        .or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
        .ok()
}
