//! The manifest: the in-toto Statement that is signed and says what the bundle holds.
use super::record::Tool;
use super::{Error, jcs};
use serde::{Deserialize, Serialize};

pub use super::completeness::{Completeness, CompletenessState, EndpointOutcome, EndpointState};

pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
pub const PREDICATE_TYPE: &str = "urn:qualys-sec-inspector:evidence:v1";
pub const FORMAT: &str = "qsi/1";
/// Bytes.
pub const MAX_LEN: u64 = 1 << 20;

/// Hashes are lower hexadecimal, times RFC 3339 UTC; an absent value has no key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    #[serde(rename = "_type")]
    pub statement_type: String,
    /// `VERIFY.txt` and `evidence.sqlite`, sorted by name.
    pub subject: Vec<Subject>,
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    pub predicate: Predicate,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    pub name: String,
    pub digest: SubjectDigest,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectDigest {
    pub sha256: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predicate {
    pub format: String,
    /// 32 hexadecimal digits, as `run_id`.
    pub bundle_id: String,
    pub run_id: String,
    pub relation: Relation,
    pub tool: Tool,
    pub collector: Collector,
    pub operator: Operator,
    pub target: Target,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<String>,
    pub window: Window,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    pub completeness: Completeness,
    pub journal: Journal,
    pub evidence: EvidenceFile,
    pub redaction: Redaction,
    /// Length of the sealed prefix, bytes.
    pub sealed_len: u64,
}

/// Which bundle stands before this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "type")]
pub enum Relation {
    First,
    Next { manifest: String, bundle_id: String },
    RedactionOf { manifest: String, bundle_id: String },
}

/// The machine that collected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collector {
    pub host: String,
    pub os: String,
    pub user: String,
    pub time_zone: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub platform: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<String>,
    pub modules: Vec<String>,
    pub login: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// `full`, `partial` or `unverified`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Time of `run_start`.
    pub started: String,
    /// Time of `run_end`.
    pub ended: String,
    pub sealed: String,
    pub resumes: u64,
}

/// Server's `Date` header minus the collector's clock when the answer arrived, in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    pub min: i64,
    /// The lower one of two middle values.
    pub median: i64,
    pub max: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    pub count: u64,
    /// Merkle root over the records.
    pub root: String,
    /// Chain value of the last record.
    pub head: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFile {
    /// Size of `evidence.sqlite`.
    pub bytes: u64,
    pub page_size: u32,
    /// SHA-256 of the schema text.
    pub schema: String,
    pub bodies: u64,
    /// Of all bodies after content decoding and redaction.
    pub raw_bytes: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redaction {
    pub profile: String,
    /// Values removed.
    pub removed: u64,
}

impl Manifest {
    pub fn new(subject: Vec<Subject>, predicate: Predicate) -> Self {
        Self {
            statement_type: STATEMENT_TYPE.to_owned(),
            subject,
            predicate_type: PREDICATE_TYPE.to_owned(),
            predicate,
        }
    }

    pub fn to_jcs(&self) -> Result<Vec<u8>, Error> {
        jcs::to_bytes(self, "manifest.json")
    }

    /// The strict form alone. A later format is told apart first, since its fields may differ.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let refuse = |why: &str| Error::Json { place: "manifest.json".to_owned(), why: why.into() };
        if u64::try_from(bytes.len()).is_ok_and(|len| len > MAX_LEN) {
            return Err(refuse("longer than 1 MiB"));
        }
        let loose: Loose =
            serde_json::from_slice(bytes).map_err(|_| refuse("not a statement about a bundle"))?;
        if loose.predicate_type != PREDICATE_TYPE {
            return Err(Error::Format { found: loose.predicate_type });
        }
        if loose.predicate.format != FORMAT {
            return Err(Error::Format { found: loose.predicate.format });
        }
        let manifest: Self = jcs::from_bytes(bytes, "manifest.json")?;
        if manifest.statement_type != STATEMENT_TYPE {
            return Err(refuse("_type is not in-toto Statement v1"));
        }
        Ok(manifest)
    }

    /// The hash that the manifest gives for a member.
    pub fn digest_of(&self, name: &str) -> Option<&str> {
        let mut found = self.subject.iter().filter(|subject| subject.name == name);
        let digest = found.next()?.digest.sha256.as_str();
        found.next().is_none().then_some(digest)
    }
}

