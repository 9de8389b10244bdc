//! What scans log in with, comply with, report and leave out: controls 8, 9, 12, 16.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::person::Pattern;
use super::setting::Limits::{self, Any, Between};
use super::setting::{Ratio, Setting, entries, only, table};
use super::tables::OS_FAMILIES;

const DAYS: Limits = Between(1, 36_500);
const COUNT: Limits = Between(1, 1_000_000);

table! {
    /// Control 8: authentication record completeness.
    AuthRecords "c08" {
        /// Fewest scanned hosts over which a record is judged.
        min_hosts: i64 = 3, COUNT, "ours";
        /// Share of a record's hosts that it must log in to.
        min_success: Ratio = Ratio::millionths(800_000), Any, "specification: 80 %";
        /// Days since a record with a stored password was changed.
        max_unchanged_days: i64 = 365, DAYS, "ours";
        /// Matched against knowledge base titles: detections that say a login failed.
        fail_title_pattern: Option<Pattern> = Pattern::new("(?i)authentication failed").ok(), Any, "ours";
        /// QIDs that say a login failed, where the bundle has no knowledge base.
        fail_qids: Vec<i64> = vec![105_015, 105_053], Between(1, i64::MAX), "ours: general knowledge";
        /// By family of operating systems: types of records that serve it, `type` or `type:sub-type`.
        type_map: TypeMap = TypeMap::default(), Any, "specification: Windows, Linux, network devices";
    }
}

/// Types of authentication records by family of operating systems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeMap(BTreeMap<String, Vec<String>>);

impl TypeMap {
    /// The types that serve a family; empty where records are not asked for.
    pub fn of(&self, family: &str) -> &[String] {
        self.0.get(family).map_or(&[], Vec::as_slice)
    }

    /// Families with their types.
    pub fn families(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(family, types)| (family.as_str(), types.as_slice()))
    }
}

impl Default for TypeMap {
    fn default() -> Self {
        let families: [(&str, &[&str]); 5] = [
            ("windows", &["windows"]),
            ("linux", &["unix"]),
            ("unix", &["unix"]),
            (
                "network",
                &[
                    "unix:cisco",
                    "unix:checkpoint_firewall",
                    "network_ssh",
                    "snmp",
                    "palo_alto_firewall",
                ],
            ),
            ("vmware", &["vmware", "vcenter"]),
        ];
        let owned = |types: &[&str]| types.iter().map(|word| (*word).to_owned()).collect();
        Self(families.map(|(family, types)| (family.to_owned(), owned(types))).into())
    }
}

impl Setting for TypeMap {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        let table = value.as_table().ok_or("takes a table of families with lists of types")?;
        table
            .iter()
            .map(|(family, types)| {
                let family = family.get_ref();
                if !OS_FAMILIES.contains(&family.as_ref()) {
                    return Err(format!("knows no family `{family}`: {}", OS_FAMILIES.join(", ")));
                }
                Ok((family.to_string(), Vec::read(types.get_ref(), Any)?))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn json(&self) -> serde_json::Value {
        serde_json::json!(self.0)
    }
}

table! {
    /// Control 9: policy compliance profile assignment.
    PolicyAssignment "c09" {
        /// Days since the last evaluation of a policy.
        max_eval_age_days: i64 = 30, DAYS, "FedRAMP continuous monitoring: monthly";
        /// Share of a policy's hosts that must have had a compliance scan.
        min_pc_scanned: Ratio = Ratio::millionths(800_000), Any, "ours";
        /// Ids of file-integrity controls that may take their baseline from the scan.
        allow_self_baseline: Vec<i64> = Vec::new(), Between(1, i64::MAX), "release 8.10.1, ours";
        /// Hash types that are too weak for file integrity.
        weak_hashes: Vec<String> = ["MD5", "SHA1"].map(str::to_owned).to_vec(), Any, "ours";
    }
}

table! {
    /// Policies that must be active and assigned.
    Policies "policy" {
        /// Patterns of their titles, each with the family of operating systems that it is for.
        required: Vec<RequiredPolicy> = Vec::new(), Any, "ours: none unless named";
    }
}

/// One entry of `[[policy.required]]`.
#[derive(Debug, Clone)]
pub struct RequiredPolicy {
    pub pattern: Pattern,
    pub applies_to_os: Option<String>,
}

impl Setting for Vec<RequiredPolicy> {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        let mut list = Self::new();
        for table in entries(value, "[[policy.required]]")? {
            only(table, &["match", "applies_to_os"])?;
            let family = table
                .get("applies_to_os")
                .map(|value| String::read(value.get_ref(), Any))
                .transpose()?;
            if let Some(family) = &family
                && !OS_FAMILIES.contains(&family.as_str())
            {
                return Err(format!("takes as applies_to_os one of {}", OS_FAMILIES.join(", ")));
            }
            let value = table.get("match").ok_or("needs `match` in each entry")?;
            let pattern = Pattern::read(value.get_ref(), Any)?;
            if list.iter().any(|other: &RequiredPolicy| other.pattern.text() == pattern.text()) {
                return Err(format!("names {:?} twice", pattern.text()));
            }
            list.push(RequiredPolicy { pattern, applies_to_os: family });
        }
        Ok(list)
    }

    fn json(&self) -> serde_json::Value {
        self.iter()
            .map(|policy| {
                serde_json::json!({
                    "match": policy.pattern.text(),
                    "applies_to_os": policy.applies_to_os,
                })
            })
            .collect()
    }
}

table! {
    /// Control 12: report template and distribution.
    Reporting "c12" {
        /// How many intervals of a report schedule may pass without a report.
        run_factor: Factor = Factor::thousandths(1_500), Any, "ours";
        /// Longest interval in days of a report schedule.
        max_interval_days: i64 = 31, DAYS, "FedRAMP continuous monitoring: monthly";
    }
}

/// A factor from 1 to 100, kept in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factor(u32);

impl Factor {
    pub const fn thousandths(value: u32) -> Self {
        Self(value)
    }

