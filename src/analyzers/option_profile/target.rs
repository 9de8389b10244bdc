//! Which declared segments a schedule's target touches, and so which environment it scans.

use std::collections::BTreeSet;

use super::read::{Schedule, Targets};
use crate::address::{Range, Set};
use crate::analyzers::{AnalyzeError, Facts};
use crate::finding::Known;
use crate::profile::{Segment, SegmentKind};

/// The built-in group that stands for everything in the subscription.
const EVERYTHING: &str = "All";

/// What a schedule scans, as its parts name it.
#[derive(Default)]
pub(in crate::analyzers) struct Target {
    groups: BTreeSet<String>,
    tags: BTreeSet<String>,
    ranges: Vec<Range>,
}

impl Target {
    pub(super) fn touches(&self, segment: &Segment) -> bool {
        let blocks: Set = segment
            .cidrs
            .iter()
            .filter_map(|block| Range::new(segment.network_id, block.network(), block.broadcast()))
            .collect();
        self.groups.contains(EVERYTHING)
            || segment.asset_groups.iter().any(|title| self.groups.contains(title))
            || segment.tags.iter().any(|tag| self.tags.contains(tag))
            || self.ranges.iter().copied().collect::<Set>().intersects(&blocks)
    }
}

pub(super) fn targets(facts: &Facts<'_>) -> Result<Targets, AnalyzeError> {
    let mut targets = Targets::new();
    let mut statement = facts.model.prepare(sql!("controls/03_option_profile/schedule_names"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let target = targets.entry(row.get("schedule_row")?).or_default();
        let kind: String = row.get("kind")?;
        let names = if kind == "group" { &mut target.groups } else { &mut target.tags };
        names.insert(row.get("name")?);
    }
    let mut statement = facts.model.prepare(sql!("controls/03_option_profile/schedule_ranges"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (first, last): (Vec<u8>, Vec<u8>) = (row.get("first")?, row.get("last")?);
        let range = Range::from_bytes(row.get("network_id")?, &first, &last);
        targets.entry(row.get("schedule_row")?).or_default().ranges.extend(range);
    }
    Ok(targets)
}

/// The word of `option_profiles.expect` for what a schedule scans: ot before external before cde
/// before internal.
pub(super) fn environment(facts: &Facts<'_>, schedule: &Schedule) -> Known<&'static str> {
    let touched = |kind: SegmentKind| {
        let segments = facts.profile.segments.iter().filter(|segment| segment.kind == kind);
        segments.into_iter().any(|segment| schedule.target.touches(segment))
    };
    if touched(SegmentKind::Ot) {
        return Known::Known("ot");
    }
    match schedule.is_external {
        None => Known::Unknown("which scanner a schedule uses was not said".to_owned()),
        Some(true) => Known::Known("external"),
        Some(false) if touched(SegmentKind::Cde) => Known::Known("cde"),
        Some(false) => Known::Known("internal"),
    }
}
