//! The pen that writes a tenant: numbers, addresses, titles, asset groups and tags.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use rand::Rng as _;
use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

use super::background::Background;
use super::book::Registry;
use super::declared::Declared;
use super::estate;
use super::ledger::Ledger;
use super::model::{
    AgentInfo, AssetGroup, CloudSource, Detection, ExcludedRange, Host, IpRange, Scan, Schedule,
    ScheduleRun, Tag, TagRef, Vuln,
};
use super::names;
use super::people;
use super::programme::Programme;
use super::{Kind, Spec};

pub(crate) const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 86_400;

/// The second network of the tenants that have network support; 0 is the default network.
pub(crate) const BRANCH_NETWORK: u32 = 3;

const IMPACTS: [&str; 3] = ["High", "Medium", "Critical"];

/// An asset group being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GroupHandle(pub(crate) usize);

/// A planted host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HostHandle(pub(crate) usize);

/// A planted host with what other lists say about it.
#[derive(Debug, Clone)]
pub(crate) struct PlantedHost {
    pub(crate) host: Host,
    pub(crate) agent: Option<AgentInfo>,
    pub(crate) cloud: Option<CloudSource>,
    pub(crate) detections: Vec<Detection>,
    /// When a scan last said that its login failed.
    pub(crate) failed_login: Option<i64>,
}

/// How the addresses of a group are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Addresses {
    /// The 254 usable addresses of a /24.
    Range,
    /// Single addresses, one for each of its hosts.
    Singles,
    /// None: named by DNS, by instance, or empty.
    None,
}

#[derive(Debug, Clone, Copy)]
struct Room {
    base: u32,
    used: u32,
    addresses: Addresses,
}

pub(crate) struct Builder {
    pub(crate) kind: Kind,
    pub(crate) rng: ChaCha8Rng,
    pub(crate) clock: i64,
    pub(crate) networks: bool,
    pub(crate) background: Background,
    pub(crate) groups: Vec<AssetGroup>,
    rooms: Vec<Room>,
    pub(crate) hosts: Vec<PlantedHost>,
    pub(crate) schedules: Vec<Schedule>,
    pub(crate) runs: Vec<ScheduleRun>,
    pub(crate) scans: Vec<Scan>,
    pub(crate) excluded: Vec<ExcludedRange>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) programme: Programme,
    pub(crate) declared: Declared,
    /// Subscribed addresses beside those of the groups.
    pub(crate) orphans: Vec<IpRange>,
    /// Groups that no record for everything gets.
    pub(crate) without_record: Vec<GroupHandle>,
    /// Groups that no policy gets.
    pub(crate) without_policy: Vec<GroupHandle>,
    /// Excluded ranges (by first address) whose history a plant writes itself.
    pub(crate) explained: Vec<u32>,
    pub(crate) vulns: BTreeMap<u32, Vuln>,
    pub(crate) key: Registry,
    pub(crate) ledger: Ledger,
    titles: Vec<String>,
    next_subnet: u32,
    last_id: u64,
    last_host_id: u64,
    last_qid: u32,
    last_vuln: u64,
}

