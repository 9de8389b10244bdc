//! How scanning is set up a month later: schedules, profiles, connectors, appliances, logins.

use super::{DAY, Month, free, some};
use crate::tenant::model::{IpRange, Occurrence, Schedule};

impl Month {
    /// One scans half as often and tells one more group of people, one is new, one is switched off,
    /// one is gone.
    pub(super) fn schedules(&mut self) {
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
    pub(super) fn profiles(&mut self) {
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
    pub(super) fn places(&mut self) {
        if let Some(network) = self.after.programme.networks.first_mut() {
            let from = std::mem::replace(&mut network.name, "Renamed network".to_owned());
            let id = network.id.to_string();
            self.field((6, "network", id), "title", Some(from), some("Renamed network"));
        }
    }

    /// A connector was repaired, one brings half as much again, one is new.
    pub(super) fn clouds(&mut self) {
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
        let failing = list.iter().position(|one| {
            let id = format!("{}/{}", one.provider.slug(), one.id);
            one.state == "ERROR" && !one.disabled && self.is_noted("connector", &id)
        });
        if let Some(one) = failing.and_then(|place| self.after.programme.connectors.get_mut(place))
        {
            let states = (one.state.clone(), one.asset_view_state.clone());
            one.state = "SUCCESS".to_owned();
            one.asset_view_state = "FINISHED_SUCCESS".to_owned();
            one.error = None;
            let slug = one.provider.slug();
            let cloud = (5, "connector", format!("cloudview/{slug}/{}", one.uuid));
            let asset = (5, "connector", format!("assetview/{slug}/{}", one.id));
            let key = format!("C05-01:connector:{slug}/{}", one.id);
            self.field(cloud, "state", Some(states.0), some("SUCCESS"));
            self.field(asset, "state", Some(states.1), some("FINISHED_SUCCESS"));
            self.finding("resolved", key, "it works again");
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
    pub(super) fn scanners(&mut self) {
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
    pub(super) fn credentials(&mut self) {
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
}
