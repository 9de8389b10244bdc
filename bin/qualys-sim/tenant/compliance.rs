//! Policy compliance: controls, policies, exceptions, schedules and scans.

use std::collections::BTreeSet;

use super::builder::{Builder, DAY, HOUR};
use super::derived::{ENTERPRISE_LINUX, WINDOWS_SERVER};
use super::estate;
use super::key::Resource;
use super::model::Occurrence;
use super::model_policy::{
    ComplianceControl, ComplianceScan, ComplianceSchedule, ControlTechnology, Policy,
    PolicyControl, PolicyException,
};
use super::{people, profiles};

/// The literal that asks for the value of the scan.
pub(crate) const USE_SCAN_VALUE: &str = "USE_SCAN_VALUE";

/// The groups with at least one host that was scanned for compliance.
pub(crate) fn scanned_groups(b: &Builder) -> Vec<u64> {
    let mut groups: BTreeSet<u64> = b
        .hosts
        .iter()
        .filter(|planted| planted.host.last_compliance_scan.is_some())
        .flat_map(|planted| planted.host.group_ids.iter().copied())
        .collect();
    if b.background.count > 0 {
        groups.extend(b.background.sites.iter().map(|site| site.id));
    }
    groups.into_iter().collect()
}

/// Policies for both server systems over every group that is scanned for compliance, except those
/// in `without`.
pub(crate) fn healthy(b: &mut Builder, without: &[u64]) {
    let mut groups = scanned_groups(b);
    groups.retain(|group| !without.contains(group));
    let settings = [
        b.control("Access Control", "Status of the minimum password length", None),
        b.control("Services", "Status of the remote shell service", None),
    ];
    let file = b.control("Integrity Monitoring", "Integrity of the account file", Some("SHA-256"));
    let first = b.programme.policies.len();
    for (title, technology, controls) in [
        ("Windows Server baseline", WINDOWS_SERVER, settings.to_vec()),
        ("Enterprise Linux baseline", ENTERPRISE_LINUX, [&settings[..], &[file]].concat()),
    ] {
        b.policy(title, technology, groups.clone(), &controls);
    }
    if let (Some(policy), Some(host)) = (b.programme.policies.get(first), b.hosts.first()) {
        let exception = PolicyException {
            number: 5_001,
            status: "Approved".to_owned(),
            active: true,
            expires: Some(b.ago(-90 * DAY)),
            created: b.ago(40 * DAY),
            assignee: people::OWNER.to_owned(),
            host_id: host.host.id,
            policy_id: policy.id,
            policy_title: policy.title.clone(),
            control_id: settings[0],
            technology_id: WINDOWS_SERVER.0,
        };
        b.key.none("near/valid", "C09-14", Resource::of("exception", 5_001), "still valid");
        b.programme.exceptions.push(exception);
    }
    b.programme.exceptions.sort_by_key(|exception| exception.number);
    weekly(b);
    let policies: Vec<u64> = b.programme.policies.iter().map(|one| one.id).collect();
    for id in policies {
        let resource = Resource::of("policy", id);
        if b.kind == super::Kind::OnlyTwo {
            let why = "version 2.0 does not say which of its controls are active";
            b.key.unknown("unknown/version", "C09-07", resource, why);
            b.key.without_finding("C09-07", "not_assessed");
        } else {
            b.key.none("near/controls", "C09-07", resource, "it has active controls");
        }
    }
}

/// One schedule for all of it and its runs.
fn weekly(b: &mut Builder) {
    let id = b.id();
    let titles: Vec<String> = b
        .groups
        .iter()
        .filter(|group| b.background.sites.iter().any(|site| site.id == group.id))
        .map(|group| group.title.clone())
        .collect();
    let title = "Weekly compliance".to_owned();
    let target = "10.64.0.1-10.73.0.254".to_owned();
    for week in 0..4 {
        let launched = b.ago((2 + 7 * week) * DAY);
        b.programme.compliance_scans.push(ComplianceScan {
            reference: format!("compliance/{launched}.{:05}", 40_000 + week),
            title: title.clone(),
            user_login: people::SCANNER.to_owned(),
            launched,
            duration: 5_211,
            state: "Finished".to_owned(),
            sub_state: None,
            target: target.clone(),
            group_titles: titles.clone(),
            option_profile: profiles::COMPLIANCE.to_owned(),
        });
    }
    b.programme.compliance_schedules.push(ComplianceSchedule {
        id,
        title,
        active: true,
        user_login: people::SCANNER.to_owned(),
        option_profile: profiles::COMPLIANCE.to_owned(),
        scanner_name: estate::EAST_APPLIANCES[0].1.to_owned(),
        target,
        network_id: b.network(0),
        group_titles: titles,
        occurrence: Occurrence::Weekly { weeks: 1, weekdays: vec![2] },
        start: b.ago(380 * DAY),
        next_launch: b.ago(-5 * DAY),
    });
}

