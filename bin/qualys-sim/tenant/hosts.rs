//! Planted hosts: a plant says how a host stands, its dates and its agent follow from that.

use rand::Rng as _;

use super::builder::{Builder, DAY, GroupHandle, HostHandle, PlantedHost, v4};
use super::key::Resource;
use super::ledger::{Coverage, Judged};
use super::model::{AgentInfo, CloudSource, Host, TagRef};

/// The window of control 2 and the longest silence of a live agent, in seconds.
const WINDOW: i64 = 30 * DAY;
const AGENT_SILENCE: i64 = 7 * DAY;

/// How a host stands towards the authenticated-scan ratio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Login,
    /// As `Login`, with a live agent beside it.
    Both,
    /// Scanned yesterday; logged in exactly at the far end of the window.
    LoginAtLimit,
    /// Scanned and logged in exactly at the far end of the window.
    ScanAtLimit,
    /// A live agent, no authentication date.
    Agent,
    /// Checked in exactly at the limit, no authentication date.
    AgentAtLimit,
    Never,
    /// Scanned exactly at the far end of the window, never logged in.
    NeverAtLimit,
    /// An agent that was last heard of a second too long ago.
    SilentAgent,
    InactiveAgent,
    /// A live agent without the VM module.
    OtherModule,
    Lost,
    /// Logged in a second before the window.
    LostByASecond,
    /// Last scanned before the window and never logged in.
    OutOfWindow,
    /// Last scanned a second before the window and never logged in.
    OutByASecond,
    NeverScanned,
    Terminated,
    /// A running instance, never logged in.
    RunningInstance,
}

/// Ages in seconds: of the last scan, of the last login, of the agent's last check-in.
#[derive(Debug, Clone, Copy)]
struct Ages {
    scan: Option<i64>,
    login: Option<i64>,
    check_in: Option<i64>,
}

impl Standing {
    pub(crate) fn judged(self) -> Judged {
        match self {
            Self::Login
            | Self::Both
            | Self::LoginAtLimit
            | Self::ScanAtLimit
            | Self::Agent
            | Self::AgentAtLimit => Judged::Authenticated,
            Self::Never
            | Self::NeverAtLimit
            | Self::SilentAgent
            | Self::InactiveAgent
            | Self::OtherModule
            | Self::RunningInstance => Judged::NeverAuthenticated,
            Self::Lost | Self::LostByASecond => Judged::Regressed,
            Self::OutOfWindow | Self::OutByASecond => Judged::OutsideWindow,
            Self::NeverScanned => Judged::NeverScanned,
            Self::Terminated => Judged::Gone,
        }
    }

    pub(crate) fn coverage(self, family: Family) -> Coverage {
        match self {
            Self::Terminated => Coverage::Outside,
            _ if !family.takes_agents() => Coverage::Outside,
            Self::Both | Self::Agent | Self::AgentAtLimit => Coverage::Live,
            Self::SilentAgent => Coverage::Silent,
            _ => Coverage::Missing,
        }
    }

    fn ages(self, recent: i64, old: i64) -> Ages {
        let (scan, login, check_in) = match self {
            Self::Login => (Some(recent), Some(recent), None),
            Self::Both => (Some(recent), Some(recent), Some(recent)),
            Self::LoginAtLimit => (Some(DAY), Some(WINDOW), None),
            Self::ScanAtLimit => (Some(WINDOW), Some(WINDOW), None),
            Self::Agent | Self::InactiveAgent | Self::OtherModule => {
                (Some(recent), None, Some(recent))
            }
            Self::AgentAtLimit => (Some(AGENT_SILENCE), None, Some(AGENT_SILENCE)),
            Self::SilentAgent => (Some(AGENT_SILENCE + 1), None, Some(AGENT_SILENCE + 1)),
            Self::Never | Self::Terminated | Self::RunningInstance => (Some(recent), None, None),
            Self::NeverAtLimit => (Some(WINDOW), None, None),
            Self::Lost => (Some(recent), Some(old), None),
            Self::LostByASecond => (Some(recent), Some(WINDOW + 1), None),
            Self::OutOfWindow => (Some(old), None, None),
            Self::OutByASecond => (Some(WINDOW + 1), None, None),
            Self::NeverScanned => (None, None, None),
        };
        Ages { scan, login, check_in }
    }
}

/// A family of operating systems: its name in finding keys and a text that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Windows,
    Linux,
    Macos,
    Aix,
    Solaris,
    Network,
    Vmware,
    /// The scanner could not tell.
    Unknown,
}

