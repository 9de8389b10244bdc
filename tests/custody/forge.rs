//! A small sealed bundle, and the means to take it apart, change it and seal it again.
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use qualys_sec_inspector::bundle::body::NewBody;
use qualys_sec_inspector::bundle::container::{self, Member, Writer, member_len};
use qualys_sec_inspector::bundle::hash::{self, hex, sha256};
use qualys_sec_inspector::bundle::manifest::{
    EndpointOutcome, EndpointState, Manifest, Relation,
};
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::{
    Exchange, Outcome, Resume, RunEnd, RunStart, Skip, Tls, Tool,
};
use qualys_sec_inspector::bundle::seal::Seal;
use qualys_sec_inspector::bundle::signature::{EVIDENCE_NAMESPACE, SigningKey, generate};
use qualys_sec_inspector::bundle::verify::{self, CheckResult, Opened, Policy};
use qualys_sec_inspector::bundle::verify_text;
use rusqlite::Connection;
use serde_json::Value;

pub const SEALED_AT: &str = "2026-03-28T03:00:00.000Z";
pub const CHALLENGE: &str = "nonce-7f3a";
pub const HOSTS: &[u8] =
    b"<HOST_LIST><HOST><ID>1</ID></HOST><HOST><ID>2</ID></HOST></HOST_LIST>";

/// A key with the folder that holds its file.
pub struct Key {
    pub key: SigningKey,
    pub allowed_signers: String,
    pub path: PathBuf,
    _folder: tempfile::TempDir,
}

pub fn new_key(principal: &str) -> Key {
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
    Key { key, allowed_signers: files.allowed_signers, path, _folder: folder }
}

/// What all tests start from: sealed once, never changed.
pub struct Base {
    pub operator: Key,
    pub bytes: Vec<u8>,
    pub unsigned: Vec<u8>,
    /// Another collection of the same plan, by the same operator.
    pub other: Vec<u8>,
}

pub fn base() -> &'static Base {
    static BASE: OnceLock<Base> = OnceLock::new();
    BASE.get_or_init(|| {
        let operator = new_key("operator@example.com");
        let bytes = collect(Some(&operator.key));
        let (unsigned, other) = (collect(None), collect(Some(&operator.key)));
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
        segment_ends: vec![11, 37, 63, 74],
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
    let limited =
        Exchange { status: Some(429), outcome: Outcome::RateLimited, ..exchange(3, "vm/users", 1, None) };
    partial.commit(limited, None).unwrap();
    let users = NewBody {
        media: "text/csv".to_owned(),
        bytes: vec![b'u'; 9000],
        segment_rule: "whole".to_owned(),
        segment_ends: vec![9000],
    };
    partial.commit(Exchange { attempt: 2, ..exchange(4, "vm/users", 1, None) }, Some(users)).unwrap();
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
    partial.seal(end, &seal).unwrap();
    std::fs::read(&path).unwrap()
}

pub fn scan(bytes: &[u8]) -> container::Container {
    container::scan(&mut Cursor::new(bytes), bytes.len() as u64).unwrap()
}

pub fn slice(bytes: &[u8], member: Member) -> &[u8] {
    let start = usize::try_from(member.offset).unwrap();
    &bytes[start..start + usize::try_from(member.size).unwrap()]
}

/// A container of any members in any order.
pub fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let seconds = SEALED_AT.parse::<jiff::Timestamp>().unwrap().as_second();
    let mut writer = Writer::new(Vec::new(), u64::try_from(seconds).unwrap());
    for (name, bytes) in members {
        writer.bytes(name, bytes).unwrap();
    }
    writer.finish().unwrap()
}

/// A bundle taken apart, to be changed and sealed again by whoever holds `key`.
#[derive(Clone)]
pub struct Forge<'a> {
    pub manifest: Manifest,
    pub sqlite: Vec<u8>,
    pub key: Option<&'a SigningKey>,
    pub namespace: &'static str,
    /// Instead of the text that belongs to the manifest.
    pub verify: Option<&'static str>,
    /// Applied to the manifest's bytes before they are signed.
    pub rewrite: fn(String) -> String,
}

