//! Judges each schedule: how many kinds of segments it spans, from where and how it scans them.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::place::{Place, count, kinds, of_kind};
use super::{NO_STATE, Reaching};
use crate::address::{Family, Set};
use crate::analyzers::measure::{limit, percent};
use crate::analyzers::rows::collect;
use crate::analyzers::scanning::{Estate, Scanner};
use crate::analyzers::{AnalyzeError, Facts, Reach, Verdicts, Violation};
use crate::finding::{Known, Resource};
use crate::profile::SegmentKind;

const NAMES: &str = "a schedule of names alone cannot be counted";
const UNREAD: &str = "which hosts carry the tags of a segment was not read (vm/hosts)";

/// C20-03: each schedule by the kinds of segments in its target.
pub(super) fn judge_spans(
    facts: &Facts<'_>,
    estate: &Estate,
    places: &[&Place<'_>],
    schedules: &[Reaching<'_>],
    verdicts: &mut Verdicts,
) {
    const CHECK: &str = "C20-03";
    let least = facts.profile.c20.mix_min;
    for one in schedules.iter().filter(|one| one.schedule.recurs()) {
        let mut spanned: Vec<(SegmentKind, u64, u64)> = Vec::new();
        for kind in kinds(places) {
            if let Some((part, all)) = super::place::share(&one.target, &of_kind(places, kind))
                && part > 0
                && least.compare(part, all).is_some_and(Ordering::is_ge)
            {
                spanned.push((kind, part, all));
            }
        }
        let spans = spanned.len() >= 2;
        let is_counted = super::place::share(&one.target, places).is_some();
        let named = places.iter().copied().filter(|place| place.is_reached(&one.target, estate));
        let is_doubtful = !is_counted && kinds(&named.collect::<Vec<_>>()).len() >= 2;
        let doubt = kinds(places).into_iter().any(|kind| one.may_reach(kind));
        let is_violated = if spans && !one.is_on {
            Known::Unknown(NO_STATE.to_owned())
        } else if let Some(reason) = one.target.unknown.filter(|_| doubt) {
            Known::Unknown(reason.to_owned())
        } else if is_doubtful {
            Known::Unknown(NAMES.to_owned())
        } else {
            Known::Known(spans)
        };
        verdicts.settle(CHECK, is_violated, || {
            let words: Vec<&str> = spanned.iter().map(|(kind, _, _)| kind.word()).collect();
            let parts: serde_json::Map<String, serde_json::Value> = spanned
                .iter()
                .map(|(kind, part, all)| (kind.word().to_owned(), percent(*part, *all).into()))
                .collect();
            let title = &one.schedule.title;
            let message = format!("Schedule \"{title}\" spans {}", words.join(", "));
            let violation = Violation::new(CHECK, one.resource(), message)
                .fact("types", words.clone())
                .fact("shares", parts)
                .fact("limit", least.as_f64())
                .evidence([one.schedule.span.clone()]);
            if words.contains(&SegmentKind::Ot.word()) {
                violation.severity(crate::finding::Severity::High)
            } else {
                violation
            }
        });
    }
}

/// C20-04: no schedule reaches nearly everything and several kinds of segments.
pub(super) fn judge_flat(
    facts: &Facts<'_>,
    estate: &Estate,
    segments: &[Place<'_>],
    schedules: &[Reaching<'_>],
    verdicts: &mut Verdicts,
) {
    const CHECK: &str = "C20-04";
    let most = facts.profile.c20.flat_share;
    let places: Vec<&Place<'_>> = segments.iter().filter(|place| place.is_known()).collect();
    let untold: Vec<&Place<'_>> = segments.iter().filter(|place| !place.is_whole(estate)).collect();
    let all_kinds = kinds(&[&*places, &*untold].concat());
    let active: Vec<&Reaching<'_>> = schedules.iter().filter(|one| one.schedule.recurs()).collect();
    let is_idle = |one: &&Reaching<'_>| one.target.is_empty() && one.target.unknown.is_none();
    if all_kinds.len() < 2 || active.iter().all(is_idle) {
        return;
    }
    verdicts.subjects(CHECK, 1);
    let reached = |is_on: bool| -> Set {
        let ones = active.iter().filter(|one| one.is_on || !is_on);
        ones.flat_map(|one| one.target.addresses.runs().iter().copied())
            .collect::<Set>()
            .only(Family::V4)
    };
    // With the schedules that may be off the whole is larger, and no share is.
    let (surely, perhaps) = (count(&reached(true)), count(&reached(false)));
    let mut flat: Vec<(&Reaching<'_>, u64)> = Vec::new();
    let mut doubt = None;
    for one in &active {
        let own = count(&one.target.addresses.only(Family::V4));
        let touches = |kind: &SegmentKind| {
            super::place::share(&one.target, &of_kind(&places, *kind))
                .is_some_and(|(part, _)| part > 0)
        };
        let may_touch = |kind: &SegmentKind| touches(kind) || !of_kind(&untold, *kind).is_empty();
        let is_wide = all_kinds.iter().filter(|kind| touches(kind)).count() >= 2;
        let may_be_wide = all_kinds.iter().filter(|kind| may_touch(kind)).count() >= 2;
        let is_flat = |all| most.compare(own, all).is_some_and(Ordering::is_ge);
        if is_wide && one.is_on && is_flat(perhaps) {
            match unseen_beside(one, &active) {
                Some(reason) => doubt = Some(reason),
                None => flat.push((one, own)),
            }
        } else if is_wide && is_flat(if one.is_on { surely } else { perhaps }) {
            doubt = Some(NO_STATE);
        } else if !is_wide && may_be_wide && is_flat(surely) {
            doubt = doubt.or(Some(UNREAD));
        }
        if is_wide || all_kinds.iter().any(|kind| one.may_reach(*kind)) {
            doubt = doubt.or(one.target.unknown);
        }
        let named = places.iter().copied().filter(|place| place.is_reached(&one.target, estate));
        if own == 0 && kinds(&named.collect::<Vec<_>>()).len() >= 2 {
            doubt = doubt.or(Some(NAMES));
        }
    }
    flat.sort_by_key(|(one, own)| (std::cmp::Reverse(*own), one.schedule.id));
    let Some((largest, own)) = flat.first() else {
        if let Some(reason) = doubt {
            verdicts.unknown(CHECK, 1, reason);
        }
        return;
    };
    let message = format!(
        "Flat scanning: \"{}\" reaches {} of all scheduled addresses; from {} on it is flat",
        largest.schedule.title,
        percent(*own, perhaps),
        limit(most)
    );
    let titles: Vec<&str> = flat.iter().map(|(one, _)| one.schedule.title.as_str()).collect();
    let words: Vec<&str> = all_kinds.iter().map(|kind| kind.word()).collect();
    verdicts.violation(
        Violation::new(CHECK, Resource::subscription(), message)
            .fact("schedules", titles)
            .fact("addresses", *own)
            .fact("scheduled_addresses", perhaps)
            .fact("types", words)
            .fact("limit", most.as_f64())
            .evidence(flat.iter().map(|(one, _)| one.schedule.span.clone())),
    );
}

/// Why another schedule may reach addresses that this one does not.
fn unseen_beside(one: &Reaching<'_>, active: &[&Reaching<'_>]) -> Option<&'static str> {
    let mut others = active.iter().filter(|other| other.schedule.id != one.schedule.id);
    // What has everything has the unknown part too; cloud instances may be new.
    let is_beside = |other: &Reaching<'_>| {
        !one.target.everything
            || other.target.network != one.target.network
            || other.schedule.cloud && !other.schedule.tags.used
    };
    others.find_map(|other| other.target.unknown.filter(|_| is_beside(other)))
}

/// Schedules in segments, by whose appliances they are scanned.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pairs {
    pub judged: u64,
    pub inside: u64,
}

/// C20-05 and C20-06: each schedule in each segment that it reaches.
pub(super) fn judge_pairs(
    facts: &Facts<'_>,
    estate: &Estate,
    places: &[&Place<'_>],
    schedules: &[Reaching<'_>],
    verdicts: &mut Verdicts,
) -> Result<Pairs, AnalyzeError> {
    let mut serving: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for (group, name) in
        collect(facts, sql!("controls/20_segmentation/group_appliances"), [], |row| {
            Ok((row.get("group_id")?, row.get("name")?))
        })?
    {
        serving.entry(group).or_default().insert(name);
    }
    let mut pairs = Pairs::default();
    for one in schedules {
        for place in places {
            let is_reached = place.is_reached(&one.target, estate);
            let may_reach =
                one.target.network == place.segment.network_id && one.may_reach(place.kind());
            if !is_reached && !may_reach {
                continue;
            }
            let pair = Pair { one, place, places, is_reached };
            if !place.segment.appliances.is_empty()
                && let Some(strangers) = pair.strangers(facts, estate, &serving)
                && (is_reached || strangers != Known::Known(Vec::new()))
            {
                pairs.judged += 1;
                pairs.inside += u64::from(strangers == Known::Known(Vec::new()));
                pair.judge_scanner(strangers, verdicts);
            }
            if place.kind() == SegmentKind::Ot {
                pair.judge_profile(verdicts);
            }
        }
    }
    Ok(pairs)
}

/// One schedule in one segment.
struct Pair<'r> {
    one: &'r Reaching<'r>,
    place: &'r Place<'r>,
    places: &'r [&'r Place<'r>],
    /// `false`: only the part of the target that is not known may reach it.
    is_reached: bool,
}

impl Pair<'_> {
    /// Appliances that scan the segment and are not in its list; `None` where no appliance does.
    fn strangers(
        &self,
        facts: &Facts<'_>,
        estate: &Estate,
        serving: &BTreeMap<i64, BTreeSet<String>>,
    ) -> Option<Known<Vec<String>>> {
        let unknown = |reason: &str| Some(Known::Unknown(reason.to_owned()));
        let names: BTreeSet<String> = match &self.one.schedule.scanner {
            // Scans from the internet are no matter of inner boundaries; control 14 judges them.
            Scanner::External => return None,
            Scanner::Unsaid => return unknown("which scanner a schedule uses was not said"),
            Scanner::Default | Scanner::Pool => {
                return unknown("which appliances a pool of scanners holds is not known");
            }
            Scanner::Named(_) => self.one.schedule.scanner.appliances().cloned().collect(),
            Scanner::OfGroups => {
                let target = &self.one.target;
                let groups = estate.groups.iter().filter(|group| {
                    target.titles.contains(group.title.trim())
                        && (group.ranges.intersects(&self.place.addresses)
                            || group.hosts.iter().any(|id| self.place.hosts.contains(id)))
                });
                groups.filter_map(|group| serving.get(&group.id)).flatten().cloned().collect()
            }
        };
        if names.is_empty() {
            return unknown("which appliances serve the groups of a schedule was not said");
        }
        let strangers: Vec<String> =
            names.into_iter().filter(|name| !lists(self.place, name)).collect();
        let is_read = self.one.schedule.scanner != Scanner::OfGroups
            || facts.reach("vm/appliances") == Reach::Whole;
        if strangers.is_empty() && !is_read {
            return unknown("not all appliances were read (vm/appliances)");
        }
        Some(Known::Known(strangers))
    }

    /// C20-05.
    fn judge_scanner(&self, strangers: Known<Vec<String>>, verdicts: &mut Verdicts) {
        const CHECK: &str = "C20-05";
        let (names, is_violated) = match strangers {
            Known::Known(names) => {
                let any = !names.is_empty();
                (names, self.guarded(any))
            }
            Known::Unknown(reason) => (Vec::new(), Known::Unknown(reason)),
        };
        verdicts.settle(CHECK, is_violated, || {
            let homes: Vec<&str> = self
                .places
                .iter()
                .filter(|place| names.iter().any(|name| lists(place, name)))
                .map(|place| place.segment.name.as_str())
                .collect();
            let home = if homes.is_empty() { "no segment".to_owned() } else { homes.join(", ") };
            let message = format!(
                "Segment {} is scanned by {} from {home}",
                self.place.segment.name,
                names.join(", ")
            );
            self.told(CHECK, message)
                .fact("appliances", names.clone())
                .fact("listed_appliances", self.place.segment.appliances.clone())
        });
    }

    /// C20-06. What harms nothing is no subject where it may not reach the segment at all.
    fn judge_profile(&self, verdicts: &mut Verdicts) {
        const CHECK: &str = "C20-06";
        let segment = self.place.segment;
        let used = self.one.schedule.option_profile.as_deref();
        let is_violated = match used {
            _ if segment.option_profiles.is_empty() => {
                Known::Unknown("the profile names no option_profiles of an OT segment".to_owned())
            }
            None => Known::Unknown("which option profile a schedule uses was not said".to_owned()),
            Some(used) => {
                self.guarded(segment.option_profiles.iter().all(|title| title.trim() != used))
            }
        };
        if !self.is_reached && is_violated == Known::Known(false) {
            return;
        }
        verdicts.settle(CHECK, is_violated, || {
            let used = used.unwrap_or_default();
            let message = format!(
                "Schedule \"{}\" runs \"{used}\" in {}",
                self.one.schedule.title, segment.name
            );
            self.told(CHECK, message)
                .fact("option_profile", used)
                .fact("listed_option_profiles", segment.option_profiles.clone())
        });
    }

    fn guarded(&self, is_violated: bool) -> Known<bool> {
        if let Some(reason) = self.one.target.unknown.filter(|_| is_violated && !self.is_reached) {
            return Known::Unknown(reason.to_owned());
        }
        if is_violated && !self.one.is_on {
            return Known::Unknown("whether a schedule is on was not said".to_owned());
        }
        Known::Known(is_violated)
    }

    fn told(&self, check: &'static str, message: String) -> Violation {
        let resource = self.one.resource().told_apart(&self.place.segment.id);
        Violation::new(check, resource, message)
            .fact("segment", self.place.segment.name.as_str())
            .evidence([self.one.schedule.span.clone()])
            .evidence(self.place.groups.iter().map(|group| group.span.clone()))
    }
}

/// Whether a segment names this appliance as its own.
fn lists(place: &Place<'_>, appliance: &str) -> bool {
    place.segment.appliances.iter().any(|name| name.trim().eq_ignore_ascii_case(appliance.trim()))
}
