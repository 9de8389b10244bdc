//! The page that shows which sub-check has which cases in the key.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use qualys_sec_inspector::analyzers::{ANALYZERS, Check};

use qualys_sec_inspector::profile::Profile;

use crate::judged::spec;
use crate::silence::silences;
use crate::tenant::key::{Expect, KeyRecord, View};
use crate::tenant::{Kind, Tenant};

const PAGE: &str = "docs/answer-key.md";

const INTRODUCTION: &str = "# Answer key

Generated from the simulated tenants: `UPDATE_DOCS=1 cargo test --test key table`.

Each simulated tenant writes down, while it is made and before anything is assessed, what an
assessment has to say about it (`qualys-sim key`). The key knows nothing of the analyzers.
`tests/key/main.rs` makes fifty tenants of different seeds, kinds and sizes, collects and assesses
them, and compares: every finding of the key is there with its severity, no other finding is, every
check has its state, and what cannot be known is said to be unknown.

A number counts the different cases of a kind, over all tenants:

- **positive**: it must fire;
- **near miss**: one step on the innocent side, or a reason why it is innocent: it must not fire;
- **boundary**: exactly at the limit, which most checks allow; where the limit itself already
  breaks, the case is a positive one too;
- **unknown**: something is not said or was not asked for: it must say so; with these count the
  elements that `tests/key/silence.rs` leaves out of answers;
- **not applicable**: what the check looks at is not there.

A case that there cannot be is said to be none, with the reason:

- **no API**: no answer tells what the check asks, so it is never assessed;
- **no limit**: nothing that the check compares is a number of the profile;
- **one subscription**, **one account**: what it looks at is always there;
- **no answer asked**: it looks at the profile and its inputs alone;
- **declared**: it looks at what is declared, and is not assessed where nothing is.

A dash is a case that the key does not have. The key proves that the program does what the
controls say as we read them. It is no proof about a real subscription.
";

const CASES: [&str; 5] = ["positive", "near miss", "boundary", "unknown", "not applicable"];
const BOUNDARY: usize = 2;
const UNKNOWN: usize = 3;
const NOT_APPLICABLE: usize = 4;

/// Whether the check holds anything against a number of the profile, be it one that is not set.
fn has_limit(check: &Check) -> bool {
    let numbers = Profile::default().parameters().into_iter();
    let mut numbers = numbers.filter(|one| one.value.is_number() || one.value.is_null());
    numbers.any(|one| check.parameters.contains(&one.key.as_str()))
}

/// Why there cannot be such a case, as far as what the check declares tells.
fn impossible(check: &Check, case: usize, cases: &Cases) -> Option<&'static str> {
    let no_answer = check.needs.is_empty() && check.any_of.is_empty() && check.inputs.is_empty();
    let kind = check.subject.split(':').next().unwrap_or_default();
    match (case, kind) {
        _ if no_answer && cases[0] == 0 => Some("no API"),
        (BOUNDARY, _) if !has_limit(check) => Some("no limit"),
        (UNKNOWN, _) if no_answer => Some("no answer asked"),
        (NOT_APPLICABLE, "subscription") => Some("one subscription"),
        (NOT_APPLICABLE, "user" | "mailbox") => Some("one account"),
        (NOT_APPLICABLE, "network_range" | "recipient" | "required_report" | "segment") => {
            Some("declared")
        }
        _ => None,
    }
}

/// Numbers of cases: positive, near miss, boundary, unknown, not applicable.
type Cases = [usize; 5];

/// The kinds of a case: what is expected tells, and its name whether it stands at a limit.
fn kinds(record: &KeyRecord) -> impl Iterator<Item = usize> {
    let (_, plant) = record.plant.split_once('/').unwrap();
    let is_edge = plant.starts_with("edge/");
    let kind = match record.expect {
        Expect::Finding => Some(0),
        Expect::None => (!is_edge).then_some(1),
        Expect::Unknown => Some(UNKNOWN),
        Expect::Na => Some(NOT_APPLICABLE),
    };
    kind.into_iter().chain(is_edge.then_some(BOUNDARY))
}

fn cases() -> BTreeMap<&'static str, Cases> {
    let mut plants: BTreeMap<&str, [BTreeSet<String>; 5]> = BTreeMap::new();
    for tenant in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Huge) {
        let made = Tenant::new(&spec(tenant, 1, None));
        for record in made.key(View::Plain).iter().chain(made.key(View::Own)) {
            let of_check = plants.entry(record.check).or_default();
            for kind in kinds(record) {
                of_check[kind].insert(record.plant.clone());
            }
        }
    }
    let counted = plants.into_iter().map(|(check, kinds)| {
        let mut counts = kinds.map(|kind| kind.len());
        counts[UNKNOWN] += silences(check);
        (check, counts)
    });
    counted.collect()
}

/// What the check rests on.
fn evidence(check: &Check) -> String {
    let inputs = check.inputs.iter().map(|input| format!("input `{}`", input.key()));
    let needs = check.needs.iter().map(|need| format!("`{need}`"));
    let groups = check.any_of.iter().map(|group| {
        let group: Vec<_> = group.iter().map(|need| format!("`{need}`")).collect();
        group.join(" or ")
    });
    let all: Vec<String> = needs.chain(groups).chain(inputs).collect();
    if all.is_empty() { "no API tells".to_owned() } else { all.join(", ") }
}

fn page() -> String {
    let cases = cases();
    let mut page = INTRODUCTION.to_owned();
    for analyzer in ANALYZERS {
        write!(page, "\n## {}. {}\n\n", analyzer.number, analyzer.title).unwrap();
        writeln!(page, "| check | {} | evidence |", CASES.join(" | ")).unwrap();
        page.push_str("|---|---|---|---|---|---|---|\n");
        for check in analyzer.checks {
            let counts = cases.get(check.id).copied().unwrap_or_default();
            let cells: Vec<String> = (0..CASES.len())
                .map(|case| match (counts[case], impossible(check, case, &counts)) {
                    (0, Some(reason)) => format!("none: {reason}"),
                    (0, None) => "–".to_owned(),
                    (count, _) => count.to_string(),
                })
                .collect();
            writeln!(page, "| {} | {} | {} |", check.id, cells.join(" | "), evidence(check))
                .unwrap();
        }
    }
    page
}

#[test]
fn the_page_of_cases_is_current() {
    let page = page();
    if std::env::vars().any(|(name, _)| name == "UPDATE_DOCS") {
        fs::write(PAGE, &page).unwrap();
    }
    let written = fs::read_to_string(PAGE).unwrap_or_default().replace('\r', "");
    assert!(written == page, "{PAGE} is not current: UPDATE_DOCS=1 cargo test --test key table");
}

#[test]
fn every_check_of_the_key_is_a_check_of_a_control() {
    let known: BTreeSet<&str> =
        ANALYZERS.iter().flat_map(|one| one.checks).map(|check| check.id).collect();
    let unknown: Vec<&str> = cases().into_keys().filter(|check| !known.contains(check)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
