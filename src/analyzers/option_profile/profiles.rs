//! Judges each option profile that is in use, and the defaults.

use std::collections::BTreeSet;

use super::read::{Estate, OptionProfile, Schedule};
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::{listed, plural};
use crate::analyzers::{Decision, Facts, Verdicts, Violation};
use crate::finding::{Known, Resource, Severity};
use crate::profile::{BruteForce, Performance, Ports, Segment, SegmentKind};

/// A setting that the answer does not say in known words.
const UNSAID: &str = "a setting of it was not said or is not understood";

pub(super) fn judge(
    facts: &Facts<'_>,
    estate: &Estate,
    profile: &OptionProfile,
    verdicts: &mut Verdicts,
) {
    judge_default(profile, verdicts);
    let used = profile.is_used(estate);
    if used == Known::Known(false) {
        return;
    }
    let schedules: Vec<&Schedule> = profile.schedules(estate);
    let one = InUse { facts, profile, used, schedules };
    one.judge_depth(verdicts);
    one.judge_ports(verdicts);
    one.judge_segments(verdicts);
    one.judge_closing(verdicts);
    one.judge_approval(verdicts);
}

struct InUse<'a> {
    facts: &'a Facts<'a>,
    profile: &'a OptionProfile,
    used: Known<bool>,
    schedules: Vec<&'a Schedule>,
}

fn known(flag: Option<bool>) -> Known<bool> {
    flag.map_or_else(|| Known::Unknown(UNSAID.to_owned()), Known::Known)
}

