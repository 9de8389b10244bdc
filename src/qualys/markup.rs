//! Cuts an XML text into tags and pieces of text, by place.
//!
//! A reader of its own, because reading is what loading a bundle costs: answers are made of short
//! elements, and looking at their few bytes directly takes a third of the time of a general
//! reader. A test holds it to the tokens that `quick-xml` finds.
use std::ops::Range;

/// Deepest nesting that is read; real answers stay below twenty.
pub(super) const MAX_DEPTH: usize = 100;

/// One piece of an XML text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A start tag; `empty` where it closes itself.
    Open { name: &'a str, attributes: &'a str, empty: bool },
    /// The tag that closes the innermost open element.
    Close,
    /// Text as written. White space alone comes only behind other text of the same element.
    Text,
    /// The place of what stands inside a CDATA section.
    CData(Range<usize>),
    /// The name in `&name;`. An `&` that begins none is text.
    Reference(&'a str),
    /// The text ends, and all elements are closed.
    End,
}

/// Why the text cannot be cut further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It ends inside markup that begins here.
    Cut(usize),
    /// What begins here is no markup.
    Malformed(usize),
}

/// A cursor over the text that sees to it that elements nest. Comments, processing instructions and the DOCTYPE are passed over;
/// nothing that they declare has an effect.
#[derive(Debug)]
pub(super) struct Markup<'a> {
    text: &'a str,
    /// Where the next token begins.
    at: usize,
    /// Where the last token began.
    start: usize,
    /// The last token was text of an element, so that white space may belong to it.
    in_text: bool,
    /// Names of the open elements.
    open: Vec<&'a str>,
}

