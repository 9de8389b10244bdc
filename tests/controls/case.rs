//! One assessment of one control over a model made of SQL, and what it says in text.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use qualys_sec_inspector::assess::{Assignment, Bundle, Report, assess};
use qualys_sec_inspector::catalogue::ENDPOINTS;
use qualys_sec_inspector::evidence::{Coverage, Scope, State, View};
use qualys_sec_inspector::finding::{CheckState, Outcome, Severity};
use qualys_sec_inspector::profile::{
    Assets, Attestation, Attestations, Inputs, Kev, Networks, Profile, WebApps,
};
use rusqlite::Connection;

/// 2026-03-29T00:00:00Z
pub(crate) const AS_OF: i64 = 1_774_742_400;

pub(crate) const SCHEDULES: &str = include_str!("../../fixtures/controls/01_scan_schedule.sql");
pub(crate) const AUTH: &str = include_str!("../../fixtures/controls/02_auth_ratio.sql");
pub(crate) const AGENTS: &str = include_str!("../../fixtures/controls/07_agent_coverage.sql");
pub(crate) const PATCHES: &str = include_str!("../../fixtures/controls/11_patching.sql");
pub(crate) const RANKS: &str = include_str!("../../fixtures/controls/17_prioritization.sql");
pub(crate) const TAGS: &str = include_str!("../../fixtures/controls/18_tagging.sql");
pub(crate) const SLA: &str = include_str!("../../fixtures/controls/10_vuln_sla.sql");

pub(crate) const USERS: &str = include_str!("../../fixtures/controls/13_user_roles.sql");

pub(crate) const LOG: &str = include_str!("../../fixtures/controls/19_activity_log.sql");

pub(crate) const SCANNERS: &str = include_str!("../../fixtures/controls/06_appliances.sql");

pub(crate) const LOGINS: &str = include_str!("../../fixtures/controls/08_auth_records.sql");

pub(crate) const EXCLUSIONS: &str = include_str!("../../fixtures/controls/16_exclusions.sql");

pub(crate) const SEGMENTS: &str = include_str!("../../fixtures/controls/20_segmentation.sql");

pub(crate) const GROUPS: &str = include_str!("../../fixtures/controls/04_asset_groups.sql");

pub(crate) const PROFILES: &str = include_str!("../../fixtures/controls/03_option_profile.sql");

pub(crate) const CONNECTORS: &str = include_str!("../../fixtures/controls/05_cloud_connectors.sql");

pub(crate) const PERIMETER: &str = include_str!("../../fixtures/controls/14_external_scan.sql");

pub(crate) const POLICIES: &str = include_str!("../../fixtures/controls/09_policy_assignment.sql");

pub(crate) const REPORTS: &str = include_str!("../../fixtures/controls/12_reports.sql");

pub(crate) const WEB_APPS: &str = include_str!("../../fixtures/controls/15_web_apps.sql");

/// The built controls with their fixtures.
pub(crate) const BUILT: &[(u8, &str)] = &[
    (1, SCHEDULES),
    (2, AUTH),
    (3, PROFILES),
    (4, GROUPS),
    (5, CONNECTORS),
    (6, SCANNERS),
    (7, AGENTS),
    (9, POLICIES),
    (8, LOGINS),
    (10, SLA),
    (11, PATCHES),
    (12, REPORTS),
    (13, USERS),
    (14, PERIMETER),
    (15, WEB_APPS),
    (16, EXCLUSIONS),
    (17, RANKS),
    (18, TAGS),
    (19, LOG),
    (20, SEGMENTS),
];

/// One assessment of one control.
pub(crate) struct Case<'a> {
    control: u8,
    rows: &'a str,
    /// SQL that is run after the rows.
    change: &'a str,
    /// Endpoints that were not read whole.
    reach: &'a [(&'a str, State)],
    profile: Profile,
    inputs: Inputs,
}

impl<'a> Case<'a> {
    pub(crate) fn new(control: u8, rows: &'a str) -> Self {
        let (profile, inputs) = (Profile::default(), Inputs::default());
        Self { control, rows, change: "", reach: &[], profile, inputs }
    }

    pub(crate) fn change(mut self, sql: &'a str) -> Self {
        self.change = sql;
        self
    }

