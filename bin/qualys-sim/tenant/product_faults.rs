//! Controls 5 and 15: connectors and web applications that fail, with their near misses.

use super::builder::{Addresses, Builder, DAY, HOUR};
use super::cloud::AWS_ACCOUNT;
use super::hosts::{Family, Standing};
use super::key::Resource;
use super::model_cloud::{Connector, Provider};
use super::schedules::Draft;
use super::web::LastScan;

pub(crate) fn plant(b: &mut Builder) {
    connectors(b);
    accounts(b);
    scans(b);
    logins(b);
    care(b);
}

/// A connector to an account of its own, changed; its key and account.
fn connector(
    b: &mut Builder,
    provider: Provider,
    name: &str,
    change: impl FnOnce(&mut Connector),
) -> (Resource, String) {
    let account = format!("2222333344{:02}", b.programme.connectors.len());
    let place = b.connector(provider, name, &account);
    change(&mut b.programme.connectors[place]);
    (Resource::of("connector", b.connector_key(place)), account)
}

fn connectors(b: &mut Builder) {
    let clock = b.clock;
    let (one, _) = connector(b, Provider::Aws, "Broken role", |one| {
        "ERROR".clone_into(&mut one.state);
        "FINISHED_ERRORS".clone_into(&mut one.asset_view_state);
        one.error = Some("The role cannot be assumed".to_owned());
    });
    b.key.finding("pos/error", "C05-01", one, "the role cannot be assumed");
    let (one, _) = connector(b, Provider::Azure, "Discovering", |one| {
        "REGIONS_DISCOVERED".clone_into(&mut one.state);
        "PROCESSING".clone_into(&mut one.asset_view_state);
    });
    b.key.none("near/in-progress", "C05-01", one, "it is at work");

    let synced = |age: i64| move |one: &mut Connector| one.last_sync = Some(clock - age);
    let (one, _) = connector(b, Provider::Aws, "A day ago", synced(24 * HOUR));
    b.key.none("edge/24-hours", "C05-02", one, "synced exactly 24 hours ago");
    let (one, _) = connector(b, Provider::Gcp, "Late", synced(24 * HOUR + 1));
    b.key.finding("pos/24-hours-and-a-second", "C05-02", one, "synced 24 hours and a second ago");
    let (one, _) = connector(b, Provider::Azure, "Long ago", synced(9 * DAY));
    b.key.escalated("pos/nine-days", "C05-02", one, "high", "synced nine days ago");
    let (one, _) = connector(b, Provider::Aws, "Slow poll", |one| {
        one.polling_minutes = 24 * 60;
        one.last_sync = Some(clock - 60 * HOUR);
    });
    b.key.none("near/slow-poll", "C05-02", one, "60 hours ago, polls once a day");

    let (one, _) = connector(b, Provider::Aws, "Switched off", |one| {
        one.disabled = true;
        "DISABLED".clone_into(&mut one.asset_view_state);
        one.last_sync = Some(clock - 50 * DAY);
    });
    b.key.finding("pos/disabled", "C05-03", one.clone(), "disabled");
    b.key.none("near/disabled", "C05-02", one, "disabled connectors need no sync");

    let (one, _) = connector(b, Provider::Gcp, "Sees nothing", |one| one.total_assets = 0);
    b.key.finding("pos/no-assets", "C05-07", one.clone(), "syncs no asset");
    b.key.none("near/enabled", "C05-03", one, "enabled");
    let (one, _) = connector(b, Provider::Gcp, "Sees one", |one| one.total_assets = 1);
    b.key.none("edge/one-asset", "C05-07", one, "syncs one asset");
}

fn accounts(b: &mut Builder) {
    let (_, account) = connector(b, Provider::Aws, "First of two", |_| {});
    b.connector(Provider::Aws, "Second of two", &account);
    let resource = |account: &str| Resource::of("cloud_account", format!("aws/{account}"));
    b.key.finding("pos/twice", "C05-08", resource(&account), "two enabled connectors poll it");
    let (_, account) = connector(b, Provider::Aws, "Successor", |_| {});
    let place = b.connector(Provider::Aws, "Predecessor", &account);
    b.programme.connectors[place].disabled = true;
    let old = Resource::of("connector", b.connector_key(place));
    b.key.finding("pos/predecessor", "C05-03", old, "disabled");
    b.key.none("near/one-enabled", "C05-08", resource(&account), "one of two is disabled");

    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    for (account, plant) in [("999988887777", "pos/unknown"), (AWS_ACCOUNT, "near/known")] {
        let host = b.host(group, Standing::RunningInstance, Family::Linux);
        if let Some(cloud) = &mut b.hosts[host.0].cloud {
            account.clone_into(&mut cloud.account_id);
        }
        if plant.starts_with("pos") {
            b.key.finding(plant, "C05-06", resource(account), "hosts, but no connector");
        } else {
            b.key.none(plant, "C05-06", resource(account), "hosts and a connector");
        }
    }
}

