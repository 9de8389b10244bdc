//! Thresholds of control 11, and the pattern that tells software without support.

use regex::Regex;
use toml::de::DeValue;

use super::pattern;
use super::setting::Limits::{self, Any, Between};
use super::setting::{Ratio, Setting, table};

const DAYS: Limits = Between(1, 36_500);

table! {
    /// Control 11: patch management tracking.
    Patching "c11" {
        /// Share of open QIDs that must have patch data in the knowledge base.
        min_kb_join: Ratio = Ratio::millionths(950_000), Any, "ours: the operational meaning of `tracking is enabled`";
        /// Days that a patch for a critical or high detection may wait.
        max_patch_age_high_days: i64 = 30, DAYS, "FedRAMP SI-2; PCI DSS 6.3.3: one month";
        /// Days that a patch for a medium detection may wait.
        max_patch_age_medium_days: i64 = 90, DAYS, "specification: the medium window";
        /// Days that a critical or high detection without a patch may be open without a plan.
        no_patch_days: i64 = 30, DAYS, "ours";
        /// Days since the last boot of a host whose running kernel is vulnerable.
        reboot_days: i64 = 30, DAYS, "ours";
        /// Matched against title and category of a QID: software whose support has ended.
        eol_pattern: TitlePattern = TitlePattern::obsolete(), Any, "ours";
    }
}

/// A pattern over titles of the knowledge base.
#[derive(Debug, Clone)]
pub struct TitlePattern {
    text: String,
    /// `None` where the text is the plain prefix `^EOL/Obsolete`, which needs no machine.
    compiled: Option<Regex>,
}

/// How Qualys begins the titles of software without support.
const OBSOLETE: &str = "EOL/Obsolete";

impl TitlePattern {
    fn obsolete() -> Self {
        Self { text: format!("^{OBSOLETE}"), compiled: None }
    }

    pub fn is_match(&self, title: &str) -> bool {
        self.compiled
            .as_ref()
            .map_or_else(|| title.starts_with(OBSOLETE), |pattern| pattern.is_match(title))
    }
}

impl Setting for TitlePattern {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        let text = value.as_str().ok_or("takes a pattern")?;
        Ok(Self { text: text.to_owned(), compiled: Some(pattern(text)?) })
    }

    fn json(&self) -> serde_json::Value {
        self.text.as_str().into()
    }
}
