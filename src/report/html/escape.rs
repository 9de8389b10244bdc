//! Every text that stands in the page, made harmless and visible on its way into the markup.

use std::borrow::Cow;
use std::fmt::{self, Write};

use askama::filters::{Escaper, Html};

use crate::report::plain::is_hidden;

/// Escapes markup, and shows what would hide, turn the writing direction or end a line as its code
/// point. The templates use it for each value that they print.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown;

impl Escaper for Shown {
    fn write_escaped_str<W: Write>(&self, dest: W, text: &str) -> fmt::Result {
        Html.write_escaped_str(dest, &shown(text))
    }
}

/// The text with its hidden characters written out: `a⟨U+202E⟩b`.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_hidden(character) {
            let _ = write!(written, "⟨U+{:04X}⟩", u32::from(character));
        } else {
            written.push(character);
        }
    }
    Cow::Owned(written)
}

/// A CSS string that holds any text: all but letters and digits as code points.
pub(super) fn css_string(text: &str) -> String {
    let mut written = String::from("\"");
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            written.push(character);
        } else {
            let _ = write!(written, "\\{:x} ", u32::from(character));
        }
    }
    written.push('"');
    written
}

/// A word that a POSIX shell takes as it is.
pub(super) fn shell_word(text: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "._-/:,@+=".contains(character);
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        let dash = if text.starts_with('-') { "./" } else { "" };
        format!("'{dash}{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut page = String::new();
        Shown.write_escaped_str(&mut page, text).unwrap();
        page
    }

    #[test]
    fn markup_stays_text() {
        let page = written("</script><img src=x onerror='alert(1)'>\"&");
        assert!(!page.contains(['<', '>', '"', '\'']), "{page}");
        assert_eq!(page.matches('&').count(), 8);
    }

    #[test]
    fn what_hides_is_written_out() {
        assert_eq!(shown("a\u{202e}gpj.exe"), "a⟨U+202E⟩gpj.exe");
        assert_eq!(shown("\u{1b}[31m\0\n"), "⟨U+001B⟩[31m⟨U+0000⟩⟨U+000A⟩");
        assert_eq!(shown("Zürich 東京"), "Zürich 東京");
    }

    #[test]
    fn a_css_string_cannot_be_left() {
        assert_eq!(css_string("a\"}\\</style>"), r#""a\22 \7d \5c \3c \2f style\3e ""#);
    }

    #[test]
    fn a_file_name_is_one_word_of_a_shell() {
        assert_eq!(shell_word("demo.qsi"), "demo.qsi");
        assert_eq!(shell_word("a b;rm"), "'a b;rm'");
        assert_eq!(shell_word("it's"), r"'it'\''s'");
        assert_eq!(shell_word("--help"), "'./--help'");
        assert_eq!(shell_word(""), "''");
    }
}
