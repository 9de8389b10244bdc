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
    Ok(Reply::bytes(201, "application/json", auth::token(login, call.time).into_bytes()))
}
