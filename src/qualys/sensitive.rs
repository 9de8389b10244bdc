//! The forms in which a live password or token can come back from a server.
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use quick_xml::escape;
use std::ops::Range;

/// Shorter secrets would match by chance and shred the evidence.
const SHORTEST: usize = 8;

const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');
const UNRESERVED: &AsciiSet = &FORM.add(b'*').remove(b'~');

/// Where any form of a credential stands, in order, without overlaps.
pub(super) fn occurrences(bytes: &[u8], credentials: &[&str]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for needle in needles(credentials) {
        let places = memchr::memmem::find_iter(bytes, &needle);
        found.extend(places.map(|start| start..start + needle.len()));
    }
    found.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in found {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

fn needles(credentials: &[&str]) -> Vec<Vec<u8>> {
    let mut needles: Vec<Vec<u8>> = Vec::new();
    for secret in credentials.iter().filter(|secret| secret.len() >= SHORTEST) {
        needles.push(secret.as_bytes().to_vec());
        for set in [NON_ALPHANUMERIC, FORM, UNRESERVED] {
            let upper = utf8_percent_encode(secret, set).to_string();
            needles.push(lower_hexadecimal(&upper));
            needles.push(upper.replace("%20", "+").into_bytes());
            needles.push(upper.into_bytes());
        }
        let escaped = escape::escape(*secret).into_owned();
        needles.push(escaped.replace("&quot;", "\"").replace("&apos;", "'").into_bytes());
        needles.push(escaped.replace("&apos;", "&#39;").replace("&quot;", "&#34;").into_bytes());
        needles.push(escaped.into_bytes());
        needles.extend(json(secret));
        for shift in 0..3 {
            needles.push(base64(secret, shift, |bytes| STANDARD_NO_PAD.encode(bytes)));
            needles.push(base64(secret, shift, |bytes| URL_SAFE_NO_PAD.encode(bytes)));
        }
    }
    needles.retain(|needle| needle.len() >= SHORTEST);
    needles.sort_unstable();
    needles.dedup();
    needles
}

/// What serializers write between the quotes: some escape the slash, some what HTML gives a meaning,
/// some all that is not ASCII.
fn json(secret: &str) -> Vec<Vec<u8>> {
    let mut plain = String::new();
    for c in secret.chars() {
        match c {
            '"' | '\\' => plain.extend(['\\', c]),
            '\n' => plain.push_str("\\n"),
            '\r' => plain.push_str("\\r"),
            '\t' => plain.push_str("\\t"),
            c if c < ' ' => plain.push_str(&units(c)),
            c => plain.push(c),
        }
    }
    let escaped = |which: fn(char) -> bool| {
        let all = plain.chars().map(|c| if which(c) { units(c) } else { c.to_string() });
        all.collect::<String>()
    };
    let forms = [
        plain.clone(),
        escaped(|c| "<>&='".contains(c)),
        escaped(|c| !c.is_ascii()),
        escaped(|c| "<>&='".contains(c) || !c.is_ascii()),
        escaped(|c| "<>&'".contains(c)),
    ];
    let with_slashes = forms.iter().map(|form| form.replace('/', "\\/"));
    let lower: Vec<String> = forms.iter().cloned().chain(with_slashes).collect();
    let upper = lower.iter().map(|form| upper_units(form));
    upper.chain(lower.iter().cloned()).map(String::into_bytes).collect()
}

/// A character as the `\u` escapes of its UTF-16 units.
fn units(c: char) -> String {
    let mut units = [0; 2];
    c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

fn upper_units(text: &str) -> String {
    let mut pieces = text.split("\\u");
    let mut upper = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(4).unwrap_or((piece, ""));
        upper.push_str("\\u");
        upper.push_str(&digits.to_ascii_uppercase());
        upper.push_str(rest);
    }
    upper
}

fn lower_hexadecimal(text: &str) -> Vec<u8> {
    let mut pieces = text.split('%');
    let mut lower = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2).unwrap_or((piece, ""));
        lower.push('%');
        lower.push_str(&digits.to_ascii_lowercase());
        lower.push_str(rest);
    }
    lower.into_bytes()
}

/// The characters that depend on the secret alone when it stands `shift` bytes (mod 3) into what
/// was encoded, as the password of `login:password` does.
fn base64(secret: &str, shift: usize, encode: impl Fn(&[u8]) -> String) -> Vec<u8> {
    let mut padded = vec![0; shift];
    padded.extend_from_slice(secret.as_bytes());
    let from = [0, 2, 3].get(shift).copied().unwrap_or_default();
    let to = padded.len() * 8 / 6;
    encode(&padded).as_bytes().get(from..to).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_credential_is_found() {
        let secret = "p&s/w<r d'x\"y";
        for form in [
            "p&s/w<r d'x\"y".to_owned(),
            "p%26s%2Fw%3Cr%20d%27x%22y".to_owned(),
            "p%26s%2fw%3cr%20d%27x%22y".to_owned(),
            "p%26s%2Fw%3Cr+d%27x%22y".to_owned(),
            "p&amp;s/w&lt;r d'x\"y".to_owned(),
            "p&amp;s/w&lt;r d&apos;x&quot;y".to_owned(),
            r#"p&s/w<r d'x\"y"#.to_owned(),
            r#"p&s\/w<r d'x\"y"#.to_owned(),
            r#"p\u0026s/w\u003cr d\u0027x\"y"#.to_owned(),
            r#"p\u0026s\/w\u003Cr d\u0027x\"y"#.to_owned(),
        ] {
            let body = format!("<TEXT>{form}</TEXT>");
            let found = occurrences(body.as_bytes(), &[secret]);
            let only = std::iter::once(6..6 + form.len()).collect::<Vec<_>>();
            assert_eq!(found, only, "{form}");
        }
    }

    #[test]
    fn a_credential_is_found_where_json_spells_it_in_ascii() {
        for form in [r"pa\u00dfw\u00f6rd\ud83d\ude00", r"pa\u00DFw\u00F6rd\uD83D\uDE00"] {
            assert_eq!(occurrences(form.as_bytes(), &["paßwörd\u{1F600}"]).len(), 1, "{form}");
        }
    }

    #[test]
    fn basic_credentials_are_found_at_every_alignment() {
        for login in ["a", "ab", "abc", "abcd"] {
            let encoded = STANDARD_NO_PAD.encode(format!("{login}:correct-horse"));
            assert_eq!(occurrences(encoded.as_bytes(), &["correct-horse"]).len(), 1, "{login}");
        }
    }

    #[test]
    fn short_secrets_are_left_alone() {
        assert!(occurrences(b"1234567 1234567", &["1234567"]).is_empty());
    }
}
