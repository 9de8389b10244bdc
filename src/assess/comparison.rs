//! What a comparison of two snapshots says, in plain data; the room `compare` makes it.

use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::finding::{Outcome, Severity, Status};

/// An earlier snapshot beside the one that is reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Comparison {
    pub previous: Previous,
    /// Whether the two were judged alike: one subscription, one set of thresholds and inputs.
    pub comparable: bool,
    /// Why not, or what a reader must know about the comparison.
    pub reason: Option<String>,
    /// Lowest severity that both reports show: nothing below it is compared.
    pub severity: Severity,
    /// The worst severity among what is new or worse, also below that limit as far as both reports
    /// show it; null if nothing is.
    pub worst_new: Option<Severity>,
    /// Controls whose outcome moved, by number.
    pub controls: Vec<ControlChange>,
    /// By key; a rolled-up finding is compared by its members.
    pub findings: Vec<FindingChange>,
    /// Metrics whose value moved, by control and id.
    pub metrics: Vec<MetricChange>,
    /// What changed in the Qualys deployment itself, by control, type, id and field.
    pub deployment: Vec<DeploymentChange>,
    /// What happened between the two, by control; left out by versions that did not count it.
    #[serde(default)]
    pub movements: Vec<Movement>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Previous {
    pub id: String,
    pub root: String,
    pub as_of: String,
}

/// A control whose outcome moved; null where one side did not select it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ControlChange {
    pub number: u8,
    /// Of the control, such as `scan-schedule`.
    pub id: String,
    pub from: Option<Outcome>,
    pub to: Option<Outcome>,
}

/// What became of one finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FindingChange {
    pub key: String,
    pub check: String,
    pub control: u8,
    pub change: Change,
    /// Severity on the older side; null where it was not open there.
    pub from: Option<Severity>,
    /// Severity on the newer side; null where it is not open there.
    pub to: Option<Severity>,
    pub status: StatusChange,
    /// Of the resource, on the newer side where it is there.
    pub name: Option<String>,
    /// Of the finding, on the newer side where it is there; null where nothing changed.
    pub message: Option<String>,
    /// What the change is concluded from, where the finding is no longer there; why it may have been
    /// there before, where it is new.
    pub reason: Option<String>,
}

/// Whether a finding was waived; null where there was none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StatusChange {
    pub from: Option<Status>,
    pub to: Option<Status>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Change {
    New,
    /// What it was about is still there and is healthy now.
    Resolved,
    Worse,
    Better,
    Unchanged,
    /// What it was about is gone, or is no longer asked for: nothing was fixed.
    OutOfScope,
    /// What it was about can no longer be seen by us: nothing is known.
    NotVisible,
}

impl Comparison {
    /// Whether nothing moved between the two.
    pub fn is_empty(&self) -> bool {
        self.controls.is_empty()
            && self.metrics.is_empty()
            && self.deployment.is_empty()
            && self.movements.iter().all(|one| one.count == Some(0))
            && self.findings.iter().all(|finding| finding.change == Change::Unchanged)
    }

    /// Findings of this kind of change.
    pub fn count(&self, change: Change) -> usize {
        self.findings.iter().filter(|finding| finding.change == change).count()
    }
}

impl Change {
    pub const ALL: [Self; 7] = [
        Self::New,
        Self::Worse,
        Self::Resolved,
        Self::Better,
        Self::OutOfScope,
        Self::NotVisible,
        Self::Unchanged,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Resolved => "resolved",
            Self::Worse => "worse",
            Self::Better => "better",
            Self::Unchanged => "unchanged",
            Self::OutOfScope => "out_of_scope",
            Self::NotVisible => "not_visible",
        }
    }
}

/// A metric whose value moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MetricChange {
    pub control: u8,
    pub id: String,
    pub label: String,
    pub unit: String,
    pub from: Option<Number>,
    pub to: Option<Number>,
    /// Of a ratio: how many of how many.
    #[serde(default)]
    pub parts: Option<PartsChange>,
}

/// Numerator and denominator of a ratio; null on a side that does not have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PartsChange {
    pub from: Option<[u64; 2]>,
    pub to: Option<[u64; 2]>,
}

/// Things that happened between the two snapshots, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Movement {
    pub control: u8,
    /// Stable, `snake_case`.
    pub id: String,
    pub label: String,
    /// Null where it cannot be told; the remark says why.
    pub count: Option<u64>,
    pub remark: Option<String>,
    pub evidence: Examples,
}

impl Movement {
    /// Whether there is something to tell: a number, or why there is none.
    pub const fn is_told(&self) -> bool {
        !matches!(self.count, Some(0)) || self.remark.is_some()
    }
}

/// Evidence ids of the first few, each in its own bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Examples {
    pub old: Vec<String>,
    pub new: Vec<String>,
}

/// A setting of the deployment that was added, removed or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DeploymentChange {
    pub control: u8,
    #[serde(rename = "type")]
    pub kind: String,
    pub id: String,
    pub name: Option<String>,
    pub change: Edit,
    /// Null where the whole thing came or went.
    pub field: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub evidence: BothSides,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Edit {
    Added,
    Removed,
    Changed,
}

impl Edit {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// Evidence ids, each in its own bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BothSides {
    pub old: Option<String>,
    pub new: Option<String>,
}
