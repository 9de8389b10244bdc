//! Scan schedules with the runs and scans that they left behind.

use rand::Rng as _;

use super::builder::{Addresses, BRANCH_NETWORK, Builder, DAY, GroupHandle, HOUR};
use super::estate;
use super::key::Resource;
use super::model::{IpRange, Occurrence, Scan, Schedule, ScheduleRun, TagTarget};
use super::people;
use super::profiles;

/// A run: its age in seconds, how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) age: i64,
    pub(crate) state: &'static str,
    pub(crate) sub_state: Option<&'static str>,
}

impl Run {
    pub(crate) fn finished(age: i64) -> Self {
        Self { age, state: "Finished", sub_state: None }
    }

    pub(crate) fn no_host(age: i64) -> Self {
        Self { age, state: "Finished", sub_state: Some("No_Host") }
    }

    pub(crate) fn ended(age: i64, state: &'static str) -> Self {
        Self { age, state, sub_state: None }
    }
}

/// A schedule to be written. As made by `weekly` nothing is wrong with it.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) groups: Vec<GroupHandle>,
    pub(crate) typed: Vec<IpRange>,
    pub(crate) tags: Option<TagTarget>,
    pub(crate) excluded: Vec<IpRange>,
    pub(crate) active: Option<u8>,
    pub(crate) occurrence: Occurrence,
    /// Age of its start, in seconds.
    pub(crate) start: i64,
    /// Seconds until the next launch; negative is in the past.
    pub(crate) next: Option<i64>,
    pub(crate) max_occurrence: Option<u32>,
    pub(crate) network: u32,
    pub(crate) runs: Vec<Run>,
    /// Appliance names or a literal; by default the appliances of the network.
    pub(crate) scanner: Option<&'static str>,
    /// Title of an option profile; by default that of the programme.
    pub(crate) profile: Option<&'static str>,
}

impl Draft {
    /// Once a week, for 400 days, four finished runs in the list.
    pub(crate) fn weekly(groups: &[GroupHandle]) -> Self {
        Self {
            groups: groups.to_vec(),
            typed: Vec::new(),
            tags: None,
            excluded: Vec::new(),
            active: Some(1),
            occurrence: Occurrence::Weekly { weeks: 1, weekdays: vec![3] },
            start: 400 * DAY,
            next: Some(4 * DAY),
            max_occurrence: None,
            network: 0,
            runs: (0..4).map(|week| Run::finished((3 + 7 * week) * DAY)).collect(),
            scanner: None,
            profile: None,
        }
    }

    /// The same from outside.
    pub(crate) fn external(groups: &[GroupHandle]) -> Self {
        Self {
            scanner: Some("External Scanner"),
            profile: Some(profiles::PERIMETER),
            ..Self::weekly(groups)
        }
    }

    pub(crate) fn runs(self, runs: &[Run]) -> Self {
        Self { runs: runs.to_vec(), ..self }
    }

    pub(crate) fn every(self, occurrence: Occurrence) -> Self {
        Self { occurrence, ..self }
    }

    pub(crate) fn active(self, active: u8) -> Self {
        Self { active: Some(active), ..self }
    }

    pub(crate) fn typed(self, range: IpRange) -> Self {
        Self { typed: vec![range], ..self }
    }

    /// Switched off: no next launch, no runs in the last two months.
    pub(crate) fn switched_off(self, active: u8) -> Self {
        let runs = [Run::finished(75 * DAY), Run::finished(82 * DAY)];
        Self { next: None, active: Some(active), ..self }.runs(&runs)
    }
}

impl Builder {
    /// Writes a schedule, its runs and its scans; its id.
    pub(crate) fn schedule(&mut self, draft: Draft) -> u64 {
        let id = self.id();
        let group_titles: Vec<String> = draft.groups.iter().map(|g| self.group_title(*g)).collect();
        let frequency = match draft.occurrence {
            Occurrence::Once => "Single",
            Occurrence::Daily { .. } => "Daily",
            Occurrence::Weekly { .. } => "Weekly",
            Occurrence::Monthly { .. } => "Monthly",
        };
        let subject = group_titles.first().map_or("addresses", String::as_str);
        let target = self.target_text(&draft);
        let runs = self.write_runs(id, &draft);
        let schedule = Schedule {
            id,
            active: draft.active,
            title: format!("{frequency} {subject} {}", id % 100_000),
            user_login: people::SCANNER.to_owned(),
            target,
            network_id: self.network(draft.network),
            scanner_name: Some(
                draft.scanner.map_or_else(|| default_scanners(draft.network), str::to_owned),
            ),
            group_titles,
            tags: draft.tags,
            excluded: draft.excluded,
            typed: draft.typed,
            option_profile: draft.profile.unwrap_or(profiles::USUAL).to_owned(),
            option_profile_default: false,
            occurrence: draft.occurrence,
            start: self.clock - draft.start,
            next_launch: draft.next.map(|seconds| self.clock + seconds),
            time_zone_code: "US-NY".to_owned(),
            time_zone_details: "(GMT-0500) United States: America/New_York".to_owned(),
            dst_selected: true,
            max_occurrence: draft.max_occurrence,
            distribution_groups: vec![(310_011, "VM-Owners".to_owned())],
        };
        for run in &runs {
            let scan = scan_of(&schedule, run);
            self.scans.push(scan);
        }
        self.runs.extend(runs);
        self.schedules.push(schedule);
        id
    }

