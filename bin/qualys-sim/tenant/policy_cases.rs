//! Control 9: policies that reach too little and controls that check too little, with their near
//! misses.

use super::builder::{Addresses, Builder, DAY, GroupHandle};
use super::compliance::{USE_SCAN_VALUE, active};
use super::declared::RequiredPolicy;
use super::derived::{ENTERPRISE_LINUX, WINDOWS_SERVER};
use super::hosts::{Family, Standing};
use super::key::Resource;
use super::model_policy::{ComplianceControl, PolicyControl, PolicyException};
use super::schedules::Draft;
use super::{people, profiles};

const WINDOW: i64 = 30 * DAY;

fn policy(b: &Builder, place: usize) -> Resource {
    Resource::of("policy", b.programme.policies[place].id)
}

fn technology(control: u64) -> Resource {
    Resource::of("control", control).class(ENTERPRISE_LINUX.0)
}

/// A scheduled group with Linux hosts that compliance scans saw so long ago; `None`: never.
fn scanned_group(b: &mut Builder, ages: &[Option<i64>]) -> GroupHandle {
    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    for age in ages {
        let host = b.host(group, Standing::Both, Family::Linux);
        b.hosts[host.0].host.last_compliance_scan = age.map(|age| b.clock - age);
    }
    group
}

/// `learns`: the compliance profile lets expected values follow the scan.
pub(crate) fn near_misses(b: &mut Builder, learns: bool) {
    let tag = b.tag("Compliance scope");
    let group = scanned_group(b, &[Some(5 * DAY)]);
    let host = b.host(group, Standing::Both, Family::Windows);
    b.hosts[host.0].host.last_compliance_scan = Some(b.ago(5 * DAY));
    for planted in b.hosts.iter_mut().rev().take(2) {
        planted.host.tags.push(tag.clone());
    }
    let setting = b.control("Services", "Status of the mail service", None);
    let one = b.policy("Tagged baseline", ENTERPRISE_LINUX, Vec::new(), &[setting]);
    b.programme.policies[one].tags = vec![tag.id];
    b.programme.policies[one].tag_include_selector = Some("any".to_owned());
    b.key.none("near/tagged", "C09-01", policy(b, one), "assigned by a tag");
    b.key.none("near/active", "C09-02", policy(b, one), "active");
    b.key.none("near/fresh", "C09-05", policy(b, one), "evaluated this morning");
    b.key.none("near/scanned", "C09-06", policy(b, one), "all of its hosts were scanned");
    b.key.none("near/technology", "C09-08", policy(b, one), "one of its hosts runs Linux");
    let resource = Resource::group(b.group_id(group));
    b.key.none("near/covered", "C09-04", resource, "policies cover it");

    let follows = b.file_control("Integrity of the name file", true);
    b.programme.policies[one].controls.push(active(follows));
    b.key.none("near/option", "C09-09", technology(follows), "the option is on");
    if learns {
        let why = "the profile lets the value follow the scan";
        b.key.finding("pos/learns", "C09-10", technology(follows), why);
    } else {
        let why = "the profile does not let values follow the scan";
        b.key.none("near/fixed", "C09-10", technology(follows), why);
    }
    b.key.none("near/captured", "C09-11", technology(follows), "it has captured a value");
    b.key.none("near/sha-256", "C09-12", Resource::of("control", follows), "SHA-256");
    b.key.none("near/strict", "C09-13", Resource::of("control", follows), "ignores nothing");
    b.key.none("near/no-file", "C09-09", technology(setting), "no file integrity");
    exception(b, 5_002, "Pending", None);
    b.key.none("near/pending", "C09-14", Resource::of("exception", 5_002), "not approved");
}

fn last_control(b: &mut Builder) -> &mut ComplianceControl {
    let last = b.programme.compliance_controls.len() - 1;
    &mut b.programme.compliance_controls[last]
}

pub(crate) fn faults(b: &mut Builder) {
    shares(b);
    required(b);
    let group = scanned_group(b, &[Some(3 * DAY)]);
    b.without_policy.push(group);
    let id = b.group_id(group);
    let setting = b.control("Services", "Status of the time service", None);
    let one = b.policy("Windows on Linux hosts", WINDOWS_SERVER, vec![id], &[setting]);
    b.key.finding("pos/technology", "C09-08", policy(b, one), "no host of it runs Windows");

    let one = b.policy("Weak integrity", ENTERPRISE_LINUX, vec![id], &[setting]);
    expectations(b, one);
    weak_controls(b, one);
    exceptions(b);
    if let Some(profile) =
        b.programme.option_profiles.iter_mut().find(|one| one.title == profiles::COMPLIANCE)
    {
        profile.auto_update_expected = Some(true);
    }
}

/// Policies with just enough and with too few scanned hosts.
fn shares(b: &mut Builder) {
    let fresh = Some(5 * DAY);
    for (ages, title, plant, why) in [
        (
            &[fresh, fresh, fresh, Some(WINDOW + 1)][..],
            "Three of four",
            "pos/three-of-four",
            "3 of 4 hosts, the last one 30 days and a second ago",
        ),
        (
            &[fresh, fresh, fresh, Some(WINDOW), None],
            "Four of five",
            "edge/80-percent",
            "4 of 5 hosts, one exactly 30 days ago",
        ),
    ] {
        let group = scanned_group(b, ages);
        b.without_policy.push(group);
        let (id, setting) = (b.group_id(group), b.control("Services", title, None));
        let one = b.policy(title, ENTERPRISE_LINUX, vec![id], &[setting]);
        if plant.starts_with("pos") {
            b.key.finding(plant, "C09-06", policy(b, one), why);
        } else {
            b.key.none(plant, "C09-06", policy(b, one), why);
        }
    }
}

