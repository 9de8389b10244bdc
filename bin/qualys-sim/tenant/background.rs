//! The innocent bulk of a tenant, made on demand from (seed, host number) and held nowhere.

use rand::Rng as _;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use super::builder::{DAY, HOUR, v4};
use super::hosts::{Family, asset_id, guid, live_agent};
use super::ledger::{Class, Coverage, Judged, Ledger};
use super::model::{AgentInfo, Detection, Host, Stamp, TagRef};
use super::{Kind as Tenancy, Spec};

/// What a detection of the bulk is; the order is its place in the pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open(Class),
    /// Re-opened once: below the number that is reported.
    Reopened(Class),
    /// On the running kernel.
    Kernel,
    /// Severity 1 or 2: no limit by default.
    Low,
    /// Fixed within its limit and within the last 30 days.
    FixedLately(Class),
    FixedLongAgo(Class),
    Potential,
}

#[rustfmt::skip]
const PATTERN: [Kind; 20] = [
    Kind::Open(Class::Critical), Kind::Open(Class::High), Kind::Open(Class::Medium), Kind::Low,
    Kind::FixedLongAgo(Class::High), Kind::Open(Class::Medium), Kind::Kernel, Kind::Low,
    Kind::Open(Class::High), Kind::FixedLongAgo(Class::Critical), Kind::Open(Class::Medium), Kind::Potential,
    Kind::FixedLately(Class::High), Kind::Low, Kind::Open(Class::Medium), Kind::Reopened(Class::High),
    Kind::FixedLongAgo(Class::Medium), Kind::Open(Class::Critical), Kind::Low, Kind::Open(Class::Medium),
];

/// QIDs of the bulk, one block of the same size for each severity 5 to 1 and for kernel findings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pool {
    first: u32,
    size: u32,
}

impl Pool {
    /// Every QID with its severity and whether it is a kernel finding.
    pub(crate) fn qids(self) -> impl Iterator<Item = (u32, u8, bool)> {
        (0..6 * self.size).map(move |number| {
            let block = number / self.size;
            let severity = if block == 5 { 4 } else { 5 - u8::try_from(block).unwrap_or(0) };
            (self.first + number, severity, block == 5)
        })
    }

    fn qid(self, block: u32, number: u64) -> u32 {
        let place = number % u64::from(self.size);
        self.first + block * self.size + u32::try_from(place).unwrap_or(0)
    }
}

/// A group of the bulk.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) id: u64,
    /// First address of its block.
    pub(crate) base: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct Background {
    seed: u64,
    clock: i64,
    pub(crate) count: u64,
    detections: u64,
    networks: bool,
    /// Whether every finding has a score; else half of them.
    pub(crate) scored: bool,
    /// Of every host; by chance where there is none.
    pub(crate) criticality: Option<u32>,
    pub(crate) pool: Pool,
    pub(crate) sites: Vec<Site>,
    pub(crate) first_id: u64,
    pub(crate) agent_tag: Option<TagRef>,
    /// Of Linux, of Windows.
    pub(crate) estate_tags: Vec<TagRef>,
    /// Of every host.
    pub(crate) extra_tags: Vec<TagRef>,
}

/// How many groups the bulk is spread over.
pub(crate) const SITES: usize = 10;

impl Background {
    pub(crate) fn new(spec: &Spec) -> Self {
        let count = spec.hosts();
        Self {
            seed: spec.seed,
            clock: spec.clock,
            count,
            detections: spec.detections_per_host(),
            networks: spec.kind.networks(),
            scored: spec.kind != Tenancy::NoNetworks,
            criticality: None,
            pool: Pool { first: 91_000, size: if count > 2_000 { 90 } else { 12 } },
            sites: Vec::new(),
            first_id: 0,
            agent_tag: None,
            estate_tags: Vec::new(),
            extra_tags: Vec::new(),
        }
    }

