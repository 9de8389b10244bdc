//! `collect run` and `collect resume`: everything before the first packet, then the collection.

use crate::cli::{self, Connection, Output};
use crate::clock::{self, Clock as _, SystemClock};
use crate::configuration::{Settings, start};
use crate::credentials::{Given, Login};
use crate::error::{Error, Exit, resume_line};
use crate::finish::{Ending, finish};
use crate::gate::Gate;
use crate::halt::{Halt, Stop};
use crate::http::{Bounds, Wire};
use crate::lines::Lines;
use crate::mint::Tokens;
use crate::position::Position;
use crate::progress::Progress;
use crate::replay::Replay;
use crate::retry::Patience;
use crate::selection::Selection;
use crate::servers::{Named, Servers, authority};
use crate::session::Session;
use crate::{previous, schedule, signing, terminal};
use clap::ArgMatches;
use clap::parser::ValueSource;
use qualys_sec_inspector::bundle;
use qualys_sec_inspector::bundle::manifest::Relation;
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::{Resume, Skip};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// # Errors
/// See [`Error`]; what is wrong before the first packet leaves nothing behind.
pub(crate) fn run(args: &cli::Run, matches: &ArgMatches) -> Result<Exit, Error> {
    let clock = SystemClock::start();
    let servers = Servers::find(args.platform.named())?;
    let selection = Selection::new(&args.scope)?;
    let relation = match &args.bundle.previous {
        Some(path) => previous::relation(path)?,
        None => Relation::First,
    };
    let key = signing::open(&args.seal)?;
    let login = login(&args.connection, matches)?;
    let out = match &args.bundle.out {
        Some(out) => out.clone(),
        None => default_out(&servers, &login.name, &clock)?,
    };
    must_be_free(&out)?;
    let lines = lines(&servers, &args.connection)?;
    let settings = Settings::new(args, &servers, key.as_ref(), &relation, clock.now());
    let start = start(args, &servers, &login.name, &settings, &clock)?;
    let mut partial = Partial::create(&out, start).map_err(|error| failed(&out, error))?;
    for (endpoint, reason) in selection.skipped {
        let skip = Skip {
            time: clock::text(clock.now()),
            mono_ms: clock.mono_ms(),
            endpoint: endpoint.id.to_owned(),
            reason,
            ..Skip::default()
        };
        partial.skip(skip).map_err(|error| failed(&out, error))?;
    }
    let replay = Replay::new(&partial).map_err(|error| failed(&out, error))?;
    let job =
        Job { out, servers, since: settings.since, relation, key, asked: selection.asked, replay };
    collect(job, partial, lines, login, &args.connection, &args.output, clock)
}

/// # Errors
/// See [`Error`]; the interrupted bundle stays as it is.
pub(crate) fn resume(args: &cli::Resume, matches: &ArgMatches) -> Result<Exit, Error> {
    let clock = SystemClock::start();
    let out = without_partial(&args.bundle);
    let key = signing::open(&args.seal)?;
    let login = login(&args.connection, matches)?;
    let note = Resume {
        time: clock::text(clock.now()),
        mono_ms: clock.mono_ms(),
        reason: "collect resume".to_owned(),
        ..Resume::default()
    };
    let unusable = |source| Error::Resume { path: out.clone(), source };
    let partial = Partial::resume(&out, note).map_err(unusable)?;
    let start = partial.run_start();
    let settings = Settings::restore(&start.configuration)
        .ok_or_else(|| unusable(bundle::Error::Refused("its configuration is not ours".into())))?;
    if start.login != login.name {
        return Err(Error::usage(
            &format!("the bundle was begun with the login {}", start.login),
            "go on with the same login, or begin a new bundle",
        ));
    }
    let given = |flag: &Option<String>, settings: &Option<String>| {
        flag.clone().filter(|url| !url.is_empty()).or_else(|| settings.clone())
    };
    let gateway_url = given(&args.server.gateway_url, &settings.gateway_url);
    let portal_url = given(&args.server.portal_url, &settings.portal_url);
    let servers = Servers::find(Named {
        platform: &start.platform,
        api_url: Some(&settings.api_url),
        gateway_url: gateway_url.as_deref(),
        portal_url: portal_url.as_deref(),
    })?;
    must_agree(&args.server, &servers)?;
    let replay = Replay::new(&partial).map_err(unusable)?;
    let asked = Selection::restore(&start.plan, &replay.skipped)
        .map_err(|why| unusable(bundle::Error::Refused(why)))?;
    // Where an interrupted seal had ended the run, only the seal is missing.
    let asked = if partial.ended().is_some() { Vec::new() } else { asked };
    let lines = lines(&servers, &args.connection)?;
    let job = Job {
        out: out.clone(),
        servers,
        since: settings.since,
        relation: settings.relation,
        key,
        asked,
        replay,
    };
    collect(job, partial, lines, login, &args.connection, &args.output, clock)
}

