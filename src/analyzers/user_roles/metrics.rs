//! The numbers of control 13: who there is, how long ago they came, and who may do much.

use std::collections::BTreeMap;

use super::accounts::is_api_only;
use super::read::{Account, Status, login_restrictions};
use super::together::Managers;
use crate::analyzers::binding::DAY;
use crate::analyzers::measure::percentile;
use crate::analyzers::{AnalyzeError, Facts, Reach, Verdicts};
use crate::finding::{Known, Metric};

pub(super) fn measure(
    facts: &Facts<'_>,
    accounts: &[Account],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let limits = &facts.profile.c13;
    let mut ages: BTreeMap<i64, u64> = BTreeMap::new();
    let (mut people, mut idle, mut extended) = (0, 0, 0);
    let mut parts: BTreeMap<String, u64> = BTreeMap::new();
    for account in accounts {
        for (part, word) in [
            ("status", account.status_text.as_deref()),
            ("role", account.role.as_deref()),
            ("unit", account.business_unit.as_deref()),
        ] {
            let word = word.unwrap_or("unknown");
            *parts.entry(format!("users_{part}_{}", identifier(word))).or_default() += 1;
        }
        extended += u64::from(account.role_is("Scanner") && account.edits_records == Some(true));
        let by_program = account.login.as_deref().is_some_and(|login| is_api_only(facts, login));
        if account.status != Status::Active || account.is_contact() || by_program {
            continue;
        }
        people += 1;
        if let Some(Known::Known(age)) =
            account.last_login.map(|time| facts.age(time, account.received))
        {
            idle += u64::from(Facts::breaks(age, limits.inactive_days));
            *ages.entry(age / DAY).or_default() += 1;
        }
    }
    let count = Managers::count(accounts);
    verdicts.metric(Metric::ratio(
        "users_inactive",
        "Active accounts that nobody has logged in with for too long",
        idle,
        people,
    ));
    verdicts.metric(
        Metric::ratio("managers_share", "Managers among active users", count.mighty, count.active)
            .against(limits.max_manager_ratio.number()),
    );
    verdicts.metric(
        Metric::count("managers", "Active Managers", count.mighty).against(limits.max_managers),
    );
    verdicts.metric(Metric::count("users", "Accounts", accounts.len() as u64));
    verdicts.metric(Metric::count(
        "scanners_extended",
        "Scanners that may edit authentication records",
        extended,
    ));
    for (id, label, rank) in [
        ("login_age_p50", "Age of the last login of active accounts, median", 50),
        ("login_age_p90", "Age of the last login of active accounts, 90th percentile", 90),
    ] {
        let value = percentile(&ages, rank).map(Into::into);
        verdicts.metric(Metric::measured(id, label, value, "days"));
    }
    let (ranges, enabled) = login_restrictions(facts)?;
    let is_read = facts.reach("vm/restricted-ips") == Reach::Whole;
    verdicts.metric(Metric::measured(
        "login_restriction_ranges",
        "Address ranges that logins are restricted to",
        is_read.then(|| ranges.into()),
        "count",
    ));
    verdicts.metric(Metric::measured(
        "login_restriction_enabled",
        "Whether that restriction is on: 1, off: 0",
        enabled.filter(|_| is_read).map(|enabled| u64::from(enabled).into()),
        "count",
    ));
    for (id, count) in parts {
        let label = format!("Accounts counted as {id}");
        verdicts.metric(Metric::count(id, &label, count));
    }
    Ok(())
}

fn identifier(word: &str) -> String {
    word.trim()
        .to_lowercase()
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' })
        .collect()
}
