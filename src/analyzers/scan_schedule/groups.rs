//! Judges asset groups: whether a recurring schedule reaches them, how far, and how often.

use serde_json::Value;

use super::units::Units;
use crate::address::Set;
use crate::analyzers::measure::{percent, plural};
use crate::analyzers::scanning::{Activity, Estate, Group, Schedule, Target};
use crate::analyzers::{AnalyzeError, Facts, Reach, Verdicts, Violation};
use crate::finding::{Resource, Span};

/// Names what would tell: a host's agent stands in either list.
const AGENTS_UNKNOWN: &str =
    "whether live agents look at its hosts is not known (vm/hosts, am/host-assets)";

/// A schedule with what it reaches.
pub(super) struct Reaching<'a> {
    pub schedule: &'a Schedule,
    pub target: Target,
}

/// How a group stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Reached,
    /// No schedule reaches it and none has to: its hosts have live agents.
    Agents,
    Unreached,
    /// Something that is not known could reach it.
    Unknown(&'static str),
}

/// A group that is judged, with what the schedules make of it.
pub(super) struct Judged<'a> {
    pub group: &'a Group,
    pub units: Units,
    pub reached: Units,
    pub standing: Standing,
    /// Shortest interval of the schedules that reach it, days.
    pub best: Option<i64>,
}

/// Live agents among the hosts of a group that an agent exists for.
#[derive(Debug, Default, Clone, Copy)]
struct Agents {
    eligible: u64,
    live: u64,
    unknown: u64,
}

/// Judges every group that holds something.
pub(super) fn judge<'a>(
    facts: &Facts<'_>,
    estate: &'a Estate,
    schedules: &[Reaching<'_>],
    verdicts: &mut Verdicts,
) -> Result<Vec<Judged<'a>>, AnalyzeError> {
    let ignored = &facts.profile.scope.ignore_asset_groups;
    let lists = facts.bodies("vm/scan-schedules")?;
    let gone = gone(estate);
    let mut judged = Vec::new();
    for group in estate.groups.iter().filter(|group| !ignored.contains(&group.title)) {
        if let Some(whole) = Units::of(group, &gone, estate) {
            let room = Room { facts, estate, group, schedules, lists: &lists };
            judged.push(room.judge(&whole, verdicts));
        }
    }
    if judged.is_empty() {
        nothing_to_judge(facts, estate, verdicts)?;
    }
    Ok(judged)
}

/// Everything that the judgement of one group looks at.
struct Room<'a, 'b> {
    facts: &'b Facts<'b>,
    estate: &'a Estate,
    group: &'a Group,
    schedules: &'b [Reaching<'b>],
    /// The whole list of schedules: evidence of what is not in it.
    lists: &'b [Span],
}

