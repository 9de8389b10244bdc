//! Who calls: Basic credentials, a token of the gateway, or the cookie of a session.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// The one password that is refused; every other login is let in.
pub(crate) const WRONG: &str = "wrong";

/// A token holds for four hours.
const LIFETIME: i64 = 4 * 3600;

/// What the credentials of a call come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    Login(String),
    /// A token whose time is over.
    Expired,
    Refused,
}

/// What a family takes for credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Accepts {
    pub(crate) basic: bool,
    pub(crate) bearer: bool,
    pub(crate) session: bool,
}

/// Reads the `Authorization` header, else the session cookie. `time` is the real time, Unix
/// seconds.
pub(crate) fn caller(
    authorization: Option<&str>,
    cookie: Option<&str>,
    accepts: Accepts,
    time: i64,
) -> Caller {
    if let Some((scheme, credentials)) = authorization.and_then(|header| header.split_once(' ')) {
        if accepts.bearer && scheme.eq_ignore_ascii_case("bearer") {
            return bearer(credentials.trim(), time);
        }
        return match basic(credentials) {
            Some((login, password))
                if accepts.basic
                    && scheme.eq_ignore_ascii_case("basic")
                    && !login.is_empty()
                    && password != WRONG =>
            {
                Caller::Login(login)
            }
            _ => Caller::Refused,
        };
    }
    match cookie.and_then(session_login) {
        Some(login) if accepts.session && authorization.is_none() => Caller::Login(login),
        _ => Caller::Refused,
    }
}

/// A token for this login; it carries the login, so that the simulator need not remember it.
pub(crate) fn token(login: &str, time: i64) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = part(json!({"alg": "HS256", "typ": "JWT"}));
    let claims = json!({"sub": login, "iss": "qualys-sim", "iat": time, "exp": time + LIFETIME});
    let signed = format!("{head}.{}", part(claims));
    format!("{signed}.{}", signature(&signed))
}

/// Enough to tell the simulator's tokens from others; it protects nothing.
fn signature(signed: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("qualys-sim {signed}")))
}

fn bearer(token: &str, time: i64) -> Caller {
    let Some((signed, own)) = token.rsplit_once('.') else { return Caller::Refused };
    let claims = signed.split_once('.').and_then(|(_, claims)| {
        serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    });
    let Some(claims) = claims.filter(|_| signature(signed) == own) else { return Caller::Refused };
    let until = claims.get("exp").and_then(Value::as_i64).unwrap_or(0);
    match claims.get("sub").and_then(Value::as_str) {
        Some(login) if until > time => Caller::Login(login.to_owned()),
        Some(_) => Caller::Expired,
        None => Caller::Refused,
    }
}

fn basic(encoded: &str) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (login, password) = text.split_once(':')?;
    Some((login.to_owned(), password.to_owned()))
}

/// The value of `QualysSession`: 32 or more hexadecimal digits that carry the login, so that the
/// simulator need not remember sessions.
pub(crate) fn session(login: &str) -> String {
    let mut hex = String::new();
    for byte in login.bytes() {
        for half in [byte >> 4, byte & 15] {
            hex.extend(char::from_digit(u32::from(half), 16));
        }
    }
    format!("{hex:0<32}")
}

fn session_login(cookies: &str) -> Option<String> {
    let value = cookies
        .split(';')
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find_map(|(name, value)| (name == "QualysSession").then_some(value))?;
    let bytes: Option<Vec<u8>> = value
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let login = String::from_utf8(bytes?).ok()?;
    Some(login.trim_end_matches('\0').to_owned()).filter(|login| !login.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Accepts, Caller, LIFETIME, caller, session, token};

    const BASIC: Accepts = Accepts { basic: true, bearer: false, session: false };
    const ALL: Accepts = Accepts { basic: true, bearer: true, session: true };
    const NOW: i64 = 1_774_663_800;

    #[test]
    fn any_login_but_the_wrong_password() {
        // user:pass, user:wrong, user:a:b
        for (encoded, login) in [
            ("dXNlcjpwYXNz", Some("user")),
            ("dXNlcjp3cm9uZw==", None),
            ("dXNlcjphOmI=", Some("user")),
        ] {
            let header = format!("Basic {encoded}");
            let expected = login.map_or(Caller::Refused, |login| Caller::Login(login.to_owned()));
            assert_eq!(caller(Some(&header), None, BASIC, NOW), expected);
        }
        assert_eq!(caller(None, None, ALL, NOW), Caller::Refused);
        let token_only = Accepts { basic: false, ..ALL };
        assert_eq!(caller(Some("Basic dXNlcjpwYXNz"), None, token_only, NOW), Caller::Refused);
    }

    #[test]
    fn a_session_is_its_login() {
        let cookie = format!("DWRSESSIONID=x; QualysSession={}", session("acme_ab1"));
        let login = Caller::Login("acme_ab1".to_owned());
        assert_eq!(caller(None, Some(&cookie), ALL, NOW), login);
        assert_eq!(caller(None, Some(&cookie), BASIC, NOW), Caller::Refused);
    }

    #[test]
    fn a_token_is_its_login_for_four_hours() {
        let header = format!("Bearer {}", token("acme_ab1", NOW));
        let at = |accepts, time| caller(Some(&header), None, accepts, time);
        assert_eq!(at(ALL, NOW + LIFETIME - 1), Caller::Login("acme_ab1".to_owned()));
        assert_eq!(at(ALL, NOW + LIFETIME), Caller::Expired);
        assert_eq!(at(BASIC, NOW), Caller::Refused);
        let forged = header.replacen("Bearer e", "Bearer f", 1);
        for wrong in [forged.as_str(), "Bearer abc", "Bearer a.b.c", "Bearer"] {
            assert_eq!(caller(Some(wrong), None, ALL, NOW), Caller::Refused, "{wrong}");
        }
    }
}
