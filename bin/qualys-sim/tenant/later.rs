//! The same subscription a month later: what its people and its hosts did in between, and what a
//! comparison of the two has to say about each of it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::builder::{DAY, PlantedHost};
use super::key::{Expect, View};
use super::model::Detection;
use super::{Spec, Tenant};

mod estate;
mod happened;
mod programme;
mod scanning;

/// What lies between the two, seconds.
pub(crate) const MONTH: i64 = 30 * DAY;

/// One line that a comparison shows; what it shows beside is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "about", rename_all = "lowercase")]
pub(crate) enum Line {
    Finding {
        change: &'static str,
        key: String,
        why: &'static str,
    },
    Deployment {
        control: u8,
        #[serde(rename = "type")]
        kind: &'static str,
        id: String,
        change: &'static str,
        field: Option<String>,
        /// Left out where only the answer as a whole gives it, as for a hash.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
    Movement {
        control: u8,
        id: String,
        /// Never 0.
        count: usize,
    },
}

/// The tenant a month after the one that `spec` makes, and what changed. Scans, agents and logins
/// went on as before: their dates moved along. What people date themselves stayed as it was.
pub(crate) fn later(spec: &Spec) -> (Tenant, Vec<Line>) {
    let before = Tenant::new(spec);
    let after = Tenant::new(&Spec { clock: spec.clock + MONTH, ..*spec });
    let mut month = Month { before, after, lines: Vec::new() };
    month.log();
    month.dates();
    month.innocent();
    month.hosts();
    month.people();
    month.settings();
    month.health();
    month.programme();
    month.estate();
    month.happened();
    (month.after, month.lines)
}

struct Month {
    before: Tenant,
    after: Tenant,
    lines: Vec<Line>,
}

impl Month {
    fn finding(&mut self, change: &'static str, key: String, why: &'static str) {
        self.lines.push(Line::Finding { change, key, why });
    }

    fn thing(&mut self, control: u8, kind: &'static str, id: &impl ToString, change: &'static str) {
        self.lines.push(thing(control, kind, id, change));
    }

