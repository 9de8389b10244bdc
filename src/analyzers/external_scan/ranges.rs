//! Judges public addresses, run by run: seen from outside, often enough, excluded, subscribed.

use rusqlite::Row;

use super::looking::{Looking, View};
use super::perimeter::{Perimeter, usable};
use crate::address::{Family, Range, Set};
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::plural;
use crate::analyzers::rows::{collect, part, record};
use crate::analyzers::scanning::Estate;
use crate::analyzers::{AnalyzeError, Decision, Facts, Reach, Verdicts, Violation};
use crate::finding::{Resource, Span};
use crate::profile::Exposure;

/// Ranges that a finding lists.
const LISTED: usize = 20;

/// A range of addresses with the record that says it.
type Recorded = (Range, Span);

/// The records that addresses come from.
pub(super) struct Origins {
    subscribed: Vec<Recorded>,
    /// Public addresses of cloud instances.
    instances: Vec<Recorded>,
    /// Exclusions that hold at the time of the assessment.
    excluded: Vec<Recorded>,
}

impl Origins {
    pub(super) fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        let range = |row: &Row<'_>| -> rusqlite::Result<Option<Range>> {
            let (first, last): (Vec<u8>, Vec<u8>) = (row.get("first")?, row.get("last")?);
            Ok(Range::from_bytes(row.get("network_id")?, &first, &last))
        };
        let subscribed = collect(facts, sql!("controls/14_external_scan/ranges"), [], |row| {
            Ok((range(row)?, part(row)?))
        })?;
        let instances =
            collect(facts, sql!("controls/14_external_scan/cloud_addresses"), [], |row| {
                Ok((range(row)?, record(row, row.get("id")?)?))
            })?;
        let excluded = collect(facts, sql!("controls/14_external_scan/exclusions"), [], |row| {
            let ends: Option<i64> = row.get("expires")?;
            let holds = ends.is_none_or(|ends| ends >= facts.as_of);
            Ok((range(row)?.filter(|_| holds), part(row)?))
        })?;
        let known = |rows: Vec<(Option<Range>, Span)>| {
            rows.into_iter().filter_map(|(range, span)| Some((range?, span))).collect()
        };
        Ok(Self {
            subscribed: known(subscribed),
            instances: known(instances),
            excluded: known(excluded),
        })
    }

    /// The public addresses of cloud instances.
    pub(super) fn cloud(&self) -> Set {
        self.instances.iter().map(|(range, _)| *range).collect()
    }
}

/// The first records that hold any of these addresses.
fn records(of: &[Recorded], run: Range) -> impl Iterator<Item = Span> {
    let holding = of.iter().filter(move |(range, _)| range.overlap(&run).is_some());
    holding.take(SPANS).map(|(_, span)| span.clone())
}

pub(super) fn judge(
    facts: &Facts<'_>,
    estate: &Estate,
    perimeter: &Perimeter,
    looking: &[Looking<'_>],
    origins: Origins,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let room = Room {
        facts,
        estate,
        perimeter,
        looking,
        origins,
        schedules: facts.bodies("vm/scan-schedules")?,
        outside: united(looking.iter().filter(|one| one.surely(View::Outside))),
    };
    room.judge_coverage(verdicts);
    room.judge_interval(verdicts);
    room.judge_inside(verdicts);
    room.judge_declared(verdicts)?;
    room.judge_excluded(verdicts);
    Ok(())
}

/// Everything that these schedules reach.
fn united<'a>(looking: impl Iterator<Item = &'a Looking<'a>>) -> Set {
    looking.flat_map(|one| one.reached.runs()).copied().collect()
}

/// A part of the perimeter by what is known of it.
struct Sorted {
    bad: Set,
    /// Parts that something unknown may save, and what.
    unsure: Vec<(Set, String)>,
}

struct Room<'a> {
    facts: &'a Facts<'a>,
    estate: &'a Estate,
    perimeter: &'a Perimeter,
    looking: &'a [Looking<'a>],
    origins: Origins,
    /// The whole list of schedules: evidence of what is not in it.
    schedules: Vec<Span>,
    /// What is surely scanned from outside.
    outside: Set,
}

