//! Judges the accounts together: how many Managers there are, and who shares a mailbox.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::read::{Account, Status};
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::{percent, plural};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Known, Resource};
use crate::profile::hex;

/// Users from which a share of Managers says something.
const SHARE_FROM: u64 = 10;

/// Logins that the facts of a finding list.
const LISTED: usize = 20;

/// Managers among the active users that can log in.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Managers {
    pub mighty: u64,
    pub active: u64,
    /// Users whose role or status was not said.
    pub unknown: u64,
}

impl Managers {
    pub(super) fn count(accounts: &[Account]) -> Self {
        let mut count = Self::default();
        for account in accounts.iter().filter(|account| !account.is_contact()) {
            match (account.status, account.is_manager()) {
                (Status::Off | Status::Pending, _) => {}
                (Status::Unknown, _) => count.unknown += 1,
                (Status::Active, Known::Unknown(_)) => {
                    count.active += 1;
                    count.unknown += 1;
                }
                (Status::Active, Known::Known(is_manager)) => {
                    count.active += 1;
                    count.mighty += u64::from(is_manager);
                }
            }
        }
        count
    }
}

pub(super) fn judge(
    facts: &Facts<'_>,
    accounts: &[Account],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    if accounts.is_empty() {
        return Ok(());
    }
    let managers = Managers::count(accounts);
    judge_many(facts, accounts, managers, verdicts)?;
    judge_single(facts, accounts, managers, verdicts)?;
    judge_mailboxes(accounts, verdicts);
    Ok(())
}

/// C13-03: too many Managers, in number or as a share.
fn judge_many(
    facts: &Facts<'_>,
    accounts: &[Account],
    count: Managers,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C13-03";
    let limits = &facts.profile.c13;
    let too_many = |managers: u64, active: u64| {
        managers > limits.max_managers.unsigned_abs()
            || active >= SHARE_FROM
                && limits.max_manager_ratio.compare(managers, active).is_some_and(Ordering::is_gt)
    };
    // At their best the unknown ones are active and no Managers, at their worst Managers.
    let worst = count.mighty + count.unknown;
    let is_violated = match (
        too_many(count.mighty, count.active + count.unknown),
        too_many(worst, count.active.max(worst)),
    ) {
        (true, _) => Known::Known(true),
        (false, false) => Known::Known(false),
        (false, true) => Known::Unknown("role or status of too many users was not said".to_owned()),
    };
    let bodies = facts.bodies("vm/users")?;
    verdicts.settle(CHECK, is_violated, || {
        let active = plural(count.active, "active user is a Manager", "active users are Managers");
        let message = format!("{} of {active}", count.mighty);
        Violation::new(CHECK, Resource::subscription(), message)
            .fact("managers", count.mighty)
            .fact("active_users", count.active)
            .fact("unknown_users", count.unknown)
            .fact("share", percent(count.mighty, count.active))
            .fact("max_managers", limits.max_managers)
            .fact("max_manager_ratio", limits.max_manager_ratio.as_f64())
            .fact("logins", logins(managers(accounts)))
            .evidence(managers(accounts).take(SPANS).map(|account| account.span.clone()))
            .evidence(bodies)
    });
    Ok(())
}

/// C13-04: nobody can stand in for the one Manager.
fn judge_single(
    facts: &Facts<'_>,
    accounts: &[Account],
    count: Managers,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C13-04";
    let is_single = match (count.mighty, count.unknown) {
        (0 | 1, 1..) => Known::Unknown("role or status of users was not said".to_owned()),
        (managers, _) => Known::Known(managers == 1),
    };
    let bodies = facts.bodies("vm/users")?;
    verdicts.settle(CHECK, is_single, || {
        Violation::new(CHECK, Resource::subscription(), "One active Manager only")
            .fact("logins", logins(managers(accounts)))
            .evidence(managers(accounts).map(|account| account.span.clone()))
            .evidence(bodies)
    });
    Ok(())
}

/// C13-06: several active accounts behind one mail address, which is shown as a hash alone.
fn judge_mailboxes(accounts: &[Account], verdicts: &mut Verdicts) {
    const CHECK: &str = "C13-06";
    let mut boxes: BTreeMap<&str, Vec<&Account>> = BTreeMap::new();
    for account in accounts {
        match (account.status, account.email.as_deref()) {
            (Status::Off | Status::Pending, _) => {}
            (Status::Active, Some(email)) => boxes.entry(email).or_default().push(account),
            (Status::Active, None) => {
                verdicts.subjects(CHECK, 1);
                verdicts.unknown(CHECK, 1, "it shows no mail address");
            }
            (Status::Unknown, _) => {
                verdicts.subjects(CHECK, 1);
                verdicts.unknown(CHECK, 1, "whether the account is active was not said");
            }
        }
    }
    for (email, owners) in boxes {
        verdicts.settle(CHECK, Known::Known(owners.len() > 1), || {
            let message = format!("{} active accounts use one mailbox", owners.len());
            Violation::new(CHECK, Resource::new("mailbox", hashed(email)), message)
                .fact("accounts", owners.len())
                .fact("logins", logins(owners.iter().copied()))
                .evidence(owners.iter().take(SPANS).map(|account| account.span.clone()))
        });
    }
}

/// The first 16 hex digits of the SHA-256 of a mail address in lower case.
fn hashed(email: &str) -> String {
    let mut hash = hex(&Sha256::digest(email));
    hash.truncate(16);
    hash
}

fn managers(accounts: &[Account]) -> impl Iterator<Item = &Account> {
    accounts.iter().filter(|account| {
        account.status == Status::Active && account.is_manager() == Known::Known(true)
    })
}

fn logins<'a>(accounts: impl Iterator<Item = &'a Account>) -> Vec<String> {
    accounts.take(LISTED).map(Account::name).collect()
}
