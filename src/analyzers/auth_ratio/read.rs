//! Reads what control 2 decides on: one host after the other, and the groups that hold them.

use std::collections::BTreeMap;

use rusqlite::Row;

use crate::analyzers::{AnalyzeError, Facts, Reach};
use crate::finding::{Known, Span};

/// The judged asset groups, and which of them hold a host.
pub(super) struct Groups {
    pub list: Vec<Group>,
    /// By host id: positions in `list`.
    members: BTreeMap<i64, Vec<u32>>,
}

pub(super) struct Group {
    pub id: i64,
    pub title: String,
    pub span: Span,
}

/// One host of the host list.
pub(super) struct Host {
    pub id: i64,
    pub network: i64,
    /// Host name, DNS and `NetBIOS` name, as far as given.
    pub names: Vec<String>,
    pub os: Option<String>,
    pub os_family: Option<String>,
    pub cloud_provider: Option<String>,
    pub tags: Vec<String>,
    pub gone: bool,
    /// Whether a live agent looks at it; `None` where that is not to be told.
    pub agent: Option<bool>,
    /// Seconds between its first sight and its last activity.
    pub lived: Option<i64>,
    pub first_found: Option<i64>,
    /// Age of its last vulnerability scan; `None` if it was never scanned.
    pub scan: Option<Known<i64>>,
    /// Whether the scan's date is the one of `LAST_VULN_SCAN_DATETIME`, as hosts without
    /// `LAST_VM_SCANNED_DATE` have.
    pub has_vm_dates: bool,
    pub has_any_scan: bool,
    /// Age of its last authenticated vulnerability scan; `None` if there was none.
    pub auth: Option<Known<i64>>,
    pub auth_time: Option<i64>,
    pub span: Span,
}

impl Groups {
    pub(super) fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        let mut statement = facts.model.prepare(sql!("controls/02_auth_ratio/groups"))?;
        let mut rows = statement.query([])?;
        let (mut list, mut members) = (Vec::new(), BTreeMap::<i64, Vec<u32>>::new());
        let mut open = None;
        while let Some(row) = rows.next()? {
            let key: i64 = row.get("group_row")?;
            if open != Some(key) {
                open = Some(key);
                let id = row.get("id")?;
                list.push(Group { id, title: row.get("title")?, span: span(row, id)? });
            }
            let position = u32::try_from(list.len() - 1)
                .map_err(|_| AnalyzeError::Fact("more groups than can be counted".to_owned()))?;
            members.entry(row.get("host_id")?).or_default().push(position);
        }
        Ok(Self { list, members })
    }

    /// Positions of the groups that hold the host.
    pub(super) fn of(&self, host: i64) -> &[u32] {
        self.members.get(&host).map_or(&[], Vec::as_slice)
    }
}

/// Hands out every host of the host list, by id.
pub(super) fn hosts(facts: &Facts<'_>, mut each: impl FnMut(&Host)) -> Result<(), AnalyzeError> {
    let portal = facts.reach("am/host-assets") == Reach::Whole;
    let mut statement = facts.model.prepare(sql!("controls/02_auth_ratio/hosts"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(&host(facts, portal, row)?);
    }
    Ok(())
}

fn host(facts: &Facts<'_>, portal: bool, row: &Row<'_>) -> rusqlite::Result<Host> {
    let received = row.get::<_, Option<i64>>("received")?.unwrap_or(facts.as_of);
    let time = |column: &str| row.get::<_, Option<i64>>(column);
    let vm_scan = time("last_vm_scan")?;
    let scan = vm_scan.or(time("last_vuln_scan")?);
    let auth_time = time("last_vm_auth")?;
    let first_found = time("first_found")?;
    let last_sign = time("last_activity")?.max(scan);
    let joined: Option<i64> = row.get("asset_row")?;
    let mut names = Vec::new();
    for column in ["name", "dns", "netbios"] {
        names.extend(row.get::<_, Option<String>>(column)?);
    }
    let id = row.get("id")?;
    Ok(Host {
        id,
        network: row.get("network_id")?,
        names,
        os: row.get("os")?,
        os_family: row.get("os_family")?,
        cloud_provider: row.get("cloud_provider")?,
        tags: row
            .get::<_, Option<String>>("tags")?
            .map(|tags| tags.split('\n').map(str::to_owned).collect())
            .unwrap_or_default(),
        gone: row.get("gone")?,
        // A host that the portal does not know has no agent, if the portal was read whole.
        agent: if joined.is_some() || portal { row.get("agent")? } else { None },
        lived: first_found.zip(last_sign).map(|(first, last)| last - first),
        first_found,
        has_vm_dates: vm_scan.is_some() || auth_time.is_some(),
        has_any_scan: scan.is_some(),
        scan: scan.map(|time| facts.age(time, received)),
        auth: auth_time.map(|time| facts.age(time, received)),
        auth_time,
        span: span(row, id)?,
    })
}

/// Hands out, for every asset of the portal that the host list does not hold, whether it was
/// scanned for vulnerabilities.
pub(super) fn unscanned_assets(
    facts: &Facts<'_>,
    mut each: impl FnMut(bool),
) -> Result<(), AnalyzeError> {
    let mut statement = facts.model.prepare(sql!("controls/02_auth_ratio/portal_assets"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(row.get::<_, Option<i64>>("last_vuln_scan")?.is_some());
    }
    Ok(())
}

fn span(row: &Row<'_>, id: i64) -> rusqlite::Result<Span> {
    Ok(Span::record(row.get("response")?, row.get("offset")?, row.get("length")?, id))
}
