//! The journal's records: what was planned, asked, answered, skipped, resumed, ended.
//!
//! Stored as the canonical JSON bytes that were hashed. An absent value has no key. Hashes are
//! lower hexadecimal; pairs are `[name, value]` in the order in which they were sent or received.
use super::completeness::EndpointOutcome;
use super::{Error, jcs};
use serde::{Deserialize, Serialize};

/// Bytes of one record; readers refuse rows much longer than this.
pub const MAX_LEN: usize = 8 << 20;

pub type Pairs = Vec<(String, String)>;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Record {
    RunStart(RunStart),
    Exchange(Exchange),
    Skip(Skip),
    Resume(Resume),
    RunEnd(RunEnd),
}

/// Written before the first packet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunStart {
    /// From 1; filled in by the journal, as `run_id` is.
    pub seq: u64,
    /// 32 hexadecimal digits.
    pub run_id: String,
    /// RFC 3339, UTC, with milliseconds: `2026-03-28T02:10:00.000Z`. Of an exchange: when it began.
    pub time: String,
    /// The same moment on the process's monotonic clock, milliseconds since it started.
    pub mono_ms: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The assessor's nonce.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<String>,
    pub host: String,
    pub os: String,
    pub user: String,
    pub time_zone: String,
    pub tool: Tool,
    /// Flags and settings without secrets.
    pub configuration: Pairs,
    pub platform: String,
    pub login: String,
    /// Name and version of the rules that removed secrets, as `standard/1`.
    pub redaction_profile: String,
    /// Every endpoint that will be asked, without repetition.
    pub plan: Vec<String>,
}

/// The program that wrote the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    pub name: String,
    pub version: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// SHA-256 of the running executable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executable: Option<String>,
}

/// One attempt, failed ones too.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    pub seq: u64,
    pub run_id: String,
    pub time: String,
    pub mono_ms: u64,
    pub endpoint: String,
    /// From 1.
    pub attempt: u32,
    /// From 1.
    pub page: u64,
    /// Seq of the exchange whose answer led to this page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev: Option<u64>,
    pub method: String,
    pub host: String,
    pub path: String,
    pub version: String,
    /// Query and form pairs; a request document is one pair with an empty name.
    pub params: Pairs,
    pub headers: Pairs,
    /// Names of sent headers whose values are not kept.
    pub removed: Vec<String>,
    /// Absent where no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    pub response_headers: Pairs,
    /// Filled in by the journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<BodyRef>,
    /// Bytes received, before content decoding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire_len: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    pub duration_ms: u64,
    pub outcome: Outcome,
    /// Qualys error code, where the answer gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub redactions: Vec<Removal>,
}

/// A body by its row. The commitment is salted: a plain hash would let one guess withheld values.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyRef {
    pub id: i64,
    pub commit: String,
    pub raw_len: u64,
    pub media: String,
    pub segment_rule: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    pub version: String,
    /// Row of the leaf certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<i64>,
}

/// Values that a redaction rule removed before anything was hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removal {
    pub path: String,
    pub rule: String,
    pub count: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    #[default]
    Ok,
    HttpError,
    ApiError,
    Denied,
    NotSubscribed,
    RateLimited,
    Timeout,
    Cut,
    RetiredVersion,
}

impl Outcome {
    const WORDS: [(Self, &'static str); 9] = [
        (Self::Ok, "ok"),
        (Self::HttpError, "http_error"),
        (Self::ApiError, "api_error"),
        (Self::Denied, "denied"),
        (Self::NotSubscribed, "not_subscribed"),
        (Self::RateLimited, "rate_limited"),
        (Self::Timeout, "timeout"),
        (Self::Cut, "cut"),
        (Self::RetiredVersion, "retired_version"),
    ];

    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(known, _)| *known == self).map_or("", |(_, word)| *word)
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(outcome, _)| *outcome)
    }
}

