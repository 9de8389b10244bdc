//! Which declared segments a schedule's target touches, and so which environment it scans.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Row;

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
    /// Of itself and of its groups.
    ranges: Vec<Range>,
    /// What it leaves out by itself: with anything in it, groups are not scanned as a whole.
    left_out: Vec<Range>,
    /// Ids of the segments of which it scans anything.
    touched: BTreeSet<String>,
}

impl Target {
    pub(super) fn touches(&self, segment: &Segment) -> bool {
        self.touched.contains(&segment.id)
    }

    fn reaches(&self, segment: &Segment, groups: &GroupRanges) -> bool {
        if segment.tags.iter().any(|tag| self.tags.contains(tag)) {
            return true;
        }
        let named = || segment.asset_groups.iter().any(|title| self.groups.contains(title));
        if self.left_out.is_empty() && (self.groups.contains(EVERYTHING) || named()) {
            return true;
        }
        let blocks = segment
            .cidrs
            .iter()
            .filter_map(|block| Range::new(segment.network_id, block.network(), block.broadcast()));
        let of_groups = segment.asset_groups.iter().filter_map(|title| groups.get(title)).flatten();
        let wanted: Set = blocks.chain(of_groups.copied()).collect();
        let left_out: Set = self.left_out.iter().copied().collect();
        let reached = self.ranges.iter().copied().collect::<Set>().difference(&left_out);
        reached.intersects(&wanted)
    }
}

/// By title: the addresses of an asset group.
type GroupRanges = BTreeMap<String, Vec<Range>>;

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
        targets.entry(row.get("schedule_row")?).or_default().ranges.extend(range(row)?);
    }
    let mut statement =
        facts.model.prepare(sql!("controls/03_option_profile/schedule_exclusions"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        targets.entry(row.get("schedule_row")?).or_default().left_out.extend(range(row)?);
    }
    let groups = group_ranges(facts)?;
    for target in targets.values_mut() {
        let segments = facts.profile.segments.iter();
        let touched = segments.filter(|segment| target.reaches(segment, &groups));
        target.touched = touched.map(|segment| segment.id.clone()).collect();
    }
    Ok(targets)
}

fn group_ranges(facts: &Facts<'_>) -> Result<GroupRanges, AnalyzeError> {
    let mut groups = GroupRanges::new();
    let mut statement = facts.model.prepare(sql!("controls/03_option_profile/group_ranges"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        groups.entry(row.get("title")?).or_default().extend(range(row)?);
    }
    Ok(groups)
}

fn range(row: &Row<'_>) -> Result<Option<Range>, rusqlite::Error> {
    let (first, last): (Vec<u8>, Vec<u8>) = (row.get("first")?, row.get("last")?);
    Ok(Range::from_bytes(row.get("network_id")?, &first, &last))
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
