//! Everything in a subscription beside hosts, groups, VM scans and their findings.

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