    /// Host ids of the bulk rise evenly, above those of the plants.
    pub(crate) fn host_id(&self, number: u64) -> u64 {
        self.first_id + number * 3
    }

    /// The host numbers in the site at `place`.
    pub(crate) fn members(&self, place: usize) -> impl Iterator<Item = u64> + use<> {
        (place as u64..self.count).step_by(SITES)
    }

    /// Counts what the bulk is by design: nobody looks at a host or a detection for it.
    pub(crate) fn declare(&self, ledger: &mut Ledger) {
        for number in 0..self.count {
            let groups: Vec<u64> = self.site(number).map(|site| site.id).into_iter().collect();
            ledger.host(Judged::Authenticated, family(number).name(), &groups);
            ledger.agent(Coverage::of(has_agent(number)), &groups);
            for slot in 0..self.detections {
                match kind(number, slot) {
                    Kind::Open(class) | Kind::Reopened(class) => ledger.open(class, false, &groups),
                    Kind::Kernel => ledger.open(Class::High, false, &groups),
                    Kind::FixedLately(_) => ledger.fixed(false),
                    Kind::Low | Kind::FixedLongAgo(_) | Kind::Potential => {}
                }
            }
        }
    }

    pub(crate) fn host(&self, number: u64) -> Host {
        let mut rng = self.rng(number, 0);
        let id = self.host_id(number);
        let scan = self.scan(number);
        let place = number / SITES as u64;
        let site = self.site(number);
        let live = has_agent(number);
        // One of seven hosts of a site shows only a live agent.
        let login = place % 7 != 5;
        let address = site.map(|site| site.base + 10 + u32::try_from(place).unwrap_or(0));
        Host {
            id,
            asset_id: Some(asset_id(id)),
            ip: address.map(v4),
            trurisk_score: Some(rng.random_range(120..780)),
            criticality_score: Some(self.criticality.unwrap_or(rng.random_range(1..=5))),
            tracking_method: if live { "Cloud Agent" } else { "IP" }.to_owned(),
            network_id: self.networks.then_some(0),
            dns: Some(format!("n{id}.corp.example")),
            netbios: (family(number) == Family::Windows).then(|| format!("N{id}")),
            os: family(number).text(number / 3).map(str::to_owned),
            qg_hostid: Some(guid(id, 1)),
            first_found: Some(self.clock - rng.random_range(450 * DAY..1_200 * DAY)),
            last_boot: Some(self.clock - rng.random_range(2 * DAY..29 * DAY)),
            last_activity: Some(scan),
            last_vuln_scan: Some(scan),
            last_vm_scan: Some(scan),
            last_vm_scan_duration: Some(rng.random_range(60..2_400)),
            last_vm_auth: login.then_some(scan),
            last_vm_auth_duration: login.then(|| rng.random_range(60..2_400)),
            group_ids: site.map(|site| site.id).into_iter().collect(),
            last_compliance_scan: Some(scan),
            pc_auth_success: Some(scan),
            tags: self.tags(number, live),
            ..Host::default()
        }
    }

    pub(crate) fn agent(&self, number: u64) -> Option<AgentInfo> {
        let windows = family(number) == Family::Windows;
        has_agent(number).then(|| live_agent(self.host_id(number), self.scan(number), windows))
    }

    pub(crate) fn detections(&self, number: u64) -> Vec<Detection> {
        let mut rng = self.rng(number, 1);
        let scan = self.scan(number);
        (0..self.detections).map(|slot| self.detection(&mut rng, number, slot, scan)).collect()
    }

