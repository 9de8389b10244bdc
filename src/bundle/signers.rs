//! The allowed signers file of OpenSSH: whose key it is, for which namespaces, from when to when.
//!
//! Grammar as in `ssh-keygen(1)`, ALLOWED SIGNERS. One difference: a time without `Z` means UTC
//! here, never the zone of the machine, so that one file gives one verdict everywhere.
use ssh_key::PublicKey;
use ssh_key::public::KeyData;

use super::signature::fingerprint;

/// Why the file cannot be used at all. Lines count from 1.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct SignersError {
    pub line: usize,
    pub reason: String,
}

/// Why a key is not accepted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the key {fingerprint} is not in the allowed signers file")]
    Unlisted { fingerprint: String },
    #[error("line {line} does not allow this key for the namespace")]
    Namespace { line: usize },
    #[error("by line {line} this key was not yet valid at the time of sealing")]
    NotYetValid { line: usize },
    #[error("by line {line} this key was no longer valid at the time of sealing")]
    Expired { line: usize },
}

/// The lines of an allowed signers file.
#[derive(Debug)]
pub struct Signers(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    line: usize,
    principals: String,
    limits: Limits,
    key: KeyData,
}

/// The options of a line.
#[derive(Debug, Default)]
struct Limits {
    namespaces: Option<String>,
    /// Unix seconds; both ends belong to the validity.
    after: Option<i64>,
    before: Option<i64>,
}

impl Signers {
    /// Reads a whole file; one bad line makes it unusable, for a typing error must not weaken it.
    pub fn parse(text: &str) -> Result<Self, SignersError> {
        let mut entries = Vec::new();
        for (index, text) in text.lines().enumerate() {
            let text = text.trim_matches([' ', '\t', '\r']);
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let line = index + 1;
            let entry = Entry::parse(line, text).map_err(|reason| SignersError { line, reason })?;
            entries.push(entry);
        }
        Ok(Self(entries))
    }

    /// The principals field of the first line that allows `key` for `namespace` at `at` (Unix
    /// seconds), as written there.
    ///
    /// # Errors
    /// The reason of the line that came furthest, or that no line holds the key.
    pub fn find(&self, key: &KeyData, namespace: &str, at: i64) -> Result<&str, Refusal> {
        let mut refusal = Refusal::Unlisted { fingerprint: fingerprint(key) };
        for entry in self.0.iter().filter(|entry| entry.key == *key) {
            let (line, limits) = (entry.line, &entry.limits);
            let allowed = limits.namespaces.as_deref().is_none_or(|list| matches(list, namespace));
            if !allowed {
                refusal = Refusal::Namespace { line };
            } else if limits.after.is_some_and(|after| at < after) {
                refusal = Refusal::NotYetValid { line };
            } else if limits.before.is_some_and(|before| at > before) {
                refusal = Refusal::Expired { line };
            } else {
                return Ok(&entry.principals);
            }
        }
        Err(refusal)
    }
}

impl Entry {
    fn parse(line: usize, text: &str) -> Result<Self, String> {
        let (principals, rest) = word(text)?;
        let principals = principals
            .strip_prefix('"')
            .map_or(principals, |quoted| quoted.strip_suffix('"').unwrap_or(quoted));
        if principals.is_empty() || principals.contains('"') {
            return Err("the principals are empty or hold a quotation mark".to_owned());
        }
        let principals = principals.to_owned();
        // As ssh-keygen does: what is not a key must be options with a key behind them.
        if let Ok(key) = PublicKey::from_openssh(rest) {
            let key = key.key_data().clone();
            return Ok(Self { line, principals, limits: Limits::default(), key });
        }
        let (options, rest) = word(rest)?;
        let limits = Limits::parse(options)?;
        let key = PublicKey::from_openssh(rest)
            .map_err(|error| format!("no public key stands here: {error}"))?;
        Ok(Self { line, principals, limits, key: key.key_data().clone() })
    }
}

impl Limits {
    fn parse(mut text: &str) -> Result<Self, String> {
        let mut limits = Self::default();
        loop {
            let (name, rest) = text.split_at(text.find(['=', ',']).unwrap_or(text.len()));
            let name = name.to_ascii_lowercase();
            let Some(rest) = rest.strip_prefix('=') else {
                return Err(unknown(&name));
            };
            let (value, rest) = quoted(rest)
                .ok_or_else(|| format!("the value of `{name}` is not in double quotes"))?;
            limits.set(&name, value)?;
            match rest.strip_prefix(',') {
                Some(rest) => text = rest,
                None if rest.is_empty() => break,
                None => return Err("a comma is missing between options".to_owned()),
            }
        }
        match (limits.after, limits.before) {
            (Some(after), Some(before)) if before <= after => {
                Err("valid-before is not later than valid-after".to_owned())
            }
            _ => Ok(limits),
        }
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), String> {
        let twice = match name {
            "namespaces" => self.namespaces.replace(value).is_some(),
            "valid-after" => self.after.replace(time(&value)?).is_some(),
            "valid-before" => self.before.replace(time(&value)?).is_some(),
            _ => return Err(unknown(name)),
        };
        if twice { Err(format!("the option `{name}` stands twice")) } else { Ok(()) }
    }
}

