//! Control 3: profiles that are too rough for what they scan, that do not fit, or that changed.

use super::builder::{Addresses, Builder, GroupHandle};
use super::declared::cidr;
use super::key::Resource;
use super::model::Schedule;
use super::model_scanning::{DetectionScope, OptionProfile};
use super::schedules::Draft;
use super::segments::declare;
use super::space::{Space, named};

/// Kinds of segments in which nobody may lose an account.
const PRODUCTION: [&str; 5] = ["internal", "dmz", "cde", "cloud", "ot"];

/// A profile as somebody approved it; without anything that a collector takes out.
fn approved(b: &mut Builder, title: &str) -> usize {
    let place = b.profile(title);
    // Even ones have a header of their own, which is a secret.
    let mut id = b.id();
    while id.is_multiple_of(2) {
        id = b.id();
    }
    let profile = &mut b.programme.option_profiles[place];
    profile.id = id;
    "None".clone_into(&mut profile.brute_force);
    b.declared.approved.push(profile.clone());
    place
}

fn resource(profile: &OptionProfile) -> Resource {
    Resource::of("option_profile", profile.id)
}

pub(crate) fn healthy(b: &mut Builder) {
    let place = approved(b, "As approved");
    let group = b.group(Addresses::Range);
    b.schedule(Draft { profile: Some("As approved"), ..Draft::weekly(&[group]) });
    let one = resource(&b.programme.option_profiles[place]);
    b.key.own().none("near/approved", "C03-12", one, "as it was approved");
}

pub(crate) fn plant(b: &mut Builder) {
    let group = b.group(Addresses::Range);
    for (title, used) in [("Changed since", true), ("Changed since, unused", false)] {
        let place = approved(b, title);
        "standard".clone_into(&mut b.programme.option_profiles[place].tcp_ports);
        let one = resource(&b.programme.option_profiles[place]);
        if used {
            b.schedule(Draft { profile: Some("Changed since"), ..Draft::weekly(&[group]) });
            b.key.own().finding("pos/changed", "C03-12", one, "its TCP ports have changed");
        } else {
            b.key.own().none("near/unused", "C03-12", one, "changed, but nothing uses it");
        }
    }

    let hall = block(b, "Hall", 92);
    declare(b, "hall", "Hall", "internal").cidrs = vec![cidr(base(92), 24)];
    with(b, hall, "Guesses hard", |one| "Standard".clone_into(&mut one.brute_force));
    with(b, hall, "Guesses a little", |one| "Limited".clone_into(&mut one.brute_force));
    with(b, hall, "Asks for no login", |one| one.authentication = Vec::new());
    let title = "Asks for no login";
    if let Some(one) = b.programme.option_profiles.iter().find(|one| one.title == title) {
        let one = resource(one);
        b.key.finding("pos/hall", "C03-01", one, "internal scans without logins");
    }
    let outside = b.group(Addresses::Range);
    let title = "Guesses hard elsewhere";
    with(b, outside, title, |one| "Exhaustive".clone_into(&mut one.brute_force));

    let press = block(b, "Press shop", 93);
    declare(b, "press", "Press shop", "ot").cidrs = vec![cidr(base(93), 24)];
    with(b, press, "OT at the limit", |one| gentle(one, "Medium"));
    with(b, press, "OT hasty", |one| gentle(one, "Short"));
    with(b, press, "OT all ports", |one| {
        gentle(one, "Long");
        "full".clone_into(&mut one.tcp_ports);
    });
    with(b, press, "OT guessing", |one| {
        gentle(one, "Long");
        "Limited".clone_into(&mut one.brute_force);
    });
    with(b, press, "OT quick", |one| {
        gentle(one, "Long");
        "Normal".clone_into(&mut one.performance);
    });
}

fn base(second: u8) -> u32 {
    u32::from_be_bytes([10, second, 0, 0])
}

fn block(b: &mut Builder, title: &str, second: u8) -> GroupHandle {
    b.group_at(title.to_owned(), base(second), Addresses::Range, 0)
}

fn gentle(one: &mut OptionProfile, delay: &str) {
    "standard".clone_into(&mut one.tcp_ports);
    "Low".clone_into(&mut one.performance);
    delay.clone_into(&mut one.packet_delay);
}

/// A profile of its own on a group.
fn with(
    b: &mut Builder,
    group: GroupHandle,
    title: &'static str,
    change: impl FnOnce(&mut OptionProfile),
) {
    let place = b.profile(title);
    change(&mut b.programme.option_profiles[place]);
    b.schedule(Draft { profile: Some(title), ..Draft::weekly(&[group]) });
}

/// A segment: its id, its type, its addresses.
type Place = (&'static str, &'static str, Space);

