//! Markdown of GitHub's flavour that is being written, in which no text of the audited side is markup.

use super::super::plain::{fit, plain};

/// Columns after which a text of the audited side is cut; `report.json` has it in full.
const WIDEST: usize = 400;

/// What ends code, or a cell.
const ENDS: [char; 3] = ['`', '|', '\\'];

/// A document that is being written.
#[derive(Default)]
pub(super) struct Page(String);

impl Page {
    /// `title` is ours or went through [`prose`].
    pub(super) fn heading(&mut self, level: usize, title: &str) {
        let marks = "#".repeat(level);
        self.block(&format!("{marks} {title}"));
    }

    /// Lines that stand together; markup in them is ours.
    pub(super) fn block(&mut self, lines: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(lines);
        self.0.push('\n');
    }

    /// Cells are markup already: [`prose`], [`code`], or ours. Columns named with a trailing colon
    /// hold numbers and stand to the right. Nothing is written where there are no rows.
    pub(super) fn table<const N: usize>(&mut self, columns: [&str; N], rows: &[[String; N]]) {
        if rows.is_empty() {
            return;
        }
        let names = columns.map(|column| column.trim_end_matches(':'));
        let rules = columns.map(|column| if column.ends_with(':') { "---:" } else { "---" });
        let mut lines = vec![row(&names), row(&rules)];
        lines.extend(rows.iter().map(row));
        self.block(&lines.join("\n"));
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

fn row<const N: usize>(cells: &[impl AsRef<str>; N]) -> String {
    cells.iter().fold("|".to_owned(), |line, cell| format!("{line} {} |", cell.as_ref()))
}

/// A text of the audited side as running text of one line: no markup, no link, no mention.
pub(in crate::report) fn prose(text: &str) -> String {
    let text = line(text);
    let words = text.split(' ').map(|word| if is_link(word) { code(word) } else { escape(word) });
    words.collect::<Vec<_>>().join(" ")
}

/// A name, id or key as code. What ends it stands between the pieces as an entity.
pub(super) fn code(text: &str) -> String {
    let mut out = String::new();
    for piece in line(text).split_inclusive(ENDS) {
        let inside = piece.trim_end_matches(ENDS);
        // Code of spaces alone is stripped to nothing, and beside letters it would be none.
        let mark = if inside.trim().is_empty() { "" } else { "`" };
        out.extend([mark, inside, mark]);
        out.push_str(&escape(piece.get(inside.len()..).unwrap_or_default()));
    }
    out
}

/// In one line, without what hides or turns round, not endlessly long.
fn line(text: &str) -> String {
    let spaced = text.replace(['\n', '\r', '\t', '\u{85}', '\u{2028}', '\u{2029}'], " ");
    fit(&plain(&spaced), WIDEST).into_owned()
}

/// Renderers make links of these by themselves, and of `@` a mention.
fn is_link(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    word.contains('@') || ["://", "www.", "mailto:", "xmpp:"].iter().any(|part| word.contains(part))
}

fn escape(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut inside = false;
    for (at, character) in word.char_indices() {
        let rest = word.get(at + character.len_utf8()..).unwrap_or_default();
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // Escaped by a backslash they would be read differently inside and outside of tables.
            '|' => out.push_str("&#124;"),
            '`' => out.push_str("&#96;"),
            '\\' => out.push_str("&#92;"),
            // Between letters it is no markup.
            '_' if inside && rest.starts_with(char::is_alphanumeric) => out.push('_'),
            '*' | '_' | '[' | ']' | '~' | '#' | '$' => out.extend(['\\', character]),
            _ => out.push(character),
        }
        inside = character.is_alphanumeric();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        for (text, expected) in [
            ("plain words, 3 of 4 (75 %)", "plain words, 3 of 4 (75 %)"),
            ("<script>&amp;", "&lt;script&gt;&amp;amp;"),
            ("a|b", "a&#124;b"),
            ("[x](y) *b* _i_ ~s~", "\\[x\\](y) \\*b\\* \\_i\\_ \\~s\\~"),
            ("acme_ab1 __init__", "acme_ab1 \\_\\_init\\_\\_"),
            ("`code` \\", "&#96;code&#96; &#92;"),
            ("see https://x.example now", "see `https://x.example` now"),
            ("@all", "`@all`"),
            ("a@b.example|www.c.example", "`a@b.example`&#124;`www.c.example`"),
            ("one\n# two\u{202e}\u{1b}[2J\0", "one \\# two\\[2J"),
        ] {
            assert_eq!(prose(text), expected, "{text:?}");
        }
    }

    #[test]
    fn code_cannot_be_left() {
        for (text, expected) in [
            ("C01-01:asset_group:4711", "`C01-01:asset_group:4711`"),
            ("a`b", "`a`&#96;`b`"),
            ("`", "&#96;"),
            ("a|b\\", "`a`&#124;`b`&#92;"),
            ("a\r\n\r\n| b", "`a    `&#124;` b`"),
            ("", ""),
            (" ", " "),
        ] {
            assert_eq!(code(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut() {
        assert!(prose(&"x".repeat(10_000)).chars().count() <= WIDEST);
    }

    #[test]
    fn a_table_without_rows_is_none() {
        let mut page = Page::default();
        page.table(["a", "b:"], &[]);
        assert!(page.0.is_empty());
        page.table(["a", "b:"], &[["x".to_owned(), "1".to_owned()]]);
        assert_eq!(page.0, "| a | b |\n| --- | ---: |\n| x | 1 |\n");
    }
}