/// An endpoint of the plan that is not asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skip {
    pub seq: u64,
    pub run_id: String,
    pub time: String,
    pub mono_ms: u64,
    pub endpoint: String,
    /// Flag, module or control selection.
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resume {
    pub seq: u64,
    pub run_id: String,
    pub time: String,
    pub mono_ms: u64,
    pub reason: String,
    /// Filled in by the journal, as `last_chain` and `gap_seconds` are.
    pub last_seq: u64,
    pub last_chain: String,
    /// From the last record's time to this one's; negative where the clock was set back.
    pub gap_seconds: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunEnd {
    pub seq: u64,
    pub run_id: String,
    pub time: String,
    pub mono_ms: u64,
    /// As the answers tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// `full`, `partial` or `unverified`: how much of the subscription the login sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<String>,
    pub modules: Vec<String>,
    /// Filled in by the journal.
    pub counts: Counts,
    /// One for each endpoint of the plan.
    pub outcomes: Vec<EndpointOutcome>,
}

/// Of all records before `run_end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    pub exchanges: u64,
    pub skips: u64,
    pub resumes: u64,
    pub bodies: u64,
    /// Bytes of all bodies after content decoding and redaction.
    pub raw_bytes: u64,
    /// Values removed by redaction.
    pub removed: u64,
}

impl Counts {
    pub fn add(&mut self, record: &Record) {
        match record {
            Record::Exchange(exchange) => {
                self.exchanges += 1;
                self.bodies += u64::from(exchange.body.is_some());
                let raw_len = exchange.body.as_ref().map_or(0, |body| body.raw_len);
                self.raw_bytes = self.raw_bytes.saturating_add(raw_len);
                let removed = exchange.redactions.iter().map(|removal| removal.count);
                self.removed = removed.fold(self.removed, u64::saturating_add);
            }
            Record::Skip(_) => self.skips += 1,
            Record::Resume(_) => self.resumes += 1,
            Record::RunStart(_) | Record::RunEnd(_) => {}
        }
    }
}

/// A member that every kind has.
macro_rules! of_any {
    ($self:ident, $record:ident => $member:expr) => {
        match $self {
            Self::RunStart($record) => $member,
            Self::Exchange($record) => $member,
            Self::Skip($record) => $member,
            Self::Resume($record) => $member,
            Self::RunEnd($record) => $member,
        }
    };
}

impl Record {
    /// The word of the `kind` column.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::RunStart(_) => "run_start",
            Self::Exchange(_) => "exchange",
            Self::Skip(_) => "skip",
            Self::Resume(_) => "resume",
            Self::RunEnd(_) => "run_end",
        }
    }

    pub fn seq(&self) -> u64 {
        of_any!(self, record => record.seq)
    }

    pub fn run_id(&self) -> &str {
        of_any!(self, record => &record.run_id)
    }

    pub fn time(&self) -> &str {
        of_any!(self, record => &record.time)
    }

    pub fn mono_ms(&self) -> u64 {
        of_any!(self, record => record.mono_ms)
    }

    /// Fills in what the journal gives every record.
    pub(crate) fn place(&mut self, seq: u64, run_id: &str) {
        of_any!(self, record => {
            record.seq = seq;
            run_id.clone_into(&mut record.run_id);
        });
    }

    /// The bytes that are stored and hashed.
    pub fn to_jcs(&self) -> Result<Vec<u8>, Error> {
        let place = format!("journal seq={}", self.seq());
        if instant_ms(self.time()).is_none() {
            return Err(Error::Json { place, why: "time is not RFC 3339 UTC in ms".to_owned() });
        }
        let bytes = jcs::to_bytes(self, &place)?;
        if bytes.len() > MAX_LEN {
            let why = format!("{} bytes are more than a record may have", bytes.len());
            return Err(Error::Json { place, why });
        }
        Ok(bytes)
    }

    /// Reads the record of row `seq`; refuses bytes that are not canonical, a foreign seq, a time
    /// in another form.
    pub fn parse(seq: u64, bytes: &[u8]) -> Result<Self, Error> {
        let place = format!("journal seq={seq}");
        let record: Self = jcs::from_bytes(bytes, &place)?;
        let refuse = |why: &str| Err(Error::Json { place: place.clone(), why: why.to_owned() });
        if record.seq() != seq {
            return refuse("the record names another seq");
        }
        if instant_ms(record.time()).is_none() {
            return refuse("time is not RFC 3339 UTC in ms");
        }
        Ok(record)
    }
}

