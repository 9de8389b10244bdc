//! From a tenant to its report: collected, sealed, verified, loaded, assessed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use qualys_sec_inspector::assess::{Assignment, Bundle, Report, assess};
use qualys_sec_inspector::bundle::manifest::Relation;
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::RunStart;
use qualys_sec_inspector::bundle::verify::{self, Policy};
use qualys_sec_inspector::catalogue::ENDPOINTS;
use qualys_sec_inspector::control::CONTROLS;
use qualys_sec_inspector::evidence::{self, Coverage, Model, Scope};
use qualys_sec_inspector::finding::Severity;
use qualys_sec_inspector::profile::{Inputs, Profile};

use tempfile::TempDir;

use crate::carrier::Direct;
use crate::clock::{self, Clock, Waiting};
use crate::credentials::Login;
use crate::faults::{Fault, Faults};
use crate::finish::{Ending, seal};
use crate::gate::Gate;
use crate::halt::Halt;
use crate::lines::Lines;
use crate::mint::Tokens;
use crate::profile;
use crate::progress::Progress;
use crate::retry::Patience;
use crate::schedule;
use crate::servers::{Named, Servers};
use crate::session::Session;
use crate::silence::Silence;
use crate::subscription::Subscription;
use crate::tenant::key::{KeyRecord, View};
use crate::tenant::{Kind, Spec, Tenant};

/// 2026-03-28T02:10:00Z, the time of tenants, collector and assessment.
pub(crate) const NOW: i64 = 1_774_663_800;
const BUNDLE: &str = "t.qsi";
const LOGIN: &str = "exmpl_ab";
const PASSWORD: &str = "correct-horse-battery";

/// A clock that stands still.
struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(NOW).unwrap()
    }
    fn mono_ms(&self) -> u64 {
        0
    }
    fn sleep(&self, _: Duration) -> Waiting<'_> {
        Box::pin(tokio::task::yield_now())
    }
}

/// The evidence of a tenant, ready to be assessed.
pub(crate) struct Loaded {
    model: Model,
    pub(crate) coverage: Vec<Coverage>,
    scope: Scope,
    completeness: String,
}

pub(crate) fn spec(kind: Kind, seed: u64, hosts: Option<u64>) -> Spec {
    Spec { kind, seed, hosts, detections_per_host: None, clock: NOW }
}

/// Collects a tenant and assesses it by the built-in profile and by its own: the key and the report
/// of each.
pub(crate) fn judge(spec: &Spec) -> [(Vec<KeyRecord>, Report); 2] {
    let tenant = Tenant::new(spec);
    let keys = [View::Plain, View::Own].map(|view| tenant.key(view).to_vec());
    let folder = tempfile::tempdir().unwrap();
    profile::write(&tenant, folder.path()).unwrap();
    let file = folder.path().join("profile.toml");
    let own = Profile::load(Some(&file), None, &[]).unwrap();
    let inputs = own.inputs().unwrap();
    let loaded = keep(tenant, &[], None).open();
    let [plain_key, own_key] = keys;
    [
        (plain_key, loaded.report(&Profile::default(), &Inputs::default())),
        (own_key, loaded.report(&own, &inputs)),
    ]
}

/// A sealed bundle that lasts as long as this.
pub(crate) struct Kept {
    folder: TempDir,
    wire: Arc<Direct>,
}

/// Collects a tenant, some of whose answers may go wrong, in pages of so many records at most.
pub(crate) fn keep(tenant: Tenant, faults: &[Fault], page: Option<u32>) -> Kept {
    let faults: Faults = faults.iter().copied().collect();
    kept(Direct::new(Subscription::new(Arc::new(tenant), faults), page))
}

/// Collects a tenant whose answers leave something out.
pub(crate) fn keep_silent(tenant: Tenant, silences: Vec<Silence>) -> Kept {
    let subscription = Subscription::new(Arc::new(tenant), Faults::default());
    kept(Direct::new(subscription, None).silent(silences))
}

fn kept(wire: Direct) -> Kept {
    let wire = Arc::new(wire);
    let folder = tempfile::tempdir().unwrap();
    collect(&wire, &folder.path().join(BUNDLE));
    Kept { folder, wire }
}

