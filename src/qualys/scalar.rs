//! What single texts and numbers of JSON say.
use super::text;
use std::borrow::Cow;

/// The text that stands between two quotes: escapes resolved, bytes that are not UTF-8 read as
/// Windows-1252, halves of surrogate pairs as U+FFFD.
pub(super) fn unescaped(inside: &[u8]) -> Cow<'_, str> {
    let written = text::decode(inside);
    if !written.contains('\\') {
        return written;
    }
    let mut out = String::with_capacity(written.len());
    let mut rest = &*written;
    while let Some((before, behind)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = behind.chars();
        match chars.next() {
            Some('u') => {
                let (c, after) = unit(chars.as_str());
                out.push(c);
                rest = after;
                continue;
            }
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some(c) => out.push(c),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character that the digits behind `\u` mean, and what follows it.
fn unit(behind: &str) -> (char, &str) {
    let digits = |text: &str| u32::from_str_radix(text.get(..4)?, 16).ok();
    let Some(first) = digits(behind) else { return (char::REPLACEMENT_CHARACTER, behind) };
    let after = behind.get(4..).unwrap_or_default();
    if let Some(c) = char::from_u32(first) {
        return (c, after);
    }
    let second = after.strip_prefix("\\u").and_then(digits);
    let pair = second.filter(|low| (0xDC00..0xE000).contains(low) && first < 0xDC00);
    let joined = pair.map(|low| 0x1_0000 + ((first - 0xD800) << 10) + (low - 0xDC00));
    match joined.and_then(char::from_u32) {
        Some(c) => (c, after.get(6..).unwrap_or_default()),
        None => (char::REPLACEMENT_CHARACTER, after),
    }
}

/// A number as an answer in XML would print it: `12345.0` and `1.2345E4` are `12345`; what is no
/// whole number stays as it is written. No digit is lost, however many there are.
pub(super) fn number(written: &str) -> Cow<'_, str> {
    whole(written).map_or(Cow::Borrowed(written), Cow::Owned)
}

/// `None` where the number is written as a whole one already, or is none.
fn whole(written: &str) -> Option<String> {
    let (mantissa, exponent) = match written.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (written, 0),
    };
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", mantissa),
    };
    let (before, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if exponent == 0 && fraction.is_empty() {
        return None;
    }
    // Doubles have no more; the bound keeps `1E999999999` from becoming that many digits.
    let places = usize::try_from(exponent).ok().filter(|&places| places <= 308)?;
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > places {
        return None;
    }
    let all = format!("{before}{fraction:0<places$}");
    let all = all.trim_start_matches('0');
    Some(if all.is_empty() { "0".to_owned() } else { format!("{sign}{all}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_lose_no_digit() {
        for (written, expected) in [
            ("12345", "12345"),
            ("12345.0", "12345"),
            ("12345.000", "12345"),
            ("1.811952E7", "18119520"),
            ("1.8119520e+7", "18119520"),
            ("0.0", "0"),
            ("-0.0", "0"),
            ("-5.0", "-5"),
            ("3.7", "3.7"),
            ("1.25E1", "1.25E1"),
            ("5E-1", "5E-1"),
            ("9007199254740993", "9007199254740993"),
            ("123456789012345678901234567890.0", "123456789012345678901234567890"),
            ("1E999999999", "1E999999999"),
        ] {
            assert_eq!(number(written), expected);
        }
    }

    #[test]
    fn texts_are_unescaped_once() {
        for (inside, expected) in [
            (&b"plain"[..], "plain"),
            (br#"a\"b\\c\/d\n\t\u0041"#, "a\"b\\c/d\n\tA"),
            (br"\ud83d\ude00!", "\u{1F600}!"),
            (br"\ud83d!", "\u{FFFD}!"),
            (br"\ude00\ud83d", "\u{FFFD}\u{FFFD}"),
            (br"\ud83d\u0041", "\u{FFFD}A"),
            (b"Z\xFCrich", "Zürich"),
            ("Zürich".as_bytes(), "Zürich"),
        ] {
            assert_eq!(unescaped(inside), expected);
        }
    }

    proptest! {
        #[test]
        fn unescaping_agrees_with_serde_json(text: String) {
            let written = serde_json::to_string(&text).unwrap();
            let inside = &written.as_bytes()[1..written.len() - 1];
            prop_assert_eq!(unescaped(inside), text);
        }
    }
}
