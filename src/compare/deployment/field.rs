//! One setting of a thing: how it is read, and what counts as a change of it.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::ValueRef;

use crate::address::{Range, Set};

/// A setting, by the name that a comparison shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    /// Endpoints beside that of the thing itself that it is concluded from: told only where both
    /// sides have them whole.
    pub(super) rests_on: &'static [&'static str],
    form: Form,
    asked: Asked,
}

/// For which pairs of answers a field is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Any,
    /// Only where both sides were asked alike: another version writes it another way.
    Alike,
    /// Only where they were not, because another field tells more where they were.
    Unlike,
}

/// How a column holds it.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// One value; white space counts for nothing.
    Text,
    /// A JSON array in any order; each element comes or goes by itself.
    List,
    /// A list in a text, separated by commas.
    Commas,
    /// A JSON array of `network/HEX-HEX`, the network left out where it is 0: how a set of
    /// addresses is cut into ranges counts for nothing.
    Ranges,
    /// The same, of which only what the Internet routes is told.
    Public,
    /// A JSON array of pairs, path and text; each path is a field of its own. Commas separate what
    /// has no order.
    Paths,
    /// A number that moves by itself: told beyond so many per cent of the older one.
    Beyond(u64),
}

const fn field(name: &'static str, form: Form) -> Field {
    Field { name, rests_on: &[], form, asked: Asked::Any }
}

pub(super) const fn text(name: &'static str) -> Field {
    field(name, Form::Text)
}

pub(super) const fn list(name: &'static str) -> Field {
    field(name, Form::List)
}

pub(super) const fn commas(name: &'static str) -> Field {
    field(name, Form::Commas)
}

pub(super) const fn ranges(name: &'static str) -> Field {
    field(name, Form::Ranges)
}

pub(super) const fn public(name: &'static str) -> Field {
    field(name, Form::Public)
}

pub(super) const fn paths() -> Field {
    field("setting", Form::Paths)
}

pub(super) const fn beyond(name: &'static str, percent: u64) -> Field {
    field(name, Form::Beyond(percent))
}

/// A field's value on one side; `None` where it was not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(Option<String>),
    List(Option<BTreeSet<String>>),
    Ranges(Option<Set>),
    Paths(BTreeMap<String, BTreeSet<String>>),
    Number(Option<u64>, u64),
}

/// One difference of a field: its path where it has one, what was there, what is there now.
pub(super) type Difference = (Option<String>, Option<String>, Option<String>);

impl Field {
    pub(super) const fn alike(self) -> Self {
        Self { asked: Asked::Alike, ..self }
    }

    pub(super) const fn unlike(self) -> Self {
        Self { asked: Asked::Unlike, ..self }
    }

    pub(super) const fn rests_on(self, endpoints: &'static [&'static str]) -> Self {
        Self { rests_on: endpoints, ..self }
    }

    /// Whether it is told of two sides that were asked alike, or not.
    pub(super) fn is_told(self, alike: bool) -> bool {
        match self.asked {
            Asked::Any => true,
            Asked::Alike => alike,
            Asked::Unlike => !alike,
        }
    }

    /// Nothing of a list, as the other side of a list that is only on one.
    pub(super) fn nothing(self) -> Value {
        match self.form {
            Form::Text => Value::Text(None),
            Form::List | Form::Commas => Value::List(None),
            Form::Ranges | Form::Public => Value::Ranges(None),
            Form::Paths => Value::Paths(BTreeMap::new()),
            Form::Beyond(percent) => Value::Number(None, percent),
        }
    }

    pub(super) fn read(self, column: ValueRef<'_>) -> Value {
        let text = written(column);
        match self.form {
            Form::Text => Value::Text(text.map(|text| collapsed(&text))),
            Form::Commas => Value::List(text.map(|text| {
                text.split(',').map(collapsed).filter(|part| !part.is_empty()).collect()
            })),
            Form::List => Value::List(
                text.map(|text| elements(&text).iter().map(|element| collapsed(element)).collect()),
            ),
            Form::Ranges => Value::Ranges(text.map(|text| addresses(&text))),
            Form::Public => Value::Ranges(text.map(|text| addresses(&text).public())),
            Form::Paths => Value::Paths(text.map(|text| pairs(&text)).unwrap_or_default()),
            Form::Beyond(percent) => {
                Value::Number(text.and_then(|text| text.parse().ok()), percent)
            }
        }
    }
}

fn addresses(text: &str) -> Set {
    elements(text).iter().filter_map(|one| range(one)).collect()
}

