//! Control 18: rules that say nothing, tags that nothing uses, and scopes that tags mark badly.

use super::Kind;
use super::builder::{Addresses, Builder, DAY, GroupHandle, HOUR, HostHandle};
use super::declared::{Scope, cidr};
use super::hosts::{Family, Standing, source};
use super::key::Resource;
use super::model::TagRef;
use super::schedules::Draft;

/// The tag of the segment with card data.
const CARDS: &str = "Card data scope";
/// The tag of short-lived hosts.
pub(crate) const SHORT_LIVED: &str = "Short-lived";
/// Tags of which a host carries one at most.
pub(crate) const EXCLUSIVE: [&str; 2] = ["Production", "Development"];
/// The longest life of a short-lived host, and the age from which the tags of a host are judged.
const SHORT: i64 = 24 * HOUR;

fn give(b: &mut Builder, host: HostHandle, tag: &TagRef) {
    b.hosts[host.0].host.tags.push(tag.clone());
}

/// Declares the hosts of a group as a scope.
fn scope(b: &mut Builder, group: GroupHandle, segment: &'static str, tag: &'static str) -> String {
    let cidr = cidr(b.block(group).0, 24);
    b.declared.scopes.push(Scope { cidr: cidr.clone(), segment, tag });
    cidr
}

/// The hosts of the segment `cards` carry its tag.
pub(crate) fn card_data(b: &mut Builder, group: GroupHandle) {
    let made = rule(b, CARDS, Some("10.82.0.0/24"));
    let id = b.group_id(group);
    for planted in b.hosts.iter_mut().filter(|planted| planted.host.group_ids == [id]) {
        planted.host.tags.push(made.clone());
    }
    scope(b, group, "cards", CARDS);
    b.declared.required_tags.push(CARDS);
    let key = b.key.own();
    let required = Resource::of("required_tag", CARDS);
    key.none("near/there", "C18-03", required, "it exists");
    key.none("near/hosts", "C18-04", tag(&made), "two hosts carry it");
    key.none("near/few", "C18-08", tag(&made), "two hosts carry it");
    let segment = Resource::of("segment", "cards").class(CARDS);
    key.none("near/all", "C18-05", segment, "all its hosts carry it");
}

/// Short-lived hosts with their tag, and one that lived for a whole day.
pub(crate) fn near_misses(b: &mut Builder) {
    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    let made = rule(b, SHORT_LIVED, Some("^build-"));
    let host = stopped(b, group, SHORT - 1);
    give(b, host, &made);
    let whole = Resource::subscription();
    if b.kind == Kind::NoNetworks {
        let why = "the only short-lived host carries the tag";
        b.key.own().none("near/tagged", "C18-10", whole, why);
        return;
    }
    stopped(b, group, SHORT);
    if b.kind != Kind::Neglected {
        let why = "it lived for exactly 24 hours, the other one carries the tag";
        b.key.own().none("edge/24-hours", "C18-10", whole, why);
    }
}

/// A cloud host that was first seen ten days ago and last seen `lived` seconds later.
fn stopped(b: &mut Builder, group: GroupHandle, lived: i64) -> HostHandle {
    let host = b.host(group, Standing::Login, Family::Linux);
    let (first, last) = (b.ago(10 * DAY), b.ago(10 * DAY - lived));
    let planted = &mut b.hosts[host.0];
    let instance = format!("i-{:017x}", planted.host.id);
    let one = &mut planted.host;
    one.tracking_method = String::from("EC2");
    one.cloud_provider = Some("AWS".to_owned());
    one.cloud_service = Some("EC2".to_owned());
    one.cloud_resource_id = Some(instance.clone());
    one.ec2_instance_id = Some(instance.clone());
    one.first_found = Some(first);
    one.last_boot = Some(first);
    one.last_activity = Some(last);
    one.last_vuln_scan = Some(last);
    one.last_vm_scan = Some(last);
    one.last_vm_auth = Some(last);
    planted.cloud = Some(source(instance, "STOPPED", first, last));
    let groups = b.groups_of(host);
    if lived < SHORT {
        b.ledger.short_lived(&groups);
    }
    host
}

