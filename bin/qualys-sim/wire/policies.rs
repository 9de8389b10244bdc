//! `compliance/policy/?action=list`: the policies, whom they are for and what they check.

use super::call::Call;
use super::listing::{self, Listing, Page, RECORD, TAIL, Url};
use super::params::{Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Style, Xml};
use crate::tenant::Tenant;
use crate::tenant::model_policy::{ComplianceControl, Policy, PolicyControl};

pub(crate) const PARAMETERS: &[Parameter] = &[
    p("details", Kind::Word(&["Basic", "All", "None"])),
    p("ids", Kind::Ids),
    p("id_min", Kind::Number),
    p("id_max", Kind::Number),
    p("truncation_limit", Kind::Number),
    p("updated_after_datetime", Kind::Time),
    p("created_after_datetime", Kind::Time),
];

const PAGE: u64 = 1000;

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let params = &call.params;
    let ids = params.ids("ids");
    let updated = params.time("updated_after_datetime");
    let created = params.time("created_after_datetime");
    let admits = |policy: &&Policy| {
        ids.as_ref().is_none_or(|ids| ids.contains(policy.id))
            && updated.is_none_or(|time| policy.modified > time)
            && created.is_none_or(|time| policy.created > time)
    };
    let policies = call.tenant.programme.policies.iter().filter(admits);
    let page = Page::take(call, PAGE, policies.map(|policy| (policy.id, policy)));
    let mut tail = page.warning(call, Url::Padded, &[("details", "Basic")]);
    let dtd = "compliance/policy/policy_list_output.dtd";
    let mut listing = Listing::new(call, "POLICY_LIST_OUTPUT", "POLICY_LIST", dtd);
    let empty = page.items.is_empty();
    if params.is("details", "none") {
        listing.list = "ID_SET";
        let ids = page.items.iter().map(|policy| policy.id);
        let set = listing::id_set(ids, Style::default());
        return Ok(listing.reply(call.now(), empty, std::iter::once(set), &tail));
    }
    let all = params.is("details", "all");
    if all {
        tail.extend(glossary(call, &page.items));
    }
    let records: Vec<Vec<u8>> = page
        .items
        .into_iter()
        .map(|policy| record(&call.tenant, policy, all, call.version, call.restricted()))
        .collect();
    Ok(listing.reply(call.now(), empty, records.into_iter(), &tail))
}

fn record(tenant: &Tenant, policy: &Policy, all: bool, version: u8, restricted: bool) -> Vec<u8> {
    let mut xml =
        Xml::part(RECORD, Style { padded: policy.id.is_multiple_of(3), lower_case: false });
    xml.open("POLICY");
    xml.number("ID", policy.id);
    xml.cdata("TITLE", &policy.title);
    for (name, time, login) in [
        ("CREATED", policy.created, &policy.created_by),
        ("LAST_MODIFIED", policy.modified, &policy.modified_by),
    ] {
        xml.open(name);
        xml.date("DATETIME", Some(time));
        xml.text("BY", login);
        xml.close(name);
    }
    if let Some(time) = policy.evaluated {
        xml.open("LAST_EVALUATED");
        xml.date("DATETIME", Some(time));
        xml.close("LAST_EVALUATED");
    }
    xml.text("STATUS", &policy.status);
    xml.flag("IS_LOCKED", policy.is_locked);
    xml.text("EVALUATE_NOW", "no");
    groups(&mut xml, policy, restricted);
    tags(&mut xml, policy);
    xml.flag("INCLUDE_AGENT_IPS", policy.include_agent_ips);
    if all {
        controls(&mut xml, tenant, policy, version);
    }
    xml.close("POLICY");
    xml.finish()
}

/// Neighbouring ids come as a range. What the caller may not see is left out, with a mark.
fn groups(xml: &mut Xml, policy: &Policy, restricted: bool) {
    let hidden = policy.hidden || restricted;
    let attributes: &[(&str, &str)] = if hidden { &[("has_hidden_data", "1")] } else { &[] };
    let ids = if hidden { &[][..] } else { &policy.group_ids[..] };
    xml.text_with("ASSET_GROUP_IDS", attributes, &ranges(ids));
}

