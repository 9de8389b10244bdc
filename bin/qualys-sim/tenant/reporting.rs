//! Reports, their schedules and templates, and the portal's users.

use super::builder::{Builder, DAY, HOUR};
use super::key::Resource;
use super::model::{Occurrence, TagRef, User};
use super::model_reports::{PortalUser, Report, ReportSchedule, ReportTemplate};
use super::people;

const MONTHLY: &str = "Monthly vulnerability report";
/// The pattern of the report that is required by default.
pub(crate) const REQUIRED: &str = "(?i)vulnerab";
/// The pattern that the tenant's own profile requires beside it.
pub(crate) const PATCH_REPORT: &str = "(?i)^patches";
const PATCHES: &str = "Patches to install";

pub(crate) fn healthy(b: &mut Builder) {
    for (title, kind, days) in [(MONTHLY, "Scan", 30), (PATCHES, "Patch", 7)] {
        let id = b.id();
        b.programme.report_templates.push(ReportTemplate {
            id,
            title: title.to_owned(),
            kind: "Auto".to_owned(),
            template_kind: kind.to_owned(),
            user_login: people::OWNER.to_owned(),
            user_first_name: "Group".to_owned(),
            user_last_name: "Owner".to_owned(),
            updated: b.ago(200 * DAY),
            is_global: true,
        });
        b.report_schedule(title, title, days);
        for round in 0..3 {
            b.report(title, kind, (3 + round * days) * DAY, "Finished");
        }
    }
}

/// Switches off the schedules, all or those of the required report.
pub(crate) fn faults(b: &mut Builder, all: bool) {
    for schedule in &mut b.programme.report_schedules {
        schedule.active &= !all && schedule.title != MONTHLY;
    }
    let why = "no active schedule";
    let required = Resource::of("required_report", REQUIRED);
    b.key.finding("pos/switched-off", "C12-02", required, why);
    if all {
        b.key.finding("pos/switched-off", "C12-01", Resource::subscription(), why);
        for check in ["C12-03", "C12-04"] {
            b.key.without_finding(check, "not_applicable");
        }
        let required = Resource::of("required_report", PATCH_REPORT);
        b.key.own().finding("pos/switched-off", "C12-02", required, why);
    } else {
        b.key.none("near/one", "C12-01", Resource::subscription(), "other schedules are active");
        let required = Resource::of("required_report", PATCH_REPORT);
        b.key.own().none("near/scheduled", "C12-02", required, "scheduled every week");
    }
}

/// What tenants with healthy reports promise.
pub(crate) fn promise(b: &mut Builder) {
    let why = "two active schedules";
    b.key.none("near/scheduled", "C12-01", Resource::subscription(), why);
    let required = Resource::of("required_report", REQUIRED);
    b.key.none("near/scheduled", "C12-02", required, "scheduled every month");
}

/// The portal's view of the users: a role each, scope by tags.
pub(crate) fn portal_users(b: &mut Builder, users: &[User]) {
    let scope: Vec<TagRef> = b
        .tags
        .iter()
        .filter(|tag| tag.rule_type.is_none())
        .map(|tag| TagRef { id: tag.id, name: tag.name.clone() })
        .collect();
    for (place, user) in (0_u64..).zip(users) {
        b.programme.portal_users.push(PortalUser {
            id: 4_400 + place,
            login: user.login.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            email: user.email.clone(),
            job_title: user.job_title.clone(),
            roles: vec![(60 + user.role.len() as u64, user.role.to_uppercase())],
            scope_tags: scope.clone(),
        });
    }
}

impl Builder {
    /// An active schedule every `days` days; its id.
    pub(crate) fn report_schedule(&mut self, title: &str, template: &str, days: i64) -> u64 {
        let id = self.id();
        let occurrence = match days {
            30 => Occurrence::Monthly { months: 1, day_of_month: 3 },
            7 => Occurrence::Weekly { weeks: 1, weekdays: vec![1] },
            _ => Occurrence::Daily { days: u32::try_from(days).unwrap_or(1) },
        };
        self.programme.report_schedules.push(ReportSchedule {
            id,
            title: title.to_owned(),
            format: "PDF".to_owned(),
            template: template.to_owned(),
            active: true,
            occurrence,
            start: self.ago(200 * DAY),
        });
        id
    }

    pub(crate) fn report(&mut self, title: &str, kind: &str, age: i64, state: &str) {
        let id = self.id();
        let launched = self.ago(age + HOUR / 2);
        self.programme.reports.push(Report {
            id,
            title: title.to_owned(),
            kind: kind.to_owned(),
            user_login: people::OWNER.to_owned(),
            launched,
            format: "PDF".to_owned(),
            size: "2.7 MB".to_owned(),
            state: state.to_owned(),
            expires: launched + 90 * DAY,
        });
    }
}
