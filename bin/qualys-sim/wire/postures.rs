//! `compliance/posture/info/`: whether hosts meet the controls of a policy.

use std::collections::BTreeSet;

use super::call::Call;
use super::hosts;
use super::listing::{self, Listing, Page, RECORD, TAIL, Url};
use super::params::{Ids, Kind, Parameter, p};
use super::policies;
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Style, Xml, date};
use crate::tenant::model_policy::Posture;

pub(crate) const PARAMETERS: &[Parameter] = &[
    p("policy_id", Kind::Ids),
    p("policy_ids", Kind::Ids),
    p("output_format", Kind::Word(&["xml", "csv", "csv_no_metadata"])),
    p("details", Kind::Word(&["Basic", "All", "None", "Light"])),
    p("host_ids", Kind::Ids),
    p("control_ids", Kind::Ids),
    p("ids", Kind::Ids),
    p("id_min", Kind::Number),
    p("id_max", Kind::Number),
    p("truncation_limit", Kind::Number),
    p("status", Kind::Word(&["Passed", "Failed", "Error"])),
    p("status_changes_since", Kind::Time),
    p("ips", Kind::Unbuilt),
    p("asset_group_ids", Kind::Unbuilt),
    p("criticality_labels", Kind::Unbuilt),
    p("show_remediation_info", Kind::Unbuilt),
    p("cause_of_failure", Kind::Unbuilt),
];

/// Records of a page where the caller names no limit.
const PAGE: u64 = 5000;
/// Policies that one call may name.
const MOST: usize = 10;

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let params = &call.params;
    if let Some(format) = params.get("output_format").filter(|_| !params.is("output_format", "xml"))
    {
        return Err(Refusal::unsupported("output_format", format));
    }
    params.exclusive(&["policy_id", "policy_ids"])?;
    let several = params.get("policy_ids").is_some();
    let policies = params.ids("policy_id").or_else(|| params.ids("policy_ids"));
    let policies = policies.ok_or_else(|| Refusal::missing("policy_id"))?;
    if let Some(names) = params.names("policy_ids").filter(|names| names.len() > MOST) {
        let value = format!("{} ids", names.len());
        return Err(Refusal::invalid("policy_ids", &value, "at most 10"));
    }
    if several && let Some(limit) = params.get("truncation_limit") {
        return Err(Refusal::unsupported("truncation_limit", limit));
    }
    let filter = Filter::read(call, policies);
    let tenant = &call.tenant;
    let all = (0..tenant.host_count())
        .filter(|number| filter.hosts(tenant.host(*number).id))
        .flat_map(|number| {
            let mut rows = tenant.postures(number);
            rows.sort_by_key(|row| row.id);
            rows
        })
        .filter(|row| filter.admits(row))
        .map(|row| (row.id, row));
    let page = Page::take(call, if several { 0 } else { PAGE }, all);
    let mut tail = warnings(&page.warning(call, Url::Padded, &[("details", "Basic")]));
    let dtd = "compliance/posture/info/posture_info_list_output.dtd";
    let mut listing = Listing::new(call, "POSTURE_INFO_LIST_OUTPUT", "INFO_LIST", dtd);
    let empty = page.items.is_empty();
    if params.is("details", "none") {
        listing.list = "ID_SET";
        let set = listing::id_set(page.items.iter().map(|row| row.id), Style::default());
        return Ok(listing.reply(call.now(), empty, std::iter::once(set), &tail));
    }
    if !params.is("details", "light") && !empty {
        tail.extend(glossary(call, &page.items));
    }
    let records = page.items.into_iter().map(|row| record(&row));
    Ok(listing.reply(call.now(), empty, records, &tail))
}

struct Filter {
    policies: Ids,
    hosts: Option<Ids>,
    controls: Option<Ids>,
    ids: Option<Ids>,
    status: Option<String>,
    since: Option<i64>,
}

impl Filter {
    fn read(call: &Call, policies: Ids) -> Self {
        let params = &call.params;
        Self {
            policies,
            hosts: params.ids("host_ids"),
            controls: params.ids("control_ids"),
            ids: params.ids("ids"),
            status: params.get("status").map(str::to_owned),
            since: params.time("status_changes_since"),
        }
    }

    fn hosts(&self, id: u64) -> bool {
        self.hosts.as_ref().is_none_or(|ids| ids.contains(id))
    }

    fn admits(&self, row: &Posture) -> bool {
        self.policies.contains(row.policy_id)
            && self.controls.as_ref().is_none_or(|ids| ids.contains(row.control_id))
            && self.ids.as_ref().is_none_or(|ids| ids.contains(row.id))
            && self.status.as_ref().is_none_or(|status| row.status.eq_ignore_ascii_case(status))
            && self.since.is_none_or(|since| row.modified >= since)
    }
}

fn record(row: &Posture) -> Vec<u8> {
    let mut xml = Xml::part(RECORD, Style::default());
    xml.open("INFO");
    xml.number("ID", row.id);
    xml.number("HOST_ID", row.host_id);
    xml.number("CONTROL_ID", row.control_id);
    xml.number("TECHNOLOGY_ID", row.technology_id);
    xml.void("INSTANCE", &[]);
    xml.text("STATUS", &row.status);
    xml.text("POSTURE_MODIFIED_DATE", &date(row.modified));
    xml.close("INFO");
    xml.finish()
}

/// Newer answers wrap the note in a list.
fn warnings(warning: &[u8]) -> Vec<u8> {
    if warning.is_empty() {
        return Vec::new();
    }
    let mut xml = Xml::part(TAIL, Style::default());
    xml.open("WARNING_LIST");
    xml.bytes(warning);
    xml.close("WARNING_LIST");
    xml.finish()
}

/// The hosts, controls and technologies that the page names, behind its records.
fn glossary(call: &Call, rows: &[Posture]) -> Vec<u8> {
    let tenant = &call.tenant;
    let mut xml = Xml::part(TAIL, Style::default());
    xml.open("GLOSSARY");
    xml.open("HOST_LIST");
    let hosts: BTreeSet<u64> = rows.iter().map(|row| row.host_id).collect();
    for id in hosts {
        let host = tenant.host(tenant.first_host_from(id));
        xml.open("HOST");
        xml.number("ID", id);
        hosts::address(&mut xml, &host);
        xml.text("TRACKING_METHOD", &host.tracking_method);
        xml.close("HOST");
    }
    xml.close("HOST_LIST");
    xml.open("CONTROL_LIST");
    let controls: BTreeSet<u64> = rows.iter().map(|row| row.control_id).collect();
    for id in controls {
        xml.open("CONTROL");
        xml.number("ID", id);
        if let Some(control) = policies::library(tenant, id) {
            xml.cdata("STATEMENT", &control.statement);
        }
        xml.close("CONTROL");
    }
    xml.close("CONTROL_LIST");
    xml.open("TECHNOLOGY_LIST");
    let technologies: BTreeSet<u32> = rows.iter().map(|row| row.technology_id).collect();
    for id in technologies {
        xml.open("TECHNOLOGY");
        xml.number("ID", id);
        xml.close("TECHNOLOGY");
    }
    xml.close("TECHNOLOGY_LIST");
    xml.close("GLOSSARY");
    xml.finish()
}
