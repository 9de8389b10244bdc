//! The simulated subscriptions: what they hold, made from a seed, and the answer key to them.
//!
//! Which case lives where:
//!
//! | tenant | control 1 | control 2 | control 10 |
//! |---|---|---|---|
//! | `tidy`, `huge` | near misses and boundaries | the same; exactly 5 % never scanned | the same; exactly 20 % late fixes |
//! | `neglected` | also every fault, unknown switch | also every fault; about 69 % (high) | also every fault; exactly 95 % of a group; undated rows |
//! | `old-versions` | near misses | below 50 % (critical) | many instances of one QID; idle kernel |
//! | `only-2.0` | near misses | exactly 80 % | idle kernel; one row in the future |
//! | `no-networks` | all sites only through `All`; near misses without network ids | exactly 50 % (high) | near misses |
//! | `bare`, `fresh` | nothing to look at; a group that nothing looks at | nothing | nothing |
//! | `reader` | one fault that one row proves, the rest cannot be known | cannot be known | one fault that one row proves, the rest cannot be known |
//!
//! The other controls are healthy everywhere but in `neglected`, which has a fault and a near miss
//! for every check of `key::KEYED`; `no-networks` alone lacks half of its scores (C17-01). Of a reader
//! nothing that is not seen to be wrong can be known. `bare` has nothing of anything.

use self::background::{Background, Site};
use self::builder::{Addresses, Builder, DAY, GroupHandle, PlantedHost};
use self::declared::Declared;
use self::hosts::{Family, Standing, guid};
use self::key::{KeyRecord, Resource, View};
use self::model::{
    Activity, AssetGroup, Detection, ExcludedRange, Host, HostAsset, IpRange, Occurrence, Scan,
    Schedule, ScheduleRun, Tag, User, Vuln,
};
use self::programme::Programme;
use self::schedules::{Draft, Run};
use self::space::Space;
pub(crate) use self::spec::{Kind, Spec};

mod access;
mod access_faults;
mod account_cases;
pub(crate) mod agent_cases;
pub(crate) mod appliance_cases;
mod background;
mod bare;
mod book;
pub(crate) mod builder;
mod cloud;
mod compliance;
mod connector_cases;
mod declare;
pub(crate) mod declared;
mod deeds;
mod derived;
pub(crate) mod detections;
mod estate;
mod estate_faults;
mod exclusion_cases;
mod findings;
mod fit_cases;
mod fresh;
mod hosts;
mod inventory_cases;
pub(crate) mod key;
pub(crate) mod later;
mod ledger;
pub(crate) mod log_cases;
mod logins;
pub(crate) mod model;
pub(crate) mod model_auth;
pub(crate) mod model_cloud;
pub(crate) mod model_policy;
pub(crate) mod model_reports;
pub(crate) mod model_scanning;
pub(crate) mod model_web;
mod names;
mod patch_faults;
mod people;
mod people_faults;
mod perimeter_cases;
mod policy_cases;
mod product_faults;
mod profile_faults;
mod profiles;
pub(crate) mod programme;
mod record_cases;
mod report_cases;
pub(crate) mod reporting;
mod review_cases;
mod scan_faults;
mod scan_near;
mod schedules;
mod score_cases;
mod segment_cases;
mod segments;
mod space;
mod spec;
pub(crate) mod tag_cases;
#[cfg(test)]
mod tests;
mod unanswered;
mod web;
mod web_cases;

/// A whole subscription. Hosts are numbered from 0 in the order of their ids; those of the bulk
/// and their detections are made when they are asked for.
#[derive(Debug)]
pub(crate) struct Tenant {
    pub(crate) kind: Kind,
    /// The tenant's now, Unix seconds.
    pub(crate) clock: i64,
    /// The subscription's UUID.
    pub(crate) subscription: String,
    /// The role of whoever logs in; the user list shows that login with it.
    pub(crate) caller_role: &'static str,
    pub(crate) asset_groups: Vec<AssetGroup>,
    pub(crate) ips: Vec<IpRange>,
    pub(crate) excluded: Vec<ExcludedRange>,
    pub(crate) schedules: Vec<Schedule>,
    pub(crate) runs: Vec<ScheduleRun>,
    pub(crate) scans: Vec<Scan>,
    /// By QID.
    pub(crate) knowledge_base: Vec<Vuln>,
    pub(crate) users: Vec<User>,
    /// Newest first.
    pub(crate) activity: Vec<Activity>,
    /// By id.
    pub(crate) tags: Vec<Tag>,
    pub(crate) programme: Programme,
    /// What its profile is written from.
    pub(crate) declared: Declared,
    planted: Vec<PlantedHost>,
    background: Background,
    /// Without a profile, with its own.
    key: [Vec<KeyRecord>; 2],
}

