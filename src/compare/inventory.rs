//! Whether the thing that a finding was about is still in the subscription, by type.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, named_params, params};
use sha2::{Digest as _, Sha256};

use super::fate::Gone;
use super::{CompareError, Snapshot};
use crate::address::{Range, Set};
use crate::analyzers;
use crate::assess::Report;
use crate::profile::hex;

/// What the newer inventory says of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Presence {
    /// With a remark where not all of it is.
    There(Option<String>),
    /// The profile declares it: it is there as long as the profile says so.
    Declared,
    Gone(String),
    NotTold(String),
}

/// How things of one type are looked up.
enum Way {
    /// The subscription itself.
    Always,
    Declared,
    /// A statement that gives a row if `:id` is there, and the endpoints that list all of them.
    Listed(&'static str, &'static [&'static str]),
    Host,
    Qid,
    /// Addresses, of which the statement gives the network and both ends.
    Addresses(&'static str, &'static [&'static str]),
    /// A statement that gives e-mail addresses, whose hash is the id.
    Mailbox(&'static str, &'static [&'static str]),
    /// A time span of the activity log.
    Interval,
}

const CONNECTORS: &[&str] = &[
    "am/aws-connectors",
    "am/azure-connectors",
    "am/gcp-connectors",
    "cloud/aws-connectors",
    "cloud/azure-connectors",
    "cloud/gcp-connectors",
];

#[rustfmt::skip]
const WAYS: &[(&str, Way)] = &[
    ("subscription", Way::Always),
    ("segment", Way::Declared),
    ("network_range", Way::Declared),
    ("required_policy", Way::Declared),
    ("required_report", Way::Declared),
    ("required_tag", Way::Declared),
    ("asset", Way::Declared),
    ("site", Way::Declared),
    ("recipient", Way::Declared),
    ("host", Way::Host),
    ("qid", Way::Qid),
    ("ip_range", Way::Addresses("SELECT network_id, first, last FROM ip_range", &["vm/ips"])),
    ("excluded_range", Way::Addresses("SELECT network_id, first, last FROM excluded_range", &["vm/excluded-ips"])),
    ("interval", Way::Interval),
    ("mailbox", Way::Mailbox("SELECT DISTINCT email FROM user WHERE email IS NOT NULL ORDER BY email", &["vm/users"])),
    ("asset_group", Way::Listed("SELECT 1 FROM asset_group WHERE id = :id", &["vm/asset-groups"])),
    ("schedule", Way::Listed("SELECT 1 FROM scan_schedule WHERE id = :id UNION ALL SELECT 1 FROM compliance_schedule WHERE id = :id", &["vm/scan-schedules"])),
    ("option_profile", Way::Listed("SELECT 1 FROM option_profile WHERE id = :id", &["vm/option-profiles"])),
    ("appliance", Way::Listed("SELECT 1 FROM appliance WHERE id = :id", &["vm/appliances"])),
    ("auth_record", Way::Listed("SELECT 1 FROM auth_record WHERE type || '/' || id = :id UNION ALL SELECT 1 FROM was_auth_record WHERE 'was/' || id = :id", &["vm/auth-records", "vm/auth-record-details"])),
    ("connector", Way::Listed("SELECT 1 FROM connector WHERE :id IN (lower(provider) || '/' || id, lower(provider) || '/' || uuid)", CONNECTORS)),
    ("cloud_account", Way::Listed("SELECT 1 FROM connector WHERE lower(provider) || '/' || account = :id UNION ALL SELECT 1 FROM host_asset WHERE lower(cloud_provider) || '/' || cloud_account = :id", CONNECTORS)),
    ("agent", Way::Listed("SELECT 1 FROM host_asset WHERE agent_id = :id COLLATE NOCASE UNION ALL SELECT 1 FROM gav_asset WHERE agent_id = :id COLLATE NOCASE", &["am/host-assets"])),
    ("agent_version", Way::Listed("SELECT 1 FROM host_asset WHERE agent_platform || '/' || agent_version = :id COLLATE NOCASE", &["am/host-assets"])),
    ("os_family", Way::Listed("SELECT 1 FROM host WHERE os_family = :id", &["vm/hosts"])),
    ("policy", Way::Listed("SELECT 1 FROM policy WHERE id = :id", &["pc/policies"])),
    ("control", Way::Listed("SELECT 1 FROM compliance_control WHERE id = :id UNION ALL SELECT 1 FROM policy_control WHERE control_id = :id", &["pc/policies", "pc/controls"])),
    ("exception", Way::Listed("SELECT 1 FROM exception WHERE number = :id", &["pc/exceptions"])),
    ("report", Way::Listed("SELECT 1 FROM report WHERE id = :id", &["vm/reports"])),
    ("report_schedule", Way::Listed("SELECT 1 FROM report_schedule WHERE id = :id", &["vm/report-schedules"])),
    ("template", Way::Listed("SELECT 1 FROM report_template WHERE id = :id", &["vm/report-templates"])),
    ("distribution_group", Way::Listed("SELECT 1 FROM schedule_recipient WHERE title = :id", &["vm/scan-schedules"])),
    ("user", Way::Listed("SELECT 1 FROM user WHERE login = :id OR id = :id", &["vm/users"])),
    ("actor", Way::Listed("SELECT 1 FROM activity WHERE login = :id", &["vm/activity-log"])),
    ("webapp", Way::Listed("SELECT 1 FROM web_app WHERE id = :id", &["was/web-apps"])),
    ("catalog", Way::Listed("SELECT 1 FROM was_catalog WHERE id = :id", &["was/catalog"])),
    ("search_list", Way::Listed("SELECT 1 FROM search_list WHERE id = :id OR title = :id", &["vm/static-search-lists", "vm/dynamic-search-lists"])),
    ("tag", Way::Listed("SELECT 1 FROM tag WHERE id = :id", &["am/tags"])),
];

/// What makes lists that may be long fit to be looked up, by type.
const INDEXES: &[(&str, &str)] = &[
    ("agent", "CREATE INDEX IF NOT EXISTS gav_by_agent ON gav_asset (agent_id COLLATE NOCASE)"),
    (
        "auth_record",
        "CREATE INDEX IF NOT EXISTS auth_record_by_key ON auth_record (type || '/' || id)",
    ),
    (
        "control",
        "CREATE INDEX IF NOT EXISTS compliance_control_by_id ON compliance_control (id);
         CREATE INDEX IF NOT EXISTS policy_control_by_id ON policy_control (control_id)",
    ),
    ("actor", "CREATE INDEX IF NOT EXISTS activity_by_login ON activity (login)"),
    ("webapp", "CREATE INDEX IF NOT EXISTS web_app_by_id ON web_app (id)"),
    ("catalog", "CREATE INDEX IF NOT EXISTS catalog_by_id ON was_catalog (id)"),
];

/// Both inventories.
pub(super) struct Inventory<'a> {
    before: &'a Connection,
    after: &'a Connection,
    new: &'a Report,
    /// Clock of the older snapshot, Unix seconds.
    since: i64,
    /// Types whose lists can be looked up by now.
    indexed: BTreeSet<&'static str>,
    /// By statement: the addresses that it lists.
    spaces: BTreeMap<&'static str, Set>,
}

impl<'a> Inventory<'a> {
    pub(super) fn new(
        before: &'a Connection,
        after: &'a Connection,
        old: Snapshot<'_>,
        new: Snapshot<'a>,
    ) -> Result<Self, CompareError> {
        let since = super::terms::seconds(&old.report.as_of)?;
        Ok(Self {
            before,
            after,
            new: new.report,
            since,
            indexed: BTreeSet::new(),
            spaces: BTreeMap::new(),
        })
    }

    pub(super) fn find(&mut self, gone: &Gone<'_>) -> Result<Presence, CompareError> {
        let way = WAYS.iter().find(|(kind, _)| *kind == gone.kind).map(|(_, way)| way);
        let index = INDEXES.iter().find(|(kind, _)| *kind == gone.kind);
        if let Some((kind, index)) = index
            && self.indexed.insert(kind)
        {
            self.after.execute_batch(index)?;
        }
        match way {
            Some(Way::Always) => Ok(Presence::There(None)),
            Some(Way::Declared) => Ok(Presence::Declared),
            Some(Way::Listed(sql, endpoints)) => {
                let found = self
                    .after
                    .prepare_cached(sql)?
                    .query_row(named_params! { ":id": gone.id }, |_| Ok(()))
                    .optional()?;
                Ok(self.listed(gone, found.is_some(), endpoints))
            }
            Some(Way::Mailbox(sql, endpoints)) => {
                let mut statement = self.after.prepare_cached(sql)?;
                let mut rows = statement.query([])?;
                let mut found = false;
                while let Some(row) = rows.next()? {
                    let email: String = row.get(0)?;
                    found |= hex(&Sha256::digest(email.trim().to_lowercase())).starts_with(gone.id);
                }
                Ok(self.listed(gone, found, endpoints))
            }
            Some(Way::Host) => self.host(gone),
            Some(Way::Qid) => self.qid(gone),
            Some(Way::Addresses(sql, endpoints)) => self.addresses(gone, sql, endpoints),
            Some(Way::Interval) => self.interval(gone),
            None => Ok(Presence::NotTold(format!("nothing lists things of type {}", gone.kind))),
        }
    }

    /// A list that was not read whole shows what is there, never what is gone.
    fn listed(&self, gone: &Gone<'_>, found: bool, endpoints: &[&str]) -> Presence {
        let cut = endpoints.iter().find(|endpoint| {
            self.new.coverage.iter().any(|row| {
                row.endpoint == **endpoint
                    && !matches!(row.state.as_ref(), "present" | "empty" | "not_subscribed")
            })
        });
        let thing = gone.kind.replace('_', " ");
        match (found, cut) {
            (true, _) => Presence::There(None),
            (false, None) => {
                Presence::Gone(format!("the {thing} is no longer in the subscription"))
            }
            (false, Some(endpoint)) => Presence::NotTold(format!(
                "the {thing} is not in what was read, and {endpoint} was not read whole"
            )),
        }
    }

    /// Whether a host is listed and its cloud instance is not terminated, and when it was scanned.
    fn alive(&self, id: &str) -> Result<Option<bool>, CompareError> {
        let mut statement = self.after.prepare_cached(
            "SELECT coalesce(h.last_vm_scan, h.last_vuln_scan) FROM host AS h WHERE h.id = ?1 \
             AND NOT EXISTS (SELECT 1 FROM host_asset AS a WHERE a.host_id = h.id \
             AND a.instance_state = 'TERMINATED' COLLATE NOCASE)",
        )?;
        let scanned: Option<Option<i64>> =
            statement.query_row(params![id], |row| row.get(0)).optional()?;
        Ok(scanned.map(|time| time.is_some_and(|time| time > self.since)))
    }

    fn host(&self, gone: &Gone<'_>) -> Result<Presence, CompareError> {
        Ok(match self.alive(gone.id)? {
            None => self.listed(gone, false, &["vm/hosts"]),
            Some(false) if rests_on_detections(gone.check) => {
                Presence::NotTold("the host was not scanned since".to_owned())
            }
            Some(_) => Presence::There(None),
        })
    }

    /// A QID is judged on hosts: only a host that had it and was scanned since can show a fix.
    fn qid(&mut self, gone: &Gone<'_>) -> Result<Presence, CompareError> {
        if !rests_on_detections(gone.check) {
            let known = "SELECT 1 FROM vuln WHERE qid = ?1 UNION ALL \
                         SELECT 1 FROM detection WHERE qid = ?1";
            let found =
                self.after.prepare_cached(known)?.query_row([gone.id], |_| Ok(())).optional()?;
            return Ok(self.listed(gone, found.is_some(), &["vm/knowledge-base"]));
        }
        if self.indexed.insert("qid") {
            // It answers alone: rows of one QID lie all over the table.
            let index =
                "CREATE INDEX IF NOT EXISTS detection_by_qid ON detection (qid, host_id, status)";
            self.before.execute_batch(index)?;
        }
        let mut statement = self.before.prepare_cached(
            "SELECT DISTINCT host_id FROM detection WHERE qid = ?1 AND (status IS NULL OR \
             status COLLATE NOCASE IN ('New', 'Active', 'Re-Opened')) ORDER BY host_id",
        )?;
        let (mut hosts, mut there, mut scanned) = (0_u64, 0_u64, 0_u64);
        let mut rows = statement.query([gone.id])?;
        while let Some(row) = rows.next()? {
            hosts += 1;
            if let Some(since) = self.alive(&row.get::<_, i64>(0)?.to_string())? {
                there += 1;
                scanned += u64::from(since);
            }
        }
        Ok(if hosts == 0 {
            Presence::NotTold("the older snapshot names no host that had it".to_owned())
        } else if there == 0 {
            match self.listed(gone, false, &["vm/hosts"]) {
                Presence::Gone(_) => Presence::Gone(format!(
                    "none of the hosts that had it ({hosts}) is in the subscription any more"
                )),
                other => other,
            }
        } else if scanned == 0 {
            Presence::NotTold(format!(
                "none of the hosts that had it and are still there ({there}) was scanned since"
            ))
        } else if there < hosts {
            Presence::There(Some(format!(
                "{} of the {hosts} hosts that had it are no longer in the subscription",
                hosts - there
            )))
        } else {
            Presence::There(None)
        })
    }

    /// Some of the addresses are in the list.
    fn addresses(
        &mut self,
        gone: &Gone<'_>,
        sql: &'static str,
        endpoints: &[&str],
    ) -> Result<Presence, CompareError> {
        let Some(range) = range(gone.id) else {
            return Ok(Presence::NotTold(format!("{} is no range of addresses", gone.id)));
        };
        let known = match self.spaces.entry(sql) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(vacant) => vacant.insert(space(self.after, sql)?),
        };
        let found = known.intersects(&Set::from_iter([range]));
        Ok(self.listed(gone, found, endpoints))
    }

    /// What happened stays as it is: the log either reaches back to it or no longer does.
    fn interval(&self, gone: &Gone<'_>) -> Result<Presence, CompareError> {
        let begin = gone.id.split('/').next().and_then(|text| text.parse::<Timestamp>().ok());
        let first: Option<i64> =
            self.after.query_row("SELECT min(time) FROM activity", [], |row| row.get(0))?;
        Ok(match (begin, first) {
            (Some(begin), Some(first)) if first <= begin.as_second() => Presence::There(None),
            _ => Presence::Gone("the log that was read no longer reaches back to it".to_owned()),
        })
    }
}

/// All addresses of a list.
fn space(model: &Connection, sql: &str) -> Result<Set, CompareError> {
    let mut statement = model.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut ranges = Vec::new();
    while let Some(row) = rows.next()? {
        let (first, last): (Vec<u8>, Vec<u8>) = (row.get(1)?, row.get(2)?);
        ranges.extend(Range::from_bytes(row.get(0)?, &first, &last));
    }
    Ok(ranges.into_iter().collect())
}

/// Whether a check reads what scans found: then a host proves nothing before it is scanned again.
fn rests_on_detections(check: &str) -> bool {
    let needs = analyzers::check(check).map_or(&[][..], |(_, check)| check.needs);
    needs.iter().any(|need| matches!(*need, "vm/detections" | "vm/auth-detections"))
}

/// Reads `first-last@network`.
pub(super) fn range(id: &str) -> Option<Range> {
    let (text, network) = id.rsplit_once('@')?;
    Range::parse(network.parse().ok()?, text).ok()
}

/// Types that can be looked up.
#[cfg(test)]
pub(super) fn kinds() -> Vec<&'static str> {
    WAYS.iter().map(|(kind, _)| *kind).collect()
}
