//! Whose eyes saw the subscription: the login's role, and what it lets one see.
use super::{Error, Scope, View};
use rusqlite::{Connection, OptionalExtension as _};

/// Where the role of a login stands, best source first. Logins are told apart without letter case.
const SOURCES: [(&str, &str); 2] = [
    (
        "vm/users",
        "SELECT role FROM user WHERE login = ?1 COLLATE NOCASE AND role IS NOT NULL \
         ORDER BY row DESC LIMIT 1",
    ),
    (
        "vm/activity-log",
        "SELECT role FROM activity WHERE login = ?1 COLLATE NOCASE AND role IS NOT NULL \
         ORDER BY time DESC, row DESC LIMIT 1",
    ),
];

/// Looks the role up in the answers, then in the journal's own `role`. A Manager or Super User
/// sees everything, any other role a part. Scope tags, which narrow a Manager too, stand in no
/// answer that is collected.
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
    Ok(Scope { login, role, view, source: source.to_owned() })
}

fn view(role: &str) -> View {
    let role = role.trim_ascii();
    let full = role.eq_ignore_ascii_case("Manager") || role.eq_ignore_ascii_case("Super User");
    if full { View::Full } else { View::Partial }
}