impl Tenant {
    pub(crate) fn new(spec: &Spec) -> Self {
        if matches!(spec.kind, Kind::Bare | Kind::Fresh) {
            return bare::tenant(spec);
        }
        let mut b = Builder::new(spec);
        let all = b.group(Addresses::None);
        b.groups[all.0].title = String::from("All");
        sites(&mut b, spec.kind);
        programme::healthy(&mut b);
        segments::healthy(&mut b);
        fit_cases::healthy(&mut b);
        declare::without_inputs(&mut b);
        match spec.kind {
            Kind::Tidy | Kind::Huge => {
                innocent(&mut b);
                detections::late_fixes(&mut b, 60);
                logins::never_scanned(&mut b, 60);
            }
            Kind::Neglected => neglected(&mut b),
            Kind::OldVersions => {
                innocent(&mut b);
                overlaps(&mut b);
                few_faults(&mut b, true);
                score_cases::inverted(&mut b, spec.detections_per_host());
                let count = b.ledger.authenticated().part + 3;
                logins::legacy(&mut b, count, false);
            }
            Kind::OnlyTwo => {
                innocent(&mut b);
                overlaps(&mut b);
                few_faults(&mut b, false);
                logins::exactly_four_of_five(&mut b);
            }
            Kind::NoNetworks => {
                innocent(&mut b);
                segment_cases::same_block(&mut b);
                let count = b.ledger.authenticated().part;
                logins::legacy(&mut b, count, false);
            }
            Kind::Reader => {
                scan_faults::stops_by_itself(&mut b);
                few_faults(&mut b, true);
            }
            Kind::Bare | Kind::Fresh => {}
        }
        finish(b, spec, all)
    }

    pub(crate) fn host_count(&self) -> usize {
        self.planted.len() + usize::try_from(self.background.count).unwrap_or(0)
    }

    /// The host with this number; the last one for numbers beyond.
    pub(crate) fn host(&self, number: usize) -> Host {
        match self.planted.get(number) {
            Some(planted) => planted.host.clone(),
            None => self.background.host(self.bulk(number)),
        }
    }

    /// The detections of a host; many hosts of a plant have none.
    pub(crate) fn detections(&self, number: usize) -> Vec<Detection> {
        match self.planted.get(number) {
            Some(planted) => planted.detections.clone(),
            None => self.background.detections(self.bulk(number)),
        }
    }

    /// The portal's record of a host; asset ids rise with host numbers too.
    pub(crate) fn host_asset(&self, number: usize) -> HostAsset {
        let (agent, cloud) = match self.planted.get(number) {
            Some(planted) => (planted.agent.clone(), planted.cloud.clone()),
            None => (self.background.agent(self.bulk(number)), None),
        };
        let host = self.host(number);
        let seen = host.last_activity.unwrap_or(self.clock);
        HostAsset {
            id: hosts::asset_id(host.id),
            host_id: host.id,
            name: host.dns.clone().unwrap_or_default(),
            created: host.first_found.unwrap_or(seen),
            modified: seen,
            os: host.os,
            dns: host.dns,
            address: host.ip,
            network_guid: host.network_id.map(|network| guid(u64::from(network), 9)),
            tracking_method: match host.tracking_method.as_str() {
                "Cloud Agent" => "QAGENT".to_owned(),
                "EC2" => "INSTANCE_ID".to_owned(),
                other => other.to_owned(),
            },
            criticality: host.criticality_score,
            last_vuln_scan: host.last_vuln_scan,
            last_compliance_scan: host.last_compliance_scan,
            tags: host.tags,
            cloud,
            agent,
        }
    }

    /// The number of the first host whose id is at least `id`.
    pub(crate) fn first_host_from(&self, id: u64) -> usize {
        let planted = self.planted.partition_point(|planted| planted.host.id < id);
        if planted < self.planted.len() {
            return planted;
        }
        let ahead = id.saturating_sub(self.background.first_id).div_ceil(3);
        planted + usize::try_from(ahead.min(self.background.count)).unwrap_or(0)
    }