impl Forge<'static> {
    /// The operator's own bundle, which the operator can sign again.
    pub fn insider() -> Self {
        Self::of(&base().bytes, Some(&base().operator.key))
    }

    pub fn unsigned() -> Self {
        Self::of(&base().unsigned, None)
    }

    pub fn of(bytes: &[u8], key: Option<&'static SigningKey>) -> Self {
        let found = scan(bytes);
        Self {
            manifest: Manifest::parse(slice(bytes, found.manifest)).unwrap(),
            sqlite: slice(bytes, found.evidence).to_vec(),
            key,
            namespace: EVIDENCE_NAMESPACE,
            verify: None,
            rewrite: |manifest| manifest,
        }
    }
}

impl Forge<'_> {
    /// Changes the database and compacts it, so that the change leaves no other trace.
    pub fn sql(mut self, change: impl FnOnce(&Connection)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (before, after) = (folder.path().join("before"), folder.path().join("after"));
        std::fs::write(&before, &self.sqlite).unwrap();
        let connection = Connection::open(&before).unwrap();
        connection.execute_batch("PRAGMA synchronous = OFF").unwrap();
        change(&connection);
        connection.execute("VACUUM INTO ?1", [after.to_str().unwrap()]).unwrap();
        self.sqlite = std::fs::read(after).unwrap();
        self
    }

    /// Changes the database and leaves the file as SQLite leaves it.
    pub fn sql_in_place(mut self, change: impl FnOnce(&Connection)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("evidence.sqlite");
        std::fs::write(&path, &self.sqlite).unwrap();
        let connection = Connection::open(&path).unwrap();
        change(&connection);
        drop(connection);
        self.sqlite = std::fs::read(path).unwrap();
        self
    }

    /// Edits one record as JSON; its hashes and those behind it stay as they were.
    pub fn record(self, seq: i64, edit: impl FnOnce(&mut Value)) -> Self {
        self.sql(|connection| edit_record(connection, seq, edit))
    }

    pub fn bytes(mut self, change: impl FnOnce(&mut Vec<u8>)) -> Self {
        change(&mut self.sqlite);
        self
    }

    /// Computes every leaf and chain value anew.
    pub fn rehash(self) -> Self {
        self.sql(rehash)
    }

    /// Lets the manifest's journal agree with the table.
    pub fn recount(mut self) -> Self {
        let mut tree = hash::Mth::default();
        let mut head = Vec::new();
        let mut count = 0;
        self = self.sql(|connection| {
            let mut rows = connection.prepare("SELECT leaf, chain FROM journal ORDER BY seq").unwrap();
            let mut rows = rows.query(()).unwrap();
            while let Some(row) = rows.next().unwrap() {
                tree.push_leaf(row.get(0).unwrap());
                head = row.get(1).unwrap();
                count += 1;
            }
        });
        let journal = &mut self.manifest.predicate.journal;
        (journal.count, journal.root, journal.head) = (count, hex(&tree.root()), hex(&head));
        self
    }

    pub fn manifest(mut self, edit: impl FnOnce(&mut Manifest)) -> Self {
        edit(&mut self.manifest);
        self
    }

    /// Repairs every number and hash of the manifest that can be repaired, and signs.
    pub fn seal(&self) -> Vec<u8> {
        let (manifest, signature, verify) = self.members();
        let mut members = vec![(container::MANIFEST, manifest.as_slice())];
        if let Some(signature) = &signature {
            members.push((container::SIGNATURE, signature.as_bytes()));
        }
        members.push((container::VERIFY, verify.as_bytes()));
        members.push((container::EVIDENCE, &self.sqlite));
        archive(&members)
    }

    /// Manifest, signature and VERIFY.txt.
    pub fn members(&self) -> (Vec<u8>, Option<String>, String) {
        let mut manifest = self.manifest.clone();
        manifest.predicate.evidence.bytes = self.sqlite.len() as u64;
        manifest.subject[1].digest.sha256 = hex(&sha256(&[&self.sqlite]));
        loop {
            let text = self.verify.map_or_else(|| verify_text::render(&manifest), str::to_owned);
            manifest.subject[0].digest.sha256 = hex(&sha256(&[text.as_bytes()]));
            let bytes = manifest.to_jcs().unwrap();
            let bytes = (self.rewrite)(String::from_utf8(bytes).unwrap()).into_bytes();
            let signature = if self.key.is_some() { member_len(512) } else { 0 };
            let sealed_len = member_len(bytes.len() as u64)
                + signature
                + member_len(text.len() as u64)
                + member_len(self.sqlite.len() as u64);
            if sealed_len == manifest.predicate.sealed_len {
                let signature =
                    self.key.map(|key| key.sign(self.namespace, &bytes).unwrap());
                return (bytes, signature, text);
            }
            manifest.predicate.sealed_len = sealed_len;
        }
    }
}