fn ranges(ids: &[u64]) -> String {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for id in ids {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 >= id => *last = id,
            _ => runs.push((id, id)),
        }
    }
    let texts: Vec<String> = runs
        .into_iter()
        .map(
            |(first, last)| {
                if first == last { first.to_string() } else { format!("{first}-{last}") }
            },
        )
        .collect();
    texts.join(",")
}

fn tags(xml: &mut Xml, policy: &Policy) {
    for (set, selector, ids, how) in [
        ("TAG_SET_INCLUDE", "TAG_INCLUDE_SELECTOR", &policy.tags, &policy.tag_include_selector),
        ("TAG_SET_EXCLUDE", "TAG_EXCLUDE_SELECTOR", &policy.excluded_tags, &None),
    ] {
        if ids.is_empty() {
            continue;
        }
        xml.open(set);
        for id in ids {
            xml.number("TAG_ID", id);
        }
        xml.close(set);
        xml.text(selector, how.as_deref().unwrap_or("any"));
    }
}

fn controls(xml: &mut Xml, tenant: &Tenant, policy: &Policy, version: u8) {
    if policy.controls.is_empty() {
        return;
    }
    xml.open("CONTROL_LIST");
    for PolicyControl { control_id, status, criticality } in &policy.controls {
        let library = library(tenant, *control_id);
        xml.open("CONTROL");
        xml.number("ID", control_id);
        xml.cdata("STATEMENT", library.map(|one| one.statement.as_str()).unwrap_or_default());
        xml.open("CRITICALITY");
        xml.cdata("LABEL", library.map(|one| one.criticality_label.as_str()).unwrap_or_default());
        xml.number("VALUE", criticality);
        xml.close("CRITICALITY");
        if library.is_some_and(|one| one.deprecated) {
            xml.flag("DEPRECATED", true);
        }
        if version >= 3 {
            xml.text("STATUS", status);
        }
        xml.open("TECHNOLOGY_LIST");
        for (id, name) in &policy.technologies {
            xml.open("TECHNOLOGY");
            xml.number("ID", id);
            xml.text("NAME", name);
            xml.close("TECHNOLOGY");
        }
        xml.close("TECHNOLOGY_LIST");
        xml.close("CONTROL");
    }
    xml.close("CONTROL_LIST");
}

/// The control of the library with this id.
pub(super) fn library(tenant: &Tenant, id: u64) -> Option<&ComplianceControl> {
    tenant.programme.compliance_controls.iter().find(|control| control.id == id)
}

/// The groups that the policies of the page name.
fn glossary(call: &Call, policies: &[&Policy]) -> Vec<u8> {
    let mut xml = Xml::part(TAIL, Style::default());
    let named = |id: u64| {
        !call.restricted()
            && policies.iter().any(|policy| !policy.hidden && policy.group_ids.contains(&id))
    };
    let groups = call.tenant.asset_groups.iter().filter(|group| named(group.id));
    let mut groups = groups.peekable();
    if groups.peek().is_none() {
        return xml.finish();
    }
    xml.open("GLOSSARY");
    xml.open("ASSET_GROUP_LIST");
    for group in groups {
        xml.open("ASSET_GROUP");
        xml.number("ID", group.id);
        xml.cdata("TITLE", &group.title);
        xml.close("ASSET_GROUP");
    }
    xml.close("ASSET_GROUP_LIST");
    xml.close("GLOSSARY");
    xml.finish()
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn neighbours_come_as_ranges() {
        for (ids, text) in
            [(&[][..], ""), (&[7], "7"), (&[3, 1, 2, 9], "1-3,9"), (&[4, 4, 6], "4,6")]
        {
            assert_eq!(ranges(ids), text);
        }
    }
}