pub(crate) fn plant(b: &mut Builder) {
    let none = rule(b, "Rule without text", None);
    b.key.finding("pos/no-text", "C18-07", tag(&none), "a rule without text");
    b.key.finding("pos/no-text", "C18-11", tag(&none), "on no asset, used by nothing");
    let idle = rule(b, "Matches nothing", Some("^zz-nothing-"));
    b.key.none("near/text", "C18-07", tag(&idle), "its rule has a text");
    b.key.finding("pos/idle", "C18-11", tag(&idle), "on no asset, used by nothing");

    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    stopped(b, group, SHORT - 1);
    let why = "one that lived for a second less than 24 hours is without the tag";
    b.key.own().finding("pos/short-lived", "C18-10", Resource::subscription(), why);
    required(b, group);
    exclusive(b, group);
    scopes(b);
}

fn required(b: &mut Builder, group: GroupHandle) {
    b.declared.required_tags.extend(["Health data scope", "Archive scope", "Retired scope"]);
    let absent = Resource::of("required_tag", "Health data scope");
    b.key.own().finding("pos/absent", "C18-03", absent, "it does not exist");
    let none = rule(b, "Archive scope", Some("10.250.0.0/16"));
    b.key.own().finding("pos/no-asset", "C18-04", tag(&none), "no asset carries it");
    b.key.finding("pos/no-asset", "C18-11", tag(&none), "on no asset, used by nothing");
    let gone = rule(b, "Retired scope", Some("10.251.0.0/16"));
    let host = b.host(group, Standing::Terminated, Family::Linux);
    give(b, host, &gone);
    b.key.own().none("near/gone", "C18-04", tag(&gone), "an ended instance carries it");
}

fn exclusive(b: &mut Builder, group: GroupHandle) {
    let [first, second] = EXCLUSIVE.map(|name| b.tag(name));
    for (standing, both, plant, why) in [
        (Standing::Both, true, "pos/both", "carries both"),
        (Standing::Both, false, "near/one", "carries one of them"),
        (Standing::Terminated, true, "near/gone", "carries both, but is no more"),
    ] {
        let host = b.host(group, standing, Family::Linux);
        give(b, host, &first);
        if both {
            give(b, host, &second);
        }
        let id = b.hosts[host.0].host.id;
        let pair = format!("{}+{}", first.id.min(second.id), first.id.max(second.id));
        let resource = Resource::of("host", id).class(pair);
        if plant.starts_with("pos") {
            b.key.own().finding(plant, "C18-09", resource, why);
        } else {
            b.key.own().none(plant, "C18-09", resource, why);
        }
    }
}

/// Scopes of which too many hosts lack the tag, and exactly as many as may.
fn scopes(b: &mut Builder) {
    for (hosts, segment, name, plant, why) in [
        (3, "", "Payment scope", "pos/one-of-three", "one of three lacks it"),
        (50, "ledger", "Ledger scope", "edge/2-percent", "one of 50 lacks it: exactly 2 %"),
    ] {
        let group = b.group(Addresses::Range);
        b.schedule(Draft::weekly(&[group]));
        let made = rule(b, name, Some("by address"));
        for number in 0..hosts {
            let host = b.host(group, Standing::Both, Family::Linux);
            if number > 0 {
                give(b, host, &made);
            }
        }
        let block = scope(b, group, segment, name);
        let alone = format!("{block}@0");
        let id = if segment.is_empty() { &alone } else { segment };
        let resource = Resource::of("segment", id).class(name);
        if plant.starts_with("pos") {
            b.key.own().finding(plant, "C18-05", resource, why);
        } else {
            b.key.own().none(plant, "C18-05", resource, why);
        }
    }
}

/// Tags that people give by hand, far more than rules give.
pub(crate) fn by_hand(b: &mut Builder) {
    for number in 1..=20 {
        b.tag(&format!("Project {number}"));
    }
}

