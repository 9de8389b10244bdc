//! Judges one account by itself: whether it is used, whose it is, and what it leaves behind.

use super::read::{Account, Status};
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::{day, listed, rfc3339};
use crate::analyzers::{Decision, Facts, Verdicts, Violation};
use crate::finding::{Known, Severity};

const NO_STATUS: &str = "whether the account is active was not said";
/// A Contact has no login, so that none was ever used.
const NO_ROLE: &str = "its role was not said, and it may be a Contact";

pub(super) fn judge(facts: &Facts<'_>, account: &Account, verdicts: &mut Verdicts) {
    judge_use(facts, account, verdicts);
    judge_pending(facts, account, verdicts);
    judge_names(facts, account, verdicts);
    judge_domain(facts, account, verdicts);
    judge_legacy(account, verdicts);
}

/// The finding of a check about an account, with what every such finding says.
pub(super) fn violation(check: &'static str, account: &Account, message: String) -> Violation {
    Violation::new(check, account.resource(), message)
        .fact("role", account.role.clone())
        .fact("status", account.status_text.clone())
        .evidence([account.span.clone()])
}

/// C13-01 and C13-02: active accounts that nobody uses.
fn judge_use(facts: &Facts<'_>, account: &Account, verdicts: &mut Verdicts) {
    let limits = &facts.profile.c13;
    let by_program = account.login.as_deref().is_some_and(|login| is_api_only(facts, login));
    if account.status == Status::Off || account.status == Status::Pending {
        return;
    }
    if account.is_contact() || by_program {
        return;
    }
    let status = account.status;
    let guarded = move |is_violated: Known<bool>| match (status, is_violated) {
        (Status::Unknown, Known::Known(true)) => Known::Unknown(NO_STATUS.to_owned()),
        (_, other) => other,
    };
    let unshown = || Known::Unknown("its last login was not shown".to_owned());
    let idle = match (account.last_login, account.never_logged_in) {
        (Some(time), _) => match facts.age(time, account.received) {
            Known::Known(age) => Known::Known(Facts::breaks(age, limits.inactive_days)),
            Known::Unknown(reason) => Known::Unknown(reason),
        },
        (None, Some(true)) => Known::Known(false),
        (None, _) => unshown(),
    };
    verdicts.settle("C13-01", guarded(idle), || {
        let last = account.last_login.unwrap_or_default();
        let role = account.role.as_deref().unwrap_or("role unknown");
        let message = format!("{} ({role}) last logged in on {}", account.name(), day(last));
        let is_manager = account.is_manager() == Known::Known(true);
        violation("C13-01", account, message)
            .severity(if is_manager { Severity::High } else { Severity::Medium })
            .fact("last_login", rfc3339(last))
            .fact("limit_days", limits.inactive_days)
    });
    let unused = match (account.last_login, account.never_logged_in, account.created) {
        (Some(_), ..) | (None, Some(false), _) => Known::Known(false),
        (None, None, _) => unshown(),
        (None, Some(true), None) => Known::Unknown("when it was created was not said".to_owned()),
        (None, Some(true), Some(created)) => match facts.age(created, account.received) {
            Known::Known(age) => Known::Known(Facts::breaks(age, limits.never_login_days)),
            Known::Unknown(reason) => Known::Unknown(reason),
        },
    };
    let unused = match guarded(unused) {
        Known::Known(true) if account.role.is_none() => Known::Unknown(NO_ROLE.to_owned()),
        other => other,
    };
    verdicts.settle("C13-02", unused, || {
        let created = account.created.unwrap_or_default();
        let message = format!("{} was created on {} and never used", account.name(), day(created));
        violation("C13-02", account, message)
            .fact("created", rfc3339(created))
            .fact("limit_days", limits.never_login_days)
    });
}

/// C13-13: an invitation that nobody took up.
fn judge_pending(facts: &Facts<'_>, account: &Account, verdicts: &mut Verdicts) {
    const CHECK: &str = "C13-13";
    let limit = facts.profile.c13.pending_days;
    let may_wait = account.status == Status::Unknown && account.last_login.is_none();
    if account.status != Status::Pending && !may_wait {
        return;
    }
    let waits = match account.created.map(|created| facts.age(created, account.received)) {
        None => Known::Unknown("when it was created was not said".to_owned()),
        Some(Known::Known(age)) => Known::Known(Facts::breaks(age, limit)),
        Some(Known::Unknown(reason)) => Known::Unknown(reason),
    };
    let waits = match waits {
        Known::Known(true) if may_wait => Known::Unknown(NO_STATUS.to_owned()),
        other => other,
    };
    verdicts.settle(CHECK, waits, || {
        let created = account.created.unwrap_or_default();
        let message = format!("{} has been pending since {}", account.name(), day(created));
        violation(CHECK, account, message)
            .fact("created", rfc3339(created))
            .fact("limit_days", limit)
    });
}

