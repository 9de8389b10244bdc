//! Reads connectors, each one once whichever list shows it, and the accounts that hosts are in.

use std::collections::BTreeMap;

use rusqlite::{Row, named_params};

use crate::analyzers::binding::SPANS;
use crate::analyzers::rows::{collect, count, record};
use crate::analyzers::{AnalyzeError, Facts};
use crate::finding::{Known, Resource, Span};

/// The providers whose connectors are listed, as paths and keys spell them.
pub(super) const PROVIDERS: [&str; 3] = ["aws", "azure", "gcp"];

/// A cloud account: an AWS account, an Azure subscription or a GCP project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Account {
    /// One of [`PROVIDERS`].
    pub provider: &'static str,
    pub id: String,
}

impl Account {
    /// `None` for a provider without connectors. Letter case tells no ids apart, and people group
    /// the digits of an AWS account by dashes.
    pub(super) fn new(provider: &str, id: &str) -> Option<Self> {
        let provider = provider.trim();
        let provider = PROVIDERS.into_iter().find(|word| provider.eq_ignore_ascii_case(word))?;
        let id = id.trim().to_lowercase();
        let id = if provider == "aws" { id.replace('-', "") } else { id };
        (!id.is_empty()).then_some(Self { provider, id })
    }

    pub(super) fn resource(&self) -> Resource {
        Resource::new("cloud_account", format!("{}/{}", self.provider, self.id))
    }
}

/// A connector as one list or both show it.
pub(super) struct Connector {
    pub provider: &'static str,
    /// Of `CloudView` where that is known, else of the asset view.
    pub id: String,
    pub name: String,
    pub account: Option<Account>,
    /// Switched off in one list is switched off.
    pub enabled: Known<bool>,
    /// As the lists write them.
    pub states: Vec<String>,
    pub health: Health,
    pub has_error: bool,
    pub sync: Sync,
    /// Since it was made, seconds.
    pub age: Option<Known<i64>>,
    /// The shortest that is given.
    pub polling_minutes: Option<i64>,
    pub total_assets: Option<u64>,
    pub spans: Vec<Span>,
}

/// What the states of a connector mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    Broken,
    Pending,
    /// At work, but not waiting.
    Working,
    Healthy,
    /// None is given, or one is not understood.
    Unknown,
}

/// The newest synchronisation that any list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sync {
    /// Seconds ago.
    Ago(i64),
    Never,
    Unknown(String),
}

impl Connector {
    pub(super) fn resource(&self) -> Resource {
        Resource::new("connector", format!("{}/{}", self.provider, self.id)).named(&self.name)
    }

    pub(super) fn is_enabled(&self) -> bool {
        self.enabled == Known::Known(true)
    }

    pub(super) fn is_disabled(&self) -> bool {
        self.enabled == Known::Known(false)
    }
}

/// One row of a list.
struct Listed {
    provider: &'static str,
    is_cloud_view: bool,
    id: String,
    uuid: Option<String>,
    name: Option<String>,
    state: Option<String>,
    account: Option<Account>,
    arn: Option<String>,
    last_sync: Option<Known<i64>>,
    never_synced: Option<bool>,
    age: Option<Known<i64>>,
    disabled: Option<bool>,
    has_error: bool,
    polling_minutes: Option<i64>,
    total_assets: Option<u64>,
    span: Span,
}

pub(super) fn connectors(facts: &Facts<'_>) -> Result<Vec<Connector>, AnalyzeError> {
    let rows = collect(facts, sql!("controls/05_cloud_connectors/connectors"), [], |row| {
        listed(facts, row)
    })?;
    Ok(joined(rows.into_iter().flatten().collect())
        .iter()
        .filter_map(|rows| merged(rows))
        .collect())
}

fn listed(facts: &Facts<'_>, row: &Row<'_>) -> rusqlite::Result<Option<Listed>> {
    let provider: String = row.get("provider")?;
    let Some(provider) = PROVIDERS.into_iter().find(|word| *word == provider) else {
        return Ok(None);
    };
    let text = |column: &str| -> rusqlite::Result<Option<String>> {
        let text: Option<String> = row.get(column)?;
        Ok(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
    };
    let received = row.get::<_, Option<i64>>("received")?.unwrap_or(facts.as_of);
    let age = |column: &str| {
        row.get::<_, Option<i64>>(column).map(|time| time.map(|time| facts.age(time, received)))
    };
    let arn = text("arn")?;
    let account =
        text("account")?.or_else(|| arn.as_deref().and_then(account_of).map(str::to_owned));
    let id: String = row.get("id")?;
    Ok(Some(Listed {
        provider,
        is_cloud_view: row.get::<_, String>("source")? == "cloudview",
        uuid: text("uuid")?,
        name: text("name")?,
        state: text("state")?,
        account: account.and_then(|id| Account::new(provider, &id)),
        arn,
        last_sync: age("last_sync")?,
        never_synced: row.get("never_synced")?,
        age: age("created")?,
        disabled: row.get("disabled")?,
        has_error: row.get::<_, Option<bool>>("has_error")?.unwrap_or_default(),
        polling_minutes: row.get("polling_minutes")?,
        total_assets: row.get::<_, Option<i64>>("total_assets")?.map(i64::unsigned_abs),
        span: Span::record(row.get("response")?, row.get("offset")?, row.get("length")?, &id),
        id,
    }))
}

/// The account of a role: `arn:aws:iam::ACCOUNT:role/NAME`.
fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}

