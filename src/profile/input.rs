//! The files of the profile's `[inputs]`: what Qualys does not know about the estate.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::declared::{CloudAccounts, Networks, Recipients, WebApps};
use super::review::BUILT_IN;
use super::rows::Rows;
use super::{Attestations, ProfileError, SensitiveAction, SensitiveActions, hex};

/// A file that a check may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    Networks,
    Assets,
    CloudAccounts,
    WebApps,
    Recipients,
    Kev,
    Attestations,
    /// Named by `c19.sensitive_rules`.
    SensitiveActions,
}

impl Input {
    /// Those of `[inputs]`.
    pub const ALL: [Self; 7] = [
        Self::Networks,
        Self::Assets,
        Self::CloudAccounts,
        Self::WebApps,
        Self::Recipients,
        Self::Kev,
        Self::Attestations,
    ];

    /// Its key in `[inputs]`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Networks => "networks",
            Self::Assets => "assets",
            Self::CloudAccounts => "cloud_accounts",
            Self::WebApps => "webapps",
            Self::Recipients => "recipients",
            Self::Kev => "kev",
            Self::Attestations => "attestations",
            Self::SensitiveActions => "sensitive_actions",
        }
    }

    /// The name that such a file usually has.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Networks => "networks.csv",
            Self::Assets => "assets.csv",
            Self::CloudAccounts => "cloud_accounts.csv",
            Self::WebApps => "webapps.csv",
            Self::Recipients => "recipients.csv",
            Self::Kev => "kev.csv",
            Self::Attestations => "attestations.toml",
            Self::SensitiveActions => "sensitive_actions.csv",
        }
    }

    /// Where an assessor gets it.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Kev => "set inputs.kev to CISA's known_exploited_vulnerabilities.csv",
            Self::Networks => "set inputs.networks to a list of the organisation's address blocks",
            Self::Assets => "set inputs.assets to an export of the asset inventory",
            Self::CloudAccounts => {
                "set inputs.cloud_accounts to a list of the organisation's cloud accounts"
            }
            Self::WebApps => "set inputs.webapps to a list of the organisation's web sites",
            Self::Recipients => {
                "set inputs.recipients to the members of each distribution group, which only the \
                 user interface shows"
            }
            Self::Attestations => {
                "set inputs.attestations to a file with an [[attestation]] for each review"
            }
            Self::SensitiveActions => "set c19.sensitive_rules to a file with rules",
        }
    }
}

/// The input files that were given.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    pub networks: Option<Networks>,
    pub assets: Option<Assets>,
    pub cloud_accounts: Option<CloudAccounts>,
    pub webapps: Option<WebApps>,
    pub recipients: Option<Recipients>,
    pub kev: Option<Kev>,
    pub attestations: Option<Attestations>,
    pub sensitive_actions: Option<SensitiveActions>,
    /// What was read, for the report.
    pub files: Vec<InputFile>,
}

impl Inputs {
    pub const fn is_given(&self, input: Input) -> bool {
        match input {
            Input::Networks => self.networks.is_some(),
            Input::Assets => self.assets.is_some(),
            Input::CloudAccounts => self.cloud_accounts.is_some(),
            Input::WebApps => self.webapps.is_some(),
            Input::Recipients => self.recipients.is_some(),
            Input::Kev => self.kev.is_some(),
            Input::Attestations => self.attestations.is_some(),
            Input::SensitiveActions => self.sensitive_actions.is_some(),
        }
    }

    /// Reads one file.
    pub(super) fn read(&mut self, input: Input, path: &Path) -> Result<(), ProfileError> {
        let bytes = fs::read(path)
            .map_err(|source| ProfileError::Read { file: path.to_owned(), source })?;
        let rows = Rows { path, bytes: &bytes };
        let count = match input {
            Input::Kev => {
                let kev = Kev::read(&rows)?;
                self.kev.insert(kev).entries.len()
            }
            Input::Assets => {
                let assets = Assets::read(&rows)?;
                self.assets.insert(assets).entries.len()
            }
            Input::Networks => {
                let networks = Networks::read(&rows)?;
                self.networks.insert(networks).entries.len()
            }
            Input::CloudAccounts => {
                let accounts = CloudAccounts::read(&rows)?;
                self.cloud_accounts.insert(accounts).entries.len()
            }
            Input::WebApps => {
                let webapps = WebApps::read(&rows)?;
                self.webapps.insert(webapps).entries.len()
            }
            Input::Recipients => {
                let recipients = Recipients::read(&rows)?;
                self.recipients.insert(recipients).entries.len()
            }
            Input::Attestations => {
                let attestations = attestations(path, &bytes)?;
                self.attestations.insert(attestations).entries.len()
            }
            Input::SensitiveActions => {
                let actions = SensitiveActions::read(&rows)?;
                self.sensitive_actions.insert(actions).rules.len()
            }
        };
        self.files.push(InputFile {
            input: Cow::Borrowed(input.key()),
            file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            sha256: hex(&Sha256::digest(&bytes)),
            rows: count,
        });
        Ok(())
    }
}

