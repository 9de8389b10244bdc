//! What an assessment says, in plain data: severities, states, resources, evidence, findings.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    /// Lowest first.
    pub const ALL: [Self; 5] = [Self::Info, Self::Low, Self::Medium, Self::High, Self::Critical];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Reads the lower-case word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.word() == word)
    }
}

/// The state of one check. `accepted` is not among them: it is an overlay on findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    Pass,
    Fail,
    Warn,
    NotApplicable,
    NotAssessed,
    Error,
}

/// The state of a control uses the same words.
pub type Outcome = CheckState;

impl CheckState {
    /// In the order of the report's summary.
    pub const ALL: [Self; 6] =
        [Self::Pass, Self::Fail, Self::Warn, Self::NotAssessed, Self::NotApplicable, Self::Error];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::NotApplicable => "not_applicable",
            Self::NotAssessed => "not_assessed",
            Self::Error => "error",
        }
    }

    /// Whether the check came to a verdict.
    pub const fn is_assessed(self) -> bool {
        matches!(self, Self::Pass | Self::Fail | Self::Warn | Self::NotApplicable)
    }
}

/// A fact that was seen, or the reason why it was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known<T> {
    Known(T),
    Unknown(String),
}

/// The thing a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Resource {
    /// `asset_group`, `schedule`, `qid`, `subscription`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// As Qualys names it; raw text, may hold colons.
    pub id: String,
    pub name: Option<String>,
    /// What tells two findings of one check on one resource apart.
    pub discriminator: Option<String>,
}

impl Resource {
    #[expect(clippy::needless_pass_by_value, reason = "an id is a small number or a text")]
    pub fn new(kind: &str, id: impl ToString) -> Self {
        Self { kind: kind.to_owned(), id: id.to_string(), name: None, discriminator: None }
    }

    /// `subscription:tenant`: the audited account as a whole.
    pub fn subscription() -> Self {
        Self::new("subscription", "tenant")
    }

    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    #[must_use]
    pub fn told_apart(mut self, discriminator: impl Into<String>) -> Self {
        self.discriminator = Some(discriminator.into());
        self
    }

    /// `check:type:id[:discriminator]`: the identity of a finding. No counts, dates or names.
    pub fn key(&self, check: &str) -> String {
        let Self { kind, id, discriminator, .. } = self;
        match discriminator {
            Some(discriminator) => format!("{check}:{kind}:{id}:{discriminator}"),
            None => format!("{check}:{kind}:{id}"),
        }
    }
}

/// Bytes of one answer that a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Journal seq of the response.
    pub response: i64,
    /// Bytes from the start of the decompressed body.
    pub offset: i64,
    pub length: i64,
    /// The Qualys id of the record that these bytes are, where it has one.
    pub record: Option<String>,
}

impl Span {
    #[expect(clippy::needless_pass_by_value, reason = "an id is a small number or a text")]
    pub fn record(response: i64, offset: i64, length: i64, id: impl ToString) -> Self {
        Self { response, offset, length, record: Some(id.to_string()) }
    }

    /// Part of a body that has no id of its own, such as one detection of a host.
    pub fn part(response: i64, offset: i64, length: i64) -> Self {
        Self { response, offset, length, record: None }
    }

    /// A whole body: evidence of what does not stand in it.
    pub fn whole(response: i64, bytes: i64) -> Self {
        Self::part(response, 0, bytes)
    }
}

/// A number that the control measured, shown with what it was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Metric {
    /// Stable, `snake_case`, documented on the control's page.
    pub id: String,
    pub label: String,
    /// Null where nothing could be measured.
    pub value: Option<Number>,
    pub numerator: Option<u64>,
    pub denominator: Option<u64>,
    /// `ratio`, `count`, `days`, …
    pub unit: Cow<'static, str>,
    pub threshold: Option<Number>,
}

impl Metric {
    /// A share; over an empty denominator it is null, never 0.
    pub fn ratio(id: impl Into<String>, label: &str, numerator: u64, denominator: u64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
        let share = numerator as f64 / denominator as f64;
        Self {
            id: id.into(),
            label: label.to_owned(),
            value: Number::from_f64(share),
            numerator: Some(numerator),
            denominator: Some(denominator),
            unit: Cow::Borrowed("ratio"),
            threshold: None,
        }
    }

    pub fn count(id: impl Into<String>, label: &str, value: u64) -> Self {
        Self::measured(id, label, Some(value.into()), "count")
    }

    pub fn measured(
        id: impl Into<String>,
        label: &str,
        value: Option<Number>,
        unit: &'static str,
    ) -> Self {
        Self {
            id: id.into(),
            label: label.to_owned(),
            value,
            numerator: None,
            denominator: None,
            unit: Cow::Borrowed(unit),
            threshold: None,
        }
    }

    /// The limit that the value is held against.
    #[must_use]
    pub fn against(mut self, threshold: impl Into<Number>) -> Self {
        self.threshold = Some(threshold.into());
        self
    }
}

/// Whether a waiver covers the finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Open,
    Accepted,
}

impl Status {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
        }
    }
}

/// A pointer from a finding to the very bytes, as reports carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Evidence {
    /// `ev:<seq>#<record>`, `ev:<seq>#@<offset>`, or `ev:<seq>` for a whole body.
    pub id: String,
    pub response: i64,
    // Shared by the pointers into one answer, of which a report may hold very many.
    #[serde(with = "shared")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub endpoint: Arc<str>,
    /// Of the decompressed body, lower hex.
    #[serde(with = "shared")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub sha256: Arc<str>,
    pub offset: i64,
    pub length: i64,
}

/// A shared text in JSON.
mod shared {
    use std::sync::Arc;

    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(text: &Arc<str>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<str>, D::Error> {
        String::deserialize(from).map(Arc::from)
    }
}

/// One thing that is wrong, who it is about, and what shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    pub key: String,
    /// Lower hex; the same in every report of one subscription.
    pub fingerprint: String,
    pub check: String,
    /// 0 where a waiver names no known check.
    pub control: u8,
    /// With escalations applied.
    pub severity: Severity,
    pub status: Status,
    pub resource: Resource,
    pub message: String,
    pub remediation: String,
    pub facts: Map<String, Value>,
    /// The keys that a rolled-up finding stands for.
    pub members: Vec<String>,
    pub evidence: Vec<Evidence>,
}

/// What one check came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CheckResult {
    pub id: Cow<'static, str>,
    pub core: bool,
    /// The table's; a finding's own may be higher.
    pub severity: Severity,
    pub state: CheckState,
    pub subjects: u64,
    pub failed: u64,
    pub unknown: u64,
    pub reason: Option<String>,
}
