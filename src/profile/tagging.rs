//! Thresholds of control 18, and the tags that the organisation promises to use.

use toml::de::DeValue;

use super::setting::Limits::{self, Any};
use super::setting::{Ratio, Setting, entries, only, table};

table! {
    /// Control 18: tag-based asset management.
    Tagging "c18" {
        /// Share of hosts that may carry no user-defined tag.
        max_untagged: Ratio = Ratio::millionths(50_000), Any, "ours";
        /// The same share above which the finding is high.
        max_untagged_fail: Ratio = Ratio::millionths(200_000), Any, "ours";
        /// Share of a scope's hosts that may lack its tag.
        scope_miss: Ratio = Ratio::millionths(20_000), Any, "ours";
        /// Share of user-defined tags that rules must assign.
        min_dynamic: Ratio = Ratio::millionths(300_000), Any, "ours";
        /// Share of all hosts from which a scope's tag scopes nothing.
        overbroad: Ratio = Ratio::millionths(950_000), Any, "ours";
    }
}

table! {
    /// The tags that the organisation promises to use.
    Tags "tag" {
        /// Tags that must exist and mark a compliance scope, each with its frameworks.
        required: Vec<RequiredTag> = Vec::new(), Any, "ours: none unless named";
        /// Sets of tags of which a host carries one at most.
        exclusive: Vec<ExclusiveTags> = Vec::new(), Any, "ours: none unless named";
        /// The tag that short-lived hosts carry.
        ephemeral: Option<TagName> = None, Any, "FedRAMP: ephemeral assets are uniquely tagged";
    }
}

/// The name of a tag, as Qualys writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagName(pub String);

impl Setting for TagName {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        name(value, "the name of a tag").map(Self)
    }

    fn json(&self) -> serde_json::Value {
        self.0.as_str().into()
    }
}

/// One entry of `[[tag.required]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredTag {
    pub name: String,
    /// For whose scope it stands; may be empty.
    pub frameworks: Vec<String>,
}

impl Setting for Vec<RequiredTag> {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        let mut list = Self::new();
        for table in entries(value, "[[tag.required]]")? {
            only(table, &["name", "frameworks"])?;
            let entry = RequiredTag {
                name: match table.get("name") {
                    Some(value) => name(value.get_ref(), "`name` as a text")?,
                    None => return Err("needs `name` in each entry".to_owned()),
                },
                frameworks: match table.get("frameworks") {
                    Some(value) => Vec::read(value.get_ref(), Any)?,
                    None => Vec::new(),
                },
            };
            if list.iter().any(|other| other.name == entry.name) {
                return Err(format!("names {:?} twice", entry.name));
            }
            list.push(entry);
        }
        Ok(list)
    }

    fn json(&self) -> serde_json::Value {
        self.iter()
            .map(|tag| serde_json::json!({ "name": tag.name, "frameworks": tag.frameworks }))
            .collect()
    }
}

/// One entry of `[[tag.exclusive]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExclusiveTags {
    /// At least two, each once.
    pub names: Vec<String>,
}

impl Setting for Vec<ExclusiveTags> {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        entries(value, "[[tag.exclusive]]")?
            .into_iter()
            .map(|table| {
                only(table, &["names"])?;
                let names: Vec<String> = match table.get("names") {
                    Some(value) => Vec::read(value.get_ref(), Any)?,
                    None => Vec::new(),
                };
                let apart: std::collections::BTreeSet<&String> = names.iter().collect();
                if apart.len() < 2 || apart.len() < names.len() {
                    return Err("needs `names` of two tags or more, each once".to_owned());
                }
                Ok(ExclusiveTags { names })
            })
            .collect()
    }

    fn json(&self) -> serde_json::Value {
        self.iter().map(|tags| serde_json::json!({ "names": tags.names })).collect()
    }
}

fn name(value: &DeValue<'_>, what: &str) -> Result<String, String> {
    let text = value.as_str().filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(|| format!("takes {what}"))
}
