//! Thresholds of control 7, and the oldest agent version of each platform.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::setting::Limits::{self, Any, Between, OneOf};
use super::setting::{Ratio, Setting, table};
use super::tables::OS_FAMILIES;

const DAYS: Limits = Between(1, 36_500);

table! {
    /// Control 7: agent deployment coverage. Controls 1 and 2 read what a live agent is, too.
    AgentCoverage "c07" {
        /// OS families that an agent exists for.
        eligible_os: Vec<String> = ["windows", "linux", "macos", "aix", "solaris"].map(str::to_owned).to_vec(), OneOf(OS_FAMILIES), "ours";
        /// Share of eligible hosts that must have a live agent.
        min_coverage: Ratio = Ratio::millionths(800_000), Any, "ours";
        /// The same share in each asset group.
        group_min_coverage: Ratio = Ratio::millionths(800_000), Any, "ours";
        /// Days since the last check-in after which an agent is not live.
        stale_checkin_days: i64 = 7, DAYS, "ours";
        /// Days since the last assessment of a host whose agent checks in.
        scan_lag_days: i64 = 7, DAYS, "ours";
        /// Least agent version by platform, as the portal names platforms; letter case does not matter.
        min_version: MinVersions = MinVersions::default(), Any, "unset";
    }
}

/// Least agent version by platform.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MinVersions(BTreeMap<String, String>);

impl MinVersions {
    /// The least version of a platform, where the profile names one.
    pub fn of(&self, platform: &str) -> Option<&str> {
        let mut versions = self.0.iter();
        let found = versions.find(|(name, _)| name.eq_ignore_ascii_case(platform));
        found.map(|(_, version)| version.as_str())
    }
}

impl Setting for MinVersions {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        const WHAT: &str = "takes a table of platforms with versions such as windows = \"5.0\"";
        let table = value.as_table().ok_or(WHAT)?;
        table
            .iter()
            .map(|(platform, version)| {
                let digits = |part: &str| part.parse::<u64>().is_ok();
                let version = version.get_ref().as_str().ok_or(WHAT)?;
                if version.split('.').all(digits) {
                    Ok((platform.get_ref().to_string(), version.to_owned()))
                } else {
                    Err(format!("has {version:?}, which is no version such as 5.0"))
                }
            })
            .collect::<Result<_, String>>()
            .map(Self)
    }

    fn json(&self) -> serde_json::Value {
        self.0
            .iter()
            .map(|(platform, version)| (platform.clone(), version.as_str().into()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}
