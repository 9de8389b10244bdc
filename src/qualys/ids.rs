//! The ids in an answer that a fan-out asks for next.
use super::pattern::{is_like, matched};
use super::record::Element;
use super::records;
use super::xml::ReadError;
use crate::catalogue::{Endpoint, Family};
use std::collections::HashSet;
use std::convert::Infallible;

/// Every id at `element`, a path below the endpoint's record, each once: numbers in their order,
/// where all are, else texts in theirs.
///
/// A `*` in the last name makes the part of an element's own name that it stands for the id, in
/// lower case; `|` stands between alternatives. Ids of FO, MSP and QPS are positive numbers; a range
/// of them is none, because it counts what may exist. Other ids are any text that can stand in a
/// path and in a list.
pub fn ids(
    body: &[u8],
    endpoint: &Endpoint,
    element: &str,
) -> Result<Vec<String>, ReadError<Infallible>> {
    let mut found: HashSet<String> = HashSet::new();
    let is_numbered = !matches!(endpoint.family, Family::GatewayJson | Family::CloudViewJson);
    records::read(body, endpoint.family, endpoint.record, |record| {
        if element.contains('*') {
            names(**record, element, &mut found);
        } else {
            let texts = record.all(element);
            let texts = texts.filter(|id| if is_numbered { is_number(id) } else { is_plain(id) });
            found.extend(texts.map(str::to_owned));
        }
        Ok(())
    })?;
    let mut ids: Vec<String> = found.into_iter().collect();
    if ids.iter().all(|id| is_number(id)) {
        ids.sort_unstable_by(|a, b| order(a).cmp(&order(b)));
    } else {
        ids.sort_unstable();
    }
    Ok(ids)
}

fn names(element: Element<'_>, path: &str, found: &mut HashSet<String>) {
    let (name, rest) = path.split_once('/').unwrap_or((path, ""));
    for child in element.children().filter(|child| is_like(name, child.name())) {
        if rest.is_empty() {
            found.extend(name.split('|').find_map(|name| matched(name, child.name())));
        } else {
            names(child, rest, found);
        }
    }
}

fn is_number(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_digit()) && id.bytes().any(|byte| byte != b'0')
}

fn is_plain(id: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    id.chars().all(fits) && !matches!(id, "" | "." | "..")
}

/// Account numbers have leading zeros, and more digits than fit into a number may.
fn order(id: &str) -> (usize, &str, &str) {
    let digits = id.trim_start_matches('0');
    (digits.len(), digits, id)
}
