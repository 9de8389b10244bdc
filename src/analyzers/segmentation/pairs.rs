//! Judges the declaration itself: segments that share addresses.

use super::place::blocks;
use crate::address::{Range, Set};
use crate::analyzers::binding::SPANS;
use crate::analyzers::scanning::Estate;
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Known, Resource, Span};
use crate::profile::Segment;

/// Ranges that a finding lists.
const MOST_RANGES: usize = 20;

/// C20-09 and C20-10: each pair of segments.
pub(super) fn judge(
    facts: &Facts<'_>,
    estate: &Estate,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let mut lists = facts.bodies("vm/hosts")?;
    lists.truncate(SPANS);
    let segments = &facts.profile.segments;
    for (place, one) in segments.iter().enumerate() {
        for other in segments.iter().skip(place + 1) {
            let (one, other) = if one.id < other.id { (one, other) } else { (other, one) };
            judge_overlap(one, other, verdicts);
            judge_twice(one, other, (estate, &lists), verdicts);
        }
    }
    Ok(())
}

fn pair(one: &Segment, other: &Segment) -> Resource {
    Resource::new("segment", &one.id).told_apart(&other.id).named(&one.name)
}

/// C20-09: addresses of one network in two segments.
fn judge_overlap(one: &Segment, other: &Segment, verdicts: &mut Verdicts) {
    const CHECK: &str = "C20-09";
    let both = blocks(one).intersection(&blocks(other));
    verdicts.settle(CHECK, Known::Known(!both.is_empty()), || {
        let message = format!("Segments {} and {} overlap", one.name, other.name);
        let ranges: Vec<String> =
            both.runs().iter().take(MOST_RANGES).map(ToString::to_string).collect();
        Violation::new(CHECK, pair(one, other), message)
            .fact("network", one.network_id)
            .fact("ranges", ranges)
    });
}

/// C20-10: one block in two segments, and no host of it outside the default network.
fn judge_twice(
    one: &Segment,
    other: &Segment,
    (estate, lists): (&Estate, &[Span]),
    verdicts: &mut Verdicts,
) {
    const CHECK: &str = "C20-10";
    let shared: Vec<_> = one.cidrs.iter().filter(|cidr| other.cidrs.contains(cidr)).collect();
    if shared.is_empty() {
        return;
    }
    let space: Set = shared
        .iter()
        .filter_map(|block| Range::new(0, block.network(), block.broadcast()))
        .collect();
    let inside = || {
        estate
            .hosts
            .values()
            .filter(|host| !host.gone && host.addresses.moved(0).intersects(&space))
    };
    let hosts = inside().count();
    let apart = inside().filter(|host| host.network != 0).count();
    if hosts == 0 {
        return;
    }
    verdicts.settle(CHECK, Known::Known(apart == 0), || {
        let cidrs: Vec<String> = shared.iter().map(ToString::to_string).collect();
        let message = format!(
            "{} is in {} and in {}, and Network Support does not keep them apart",
            cidrs.join(", "),
            one.name,
            other.name
        );
        Violation::new(CHECK, pair(one, other), message)
            .fact("cidrs", cidrs)
            .fact("hosts", hosts)
            .fact("networks", vec![one.network_id, other.network_id])
            .evidence(lists.iter().cloned())
    });
}
