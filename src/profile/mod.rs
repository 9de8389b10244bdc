//! The assessor's settings: thresholds, input files and waivers, and where each value came from.

mod agents;
mod baseline;
mod coverage;
mod declared;
mod exemption;
mod input;
mod inventory;
mod jcs;
mod option_profiles;
mod patching;
mod person;
mod prioritization;
mod read;
mod review;
mod rows;
mod scanning;
mod segment;
mod setting;
mod tables;
mod tagging;
#[cfg(test)]
mod tests;
mod waiver;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regex::{Regex, RegexBuilder};
use sha2::{Digest as _, Sha256};

pub use agents::{AgentCoverage, MinVersions};
pub use baseline::{BASELINES, Baseline, BaselineValue, baseline};
pub use coverage::{
    AuthRecords, Exclusions, Factor, Policies, PolicyAssignment, Reporting, Reports,
    RequiredPolicy, RequiredReport, TypeMap,
};
pub use declared::{
    CloudAccount, CloudAccounts, Monitored, Network, Networks, Recipient, Recipients, Site, WebApps,
};
pub use exemption::{Exemption, HostField};
pub use input::{Asset, Assets, Input, InputFile, Inputs, Kev};
pub use inventory::{
    AssetGroups, Asv, Cloud, CloudConnectors, Distribution, ExternalScan, Segmentation,
    WebApplications,
};
pub use option_profiles::{
    Authentication, BruteForce, Detection, Expectation, OptionProfile, OptionProfiles, Performance,
    Ports,
};
pub use patching::{Patching, TitlePattern};
pub use person::{ActivityLog, Allowance, Block, Pattern, UserRoles, Users};
pub use prioritization::Prioritization;
pub use review::{Attestation, Attestations, SensitiveAction, SensitiveActions};
pub use scanning::Appliances;
pub use segment::{Segment, SegmentKind, SegmentScan};
pub use setting::{Key, Limits, Ratio, Setting, Table};
pub use tables::{
    AuthRatio, Exposure, KernelPolicy, ScanSchedule, Scope, SeveritySource, Sla, SlaClock,
};
pub use tagging::{ExclusiveTags, RequiredTag, TagName, Tagging, Tags};
pub use waiver::Waiver;

/// Memory that one pattern of a profile may take once compiled, bytes.
const PATTERN_LIMIT: usize = 1 << 20;

/// Everything that an assessor decides before the assessment.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The file's `name`, else that of the baseline.
    pub name: String,
    pub baseline: &'static str,
    /// Upper-case words of modules whose absence is a failure: `VM`, `PC`, `WAS`, `CA`, `CLOUDVIEW`.
    pub require_modules: Vec<String>,
    pub scope: Scope,
    pub sla: Sla,
    pub c01: ScanSchedule,
    pub c02: AuthRatio,
    pub c03: OptionProfile,
    pub c04: AssetGroups,
    pub c05: CloudConnectors,
    pub c06: Appliances,
    pub c07: AgentCoverage,
    pub c08: AuthRecords,
    pub c09: PolicyAssignment,
    pub c11: Patching,
    pub c12: Reporting,
    pub c13: UserRoles,
    pub c14: ExternalScan,
    pub c15: WebApplications,
    pub c16: Exclusions,
    pub c17: Prioritization,
    pub c18: Tagging,
    pub c19: ActivityLog,
    pub c20: Segmentation,
    pub users: Users,
    pub distribution: Distribution,
    pub option_profiles: OptionProfiles,
    pub cloud: Cloud,
    pub policy: Policies,
    pub report: Reports,
    pub tag: Tags,
    pub segments: Vec<Segment>,
    pub waivers: Vec<Waiver>,
    /// By `table.key`; what is not here is the compiled-in default.
    origins: BTreeMap<String, Origin>,
    /// Paths of the input files, resolved against the profile's folder.
    input_paths: BTreeMap<Input, PathBuf>,
}

/// Who set a value. A later one overrides an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    Default,
    Baseline,
    Profile,
    Flag,
}

impl Origin {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Baseline => "baseline",
            Self::Profile => "profile",
            Self::Flag => "flag",
        }
    }
}

/// Why a profile or one of its files is refused.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    #[error("{}: cannot be read: {source}", file.display())]
    Read { file: PathBuf, source: std::io::Error },
    #[error("{}:{line}: {message}", file.display())]
    Line { file: PathBuf, line: usize, message: String },
    #[error("{}: line {line}: {message}", file.display())]
    Row { file: PathBuf, line: u64, message: String },
    #[error("{key}: {message}")]
    Value { key: String, message: String },
    #[error("no baseline is called `{0}`: {1}")]
    Baseline(String, String),
}

/// One effective value, for the report and for `analyze profile show`.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// `table.key`.
    pub key: String,
    pub value: serde_json::Value,
    pub origin: Origin,
    pub about: &'static str,
    /// Of the default or of the baseline's value; empty for the profile's and flags' own.
    pub source: &'static str,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            name: "seed".to_owned(),
            baseline: "seed",
            require_modules: Vec::new(),
            scope: Scope::default(),
            sla: Sla::default(),
            c01: ScanSchedule::default(),
            c02: AuthRatio::default(),
            c03: OptionProfile::default(),
            c04: AssetGroups::default(),
            c05: CloudConnectors::default(),
            c06: Appliances::default(),
            c07: AgentCoverage::default(),
            c08: AuthRecords::default(),
            c09: PolicyAssignment::default(),
            c11: Patching::default(),
            c12: Reporting::default(),
            c13: UserRoles::default(),
            c14: ExternalScan::default(),
            c15: WebApplications::default(),
            c16: Exclusions::default(),
            c17: Prioritization::default(),
            c18: Tagging::default(),
            c19: ActivityLog::default(),
            c20: Segmentation::default(),
            users: Users::default(),
            distribution: Distribution::default(),
            option_profiles: OptionProfiles::default(),
            cloud: Cloud::default(),
            policy: Policies::default(),
            report: Reports::default(),
            tag: Tags::default(),
            segments: Vec::new(),
            waivers: Vec::new(),
            origins: BTreeMap::new(),
            input_paths: BTreeMap::new(),
        }
    }
}

