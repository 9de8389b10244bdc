//! Takes out values that must not enter the bundle: the exact bytes, found by parsing.
use super::fault::is_html;
use super::markup::{Fault, Markup, Token};
use super::pattern::is_like;
use super::record::local;
use super::redact_json::in_json;
use super::{csv, records, sensitive, text};
use crate::catalogue::{Family, Redaction};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ops::Range;

/// What stands where a value was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Bare,
    /// In place of a number or a boolean of JSON, which have no quotes that could stay.
    Quoted,
}

impl Mark {
    const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Bare => b"[redacted]",
            Self::Quoted => b"\"[redacted]\"",
        }
    }
}

/// Rule of values found wherever they stand.
const LIVE_CREDENTIAL: &str = "live-credential";

/// Rule of what follows a fault of syntax: it cannot be told what it holds.
pub(super) const UNPARSED: &str = "unparsed";

/// A body without the values, and what was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    pub bytes: Vec<u8>,
    /// Sorted by path and rule.
    pub log: Vec<Removal>,
}

/// Values taken by one rule at one path; nothing tells what they were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    pub path: String,
    pub rule: String,
    pub count: u64,
}

/// Replaces the value of every element (member of JSON, CSV field) that a rule names, and of everything below
/// it, by `[redacted]`; nothing else moves. Behind a fault of syntax all goes, where there are
/// rules. Live credentials of 8 characters or more go wherever they stand: plain, URL-encoded,
/// XML- or JSON-escaped, or in Base64.
pub fn apply(
    body: Vec<u8>,
    family: Family,
    rules: &[Redaction],
    live_credentials: &[&str],
) -> Redacted {
    let mut log: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let mut bytes = body;
    if !rules.is_empty() && !is_html(&bytes) {
        let removals = match family {
            Family::FoCsv if !bytes.trim_ascii_start().starts_with(b"<") => in_csv(&bytes, rules),
            _ if records::is_json(&bytes, family) => in_json(&bytes, rules),
            _ => Walk::new(rules).run(&bytes),
        };
        for (.., path, rule) in &removals {
            *log.entry((path, rule)).or_default() += 1;
        }
        bytes = replaced(bytes, removals.into_iter().map(|(range, mark, ..)| (range, mark)));
    }
    let live = sensitive::occurrences(&bytes, live_credentials);
    if !live.is_empty() {
        log.insert(("*", LIVE_CREDENTIAL), live.len() as u64);
        bytes = replaced(bytes, live.into_iter().map(|range| (range, Mark::Bare)));
    }
    let log = log.into_iter().map(|((path, rule), count)| Removal {
        path: path.to_owned(),
        rule: rule.to_owned(),
        count,
    });
    Redacted { bytes, log: log.collect() }
}

/// Takes live credentials out of a text outside bodies, like a response header; the number taken.
pub fn scrub(text: &str, live_credentials: &[&str]) -> (String, u64) {
    let live = sensitive::occurrences(text.as_bytes(), live_credentials);
    let count = live.len() as u64;
    let bytes =
        replaced(text.as_bytes().to_vec(), live.into_iter().map(|range| (range, Mark::Bare)));
    (String::from_utf8_lossy(&bytes).into_owned(), count)
}

