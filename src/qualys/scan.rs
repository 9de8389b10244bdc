//! Cuts a JSON text into brackets, keys and values, by place.
//!
//! A scanner of its own, because spans, redaction and records need the bytes of each value, numbers
//! as they were written and every one of two equal keys, which a deserializer does not tell.
use super::text;
use std::borrow::Cow;
use std::ops::Range;

/// Deepest nesting that is read; real answers stay below twenty.
pub(super) const MAX_DEPTH: usize = 100;

/// One piece of a JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    OpenObject,
    OpenArray,
    /// The bracket that closes the innermost open one.
    Close,
    /// The name of a member; its span is the inside of the quotes.
    Key,
    /// The same for a text.
    Text,
    Number,
    True,
    False,
    Null,
    /// The text ends, and all brackets are closed.
    End,
}

/// Why the text cannot be cut further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It ends inside a value.
    Cut(usize),
    /// What begins here is no JSON.
    Malformed(usize),
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    Value,
    /// Behind an opening bracket.
    FirstOrClose,
    /// Behind a comma in an object.
    Key,
    Colon,
    CommaOrClose,
    End,
}

/// A cursor over the bytes that holds them to the grammar. Control characters inside a text are
/// let pass, and so are bytes that are not UTF-8.
#[derive(Debug)]
pub(super) struct Scan<'a> {
    body: &'a [u8],
    at: usize,
    /// Place of the last token; of keys and texts the inside of the quotes.
    span: Range<usize>,
    /// True for each open object, false for each open array.
    open: Vec<bool>,
    expected: Expected,
}

