//! A tenant with records of every kind, whatever the tenants of the simulator hold.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use super::{CLOCK, spec};
use crate::faults::{Fault, Faults};
use crate::subscription::Subscription;
use crate::tenant::model::{Host, IpRange, Occurrence};
use crate::tenant::model_auth::AuthRecord;
use crate::tenant::model_policy::{
    ComplianceControl, ComplianceScan, ComplianceSchedule, ControlTechnology, Policy,
    PolicyControl, PolicyException,
};
use crate::tenant::model_reports::{Report, ReportSchedule, ReportTemplate};
use crate::tenant::model_scanning::{
    Appliance, DetectionScope, ExclusionEvent, Network, OptionProfile, ProfileFamily,
    RestrictedIps, SearchList, VirtualHost,
};
use crate::tenant::{Kind, Tenant};

/// The subscription with those records.
pub(super) fn fixture(kind: Kind, faults: &str) -> Subscription {
    static TIDY: OnceLock<Arc<Tenant>> = OnceLock::new();
    let make = || {
        let mut tenant = Tenant::new(&spec(kind));
        plant(&mut tenant);
        Arc::new(tenant)
    };
    let tenant = if kind == Kind::Tidy { Arc::clone(TIDY.get_or_init(make)) } else { make() };
    let faults: Faults = faults
        .split(',')
        .filter(|entry| !entry.is_empty())
        .map(|entry| entry.parse::<Fault>().unwrap())
        .collect();
    Subscription::new(tenant, faults)
}

fn range(first: &str, last: &str) -> IpRange {
    IpRange { first: first.parse().unwrap(), last: last.parse().unwrap(), network_id: Some(0) }
}

fn plant(tenant: &mut Tenant) {
    // A host whose postures are made of its last policy scan, where the tenant has one.
    let hosts = || (0..tenant.host_count()).map(|number| tenant.host(number));
    let grouped = |host: &Host| !host.group_ids.is_empty();
    let posed = |host: &Host| {
        let os = host.os.as_deref().unwrap_or_default();
        host.last_compliance_scan.is_some() && (os.contains("Server") || os.contains("Red Hat"))
    };
    let scanned = hosts().find(|host| grouped(host) && posed(host));
    let scanned = scanned.or_else(|| hosts().find(grouped)).unwrap();
    let group = scanned.group_ids[0];
    let all = &mut tenant.programme;
    all.option_profiles = vec![
        profile(ProfileFamily::Vm, 61_000, DetectionScope::Custom(vec![(71_000, "Few".into())])),
        profile(ProfileFamily::Vm, 61_002, DetectionScope::Complete),
        profile(ProfileFamily::Pc, 62_000, DetectionScope::Runtime),
    ];
    all.search_lists =
        [false, true].map(|dynamic| list(71_000 + u64::from(dynamic), dynamic)).into();
    all.appliances = vec![appliance(90_010, Some("2.12")), appliance(90_011, None)];
    all.networks = vec![Network {
        id: 7,
        name: "Branch".into(),
        appliances: vec![(90_010, "scanner-90010".into())],
    }];
    all.virtual_hosts = vec![VirtualHost {
        network_id: Some(0),
        ip: "10.0.0.9".parse().unwrap(),
        port: 443,
        fqdns: vec!["www.example.test".into()],
    }];
    all.exclusion_history = (5_001..=6_001).map(event).collect();
    all.restricted =
        RestrictedIps { enabled: true, ranges: vec![range("203.0.113.1", "203.0.113.9")] };
    all.auth_records = (1..=1_001)
        .map(|id| login(id, if id % 2 == 0 { "unix" } else { "snmp" }))
        .chain([login(2_000, "windows"), login(2_001, "network_ssh")])
        .collect();
    all.reports = vec![report(5, "Finished", "user"), report(6, "Running", "acme_ma0")];
    all.report_schedules = vec![ReportSchedule {
        id: 3,
        title: "Monthly".into(),
        format: "PDF".into(),
        template: "Technical".into(),
        active: true,
        occurrence: Occurrence::Monthly { months: 1, day_of_month: 2 },
        start: CLOCK,
    }];
    all.report_templates = vec![template(1, true), template(2, false)];
    all.compliance_controls = vec![control(1_001, None), control(103_400, Some(false))];
    all.policies = vec![policy(40, vec![group, group + 1, group + 2]), policy(41, vec![])];
    all.exceptions = vec![PolicyException {
        number: 8,
        status: "Approved".into(),
        active: true,
        expires: None,
        created: CLOCK,
        assignee: "acme_ma0".into(),
        host_id: scanned.id,
        policy_id: 40,
        policy_title: "Baseline".into(),
        control_id: 1_001,
        technology_id: 284,
    }];
    all.compliance_schedules = vec![ComplianceSchedule {
        id: 30,
        title: "Baseline, weekly".into(),
        active: true,
        user_login: "acme_ma0".into(),
        option_profile: "Policy".into(),
        scanner_name: "scanner-90010".into(),
        target: "10.0.0.0-10.0.0.9".into(),
        network_id: Some(0),
        group_titles: vec!["Site".into()],
        occurrence: Occurrence::Weekly { weeks: 1, weekdays: vec![1, 3] },
        start: CLOCK,
        next_launch: CLOCK,
    }];
    all.compliance_scans = vec![ComplianceScan {
        reference: "compliance/1774663000.10".into(),
        title: "Baseline, weekly".into(),
        user_login: "acme_ma0".into(),
        launched: CLOCK - 86_400,
        duration: 3_661,
        state: "Finished".into(),
        sub_state: None,
        target: "10.0.0.0-10.0.0.9".into(),
        group_titles: vec!["Site".into()],
        option_profile: "Policy".into(),
    }];
}

