//! The command line of `collect`: commands, flags, their environment names.

use crate::credentials::Password;
use crate::servers::Named;
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use qualys_sec_inspector::bundle::body::MAX_RAW;
use std::path::PathBuf;
use std::time::Duration;

/// Reads a Qualys subscription, without changing it, into one signed evidence bundle.
#[derive(Parser)]
#[command(name = "collect", version, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Collect everything the selected controls need, then seal it
    Run(Box<Run>),
    /// Go on with an interrupted bundle, then seal it
    Resume(Box<Resume>),
    /// Show the calls that a run would make; sends nothing
    Plan(Plan),
    /// Make an Ed25519 signing key in OpenSSH format
    Keygen(Keygen),
    /// List every call of the catalogue
    Endpoints {
        /// One JSON array instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Print the version
    Version,
    /// Print a completion script
    Completions { shell: Shell },
    /// Write the manual pages into a folder
    Man { dir: PathBuf },
}

#[derive(Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub platform: PlatformArgs,
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub scope: Scope,
    #[command(flatten)]
    pub seal: Seal,
    #[command(flatten)]
    pub bundle: BundleArgs,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub(crate) struct Resume {
    /// The bundle that was being written (NAME.qsi; its NAME.qsi.partial folder must exist)
    pub bundle: PathBuf,
    #[command(flatten)]
    pub server: SameServer,
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub seal: Seal,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub platform: PlatformArgs,
    #[command(flatten)]
    pub scope: Scope,
    /// Hosts of the subscription, to estimate pages
    #[arg(long, value_name = "N")]
    pub assume_hosts: Option<u64>,
    /// Detections of the subscription, to estimate pages
    #[arg(long, value_name = "N")]
    pub assume_detections: Option<u64>,
    /// Calls an hour that the subscription allows for one API, to estimate hours
    #[arg(long, value_name = "CALLS/H", value_parser = clap::value_parser!(u64).range(1..))]
    pub assume_limit: Option<u64>,
}

#[derive(Args)]
pub(crate) struct Keygen {
    /// Where the private key goes; two public files are written beside it
    #[arg(long, value_name = "KEY")]
    pub out: PathBuf,
    /// Who signs with it, such as audit@example.com
    #[arg(long, value_name = "NAME")]
    pub principal: String,
    /// Leave the private key unencrypted
    #[arg(long)]
    pub no_passphrase: bool,
}

#[derive(Args)]
#[command(next_help_heading = "Platform")]
pub(crate) struct PlatformArgs {
    /// us1 us2 us3 us4 gov1 eu1 eu2 eu3 in1 ca1 ae1 uk1 au1 ksa1, or an API server's host name
    #[arg(
        long,
        env = "QUALYS_PLATFORM",
        value_name = "ID|HOST",
        default_value = "qualysapi.qualys.com"
    )]
    pub platform: String,
    /// API server of a private cloud; http:// for loopback addresses alone
    #[arg(long, env = "QUALYS_API_URL", value_name = "URL")]
    pub api_url: Option<String>,
    /// Gateway of a private cloud, for tokens and Global AssetView
    #[arg(long, env = "QUALYS_GATEWAY_URL", value_name = "URL")]
    pub gateway_url: Option<String>,
    /// Portal (guard) server of a private cloud, for CloudView
    #[arg(long, env = "QUALYS_PORTAL_URL", value_name = "URL")]
    pub portal_url: Option<String>,
}

impl PlatformArgs {
    pub(crate) fn named(&self) -> Named<'_> {
        Named {
            platform: &self.platform,
            api_url: self.api_url.as_deref(),
            gateway_url: self.gateway_url.as_deref(),
            portal_url: self.portal_url.as_deref(),
        }
    }
}

/// Where a resumed run goes stands in its bundle; what is given here must agree.
#[derive(Args)]
#[command(next_help_heading = "Platform")]
pub(crate) struct SameServer {
    /// Checked against the platform that the bundle was begun with
    #[arg(long, env = "QUALYS_PLATFORM", value_name = "ID|HOST")]
    pub platform: Option<String>,
    /// Checked against the API server that the bundle was begun with
    #[arg(long, env = "QUALYS_API_URL", value_name = "URL")]
    pub api_url: Option<String>,
    /// Instead of the gateway that the bundle was begun with
    #[arg(long, env = "QUALYS_GATEWAY_URL", value_name = "URL")]
    pub gateway_url: Option<String>,
    /// Instead of the portal server that the bundle was begun with
    #[arg(long, env = "QUALYS_PORTAL_URL", value_name = "URL")]
    pub portal_url: Option<String>,
}

