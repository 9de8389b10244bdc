//! What looks like a credential in a sentence of the service, before it stands in a message.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// The credential is what stands between the groups.
///
/// A login before the host of a URL; the value of a name that speaks of a secret, in a query, a
/// header or an element; what follows the scheme of `Authorization`; a JSON web token; and runs of forty
/// letters and digits or more, as tokens and hashes are.
const SHAPES: [&str; 5] = [
    r"(://)[^\s/@]+(@)",
    r#"(?i)([\w-]*(?:passw(?:or)?d|passwd|pwd|secret|token|api[_-]?key|session(?:id)?|private[_-]?key)["']?\s*[=:>]\s*["']?)[^\s"'&<,;]+"#,
    r#"(?i)(\bauthorization["']?\s*[:=]\s*["']?\w+\s+)[^\s"',;]+"#,
    r"()\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?",
    r"()\b[A-Za-z0-9+_-]{40,}={0,2}",
];

const MARK: &str = "${1}[redacted]${2}";

static PATTERNS: LazyLock<Vec<Regex>> =
    LazyLock::new(|| SHAPES.iter().filter_map(|shape| Regex::new(shape).ok()).collect());

/// The sentence without what looks like a credential. Bodies keep their bytes; this is for what
/// people read on terminals, in logs and in reports.
pub(super) fn hushed(sentence: &str) -> String {
    let mut text = Cow::Borrowed(sentence);
    for pattern in PATTERNS.iter() {
        let next = pattern.replace_all(&text, MARK);
        if let Cow::Owned(next) = next {
            text = Cow::Owned(next);
        }
    }
    text.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_compiles() {
        assert_eq!(PATTERNS.len(), SHAPES.len());
    }

    #[test]
    fn what_looks_like_a_credential_goes_and_the_rest_stays() {
        let token = "0123456789abcdef".repeat(4);
        for text in [
            "see https://somebody:CANARY@qualysapi.example/api/".to_owned(),
            "see https://CANARY@qualysapi.example/".to_owned(),
            "https://qualysapi.example/fo/?action=list&password=CANARY&id=7".to_owned(),
            "PASSWORD: CANARY".to_owned(),
            "passwd=\"CANARY\"".to_owned(),
            "pwd='CANARY'".to_owned(),
            "{\"access_token\":\"CANARY\"}".to_owned(),
            "client_secret = CANARY".to_owned(),
            "<LOGIN_PASSWORD>CANARY</LOGIN_PASSWORD>".to_owned(),
            "api_key=CANARY".to_owned(),
            "X-Api-Key: CANARY".to_owned(),
            "QualysSession=CANARY; path=/".to_owned(),
            "sessionid=CANARY".to_owned(),
            "private_key: CANARY".to_owned(),
            "Authorization: Bearer CANARY0123456789".to_owned(),
            "Authorization: Basic Q0FOQVJZOkNBTkFSWQ==".to_owned(),
            "token eyJCANARY.eyJCANARY.CANARY".to_owned(),
            format!("no such id CANARY{token}"),
        ] {
            let hushed = hushed(&text);
            assert!(!hushed.contains("CANARY") && !hushed.contains("Q0FO"), "{text}: {hushed}");
            assert!(hushed.contains("[redacted]"), "{hushed}");
            assert_eq!(super::hushed(&hushed), hushed, "twice is once");
        }
    }

    #[test]
    fn sentences_for_the_operator_stay_as_they_are() {
        for text in [
            "parameter ids has invalid value: x",
            "Bad Login/Password",
            "Unrecognized parameter(s): show_trurisk",
            "the password has expired",
            "Your account is locked; ask a Manager for a new password.",
            "This API cannot be run again for another 23 hours, 57 minutes and 54 seconds.",
            "https://qualysapi.example/api/2.0/fo/asset/host/?action=list&id_min=4711",
            "The token has expired",
            "basic authentication is required",
            "Bearer tokens are not accepted here",
            "scan/1774742400.12345 was not found",
            "7b1e4d6c-2f7a-4c55-9f0e-0a5a1b2c3d4e",
            "sessions are limited to 2",
            "mail somebody@acme.example",
            "Criteria 'id' (x).",
            "asset group \"Windows servers\" has no addresses",
            "10.0.0.0-10.0.255.255 is outside your scope",
            "HTTP 502",
        ] {
            assert_eq!(hushed(text), text);
        }
    }
}