impl Room<'_> {
    /// Takes out of a suspicious part what one of these schedules may reach after all.
    fn sorted(&self, suspect: &Set, may_save: impl Fn(&Looking<'_>) -> bool) -> Sorted {
        let mut sorted = Sorted { bad: suspect.clone(), unsure: Vec::new() };
        for one in self.looking.iter().filter(|one| may_save(one)) {
            let saved = sorted.bad.intersection(&one.possible(&sorted.bad));
            if !saved.is_empty() {
                sorted.bad = sorted.bad.difference(&saved);
                sorted.unsure.push((saved, one.doubt()));
            }
        }
        sorted
    }

    /// Whether a schedule may look from outside, and something about it is not known.
    fn may_look(one: &Looking<'_>) -> bool {
        one.view != View::Inside && (!one.surely(View::Outside) || one.unknown.is_some())
    }

    /// Counts the runs of each part.
    fn count(check: &'static str, good: &Set, sorted: &Sorted, verdicts: &mut Verdicts) {
        verdicts.subjects(check, (good.runs().len() + sorted.bad.runs().len()) as u64);
        for (unsure, reason) in &sorted.unsure {
            let runs = unsure.runs().len() as u64;
            verdicts.subjects(check, runs);
            verdicts.unknown(check, runs, reason.as_str());
        }
    }

    /// The records that say that the addresses are there.
    fn origin(&self, run: Range) -> Vec<Span> {
        let own: Set = [run].into_iter().collect();
        let groups = self.estate.groups.iter().filter(|group| group.ranges.intersects(&own));
        let mut spans: Vec<Span> = records(&self.origins.subscribed, run).collect();
        spans.extend(records(&self.origins.instances, run));
        spans.extend(groups.take(SPANS).map(|group| group.span.clone()));
        spans
    }

    fn violation(&self, check: &'static str, run: Range, message: String) -> Violation {
        Violation::new(check, Resource::new("ip_range", run), message)
            .fact("addresses", addresses(run.count()))
            .evidence(self.origin(run))
    }

    /// The schedules that reach any of the run from this side.
    fn reaching(&self, run: Range, view: View) -> impl Iterator<Item = &Looking<'_>> {
        let run: Set = [run].into_iter().collect();
        self.looking.iter().filter(move |one| one.surely(view) && one.reached.intersects(&run))
    }

    /// C14-01: every public address is scanned from outside.
    fn judge_coverage(&self, verdicts: &mut Verdicts) {
        const CHECK: &str = "C14-01";
        if self.perimeter.public.is_empty() && self.perimeter.declared.is_empty() {
            let (decision, reason) = if self.facts.profile.scope.external_exposure == Exposure::None
            {
                let reason = "no public address is known, and scope.external_exposure is none";
                (Decision::NotApplicable, reason)
            } else {
                let reason = "no public address is known; declare the external networks, or \
                                  set scope.external_exposure to none";
                (Decision::Warn, reason)
            };
            verdicts.decide(CHECK, decision, reason);
            return;
        }
        let good = self.perimeter.open.intersection(&self.outside);
        let suspect = self.perimeter.open.difference(&self.outside);
        let sorted = self.sorted(&suspect, Self::may_look);
        Self::count(CHECK, &good, &sorted, verdicts);
        let unread = ["vm/hosts", "am/host-assets"].into_iter();
        let unread: Vec<&str> =
            unread.filter(|endpoint| self.facts.reach(endpoint) != Reach::Whole).collect();
        if !unread.is_empty() {
            let note = format!(
                "IPv6 hosts and cloud instances were not all seen: {} was not read whole",
                unread.join(" or ")
            );
            verdicts.note(CHECK, note);
        }
        for run in sorted.bad.runs().iter().copied() {
            let message = format!("{} not scanned from outside", are(run));
            let inside: Vec<&str> = self
                .reaching(run, View::Inside)
                .take(LISTED)
                .map(|one| one.schedule.title.as_str())
                .collect();
            verdicts.violation(
                self.violation(CHECK, run, message)
                    .fact("internal_schedules", inside)
                    .evidence(self.schedules.iter().cloned()),
            );
        }
    }

    /// C14-02: the most frequent look from outside is frequent enough.
    fn judge_interval(&self, verdicts: &mut Verdicts) {
        const CHECK: &str = "C14-02";
        let limit = self.facts.profile.c14.max_interval_days;
        let seen = self.perimeter.open.intersection(&self.outside);
        let often = self
            .looking
            .iter()
            .filter(|one| one.surely(View::Outside) && one.interval_days <= limit);
        let often = united(often);
        let good = seen.intersection(&often);
        let sorted = self.sorted(&seen.difference(&often), |one| {
            Self::may_look(one) && one.interval_days <= limit
        });
        Self::count(CHECK, &good, &sorted, verdicts);
        for run in sorted.bad.runs().iter().copied() {
            let mut by_interval: Vec<&Looking<'_>> = self.reaching(run, View::Outside).collect();
            by_interval.sort_by_key(|one| (one.interval_days, one.schedule.id));
            let mut rest: Set = [run].into_iter().collect();
            let mut days = 0;
            for one in &by_interval {
                if rest.intersects(&one.reached) {
                    days = one.interval_days;
                    rest = rest.difference(&one.reached);
                }
            }
            let every = plural(days.unsigned_abs(), "day", "days");
            let message = format!(
                "{} scanned from outside every {every} at best; the limit is {limit}",
                are(run)
            );
            verdicts.violation(
                self.violation(CHECK, run, message)
                    .fact("interval_days", days)
                    .fact("limit_days", limit)
                    .fact("schedules", by_interval.len())
                    .evidence(by_interval.iter().take(SPANS).map(|one| one.schedule.span.clone())),
            );
        }
    }

    /// C14-03: what is scanned from inside is scanned from outside too.
    fn judge_inside(&self, verdicts: &mut Verdicts) {
        const CHECK: &str = "C14-03";
        let unseen = self.perimeter.open.difference(&self.outside);
        let inside = united(self.looking.iter().filter(|one| one.surely(View::Inside)));
        let mut sorted = self.sorted(&unseen.intersection(&inside), Self::may_look);
        // What nothing is sure to reach may be reached from inside.
        let rest = self.sorted(&unseen.difference(&inside), |one| {
            one.view != View::Outside && (!one.surely(View::Inside) || one.unknown.is_some())
        });
        sorted.unsure.extend(rest.unsure);
        let good = self.perimeter.open.intersection(&self.outside).union(&rest.bad);
        Self::count(CHECK, &good, &sorted, verdicts);
        for run in sorted.bad.runs().iter().copied() {
            let schedules: Vec<&Looking<'_>> = self.reaching(run, View::Inside).collect();
            let titles: Vec<&str> =
                schedules.iter().take(LISTED).map(|one| one.schedule.title.as_str()).collect();
            verdicts.violation(
                self.violation(CHECK, run, format!("{} scanned from inside only", are(run)))
                    .fact("internal_schedules", titles)
                    .evidence(schedules.iter().take(SPANS).map(|one| one.schedule.span.clone()))
                    .evidence(self.schedules.iter().cloned()),
            );
        }
    }

    /// C14-06: what is declared to be external is subscribed, host by host for IPv6.
    fn judge_declared(&self, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
        const CHECK: &str = "C14-06";
        if self.perimeter.declared.is_empty() {
            if self.facts.profile.scope.external_exposure == Exposure::None {
                verdicts.decide(CHECK, Decision::Off, "scope.external_exposure is none");
            } else {
                let reason = "no external network is declared; set inputs.networks to a list with \
                              env = external, or add a [[segment]] of type external";
                verdicts.decide(CHECK, Decision::NotAssessed, reason);
            }
        }
        let mut lists = self.facts.bodies("vm/ips")?;
        lists.extend(self.facts.bodies("vm/asset-groups")?);
        for (range, block) in &self.perimeter.declared {
            verdicts.subjects(CHECK, 1);
            let usable = usable(block);
            let missing = usable.difference(&self.perimeter.subscribed);
            let is_absent = match range.family() {
                Family::V4 => !missing.is_empty(),
                Family::V6 => missing == usable,
            };
            if !is_absent {
                continue;
            }
            if range.family() == Family::V6 && self.facts.reach("vm/hosts") != Reach::Whole {
                let reason = "IPv6 blocks are counted in hosts, and the host list was not read whole \
                              (vm/hosts)";
                verdicts.unknown(CHECK, 1, reason);
                continue;
            }
            let named = block.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
            let message = if missing == usable {
                format!("{}{named} is declared external and not in Qualys", block.cidr)
            } else {
                let count = plural(addresses(missing.count()), "address", "addresses");
                format!("{}{named} is declared external, and {count} are not in Qualys", block.cidr)
            };
            let id = format!("{}@{}", block.cidr, block.network);
            let runs = missing.runs().iter().take(LISTED).map(ToString::to_string);
            verdicts.violation(
                Violation::new(CHECK, Resource::new("network_range", id), message)
                    .fact("missing_addresses", addresses(missing.count()))
                    .fact("missing_ranges", runs.collect::<Vec<_>>())
                    .fact("owner", block.owner.clone())
                    .evidence(lists.iter().cloned()),
            );
        }
        Ok(())
    }

    /// C14-07: no public address is on the excluded list.
    fn judge_excluded(&self, verdicts: &mut Verdicts) {
        const CHECK: &str = "C14-07";
        let hidden = self.perimeter.public.difference(&self.perimeter.open);
        let runs = self.perimeter.open.runs().len() + hidden.runs().len();
        verdicts.subjects(CHECK, runs as u64);
        for run in hidden.runs().iter().copied() {
            verdicts.violation(
                self.violation(CHECK, run, format!("{} excluded from every scan", are(run)))
                    .evidence(records(&self.origins.excluded, run)),
            );
        }
    }
}

/// `3 public addresses (192.0.2.1-192.0.2.3@0) are`.
fn are(run: Range) -> String {
    let count = addresses(run.count());
    let verb = if count == 1 { "is" } else { "are" };
    format!("{} ({run}) {verb}", plural(count, "public address", "public addresses"))
}

/// Saturates, as nobody counts more.
pub(super) fn addresses(count: u128) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