/// Puts the rows of one connector together: by the id that both lists have, else by account and
/// role where only one on either side has them.
fn joined(rows: Vec<Listed>) -> Vec<Vec<Listed>> {
    let mut groups: BTreeMap<(&'static str, String), Vec<Listed>> = BTreeMap::new();
    let mut alone: Vec<Listed> = Vec::new();
    for row in rows {
        match row.uuid.as_ref() {
            Some(uuid) => groups.entry((row.provider, uuid.to_lowercase())).or_default().push(row),
            None => alone.push(row),
        }
    }
    let alike = |row: &Listed, other: &Listed| {
        row.provider == other.provider
            && row.account.is_some()
            && row.account == other.account
            && row.arn == other.arn
    };
    let namesakes: Vec<usize> =
        alone.iter().map(|row| alone.iter().filter(|other| alike(row, other)).count()).collect();
    let mut single: Vec<Listed> = Vec::new();
    for (row, namesakes) in alone.into_iter().zip(namesakes) {
        let mut matches = groups
            .values_mut()
            .filter(|group| group.iter().any(|other| other.is_cloud_view && alike(&row, other)));
        match (matches.next(), matches.next()) {
            (Some(group), None) if namesakes == 1 && group.iter().all(|row| row.is_cloud_view) => {
                group.push(row);
            }
            _ => single.push(row),
        }
    }
    // Pages may overlap: a row that comes twice is one connector.
    for row in single {
        groups.entry((row.provider, row.id.to_lowercase())).or_default().push(row);
    }
    groups.into_values().collect()
}

fn merged(rows: &[Listed]) -> Option<Connector> {
    let first = rows.first()?;
    let health = rows.iter().filter_map(|row| row.state.as_deref()).map(health);
    let sync = sync(rows);
    let is_off = rows.iter().any(|row| {
        row.disabled == Some(true)
            || row.state.as_deref().is_some_and(|state| state.eq_ignore_ascii_case("DISABLED"))
    });
    let enabled = if is_off {
        Known::Known(false)
    } else if rows.iter().any(|row| row.disabled == Some(false)) {
        Known::Known(true)
    } else {
        Known::Unknown("whether it is enabled was not said".to_owned())
    };
    let id = first.uuid.clone().unwrap_or_else(|| first.id.clone());
    Some(Connector {
        provider: first.provider,
        name: rows.iter().find_map(|row| row.name.clone()).unwrap_or_else(|| id.clone()),
        id,
        account: rows.iter().find_map(|row| row.account.clone()),
        enabled,
        health: health.reduce(Health::worse).unwrap_or(Health::Unknown),
        has_error: rows.iter().any(|row| row.has_error),
        sync,
        age: rows.iter().find_map(|row| row.age.clone()),
        polling_minutes: rows.iter().filter_map(|row| row.polling_minutes).min(),
        total_assets: rows.iter().filter_map(|row| row.total_assets).max(),
        states: rows.iter().filter_map(|row| row.state.clone()).collect(),
        spans: rows.iter().map(|row| row.span.clone()).collect(),
    })
}

impl Health {
    /// A failure that one list shows is one; a state that is not understood may be one.
    fn worse(self, other: Self) -> Self {
        let order = [Self::Broken, Self::Unknown, Self::Pending, Self::Working];
        order.into_iter().find(|one| [self, other].contains(one)).unwrap_or(Self::Healthy)
    }
}

/// The words of both lists, in any letter case, white space collapsed.
fn health(state: &str) -> Health {
    let words: Vec<&str> = state.split_whitespace().collect();
    match words.join(" ").to_uppercase().as_str() {
        "ERROR" | "FINISHED_ERRORS" | "INCOMPLETE" => Health::Broken,
        "PENDING" => Health::Pending,
        "QUEUED" | "RUNNING" | "PROCESSING" | "REGIONS_DISCOVERED" => Health::Working,
        "SUCCESS" | "FINISHED_SUCCESS" | "COMPLETED SUCCESSFULLY" => Health::Healthy,
        _ => Health::Unknown,
    }
}

fn sync(rows: &[Listed]) -> Sync {
    let known = rows.iter().filter_map(|row| match row.last_sync {
        Some(Known::Known(age)) => Some(age),
        _ => None,
    });
    if let Some(age) = known.min() {
        return Sync::Ago(age);
    }
    if let Some(Known::Unknown(reason)) = rows.iter().find_map(|row| row.last_sync.as_ref()) {
        return Sync::Unknown(reason.clone());
    }
    if rows.iter().all(|row| row.never_synced == Some(true)) {
        Sync::Never
    } else {
        Sync::Unknown("when it last synchronised is not understood".to_owned())
    }
}

/// An account that hosts are in.
pub(super) struct Hosted {
    pub account: Account,
    pub hosts: u64,
    /// Of the first of its hosts.
    pub spans: Vec<Span>,
}

/// The accounts of the hosts that are not gone, where their provider has connectors.
pub(super) fn hosted(facts: &Facts<'_>) -> Result<Vec<Hosted>, AnalyzeError> {
    let limit = i64::try_from(SPANS).unwrap_or(i64::MAX);
    let mut accounts: BTreeMap<Account, BTreeMap<String, (u64, Vec<Span>)>> = BTreeMap::new();
    collect(
        facts,
        sql!("controls/05_cloud_connectors/host_accounts"),
        named_params! { ":spans": limit },
        |row| {
            let provider = row.get::<_, Option<String>>("provider")?.unwrap_or_default();
            let text: String = row.get("account")?;
            if let Some(account) = Account::new(&provider, &text) {
                let spelling = accounts.entry(account).or_default().entry(text).or_default();
                spelling.0 = count(row, "hosts")?;
                spelling.1.push(record(row, row.get("id")?)?);
            }
            Ok(())
        },
    )?;
    Ok(accounts
        .into_iter()
        .map(|(account, spellings)| Hosted {
            account,
            hosts: spellings.values().map(|(hosts, _)| hosts).sum(),
            spans: spellings.into_values().flat_map(|(_, spans)| spans).take(SPANS).collect(),
        })
        .collect())
}

/// Hosts of a provider that has connectors, of which no account was said.
pub(super) fn nameless(facts: &Facts<'_>) -> Result<Vec<(&'static str, u64)>, AnalyzeError> {
    let rows = collect(facts, sql!("controls/05_cloud_connectors/nameless"), [], |row| {
        let provider: String = row.get("provider")?;
        let known = PROVIDERS.into_iter().find(|word| *word == provider);
        Ok(known.map(|provider| (provider, count(row, "hosts"))))
    })?;
    rows.into_iter().flatten().map(|(provider, hosts)| Ok((provider, hosts?))).collect()
}

/// The accounts of which `CloudView` evaluated anything.
pub(super) fn evaluated(facts: &Facts<'_>) -> Result<Vec<Account>, AnalyzeError> {
    let rows = collect(facts, sql!("controls/05_cloud_connectors/evaluations"), [], |row| {
        Ok(Account::new(&row.get::<_, String>("provider")?, &row.get::<_, String>("account")?))
    })?;
    Ok(rows.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_told_apart_by_what_they_mean() {
        let account = |provider, id| Account::new(provider, id).map(|one| one.resource().id);
        for (provider, id, expected) in [
            ("AWS", " 1111-2222-3333 ", Some("aws/111122223333")),
            ("Azure", "AAAA-bbbb", Some("azure/aaaa-bbbb")),
            ("gcp", "my-project", Some("gcp/my-project")),
            ("oci", "ocid1", None),
            ("aws", " ", None),
        ] {
            assert_eq!(account(provider, id).as_deref(), expected);
        }
        assert_eq!(account_of("arn:aws-us-gov:iam::111122223333:role/x"), Some("111122223333"));
        assert_eq!(account_of("111122223333"), None);
    }

    #[test]
    fn one_failure_outweighs_every_success() {
        use Health::{Broken, Healthy, Pending, Unknown, Working};
        for (states, expected) in [
            (["SUCCESS", "finished_errors"], Broken),
            (["Completed successfully", "FINISHED_SUCCESS"], Healthy),
            (["SUCCESS", "FAILED"], Unknown),
            (["ERROR", "FAILED"], Broken),
            (["PENDING", "SUCCESS"], Pending),
            (["SUCCESS", "RUNNING"], Working),
        ] {
            assert_eq!(states.map(health).into_iter().reduce(Health::worse), Some(expected));
        }
    }
}