/// What the active schedules make of their profiles, once all segments are there.
pub(crate) fn settle(b: &mut Builder, places: &[Place]) {
    let schedules: Vec<Schedule> = b.schedules.clone();
    let profiles = b.programme.option_profiles.clone();
    for schedule in schedules.iter().filter(|one| matches!(one.active, None | Some(1 | 2))) {
        let is_sure = schedule.active.is_some();
        let network = schedule.network_id.unwrap_or(0);
        let left_out = Space::of(&schedule.excluded, network);
        let reached = named(b, schedule).only(network).without(&left_out);
        let touched: Vec<&Place> =
            places.iter().filter(|(_, _, space)| !reached.within(space).is_empty()).collect();
        if let Some(profile) = profiles.iter().find(|one| one.title == schedule.option_profile) {
            if is_sure {
                in_segments(b, profile, &touched);
            }
            fit(b, schedule, profile, &touched, is_sure);
        }
    }
    // A profile that guesses hard may do so in a segment that nobody has declared.
    let why = "it guesses hard, and no segments are declared";
    for profile in profiles.iter().filter(|one| is_hard(one)) {
        b.key.plain().unknown("unknown/no-segments", "C03-07", resource(profile), why);
        if !b.key.own().has("C03-07", &resource(profile)) {
            let why = "it guesses hard where no segment is";
            b.key.own().none("near/elsewhere", "C03-07", resource(profile), why);
        }
    }
}

fn is_hard(profile: &OptionProfile) -> bool {
    matches!(&*profile.brute_force, "Standard" | "Exhaustive")
}

/// Controls 3-06 and 3-07.
fn in_segments(b: &mut Builder, profile: &OptionProfile, touched: &[&Place]) {
    let key = b.key.own();
    for (id, ..) in touched.iter().filter(|(_, kind, _)| *kind == "ot") {
        let is_rough = profile.performance != "Low"
            || !matches!(&*profile.brute_force, "None" | "Minimal")
            || profile.tcp_ports == "full"
            || !matches!(&*profile.packet_delay, "Medium" | "Long" | "Maximum");
        let both = resource(profile).class(id);
        if is_rough {
            key.finding("pos/rough", "C03-06", both, "too rough for operational technology");
        } else if profile.packet_delay == "Medium" {
            key.none("edge/medium", "C03-06", both, "low, minimal, standard, exactly medium");
        } else {
            key.none("near/gentle", "C03-06", both, "gentle in everything");
        }
    }
    if touched.iter().any(|(_, kind, _)| PRODUCTION.contains(kind)) {
        let one = resource(profile);
        if is_hard(profile) {
            key.finding("pos/hard", "C03-07", one, "it guesses hard in production");
        } else if profile.brute_force == "Limited" {
            key.none("edge/limited", "C03-07", one, "exactly limited");
        } else {
            key.none("near/minimal", "C03-07", one, "it hardly guesses");
        }
    }
}

/// Control 3-10, by what the tenant's profile expects of each environment.
fn fit(
    b: &mut Builder,
    schedule: &Schedule,
    profile: &OptionProfile,
    touched: &[&Place],
    is_sure: bool,
) {
    let reaches = |wanted: &str| touched.iter().any(|(_, kind, _)| *kind == wanted);
    let resource = Resource::schedule(schedule.id).class(profile.id);
    let key = b.key.own();
    let environment = match &schedule.scanner_name {
        _ if reaches("ot") => "ot",
        None => {
            let why = "from where it scans is not said";
            return key.unknown("unknown/scanner", "C03-10", resource, why);
        }
        Some(name) if name == "External Scanner" => "external",
        Some(_) if reaches("cde") => "cde",
        Some(_) => "internal",
    };
    let is_complete = profile.detection == DetectionScope::Complete;
    let fits = match environment {
        "ot" => {
            profile.performance == "Low"
                && matches!(&*profile.brute_force, "None" | "Minimal")
                && profile.tcp_ports != "full"
        }
        "external" => is_complete && profile.tcp_ports == "full" && profile.performance != "High",
        // Nothing is expected of it.
        "cde" => true,
        _ => {
            is_complete
                && !profile.authentication.is_empty()
                && matches!(&*profile.tcp_ports, "standard" | "full")
        }
    };
    let why = format!("judged as {environment}");
    match (fits, is_sure) {
        (true, _) => key.none(&format!("near/{environment}"), "C03-10", resource, &why),
        (false, true) => key.finding(&format!("pos/{environment}"), "C03-10", resource, &why),
        (false, false) => {
            let why = "unfit, and whether it is active is not said";
            key.unknown("unknown/active", "C03-10", resource, why);
        }
    }
}
