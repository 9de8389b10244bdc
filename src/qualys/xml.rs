//! One streaming pass over an XML answer: its records, and what stands around them.
use super::envelope::Envelope;
use super::markup::{Fault, Markup, Token};
use super::pattern::is_like;
use super::record::{Element, Field, Record, local};
use super::text;
use quick_xml::escape::resolve_predefined_entity;
use std::borrow::Cow;
use std::ops::Range;
use thiserror::Error;

/// Why an answer could not be read to its end.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ReadError<E> {
    #[error("the answer is not XML")]
    NotXml,
    #[error("the answer is not JSON")]
    NotJson,
    #[error("the XML is malformed at byte {offset}")]
    Malformed { offset: u64 },
    #[error("the answer ends before its root element is closed")]
    CutShort,
    #[error(transparent)]
    Caller(E),
}

/// Reads an answer. `each` is called with every element named `record`, in any letter case, that
/// is not the root and not inside another record. `record` may hold alternatives (`A|B`); where it
/// holds a `*` (`AUTH_*`), the records are the elements of such a name directly inside a list of
/// such a name (`AUTH_UNIX` inside `AUTH_UNIX_LIST`). No DOCTYPE is followed and no entity but the
/// predefined ones is resolved.
///
/// Records come while the document is read: a body that turns out to be malformed or cut short
/// gives those before the fault, then the error.
pub fn read<E>(
    body: &[u8],
    record: &str,
    mut each: impl FnMut(&Record<'_>) -> Result<(), E>,
) -> Result<Envelope, ReadError<E>> {
    let clean = text::clean(body);
    let mut document = Document::new(body, &clean);
    let name = Name::of(record);
    loop {
        if let Some(finished) = document.step(&name)? {
            each(&finished).map_err(ReadError::Caller)?;
            document.next_record();
        }
        if document.ended {
            return Ok(document.envelope);
        }
    }
}

/// What the record elements are called.
enum Name<'n> {
    Plain(&'n str),
    OneOf(&'n str),
    In { list: String, item: &'n str },
}

impl<'n> Name<'n> {
    fn of(record: &'n str) -> Self {
        match record {
            item if item.contains('*') => Self::In { list: format!("{item}_LIST"), item },
            names if names.contains('|') => Self::OneOf(names),
            name => Self::Plain(name),
        }
    }

    /// Is it that of an element inside `parent`?
    fn is(&self, name: &str, parent: Option<&&str>) -> bool {
        match self {
            Self::Plain(plain) => name.eq_ignore_ascii_case(plain),
            Self::OneOf(names) => is_like(names, name),
            Self::In { list, item } => {
                parent.is_some_and(|parent| is_like(list, parent)) && is_like(item, name)
            }
        }
    }
}

struct Document<'a> {
    markup: Markup<'a>,
    original: &'a [u8],
    clean: &'a str,
    damaged: bool,
    /// Length of the byte order mark, which is not part of `clean`.
    base: usize,
    envelope: Envelope,
    /// Local names of the open elements outside the record.
    outside: Vec<&'a str>,
    /// Attributes and text of the innermost of them.
    attributes: &'a str,
    outside_text: Cow<'a, str>,
    /// The record that is being read; empty outside of one.
    fields: Vec<Field<'a>>,
    /// Indexes in `fields` of the open elements.
    open: Vec<usize>,
    ended: bool,
}

impl<'a> Document<'a> {
    fn new(original: &'a [u8], clean: &'a str) -> Self {
        let base = if original.starts_with(text::BOM) { text::BOM.len() } else { 0 };
        let source = clean.get(base..).unwrap_or_default();
        Self {
            markup: Markup::new(source),
            original,
            clean: source,
            damaged: matches!(original.get(base..), Some(bytes) if bytes != source.as_bytes()),
            base,
            envelope: Envelope::default(),
            outside: Vec::with_capacity(8),
            attributes: "",
            outside_text: Cow::Borrowed(""),
            fields: Vec::with_capacity(64),
            open: Vec::with_capacity(8),
            ended: false,
        }
    }

    /// Goes on to the end of the next record, or to the end of the document.
    fn step<E>(&mut self, record: &Name<'_>) -> Result<Option<Record<'_>>, ReadError<E>> {
        loop {
            let token = self.markup.next().map_err(|fault| self.fault(fault))?;
            let span = self.markup.span();
            match token {
                Token::Open { name, attributes, empty } => {
                    self.open(record, name, attributes, &span)?;
                    if empty && self.close(span.end) {
                        return Ok(Some(self.record()));
                    }
                }
                Token::Close => {
                    if self.close(span.end) {
                        return Ok(Some(self.record()));
                    }
                }
                Token::Text => self.text(span)?,
                Token::CData(inside) => self.text(inside)?,
                Token::Reference(name) => self.reference(name, span)?,
                Token::End => {
                    self.ended = true;
                    return if self.envelope.root.is_empty() {
                        Err(ReadError::NotXml)
                    } else {
                        Ok(None)
                    };
                }
            }
        }
    }

    fn fault<E>(&self, fault: Fault) -> ReadError<E> {
        match fault {
            Fault::Cut(_) if self.envelope.root.is_empty() => ReadError::NotXml,
            Fault::Cut(_) => ReadError::CutShort,
            Fault::Malformed(place) => self.malformed(place),
        }
    }

    const fn malformed<E>(&self, place: usize) -> ReadError<E> {
        ReadError::Malformed { offset: (place + self.base) as u64 }
    }

    fn open<E>(
        &mut self,
        record: &Name<'_>,
        tag: &'a str,
        attributes: &'a str,
        span: &Range<usize>,
    ) -> Result<(), ReadError<E>> {
        let outside_root = self.outside.is_empty();
        if outside_root && !self.envelope.root.is_empty() {
            return Err(self.malformed(span.start));
        }
        let name = local(tag);
        let is_record =
            self.open.is_empty() && !outside_root && record.is(name, self.outside.last());
        if is_record || !self.open.is_empty() {
            #[expect(clippy::cast_possible_truncation, reason = "at most MAX_DEPTH")]
            let depth = self.open.len() as u16;
            self.open.push(self.fields.len());
            self.fields.push(Field {
                depth,
                name,
                text: Cow::Borrowed(""),
                attributes,
                offset: span.start + self.base,
                end: span.end + self.base,
                below: 0,
            });
        }
        if is_record {
            self.envelope.list_present = true;
        } else if self.open.is_empty() {
            self.envelope.open(&self.outside, name);
            self.outside.push(name);
            self.attributes = attributes;
            self.outside_text = Cow::Borrowed("");
        }
        Ok(())
    }

    /// Closes the innermost element; true where that was a record.
    fn close(&mut self, end: usize) -> bool {
        if let Some(index) = self.open.pop() {
            let last = self.fields.len() - 1;
            if let Some(field) = self.fields.get_mut(index) {
                field.end = end + self.base;
                field.below = last - index;
                text::trim(&mut field.text);
            }
            return self.open.is_empty();
        }
        if let Some(name) = self.outside.pop() {
            text::trim(&mut self.outside_text);
            self.envelope.close(&self.outside, name, self.attributes, &self.outside_text);
            self.outside_text = Cow::Borrowed("");
            self.attributes = "";
        }
        false
    }

    fn text<E>(&mut self, span: Range<usize>) -> Result<(), ReadError<E>> {
        if self.outside.is_empty() {
            let piece = self.clean.get(span.clone()).unwrap_or_default();
            return if piece.trim_ascii().is_empty() {
                Ok(())
            } else if self.envelope.root.is_empty() {
                Err(ReadError::NotXml)
            } else {
                Err(self.malformed(span.start))
            };
        }
        let piece = self.value(span);
        let text = self.innermost();
        if !text.is_empty() {
            text.to_mut().push_str(&piece);
        } else if !piece.trim_ascii_start().is_empty() {
            *text = piece;
        }
        Ok(())
    }

    /// The text of a span, from the original bytes where the copy differs from them.
    fn value(&self, span: Range<usize>) -> Cow<'a, str> {
        let clean = self.clean.get(span.clone()).unwrap_or_default();
        if self.damaged {
            let original = self.original.get(span.start + self.base..span.end + self.base);
            if let Some(original) = original.filter(|original| *original != clean.as_bytes()) {
                return text::decode(original);
            }
        }
        Cow::Borrowed(clean)
    }

    /// Resolved once: `&amp;lt;` is the text `&lt;`. What is not predefined, like `&nbsp;`, what is
    /// no character, like `&#0;`, and what a DOCTYPE might declare stays as written.
    fn reference<E>(&mut self, name: &str, span: Range<usize>) -> Result<(), ReadError<E>> {
        if self.outside.is_empty() {
            return Err(self.malformed(span.start));
        }
        let resolved = match name.strip_prefix('#') {
            Some(number) => character(number).map(|c| Cow::Owned(c.to_string())),
            None => resolve_predefined_entity(name).map(Cow::Borrowed),
        };
        let resolved = resolved.unwrap_or_else(|| self.value(span));
        self.innermost().to_mut().push_str(&resolved);
        Ok(())
    }

    fn innermost(&mut self) -> &mut Cow<'a, str> {
        let field = self.open.last().and_then(|&index| self.fields.get_mut(index));
        field.map_or(&mut self.outside_text, |field| &mut field.text)
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
        self.envelope.count_record(place, element.text("ID").map(str::to_owned));
        self.fields.clear();
    }
}

fn character(number: &str) -> Option<char> {
    let code = match number.strip_prefix('x') {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?).filter(|&c| c >= ' ' || matches!(c, '\t' | '\n' | '\r'))
}
