//! A record of the REST families, before it is spelled in XML or in JSON.

use serde_json::{Map, Value};

use super::xml::{Style, Xml, date};

/// The language of a QPS call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Form {
    #[default]
    Xml,
    /// Only where `Accept` and `Content-Type` both ask for it.
    Json,
}

/// A value of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Text(String),
    /// CDATA in XML.
    Section(String),
    Number(u64),
    /// A number that JSON writes as a string.
    Digits(u64),
    /// JSON writes booleans as strings.
    Flag(bool),
    Object(Object),
    /// Items of this name; JSON names those alone that are objects.
    List {
        wrap: Wrap,
        items: Vec<(&'static str, Self)>,
    },
}

/// What stands around the items of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrap {
    /// `list`, as the asset manager has it.
    List,
    /// `count` and `list`, as WAS has it.
    Counted,
    /// Nothing.
    Bare,
}

/// Named values, in the order of the wire.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Object(Vec<(&'static str, Node)>);

impl Object {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn put(mut self, name: &'static str, value: Node) -> Self {
        self.0.push((name, value));
        self
    }

    pub(crate) fn text(self, name: &'static str, value: impl Into<String>) -> Self {
        self.put(name, Node::Text(value.into()))
    }

    pub(crate) fn section(self, name: &'static str, value: impl Into<String>) -> Self {
        self.put(name, Node::Section(value.into()))
    }

    pub(crate) fn number(self, name: &'static str, value: impl Into<u64>) -> Self {
        self.put(name, Node::Number(value.into()))
    }

    pub(crate) fn digits(self, name: &'static str, value: impl Into<u64>) -> Self {
        self.put(name, Node::Digits(value.into()))
    }

    pub(crate) fn flag(self, name: &'static str, value: bool) -> Self {
        self.put(name, Node::Flag(value))
    }

    pub(crate) fn object(self, name: &'static str, value: Self) -> Self {
        self.put(name, Node::Object(value))
    }

    /// Text, where there is any.
    pub(crate) fn some(self, name: &'static str, value: Option<&str>) -> Self {
        self.maybe(value, |object, value| object.text(name, value))
    }

    /// `2026-03-28T02:10:00Z`, where there is a date.
    pub(crate) fn date(self, name: &'static str, seconds: Option<i64>) -> Self {
        self.maybe(seconds, |object, seconds| object.text(name, date(seconds)))
    }

    /// `{name: {list: [...]}}`, as the asset manager has it.
    pub(crate) fn list(
        self,
        name: &'static str,
        item: &'static str,
        items: impl IntoIterator<Item = Self>,
    ) -> Self {
        self.put(name, Node::list(item, items, Wrap::List))
    }

    /// `{name: {count, list: [...]}}`, as WAS has it.
    pub(crate) fn counted(
        self,
        name: &'static str,
        item: &'static str,
        items: impl IntoIterator<Item = Self>,
    ) -> Self {
        self.put(name, Node::list(item, items, Wrap::Counted))
    }

    /// A list of words.
    pub(crate) fn words<'a>(
        self,
        name: &'static str,
        wrap: Wrap,
        item: &'static str,
        words: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let items = words.into_iter().map(|word| (item, Node::Text(word.to_owned()))).collect();
        self.put(name, Node::List { wrap, items })
    }

    pub(crate) fn maybe<T>(self, value: Option<T>, with: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            Some(value) => with(self, value),
            None => self,
        }
    }

    fn write(&self, xml: &mut Xml, name: &str) {
        if self.0.is_empty() {
            xml.void(name, &[]);
            return;
        }
        xml.open(name);
        for (name, node) in &self.0 {
            node.write(xml, name);
        }
        xml.close(name);
    }

    fn json(&self) -> Value {
        self.0.iter().map(|(name, node)| ((*name).to_owned(), node.json())).collect()
    }
}

impl Node {
    fn list(item: &'static str, items: impl IntoIterator<Item = Object>, wrap: Wrap) -> Self {
        let items = items.into_iter().map(|object| (item, Self::Object(object))).collect();
        Self::List { wrap, items }
    }