#[derive(Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Connection {
    #[arg(long, env = "QUALYS_USERNAME", value_name = "LOGIN")]
    pub username: Option<String>,
    /// Visible to other users of this machine: prefer the environment or a file
    #[arg(long, env = "QUALYS_PASSWORD", hide_env_values = true, value_name = "PASSWORD")]
    pub password: Option<Password>,
    /// File whose first line is the password
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Bearer token from the gateway; Basic stays in use where nothing else is accepted
    #[arg(long, env = "QUALYS_USE_OAUTH", value_parser = clap::builder::FalseyValueParser::new())]
    pub oauth: bool,
    /// Calls in flight; never above the subscription's own concurrency limit
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = at_least_one)]
    pub parallel: usize,
    /// Longest silence: connecting, or between two reads
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub timeout: Duration,
    /// Retries of one call after a passing failure
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub retries: u32,
    /// Longest wait for a limit; beyond it the run stops, resumable
    #[arg(long, value_name = "DURATION", default_value = "2h", value_parser = duration)]
    pub max_wait: Duration,
    /// Decoded size of one answer, at most
    #[arg(long, value_name = "SIZE", default_value = "2GiB", value_parser = size)]
    pub max_body: u64,
    /// More trusted root certificates, PEM
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
}

#[derive(Args)]
#[command(next_help_heading = "Scope")]
pub(crate) struct Scope {
    /// Collect only what these controls need: numbers, ranges, ids
    #[arg(long, value_name = "LIST")]
    pub controls: Option<String>,
    /// Leave out Web Application Scanning; recorded as skipped
    #[arg(long)]
    pub skip_was: bool,
    /// Leave out CloudView; recorded as skipped
    #[arg(long)]
    pub skip_cloudview: bool,
    /// Leave out Policy Compliance; recorded as skipped
    #[arg(long)]
    pub skip_pc: bool,
    /// How far back the activity log, scan lists and run history are asked
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u16).range(1..))]
    pub activity_days: u16,
}

#[derive(Args)]
#[command(next_help_heading = "Seal")]
pub(crate) struct Seal {
    /// OpenSSH private key (Ed25519 or ECDSA P-256) that signs the bundle
    #[arg(long, env = "QSI_SIGNING_KEY", value_name = "FILE")]
    pub signing_key: Option<PathBuf>,
    /// File whose first line is the key's passphrase
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Seal without a signature, on purpose; every later output says so
    #[arg(long, conflicts_with = "passphrase_file")]
    pub unsigned: bool,
}

#[derive(Args)]
#[command(next_help_heading = "Bundle")]
pub(crate) struct BundleArgs {
    /// The bundle to write [default: ./evidence/PLATFORM-LOGIN-START.qsi]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// The assessor's nonce, committed in the manifest
    #[arg(long, value_name = "TEXT")]
    pub challenge: Option<String>,
    /// The bundle before this one, named in the manifest
    #[arg(long, value_name = "BUNDLE")]
    pub previous: Option<PathBuf>,
    /// Who runs the collection
    #[arg(long, value_name = "NAME")]
    pub operator: Option<String>,
    /// For which organisation
    #[arg(long, value_name = "NAME")]
    pub organisation: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub purpose: Option<String>,
    /// Case or engagement number
    #[arg(long, value_name = "ID")]
    pub case: Option<String>,
}

#[derive(Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// No progress
    #[arg(long)]
    pub quiet: bool,
    /// No colour (also: a non-empty `NO_COLOR`)
    #[arg(long, env = "NO_COLOR", value_parser = clap::builder::FalseyValueParser::new())]
    pub no_color: bool,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("must be a number of at least 1".into()),
        Ok(n) => Ok(n),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    text.parse::<jiff::SignedDuration>()
        .ok()
        .and_then(|d| Duration::try_from(d).ok())
        .filter(|d| !d.is_zero())
        .ok_or_else(|| "give a length of time such as 90s, 10m or 2h".into())
}

/// Bytes, or a number with `KB MB GB` (powers of 1,000) or `KiB MiB GiB` (powers of 1,024).
fn size(text: &str) -> Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => Some(1),
        "kb" => Some(1_000),
        "mb" => Some(1_000_000),
        "gb" => Some(1_000_000_000),
        "kib" => Some(1 << 10),
        "mib" => Some(1 << 20),
        "gib" => Some(1 << 30),
        _ => None,
    };
    number
        .parse::<u64>()
        .ok()
        .zip(factor)
        .and_then(|(n, f)| n.checked_mul(f))
        .filter(|bytes| (1..=MAX_RAW).contains(bytes))
        .ok_or_else(|| "give a size such as 500MB or 2GiB, at most 4GiB".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn sizes_have_decimal_and_binary_units() {
        assert_eq!(size("2GiB"), Ok(2 << 30));
        assert_eq!(size("500MB"), Ok(500_000_000));
        assert_eq!(size("12"), Ok(12));
        assert_eq!(size("4GiB"), Ok(MAX_RAW));
        for bad in ["", "GiB", "0", "2 parsecs", "-1", "5GiB", "99999999999999GiB"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn durations_are_positive_lengths_of_time() {
        assert_eq!(duration("60s"), Ok(Duration::from_mins(1)));
        assert_eq!(duration("2h"), Ok(Duration::from_hours(2)));
        assert_eq!(duration("1h 30m"), Ok(Duration::from_mins(90)));
        for bad in ["", "0s", "-5s", "soon", "60"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn nothing_is_started_without_a_command() {
        let error = Cli::try_parse_from(["collect"]).err().expect("refused");
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("Usage:"));
    }
}