fn profile(family: ProfileFamily, id: u64, detection: DetectionScope) -> OptionProfile {
    OptionProfile {
        family,
        id,
        title: format!("Profile {id}"),
        group_type: "user".into(),
        owner_id: 5,
        owner: "Sam Ashdown (acme_ma0)".into(),
        is_default: false,
        is_global: id == 61_000,
        updated: CLOCK,
        tcp_ports: "full".into(),
        tcp_additional: Some("8443".into()),
        udp_ports: "light".into(),
        authoritative: true,
        close_after_scans: Some(5),
        performance: "Normal".into(),
        packet_delay: "Medium".into(),
        discovery_intensity: "Normal".into(),
        brute_force: "Standard".into(),
        detection,
        excluded_lists: vec![(71_001, "Noisy".into())],
        authentication: vec!["Windows".into(), "Unix".into()],
        test_authentication: true,
        auto_update_expected: Some(true),
    }
}

fn list(id: u64, dynamic: bool) -> SearchList {
    SearchList {
        dynamic,
        id,
        title: format!("List {id}"),
        is_global: true,
        owner: "Sam Ashdown (acme_ma0)".into(),
        created: CLOCK,
        modified: CLOCK,
        modified_by: "acme_ma0".into(),
        qids: Some(vec![38_307, 70_028]),
        profiles: vec![(61_000, "Profile 61000".into())],
    }
}

fn appliance(id: u64, version: Option<&str>) -> Appliance {
    Appliance {
        id,
        uuid: format!("5d1f0c2a-0000-4000-8000-{id:012}"),
        name: format!("scanner-{id}"),
        network_id: Some(0),
        status: "Online".into(),
        kind: "Virtual".into(),
        model: "cvscanner".into(),
        software_version: version.map(str::to_owned),
        signatures: "2.6.401-1".into(),
        signatures_latest: "2.6.420-2".into(),
        engine: "13.4.22-1".into(),
        engine_latest: "13.4.22-1".into(),
        heartbeats_missed: 0,
        updated: version.map(|_| CLOCK),
        last_contact: version.map(|_| CLOCK),
        activation_code: Some("12345678901234".into()),
        groups: vec![(5, "Site".into())],
        running_scans: 0,
        running_slices: 0,
        polling_seconds: 180,
        user_login: "acme_ma0".into(),
        created: None,
        address: IpAddr::from([10, 0, 0, 5]),
    }
}

