//! The framework matrix: controls against eight frameworks, and each framework by its requirements.

use super::number::{grouped, share};
use super::words::{self, Sign};
use crate::assess::{ControlResult, Report, RequirementResult};
use crate::framework::{self, FRAMEWORKS, Fit, Framework};

pub(super) struct Matrix<'a> {
    pub rows: Vec<Row<'a>>,
    pub frameworks: Vec<Requirements<'a>>,
}

/// One control against the frameworks, in their order.
pub(super) struct Row<'a> {
    pub control: &'a ControlResult,
    pub anchor: String,
    pub sign: Sign,
    /// The requirements of each framework; empty where none is mapped.
    pub cells: Vec<String>,
}

/// One framework, requirement first.
pub(super) struct Requirements<'a> {
    pub framework: &'static Framework,
    pub rows: Vec<Requirement<'a>>,
    /// Requirements that a control failed.
    pub failing: usize,
    /// Requirements that were not assessed.
    pub unseen: usize,
    /// Share of those that were: `100.0 %`.
    pub assessed: String,
}

pub(super) struct Requirement<'a> {
    pub result: &'a RequirementResult,
    pub sign: Sign,
    pub open: String,
    pub controls: Vec<Mapped<'a>>,
    /// Controls that came to a verdict.
    pub assessed: usize,
}

pub(super) struct Mapped<'a> {
    pub control: &'a ControlResult,
    pub anchor: String,
    pub sign: Sign,
    /// What is to be known of this mapping; empty where it simply fits.
    pub note: String,
}

pub(super) fn matrix(report: &Report) -> Matrix<'_> {
    Matrix {
        rows: report.controls.iter().map(row).collect(),
        frameworks: FRAMEWORKS.iter().map(|framework| requirements(report, framework)).collect(),
    }
}

fn row(control: &ControlResult) -> Row<'_> {
    Row {
        control,
        anchor: words::control_anchor(control.number),
        sign: words::outcome(control.outcome),
        cells: FRAMEWORKS
            .iter()
            .map(|framework| control.frameworks.of(framework.name).join(", "))
            .collect(),
    }
}

fn requirements<'a>(report: &'a Report, framework: &'static Framework) -> Requirements<'a> {
    let of = report.requirements.iter().filter(|row| row.framework == framework.name);
    let mut rows: Vec<Requirement<'_>> = of.map(|row| requirement(report, row)).collect();
    rows.sort_by_key(|row| pieces(&row.result.requirement));
    let came_out = |class| rows.iter().filter(|row| row.sign.class == class).count();
    let assessed = rows.iter().filter(|row| row.result.outcome.is_assessed()).count() as u64;
    Requirements {
        framework,
        failing: came_out("fail"),
        unseen: came_out("unseen"),
        assessed: share(assessed, rows.len() as u64).unwrap_or_else(|| "none".to_owned()),
        rows,
    }
}

fn requirement<'a>(report: &'a Report, result: &'a RequirementResult) -> Requirement<'a> {
    let controls =
        report.controls.iter().filter(|control| result.controls.contains(&control.number));
    let controls: Vec<Mapped<'_>> = controls
        .map(|control| Mapped {
            control,
            anchor: words::control_anchor(control.number),
            sign: words::outcome(control.outcome),
            note: note(control.number, &result.framework),
        })
        .collect();
    Requirement {
        result,
        sign: words::outcome(result.outcome),
        open: grouped(result.open),
        assessed: controls.iter().filter(|mapped| mapped.control.outcome.is_assessed()).count(),
        controls,
    }
}

/// How well the requirement fits the control, in a word and a remark.
fn note(control: u8, name: &str) -> String {
    let Some(note) = framework::note(control, name) else { return String::new() };
    let word = match note.fit {
        Fit::Fits | Fit::Unmapped => "",
        Fit::Generic => "Generic.",
        Fit::Partial => "Fits in part.",
        Fit::Weak => "Fits weakly.",
        Fit::Mismatch => "About something else.",
        Fit::Outdated => "Of an older edition.",
        Fit::Invented => "No identifier of this framework.",
    };
    [word, note.text].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

/// A part of an id, so that `2.4` comes before `11.3`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Number(u64),
    Text(String),
}

fn pieces(id: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = id;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (piece, behind) = rest.split_at(end);
        pieces.push(match piece.parse() {
            Ok(number) if digits => Piece::Number(number),
            _ => Piece::Text(piece.to_owned()),
        });
        rest = behind;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_stand_in_the_order_of_their_numbers() {
        let mut ids = ["11.3.2", "2.4", "RA-5(2)", "11.3.1", "RA-5", "CM-8"];
        ids.sort_by_key(|id| pieces(id));
        assert_eq!(ids, ["2.4", "11.3.1", "11.3.2", "CM-8", "RA-5", "RA-5(2)"]);
    }
}
