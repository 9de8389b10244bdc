//! The gateway's bearer token: how long it lives, what an answer that holds one looks like.

use crate::clock::later;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use reqwest::header::HeaderValue;
use serde_json::Value;
use std::time::Duration;

/// Where tokens are minted, on the gateway.
pub(crate) const MINT: &str = "/auth";

/// How long a token lives that does not say so.
const LIFETIME: Duration = Duration::from_hours(4);

/// A token is replaced this long before it expires, so that none expires on its way.
const MARGIN: Duration = Duration::from_mins(5);

/// The longest text that is taken for a token; real ones are a few kilobytes.
const LONGEST: usize = 1 << 16;

/// A token in use. It has no `Debug`: no message can carry it.
#[derive(Clone)]
pub(crate) struct Token {
    text: String,
    /// From 1, each token of a run its own.
    pub number: u64,
    /// When it is to be replaced.
    until: Timestamp,
}

impl Token {
    /// The token that a minting answered at `now`; none where the answer is no token.
    pub(crate) fn read(body: &[u8], number: u64, now: Timestamp) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?.trim();
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.=".contains(c);
        let parts: Vec<&str> = text.split('.').collect();
        let [_, claims, _] = parts.as_slice() else { return None };
        if text.len() > LONGEST
            || parts.iter().any(|part| part.is_empty())
            || !text.chars().all(plain)
        {
            return None;
        }
        let lifetime = lifetime(claims, now).unwrap_or(LIFETIME);
        let until = later(now, lifetime.saturating_sub(MARGIN.min(lifetime / 10)));
        Some(Self { text: text.to_owned(), number, until })
    }

    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        now < self.until
    }

    /// The secret itself, which must never reach the bundle.
    pub(crate) fn expose(&self) -> &str {
        &self.text
    }

    /// The value of the `Authorization` header; a token holds nothing that a header cannot.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", self.text)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// By the token's own claims: by the difference of its two times, which no wrong clock shifts, else
/// by its end alone.
fn lifetime(claims: &str, now: Timestamp) -> Option<Duration> {
    let bytes = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&bytes).ok()?;
    let second = |name: &str| claims.get(name).and_then(Value::as_i64);
    let begin = second("iat").unwrap_or_else(|| now.as_second());
    let seconds = u64::try_from(second("exp")?.checked_sub(begin)?).ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A token of no service, with these claims.
    pub(crate) fn made_up(claims: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", part(r#"{"alg":"none"}"#), part(claims), part("made-up"))
    }

    fn read(body: &str) -> Option<Token> {
        Token::read(body.as_bytes(), 1, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_token_is_replaced_before_it_expires() {
        for (claims, seconds) in [
            (r#"{"iat":1700000000,"exp":1700014400}"#, 14_400 - 300),
            (r#"{"exp":7200}"#, 7200 - 300),
            // A tenth of a short life is kept free, not all of it.
            (r#"{"iat":5,"exp":105}"#, 90),
            (r#"{"sub":"nobody"}"#, 14_400 - 300),
        ] {
            let token = read(&format!("{}\n", made_up(claims))).expect(claims);
            let at = |second| Timestamp::from_second(second).expect("a time");
            assert!(token.is_fresh(at(seconds - 1)), "{claims}");
            assert!(!token.is_fresh(at(seconds)), "{claims}");
        }
    }

    #[test]
    fn an_answer_that_is_no_token_is_none() {
        for bad in ["", "a.b", "a.b.c.d", "..", "a b.c.d", "<html>a.b.c</html>", r#"{"a":"b.c.d"}"#]
        {
            assert!(read(bad).is_none(), "{bad}");
        }
        assert!(Token::read(b"a.\xff.c", 1, Timestamp::UNIX_EPOCH).is_none());
    }

    #[test]
    fn the_header_is_the_bearer_and_is_never_printed() {
        let text = made_up("{}");
        let header = read(&text).and_then(|token| token.header()).expect("a header");
        assert_eq!(header.as_bytes(), format!("Bearer {text}").as_bytes());
        assert!(!format!("{header:?}").contains(&text));
    }
}
