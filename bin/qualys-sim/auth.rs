//! Who calls: Basic credentials, or the cookie of a session.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The one password that is refused; every other login is let in.
pub(crate) const WRONG: &str = "wrong";

/// What the credentials of a call come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    Login(String),
    Refused,
}

/// Reads the `Authorization` header, else the session cookie where the family takes sessions.
pub(crate) fn caller(authorization: Option<&str>, cookie: Option<&str>, sessions: bool) -> Caller {
    if let Some(header) = authorization {
        return match basic(header) {
            Some((login, password)) if !login.is_empty() && password != WRONG => {
                Caller::Login(login)
            }
            _ => Caller::Refused,
        };
    }
    match cookie.and_then(session_login) {
        Some(login) if sessions => Caller::Login(login),
        _ => Caller::Refused,
    }
}

fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
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
    use super::{Caller, caller, session};

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
            assert_eq!(caller(Some(&header), None, false), expected);
        }
        assert_eq!(caller(None, None, true), Caller::Refused);
        assert_eq!(caller(Some("Bearer abc"), None, true), Caller::Refused);
    }

    #[test]
    fn a_session_is_its_login() {
        let cookie = format!("DWRSESSIONID=x; QualysSession={}", session("acme_ab1"));
        assert_eq!(caller(None, Some(&cookie), true), Caller::Login("acme_ab1".to_owned()));
        assert_eq!(caller(None, Some(&cookie), false), Caller::Refused);
    }
}
