//! The connections of a run: one for each server that serves a family.

use crate::error::Error;
use crate::http::{Bounds, Wire};
use crate::servers::{Servers, authority};
use qualys_sec_inspector::catalogue::Family;
use reqwest::Url;

/// A server with its name in the bundle.
pub(crate) struct Line {
    pub wire: Wire,
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
    /// As [`Wire::new`].
    pub(crate) fn new(servers: &Servers, bounds: &Bounds<'_>) -> Result<Self, Error> {
        let api = Line { wire: Wire::new(&servers.api, bounds)?, host: authority(&servers.api) };
        let line = |url: &Url| {
            // Reading the trusted roots takes its time: one address has one client.
            let wire = if *url == servers.api { api.wire.clone() } else { Wire::new(url, bounds)? };
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
