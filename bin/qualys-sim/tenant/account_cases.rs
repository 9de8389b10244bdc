//! Control 13: how many Managers there are, and a user without a mail address, by tenant.

use super::Kind;
use super::builder::Builder;
use super::key::Resource;
use super::model::User;

/// In one tenant only the one who collects is a Manager.
pub(crate) fn plant(b: &mut Builder, kind: Kind, users: &mut [User]) {
    let whole = Resource::subscription;
    if kind == Kind::OnlyTwo
        && let Some(user) = users.iter_mut().find(|user| user.role == "Auditor")
    {
        user.email.clear();
        let why = "one user shows no mail address";
        b.key.unknown("unknown/mail", "C13-06", Resource::of("mailbox", "unsaid"), why);
    }
    if kind == Kind::OldVersions {
        for user in users.iter_mut().filter(|user| user.role == "Manager") {
            "Unit Manager".clone_into(&mut user.role);
            user.permissions.retain(|(name, _)| name != "PURGE_INFO");
            let resource = Resource::of("user", &user.login);
            let why = "whether it may purge is not said";
            b.key.unknown("unknown/purge", "C13-12", resource, why);
        }
        b.key.finding("pos/alone", "C13-04", whole(), "one active Manager");
    } else {
        b.key.none("near/several", "C13-04", whole(), "several active Managers");
    }
}
