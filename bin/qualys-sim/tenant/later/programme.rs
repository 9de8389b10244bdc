//! What people set up, changed and took away within the month, thing by thing.

use std::collections::BTreeSet;

use super::{DAY, Line, MONTH, Month, free, some};
use crate::tenant::model::{ExcludedRange, IpRange, TagRef, User};
use crate::tenant::model_policy::Policy;
use crate::tenant::model_reports::Report;
use crate::tenant::model_scanning::ExclusionEvent;
use crate::wire::xml;

/// An address that somebody excluded.
const EXCLUDED: [u8; 4] = [10, 255, 255, 7];

impl Month {
    pub(super) fn programme(&mut self) {
        self.schedules();
        self.profiles();
        self.places();
        self.clouds();
        self.scanners();
        self.credentials();
        self.policies();
        self.knowledge();
        self.reporting();
        self.accounts();
        self.web();
        self.hidden();
        self.tags();
    }

    /// A control of files was set to follow the scan, a compliance scan was renamed, and a policy
    /// came.
    fn policies(&mut self) {
        for policy in &self.before.programme.policies.clone() {
            if let Some(evaluated) = policy.evaluated {
                let (from, to) = (xml::date(evaluated), xml::date(evaluated + MONTH));
                let thing = (9, "policy", policy.id.to_string());
                self.field(thing, "evaluated", Some(from), Some(to));
            }
        }
        if let Some(one) = self.after.programme.compliance_schedules.first_mut() {
            let from = std::mem::replace(&mut one.title, "Renamed schedule".to_owned());
            let id = one.id.to_string();
            self.field(
                (9, "compliance_schedule", id),
                "title",
                Some(from),
                some("Renamed schedule"),
            );
        }
        let controls = self.before.programme.compliance_controls.clone();
        let flipped = self.quiet(
            &controls,
            "control",
            |one| one.id.to_string(),
            |one| {
                one.technologies.iter().any(|technology| technology.use_scan_value == Some(false))
            },
        );
        let control = flipped.and_then(|place| controls.get(place));
        for technology in control.iter().flat_map(|one| &one.technologies) {
            let Some(control) = control.filter(|_| technology.use_scan_value == Some(false)) else {
                continue;
            };
            let key = format!("C09-10:control:{}:{}", control.id, technology.id);
            self.finding("new", key, "it takes what the scan finds for what is expected");
            let policies = self.before.programme.policies.clone();
            let holds = |one: &&Policy| one.controls.iter().any(|it| it.control_id == control.id);
            for policy in policies.iter().filter(holds) {
                let thing = (9, "control", format!("{}/{}", policy.id, control.id));
                self.path(
                    thing,
                    format!("use_scan_value of {}", technology.name),
                    some(0),
                    some(1),
                );
            }
        }
        let controls = &mut self.after.programme.compliance_controls;
        if let Some(one) = flipped.and_then(|place| controls.get_mut(place)) {
            for technology in &mut one.technologies {
                technology.use_scan_value = technology.use_scan_value.map(|_| true);
            }
        }
        if let Some(one) = self.after.programme.exceptions.last() {
            let mut copy = one.clone();
            copy.number = free(&self.after.programme.exceptions, |one| one.number);
            copy.status = "Pending".to_owned();
            copy.active = false;
            copy.expires = Some(self.after.clock + 300 * DAY);
            self.thing(9, "exception", &copy.number, "added");
            self.after.programme.exceptions.push(copy);
        }
    }

    /// The knowledge base of what nobody has: one QID is severer, one has a patch, one is disabled.
    fn knowledge(&mut self) {
        let seen: BTreeSet<u32> = self.after.background.pool.qids().map(|(qid, ..)| qid).collect();
        let planted = super::qids(self.after.planted.iter());
        let list = &mut self.after.knowledge_base;
        let mut unseen =
            list.iter_mut().filter(|one| !seen.contains(&one.qid) && !planted.contains(&one.qid));
        let (rated, patched) = (unseen.next(), unseen.next());
        let mut told = Vec::new();
        if let Some(one) = rated {
            let from = std::mem::replace(&mut one.severity, 2);
            told.push((10, one.qid, "severity", some(from), some(2)));
        }
        if let Some(one) = patched {
            one.patchable = Some(true);
            told.push((11, one.qid, "patchable", some(0), some(1)));
        }
        for (control, qid, field, from, to) in told {
            self.field((control, "qid", qid.to_string()), field, from, to);
        }
    }

    /// A report comes less often, one more template is there, and reports were made.
    fn reporting(&mut self) {
        let reports = self.before.programme.reports.clone();
        let last = |title: &str| {
            let called = |one: &&Report| one.title.trim().eq_ignore_ascii_case(title.trim());
            let finished = reports.iter().filter(called).filter(|one| one.state == "Finished");
            finished.map(|one| one.launched).max()
        };
        let schedules = self.before.programme.report_schedules.clone();
        let titled = |title: &str| {
            schedules.iter().any(|one| one.title.trim().eq_ignore_ascii_case(title.trim()))
        };
        for one in &schedules {
            let by_template = Some(&one.template).filter(|template| !titled(template));
            let launched = last(&one.title).max(by_template.and_then(|template| last(template)));
            if let Some(launched) = launched {
                let (from, to) = (xml::date(launched), xml::date(launched + MONTH));
                let thing = (12, "report_schedule", one.id.to_string());
                self.field(thing, "last_report", Some(from), Some(to));
            }
        }
        let list = self.after.programme.report_templates.clone();
        if let Some(one) = list.last() {
            let mut copy = one.clone();
            copy.id = free(&list, |one| one.id);
            copy.title = "Second template".to_owned();
            self.thing(12, "template", &copy.id, "added");
            self.after.programme.report_templates.push(copy);
        }
    }

