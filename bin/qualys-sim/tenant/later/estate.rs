//! What became of hosts, addresses and detections within the month.

use std::net::IpAddr;

use super::{DAY, Month, is_open};
use crate::tenant::model::{Detection, IpRange};

/// A public address that the perimeter gained.
const GAINED: [u8; 4] = [203, 0, 113, 150];

impl Month {
    pub(super) fn estate(&mut self) {
        self.newcomer();
        self.standing();
        self.detections();
        self.perimeter();
    }

    /// The planted hosts that no finding is about, by place.
    fn quiet_hosts(&self) -> Vec<usize> {
        let quiet = self.after.planted.iter().enumerate().filter(|(_, planted)| {
            !self.is_noted("host", &planted.host.id.to_string())
                && planted
                    .agent
                    .as_ref()
                    .is_some_and(|agent| !self.is_noted("agent", &agent.agent_id))
                && planted.host.last_vm_scan.is_some()
                && planted.cloud.is_none()
        });
        quiet.map(|(place, _)| place).collect()
    }

    /// A host with a live agent came beside one that was there.
    fn newcomer(&mut self) {
        let Some(place) = self.quiet_hosts().last().copied() else { return };
        let Some(mut copy) = self.after.planted.get(place).cloned() else { return };
        let last = self.after.planted.iter().map(|planted| planted.host.id).max().unwrap_or(0);
        copy.host.id = last + 1;
        copy.host.dns = Some("newcomer.corp.example".to_owned());
        copy.host.qg_hostid = Some("0d9b1c52-7f10-4c4e-9a59-5f0c27d6a803".to_owned());
        copy.host.ip = copy.host.ip.map(next);
        copy.host.first_found = Some(self.after.clock - 9 * DAY);
        if let Some(agent) = &mut copy.agent {
            agent.agent_id = "0d9b1c52-7f10-4c4e-9a59-5f0c27d6a803".to_owned();
            self.lines.push(super::thing(7, "agent", &agent.agent_id, "added"));
        }
        self.thing(4, "host", &copy.host.id, "added");
        let id = copy.host.id;
        let groups = copy.host.group_ids.clone();
        self.after.planted.push(copy);
        for group in self.after.asset_groups.iter_mut().filter(|one| groups.contains(&one.id)) {
            group.host_ids.push(id);
        }
    }

    /// One host's last scan did not log in, one is more critical than before, one has a newer agent.
    fn standing(&mut self) {
        let text = |value: &dyn ToString| Some(value.to_string());
        let quiet = self.quiet_hosts();
        let mut told = Vec::new();
        let mut quiet = quiet.into_iter();
        if let Some(one) = quiet.next().and_then(|place| self.after.planted.get_mut(place)) {
            let from = one.host.criticality_score.replace(4);
            let id = one.host.id.to_string();
            told.push(((17, "host", id), "criticality", from.map(|it| it.to_string()), text(&4)));
        }
        if let Some(one) = quiet.next().and_then(|place| self.after.planted.get_mut(place))
            && let Some(agent) = &mut one.agent
        {
            let to = format!("{}1", agent.version);
            let from = std::mem::replace(&mut agent.version, to.clone());
            told.push(((7, "agent", agent.agent_id.clone()), "version", Some(from), Some(to)));
        }
        let logged_in = self.after.planted.iter_mut().find(|one| {
            one.agent.is_none()
                && one.host.last_vm_auth.is_some()
                && one.host.last_vm_auth >= one.host.last_vm_scan
        });
        if let Some(one) = logged_in {
            one.host.last_vm_auth = one.host.last_vm_scan.map(|time| time - DAY);
            let thing = (2, "host", one.host.id.to_string());
            told.push((thing, "last_scan_authenticated", text(&"yes"), text(&"no")));
        }
        for (thing, field, from, to) in told {
            self.field(thing, field, from, to);
        }
    }

    /// Somebody ignored one detection, and a QID was disabled.
    fn detections(&mut self) {
        let is_plain = |one: &Detection| is_open(one) && one.severity == 3;
        let noted = |month: &Self, one: &Detection| month.is_noted("qid", &one.qid.to_string());
        let mut found = Vec::new();
        for (place, planted) in self.before.planted.iter().enumerate() {
            let there = self.after.planted.iter().position(|one| one.host.id == planted.host.id);
            for one in planted.detections.iter().filter(|one| is_plain(one) && !noted(self, one)) {
                let known = found.iter().any(|(_, qid)| *qid == one.qid);
                if let Some(there) = there.filter(|_| !known) {
                    found.push((there, one.qid));
                }
            }
            if place > 0 && found.len() >= 2 {
                break;
            }
        }
        let mut found = found.into_iter();
        for kind in ["ignored_qid", "disabled_qid"] {
            let Some((place, qid)) = found.next() else { return };
            let Some(planted) = self.after.planted.get_mut(place) else { return };
            let wanted = planted.detections.iter_mut().find(|one| one.qid == qid && is_plain(one));
            if let Some(one) = wanted {
                if kind == "ignored_qid" {
                    one.is_ignored = true;
                } else {
                    one.is_disabled = true;
                }
                self.thing(16, kind, &qid, "added");
            }
        }
    }

    /// The perimeter holds one address more, in the group that is scanned from outside.
    fn perimeter(&mut self) {
        let address = IpAddr::from(GAINED);
        let outside = self.before.schedules.iter().rfind(|one| {
            one.scanner_name.as_deref() == Some("External Scanner")
                && one.active == Some(1)
                && !one.group_titles.is_empty()
                && !self.is_noted("schedule", &one.id.to_string())
        });
        let titles = outside.map(|one| one.group_titles.clone()).unwrap_or_default();
        let network = self.before.ips.first().and_then(|range| range.network_id);
        let range = IpRange { first: address, last: address, network_id: network };
        let told = Some(format!("{address}-{address}@0"));
        self.after.ips.push(range.clone());
        let mut ids = Vec::new();
        let mut groups = self.after.asset_groups.iter_mut();
        for group in groups.by_ref().filter(|one| one.title == "All" || titles.contains(&one.title))
        {
            group.ip_set.push(range.clone());
            ids.push(group.id);
        }
        for id in ids {
            self.field((4, "asset_group", id.to_string()), "address", None, told.clone());
        }
        self.field((4, "network", "0".to_owned()), "address", None, told.clone());
        self.field((14, "perimeter", "0".to_owned()), "address", None, told);
    }
}

fn next(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => IpAddr::from(u32::from(address).wrapping_add(1).to_be_bytes()),
        IpAddr::V6(address) => IpAddr::from(u128::from(address).wrapping_add(1).to_be_bytes()),
    }
}
