//! The connections of a run: one for each server that serves a family.

use crate::call::Transport;
use crate::error::Error;
use crate::servers::{Servers, authority};
use qualys_sec_inspector::catalogue::Family;
use reqwest::Url;
use std::sync::Arc;

/// A server with its name in the bundle.
pub(crate) struct Line {
    pub wire: Arc<dyn Transport>,
    /// Host, and port where it is not the scheme's own.
    pub host: String,
}

pub(crate) struct Lines {
    api: Line,
    gateway: Option<Line>,
    portal: Option<Line>,
}

impl Lines {
    /// # Errors
    /// Those of `connect`.
    pub(crate) fn new(
        servers: &Servers,
        connect: impl Fn(&Url) -> Result<Arc<dyn Transport>, Error>,
    ) -> Result<Self, Error> {
        let api = Line { wire: connect(&servers.api)?, host: authority(&servers.api) };
        let line = |url: &Url| {
            // Reading the trusted roots takes its time: one address has one client.
            let known = *url == servers.api;
            let wire = if known { Arc::clone(&api.wire) } else { connect(url)? };
            Ok::<Line, Error>(Line { wire, host: authority(url) })
        };
        let gateway = servers.gateway.as_ref().map(line).transpose()?;
        let portal = servers.portal.as_ref().map(line).transpose()?;
        Ok(Self { api, gateway, portal })
    }

    /// The server of a family; none where nobody said which it is.
    pub(crate) fn of(&self, family: Family) -> Option<&Line> {
        match family {
            Family::GatewayJson => self.gateway.as_ref(),
            Family::CloudViewJson => self.portal.as_ref(),
            _ => Some(&self.api),
        }
    }

    /// Why a family has no server, and what to do about it.
    pub(crate) fn missing(&self, family: Family) -> String {
        let (server, flag) = match family {
            Family::CloudViewJson => ("portal", "--portal-url"),
            _ => ("gateway", "--gateway-url"),
        };
        format!("no {server} is known for {}: give {flag} to ask it", self.api.host)
    }
}
