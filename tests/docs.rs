//! The documents say what is: generated pages are current, and every path that prose names exists.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]
#![allow(clippy::disallowed_types, reason = "the help of the programs comes from the programs")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Exit codes by `analyze`'s and `collect`'s own tables; the numbers are tested where they are made.
const EXIT_CODES: &str = "## Exit codes

| code | `collect` | `analyze` |
|---|---|---|
| 0 | sealed and complete | done |
| 1 | anything else | anything else |
| 2 | usage, or no login off a terminal | usage, profile or input file |
| 3 | | the gate of `--fail-on` |
| 4 | sealed, not complete | integrity or custody failure, unsigned without permission, newer format |
| 5 | | `--require-complete`, and something was not seen or not assessed |
| 6 | credentials refused | |
| 7 | stopped by a limit, Ctrl-C or SIGTERM; resumable | |

Several reasons at once in `analyze`: 2, 4, 1, 5, 3; the first wins.
";

const PROGRAMS: &[(&str, &str, &[&[&str]])] = &[
    (
        "collect",
        env!("CARGO_BIN_EXE_collect"),
        &[&[], &["run"], &["resume"], &["plan"], &["keygen"], &["endpoints"]],
    ),
    (
        "analyze",
        env!("CARGO_BIN_EXE_analyze"),
        &[
            &[],
            &["run"],
            &["report"],
            &["diff"],
            &["trend"],
            &["verify"],
            &["evidence"],
            &["evidence", "show"],
            &["evidence", "export"],
            &["controls"],
            &["controls", "explain"],
            &["profile"],
            &["profile", "init"],
            &["profile", "check"],
            &["profile", "show"],
        ],
    ),
    ("qualys-sim", env!("CARGO_BIN_EXE_qualys-sim"), &[&[], &["serve"], &["demo"], &["key"]]),
];

fn help(program: &str, command: &[&str]) -> String {
    let mut asked = Command::new(program);
    asked.args(command).arg("--help").env("COLUMNS", "100");
    for (name, _) in std::env::vars_os() {
        let own = name.to_string_lossy();
        if own.starts_with("QUALYS_") || own.starts_with("QSI_") || own == "NO_COLOR" {
            asked.env_remove(&name);
        }
    }
    let output = asked.output().unwrap();
    assert!(output.status.success(), "{program} {command:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").replace(".exe", "")
}

fn command_lines() -> String {
    let mut page = String::from(
        "# Commands\n\nGenerated from the programs themselves: `UPDATE_DOCS=1 cargo test --test docs`.\n\n",
    );
    page.push_str(EXIT_CODES);
    for (name, program, commands) in PROGRAMS {
        write!(page, "\n## {name}\n").unwrap();
        for command in *commands {
            let words = [&[*name], *command].concat().join(" ");
            write!(page, "\n### `{words}`\n\n```text\n{}\n```\n", help(program, command)).unwrap();
        }
    }
    page
}

#[test]
fn the_page_of_commands_is_current() {
    let (path, page) = ("docs/cli.md", command_lines());
    if std::env::vars().any(|(name, _)| name == "UPDATE_DOCS") {
        fs::write(path, &page).unwrap();
    }
    let written = fs::read_to_string(path).unwrap_or_default().replace('\r', "");
    assert!(written == page, "{path} is not current: UPDATE_DOCS=1 cargo test --test docs");
}

fn markdown(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            markdown(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            into.push(path);
        }
    }
}

/// Targets of `[text](target)` that are files of this repository.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("](").filter_map(|(at, _)| {
        let target = text[at + 2..].split(')').next()?;
        let file = target.split('#').next()?;
        (!file.is_empty() && !file.contains("://")).then_some(file)
    })
}

#[test]
fn every_link_leads_to_a_file() {
    let mut pages = vec![PathBuf::from("README.md"), PathBuf::from("CHANGELOG.md")];
    markdown(Path::new("docs"), &mut pages);
    let mut dead = Vec::new();
    let mut seen = 0;
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        let folder = page.parent().unwrap();
        for link in links(&text) {
            seen += 1;
            if !folder.join(link).exists() {
                dead.push(format!("{} names {link}", page.display()));
            }
        }
    }
    assert!(seen > 10, "the links were not read");
    assert!(dead.is_empty(), "{dead:#?}");
}

/// `src/…`, `bin/…` and the like in back quotes; patterns and placeholders are no paths.
#[test]
fn every_path_in_prose_exists() {
    let mut pages = vec![PathBuf::from("README.md")];
    markdown(Path::new("docs"), &mut pages);
    let mut dead = Vec::new();
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        for quoted in text.split('`').skip(1).step_by(2) {
            let is_path = ["src/", "bin/", "sql/", "tests/", "docs/", "fixtures/", "benches/"]
                .iter()
                .any(|folder| quoted.starts_with(folder));
            let is_pattern = quoted.contains(['*', '{', ' ', '<', '…'])
                || ["NN_", "name", "SUBJECT"].iter().any(|word| quoted.contains(word));
            if is_path && !is_pattern && !Path::new(quoted).exists() {
                dead.push(format!("{} names {quoted}", page.display()));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}
