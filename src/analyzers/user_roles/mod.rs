//! Control 13: each account belongs to one person who still needs exactly the power it has.

mod accounts;
mod metrics;
mod read;
mod rights;
mod together;

use super::{AnalyzeError, Analyzer, Check, Facts, Kind, Verdicts};
use crate::finding::Severity::{High, Low, Medium};

const fn side(id: &'static str) -> Check {
    Check {
        id,
        core: false,
        severity: Medium,
        kind: Kind::Presence,
        needs: &["vm/users"],
        any_of: &[],
        inputs: &[],
        subject: "user:LOGIN",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}

static CHECKS: &[Check] = &[
    Check {
        core: true,
        parameters: &["c13.inactive_days", "users.api_only"],
        summary: "The account is active, but nobody has logged in with it for too long.",
        remediation: "Deactivate the account, or learn from its owner why it must stay.",
        ..side("C13-01")
    },
    Check {
        parameters: &["c13.never_login_days", "users.api_only"],
        summary: "The account was made some time ago and has never been used.",
        remediation: "Remove the account; make a new one when somebody needs it.",
        ..side("C13-02")
    },
    Check {
        core: true,
        severity: High,
        kind: Kind::Absence,
        subject: "subscription:tenant",
        parameters: &["c13.max_managers", "c13.max_manager_ratio"],
        summary: "Too many of the active users are Managers.",
        remediation: "Give those who do not administer the subscription the role Unit Manager or Scanner.",
        ..side("C13-03")
    },
    Check {
        severity: Low,
        kind: Kind::Absence,
        subject: "subscription:tenant",
        summary: "The subscription has a single active Manager.",
        remediation: "Add a second Manager, or a sealed break-glass account.",
        ..side("C13-04")
    },
    Check {
        core: true,
        parameters: &["users.shared_patterns", "users.allow"],
        summary: "The account looks as if several people used it.",
        remediation: "Give each person an account of their own, or document who answers for this one in \
                      users.allow.",
        ..side("C13-05")
    },
    Check {
        subject: "mailbox:HASH",
        summary: "Several active accounts share one mail address.",
        remediation: "Give each account the address of its owner: password resets go to it.",
        ..side("C13-06")
    },
    Check {
        core: true,
        severity: High,
        parameters: &["users.service_patterns", "users.api_only", "users.allow"],
        summary: "An account that a program uses is a Manager.",
        remediation: "Give the program the least role that it needs, in a business unit of its own.",
        ..side("C13-07")
    },
    Check {
        parameters: &["users.extended_allow"],
        summary: "A Scanner may edit authentication records or manage virtual scanners.",
        remediation: "Take the right back, or document it in users.extended_allow: it touches credentials.",
        ..side("C13-08")
    },
    Check {
        severity: Low,
        summary: "A Scanner or Reader is assigned the whole subscription.",
        remediation: "Assign the groups that the person works with.",
        ..side("C13-09")
    },
    Check {
        needs: &["vm/users", "vm/scan-schedules", "vm/asset-groups", "vm/auth-record-details"],
        summary: "The account is not active and still owns what others rely on.",
        remediation: "Hand schedules, groups and records over to somebody who is there.",
        ..side("C13-10")
    },
    Check {
        parameters: &["users.allowed_domains", "users.allow"],
        summary: "The account's mail address lies outside the organisation.",
        remediation: "Review the third party's access; if it stays, document it in users.allow.",
        ..side("C13-11")
    },
    Check {
        severity: Low,
        summary: "Somebody who is not a Manager may purge host information, which is evidence.",
        remediation: "Take the right to purge back.",
        ..side("C13-12")
    },
    Check {
        severity: Low,
        parameters: &["c13.pending_days"],
        summary: "The account has waited too long for its activation.",
        remediation: "Cancel the invitation; make a new one when the person is there.",
        ..side("C13-13")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 13,
    id: "user-roles",
    title: "User role and permission audit",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/13_user_roles.md"),
    judge,
};

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    let accounts = read::accounts(facts)?;
    for account in &accounts {
        accounts::judge(facts, account, verdicts);
        rights::judge(facts, account, verdicts);
    }
    together::judge(facts, &accounts, verdicts)?;
    metrics::measure(facts, &accounts, verdicts)
}
