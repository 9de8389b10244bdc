//! Judges cloud accounts: whether one that is declared, or that hosts are in, has its connector.

use std::collections::{BTreeMap, BTreeSet};

use super::read::{Account, Connector, Hosted, nameless};
use crate::analyzers::measure::plural;
use crate::analyzers::{AnalyzeError, Decision, Facts, Verdicts, Violation};
use crate::finding::{Known, Span};

/// What the profile says of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Declared {
    pub name: Option<String>,
    /// Whether it has to have a connector.
    pub monitored: bool,
}

/// The accounts of `[[cloud.account]]` and of `inputs.cloud_accounts`; one that stands in both is
/// monitored if either says so.
pub(super) fn declared(facts: &Facts<'_>) -> BTreeMap<Account, Declared> {
    let of_file = facts.inputs.cloud_accounts.iter().flat_map(|file| &file.entries);
    let mut accounts: BTreeMap<Account, Declared> = BTreeMap::new();
    for entry in facts.profile.cloud.account.iter().chain(of_file) {
        let Some(account) = Account::new(&entry.provider, &entry.account) else { continue };
        let known = accounts
            .entry(account)
            .or_insert_with(|| Declared { name: entry.name.clone(), monitored: false });
        known.monitored |= entry.monitored;
    }
    accounts
}

pub(super) fn judge(
    facts: &Facts<'_>,
    connectors: &[Connector],
    hosted: &[Hosted],
    declared: &BTreeMap<Account, Declared>,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let mut lists = BTreeMap::new();
    for provider in super::read::PROVIDERS {
        let mut spans = facts.bodies(&format!("am/{provider}-connectors"))?;
        spans.extend(facts.bodies(&format!("cloud/{provider}-connectors"))?);
        lists.insert(provider, spans);
    }
    let room = Room { connectors, lists };
    room.judge_declared(declared, verdicts);
    room.judge_hosted(hosted, declared, verdicts);
    // They may be in an account that no connector has.
    for (provider, hosts) in nameless(facts)? {
        verdicts.subjects("C05-06", 1);
        let hosts = plural(hosts, "host", "hosts");
        let reason = format!("of which account is not said of {hosts} of {provider}");
        verdicts.unknown("C05-06", 1, reason);
    }
    room.judge_doubles(verdicts);
    Ok(())
}

struct Room<'a> {
    connectors: &'a [Connector],
    /// By provider: the whole lists, evidence of what is not in them.
    lists: BTreeMap<&'static str, Vec<Span>>,
}

impl Room<'_> {
    fn of<'b>(&'b self, account: &'b Account) -> impl Iterator<Item = &'b Connector> {
        self.connectors.iter().filter(move |one| one.account.as_ref() == Some(account))
    }

    /// Whether a connector whose account was not said could be the account's.
    fn may_be(&self, account: &Account) -> bool {
        let unsaid = |one: &Connector| one.account.is_none() && !one.is_disabled();
        self.connectors.iter().any(|one| one.provider == account.provider && unsaid(one))
    }

    fn lists(&self, account: &Account) -> impl Iterator<Item = Span> {
        self.lists.get(account.provider).into_iter().flatten().cloned()
    }

    /// C05-05: every account that has to have a connector has one.
    fn judge_declared(&self, declared: &BTreeMap<Account, Declared>, verdicts: &mut Verdicts) {
        const CHECK: &str = "C05-05";
        let monitored: Vec<_> = declared.iter().filter(|(_, one)| one.monitored).collect();
        if monitored.is_empty() {
            let reason = "no account is declared in [[cloud.account]] or inputs.cloud_accounts";
            verdicts.decide(CHECK, Decision::Off, reason);
        }
        for (account, one) in monitored {
            let is_covered = self.of(account).any(Connector::is_enabled);
            let may_be = self.of(account).any(|one| !one.is_disabled()) || self.may_be(account);
            let is_missing = if is_covered {
                Known::Known(false)
            } else if may_be {
                let reason = "whether a connector is enabled, or of which account, was not said";
                Known::Unknown(reason.to_owned())
            } else {
                Known::Known(true)
            };
            verdicts.settle(CHECK, is_missing, || {
                let disabled: Vec<&Connector> = self.of(account).collect();
                let named = one.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
                let lacks =
                    if disabled.is_empty() { "no connector" } else { "no enabled connector" };
                let message = format!("Account {}{named} has {lacks}", account.id);
                let resource = account.resource();
                let resource = match &one.name {
                    Some(name) => resource.named(name),
                    None => resource,
                };
                Violation::new(CHECK, resource, message)
                    .fact("provider", account.provider)
                    .fact("disabled_connectors", disabled.len())
                    .evidence(disabled.iter().flat_map(|one| one.spans.iter().cloned()))
                    .evidence(self.lists(account))
            });
        }
    }

    /// C05-06: hosts in an account that nobody declared and no connector has, be it disabled.
    fn judge_hosted(
        &self,
        hosted: &[Hosted],
        declared: &BTreeMap<Account, Declared>,
        verdicts: &mut Verdicts,
    ) {
        const CHECK: &str = "C05-06";
        for Hosted { account, hosts, spans } in hosted {
            let is_known = declared.contains_key(account) || self.of(account).next().is_some();
            let is_foreign = if is_known {
                Known::Known(false)
            } else if self.may_be(account) {
                Known::Unknown("of which account a connector is was not said".to_owned())
            } else {
                Known::Known(true)
            };
            verdicts.settle(CHECK, is_foreign, || {
                let come = if *hosts == 1 { "comes" } else { "come" };
                let message = format!(
                    "{} {come} from account {}, which has no connector",
                    plural(*hosts, "host", "hosts"),
                    account.id
                );
                Violation::new(CHECK, account.resource(), message)
                    .fact("provider", account.provider)
                    .fact("hosts", *hosts)
                    .evidence(spans.iter().cloned())
                    .evidence(self.lists(account))
            });
        }
    }

    /// C05-08: one connector is enough.
    fn judge_doubles(&self, verdicts: &mut Verdicts) {
        const CHECK: &str = "C05-08";
        for provider in super::read::PROVIDERS {
            let open =
                self.connectors.iter().filter(|one| one.provider == provider && !one.is_disabled());
            let nameless = open.clone().filter(|one| one.account.is_none()).count() as u64;
            if open.count() > 1 {
                verdicts.subjects(CHECK, nameless);
                verdicts.unknown(CHECK, nameless, "of which account a connector is was not said");
            }
        }
        let accounts: BTreeSet<&Account> = self
            .connectors
            .iter()
            .filter(|one| !one.is_disabled())
            .filter_map(|one| one.account.as_ref())
            .collect();
        for account in accounts {
            let open: Vec<&Connector> = self.of(account).filter(|one| !one.is_disabled()).collect();
            let enabled = open.iter().filter(|one| one.is_enabled()).count();
            let is_double = if enabled > 1 {
                Known::Known(true)
            } else if open.len() > 1 {
                Known::Unknown("whether a connector is enabled was not said".to_owned())
            } else {
                Known::Known(false)
            };
            verdicts.settle(CHECK, is_double, || {
                let polling = open.iter().filter(|one| one.is_enabled());
                let names: Vec<&str> = polling.clone().map(|one| one.name.as_str()).collect();
                let message = format!("Account {} is polled by {enabled} connectors", account.id);
                Violation::new(CHECK, account.resource(), message)
                    .fact("provider", account.provider)
                    .fact("connectors", names)
                    .evidence(polling.flat_map(|one| one.spans.iter().cloned()))
            });
        }
    }
}
