//! `schedule/scan/compliance/` and `scan/compliance/`: when policies are scanned for, and when they
//! were.

use super::call::Call;
use super::listing::Listing;
use super::params::{Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use super::{scans as vm_scans, schedules as vm_schedules};
use crate::tenant::model::{Scan, Schedule};
use crate::tenant::model_policy::{ComplianceScan, ComplianceSchedule};

pub(crate) const SCHEDULE_PARAMETERS: &[Parameter] = &[
    p("id", Kind::Ids),
    p("active", Kind::Flag),
    p("show_notifications", Kind::Flag),
    p("show_cloud_details", Kind::Flag),
];

pub(crate) const SCAN_PARAMETERS: &[Parameter] = vm_scans::PARAMETERS;

/// The elements are those of a vulnerability scan, below a root of their own.
pub(crate) fn schedules(call: &Call) -> Result<Reply, Refusal> {
    let ids = call.params.ids("id");
    let active = call.params.get("active").map(|_| call.params.flag("active"));
    let admits = |schedule: &&ComplianceSchedule| {
        ids.as_ref().is_none_or(|ids| ids.contains(schedule.id))
            && active.is_none_or(|active| schedule.active == active)
    };
    let notifications = call.params.flag("show_notifications");
    let all = call.tenant.programme.compliance_schedules.iter();
    let records: Vec<Vec<u8>> =
        all.filter(admits).map(|one| vm_schedules::record(&schedule(one), notifications)).collect();
    let root = "COMPLIANCE_SCHEDULE_SCAN_LIST_OUTPUT";
    let dtd = "schedule/scan/compliance/compliance_schedule_scan_list_output.dtd";
    let listing = Listing::new(call, root, "SCHEDULE_SCAN_LIST", dtd);
    Ok(listing.reply(call.now(), records.is_empty(), records.into_iter(), &[]))
}

fn schedule(schedule: &ComplianceSchedule) -> Schedule {
    Schedule {
        id: schedule.id,
        active: Some(u8::from(schedule.active)),
        title: schedule.title.clone(),
        user_login: schedule.user_login.clone(),
        target: schedule.target.clone(),
        network_id: schedule.network_id,
        scanner_name: Some(schedule.scanner_name.clone()),
        group_titles: schedule.group_titles.clone(),
        tags: None,
        excluded: Vec::new(),
        typed: Vec::new(),
        option_profile: schedule.option_profile.clone(),
        option_profile_default: false,
        occurrence: schedule.occurrence.clone(),
        start: schedule.start,
        next_launch: schedule.active.then_some(schedule.next_launch),
        time_zone_code: "GB".to_owned(),
        time_zone_details: "(GMT+0000) United Kingdom: Europe/London".to_owned(),
        dst_selected: false,
        max_occurrence: None,
        distribution_groups: Vec::new(),
    }
}

pub(crate) fn scans(call: &Call) -> Result<Reply, Refusal> {
    let scans: Vec<Scan> = call.tenant.programme.compliance_scans.iter().map(scan).collect();
    vm_scans::listed(call, &scans)
}

fn scan(scan: &ComplianceScan) -> Scan {
    Scan {
        reference: scan.reference.clone(),
        kind: "Scheduled".to_owned(),
        title: scan.title.clone(),
        user_login: scan.user_login.clone(),
        launched: scan.launched,
        duration: scan.duration,
        processed: true,
        state: scan.state.clone(),
        sub_state: scan.sub_state.clone(),
        target: scan.target.clone(),
        group_titles: scan.group_titles.clone(),
        option_profile: scan.option_profile.clone(),
        option_profile_default: false,
    }
}
