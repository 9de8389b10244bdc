//! One call as an endpoint sees it.

use std::sync::Arc;

use super::Route;
use super::node::Form;
use super::params::Params;
use crate::tenant::{Kind, Tenant};

/// A call that passed login, limits and the parameter table.
pub(crate) struct Call {
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) route: &'static Route,
    /// The major version in the path: 5 for `/api/5.0/`.
    pub(crate) version: u8,
    pub(crate) path: String,
    pub(crate) params: Params,
    /// What a POST sent, for QPS and the gateway.
    pub(crate) body: Vec<u8>,
    /// The language of that body.
    pub(crate) request: Form,
    /// The language of a QPS answer.
    pub(crate) form: Form,
    /// The real time, Unix seconds, which only tokens read.
    pub(crate) time: i64,
    pub(crate) login: String,
    pub(crate) cursor: Option<CursorFault>,
    /// Continuation URLs leave the platform.
    pub(crate) foreign: bool,
}

/// How a cursor misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CursorFault {
    /// The cursor moves on forever, the records do not.
    Endless,
    /// The cursor names the page that it came with.
    Repeated,
    /// The page is empty and has a cursor all the same.
    Empty,
}

impl Call {
    pub(crate) fn version_text(&self) -> String {
        format!("{}.0", self.version)
    }

    /// The last part of the path: an id, where the route has a `{}` there.
    pub(crate) fn last_part(&self) -> &str {
        self.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
    }

    /// Whether the caller's role sees a part of the subscription alone.
    pub(crate) fn restricted(&self) -> bool {
        self.tenant.kind == Kind::Reader
    }

    /// Whether the platform is one that spells some names in the older way.
    pub(crate) fn old(&self) -> bool {
        matches!(self.tenant.kind, Kind::OldVersions | Kind::OnlyTwo)
    }

    pub(crate) fn now(&self) -> i64 {
        self.tenant.clock
    }
}