impl Family {
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Windows => Some("windows"),
            Self::Linux => Some("linux"),
            Self::Macos => Some("macos"),
            Self::Aix => Some("aix"),
            Self::Solaris => Some("solaris"),
            Self::Network => Some("network"),
            Self::Vmware => Some("vmware"),
            Self::Unknown => None,
        }
    }

    /// Whether an agent can be installed on it.
    pub(crate) fn takes_agents(self) -> bool {
        matches!(self, Self::Windows | Self::Linux | Self::Macos | Self::Aix | Self::Solaris)
    }

    pub(crate) fn text(self, variant: u64) -> Option<&'static str> {
        let texts: [&str; 2] = match self {
            Self::Windows => ["Windows Server 2022 Datacenter 64 bit Edition", "Windows 11 23H2"],
            Self::Linux => ["Red Hat Enterprise Linux 9.4", "Ubuntu Linux 22.04.4"],
            Self::Macos => ["macOS 14.5", "macOS 15.1"],
            Self::Aix => ["AIX 7.2", "AIX 7.3"],
            Self::Solaris => ["Solaris 11.4", "Solaris 10"],
            Self::Network => ["Cisco IOS 15.2", "Cisco IOS XE 17.9"],
            Self::Vmware => ["VMware ESXi 7.0.3", "VMware ESXi 8.0.2"],
            Self::Unknown => return None,
        };
        Some(if variant.is_multiple_of(2) { texts[0] } else { texts[1] })
    }
}

impl Builder {
    /// A host inside a group, counted by how it stands.
    pub(crate) fn host(
        &mut self,
        group: GroupHandle,
        standing: Standing,
        family: Family,
    ) -> HostHandle {
        let address = self.address_in(group);
        let group = &self.groups[group.0];
        let (id, network_id) = (group.id, group.network_id);
        let host = self.host_at(address, network_id, &[id], standing, family);
        let number = self.hosts[host.0].host.id;
        if let Some(group) = self.groups.iter_mut().find(|group| group.id == id) {
            group.host_ids.push(number);
        }
        host
    }

    /// A host that is in no group, in the default network.
    pub(crate) fn stray(&mut self, address: u32, standing: Standing, family: Family) -> HostHandle {
        let network_id = self.network(0);
        self.host_at(address, network_id, &[], standing, family)
    }

    fn host_at(
        &mut self,
        address: u32,
        network_id: Option<u32>,
        group_ids: &[u64],
        standing: Standing,
        family: Family,
    ) -> HostHandle {
        let id = self.host_id();
        let recent = self.rng.random_range(HOUR_OF_SCAN..6 * DAY);
        let old = self.rng.random_range(WINDOW + DAY..80 * DAY);
        let ages = standing.ages(recent, old);
        let at = |age: Option<i64>| age.map(|age| self.clock - age);
        let (scan, login) = (at(ages.scan), at(ages.login));
        let first_found = self.clock - self.rng.random_range(450 * DAY..900 * DAY);
        let dns = format!("h{id}.corp.example");
        let mut host = Host {
            id,
            asset_id: Some(asset_id(id)),
            ip: Some(v4(address)),
            tracking_method: "IP".to_owned(),
            network_id,
            dns: Some(dns),
            os: family.text(id).map(str::to_owned),
            qg_hostid: Some(guid(id, 1)),
            first_found: Some(first_found),
            last_boot: Some(self.clock - 20 * DAY),
            last_activity: scan.or(Some(self.clock - 10 * DAY)),
            last_vuln_scan: scan,
            last_vm_scan: scan,
            last_vm_scan_duration: scan.map(|_| 311),
            last_vm_auth: login,
            last_vm_auth_duration: login.map(|_| 311),
            last_compliance_scan: (standing == Standing::NeverScanned)
                .then(|| self.clock - 10 * DAY),
            criticality_score: Some(3),
            trurisk_score: Some(400),
            group_ids: group_ids.to_vec(),
            ..Host::default()
        };
        let agent = ages.check_in.map(|age| agent(id, standing, self.clock - age, family));
        if agent.is_some() {
            host.tracking_method = String::from("Cloud Agent");
            host.tags.push(self.tag("Cloud Agent"));
        }
        let estate = self.estate_tag(family);
        host.tags.push(estate);
        if matches!(standing, Standing::InactiveAgent | Standing::OtherModule) {
            let agent = Resource::of("agent", guid(id, AGENT));
            self.key.finding("pos/idle", "C07-04", agent, "inactive or without the VM module");
        }
        let state = match standing {
            Standing::Terminated => Some("TERMINATED"),
            Standing::RunningInstance => Some("RUNNING"),
            _ => None,
        };
        let cloud = state.map(|state| {
            let instance = format!("i-{id:017x}");
            host.tracking_method = String::from("EC2");
            host.cloud_provider = Some("AWS".to_owned());
            host.cloud_service = Some("EC2".to_owned());
            host.cloud_resource_id = Some(instance.clone());
            host.ec2_instance_id = Some(instance.clone());
            source(instance, state, first_found, self.clock - DAY)
        });
        self.ledger.host(standing.judged(), family.name(), &host.group_ids);
        self.ledger.agent(standing.coverage(family), &host.group_ids);
        let detections = Vec::new();
        self.hosts.push(PlantedHost { host, agent, cloud, detections, failed_login: None });
        HostHandle(self.hosts.len() - 1)
    }