/// One bundle holds one subscription: it is never continued elsewhere.
fn must_agree(given: &cli::SameServer, servers: &Servers) -> Result<(), Error> {
    let platform = given.platform.as_deref().filter(|platform| !platform.is_empty());
    let api_url = given.api_url.as_deref().filter(|url| !url.is_empty());
    if platform.is_none() && api_url.is_none() {
        return Ok(());
    }
    let platform = platform.unwrap_or(&servers.name);
    let given = Servers::find(Named { platform, api_url, ..Named::default() })?;
    if given.api == servers.api {
        return Ok(());
    }
    Err(Error::usage(
        &format!("the bundle was begun at {}, not at {}", servers.api, given.api),
        "go on without --platform and --api-url, or begin a new bundle",
    ))
}

/// What a run and a resumed run have in common.
struct Job {
    out: PathBuf,
    servers: Servers,
    since: String,
    relation: Relation,
    key: Option<bundle::signature::SigningKey>,
    asked: Vec<&'static qualys_sec_inspector::catalogue::Endpoint>,
    replay: Replay,
}

fn collect(
    job: Job,
    partial: Partial,
    lines: Lines,
    login: Login,
    connection: &Connection,
    output: &Output,
    clock: SystemClock,
) -> Result<Exit, Error> {
    let host = authority(&job.servers.api);
    let session = Arc::new(Session {
        lines,
        basic: login.basic()?,
        oauth: connection.oauth,
        tokens: Tokens::default(),
        clock: Box::new(clock),
        gate: Gate::new(connection.parallel),
        progress: Progress::new(output.quiet, terminal::is_attended()),
        patience: Patience { retries: connection.retries, max_wait: connection.max_wait },
        halt: Halt::new(),
        since: job.since,
        secrets: Mutex::new(login.secrets().into()),
        login,
        partial: Arc::new(Mutex::new(partial)),
    });
    session.progress.line(&format!(
        "collecting {} endpoints from {} as {} into {}",
        job.asked.len(),
        host,
        session.login.name,
        job.out.display()
    ));
    let ended = go(&session, &job.asked, job.replay.positions);
    session.progress.close();
    let broken = |why: &str| Error::Broken(format!("{why}; {}", resume_line(&job.out)));
    let outcomes = ended.map_err(|why| broken(&why))?;
    // Every task has ended, so nothing else holds the session or the bundle.
    let session = Arc::into_inner(session).ok_or_else(|| broken("a task goes on"))?;
    let partial = Arc::into_inner(session.partial).ok_or_else(|| broken("a write goes on"))?;
    finish(Ending {
        partial: partial.into_inner().unwrap_or_else(PoisonError::into_inner),
        out: &job.out,
        stop: session.halt.take_reason(),
        outcomes,
        skipped: job.replay.skipped,
        servers: &job.servers,
        relation: job.relation,
        key: job.key.as_ref(),
        clock: session.clock.as_ref(),
        progress: &session.progress,
    })
}

