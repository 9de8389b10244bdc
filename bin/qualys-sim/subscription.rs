//! The front door: what a call passes before its endpoint answers.

use std::sync::Arc;
use std::time::Instant;

use crate::admission::{self, Admission, Limits, Slot};
use crate::auth::{self, Accepts, Caller};
use crate::faults::{Faults, Kind, Strike};
use crate::tenant::Tenant;
use crate::wire::call::{Call, CursorFault};
use crate::wire::json_refusal::Refuser;
use crate::wire::node::Form;
use crate::wire::params::Params;
use crate::wire::refusal::{self, Refusal, ServiceError};
use crate::wire::reply::Reply;
use crate::wire::{self, Dialect, Route, gate, users};

/// The last part of `X-Powered-By: Qualys:<pod>:<subscription>:<user>`, one for all logins.
const USER: &str = "5be10a37-7d0e-4f6a-b8f2-3c1d9e0a7b22";

/// A tenant behind its front door.
pub(crate) struct Subscription {
    tenant: Arc<Tenant>,
    faults: Faults,
    /// One for each route, in their order.
    limits: Vec<Limits>,
}

/// A request as it arrived.
#[derive(Debug, Default)]
pub(crate) struct Incoming {
    pub(crate) post: bool,
    pub(crate) path: String,
    pub(crate) params: Params,
    pub(crate) body: Vec<u8>,
    pub(crate) authorization: Option<String>,
    pub(crate) cookie: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) accept: Option<String>,
    /// The real time, Unix seconds, which only tokens read.
    pub(crate) time: i64,
    /// `X-Requested-With` is there and not empty.
    pub(crate) requested_with: bool,
}

impl Incoming {
    /// The language of the body.
    fn request(&self) -> Form {
        language(self.content_type.as_deref())
    }

    /// The language of a QPS answer: XML, unless both headers say otherwise.
    fn form(&self) -> Form {
        match language(self.accept.as_deref()) {
            Form::Json => self.request(),
            Form::Xml => Form::Xml,
        }
    }
}

fn language(media: Option<&str>) -> Form {
    let json = media.is_some_and(|media| media.contains("application/json"));
    if json { Form::Json } else { Form::Xml }
}

/// An answer, and what keeps or spoils it on its way.
pub(crate) struct Outgoing {
    pub(crate) reply: Reply,
    pub(crate) login: Option<String>,
    /// Held until the body is out.
    pub(crate) slot: Option<Slot>,
    pub(crate) damage: Option<Damage>,
}

/// What happens to a body on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damage {
    /// A pause in the middle.
    Slow,
    /// The connection ends in the middle; the number picks the form.
    Cut(u64),
}

impl From<Reply> for Outgoing {
    fn from(reply: Reply) -> Self {
        Self { reply, login: None, slot: None, damage: None }
    }
}

impl Subscription {
    pub(crate) fn new(tenant: Arc<Tenant>, faults: Faults) -> Self {
        let limits = wire::routes().map(|_| Limits::default()).collect();
        Self { tenant, faults, limits }
    }

    /// Answers one request. `now` is the real clock, which only the limits read.
    pub(crate) fn answer(&self, incoming: Incoming, now: Instant) -> Outgoing {
        let Some((route, version)) = wire::route(&incoming.path, &incoming.params) else {
            return if wire::is_qps(&incoming.path) {
                ServiceError::new("INVALID_URL", "The URL is not valid.", "See the API guide.")
                    .reply(incoming.form())
                    .into()
            } else {
                refusal::front_end(404, "404 Not Found").into()
            };
        };
        let fo = matches!(route.dialect, Dialect::Fo | Dialect::Session);
        if fo && !incoming.requested_with {
            let text = "Missing required header: X-Requested-With";
            return self.refuse(route, "", &Refusal::new(400, "1903", text), Form::Xml).into();
        }
        let strike = self.faults.strike(route.id);
        let mut outgoing = self.pass(route, version, incoming, strike, now);
        if route.dialect == Dialect::Qps {
            outgoing.reply = outgoing.reply.header("evaluation", "false");
        }
        let powered = format!("Qualys:USPOD1:{}:{USER}", self.tenant.subscription);
        outgoing.reply = outgoing.reply.header("X-Powered-By", powered).header("Server", "qweb");
        outgoing
    }

