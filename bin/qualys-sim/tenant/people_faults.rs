//! Control 13: users with too much power, or that nobody uses, with their near misses.

use sha2::{Digest as _, Sha256};

use super::builder::{Builder, DAY, HOUR};
use super::key::Resource;
use super::model::User;
use super::schedules::Draft;

/// An inactive user who still owns a group.
pub(crate) const FORMER_OWNER_ID: u64 = 120_871;
/// The login of that user.
pub(crate) const FORMER: &str = "acme_fo1";

pub(crate) fn plant(b: &mut Builder, users: &mut Vec<User>) {
    idle(b, users);
    unused(b, users);
    power(b, users);
    shared(b, users);
    former(b, users);
    outside(b, users);
    let managers = users.iter().filter(|user| user.role == "Manager").count() + 1;
    let why = format!("{managers} active Managers, limit 5");
    b.key.finding("pos/managers", "C13-03", Resource::subscription(), &why);
}

/// Accounts up to 25 with the one who collects, of which five are Managers: exactly one in five.
/// Contacts have no login and do not count.
pub(crate) fn crowd(b: &mut Builder, users: &mut Vec<User>) {
    let managers = users.iter().filter(|user| user.role == "Manager").count() + 1;
    let logs_in = |user: &&User| user.status == "Active" && user.role != "Contact";
    let active = users.iter().filter(logs_in).count() + 1;
    for number in managers..5 {
        users.push(user(b, &format!("acme_mc{number}"), "Manager"));
    }
    for number in active + 5 - managers..25 {
        users.push(user(b, &format!("acme_rc{number}"), "Reader"));
    }
    let why = "5 of 25 active users are Managers: exactly both limits";
    b.key.none("edge/five-of-25", "C13-03", Resource::subscription(), why);
}

fn resource(user: &User) -> Resource {
    Resource::of("user", &user.login)
}

/// An active user with nothing wrong.
fn user(b: &mut Builder, login: &str, role: &str) -> User {
    User {
        login: login.to_owned(),
        id: b.id(),
        first_name: "Robin".to_owned(),
        last_name: "Marsh".to_owned(),
        job_title: "Security engineer".to_owned(),
        email: format!("{login}@acme.example"),
        company: "Acme Example".to_owned(),
        country: "United States of America".to_owned(),
        state: "Oregon".to_owned(),
        group_titles: b.groups.iter().skip(1).take(2).map(|group| group.title.clone()).collect(),
        status: "Active".to_owned(),
        created: b.ago(400 * DAY),
        last_login: Some(b.ago(3 * DAY)),
        role: role.to_owned(),
        business_unit: "Unassigned".to_owned(),
        permissions: vec![
            ("PURGE_INFO".to_owned(), false),
            ("EDIT_AUTH_RECORDS".to_owned(), false),
        ],
        ..User::default()
    }
}

fn idle(b: &mut Builder, users: &mut Vec<User>) {
    for (login, role, age, why) in [
        ("acme_id1", "Scanner", 45 * DAY + 1, "last seen 45 days and a second ago"),
        ("acme_id2", "Manager", 60 * DAY, "last seen 60 days ago"),
        ("acme_id3", "Reader", 45 * DAY, "last seen exactly 45 days ago"),
    ] {
        let one = User { last_login: Some(b.ago(age)), ..user(b, login, role) };
        match role {
            "Scanner" => b.key.finding("pos/idle", "C13-01", resource(&one), why),
            "Manager" => b.key.escalated("pos/idle", "C13-01", resource(&one), "high", why),
            _ => b.key.none("edge/45-days", "C13-01", resource(&one), why),
        }
        users.push(one);
    }
}

fn unused(b: &mut Builder, users: &mut Vec<User>) {
    for (login, age, plant, why) in [
        ("acme_un7", 30 * DAY + 1, "pos/never", "30 days and a second old, never used"),
        ("acme_un8", 30 * DAY, "edge/30-days", "exactly 30 days old, never used"),
    ] {
        let created = b.ago(age);
        let one = User { last_login: None, created, ..user(b, login, "Reader") };
        if plant.starts_with("pos") {
            b.key.finding(plant, "C13-02", resource(&one), why);
        } else {
            b.key.none(plant, "C13-02", resource(&one), why);
        }
        b.key.none("near/never", "C13-01", resource(&one), "never used is not idle");
        users.push(one);
    }
    let left = User {
        last_login: None,
        created: b.ago(100 * DAY),
        status: "Inactive".to_owned(),
        ..user(b, "acme_un9", "Reader")
    };
    b.key.none("near/inactive", "C13-02", resource(&left), "never used, but switched off");
    b.key.none("near/inactive", "C13-13", resource(&left), "old and never used, but not pending");
    users.push(left);
    for (login, age, plant, why) in [
        ("acme_pe1", 14 * DAY + 1, "pos/pending", "pending for 14 days and a second"),
        ("acme_pe2", 14 * DAY, "edge/14-days", "pending for exactly 14 days"),
    ] {
        let created = b.ago(age);
        let status = "Pending Activation".to_owned();
        let one = User { last_login: None, created, status, ..user(b, login, "Reader") };
        if plant.starts_with("pos") {
            b.key.finding(plant, "C13-13", resource(&one), why);
        } else {
            b.key.none(plant, "C13-13", resource(&one), why);
        }
        users.push(one);
    }
}