/// Runs all endpoints on a runtime of its own, listening for signals meanwhile.
fn go(
    session: &Arc<Session>,
    asked: &[&'static qualys_sec_inspector::catalogue::Endpoint],
    positions: BTreeMap<String, Position>,
) -> Result<Vec<bundle::completeness::EndpointOutcome>, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let all = schedule::collect(session, asked, positions);
        tokio::pin!(all);
        tokio::select! {
            ended = &mut all => ended,
            () = interrupted() => {
                session.halt.call(Stop::Interrupted);
                all.await
            }
        }
    })
}

/// Returns at Ctrl-C or SIGTERM; never where the system gives no signals.
async fn interrupted() {
    let ctrl_c = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = ctrl_c => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

pub(crate) fn login(connection: &Connection, matches: &ArgMatches) -> Result<Login, Error> {
    let given = matches.subcommand().map(|(_, matches)| matches);
    let password_source = given.and_then(|matches| matches.value_source("password"));
    if password_source == Some(ValueSource::CommandLine) {
        terminal::warn(
            "a password on the command line is visible to other users of this machine; \
             prefer --password-file or QUALYS_PASSWORD",
        );
    }
    Login::find(&Given {
        username: connection.username.as_deref(),
        password: connection.password.as_ref(),
        password_source,
        password_file: connection.password_file.as_deref(),
    })
}

pub(crate) fn lines(servers: &Servers, connection: &Connection) -> Result<Lines, Error> {
    let bounds = Bounds {
        silence: connection.timeout,
        max_body: connection.max_body,
        ca_file: connection.ca_file.as_deref(),
    };
    Lines::new(servers, |url| Ok(Arc::new(Wire::new(url, &bounds)?)))
}

/// `./evidence/<platform>-<login>-<UTC start>.qsi`; the folder is made.
fn default_out(servers: &Servers, login: &str, clock: &SystemClock) -> Result<PathBuf, Error> {
    let folder = Path::new("evidence");
    std::fs::create_dir_all(folder).map_err(|source| Error::write(folder, source))?;
    let start = clock.now().strftime("%Y%m%dT%H%M%SZ");
    let name = format!("{}-{login}-{start}.qsi", servers.name);
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._-@".contains(c) { c } else { '_' };
    Ok(folder.join(name.chars().map(plain).collect::<String>()))
}

fn must_be_free(out: &Path) -> Result<(), Error> {
    if out.as_os_str() == "-" {
        return Err(Error::usage(
            "a bundle is written to a file, not to stdout",
            "give --out FILE.qsi",
        ));
    }
    if out.symlink_metadata().is_ok() {
        return Err(Error::usage(
            &format!("{} exists and is never overwritten", out.display()),
            "give another name with --out",
        ));
    }
    let mut partial = out.as_os_str().to_owned();
    partial.push(".partial");
    if Path::new(&partial).symlink_metadata().is_ok() {
        return Err(Error::usage(
            &format!("{} was begun and not finished", out.display()),
            &format!("go on with: {}", resume_line(out)),
        ));
    }
    Ok(())
}

/// The bundle's name where the name of its partial folder was given.
fn without_partial(given: &Path) -> PathBuf {
    match given.extension() {
        Some(ending) if ending == "partial" => given.with_extension(""),
        _ => given.to_owned(),
    }
}

fn failed(out: &Path, source: bundle::Error) -> Error {
    Error::Bundle { path: out.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_or_interrupted_bundle_is_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("b.qsi");
        assert!(must_be_free(&out).is_ok());
        std::fs::create_dir(folder.path().join("b.qsi.partial")).expect("made");
        let begun = must_be_free(&out).expect_err("refused");
        assert!(begun.help().is_some_and(|help| help.contains("collect resume")));
        std::fs::write(&out, "").expect("written");
        assert!(must_be_free(&out).is_err());
        assert!(must_be_free(Path::new("-")).is_err());
    }
}
