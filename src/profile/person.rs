//! Who may have an account and what for: controls 13 and 19, and the lists of known accounts.

use regex::Regex;
use toml::de::{DeTable, DeValue};

use super::pattern;
use super::setting::{Limits, Ratio, Setting, table};
use super::waiver::day_of;
use Limits::{Any, Between};

const DAYS: Limits = Between(1, 36_500);
const COUNT: Limits = Between(1, 1_000_000);

table! {
    /// Control 13: user role and permission audit.
    UserRoles "c13" {
        /// Days since the last login after which an active account is inactive.
        inactive_days: i64 = 45, DAYS, "CIS Controls v8 5.3; ISM-1648";
        /// Days after its creation in which an account must have been used once.
        never_login_days: i64 = 30, DAYS, "ours";
        /// Days that an account may wait for its activation.
        pending_days: i64 = 14, DAYS, "ours";
        /// Most active Managers.
        max_managers: i64 = 5, COUNT, "ours; specification: excessive";
        /// Largest share of Managers among ten or more active users.
        max_manager_ratio: Ratio = Ratio::millionths(200_000), Any, "ours; specification: excessive";
    }
}

table! {
    /// Control 19: activity log monitoring.
    ActivityLog "c19" {
        /// Days that the log must reach back.
        min_retention_days: i64 = 90, DAYS, "CIS Controls v8 8.10";
        /// Longest time in days without any event while schedules ran.
        max_gap_days: i64 = 7, DAYS, "ours";
        /// Days that may pass since the end of the last reviewed period.
        review_days: i64 = 7, DAYS, "FedRAMP AU-6: weekly";
        /// Deletions of one actor within 60 minutes that are reported.
        burst: i64 = 20, COUNT, "ours";
        /// Failed logins of one account within 60 minutes that are reported.
        failed_logins: i64 = 10, COUNT, "ours";
        /// Address blocks that sensitive actions and logins may come from; empty: not judged.
        allowed_cidrs: Vec<Block> = Vec::new(), Any, "ours";
        /// File with the rules of sensitive actions; empty: the built-in ones.
        sensitive_rules: String = String::new(), Any, "ours";
    }
}

table! {
    /// What is known about accounts; controls 13 and 19 read it.
    Users "users" {
        /// Patterns of names and titles that no single person has.
        shared_patterns: Vec<Pattern> = patterns(&[r"(?i)\b(shared|generic|team|group|common|test|temp)\b", r"(?i)^(admin|soc|noc|helpdesk|scanner)\d*$"]), Any, "ours";
        /// Patterns of names that programs have.
        service_patterns: Vec<Pattern> = patterns(&[r"(?i)^(svc|api|srv|bot|int)[-_.]", "(?i)(service|integration|automation)"]), Any, "ours";
        /// Accounts that are documented as what they are, each with reason, approver and last valid day.
        allow: Vec<Allowance> = Vec::new(), Any, "ours";
        /// Logins that only programs use, so that no login in the user interface is expected.
        api_only: Vec<String> = Vec::new(), Any, "ours";
        /// Logins of Scanners that may edit authentication records or manage virtual scanners.
        extended_allow: Vec<String> = Vec::new(), Any, "release 8.10.1";
        /// Mail domains of the organisation; empty: not judged.
        allowed_domains: Vec<String> = Vec::new(), Any, "ours";
    }
}

/// A pattern of the profile with its text.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// # Errors
    /// A sentence with the pattern's fault.
    pub fn new(text: &str) -> Result<Self, String> {
        pattern(text).map(Self)
    }

    pub fn text(&self) -> &str {
        self.0.as_str()
    }

    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

fn patterns(texts: &[&str]) -> Vec<Pattern> {
    texts.iter().filter_map(|text| Pattern::new(text).ok()).collect()
}

impl Setting for Pattern {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        value.as_str().ok_or("takes a pattern".to_owned()).and_then(Self::new)
    }

    fn json(&self) -> serde_json::Value {
        self.text().into()
    }
}

impl Setting for String {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        value.as_str().map(str::to_owned).ok_or("takes a text".to_owned())
    }

    fn json(&self) -> serde_json::Value {
        self.as_str().into()
    }
}

/// Reads a list whose items are of one type.
fn list<T: Setting>(value: &DeValue<'_>, what: &str) -> Result<Vec<T>, String> {
    let items = value.as_array().ok_or_else(|| format!("takes a list of {what}"))?;
    items.iter().map(|item| T::read(item.get_ref(), Any)).collect()
}

impl Setting for Vec<Pattern> {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        list(value, "patterns")
    }

    fn json(&self) -> serde_json::Value {
        self.iter().map(Setting::json).collect()
    }
}

/// A block of addresses in CIDR notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block(pub ipnet::IpNet);

impl Setting for Block {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        value
            .as_str()
            .and_then(|text| text.parse().ok())
            .map(Self)
            .ok_or("takes address blocks as 192.0.2.0/24".to_owned())
    }

    fn json(&self) -> serde_json::Value {
        self.0.to_string().into()
    }
}

impl Setting for Vec<Block> {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        list(value, "address blocks")
    }

    fn json(&self) -> serde_json::Value {
        self.iter().map(Setting::json).collect()
    }
}

/// One entry of `users.allow`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    pub login: String,
    pub reason: String,
    pub approver: String,
    /// First second after the last valid day, UTC.
    pub ends: i64,
    expires: String,
}

impl Allowance {
    /// Whether it speaks for the account at that time. Logins are told apart without letter case.
    pub fn covers(&self, login: &str, as_of: i64) -> bool {
        as_of < self.ends && self.login.eq_ignore_ascii_case(login)
    }
}

impl Setting for Allowance {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        value.as_table().ok_or("takes a list of tables".to_owned()).and_then(allowance)
    }

    fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "login": self.login,
            "reason": self.reason,
            "approver": self.approver,
            "expires": self.expires,
        })
    }
}

impl Setting for Vec<Allowance> {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        list(value, "tables")
    }

    fn json(&self) -> serde_json::Value {
        self.iter().map(Setting::json).collect()
    }
}

fn allowance(table: &DeTable<'_>) -> Result<Allowance, String> {
    const KEYS: [&str; 4] = ["login", "reason", "approver", "expires"];
    if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.get_ref().as_ref())) {
        return Err(format!("has no key `{}` in its entries", key.get_ref()));
    }
    let needed = |name: &str| {
        table
            .get(name)
            .and_then(|value| value.get_ref().as_str())
            .filter(|text| !text.trim().is_empty())
            .map(str::to_owned)
            .ok_or_else(|| format!("needs `{name}` in each entry"))
    };
    let expires = table.get("expires").ok_or("needs `expires` in each entry")?;
    let (ends, expires) = day_of(expires.get_ref())?;
    Ok(Allowance {
        login: needed("login")?,
        reason: needed("reason")?,
        approver: needed("approver")?,
        ends,
        expires,
    })
}