    fn pass(
        &self,
        route: &'static Route,
        version: u8,
        incoming: Incoming,
        strike: Option<Strike>,
        now: Instant,
    ) -> Outgoing {
        let refuser = self.refuser(route, &incoming.path);
        let login = match caller(route, &incoming) {
            Caller::Login(login) => login,
            Caller::Expired if is_json(route) => return refuser.expired().into(),
            Caller::Refused if is_json(route) => return refuser.unauthorized().into(),
            Caller::Expired | Caller::Refused => {
                return self.refuse(route, "", &Refusal::bad_login(), incoming.form()).into();
            }
        };
        let counted = matches!(route.dialect, Dialect::Fo | Dialect::Msp);
        let stopped = strike.and_then(|strike| self.stop(strike.kind, route, &incoming, &login));
        if let Some(reply) = stopped {
            return Outgoing { login: Some(login), ..reply.into() };
        }
        let mut slot = None;
        if counted {
            match self.admit(route, now) {
                Ok(admitted) => slot = Some(admitted),
                Err(reply) => return Outgoing { login: Some(login), ..reply.into() },
            }
        }
        let cursor = strike.filter(|_| route.paged).and_then(|strike| match strike.kind {
            Kind::EndlessCursor => Some(CursorFault::Endless),
            Kind::RepeatedCursor => Some(CursorFault::Repeated),
            Kind::EmptyCursor => Some(CursorFault::Empty),
            _ => None,
        });
        let call = Call {
            tenant: Arc::clone(&self.tenant),
            route,
            version,
            path: incoming.path.clone(),
            request: incoming.request(),
            form: incoming.form(),
            time: incoming.time,
            params: incoming.params,
            body: incoming.body,
            login,
            cursor,
            foreign: strike.is_some_and(|strike| strike.kind == Kind::ForeignHost),
        };
        let mut reply = respond(&call, incoming.post)
            .unwrap_or_else(|refusal| self.refuse(route, &call.login, &refusal, call.form));
        if let Some(slot) = &slot {
            reply.headers.extend(admission::headers(slot));
        }
        let damage = strike.and_then(|strike| match strike.kind {
            Kind::Slow => Some(Damage::Slow),
            Kind::Cut => Some(Damage::Cut(strike.call)),
            _ => None,
        });
        Outgoing { reply, login: Some(call.login), slot, damage }
    }