fn power(b: &mut Builder, users: &mut Vec<User>) {
    let one = user(b, "svc_backup", "Manager");
    b.key.finding("pos/service", "C13-07", resource(&one), "a service account as Manager");
    users.push(one);
    let one = user(b, "svc_figures", "Reader");
    b.key.none("near/service", "C13-07", resource(&one), "a service account that only reads");
    users.push(one);
    users.push(user(b, "acme_ma7", "Manager"));

    let mut one = user(b, "acme_sc7", "Scanner");
    one.permissions =
        vec![("EDIT_AUTH_RECORDS".to_owned(), true), ("PURGE_INFO".to_owned(), false)];
    b.key.finding("pos/records", "C13-08", resource(&one), "a Scanner may edit logins");
    users.push(one);
    let mut one = user(b, "acme_um7", "Unit Manager");
    one.permissions = vec![("EDIT_AUTH_RECORDS".to_owned(), true), ("PURGE_INFO".to_owned(), true)];
    b.key.none("near/unit-manager", "C13-08", resource(&one), "a Unit Manager may");
    b.key.finding("pos/purge", "C13-12", resource(&one), "may purge");
    users.push(one);
    let one = user(b, "acme_sc8", "Scanner");
    b.key.none("near/purge", "C13-12", resource(&one), "may not purge");
    b.key.none("near/two-groups", "C13-09", resource(&one), "sees two groups");
    users.push(one);
    let one = User { group_titles: vec!["All".to_owned()], ..user(b, "acme_re7", "Reader") };
    b.key.finding("pos/all", "C13-09", resource(&one), "sees all groups");
    users.push(one);
}

fn shared(b: &mut Builder, users: &mut Vec<User>) {
    let one = user(b, "helpdesk2", "Reader");
    b.key.finding("pos/helpdesk", "C13-05", resource(&one), "several people use it");
    users.push(one);
    let one = user(b, "acme_helper", "Reader");
    b.key.none("near/helper", "C13-05", resource(&one), "the pattern is not the whole login");
    users.push(one);
    for (mail, status, plant) in [
        ("desk@acme.example", "Active", "pos/mailbox"),
        ("old@acme.example", "Inactive", "near/inactive"),
    ] {
        for (number, status) in ["Active", status].into_iter().enumerate() {
            let login = format!("acme_mb{number}{}", &mail[..2]);
            let (email, status) = (mail.to_owned(), status.to_owned());
            users.push(User { email, status, ..user(b, &login, "Reader") });
        }
        let mailbox = Resource::of("mailbox", hash(mail));
        if plant.starts_with("pos") {
            b.key.finding(plant, "C13-06", mailbox, "two active users share it");
        } else {
            b.key.none(plant, "C13-06", mailbox, "one of the two is inactive");
        }
    }
}

pub(super) fn hash(mail: &str) -> String {
    let digest = Sha256::digest(mail.as_bytes());
    let head = digest.iter().take(8).fold(0_u64, |head, byte| head << 8 | u64::from(*byte));
    format!("{head:016x}")
}

/// Mail addresses of other domains, and in capitals.
fn outside(b: &mut Builder, users: &mut Vec<User>) {
    for (login, email, status) in [
        ("acme_out1", "robin@contractor.example", "Active"),
        ("acme_out2", "robin@acme.example.test", "Pending Activation"),
        ("acme_out3", "robin.m@contractor.example", "Inactive"),
        ("acme_out4", "ROBIN@ACME.EXAMPLE", "Active"),
    ] {
        let (email, status) = (email.to_owned(), status.to_owned());
        let created = b.ago(5 * DAY);
        let last_login = (status == "Active").then(|| b.ago(DAY));
        let one = User { email, status, created, last_login, ..user(b, login, "Reader") };
        if one.status == "Inactive" {
            let why = "another domain, but inactive";
            b.key.own().none("near/inactive", "C13-11", resource(&one), why);
        }
        users.push(one);
    }
}

fn former(b: &mut Builder, users: &mut Vec<User>) {
    let inactive = |b: &mut Builder, login: &str| User {
        status: "Inactive".to_owned(),
        last_login: Some(b.ago(200 * DAY + HOUR)),
        ..user(b, login, "Scanner")
    };
    let one = User { id: FORMER_OWNER_ID, ..inactive(b, FORMER) };
    b.key.finding("pos/group", "C13-10", resource(&one), "inactive, owns a group");
    b.key.none("near/inactive", "C13-01", resource(&one), "inactive users need no login");
    users.push(one);
    let one = inactive(b, "acme_fo2");
    let group = b.group(super::builder::Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    if let Some(schedule) = b.schedules.last_mut() {
        schedule.user_login.clone_from(&one.login);
    }
    b.key.finding("pos/schedule", "C13-10", resource(&one), "inactive, owns a schedule");
    users.push(one);
    let one = inactive(b, "acme_fo3");
    b.key.none("near/nothing", "C13-10", resource(&one), "inactive, owns nothing");
    users.push(one);
}
