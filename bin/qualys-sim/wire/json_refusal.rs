//! The refusals of `CloudView` and of the gateway: JSON under real HTTP codes.

use serde_json::{Value, json};

use super::Dialect;
use super::refusal;
use super::reply::Reply;
use super::xml;
use crate::faults::Kind;

/// Who refuses: the family, the path that it was asked for, and the tenant's now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refuser<'a> {
    pub(crate) dialect: Dialect,
    pub(crate) path: &'a str,
    pub(crate) now: i64,
}

impl Refuser<'_> {
    /// No credentials, or none that this family takes.
    pub(crate) fn unauthorized(self) -> Reply {
        if self.dialect == Dialect::Token {
            let reason = "Authentication Failure: 1 errors, 0 \
                          successes:authenticationFailure.InvalidCredentialsException";
            return Reply::json(401, &json!({"authentication_exceptions": [[reason]]}));
        }
        self.refuse(401, "Unauthorized", "Not authenticated")
    }

    pub(crate) fn expired(self) -> Reply {
        if self.dialect == Dialect::Token {
            return self.unauthorized();
        }
        self.refuse(401, "Unauthorized", "JWT expired")
    }

    pub(crate) fn not_found(self) -> Reply {
        self.refuse(404, "Not Found", "No handler for this resource")
    }

    pub(crate) fn bad_request(self, message: &str) -> Reply {
        self.refuse(400, "Bad Request", message)
    }

    /// The answer of a fault that keeps the call from its endpoint.
    pub(crate) fn stop(self, kind: Kind) -> Option<Reply> {
        Some(match kind {
            // There is no limit of concurrency here, and one status for all that is too much.
            Kind::Concurrency | Kind::Rate | Kind::Rate429 => self
                .refuse(429, "Too Many Requests", "The call limit is used up")
                .header("X-RateLimit-Limit", "300")
                .header("X-RateLimit-Remaining", "0")
                // Short, so that a test need not wait an hour.
                .header("X-RateLimit-ToWait-Sec", "1"),
            Kind::Unauthorized => self.unauthorized(),
            Kind::Expired => self.expired(),
            Kind::Denied => self.refuse(403, "Forbidden", "Access is denied"),
            Kind::Unsubscribed if self.dialect == Dialect::Gateway => Reply::json(
                200,
                &json!({
                    "responseCode": "FAILED",
                    "responseMessage": "Your subscription is not subscribed to this module.",
                }),
            ),
            Kind::Unsubscribed => {
                let message = "Your subscription is not subscribed to this module.";
                self.refuse(403, "Forbidden", message)
            }
            Kind::Retired if self.dialect == Dialect::CloudView => self.not_found(),
            Kind::Retired => refusal::front_end(404, "404 Not Found"),
            _ => return None,
        })
    }

    fn refuse(self, status: u16, error: &str, message: &str) -> Reply {
        let mut body = json!({"status": status, "error": error, "message": message});
        if let (Dialect::CloudView, Value::Object(body)) = (self.dialect, &mut body) {
            body.insert("timestamp".to_owned(), xml::date(self.now).into());
            body.insert("errorCode".to_owned(), status.to_string().into());
            body.insert("path".to_owned(), self.path.into());
        }
        Reply::json(status, &body)
    }
}
