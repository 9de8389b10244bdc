//! Judges each segment: in the subscription at all, scanned, by a schedule of its own, often enough.

use super::place::{Place, of_kind};
use super::{NO_STATE, Reaching};
use crate::analyzers::measure::{limit, percent, plural};
use crate::analyzers::scanning::Estate;
use crate::analyzers::{AnalyzeError, Decision, Facts, Reach, Verdicts, Violation};
use crate::finding::{Resource, Span};
use crate::profile::{SegmentKind, SegmentScan};

/// Longest interval in days where a segment sets none [ours].
const fn usual_interval(kind: SegmentKind) -> i64 {
    match kind {
        SegmentKind::Dmz => 7,
        SegmentKind::Ot => 90,
        SegmentKind::Internal
        | SegmentKind::Cde
        | SegmentKind::External
        | SegmentKind::Cloud
        | SegmentKind::Mgmt => 30,
    }
}

/// Schedules that a finding points at.
const MOST_SCHEDULES: usize = 10;

/// How a segment is scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// By a schedule of its own.
    Dedicated,
    /// Only by schedules that scan other kinds of segments too.
    Mixed,
    /// Live agents look at its hosts, no schedule does.
    Agents,
    Unreached,
    Unknown,
}

/// A segment of which something is in the subscription.
pub(super) struct Judged<'p, 'a> {
    pub place: &'p Place<'a>,
    pub standing: Standing,
    /// Shortest interval of the schedules that reach it, days.
    pub best: Option<i64>,
    pub limit: i64,
}

pub(super) fn judge<'p, 'a>(
    facts: &Facts<'_>,
    estate: &Estate,
    places: &'p [Place<'a>],
    schedules: &[Reaching<'_>],
    verdicts: &mut Verdicts,
) -> Result<Vec<Judged<'p, 'a>>, AnalyzeError> {
    judge_known(facts, estate, places, verdicts)?;
    let known: Vec<&Place<'_>> = places.iter().filter(|place| place.is_known()).collect();
    let lists = facts.bodies("vm/scan-schedules")?;
    let mut judged = Vec::new();
    for place in places.iter().filter(|place| place.is_known()) {
        let room = Room { facts, estate, place, known: &known, lists: &lists };
        judged.push(room.judge(schedules, verdicts));
    }
    let by_agents: Vec<&str> = judged
        .iter()
        .filter(|judged| judged.standing == Standing::Agents)
        .map(|judged| judged.place.segment.name.as_str())
        .collect();
    if !by_agents.is_empty() {
        let reason = format!("agents look at {}, no schedule does", by_agents.join(", "));
        verdicts.decide("C20-02", Decision::Warn, reason);
    }
    Ok(judged)
}

/// C20-08: something of each segment is in the subscription.
fn judge_known(
    facts: &Facts<'_>,
    estate: &Estate,
    places: &[Place<'_>],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C20-08";
    for place in places {
        let segment = place.segment;
        verdicts.subjects(CHECK, 1);
        if place.is_known() {
            continue;
        }
        let unknown = if segment.cidrs.is_empty()
            && segment.asset_groups.is_empty()
            && segment.tags.is_empty()
        {
            Some("the profile says of a segment neither addresses nor groups")
        } else if !place.is_whole(estate) {
            Some("which hosts carry the tags of a segment was not read (vm/hosts)")
        } else if segment.cidrs.iter().any(|block| block.addr().is_ipv6()) {
            Some(
                "which IPv6 addresses are subscribed is not collected (GET \
                 /api/2.0/fo/asset/ip/v4_v6/), and no known host is in the segment",
            )
        } else {
            None
        };
        if let Some(reason) = unknown {
            // It may be there, and then nobody knows whether it is scanned.
            verdicts.unknown(CHECK, 1, reason);
            verdicts.subjects("C20-01", 1);
            verdicts.unknown("C20-01", 1, reason);
            continue;
        }
        let message = format!("Nothing of segment {} is in Qualys", segment.name);
        let cidrs: Vec<String> = segment.cidrs.iter().map(ToString::to_string).collect();
        verdicts.violation(
            Violation::new(CHECK, place.resource(), message)
                .fact("type", segment.kind.word())
                .fact("network", segment.network_id)
                .fact("cidrs", cidrs)
                .fact("asset_groups", segment.asset_groups.clone())
                .evidence(facts.bodies("vm/ips")?),
        );
    }
    Ok(())
}

struct Room<'r, 'p, 'a> {
    facts: &'r Facts<'r>,
    estate: &'r Estate,
    place: &'p Place<'a>,
    /// Every segment of which something is in the subscription.
    known: &'r [&'p Place<'a>],
    /// The whole list of schedules: evidence of what is not in it.
    lists: &'r [Span],
}