    /// So many times as long, in the same unit, rounded down.
    pub fn times(self, value: i64) -> i64 {
        i64::try_from(i128::from(value) * i128::from(self.0) / 1_000).unwrap_or(i64::MAX)
    }

    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 1_000.0
    }
}

impl Setting for Factor {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        const WHAT: &str = "takes a factor from 1 to 100 with at most three decimals";
        let text = match value {
            DeValue::Float(number) => number.as_str(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            _ => return Err(WHAT.to_owned()),
        };
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let decimals = decimals.trim_end_matches('0');
        if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(WHAT.to_owned());
        }
        let whole: u32 = whole.parse().map_err(|_| WHAT)?;
        let part: u32 = format!("{decimals:0<3}").parse().map_err(|_| WHAT)?;
        let factor = whole.checked_mul(1_000).and_then(|whole| whole.checked_add(part));
        factor.filter(|factor| (1_000..=100_000).contains(factor)).map(Self).ok_or(WHAT.to_owned())
    }

    fn json(&self) -> serde_json::Value {
        self.as_f64().into()
    }
}

table! {
    /// Reports that must come out by themselves.
    Reports "report" {
        /// Patterns of their titles or templates, each with a name.
        required: Vec<RequiredReport> = RequiredReport::vulnerabilities().into_iter().collect(), Any, "ours: one report of vulnerabilities";
    }
}

/// One entry of `[[report.required]]`.
#[derive(Debug, Clone)]
pub struct RequiredReport {
    pub name: String,
    pub pattern: Pattern,
}

impl RequiredReport {
    fn vulnerabilities() -> Option<Self> {
        let pattern = Pattern::new("(?i)vulnerab").ok()?;
        Some(Self { name: "Vulnerability report".to_owned(), pattern })
    }
}

impl Setting for Vec<RequiredReport> {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        let mut list = Self::new();
        for table in entries(value, "[[report.required]]")? {
            only(table, &["name", "match"])?;
            let value = table.get("match").ok_or("needs `match` in each entry")?;
            let pattern = Pattern::read(value.get_ref(), Any)?;
            let name = table
                .get("name")
                .map(|value| String::read(value.get_ref(), Any))
                .transpose()?
                .unwrap_or_else(|| pattern.text().to_owned());
            if list.iter().any(|other: &RequiredReport| other.pattern.text() == pattern.text()) {
                return Err(format!("names {:?} twice", pattern.text()));
            }
            list.push(RequiredReport { name, pattern });
        }
        Ok(list)
    }

    fn json(&self) -> serde_json::Value {
        self.iter()
            .map(
                |report| serde_json::json!({ "name": report.name, "match": report.pattern.text() }),
            )
            .collect()
    }
}

table! {
    /// Control 16: exclusion list review.
    Exclusions "c16" {
        /// Most IPv4 addresses of one exclusion; IPv6 blocks may be a /64.
        max_range: i64 = 256, COUNT, "ours: one /24; specification: overly broad";
        /// Largest share of the estate, and of nothing more, that may be excluded.
        max_total_share: Ratio = Ratio::millionths(50_000), Any, "ours";
        /// Whether each exclusion needs an end.
        require_expiry: bool = true, Any, "ours";
        /// Comments that say nothing.
        junk_comments: Option<Pattern> = Pattern::new(r"(?i)^\s*(test|tmp|n/?a|\.+|-+)?\s*$").ok(), Any, "ours";
        /// Days after which an exclusion must have been reviewed.
        review_days: i64 = 365, DAYS, "ours: yearly";
        /// Most QIDs of a search list that a profile leaves out.
        max_qids: i64 = 50, COUNT, "ours";
        /// Most ignored detections of one QID that no waiver explains.
        max_ignored: i64 = 0, Between(0, 1_000_000), "ours";
        /// Days within which an exclusion that came and went is reported.
        churn_days: i64 = 7, DAYS, "FedRAMP continuous monitoring: manipulated scans";
    }
}
