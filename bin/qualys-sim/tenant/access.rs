//! Authentication records: what opens the scanned systems, by technology.

use super::builder::{BRANCH_NETWORK, Builder, DAY};
use super::model::IpRange;
use super::model_auth::AuthRecord;
use super::people;

/// The technologies with a record for every address of a network.
const EVERYWHERE: [&str; 2] = ["unix", "windows"];

/// Records for all addresses in both networks; special systems have theirs in the first.
pub(crate) fn healthy(b: &mut Builder, ips: &[IpRange]) {
    for network in [0, BRANCH_NETWORK] {
        let network_id = b.network(network);
        if network > 0 && network_id.is_none() {
            continue;
        }
        let left_out: Vec<IpRange> =
            b.without_record.iter().flat_map(|group| b.groups[group.0].ip_set.clone()).collect();
        let ranges: Vec<IpRange> = ips
            .iter()
            .filter(|range| range.network_id == network_id && !left_out.contains(range))
            .cloned()
            .collect();
        if ranges.is_empty() {
            continue;
        }
        let (place, user) =
            if network == 0 { ("Head office", "svc_scan") } else { ("Branches", "svc_branch") };
        for kind in EVERYWHERE {
            let title = format!("{place} {kind}");
            let domain = if kind == "windows" { "CORP\\" } else { "" };
            b.auth_record(kind, &title, &format!("{domain}{user}"), network, ranges.clone());
        }
        if network == 0 {
            b.auth_record("snmp", "Network devices", "scanner", 0, ranges.clone());
            b.auth_record("vmware", "Hypervisors", "svc_vmware", 0, ranges);
        }
    }
    b.programme.auth_records.sort_by_key(|record| record.id);
}

impl Builder {
    /// A record with its secret in a vault; its id.
    pub(crate) fn auth_record(
        &mut self,
        kind: &'static str,
        title: &str,
        username: &str,
        network: u32,
        ranges: Vec<IpRange>,
    ) -> u64 {
        let id = self.id();
        self.programme.auth_records.push(AuthRecord {
            kind,
            sub_type: None,
            id,
            title: title.to_owned(),
            username: username.to_owned(),
            network_id: self.network(network),
            login_type: "vault",
            vault: Some("Head office vault".to_owned()),
            domain: (kind == "windows").then(|| "CORP".to_owned()),
            ranges,
            created: self.ago(300 * DAY),
            created_by: people::OWNER.to_owned(),
            modified: self.ago(90 * DAY),
            active: true,
            comments: "Rotated by the vault".to_owned(),
        });
        id
    }
}