    fn refuser<'a>(&self, route: &Route, path: &'a str) -> Refuser<'a> {
        Refuser { dialect: route.dialect, path, now: self.tenant.clock }
    }

    fn admit(&self, route: &'static Route, now: Instant) -> Result<Slot, Reply> {
        // Limits belong to a path, which two calls may share.
        let own = wire::routes()
            .position(|known| (known.dialect, known.resource) == (route.dialect, route.resource));
        let Some(limits) = own.and_then(|at| self.limits.get(at)) else {
            return Err(refusal::front_end(404, "404 Not Found"));
        };
        match limits.admit(now) {
            Admission::Admitted(slot) => Ok(slot),
            Admission::Concurrency { running } => Err(self.concurrency(route, running)),
            Admission::Rate { wait } => Err(self.rate(route, wait)),
        }
    }

    fn concurrency(&self, route: &Route, running: usize) -> Reply {
        let text = "This API cannot be run again until 1 currently running API instance has \
                    finished.";
        let mut refusal = Refusal::new(409, "1960", text);
        refusal.items.push(("CALLS_TO_FINISH", "1".to_owned()));
        let mut reply = self.refuse(route, "", &refusal, Form::Xml);
        reply.headers.extend(admission::blocked_headers(running));
        reply
    }

    fn rate(&self, route: &Route, wait: u64) -> Reply {
        let (minutes, seconds) = (wait / 60, wait % 60);
        let text = format!(
            "This API cannot be run again for another {minutes} minutes and {seconds} seconds."
        );
        let mut refusal = Refusal::new(409, "1965", text);
        refusal.items.push(("SECONDS_TO_WAIT", wait.to_string()));
        let mut reply = self.refuse(route, "", &refusal, Form::Xml);
        reply.headers.extend(admission::rate_headers(0, wait));
        reply.headers.extend(admission::concurrency_headers(0));
        reply
    }

    /// The answer of a fault that keeps the call from its endpoint.
    fn stop(&self, kind: Kind, route: &Route, incoming: &Incoming, login: &str) -> Option<Reply> {
        let qps = route.dialect == Dialect::Qps;
        let form = incoming.form();
        let refuse = |refusal: &Refusal| self.refuse(route, login, refusal, form);
        let service = |code: &'static str, message: &str, resolution: &str| {
            ServiceError::new(code, message, resolution).reply(form)
        };
        if is_json(route)
            && let Some(reply) = self.refuser(route, &incoming.path).stop(kind)
        {
            return Some(reply);
        }
        Some(match kind {
            Kind::Concurrency => self.concurrency(route, 2),
            // Short, so that a test need not wait an hour.
            Kind::Rate => self.rate(route, 1),
            Kind::Rate429 => refusal::front_end(429, "429 Too Many Requests")
                .header("X-RateLimit-Limit", "300")
                .header("X-RateLimit-Remaining", "0")
                .header("X-RateLimit-ToWait-Sec", "1"),
            Kind::Html503 => refusal::front_end(503, "Service Temporarily Unavailable"),
            Kind::Unauthorized => refuse(&Refusal::bad_login()),
            Kind::Expired if qps => service(
                "EVALUATION_EXPIRED",
                "The evaluation of this subscription has ended.",
                "Contact your account manager.",
            ),
            Kind::Expired => refuse(&Refusal::new(200, "2001", "This account has expired.")),
            Kind::Denied if qps => service(
                "UNAUTHORIZED",
                "You don't have the permission that this operation needs.",
                "Ask a Manager for the permission.",
            ),
            Kind::Denied => refuse(&Refusal::forbidden()),
            Kind::Unsubscribed if qps => service(
                "INVALID_REQUEST",
                "Your subscription is not subscribed to this module.",
                "Contact your account manager.",
            ),
            Kind::Unsubscribed => {
                let text = "User license is not authorized to run this API.";
                if route.id == "vm/users" {
                    return Some(users::error("2012", text));
                }
                refuse(&Refusal::new(403, "2012", text))
            }
            Kind::Retired if qps => gate::retired_service(form),
            Kind::Retired => refusal::front_end(404, "404 Not Found"),
            Kind::Redirect => refusal::front_end(302, "302 Found").header(
                "Location",
                format!("https://login.elsewhere.example.net{}", incoming.path),
            ),
            Kind::Cut
            | Kind::Slow
            | Kind::EndlessCursor
            | Kind::RepeatedCursor
            | Kind::EmptyCursor
            | Kind::ForeignHost => return None,
        })
    }

    /// A refusal in the envelope of the call's family.
    fn refuse(&self, route: &Route, login: &str, refusal: &Refusal, form: Form) -> Reply {
        let now = self.tenant.clock;
        let service = |code: &'static str, message: &str, resolution: &str| {
            ServiceError::new(code, message, resolution).reply(form)
        };
        match route.dialect {
            Dialect::Fo | Dialect::Session => refusal.simple_return(now),
            Dialect::Msp => refusal.generic_return(route.resource, login, now),
            Dialect::Qps if refusal.code == Some("2000") => service(
                "INVALID_CREDENTIALS",
                "Authentication failed",
                "Verify both, user and password credentials.",
            ),
            Dialect::Qps if matches!(refusal.status, 409) => refusal.simple_return(now),
            Dialect::Qps => service("INVALID_REQUEST", &refusal.text, ""),
            Dialect::CloudView | Dialect::Gateway | Dialect::Token => {
                let refuser = self.refuser(route, "");
                match refusal.status {
                    401 => refuser.unauthorized(),
                    404 => refuser.not_found(),
                    _ => refuser.bad_request(&refusal.text),
                }
            }
        }
    }
}

fn caller(route: &Route, incoming: &Incoming) -> Caller {
    let accepts = match route.dialect {
        // The credentials of a login stand in its form.
        Dialect::Session | Dialect::Token => return Caller::Login(String::new()),
        Dialect::Fo => Accepts { basic: true, bearer: true, session: true },
        Dialect::Msp => Accepts { basic: true, ..Accepts::default() },
        Dialect::Qps | Dialect::CloudView => Accepts { basic: true, bearer: true, session: false },
        Dialect::Gateway => Accepts { bearer: true, ..Accepts::default() },
    };
    let header = incoming.authorization.as_deref();
    auth::caller(header, incoming.cookie.as_deref(), accepts, incoming.time)
}

/// Whether the family refuses in JSON.
fn is_json(route: &Route) -> bool {
    matches!(route.dialect, Dialect::CloudView | Dialect::Gateway | Dialect::Token)
}

/// Version, parameters, endpoint.
fn respond(call: &Call, post: bool) -> Result<Reply, Refusal> {
    let route = call.route;
    if let Some(reply) = gate::closed(call) {
        return Ok(reply);
    }
    let allowed = match route.dialect {
        Dialect::Qps => post || !route.paged,
        Dialect::Gateway | Dialect::Token => post,
        Dialect::CloudView => !post,
        Dialect::Fo | Dialect::Msp | Dialect::Session => true,
    };
    if !allowed {
        return Ok(refusal::front_end(405, "405 Method Not Allowed"));
    }
    if matches!(route.dialect, Dialect::Fo | Dialect::Msp | Dialect::Session) {
        call.params.check(call.version, route.parameters, route.actions)?;
    }
    (route.answer)(call)
}