    /// A scan that somebody started by hand: it is no schedule and covers nothing for good.
    pub(crate) fn scan_by_hand(&mut self, group: GroupHandle, age: i64) {
        let launched = self.clock - age;
        let title = self.group_title(group);
        let target = self.groups[group.0].ip_set.iter().map(range_text).collect::<Vec<_>>();
        let reference = self.reference(launched);
        self.scans.push(Scan {
            reference,
            kind: "On-Demand".to_owned(),
            title: format!("Check of {title}"),
            user_login: people::SCANNER.to_owned(),
            launched,
            duration: 3_731,
            processed: true,
            state: "Finished".to_owned(),
            sub_state: None,
            target: target.join(", "),
            group_titles: vec![title],
            option_profile: profiles::USUAL.to_owned(),
            option_profile_default: false,
        });
    }

    fn write_runs(&mut self, schedule_id: u64, draft: &Draft) -> Vec<ScheduleRun> {
        let mut runs = Vec::new();
        for run in &draft.runs {
            let launched = self.clock - run.age;
            runs.push(ScheduleRun {
                schedule_id,
                reference: self.reference(launched),
                launched,
                state: run.state.to_owned(),
                sub_state: run.sub_state.map(str::to_owned),
            });
        }
        runs
    }

    fn reference(&mut self, launched: i64) -> String {
        format!("scan/{launched}.{:05}", self.id() % 100_000)
    }

    fn target_text(&self, draft: &Draft) -> String {
        if draft.tags.is_some() {
            return "Asset Tags Included".to_owned();
        }
        let groups = draft.groups.iter().filter_map(|handle| self.groups.get(handle.0));
        let mut parts = Vec::new();
        for group in groups {
            parts.extend(group.ip_set.iter().map(range_text));
            parts.extend(group.dns_names.iter().cloned());
            parts.extend(group.ec2_ids.iter().cloned());
        }
        parts.extend(draft.typed.iter().map(range_text));
        parts.join(", ")
    }

    /// A start or a run some days ago, off the hour.
    pub(crate) fn some_days(&mut self, least: i64, most: i64) -> i64 {
        self.rng.random_range(least..=most) * DAY + self.rng.random_range(60..HOUR)
    }
}

/// The public addresses, scanned from outside every week.
pub(crate) fn perimeter(b: &mut Builder) {
    let base = u32::from_be_bytes([198, 51, 100, 0]);
    let group = b.group_at("Perimeter".to_owned(), base, Addresses::Range, 0);
    let id = b.schedule(Draft::external(&[group]));
    let (first, last) = b.block(group);
    let resource = Resource::addresses(first + 1, last - 1);
    for check in ["C14-01", "C14-02", "C14-03"] {
        b.key.none("near/perimeter", check, resource.clone(), "scanned from outside every week");
    }
    b.key.none("near/perimeter", "C14-04", Resource::schedule(id), "ran three days ago");
    let why = "all ports, at a normal pace";
    b.key.own().none("near/perimeter", "C14-05", Resource::schedule(id), why);
    if b.kind != super::Kind::Neglected {
        b.key.none("near/perimeter", "C14-07", resource, "none of it is excluded");
    }
}

fn default_scanners(network: u32) -> String {
    let [first, second] = estate::EAST_APPLIANCES;
    if network == BRANCH_NETWORK {
        estate::BRANCH_APPLIANCE.1.to_owned()
    } else {
        format!("{}, {}", first.1, second.1)
    }
}

pub(crate) fn range_text(range: &IpRange) -> String {
    if range.first == range.last {
        range.first.to_string()
    } else {
        format!("{}-{}", range.first, range.last)
    }
}

fn scan_of(schedule: &Schedule, run: &ScheduleRun) -> Scan {
    Scan {
        reference: run.reference.clone(),
        kind: "Scheduled".to_owned(),
        title: schedule.title.clone(),
        user_login: schedule.user_login.clone(),
        launched: run.launched,
        duration: 9_669,
        processed: run.state == "Finished",
        state: run.state.clone(),
        sub_state: run.sub_state.clone(),
        target: schedule.target.clone(),
        group_titles: schedule.group_titles.clone(),
        option_profile: schedule.option_profile.clone(),
        option_profile_default: schedule.option_profile_default,
    }
}
