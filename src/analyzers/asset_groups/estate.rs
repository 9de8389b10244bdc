//! Reads the address spaces that control 4 compares: declared, subscribed, grouped.

use std::collections::BTreeMap;

use rusqlite::{Row, named_params};

use super::EVERYTHING;
use super::declared::Block;
use crate::address::{Range, Set, owners};
use crate::analyzers::rows::{collect, part, record};
use crate::analyzers::{AnalyzeError, Facts};
use crate::finding::{Resource, Span};

/// The address spaces of the organisation and of the subscription.
pub(super) struct Estate {
    /// In the order of the file; `None` without it.
    pub declared: Option<Vec<Block>>,
    pub subscribed: Vec<Subscribed>,
    pub groups: Vec<Group>,
}

/// One entry of the subscription's list of addresses.
pub(super) struct Subscribed {
    pub range: Range,
    pub span: Span,
}

/// An asset group.
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the statement")]
pub(super) struct Group {
    pub id: i64,
    pub title: String,
    pub owner: Option<Owner>,
    /// Not judged, by the profile.
    pub ignored: bool,
    /// The built-in group of all addresses.
    pub everything: bool,
    /// Whether anything is in it.
    pub holds: bool,
    /// Whether it holds something that the list of groups gives no address of.
    pub named: bool,
    pub ranges: Set,
    pub span: Span,
}

/// The account that owns a group.
pub(super) struct Owner {
    pub id: i64,
    /// How many accounts have this id.
    pub accounts: i64,
    pub login: Option<String>,
    pub status: Option<String>,
    pub span: Option<Span>,
}

impl Group {
    pub(super) fn resource(&self) -> Resource {
        Resource::new("asset_group", self.id).named(&self.title)
    }
}

impl Estate {
    pub(super) fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        let subscribed = collect(facts, sql!("controls/04_asset_groups/addresses"), [], |row| {
            let span = part(row)?;
            Ok(range(row)?.map(|range| Subscribed { range, span }))
        })?;
        let mut ranges: BTreeMap<i64, Vec<Range>> = BTreeMap::new();
        for (group, range) in
            collect(facts, sql!("controls/04_asset_groups/group_ranges"), [], |row| {
                Ok((row.get::<_, i64>("group_row")?, range(row)?))
            })?
        {
            ranges.entry(group).or_default().extend(range);
        }
        let everything = named_params! { ":everything": EVERYTHING };
        let groups = collect(facts, sql!("controls/04_asset_groups/groups"), everything, |row| {
            let id = row.get("id")?;
            Ok(Group {
                id,
                title: row.get("title")?,
                owner: owner(row)?,
                ignored: row.get("ignored")?,
                everything: row.get("everything")?,
                holds: row.get("holds")?,
                named: row.get("named")?,
                ranges: ranges.remove(&row.get("row")?).unwrap_or_default().into_iter().collect(),
                span: record(row, id)?,
            })
        })?;
        let networks = facts.inputs.networks.as_ref();
        let estate = Self {
            declared: networks.map(|networks| Block::of(networks, facts.as_of)),
            subscribed: subscribed.into_iter().flatten().collect(),
            groups,
        };
        if let Some(space) = estate.declared_space() {
            let mut insert = facts.model.prepare("INSERT INTO declared VALUES (?1, ?2, ?3)")?;
            for run in space.runs() {
                let (first, last) = run.to_bytes();
                insert.execute((run.network(), first, last))?;
            }
        }
        Ok(estate)
    }

    /// The subscription's addresses, as its list names them.
    pub(super) fn space(&self) -> Set {
        self.subscribed.iter().map(|entry| entry.range).collect()
    }

    /// Whether the list of addresses says of which network each is. Most lists do not: then all
    /// stand under network 0, and hold for whichever network uses them.
    pub(super) fn tells_networks(&self) -> bool {
        self.subscribed.iter().any(|entry| entry.range.network() != 0)
    }

    /// The addresses as the list of addresses would name them.
    pub(super) fn as_listed(&self, part: &Set) -> Set {
        if self.tells_networks() { part.clone() } else { part.moved(0) }
    }

    /// For each of these runs the first `most` entries of the subscription's list that hold any of
    /// its addresses.
    pub(super) fn entries(&self, runs: &[Range], most: usize) -> Vec<Vec<Span>> {
        let entries: Vec<(Range, usize)> = self
            .subscribed
            .iter()
            .enumerate()
            .map(|(position, entry)| (entry.range, position))
            .collect();
        let told = self.tells_networks();
        let runs: Vec<Range> =
            runs.iter().map(|run| if told { *run } else { run.moved(0) }).collect();
        let span = |position: &usize| Some(self.subscribed.get(*position)?.span.clone());
        let met = owners(&entries, &runs, most);
        met.iter().map(|positions| positions.iter().filter_map(span).collect()).collect()
    }

    /// Whether a group holds what has an address only in the list of hosts: names, domains, cloud
    /// ids, or hosts where it names no addresses. The built-in group tells nothing.
    pub(super) fn groups_by_name(&self) -> bool {
        self.groups.iter().any(|group| !group.everything && group.named)
    }
}

fn owner(row: &Row<'_>) -> rusqlite::Result<Option<Owner>> {
    let Some(id) = row.get::<_, Option<i64>>("owner")? else { return Ok(None) };
    let response: Option<i64> = row.get("user_response")?;
    let span = match response {
        Some(response) => {
            let (offset, length) = (row.get("user_offset")?, row.get("user_length")?);
            Some(Span::record(response, offset, length, id))
        }
        None => None,
    };
    let (login, status) = (row.get("login")?, row.get("status")?);
    Ok(Some(Owner { id, accounts: row.get("accounts")?, login, status, span }))
}

fn range(row: &Row<'_>) -> rusqlite::Result<Option<Range>> {
    let (first, last): (Vec<u8>, Vec<u8>) = (row.get("first")?, row.get("last")?);
    Ok(Range::from_bytes(row.get("network_id")?, &first, &last))
}
