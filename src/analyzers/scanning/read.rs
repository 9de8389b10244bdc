//! Reads groups, hosts and schedules out of the evidence model, for the controls that ask what is scanned.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Row, named_params};

use super::scanner::Scanner;
use crate::address::{Family, Range, Set};
use crate::analyzers::rows::each;
use crate::analyzers::{AnalyzeError, Facts, Reach};
use crate::finding::Span;

/// What the evidence says about the subscription's scanning.
pub(in crate::analyzers) struct Estate {
    pub groups: Vec<Group>,
    pub hosts: BTreeMap<i64, Host>,
    pub schedules: Vec<Schedule>,
    /// Excluded from every scan at the time of the assessment.
    pub excluded: Set,
    /// Addresses of the subscription.
    pub subscribed: Set,
    /// By tag name: the hosts that carry it.
    pub tagged: BTreeMap<String, BTreeSet<i64>>,
    /// Whether the host list was read whole and shows tags.
    pub tags_known: bool,
}

/// An asset group.
pub(in crate::analyzers) struct Group {
    pub id: i64,
    pub title: String,
    pub network: i64,
    /// Whether it holds DNS names, domains or `NetBIOS` names.
    pub has_names: bool,
    pub has_cloud_ids: bool,
    /// As the group lists them, of both families.
    pub ranges: Set,
    pub hosts: BTreeSet<i64>,
    pub span: Span,
}

/// A host of the host list.
pub(in crate::analyzers) struct Host {
    pub network: i64,
    pub addresses: Set,
    pub gone: bool,
    /// Whether a live agent looks at it; `None` where that is not to be told.
    pub agent: Option<bool>,
    pub os_family: Option<String>,
    /// When it was last scanned for vulnerabilities, and when that was said.
    pub scanned: Option<(i64, i64)>,
}

/// A scan schedule.
pub(in crate::analyzers) struct Schedule {
    pub row: i64,
    pub id: i64,
    pub title: String,
    pub state: Activity,
    pub network: i64,
    pub interval_days: Option<i64>,
    pub start: Option<i64>,
    pub next_launch: Option<i64>,
    pub max_occurrence: Option<i64>,
    /// How many schedules carry its title, itself too.
    pub namesakes: i64,
    pub groups: BTreeSet<String>,
    pub ranges: Set,
    pub excluded: Set,
    pub tags: Tags,
    pub cloud: bool,
    pub scanner: Scanner,
    /// Title, trimmed.
    pub option_profile: Option<String>,
    pub span: Span,
    pub received: i64,
}

/// `ACTIVE`: 0 off, 1 on, 2 continuous and running, 3 continuous and paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::analyzers) enum Activity {
    On,
    Off,
    Paused,
    Unknown,
}

/// The tags of a schedule's target.
#[derive(Default)]
pub(in crate::analyzers) struct Tags {
    /// Whether the target is given by tags at all.
    pub used: bool,
    pub include: Vec<Tag>,
    pub exclude: Vec<Tag>,
    pub include_by: Selector,
    pub exclude_by: Selector,
    /// The ranges that the tags' rules name are scanned too, not only the hosts that carry them.
    pub use_ranges: bool,
}

/// How many of the tags a host needs.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(in crate::analyzers) enum Selector {
    #[default]
    Any,
    All,
}

pub(in crate::analyzers) struct Tag {
    pub name: String,
    /// Text of its rule, where it is one of address ranges.
    pub ranges: Option<String>,
}

impl Schedule {
    pub(in crate::analyzers) const fn recurs(&self) -> bool {
        self.interval_days.is_some()
    }
}

impl Host {
    pub(in crate::analyzers) fn is_within(&self, addresses: &Set) -> bool {
        self.addresses.intersects(addresses)
    }
}

impl Estate {
    /// The subscribed addresses that may be of a network. A list of addresses that names no
    /// network holds for all of them.
    pub(in crate::analyzers) fn subscribed_in(&self, network: i64) -> Set {
        if self.subscribed.runs().iter().all(|run| run.network() == 0) {
            self.subscribed.moved(network)
        } else {
            self.subscribed.within(network)
        }
    }