fn unknown(option: &str) -> String {
    match option {
        "cert-authority" => "cert-authority is not supported: certificates cannot sign a bundle; \
                             list the signer's own key instead"
            .to_owned(),
        _ => format!("`{}` is neither a known option nor a key", option.escape_debug()),
    }
}

/// Splits at the first blank outside double quotes, where a backslash keeps a quote.
fn word(text: &str) -> Result<(&str, &str), String> {
    let (mut quoted, mut escaped) = (false, false);
    for (index, character) in text.char_indices() {
        match character {
            '"' if !escaped => quoted = !quoted,
            ' ' | '\t' if !quoted => {
                let (word, rest) = text.split_at(index);
                return Ok((word, rest.trim_start_matches([' ', '\t'])));
            }
            _ => {}
        }
        escaped = character == '\\' && !escaped;
    }
    Err(if quoted { "a quotation mark is not closed" } else { "the line ends too early" }
        .to_owned())
}

/// A leading double-quoted value without its quotes, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.strip_prefix('"')?.char_indices().peekable();
    while let Some((index, character)) = characters.next() {
        match character {
            // Two leading bytes: the opening quote, and this one.
            '"' => return text.get(index + 2..).map(|rest| (value, rest)),
            '\\' if characters.peek().is_some_and(|next| next.1 == '"') => {
                characters.next();
                value.push('"');
            }
            _ => value.push(character),
        }
    }
    None
}

/// `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, with or without `Z` or `UTC`.
fn time(text: &str) -> Result<i64, String> {
    let bad = || format!("`{}` is not YYYYMMDD[HHMM[SS]][Z]", text.escape_debug());
    let upper = text.to_ascii_uppercase();
    let digits = upper.strip_suffix('Z').or_else(|| upper.strip_suffix("UTC")).unwrap_or(&upper);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || ![8, 12, 14].contains(&digits.len()) {
        return Err(bad());
    }
    let part = |range: std::ops::Range<usize>| {
        digits.get(range).filter(|part| !part.is_empty()).map_or(Some(0), |part| part.parse().ok())
    };
    let seconds = || {
        let year: i16 = digits.get(..4)?.parse().ok()?;
        let date = jiff::civil::Date::new(year, part(4..6)?, part(6..8)?).ok()?;
        let time = jiff::civil::Time::new(part(8..10)?, part(10..12)?, part(12..14)?, 0).ok()?;
        let zoned = date.to_datetime(time).to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(zoned.timestamp().as_second())
    };
    seconds().ok_or_else(bad)
}

/// Whether a comma-separated pattern list of `ssh_config(5)` accepts `name`: one pattern must match
/// and no negated one may.
fn matches(list: &str, name: &str) -> bool {
    let mut accepted = false;
    for pattern in list.split(',') {
        match pattern.strip_prefix('!') {
            Some(pattern) if glob(pattern.as_bytes(), name.as_bytes()) => return false,
            None if glob(pattern.as_bytes(), name.as_bytes()) => accepted = true,
            _ => {}
        }
    }
    accepted
}

