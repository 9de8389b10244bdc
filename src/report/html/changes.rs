//! Changes since an earlier snapshot: what was fixed told apart from what vanished from view.

use super::chart::{self, Part, Side};
use super::number::{self, grouped, plural};
use super::words::{self, Sign};
use crate::assess::{
    Change, Comparison, ControlChange, DeploymentChange, FindingChange, MetricChange, Movement,
    Report,
};
use crate::control;
use crate::finding::{Finding, Severity};
use crate::report::lookup;

/// Rows of one list that stand in the page.
const MOST: usize = 50;

/// Settings of the deployment that stand in the page.
const SETTINGS: usize = 200;

pub(super) struct Changes<'a> {
    pub comparison: &'a Comparison,
    pub as_of: String,
    /// SVG of what changed; none where nothing did.
    pub bar: Option<String>,
    pub groups: Vec<Group<'a>>,
    /// Open findings by severity.
    pub slope: String,
    pub sides: Vec<Both>,
    pub lost: Option<String>,
    pub controls: Vec<Moved>,
    pub headlines: Vec<Shifted<'a>>,
    pub metrics: Vec<Shifted<'a>>,
    pub between: Vec<Happened<'a>>,
    pub deployment: Vec<Area<'a>>,
    pub deployment_more: usize,
}

/// Findings with one and the same fate.
pub(super) struct Group<'a> {
    pub word: &'static str,
    pub class: &'static str,
    pub meaning: &'static str,
    pub count: String,
    pub rows: Vec<Row<'a>>,
    pub more: usize,
}

pub(super) struct Row<'a> {
    pub change: &'a FindingChange,
    pub from: Option<Sign>,
    pub to: Option<Sign>,
}

/// Open findings of one severity on both sides.
pub(super) struct Both {
    pub sign: Sign,
    pub before: String,
    pub now: String,
    pub by: String,
}

/// A control whose outcome moved.
pub(super) struct Moved {
    pub number: u8,
    pub title: String,
    pub anchor: String,
    pub from: Option<Sign>,
    pub to: Option<Sign>,
}

/// A metric whose value moved.
pub(super) struct Shifted<'a> {
    pub change: &'a MetricChange,
    pub title: &'static str,
    pub anchor: String,
    pub from: String,
    pub to: String,
    pub by: String,
    /// SVG, of a share.
    pub pair: Option<String>,
}

/// What happened between the two, counted.
pub(super) struct Happened<'a> {
    pub movement: &'a Movement,
    pub title: &'static str,
    /// `unknown` where it cannot be told.
    pub count: String,
}

/// Settings that one control looks at.
pub(super) struct Area<'a> {
    pub number: u8,
    pub title: &'static str,
    pub rows: Vec<Setting<'a>>,
}

pub(super) struct Setting<'a> {
    pub change: &'a DeploymentChange,
    /// `option profile 4711`.
    pub object: String,
    pub field: Option<String>,
    /// Both values are digits to be compared, not to be read.
    pub is_hash: bool,
}

pub(super) fn changes<'a>(report: &'a Report, comparison: &'a Comparison) -> Changes<'a> {
    let groups = Change::ALL.into_iter().map(|change| group(change, comparison));
    let (headlines, metrics) = comparison
        .metrics
        .iter()
        .map(shifted)
        .partition(|shifted: &Shifted<'_>| is_headline(report, shifted.change));
    let (slope, sides) = severities(report, comparison);
    let lost = comparison.count(Change::NotVisible) as u64;
    Changes {
        comparison,
        as_of: words::time(&comparison.previous.as_of),
        bar: bar(comparison),
        groups: groups.filter(|group| group.count != "0").collect(),
        slope,
        sides,
        lost: (lost > 0).then(|| plural(lost, "finding", "findings")),
        controls: comparison.controls.iter().map(moved).collect(),
        headlines,
        metrics,
        between: comparison.movements.iter().filter(|one| one.is_told()).map(happened).collect(),
        deployment: deployment(comparison),
        deployment_more: comparison.deployment.len().saturating_sub(SETTINGS),
    }
}

fn happened(movement: &Movement) -> Happened<'_> {
    Happened {
        movement,
        title: control::by_number(movement.control).map_or("", |control| control.title),
        count: movement.count.map_or_else(|| "unknown".to_owned(), grouped),
    }
}

