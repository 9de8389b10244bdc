//! The segments that every tenant declares, each with a schedule of its own.

use std::net::Ipv4Addr;

use super::builder::{Addresses, Builder, DAY, GroupHandle, v4_range};
use super::declared::{Segment, cidr};
use super::hosts::{Family, Standing};
use super::key::Resource;
use super::model::Occurrence;
use super::schedules::{Draft, Run};
use super::{estate, tag_cases};

/// First octets of the segments' groups.
const PLANT: [u8; 4] = [10, 80, 0, 0];
const DMZ: [u8; 4] = [10, 81, 0, 0];
const CARDS: [u8; 4] = [10, 82, 0, 0];
/// The block of the sites of the bulk.
const SITES: [u8; 4] = [10, 64, 0, 0];

/// The careful profile of the plant floor.
pub(crate) const GENTLE: &str = "OT gentle";

pub(crate) fn segment(id: &'static str) -> Resource {
    Resource::of("segment", id)
}

pub(crate) fn healthy(b: &mut Builder) {
    let east = estate::EAST_APPLIANCES.map(|(_, name)| name.to_owned());
    let sites = declare(b, "sites", "Sites", "internal");
    sites.cidrs = vec![cidr(u32::from_be_bytes(SITES), 12)];
    sites.appliances = east.to_vec();
    sites.max_interval_days = Some(30);

    let profile = b.profile(GENTLE);
    let profile = &mut b.programme.option_profiles[profile];
    "standard".clone_into(&mut profile.tcp_ports);
    "light".clone_into(&mut profile.udp_ports);
    "Low".clone_into(&mut profile.performance);
    "Long".clone_into(&mut profile.packet_delay);
    let plant = block(b, "Plant floor", PLANT);
    own_appliance(b, plant, 90_021, "va-plant-01");
    let runs = [Run::finished(9 * DAY)];
    b.schedule(Draft {
        scanner: Some("va-plant-01"),
        profile: Some(GENTLE),
        ..Draft::weekly(&[plant]).every(Occurrence::Daily { days: 30 }).runs(&runs)
    });
    let one = declare(b, "plant", "Plant floor", "ot");
    one.asset_groups = vec!["Plant floor".to_owned()];
    one.appliances = vec!["va-plant-01".to_owned()];
    one.option_profiles = vec![GENTLE.to_owned()];
    one.max_interval_days = Some(90);

    let dmz = block(b, "Front zone", DMZ);
    own_appliance(b, dmz, 90_022, "va-front-01");
    b.hosts(dmz, 2, Standing::Both, Family::Linux);
    b.schedule(Draft { scanner: Some("va-front-01"), ..Draft::weekly(&[dmz]) });
    let one = declare(b, "front", "Front zone", "dmz");
    one.cidrs = vec![cidr(u32::from_be_bytes(DMZ), 24)];
    one.appliances = vec!["va-front-01".to_owned()];
    one.max_interval_days = Some(7);
    b.key.own().none("edge/7-days", "C20-07", segment("front"), "every 7 days, limit 7");

    // 254 addresses of its own and ten of the sites: 96 %.
    let cards = block(b, "Card data", CARDS);
    b.hosts(cards, 2, Standing::Both, Family::Windows);
    tag_cases::card_data(b, cards);
    let site = u32::from_be_bytes(SITES);
    let schedule = b.schedule(Draft::weekly(&[cards]).typed(v4_range(site + 1, site + 10, None)));
    let one = declare(b, "cards", "Card data", "cde");
    one.cidrs = vec![cidr(u32::from_be_bytes(CARDS), 24)];
    one.appliances = east.to_vec();
    one.max_interval_days = Some(30);
    b.key.own().none("near/weekly", "C20-07", segment("cards"), "every 7 days, limit 30");
    let why = "254 of the 264 addresses of its schedule: 96 %";
    b.key.own().none("near/96-percent", "C20-02", segment("cards"), why);
    let why = "10 of 264 addresses are of another type: 4 %";
    b.key.own().none("near/4-percent", "C20-03", Resource::schedule(schedule), why);

    let one = declare(b, "perimeter", "Perimeter", "external");
    one.cidrs = vec!["198.51.100.0/24".to_owned()];
    for id in ["sites", "plant", "front", "cards"] {
        b.key.own().none("near/scanned", "C20-01", segment(id), "a schedule covers it");
        b.key.own().none("near/subscribed", "C20-08", segment(id), "its addresses are subscribed");
    }
}

fn block(b: &mut Builder, title: &str, base: [u8; 4]) -> GroupHandle {
    b.group_at(title.to_owned(), u32::from(Ipv4Addr::from(base)), Addresses::Range, 0)
}

fn own_appliance(b: &mut Builder, group: GroupHandle, id: u64, name: &str) {
    b.appliance(id, name, 0);
    b.groups[group.0].appliance_ids = vec![id];
    b.groups[group.0].default_appliance_id = Some(id);
}

/// A segment without anything in it.
pub(crate) fn declare<'a>(
    b: &'a mut Builder,
    id: &'static str,
    name: &str,
    kind: &'static str,
) -> &'a mut Segment {
    b.declared.segments.push(Segment {
        id,
        name: name.to_owned(),
        kind,
        network_id: 0,
        cidrs: Vec::new(),
        asset_groups: Vec::new(),
        appliances: Vec::new(),
        option_profiles: Vec::new(),
        max_interval_days: None,
    });
    let last = b.declared.segments.len() - 1;
    &mut b.declared.segments[last]
}