/// One tag on 95 % of the hosts, rounded up, and one on a host less.
fn everywhere(b: &mut Builder) {
    b.declared.required_tags.extend(["Everything", "Nearly everything"]);
    let [all, nearly] =
        ["Everything", "Nearly everything"].map(|name| rule(b, name, Some("10.0.0.0/8")));
    b.background.extra_tags = vec![all.clone(), nearly.clone()];
    let old = b.clock - SHORT;
    let mut judged: Vec<_> = b
        .hosts
        .iter_mut()
        .filter(|planted| {
            let ended = |cloud: &super::model::CloudSource| cloud.instance_state == "TERMINATED";
            !planted.cloud.as_ref().is_some_and(ended)
                && planted.host.first_found.is_none_or(|first| first <= old)
        })
        .collect();
    let whole = judged.len() as u64 + b.background.count;
    let most = (whole * 19).div_ceil(20);
    for (number, planted) in (b.background.count + 1..).zip(&mut judged) {
        if number <= most {
            planted.host.tags.push(all.clone());
        }
        if number < most {
            planted.host.tags.push(nearly.clone());
        }
    }
    let key = b.key.own();
    let why = format!("on {most} of {whole} hosts: 95 % or more");
    key.finding("edge/everything", "C18-08", tag(&all), &why);
    let why = format!("on {} of {whole} hosts: below 95 %", most - 1);
    key.none("near/everything", "C18-08", tag(&nearly), &why);
}

/// Every tag stands below one that Qualys makes: nobody has defined any.
fn only_units(b: &mut Builder) {
    let Some(root) = b.tags.iter().find(|tag| tag.name == "Business Units").map(|tag| tag.id)
    else {
        return;
    };
    for tag in b.tags.iter_mut().filter(|tag| tag.id != root) {
        tag.parent_id = Some(root);
    }
    let below: Vec<TagRef> = b
        .tags
        .iter()
        .filter(|tag| tag.id != root)
        .map(|tag| TagRef { id: tag.id, name: tag.name.clone() })
        .collect();
    if let Some(tag) = b.tags.iter_mut().find(|tag| tag.id == root) {
        tag.children = below;
    }
    b.ledger.all_untagged();
    let why = "every tag stands below Business Units";
    b.key.finding("pos/units", "C18-01", Resource::subscription(), why);
    for check in ["C18-06", "C18-07", "C18-11"] {
        b.key.not_applicable("na/units", check, Resource::subscription(), why);
        b.key.without_finding(check, "not_applicable");
    }
}

/// What holds wherever tags are healthy.
pub(crate) fn settle(b: &mut Builder, kind: Kind) {
    let whole = Resource::subscription;
    if kind != Kind::Neglected {
        let why = "nobody carries both of them";
        b.key.own().none("near/exclusive", "C18-09", whole(), why);
    }
    match kind {
        Kind::NoNetworks => return only_units(b),
        Kind::OldVersions => everywhere(b),
        _ => {}
    }
    b.key.none("near/user-tags", "C18-01", whole(), "users have defined tags");
    let users: Vec<_> = b.tags.iter().filter(|tag| !MADE.contains(&&*tag.name)).collect();
    let rules = users.iter().filter(|tag| tag.rule_type.is_some()).count();
    let why = format!("{rules} of {} tags are given by rules, limit 30 %", users.len());
    if rules * 10 < users.len() * 3 {
        b.key.finding("pos/by-hand", "C18-06", whole(), &why);
    } else {
        b.key.none("near/rules", "C18-06", whole(), &why);
    }
    let estates: Vec<TagRef> = b
        .tags
        .iter()
        .filter(|tag| tag.name.ends_with(" estate"))
        .map(|tag| TagRef { id: tag.id, name: tag.name.clone() })
        .collect();
    for estate in estates {
        b.key.none("near/on-hosts", "C18-11", tag(&estate), "hosts carry it");
        b.key.none("near/works", "C18-07", tag(&estate), "its rule works");
    }
}

/// Tags that Qualys makes.
const MADE: [&str; 3] = ["Business Units", "Cloud Agent", "Internet Facing Assets"];

fn rule(b: &mut Builder, name: &str, text: Option<&str>) -> TagRef {
    let made = b.tag(name);
    if let Some(tag) = b.tags.iter_mut().find(|tag| tag.id == made.id) {
        tag.rule_type = Some("NAME_CONTAINS".to_owned());
        tag.rule_text = text.map(str::to_owned);
    }
    made
}

fn tag(tag: &TagRef) -> Resource {
    Resource::of("tag", tag.id)
}
