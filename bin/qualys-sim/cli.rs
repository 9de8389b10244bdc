//! The command line of `qualys-sim`.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use crate::demo;
use crate::faults::Fault;
use crate::log::Log;
use crate::profile;
use crate::serve::{self, Server};
use crate::subscription::Subscription;
use crate::tenant::key::View;
use crate::tenant::later::later;
use crate::tenant::{Kind, Spec, Tenant};
use crate::tls::{self, TlsListener};

/// A simulated Qualys subscription on a loopback address.
#[derive(Debug, clap::Parser)]
#[command(name = "qualys-sim", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Answer as a subscription until interrupted; the first line on stdout is the URL.
    ///
    /// Any login is accepted, but not the password `wrong`.
    Serve(Serve),
    /// Collect from a tenant and assess it, a month ago and today; bundles, reports and what
    /// changed are left in a folder.
    Demo(demo::Demo),
    /// Print the answer key of a tenant as JSON Lines.
    Key {
        #[command(flatten)]
        tenant: TenantArgs,
        /// What an assessment says with the profile that `profile` writes, not without one.
        #[arg(long)]
        with_profile: bool,
    },
    /// Print what a comparison of a tenant with the same one a month later says, as JSON Lines.
    Changes {
        #[command(flatten)]
        tenant: TenantArgs,
    },
    /// Write the profile of a tenant and its input files into a folder.
    Profile {
        #[command(flatten)]
        tenant: TenantArgs,
        /// A folder that does not exist yet, or is empty of these files.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

/// Which tenant, how large, at what time.
#[derive(Debug, clap::Args)]
struct TenantArgs {
    /// tidy, neglected, huge, old-versions, only-2.0, no-networks or reader
    #[arg(long = "tenant", value_name = "NAME", default_value = "neglected")]
    kind: Kind,
    /// Equal seeds make equal tenants.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Hosts besides the planted ones.
    #[arg(long, value_name = "N")]
    hosts: Option<u64>,
    /// Detections of each of these hosts.
    #[arg(long, value_name = "N")]
    detections_per_host: Option<u64>,
    /// The tenant's clock, RFC 3339; all its dates derive from it. Default: now.
    #[arg(long, value_name = "TIME")]
    as_of: Option<jiff::Timestamp>,
}

impl TenantArgs {
    fn spec(&self) -> Spec {
        Spec {
            kind: self.kind,
            seed: self.seed,
            hosts: self.hosts,
            detections_per_host: self.detections_per_host,
            clock: self.as_of.unwrap_or_else(jiff::Timestamp::now).as_second(),
        }
    }
}

#[derive(Debug, clap::Args)]
struct Serve {
    /// Loopback address and port; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    #[command(flatten)]
    tenant: TenantArgs,
    /// The tenant a month after its clock, with what changed until then.
    #[arg(long)]
    later: bool,
    /// What goes wrong: a comma list of `name[:endpoint][@n]`.
    ///
    /// Names: concurrency rate rate-429 html-503 cut slow unauthorized expired denied
    /// unsubscribed retired endless-cursor repeated-cursor empty-cursor foreign-host redirect.
    /// `@n` strikes the n-th call of the endpoint (of all, where none is named) and no other.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    faults: Vec<Fault>,
    /// Speak HTTPS; the root certificate is left in this folder as `ca.pem`.
    #[arg(long, value_name = "DIR")]
    tls: Option<PathBuf>,
    /// Append one JSON line for each request.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

/// Why the program stops.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("{path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("{0}")]
    Key(#[from] serde_json::Error),
    #[error("{0}")]
    Tls(#[from] tls::Error),
    #[error("{0}")]
    Demo(#[from] demo::Error),
    #[error("{0}")]
    Profile(#[from] profile::Error),
}

impl Error {
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Demo(demo::Error::Exists(_)) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}

impl Cli {
    pub(crate) fn run(self) -> Result<(), Error> {
        match self.command {
            Command::Serve(serve) => runtime()?.block_on(serve.run()),
            Command::Demo(demo) => Ok(runtime()?.block_on(demo.run())?),
            Command::Profile { tenant, folder } => {
                Ok(profile::write(&Tenant::new(&tenant.spec()), &folder)?)
            }
            Command::Key { tenant, with_profile } => {
                let view = if with_profile { View::Own } else { View::Plain };
                print(Tenant::new(&tenant.spec()).key(view))
            }
            Command::Changes { tenant } => print(&later(&tenant.spec()).1),
        }
    }
}

/// Prints JSON Lines.
fn print<T: serde::Serialize>(records: &[T]) -> Result<(), Error> {
    let mut lines = Vec::new();
    for record in records {
        serde_json::to_writer(&mut lines, record)?;
        lines.push(b'\n');
    }
    match std::io::stdout().lock().write_all(&lines) {
        // The reader has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

impl Serve {
    async fn run(self) -> Result<(), Error> {
        let log = match self.log {
            None => None,
            Some(path) => Some(Log::create(&path).map_err(|source| Error::File { path, source })?),
        };
        let spec = self.tenant.spec();
        let tenant = Arc::new(if self.later { later(&spec).0 } else { Tenant::new(&spec) });
        let subscription = Subscription::new(tenant, self.faults.into_iter().collect());
        let listener = serve::listen(self.listen).await?;
        let address = listener.local_addr()?;
        let server = Server { subscription, log };
        match &self.tls {
            None => {
                announce(&format!("http://{address}"))?;
                serve::run(listener, server, interrupted()).await?;
            }
            Some(folder) => {
                let listener = TlsListener::new(listener, tls::acceptor(folder)?)?;
                announce(&format!("https://{address}"))?;
                serve::run(listener, server, interrupted()).await?;
            }
        }
        Ok(())
    }
}

/// The first line of stdout is the URL alone, so that scripts can wait for it.
fn announce(url: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{url}")?;
    out.flush()
}

/// Completes at SIGINT, and at SIGTERM where there is one.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    drop(tokio::signal::ctrl_c().await);
}
