//! Text of the audited side made safe for a terminal, and cut to a width.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Leaves out what could move the cursor, colour the screen, turn the writing direction or hide.
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_hidden) {
        Cow::Owned(text.chars().filter(|character| !is_hidden(*character)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

pub(super) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// The text in at most `width` columns, with an ellipsis where something is cut off.
pub(super) fn fit(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let mut room = width.saturating_sub(1);
    let kept: String = text
        .chars()
        .take_while(|character| {
            let columns = character.width().unwrap_or(0);
            let fits = columns <= room;
            room = room.saturating_sub(columns);
            fits
        })
        .collect();
    Cow::Owned(kept + "…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_name_cannot_speak_to_the_terminal() {
        assert_eq!(plain("web\u{1b}[2J01"), "web[2J01");
        assert_eq!(plain("a\u{202e}gpj.exe\u{9b}"), "agpj.exe");
        assert_eq!(plain("Zürich 東京"), "Zürich 東京");
    }

    #[test]
    fn wide_characters_count_double() {
        assert_eq!(fit("東京都庁", 8), "東京都庁");
        assert_eq!(fit("東京都庁", 7), "東京都…");
        assert_eq!(fit("東京都庁", 6), "東京…");
        assert_eq!(fit("abc", 0), "…");
    }
}
