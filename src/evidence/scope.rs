//! Whose eyes saw the subscription: the login's role, and what it lets one see.
use super::{Error, Scope, View};
use rusqlite::{Connection, OptionalExtension as _};

/// Where the role of a login stands, best source first. Logins are told apart without letter case.
const SOURCES: [(&str, &str); 3] = [
    (
        "vm/users",
        "SELECT role FROM user WHERE login = ?1 COLLATE NOCASE AND role IS NOT NULL \
         ORDER BY row DESC LIMIT 1",
    ),
    (
        "am/users",
        "SELECT group_concat(name, ', ' ORDER BY name) FROM portal_user_role WHERE user_row = \
         (SELECT max(row) FROM portal_user WHERE login = ?1 COLLATE NOCASE) \
         HAVING count(*) > 0",
    ),
    (
        "vm/activity-log",
        "SELECT role FROM activity WHERE login = ?1 COLLATE NOCASE AND role IS NOT NULL \
         ORDER BY time DESC, row DESC LIMIT 1",
    ),
];

/// Looks the role up in the answers, then in the journal's own `role`. A Manager or Super User
/// without scope tags sees everything, anybody else a part. The portal's list may lack the login:
/// then the role alone decides.
pub(super) fn find(
    connection: &Connection,
    login: String,
    journal_role: Option<String>,
) -> Result<Scope, Error> {
    let mut found = None;
    for (source, sql) in SOURCES {
        if found.is_none() {
            let role = connection.query_row(sql, [&login], |row| row.get(0)).optional()?;
            found = role.map(|role: String| (role, source));
        }
    }
    let (role, source) = match found.or_else(|| journal_role.map(|role| (role, "journal"))) {
        Some((role, source)) => (Some(role), source),
        None => (None, "none"),
    };
    let view = role.as_deref().map_or(View::Unverified, view);
    let (view, source) =
        if narrowed(connection, &login)? { (View::Partial, "am/users") } else { (view, source) };
    Ok(Scope { login, role, view, source: source.to_owned() })
}

/// Does the portal show scope tags for the login, or roles of which none sees everything?
fn narrowed(connection: &Connection, login: &str) -> Result<bool, Error> {
    let user: Option<i64> = connection.query_row(
        "SELECT max(row) FROM portal_user WHERE login = ?1 COLLATE NOCASE",
        [login],
        |row| row.get(0),
    )?;
    let Some(user) = user else { return Ok(false) };
    let tags: i64 = connection.query_row(
        "SELECT count(*) FROM portal_user_tag WHERE user_row = ?1",
        [user],
        |row| row.get(0),
    )?;
    let mut roles = connection.prepare("SELECT name FROM portal_user_role WHERE user_row = ?1")?;
    let roles = roles.query_map([user], |row| row.get::<_, String>(0))?;
    let roles = roles.collect::<Result<Vec<_>, _>>()?;
    let part = !roles.is_empty() && roles.iter().all(|role| view(role) == View::Partial);
    Ok(tags > 0 || part)
}

/// Of one role, or of several in a row: the widest counts.
fn view(roles: &str) -> View {
    let full = |role: &str| {
        let role = role.trim_ascii();
        role.eq_ignore_ascii_case("Manager") || role.eq_ignore_ascii_case("Super User")
    };
    if roles.split(',').any(full) { View::Full } else { View::Partial }
}