    fn field(
        &mut self,
        thing: (u8, &'static str, String),
        field: &str,
        from: Option<String>,
        to: Option<String>,
    ) {
        self.path(thing, field.to_owned(), from, to);
    }

    fn path(
        &mut self,
        (control, kind, id): (u8, &'static str, String),
        field: String,
        from: Option<String>,
        to: Option<String>,
    ) {
        let (change, field) = ("changed", Some(field));
        self.lines.push(Line::Deployment { control, kind, id, change, field, from, to });
    }

    /// The resource of a plant that causes a finding.
    fn planted(&self, plant: &str) -> String {
        let records = self.before.key(View::Plain).iter();
        let found = records.filter(|record| record.expect == Expect::Finding);
        let mut found = found.filter(|record| record.plant == plant);
        found.next().map(|record| record.resource_id.clone()).unwrap_or_default()
    }

    /// Whether any finding is about this.
    fn is_noted(&self, kind: &str, id: &str) -> bool {
        let mut records = self.before.key(View::Plain).iter();
        records.any(|record| {
            record.expect == Expect::Finding
                && record.resource_type == kind
                && record.resource_id == id
        })
    }

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

    /// Days that somebody wrote down do not move with time. One exclusion was prolonged.
    fn dates(&mut self) {
        let programme = &mut self.after.programme;
        for (now, then) in
            programme.option_profiles.iter_mut().zip(&self.before.programme.option_profiles)
        {
            now.updated = then.updated;
        }
        for (now, then) in programme.exceptions.iter_mut().zip(&self.before.programme.exceptions) {
            now.expires = then.expires;
        }
        let last = self.before.excluded.iter().rposition(|excluded| excluded.expires.is_some());
        let pairs = self.after.excluded.iter_mut().zip(&self.before.excluded).enumerate();
        let mut prolonged = None;
        for (place, (now, then)) in pairs {
            if Some(place) == last {
                let range = &then.range;
                let network = range.network_id.unwrap_or(0);
                let id = format!("{}-{}@{network}", range.first, range.last);
                prolonged = Some((id, then.expires, now.expires));
            } else {
                now.expires = then.expires;
            }
        }
        if let Some((id, from, to)) = prolonged {
            let (from, to) = (from.map(crate::wire::xml::date), to.map(crate::wire::xml::date));
            self.field((16, "excluded_range", id), "expires", from, to);
        }
        let now = self.after.clock;
        let ended =
            |expires: Option<i64>| expires.is_some_and(|time| time <= now && time > now - MONTH);
        let exceptions = self.after.programme.exceptions.iter();
        let ended: Vec<u64> = exceptions
            .filter(|one| one.active && one.status == "Approved" && ended(one.expires))
            .map(|one| one.number)
            .collect();
        for number in ended {
            let key = format!("C09-14:exception:{number}");
            self.finding("new", key, "it ended within the month");
        }
    }

    /// What was logged stays as it was written; what came since stands before it.
    fn log(&mut self) {
        let since = self.before.clock;
        let last = self.before.activity.iter().map(|row| row.id).max().unwrap_or(0);
        let mut rows = std::mem::take(&mut self.after.activity);
        rows.retain(|row| row.time > since);
        for (row, id) in rows.iter_mut().rev().zip(last + 1..) {
            row.id = id;
        }
        rows.extend(self.before.activity.iter().cloned());
        self.after.activity = rows;
    }

    /// What looks like a change and is none.
    fn innocent(&mut self) {
        for user in &mut self.after.users {
            user.permissions.reverse();
            user.group_titles.reverse();
        }
        for schedule in &mut self.after.schedules {
            schedule.group_titles.reverse();
        }
        for group in &mut self.after.asset_groups {
            group.ip_set.reverse();
            group.appliance_ids.reverse();
        }
        for policy in &mut self.after.programme.policies {
            policy.controls.reverse();
            policy.group_ids.reverse();
        }
        for tag in &mut self.after.tags {
            tag.rule_text = tag.rule_text.as_ref().map(|text| format!(" {text} "));
        }
    }

    /// A QID that was fixed and seen fixed, and one whose hosts were purged.
    fn hosts(&mut self) {
        let now = self.after.clock;
        let fixed = self.planted("C10-01/pos/second-too-old");
        for planted in &mut self.after.planted {
            let found = planted.detections.iter_mut();
            for detection in found.filter(|one| one.qid.to_string() == fixed) {
                detection.status = Some("Fixed".to_owned());
                detection.last_fixed = Some(now - 3 * DAY);
            }
        }
        let why = "its hosts were scanned since and no longer have it";
        self.about(std::slice::from_ref(&fixed), "resolved", why);

        let purged = self.planted("C10-02/pos/no-patch");
        let has = |planted: &PlantedHost| {
            planted.detections.iter().any(|one| one.qid.to_string() == purged)
        };
        let gone: Vec<_> = self.after.planted.iter().filter(|one| has(one)).cloned().collect();
        self.after.planted.retain(|one| !has(one));
        for group in &mut self.after.asset_groups {
            group.host_ids.retain(|id| gone.iter().all(|one| one.host.id != *id));
        }
        let here: BTreeSet<u32> = qids(self.after.planted.iter());
        let lost: Vec<String> = qids(gone.iter())
            .into_iter()
            .filter(|qid| !here.contains(qid))
            .map(|qid| qid.to_string())
            .collect();
        self.about(&lost, "out_of_scope", "the hosts that had it were purged");
        for planted in gone {
            self.thing(4, "host", &planted.host.id, "removed");
            if let Some(agent) = planted.agent {
                self.thing(7, "agent", &agent.agent_id, "removed");
            }
        }
    }

    /// Tells every finding that rests on detections of these QIDs.
    fn about(&mut self, qids: &[String], change: &'static str, why: &'static str) {
        let records = self.before.key(View::Plain).iter();
        let keys: Vec<String> = records
            .filter(|record| {
                record.expect == Expect::Finding
                    && record.resource_type == "qid"
                    && ["C10-", "C11-", "C17-"].iter().any(|part| record.check.starts_with(part))
                    && qids.contains(&record.resource_id)
            })
            .map(|record| record.key.clone())
            .collect();
        for key in keys {
            self.finding(change, key, why);
        }
    }

    /// A leaver, and a reader who became a scanner.
    fn people(&mut self) {
        let leaver = self.planted("C13-02/pos/never");
        self.after.users.retain(|user| user.login != leaver);
        self.thing(13, "user", &leaver, "removed");
        let why = "the account was deleted";
        self.finding("out_of_scope", format!("C13-02:user:{leaver}"), why);
        let portal = &mut self.after.programme.portal_users;
        let known = portal.iter().position(|user| user.login == leaver);
        let left = known.map(|place| portal.remove(place));
        if let Some(user) = left {
            self.thing(13, "portal_user", &user.id, "removed");
        }

        let users = self.after.users.iter();
        let quiet = users.enumerate().filter(|(_, user)| {
            user.role == "Reader" && user.status == "Active" && !self.is_noted("user", &user.login)
        });
        let place = quiet.map(|(place, _)| place).next();
        if let Some(user) = place.and_then(|place| self.after.users.get_mut(place)) {
            let from = std::mem::replace(&mut user.business_unit, "Europe".to_owned());
            let id = user.login.clone();
            self.field((13, "user", id), "business_unit", Some(from), Some("Europe".to_owned()));
        }
    }

    /// Settings that somebody changed, and that nobody has to mind.
    fn settings(&mut self) {
        let text = |text: &str| Some(text.to_owned());
        let now = self.after.clock;
        let profiles = &mut self.after.programme.option_profiles;
        if let Some(profile) = profiles.iter_mut().find(|one| one.title == "Perimeter full") {
            let from = std::mem::replace(&mut profile.packet_delay, "Long".to_owned());
            profile.updated = now - 5 * DAY;
            let id = profile.id.to_string();
            let delay = "SCAN/PERFORMANCE/PACKET_DELAY";
            self.field((3, "option_profile", id.clone()), delay, Some(from), text("Long"));
            self.field((3, "option_profile", id), "hash", None, None);
        }
        if let Some(record) = self.after.programme.auth_records.first_mut() {
            let from = std::mem::replace(&mut record.username, "scan-user-2".to_owned());
            let id = format!("{}/{}", record.kind, record.id);
            self.field((8, "auth_record", id), "username", Some(from), text("scan-user-2"));
        }
        if let Some(policy) = self.after.programme.policies.first_mut() {
            let from = std::mem::replace(&mut policy.title, "Renamed policy".to_owned());
            let id = policy.id.to_string();
            self.field((9, "policy", id), "title", Some(from), text("Renamed policy"));
        }
        if let Some(template) = self.after.programme.report_templates.first_mut() {
            let from = std::mem::replace(&mut template.title, "Renamed template".to_owned());
            let id = template.id.to_string();
            self.field((12, "template", id), "title", Some(from), text("Renamed template"));
        }
        let tag = self.after.tags.iter_mut().find(|one| one.rule_type.is_none());
        if let Some(tag) = tag {
            let from = tag.criticality.replace(4).map(|score| score.to_string());
            let id = tag.id.to_string();
            self.field((18, "tag", id), "criticality", from, text("4"));
        }
        let group = self.after.asset_groups.iter_mut().find(|one| one.business_impact.is_some());
        if let Some(group) = group {
            let from = group.business_impact.replace("Minor".to_owned());
            let id = group.id.to_string();
            self.field((4, "asset_group", id), "business_impact", from, text("Minor"));
        }
    }

    /// An appliance that went offline, and one with old signatures that was repaired.
    fn health(&mut self) {
        let behind = self.planted("C06-04/pos/old-signatures");
        let edge = self.before.key(View::Plain).iter();
        let mut edge = edge.filter(|record| record.plant == "C06-03/edge/one-missed");
        let edge = edge.next().map(|record| record.resource_id.clone()).unwrap_or_default();
        let mut told = Vec::new();
        for appliance in &mut self.after.programme.appliances {
            let id = appliance.id.to_string();
            if id == behind {
                let from = std::mem::replace(
                    &mut appliance.signatures,
                    appliance.signatures_latest.clone(),
                );
                let to = appliance.signatures.clone();
                let lag = format!("{from} behind {to}");
                told.push((id.clone(), "signature_lag", Some(lag), None));
                told.push((id, "vulnsigs_version", Some(from), Some(to)));
            } else if id == edge {
                let from = std::mem::replace(&mut appliance.status, "Offline".to_owned());
                told.push((id, "status", Some(from), Some("Offline".to_owned())));
            }
        }
        for (id, field, from, to) in told {
            self.field((6, "appliance", id), field, from, to);
        }
        self.finding("resolved", format!("C06-04:appliance:{behind}"), "it has them now");
        self.finding("new", format!("C06-01:appliance:{edge}"), "it went offline");
    }
}

/// An id behind all of a list.
fn free<T>(list: &[T], id: impl Fn(&T) -> u64) -> u64 {
    list.iter().map(id).max().unwrap_or(0) + 1
}

fn some(text: impl ToString) -> Option<String> {
    Some(text.to_string())
}

fn thing(control: u8, kind: &'static str, id: &impl ToString, change: &'static str) -> Line {
    let (id, field, from, to) = (id.to_string(), None, None, None);
    Line::Deployment { control, kind, id, change, field, from, to }
}

/// Confirmed, not fixed, and hidden by nobody; kernels that do not run are counted apart.
fn is_open(one: &Detection) -> bool {
    one.kind == "Confirmed"
        && matches!(one.status.as_deref(), Some("New" | "Active" | "Re-Opened"))
        && !one.is_ignored
        && !one.is_disabled
        && one.running_kernel != Some(false)
}

fn qids<'a>(hosts: impl Iterator<Item = &'a PlantedHost>) -> BTreeSet<u32> {
    hosts.flat_map(|planted| &planted.detections).map(|detection| detection.qid).collect()
}