impl<'p, 'a> Room<'_, 'p, 'a> {
    fn judge(&self, schedules: &[Reaching<'_>], verdicts: &mut Verdicts) -> Judged<'p, 'a> {
        let place = self.place;
        let segment = place.segment;
        let limit = segment.max_interval_days.unwrap_or_else(|| usual_interval(segment.kind));
        let mut reaching: Vec<&Reaching<'_>> = Vec::new();
        let mut best: Option<i64> = None;
        let mut doubt = None;
        let mut doubtful: Option<i64> = None;
        for one in schedules {
            let Some(interval) = one.schedule.interval_days else { continue };
            let is_reached = place.is_reached(&one.target, self.estate);
            if is_reached && one.is_on {
                best = Some(best.map_or(interval, |best| best.min(interval)));
                reaching.push(one);
            }
            let reason = if is_reached && !one.is_on {
                Some(NO_STATE)
            } else if one.target.network == segment.network_id && one.may_reach(place.kind()) {
                one.target.unknown
            } else {
                None
            };
            if reason.is_some() {
                doubt = reason;
                doubtful = Some(doubtful.map_or(interval, |best| best.min(interval)));
            }
        }
        let agents = self.agents();
        let is_passive = segment.scan == SegmentScan::Passive;
        verdicts.subjects("C20-01", 1);
        let mut standing = Standing::Unknown;
        if !reaching.is_empty() {
            standing = Standing::Dedicated;
            if !is_passive {
                standing = self.judge_own(&reaching, doubt, verdicts);
                if agents != Agents::Cover {
                    self.judge_interval(&reaching, (best, limit), doubt.zip(doubtful), verdicts);
                }
            }
        } else if agents == Agents::Cover {
            standing = Standing::Agents;
            if !is_passive {
                verdicts.subjects("C20-02", 1);
            }
        } else if is_passive {
            let reason = "the segment is looked at by passive sensors, which are not collected: see \
                          in the user interface that one covers it";
            verdicts.unknown("C20-01", 1, reason);
        } else if let Some(reason) = doubt {
            verdicts.unknown("C20-01", 1, reason);
        } else if agents == Agents::Might {
            let reason = "whether live agents look at its hosts is not known (vm/hosts, \
                          am/host-assets)";
            verdicts.unknown("C20-01", 1, reason);
        } else {
            standing = Standing::Unreached;
            let message =
                format!("Segment {} ({}) is not scanned", segment.name, segment.kind.word());
            verdicts.violation(
                self.told("C20-01", message)
                    .fact("addresses", super::place::count(&place.addresses))
                    .fact("hosts", place.hosts.len())
                    .evidence(self.lists.iter().cloned()),
            );
        }
        Judged { place, standing, best, limit }
    }

    fn told(&self, check: &'static str, message: String) -> Violation {
        let segment = self.place.segment;
        Violation::new(check, self.place.resource(), message)
            .fact("type", segment.kind.word())
            .fact("network", segment.network_id)
            .evidence(self.place.groups.iter().map(|group| group.span.clone()))
    }

    /// C20-02: one of the schedules that reach the segment is for its kind alone.
    fn judge_own(
        &self,
        reaching: &[&Reaching<'_>],
        doubt: Option<&'static str>,
        verdicts: &mut Verdicts,
    ) -> Standing {
        const CHECK: &str = "C20-02";
        let least = self.facts.profile.c20.dedicated_purity;
        let alike = of_kind(self.known, self.place.kind());
        verdicts.subjects(CHECK, 1);
        let mut shares = Vec::new();
        let mut uncounted = false;
        for one in reaching {
            match one.share(&alike) {
                // The part of a target that is not known may lie anywhere.
                Some((part, all)) if !least.is_missed_by(part, all) => {
                    if one.target.unknown.is_none() {
                        return Standing::Dedicated;
                    }
                }
                Some((part, all)) => shares.push((one, part, all)),
                None => uncounted = true,
            }
        }
        let unknown = if uncounted {
            Some("a schedule of names alone cannot be counted")
        } else {
            doubt.or_else(|| reaching.iter().find_map(|one| one.target.unknown))
        };
        if let Some(reason) = unknown {
            verdicts.unknown(CHECK, 1, reason);
            return Standing::Unknown;
        }
        let name = &self.place.segment.name;
        let purest = shares.iter().max_by(|(_, a, b), (_, c, d)| {
            (u128::from(*a) * u128::from(*d)).cmp(&(u128::from(*c) * u128::from(*b)))
        });
        let words = purest.map_or_else(String::new, |(one, part, all)| {
            format!(
                ": {} of the target of \"{}\" is of its kind; the limit is {}",
                percent(*part, *all),
                one.schedule.title,
                limit(least)
            )
        });
        let titles: Vec<String> = reaching.iter().map(|one| one.schedule.title.clone()).collect();
        verdicts.violation(
            self.told(CHECK, format!("Segment {name} has no schedule of its own{words}"))
                .fact("schedules", titles)
                .fact("limit", least.as_f64())
                .evidence(spans(reaching)),
        );
        Standing::Mixed
    }

    /// C20-07: the most frequent schedule of the segment.
    fn judge_interval(
        &self,
        reaching: &[&Reaching<'_>],
        (best, limit): (Option<i64>, i64),
        doubtful: Option<(&'static str, i64)>,
        verdicts: &mut Verdicts,
    ) {
        const CHECK: &str = "C20-07";
        verdicts.subjects(CHECK, 1);
        let Some(days) = best.filter(|days| *days > limit) else { return };
        if let Some((reason, _)) = doubtful.filter(|(_, days)| *days <= limit) {
            verdicts.unknown(CHECK, 1, reason);
            return;
        }
        let message = format!(
            "Segment {} is scanned every {} at best; the limit is {limit}",
            self.place.segment.name,
            plural(days.unsigned_abs(), "day", "days")
        );
        verdicts.violation(
            self.told(CHECK, message)
                .fact("interval_days", days)
                .fact("limit_days", limit)
                .evidence(spans(reaching)),
        );
    }

    /// Whether live agents look at nearly all of its hosts that agents exist for.
    fn agents(&self) -> Agents {
        let profile = self.facts.profile;
        if !profile.c01.agents_satisfy_schedule {
            return Agents::Miss;
        }
        let eligible_os = &profile.c07.eligible_os;
        let (mut eligible, mut live, mut unknown) = (0, 0, 0);
        for host in self.place.hosts.iter().filter_map(|id| self.estate.hosts.get(id)) {
            if host.os_family.as_ref().is_none_or(|family| eligible_os.contains(family)) {
                eligible += 1;
                live += u64::from(host.agent == Some(true));
                unknown += u64::from(host.agent.is_none());
            }
        }
        let enough =
            |live| eligible > 0 && !profile.c01.agent_cover_min.is_missed_by(live, eligible);
        if enough(live) {
            Agents::Cover
        } else if enough(live + unknown) || self.facts.reach("vm/hosts") != Reach::Whole {
            Agents::Might
        } else {
            Agents::Miss
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Agents {
    Cover,
    Might,
    Miss,
}

impl Reaching<'_> {
    /// Whether the part of its target that is not known could be in a segment of this kind: the
    /// instances of a cloud connector are in the cloud.
    pub(super) fn may_reach(&self, kind: SegmentKind) -> bool {
        self.target.unknown.is_some()
            && (!self.schedule.cloud || self.schedule.tags.used || kind == SegmentKind::Cloud)
    }

    /// Which part of its target lies in these segments. One that names only their groups is theirs
    /// although names cannot be counted.
    pub(super) fn share(&self, places: &[&Place<'_>]) -> Option<(u64, u64)> {
        super::place::share(&self.target, places).or_else(|| {
            let titles = &self.target.titles;
            let is_named = |title: &String| {
                places
                    .iter()
                    .any(|place| place.groups.iter().any(|group| group.title.trim() == *title))
            };
            (!titles.is_empty() && titles.iter().all(is_named)).then_some((1, 1))
        })
    }

    pub(super) fn resource(&self) -> Resource {
        Resource::new("schedule", self.schedule.id).named(&self.schedule.title)
    }
}

fn spans(reaching: &[&Reaching<'_>]) -> Vec<Span> {
    reaching.iter().take(MOST_SCHEDULES).map(|one| one.schedule.span.clone()).collect()
}
