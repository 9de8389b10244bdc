//! What holds of any two snapshots: against itself nothing changed, and backwards is the mirror.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::stage::{Side, finding, model};
use super::{Change, Comparison, changes};
use crate::assess::Edit;

const KEYS: [&str; 6] = [
    "C01-01:asset_group:7",
    "C01-06:schedule:9",
    "C10-01:qid:38170",
    "C13-01:user:acme_x",
    "C18-03:required_tag:prod",
    "C02-01:subscription:tenant",
];
const SEVERITIES: [&str; 3] = ["low", "medium", "high"];
const NAMES: [&str; 3] = ["Prod", "Prod  ", "Lab"];

/// Severity by key, and name and rule by tag id.
type Plan = (BTreeMap<usize, usize>, BTreeMap<i64, (usize, Option<u8>)>);

fn plan() -> impl Strategy<Value = Plan> {
    (
        prop::collection::btree_map(0..KEYS.len(), 0..SEVERITIES.len(), 0..6),
        prop::collection::btree_map(1..9_i64, (0..NAMES.len(), prop::option::of(0..3_u8)), 0..8),
    )
}

fn side((findings, tags): &Plan) -> Side {
    let rows: Vec<String> = tags
        .iter()
        .map(|(id, (name, rule))| {
            let rule = rule.map_or("NULL".to_owned(), |rule| format!("'{rule}'"));
            format!(
                "INSERT INTO tag (row, id, name, rule_text, \"offset\", length) VALUES \
                 ({}, {id}, '{}', {rule}, {id}, 1);",
                (1 << 24) + 20 - id,
                NAMES[*name]
            )
        })
        .collect();
    Side::of(findings.iter().map(|(key, severity)| finding(KEYS[*key], SEVERITIES[*severity])))
        .on(model(&rows.concat()))
}

/// Findings and deployment as seen from the other side, in a form that two directions share.
fn seen(comparison: &Comparison, backwards: bool) -> Vec<String> {
    let turned = |change| match change {
        Change::Worse if backwards => "better",
        Change::Better if backwards => "worse",
        Change::Worse => "worse",
        Change::Better => "better",
        Change::Unchanged => "unchanged",
        Change::New if backwards => "gone",
        Change::New => "come",
        _ if backwards => "come",
        _ => "gone",
    };
    let pair = |from: String, to: String| if backwards { (to, from) } else { (from, to) };
    let findings = comparison.findings.iter().map(|one| {
        let sides = pair(format!("{:?}", one.from), format!("{:?}", one.to));
        format!("{} {} {sides:?}", one.key, turned(one.change))
    });
    let deployment = comparison.deployment.iter().map(|one| {
        let edit = match one.change {
            Edit::Added if backwards => Edit::Removed,
            Edit::Removed if backwards => Edit::Added,
            other => other,
        };
        let sides = pair(format!("{:?}", one.from), format!("{:?}", one.to));
        let evidence = pair(format!("{:?}", one.evidence.old), format!("{:?}", one.evidence.new));
        format!("{} {} {} {:?} {sides:?} {evidence:?}", one.kind, one.id, edit.word(), one.field)
    });
    let mut all: Vec<String> = findings.chain(deployment).collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_changed_against_itself(plan in plan()) {
        let comparison = changes(&side(&plan), &side(&plan));
        prop_assert!(comparison.is_empty(), "{comparison:?}");
        prop_assert!(comparison.comparable);
    }

    #[test]
    fn backwards_is_the_mirror(one in plan(), other in plan()) {
        let there = changes(&side(&one), &side(&other));
        let back = changes(&side(&other), &side(&one));
        prop_assert_eq!(seen(&there, false), seen(&back, true));
    }
}