    /// A reader came; logins are restricted to one block more.
    fn accounts(&mut self) {
        let quiet = self.after.users.iter().enumerate().find(|(_, user)| {
            user.role == "Reader" && user.status == "Active" && !self.is_noted("user", &user.login)
        });
        if let Some((_, one)) = quiet {
            let copy = User {
                login: "acme_nw1".to_owned(),
                id: free(&self.after.users, |one| one.id),
                first_name: "Nora".to_owned(),
                last_name: "Newcomer".to_owned(),
                email: "nora.newcomer@acme.example".to_owned(),
                created: self.after.clock - 3 * DAY,
                ..one.clone()
            };
            self.thing(13, "user", &copy.login, "added");
            self.after.users.push(copy);
        }
        let reader = self.after.users.iter().position(|user| {
            user.role == "Reader"
                && user.status == "Active"
                && user.business_unit != "Europe"
                && !self.is_noted("user", &user.login)
        });
        if let Some(user) = reader.and_then(|place| self.after.users.get_mut(place)) {
            user.role = "Scanner".to_owned();
            let id = user.login.clone();
            self.field((13, "user", id), "role", some("Reader"), some("Scanner"));
        }
        let block = std::net::IpAddr::from([198, 51, 100, 240]);
        let range = IpRange { first: block, last: block, network_id: None };
        self.after.programme.restricted.ranges.push(range);
        let thing = (13, "login_restriction", "tenant".to_owned());
        self.field(thing, "address", None, some(format!("{block}-{block}@0")));
        if let Some(user) = self.after.programme.portal_users.last_mut() {
            user.scope_tags.push(TagRef { id: 4711, name: "Second scope".to_owned() });
            let id = user.id.to_string();
            self.field((13, "portal_user", id), "tag", None, some("Second scope"));
        }
    }

    /// An application was renamed, and so were a schedule and a record of a login; a finding was
    /// fixed.
    fn web(&mut self) {
        let open = self.after.programme.was_findings.iter_mut().find(|one| {
            matches!(one.status.as_str(), "NEW" | "ACTIVE")
                && one.kind == "VULNERABILITY"
                && !one.is_ignored
                && !one.potential
                && one.severity < 3
        });
        if let Some(one) = open {
            one.status = "FIXED".to_owned();
            one.fixed = Some(self.after.clock - DAY);
            self.lines.push(Line::Movement {
                control: 15,
                id: "findings_fixed".to_owned(),
                count: 1,
            });
        }
        if let Some(one) = self.after.programme.web_apps.first_mut() {
            let from = std::mem::replace(&mut one.name, "Renamed application".to_owned());
            let id = one.id.to_string();
            self.field((15, "webapp", id), "title", Some(from), some("Renamed application"));
        }
        if let Some(one) = self.after.programme.was_schedules.first_mut() {
            let from = std::mem::replace(&mut one.name, "Renamed schedule".to_owned());
            let id = one.id.to_string();
            self.field((15, "web_schedule", id), "title", Some(from), some("Renamed schedule"));
        }
        if let Some(one) = self.after.programme.was_auth_records.first_mut() {
            let from = std::mem::replace(&mut one.name, "Renamed login".to_owned());
            let id = format!("was/{}", one.id);
            self.field((15, "auth_record", id), "title", Some(from), some("Renamed login"));
        }
    }

    /// What was excluded is explained, and a list holds one QID more.
    fn hidden(&mut self) {
        let history = &mut self.after.programme.exclusion_history;
        let id = free(history, |one| one.id);
        let range = IpRange {
            first: std::net::IpAddr::from(EXCLUDED),
            last: std::net::IpAddr::from(EXCLUDED),
            network_id: self.before.excluded.first().and_then(|one| one.range.network_id),
        };
        let told = format!("{0}-{0}@0", range.first);
        let expires = Some(self.after.clock + 60 * DAY);
        self.after.excluded.push(ExcludedRange { range: range.clone(), expires });
        history.push(ExclusionEvent {
            id,
            action: "Added".to_owned(),
            time: self.after.clock - DAY,
            user_login: "acme_ma1".to_owned(),
            comment: "Reviewed with the network team".to_owned(),
            ranges: vec![range],
        });
        self.thing(16, "exclusion_event", &id, "added");
        self.thing(16, "excluded_range", &told, "added");
        let lists = &mut self.after.programme.search_lists;
        let list = lists.iter_mut().find(|one| !one.dynamic && one.profiles.is_empty());
        if let Some(list) = list
            && let Some(qids) = &mut list.qids
        {
            qids.push(6);
            let id = format!("static/{}", list.id);
            self.field((16, "search_list", id), "qid", None, some(6));
        }
    }

    /// A tag came, and a host carries it.
    fn tags(&mut self) {
        let id = free(&self.after.tags, |one| one.id);
        let known = self.after.tags.iter().find(|one| one.rule_type.is_none());
        if let Some(mut copy) = known.cloned() {
            copy.id = id;
            copy.name = "Second scope".to_owned();
            copy.children.clear();
            self.thing(18, "tag", &id, "added");
            let name = copy.name.clone();
            self.after.tags.push(copy);
            if let Some(planted) = self.after.planted.last_mut() {
                planted.host.tags.push(TagRef { id, name: name.clone() });
                let host = planted.host.id.to_string();
                self.field((18, "host", host), "tag", None, Some(name));
            }
        }
    }
}