fn replaced(bytes: Vec<u8>, ranges: impl Iterator<Item = (Range<usize>, Mark)>) -> Vec<u8> {
    let mut ranges = ranges.peekable();
    if ranges.peek().is_none() {
        return bytes;
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for (range, mark) in ranges {
        out.extend_from_slice(bytes.get(from..range.start).unwrap_or_default());
        // Values without a byte between them share one mark.
        if range.start > from || from == 0 {
            out.extend_from_slice(mark.bytes());
        }
        from = range.end;
    }
    out.extend_from_slice(bytes.get(from..).unwrap_or_default());
    out
}

/// Place, what stands there then, path of the rule, name of the rule.
pub(super) type Taken = (Range<usize>, Mark, &'static str, &'static str);

/// A walk over an XML body that keeps the places of covered values.
struct Walk<'r> {
    rules: &'r [Redaction],
    /// Open elements, each with the rule that covers it or an element around it.
    open: Vec<(String, Option<&'r Redaction>)>,
    /// The text of the innermost element so far: all of it with its markup, and the inside of its
    /// CDATA where that is all.
    pending: Option<(Range<usize>, Option<Range<usize>>)>,
    taken: Vec<Taken>,
}

impl<'r> Walk<'r> {
    const fn new(rules: &'r [Redaction]) -> Self {
        Self { rules, open: Vec::new(), pending: None, taken: Vec::new() }
    }

    fn run(mut self, body: &[u8]) -> Vec<Taken> {
        let clean = text::clean(body);
        let base = if body.starts_with(text::BOM) { text::BOM.len() } else { 0 };
        let mut markup = Markup::new(clean.get(base..).unwrap_or_default());
        let unparsed_from = loop {
            let token = markup.next();
            let span = markup.span();
            let span = span.start + base..span.end + base;
            match token {
                Ok(Token::Open { name, empty, .. }) => {
                    self.flush();
                    if !empty {
                        self.enter(name);
                    }
                }
                Ok(Token::Close) => {
                    self.flush();
                    self.open.pop();
                }
                Ok(Token::Text) => self.piece(trimmed(body, span), None),
                Ok(Token::Reference(_)) => self.piece(span, None),
                Ok(Token::CData(inside)) => {
                    let inside = trimmed(body, inside.start + base..inside.end + base);
                    self.piece(span, Some(inside));
                }
                Ok(Token::End) => {
                    self.flush();
                    break None;
                }
                Err(Fault::Cut(place) | Fault::Malformed(place)) => {
                    self.flush();
                    break Some(place + base);
                }
            }
        };
        self.taken.extend(unparsed_from.map(|from| (from..body.len(), Mark::Bare, "*", UNPARSED)));
        self.taken
    }

    fn enter(&mut self, name: &str) {
        let around = self.open.last().and_then(|&(_, rule)| rule);
        let rule =
            around.or_else(|| self.rules.iter().find(|rule| self.names(rule.path, local(name))));
        self.open.push((name.to_owned(), rule));
    }

    /// Whether a rule's path names the element `name` inside the open ones.
    fn names(&self, path: &str, name: &str) -> bool {
        let mut patterns = path.rsplit('/');
        let own = patterns.next().is_some_and(|pattern| is_like(pattern, name));
        let mut around = self.open.iter().rev();
        own && patterns
            .all(|pattern| around.next().is_some_and(|(name, _)| is_like(pattern, local(name))))
    }

    fn piece(&mut self, outer: Range<usize>, inner: Option<Range<usize>>) {
        if outer.is_empty() || self.open.last().is_none_or(|(_, rule)| rule.is_none()) {
            return;
        }
        self.pending = Some(match self.pending.take() {
            Some((before, _)) => (before.start..outer.end, None),
            None => (outer, inner),
        });
    }

    fn flush(&mut self) {
        let rule = self.open.last().and_then(|&(_, rule)| rule);
        if let (Some((outer, inner)), Some(rule)) = (self.pending.take(), rule) {
            let range = inner.unwrap_or(outer);
            if !range.is_empty() {
                self.taken.push((range, Mark::Bare, rule.path, rule.rule));
            }
        }
    }
}

fn trimmed(body: &[u8], range: Range<usize>) -> Range<usize> {
    let piece = body.get(range.clone()).unwrap_or_default();
    let start = range.start + (piece.len() - piece.trim_ascii_start().len());
    start..start + piece.trim_ascii().len()
}

fn in_csv(body: &[u8], rules: &[Redaction]) -> Vec<Taken> {
    let mut taken = Vec::new();
    let mut end = 0;
    let read = csv::read::<Infallible>(body, |row| {
        let start = usize::try_from(row.offset).unwrap_or(usize::MAX);
        end = start + usize::try_from(row.length).unwrap_or(usize::MAX);
        let raw = body.get(start..end).unwrap_or_default();
        for (column, field) in row.header().iter().zip(fields(raw)) {
            let rule = rules.iter().find(|rule| is_like(rule.path, column));
            if let Some(rule) = rule.filter(|_| !field.is_empty()) {
                let place = start + field.start..start + field.end;
                taken.push((place, Mark::Bare, rule.path, rule.rule));
            }
        }
        Ok(())
    });
    if read.is_err() && end < body.len() {
        taken.push((end..body.len(), Mark::Bare, "*", UNPARSED));
    }
    taken
}

/// The fields of one row, without their quotes.
fn fields(row: &[u8]) -> Vec<Range<usize>> {
    let mut fields = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, byte) in row.iter().copied().chain([b',']).enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted || at == row.len() => {
                let field = row.get(start..at).unwrap_or_default();
                let inner = field.strip_prefix(b"\"").and_then(|field| field.strip_suffix(b"\""));
                fields.push(inner.map_or(start..at, |inner| start + 1..start + 1 + inner.len()));
                start = at + 1;
            }
            _ => {}
        }
    }
    fields
}