/// Values by path.
fn pairs(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let pairs: Vec<(String, String)> = serde_json::from_str(text).unwrap_or_default();
    let mut paths: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, value) in pairs {
        paths.entry(path).or_default().insert(collapsed(&value));
    }
    paths
}

/// What is equal whatever the order of what commas separate.
fn unordered(text: &str) -> BTreeSet<String> {
    text.split(',').map(collapsed).collect()
}

impl Value {
    /// What differs. Where the two were not asked alike, a value that one side lacks is unknown and
    /// no difference.
    pub(super) fn differences(&self, newer: &Self, alike: bool) -> Vec<Difference> {
        match (self, newer) {
            (Self::Text(from), Self::Text(to)) => {
                let told = from != to && (alike || (from.is_some() && to.is_some()));
                told.then(|| (None, from.clone(), to.clone())).into_iter().collect()
            }
            (Self::List(from), Self::List(to)) => {
                let Some((from, to)) = sides(from.as_ref(), to.as_ref(), alike) else {
                    return Vec::new();
                };
                elementwise(None, &from, &to)
            }
            (Self::Ranges(from), Self::Ranges(to)) => {
                let Some((from, to)) = sides(from.as_ref(), to.as_ref(), alike) else {
                    return Vec::new();
                };
                let (gone, come) = (from.difference(&to), to.difference(&from));
                let gone = gone.runs().iter().map(|run| (None, Some(run.to_string()), None));
                let come = come.runs().iter().map(|run| (None, None, Some(run.to_string())));
                gone.chain(come).collect()
            }
            (Self::Paths(from), Self::Paths(to)) => {
                let none = BTreeSet::new();
                let paths: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
                let each = |path: &String| {
                    let (from, to) = (from.get(path), to.get(path));
                    if !alike && (from.is_none() || to.is_none()) {
                        return Vec::new();
                    }
                    one_path(path, from.unwrap_or(&none), to.unwrap_or(&none))
                };
                paths.into_iter().flat_map(each).collect()
            }
            (Self::Number(Some(from), percent), Self::Number(Some(to), _)) => {
                let limit = u128::from(*from) * u128::from(*percent);
                let told = u128::from(from.abs_diff(*to)) * 100 > limit;
                let both = (None, Some(from.to_string()), Some(to.to_string()));
                told.then_some(both).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A path that is there once on each side changed; of several elements each comes or goes.
fn one_path(path: &str, from: &BTreeSet<String>, to: &BTreeSet<String>) -> Vec<Difference> {
    let mut olds = from.iter();
    let mut news = to.iter();
    match (olds.next(), olds.next(), news.next(), news.next()) {
        (Some(from), None, Some(to), None) => {
            let told = unordered(from) != unordered(to);
            let both = (Some(path.to_owned()), Some(from.clone()), Some(to.clone()));
            told.then_some(both).into_iter().collect()
        }
        _ => elementwise(Some(path), from, to),
    }
}

fn elementwise(
    path: Option<&str>,
    from: &BTreeSet<String>,
    to: &BTreeSet<String>,
) -> Vec<Difference> {
    let path = || path.map(str::to_owned);
    let gone = from.difference(to).map(|one| (path(), Some(one.clone()), None));
    gone.chain(to.difference(from).map(|one| (path(), None, Some(one.clone())))).collect()
}

/// Both sides, or nothing where one of them is unknown.
fn sides<T: Clone + Default>(from: Option<&T>, to: Option<&T>, alike: bool) -> Option<(T, T)> {
    if !alike && (from.is_none() || to.is_none()) {
        return None;
    }
    Some((from.cloned().unwrap_or_default(), to.cloned().unwrap_or_default()))
}

fn written(column: ValueRef<'_>) -> Option<String> {
    match column {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            Some(String::from_utf8_lossy(bytes).into_owned())
        }
    }
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The elements of a JSON array of texts, numbers and nulls.
fn elements(text: &str) -> Vec<String> {
    let values: Vec<serde_json::Value> = serde_json::from_str(text).unwrap_or_default();
    values
        .into_iter()
        .filter_map(|value| match value {
            serde_json::Value::String(text) => Some(text),
            serde_json::Value::Null => None,
            other => Some(other.to_string()),
        })
        .collect()
}

/// Reads `network/HEX-HEX`.
pub(super) fn range(text: &str) -> Option<Range> {
    let (network, ends) = text.split_once('/').unwrap_or(("0", text));
    let (first, last) = ends.split_once('-')?;
    Range::from_bytes(network.parse().ok()?, &bytes(first)?, &bytes(last)?)
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
