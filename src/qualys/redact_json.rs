//! Finds the values of a JSON answer that must not enter the bundle.
use super::pattern::is_like;
use super::redact::{Mark, Taken, UNPARSED};
use super::scan::{Fault, Scan, Token, unescaped};
use crate::catalogue::Redaction;

/// One open bracket.
struct Open<'r> {
    /// Of an object the key whose value is read; an array has none.
    key: Option<String>,
    /// The rule that covers it.
    around: Option<&'r Redaction>,
    /// The rule that covers the value that is read.
    rule: Option<&'r Redaction>,
}

/// The places of covered values, in order. A member is named by its key and those around it, past
/// arrays; below a covered member every text, number and boolean is covered. A `*` as last name
/// means the elements of an array too.
pub(super) fn in_json(body: &[u8], rules: &[Redaction]) -> Vec<Taken> {
    let mut scan = Scan::new(body);
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut taken: Vec<Taken> = Vec::new();
    loop {
        let token = match scan.next() {
            Ok(token) => token,
            Err(Fault::Cut(place) | Fault::Malformed(place)) => {
                let rest = place..body.len();
                taken.extend((!rest.is_empty()).then_some((rest, Mark::Bare, "*", UNPARSED)));
                return taken;
            }
        };
        let span = scan.span();
        let covering = open.last().and_then(|open| open.rule);
        match token {
            Token::Key => {
                let key = unescaped(body.get(span).unwrap_or_default()).into_owned();
                let around = open.last().and_then(|open| open.around);
                if let Some(last) = open.last_mut() {
                    last.key = Some(key);
                }
                let rule = around.or_else(|| rules.iter().find(|rule| names(rule.path, &open, "")));
                if let Some(last) = open.last_mut() {
                    last.rule = rule;
                }
            }
            Token::OpenObject => {
                open.push(Open { key: Some(String::new()), around: covering, rule: covering });
            }
            Token::OpenArray => {
                let element = || rules.iter().find(|rule| names(rule.path, &open, "*"));
                let rule = covering.or_else(element);
                open.push(Open { key: None, around: rule, rule });
            }
            Token::Close => {
                open.pop();
            }
            Token::Text | Token::Number | Token::True | Token::False => {
                if let Some(rule) = covering.filter(|_| !span.is_empty()) {
                    let mark = if token == Token::Text { Mark::Bare } else { Mark::Quoted };
                    taken.push((span, mark, rule.path, rule.rule));
                }
            }
            Token::Null => {}
            Token::End => return taken,
        }
    }
}

/// Whether a rule's path names the member that is read or, with `last`, an element of it that has
/// no name: only that pattern means one.
fn names(path: &str, open: &[Open<'_>], last: &str) -> bool {
    let mut patterns = path.rsplit('/');
    if !last.is_empty() && patterns.next() != Some(last) {
        return false;
    }
    let mut keys = open.iter().rev().filter_map(|open| open.key.as_deref());
    let mut patterns = patterns.peekable();
    patterns.peek().is_some()
        && patterns.all(|pattern| keys.next().is_some_and(|key| is_like(pattern, key)))
}
