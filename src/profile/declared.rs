//! What the organisation declares in CSV files: networks, cloud accounts, web sites, recipients.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::ProfileError;
use super::rows::{Row, Rows, flag};

/// The address blocks that the organisation says it has: `networks.csv`.
#[derive(Debug, Clone, Default)]
pub struct Networks {
    pub entries: Vec<Network>,
}

/// One row of `networks.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Without host bits.
    pub cidr: IpNet,
    /// The Qualys network that it lies in; 0, the global default network, where the row names none.
    pub network_id: i64,
    pub name: Option<String>,
    pub owner: Option<String>,
    /// `[[segment]]` id that it belongs to.
    pub segment: Option<String>,
    /// In lower case; `external` marks public space.
    pub env: Option<String>,
    /// The required tag that its hosts carry.
    pub scope: Option<String>,
    pub monitored: Monitored,
    /// First second after the last valid day, UTC.
    pub ends: Option<i64>,
    pub note: Option<String>,
}

/// Whether a declared block has to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Monitored {
    Yes,
    No,
    /// Space without hosts: a discovery map is enough.
    DiscoveryOnly,
}

impl Networks {
    pub(super) fn read(rows: &Rows<'_>) -> Result<Self, ProfileError> {
        let mut seen = BTreeSet::new();
        let mut entries = Vec::new();
        rows.each(&["cidr"], |row| {
            row.required("cidr")?;
            let cidr: IpNet = row.parsed("cidr", "an address block")?.unwrap_or_default();
            if cidr != cidr.trunc() {
                let fault = format!("`cidr` is {cidr}, whose block begins at {}", cidr.trunc());
                return Err(row.error(fault));
            }
            let network_id = row.parsed("network_id", "the number of a network")?.unwrap_or(0);
            if !seen.insert((network_id, cidr)) {
                let fault = format!("{cidr} stands in the file twice for network {network_id}");
                return Err(row.error(fault));
            }
            entries.push(Network {
                cidr,
                network_id,
                name: row.owned("name"),
                owner: row.owned("owner"),
                segment: row.owned("segment"),
                env: row.get("env").map(str::to_lowercase),
                scope: row.owned("scope"),
                monitored: Monitored::read(row)?,
                ends: row.get("expires").map(|text| row.day(text, "expires")).transpose()?,
                note: row.owned("note"),
            });
            Ok(())
        })?;
        Ok(Self { entries })
    }
}

impl Monitored {
    fn read(row: &Row<'_>) -> Result<Self, ProfileError> {
        let Some(text) = row.get("monitored") else { return Ok(Self::Yes) };
        match flag(text) {
            Some(true) => Ok(Self::Yes),
            Some(false) => Ok(Self::No),
            None if text.eq_ignore_ascii_case("discovery-only") => Ok(Self::DiscoveryOnly),
            None => {
                Err(row
                    .error(format!("`monitored` is {text:?}, neither yes, no nor discovery-only")))
            }
        }
    }
}

/// The cloud accounts that the organisation says it has: `cloud_accounts.csv`.
#[derive(Debug, Clone, Default)]
pub struct CloudAccounts {
    pub entries: Vec<CloudAccount>,
}

/// One expected cloud account, of `cloud_accounts.csv` or `[[cloud.account]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudAccount {
    /// `aws`, `azure` or `gcp`.
    pub provider: String,
    /// Account, subscription or project id.
    pub account: String,
    pub name: Option<String>,
    pub owner: Option<String>,
    pub env: Option<String>,
    pub monitored: bool,
}

pub(super) const PROVIDERS: &[&str] = &["aws", "azure", "gcp"];

