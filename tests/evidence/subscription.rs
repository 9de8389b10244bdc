//! A made-up collection run, sealed without a signature and opened again.
use qualys_sec_inspector::bundle::Evidence;
use qualys_sec_inspector::bundle::body::NewBody;
use qualys_sec_inspector::bundle::completeness::{EndpointOutcome, EndpointState};
use qualys_sec_inspector::bundle::manifest::Relation;
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::{Exchange, Outcome, RunEnd, RunStart, Skip, Tool};
use qualys_sec_inspector::bundle::seal::Seal;
use qualys_sec_inspector::bundle::verify::{self, Policy};
use qualys_sec_inspector::catalogue;
use qualys_sec_inspector::qualys::records;
use tempfile::TempDir;

/// When the run starts, and when the n-th record after that is written.
pub(crate) fn time(n: u64) -> String {
    format!("2026-03-28T{:02}:{:02}:{:02}.000Z", n / 3600, n / 60 % 60, n % 60)
}

/// A bundle in the making: the n-th record has the time n.
pub(crate) struct Run {
    folder: TempDir,
    partial: Partial,
    n: u64,
    outcomes: Vec<EndpointOutcome>,
    role: Option<String>,
}

impl Run {
    pub(crate) fn new(plan: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let start = RunStart {
            time: time(0),
            host: "collector.example.com".to_owned(),
            tool: Tool { name: "collect".to_owned(), version: "0".to_owned(), ..Tool::default() },
            platform: "us1".to_owned(),
            login: "example_ab1".to_owned(),
            redaction_profile: "standard/1".to_owned(),
            plan: plan.iter().map(|&one| one.to_owned()).collect(),
            ..RunStart::default()
        };
        let partial = Partial::create(&folder.path().join("run.qsi"), start).unwrap();
        Self { folder, partial, n: 0, outcomes: Vec::new(), role: None }
    }

    /// Commits a usable answer; gives its seq.
    pub(crate) fn page(
        &mut self,
        endpoint: &str,
        prev: Option<u64>,
        params: &[(&str, &str)],
        body: &[u8],
    ) -> u64 {
        self.page_at("", endpoint, prev, params, body)
    }

    /// The same for a request whose path holds what is asked for.
    pub(crate) fn page_at(
        &mut self,
        path: &str,
        endpoint: &str,
        prev: Option<u64>,
        params: &[(&str, &str)],
        body: &[u8],
    ) -> u64 {
        let known = catalogue::endpoint(endpoint).unwrap();
        let (segment_rule, segment_ends) = records::segments(body, known.family, known.record);
        let body =
            NewBody { media: "x".to_owned(), bytes: body.to_vec(), segment_rule, segment_ends };
        let params = params.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect();
        let path = path.to_owned();
        let exchange = Exchange { path, prev, params, ..self.exchange(endpoint) };
        self.partial.commit(exchange, Some(body)).unwrap()
    }

    /// Commits an attempt that brought nothing.
    pub(crate) fn failure(&mut self, endpoint: &str, outcome: Outcome, code: Option<&str>) {
        let code = code.map(str::to_owned);
        let exchange = Exchange { outcome, code, ..self.exchange(endpoint) };
        self.partial.commit(exchange, None).unwrap();
    }

    pub(crate) fn skip(&mut self, endpoint: &str, reason: &str) {
        self.n += 1;
        let (endpoint, reason) = (endpoint.to_owned(), reason.to_owned());
        let skip = Skip { time: time(self.n), endpoint, reason, ..Skip::default() };
        self.partial.skip(skip).unwrap();
    }

    pub(crate) fn outcome(&mut self, endpoint: &str, state: EndpointState, pages: u64) {
        let records = u64::from(state != EndpointState::Empty);
        let (endpoint, reason) = (endpoint.to_owned(), Some("as claimed".to_owned()));
        self.outcomes.push(EndpointOutcome { endpoint, state, pages, records, reason });
    }

    pub(crate) fn role(&mut self, role: &str) {
        self.role = Some(role.to_owned());
    }

    /// Seals and opens; the folder goes with the second value.
    pub(crate) fn open(self) -> (Evidence, TempDir) {
        let end = RunEnd {
            time: time(self.n + 1),
            mono_ms: self.n + 1,
            role: self.role,
            outcomes: self.outcomes,
            ..RunEnd::default()
        };
        let seal = Seal { key: None, sealed_at: time(self.n + 2), relation: Relation::First };
        let sealed = self.partial.seal(end, seal).unwrap();
        let policy = Policy { allow_unsigned: true, ..Policy::default() };
        let opened = verify::open(&sealed.path, &policy, Some(self.folder.path())).unwrap();
        (opened.evidence.expect("the bundle verifies"), self.folder)
    }

    fn exchange(&mut self, endpoint: &str) -> Exchange {
        self.n += 1;
        Exchange {
            time: time(self.n),
            mono_ms: self.n,
            duration_ms: 400,
            endpoint: endpoint.to_owned(),
            attempt: 1,
            page: 1,
            method: "GET".to_owned(),
            version: "2.0".to_owned(),
            status: Some(200),
            ..Exchange::default()
        }
    }
}