/// How a fate is said: a word, a colour, and what it means.
const fn said(change: Change) -> (&'static str, &'static str, &'static str) {
    match change {
        Change::New => ("new", "fail", "was not there before"),
        Change::Worse => ("worse", "warn", "is more severe than before"),
        Change::Resolved => ("resolved", "pass", "its object is still there, and is healthy now"),
        Change::Better => ("better", "low", "is less severe than before"),
        Change::OutOfScope => (
            "no longer in scope",
            "na",
            "its object is gone or no longer asked for: nothing was fixed",
        ),
        Change::NotVisible => (
            "no longer visible to us",
            "unseen",
            "its object cannot be seen any more: nothing is known",
        ),
        Change::Unchanged => ("unchanged", "info", "is as it was"),
    }
}

/// `Of the findings 2 are new, 3 resolved, … ; 1 control came out differently.`
pub(super) fn sentence(comparison: &Comparison) -> String {
    let counts = Change::ALL.into_iter().filter_map(|change| {
        let count = comparison.count(change) as u64;
        let always = matches!(change, Change::New | Change::Resolved);
        (count > 0 || always).then(|| format!("{} {}", grouped(count), said(change).0))
    });
    let findings = format!("of the findings {}", counts.collect::<Vec<_>>().join(", "));
    let others = [
        (
            comparison.controls.len(),
            "control came out differently",
            "controls came out differently",
        ),
        (
            comparison.deployment.len(),
            "setting of the deployment changed",
            "settings of the deployment changed",
        ),
    ];
    let others = others.into_iter().filter(|(count, ..)| *count > 0);
    let others = others.map(|(count, one, many)| plural(count as u64, one, many));
    [findings].into_iter().chain(others).collect::<Vec<_>>().join("; ")
}

/// `2 new, 3 resolved`: what became of the findings of one control; empty where nothing moved.
pub(super) fn of_control(comparison: &Comparison, number: u8) -> String {
    let moved = Change::ALL.into_iter().filter(|change| *change != Change::Unchanged);
    let counts = moved.filter_map(|change| {
        let rows = comparison.findings.iter();
        let count = rows.filter(|row| row.control == number && row.change == change).count();
        (count > 0).then(|| format!("{} {}", grouped(count as u64), said(change).0))
    });
    counts.collect::<Vec<_>>().join(", ")
}

fn group(change: Change, comparison: &Comparison) -> Group<'_> {
    let mut of: Vec<&FindingChange> =
        comparison.findings.iter().filter(|row| row.change == change).collect();
    of.sort_by(|a, b| {
        let worst = |row: &FindingChange| row.to.max(row.from);
        worst(b).cmp(&worst(a)).then_with(|| a.key.cmp(&b.key))
    });
    let (word, class, meaning) = said(change);
    // What did not change stands under the controls.
    let shown = if change == Change::Unchanged { 0 } else { MOST };
    Group {
        word,
        class,
        meaning,
        count: grouped(of.len() as u64),
        more: if shown == 0 { 0 } else { of.len().saturating_sub(shown) },
        rows: of
            .into_iter()
            .take(shown)
            .map(|change| Row {
                change,
                from: change.from.map(words::severity),
                to: change.to.map(words::severity),
            })
            .collect(),
    }
}

/// What did not change would leave no room for what did.
fn bar(comparison: &Comparison) -> Option<String> {
    let moved = Change::ALL.into_iter().filter(|change| *change != Change::Unchanged);
    let counts: Vec<(&str, Part)> = moved
        .map(|change| {
            let (word, class, _) = said(change);
            (word, Part { class, count: comparison.count(change) as u64 })
        })
        .filter(|(_, part)| part.count > 0)
        .collect();
    let words: Vec<String> =
        counts.iter().map(|(word, part)| format!("{} {word}", part.count)).collect();
    let parts: Vec<Part> = counts.into_iter().map(|(_, part)| part).collect();
    (!parts.is_empty()).then(|| {
        chart::stacked(
            &format!("What became of findings that changed: {}", words.join(", ")),
            &parts,
        )
    })
}

