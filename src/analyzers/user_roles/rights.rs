//! Judges what one account may do: service accounts, extended rights, scope and purging.

use super::accounts::{is_allowed, is_api_only, violation};
use super::read::{Account, Status};
use crate::analyzers::{Facts, Reach, Verdicts};
use crate::finding::Known;

const NO_ROLE: &str = "its role was not said";
const NO_STATUS: &str = "whether the account is active was not said";

pub(super) fn judge(facts: &Facts<'_>, account: &Account, verdicts: &mut Verdicts) {
    if account.status == Status::Off {
        return;
    }
    judge_service(facts, account, verdicts);
    judge_extended(facts, account, verdicts);
    judge_scope(facts, account, verdicts);
    judge_purge(account, verdicts);
}

/// What is violated holds only for an account that is known to be usable.
fn guarded(account: &Account, is_violated: Known<bool>) -> Known<bool> {
    match (account.status, is_violated) {
        (Status::Unknown, Known::Known(true)) => Known::Unknown(NO_STATUS.to_owned()),
        (_, other) => other,
    }
}

/// C13-07: an account that a program uses has full power.
fn judge_service(facts: &Facts<'_>, account: &Account, verdicts: &mut Verdicts) {
    const CHECK: &str = "C13-07";
    let users = &facts.profile.users;
    let names = account.names();
    let found = users
        .service_patterns
        .iter()
        .find(|pattern| names.iter().any(|name| pattern.is_match(name.trim())));
    let listed = account.login.as_deref().is_some_and(|login| is_api_only(facts, login));
    if found.is_none() && !listed {
        // Whether a hidden login names a program cannot be told.
        if account.login.is_none() {
            verdicts.subjects(CHECK, 1);
            verdicts.unknown(CHECK, 1, "its login was not shown");
        }
        return;
    }
    let is_mighty = if is_allowed(facts, account) {
        Known::Known(false)
    } else {
        guarded(account, account.is_manager())
    };
    verdicts.settle(CHECK, is_mighty, || {
        let message = format!("{} is a service account with full power", account.name());
        violation(CHECK, account, message)
            .fact("pattern", found.map(|pattern| pattern.text().to_owned()))
            .fact("listed_as_api_only", listed)
    });
}

/// C13-08: a Scanner that may touch credentials or make scanners.
fn judge_extended(facts: &Facts<'_>, account: &Account, verdicts: &mut Verdicts) {
    const CHECK: &str = "C13-08";
    if !account.role_is("Scanner") && account.role.is_some() {
        return;
    }
    let allowed = &facts.profile.users.extended_allow;
    let is_listed = account
        .login
        .as_deref()
        .is_some_and(|login| allowed.iter().any(|entry| entry.eq_ignore_ascii_case(login)));
    let scanners =
        if account.made_scanner.is_some() { Some(true) } else { account.manages_scanners };
    let extended = if is_listed {
        Known::Known(false)
    } else if account.role.is_none() {
        Known::Unknown(NO_ROLE.to_owned())
    } else {
        match (account.edits_records, scanners) {
            (Some(true), _) | (_, Some(true)) => Known::Known(true),
            (Some(false), Some(false)) => Known::Known(false),
            (None, _) => Known::Unknown(
                "the user list shows no EDIT_AUTH_RECORDS permission for it; ask Qualys support for \
                 the extended permissions, or look at the account in the user interface"
                    .to_owned(),
            ),
            (Some(false), None) => Known::Unknown(
                "the user list shows no permission for virtual scanners; look at the account in the \
                 user interface"
                    .to_owned(),
            ),
        }
    };
    verdicts.settle(CHECK, guarded(account, extended), || {
        let mut may = Vec::new();
        if account.edits_records == Some(true) {
            may.push("create and edit authentication records and vaults");
        }
        if scanners == Some(true) {
            may.push("manage virtual scanners");
        }
        let message = format!("Scanner {} may {}", account.name(), may.join(" and "));
        violation(CHECK, account, message)
            .fact("edit_auth_records", account.edits_records)
            .fact("virtual_scanners", scanners)
            .fact("seen_in_activity_log", account.made_scanner.is_some())
            .evidence(account.made_scanner.clone())
    });
}

/// C13-09: a Scanner or Reader that is assigned everything.
fn judge_scope(facts: &Facts<'_>, account: &Account, verdicts: &mut Verdicts) {
    const CHECK: &str = "C13-09";
    let is_narrow_role = account.role_is("Scanner") || account.role_is("Reader");
    if !is_narrow_role && account.role.is_some() {
        return;
    }
    let sees_all = if account.role.is_none() {
        Known::Unknown(NO_ROLE.to_owned())
    } else if account.everything {
        Known::Known(true)
    } else if account.titles == 0 {
        Known::Known(false)
    } else if facts.reach("vm/asset-groups") != Reach::Whole {
        Known::Unknown("whether these are all groups was not read (vm/asset-groups)".to_owned())
    } else {
        Known::Known(account.all_groups == Some(true))
    };
    verdicts.settle(CHECK, guarded(account, sees_all), || {
        let how = if account.everything { "the group All" } else { "every asset group" };
        let message = format!("{} sees everything: it is assigned {how}", account.name());
        violation(CHECK, account, message)
            .fact("groups", account.titles)
            .fact("assigned_all", account.everything)
    });
}

/// C13-12: the right to purge, outside the Managers.
fn judge_purge(account: &Account, verdicts: &mut Verdicts) {
    const CHECK: &str = "C13-12";
    if account.is_contact() {
        return;
    }
    let may_purge = match (account.is_manager(), account.purges) {
        (Known::Known(true), _) => return,
        (_, Some(false)) => Known::Known(false),
        (Known::Unknown(reason), _) => Known::Unknown(reason),
        (Known::Known(false), Some(true)) => Known::Known(true),
        (Known::Known(false), None) => {
            Known::Unknown("the user list shows no PURGE_INFO permission for it".to_owned())
        }
    };
    verdicts.settle(CHECK, guarded(account, may_purge), || {
        let message = format!("{} may purge evidence", account.name());
        violation(CHECK, account, message).fact("purge_info", true)
    });
}
