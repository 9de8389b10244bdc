//! A subscription in its first week: one site is entered, and nothing looks at it yet.

use super::builder::{Addresses, Builder};
use super::declared::{DeclaredNetwork, cidr};
use super::key::Resource;

/// The id that the user list gives to whoever collects.
const COLLECTOR_ID: u64 = 1_001;

/// The block of the site.
pub(crate) const SITE: u32 = u32::from_be_bytes([10, 9, 0, 0]);

pub(crate) fn plant(b: &mut Builder) {
    let group = b.group_at("Head office".to_owned(), SITE, Addresses::Range, 0);
    let one = &mut b.groups[group.0];
    one.owner_user_id = Some(COLLECTOR_ID);
    one.appliance_ids.clear();
    one.default_appliance_id = None;
    let block = cidr(SITE, 24);
    b.declared.networks.push(DeclaredNetwork::new(block.clone(), "Head office", 0));
    let group = Resource::group(one_id(b));
    let whole = Resource::subscription;

    b.key.finding("pos/fresh", "C01-01", group.clone(), "no schedule");
    b.key.not_applicable("na/unreached", "C01-02", group.clone(), "reached in no part");
    b.key.without_finding("C01-02", "not_applicable");
    let range = Resource::of("network_range", format!("{block}@0"));
    b.key.own().none("near/fresh", "C04-01", range.clone(), "it is subscribed");
    b.key.own().none("near/fresh", "C04-02", range, "all but its first and last address");
    let run = Resource::addresses(SITE + 1, SITE + 254);
    b.key.none("near/fresh", "C04-03", run.clone(), "a group has them");
    b.key.none("near/fresh", "C04-07", group.clone(), "it has addresses");
    b.key.none("near/fresh", "C04-08", group.clone(), "the collector owns it");
    let part = run.class(one_id(b));
    b.key.own().none("near/fresh", "C04-09", part, "in a declared range");
    b.key.none("near/fresh", "C04-11", whole(), "in one network");
    let why = "254 private addresses, no appliance, no agent";
    b.key.finding("pos/no-scanner", "C06-11", whole(), why);
    b.key.unknown("unknown/no-policy", "C09-01", whole(), "a group, and no policy at all");
    b.key.without_finding("C09-01", "warn");
    for check in ["C16-01", "C16-02", "C16-03", "C16-04", "C16-05", "C16-06"] {
        b.key.none("near/nothing-excluded", check, whole(), "nothing is excluded");
    }
    let site = Resource::of("segment", super::bare::PLANNED);
    b.key.own().finding("pos/fresh", "C20-01", site.clone(), "no schedule covers it");
    b.key.own().none("near/fresh", "C20-08", site, "its addresses are subscribed");
}

fn one_id(b: &Builder) -> u64 {
    b.groups.last().map_or(0, |group| group.id)
}
