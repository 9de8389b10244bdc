//! Reads what control 13 decides on: the accounts, their rights and what they own.

use std::collections::BTreeMap;

use rusqlite::{Row, named_params};

use crate::analyzers::{AnalyzeError, Facts};
use crate::finding::{Known, Resource, Span};

/// One account of the user list.
pub(super) struct Account {
    /// Not shown to every caller.
    pub login: Option<String>,
    pub id: Option<i64>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub title: Option<String>,
    /// In lower case.
    pub email: Option<String>,
    pub status: Status,
    pub status_text: Option<String>,
    pub role: Option<String>,
    pub business_unit: Option<String>,
    pub created: Option<i64>,
    pub last_login: Option<i64>,
    pub never_logged_in: Option<bool>,
    pub edits_records: Option<bool>,
    pub purges: Option<bool>,
    pub manages_scanners: Option<bool>,
    /// The line of the activity log in which it made a scanner appliance.
    pub made_scanner: Option<Span>,
    /// Assigned group titles.
    pub titles: i64,
    pub everything: bool,
    pub all_groups: Option<bool>,
    /// What it owns, if it is not active.
    pub owned: Vec<Owned>,
    /// Whether things that work have owners that were not said.
    pub may_own: bool,
    pub received: i64,
    pub span: Span,
}

/// `USER_STATUS` as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Active,
    Pending,
    Off,
    Unknown,
}

/// A thing that an account owns.
pub(super) struct Owned {
    pub kind: String,
    pub name: String,
    pub span: Span,
}

impl Account {
    pub(super) fn resource(&self) -> Resource {
        match (&self.login, self.id) {
            (Some(login), _) => Resource::new("user", login),
            (None, Some(id)) => Resource::new("user", id),
            (None, None) => Resource::new("user", format!("@{}", self.span.offset)),
        }
    }

    pub(super) fn name(&self) -> String {
        self.resource().id
    }

    pub(super) fn role_is(&self, word: &str) -> bool {
        self.role.as_deref().is_some_and(|role| role.trim().eq_ignore_ascii_case(word))
    }

    /// Contacts receive mail and have no login.
    pub(super) fn is_contact(&self) -> bool {
        self.role_is("Contact")
    }

    /// A Super User of a consultant subscription has a Manager's power.
    pub(super) fn is_manager(&self) -> Known<bool> {
        match self.role {
            None => Known::Unknown("its role was not said".to_owned()),
            Some(_) => Known::Known(self.role_is("Manager") || self.role_is("Super User")),
        }
    }

    /// Whether it can be used, or will be.
    pub(super) const fn is_open(&self) -> Known<bool> {
        match self.status {
            Status::Active | Status::Pending => Known::Known(true),
            Status::Off => Known::Known(false),
            Status::Unknown => Known::Unknown(String::new()),
        }
    }

    /// The texts that a pattern of names is held against: a login also without the
    /// subscription's prefix, which Qualys puts before an underscore.
    pub(super) fn names(&self) -> Vec<&str> {
        let login = self.login.as_deref();
        let tail = login.and_then(|login| login.split_once('_')).map(|(_, tail)| tail);
        [login, tail, self.first_name.as_deref(), self.last_name.as_deref()]
            .into_iter()
            .flatten()
            .collect()
    }
}

pub(super) fn accounts(facts: &Facts<'_>) -> Result<Vec<Account>, AnalyzeError> {
    let mut owned = owned(facts)?;
    let makers = makers(facts)?;
    let may_own: bool =
        facts.model.query_row(sql!("controls/13_user_roles/unowned"), [], |row| row.get("any"))?;
    let mut statement = facts.model.prepare(sql!("controls/13_user_roles/users"))?;
    let mut rows = statement.query([])?;
    let mut accounts = Vec::new();
    while let Some(row) = rows.next()? {
        let mut account = account(facts, row)?;
        account.may_own = may_own;
        account.owned = owned.remove(&row.get("row")?).unwrap_or_default();
        account.made_scanner =
            account.login.as_deref().and_then(|login| makers.get(&login.to_lowercase()).cloned());
        accounts.push(account);
    }
    Ok(accounts)
}

fn account(facts: &Facts<'_>, row: &Row<'_>) -> rusqlite::Result<Account> {
    let text = |column: &str| row.get::<_, Option<String>>(column);
    let flag = |column: &str| row.get::<_, Option<bool>>(column);
    let status_text = text("status")?;
    let id: Option<i64> = row.get("id")?;
    let place = (row.get("response")?, row.get("offset")?, row.get("length")?);
    Ok(Account {
        login: text("login")?,
        id,
        first_name: text("first_name")?,
        last_name: text("last_name")?,
        title: text("title")?,
        email: text("email")?.map(|email| email.trim().to_lowercase()),
        status: status(status_text.as_deref()),
        status_text,
        role: text("role")?,
        business_unit: text("business_unit")?,
        created: row.get("created")?,
        last_login: row.get("last_login")?,
        never_logged_in: flag("never_logged_in")?,
        edits_records: flag("edits_records")?,
        purges: flag("purges")?,
        manages_scanners: flag("manages_scanners")?,
        made_scanner: None,
        titles: row.get("titles")?,
        everything: row.get("everything")?,
        all_groups: flag("all_groups")?,
        owned: Vec::new(),
        may_own: false,
        received: row.get::<_, Option<i64>>("received")?.unwrap_or(facts.as_of),
        span: match id {
            Some(id) => Span::record(place.0, place.1, place.2, id),
            None => Span::part(place.0, place.1, place.2),
        },
    })
}

fn status(text: Option<&str>) -> Status {
    let Some(text) = text.map(|text| text.trim().to_lowercase()) else { return Status::Unknown };
    if text == "active" {
        Status::Active
    } else if text.starts_with("pending") {
        Status::Pending
    } else {
        Status::Off
    }
}

fn owned(facts: &Facts<'_>) -> Result<BTreeMap<i64, Vec<Owned>>, AnalyzeError> {
    let mut statement = facts.model.prepare(sql!("controls/13_user_roles/owned"))?;
    let mut rows = statement.query([])?;
    let mut owned: BTreeMap<i64, Vec<Owned>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let kind: String = row.get("kind")?;
        let id: i64 = row.get("id")?;
        let title: Option<String> = row.get("title")?;
        owned.entry(row.get("user_row")?).or_default().push(Owned {
            name: format!(
                "{kind} {}",
                title.map_or(id.to_string(), |title| format!("\"{title}\""))
            ),
            kind,
            span: Span::record(row.get("response")?, row.get("offset")?, row.get("length")?, id),
        });
    }
    Ok(owned)
}

fn makers(facts: &Facts<'_>) -> Result<BTreeMap<String, Span>, AnalyzeError> {
    let mut statement = facts.model.prepare(sql!("controls/13_user_roles/appliance_actions"))?;
    let makers = statement
        .query_map(named_params! {}, |row| {
            let login: String = row.get("login")?;
            let span = Span::part(row.get("response")?, row.get("offset")?, row.get("length")?);
            Ok((login.to_lowercase(), span))
        })?
        .collect::<Result<_, _>>()?;
    Ok(makers)
}

/// Ranges of addresses that logins are restricted to, and whether the restriction is on.
pub(super) fn login_restrictions(facts: &Facts<'_>) -> Result<(u64, Option<bool>), AnalyzeError> {
    let mut statement = facts.model.prepare(sql!("controls/13_user_roles/login_restrictions"))?;
    Ok(statement.query_row([], |row| Ok((row.get("ranges")?, row.get("enabled")?)))?)
}
