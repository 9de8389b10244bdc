//! What people set up, changed and took away within the month, thing by thing.

use std::collections::BTreeSet;

use super::{DAY, MONTH, Month};
use crate::tenant::model::{IpRange, Occurrence, Schedule, TagRef, User};
use crate::tenant::model_reports::Report;
use crate::tenant::model_scanning::ExclusionEvent;
use crate::wire::xml;

/// An id behind all of a list.
fn free<T>(list: &[T], id: impl Fn(&T) -> u64) -> u64 {
    list.iter().map(id).max().unwrap_or(0) + 1
}

fn some(text: impl ToString) -> Option<String> {
    Some(text.to_string())
}

impl Month {
    /// The place of the first thing that no finding is about and that `wanted` holds for.
    fn quiet<T>(
        &self,
        list: &[T],
        kind: &str,
        id: impl Fn(&T) -> String,
        wanted: impl Fn(&T) -> bool,
    ) -> Option<usize> {
        list.iter().position(|one| wanted(one) && !self.is_noted(kind, &id(one)))
    }

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

    /// One scans half as often and tells one more group of people, one is new, one is switched off,
    /// one is gone.
    fn schedules(&mut self) {
        let now = self.after.clock;
        let plain = |one: &Schedule| {
            one.active == Some(1)
                && one.group_titles.len() == 1
                && one.tags.is_none()
                && one.scanner_name.as_deref() != Some("External Scanner")
                && !self.is_noted("user", &one.user_login)
                && !self.is_left_out(one)
                && self.has_addresses(one)
                && matches!(one.occurrence, Occurrence::Weekly { weeks: 1, .. })
        };
        let id = |one: &Schedule| one.id.to_string();
        let list = self.after.schedules.clone();
        let mut quiet: Vec<usize> = (0..list.len())
            .filter(|place| {
                list.get(*place)
                    .is_some_and(|one| plain(one) && !self.is_noted("schedule", &id(one)))
            })
            .collect();
        let mut take = || quiet.pop();
        if let Some(one) = take().and_then(|place| self.after.schedules.get_mut(place)) {
            let Occurrence::Weekly { weekdays, .. } = &one.occurrence else { return };
            one.occurrence = Occurrence::Weekly { weeks: 2, weekdays: weekdays.clone() };
            one.distribution_groups.push((77, "Second watch".to_owned()));
            let id = one.id.to_string();
            self.field((1, "schedule", id.clone()), "interval_days", some(7), some(14));
            self.field((1, "schedule", id), "recipient", None, some("Second watch"));
        }
        let off = take();
        let gone = take();
        if let Some(one) = off.and_then(|place| self.after.schedules.get_mut(place)) {
            one.active = Some(0);
            let id = one.id.to_string();
            self.field((1, "schedule", id.clone()), "active", some("yes"), some("no"));
            let why = "it is switched off and nothing else scans its group";
            self.finding("new", format!("C01-07:schedule:{id}"), why);
        }
        if let Some(one) = take().and_then(|place| list.get(place)) {
            let mut copy = one.clone();
            copy.id = free(&list, |one| one.id);
            copy.title = "Second weekly scan".to_owned();
            copy.start = now - DAY;
            self.thing(1, "schedule", &copy.id, "added");
            self.used(&copy, true);
            self.after.schedules.push(copy);
        }
        if let Some(place) = gone {
            let one = self.after.schedules.remove(place);
            self.thing(1, "schedule", &one.id, "removed");
        }
        for place in [off, gone].into_iter().flatten() {
            if let Some(one) = list.get(place) {
                self.used(one, false);
            }
            let titles = list.get(place).map(|one| one.group_titles.clone()).unwrap_or_default();
            let groups = self.before.asset_groups.iter();
            let ids: Vec<u64> =
                groups.filter(|one| titles.contains(&one.title)).map(|one| one.id).collect();
            for id in ids {
                let why = "its one schedule is off or gone";
                self.finding("new", format!("C01-01:asset_group:{id}"), why);
            }
        }
    }

    fn has_addresses(&self, schedule: &Schedule) -> bool {
        let groups = self.before.asset_groups.iter();
        groups
            .filter(|group| schedule.group_titles.contains(&group.title))
            .any(|group| !group.ip_set.is_empty())
    }

    /// Whether another schedule leaves out addresses of its groups.
    fn is_left_out(&self, schedule: &Schedule) -> bool {
        let groups = self.before.asset_groups.iter();
        let own = groups.filter(|group| schedule.group_titles.contains(&group.title));
        let own: Vec<&IpRange> = own.flat_map(|group| &group.ip_set).collect();
        let schedules = self.before.schedules.iter().filter(|other| other.id != schedule.id);
        schedules.flat_map(|other| &other.excluded).any(|excluded| {
            own.iter().any(|range| range.first <= excluded.last && excluded.first <= range.last)
        })
    }

