//! Everything in a subscription beside hosts, groups, VM scans and their findings.

use super::builder::Builder;
use super::model::{IpRange, User};
use super::model_auth::AuthRecord;
use super::model_cloud::{CloudEvaluation, Connector};
use super::model_policy::{
    ComplianceControl, ComplianceScan, ComplianceSchedule, Policy, PolicyException,
};
use super::model_reports::{PortalUser, Report, ReportSchedule, ReportTemplate};
use super::model_scanning::{
    Appliance, ExclusionEvent, Network, OptionProfile, RestrictedIps, SearchList, VirtualHost,
};
use super::model_web::{CatalogEntry, WasAuthRecord, WasFinding, WasScan, WasSchedule, WebApp};
use super::{Kind, access, cloud, compliance, derived, estate, profiles, reporting, web};

/// Writes what needs no more than the groups of the bulk.
pub(crate) fn healthy(b: &mut Builder) {
    profiles::healthy(b);
    estate::healthy(b);
    cloud::healthy(b);
    reporting::healthy(b);
    web::healthy(b);
}

/// Writes what follows from all groups, hosts and users together.
pub(crate) fn settle(b: &mut Builder, kind: Kind, ips: &[IpRange], users: &[User]) {
    access::healthy(b, ips);
    let left_out: Vec<u64> = b.without_policy.iter().map(|group| b.group_id(*group)).collect();
    compliance::healthy(b, &left_out);
    match kind {
        Kind::Neglected => {
            compliance::faults(b);
            reporting::faults(b, false);
        }
        Kind::OldVersions => reporting::faults(b, true),
        _ => reporting::promise(b),
    }
    b.programme.reports.sort_by_key(|report| report.id);
    reporting::portal_users(b, users);
    estate::explain_exclusions(b);
    estate::attach(b);
    web::sort(b);
    for (qid, title) in derived::METHOD_QIDS.into_iter().chain(derived::FAILED_QIDS) {
        let mut vuln = b.vuln_entry(qid, 1);
        vuln.vuln_type = String::from("Information Gathered");
        title.clone_into(&mut vuln.title);
        vuln.patchable = Some(false);
        vuln.patch_published = None;
        b.vulns.insert(qid, vuln);
    }
}

/// Each list ascends by id.
#[derive(Debug, Default)]
pub(crate) struct Programme {
    pub(crate) option_profiles: Vec<OptionProfile>,
    pub(crate) search_lists: Vec<SearchList>,
    pub(crate) appliances: Vec<Appliance>,
    pub(crate) networks: Vec<Network>,
    pub(crate) virtual_hosts: Vec<VirtualHost>,
    pub(crate) exclusion_history: Vec<ExclusionEvent>,
    pub(crate) restricted: RestrictedIps,
    pub(crate) auth_records: Vec<AuthRecord>,
    pub(crate) reports: Vec<Report>,
    pub(crate) report_schedules: Vec<ReportSchedule>,
    pub(crate) report_templates: Vec<ReportTemplate>,
    pub(crate) portal_users: Vec<PortalUser>,
    pub(crate) connectors: Vec<Connector>,
    pub(crate) cloud_evaluations: Vec<CloudEvaluation>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) compliance_controls: Vec<ComplianceControl>,
    pub(crate) exceptions: Vec<PolicyException>,
    pub(crate) compliance_schedules: Vec<ComplianceSchedule>,
    pub(crate) compliance_scans: Vec<ComplianceScan>,
    pub(crate) web_apps: Vec<WebApp>,
    pub(crate) was_scans: Vec<WasScan>,
    pub(crate) was_schedules: Vec<WasSchedule>,
    pub(crate) was_auth_records: Vec<WasAuthRecord>,
    pub(crate) was_findings: Vec<WasFinding>,
    pub(crate) was_catalog: Vec<CatalogEntry>,
}
