//! Control 19: what people did that somebody should look at, with the near misses.

use super::builder::{Builder, DAY, HOUR};
use super::key::Resource;
use super::model::Activity;

/// Adds the deeds to the log, which stays newest first.
pub(crate) fn plant(b: &mut Builder, log: &mut Vec<Activity>) {
    let last = log.iter().map(|row| row.id).max().unwrap_or(90_000);
    log.extend((last + 1..).zip(deeds(b)).map(|(id, deed)| Activity { id, ..deed }));
    log.sort_by_key(|row| std::cmp::Reverse((row.time, row.id)));
    // Numbers rise with time: the paging counts in them.
    let mut ids: Vec<u64> = log.iter().map(|row| row.id).collect();
    ids.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
    for (row, id) in log.iter_mut().zip(ids) {
        row.id = id;
    }
}

fn deeds(b: &mut Builder) -> Vec<Activity> {
    let mut rows = Vec::new();
    let actor = |login: &str, class: &str| Resource::of("actor", login).class(class);

    rows.push(row(b, 9 * DAY, "acme_ma0", ["create", "user", "User acme_re7 added as Reader"]));
    let why = "added a Reader";
    b.key.finding("pos/reader", "C19-04", actor("acme_ma0", "user-create"), why);
    let grant = Resource::of("user", "acme_re7").class("acme_ma0");
    b.key.none("near/reader", "C19-07", grant, "a Reader is no Manager");
    rows.push(row(b, 8 * DAY, "acme_ma1", ["create", "user", "User acme_ma7 added as Manager"]));
    let why = "added a Manager";
    // Eight days old, and the review ends before it.
    let made = actor("acme_ma1", "user-create");
    b.key.plain().finding("pos/manager", "C19-04", made.clone(), why);
    b.key.own().escalated("pos/unreviewed", "C19-04", made, "medium", why);
    let grant = Resource::of("user", "acme_ma7").class("acme_ma1");
    b.key.finding("pos/manager", "C19-07", grant, why);

    rows.push(row(b, 7 * DAY, "acme_gone", ["delete", "scan", "Scan of the mail relays deleted"]));
    let why = "deleted a scan";
    b.key.finding("pos/unknown", "C19-04", actor("acme_gone", "scan-delete"), why);
    let why = "deleted a scan and is in no list";
    b.key.finding("pos/unknown", "C19-08", Resource::of("actor", "acme_gone"), why);
    let exact = b.ago(7 * DAY);
    let due = row(b, 7 * DAY, "acme_ma0", ["delete", "scan", "Scan of the old hall deleted"]);
    rows.push(Activity { time: exact, ..due });
    let why = "deleted a scan exactly 7 days ago, not reviewed and not yet due";
    b.key.finding("edge/7-days", "C19-04", actor("acme_ma0", "scan-delete"), why);
    b.key.none("near/known", "C19-08", Resource::of("actor", "acme_ma1"), "still a user");
    let from = |ip: &str| Some(ip.to_owned());
    for (minutes, action, ip) in [
        (0, "login", from("198.51.100.77")),
        (1, "logout", from("198.51.100.78")),
        (2, "login", from("203.0.114.1")),
    ] {
        let entry = row(b, 2 * DAY - minutes * 60, "acme_ma0", [action, "auth", "user_logged in"]);
        rows.push(Activity { ip, ..entry });
    }
    let why = "logged out, which is neither login nor sensitive";
    let left = actor("acme_ma0", "198.51.100.78");
    b.key.own().none("near/logout", "C19-09", left, why);
    let why = "scans were launched, none was deleted";
    b.key.none("near/launched", "C19-04", actor("acme_sc3", "scan-delete"), why);

    for (login, count, age, plant) in
        [("acme_un2", 20, 6 * DAY, "pos/twenty"), ("acme_sc4", 19, 5 * DAY, "edge/nineteen")]
    {
        for minute in 0..count {
            let what = ["delete", "scan", "Old scan deleted"];
            rows.push(row(b, age - minute * 120, login, what));
        }
        let why = format!("deleted {count} scans within an hour");
        b.key.finding("pos/deleted", "C19-04", actor(login, "scan-delete"), &why);
        if plant == "pos/twenty" {
            b.key.finding(plant, "C19-06", Resource::of("actor", login), &why);
        } else {
            b.key.none(plant, "C19-06", Resource::of("actor", login), &why);
        }
    }
    for (login, count, age, plant) in
        [("acme_re5", 10, 4 * DAY, "pos/ten"), ("acme_au6", 9, 3 * DAY, "edge/nine")]
    {
        for minute in 0..count {
            let what = ["login", "auth", "login failed"];
            rows.push(row(b, age - minute * 60, login, what));
        }
        let why = "failed logins are no deletions";
        b.key.none("near/logins", "C19-06", Resource::of("actor", login), why);
        let why = format!("{count} failed logins within an hour");
        if plant == "pos/ten" {
            b.key.finding(plant, "C19-10", Resource::of("user", login), &why);
        } else {
            b.key.none(plant, "C19-10", Resource::of("user", login), &why);
        }
    }
    for number in 0..12 {
        let what = ["login", "auth", "login failed"];
        rows.push(row(b, 10 * DAY - number * 20 * 60, "acme_re6", what));
    }
    let why = "twelve failed logins, four within an hour";
    b.key.none("near/slow", "C19-10", Resource::of("user", "acme_re6"), why);
    rows
}

/// A row with its action, module and details, half an hour after a round age.
fn row(b: &Builder, age: i64, login: &str, [action, module, details]: [&str; 3]) -> Activity {
    Activity {
        id: 0,
        time: b.ago(age - HOUR / 2),
        action: action.to_owned(),
        module: module.to_owned(),
        details: details.to_owned(),
        login: login.to_owned(),
        role: "Manager".to_owned(),
        ip: Some("203.0.113.9".to_owned()),
    }
}