fn event(id: u64) -> ExclusionEvent {
    ExclusionEvent {
        id,
        action: "Added".into(),
        time: CLOCK,
        user_login: "acme_ma0".into(),
        comment: "fragile & old".into(),
        ranges: vec![range("10.9.0.1", "10.9.0.9")],
    }
}

fn login(id: u64, kind: &'static str) -> AuthRecord {
    AuthRecord {
        kind,
        sub_type: (id == 2).then_some("cisco"),
        id,
        title: format!("Record {id}"),
        username: "svc_scan".into(),
        network_id: Some(0),
        login_type: "basic",
        vault: None,
        domain: None,
        ranges: vec![range("10.0.0.1", "10.0.0.9")],
        created: CLOCK,
        created_by: "acme_ma0".into(),
        modified: CLOCK,
        active: id != 2_001,
        comments: "rotated yearly".into(),
    }
}

fn report(id: u64, state: &str, user_login: &str) -> Report {
    Report {
        id,
        title: "Monthly".into(),
        kind: "Scan".into(),
        user_login: user_login.into(),
        launched: CLOCK,
        format: "PDF".into(),
        size: "1.2 MB".into(),
        state: state.into(),
        expires: CLOCK + 86_400,
    }
}

fn template(id: u64, is_global: bool) -> ReportTemplate {
    ReportTemplate {
        id,
        title: format!("Template {id}"),
        kind: "Auto".into(),
        template_kind: "Scan".into(),
        user_login: "acme_ma0".into(),
        user_first_name: "Sam".into(),
        user_last_name: "Ashdown".into(),
        updated: CLOCK,
        is_global,
    }
}

fn policy(id: u64, group_ids: Vec<u64>) -> Policy {
    let control =
        |control_id| PolicyControl { control_id, status: "active".into(), criticality: 3 };
    Policy {
        id,
        title: format!("Policy {id}"),
        status: "active".into(),
        is_locked: false,
        created: CLOCK,
        created_by: "acme_ma0".into(),
        modified: CLOCK,
        modified_by: "acme_ma0".into(),
        evaluated: (id == 40).then_some(CLOCK),
        group_ids,
        hidden: false,
        include_agent_ips: false,
        tag_include_selector: Some("all".into()),
        tags: vec![700],
        excluded_tags: Vec::new(),
        controls: vec![control(1_001), control(103_400)],
        technologies: vec![(272, "Linux".into()), (284, "Windows".into())],
    }
}

/// A control of the service, or a file integrity check with this switch.
fn control(id: u64, scanned: Option<bool>) -> ComplianceControl {
    let technology = ControlTechnology {
        id: 91,
        name: "Windows 10".into(),
        rationale: "Files stay as they are".into(),
        cardinality: "no cd".into(),
        operator: "re".into(),
        default_value: Some("USE_SCAN_VALUE".into()),
        exported_value: Some("^[0-9a-f]+$".into()),
        use_scan_value: scanned,
    };
    ComplianceControl {
        id,
        category: "Integrity".into(),
        sub_category: "Files".into(),
        statement: format!("Control {id}"),
        criticality: 3,
        criticality_label: "SERIOUS".into(),
        check_type: scanned.map(|_| "Window File Integrity Check".into()),
        hash_type: scanned.map(|_| "SHA-256".into()),
        file_path: scanned.map(|_| "C:\\Example".into()),
        ignore_error: false,
        ignore_not_found: false,
        created: CLOCK,
        updated: CLOCK,
        deprecated: false,
        technologies: vec![technology],
    }
}