    /// The number of the first host whose asset id is at least `id`.
    pub(crate) fn first_asset_from(&self, id: u64) -> usize {
        self.first_host_from(id.saturating_sub(hosts::asset_id(0)))
    }

    /// What an assessment has to say about this tenant, by key.
    pub(crate) fn key(&self, view: View) -> &[KeyRecord] {
        let [plain, own] = &self.key;
        match view {
            View::Plain => plain,
            View::Own => own,
        }
    }

    fn bulk(&self, number: usize) -> u64 {
        number.saturating_sub(self.planted.len()) as u64
    }
}

/// The groups of the bulk and their schedules.
fn sites(b: &mut Builder, kind: Kind) {
    let room = builder::room_for(b.background.count.div_ceil(background::SITES as u64));
    for place in 0..background::SITES {
        let base = u32::from_be_bytes([10, 64 + u8::try_from(place).unwrap_or(0), 0, 0]);
        let title = b.title();
        let group = b.group_at(title, base, Addresses::None, 0);
        let network = b.network(0);
        b.groups[group.0].ip_set.push(builder::v4_range(base + 1, base + room - 2, network));
        let id = b.group_id(group);
        b.background.sites.push(Site { id, base });
        if kind == Kind::NoNetworks {
            let why = "only a schedule of the built-in group All reaches it";
            b.key.none("near/all", "C01-01", Resource::group(id), why);
        } else {
            b.schedule(Draft::weekly(&[group]));
        }
    }
    b.background.agent_tag = Some(b.tag("Cloud Agent"));
    b.background.estate_tags = vec![b.estate_tag(Family::Linux), b.estate_tag(Family::Windows)];
    b.background.declare(&mut b.ledger);
}

fn innocent(b: &mut Builder) {
    scan_near::plant(b);
    logins::near_misses(b);
    detections::near_misses(b);
    inventory_cases::near_misses(b);
    connector_cases::near_misses(b);
    record_cases::near_misses(b);
    policy_cases::near_misses(b, b.kind == Kind::Neglected);
    report_cases::near_misses(b);
    web_cases::near_misses(b);
    exclusion_cases::near_misses(b);
    tag_cases::near_misses(b);
}

/// Innocent for the first controls, of note for others.
fn overlaps(b: &mut Builder) {
    scan_near::empty_group(b);
    scan_near::two_networks(b);
}

fn neglected(b: &mut Builder) {
    innocent(b);
    overlaps(b);
    scan_faults::plant(b);
    logins::faults(b);
    detections::faults(b);
    profile_faults::plant(b);
    estate_faults::plant(b);
    access_faults::plant(b);
    product_faults::plant(b);
    patch_faults::plant(b);
    inventory_cases::faults(b);
    connector_cases::faults(b);
    record_cases::faults(b);
    policy_cases::faults(b);
    report_cases::faults(b);
    perimeter_cases::faults(b);
    web_cases::faults(b);
    exclusion_cases::faults(b);
    segment_cases::plant(b);
    agent_cases::plant(b);
    appliance_cases::plant(b);
    tag_cases::plant(b);
    fit_cases::plant(b);
    // About 69 % of the scanned hosts stay authenticated: below 80 %, above 50 %.
    let share = b.ledger.authenticated();
    let outside = share.whole - share.part;
    logins::legacy(b, (share.part * 10 / 22).saturating_sub(outside).max(25), true);
    logins::never_scanned_often(b);
}

fn few_faults(b: &mut Builder, overdue: bool) {
    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    let host = b.host(group, Standing::Login, Family::Linux);
    if overdue {
        detections::overdue_critical(b, host);
    } else {
        detections::idle_kernel(b, host);
        detections::far_future(b, host);
    }
}

/// The users, what they did, and what follows from both and from all hosts.
fn people_of(b: &mut Builder, kind: Kind) -> (Vec<User>, Vec<Activity>) {
    let mut users = if kind == Kind::Reader { Vec::new() } else { people::users(b) };
    let mut activity = people::activity(b, &users);
    if kind == Kind::Neglected {
        people_faults::plant(b, &mut users);
        deeds::plant(b, &mut activity);
    } else if kind == Kind::NoNetworks {
        people_faults::crowd(b, &mut users);
    } else {
        let why = "three active Managers with the one who collects";
        b.key.none("near/managers", "C13-03", Resource::subscription(), why);
    }
    if kind != Kind::Reader {
        account_cases::plant(b, kind, &mut users);
        log_cases::plant(b, kind, &mut activity);
        if kind == Kind::OnlyTwo {
            score_cases::flat(b);
            tag_cases::by_hand(b);
        }
        score_cases::settle(b, kind);
        tag_cases::settle(b, kind);
        review_cases::settle(b, kind);
        people::domains(b, &users);
        log_cases::origins(b, &activity);
        agent_cases::settle(b);
        appliance_cases::settle(b);
    }
    (users, activity)
}

