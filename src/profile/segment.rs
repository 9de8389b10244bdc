//! The segments of the audited network, as the assessor declares them: `[[segment]]`.

use ipnet::IpNet;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::setting::{Limits, Setting, words};

words! {
    /// What stands in a segment.
    SegmentKind {
        Dmz = "dmz",
        Internal = "internal",
        Ot = "ot",
        Cde = "cde",
        External = "external",
        Cloud = "cloud",
        Mgmt = "mgmt",
    }
}

words! {
    /// How a segment is looked at.
    SegmentScan { Active = "active", Passive = "passive" }
}

/// One `[[segment]]`.
#[derive(Debug, Clone)]
pub struct Segment {
    pub id: String,
    pub name: String,
    pub kind: SegmentKind,
    /// Qualys network that its addresses are of.
    pub network_id: i64,
    pub cidrs: Vec<IpNet>,
    /// Titles.
    pub asset_groups: Vec<String>,
    pub tags: Vec<String>,
    /// Names of the scanners that serve it.
    pub appliances: Vec<String>,
    /// Titles of the option profiles that may scan it.
    pub option_profiles: Vec<String>,
    pub scan: SegmentScan,
    pub max_interval_days: Option<i64>,
}

const KEYS: &[&str] = &[
    "id",
    "name",
    "type",
    "network_id",
    "cidrs",
    "asset_groups",
    "tags",
    "appliances",
    "option_profiles",
    "scan",
    "max_interval_days",
];

impl Segment {
    /// Its content for the profile's parameters and hash.
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "id": self.id,
            "name": self.name,
            "type": self.kind.word(),
            "network_id": self.network_id,
            "cidrs": self.cidrs.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "asset_groups": self.asset_groups,
            "tags": self.tags,
            "appliances": self.appliances,
            "option_profiles": self.option_profiles,
            "scan": self.scan.word(),
            "max_interval_days": self.max_interval_days,
        })
    }

    /// Reads one table; an error comes with the byte it stands at.
    pub(super) fn read(entry: &Spanned<DeValue<'_>>) -> Result<Self, (usize, String)> {
        let start = entry.span().start;
        let table = entry
            .get_ref()
            .as_table()
            .ok_or((start, "a segment is a table: [[segment]]".to_owned()))?;
        if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.get_ref().as_ref())) {
            return Err((key.span().start, format!("a segment has no key `{}`", key.get_ref())));
        }
        let needed = |name: &str| (start, format!("a segment needs `{name}`"));
        let id: String = value(table, "id", Limits::Any)?.ok_or_else(|| needed("id"))?;
        let texts = |name: &str| value::<Vec<String>>(table, name, Limits::Any);
        let mut cidrs = Vec::new();
        for text in texts("cidrs")?.unwrap_or_default() {
            let at = table.get("cidrs").map_or(start, |value| value.span().start);
            let wrong = || (at, format!("cidrs takes address blocks, not {text:?}"));
            cidrs.push(text.parse().map_err(|_| wrong())?);
        }
        Ok(Self {
            name: value(table, "name", Limits::Any)?.unwrap_or_else(|| id.clone()),
            id,
            kind: value(table, "type", Limits::Any)?.ok_or_else(|| needed("type"))?,
            network_id: value(table, "network_id", Limits::Between(0, i64::MAX))?.unwrap_or(0),
            cidrs,
            asset_groups: texts("asset_groups")?.unwrap_or_default(),
            tags: texts("tags")?.unwrap_or_default(),
            appliances: texts("appliances")?.unwrap_or_default(),
            option_profiles: texts("option_profiles")?.unwrap_or_default(),
            scan: value(table, "scan", Limits::Any)?.unwrap_or(SegmentScan::Active),
            max_interval_days: value(table, "max_interval_days", Limits::Between(1, 36_500))?,
        })
    }
}

fn value<T: Setting>(
    table: &DeTable<'_>,
    name: &str,
    limits: Limits,
) -> Result<Option<T>, (usize, String)> {
    table
        .get(name)
        .map(|value| {
            T::read(value.get_ref(), limits)
                .map_err(|message| (value.span().start, format!("{name} {message}")))
        })
        .transpose()
}