impl Profile {
    /// Builds the effective profile: flags over the file over the baseline over the defaults.
    ///
    /// `baseline` is the flag, which overrides the file's; `flags` are `table.key` with TOML text.
    ///
    /// # Errors
    /// The file, line and sentence of the first thing that is not understood.
    pub fn load(
        file: Option<&Path>,
        baseline: Option<&str>,
        flags: &[(&str, String)],
    ) -> Result<Self, ProfileError> {
        read::load(file, baseline, flags)
    }

    /// Reads the input files that the profile names.
    ///
    /// # Errors
    /// The file and row of the first thing that is not understood.
    pub fn inputs(&self) -> Result<Inputs, ProfileError> {
        let mut inputs = Inputs::default();
        for (input, path) in &self.input_paths {
            inputs.read(*input, path)?;
        }
        Ok(inputs)
    }

    /// The tables of thresholds, in the order of the profile.
    pub fn tables(&self) -> Vec<&dyn Table> {
        vec![
            &self.scope,
            &self.sla,
            &self.c01,
            &self.c02,
            &self.c03,
            &self.c04,
            &self.c05,
            &self.c06,
            &self.c07,
            &self.c08,
            &self.c09,
            &self.c11,
            &self.c12,
            &self.c13,
            &self.c14,
            &self.c15,
            &self.c16,
            &self.c17,
            &self.c18,
            &self.c19,
            &self.c20,
            &self.users,
            &self.distribution,
            &self.option_profiles,
            &self.cloud,
            &self.policy,
            &self.report,
            &self.tag,
        ]
    }

    fn table_mut(&mut self, name: &str) -> Option<&mut dyn Table> {
        let tables: Vec<&mut dyn Table> = vec![
            &mut self.scope,
            &mut self.sla,
            &mut self.c01,
            &mut self.c02,
            &mut self.c03,
            &mut self.c04,
            &mut self.c05,
            &mut self.c06,
            &mut self.c07,
            &mut self.c08,
            &mut self.c09,
            &mut self.c11,
            &mut self.c12,
            &mut self.c13,
            &mut self.c14,
            &mut self.c15,
            &mut self.c16,
            &mut self.c17,
            &mut self.c18,
            &mut self.c19,
            &mut self.c20,
            &mut self.users,
            &mut self.distribution,
            &mut self.option_profiles,
            &mut self.cloud,
            &mut self.policy,
            &mut self.report,
            &mut self.tag,
        ];
        tables.into_iter().find(|table| table.name() == name)
    }

    /// Every threshold with its origin, by table and key.
    pub fn parameters(&self) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for table in self.tables() {
            for key in table.keys() {
                let path = format!("{}.{}", table.name(), key.name);
                let origin = self.origins.get(&path).copied().unwrap_or(Origin::Default);
                let source = match origin {
                    Origin::Default => key.source,
                    Origin::Baseline => self.baseline_source(&path),
                    Origin::Profile | Origin::Flag => "",
                };
                parameters.push(Parameter {
                    value: table.json(key.name).unwrap_or_default(),
                    key: path,
                    origin,
                    about: key.about.trim(),
                    source,
                });
            }
        }
        if !self.segments.is_empty() {
            parameters.push(Parameter {
                key: "segment".to_owned(),
                value: self.segments.iter().map(Segment::json).collect(),
                origin: Origin::Profile,
                about: "Segments of the audited network.",
                source: "",
            });
        }
        parameters
    }

    fn baseline_source(&self, key: &str) -> &'static str {
        baseline(self.baseline)
            .and_then(|baseline| baseline.values.iter().find(|value| value.key == key))
            .map_or("", |value| value.source)
    }

    /// Lower hex SHA-256 over the JCS form of what judges: thresholds, required modules, waivers
    /// and the hashes of the input files. Two reports are comparable when it is equal.
    pub fn sha256(&self, inputs: &Inputs) -> String {
        let parameters: serde_json::Map<_, _> = self
            .parameters()
            .into_iter()
            .map(|parameter| (parameter.key, parameter.value))
            .collect();
        let files: serde_json::Map<_, _> = inputs
            .files
            .iter()
            .map(|file| (file.input.to_string(), file.sha256.as_str().into()))
            .collect();
        let effective = serde_json::json!({
            "schema": 1,
            "require_modules": self.require_modules,
            "parameters": parameters,
            "inputs": files,
            "waivers": self.waivers.iter().map(Waiver::json).collect::<Vec<_>>(),
        });
        hex(&Sha256::digest(jcs::to_string(&effective)))
    }
}

/// Compiles a pattern of a profile within bounds.
///
/// # Errors
/// A sentence with the pattern's fault.
pub fn pattern(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text)
        .size_limit(PATTERN_LIMIT)
        .dfa_size_limit(PATTERN_LIMIT)
        .build()
        .map_err(|error| format!("has a pattern that is not understood: {error}"))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).flatten().collect()
}
