//! The frameworks in `report.md`: controls by frameworks, then each requirement across its controls.

use crate::assess::Report;
use crate::framework::FRAMEWORKS;

use super::said;
use super::text::{Page, prose};

/// One row a control; a dash where the specification maps it to nothing.
pub(super) fn matrix(page: &mut Page, report: &Report) {
    page.heading(2, "Framework matrix");
    let mut columns = ["No.:", "Outcome", "", "", "", "", "", "", "", ""];
    for (column, framework) in columns.iter_mut().skip(2).zip(&FRAMEWORKS) {
        *column = framework.name;
    }
    let rows: Vec<_> = report
        .controls
        .iter()
        .map(|control| {
            let mut row: [String; 10] = Default::default();
            let ids = FRAMEWORKS.iter().map(|framework| {
                let ids = control.frameworks.of(framework.name);
                if ids.is_empty() { "–".to_owned() } else { prose(&ids.join(", ")) }
            });
            let head = [control.number.to_string(), said(control.outcome).to_owned()];
            for (cell, text) in row.iter_mut().zip(head.into_iter().chain(ids)) {
                *cell = text;
            }
            row
        })
        .collect();
    page.table(columns, &rows);
}

/// A requirement is as good as the worst of its controls.
pub(super) fn requirements(page: &mut Page, report: &Report) {
    page.heading(2, "Requirement by requirement");
    for framework in &FRAMEWORKS {
        let rows: Vec<_> = report
            .requirements
            .iter()
            .filter(|row| row.framework == framework.name)
            .map(|row| {
                let numbers: Vec<String> = row.controls.iter().map(ToString::to_string).collect();
                [
                    prose(&row.requirement),
                    prose(&row.title),
                    said(row.outcome).to_owned(),
                    numbers.join(", "),
                    row.open.to_string(),
                ]
            })
            .collect();
        if rows.is_empty() {
            continue;
        }
        page.heading(3, framework.name);
        page.block(&format!("{}, {}.", framework.version, framework.publisher));
        page.table(["Requirement", "Title", "Outcome", "Controls", "Open findings:"], &rows);
    }
}
