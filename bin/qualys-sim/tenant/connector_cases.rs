//! Control 5: more connectors in every state, accounts with and without one.

use super::builder::{Builder, DAY, HOUR};
use super::declare::account_row;
use super::declared::YesNo;
use super::key::Resource;
use super::model_cloud::{Connector, Provider};

fn connector(
    b: &mut Builder,
    provider: Provider,
    name: &str,
    change: impl FnOnce(&mut Connector),
) -> Resource {
    let account = format!("3333444455{:02}", b.programme.connectors.len());
    let place = b.connector(provider, name, &account);
    change(&mut b.programme.connectors[place]);
    Resource::of("connector", b.connector_key(place))
}

/// Connectors that only a wrong reading reports.
pub(crate) fn near_misses(b: &mut Builder) {
    let clock = b.clock;
    let one = connector(b, Provider::Aws, "Synced a day ago", |one| {
        one.last_sync = Some(clock - 24 * HOUR);
    });
    b.key.none("edge/24-hours", "C05-02", one.clone(), "synced exactly 24 hours ago");
    b.key.none("near/works", "C05-01", one.clone(), "it works");
    b.key.none("near/works", "C05-03", one.clone(), "it is enabled");
    b.key.none("near/works", "C05-07", one, "it syncs assets");
    let one = connector(b, Provider::Azure, "Polls twice a day", |one| {
        one.polling_minutes = 12 * 60;
        one.last_sync = Some(clock - 36 * HOUR);
    });
    b.key.none("edge/three-polls", "C05-02", one, "three times its polling of 12 hours");
    let one = connector(b, Provider::Gcp, "Started today", |one| {
        "PENDING".clone_into(&mut one.state);
        "PENDING".clone_into(&mut one.asset_view_state);
        one.last_sync = None;
        one.created = Some(clock - 24 * HOUR);
        one.total_assets = 0;
    });
    b.key.none("edge/24-hours", "C05-04", one.clone(), "pending for exactly 24 hours");
    b.key.none("near/pending", "C05-01", one.clone(), "pending is no error");
    b.key.none("near/pending", "C05-07", one, "it has not finished yet");
}

pub(crate) fn faults(b: &mut Builder) {
    let clock = b.clock;
    let one = connector(b, Provider::Gcp, "Half a sync", |one| {
        "INCOMPLETE".clone_into(&mut one.state);
        "INCOMPLETE".clone_into(&mut one.asset_view_state);
    });
    b.key.finding("pos/incomplete", "C05-01", one, "incomplete");
    let one = connector(b, Provider::Azure, "Finished with an error", |one| {
        one.error = Some("Some regions cannot be read".to_owned());
    });
    b.key.finding("pos/error-text", "C05-01", one, "a good state with an error");
    let one = connector(b, Provider::Aws, "Off and broken", |one| {
        one.disabled = true;
        "ERROR".clone_into(&mut one.state);
        "DISABLED".clone_into(&mut one.asset_view_state);
    });
    b.key.none("near/disabled", "C05-01", one.clone(), "a disabled connector may fail");
    b.key.finding("pos/disabled", "C05-03", one, "disabled");
    let one = connector(b, Provider::Azure, "Says something new", |one| {
        "HIBERNATING".clone_into(&mut one.state);
        "HIBERNATING".clone_into(&mut one.asset_view_state);
    });
    b.key.unknown("unknown/state", "C05-01", one, "nobody knows this state");
    let one = connector(b, Provider::Gcp, "Seven days ago", |one| {
        one.last_sync = Some(clock - 7 * DAY);
    });
    b.key.finding("edge/seven-days", "C05-02", one, "synced exactly seven days ago: medium");
    let one = connector(b, Provider::Aws, "A second more", |one| {
        one.last_sync = Some(clock - 7 * DAY - 1);
    });
    let why = "synced seven days and a second ago";
    b.key.escalated("pos/seven-days-and-a-second", "C05-02", one, "high", why);

    let never = |created: Option<i64>| {
        move |one: &mut Connector| {
            "PENDING".clone_into(&mut one.state);
            "PENDING".clone_into(&mut one.asset_view_state);
            one.last_sync = None;
            one.created = created;
        }
    };
    let one = connector(b, Provider::Aws, "Never finished", never(Some(clock - 24 * HOUR - 1)));
    b.key.finding("pos/24-hours-and-a-second", "C05-04", one, "pending for longer");
    let one = connector(b, Provider::Azure, "Of unknown age", never(None));
    b.key.unknown("unknown/age", "C05-04", one, "never synced, nobody knows since when");
    let one = connector(b, Provider::Azure, "Off since ever", |one| {
        never(Some(clock - 90 * DAY))(one);
        one.disabled = true;
    });
    b.key.none("near/disabled", "C05-04", one.clone(), "disabled");
    b.key.finding("pos/disabled", "C05-03", one, "disabled");
    accounts(b);
}

fn accounts(b: &mut Builder) {
    let place = b.connector(Provider::Aws, "Retired account", "444455556601");
    b.programme.connectors[place].disabled = true;
    let one = Resource::of("connector", b.connector_key(place));
    b.key.finding("pos/disabled", "C05-03", one, "disabled");
    b.connector(Provider::Aws, "Testing account", "444455556602");
    for (id, monitored, plant, why) in [
        ("444455556601", YesNo::Yes, "pos/disabled", "its only connector is disabled"),
        ("444455556602", YesNo::Yes, "near/connected", "an enabled connector"),
        ("444455556603", YesNo::Yes, "pos/none", "no connector"),
        ("444455556604", YesNo::No, "near/unmonitored", "nobody has to monitor it"),
    ] {
        let resource = Resource::of("cloud_account", format!("aws/{id}"));
        if plant.starts_with("pos") {
            b.key.own().finding(plant, "C05-05", resource, why);
        } else {
            b.key.own().none(plant, "C05-05", resource, why);
        }
        b.declared.accounts.push(account_row("aws", id.to_owned(), monitored));
    }
}
