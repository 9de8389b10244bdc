//! Appliances, networks, virtual hosts, the history of exclusions, restricted addresses.

use super::builder::{BRANCH_NETWORK, Builder, DAY, GroupHandle, HOUR, v4, v4_range};
use super::hosts::guid;
use super::model::IpRange;
use super::model_scanning::{Appliance, ExclusionEvent, Network, RestrictedIps, VirtualHost};
use super::people;

/// Id and name of the appliances of the default network.
pub(crate) const EAST_APPLIANCES: [(u64, &str); 2] =
    [(90_011, "va-east-01"), (90_012, "va-east-02")];
/// The appliance of the second network.
pub(crate) const BRANCH_APPLIANCE: (u64, &str) = (90_013, "va-branch-01");

const SIGNATURES: &str = "2.6.102-2";
const ENGINE: &str = "14.2.47-1";

/// Writes the appliances that groups and schedules name, and what else belongs to the network.
pub(crate) fn healthy(b: &mut Builder) {
    for (id, name) in EAST_APPLIANCES {
        b.appliance(id, name, 0);
    }
    b.appliance(BRANCH_APPLIANCE.0, BRANCH_APPLIANCE.1, BRANCH_NETWORK);
    if b.networks {
        b.programme.networks.push(Network {
            id: BRANCH_NETWORK,
            name: "Branch offices".to_owned(),
            appliances: vec![(BRANCH_APPLIANCE.0, BRANCH_APPLIANCE.1.to_owned())],
        });
    }
    let network_id = b.network(0);
    b.programme.virtual_hosts.push(VirtualHost {
        network_id,
        ip: v4(u32::from_be_bytes([10, 64, 0, 10])),
        port: 443,
        fqdns: vec!["intranet.corp.example".to_owned()],
    });
    b.programme.restricted = RestrictedIps {
        enabled: false,
        ranges: vec![v4_range(
            u32::from_be_bytes([203, 0, 113, 0]),
            u32::from_be_bytes([203, 0, 113, 255]),
            None,
        )],
    };
}

/// The history behind the excluded ranges, each with a reason.
pub(crate) fn explain_exclusions(b: &mut Builder) {
    let ranges = b.excluded.clone();
    for (place, excluded) in ranges.into_iter().enumerate() {
        if b.explained.iter().any(|first| v4(*first) == excluded.range.first) {
            continue;
        }
        let age = 60 * DAY + i64::try_from(place).unwrap_or(0) * DAY;
        b.exclusion_event(excluded.range, age, "Fragile controllers, approved: CHG-2207");
    }
    b.programme.exclusion_history.sort_by_key(|event| event.id);
}

/// Completes the appliances by the groups that name them.
pub(crate) fn attach(b: &mut Builder) {
    for appliance in &mut b.programme.appliances {
        appliance.groups = b
            .groups
            .iter()
            .filter(|group| group.appliance_ids.contains(&appliance.id))
            .map(|group| (group.id, group.title.clone()))
            .collect();
    }
    b.programme.appliances.sort_by_key(|appliance| appliance.id);
}

impl Builder {
    /// An appliance with nothing wrong; its place in the list until they are sorted.
    pub(crate) fn appliance(&mut self, id: u64, name: &str, network: u32) -> usize {
        let appliance = Appliance {
            id,
            uuid: guid(id, 21),
            name: name.to_owned(),
            network_id: self.network(network),
            status: "Online".to_owned(),
            kind: "Virtual".to_owned(),
            model: "VCBSIS1x".to_owned(),
            software_version: Some("4.9.1".to_owned()),
            signatures: SIGNATURES.to_owned(),
            signatures_latest: SIGNATURES.to_owned(),
            engine: ENGINE.to_owned(),
            engine_latest: ENGINE.to_owned(),
            heartbeats_missed: 0,
            updated: Some(self.ago(HOUR)),
            last_contact: Some(self.ago(HOUR)),
            activation_code: None,
            groups: Vec::new(),
            running_scans: 0,
            running_slices: 0,
            polling_seconds: 180,
            user_login: people::OWNER.to_owned(),
            created: Some(self.ago(500 * DAY)),
            address: v4(u32::from_be_bytes([10, 20, 0, u8::try_from(id % 200).unwrap_or(9)])),
        };
        self.programme.appliances.push(appliance);
        self.programme.appliances.len() - 1
    }

    pub(crate) fn exclusion_event(&mut self, range: IpRange, age: i64, comment: &str) {
        let event = ExclusionEvent {
            id: self.id(),
            action: "Added".to_owned(),
            time: self.clock - age,
            user_login: people::OWNER.to_owned(),
            comment: comment.to_owned(),
            ranges: vec![range],
        };
        self.programme.exclusion_history.push(event);
    }

    /// An appliance that a group uses beside the others.
    pub(crate) fn appliance_of(&mut self, group: GroupHandle, name: &str) -> usize {
        let id = 95_000 + self.programme.appliances.len() as u64;
        self.groups[group.0].appliance_ids.push(id);
        self.appliance(id, name, 0)
    }
}
