//! A simulated subscription, a folder to collect into, and the collector's command line.

use qualys_sec_inspector::bundle::Error;
use qualys_sec_inspector::bundle::record::{Outcome, Record};
use qualys_sec_inspector::bundle::verify::{self, Policy};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

pub(crate) const LOGIN: &str = "exmpl_ab";
pub(crate) const PASSWORD: &str = "Tr0ub4dor/&3<horse>";
/// The tenant's clock, so that two collections see the same bytes.
pub(crate) const AS_OF: &str = "2026-03-28T02:10:00Z";

/// Ends the simulator when the test ends.
pub(crate) struct Simulator {
    child: Child,
    pub url: String,
    pub log: PathBuf,
    folder: tempfile::TempDir,
}

impl Simulator {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("calls.jsonl");
        let mut child = Command::new(env!("CARGO_BIN_EXE_qualys-sim"))
            .args(["serve", "--as-of", AS_OF, "--log"])
            .arg(&log)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { child, url: url.trim().to_owned(), log, folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Number of calls that the simulator answered.
    pub(crate) fn calls(&self) -> usize {
        std::fs::read_to_string(&self.log).map_or(0, |log| log.lines().count())
    }

    /// The collector with this server and login, impatient: one attempt, no long waits.
    pub(crate) fn collect(&self, command: &str) -> Command {
        let mut collect = collect();
        collect
            .env("QUALYS_API_URL", &self.url)
            .env("QUALYS_USERNAME", LOGIN)
            .env("QUALYS_PASSWORD", PASSWORD)
            // A proxy that nobody runs: loopback must never ask it.
            .env("HTTP_PROXY", "http://192.0.2.1:9")
            .env("ALL_PROXY", "http://192.0.2.1:9")
            .current_dir(self.folder.path())
            .args([command, "--retries", "0", "--max-wait", "1s"]);
        if command != "check" {
            collect.arg("--unsigned");
        }
        collect
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It may have ended already.
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

/// The collector without anything of the tester's own environment that it reads.
pub(crate) fn collect() -> Command {
    let mut collect = Command::new(env!("CARGO_BIN_EXE_collect"));
    for name in [
        "QUALYS_USERNAME",
        "QUALYS_PASSWORD",
        "QUALYS_PLATFORM",
        "QUALYS_API_URL",
        "QUALYS_GATEWAY_URL",
        "QUALYS_PORTAL_URL",
        "QUALYS_USE_OAUTH",
        "QSI_SIGNING_KEY",
        "NO_COLOR",
    ] {
        collect.env_remove(name);
    }
    collect.stdin(Stdio::null());
    collect
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn run(command: &mut Command) -> (Option<i32>, Output) {
    let output = command.output().unwrap();
    (output.status.code(), output)
}

/// State of each endpoint by a sealed bundle's manifest.
pub(crate) fn states(bundle: &Path) -> BTreeMap<String, String> {
    let evidence = open(bundle);
    let endpoints = &evidence.manifest.predicate.completeness.endpoints;
    endpoints.iter().map(|o| (o.endpoint.clone(), o.state.word().to_owned())).collect()
}

/// Every usable page (the minting of a token is none) as (endpoint, page, body hash), sorted.
pub(crate) fn pages(bundle: &Path) -> Vec<(String, u64, [u8; 32])> {
    let evidence = open(bundle);
    let reader = evidence.reader().unwrap();
    let mut pages = Vec::new();
    evidence
        .records(|_, record| {
            if let Record::Exchange(exchange) = record
                && exchange.outcome == Outcome::Ok
                && let Some(body) = exchange.body
            {
                let hash = reader.sha256(body.id)?;
                pages.push((exchange.endpoint, exchange.page, hash));
            }
            Ok::<(), Error>(())
        })
        .unwrap();
    pages.sort();
    pages
}

/// Opens a bundle with every check, the deep one too.
pub(crate) fn open(bundle: &Path) -> qualys_sec_inspector::bundle::Evidence {
    let policy = Policy { allow_unsigned: true, deep: true, ..Policy::default() };
    let opened = verify::open(bundle, &policy, None).unwrap();
    let failed: Vec<_> = opened.checks.iter().filter(|check| check.code.is_some()).collect();
    assert!(failed.is_empty(), "{failed:?}");
    opened.evidence.expect("verified")
}