    /// The tag that a rule gives to every host of a family.
    pub(crate) fn estate_tag(&mut self, family: Family) -> TagRef {
        let (name, rule) = match family {
            Family::Linux => ("Linux estate", "Linux"),
            Family::Windows => ("Windows estate", "Windows"),
            _ => ("Other systems", "^(?!.*(Linux|Windows))"),
        };
        let made = self.tag(name);
        if let Some(tag) = self.tags.iter_mut().find(|tag| tag.id == made.id) {
            tag.rule_type = Some("OS_REGEX".to_owned());
            tag.rule_text = Some(rule.to_owned());
        }
        made
    }

    /// Several hosts alike.
    pub(crate) fn hosts(
        &mut self,
        group: GroupHandle,
        count: u64,
        standing: Standing,
        family: Family,
    ) {
        for _ in 0..count {
            self.host(group, standing, family);
        }
    }

    /// Announces that a host's group must not be reported for it.
    pub(crate) fn innocent_group(
        &mut self,
        plant: &str,
        check: &'static str,
        group: GroupHandle,
        why: &str,
    ) {
        let id = self.group_id(group);
        self.key.none(plant, check, Resource::group(id), why);
    }
}

/// A scan is at least an hour old, so that the collection is later than all it collects.
const HOUR_OF_SCAN: i64 = 3_600;

/// The purpose of the identifiers of agents.
const AGENT: u64 = 2;

/// The portal's id of a host.
pub(crate) fn asset_id(host_id: u64) -> u64 {
    host_id + 33_000_000
}

/// A stable identifier in the form of a UUID.
pub(crate) fn guid(number: u64, purpose: u64) -> String {
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(purpose);
    let low = mixed & 0xFFFF_FFFF_FFFF;
    let (a, b) = (mixed >> 32, (mixed >> 16) & 0xFFFF);
    format!("{a:08x}-{b:04x}-4{:03x}-8{:03x}-{low:012x}", number & 0xFFF, purpose & 0xFFF)
}

fn agent(id: u64, standing: Standing, checked_in: i64, family: Family) -> AgentInfo {
    let modules = match standing {
        Standing::OtherModule => vec!["AGENT_PM".to_owned(), "AGENT_SCA".to_owned()],
        _ => vec!["AGENT_VM".to_owned(), "AGENT_SCA".to_owned()],
    };
    AgentInfo {
        status: match standing {
            Standing::InactiveAgent => "STATUS_INACTIVE".to_owned(),
            _ => "STATUS_ACTIVE".to_owned(),
        },
        modules,
        ..live_agent(id, checked_in, family == Family::Windows)
    }
}

pub(crate) fn live_agent(id: u64, checked_in: i64, windows: bool) -> AgentInfo {
    AgentInfo {
        version: "6.1.0.28".to_owned(),
        agent_id: guid(id, AGENT),
        status: "STATUS_ACTIVE".to_owned(),
        last_checked_in: checked_in,
        connected_from: "198.51.100.7".to_owned(),
        platform: if windows { "WINDOWS" } else { "Linux" }.to_owned(),
        modules: vec!["AGENT_VM".to_owned(), "AGENT_SCA".to_owned()],
        configuration: (41, "Initial Profile".to_owned()),
        activation_key: (guid(7, 3), "Servers".to_owned()),
    }
}

pub(crate) fn source(instance: String, state: &str, first: i64, last: i64) -> CloudSource {
    CloudSource {
        instance_id: instance,
        instance_state: state.to_owned(),
        account_id: super::cloud::AWS_ACCOUNT.to_owned(),
        region: "us-east-1".to_owned(),
        image_id: "ami-0a1b2c3d4e5f60718".to_owned(),
        first_discovered: first,
        last_updated: last,
    }
}
