//! The small sealed bundles that all tests start from.
use std::path::PathBuf;
use std::sync::OnceLock;

use qualys_sec_inspector::bundle::body::NewBody;
use qualys_sec_inspector::bundle::manifest::{EndpointOutcome, EndpointState, Relation};
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::{
    Exchange, Outcome, Resume, RunEnd, RunStart, Skip, Tls, Tool,
};
use qualys_sec_inspector::bundle::seal::Seal;
use qualys_sec_inspector::bundle::signature::{SigningKey, generate};

pub(crate) const SEALED_AT: &str = "2026-03-28T03:00:00.000Z";
pub(crate) const CHALLENGE: &str = "nonce-7f3a";
pub(crate) const HOSTS: &[u8] =
    b"<HOST_LIST><HOST><ID>1</ID></HOST><HOST><ID>2</ID></HOST></HOST_LIST>";

/// A key with the folder that holds its file.
pub(crate) struct Key {
    pub(crate) signing: SigningKey,
    pub(crate) allowed_signers: String,
    pub(crate) path: PathBuf,
    _folder: tempfile::TempDir,
}

pub(crate) fn new_key(principal: &str) -> Key {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let files = generate(principal, None).unwrap();
    std::fs::write(&path, &files.private).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let key = SigningKey::load(&path, None).unwrap();
    Key { signing: key, allowed_signers: files.allowed_signers, path, _folder: folder }
}

/// What all tests start from: sealed once, never changed.
pub(crate) struct Base {
    pub(crate) operator: Key,
    pub(crate) bytes: Vec<u8>,
    pub(crate) unsigned: Vec<u8>,
    /// Another collection of the same plan, by the same operator.
    pub(crate) other: Vec<u8>,
}

pub(crate) fn base() -> &'static Base {
    static BASE: OnceLock<Base> = OnceLock::new();
    BASE.get_or_init(|| {
        let operator = new_key("operator@example.com");
        let bytes = collect(Some(&operator.signing));
        let (unsigned, other) = (collect(None), collect(Some(&operator.signing)));
        Base { operator, bytes, unsigned, other }
    })
}

fn exchange(minute: u64, endpoint: &str, page: u64, prev: Option<u64>) -> Exchange {
    Exchange {
        time: format!("2026-03-28T02:{minute:02}:00.000Z"),
        mono_ms: minute * 60_000,
        endpoint: endpoint.to_owned(),
        attempt: 1,
        page,
        prev,
        method: "GET".to_owned(),
        host: "qualysapi.example.com".to_owned(),
        path: "/api/list/".to_owned(),
        version: "2.0".to_owned(),
        status: Some(200),
        duration_ms: 500,
        ..Exchange::default()
    }
}

/// Cut at each `<HOST>`, as `bundle.md` §3 says.
fn hosts() -> NewBody {
    NewBody {
        media: "text/xml".to_owned(),
        bytes: HOSTS.to_vec(),
        segment_rule: "xml:HOST".to_owned(),
        segment_ends: vec![11, 34, 57, 69],
    }
}

fn collect(key: Option<&SigningKey>) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.qsi");
    let plan = ["vm/hosts", "vm/users", "vm/reports", "was/findings"];
    let mut partial = Partial::create(
        &path,
        RunStart {
            time: "2026-03-28T02:00:00.000Z".to_owned(),
            operator: Some("Example Operator".to_owned()),
            challenge: Some(CHALLENGE.to_owned()),
            host: "collector.example.com".to_owned(),
            os: "linux".to_owned(),
            user: "audit".to_owned(),
            time_zone: "UTC".to_owned(),
            tool: Tool { name: "collect".to_owned(), version: "0".to_owned(), ..Tool::default() },
            platform: "us1".to_owned(),
            login: "exmpl_au1".to_owned(),
            redaction_profile: "standard/1".to_owned(),
            plan: plan.map(str::to_owned).to_vec(),
            ..RunStart::default()
        },
    )
    .unwrap();
    let certificate = partial.certificate(b"a certificate").unwrap();
    let tls = Some(Tls { version: "TLSv1.3".to_owned(), certificate: Some(certificate) });
    let first = Exchange { tls, ..exchange(1, "vm/hosts", 1, None) };
    let first = partial.commit(first, Some(hosts())).unwrap();
    partial.commit(exchange(2, "vm/hosts", 2, Some(first)), Some(hosts())).unwrap();
    let limited = Exchange {
        status: Some(429),
        outcome: Outcome::RateLimited,
        ..exchange(3, "vm/users", 1, None)
    };
    partial.commit(limited, None).unwrap();
    let users = NewBody {
        media: "text/csv".to_owned(),
        bytes: vec![b'u'; 9000],
        segment_rule: "whole".to_owned(),
        segment_ends: vec![9000],
    };
    partial
        .commit(Exchange { attempt: 2, ..exchange(4, "vm/users", 1, None) }, Some(users))
        .unwrap();
    for (minute, endpoint) in [(5, "vm/reports"), (6, "was/findings")] {
        partial
            .skip(Skip {
                time: format!("2026-03-28T02:{minute:02}:00.000Z"),
                mono_ms: minute * 60_000,
                endpoint: endpoint.to_owned(),
                reason: "not selected".to_owned(),
                ..Skip::default()
            })
            .unwrap();
    }
    drop(partial);
    let note = Resume {
        time: "2026-03-28T02:30:00.000Z".to_owned(),
        mono_ms: 5,
        reason: "interrupted".to_owned(),
        ..Resume::default()
    };
    let partial = Partial::resume(&path, note).unwrap();
    let outcome = |endpoint: &str, state, pages, records| EndpointOutcome {
        endpoint: endpoint.to_owned(),
        state,
        pages,
        records,
        reason: None,
    };
    let end = RunEnd {
        time: "2026-03-28T02:31:00.000Z".to_owned(),
        mono_ms: 60_000,
        outcomes: vec![
            outcome("vm/hosts", EndpointState::Present, 2, 4),
            outcome("vm/users", EndpointState::Present, 1, 1),
            outcome("vm/reports", EndpointState::Skipped, 0, 0),
            outcome("was/findings", EndpointState::Skipped, 0, 0),
        ],
        ..RunEnd::default()
    };
    let seal = Seal {
        key: key.map(|key| key as _),
        sealed_at: SEALED_AT.to_owned(),
        relation: Relation::First,
    };
    partial.seal(end, seal).unwrap();
    std::fs::read(&path).unwrap()
}
