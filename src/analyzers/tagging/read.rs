//! Reads what control 18 decides on: tags with their use, and hosts by whether they carry any.

use crate::analyzers::rows::{collect, count, record};
use crate::analyzers::{AnalyzeError, Facts};
use crate::finding::{Resource, Span};

/// One tag of the subscription.
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that the answers show")]
pub(super) struct Tag {
    pub id: i64,
    pub name: String,
    pub parent: Option<i64>,
    pub rule_type: Option<String>,
    /// The rule's text is empty.
    pub no_rule: bool,
    pub evaluation: Option<String>,
    pub criticality: Option<i64>,
    /// Made by Qualys.
    pub system: bool,
    /// Assigned by a rule.
    pub dynamic: bool,
    /// Judged hosts that carry it.
    pub hosts: u64,
    pub on_assets: bool,
    /// By a schedule, a policy, a web application or a user's scope.
    pub in_use: bool,
    pub span: Span,
}

impl Tag {
    pub(super) fn resource(&self) -> Resource {
        Resource::new("tag", self.id).named(&self.name)
    }
}

pub(super) fn tags(facts: &Facts<'_>) -> Result<Vec<Tag>, AnalyzeError> {
    collect(facts, sql!("controls/18_tagging/tags"), [], |row| {
        let id = row.get("id")?;
        Ok(Tag {
            id,
            name: row.get("name")?,
            parent: row.get("parent_id")?,
            rule_type: row.get("rule_type")?,
            no_rule: row.get("no_rule")?,
            evaluation: row.get("evaluation")?,
            criticality: row.get("criticality")?,
            system: row.get("system")?,
            dynamic: row.get("dynamic")?,
            hosts: count(row, "hosts")?,
            on_assets: row.get("on_assets")?,
            in_use: row.get("in_use")?,
            span: record(row, id)?,
        })
    })
}

/// The judged hosts by their tags.
pub(super) struct Coverage {
    pub hosts: u64,
    /// Without a user-defined tag.
    pub untagged: u64,
    /// Of which that is not known.
    pub unsure: u64,
    /// Whose tags are in no answer.
    pub blind: u64,
}

impl Coverage {
    pub(super) fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        Ok(facts.model.query_row(sql!("controls/18_tagging/coverage"), [], |row| {
            Ok(Self {
                hosts: count(row, "hosts")?,
                untagged: count(row, "untagged")?,
                unsure: count(row, "unsure")?,
                blind: count(row, "blind")?,
            })
        })?)
    }
}
