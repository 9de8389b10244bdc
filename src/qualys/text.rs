//! Turns bytes as they came over the wire into text, keeping every offset where it was.
use std::borrow::Cow;

/// The byte order mark that some front ends put before an answer.
pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// What Windows-1252 means by the bytes 0x80 to 0x9F; the five it leaves open stay C1 controls.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// A copy that an XML reader accepts, byte for byte as long as the original: bytes that are not
/// UTF-8 become `?`, control characters that XML 1.0 forbids become spaces. Knowledge base answers
/// are known to carry the latter, some front ends the former.
pub(super) fn clean(body: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(body) {
        Ok(text) if !has_forbidden(body) => Cow::Borrowed(text),
        _ => Cow::Owned(mended(body)),
    }
}

fn mended(body: &[u8]) -> String {
    let mut text = String::with_capacity(body.len());
    for chunk in body.utf8_chunks() {
        if has_forbidden(chunk.valid().as_bytes()) {
            let mend = |c: char| if c.is_ascii() && is_forbidden(c as u8) { ' ' } else { c };
            text.extend(chunk.valid().chars().map(mend));
        } else {
            text.push_str(chunk.valid());
        }
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}

/// Reads the original bytes of a value: UTF-8, else Windows-1252.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(
        |_| Cow::Owned(bytes.iter().map(|&byte| windows_1252(byte)).collect()),
        Cow::Borrowed,
    )
}

fn windows_1252(byte: u8) -> char {
    let high = byte.checked_sub(0x80).and_then(|index| WINDOWS_1252.get(usize::from(index)));
    high.copied().unwrap_or(char::from(byte))
}

/// Without the white space around it.
pub(super) fn trim(text: &mut Cow<'_, str>) {
    match text {
        Cow::Borrowed(text) => *text = text.trim_ascii(),
        Cow::Owned(text) => {
            text.truncate(text.trim_ascii_end().len());
            let leading = text.len() - text.trim_ascii_start().len();
            text.drain(..leading);
        }
    }
}

const fn is_forbidden(byte: u8) -> bool {
    byte < b' ' && byte != b'\t' && byte != b'\n' && byte != b'\r'
}

/// Folded over blocks without an early exit, so that the compiler turns it into vector code.
fn has_forbidden(bytes: &[u8]) -> bool {
    bytes.chunks(256).any(|block| block.iter().fold(false, |seen, &byte| seen | is_forbidden(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bytes_that_xml_refuses_are_replaced_one_for_one() {
        assert_eq!(clean(b"Z\xFCrich\x08 \x1B\t\xE2\x82"), "Z?rich  \u{20}\t??");
        assert_eq!(clean("Zürich".as_bytes()), "Zürich");
    }

    #[test]
    fn values_are_read_as_utf8_and_else_as_windows_1252() {
        assert_eq!(decode(b"Z\xFCrich \x80 \x93"), "Zürich € “");
        assert_eq!(decode("Zürich €".as_bytes()), "Zürich €");
    }

    proptest! {
        #[test]
        fn cleaning_keeps_the_length_and_leaves_nothing_forbidden(bytes: Vec<u8>) {
            let text = clean(&bytes);
            prop_assert_eq!(text.len(), bytes.len());
            prop_assert!(!has_forbidden(text.as_bytes()));
        }
    }
}