    pub(in crate::analyzers) fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        let hosts = hosts(facts)?;
        let (groups, schedules) = (groups(facts)?, schedules(facts)?);
        let mut excluded = Vec::new();
        each(facts, sql!("scanning/exclusions"), [], |row| {
            let expires: Option<i64> = row.get("expires")?;
            if expires.is_none_or(|expires| expires >= facts.as_of) {
                excluded.extend(range(row)?);
            }
            Ok(())
        })?;
        let mut subscribed = Vec::new();
        each(facts, sql!("scanning/addresses"), [], |row| {
            subscribed.extend(range(row)?);
            Ok(())
        })?;
        let mut tagged: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
        let names: serde_json::Value = facts
            .profile
            .segments
            .iter()
            .flat_map(|segment| segment.tags.iter().map(String::as_str))
            .collect();
        let names = named_params! { ":names": names.to_string() };
        each(facts, sql!("scanning/tagged_hosts"), names, |row| {
            tagged.entry(row.get("name")?).or_default().insert(row.get("host_id")?);
            Ok(())
        })?;
        let tags_seen: bool = facts.model.query_row(
            "SELECT EXISTS (SELECT 1 FROM host_tag) OR EXISTS (SELECT 1 FROM host_asset_tag)",
            [],
            |row| row.get(0),
        )?;
        let asked = facts.asked("vm/hosts", "show_tags")?.as_deref() == Some("1");
        Ok(Self {
            groups,
            hosts,
            schedules,
            excluded: excluded.into_iter().collect(),
            subscribed: subscribed.into_iter().collect(),
            tagged,
            tags_known: facts.reach("vm/hosts") == Reach::Whole && (asked || tags_seen),
        })
    }
}

fn groups(facts: &Facts<'_>) -> Result<Vec<Group>, AnalyzeError> {
    let mut ranges: BTreeMap<i64, Vec<Range>> = BTreeMap::new();
    each(facts, sql!("scanning/group_ranges"), [], |row| {
        ranges.entry(row.get("group_row")?).or_default().extend(range(row)?);
        Ok(())
    })?;
    let mut members: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    each(facts, sql!("scanning/group_members"), [], |row| {
        members.entry(row.get("group_row")?).or_default().insert(row.get("host_id")?);
        Ok(())
    })?;
    let mut groups = Vec::new();
    each(facts, sql!("scanning/groups"), [], |row| {
        let key = row.get("row")?;
        let id: i64 = row.get("id")?;
        groups.push(Group {
            id,
            title: row.get("title")?,
            network: row.get("network_id")?,
            has_names: row.get::<_, i64>("names")? > 0,
            has_cloud_ids: row.get::<_, i64>("ec2_ids")? > 0,
            ranges: ranges.remove(&key).unwrap_or_default().into_iter().collect(),
            hosts: members.remove(&key).unwrap_or_default(),
            span: span(row, id)?,
        });
        Ok(())
    })?;
    Ok(groups)
}

fn hosts(facts: &Facts<'_>) -> Result<BTreeMap<i64, Host>, AnalyzeError> {
    let portal = facts.reach("am/host-assets") == Reach::Whole;
    let mut hosts = BTreeMap::new();
    each(facts, sql!("scanning/hosts"), [], |row| {
        let network = row.get("network_id")?;
        let mut addresses = Vec::new();
        for column in ["ip", "ipv6"] {
            if let Some(address) = row.get::<_, Option<Vec<u8>>>(column)? {
                addresses.extend(Range::from_bytes(network, &address, &address));
            }
        }
        let joined: Option<i64> = row.get("asset_row")?;
        let received = received(facts, row)?;
        hosts.insert(
            row.get("id")?,
            Host {
                network,
                addresses: addresses.into_iter().collect(),
                gone: row.get("gone")?,
                // A host that the portal does not know has no agent, if the portal was read whole.
                agent: if joined.is_some() || portal { row.get("agent")? } else { None },
                os_family: row.get("os_family")?,
                scanned: row.get::<_, Option<i64>>("scanned")?.map(|time| (time, received)),
            },
        );
        Ok(())
    })?;
    Ok(hosts)
}