#[derive(Deserialize)]
struct Loose {
    #[serde(rename = "predicateType")]
    predicate_type: String,
    predicate: LoosePredicate,
}

#[derive(Deserialize)]
struct LoosePredicate {
    format: String,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A small manifest with made-up values.
    pub(crate) fn sample() -> Manifest {
        let subject = |name: &str| Subject {
            name: name.to_owned(),
            digest: SubjectDigest { sha256: "0f".repeat(32) },
        };
        let predicate = Predicate {
            format: FORMAT.to_owned(),
            bundle_id: "01".repeat(16),
            run_id: "02".repeat(16),
            relation: Relation::First,
            tool: Tool { name: "tool".into(), version: "1.2.3".into(), ..Tool::default() },
            collector: Collector {
                host: "collector.example.com".into(),
                os: "linux".into(),
                user: "auditor".into(),
                time_zone: "UTC".into(),
            },
            operator: Operator { name: None, organisation: None, case: None, purpose: None },
            target: Target {
                platform: "us1".into(),
                subscription: None,
                modules: vec!["vm".into()],
                login: "acme_ab1".into(),
                role: None,
                view: None,
            },
            challenge: None,
            window: Window {
                started: "2026-03-28T02:10:00.000Z".into(),
                ended: "2026-03-28T02:20:00.000Z".into(),
                sealed: "2026-03-28T02:20:01.000Z".into(),
                resumes: 0,
            },
            clock: Some(Clock { min: -2, median: 0, max: 1 }),
            completeness: Completeness::of(&[], &[]),
            journal: Journal { count: 2, root: "03".repeat(32), head: "04".repeat(32) },
            evidence: EvidenceFile {
                bytes: 40960,
                page_size: 8192,
                schema: "05".repeat(32),
                bodies: 0,
                raw_bytes: 0,
            },
            redaction: Redaction { profile: "standard/1".into(), removed: 0 },
            sealed_len: 45056,
        };
        Manifest::new(vec![subject("VERIFY.txt"), subject("evidence.sqlite")], predicate)
    }

    #[test]
    fn the_round_trip_is_exact() {
        for relation in [
            Relation::First,
            Relation::Next { manifest: "06".repeat(32), bundle_id: "07".repeat(16) },
            Relation::RedactionOf { manifest: "06".repeat(32), bundle_id: "07".repeat(16) },
        ] {
            let mut manifest = sample();
            manifest.predicate.relation = relation;
            let bytes = manifest.to_jcs().unwrap();
            assert_eq!(Manifest::parse(&bytes).unwrap(), manifest);
            assert!(
                bytes.starts_with(br#"{"_type":"https://in-toto.io/Statement/v1","predicate":"#)
            );
        }
    }

    #[test]
    fn later_formats_are_named_and_other_changes_refused() {
        let text = String::from_utf8(sample().to_jcs().unwrap()).unwrap();
        let later = text.replace("qsi/1", "qsi/2").replace("\"sealed_len\"", "\"zealed_len\"");
        let read = Manifest::parse(later.as_bytes());
        assert!(matches!(read, Err(Error::Format { found }) if found == "qsi/2"));
        for (from, to) in [
            ("\"resumes\":0", "\"resumes\":0,\"resumes\":0"),
            ("\"resumes\":0", "\"resumes\":0.0"),
            ("\"resumes\":0", "\"resumes\":0,\"rezumes\":0"),
            ("Statement/v1", "Statement/v2"),
            ("\"first\"", "\"next\""),
            ("{\"_type\"", "{ \"_type\""),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text, "{from}");
            let read = Manifest::parse(changed.as_bytes());
            assert!(matches!(read, Err(Error::Json { .. })), "{to}");
        }
    }

    #[test]
    fn a_member_named_twice_has_no_digest() {
        let mut manifest = sample();
        assert!(manifest.digest_of("evidence.sqlite").is_some());
        assert!(manifest.digest_of("other").is_none());
        let again = manifest.subject.first().unwrap().clone();
        manifest.subject.push(again);
        assert!(manifest.digest_of("VERIFY.txt").is_none());
    }
}
