//! One record of an answer as a flat list of elements with their place in the body.
use quick_xml::escape;
use std::borrow::Cow;
use std::ops::Deref;

/// One element of a record, in document order.
#[derive(Debug, Clone)]
pub struct Field<'a> {
    /// Depth below the record, which itself has 0.
    pub depth: u16,
    /// The local name as written; some answers print it in lower case.
    pub name: &'a str,
    /// Text and CDATA joined, entities outside CDATA resolved once, trimmed.
    pub text: Cow<'a, str>,
    pub(super) attributes: &'a str,
    /// Bytes from the start of the body to the `<` of the start tag.
    pub offset: usize,
    /// Bytes from the start of the body to behind the `>` of the end tag.
    pub end: usize,
    /// Number of its descendants, which follow it.
    pub(super) below: usize,
}

impl Field<'_> {
    /// The value of an attribute, its entities resolved once; invalid ones stay as they are.
    pub fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        attribute(self.attributes, name)
    }

    /// The text, unless it is one of the words for "no value".
    pub fn value(&self) -> Option<&str> {
        value(&self.text)
    }
}

pub(super) fn attribute<'a>(raw: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let mut attributes = quick_xml::events::attributes::Attributes::new(raw, 0);
    let found = attributes
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|attribute| local(attribute.key.into_inner()).eq_ignore_ascii_case(name))?;
    match found.value {
        Cow::Borrowed(text) => Some(escape::unescape(text).unwrap_or(Cow::Borrowed(text))),
        Cow::Owned(text) => Some(Cow::Owned(text)),
    }
}

/// `null` and `N/A` stand for an absent value in FO answers, as an empty element does.
fn value(text: &str) -> Option<&str> {
    let absent =
        text.is_empty() || text.eq_ignore_ascii_case("null") || text.eq_ignore_ascii_case("N/A");
    (!absent).then_some(text)
}

/// The name without its namespace prefix.
pub(super) fn local(name: &str) -> &str {
    let colon = name.bytes().position(|byte| byte == b':');
    colon.and_then(|colon| name.get(colon + 1..)).unwrap_or(name)
}

/// An element with everything below it. Names in paths are matched in any letter case.
#[derive(Debug, Clone, Copy)]
pub struct Element<'a> {
    /// This element, then its descendants in document order; never empty.
    fields: &'a [Field<'a>],
}

impl<'a> Element<'a> {
    pub(super) const fn new(fields: &'a [Field<'a>]) -> Self {
        Self { fields }
    }

    /// This element, then its descendants in document order.
    pub const fn fields(&self) -> &'a [Field<'a>] {
        self.fields
    }

    /// The text at a path like `STATUS/STATE` below this element: the first one found. `None` where
    /// it is absent, empty, self-closed, `null` or `N/A`.
    pub fn text(&self, path: &str) -> Option<&'a str> {
        self.find(path).and_then(|element| value(element.own()))
    }

    /// The text as it stands, `N/A` and empty ones too.
    pub fn raw(&self, path: &str) -> Option<&'a str> {
        self.find(path).map(|element| element.own())
    }

    /// The text of every element at the path that has a value.
    pub fn all<'p>(&self, path: &'p str) -> impl Iterator<Item = &'a str> + use<'a, 'p> {
        self.each(path).filter_map(|element| value(element.own()))
    }

    /// The first element at the path.
    pub fn find(&self, path: &str) -> Option<Self> {
        self.each(path).next()
    }

    /// Every element at the path, wherever its ancestors repeat.
    pub fn each<'p>(&self, path: &'p str) -> Each<'a, 'p> {
        let base = self.fields.first().map_or(0, |field| field.depth);
        Each { rest: self.fields.get(1..).unwrap_or_default(), base, path, matched: 0 }
    }

    /// The elements directly below this one.
    pub fn children(&self) -> impl Iterator<Item = Self> + use<'a> {
        let base = self.fields.first().map_or(0, |field| field.depth);
        self.subtrees(move |field| field.depth == base + 1)
    }

    /// Every element of this name below this one, at any depth.
    pub fn anywhere<'n>(&self, name: &'n str) -> impl Iterator<Item = Self> + use<'a, 'n> {
        self.subtrees(move |field| field.name.eq_ignore_ascii_case(name))
    }

    fn subtrees<F: FnMut(&Field<'a>) -> bool>(
        &self,
        mut wanted: F,
    ) -> impl Iterator<Item = Self> + use<'a, F> {
        let fields = self.fields;
        (1..fields.len()).filter_map(move |index| {
            let rest = fields.get(index..)?;
            rest.first().filter(|field| wanted(field)).and_then(|_| subtree(rest))
        })
    }

    /// Its local name as written.
    pub fn name(&self) -> &'a str {
        self.fields.first().map_or("", |field| field.name)
    }

    /// An attribute of this element.
    pub fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        self.fields.first().and_then(|field| attribute(field.attributes, name))
    }

    /// This element's own text, as it stands.
    pub fn own(&self) -> &'a str {
        self.fields.first().map_or("", |field| &field.text)
    }

    /// Bytes from the start of the body to this element.
    pub fn offset(&self) -> usize {
        self.fields.first().map_or(0, |field| field.offset)
    }

    /// Bytes of this element, both tags included.
    pub fn length(&self) -> usize {
        self.fields.first().map_or(0, |field| field.end.saturating_sub(field.offset))
    }
}

/// The first of these fields with everything below it.
fn subtree<'a>(fields: &'a [Field<'a>]) -> Option<Element<'a>> {
    fields.get(..=fields.first()?.below).map(Element::new)
}

/// The elements at a path; made by [`Element::each`].
#[derive(Debug)]
pub struct Each<'a, 'p> {
    rest: &'a [Field<'a>],
    base: u16,
    path: &'p str,
    /// Number of the path's names that the open ancestors match.
    matched: u16,
}

impl<'a> Iterator for Each<'a, '_> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some((field, behind)) = self.rest.split_first() {
            let here = self.rest;
            let depth = field.depth.saturating_sub(self.base);
            self.matched = self.matched.min(depth.saturating_sub(1));
            let mut names = self.path.split('/').skip(usize::from(self.matched));
            let follows = names.next().is_some_and(|name| name.eq_ignore_ascii_case(field.name));
            if follows && names.next().is_some() {
                self.matched = depth;
                self.rest = behind;
                continue;
            }
            // Nothing below is at the path any more.
            self.rest = behind.get(field.below..).unwrap_or_default();
            if follows {
                return subtree(here);
            }
        }
        None
    }
}

/// One record with its byte span in the body.
#[derive(Debug)]
pub struct Record<'a> {
    /// Number of the record in its body, from 0.
    pub ordinal: u64,
    pub offset: u64,
    pub length: u64,
    pub(super) element: Element<'a>,
}

impl<'a> Deref for Record<'a> {
    type Target = Element<'a>;

    fn deref(&self) -> &Self::Target {
        &self.element
    }
}
