//! What other products say about a host, made on demand: login rows, postures, Global `AssetView`.

use super::Tenant;
use super::hosts::{Family, asset_id};
use super::model_auth::AuthDetection;
use super::model_cloud::GavAsset;
use super::model_policy::Posture;

/// `Windows Authentication Method` and `Unix Authentication Method`.
pub(crate) const METHOD_QIDS: [(u32, &str); 2] =
    [(70_028, "Windows Authentication Method"), (38_307, "Unix Authentication Method")];
/// `Windows Authentication Failed` and `Unix Authentication Failed`.
pub(crate) const FAILED_QIDS: [(u32, &str); 2] =
    [(105_015, "Windows Authentication Failed"), (105_053, "Unix Authentication Failed")];

/// Posture ids that a host has room for; so they rise with host ids.
const POSTURES_OF_A_HOST: u64 = 1_000;

impl Tenant {
    /// The Information Gathered rows about logins of a host: one where its last scan logged in,
    /// one where a scan failed to.
    pub(crate) fn auth_detections(&self, number: usize) -> Vec<AuthDetection> {
        let mut rows = self.logged_in(number);
        rows.extend(self.failed_to(number));
        rows
    }

    fn failed_to(&self, number: usize) -> Option<AuthDetection> {
        let last_found = self.planted.get(number)?.failed_login?;
        let host = self.host(number);
        let windows = host.os.as_deref().is_some_and(|os| os.contains("Windows"));
        Some(AuthDetection {
            unique_vuln_id: 950_000_000 + host.id,
            qid: FAILED_QIDS[usize::from(!windows)].0,
            first_found: last_found - 20 * super::builder::DAY,
            last_found,
            times_found: 3,
            results: "Unable to log in".to_owned(),
        })
    }

    fn logged_in(&self, number: usize) -> Vec<AuthDetection> {
        let host = self.host(number);
        let (Some(login), Some(scan)) = (host.last_vm_auth, host.last_vm_scan) else {
            return Vec::new();
        };
        if login != scan {
            return Vec::new();
        }
        let windows = host.os.as_deref().is_some_and(|os| os.contains("Windows"));
        let qid = METHOD_QIDS[usize::from(!windows)].0;
        let user = if windows { "CORP\\svc_scan" } else { "svc_scan" };
        vec![AuthDetection {
            unique_vuln_id: 900_000_000 + host.id,
            qid,
            first_found: host.first_found.unwrap_or(scan),
            last_found: scan,
            times_found: 40,
            results: format!("User Name\t{user}\nSecurity\tUser-based\nSuccess\tyes"),
        }]
    }

    /// The number of the first host with a posture whose id is at least `id`.
    pub(crate) fn first_posed_from(&self, id: u64) -> usize {
        self.first_host_from(id / POSTURES_OF_A_HOST)
    }

    /// The postures of a host: those of each policy of its groups, where it was scanned for one.
    pub(crate) fn postures(&self, number: usize) -> Vec<Posture> {
        let host = self.host(number);
        let Some(scan) = host.last_compliance_scan else { return Vec::new() };
        let mut rows = Vec::new();
        for policy in &self.programme.policies {
            let assigned = policy.group_ids.iter().any(|group| host.group_ids.contains(group));
            let Some(technology) = technology_of(host.os.as_deref()).filter(|_| assigned) else {
                continue;
            };
            if !policy.technologies.iter().any(|(id, _)| *id == technology) {
                continue;
            }
            for (place, control) in (0_u64..).zip(&policy.controls) {
                rows.push(Posture {
                    id: host.id * POSTURES_OF_A_HOST + policy.id % 40 * 20 + place,
                    policy_id: policy.id,
                    host_id: host.id,
                    control_id: control.control_id,
                    technology_id: technology,
                    status: if (host.id + place).is_multiple_of(9) { "Failed" } else { "Passed" }
                        .to_owned(),
                    modified: scan + 600,
                });
            }
        }
        rows
    }

    /// The host as Global `AssetView` knows it.
    pub(crate) fn gav_asset(&self, number: usize) -> GavAsset {
        let host = self.host(number);
        let asset = self.host_asset(number);
        let mut sources = vec!["VM"];
        if asset.agent.is_some() {
            sources.push("QAGENT");
        }
        if asset.cloud.is_some() {
            sources.push("EC2");
        }
        GavAsset {
            id: asset_id(host.id),
            host_id: host.id,
            name: asset.name,
            dns: host.dns,
            netbios: host.netbios,
            address: host.ip.or(host.ipv6),
            os: host.os,
            sources,
            created: asset.created,
            modified: asset.modified,
            last_boot: host.last_boot,
            last_vm_scan: host.last_vm_scan,
            last_vm_scan_agent: asset.agent.as_ref().and(host.last_vm_scan),
            agent: asset.agent,
            criticality: host.criticality_score,
            risk_score: host.trurisk_score,
            tags: host.tags,
        }
    }
}

/// The technology that a compliance scan finds on an operating system: as the policies name it.
pub(crate) fn technology_of(os: Option<&str>) -> Option<u32> {
    let os = os?;
    let name = if os.contains("Windows Server") {
        Family::Windows
    } else if os.contains("Red Hat") || os.contains("Ubuntu") {
        Family::Linux
    } else {
        return None;
    };
    Some(if name == Family::Windows { WINDOWS_SERVER.0 } else { ENTERPRISE_LINUX.0 })
}

pub(crate) const WINDOWS_SERVER: (u32, &str) = (284, "Windows Server 2022");
pub(crate) const ENTERPRISE_LINUX: (u32, &str) = (272, "Red Hat Enterprise Linux 9.x");