impl<'a> Markup<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0, start: 0, in_text: false, open: Vec::new() }
    }

    /// The place of the last token.
    pub(super) const fn span(&self) -> Range<usize> {
        self.start..self.at
    }

    pub(super) fn next(&mut self) -> Result<Token<'a>, Fault> {
        loop {
            self.start = self.at;
            let rest = self.rest();
            match rest {
                [] if self.open.is_empty() => return Ok(Token::End),
                [] => return Err(Fault::Cut(self.start)),
                [b'<', b'/', ..] => return self.close(),
                [b'<', b'!' | b'?', ..] => {
                    if let Some(token) = self.declaration()? {
                        return Ok(token);
                    }
                }
                [b'<', ..] => return self.open(),
                [b'&', rest @ ..] => {
                    self.in_text = true;
                    let end = memchr::memchr3(b';', b'&', b'<', rest);
                    if let Some(end) = end.filter(|&end| rest.get(end) == Some(&b';')) {
                        self.at += end + 2;
                        return Ok(Token::Reference(self.slice(self.start + 1..self.at - 1)));
                    }
                    self.at += 1 + end.unwrap_or(rest.len());
                    return Ok(Token::Text);
                }
                _ => {
                    let blank = blank_length(rest);
                    if !self.in_text && matches!(rest.get(blank), None | Some(b'<')) {
                        self.at += blank;
                        continue;
                    }
                    self.in_text = true;
                    self.at += blank + text_length(rest.get(blank..).unwrap_or_default());
                    return Ok(Token::Text);
                }
            }
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    fn open(&mut self) -> Result<Token<'a>, Fault> {
        self.in_text = false;
        let rest = self.rest();
        let name_end = 1 + name_length(rest.get(1..).unwrap_or_default());
        let end = match rest.get(name_end) {
            Some(b'>') => name_end,
            None => return Err(Fault::Cut(self.start)),
            _ => {
                name_end
                    + tag_end(rest.get(name_end..).unwrap_or_default())
                        .ok_or(Fault::Cut(self.start))?
            }
        };
        let empty = end > name_end && rest.get(end - 1) == Some(&b'/');
        let inside = self.start + name_end..self.start + end - usize::from(empty);
        let name = self.slice(self.start + 1..self.start + name_end);
        self.at += end + 1;
        let named = name.bytes().next().is_some_and(is_name_start);
        let broken = rest.get(name_end) == Some(&b'<');
        if !named || broken || self.open.len() >= MAX_DEPTH {
            return Err(Fault::Malformed(self.start));
        }
        if !empty {
            self.open.push(name);
        }
        Ok(Token::Open { name, attributes: self.slice(inside), empty })
    }

    fn close(&mut self) -> Result<Token<'a>, Fault> {
        self.in_text = false;
        let rest = self.rest().get(2..).unwrap_or_default();
        let expected = self.open.pop().unwrap_or_default().as_bytes();
        let Some(behind) = rest.strip_prefix(expected).filter(|_| !expected.is_empty()) else {
            // A name that could still become the right one is cut short.
            let begun = !expected.is_empty() && expected.starts_with(rest);
            let fault = if begun { Fault::Cut } else { Fault::Malformed };
            return Err(fault(self.start));
        };
        let blank = blank_length(behind);
        match behind.get(blank) {
            Some(b'>') => self.at += 2 + expected.len() + blank + 1,
            Some(_) => return Err(Fault::Malformed(self.start)),
            None => return Err(Fault::Cut(self.start)),
        }
        Ok(Token::Close)
    }

    /// A comment, CDATA section, DOCTYPE or processing instruction; only the second is a token.
    fn declaration(&mut self) -> Result<Option<Token<'a>>, Fault> {
        let rest = self.rest();
        let behind = |opening: &[u8]| rest.get(opening.len()..).unwrap_or_default();
        let is_doctype = rest.get(..DOCTYPE.len()).is_some_and(|s| s.eq_ignore_ascii_case(DOCTYPE));
        let (opening, length) = if rest.starts_with(CDATA) {
            self.in_text = true;
            (CDATA, find(behind(CDATA), *b"]]>"))
        } else if rest.starts_with(COMMENT) {
            (COMMENT, find(behind(COMMENT), *b"-->"))
        } else if rest.starts_with(INSTRUCTION) {
            (INSTRUCTION, find_two(behind(INSTRUCTION), *b"?>"))
        } else if is_doctype {
            (DOCTYPE, doctype_end(behind(DOCTYPE)))
        } else {
            let begun = [CDATA, COMMENT, DOCTYPE].iter().any(|opening| opening.starts_with(rest));
            let fault = if begun { Fault::Cut } else { Fault::Malformed };
            return Err(fault(self.start));
        };
        let Some(length) = length else { return Err(Fault::Cut(self.start)) };
        self.at = self.start + opening.len() + length;
        let inside = self.start + CDATA.len()..self.at - "]]>".len();
        Ok((opening == CDATA).then_some(Token::CData(inside)))
    }
}

const CDATA: &[u8] = b"<![CDATA[";
const COMMENT: &[u8] = b"<!--";
const DOCTYPE: &[u8] = b"<!DOCTYPE";
const INSTRUCTION: &[u8] = b"<?";

/// Length of the text up to the next `<` or `&`. Most texts are shorter than what it costs to start
/// a vector search.
fn text_length(bytes: &[u8]) -> usize {
    let is_markup = |&byte: &u8| byte == b'<' || byte == b'&';
    let near = bytes.get(..24).unwrap_or(bytes);
    near.iter().position(is_markup).unwrap_or_else(|| {
        let far = bytes.get(near.len()..).unwrap_or_default();
        near.len() + memchr::memchr2(b'<', b'&', far).unwrap_or(far.len())
    })
}