pub fn edit_record(connection: &Connection, seq: i64, edit: impl FnOnce(&mut Value)) {
    let sql = "SELECT record FROM journal WHERE seq = ?1";
    let bytes: Vec<u8> = connection.query_row(sql, [seq], |row| row.get(0)).unwrap();
    let mut record: Value = serde_json::from_slice(&bytes).unwrap();
    edit(&mut record);
    record.sort_all_objects();
    store(connection, seq, &serde_json::to_vec(&record).unwrap());
}

pub fn store(connection: &Connection, seq: i64, record: &[u8]) {
    let sql = "UPDATE journal SET record = ?2 WHERE seq = ?1";
    assert_eq!(connection.execute(sql, (seq, record)).unwrap(), 1);
}

/// Every leaf and chain value anew, over whatever the rows hold.
pub fn rehash(connection: &Connection) {
    let rows: Vec<(i64, Vec<u8>)> = connection
        .prepare("SELECT seq, record FROM journal ORDER BY seq")
        .unwrap()
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let first: Value = serde_json::from_slice(&rows[0].1).unwrap();
    let run_id = hash::from_hex(first["run_id"].as_str().unwrap()).unwrap();
    let mut chain = None;
    for (seq, record) in rows {
        let leaf = hash::leaf(&record);
        let next = chain.map_or_else(
            || hash::chain0(&run_id, &leaf),
            |chain| hash::chain(&chain, &leaf),
        );
        connection
            .execute("UPDATE journal SET leaf = ?2, chain = ?3 WHERE seq = ?1", (seq, leaf, next))
            .unwrap();
        chain = Some(next);
    }
}

/// Demands the operator's signature and looks at every body.
pub fn strict() -> Policy {
    Policy {
        allowed_signers: Some(base().operator.allowed_signers.clone()),
        deep: true,
        ..Policy::default()
    }
}

pub fn permit_unsigned() -> Policy {
    Policy { allow_unsigned: true, deep: true, ..Policy::default() }
}

pub fn open(path: &Path, policy: &Policy) -> Opened {
    verify::open(path, policy, None).unwrap()
}

pub fn open_bytes(bytes: &[u8], policy: &Policy) -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.qsi");
    std::fs::write(&path, bytes).unwrap();
    open(&path, policy)
}

/// Number, code and place of the check that failed. Holds every other check to the rule: passed or
/// skipped before it, skipped behind it, and no evidence handed out.
pub fn refusal(opened: &Opened) -> Option<(u8, &'static str, String)> {
    let numbers: Vec<u8> = opened.checks.iter().map(|check| check.number).collect();
    assert_eq!(numbers, (1..=14).collect::<Vec<u8>>());
    let failed = opened.checks.iter().position(|check| check.result == CheckResult::Fail)?;
    let behind = &opened.checks[failed + 1..];
    assert!(behind.iter().all(|check| check.result == CheckResult::Skip));
    assert!(opened.evidence.is_none());
    let check = &opened.checks[failed];
    Some((check.number, check.code.unwrap(), check.where_.clone().unwrap_or_default()))
}

#[track_caller]
pub fn assert_refused(what: &str, bytes: &[u8], policy: &Policy, number: u8, code: &str, place: &str) {
    let opened = open_bytes(bytes, policy);
    let found = refusal(&opened);
    let lines: Vec<String> = opened.checks.iter().map(ToString::to_string).collect();
    assert_eq!(found, Some((number, code, place.to_owned())).map(|(n, c, p)| (n, leak(c), p)), "{what}\n{}", lines.join("\n"));
}

/// The codes are few and static in the product; a test names them in tables.
fn leak(code: &str) -> &'static str {
    Box::leak(code.to_owned().into_boxed_str())
}