impl InUse<'_> {
    /// What is wrong counts only for a profile that is known to be in use.
    fn settle(
        &self,
        check: &'static str,
        is_violated: Known<bool>,
        verdicts: &mut Verdicts,
        violation: impl FnOnce() -> Violation,
    ) {
        let is_violated = match (&self.used, is_violated) {
            (Known::Unknown(reason), Known::Known(true)) => Known::Unknown(reason.clone()),
            (_, other) => other,
        };
        verdicts.settle(check, is_violated, violation);
    }

    fn violation(&self, check: &'static str, message: String) -> Violation {
        self.about(check, self.profile.resource(), message)
    }

    fn about(&self, check: &'static str, resource: Resource, message: String) -> Violation {
        let on = self.schedules.iter().filter(|schedule| schedule.is_on == Some(true));
        Violation::new(check, resource, message)
            .fact("schedules", on.clone().count())
            .fact("used_by_recent_scan", self.profile.scanned)
            .evidence([self.profile.span.clone()])
            .evidence(on.take(SPANS).map(|schedule| schedule.span.clone()))
    }

    fn is_special(&self) -> bool {
        let special = &self.facts.profile.option_profiles.special_purpose;
        special.iter().any(|title| title.trim() == self.profile.title.trim())
    }

    /// C03-01 to C03-03: logins, detections, exclusions.
    fn judge_depth(&self, verdicts: &mut Verdicts) {
        let profile = self.profile;
        let title = &profile.title;
        let inside = self.schedules.iter().filter(|schedule| schedule.is_external != Some(true));
        if inside.clone().next().is_some() {
            let is_inside = inside.clone().any(|schedule| {
                schedule.is_external == Some(false) && schedule.is_on == Some(true)
            });
            let is_blind = match (known(profile.logs_in.map(|logs_in| !logs_in)), is_inside) {
                (Known::Known(true), false) => {
                    Known::Unknown("which scanner a schedule uses was not said".to_owned())
                }
                (other, _) => other,
            };
            self.settle("C03-01", is_blind, verdicts, || {
                let message = format!("{title} runs internal scans with no authentication enabled");
                self.violation("C03-01", message)
            });
        }
        if !self.facts.profile.c03.require_complete {
            verdicts.decide("C03-02", Decision::Off, "c03.require_complete is false");
        } else if !self.is_special() {
            let is_partial = known(profile.is_complete.map(|is_complete| !is_complete));
            self.settle("C03-02", is_partial, verdicts, || {
                self.violation("C03-02", format!("{title} does not test for everything"))
            });
        }
        self.settle("C03-03", Known::Known(!profile.excluded.is_empty()), verdicts, || {
            let message = format!("{title} excludes {}", listed(&profile.excluded));
            self.violation("C03-03", message).fact("search_lists", profile.excluded.clone())
        });
    }

    /// C03-04 and C03-05. A profile that scans operational technology alone is judged by what is
    /// expected there.
    fn judge_ports(&self, verdicts: &mut Verdicts) {
        let limits = &self.facts.profile.c03;
        if self.is_for_ot_alone() {
            return;
        }
        let profile = self.profile;
        let title = &profile.title;
        let is_covered = || {
            let required = ports(&limits.required_tcp_ports);
            let own = profile.tcp_additional.as_deref().map(ports).unwrap_or_default();
            !required.is_empty() && required.is_subset(&own)
        };
        let too_few = known(profile.tcp.map(|tcp| tcp < limits.min_tcp && !is_covered()));
        self.settle("C03-04", too_few, verdicts, || {
            let word = profile.tcp.map_or("", Ports::word);
            let severity =
                if profile.tcp == Some(Ports::None) { Severity::High } else { Severity::Medium };
            let message = match profile.tcp {
                Some(Ports::None) => format!("{title} scans no TCP port"),
                _ => format!("{title} scans {word} TCP ports"),
            };
            self.violation("C03-04", message)
                .severity(severity)
                .fact("tcp_ports", word)
                .fact("min_tcp", limits.min_tcp.word())
        });
        let too_few = known(profile.udp.map(|udp| udp < limits.min_udp));
        self.settle("C03-05", too_few, verdicts, || {
            let word = profile.udp.map_or("", Ports::word);
            let message = match profile.udp {
                Some(Ports::None) => format!("{title} scans no UDP port"),
                _ => format!("{title} scans {word} UDP ports"),
            };
            self.violation("C03-05", message)
                .fact("udp_ports", word)
                .fact("min_udp", limits.min_udp.word())
        });
    }

    /// Segments that a schedule which uses the profile touches.
    fn touched(&self) -> Vec<&Segment> {
        let segments = self.facts.profile.segments.iter();
        segments
            .filter(|segment| {
                self.schedules.iter().any(|schedule| schedule.target.touches(segment))
            })
            .collect()
    }

    fn is_for_ot_alone(&self) -> bool {
        let touched = self.touched();
        !touched.is_empty() && touched.iter().all(|segment| segment.kind == SegmentKind::Ot)
    }

    /// C03-06 and C03-07: what the segments bear.
    fn judge_segments(&self, verdicts: &mut Verdicts) {
        let profile = self.profile;
        let title = &profile.title;
        let limit = self.facts.profile.c03.max_brute_force;
        let touched = self.touched();
        if self.facts.profile.segments.is_empty() {
            let reason = "no segments are declared; add a [[segment]] for each";
            verdicts.decide("C03-06", Decision::NotAssessed, reason);
        }
        for segment in touched.iter().filter(|segment| segment.kind == SegmentKind::Ot) {
            let (harsh, unsaid) = self.harshness();
            let is_harsh = if !harsh.is_empty() {
                Known::Known(true)
            } else if unsaid {
                Known::Unknown(UNSAID.to_owned())
            } else {
                Known::Known(false)
            };
            self.settle("C03-06", is_harsh, verdicts, || {
                let resource = profile.resource().told_apart(&segment.id);
                let settings = harsh.join(", ");
                let message =
                    format!("{title} is aggressive for OT segment {}: {settings}", segment.name);
                self.about("C03-06", resource, message)
                    .fact("segment", segment.id.as_str())
                    .fact("settings", harsh.clone())
            });
        }
        let production: Vec<String> = touched
            .iter()
            .filter(|segment| is_production(segment.kind))
            .map(|segment| segment.id.clone())
            .collect();
        let is_rough = match profile.brute_force {
            None => Known::Unknown(UNSAID.to_owned()),
            Some(level) if level <= limit => Known::Known(false),
            Some(_) if self.facts.profile.segments.is_empty() => {
                Known::Unknown("no segments are declared; add a [[segment]] for each".to_owned())
            }
            Some(_) => Known::Known(!production.is_empty()),
        };
        self.settle("C03-07", is_rough, verdicts, || {
            self.violation("C03-07", format!("{title} may lock accounts"))
                .fact("brute_force", profile.brute_force.map(BruteForce::word))
                .fact("max_brute_force", limit.word())
                .fact("segments", production.clone())
        });
    }

    /// Settings that operational technology may not bear, and whether one was not said.
    fn harshness(&self) -> (Vec<String>, bool) {
        let OptionProfile { performance, brute_force, tcp, packet_delay, .. } = self.profile;
        let mut harsh = Vec::new();
        if let Some(performance) = performance.filter(|value| *value > Performance::Low) {
            harsh.push(format!("performance {}", performance.word()));
        }
        if let Some(level) = brute_force.filter(|value| *value > BruteForce::Minimal) {
            harsh.push(format!("brute force {}", level.word()));
        }
        if *tcp == Some(Ports::Full) {
            harsh.push("all TCP ports".to_owned());
        }
        if packet_delay.is_some_and(|delay| delay < 2) {
            harsh.push("packet delay below medium".to_owned());
        }
        let unsaid = performance.is_none()
            || brute_force.is_none()
            || tcp.is_none()
            || packet_delay.is_none();
        (harsh, unsaid)
    }

    /// C03-08 and C03-09: what the profile closes.
    fn judge_closing(&self, verdicts: &mut Verdicts) {
        let limit = self.facts.profile.c03.close_dead_min_scans;
        let profile = self.profile;
        let title = &profile.title;
        let is_hasty = if profile.close_dead {
            known(profile.close_dead_scans.map(|scans| scans < limit))
        } else {
            Known::Known(false)
        };
        self.settle("C03-08", is_hasty, verdicts, || {
            let scans = profile.close_dead_scans.unwrap_or_default().unsigned_abs();
            let scans = plural(scans, "missed scan", "missed scans");
            self.violation("C03-08", format!("{title} closes findings after {scans}"))
                .fact("scans", profile.close_dead_scans)
                .fact("min_scans", limit)
        });
        let is_light = match (profile.authoritative, profile.tcp) {
            (Some(false), _) => Known::Known(false),
            (Some(true), Some(tcp)) => Known::Known(tcp == Ports::Light),
            (None, Some(tcp)) if tcp != Ports::Light => Known::Known(false),
            _ => Known::Unknown(UNSAID.to_owned()),
        };
        self.settle("C03-09", is_light, verdicts, || {
            self.violation("C03-09", format!("{title} lets light scans close findings"))
        });
    }

    /// C03-12: as approved.
    fn judge_approval(&self, verdicts: &mut Verdicts) {
        const CHECK: &str = "C03-12";
        let approved = &self.facts.profile.option_profiles.approved;
        if approved.is_empty() {
            let reason = "option_profiles.approved pins no configuration to compare with";
            verdicts.decide(CHECK, Decision::NotAssessed, reason);
            return;
        }
        let profile = self.profile;
        let Some(pinned) = approved.get(profile.title.trim()) else { return };
        let hash = profile.hash.trim_start_matches("sha256:").to_lowercase();
        self.settle(CHECK, Known::Known(*pinned != hash), verdicts, || {
            let message = format!("{} differs from the approved configuration", profile.title);
            self.violation(CHECK, message)
                .fact("approved", format!("sha256:{pinned}"))
                .fact("hash", format!("sha256:{hash}"))
        });
    }
}