/// Length of the white space, most of which is a line end and its indentation.
fn blank_length(bytes: &[u8]) -> usize {
    let line_end = usize::from(bytes.first() == Some(&b'\n'));
    let (eights, _) = bytes.get(line_end..).unwrap_or_default().as_chunks::<8>();
    let sure = line_end + 8 * eights.iter().take_while(|eight| **eight == [b' '; 8]).count();
    let rest = bytes.get(sure..).unwrap_or_default();
    sure + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

fn name_length(bytes: &[u8]) -> usize {
    let ends = |&byte: &u8| ENDS_NAME.get(usize::from(byte)) == Some(&true);
    bytes.iter().position(ends).unwrap_or(bytes.len())
}

/// Whether a byte cannot stand in a name: one look instead of four comparisons a byte.
static ENDS_NAME: [bool; 256] = {
    let mut ends = [false; 256];
    let mut byte = 0;
    while byte <= b' ' {
        ends[byte as usize] = true;
        byte += 1;
    }
    ends[b'>' as usize] = true;
    ends[b'/' as usize] = true;
    ends[b'<' as usize] = true;
    ends
};

const fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b':' || byte >= 0x80
}

/// The place of the `>` that closes a tag; one inside an attribute's quotes does not.
fn tag_end(bytes: &[u8]) -> Option<usize> {
    let mut quote = None;
    bytes.iter().position(|&byte| match quote {
        None if byte == b'>' => true,
        None => {
            quote = Some(byte).filter(|byte| matches!(byte, b'"' | b'\''));
            false
        }
        Some(open) => {
            quote = Some(open).filter(|&open| open != byte);
            false
        }
    })
}

/// The place behind three bytes.
fn find(bytes: &[u8], three: [u8; 3]) -> Option<usize> {
    let [first, ..] = three;
    memchr::memchr_iter(first, bytes)
        .map(|at| at + 3)
        .find(|&end| bytes.get(end - 3..end) == Some(&three))
}

/// The place behind two bytes.
fn find_two(bytes: &[u8], two: [u8; 2]) -> Option<usize> {
    let [first, ..] = two;
    memchr::memchr_iter(first, bytes)
        .map(|at| at + 2)
        .find(|&end| bytes.get(end - 2..end) == Some(&two))
}

