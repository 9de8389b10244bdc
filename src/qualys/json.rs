//! One streaming pass over a JSON answer: its records, and what stands around them.
//!
//! A record has the shape that the same record has in XML, so that one reader serves both: a member
//! is an element, an array is its name repeated, a member that is `null` or an empty array is not
//! there. `tags/list/TagSimple/id` finds the ids of `{"tags":{"list":[{"TagSimple":{"id":1}}]}}`.
use super::envelope::Envelope;
use super::pattern::is_like;
use super::record::{Element, Field, Record};
use super::scan::{Fault, Scan, Token, number, unescaped};
use super::text;
use super::xml::ReadError;
use crate::catalogue::Family;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// Reads an answer. `each` is called with every element of the list of records: for QPS those of
/// `ServiceResponse/data` whose one member is named `record`, else those of the array at the path
/// `record`. An object where the array should stand is a list of one. Of equal keys the last wins.
///
/// Texts are trimmed; booleans are `true` and `false`; numbers are exact, whole ones without a
/// fraction (`12345.0` is `12345`). A key that is written with escapes stays as it is written.
///
/// Records come while the text is read, as for XML.
pub fn read<E>(
    body: &[u8],
    family: Family,
    record: &str,
    mut each: impl FnMut(&Record<'_>) -> Result<(), E>,
) -> Result<Envelope, ReadError<E>> {
    let clean = text::clean(body);
    let mut document = Document::new(body, &clean, Place::of(family, record));
    while document.step().map_err(|fault| document.fault(fault))? {
        each(&document.record()).map_err(ReadError::Caller)?;
        document.next_record();
    }
    Ok(document.envelope)
}

/// The path of the array that holds the records, and its last name.
pub(super) fn list_path(family: Family, record: &str) -> (&str, &str) {
    let path = if is_wrapped(family) { "ServiceResponse/data" } else { record };
    (path, path.rsplit('/').next().unwrap_or_default())
}

const fn is_wrapped(family: Family) -> bool {
    matches!(family, Family::QpsJson | Family::QpsXml)
}

/// Where the records are, and what they are called.
struct Place<'p> {
    path: &'p str,
    name: &'p str,
    /// QPS puts each record into an object of one member, whose name is its kind.
    wrapped: bool,
}

impl<'p> Place<'p> {
    fn of(family: Family, record: &'p str) -> Self {
        let (path, last) = list_path(family, record);
        let wrapped = is_wrapped(family);
        Self { path, name: if wrapped { record } else { last }, wrapped }
    }
}

struct Document<'a> {
    scan: Scan<'a>,
    body: &'a [u8],
    clean: &'a str,
    place: Place<'a>,
    envelope: Envelope,
    /// Keys of the open brackets outside the records, the last one of each; `[]` in arrays.
    outside: Vec<&'a str>,
    /// Number of brackets around the elements of the list that is being read.
    list: Option<usize>,
    /// The record that is being read; empty outside of one.
    fields: Vec<Field<'a>>,
    /// Its open brackets.
    open: Vec<Open<'a>>,
    /// Where the value of each key begins in `fields`, by the object that holds it.
    keys: HashMap<(usize, &'a str), usize>,
}

#[derive(Clone, Copy)]
struct Open<'a> {
    /// Index of an object in `fields`; an array has none.
    object: Option<usize>,
    /// Key of the member that is being read, in an array that of the array.
    name: &'a str,
    depth: u16,
}

const ARRAY: &str = "[]";

impl<'a> Document<'a> {
    fn new(body: &'a [u8], clean: &'a str, place: Place<'a>) -> Self {
        Self {
            scan: Scan::new(body),
            body,
            clean,
            place,
            envelope: Envelope::default(),
            outside: Vec::with_capacity(8),
            list: None,
            fields: Vec::with_capacity(64),
            open: Vec::with_capacity(8),
            keys: HashMap::with_capacity(64),
        }
    }

    fn fault<E>(&self, fault: Fault) -> ReadError<E> {
        match fault {
            _ if self.envelope.root.is_empty() => ReadError::NotJson,
            Fault::Cut(_) => ReadError::CutShort,
            Fault::Malformed(place) => ReadError::Malformed { offset: place as u64 },
        }
    }

    /// Goes on to the end of the next record (true) or of the text.
    fn step(&mut self) -> Result<bool, Fault> {
        loop {
            let token = self.scan.next()?;
            let span = self.scan.span();
            if self.open.is_empty() {
                let around = self.scan.depth() - usize::from(is_open(token));
                let is_element = self.list == Some(around) && token != Token::Close;
                if token == Token::End {
                    return Ok(false);
                } else if is_element || self.is_single(token) {
                    self.begin(token, span);
                } else {
                    self.pass(token, span)?;
                    continue;
                }
            } else {
                self.within(token, span);
            }
            if self.open.is_empty() && !self.fields.is_empty() && self.is_record() {
                return Ok(true);
            }
        }
    }

    /// An object where the list of records should stand?
    fn is_single(&self, token: Token) -> bool {
        self.list.is_none() && token == Token::OpenObject && self.is_at_list()
    }

    fn is_at_list(&self) -> bool {
        let mut names = self.place.path.split('/');
        self.outside
            .iter()
            .all(|key| names.next().is_some_and(|name| name.eq_ignore_ascii_case(key)))
            && names.next().is_none()
    }