/// C03-13: what scans on demand inherit.
fn judge_default(profile: &OptionProfile, verdicts: &mut Verdicts) {
    const CHECK: &str = "C03-13";
    let is_weak = match (profile.logs_in, profile.is_complete) {
        _ if profile.is_default == Some(false) => return,
        (Some(true), Some(true)) => Known::Known(false),
        _ if profile.is_default.is_none() => {
            Known::Unknown("which profile is the default was not said".to_owned())
        }
        (Some(false), _) | (_, Some(false)) => Known::Known(true),
        _ => Known::Unknown(UNSAID.to_owned()),
    };
    verdicts.settle(CHECK, is_weak, || {
        let message = format!("Default profile {} is weaker than programme scans", profile.title);
        Violation::new(CHECK, profile.resource(), message)
            .fact("authentication", profile.logs_in)
            .fact("complete", profile.is_complete)
            .evidence([profile.span.clone()])
    });
}

const fn is_production(kind: SegmentKind) -> bool {
    use SegmentKind::{Cde, Cloud, Dmz, External, Internal, Mgmt, Ot};
    match kind {
        Internal | Dmz | Cde | Cloud | Ot => true,
        External | Mgmt => false,
    }
}

/// `22,8000-8010` as single ports; anything else is left out.
fn ports(list: &str) -> BTreeSet<u16> {
    list.split(',')
        .filter_map(|part| {
            let (low, high) = part.split_once('-').unwrap_or((part, part));
            Some(low.trim().parse::<u16>().ok()?..=high.trim().parse::<u16>().ok()?)
        })
        .flatten()
        .collect()
}
