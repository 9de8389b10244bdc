//! One setting of a thing: how it is read, and what counts as a change of it.

use std::collections::BTreeSet;

use rusqlite::types::ValueRef;

use crate::address::{Range, Set};

/// A setting, by the name that a comparison shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    form: Form,
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
}

pub(super) const fn text(name: &'static str) -> Field {
    Field { name, form: Form::Text }
}

pub(super) const fn list(name: &'static str) -> Field {
    Field { name, form: Form::List }
}

pub(super) const fn commas(name: &'static str) -> Field {
    Field { name, form: Form::Commas }
}

pub(super) const fn ranges(name: &'static str) -> Field {
    Field { name, form: Form::Ranges }
}

/// A field's value on one side; `None` where it was not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(Option<String>),
    List(Option<BTreeSet<String>>),
    Ranges(Option<Set>),
}

/// One difference of a field: what was there, and what is there now.
pub(super) type Difference = (Option<String>, Option<String>);

impl Field {
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
            Form::Ranges => Value::Ranges(
                text.map(|text| elements(&text).iter().filter_map(|one| range(one)).collect()),
            ),
        }
    }
}

impl Value {
    /// What differs. Where the two were not asked alike, a value that one side lacks is unknown and
    /// no difference.
    pub(super) fn differences(&self, newer: &Self, alike: bool) -> Vec<Difference> {
        match (self, newer) {
            (Self::Text(from), Self::Text(to)) => {
                let told = from != to && (alike || (from.is_some() && to.is_some()));
                told.then(|| (from.clone(), to.clone())).into_iter().collect()
            }
            (Self::List(from), Self::List(to)) => {
                let Some((from, to)) = sides(from.as_ref(), to.as_ref(), alike) else {
                    return Vec::new();
                };
                let gone = from.difference(&to).map(|one| (Some(one.clone()), None));
                gone.chain(to.difference(&from).map(|one| (None, Some(one.clone())))).collect()
            }
            (Self::Ranges(from), Self::Ranges(to)) => {
                let Some((from, to)) = sides(from.as_ref(), to.as_ref(), alike) else {
                    return Vec::new();
                };
                let (gone, come) = (from.difference(&to), to.difference(&from));
                let gone = gone.runs().iter().map(|run| (Some(run.to_string()), None));
                gone.chain(come.runs().iter().map(|run| (None, Some(run.to_string())))).collect()
            }
            _ => Vec::new(),
        }
    }
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