impl<'a> Room<'a, '_> {
    fn judge(&self, whole: &Units, verdicts: &mut Verdicts) -> Judged<'a> {
        let (facts, estate) = (self.facts, self.estate);
        let units = whole.without(&estate.excluded, estate);
        let mut reached = units.none();
        let mut possible = units.none();
        let mut doubt = None;
        let mut best: Option<i64> = None;
        let mut best_doubtful: Option<i64> = None;
        let mut spans = Vec::new();
        for Reaching { schedule, target } in self.schedules {
            let Some(interval) = schedule.interval_days else { continue };
            if matches!(schedule.state, Activity::Off | Activity::Paused) {
                continue;
            }
            let part = units.part(target, estate);
            let is_on = schedule.state == Activity::On;
            if part.count() > 0 {
                if is_on {
                    best = Some(best.map_or(interval, |best| best.min(interval)));
                    reached = reached.joined(&part);
                    spans.push(schedule.span.clone());
                } else {
                    doubt = Some("whether a schedule that would reach it is on was not said");
                    best_doubtful = Some(best_doubtful.map_or(interval, |best| best.min(interval)));
                }
                possible = possible.joined(&part);
            }
            if let Some(reason) = target.unknown
                && units.touches(schedule.network, estate)
            {
                doubt = Some(reason);
                best_doubtful = Some(best_doubtful.map_or(interval, |best| best.min(interval)));
                // It could reach everything that is there.
                possible = possible.joined(&units);
            }
        }
        let agents = self.agents();
        let limit = facts.profile.c01.agent_cover_min;
        let enough = |live| agents.eligible > 0 && !limit.is_missed_by(live, agents.eligible);
        let satisfied = facts.profile.c01.agents_satisfy_schedule;
        let agents_cover = satisfied && enough(agents.live);
        let agents_might = satisfied
            && (enough(agents.live + agents.unknown) || facts.reach("vm/hosts") != Reach::Whole);
        let standing = if reached.count() > 0 {
            Standing::Reached
        } else if agents_cover {
            Standing::Agents
        } else if possible.count() > 0 {
            Standing::Unknown(doubt.unwrap_or("a part of a schedule's target is not known"))
        } else if agents_might {
            Standing::Unknown(AGENTS_UNKNOWN)
        } else {
            Standing::Unreached
        };
        verdicts.subjects("C01-01", 1);
        match standing {
            Standing::Unreached => verdicts.violation(self.unreached(whole, &units, agents)),
            Standing::Unknown(reason) => verdicts.unknown("C01-01", 1, reason),
            Standing::Agents => {}
            Standing::Reached => {
                let saved = Saved { agents_cover, agents_might, doubt };
                self.judge_share(&units, &reached, &possible, &spans, saved, verdicts);
                let best = (best, best_doubtful);
                self.judge_interval(best, &spans, saved, verdicts);
            }
        }
        Judged { group: self.group, units, reached, standing, best }
    }

    fn agents(&self) -> Agents {
        let eligible_os = &self.facts.profile.c07.eligible_os;
        let mut agents = Agents::default();
        for host in self.group.hosts.iter().filter_map(|id| self.estate.hosts.get(id)) {
            // A host whose system is not known counts: it helps nobody to pass.
            let eligible =
                host.os_family.as_ref().is_none_or(|family| eligible_os.contains(family));
            if eligible && !host.gone {
                agents.eligible += 1;
                match host.agent {
                    Some(true) => agents.live += 1,
                    Some(false) => {}
                    None => agents.unknown += 1,
                }
            }
        }
        agents
    }

    fn resource(&self) -> Resource {
        Resource::new("asset_group", self.group.id).named(&self.group.title)
    }

    fn unreached(&self, whole: &Units, units: &Units, agents: Agents) -> Violation {
        let title = &self.group.title;
        let (before, left) = (whole.count(), units.count());
        let message = if left == 0 {
            format!(
                "Every part of asset group \"{title}\" ({}) is excluded from scanning",
                whole.words(before)
            )
        } else {
            format!(
                "No active recurring scan reaches asset group \"{title}\" ({})",
                units.words(left)
            )
        };
        Violation::new("C01-01", self.resource(), message)
            .fact("unit", units.unit())
            .fact("total", left)
            .fact("excluded", before.saturating_sub(left))
            .fact("network", self.group.network)
            .fact("hosts", self.group.hosts.len())
            .fact("agent_eligible_hosts", agents.eligible)
            .fact("live_agents", agents.live)
            .evidence([self.group.span.clone()])
            .evidence(self.lists.iter().cloned())
    }

    fn judge_share(
        &self,
        units: &Units,
        reached: &Units,
        possible: &Units,
        spans: &[Span],
        saved: Saved,
        verdicts: &mut Verdicts,
    ) {
        verdicts.subjects("C01-02", 1);
        let limit = self.facts.profile.c01.group_cover_min;
        let (covered, total) = (reached.count(), units.count());
        if !limit.is_missed_by(covered, total) || saved.agents_cover {
            return;
        }
        if let Some(doubt) = saved.doubt
            && !limit.is_missed_by(possible.count(), total)
        {
            verdicts.unknown("C01-02", 1, doubt);
            return;
        }
        if saved.agents_might {
            verdicts.unknown("C01-02", 1, AGENTS_UNKNOWN);
            return;
        }
        let left = total.saturating_sub(covered);
        let message = format!(
            "Active schedules reach {} of asset group \"{}\"; {} stay out",
            percent(covered, total),
            self.group.title,
            units.words(left)
        );
        verdicts.violation(
            Violation::new("C01-02", self.resource(), message)
                .fact("unit", units.unit())
                .fact("covered", covered)
                .fact("total", total)
                .fact("uncovered", left)
                .fact("uncovered_ranges", uncovered(units, reached))
                .fact("limit", limit.as_f64())
                .evidence([self.group.span.clone()])
                .evidence(spans.iter().take(MOST_SCHEDULES).cloned()),
        );
    }

    fn judge_interval(
        &self,
        (best, doubtful): (Option<i64>, Option<i64>),
        spans: &[Span],
        saved: Saved,
        verdicts: &mut Verdicts,
    ) {
        verdicts.subjects("C01-03", 1);
        let limit = self.facts.profile.c01.max_interval_days;
        let Some(days) = best.filter(|days| *days > limit) else { return };
        if saved.agents_cover {
            return;
        }
        if let Some(doubt) = saved.doubt
            && doubtful.is_some_and(|days| days <= limit)
        {
            verdicts.unknown("C01-03", 1, doubt);
            return;
        }
        if saved.agents_might {
            verdicts.unknown("C01-03", 1, AGENTS_UNKNOWN);
            return;
        }
        let message = format!(
            "Asset group \"{}\" is scanned every {} at best; the limit is {limit}",
            self.group.title,
            plural(days.unsigned_abs(), "day", "days")
        );
        verdicts.violation(
            Violation::new("C01-03", self.resource(), message)
                .fact("interval_days", days)
                .fact("limit_days", limit)
                .fact("schedules", spans.len())
                .evidence([self.group.span.clone()])
                .evidence(spans.iter().take(MOST_SCHEDULES).cloned()),
        );
    }
}

