//! Controls 11 and 17: what the tenant as a whole makes of scores, criticality and patches.

use std::collections::BTreeSet;

use super::Kind;
use super::builder::{Addresses, Builder, DAY, HostHandle};
use super::hosts::{Family, Standing};
use super::key::Resource;
use super::ledger::Class;
use super::model::Stamp;
use super::schedules::Draft;
use super::unanswered;

/// The score from which a finding ranks highest.
const TOP: u8 = 95;
/// A score below the middle band.
const LOWER: u8 = 55;
/// The criticality of hosts that nobody gave another.
const DEFAULT: u32 = 2;
/// Findings of a band from which its median says something.
const LEAST: i64 = 20;

/// Control 11: whether the knowledge base says of the open QIDs whether there is a patch.
fn knowledge(b: &mut Builder, kind: Kind) {
    let whole = Resource::subscription();
    if !matches!(kind, Kind::OldVersions | Kind::OnlyTwo) {
        let why = "every QID is in the knowledge base";
        b.key.none("near/knowledge", "C11-01", whole, why);
        return;
    }
    let bulk = (0..b.background.count).flat_map(|number| b.background.detections(number));
    let there = b.hosts.iter().filter(|planted| {
        planted.cloud.as_ref().is_none_or(|cloud| cloud.instance_state != "TERMINATED")
    });
    let open: BTreeSet<u32> = there
        .flat_map(|planted| planted.detections.clone())
        .chain(bulk)
        .filter(unanswered::is_open)
        .map(|one| one.qid)
        .collect();
    // A host of the segment in front: one more would move other sums.
    let Some(group) = b.groups.iter().find(|group| group.title == "Front zone") else { return };
    let front = group.id;
    let host = b.hosts.iter().position(|planted| planted.host.group_ids == [front]);
    let Some(host) = host.map(HostHandle) else { return };
    // Exactly 95 % are known in one tenant; in the other one more is not.
    let unsaid = open.len().div_ceil(19);
    let padding = 19 * unsaid - open.len();
    let more = usize::from(kind == Kind::OldVersions);
    for number in 0..unsaid + more + padding {
        let qid = b.vuln(3);
        b.in_time(host, qid, Class::Medium, DAY);
        if let Some(vuln) = b.vulns.get_mut(&qid).filter(|_| number < unsaid + more) {
            vuln.patchable = None;
        }
    }
    let why = format!("of {} of {} open QIDs", 19 * unsaid, 20 * unsaid + more);
    if kind == Kind::OldVersions {
        b.key.finding("pos/unsaid", "C11-01", whole, &why);
    } else {
        b.key.none("edge/95-percent", "C11-01", whole, &why);
    }
}

/// Control 11: in one tenant nothing about patches is left, in another a schedule alone.
fn patch_reports(b: &mut Builder, kind: Kind) {
    let whole = Resource::subscription();
    if !matches!(kind, Kind::OldVersions | Kind::NoNetworks) {
        b.key.none("near/template", "C11-07", whole, "a template and a schedule for patches");
        return;
    }
    for template in &mut b.programme.report_templates {
        "Scan".clone_into(&mut template.template_kind);
    }
    if kind == Kind::OldVersions {
        let why = "no template for patches, all schedules are switched off";
        b.key.finding("pos/none", "C11-07", whole, why);
    } else {
        b.key.none("near/schedule", "C11-07", whole, "an active schedule for patches");
    }
}

/// Young findings of low risk, more than the bulk has, and a few old ones of the highest.
pub(crate) fn inverted(b: &mut Builder, each: u64) {
    let group = b.group(Addresses::Range);
    b.schedule(Draft::weekly(&[group]));
    let host = b.host(group, Standing::Both, Family::Linux);
    let many = i64::try_from(b.background.count * each).unwrap_or(0) + 200;
    let qid = b.vuln(3);
    for _ in 0..many {
        b.in_time(host, qid, Class::Medium, DAY).qds = Some(LOWER);
    }
    let qid = b.vuln(5);
    for _ in 0..LEAST {
        b.in_time(host, qid, Class::Critical, 13 * DAY).qds = Some(TOP);
    }
}