fn severities(report: &Report, comparison: &Comparison) -> (String, Vec<Both>) {
    let open = |side: fn(&FindingChange) -> Option<Severity>, severity| {
        comparison.findings.iter().filter(|row| side(row) == Some(severity)).count() as u64
    };
    let shown = Severity::ALL.into_iter().rev().filter(|one| *one >= comparison.severity);
    let sides: Vec<Side> = shown
        .map(|severity| Side {
            sign: words::severity(severity),
            before: open(|row| row.from, severity),
            now: open(|row| row.to, severity),
        })
        .collect();
    let said: Vec<String> = sides
        .iter()
        .map(|side| format!("{} {} before, {} now", side.sign.word, side.before, side.now))
        .collect();
    let title = format!("Open findings by severity: {}", said.join("; "));
    let heads = [words::day(&comparison.previous.as_of), words::day(&report.as_of)];
    let rows = sides.iter().map(|side| Both {
        sign: side.sign,
        before: grouped(side.before),
        now: grouped(side.now),
        by: number::moved(Some(&side.before.into()), Some(&side.now.into()), "count")
            .unwrap_or_default(),
    });
    let rows = rows.collect();
    (chart::slope(&title, [&heads[0], &heads[1]], &sides), rows)
}

fn title(number: u8) -> &'static str {
    control::by_number(number).map_or("", |control| control.title)
}

fn moved(change: &ControlChange) -> Moved {
    let known = title(change.number);
    Moved {
        number: change.number,
        title: if known.is_empty() { change.id.clone() } else { known.to_owned() },
        anchor: words::control_anchor(change.number),
        from: change.from.map(words::outcome),
        to: change.to.map(words::outcome),
    }
}

fn is_headline(report: &Report, change: &MetricChange) -> bool {
    let control = report.controls.iter().find(|control| control.number == change.control);
    control.and_then(|control| control.metrics.first()).is_some_and(|first| first.id == change.id)
}

fn shifted(change: &MetricChange) -> Shifted<'_> {
    let (from, to) = (change.from.as_ref(), change.to.as_ref());
    let said = |side| number::measured(side, &change.unit);
    let share = |side: Option<&serde_json::Number>| {
        side?
            .as_f64()
            .filter(|_| change.unit == "ratio")
            .filter(|share| (0.0..=1.0).contains(share))
    };
    let pair = share(from).zip(share(to)).map(|(before, now)| {
        chart::pair(&format!("{} before, {} now", said(from), said(to)), before, now)
    });
    Shifted {
        change,
        title: title(change.control),
        anchor: words::control_anchor(change.control),
        from: said(from),
        to: said(to),
        by: number::moved(from, to, &change.unit).unwrap_or_default(),
        pair,
    }
}

/// By control, as far as they stand in the page.
fn deployment(comparison: &Comparison) -> Vec<Area<'_>> {
    let mut areas: Vec<Area<'_>> = Vec::new();
    for change in comparison.deployment.iter().take(SETTINGS) {
        // What is named after an element of an answer keeps its name.
        let spaced = |word: &str| {
            let is_element = word.contains(|letter: char| letter.is_ascii_uppercase());
            if is_element { word.to_owned() } else { word.replace('_', " ") }
        };
        let setting = Setting {
            change,
            object: format!("{} {}", spaced(&change.kind), change.id),
            field: change.field.as_deref().map(spaced),
            is_hash: change.field.as_deref() == Some("hash"),
        };
        match areas.last_mut() {
            Some(area) if area.number == change.control => area.rows.push(setting),
            _ => areas.push(Area {
                number: change.control,
                title: title(change.control),
                rows: vec![setting],
            }),
        }
    }
    areas
}

/// What became of each finding of the page, for the explorer: the first letter of a word, or `-`.
pub(super) fn letters(report: &Report, sorted: &[&Finding]) -> String {
    let letter = |finding: &&Finding| match lookup::change(report, finding) {
        Some(Change::New) => 'n',
        Some(Change::Worse) => 'w',
        Some(Change::Better) => 'b',
        Some(Change::Unchanged) => 'u',
        _ => '-',
    };
    sorted.iter().map(letter).collect()
}