impl Kept {
    /// Calls that were made for it.
    pub(crate) fn calls(&self) -> usize {
        self.wire.calls()
    }

    /// Loads the evidence.
    pub(crate) fn open(&self) -> Loaded {
        let policy = Policy { allow_unsigned: true, ..Policy::default() };
        let opened = verify::open(&self.folder.path().join(BUNDLE), &policy, None).unwrap();
        let failed: Vec<_> = opened.checks.iter().filter(|check| check.code.is_some()).collect();
        assert!(failed.is_empty(), "{failed:?}");
        let evidence = opened.evidence.unwrap();
        let completeness = evidence.manifest.predicate.completeness.state.word().to_owned();
        let (model, coverage, scope) = evidence::load(&evidence, None, 1).unwrap();
        Loaded { model, coverage, scope, completeness }
    }
}

/// The collector's own run, from the first call to the seal.
fn collect(wire: &Arc<Direct>, bundle: &Path) {
    let api_url = Some("http://127.0.0.1:9");
    let servers = Servers::find(Named { platform: "us1", api_url, ..Named::default() }).unwrap();
    let window = SignedDuration::from_hours(24 * 400);
    let since = Stopped.now().checked_sub(window).unwrap();
    let start = RunStart {
        time: clock::text(Stopped.now()),
        platform: servers.name.clone(),
        login: LOGIN.to_owned(),
        plan: ENDPOINTS.iter().map(|endpoint| endpoint.id.to_owned()).collect(),
        ..RunStart::default()
    };
    let login = Login::of(LOGIN, PASSWORD);
    let session = Arc::new(Session {
        lines: Lines::new(&servers, |_| Ok(Arc::<Direct>::clone(wire))).unwrap(),
        basic: login.basic().unwrap(),
        oauth: false,
        tokens: Tokens::default(),
        clock: Box::new(Stopped),
        gate: Gate::new(1),
        progress: Progress::Quiet,
        patience: Patience { retries: 0, max_wait: Duration::from_secs(1) },
        halt: Halt::new(),
        since: since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        secrets: Mutex::new(login.secrets().into()),
        login,
        partial: Arc::new(Mutex::new(Partial::create(bundle, start).unwrap())),
    });
    let asked: Vec<_> = ENDPOINTS.iter().collect();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let outcomes = runtime.block_on(schedule::collect(&session, &asked, BTreeMap::new())).unwrap();
    let session = Arc::into_inner(session).unwrap();
    seal(Ending {
        partial: Arc::into_inner(session.partial).unwrap().into_inner().unwrap(),
        out: bundle,
        stop: session.halt.take_reason(),
        outcomes,
        skipped: BTreeMap::new(),
        servers: &servers,
        relation: Relation::First,
        key: None,
        clock: session.clock.as_ref(),
        progress: &session.progress,
    })
    .unwrap();
}

impl Loaded {
    /// A model is assessed once: what an assessment adds to it is temporary, and goes.
    fn forget(&self) {
        let model = self.model.connection();
        let kinds = "SELECT type || ' temp.' || name FROM temp.sqlite_schema \
                     WHERE type IN ('view', 'table') ORDER BY type DESC, name";
        let mut added = model.prepare(kinds).unwrap();
        let added: Vec<String> =
            added.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        for one in added {
            model.execute_batch(&format!("DROP {one}")).unwrap();
        }
    }

    pub(crate) fn report(&self, profile: &Profile, inputs: &Inputs) -> Report {
        self.forget();
        let now = clock::text(Stopped.now());
        let bundle = Bundle {
            file: "t.qsi".to_owned(),
            id: String::new(),
            root: String::new(),
            platform: "us1".to_owned(),
            subscription: "exmpl".to_owned(),
            collected_from: now.clone(),
            collected_to: now,
            verdict: "unsigned".into(),
            completeness: self.completeness.clone(),
            signature: None,
            custody: Vec::new(),
            failures: Vec::new(),
        };
        let assignment = Assignment {
            answers: Vec::new(),
            model: self.model.connection(),
            coverage: &self.coverage,
            scope: &self.scope,
            bundle,
            collected: NOW,
            as_of: NOW,
            profile,
            inputs,
            controls: &CONTROLS.iter().map(|control| control.number).collect(),
            severity: Severity::Info,
        };
        assess(assignment).unwrap()
    }
}