    /// What stands outside the records.
    fn pass(&mut self, token: Token, span: Range<usize>) -> Result<(), Fault> {
        if self.envelope.root.is_empty() {
            match token {
                Token::OpenObject => self.envelope.root.push_str("{}"),
                Token::OpenArray => self.envelope.root.push_str(ARRAY),
                _ => return Err(Fault::Malformed(span.start)),
            }
        }
        match token {
            Token::Key => {
                let key = self.clean.get(span).unwrap_or_default();
                if let Some(last) = self.outside.last_mut() {
                    *last = key;
                }
                if self.outside.len() == 1 && key == "ServiceResponse" {
                    key.clone_into(&mut self.envelope.root);
                }
            }
            Token::OpenObject | Token::OpenArray => {
                self.envelope.member(&self.outside, "{}");
                if token == Token::OpenArray && self.list.is_none() && self.is_at_list() {
                    self.list = Some(self.scan.depth());
                    self.envelope.list_present = true;
                }
                self.outside.push(if token == Token::OpenArray { ARRAY } else { "" });
            }
            Token::Close => {
                self.outside.pop();
                if self.list.is_some_and(|list| self.scan.depth() < list) {
                    self.list = None;
                }
            }
            Token::Null | Token::End => {}
            Token::Text | Token::Number | Token::True | Token::False => {
                let text = self.scalar(token, span);
                self.envelope.member(&self.outside, &text);
            }
        }
        Ok(())
    }

    fn begin(&mut self, token: Token, span: Range<usize>) {
        self.envelope.list_present = true;
        if token == Token::Null {
            return;
        }
        self.push(self.place.name, 0, token, span);
        let object = (token == Token::OpenObject).then_some(0);
        if is_open(token) {
            self.open.push(Open { object, name: self.place.name, depth: 1 });
        }
    }

    fn within(&mut self, token: Token, span: Range<usize>) {
        let Some(&Open { object, name, depth }) = self.open.last() else { return };
        match token {
            Token::Key => {
                let key = self.clean.get(span).unwrap_or_default();
                if let Some(last) = self.open.last_mut() {
                    last.name = key;
                }
                let begins = self.fields.len();
                let before = object.and_then(|object| self.keys.insert((object, key), begins));
                if let Some(before) = before {
                    self.forget(before, key, depth);
                }
            }
            Token::OpenObject => {
                let index = self.fields.len();
                self.push(name, depth, token, span);
                self.open.push(Open { object: Some(index), name, depth: depth + 1 });
            }
            Token::OpenArray => self.open.push(Open { object: None, name, depth }),
            Token::Close => {
                self.open.pop();
                let root = self.open.is_empty().then_some(0);
                let last = self.fields.len() - 1;
                let index = object.or(root);
                if let Some(field) = index.and_then(|index| self.fields.get_mut(index)) {
                    field.end = span.end;
                    field.below = last - index.unwrap_or_default();
                }
            }
            Token::Null | Token::End => {}
            Token::Text | Token::Number | Token::True | Token::False => {
                self.push(name, depth, token, span);
            }
        }
    }

    fn push(&mut self, name: &'a str, depth: u16, token: Token, span: Range<usize>) {
        let quote = usize::from(token == Token::Text);
        self.fields.push(Field {
            depth,
            name,
            offset: span.start - quote,
            end: span.end + quote,
            text: if is_open(token) { Cow::Borrowed("") } else { self.scalar(token, span) },
            attributes: "",
            below: 0,
        });
    }

    fn scalar(&self, token: Token, span: Range<usize>) -> Cow<'a, str> {
        match token {
            Token::Text => {
                let mut text = unescaped(self.body.get(span).unwrap_or_default());
                text::trim(&mut text);
                text
            }
            Token::Number => number(self.clean.get(span).unwrap_or_default()),
            _ => Cow::Borrowed(self.clean.get(span).unwrap_or_default()),
        }
    }

    /// Takes the names from an earlier value of a key that comes again, so that no path leads there.
    fn forget(&mut self, from: usize, name: &str, depth: u16) {
        let mut index = from;
        while let Some(field) = self.fields.get(index) {
            if field.depth != depth || field.name != name {
                break;
            }
            let end = index + field.below + 1;
            for field in self.fields.get_mut(index..end).unwrap_or_default() {
                field.name = "";
                field.text = Cow::Borrowed("");
            }
            index = end;
        }
    }

    /// Takes the wrapper from a finished record; false for one of another kind, which is left out.
    fn is_record(&mut self) -> bool {
        self.keys.clear();
        if !self.place.wrapped {
            return true;
        }
        let below = self.fields.len() - 1;
        let is_wrapper = |field: &&Field<'_>| field.below + 1 == below;
        let Some(inner) = self.fields.get(1).filter(is_wrapper) else { return true };
        let is_own = is_like(self.place.name, inner.name);
        if is_own {
            let (offset, end) =
                self.fields.first().map_or((0, 0), |field| (field.offset, field.end));
            self.fields.remove(0);
            for field in &mut self.fields {
                field.depth -= 1;
            }
            if let Some(field) = self.fields.first_mut() {
                (field.offset, field.end) = (offset, end);
            }
        } else if inner.below > 0 {
            self.fields.clear();
            return false;
        }
        true
    }

    fn record(&self) -> Record<'_> {
        let element = Element::new(&self.fields);
        Record {
            ordinal: self.envelope.records,
            offset: element.offset() as u64,
            length: element.length() as u64,
            element,
        }
    }

    fn next_record(&mut self) {
        let element = Element::new(&self.fields);
        let place = element.offset()..element.offset() + element.length();
        let id = IDS.iter().find_map(|name| element.text(name)).map(str::to_owned);
        self.envelope.count_record(place, id);
        self.fields.clear();
    }
}

/// What records are known by: QPS, the asset inventory, CloudView connectors and evaluations.
const IDS: [&str; 4] = ["id", "assetId", "connectorId", "controlId"];

const fn is_open(token: Token) -> bool {
    matches!(token, Token::OpenObject | Token::OpenArray)
}
