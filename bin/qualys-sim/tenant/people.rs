//! Users and what they did: the user list and the activity log.

use rand::Rng as _;

use super::Kind;
use super::builder::{Builder, DAY, HOUR};
use super::key::Resource;
use super::model::{Activity, User};
use super::names;

/// The first Manager, who owns the groups.
pub(crate) const OWNER_ID: u64 = 120_033;
pub(crate) const OWNER: &str = "acme_ma0";
/// Who launches scans and writes schedules.
pub(crate) const SCANNER: &str = "acme_sc3";

/// More than one page of the log.
const ROWS: u64 = 1_240;

const ROLES: [&str; 8] =
    ["Manager", "Manager", "Unit Manager", "Scanner", "Scanner", "Reader", "Auditor", "Contact"];

/// The users of the subscription, without the one who collects.
pub(crate) fn users(b: &mut Builder) -> Vec<User> {
    // Not `All`, the first one.
    let titles: Vec<String> =
        b.groups.iter().skip(1).take(4).map(|group| group.title.clone()).collect();
    // No two share a first name, so that no two share a mailbox.
    let start = b.rng.random_range(0..names::FIRST_NAMES.len());
    let mut users = Vec::new();
    for (number, role) in ROLES.into_iter().enumerate() {
        let first = names::FIRST_NAMES[(start + number) % names::FIRST_NAMES.len()];
        let last = word(b, names::LAST_NAMES);
        let manager = role == "Manager";
        let created = b.clock - b.rng.random_range(400 * DAY..1_500 * DAY);
        let last_login = (role != "Contact").then(|| b.clock - b.rng.random_range(HOUR..40 * DAY));
        users.push(User {
            login: format!("acme_{}{number}", role.to_lowercase().get(..2).unwrap_or("us")),
            id: if number == 0 { OWNER_ID } else { b.id() },
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            job_title: "Security engineer".to_owned(),
            phone: format!("555-01{:02}", number + 10),
            email: format!("{}.{}@acme.example", first.to_lowercase(), last.to_lowercase()),
            company: "Acme Example".to_owned(),
            address: "1 Example Street".to_owned(),
            city: "Springfield".to_owned(),
            country: "United States of America".to_owned(),
            state: "Oregon".to_owned(),
            zip_code: "97000".to_owned(),
            group_titles: if manager { Vec::new() } else { titles.clone() },
            status: "Active".to_owned(),
            created,
            last_login,
            role: role.to_owned(),
            business_unit: "Unassigned".to_owned(),
            manager_poc: number == 0,
            permissions: permissions(role),
            ..User::default()
        });
    }
    users
}

/// The log, newest first, over the last 395 days.
pub(crate) fn activity(b: &mut Builder, users: &[User]) -> Vec<Activity> {
    let actors: Vec<&User> = users.iter().filter(|user| user.last_login.is_some()).collect();
    let mut rows = Vec::new();
    let step = 395 * DAY / i64::try_from(ROWS).unwrap_or(1);
    let mut time = b.clock - HOUR;
    for number in 0..ROWS {
        let place = usize::try_from(number).unwrap_or(0);
        let Some(user) = actors.get(place % actors.len().max(1)) else { break };
        let (action, module, details) = deed(place, &user.login);
        rows.push(Activity {
            id: 90_000 + ROWS - number,
            time,
            action: action.to_owned(),
            module: module.to_owned(),
            details,
            login: user.login.clone(),
            role: user.role.clone(),
            // Whoever logs in comes from somewhere; in `neglected` not every line says so.
            ip: (place % 11 != 5 || (action == "login" && b.kind != Kind::Neglected))
                .then(|| format!("203.0.113.{}", 10 + place % 40)),
        });
        time -= b.rng.random_range(step / 2..step + step / 2);
    }
    rows
}

/// Whose mail is the organisation's, by its own list; the one who collects has one of it.
pub(crate) fn domains(b: &mut Builder, users: &[User]) {
    for user in users.iter().filter(|user| user.status != "Inactive") {
        let resource = Resource::of("user", &user.login);
        match user.email.rsplit_once('@') {
            None => b.key.own().unknown("unknown/mail", "C13-11", resource, "no mail address"),
            Some((_, domain)) if domain.eq_ignore_ascii_case("acme.example") => {
                b.key.own().none("near/domain", "C13-11", resource, "a mail address of the domain");
            }
            Some(_) => {
                let why = "a mail address of another domain";
                b.key.own().finding("pos/domain", "C13-11", resource, why);
            }
        }
    }
}

fn deed(place: usize, login: &str) -> (&'static str, &'static str, String) {
    match place % 7 {
        0 | 3 => ("login", "auth", "user_logged in".to_owned()),
        1 => ("launch", "scan", "Scan \"Weekly, all sites\" launched".to_owned()),
        2 => ("request", "auth", "API: /api/2.0/fo/asset/host/index.php".to_owned()),
        4 => {
            ("launch", "report", "Report \"Monthly; all groups\" launched\nby its owner".to_owned())
        }
        5 => ("finished", "report", "Report \"Monthly; all groups\" finished".to_owned()),
        _ => ("logout", "auth", format!("{login} left")),
    }
}

fn permissions(role: &str) -> Vec<(String, bool)> {
    let manages = matches!(role, "Manager" | "Unit Manager");
    let scans = manages || role == "Scanner";
    [
        ("CREATE_OPTION_PROFILES", scans),
        ("PURGE_INFO", role == "Manager"),
        ("ADD_ASSETS", manages),
        ("EDIT_REMEDIATION_POLICY", manages),
        ("EDIT_AUTH_RECORDS", manages),
    ]
    .into_iter()
    .map(|(name, granted)| (name.to_owned(), granted))
    .collect()
}

fn word(b: &mut Builder, words: &[&'static str]) -> &'static str {
    let place = b.rng.random_range(0..words.len());
    words.get(place).copied().unwrap_or("Sam")
}