    /// The appliances that a schedule names by a list of names.
    fn used(&mut self, schedule: &Schedule, from_now_on: bool) {
        let names: Vec<String> = schedule
            .scanner_name
            .iter()
            .flat_map(|names| names.split(','))
            .map(|name| name.trim().to_owned())
            .collect();
        let appliances = self.before.programme.appliances.iter();
        let ids: Vec<u64> =
            appliances.filter(|one| names.contains(&one.name)).map(|one| one.id).collect();
        for id in ids {
            let thing = (6, "appliance", id.to_string());
            let (gone, come) = (some(schedule.id), None);
            let (from, to) = if from_now_on { (come, gone) } else { (gone, come) };
            self.field(thing, "schedule", from, to);
        }
    }

    /// A copy of a profile that nothing uses yet.
    fn profiles(&mut self) {
        let list = &mut self.after.programme.option_profiles;
        let id = free(list, |one| one.id);
        let known = list.iter().find(|one| !one.is_default && one.auto_update_expected.is_none());
        if let Some(mut copy) = known.cloned() {
            copy.id = id;
            copy.title = "Kept in reserve".to_owned();
            list.push(copy);
            self.thing(3, "option_profile", &id, "added");
        }
    }

    /// A network was renamed.
    fn places(&mut self) {
        if let Some(network) = self.after.programme.networks.first_mut() {
            let from = std::mem::replace(&mut network.name, "Renamed network".to_owned());
            let id = network.id.to_string();
            self.field((6, "network", id), "title", Some(from), some("Renamed network"));
        }
    }

    /// A connector was repaired, one brings half as much again, one is new.
    fn clouds(&mut self) {
        let list = self.after.programme.connectors.clone();
        let quiet = self.quiet(
            &list,
            "connector",
            |one| format!("{}/{}", one.provider.slug(), one.id),
            |one| one.total_assets > 10 && !one.disabled && one.arn.is_some(),
        );
        if let Some(one) = quiet.and_then(|place| self.after.programme.connectors.get_mut(place)) {
            let from = one.total_assets;
            one.total_assets += from / 2;
            let to = one.total_assets;
            let id = format!("cloudview/{}/{}", one.provider.slug(), one.uuid);
            self.field((5, "connector", id), "assets", some(from), some(to));
        }
        if let Some(one) = quiet.and_then(|place| list.get(place)) {
            let mut copy = one.clone();
            copy.id = free(&list, |one| one.id);
            copy.uuid = "0d9b1c52-7f10-4c4e-9a59-5f0c27d6a801".to_owned();
            copy.name = "Second account".to_owned();
            copy.account = "000000000777".to_owned();
            let slug = copy.provider.slug();
            self.thing(5, "connector", &format!("assetview/{slug}/{}", copy.id), "added");
            self.thing(5, "connector", &format!("cloudview/{slug}/{}", copy.uuid), "added");
            self.thing(5, "cloud_account", &format!("{slug}/{}", copy.account), "added");
            self.after.programme.connectors.push(copy);
        }
    }

    /// An appliance came, and another misses calls.
    fn scanners(&mut self) {
        let list = self.after.programme.appliances.clone();
        let quiet = self.quiet(
            &list,
            "appliance",
            |one| one.id.to_string(),
            |one| one.status == "Online" && one.heartbeats_missed == 0,
        );
        if let Some(one) = quiet.and_then(|place| self.after.programme.appliances.get_mut(place)) {
            one.polling_seconds += 60;
            let id = one.id.to_string();
            let (from, to) = (one.polling_seconds - 60, one.polling_seconds);
            self.field((6, "appliance", id), "polling_seconds", some(from), some(to));
        }
        if let Some(one) = quiet.and_then(|place| list.get(place)) {
            let mut copy = one.clone();
            copy.id = free(&list, |one| one.id);
            copy.uuid = "0d9b1c52-7f10-4c4e-9a59-5f0c27d6a802".to_owned();
            copy.name = "va-second".to_owned();
            copy.groups.clear();
            self.thing(6, "appliance", &copy.id, "added");
            let why = "it is attached to nothing yet";
            self.finding("new", format!("C06-08:appliance:{}", copy.id), why);
            self.after.programme.appliances.push(copy);
        }
    }

    /// A record is new, and one serves one address more.
    fn credentials(&mut self) {
        let list = self.after.programme.auth_records.clone();
        let quiet = self.quiet(
            &list,
            "auth_record",
            |one| format!("{}/{}", one.kind, one.id),
            |one| one.kind == "unix" && !one.ranges.is_empty(),
        );
        if let Some(one) = quiet.and_then(|place| list.get(place)) {
            let mut copy = one.clone();
            copy.id = free(&list, |one| one.id);
            copy.title = "Second login".to_owned();
            self.thing(8, "auth_record", &format!("{}/{}", copy.kind, copy.id), "added");
            self.after.programme.auth_records.push(copy);
        }
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

    /// An application was renamed, and so were a schedule and a record of a login.
    fn web(&mut self) {
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
        let range = self.before.excluded.first().map(|one| one.range.clone());
        history.push(ExclusionEvent {
            id,
            action: "Added".to_owned(),
            time: self.after.clock - DAY,
            user_login: "acme_ma1".to_owned(),
            comment: "Reviewed with the network team".to_owned(),
            ranges: range.into_iter().collect(),
        });
        self.thing(16, "exclusion_event", &id, "added");
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