fn schedules(facts: &Facts<'_>) -> Result<Vec<Schedule>, AnalyzeError> {
    let mut titles: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    each(facts, sql!("scanning/schedule_groups"), [], |row| {
        titles.entry(row.get("schedule_row")?).or_default().insert(row.get("title")?);
        Ok(())
    })?;
    let mut ranges: BTreeMap<(i64, bool), Vec<Range>> = BTreeMap::new();
    each(facts, sql!("scanning/schedule_ranges"), [], |row| {
        let key = (row.get("schedule_row")?, row.get("excluded")?);
        ranges.entry(key).or_default().extend(range(row)?);
        Ok(())
    })?;
    let mut tags: BTreeMap<i64, Tags> = BTreeMap::new();
    each(facts, sql!("scanning/schedule_tags"), [], |row| {
        let tags = tags.entry(row.get("schedule_row")?).or_default();
        let tag = Tag { name: row.get("name")?, ranges: row.get("ranges")? };
        if row.get("excluded")? {
            tags.exclude.push(tag);
        } else {
            tags.include.push(tag);
        }
        Ok(())
    })?;
    let mut schedules = Vec::new();
    each(facts, sql!("scanning/schedules"), [], |row| {
        let key = row.get("row")?;
        let id: i64 = row.get("id")?;
        let selector = |column: &str| -> rusqlite::Result<Selector> {
            let word: Option<String> = row.get(column)?;
            let all = word.is_some_and(|word| word.eq_ignore_ascii_case("all"));
            Ok(if all { Selector::All } else { Selector::Any })
        };
        let target: Option<String> = row.get("target")?;
        let mut tags = tags.remove(&key).unwrap_or_default();
        // The literal that stands for a target given by tags (FO schedule list).
        tags.used = !tags.include.is_empty()
            || target.is_some_and(|text| text.trim().eq_ignore_ascii_case("Asset Tags Included"));
        tags.include_by = selector("tag_include_selector")?;
        tags.exclude_by = selector("tag_exclude_selector")?;
        tags.use_ranges = row.get("tag_ranges")?;
        let mut set = |excluded| -> Set {
            ranges.remove(&(key, excluded)).unwrap_or_default().into_iter().collect()
        };
        schedules.push(Schedule {
            row: key,
            id,
            title: row.get("title")?,
            state: match row.get::<_, Option<i64>>("active")? {
                Some(1 | 2) => Activity::On,
                Some(0) => Activity::Off,
                Some(3) => Activity::Paused,
                _ => Activity::Unknown,
            },
            network: row.get("network_id")?,
            interval_days: row.get("interval_days")?,
            start: row.get("start")?,
            next_launch: row.get("next_launch")?,
            max_occurrence: row.get("max_occurrence")?,
            namesakes: row.get("namesakes")?,
            groups: titles.remove(&key).unwrap_or_default(),
            ranges: set(false),
            excluded: set(true),
            tags,
            cloud: row.get::<_, Option<String>>("cloud_connector")?.is_some(),
            scanner: Scanner::read(row.get::<_, Option<String>>("scanner")?.as_deref()),
            option_profile: row.get("option_profile")?,
            span: span(row, id)?,
            received: received(facts, row)?,
        });
        Ok(())
    })?;
    Ok(schedules)
}

/// The addresses of a group that scans by address can reach: IPv6 is counted in hosts.
pub(in crate::analyzers) fn scannable(ranges: &Set) -> Set {
    ranges.only(Family::V4)
}

fn range(row: &Row<'_>) -> rusqlite::Result<Option<Range>> {
    let (first, last): (Vec<u8>, Vec<u8>) = (row.get("first")?, row.get("last")?);
    Ok(Range::from_bytes(row.get("network_id")?, &first, &last))
}

/// The bytes of the row's record.
fn span(row: &Row<'_>, id: impl ToString) -> rusqlite::Result<Span> {
    Ok(Span::record(row.get("response")?, row.get("offset")?, row.get("length")?, id))
}

/// When the row's response was received; without one its times are held against the clock alone.
fn received(facts: &Facts<'_>, row: &Row<'_>) -> rusqlite::Result<i64> {
    Ok(row.get::<_, Option<i64>>("received")?.unwrap_or(facts.as_of))
}
