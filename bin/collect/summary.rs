//! What the answers themselves tell about the subscription and the login, for the manifest.

use crate::servers::Servers;
use qualys_sec_inspector::bundle;
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::{Outcome, Record};
use qualys_sec_inspector::catalogue;
use qualys_sec_inspector::qualys::xml;
use std::convert::Infallible;

/// The list of users, which names the login's own role.
const USERS: &str = "vm/users";

pub(crate) struct Summary {
    /// UUID of the subscription, else the login's part that names it, else `unknown`.
    pub subscription: String,
    /// As the list of users names it.
    pub role: Option<String>,
    /// `full` for a Manager, `partial` for any other role, `unverified` where the role is unknown.
    pub view: &'static str,
}

impl Summary {
    /// Walks the journal once, one body at a time.
    ///
    /// # Errors
    /// A stored record or body that cannot be read.
    pub(crate) fn new(partial: &Partial, servers: &Servers) -> Result<Self, bundle::Error> {
        let login = partial.run_start().login.clone();
        let mut subscription = None;
        let mut role = None;
        partial.records(|_, record| {
            let Record::Exchange(exchange) = record else { return Ok(()) };
            let powered = exchange.response_headers.iter().find(|(name, _)| name == "x-powered-by");
            subscription = subscription.take().or_else(|| powered.and_then(|(_, by)| uuid(by)));
            if exchange.endpoint == USERS
                && exchange.outcome == Outcome::Ok
                && let Some(body) = exchange.body
            {
                role = role.take().or(role_of(&login, &partial.body(body.id)?));
            }
            Ok::<(), bundle::Error>(())
        })?;
        let named = || servers.subscription_of(&login).map(str::to_owned);
        Ok(Self {
            subscription: subscription.or_else(named).unwrap_or_else(|| "unknown".to_owned()),
            view: match role.as_deref() {
                Some(role) if role.eq_ignore_ascii_case("manager") => "full",
                Some(_) => "partial",
                None => "unverified",
            },
            role,
        })
    }
}

/// `Qualys:USPOD3:<subscription>:<user>`, where it is switched on.
fn uuid(powered_by: &str) -> Option<String> {
    let subscription = powered_by.split(':').nth(2)?.trim();
    let form =
        |group: &str, length| group.len() == length && group.chars().all(|c| c.is_ascii_hexdigit());
    let groups: Vec<&str> = subscription.split('-').collect();
    let lengths = [8, 4, 4, 4, 12];
    let fits = groups.len() == lengths.len()
        && groups.iter().zip(lengths).all(|(group, length)| form(group, length));
    fits.then(|| subscription.to_ascii_lowercase())
}

/// The role of a login by the list of users.
pub(crate) fn role_of(login: &str, body: &[u8]) -> Option<String> {
    let users = catalogue::endpoint(USERS)?;
    let mut role = None;
    let read = xml::read::<Infallible>(body, users.record, |user| {
        if user.text("USER_LOGIN").is_some_and(|own| own.eq_ignore_ascii_case(login)) {
            role = user.text("USER_ROLE").map(str::to_owned);
        }
        Ok(())
    });
    read.ok().and(role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subscription_is_the_third_part_of_the_header() {
        let sub = "0f0e0d0c-1111-2222-3333-0123456789ab";
        let header = format!("Qualys:USPOD3:{sub}:aaaaaaaa-1111-2222-3333-0123456789ab");
        assert_eq!(uuid(&header).as_deref(), Some(sub));
        for other in ["PHP/8", "Qualys:USPOD3", "Qualys:USPOD3:none:none", ""] {
            assert_eq!(uuid(other), None, "{other}");
        }
    }

    #[test]
    fn the_role_is_the_logins_own() {
        let body = b"<USER_LIST_OUTPUT><USER_LIST>\
            <USER><USER_LOGIN>exmpl_ab</USER_LOGIN><USER_ROLE>Reader</USER_ROLE></USER>\
            <USER><USER_LOGIN>exmpl_cd</USER_LOGIN><USER_ROLE>Manager</USER_ROLE></USER>\
            <USER><USER_ROLE>Contact</USER_ROLE></USER></USER_LIST></USER_LIST_OUTPUT>";
        assert_eq!(role_of("exmpl_cd", body).as_deref(), Some("Manager"));
        assert_eq!(role_of("exmpl_ab", body).as_deref(), Some("Reader"));
        assert_eq!(role_of("exmpl_ef", body), None);
    }
}
