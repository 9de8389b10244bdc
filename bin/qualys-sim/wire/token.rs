//! `/auth` of the gateway: a token for a login.

use super::call::Call;
use super::refusal::Refusal;
use super::reply::Reply;
use crate::auth;

/// The token alone, under 201; the content type claims JSON all the same.
pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let (Some(login), Some(password)) = (call.params.get("username"), call.params.get("password"))
    else {
        return Err(Refusal::bad_login());
    };
    if password == auth::WRONG {
        return Err(Refusal::bad_login());
    }
    let mut token = auth::token(login, call.time).into_bytes();
    token.push(b'\n');
    Ok(Reply::bytes(201, "application/json", token))
}