fn app(id: u64) -> Resource {
    Resource::of("webapp", id)
}

fn scans(b: &mut Builder) {
    let id = b.web_app("Old quotes", &[LastScan::good(31 * DAY), LastScan::good(38 * DAY)]);
    b.key.finding("pos/31-days", "C15-01", app(id), "last scanned 31 days ago");
    b.key.none("near/scanned", "C15-02", app(id), "scanned, if long ago");
    let id = b.web_app("Late quotes", &[LastScan::good(30 * DAY - HOUR)]);
    b.key.none("near/30-days", "C15-01", app(id), "last scanned an hour less than 30 days ago");
    let discovery = LastScan { kind: "DISCOVERY", ..LastScan::good(2 * DAY) };
    let id = b.web_app("Only discovered", &[discovery]);
    b.key.finding("pos/discovery", "C15-02", app(id), "only a discovery scan");
    for (created, name, plant) in
        [(7 * DAY + 1, "Week-old app", "pos/new"), (7 * DAY, "New app", "edge/7-days")]
    {
        let id = b.web_app(name, &[]);
        let created = b.ago(created);
        if let Some(one) = b.programme.web_apps.last_mut() {
            one.created = created;
            one.updated = created;
        }
        if plant == "pos/new" {
            b.key.finding(plant, "C15-02", app(id), "never scanned, 7 days and a second old");
        } else {
            b.key.none(plant, "C15-02", app(id), "never scanned, exactly 7 days old");
        }
    }
    let late = LastScan { status: "TIME_LIMIT_EXCEEDED", ..LastScan::good(2 * DAY) };
    let id = b.web_app("Too large", &[late, LastScan::good(9 * DAY)]);
    b.key.finding("pos/time-limit", "C15-07", app(id), "the last scan ran out of time");
    b.key.none("near/before", "C15-01", app(id), "the scan before it finished");
    let id = b.web_app("Large once", &[LastScan::good(2 * DAY), LastScan { age: 9 * DAY, ..late }]);
    b.key.none("near/again", "C15-07", app(id), "the last scan finished");
}

fn logins(b: &mut Builder) {
    for (status, name, severity) in [
        ("FAILED", "Failed login", "high"),
        ("NOT_USED", "Unused login", "high"),
        ("PARTIAL", "Half a login", "medium"),
    ] {
        let scan = LastScan { auth_status: status, ..LastScan::good(3 * DAY) };
        let id = b.web_app(name, &[scan, LastScan::good(10 * DAY)]);
        let why = format!("the last scan's login was {status}");
        b.key.escalated("pos/login", "C15-04", app(id), severity, &why);
    }
    let none = LastScan { auth_status: "NONE", ..LastScan::good(3 * DAY) };
    let id = b.web_app("Public pages", &[none]);
    if let Some(one) = b.programme.web_apps.last_mut() {
        one.auth_records.clear();
    }
    b.key.none("near/no-record", "C15-04", app(id), "it has no login");
    let failed = LastScan { auth_status: "FAILED", ..LastScan::good(10 * DAY) };
    let id = b.web_app("Repaired login", &[LastScan::good(3 * DAY), failed]);
    b.key.none("near/repaired", "C15-04", app(id), "the last scan logged in");
}

/// Schedules, owners and tags.
fn care(b: &mut Builder) {
    for (name, plant, why) in [
        ("Paused app", "pos/switched-off", "its schedule is switched off"),
        ("Broken plan", "pos/invalid", "its schedule is invalid"),
        ("Planned app", "near/planned", "a weekly schedule"),
    ] {
        let id = b.web_app(name, &[LastScan::good(3 * DAY)]);
        let planned = plant.starts_with("near");
        if let Some(one) = b.programme.was_schedules.last_mut() {
            one.active = plant != "pos/switched-off";
            one.invalid = plant == "pos/invalid";
        }
        if let Some(one) = b.programme.web_apps.last_mut() {
            one.is_scheduled = planned;
        }
        if planned {
            b.key.none(plant, "C15-03", app(id), why);
            b.key.none("near/owned", "C15-10", app(id), "an owner and a tag");
        } else {
            b.key.finding(plant, "C15-03", app(id), why);
        }
    }
    let id = b.web_app("Nobody's app", &[LastScan::good(3 * DAY)]);
    if let Some(one) = b.programme.web_apps.last_mut() {
        one.owner = None;
    }
    b.key.finding("pos/no-owner", "C15-10", app(id), "no owner");
    let id = b.web_app("Bare app", &[LastScan::good(3 * DAY)]);
    if let Some(one) = b.programme.web_apps.last_mut() {
        one.tags.clear();
    }
    b.key.finding("pos/no-tag", "C15-10", app(id), "no tag");
}