    pub(crate) fn reach(mut self, reach: &'a [(&'a str, State)]) -> Self {
        self.reach = reach;
        self
    }

    pub(crate) fn set(mut self, change: impl FnOnce(&mut Profile)) -> Self {
        change(&mut self.profile);
        self
    }

    pub(crate) fn kev(mut self, entries: &[(&str, Option<i64>)]) -> Self {
        let entries = entries.iter().map(|(cve, due)| ((*cve).to_owned(), *due)).collect();
        self.inputs.kev = Some(Kev { entries });
        self
    }

    /// Every file that a control may need, each without a row.
    pub(crate) fn empty_inputs(self) -> Self {
        self.inputs(Inputs {
            kev: Some(Kev::default()),
            assets: Some(Assets::default()),
            networks: Some(Networks::default()),
            webapps: Some(WebApps::default()),
            ..Inputs::default()
        })
    }

    pub(crate) fn inputs(mut self, inputs: Inputs) -> Self {
        self.inputs = inputs;
        self
    }

    /// A review of the log from the beginning up to a time.
    pub(crate) fn reviewed(self, to: i64) -> Self {
        self.attested(&[(0, to)])
    }

    /// Reviews of the log.
    pub(crate) fn attested(mut self, periods: &[(i64, i64)]) -> Self {
        let attestation = |(from, to): &(i64, i64)| Attestation {
            control: 19,
            reviewer: "somebody".to_owned(),
            reviewed_from: *from,
            reviewed_to: *to,
            date: *to,
            evidence: "TCK-1".to_owned(),
        };
        let entries = periods.iter().map(attestation).collect();
        self.inputs.attestations = Some(Attestations { entries });
        self
    }

    pub(crate) fn report(&self) -> Report {
        let model = Connection::open_in_memory().unwrap();
        model.execute_batch(include_str!("../../sql/model.sql")).unwrap();
        model.execute_batch(self.rows).unwrap();
        model.execute_batch(self.change).unwrap();
        model.execute_batch(include_str!("../../sql/indexes.sql")).unwrap();
        let coverage: Vec<Coverage> = ENDPOINTS
            .iter()
            .map(|endpoint| Coverage {
                endpoint: endpoint.id.to_owned(),
                state: self
                    .reach
                    .iter()
                    .find(|(id, _)| *id == endpoint.id)
                    .map_or(State::Present, |(_, state)| *state),
                pages: 1,
                records: 1,
                reason: None,
            })
            .collect();
        let assignment = Assignment {
            model: &model,
            coverage: &coverage,
            scope: &Scope {
                login: "acme_ro".to_owned(),
                role: Some("Manager".to_owned()),
                view: View::Full,
                source: "vm/users".to_owned(),
            },
            answers: Vec::new(),
            bundle: Bundle {
                file: "demo.qsi".to_owned(),
                id: "0".repeat(32),
                root: "sha256:00".to_owned(),
                platform: "us1".to_owned(),
                subscription: "acme".to_owned(),
                collected_from: "2026-03-29T00:00:00Z".to_owned(),
                collected_to: "2026-03-29T00:10:00Z".to_owned(),
                verdict: "trusted".into(),
                completeness: "complete".to_owned(),
                signature: None,
                custody: Vec::new(),
                failures: Vec::new(),
            },
            collected: AS_OF,
            as_of: AS_OF,
            profile: &self.profile,
            inputs: &self.inputs,
            controls: &BTreeSet::from([self.control]),
            severity: Severity::Info,
        };
        assess(assignment).unwrap()
    }

    pub(crate) fn outcome(&self) -> Outcome {
        self.report().controls[0].outcome
    }

    /// State and reason of one check.
    pub(crate) fn check(&self, id: &str) -> (CheckState, Option<String>) {
        let report = self.report();
        let check = report.controls[0].checks.iter().find(|check| check.id == id).unwrap();
        (check.state, check.reason.clone())
    }

    /// Ids of the evidence of the first finding of one check.
    pub(crate) fn evidence(&self, check: &str) -> Vec<String> {
        let findings = self.report().findings;
        let finding = findings.into_iter().find(|finding| finding.check == check).unwrap();
        finding.evidence.into_iter().map(|pointer| pointer.id).collect()
    }

    /// Numerator and denominator of one metric.
    pub(crate) fn metric(&self, id: &str) -> (Option<u64>, Option<u64>) {
        let report = self.report();
        let metric = report.controls[0].metrics.iter().find(|metric| metric.id == id).unwrap();
        (metric.numerator, metric.denominator)
    }

    /// Keys of the findings of one check, or of all.
    pub(crate) fn keys(&self, check: &str) -> Vec<String> {
        let findings = self.report().findings;
        findings
            .into_iter()
            .map(|finding| finding.key)
            .filter(|key| key.starts_with(check))
            .collect()
    }
}

