//! `search/am/tag`: the tags.

use super::call::Call;
use super::host_assets;
use super::node::Object;
use super::refusal::Refusal;
use super::reply::Reply;
use super::search::Value;
use super::service::{Detail, Kind, Table};
use crate::tenant::Tenant;
use crate::tenant::model::Tag;

static TAGS: Table<Tag> = Table {
    kind: Kind { element: "Tag", schema: "xsd/2.0/am/tag.xsd" },
    records: |tenant| &tenant.tags,
    member: |_| true,
    id: |tag| tag.id,
    value,
    record,
};

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    Ok(TAGS.search(call))
}

fn value<'a>(tag: &'a Tag, field: &str) -> Value<'a> {
    match field {
        "id" => Value::Number(Some(tag.id)),
        "name" => Value::Text(Some(&tag.name)),
        "parent" => Value::Number(tag.parent_id),
        "ruleType" => Value::Text(tag.rule_type.as_deref()),
        "color" => Value::Text(Some(&tag.color)),
        _ => Value::Unknown,
    }
}

fn record(_: &Tenant, tag: &Tag, _: Detail) -> Object {
    Object::new()
        .number("id", tag.id)
        .text("name", &tag.name)
        .maybe(tag.parent_id, |object, parent| object.number("parentTagId", parent))
        .date("created", Some(tag.created))
        .date("modified", Some(tag.modified))
        .text("color", &tag.color)
        .some("ruleType", tag.rule_type.as_deref())
        .some("ruleText", tag.rule_text.as_deref())
        .list("children", "TagSimple", host_assets::simple(&tag.children))
        .maybe(tag.source_group_id, |object, group| object.number("srcAssetGroupId", group))
        .maybe(tag.criticality, |object, score| object.number("criticalityScore", score))
        .some("description", tag.description.as_deref())
}
