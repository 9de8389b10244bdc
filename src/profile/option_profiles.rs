//! What scan option profiles must be like: control 3.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::setting::{Limits, Setting, table, words};
use Limits::{Any, Between, OneOf};

words! {
    /// How many TCP or UDP ports a profile scans.
    #[derive(PartialOrd, Ord)]
    Ports { None = "none", Light = "light", Standard = "standard", Full = "full" }
}

words! {
    /// How hard a profile guesses passwords.
    #[derive(PartialOrd, Ord)]
    BruteForce {
        None = "none",
        Minimal = "minimal",
        Limited = "limited",
        Standard = "standard",
        Exhaustive = "exhaustive",
    }
}

words! {
    /// How fast a profile scans.
    #[derive(PartialOrd, Ord)]
    Performance { Low = "low", Normal = "normal", High = "high" }
}

words! {
    /// Whether an environment is scanned with credentials.
    Authentication { Required = "required", Any = "any" }
}

words! {
    /// Which detections an environment is scanned for.
    Detection { Complete = "complete", Any = "any" }
}

table! {
    /// Control 3: scan option profile review.
    OptionProfile "c03" {
        /// Whether profiles in use must test for everything.
        require_complete: bool = true, Any, "FedRAMP: all non-destructive detections";
        /// Fewest TCP ports of a profile in use.
        min_tcp: Ports = Ports::Standard, OneOf(Ports::WORDS), "ours";
        /// Fewest UDP ports of a profile in use.
        min_udp: Ports = Ports::Light, OneOf(Ports::WORDS), "ours";
        /// Ports and ranges, separated by commas, whose own list excuses fewer TCP ports; empty: nothing does.
        required_tcp_ports: String = String::new(), Any, "ours";
        /// Hardest guessing of passwords in production segments.
        max_brute_force: BruteForce = BruteForce::Limited, OneOf(BruteForce::WORDS), "ours";
        /// Missed scans from which a profile may close the findings of a host.
        close_dead_min_scans: i64 = 5, Between(1, 1000), "ours";
    }
}

table! {
    /// What is known about single option profiles.
    OptionProfiles "option_profiles" {
        /// Titles of profiles with a narrow purpose.
        special_purpose: Vec<String> = Vec::new(), Any, "ours";
        /// By title: the `sha256:…` of the approved configuration.
        approved: BTreeMap<String, String> = BTreeMap::new(), Any, "FedRAMP: evidence that scanner settings are unchanged";
        /// By environment (internal, external, cde, ot): what its profiles must be like.
        expect: BTreeMap<String, Expectation> = BTreeMap::new(), Any, "ours";
    }
}

/// What the profiles of one environment must be like; `None`: anything goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expectation {
    pub authentication: Option<Authentication>,
    pub detection: Option<Detection>,
    /// Fewest TCP ports.
    pub tcp: Option<Ports>,
    /// Most TCP ports.
    pub tcp_max: Option<Ports>,
    pub performance_max: Option<Performance>,
    pub brute_force_max: Option<BruteForce>,
}

/// Environments of schedules.
const ENVIRONMENTS: &[&str] = &["internal", "external", "cde", "ot"];

impl Setting for Expectation {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        let table = value.as_table().ok_or("takes a table for each environment")?;
        let mut expectation = Self::default();
        for (key, value) in table {
            let (name, value) = (key.get_ref().as_ref(), value.get_ref());
            let told = |message: String| format!("{name} {message}");
            match name {
                "authentication" => {
                    expectation.authentication = Some(Setting::read(value, Any).map_err(told)?);
                }
                "detection" => {
                    expectation.detection = Some(Setting::read(value, Any).map_err(told)?);
                }
                "tcp" => expectation.tcp = Some(Setting::read(value, Any).map_err(told)?),
                "tcp_max" => expectation.tcp_max = Some(Setting::read(value, Any).map_err(told)?),
                "performance_max" => {
                    expectation.performance_max = Some(Setting::read(value, Any).map_err(told)?);
                }
                "brute_force_max" => {
                    expectation.brute_force_max = Some(Setting::read(value, Any).map_err(told)?);
                }
                _ => return Err(format!("has no key `{name}` in its environments")),
            }
        }
        Ok(expectation)
    }

    fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "authentication": self.authentication.map(Authentication::word),
            "detection": self.detection.map(Detection::word),
            "tcp": self.tcp.map(Ports::word),
            "tcp_max": self.tcp_max.map(Ports::word),
            "performance_max": self.performance_max.map(Performance::word),
            "brute_force_max": self.brute_force_max.map(BruteForce::word),
        })
    }
}

impl Setting for BTreeMap<String, Expectation> {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        let table = value.as_table().ok_or("takes a table for each environment")?;
        let mut expectations = Self::new();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if !ENVIRONMENTS.contains(&name) {
                return Err(format!("knows no environment `{name}`: {}", ENVIRONMENTS.join(", ")));
            }
            expectations.insert(name.to_owned(), Setting::read(value.get_ref(), Any)?);
        }
        Ok(expectations)
    }

    fn json(&self) -> serde_json::Value {
        self.iter()
            .map(|(name, one)| (name.clone(), one.json()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}

impl Setting for BTreeMap<String, String> {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        const WHAT: &str = "takes `\"title\" = \"sha256:…\"` with 64 hex digits";
        let table = value.as_table().ok_or(WHAT)?;
        let mut hashes = Self::new();
        for (key, value) in table {
            let hash = value.get_ref().as_str().and_then(|text| text.strip_prefix("sha256:"));
            let hash = hash.filter(|hash| {
                hash.len() == 64 && hash.bytes().all(|digit| digit.is_ascii_hexdigit())
            });
            hashes.insert(key.get_ref().to_string(), hash.ok_or(WHAT)?.to_lowercase());
        }
        Ok(hashes)
    }

    fn json(&self) -> serde_json::Value {
        self.iter()
            .map(|(title, hash)| (title.clone(), format!("sha256:{hash}").into()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}