/// Compares the median ages of both bands, as they came to be.
fn order(b: &mut Builder) {
    let (mut top, mut lower) = (Vec::new(), Vec::new());
    let bulk = (0..b.background.count).flat_map(|number| b.background.detections(number));
    let there = b.hosts.iter().filter(|planted| {
        planted.cloud.as_ref().is_none_or(|cloud| cloud.instance_state != "TERMINATED")
    });
    for one in there.flat_map(|planted| planted.detections.clone()).chain(bulk) {
        let (Some(score), Stamp::At(found)) = (one.qds, &one.first_found) else { continue };
        let age = b.clock - found;
        if !unanswered::is_open(&one) || age < 0 {
            continue;
        }
        match score {
            90.. => top.push(age),
            0..70 => lower.push(age),
            _ => {}
        }
    }
    let whole = Resource::subscription();
    if top.len().min(lower.len()) < usize::try_from(LEAST).unwrap_or(0) {
        let said = "too few findings of the highest or of low risk";
        b.key.unknown("unknown/few", "C17-02", whole, said);
        b.key.without_finding("C17-02", "not_assessed");
        return;
    }
    let (top, lower) = (twice_median(&mut top), twice_median(&mut lower));
    let said = format!(
        "the highest risk is open for {} hours by the median, low risk for {}",
        top / 7_200,
        lower / 7_200
    );
    if top > lower {
        b.key.finding("pos/inverted", "C17-02", whole, &said);
    } else {
        b.key.none("near/order", "C17-02", whole, &said);
    }
}

fn twice_median(ages: &mut [i64]) -> i64 {
    ages.sort_unstable();
    let middle = ages.len() / 2;
    let at = |place: usize| ages.get(place).copied().unwrap_or(0);
    if ages.len().is_multiple_of(2) { at(middle - 1) + at(middle) } else { 2 * at(middle) }
}

/// One business impact for all groups, one criticality for all hosts.
pub(crate) fn flat(b: &mut Builder) {
    for group in &mut b.groups {
        group.business_impact = Some("High".to_owned());
    }
    for planted in &mut b.hosts {
        planted.host.criticality_score = Some(DEFAULT);
    }
    b.background.criticality = Some(DEFAULT);
}

/// The default criticality for as few hosts as make 95 %.
fn nearly_flat(b: &mut Builder) {
    b.background.criticality = Some(DEFAULT);
    let mut there: Vec<_> = b
        .hosts
        .iter_mut()
        .filter(|planted| {
            planted.cloud.as_ref().is_none_or(|cloud| cloud.instance_state != "TERMINATED")
        })
        .collect();
    let all = there.len() + usize::try_from(b.background.count).unwrap_or(0);
    let others = all / 20;
    for (number, planted) in there.iter_mut().enumerate() {
        let own = if number < others { DEFAULT + 2 } else { DEFAULT };
        planted.host.criticality_score = Some(own);
    }
    let why = format!("{} of {all} hosts have the default criticality: 95 %", all - others);
    b.key.finding("edge/95-percent", "C17-05", Resource::subscription(), &why);
}

pub(crate) fn settle(b: &mut Builder, kind: Kind) {
    knowledge(b, kind);
    if kind != Kind::Huge {
        order(b);
    }
    let whole = Resource::subscription;
    if kind == Kind::OnlyTwo {
        b.key.finding("pos/one-impact", "C17-06", whole(), "all groups have the impact High");
    } else {
        b.key.none("near/impacts", "C17-06", whole(), "groups differ in their impact");
    }
    match kind {
        Kind::OnlyTwo => {
            let why = "all hosts have the default criticality";
            b.key.finding("pos/default", "C17-05", whole(), why);
        }
        Kind::NoNetworks => nearly_flat(b),
        _ => {
            b.key.none("near/criticality", "C17-05", whole(), "hosts differ in their criticality");
        }
    }
    patch_reports(b, kind);
}