/// Milliseconds since 1970 of `2026-03-28T02:10:00.000Z`, the only form of a journal's time.
pub fn instant_ms(text: &str) -> Option<i64> {
    let instant: jiff::Timestamp = text.parse().ok()?;
    (format!("{instant:.3}") == text).then(|| instant.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange() -> Exchange {
        Exchange {
            seq: 7,
            run_id: "00112233445566778899aabbccddeeff".to_owned(),
            time: "2026-03-28T02:10:00.250Z".to_owned(),
            mono_ms: 250,
            endpoint: "vm/hosts".to_owned(),
            attempt: 1,
            page: 2,
            prev: Some(6),
            method: "GET".to_owned(),
            host: "api.example.com".to_owned(),
            path: "/list/".to_owned(),
            version: "2.0".to_owned(),
            params: vec![("id_min".to_owned(), "9".to_owned())],
            status: Some(200),
            ..Exchange::default()
        }
    }

    #[test]
    fn a_record_is_stored_with_sorted_keys_and_without_absent_values() {
        let bytes = Record::Exchange(exchange()).to_jcs().unwrap();
        let expected = concat!(
            r#"{"attempt":1,"duration_ms":0,"endpoint":"vm/hosts","headers":[],"#,
            r#""host":"api.example.com","kind":"exchange","method":"GET","mono_ms":250,"#,
            r#""outcome":"ok","page":2,"params":[["id_min","9"]],"path":"/list/","prev":6,"#,
            r#""redactions":[],"removed":[],"response_headers":[],"#,
            r#""run_id":"00112233445566778899aabbccddeeff","seq":7,"status":200,"#,
            r#""time":"2026-03-28T02:10:00.250Z","version":"2.0"}"#,
        );
        assert_eq!(String::from_utf8(bytes.clone()).unwrap(), expected);
        assert_eq!(Record::parse(7, &bytes).unwrap(), Record::Exchange(exchange()));
    }

    #[test]
    fn every_kind_survives_the_round_trip() {
        let time = "2026-03-28T02:10:00.250Z".to_owned();
        let records = [
            Record::RunStart(RunStart { time: time.clone(), ..RunStart::default() }),
            Record::Exchange(exchange()),
            Record::Skip(Skip { time: time.clone(), ..Skip::default() }),
            Record::Resume(Resume { time: time.clone(), gap_seconds: -3, ..Resume::default() }),
            Record::RunEnd(RunEnd { time, ..RunEnd::default() }),
        ];
        for (seq, mut record) in (1..).zip(records) {
            record.place(seq, &"ab".repeat(16));
            let bytes = record.to_jcs().unwrap();
            let kind = format!("\"kind\":\"{}\"", record.kind());
            assert!(String::from_utf8_lossy(&bytes).contains(&kind));
            assert_eq!(Record::parse(seq, &bytes).unwrap(), record);
            assert_eq!(record.run_id(), "ab".repeat(16));
        }
    }

    #[test]
    fn changed_records_are_refused() {
        let bytes = Record::Exchange(exchange()).to_jcs().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        for (from, to) in [
            ("\"exchange\"", "\"gossip\""),
            ("\"attempt\":1", "\"attempt\":1,\"attempt\":1"),
            ("\"kind\":\"exchange\"", "\"kind\":\"exchange\",\"kind\":\"exchange\""),
            ("\"status\":200", "\"status\":200.0"),
            ("\"status\":200", "\"status\":null"),
            ("\"status\":200", "\"status\":99999"),
            ("\"seq\":7", "\"seq\":8"),
            ("\"seq\":7", "\"seq\":7,\"sha256\":\"00\""),
            ("00.250Z", "00.25Z"),
            ("00.250Z", "00.250+00:00"),
            ("\"outcome\":\"ok\"", "\"outcome\":\"fine\""),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text, "{from}");
            assert!(Record::parse(7, changed.as_bytes()).is_err(), "{to}");
        }
    }

    #[test]
    fn outcome_words_are_the_stored_ones() {
        for (outcome, word) in Outcome::WORDS {
            assert_eq!(serde_json::to_string(&outcome).unwrap(), format!("\"{word}\""));
            assert_eq!(Outcome::from_word(word), Some(outcome));
        }
        assert_eq!(Outcome::from_word("fine"), None);
    }

    #[test]
    fn times_have_one_form() {
        assert_eq!(instant_ms("1970-01-01T00:00:01.500Z"), Some(1500));
        for wrong in [
            "1970-01-01T00:00:01Z",
            "1970-01-01T00:00:01.5Z",
            "1970-01-01T00:00:01.5000Z",
            "1970-01-01 00:00:01.500Z",
            "1970-01-01T00:00:01.500",
            "1970-01-01T01:00:01.500+01:00",
            "1970-13-01T00:00:01.500Z",
            "",
        ] {
            assert_eq!(instant_ms(wrong), None, "{wrong}");
        }
    }
}
