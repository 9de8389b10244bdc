//! One endpoint walked against a scripted server with a clock that jumps: the stage of the tests.

use crate::clock::tests::JumpingClock;
use crate::clock::{Clock, Waiting};
use crate::credentials::Login;
use crate::fan_out::Batches;
use crate::gate::Gate;
use crate::halt::{Halt, Stop};
use crate::http::{Bounds, Wire};
use crate::lines::Lines;
use crate::mint::Tokens;
use crate::position::Position;
use crate::progress::Progress;
use crate::retry::Patience;
use crate::scripted::{Request, Scripted, answer};
use crate::servers::{Named, Servers};
use crate::session::Session;
use crate::walk::walk;
use jiff::Timestamp;
use qualys_sec_inspector::bundle::completeness::EndpointState;
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::RunStart;
use qualys_sec_inspector::catalogue::{ENDPOINTS, Endpoint};
use reqwest::Url;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) const SECRET: &str = "correct-horse";

/// How a walk ends.
#[derive(Debug, PartialEq)]
pub(crate) enum End {
    State(EndpointState),
    Refused,
    Limit,
}

pub(crate) struct Ended {
    pub end: End,
    pub pages: u64,
    pub calls: usize,
    pub waits: Vec<u64>,
    pub width: usize,
}

/// The clock that the session owns and the test looks at.
struct Shared(Arc<JumpingClock>);

impl Clock for Shared {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
    fn mono_ms(&self) -> u64 {
        self.0.mono_ms()
    }
    fn sleep(&self, length: Duration) -> Waiting<'_> {
        self.0.sleep(length)
    }
}

pub(crate) fn partial() -> (tempfile::TempDir, Arc<Mutex<Partial>>) {
    let folder = tempfile::tempdir().expect("a folder");
    let start = RunStart {
        time: crate::clock::text(Timestamp::UNIX_EPOCH),
        plan: ENDPOINTS.iter().map(|endpoint| endpoint.id.to_owned()).collect(),
        ..RunStart::default()
    };
    let partial = Partial::create(&folder.path().join("b.qsi"), start).expect("created");
    (folder, Arc::new(Mutex::new(partial)))
}

pub(crate) async fn tried(
    partial: &Arc<Mutex<Partial>>,
    clock: &Arc<JumpingClock>,
    endpoint: &'static Endpoint,
    script: impl Fn(usize, &Request) -> Vec<u8> + Send + Sync + 'static,
) -> Ended {
    let made_up = crate::token::tests::made_up("{}");
    let minted = Arc::new(AtomicUsize::new(0));
    let mints = Arc::clone(&minted);
    // The minting of a token is answered aside: the script sees the endpoint's own calls.
    let server = Scripted::start(move |number, request| {
        if request.line == "POST /auth" {
            mints.fetch_add(1, Ordering::SeqCst);
            return answer(201, "", made_up.as_bytes());
        }
        script(number - mints.load(Ordering::SeqCst), request)
    })
    .await;
    let waited_before = clock.waits().len();
    let session = session(partial, clock, Some(&server.url), false);
    let (end, pages) = walked(&session, endpoint).await;
    let width = session.gate.width();
    let waits = clock.waits().iter().skip(waited_before).map(Duration::as_secs).collect();
    Ended {
        end,
        pages,
        calls: server.requests().len() - minted.load(Ordering::SeqCst),
        waits,
        width,
    }
}

/// A session with one server for everything; without a URL, with a private API server and no other.
pub(crate) fn session(
    partial: &Arc<Mutex<Partial>>,
    clock: &Arc<JumpingClock>,
    url: Option<&Url>,
    oauth: bool,
) -> Session {
    let bounds = Bounds { silence: Duration::from_secs(20), max_body: 1 << 20, ca_file: None };
    let api_url = Some(url.map_or("https://api.example.com", Url::as_str));
    let servers = Servers::find(Named { platform: "us1", api_url, ..Named::default() });
    let login = Login::of("exmpl_ab", SECRET);
    Session {
        lines: Lines::new(&servers.expect("servers"), |url| Ok(Arc::new(Wire::new(url, &bounds)?)))
            .expect("clients"),
        basic: login.basic().expect("a header"),
        login,
        oauth,
        tokens: Tokens::default(),
        clock: Box::new(Shared(Arc::clone(clock))),
        gate: Gate::new(2),
        progress: Progress::Quiet,
        patience: Patience { retries: 2, max_wait: Duration::from_hours(2) },
        halt: Halt::new(),
        since: "2025-02-21T00:00:00Z".to_owned(),
        secrets: Mutex::new([SECRET.to_owned()].into()),
        partial: Arc::clone(partial),
    }
}

/// Walks one endpoint, of a fan-out with one id, and says how it ended with how many pages.
pub(crate) async fn walked(session: &Session, endpoint: &'static Endpoint) -> (End, u64) {
    let batches = match endpoint.fan_out {
        Some(fan_out) => Batches::of_ids(&["7"], fan_out),
        None => Batches::one(),
    };
    match walk(session, endpoint, Position::default(), batches).await {
        Ok(outcome) => (End::State(outcome.state), outcome.pages),
        Err(_) => match session.halt.take_reason() {
            Some(Stop::Refused(_)) => (End::Refused, 0),
            Some(Stop::Limit(_)) => (End::Limit, 0),
            _ => panic!("{}: halted otherwise", endpoint.id),
        },
    }
}
