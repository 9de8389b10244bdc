//! Request parameters: how they arrive, which of them a version of a call knows, what they may say.

use percent_encoding::percent_decode_str;

use super::refusal::Refusal;

/// What a value must look like; anything else is refused with code 1905.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `0` or `1`.
    Flag,
    /// A non-negative integer.
    Number,
    /// Comma-separated positive integers and ranges `a-b`.
    Ids,
    /// Comma-separated IPv4 addresses and ranges `a-b`.
    Addresses,
    Text,
    /// `YYYY-MM-DD` with an optional `THH:MM:SSZ` (or ` HH:MM:SS`), UTC.
    Time,
    /// One of these words, letter case ignored.
    Word(&'static [&'static str]),
    /// A comma-separated list of these words, letter case ignored.
    Words(&'static [&'static str]),
    /// The service knows it, this simulator does not filter by it: refused with code 1907, since
    /// an answer that ignored it would be wrong.
    Unbuilt,
}

/// One parameter of a call and the versions that know it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    first: u8,
    last: u8,
}

impl Parameter {
    pub(crate) const fn since(self, version: u8) -> Self {
        Self { first: version, ..self }
    }

    pub(crate) const fn until(self, version: u8) -> Self {
        Self { last: version, ..self }
    }

    pub(crate) fn known_to(&self, version: u8) -> bool {
        (self.first..=self.last).contains(&version)
    }
}

pub(crate) const fn p(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind, first: 1, last: u8::MAX }
}

/// The pairs of one request. A repeated name counts once, with its last value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads a query string or a form body; a name that came before is replaced.
    pub(crate) fn read(&mut self, encoded: &str) {
        for pair in encoded.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name), decoded(value));
            self.0.retain(|(known, _)| *known != name);
            self.0.push((name, value));
        }
    }

    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The value, where it is given and not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    pub(crate) fn is(&self, name: &str, word: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case(word))
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name) == Some("1")
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.get(name)?.trim().parse().ok()
    }

    pub(crate) fn time(&self, name: &str) -> Option<i64> {
        time(self.get(name)?)
    }

    pub(crate) fn words(&self, name: &str) -> Option<Vec<String>> {
        Some(self.get(name)?.split(',').map(|word| word.trim().to_ascii_lowercase()).collect())
    }

    /// Titles and names keep their letter case.
    pub(crate) fn names(&self, name: &str) -> Option<Vec<&str>> {
        Some(self.get(name)?.split(',').map(str::trim).collect())
    }

    pub(crate) fn ids(&self, name: &str) -> Option<Ids> {
        Ids::parse(self.get(name)?).ok()
    }

    pub(crate) fn addresses(&self, name: &str) -> Option<Ids> {
        Ids::parse_addresses(self.get(name)?).ok()
    }

    /// Refuses what this version of the call does not know or cannot read.
    pub(crate) fn check(
        &self,
        version: u8,
        table: &[Parameter],
        actions: &[&str],
    ) -> Result<(), Refusal> {
        let known =
            |name: &str| table.iter().find(|known| known.name == name && known.known_to(version));
        let takes_action = !actions.is_empty();
        let unknown: Vec<&str> = self
            .0
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !(takes_action && matches!(*name, "action" | "echo_request")))
            .filter(|name| known(name).is_none())
            .collect();
        if !unknown.is_empty() {
            return Err(Refusal::unrecognized(&unknown.join(", ")));
        }
        if takes_action {
            let action = self.get("action").ok_or_else(|| Refusal::missing("action"))?;
            if self.flag("echo_request") {
                return Err(Refusal::unsupported("echo_request", "1"));
            }
            if !actions.contains(&action) {
                return Err(Refusal::invalid("action", action, "unsupported action"));
            }
        }
        for (name, value) in self.0.iter().filter(|(_, value)| !value.is_empty()) {
            if let Some(parameter) = known(name) {
                parameter.kind.check(name, value)?;
            }
        }
        Ok(())
    }

    /// Refuses two parameters that exclude each other.
    pub(crate) fn exclusive(&self, names: &[&str]) -> Result<(), Refusal> {
        let given = names.iter().filter(|name| self.get(name).is_some()).count();
        if given > 1 { Err(Refusal::exclusive(&names.join(", "))) } else { Ok(()) }
    }
}

impl Kind {
    fn check(self, name: &str, value: &str) -> Result<(), Refusal> {
        let bad = |reason: &str| Err(Refusal::invalid(name, value, reason));
        match self {
            Self::Text => Ok(()),
            Self::Flag if matches!(value, "0" | "1") => Ok(()),
            Self::Flag => bad("must be 0 or 1"),
            Self::Number if value.trim().parse::<u64>().is_ok() => Ok(()),
            Self::Number => bad("not a non-negative integer"),
            Self::Ids => Ids::parse(value)
                .map(drop)
                .or_else(|item| bad(&format!("neither a positive integer nor a range: {item}"))),
            Self::Addresses => Ids::parse_addresses(value)
                .map(drop)
                .or_else(|item| bad(&format!("neither an IP address nor a range: {item}"))),
            Self::Time if time(value).is_some() => Ok(()),
            Self::Time => bad("not a date of the form YYYY-MM-DD[THH:MM:SSZ]"),
            Self::Word(words) if words.iter().any(|word| word.eq_ignore_ascii_case(value)) => {
                Ok(())
            }
            Self::Word(words) => bad(&format!("must be one of {}", words.join(", "))),
            Self::Words(words) => {
                let known = |item: &str| words.iter().any(|word| word.eq_ignore_ascii_case(item));
                match value.split(',').map(str::trim).find(|item| !known(item)) {
                    None => Ok(()),
                    Some(_) => bad(&format!("must be out of {}", words.join(", "))),
                }
            }
            Self::Unbuilt => Err(Refusal::unsupported(name, value)),
        }
    }
}