fn finish(mut b: Builder, spec: &Spec, all: GroupHandle) -> Tenant {
    let lonely = (spec.kind != Kind::NoNetworks).then(|| b.group(Addresses::Range));
    schedules::perimeter(&mut b);
    let (users, activity) = people_of(&mut b, spec.kind);
    let ips = space::subscribed(&b.groups, &b.orphans);
    let default_network = b.network(0);
    b.groups[all.0].ip_set =
        ips.iter().filter(|range| range.network_id == default_network).cloned().collect();
    if let Some(group) = lonely {
        scan_near::only_through_all(&mut b, all, group);
    } else {
        let monthly = Occurrence::Monthly { months: 1, day_of_month: 5 };
        b.schedule(Draft::weekly(&[all]).every(monthly).runs(&[Run::finished(11 * DAY)]));
    }

    b.background.first_id = b.host_id() + 50;
    for place in 0..b.background.sites.len() {
        let id = b.background.sites[place].id;
        let ids: Vec<u64> =
            b.background.members(place).map(|number| b.background.host_id(number)).collect();
        if let Some(group) = b.groups.iter_mut().find(|group| group.id == id) {
            group.host_ids = ids;
        }
    }
    let scores = "findings and vulnerabilities with a score";
    if b.background.scored {
        b.key.none("near/scores", "C17-01", Resource::subscription(), &format!("all {scores}"));
    } else {
        unanswered::scores(&mut b);
        let why = format!("half of the {scores}");
        b.key.finding("pos/scores", "C17-01", Resource::subscription(), &why);
    }
    programme::settle(&mut b, spec.kind, &ips, &users);
    declare::healthy(&mut b, &users);
    if spec.kind == Kind::Neglected {
        let email = users.first().map(|user| user.email.clone()).unwrap_or_default();
        report_cases::recipients(&mut b, &email);
    }
    record_cases::settle(&mut b);
    exclusion_cases::settle(&mut b);
    segment_cases::settle(&mut b, &Space::of(&ips, 0));
    unanswered::settle(&mut b, &users);
    for (qid, severity, kernel) in b.background.pool.qids() {
        let mut vuln = b.vuln_entry(qid, severity);
        if severity == 5 {
            vuln.vuln_type = String::from("Vulnerability or Potential Vulnerability");
        }
        if !b.background.scored && qid % 2 == 1 {
            vuln.cvss2 = None;
            vuln.cvss3 = None;
        }
        if kernel {
            vuln.title = format!("Linux Kernel Security Update ({qid})");
        }
        b.vulns.insert(qid, vuln);
    }
    if spec.kind == Kind::OnlyTwo {
        // Version 2.0 gives no patch dates: what it does give must lead to the same verdicts.
        for vuln in b.vulns.values_mut() {
            vuln.published = vuln.patch_published.unwrap_or(vuln.published);
        }
    }
    b.scans.sort_by_key(|scan| (std::cmp::Reverse(scan.launched), scan.reference.clone()));
    b.tags.sort_by_key(|tag| tag.id);

    let mut key = std::mem::take(&mut b.key);
    if spec.kind == Kind::Reader {
        unanswered::unseen(&mut key);
    } else {
        b.ledger.settle(&mut key);
        key.plain().without_finding("C10-04", "not_applicable");
        key.plain().without_finding("C10-06", "not_assessed");
    }
    Tenant {
        kind: spec.kind,
        clock: spec.clock,
        subscription: guid(spec.seed.wrapping_add(1), 11),
        caller_role: if spec.kind == Kind::Reader { "Reader" } else { "Manager" },
        asset_groups: b.groups,
        ips,
        excluded: b.excluded,
        schedules: b.schedules,
        runs: b.runs,
        scans: b.scans,
        knowledge_base: b.vulns.into_values().collect(),
        users,
        activity,
        tags: b.tags,
        programme: b.programme,
        declared: b.declared,
        planted: b.hosts,
        background: b.background,
        key: key.finish(),
    }
}