/// Required policies that are missing, drafts, or assigned to nothing.
fn required(b: &mut Builder) {
    let setting = b.control("Services", "Status of the old service", None);
    let draft = b.policy("Retired Windows rules", WINDOWS_SERVER, Vec::new(), &[setting]);
    "inactive".clone_into(&mut b.programme.policies[draft].status);
    let why = "inactive";
    let resource = policy(b, draft);
    b.key.plain().finding("pos/inactive", "C09-02", resource.clone(), why);
    let why = "inactive, but required";
    b.key.own().escalated("pos/required", "C09-02", resource, "medium", why);
    for (pattern, plant, why) in [
        ("^Retired Windows", "pos/inactive", "the only match is inactive"),
        ("^Mainframe", "pos/none", "no policy matches"),
        ("^Forgotten", "pos/unassigned", "the only match is assigned to nothing"),
        ("^Tagged", "near/tagged", "active and assigned by a tag"),
    ] {
        b.declared.policies.push(RequiredPolicy { pattern, applies_to_os: "linux" });
        let resource = Resource::of("required_policy", pattern);
        if plant.starts_with("pos") {
            b.key.own().finding(plant, "C09-03", resource, why);
        } else {
            b.key.own().none(plant, "C09-03", resource, why);
        }
    }
}

/// What file controls expect.
fn expectations(b: &mut Builder, one: usize) {
    let never = b.file_control("Integrity of the boot file", true);
    for technology in &mut last_control(b).technologies {
        technology.exported_value = Some(USE_SCAN_VALUE.to_owned());
    }
    b.programme.policies[one].controls.push(active(never));
    b.key.finding("pos/never", "C09-11", technology(never), "nothing captured for 400 days");
    b.key.finding("pos/learns", "C09-10", technology(never), "values follow the scan");

    let new = b.file_control("Integrity of the new file", true);
    let created = b.ago(60);
    let control = last_control(b);
    control.created = created;
    control.updated = created;
    for technology in &mut control.technologies {
        technology.exported_value = Some(USE_SCAN_VALUE.to_owned());
    }
    b.programme.policies[one].controls.push(active(new));
    b.key.none("near/new", "C09-11", technology(new), "no scan since it was written");
    b.key.finding("pos/learns", "C09-10", technology(new), "values follow the scan");

    let silent = b.file_control("Integrity of the message file", false);
    for technology in &mut last_control(b).technologies {
        technology.use_scan_value = None;
    }
    b.programme.policies[one].controls.push(active(silent));
    b.key.unknown("unknown/option", "C09-09", technology(silent), "the option is not shown");
    b.key.unknown("unknown/option", "C09-10", technology(silent), "the option is not shown");
}

fn weak_controls(b: &mut Builder, one: usize) {
    for (hash, statement) in [("MD5", "Integrity of file one"), ("SHA-1", "Integrity of file two")]
    {
        let id = b.control("Integrity Monitoring", statement, Some(hash));
        b.programme.policies[one].controls.push(active(id));
        b.key.finding("pos/hash", "C09-12", Resource::of("control", id), hash);
    }
    for (criticality, label, error, plant) in [
        (3, "SERIOUS", true, "pos/error"),
        (5, "URGENT", false, "pos/not-found"),
        (2, "MEDIUM", true, "near/medium"),
    ] {
        let statement = format!("Integrity of a {} file", label.to_lowercase());
        let id = b.control("Integrity Monitoring", &statement, Some("SHA-256"));
        let control = last_control(b);
        control.criticality = criticality;
        label.clone_into(&mut control.criticality_label);
        control.ignore_error = error;
        control.ignore_not_found = !error;
        b.programme.policies[one].controls.push(PolicyControl { criticality, ..active(id) });
        let (resource, why) = (Resource::of("control", id), format!("{label}, ignores what fails"));
        if plant.starts_with("pos") {
            b.key.finding(plant, "C09-13", resource, &why);
        } else {
            b.key.none(plant, "C09-13", resource, &why);
        }
    }
}

fn exceptions(b: &mut Builder) {
    let (past, future) = (b.ago(2 * DAY), b.ago(-2 * DAY));
    for (number, status, expires, plant, why) in [
        (5_003, "Approved", Some(past), "pos/expired", "approved, expired"),
        (5_004, "Approved", None, "pos/no-end", "approved without an end"),
        (5_005, "Approved", Some(future), "near/valid", "approved, still valid"),
        (5_006, "Rejected", None, "near/rejected", "rejected"),
    ] {
        exception(b, number, status, expires);
        let resource = Resource::of("exception", number);
        if plant.starts_with("pos") {
            b.key.finding(plant, "C09-14", resource, why);
        } else {
            b.key.none(plant, "C09-14", resource, why);
        }
    }
}

fn exception(b: &mut Builder, number: u64, status: &str, expires: Option<i64>) {
    let Some(policy) = b.programme.policies.last() else { return };
    let exception = PolicyException {
        number,
        status: status.to_owned(),
        active: status == "Approved",
        expires,
        created: b.ago(40 * DAY),
        assignee: people::OWNER.to_owned(),
        host_id: b.hosts.last().map_or(0, |planted| planted.host.id),
        policy_id: policy.id,
        policy_title: policy.title.clone(),
        control_id: policy.controls.first().map_or(0, |one| one.control_id),
        technology_id: ENTERPRISE_LINUX.0,
    };
    b.programme.exceptions.push(exception);
}