    fn detection(&self, rng: &mut ChaCha8Rng, number: u64, slot: u64, scan: i64) -> Detection {
        let kind = kind(number, slot);
        let (block, severity) = match kind {
            Kind::Open(class) | Kind::Reopened(class) | Kind::FixedLately(class) => {
                (class as u32, class.severity())
            }
            Kind::FixedLongAgo(class) => (class as u32, class.severity()),
            Kind::Kernel => (5, 4),
            Kind::Low => (3, 2),
            Kind::Potential => (0, 5),
        };
        // Numbers of one host differ within a block until the block is used up; the port keeps
        // them apart beyond that.
        let qid = self.pool.qid(block, number * 7 + slot);
        let limit = match kind {
            Kind::Kernel => Class::High.limit(),
            _ => Class::ALL
                .iter()
                .find(|class| class.severity() == severity)
                .map_or(300, |c| c.limit()),
        };
        let within = |rng: &mut ChaCha8Rng| rng.random_range(2 * HOUR..(limit - 1) * DAY);
        // Nothing is found before the limit and nothing after the last scan.
        let age = within(rng).max(self.clock - scan);
        let port = u16::try_from(1_024 + slot % 60_000).ok();
        let mut detection = Detection {
            unique_vuln_id: 100_000_000 + self.host_id(number) * 1_000 + slot,
            qid,
            kind: "Confirmed".to_owned(),
            severity,
            port,
            protocol: Some("tcp".to_owned()),
            status: Some(if age < 3 * DAY { "New" } else { "Active" }.to_owned()),
            first_found: Stamp::At(self.clock - age),
            last_found: Some(scan),
            qds: Some(20 * severity - rng.random_range(1..18))
                .filter(|_| self.scored || slot.is_multiple_of(2)),
            times_found: rng.random_range(1..90),
            last_test: Some(scan),
            last_update: Some(scan),
            last_processed: Some(scan),
            ..Detection::default()
        };
        match kind {
            Kind::Open(_) | Kind::Low => {}
            Kind::Kernel => detection.running_kernel = Some(true),
            Kind::Potential => {
                detection.kind = String::from("Potential");
                detection.first_found = Stamp::At(self.clock - 400 * DAY);
            }
            Kind::Reopened(_) => {
                detection.status = Some("Re-Opened".to_owned());
                detection.times_reopened = Some(1);
                detection.first_reopened = Some(scan);
                detection.last_reopened = Some(scan);
            }
            Kind::FixedLately(_) => {
                let fixed = scan - rng.random_range(0..20 * DAY);
                fix(&mut detection, fixed, within(rng));
            }
            Kind::FixedLongAgo(_) => {
                let fixed = self.clock - rng.random_range(40 * DAY..300 * DAY);
                fix(&mut detection, fixed, within(rng));
            }
        }
        detection
    }

    fn tags(&self, number: u64, live: bool) -> Vec<TagRef> {
        let estate = self.estate_tags.get(usize::from(family(number) == Family::Windows));
        let agent = self.agent_tag.iter().filter(|_| live);
        estate.into_iter().chain(agent).chain(&self.extra_tags).cloned().collect()
    }

    /// The last scan of a host, the same in every list: an hour to six days ago.
    fn scan(&self, number: u64) -> i64 {
        self.clock - self.rng(number, 2).random_range(HOUR..6 * DAY)
    }

    fn site(&self, number: u64) -> Option<&Site> {
        self.sites.get(usize::try_from(number).unwrap_or(0) % SITES)
    }

    fn rng(&self, number: u64, purpose: u64) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(1 + number * 4 + purpose);
        rng
    }
}

fn fix(detection: &mut Detection, fixed: i64, took: i64) {
    detection.status = Some("Fixed".to_owned());
    detection.first_found = Stamp::At(fixed - took);
    detection.last_fixed = Some(fixed);
    detection.last_found = Some(fixed - took / 2);
}

fn kind(number: u64, slot: u64) -> Kind {
    let place = usize::try_from((number * 3 + slot * 7) % 20).unwrap_or(0);
    PATTERN.get(place).copied().unwrap_or(Kind::Low)
}

fn family(number: u64) -> Family {
    if number.is_multiple_of(3) { Family::Windows } else { Family::Linux }
}

fn has_agent(number: u64) -> bool {
    // One of seven hosts of a site has none, and no site of five or more falls below 80 %.
    number / SITES as u64 % 7 != 3
}
