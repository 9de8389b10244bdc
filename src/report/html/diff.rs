//! `diff.html`: what changed between two snapshots, as a page of its own.

use std::io;

use askama::Template as _;

use super::changes::{self, Changes};
use super::shell::{PAGE, Shell};
use super::words;
use crate::report::diff::{Diff, Side};

#[derive(askama::Template)]
#[template(path = "html/diff.html")]
struct Page<'a> {
    shell: Shell,
    subscription: &'a str,
    sentence: String,
    sides: Vec<Compared<'a>>,
    changes: Changes<'a>,
    /// Controls do not stand in this page.
    linked: bool,
}

struct Compared<'a> {
    name: &'static str,
    side: &'a Side<'a>,
    as_of: String,
    open: String,
}

/// Renders the page. The same comparison gives the same bytes.
///
/// # Errors
/// A writer into memory that failed.
pub(in super::super) fn render(diff: &Diff<'_>) -> io::Result<Vec<u8>> {
    let (older, newer) = (words::day(diff.old.as_of), words::day(diff.new.as_of));
    let tool = &diff.newer.tool;
    let evidence =
        |name: &str, side: &Side<'_>| format!("{name} bundle {} root {}", side.id, side.root);
    let page = Page {
        shell: Shell::new(
            format!("Qualys deployment changes: {}, {older} to {newer}", diff.subscription),
            format!("{} {}", tool.name, tool.version),
            PAGE,
            &[evidence("older", &diff.old), evidence("newer", &diff.new)],
        ),
        subscription: diff.subscription,
        sentence: format!("From {older} to {newer}: {}.", changes::sentence(diff.comparison)),
        sides: vec![compared("Older", &diff.old), compared("Newer", &diff.new)],
        changes: changes::changes(diff.newer, diff.comparison),
        linked: false,
    };
    let mut bytes = Vec::new();
    page.write_into(&mut bytes)?;
    Ok(bytes)
}

fn compared<'a>(name: &'static str, side: &'a Side<'a>) -> Compared<'a> {
    Compared {
        name,
        side,
        as_of: words::time(side.as_of),
        open: super::number::grouped(side.summary.findings.total()),
    }
}