impl Builder {
    pub(crate) fn new(spec: &Spec) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(spec.seed);
        let mut titles: Vec<String> = names::SITES
            .iter()
            .flat_map(|site| names::PURPOSES.iter().map(move |purpose| format!("{site} {purpose}")))
            .collect();
        titles.shuffle(&mut rng);
        let first_number = 210_000 + rng.random_range(0..9_000);
        let first_host = 800_000 + rng.random_range(0..90_000);
        let first_vuln = 377_000 + rng.random_range(0..900);
        let mut builder = Self {
            kind: spec.kind,
            background: Background::new(spec),
            rng,
            clock: spec.clock,
            networks: spec.kind.networks(),
            groups: Vec::new(),
            rooms: Vec::new(),
            hosts: Vec::new(),
            schedules: Vec::new(),
            runs: Vec::new(),
            scans: Vec::new(),
            excluded: Vec::new(),
            tags: Vec::new(),
            programme: Programme::default(),
            declared: Declared::default(),
            orphans: Vec::new(),
            without_record: Vec::new(),
            without_policy: Vec::new(),
            explained: Vec::new(),
            vulns: BTreeMap::new(),
            key: Registry::default(),
            ledger: Ledger::default(),
            titles,
            next_subnet: u32::from(Ipv4Addr::new(10, 40, 0, 0)),
            last_id: first_number,
            last_host_id: first_host,
            last_qid: first_vuln,
            last_vuln: 5_000_000,
        };
        let root = builder.tag("Business Units");
        for tag in ["Cloud Agent", "Internet Facing Assets"] {
            builder.tag_below(tag, Some(root.id));
        }
        builder
    }

    /// The moment `seconds` before the tenant's clock.
    pub(crate) fn ago(&self, seconds: i64) -> i64 {
        self.clock - seconds
    }

    /// A number of seconds between two numbers of days.
    pub(crate) fn between(&mut self, least_days: i64, most_days: i64) -> i64 {
        self.rng.random_range(least_days * DAY..=most_days * DAY)
    }

    pub(crate) fn id(&mut self) -> u64 {
        self.last_id += self.rng.random_range(1..30);
        self.last_id
    }

    pub(crate) fn host_id(&mut self) -> u64 {
        // Ids side by side become a range in lists of ids, and the client that `no-networks` is for
        // (qualysdk 0.3.17) passes over ranges.
        let least = if self.networks { 1 } else { 2 };
        self.last_host_id += self.rng.random_range(least..9);
        self.last_host_id
    }

    pub(crate) fn qid(&mut self) -> u32 {
        self.last_qid += self.rng.random_range(1..7);
        self.last_qid
    }

    pub(crate) fn vuln_id(&mut self) -> u64 {
        self.last_vuln += 1;
        self.last_vuln
    }

    pub(crate) fn title(&mut self) -> String {
        let number = self.groups.len();
        self.titles.pop().unwrap_or_else(|| format!("Site {number}"))
    }

    /// The number of a network on the wire, where networks are on.
    pub(crate) fn network(&self, number: u32) -> Option<u32> {
        self.networks.then_some(number)
    }

    /// A group with addresses of its own in the default network.
    pub(crate) fn group(&mut self, addresses: Addresses) -> GroupHandle {
        let base = self.next_subnet;
        if addresses != Addresses::None {
            self.next_subnet += 256;
        }
        let title = self.title();
        self.group_at(title, base, addresses, 0)
    }

    /// A group with addresses of its own in the second network.
    pub(crate) fn branch_group(&mut self) -> GroupHandle {
        let base = self.next_subnet;
        self.next_subnet += 256;
        let title = self.title();
        self.group_at(title, base, Addresses::Range, BRANCH_NETWORK)
    }

    /// A group in another network with the same range as an existing one.
    pub(crate) fn twin_of(&mut self, group: GroupHandle, network: u32) -> GroupHandle {
        let room = self.rooms[group.0];
        let title = self.title();
        self.group_at(title, room.base, room.addresses, network)
    }

    pub(crate) fn group_at(
        &mut self,
        title: String,
        base: u32,
        addresses: Addresses,
        network: u32,
    ) -> GroupHandle {
        // What came before may have drawn more or less, as the bulk is large or small.
        self.rng.set_stream(u64::MAX - self.groups.len() as u64);
        self.rng.set_word_pos(0);
        let network_id = self.network(network);
        let appliances = if network == BRANCH_NETWORK {
            &[estate::BRANCH_APPLIANCE.0][..]
        } else {
            &[estate::EAST_APPLIANCES[0].0, estate::EAST_APPLIANCES[1].0][..]
        };
        let ip_set = match addresses {
            Addresses::Range => vec![v4_range(base + 1, base + 254, network_id)],
            Addresses::Singles | Addresses::None => Vec::new(),
        };
        let group = AssetGroup {
            id: self.id(),
            title,
            owner_user_id: Some(people::OWNER_ID),
            owner_user_name: Some("Group owner".to_owned()),
            owner_unit_id: Some(0),
            network_id,
            last_update: Some(self.clock - self.rng.random_range(20 * DAY..300 * DAY)),
            business_impact: Some(IMPACTS[self.groups.len() % IMPACTS.len()].to_owned()),
            default_appliance_id: appliances.first().copied(),
            appliance_ids: appliances.to_vec(),
            ip_set,
            ..AssetGroup::default()
        };
        self.groups.push(group);
        self.rooms.push(Room { base, used: 0, addresses });
        GroupHandle(self.groups.len() - 1)
    }

    pub(crate) fn group_id(&self, group: GroupHandle) -> u64 {
        self.groups[group.0].id
    }

    pub(crate) fn group_title(&self, group: GroupHandle) -> String {
        self.groups[group.0].title.clone()
    }

    /// First and last address of a group's /24 block.
    pub(crate) fn block(&self, group: GroupHandle) -> (u32, u32) {
        let base = self.rooms[group.0].base;
        (base, base + 255)
    }

    /// The next free address in a group; a group of single addresses grows by it.
    pub(crate) fn address_in(&mut self, group: GroupHandle) -> u32 {
        let room = &mut self.rooms[group.0];
        room.used += 1;
        let address = room.base + 9 + room.used;
        if room.addresses == Addresses::Singles {
            let group = &mut self.groups[group.0];
            group.ip_set.push(v4_range(address, address, group.network_id));
        }
        address
    }

    pub(crate) fn tag(&mut self, name: &str) -> TagRef {
        self.tag_below(name, None)
    }

    /// The tag of this name, made if there is none.
    pub(crate) fn tag_below(&mut self, name: &str, parent: Option<u64>) -> TagRef {
        if let Some(tag) = self.tags.iter().find(|tag| tag.name == name) {
            return TagRef { id: tag.id, name: tag.name.clone() };
        }
        let tag = Tag {
            id: self.id(),
            name: name.to_owned(),
            parent_id: parent,
            created: self.clock - self.rng.random_range(400 * DAY..900 * DAY),
            modified: self.clock - self.rng.random_range(10 * DAY..300 * DAY),
            color: "#5A82C3".to_owned(),
            criticality: Some(3),
            ..Tag::default()
        };
        let made = TagRef { id: tag.id, name: tag.name.clone() };
        if let Some(parent) = self.tags.iter_mut().find(|tag| Some(tag.id) == parent) {
            parent.children.push(made.clone());
        }
        self.tags.push(tag);
        made
    }

    /// Takes addresses out of every scan, for ever or until `expires`.
    pub(crate) fn exclude(&mut self, first: u32, last: u32, expires: Option<i64>) {
        let range = v4_range(first, last, self.network(0));
        self.excluded.push(ExcludedRange { range, expires });
    }
}

/// Addresses of the smallest block that holds so many hosts.
pub(crate) fn room_for(hosts: u64) -> u32 {
    u32::try_from(hosts + 16).map_or(1 << 20, u32::next_power_of_two).max(256)
}

pub(crate) fn v4(address: u32) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from(address))
}

pub(crate) fn v4_range(first: u32, last: u32, network_id: Option<u32>) -> IpRange {
    IpRange { first: v4(first), last: v4(last), network_id }
}
