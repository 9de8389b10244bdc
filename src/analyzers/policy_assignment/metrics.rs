//! The numbers of control 9: groups and hosts under policies, policies by state, postures, hashes.

use rusqlite::named_params;

use super::WINDOW;
use super::groups::Covered;
use super::integrity::Modes;
use super::read::Estate;
use crate::analyzers::rows::count;
use crate::analyzers::{AnalyzeError, Facts, Verdicts};
use crate::finding::Metric;

pub(super) fn measure(
    facts: &Facts<'_>,
    estate: &Estate,
    covered: Covered,
    modes: Modes,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let [scanned, governed, under_policy, recent, postures, passed] = facts.model.query_row(
        sql!("controls/09_policy_assignment/numbers"),
        named_params! { ":window": WINDOW },
        |row| {
            Ok([
                count(row, "scanned")?,
                count(row, "governed")?,
                count(row, "under_policy")?,
                count(row, "recent")?,
                count(row, "postures")?,
                count(row, "passed")?,
            ])
        },
    )?;
    for (id, label, numerator, denominator) in [
        (
            "groups_with_policy",
            "Groups in compliance scope that an active policy covers",
            covered.covered,
            covered.groups,
        ),
        (
            "hosts_with_policy",
            "Hosts scanned for compliance that an active policy covers",
            governed,
            scanned,
        ),
        (
            "hosts_evaluated",
            "Hosts under active policies that were scanned for compliance in 30 days",
            recent,
            under_policy,
        ),
        ("postures_passed", "Postures that passed", passed, postures),
    ] {
        verdicts.metric(Metric::ratio(id, label, numerator, denominator));
    }
    let policies = || estate.policies.iter();
    let counted = |count: usize| count as u64;
    for (id, label, value) in [
        ("policies", "Policies", counted(policies().count())),
        (
            "policies_active",
            "Active policies",
            counted(policies().filter(|policy| policy.is_active == Some(true)).count()),
        ),
        (
            "policies_inactive",
            "Policies that are drafts or switched off",
            counted(policies().filter(|policy| policy.is_active == Some(false)).count()),
        ),
        (
            "policies_unassigned",
            "Policies that are assigned to nothing",
            counted(policies().filter(|policy| !policy.is_assigned()).count()),
        ),
        (
            "integrity_scanned",
            "Technologies of file-integrity controls that take the hash from the scan",
            modes.scanned,
        ),
        (
            "integrity_fixed",
            "Technologies of file-integrity controls that expect a set hash",
            modes.fixed,
        ),
        (
            "integrity_literal",
            "Technologies of file-integrity controls that expect the text itself",
            modes.literal,
        ),
        (
            "integrity_unknown",
            "Technologies of file-integrity controls whose option is not shown",
            modes.unsaid,
        ),
    ] {
        verdicts.metric(Metric::count(id, label, value));
    }
    Ok(())
}
