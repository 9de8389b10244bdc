//! Hosts that cannot be logged in to: documented exceptions to the authenticated ratio.

use regex::Regex;
use toml::de::{DeTable, DeValue};

use super::pattern;
use super::setting::{Limits, Setting, words};
use super::waiver::day_of;

words! {
    /// What the pattern of an exemption is held against.
    HostField {
        Os = "os",
        /// Any of the host's names.
        Name = "name",
        Tag = "tag",
        /// Title of an asset group that holds the host.
        Group = "group",
    }
}

/// One entry of `scope.cannot_authenticate`.
#[derive(Debug, Clone)]
pub struct Exemption {
    pub field: HostField,
    pub pattern: Regex,
    pub reason: String,
    pub approver: String,
    /// First second after the last valid day, UTC.
    pub ends: i64,
    expires: String,
}

impl Exemption {
    pub const fn is_valid(&self, as_of: i64) -> bool {
        as_of < self.ends
    }
}

impl Setting for Vec<Exemption> {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        let list = value.as_array().ok_or("takes a list of tables")?;
        list.iter()
            .map(|item| {
                item.get_ref().as_table().ok_or("takes a list of tables".to_owned()).and_then(read)
            })
            .collect()
    }

    fn json(&self) -> serde_json::Value {
        self.iter()
            .map(|exemption| {
                serde_json::json!({
                    "match": format!("{}:{}", exemption.field.word(), exemption.pattern.as_str()),
                    "reason": exemption.reason,
                    "approver": exemption.approver,
                    "expires": exemption.expires,
                })
            })
            .collect()
    }
}

fn read(table: &DeTable<'_>) -> Result<Exemption, String> {
    let (mut matching, mut reason, mut approver, mut expires) = (None, None, None, None);
    for (key, value) in table {
        let slot = match key.get_ref().as_ref() {
            "match" => &mut matching,
            "reason" => &mut reason,
            "approver" => &mut approver,
            "expires" => {
                expires = Some(day_of(value.get_ref())?);
                continue;
            }
            other => return Err(format!("has no key `{other}` in its entries")),
        };
        *slot = Some(value.get_ref().as_str().ok_or(format!("`{}` is a text", key.get_ref()))?);
    }
    let needed = |name: &str| format!("needs `{name}` in each entry");
    let matching = matching.ok_or_else(|| needed("match"))?;
    let (word, text) = matching.split_once(':').unwrap_or(("", matching));
    let field = match word {
        "os" => HostField::Os,
        "name" => HostField::Name,
        "tag" => HostField::Tag,
        "group" => HostField::Group,
        _ => return Err("takes `match` as os:, name:, tag: or group: and a pattern".to_owned()),
    };
    let (ends, expires) = expires.ok_or_else(|| needed("expires"))?;
    Ok(Exemption {
        field,
        pattern: pattern(text)?,
        reason: reason.ok_or_else(|| needed("reason"))?.to_owned(),
        approver: approver.ok_or_else(|| needed("approver"))?.to_owned(),
        ends,
        expires,
    })
}