/// Policies and controls that check nothing, with their near misses.
pub(crate) fn faults(b: &mut Builder) {
    let widest = b.programme.policies.iter().max_by_key(|one| one.group_ids.len());
    let groups = widest.map(|one| one.group_ids.clone()).unwrap_or_default();
    let setting = b.control("Services", "Status of the print service", None);
    let resource =
        |b: &Builder, place: usize| Resource::of("policy", b.programme.policies[place].id);

    let one = b.policy("Forgotten baseline", ENTERPRISE_LINUX, Vec::new(), &[setting]);
    b.key.finding("pos/unassigned", "C09-01", resource(b, one), "active, assigned to nothing");
    let one = b.policy("Draft baseline", ENTERPRISE_LINUX, Vec::new(), &[setting]);
    "inactive".clone_into(&mut b.programme.policies[one].status);
    let draft = one;
    b.key.none("near/inactive", "C09-01", resource(b, one), "inactive");
    b.key.finding("pos/inactive", "C09-02", resource(b, one), "inactive");

    for (age, plant, why) in [
        (Some(30 * DAY), "edge/30-days", "evaluated exactly 30 days ago"),
        (Some(30 * DAY + 1), "pos/30-days-and-a-second", "evaluated 30 days and a second ago"),
        (None, "pos/never", "never evaluated"),
    ] {
        let title = format!("Baseline {why}");
        let one = b.policy(&title, ENTERPRISE_LINUX, groups.clone(), &[setting]);
        b.programme.policies[one].evaluated = age.map(|age| b.clock - age);
        if plant.starts_with("pos") {
            b.key.finding(plant, "C09-05", resource(b, one), why);
        } else {
            b.key.none(plant, "C09-05", resource(b, one), why);
            b.key.none("near/active", "C09-02", resource(b, one), "active");
        }
    }
    let one = b.policy("Empty baseline", ENTERPRISE_LINUX, groups.clone(), &[]);
    b.key.finding("pos/no-control", "C09-07", resource(b, one), "no control");
    let one = b.policy("Small baseline", ENTERPRISE_LINUX, groups, &[setting]);
    b.key.none("edge/one-control", "C09-07", resource(b, one), "one control");

    let literal = b.file_control("Integrity of the login file", false);
    b.programme.policies[one].controls.push(active(literal));
    let resource = |control: u64| Resource::of("control", control).class(ENTERPRISE_LINUX.0);
    let why = "expects the literal text, the option is off";
    b.key.finding("pos/literal", "C09-09", resource(literal), why);
    b.key.none("near/off", "C09-10", resource(literal), "the option is off");
    let on = b.file_control("Integrity of the host file", true);
    b.programme.policies[draft].controls.push(active(on));
    b.key.none("near/option", "C09-09", resource(on), "the option is on");
    b.key.none("near/inactive", "C09-10", resource(on), "only an inactive policy uses it");
}

pub(crate) fn active(control_id: u64) -> PolicyControl {
    PolicyControl { control_id, status: "active".to_owned(), criticality: 4 }
}

impl Builder {
    /// A control; with a hash it is one of file integrity, written by the subscription.
    pub(crate) fn control(
        &mut self,
        category: &str,
        statement: &str,
        hash: Option<&'static str>,
    ) -> u64 {
        let count = self.programme.compliance_controls.len() as u64;
        let id = if hash.is_some() { 100_100 + count } else { 1_071 + count };
        let technologies = match hash {
            Some(_) => vec![ENTERPRISE_LINUX],
            None => vec![ENTERPRISE_LINUX, WINDOWS_SERVER],
        };
        let value = if hash.is_some() { "5f2b".repeat(16) } else { "1".to_owned() };
        let technologies = technologies
            .into_iter()
            .map(|(id, name)| ControlTechnology {
                id,
                name: name.to_owned(),
                rationale: "Keeps the setting where it was approved.".to_owned(),
                cardinality: "no cd".to_owned(),
                operator: "re".to_owned(),
                default_value: Some(value.clone()),
                exported_value: Some(value.clone()),
                use_scan_value: hash.map(|_| false),
            })
            .collect();
        self.programme.compliance_controls.push(ComplianceControl {
            id,
            category: category.to_owned(),
            sub_category: "General".to_owned(),
            statement: statement.to_owned(),
            criticality: 4,
            criticality_label: "CRITICAL".to_owned(),
            check_type: hash.map(|_| "Unix File Integrity Check".to_owned()),
            hash_type: hash.map(str::to_owned),
            file_path: hash.map(|_| "/etc/example.conf".to_owned()),
            ignore_error: false,
            ignore_not_found: false,
            created: self.ago(400 * DAY),
            updated: self.ago(100 * DAY),
            deprecated: false,
            technologies,
        });
        id
    }

    /// A file control that expects what the scan saw.
    pub(crate) fn file_control(&mut self, statement: &str, use_scan_value: bool) -> u64 {
        let id = self.control("Integrity Monitoring", statement, Some("SHA-256"));
        let control = self.programme.compliance_controls.last_mut();
        for technology in control.into_iter().flat_map(|one| &mut one.technologies) {
            technology.default_value = Some(USE_SCAN_VALUE.to_owned());
            technology.use_scan_value = Some(use_scan_value);
            if !use_scan_value {
                technology.exported_value = Some(USE_SCAN_VALUE.to_owned());
            }
        }
        id
    }

    /// An active policy, evaluated this morning; its place in the list.
    pub(crate) fn policy(
        &mut self,
        title: &str,
        technology: (u32, &str),
        group_ids: Vec<u64>,
        controls: &[u64],
    ) -> usize {
        let id = self.id();
        self.programme.policies.push(Policy {
            id,
            title: title.to_owned(),
            status: "active".to_owned(),
            is_locked: false,
            created: self.ago(380 * DAY),
            created_by: people::OWNER.to_owned(),
            modified: self.ago(50 * DAY),
            modified_by: people::OWNER.to_owned(),
            evaluated: Some(self.ago(6 * HOUR)),
            group_ids,
            hidden: false,
            include_agent_ips: false,
            tag_include_selector: None,
            tags: Vec::new(),
            excluded_tags: Vec::new(),
            controls: controls.iter().map(|&control_id| active(control_id)).collect(),
            technologies: vec![(technology.0, technology.1.to_owned())],
        });
        self.programme.policies.len() - 1
    }
}