/// A set of ids (or of IPv4 addresses as integers), as sorted inclusive ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ids(Vec<(u64, u64)>);

impl Ids {
    fn parse(text: &str) -> Result<Self, String> {
        Self::read(text, |item| item.parse().ok().filter(|id| *id > 0))
    }

    fn parse_addresses(text: &str) -> Result<Self, String> {
        Self::read(text, |item| {
            item.parse::<std::net::Ipv4Addr>().ok().map(|address| u64::from(address.to_bits()))
        })
    }

    fn read(text: &str, one: impl Fn(&str) -> Option<u64>) -> Result<Self, String> {
        let mut ranges = Vec::new();
        for item in text.split(',').map(str::trim) {
            let (first, last) = item.split_once('-').unwrap_or((item, item));
            match (one(first.trim()), one(last.trim())) {
                (Some(first), Some(last)) if first <= last => ranges.push((first, last)),
                _ => return Err(item.to_owned()),
            }
        }
        ranges.sort_unstable();
        ranges.dedup_by(|next, kept| {
            let joins = next.0 <= kept.1;
            if joins {
                kept.1 = kept.1.max(next.1);
            }
            joins
        });
        Ok(Self(ranges))
    }

    pub(crate) fn contains(&self, id: u64) -> bool {
        let after = self.0.partition_point(|(first, _)| *first <= id);
        self.0[..after].last().is_some_and(|(_, last)| id <= *last)
    }
}

impl Ids {
    /// Whether some id between these two, both inside, is in the set.
    pub(crate) fn touches(&self, first: u64, last: u64) -> bool {
        let after = self.0.partition_point(|(start, _)| *start <= last);
        self.0[..after].last().is_some_and(|(_, end)| *end >= first)
    }
}

/// Seconds since 1970, UTC.
pub(crate) fn time(text: &str) -> Option<i64> {
    let text = text.trim();
    let moment = if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        moment
    } else {
        let civil: jiff::civil::DateTime = match text.parse() {
            Ok(civil) => civil,
            Err(_) => text.parse::<jiff::civil::Date>().ok()?.at(0, 0, 0, 0),
        };
        civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp()
    };
    Some(moment.as_second())
}

fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Ids, Kind, Params, p, time};

    fn params(query: &str) -> Params {
        let mut params = Params::default();
        params.read(query);
        params
    }

    #[test]
    fn the_last_of_a_repeated_name_counts() {
        let params = params("ids=1&details=All%2FAGs&ids=2+%2C3");
        assert_eq!(params.get("ids"), Some("2 ,3"));
        assert_eq!(params.get("details"), Some("All/AGs"));
    }

    #[test]
    fn id_lists_hold_single_ids_and_inclusive_ranges() {
        let ids = Ids::parse("9,3-5, 4-6 ,1").unwrap();
        let inside: Vec<u64> = (0..12).filter(|id| ids.contains(*id)).collect();
        assert_eq!(inside, [1, 3, 4, 5, 6, 9]);
        for wrong in ["abc", "0", "5-3", "1,,2", "-4", "1-x"] {
            assert!(Ids::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_version_refuses_what_it_does_not_know() {
        let table =
            [p("old", Kind::Flag).until(2), p("new", Kind::Flag).since(3), p("ids", Kind::Ids)];
        for (query, version, code) in [
            ("action=list&old=1", 2, None),
            ("action=list&old=1", 3, Some("1901")),
            ("action=list&new=1", 2, Some("1901")),
            ("action=list&new=1", 3, None),
            ("action=list&new=2", 3, Some("1905")),
            ("action=list&ids=abc", 3, Some("1905")),
            ("action=launch", 3, Some("1905")),
            ("new=1", 3, Some("1903")),
        ] {
            let refused = params(query).check(version, &table, &["list"]).err();
            assert_eq!(refused.and_then(|refusal| refusal.code), code, "{query} in {version}.0");
        }
    }

    #[test]
    fn dates_come_with_and_without_a_time() {
        assert_eq!(time("2026-03-28"), Some(1_774_656_000));
        assert_eq!(time("2026-03-28T02:10:00Z"), Some(1_774_663_800));
        assert_eq!(time("2026-03-28 02:10:00"), Some(1_774_663_800));
        assert_eq!(time("28/03/2026"), None);
    }
}
