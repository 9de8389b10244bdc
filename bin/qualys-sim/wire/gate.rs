//! Versions of a call: those that never were, and those that a tenant's platform has retired.

use super::Dialect;
use super::call::Call;
use super::json_refusal::Refuser;
use super::node::Form;
use super::refusal::{self, Refusal, ServiceError};
use super::reply::Reply;
use crate::tenant::Kind;

/// The refusal of a version that does not answer (any more). No retired answer is on record, so
/// the endpoints take turns in the forms that clients must expect.
pub(crate) fn closed(call: &Call) -> Option<Reply> {
    let Call { tenant, route, version, .. } = call;
    let version = *version;
    let newest = newest(tenant.kind);
    let versioned = route.versions.len() > 1;
    if route.versions.contains(&version) && !(versioned && version > newest) {
        return None;
    }
    if route.dialect == Dialect::Qps {
        return Some(retired_service(call.form));
    }
    let now = tenant.clock;
    if matches!(route.dialect, Dialect::CloudView | Dialect::Gateway | Dialect::Token) {
        let (dialect, path) = (route.dialect, call.path.as_str());
        return Some(Refuser { dialect, path, now }.not_found());
    }
    Some(match (route.id, version) {
        ("vm/hosts", _) => refusal::front_end(404, "404 Not Found"),
        ("vm/detections", 5) => refusal::front_end(410, "410 Gone"),
        ("vm/detections", _) => {
            let names: Vec<&str> =
                call.params.pairs().iter().map(|(name, _)| name.as_str()).collect();
            Refusal::unrecognized(&names.join(", ")).simple_return(now)
        }
        ("vm/scan-schedules", _) => refusal::front_end(405, "405 Method Not Allowed"),
        _ => {
            let text = "This API version is not supported.".to_owned();
            Refusal { status: 404, code: None, text, items: Vec::new() }.simple_return(now)
        }
    })
}

/// The newest version that the tenant's platform still (or already) speaks.
fn newest(kind: Kind) -> u8 {
    match kind {
        Kind::OnlyTwo => 2,
        Kind::OldVersions => 3,
        _ => u8::MAX,
    }
}

pub(crate) fn retired_service(form: Form) -> Reply {
    let message = "The version of the API is not supported.";
    ServiceError::new("INVALID_API_VERSION", message, "Use a supported version.").reply(form)
}