/// `*` matches any run and `?` any one character. Linear memory, no recursion.
fn glob(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(wanted) if *wanted == b'?' || Some(wanted) == name.get(from) => {
                at += 1;
                from += 1;
            }
            // A mismatch: let the last star swallow one character more.
            _ => match &mut star {
                Some((position, swallowed)) => {
                    *swallowed += 1;
                    (at, from) = (*position + 1, *swallowed);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::signature::{CUSTODY_NAMESPACE, EVIDENCE_NAMESPACE, generate};
    use proptest::prelude::*;

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDuNzkkVbk8u3mS0dKO9u5vQYhgQ1i2cSPWJ1y1XbS6q";

    fn key() -> KeyData {
        PublicKey::from_openssh(KEY).unwrap().key_data().clone()
    }

    fn find(line: &str, at: &str) -> Result<String, Refusal> {
        let signers = Signers::parse(line).unwrap();
        signers.find(&key(), EVIDENCE_NAMESPACE, time(at).unwrap()).map(str::to_owned)
    }

    #[test]
    fn times_in_every_form_of_ssh_keygen() {
        for (text, seconds) in [
            ("19700101", 0),
            ("19700101Z", 0),
            ("197001010001z", 60),
            ("19700102000001UTC", 86_401),
            ("20260328021000Z", 1_774_663_800),
        ] {
            assert_eq!(time(text), Ok(seconds), "{text}");
        }
        for text in ["", "Z", "2026", "20261301", "20260230Z", "2026032802Z", "202603280260", "+1"]
        {
            assert!(time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_key_is_found_with_its_principals() {
        for (line, principals) in [
            (format!("audit@example.com {KEY}"), "audit@example.com"),
            (
                format!("# who\n\n  a@example.com,b@example.com\t{KEY} a comment"),
                "a@example.com,b@example.com",
            ),
            (format!("*@example.com namespaces=\"evidence-bundle@*\" {KEY}"), "*@example.com"),
            (
                format!("\"a@example.com\" NAMESPACES=\"git,{EVIDENCE_NAMESPACE}\" {KEY}"),
                "a@example.com",
            ),
            (
                format!("a@example.com valid-after=\"20260101Z\",valid-before=\"20270101\" {KEY}"),
                "a@example.com",
            ),
        ] {
            assert_eq!(find(&line, "20260328Z").as_deref(), Ok(principals), "{line}");
        }
    }

    #[test]
    fn validity_includes_both_ends() {
        let line =
            format!("a@example.com valid-after=\"20260101Z\",valid-before=\"20260201Z\" {KEY}");
        find(&line, "20260101Z").unwrap();
        find(&line, "20260201Z").unwrap();
        assert_eq!(find(&line, "20251231235959Z"), Err(Refusal::NotYetValid { line: 1 }));
        assert_eq!(find(&line, "20260201000001Z"), Err(Refusal::Expired { line: 1 }));
    }

    #[test]
    fn namespaces_limit_a_key() {
        for list in ["git", "!evidence-bundle@*,*", "evidence-bundle@qualys-sec-inspecto?x", ""] {
            let line = format!("a@example.com namespaces=\"{list}\" {KEY}");
            assert_eq!(find(&line, "20260101Z"), Err(Refusal::Namespace { line: 1 }), "{list}");
        }
    }

    #[test]
    fn another_line_can_allow_what_the_first_does_not() {
        let text =
            format!("old@example.com valid-before=\"20250101Z\" {KEY}\nnew@example.com {KEY}");
        assert_eq!(find(&text, "20260101Z").as_deref(), Ok("new@example.com"));
    }

    #[test]
    fn unusable_lines_are_named() {
        for (text, reason) in [
            (format!("a@example.com cert-authority {KEY}"), "cert-authority is not supported"),
            (format!("a@example.com namespaces=\"x\",cert-authority {KEY}"), "cert-authority"),
            (format!("a@example.com namespaces=git {KEY}"), "not in double quotes"),
            (format!("a@example.com valid-after=\"tomorrow\" {KEY}"), "not YYYYMMDD"),
            (
                format!("a@example.com valid-after=\"20260101\",valid-after=\"20260101\" {KEY}"),
                "twice",
            ),
            (
                format!("a@example.com valid-after=\"20270101\",valid-before=\"20260101\" {KEY}"),
                "not later",
            ),
            (format!("a@example.com frobnicate {KEY}"), "neither"),
            (format!("a@example.com namespaces=\"x {KEY}"), "not closed"),
            ("a@example.com".to_owned(), "too early"),
            ("a@example.com ssh-ed25519 AAAA".to_owned(), "neither"),
        ] {
            let error = Signers::parse(&format!("# first\n{text}\n")).unwrap_err();
            assert_eq!(error.line, 2);
            assert!(error.reason.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn the_line_of_a_generated_key_allows_both_namespaces() {
        let files = generate("audit@example.com", None).unwrap();
        let signers = Signers::parse(&files.allowed_signers).unwrap();
        let key = PublicKey::from_openssh(&files.public).unwrap();
        for namespace in [EVIDENCE_NAMESPACE, CUSTODY_NAMESPACE] {
            assert_eq!(signers.find(key.key_data(), namespace, 0), Ok("audit@example.com"));
        }
        assert!(matches!(signers.find(&self::key(), "git", 0), Err(Refusal::Unlisted { .. })));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC*", options in "[a-z=\",\\\\ !*?Z0-9-]*") {
            let _outcome = Signers::parse(&text).is_ok();
            let _outcome = Signers::parse(&format!("a@example.com {options} {KEY}")).is_ok();
            let _outcome = matches(&options, &text);
        }

        #[test]
        fn a_glob_agrees_with_the_regex_of_the_same_meaning(pattern in "[ab*?]{0,8}", name in "[ab]{0,10}") {
            let regex = format!("^{}$", pattern.replace('*', ".*").replace('?', "."));
            prop_assert_eq!(
                glob(pattern.as_bytes(), name.as_bytes()),
                regex::Regex::new(&regex).unwrap().is_match(&name)
            );
        }
    }
}