impl CloudAccounts {
    pub(super) fn read(rows: &Rows<'_>) -> Result<Self, ProfileError> {
        let mut seen = BTreeSet::new();
        let mut entries = Vec::new();
        rows.each(&["provider", "account_id"], |row| {
            let provider = row.required("provider")?.to_lowercase();
            if !PROVIDERS.contains(&provider.as_str()) {
                let known = PROVIDERS.join(", ");
                return Err(row.error(format!("`provider` is {provider:?}, none of {known}")));
            }
            let account = row.required("account_id")?.to_owned();
            if !seen.insert((provider.clone(), account.to_lowercase())) {
                return Err(
                    row.error(format!("{provider} account {account} stands in the file twice"))
                );
            }
            entries.push(CloudAccount {
                provider,
                account,
                name: row.owned("name"),
                owner: row.owned("owner"),
                env: row.owned("env"),
                monitored: row.flag("monitored", true)?,
            });
            Ok(())
        })?;
        Ok(Self { entries })
    }
}

/// The web sites that the organisation says it has: `webapps.csv`.
#[derive(Debug, Clone, Default)]
pub struct WebApps {
    pub entries: Vec<Site>,
}

/// One row of `webapps.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// As written; begins with `http://` or `https://`.
    pub url: String,
    pub name: Option<String>,
    pub owner: Option<String>,
    /// In lower case.
    pub env: Option<String>,
    pub requires_auth: bool,
    pub scope: Option<String>,
}

impl WebApps {
    pub(super) fn read(rows: &Rows<'_>) -> Result<Self, ProfileError> {
        let mut seen = BTreeSet::new();
        let mut entries = Vec::new();
        rows.each(&["url"], |row| {
            let url = row.required("url")?.to_owned();
            let host = ["https://", "http://"].iter().find_map(|scheme| {
                let start = url.get(..scheme.len())?;
                start.eq_ignore_ascii_case(scheme).then(|| url.get(scheme.len()..)).flatten()
            });
            if host.is_none_or(|host| host.is_empty() || host.starts_with(['/', '?', '#', ':'])) {
                return Err(row.error(format!("`url` is {url:?}, not as https://www.example.com/")));
            }
            if !seen.insert(url.clone()) {
                return Err(row.error(format!("{url} stands in the file twice")));
            }
            entries.push(Site {
                url,
                name: row.owned("name"),
                owner: row.owned("owner"),
                env: row.get("env").map(str::to_lowercase),
                requires_auth: row.flag("requires_auth", false)?,
                scope: row.owned("scope"),
            });
            Ok(())
        })?;
        Ok(Self { entries })
    }
}

/// The members of distribution groups, which no API gives: `recipients.csv`.
#[derive(Debug, Clone, Default)]
pub struct Recipients {
    pub entries: Vec<Recipient>,
}

/// One row of `recipients.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Title of the distribution group.
    pub group: String,
    pub name: Option<String>,
    /// In lower case.
    pub email: String,
    pub kind: Option<String>,
    pub approved_by: Option<String>,
    /// First second after the last day of the approval, UTC.
    pub ends: Option<i64>,
}

impl Recipients {
    pub(super) fn read(rows: &Rows<'_>) -> Result<Self, ProfileError> {
        let mut seen = BTreeSet::new();
        let mut entries = Vec::new();
        rows.each(&["group", "email"], |row| {
            let group = row.required("group")?.to_owned();
            let email = row.required("email")?.to_lowercase();
            let parts = email.split_once('@');
            if parts.is_none_or(|(user, domain)| user.is_empty() || domain.is_empty()) {
                return Err(row.error("`email` is no mail address".to_owned()));
            }
            if !seen.insert((group.clone(), email.clone())) {
                return Err(row.error(format!("an address of {group} stands in the file twice")));
            }
            entries.push(Recipient {
                group,
                name: row.owned("name"),
                email,
                kind: row.get("type").map(str::to_lowercase),
                approved_by: row.owned("approved_by"),
                ends: row.get("expires").map(|text| row.day(text, "expires")).transpose()?,
            });
            Ok(())
        })?;
        Ok(Self { entries })
    }
}