impl<'a> Scan<'a> {
    pub(super) fn new(body: &'a [u8]) -> Self {
        let at = if body.starts_with(text::BOM) { text::BOM.len() } else { 0 };
        Self { body, at, span: at..at, open: Vec::with_capacity(8), expected: Expected::Value }
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Number of open brackets.
    pub(super) const fn depth(&self) -> usize {
        self.open.len()
    }

    /// Is the innermost open bracket that of an object?
    pub(super) fn in_object(&self) -> bool {
        self.open.last() == Some(&true)
    }

    pub(super) fn next(&mut self) -> Result<Token, Fault> {
        loop {
            let blank = self.rest().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            self.at += blank;
            self.span = self.at..self.at;
            let Some(&byte) = self.rest().first() else {
                return match self.expected {
                    Expected::End => Ok(Token::End),
                    _ => Err(Fault::Cut(self.at)),
                };
            };
            match (self.expected, byte) {
                (Expected::Colon, b':') => {
                    self.at += 1;
                    self.expected = Expected::Value;
                }
                (Expected::CommaOrClose, b',') => {
                    self.at += 1;
                    self.expected = if self.in_object() { Expected::Key } else { Expected::Value };
                }
                (Expected::CommaOrClose | Expected::FirstOrClose, b'}' | b']')
                    if self.in_object() == (byte == b'}') =>
                {
                    self.take(1);
                    self.open.pop();
                    self.behind_value();
                    return Ok(Token::Close);
                }
                (Expected::Key, b'"') => return self.key(),
                (Expected::FirstOrClose, b'"') if self.in_object() => return self.key(),
                (Expected::FirstOrClose, _) if !self.in_object() => return self.value(byte),
                (Expected::Value, _) => return self.value(byte),
                _ => return Err(Fault::Malformed(self.at)),
            }
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.body.get(self.at..).unwrap_or_default()
    }

    const fn take(&mut self, length: usize) {
        self.span = self.at..self.at + length;
        self.at += length;
    }

    const fn behind_value(&mut self) {
        self.expected = if self.open.is_empty() { Expected::End } else { Expected::CommaOrClose };
    }

    fn key(&mut self) -> Result<Token, Fault> {
        self.quoted()?;
        self.expected = Expected::Colon;
        Ok(Token::Key)
    }

    fn value(&mut self, byte: u8) -> Result<Token, Fault> {
        let token = match byte {
            b'{' => return self.open(Token::OpenObject),
            b'[' => return self.open(Token::OpenArray),
            b'"' => {
                self.quoted()?;
                Token::Text
            }
            b't' => self.word(b"true", Token::True)?,
            b'f' => self.word(b"false", Token::False)?,
            b'n' => self.word(b"null", Token::Null)?,
            b'-' | b'0'..=b'9' => self.number()?,
            _ => return Err(Fault::Malformed(self.at)),
        };
        self.behind_value();
        Ok(token)
    }

    fn open(&mut self, token: Token) -> Result<Token, Fault> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault::Malformed(self.at));
        }
        self.open.push(token == Token::OpenObject);
        self.take(1);
        self.expected = Expected::FirstOrClose;
        Ok(token)
    }

    /// The span becomes the inside of the quotes.
    fn quoted(&mut self) -> Result<(), Fault> {
        let start = self.at + 1;
        let mut end = start;
        loop {
            let rest = self.body.get(end..).unwrap_or_default();
            let Some(found) = memchr::memchr2(b'"', b'\\', rest) else {
                return Err(Fault::Cut(self.at));
            };
            end += found;
            if rest.get(found) == Some(&b'"') {
                break;
            }
            end += escape(self.body, end)?;
        }
        self.span = start..end;
        self.at = end + 1;
        Ok(())
    }

    fn word(&mut self, word: &[u8], token: Token) -> Result<Token, Fault> {
        let rest = self.rest();
        if rest.starts_with(word) {
            self.take(word.len());
            Ok(token)
        } else if word.starts_with(rest) {
            Err(Fault::Cut(self.at))
        } else {
            Err(Fault::Malformed(self.at))
        }
    }

    fn number(&mut self) -> Result<Token, Fault> {
        let rest = self.rest();
        let digits = |from: usize| {
            let rest = rest.get(from..).unwrap_or_default();
            rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
        };
        let mut end = usize::from(rest.first() == Some(&b'-'));
        let whole = digits(end);
        let mut ok = whole > 0;
        end += whole;
        if rest.get(end) == Some(&b'.') {
            let fraction = digits(end + 1);
            ok &= fraction > 0;
            end += 1 + fraction;
        }
        if matches!(rest.get(end), Some(b'e' | b'E')) {
            end += 1 + usize::from(matches!(rest.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits(end);
            ok &= exponent > 0;
            end += exponent;
        }
        if !ok {
            let cut = end >= rest.len();
            return Err(if cut { Fault::Cut(self.at) } else { Fault::Malformed(self.at) });
        }
        self.take(end);
        Ok(Token::Number)
    }
}

/// Length of the escape that begins at `at`.
fn escape(body: &[u8], at: usize) -> Result<usize, Fault> {
    match body.get(at + 1) {
        None => Err(Fault::Cut(at)),
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
        Some(b'u') => {
            let digits = body.get(at + 2..).unwrap_or_default();
            let digits = digits.get(..4).unwrap_or(digits);
            match digits.iter().all(u8::is_ascii_hexdigit) {
                true if digits.len() == 4 => Ok(6),
                true => Err(Fault::Cut(at)),
                false => Err(Fault::Malformed(at)),
            }
        }
        Some(_) => Err(Fault::Malformed(at)),
    }
}

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

    fn tokens(body: &[u8]) -> Result<Vec<(Token, String)>, Fault> {
        let mut scan = Scan::new(body);
        let mut tokens = Vec::new();
        loop {
            let token = scan.next()?;
            if token == Token::End {
                return Ok(tokens);
            }
            let place = &body[scan.span()];
            tokens.push((token, String::from_utf8_lossy(place).into_owned()));
        }
    }

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

    #[test]
    fn faults_tell_a_cut_text_from_a_wrong_one() {
        for (body, expected) in [
            ("", Fault::Cut(0)),
            ("{\"a\":", Fault::Cut(5)),
            ("{\"a\":tr", Fault::Cut(5)),
            ("[1,2", Fault::Cut(4)),
            ("[\"a", Fault::Cut(1)),
            ("[\"a\\", Fault::Cut(3)),
            ("[\"\\u00", Fault::Cut(2)),
            ("[-", Fault::Cut(1)),
            ("[1.", Fault::Cut(1)),
            ("[1.x]", Fault::Malformed(1)),
            ("[\"\\x\"]", Fault::Malformed(2)),
            ("[1,]", Fault::Malformed(3)),
            ("{,}", Fault::Malformed(1)),
            ("{\"a\" 1}", Fault::Malformed(5)),
            ("{1:2}", Fault::Malformed(1)),
            ("[1}", Fault::Malformed(2)),
            ("{}{}", Fault::Malformed(2)),
            ("trap", Fault::Malformed(0)),
            ("<a/>", Fault::Malformed(0)),
        ] {
            assert_eq!(tokens(body.as_bytes()), Err(expected), "{body}");
        }
        let deep = "[".repeat(MAX_DEPTH + 1);
        assert_eq!(tokens(deep.as_bytes()), Err(Fault::Malformed(MAX_DEPTH)));
    }

    proptest! {
        #[test]
        fn what_serde_json_reads_is_read(text in r#"[\[\]{},:"\\0-9a-eE.+\-nulltrf ]{0,24}"#) {
            let ours = tokens(text.as_bytes());
            if serde_json::from_str::<serde_json::Value>(&text).is_ok() {
                prop_assert!(ours.is_ok());
            }
        }

        #[test]
        fn any_bytes_are_cut_into_places_in_order(body: Vec<u8>) {
            let mut scan = Scan::new(&body);
            let mut last = 0;
            while let Ok(token) = scan.next() {
                let span = scan.span();
                prop_assert!(last <= span.start && span.start <= span.end && span.end <= body.len());
                last = span.end;
                if token == Token::End {
                    break;
                }
            }
        }

        #[test]
        fn unescaping_agrees_with_serde_json(text: String) {
            let written = serde_json::to_string(&text).unwrap();
            let inside = &written.as_bytes()[1..written.len() - 1];
            prop_assert_eq!(unescaped(inside), text);
        }
    }
}
