//! `demo`: the main job from end to end, on a tenant of its own.

use std::ffi::OsStr;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::Arc;

use tokio::process::Command;
use tokio::sync::oneshot;

use crate::faults::Faults;
use crate::profile;
use crate::serve::{self, Server};
use crate::subscription::Subscription;
use crate::tenant::later::{MONTH, later};
use crate::tenant::{Kind, Spec, Tenant};

/// The login of the demonstration; the simulator accepts any.
const LOGIN: &str = "acme_ev1";
const PASSWORD: &str = "demonstration";
/// The folder of the assessor's profile and its inputs.
const PROFILE: &str = "profile";

#[derive(Debug, clap::Args)]
pub(crate) struct Demo {
    /// A folder that does not exist yet.
    #[arg(long, value_name = "DIR", default_value = "./demo")]
    out: PathBuf,
}

/// Which step failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{} exists and is not overwritten\nhelp: remove it, or name another folder with --out", .0.display())]
    Exists(PathBuf),
    #[error("{}: {source}", path.display())]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("the simulated subscription: {0}")]
    Subscription(std::io::Error),
    #[error("{step}: {} cannot be started: {source}\nhelp: build all programs with `cargo build`", program.display())]
    Start { step: &'static str, program: PathBuf, source: std::io::Error },
    #[error("{step} ended with {status}")]
    Step { step: &'static str, status: ExitStatus },
    #[error("{0}")]
    Profile(#[from] profile::Error),
    #[error("{}: {reason}", path.display())]
    Report { path: PathBuf, reason: String },
}

impl Demo {
    /// Writes a profile, generates a key, collects and assesses the subscription of a month ago and
    /// that of today, compares them, and says where everything lies.
    pub(crate) async fn run(self) -> Result<(), Error> {
        if self.out.exists() {
            return Err(Error::Exists(self.out));
        }
        let folder = |source| Error::Folder { path: self.out.clone(), source };
        std::fs::create_dir_all(&self.out).map_err(folder)?;
        let clock = jiff::Timestamp::now().as_second() - MONTH;
        let spec =
            Spec { kind: Kind::Neglected, seed: 1, hosts: None, detections_per_host: None, clock };
        let then = Tenant::new(&spec);
        profile::write(&then, &self.out.join(PROFILE))?;
        let places = Places::new(self.out);
        say("1. A key to sign with.");
        step("collect keygen", "collect", |command| {
            command.arg("keygen").arg("--out").arg(&places.key);
            command.args(["--principal", "operator@acme.example", "--no-passphrase"]);
        })
        .await?;
        say("2. The subscription as it was a month ago: evidence, sealed and signed; judged.");
        let month_ago = crate::wire::xml::date(clock);
        collect(then, &places, &places.before, None).await?;
        step("analyze run", "analyze", |command| {
            command.args(["--quiet", "run"]).arg(&places.before).args(["--as-of", &month_ago]);
            places.assess(command, "json", &places.earlier);
        })
        .await?;
        say("3. The same subscription today: evidence that names the bundle before it.");
        let (now, _) = later(&spec);
        let today = crate::wire::xml::date(now.clock);
        collect(now, &places, &places.bundle, Some(&places.before)).await?;
        say("4. Verification, assessment and what changed, without network.");
        compared(&places, &month_ago, &today).await?;
        for folder in [&places.earlier, &places.results] {
            trusted(&folder.join("report.json"))?;
        }
        places.tell();
        // Both were collected just now: without this clock the older one is judged as of today.
        say(&format!("To judge the older one again, give its clock: --previous-as-of {month_ago}"));
        Ok(())
    }
}

/// What lies where below the folder of the demonstration.
struct Places {
    out: PathBuf,
    key: PathBuf,
    signers: PathBuf,
    profile: PathBuf,
    bundle: PathBuf,
    /// The bundle of a month ago.
    before: PathBuf,
    results: PathBuf,
    /// The report of a month ago.
    earlier: PathBuf,
}

impl Places {
    fn new(out: PathBuf) -> Self {
        Self {
            key: out.join("operator.key"),
            signers: out.join("operator.key.allowed_signers"),
            profile: out.join(PROFILE).join("profile.toml"),
            bundle: out.join("demo.qsi"),
            before: out.join("before.qsi"),
            results: out.join("results"),
            earlier: out.join("before"),
            out,
        }
    }

    /// How each snapshot is judged, and where what comes of it goes.
    fn assess(&self, command: &mut Command, formats: &str, folder: &Path) {
        command.args(["--output", formats]).arg("--output-dir").arg(folder);
        command.arg("--profile").arg(&self.profile);
        command.arg("--allowed-signers").arg(&self.signers);
    }

    fn tell(&self) {
        say("Done; both bundles are signed, whole, and trusted.");
        for (what, path) in [
            ("bundle", &self.bundle),
            ("a month ago", &self.before),
            ("public key", &self.out.join("operator.key.pub")),
            ("allowed signers", &self.signers),
            ("profile", &self.out.join(PROFILE)),
            ("reports", &self.results),
            ("what changed", &self.results.join("diff.md")),
            ("both in a row", &self.results.join("trend.md")),
        ] {
            say(&format!("  {what:<16}{}", path.display()));
        }
    }
}

/// Starts a tenant, collects from it, and stops it.
async fn collect(
    tenant: Tenant,
    places: &Places,
    bundle: &Path,
    previous: Option<&Path>,
) -> Result<(), Error> {
    let subscription = Subscription::new(Arc::new(tenant), Faults::default());
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    let listener = serve::listen(loopback).await.map_err(Error::Subscription)?;
    let url = format!("http://{}", listener.local_addr().map_err(Error::Subscription)?);
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve::run(listener, Server { subscription, log: None }, async {
        let _ = stopped.await;
    }));
    say(&format!("   The simulated subscription answers at {url}."));
    let result = step("collect run", "collect", |command| {
        command.args(["run", "--api-url", &url]);
        command.env("QUALYS_USERNAME", LOGIN).env("QUALYS_PASSWORD", PASSWORD);
        command.arg("--signing-key").arg(&places.key).arg("--out").arg(bundle);
        command.args(previous.iter().flat_map(|path| [OsStr::new("--previous"), path.as_os_str()]));
    })
    .await;
    // The receiver is gone only if the server has ended already.
    let _ = stop.send(());
    match server.await {
        Ok(ended) => ended.map_err(Error::Subscription)?,
        Err(failed) => return Err(Error::Subscription(std::io::Error::other(failed))),
    }
    result
}

/// Today's snapshot against the one before, and both in a row.
async fn compared(places: &Places, month_ago: &str, today: &str) -> Result<(), Error> {
    let clocks = ["--previous-as-of", month_ago, "--as-of", today];
    step("analyze run", "analyze", |command| {
        command.arg("run").arg(&places.bundle).arg("--previous").arg(&places.before).args(clocks);
        places.assess(command, "json,csv,html", &places.results);
    })
    .await?;
    step("analyze diff", "analyze", |command| {
        command.args(["--quiet", "diff"]).arg(&places.before).arg(&places.bundle).args(clocks);
        places.assess(command, "markdown,json", &places.results);
    })
    .await?;
    step("analyze trend", "analyze", |command| {
        command.args(["--quiet", "trend"]);
        command.args([&places.earlier, &places.results].map(|folder| folder.join("report.json")));
        places.assess(command, "markdown,svg", &places.results);
    })
    .await
}

/// Runs a program that lies beside this one, with its output on this terminal.
async fn step(
    step: &'static str,
    program: &str,
    arguments: impl FnOnce(&mut Command),
) -> Result<(), Error> {
    let beside = |own: PathBuf| {
        own.with_file_name(program).with_extension(OsStr::new(std::env::consts::EXE_EXTENSION))
    };
    let program = std::env::current_exe().map_or_else(|_| program.into(), beside);
    let mut command = Command::new(&program);
    arguments(&mut command);
    let status = command.kill_on_drop(true).status().await;
    match status.map_err(|source| Error::Start { step, program, source })? {
        status if status.success() => Ok(()),
        status => Err(Error::Step { step, status }),
    }
}

/// The report must call the bundle trusted.
fn trusted(report: &Path) -> Result<(), Error> {
    let wrong = |reason: String| Error::Report { path: report.to_owned(), reason };
    let text = std::fs::read(report).map_err(|error| wrong(error.to_string()))?;
    let value: serde_json::Value =
        serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
    match value.pointer("/bundle/verdict").and_then(serde_json::Value::as_str) {
        Some("trusted") => Ok(()),
        verdict => Err(wrong(format!("the verdict is {verdict:?}, not trusted"))),
    }
}

fn say(line: &str) {
    // A closed terminal is no reason to stop.
    drop(writeln!(std::io::stdout(), "{line}"));
}