/// C13-05: names that no single person has.
fn judge_names(facts: &Facts<'_>, account: &Account, verdicts: &mut Verdicts) {
    const CHECK: &str = "C13-05";
    if account.status == Status::Off || account.is_contact() {
        return;
    }
    let mut texts = account.names();
    texts.extend(account.title.as_deref());
    let patterns = &facts.profile.users.shared_patterns;
    let found =
        patterns.iter().find(|pattern| texts.iter().any(|text| pattern.is_match(text.trim())));
    let looks_shared = if found.is_some() && !is_allowed(facts, account) {
        match account.is_open() {
            Known::Known(true) if account.role.is_none() => Known::Unknown(NO_ROLE.to_owned()),
            Known::Known(is_open) => Known::Known(is_open),
            Known::Unknown(_) => Known::Unknown(NO_STATUS.to_owned()),
        }
    } else if account.login.is_none() {
        Known::Unknown("its login was not shown".to_owned())
    } else {
        Known::Known(false)
    };
    verdicts.settle(CHECK, looks_shared, || {
        let pattern = found.map_or("", |pattern| pattern.text());
        let message = format!("{} looks shared ({pattern})", account.name());
        violation(CHECK, account, message).fact("pattern", pattern)
    });
}

/// C13-11: mail addresses outside the organisation.
fn judge_domain(facts: &Facts<'_>, account: &Account, verdicts: &mut Verdicts) {
    const CHECK: &str = "C13-11";
    let allowed = &facts.profile.users.allowed_domains;
    if allowed.is_empty() {
        let reason = "users.allowed_domains names no domain to compare with; set it to the \
                      organisation's mail domains";
        verdicts.decide(CHECK, Decision::NotAssessed, reason);
        return;
    }
    if account.status == Status::Off {
        return;
    }
    let domain = account.email.as_deref().and_then(|email| email.rsplit_once('@'));
    let is_foreign = match domain {
        None => Known::Unknown("it shows no mail address".to_owned()),
        Some((_, domain)) => {
            let is_ours = allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(domain));
            match (is_ours || is_allowed(facts, account), account.is_open()) {
                (true, _) => Known::Known(false),
                (false, Known::Unknown(_)) => Known::Unknown(NO_STATUS.to_owned()),
                (false, Known::Known(_)) => Known::Known(true),
            }
        }
    };
    verdicts.settle(CHECK, is_foreign, || {
        let domain = domain.map_or("", |(_, domain)| domain);
        let message = format!("{} uses a mail address of {domain}", account.name());
        violation(CHECK, account, message).fact("domain", domain)
    });
}

/// C13-10: what an account that is not active still owns.
fn judge_legacy(account: &Account, verdicts: &mut Verdicts) {
    const CHECK: &str = "C13-10";
    /// Names that the facts of a finding list.
    const LISTED: usize = 20;
    let owns = match account.status {
        Status::Active => return,
        Status::Unknown => Known::Unknown(NO_STATUS.to_owned()),
        Status::Pending | Status::Off if account.owned.is_empty() && account.may_own => {
            Known::Unknown("who owns a schedule, a group or a record was not said".to_owned())
        }
        Status::Pending | Status::Off => Known::Known(!account.owned.is_empty()),
    };
    verdicts.settle(CHECK, owns, || {
        let names: Vec<String> = account.owned.iter().map(|owned| owned.name.clone()).collect();
        let status = account.status_text.as_deref().unwrap_or_default();
        let message = format!(
            "{} is {} and still owns {}",
            account.name(),
            status.to_lowercase(),
            listed(&names)
        );
        let of_kind = |kind: &str| account.owned.iter().filter(|owned| owned.kind == kind).count();
        violation(CHECK, account, message)
            .fact("schedules", of_kind("schedule"))
            .fact("asset_groups", of_kind("asset group"))
            .fact("authentication_records", of_kind("authentication record"))
            .fact("owned", names.into_iter().take(LISTED).collect::<Vec<_>>())
            .evidence(account.owned.iter().take(SPANS).map(|owned| owned.span.clone()))
    });
}

pub(super) fn is_api_only(facts: &Facts<'_>, login: &str) -> bool {
    facts.profile.users.api_only.iter().any(|known| known.eq_ignore_ascii_case(login))
}

pub(super) fn is_allowed(facts: &Facts<'_>, account: &Account) -> bool {
    let allow = &facts.profile.users.allow;
    account
        .login
        .as_deref()
        .is_some_and(|login| allow.iter().any(|entry| entry.covers(login, facts.as_of)))
}
