//! `search/am/tag`: the tags.

use std::sync::Arc;

use super::call::Call;
use super::host_assets;
use super::refusal::{Refusal, ServiceError};
use super::reply::Reply;
use super::service::{self, Search, Value};
use super::xml::{Style, Xml};
use crate::tenant::model::Tag;

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let (search, ids) = match select(call) {
        Ok(selected) => selected,
        Err(error) => return Ok(error.reply()),
    };
    let tenant = Arc::clone(&call.tenant);
    Ok(service::reply(call, &search, "xsd/2.0/am/tag.xsd", &ids, move |id| {
        tenant.tags.iter().find(|tag| tag.id == id).map(record).unwrap_or_default()
    }))
}

fn select(call: &Call) -> Result<(Search, Vec<u64>), ServiceError> {
    let search = Search::of(call)?;
    let mut ids = Vec::new();
    for tag in &call.tenant.tags {
        if search.admits(tag.id, |field| value(tag, field))? {
            ids.push(tag.id);
        }
    }
    ids.sort_unstable();
    Ok((search, ids))
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

fn record(tag: &Tag) -> Vec<u8> {
    let mut xml = Xml::part(2, Style::default());
    xml.open("Tag");
    xml.number("id", tag.id);
    xml.text("name", &tag.name);
    if let Some(parent) = tag.parent_id {
        xml.number("parentTagId", parent);
    }
    xml.date("created", Some(tag.created));
    xml.date("modified", Some(tag.modified));
    xml.text("color", &tag.color);
    if let Some(kind) = &tag.rule_type {
        xml.text("ruleType", kind);
    }
    if let Some(rule) = &tag.rule_text {
        xml.text("ruleText", rule);
    }
    xml.open("children");
    host_assets::simple(&mut xml, &tag.children);
    xml.close("children");
    if let Some(group) = tag.source_group_id {
        xml.number("srcAssetGroupId", group);
    }
    if let Some(score) = tag.criticality {
        xml.number("criticalityScore", score);
    }
    if let Some(text) = &tag.description {
        xml.text("description", text);
    }
    xml.close("Tag");
    xml.finish()
}