fn attestations(path: &Path, bytes: &[u8]) -> Result<Attestations, ProfileError> {
    let error = |(at, message): (usize, String)| {
        let before = bytes.get(..at).unwrap_or(bytes);
        let line = before.split(|byte| *byte == b'\n').count();
        ProfileError::Line { file: path.to_owned(), line, message }
    };
    let text = str::from_utf8(bytes)
        .map_err(|fault| error((fault.valid_up_to(), "the file is not UTF-8".to_owned())))?;
    Attestations::read(text).map_err(error)
}

impl SensitiveActions {
    /// The rules that hold where the profile names no file.
    ///
    /// # Errors
    /// The row that is not understood: a fault of this program.
    pub fn built_in() -> Result<Self, ProfileError> {
        Self::read(&Rows { path: Path::new("built-in rules"), bytes: BUILT_IN.as_bytes() })
    }

    fn read(rows: &Rows<'_>) -> Result<Self, ProfileError> {
        const COLUMNS: [&str; 3] = ["action_regex", "module_regex", "details_regex"];
        let mut rules = Vec::new();
        rows.each(&["class", "action_regex", "module_regex", "details_regex"], |row| {
            let patterns = COLUMNS.map(|column| (column, row.get(column)));
            let rule = SensitiveAction::new(row.required("class")?, patterns);
            rules.push(rule.map_err(|message| row.error(message))?);
            Ok(())
        })?;
        Ok(Self { rules })
    }
}

/// A file that the judgement rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InputFile {
    pub input: Cow<'static, str>,
    /// Base name.
    pub file: String,
    pub sha256: String,
    pub rows: usize,
}

/// The catalogue of known exploited vulnerabilities as CISA publishes it.
#[derive(Debug, Clone, Default)]
pub struct Kev {
    /// By CVE id in upper case: the first second after the due day, UTC, where the row has one.
    pub entries: BTreeMap<String, Option<i64>>,
}

impl Kev {
    fn read(rows: &Rows<'_>) -> Result<Self, ProfileError> {
        let mut entries = BTreeMap::new();
        rows.each(&["cveID"], |row| {
            let cve = row.required("cveID")?.to_uppercase();
            let due = row.get("dueDate").map(|text| row.day(text, "dueDate")).transpose()?;
            if entries.insert(cve.clone(), due).is_some() {
                return Err(row.error(format!("{cve} stands in the file twice")));
            }
            Ok(())
        })?;
        Ok(Self { entries })
    }
}

/// The asset inventory of the audited organisation.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    pub entries: Vec<Asset>,
}

/// One asset of the inventory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asset {
    pub id: String,
    pub hostname: Option<String>,
    pub fqdn: Option<String>,
    /// Four bytes in network order.
    pub ip: Option<Vec<u8>>,
    /// Sixteen bytes in network order.
    pub ipv6: Option<Vec<u8>>,
    pub instance_id: Option<String>,
    /// In lower case, as the file has it: `active`, `retired`, …
    pub status: Option<String>,
    /// Unix seconds; a day counts from its start.
    pub first_seen: Option<i64>,
}

impl Assets {
    fn read(rows: &Rows<'_>) -> Result<Self, ProfileError> {
        let mut seen = BTreeMap::new();
        rows.each(&["asset_id"], |row| {
            let id = row.required("asset_id")?.to_owned();
            let text = |column: &str| row.get(column).map(str::to_owned);
            let asset = Asset {
                id: id.clone(),
                hostname: text("hostname"),
                fqdn: text("fqdn"),
                ip: row.parsed::<Ipv4Addr>("ip", "an IPv4 address")?.map(|ip| ip.octets().to_vec()),
                ipv6: row
                    .parsed::<Ipv6Addr>("ipv6", "an IPv6 address")?
                    .map(|ip| ip.octets().to_vec()),
                instance_id: text("cloud_instance_id"),
                status: row.get("status").map(str::to_lowercase),
                first_seen: row
                    .get("first_seen")
                    .map(|text| row.instant(text, "first_seen"))
                    .transpose()?,
            };
            if seen.insert(id.clone(), asset).is_some() {
                return Err(row.error(format!("asset {id} stands in the file twice")));
            }
            Ok(())
        })?;
        Ok(Self { entries: seen.into_values().collect() })
    }
}