pub(crate) fn shown(report: &Report) -> String {
    let mut text = String::new();
    for control in &report.controls {
        writeln!(text, "control {} {}", control.number, control.outcome.word()).unwrap();
        for check in &control.checks {
            writeln!(
                text,
                "  {} {}: {} subjects, {} failed, {} unknown{}",
                check.id,
                check.state.word(),
                check.subjects,
                check.failed,
                check.unknown,
                check.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default()
            )
            .unwrap();
        }
        for metric in &control.metrics {
            let value = metric.value.as_ref().map_or("null".to_owned(), ToString::to_string);
            write!(text, "  {} = {value} {}", metric.id, metric.unit).unwrap();
            if let (Some(numerator), Some(denominator)) = (metric.numerator, metric.denominator) {
                write!(text, " ({numerator}/{denominator})").unwrap();
            }
            text.push('\n');
        }
    }
    for finding in &report.findings {
        writeln!(text, "\n{} [{}]", finding.key, finding.severity.word()).unwrap();
        writeln!(text, "  {}", finding.message).unwrap();
        writeln!(text, "  {}", serde_json::to_string(&finding.facts).unwrap()).unwrap();
        let evidence: Vec<_> = finding.evidence.iter().map(|pointer| pointer.id.as_str()).collect();
        writeln!(text, "  {}", evidence.join(" ")).unwrap();
    }
    text
}

/// The model without the answers of an endpoint.
pub(crate) fn emptied(endpoint: &str) -> &'static str {
    match endpoint {
        "vm/asset-groups" => {
            "DELETE FROM asset_group; DELETE FROM group_range; DELETE FROM group_host;"
        }
        "vm/scan-schedules" => {
            "DELETE FROM scan_schedule; DELETE FROM schedule_group; DELETE FROM schedule_range; \
             DELETE FROM schedule_tag;"
        }
        "vm/ips" => "DELETE FROM ip_range;",
        "vm/excluded-ips" => "DELETE FROM excluded_range;",
        "vm/hosts" => "DELETE FROM host; DELETE FROM host_group; DELETE FROM host_tag;",
        "vm/detections" => "DELETE FROM detection;",
        "vm/knowledge-base" => "DELETE FROM vuln; DELETE FROM vuln_cve; DELETE FROM vuln_threat;",
        "am/tags" => "DELETE FROM tag;",
        "am/users" => "DELETE FROM portal_user_tag;",
        "vm/report-templates" => "DELETE FROM report_template;",
        "vm/report-schedules" => "DELETE FROM report_schedule;",
        "vm/schedule-runs" => "DELETE FROM schedule_run;",
        "vm/scans" => "DELETE FROM scan;",
        "am/host-assets" => "DELETE FROM host_asset; DELETE FROM host_asset_tag;",
        "vm/users" => "DELETE FROM user; DELETE FROM user_group; DELETE FROM user_permission;",
        "vm/auth-records" => "DELETE FROM auth_record_type;",
        "vm/auth-detections" => "DELETE FROM auth_detection;",
        "vm/excluded-ip-history" => {
            "DELETE FROM exclusion_event; DELETE FROM exclusion_event_range;"
        }
        "vm/static-search-lists" => {
            "DELETE FROM search_list_qid WHERE list_row IN (SELECT row FROM search_list WHERE kind = 'static'); \
             DELETE FROM search_list WHERE kind = 'static';"
        }
        "vm/dynamic-search-lists" => {
            "DELETE FROM search_list_qid WHERE list_row IN (SELECT row FROM search_list WHERE kind = 'dynamic'); \
             DELETE FROM search_list WHERE kind = 'dynamic';"
        }
        "vm/auth-record-details" => "DELETE FROM auth_record; DELETE FROM auth_record_range;",
        "vm/activity-log" => "DELETE FROM activity;",
        "vm/appliances" => "DELETE FROM appliance; DELETE FROM appliance_group;",
        "vm/option-profiles" => "DELETE FROM option_profile; DELETE FROM option_profile_list;",
        "vm/reports" => "DELETE FROM report;",
        "pc/policies" => {
            "DELETE FROM policy; DELETE FROM policy_group; DELETE FROM policy_tag; \
             DELETE FROM policy_control; DELETE FROM policy_technology;"
        }
        "pc/controls" => "DELETE FROM compliance_control WHERE source = 'list';",
        "pc/policy-exports" => "DELETE FROM compliance_control WHERE source = 'export';",
        "pc/option-profiles" => "DELETE FROM option_profile WHERE family = 'pc';",
        "pc/scans" => "DELETE FROM compliance_scan;",
        "pc/exceptions" => "DELETE FROM exception;",
        "was/web-apps" => "DELETE FROM web_app;",
        "was/web-app-details" => "DELETE FROM web_app_auth;",
        "was/scans" => "DELETE FROM was_scan; DELETE FROM was_scan_app;",
        "was/schedules" => "DELETE FROM was_schedule; DELETE FROM was_schedule_app;",
        "was/auth-records" => "DELETE FROM was_auth_record;",
        "was/findings" => "DELETE FROM was_finding;",
        "was/catalog" => "DELETE FROM was_catalog;",
        other => panic!("nothing is known of {other}"),
    }
}
