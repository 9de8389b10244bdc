//! The settings of a run as its bundle records them, and as a resumed run reads them back.

use crate::cli;
use crate::clock::{self, Clock};
use crate::error::Error;
use crate::machine::{Machine, tool};
use crate::servers::Servers;
use jiff::{SignedDuration, Timestamp};
use qualys_sec_inspector::bundle::manifest::Relation;
use qualys_sec_inspector::bundle::record::{Pairs, RunStart};
use qualys_sec_inspector::bundle::signature::SigningKey;
use qualys_sec_inspector::catalogue::ENDPOINTS;

/// Name and version of the rules by which secrets are removed.
const REDACTION_PROFILE: &str = "standard/1";

const API_URL: &str = "api_url";
const GATEWAY_URL: &str = "gateway_url";
const PORTAL_URL: &str = "portal_url";
const SINCE: &str = "since";
const PREVIOUS_ID: &str = "previous_bundle_id";
const PREVIOUS_MANIFEST: &str = "previous_manifest";

/// What a resumed run takes over from the first start.
pub(crate) struct Settings {
    pub api_url: String,
    pub gateway_url: Option<String>,
    pub portal_url: Option<String>,
    /// Start of the activity window, RFC 3339 UTC in whole seconds.
    pub since: String,
    pub relation: Relation,
    signed_by: String,
}

impl Settings {
    pub(crate) fn new(
        args: &cli::Run,
        servers: &Servers,
        key: Option<&SigningKey>,
        relation: &Relation,
        now: Timestamp,
    ) -> Self {
        let days = SignedDuration::from_hours(24 * i64::from(args.scope.activity_days));
        let since = now.checked_sub(days).unwrap_or(Timestamp::UNIX_EPOCH);
        Self {
            api_url: servers.api.to_string(),
            gateway_url: servers.gateway.as_ref().map(ToString::to_string),
            portal_url: servers.portal.as_ref().map(ToString::to_string),
            since: since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            relation: relation.clone(),
            signed_by: key.map_or_else(|| "unsigned".to_owned(), SigningKey::fingerprint),
        }
    }

    /// None where the pairs were written by another program.
    pub(crate) fn restore(configuration: &Pairs) -> Option<Self> {
        let get = |name: &str| {
            configuration.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
        };
        let relation = match (get(PREVIOUS_MANIFEST), get(PREVIOUS_ID)) {
            (Some(manifest), Some(bundle_id)) => Relation::Next { manifest, bundle_id },
            _ => Relation::First,
        };
        Some(Self {
            api_url: get(API_URL)?,
            gateway_url: get(GATEWAY_URL),
            portal_url: get(PORTAL_URL),
            since: get(SINCE)?,
            relation,
            signed_by: String::new(),
        })
    }

    fn pairs(&self, args: &cli::Run) -> Pairs {
        let connection = &args.connection;
        let scope = &args.scope;
        let mut pairs = vec![
            (API_URL, self.api_url.clone()),
            (SINCE, self.since.clone()),
            ("activity_days", scope.activity_days.to_string()),
            ("controls", scope.controls.clone().unwrap_or_else(|| "all".to_owned())),
            ("skip_was", scope.skip_was.to_string()),
            ("skip_cloudview", scope.skip_cloudview.to_string()),
            ("skip_pc", scope.skip_pc.to_string()),
            ("oauth", connection.oauth.to_string()),
            ("parallel", connection.parallel.to_string()),
            ("timeout_seconds", connection.timeout.as_secs().to_string()),
            ("retries", connection.retries.to_string()),
            ("max_wait_seconds", connection.max_wait.as_secs().to_string()),
            ("max_body_bytes", connection.max_body.to_string()),
            ("more_roots", connection.ca_file.is_some().to_string()),
            ("signing_key", self.signed_by.clone()),
        ];
        pairs.extend(self.gateway_url.clone().map(|url| (GATEWAY_URL, url)));
        pairs.extend(self.portal_url.clone().map(|url| (PORTAL_URL, url)));
        if let Relation::Next { manifest, bundle_id } = &self.relation {
            pairs.push((PREVIOUS_MANIFEST, manifest.clone()));
            pairs.push((PREVIOUS_ID, bundle_id.clone()));
        }
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// The first record of the bundle: who, where, what for, with what, and the plan.
///
/// # Errors
/// The running program cannot be read.
pub(crate) fn start(
    args: &cli::Run,
    servers: &Servers,
    login: &str,
    settings: &Settings,
    clock: &dyn Clock,
) -> Result<RunStart, Error> {
    let machine = Machine::here();
    Ok(RunStart {
        time: clock::text(clock.now()),
        mono_ms: clock.mono_ms(),
        operator: args.bundle.operator.clone(),
        organisation: args.bundle.organisation.clone(),
        case: args.bundle.case.clone(),
        purpose: args.bundle.purpose.clone(),
        challenge: args.bundle.challenge.clone(),
        host: machine.host,
        os: machine.os,
        user: machine.user,
        time_zone: machine.time_zone,
        tool: tool()?,
        configuration: settings.pairs(args),
        platform: servers.name.clone(),
        login: login.to_owned(),
        redaction_profile: REDACTION_PROFILE.to_owned(),
        plan: ENDPOINTS.iter().map(|endpoint| endpoint.id.to_owned()).collect(),
        ..RunStart::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::Named;
    use clap::Parser as _;

    #[test]
    fn a_resumed_run_finds_server_window_and_chain_again() {
        let args = ["collect", "run", "--password", "correct-horse", "--activity-days", "10"];
        let Ok(cli::Cli { command: cli::Command::Run(args) }) = cli::Cli::try_parse_from(args)
        else {
            panic!("a run")
        };
        let servers = Servers::find(Named { platform: "eu1", ..Named::default() }).expect("known");
        let relation = Relation::Next { manifest: "06".repeat(32), bundle_id: "07".repeat(16) };
        let now: Timestamp = "2026-03-28T02:10:00.5Z".parse().expect("a time");
        let pairs = Settings::new(&args, &servers, None, &relation, now).pairs(&args);
        let restored = Settings::restore(&pairs).expect("ours");
        assert_eq!(restored.api_url, "https://qualysapi.qualys.eu/");
        let gateway = restored.gateway_url.as_deref();
        assert_eq!(gateway, Some("https://gateway.qg1.apps.qualys.eu/"));
        assert_eq!(restored.portal_url.as_deref(), Some("https://qualysguard.qualys.eu/"));
        assert_eq!(restored.since, "2026-03-18T02:10:00Z");
        assert_eq!(restored.relation, relation);
        assert!(pairs.iter().all(|(_, value)| !value.contains("correct-horse")));
        assert!(Settings::restore(&Vec::new()).is_none());
    }
}
