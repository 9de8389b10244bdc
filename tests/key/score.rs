//! Compares what the key expects with what the report says, sub-check by sub-check.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use qualys_sec_inspector::assess::Report;
use qualys_sec_inspector::finding::CheckState;

use crate::tenant::key::{Expect, KeyRecord};

/// What may be seen of a resource, in the order of the confusion's rows and columns.
const CLASSES: [&str; 4] = ["finding", "none", "unknown", "na"];
const FINDING: usize = 0;
const NONE: usize = 1;
const UNKNOWN: usize = 2;
const NA: usize = 3;

/// One sub-check over all tenants: how often which class was expected (rows) and seen (columns).
#[derive(Debug, Default)]
pub(crate) struct Score {
    confusion: [[u64; 4]; 4],
    /// Findings with another severity, and checks with another state, each with its tenant.
    severities: Vec<String>,
    states: Vec<String>,
    /// Resources that were not seen as expected.
    wrong: Vec<String>,
}

impl Score {
    fn precision(&self) -> Option<f64> {
        let seen = self.confusion.iter().map(|row| row[FINDING]).sum();
        ratio(self.confusion[FINDING][FINDING], seen)
    }

    fn recall(&self) -> Option<f64> {
        ratio(self.confusion[FINDING][FINDING], self.confusion[FINDING].iter().sum())
    }

    fn is_exact(&self) -> bool {
        self.wrong.is_empty() && self.severities.is_empty() && self.states.is_empty()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a small tenant")]
fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// All sub-checks of which the key speaks.
#[derive(Debug, Default)]
pub(crate) struct Scores(BTreeMap<&'static str, Score>);

impl Scores {
    /// Adds one tenant, of which the key covers these checks.
    pub(crate) fn add(
        &mut self,
        tenant: &str,
        key: &[KeyRecord],
        report: &Report,
        covered: &BTreeSet<&'static str>,
    ) {
        let checks = report.controls.iter().flat_map(|control| &control.checks);
        for check in checks {
            let Some(id) = covered.get(&*check.id) else { continue };
            let records: Vec<&KeyRecord> =
                key.iter().filter(|record| record.check == *id).collect();
            let mut seen: BTreeMap<&str, &str> = report
                .findings
                .iter()
                .filter(|finding| finding.check == *id)
                .map(|finding| (finding.key.as_str(), finding.severity.word()))
                .collect();
            let score = self.0.entry(id).or_default();
            // The report counts unknown resources and does not name them.
            let mut unknown = check.unknown;
            let all_na = records.iter().all(|record| record.expect == Expect::Na);
            let by_class = |wanted: bool| {
                records.iter().filter(move |record| (record.expect == Expect::Unknown) == wanted)
            };
            for record in by_class(true).chain(by_class(false)) {
                let found = seen.remove(record.key.as_str());
                let class = match (found, record.expect) {
                    (Some(severity), _) => {
                        if record.expect == Expect::Finding && severity != record.severity {
                            let says = format!("{tenant}: {} is {severity}", record.key);
                            score.severities.push(format!("{says}, not {}", record.severity));
                        }
                        FINDING
                    }
                    (None, Expect::Unknown) if unknown > 0 => {
                        unknown -= 1;
                        UNKNOWN
                    }
                    // The judge may have decided of the whole check.
                    (None, Expect::Unknown) if check.unknown == 0 => match check.state {
                        CheckState::NotAssessed | CheckState::Warn => UNKNOWN,
                        CheckState::NotApplicable => NA,
                        _ => NONE,
                    },
                    // Of what is no subject a report says nothing; with nothing else in the key,
                    // the whole check is not applicable.
                    (None, Expect::Na) if !all_na || check.state == CheckState::NotApplicable => NA,
                    (None, _) => NONE,
                };
                let expected = class_of(record.expect);
                score.confusion[expected][class] += 1;
                if expected != class {
                    let (key, why) = (&record.key, &record.why);
                    let (expected, class) = (CLASSES[expected], CLASSES[class]);
                    let wrong = format!("{tenant}: {key} is {class}, not {expected}: {why}");
                    score.wrong.push(wrong);
                }
            }
            for (key, severity) in seen {
                score.confusion[NONE][FINDING] += 1;
                score.wrong.push(format!("{tenant}: {key} ({severity}) is in no key"));
            }
            if unknown > 0 && check.state != CheckState::NotAssessed {
                score.confusion[NONE][UNKNOWN] += unknown;
                let reason = check.reason.as_deref().unwrap_or_default();
                score.wrong.push(format!("{tenant}: {unknown} more unknown: {reason}"));
            }
            if let Some(record) = records.first()
                && record.state != check.state.word()
            {
                let reason = check.reason.as_deref().unwrap_or_default();
                let says = format!("{tenant}: {} ({reason})", check.state.word());
                score.states.push(format!("{says}, not {}", record.state));
            }
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for (check, score) in other.0 {
            let own = self.0.entry(check).or_default();
            for (row, more) in own.confusion.iter_mut().zip(score.confusion) {
                for (cell, more) in row.iter_mut().zip(more) {
                    *cell += more;
                }
            }
            own.severities.extend(score.severities);
            own.states.extend(score.states);
            own.wrong.extend(score.wrong);
        }
    }

    /// Every class, severity and state is as expected; precision and recall are 1 wherever a
    /// finding was expected.
    pub(crate) fn assert_exact(&self) {
        assert!(self.0.values().all(Score::is_exact), "\n{}", self.table());
        for (check, score) in &self.0 {
            for value in [score.precision(), score.recall()].into_iter().flatten() {
                assert!((value - 1.0).abs() < f64::EPSILON, "{check}: {value}");
            }
        }
    }

    /// Sub-checks with findings in the key.
    pub(crate) fn with_findings(&self) -> usize {
        self.0.values().filter(|score| score.recall().is_some()).count()
    }

    fn table(&self) -> String {
        let mut text = String::from(
            "check   precision recall  expected: seen (finding/none/unknown/na), wrong ones only\n",
        );
        for (check, score) in self.0.iter().filter(|(_, score)| !score.is_exact()) {
            let share =
                |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.3}"));
            let (precision, recall) = (share(score.precision()), share(score.recall()));
            write!(text, "{check:7} {precision:>9} {recall:>6}").unwrap();
            for (class, row) in CLASSES.iter().zip(score.confusion) {
                write!(text, "  {class}: {}/{}/{}/{}", row[0], row[1], row[2], row[3]).unwrap();
            }
            text.push('\n');
            for (what, lines) in [
                ("resource", &score.wrong),
                ("severity", &score.severities),
                ("state", &score.states),
            ] {
                for line in lines.iter().take(4) {
                    writeln!(text, "    {what} {line}").unwrap();
                }
                if let Some(more @ 1..) = lines.len().checked_sub(4) {
                    writeln!(text, "    {what} and {more} more").unwrap();
                }
            }
        }
        text
    }
}

fn class_of(expect: Expect) -> usize {
    match expect {
        Expect::Finding => FINDING,
        Expect::None => NONE,
        Expect::Unknown => UNKNOWN,
        Expect::Na => NA,
    }
}