    fn write(&self, xml: &mut Xml, name: &str) {
        match self {
            Self::Text(text) => xml.text(name, text),
            Self::Section(text) => xml.cdata(name, text),
            Self::Number(number) | Self::Digits(number) => xml.number(name, number),
            Self::Flag(flag) => xml.number(name, flag),
            Self::Object(object) => object.write(xml, name),
            Self::List { wrap, items } => {
                xml.open(name);
                if *wrap == Wrap::Counted {
                    xml.number("count", items.len());
                }
                if *wrap == Wrap::List && items.is_empty() {
                    xml.void("list", &[]);
                }
                let list = *wrap != Wrap::Bare && !items.is_empty();
                if list {
                    xml.open("list");
                }
                for (name, item) in items {
                    item.write(xml, name);
                }
                if list {
                    xml.close("list");
                }
                xml.close(name);
            }
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Text(text) | Self::Section(text) => text.clone().into(),
            Self::Number(number) => (*number).into(),
            Self::Digits(number) => number.to_string().into(),
            Self::Flag(flag) => flag.to_string().into(),
            Self::Object(object) => object.json(),
            Self::List { wrap: Wrap::Bare, items } => {
                let name = items.first().map_or("list", |(name, _)| name);
                keyed(name, items.iter().map(|(_, item)| item.json()).collect())
            }
            Self::List { wrap, items } => {
                let mut list = Map::new();
                if *wrap == Wrap::Counted {
                    list.insert("count".to_owned(), items.len().into());
                }
                if !items.is_empty() || *wrap == Wrap::List {
                    let items = items.iter().map(|(name, item)| match item {
                        Self::Object(_) => keyed(name, item.json()),
                        _ => item.json(),
                    });
                    list.insert("list".to_owned(), items.collect());
                }
                list.into()
            }
        }
    }
}

/// A record below `data`.
pub(crate) fn record(form: Form, name: &str, object: &Object) -> Vec<u8> {
    match form {
        Form::Xml => {
            let mut xml = Xml::part(2, Style::default());
            object.write(&mut xml, name);
            xml.finish()
        }
        Form::Json => keyed(name, object.json()).to_string().into_bytes(),
    }
}

/// JSON has records and items as objects of one key, which is the name of the element.
fn keyed(name: &str, value: Value) -> Value {
    std::iter::once((name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Form, Object, Wrap, record};

    fn tag(id: u64) -> Object {
        Object::new().number("id", id).text("name", "a & b")
    }

    fn spelled(form: Form, object: &Object) -> String {
        String::from_utf8(record(form, "WebApp", object)).unwrap()
    }

    #[test]
    fn one_record_in_both_languages() {
        let object = Object::new()
            .digits("severity", 4_u64)
            .flag("isScheduled", false)
            .some("os", None)
            .counted("tags", "Tag", [tag(7)])
            .counted("authRecords", "WebAppAuthRecord", [])
            .list("defaultTags", "TagSimple", [])
            .words("cwe", Wrap::Counted, "Cwe", ["200"])
            .words("onDays", Wrap::Bare, "WeekDay", ["SUNDAY", "MONDAY"])
            .object("owner", Object::new());
        let json: serde_json::Value = serde_json::from_str(&spelled(Form::Json, &object)).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"WebApp": {
                "severity": "4", "isScheduled": "false",
                "tags": {"count": 1, "list": [{"Tag": {"id": 7, "name": "a & b"}}]},
                "authRecords": {"count": 0}, "defaultTags": {"list": []}, "owner": {},
                "cwe": {"count": 1, "list": ["200"]}, "onDays": {"WeekDay": ["SUNDAY", "MONDAY"]},
            }})
        );
        let xml = spelled(Form::Xml, &object);
        for part in [
            "<severity>4</severity>",
            "<isScheduled>false</isScheduled>",
            "<name>a &amp; b</name>",
            "<count>0</count>",
            "<list />",
            "<owner />",
            "<WeekDay>SUNDAY</WeekDay>",
        ] {
            assert!(xml.contains(part), "{part}: {xml}");
        }
        assert!(!xml.contains("<os>"), "{xml}");
    }
}