/// Schedules that a finding about a group points at.
const MOST_SCHEDULES: usize = 10;

/// Ranges that a finding lists.
const MOST_RANGES: usize = 20;

/// What may still help a group that its schedules do not satisfy.
#[derive(Debug, Clone, Copy)]
struct Saved {
    agents_cover: bool,
    agents_might: bool,
    doubt: Option<&'static str>,
}

/// The first ranges, or hosts, that no schedule reaches.
fn uncovered(units: &Units, reached: &Units) -> Value {
    match (units, reached) {
        (Units::Addresses(all), Units::Addresses(part)) => {
            all.difference(part).runs().iter().take(MOST_RANGES).map(ToString::to_string).collect()
        }
        (Units::Hosts(all), Units::Hosts(part)) => {
            all.difference(part).take(MOST_RANGES).map(|id| format!("host {id}")).collect()
        }
        _ => Value::Array(Vec::new()),
    }
}

/// Addresses that only hosts hold that are gone.
fn gone(estate: &Estate) -> Set {
    let of = |gone: bool| -> Set {
        let hosts = estate.hosts.values().filter(|host| host.gone == gone);
        hosts.flat_map(|host| host.addresses.runs()).copied().collect()
    };
    of(true).difference(&of(false))
}

/// Without a group there is nothing that a schedule could be held against; that is healthy only
/// where there is nothing to scan.
fn nothing_to_judge(
    facts: &Facts<'_>,
    estate: &Estate,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let hosts = estate.hosts.values().filter(|host| !host.gone).count() as u64;
    if hosts == 0 && estate.subscribed.is_empty() {
        return Ok(());
    }
    verdicts.subjects("C01-01", 1);
    let message = format!(
        "There is no asset group to hold schedules against, while the subscription knows {} and {}",
        plural(hosts, "host", "hosts"),
        plural(
            u64::try_from(estate.subscribed.count()).unwrap_or(u64::MAX),
            "address",
            "addresses"
        )
    );
    verdicts.violation(
        Violation::new("C01-01", Resource::subscription(), message)
            .fact("groups_listed", estate.groups.len())
            .fact("hosts", hosts)
            .evidence(facts.bodies("vm/asset-groups")?),
    );
    Ok(())
}

/// The judged groups that the target reaches.
pub(super) fn reached_by<'a, 'b>(
    target: &Target,
    judged: &'a [Judged<'b>],
    estate: &Estate,
) -> Vec<&'a Judged<'b>> {
    judged.iter().filter(|judged| judged.units.part(target, estate).count() > 0).collect()
}
