//! Web applications with their scans, schedules, logins and findings.

use super::builder::{Builder, DAY, HOUR};
use super::model::Occurrence;
use super::model_web::{CatalogEntry, WasAuthRecord, WasFinding, WasScan, WasSchedule, WebApp};
use super::people;

/// The last scan of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LastScan {
    pub(crate) age: i64,
    pub(crate) kind: &'static str,
    pub(crate) status: &'static str,
    pub(crate) auth_status: &'static str,
}

impl LastScan {
    /// A finished vulnerability scan that logged in.
    pub(crate) fn good(age: i64) -> Self {
        Self { age, kind: "VULNERABILITY", status: "FINISHED", auth_status: "SUCCESSFUL" }
    }
}

pub(crate) fn healthy(b: &mut Builder) {
    for (place, name) in [(0, "Customer portal"), (1, "Partner shop"), (2, "Staff intranet")] {
        let app = b.web_app(name, &[LastScan::good((3 + 2 * place) * DAY)]);
        b.was_finding(app, 3, 20 * DAY, None);
        b.was_finding(app, 4, 80 * DAY, Some(60 * DAY));
    }
    for (place, (status, name)) in
        [("IN_SUBSCRIPTION", "Customer portal"), ("IGNORED", "Printer page"), ("NEW", "Test shop")]
            .into_iter()
            .enumerate()
    {
        let id = b.id();
        let time = b.ago(if status == "NEW" { 4 * DAY } else { 150 * DAY });
        b.programme.was_catalog.push(CatalogEntry {
            id,
            name: name.to_owned(),
            url: format!("https://c{place}.shop.example/"),
            status: status.to_owned(),
            created: time,
            updated: time,
        });
    }
}

/// Lists ascend by id, as the wire pages them.
pub(crate) fn sort(b: &mut Builder) {
    b.programme.was_scans.sort_by_key(|scan| scan.id);
    b.programme.was_findings.sort_by_key(|finding| finding.id);
}

impl Builder {
    /// An application with an owner, a tag, a login and a weekly schedule; its id. Scans come
    /// newest first.
    pub(crate) fn web_app(&mut self, name: &str, scans: &[LastScan]) -> u64 {
        let id = self.id();
        let record = self.id();
        let tag = self.tag("Web estate");
        let host = name.to_lowercase().replace(' ', "-");
        self.programme.was_auth_records.push(WasAuthRecord {
            id: record,
            name: format!("Login of {name}"),
            kind: "STANDARD".to_owned(),
            password: "correct-horse-battery".to_owned(),
            username: "was_probe".to_owned(),
            created: self.ago(300 * DAY),
            updated: self.ago(90 * DAY),
        });
        let mut last_scan = None;
        for scan in scans.iter().rev() {
            last_scan = Some(self.was_scan(name, id, *scan));
        }
        self.was_schedule(name, id);
        self.programme.web_apps.push(WebApp {
            id,
            name: name.to_owned(),
            url: format!("https://{host}.acme.example/"),
            owner: Some((
                people::OWNER_ID,
                people::OWNER.to_owned(),
                "Group".to_owned(),
                "Owner".to_owned(),
            )),
            created: self.ago(350 * DAY),
            updated: self.ago(30 * DAY),
            is_scheduled: true,
            tags: vec![tag],
            auth_records: vec![(record, format!("Login of {name}"))],
            last_scan,
            option_profile: (700_011, "Initial WAS Options".to_owned()),
        });
        id
    }

    fn was_scan(&mut self, name: &str, app: u64, scan: LastScan) -> u64 {
        let id = self.id();
        let launched = self.ago(scan.age);
        self.programme.was_scans.push(WasScan {
            id,
            name: format!("{name} weekly"),
            reference: format!("was/{launched}.{id}"),
            kind: scan.kind.to_owned(),
            mode: "SCHEDULED".to_owned(),
            status: scan.status.to_owned(),
            launched,
            ended: (scan.status != "RUNNING").then_some(launched + HOUR / 2),
            auth_status: scan.auth_status.to_owned(),
            results_status: "SUCCESSFUL".to_owned(),
            links_crawled: 240,
            crawl_duration: 1_100,
            app_ids: vec![app],
        });
        id
    }

    fn was_schedule(&mut self, name: &str, app: u64) {
        let id = self.id();
        self.programme.was_schedules.push(WasSchedule {
            id,
            name: format!("{name} weekly"),
            active: true,
            invalid: false,
            kind: "VULNERABILITY".to_owned(),
            app_ids: vec![app],
            tag_option: None,
            tags: Vec::new(),
            excluded_tags: Vec::new(),
            recipients: vec!["web-owners@acme.example".to_owned()],
            occurrence: Occurrence::Weekly { weeks: 1, weekdays: vec![6] },
            start: self.ago(300 * DAY),
            next_launch: self.ago(-3 * DAY),
            created: self.ago(300 * DAY),
            updated: self.ago(60 * DAY),
        });
    }

    /// A finding first seen `age` seconds ago, fixed `fixed` seconds ago.
    pub(crate) fn was_finding(&mut self, app: u64, severity: u8, age: i64, fixed: Option<i64>) {
        let id = self.id();
        let seen = fixed.map_or(4 * DAY, |fixed| fixed + DAY);
        self.programme.was_findings.push(WasFinding {
            id,
            unique_id: super::hosts::guid(id, 41),
            qid: 150_001 + u32::try_from(id % 90).unwrap_or(0),
            name: "Reflected input in a page".to_owned(),
            app_id: app,
            kind: "VULNERABILITY".to_owned(),
            potential: false,
            severity,
            url: format!("https://a{app}.acme.example/search"),
            status: if fixed.is_some() { "FIXED" } else { "ACTIVE" }.to_owned(),
            first_detected: self.ago(age),
            last_detected: self.ago(seen),
            last_tested: self.ago(3 * DAY),
            fixed: fixed.map(|fixed| self.ago(fixed)),
            is_ignored: false,
            times_detected: 3,
        });
    }
}
