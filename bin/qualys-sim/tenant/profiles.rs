//! Option profiles and QID search lists.

use super::builder::{Builder, DAY};
use super::key::Resource;
use super::model_scanning::{DetectionScope, OptionProfile, ProfileFamily, SearchList};
use super::people;

/// The profile of the programme.
pub(crate) const USUAL: &str = "Authenticated full";
/// The profile of external scans.
pub(crate) const PERIMETER: &str = "Perimeter full";
/// The profile of compliance scans.
pub(crate) const COMPLIANCE: &str = "Compliance weekly";

const TECHNOLOGIES: [&str; 7] =
    ["Windows", "Unix", "SNMP", "VMware", "Oracle", "Network SSH", "Palo Alto Firewall"];

pub(crate) fn healthy(b: &mut Builder) {
    let initial = b.profile("Initial Options");
    b.programme.option_profiles[initial].is_default = true;
    b.profile(USUAL);
    let perimeter = b.profile(PERIMETER);
    let profile = &mut b.programme.option_profiles[perimeter];
    profile.authentication = Vec::new();
    let resource = Resource::of("option_profile", profile.id);
    b.key.none("near/external", "C03-01", resource, "no logins, but for external scans alone");
    let compliance = b.profile(COMPLIANCE);
    let profile = &mut b.programme.option_profiles[compliance];
    profile.family = ProfileFamily::Pc;
    profile.group_type = String::from("compliance");
    profile.auto_update_expected = Some(false);
}

impl Builder {
    /// A thorough and careful VM profile; its place in the list.
    pub(crate) fn profile(&mut self, title: &str) -> usize {
        let profile = OptionProfile {
            family: ProfileFamily::Vm,
            id: self.id(),
            title: title.to_owned(),
            group_type: "user".to_owned(),
            owner_id: people::OWNER_ID,
            owner: format!("Group owner ({})", people::OWNER),
            is_default: false,
            is_global: true,
            updated: self.ago(120 * DAY),
            tcp_ports: "full".to_owned(),
            tcp_additional: None,
            udp_ports: "standard".to_owned(),
            authoritative: false,
            close_after_scans: None,
            performance: "Normal".to_owned(),
            packet_delay: "Medium".to_owned(),
            discovery_intensity: "Normal".to_owned(),
            brute_force: "Minimal".to_owned(),
            detection: DetectionScope::Complete,
            excluded_lists: Vec::new(),
            authentication: TECHNOLOGIES.iter().map(|name| (*name).to_owned()).collect(),
            test_authentication: false,
            auto_update_expected: None,
        };
        self.programme.option_profiles.push(profile);
        self.programme.option_profiles.len() - 1
    }

    /// A static list of these QIDs; its id and title.
    pub(crate) fn search_list(&mut self, title: &str, qids: Vec<u32>) -> (u64, String) {
        let id = self.id();
        self.programme.search_lists.push(SearchList {
            dynamic: false,
            id,
            title: title.to_owned(),
            is_global: true,
            owner: people::OWNER.to_owned(),
            created: self.ago(300 * DAY),
            modified: self.ago(90 * DAY),
            modified_by: people::OWNER.to_owned(),
            qids: Some(qids),
            profiles: Vec::new(),
        });
        (id, title.to_owned())
    }
}