/// The place behind the `>` that closes a DOCTYPE: not one in quotes, in a comment, or inside the
/// brackets of an internal subset.
fn doctype_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut brackets = 0_u32;
    loop {
        let rest = bytes.get(at..)?;
        at += match rest {
            [b'<', b'!', b'-', b'-', rest @ ..] => COMMENT.len() + find(rest, *b"-->")?,
            [quote @ (b'"' | b'\''), rest @ ..] => 2 + memchr::memchr(*quote, rest)?,
            [byte, ..] => {
                match byte {
                    b'[' => brackets += 1,
                    b']' => brackets = brackets.saturating_sub(1),
                    b'>' if brackets == 0 => return Some(at + 1),
                    _ => {}
                }
                1
            }
            [] => return None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use quick_xml::events::Event;
    use quick_xml::reader::Reader;

    /// Tags and joined text, in one line each.
    fn ours(text: &str) -> Option<Vec<String>> {
        let mut markup = Markup::new(text);
        let mut found = Vec::new();
        let mut joined = String::new();
        loop {
            let token = markup.next().ok()?;
            let (tag, ends) = match token {
                Token::Open { name, attributes, empty } => {
                    (format!("<{name}{attributes}{}>", if empty { "/" } else { "" }), false)
                }
                Token::Close => ("</>".to_owned(), false),
                Token::Text => {
                    joined.push_str(&text[markup.span()]);
                    continue;
                }
                Token::CData(inside) => {
                    joined.push_str(&text[inside]);
                    continue;
                }
                Token::Reference(name) => {
                    joined.extend(["&", name, ";"]);
                    continue;
                }
                Token::End => (String::new(), true),
            };
            found.push(std::mem::take(&mut joined).trim_ascii().to_owned());
            found.push(tag);
            if ends {
                return Some(found);
            }
        }
    }

    fn theirs(text: &str) -> Option<Vec<String>> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().allow_dangling_amp = true;
        let mut found = Vec::new();
        let mut joined = String::new();
        loop {
            let (tag, ends) = match reader.read_event().ok()? {
                Event::Start(tag) => (format!("<{}>", &*tag), false),
                Event::Empty(tag) => (format!("<{}/>", &*tag), false),
                Event::End(_) => ("</>".to_owned(), false),
                Event::Text(piece) => {
                    joined.push_str(&piece);
                    continue;
                }
                Event::CData(piece) => {
                    joined.push_str(&piece);
                    continue;
                }
                Event::GeneralRef(name) => {
                    joined.extend(["&", &*name, ";"]);
                    continue;
                }
                Event::Eof => (String::new(), true),
                _ => continue,
            };
            found.push(std::mem::take(&mut joined).trim_ascii().to_owned());
            found.push(tag);
            if ends {
                return Some(found);
            }
        }
    }

    #[test]
    fn tags_and_texts_are_cut() {
        let text = "<?xml version=\"1.0\"?><!-- > --><!DOCTYPE a [<!ENTITY b \"]>\"> <!-- ]> -->]>\n\
                    <a b='>' c>x &amp; &lt; &gt;<d/> <![CDATA[ <e> ]]> & y</a >\n";
        let expected = ["", "<a b='>' c>", "x &amp; &lt; &gt;", "<d/>", "<e>  & y", "</>", "", ""];
        assert_eq!(ours(text).unwrap(), expected);
        assert_eq!(theirs(text), ours(text));
    }

    #[test]
    fn faults_have_a_place() {
        for (text, fault) in [
            ("<", Fault::Cut(0)),
            ("<a<b>", Fault::Malformed(0)),
            ("<a", Fault::Cut(0)),
            ("x<a b='>", Fault::Cut(1)),
            ("<a>", Fault::Cut(3)),
            ("<a></", Fault::Cut(3)),
            ("<abc></ab", Fault::Cut(5)),
            ("<a></a", Fault::Cut(3)),
            ("<a></a b>", Fault::Malformed(3)),
            ("<a></b>", Fault::Malformed(3)),
            ("<a></ab>", Fault::Malformed(3)),
            ("<a></a></a>", Fault::Malformed(7)),
            ("</>", Fault::Malformed(0)),
            ("<!--", Fault::Cut(0)),
            ("<![CDA", Fault::Cut(0)),
            ("<![CDATA[]]", Fault::Cut(0)),
            ("<!DOCTYPE a [>", Fault::Cut(0)),
            ("<?x", Fault::Cut(0)),
            ("<!x>", Fault::Malformed(0)),
            ("< a>", Fault::Malformed(0)),
            ("<1>", Fault::Malformed(0)),
        ] {
            let mut markup = Markup::new(text);
            let first = std::iter::repeat_with(|| markup.next()).find_map(Result::err);
            assert_eq!(first, Some(fault), "{text}");
        }
    }

    /// Pieces that make documents and near misses of documents.
    fn documents() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "<a>",
            "</a>",
            "<b c=\"d>e\">",
            "</b>",
            "<f/>",
            "<f />",
            "text",
            " ",
            "\n  ",
            "&amp;",
            "&x;",
            "&",
            ";",
            "<![CDATA[",
            "]]>",
            "]]",
            "<!-- ",
            " -->",
            "--",
            "<!DOCTYPE a>",
            "<?p ?>",
            "'",
            "\"",
            ">",
            "é",
            "<a\tg='h'\n>",
            "</a >",
        ]);
        prop::collection::vec(pieces, 0..30).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

        #[test]
        fn we_find_what_quick_xml_finds(text in documents()) {
            if let Some(ours) = ours(&text) {
                prop_assert_eq!(Some(ours), theirs(&text));
            }
        }

        #[test]
        fn any_text_comes_to_an_end(text: String) {
            let mut markup = Markup::new(&text);
            let mut last = 0;
            while let Ok(token) = markup.next() {
                prop_assert_eq!(markup.span().start, last.max(markup.span().start));
                if token == Token::End {
                    break;
                }
                prop_assert!(markup.span().end > last);
                last = markup.span().end;
            }
        }
    }
}
