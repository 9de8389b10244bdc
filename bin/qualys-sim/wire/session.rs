//! `session/`: login and logout of an FO session.

use super::call::Call;
use super::params::{Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use crate::auth;

pub(crate) const PARAMETERS: &[Parameter] = &[p("username", Kind::Text), p("password", Kind::Text)];

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    if call.params.is("action", "logout") {
        return Ok(done("Logged out", call.now()));
    }
    let login = call.params.get("username").ok_or_else(|| Refusal::missing("username"))?;
    let password = call.params.get("password").ok_or_else(|| Refusal::missing("password"))?;
    if password == auth::WRONG {
        return Err(Refusal::bad_login());
    }
    let session = auth::session(login);
    Ok(done("Logged in", call.now())
        .header("Set-Cookie", format!("QualysSession={session}; path=/api; secure"))
        .header("Set-Cookie", format!("DWRSESSIONID={session}; path=/; secure")))
}

/// `SIMPLE_RETURN` without a code means success.
fn done(text: &str, now: i64) -> Reply {
    Refusal { status: 200, code: None, text: text.to_owned(), items: Vec::new() }.simple_return(now)
}
