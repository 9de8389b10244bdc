//! `compliance/exception/`: which failures are accepted, and until when.

use super::call::Call;
use super::listing::{self, Listing, Page, RECORD, Url};
use super::params::{Kind, Parameter, p};
use super::policies;
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Style, Xml, date};
use crate::tenant::Tenant;
use crate::tenant::model_policy::PolicyException;

const STATES: &[&str] = &["Pending", "Approved", "Rejected", "Expired"];

pub(crate) const PARAMETERS: &[Parameter] = &[
    p("details", Kind::Word(&["Basic", "All", "None"])),
    p("truncation_limit", Kind::Number),
    p("exception_number", Kind::Ids),
    p("exception_numbers", Kind::Ids),
    p("id_min", Kind::Number),
    p("id_max", Kind::Number),
    p("status", Kind::Word(STATES)),
    p("control_id", Kind::Ids),
    p("policy_id", Kind::Ids),
    p("is_active", Kind::Flag),
    p("exception_number_min", Kind::Unbuilt),
    p("exception_number_max", Kind::Unbuilt),
    p("ip", Kind::Unbuilt),
    p("network_name", Kind::Unbuilt),
    p("control_statement", Kind::Unbuilt),
    p("technology_name", Kind::Unbuilt),
    p("assignee_id", Kind::Unbuilt),
    p("created_by", Kind::Unbuilt),
    p("modified_by", Kind::Unbuilt),
    p("created_after_date", Kind::Unbuilt),
    p("updated_after_date", Kind::Unbuilt),
    p("expired_before_date", Kind::Unbuilt),
    p("expired_after_date", Kind::Unbuilt),
];

const PAGE: u64 = 1000;

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let params = &call.params;
    let numbers = params.ids("exception_number").or_else(|| params.ids("exception_numbers"));
    let (controls, policies) = (params.ids("control_id"), params.ids("policy_id"));
    let active = params.get("is_active").map(|_| params.flag("is_active"));
    let admits = |exception: &&PolicyException| {
        numbers.as_ref().is_none_or(|ids| ids.contains(exception.number))
            && controls.as_ref().is_none_or(|ids| ids.contains(exception.control_id))
            && policies.as_ref().is_none_or(|ids| ids.contains(exception.policy_id))
            && params
                .get("status")
                .is_none_or(|status| exception.status.eq_ignore_ascii_case(status))
            && active.is_none_or(|active| exception.active == active)
    };
    let exceptions = call.tenant.programme.exceptions.iter().filter(admits);
    let page = Page::take(call, PAGE, exceptions.map(|one| (one.number, one)));
    let tail = page.warning(call, Url::Escaped, &[("details", "Basic")]);
    let dtd = "compliance/exception/exception_list_output.dtd";
    let mut listing = Listing::new(call, "EXCEPTION_LIST_OUTPUT", "EXCEPTION_LIST", dtd);
    let empty = page.items.is_empty();
    if params.is("details", "none") {
        listing.list = "EXCEPTION_NUMBERS";
        let numbers = page.items.iter().map(|one| one.number);
        let set = listing::id_set(numbers, Style::default());
        return Ok(listing.reply(call.now(), empty, std::iter::once(set), &tail));
    }
    let all = params.is("details", "all");
    let records: Vec<Vec<u8>> =
        page.items.into_iter().map(|one| record(&call.tenant, one, all)).collect();
    Ok(listing.reply(call.now(), empty, records.into_iter(), &tail))
}

/// The children are after the guide; no answer is on record.
fn record(tenant: &Tenant, exception: &PolicyException, all: bool) -> Vec<u8> {
    let mut xml = Xml::part(RECORD, Style::default());
    let host = tenant.host(tenant.first_host_from(exception.host_id));
    let control = policies::library(tenant, exception.control_id);
    xml.open("EXCEPTION");
    xml.number("EXCEPTION_NUMBER", exception.number);
    xml.open("HOST");
    if let Some(ip) = host.ip {
        xml.number("IP_ADDRESS", ip);
    }
    xml.text("TRACKING_METHOD", &host.tracking_method);
    xml.close("HOST");
    xml.open("TECHNOLOGY");
    xml.number("ID", exception.technology_id);
    xml.close("TECHNOLOGY");
    xml.open("POLICY");
    xml.number("ID", exception.policy_id);
    xml.cdata("NAME", &exception.policy_title);
    xml.close("POLICY");
    xml.open("CONTROL");
    xml.number("CID", exception.control_id);
    xml.cdata("STATEMENT", control.map(|one| one.statement.as_str()).unwrap_or_default());
    xml.close("CONTROL");
    xml.cdata("ASSIGNEE", &exception.assignee);
    xml.text("STATUS", &exception.status);
    xml.flag("ACTIVE", exception.active);
    xml.flag("REOPEN_ON_EVIDENCE_CHANGE", false);
    xml.text("EXPIRATION_DATE", &exception.expires.map_or_else(|| "N/A".to_owned(), date));
    xml.text("MODIFIED_DATE", &date(exception.created));
    if all {
        xml.open("HISTORY_LIST");
        xml.open("HISTORY");
        xml.cdata("USER", &exception.assignee);
        xml.cdata("COMMENT", "Compensating control in place");
        xml.text("INSERTION_DATE", &date(exception.created));
        xml.close("HISTORY");
        xml.close("HISTORY_LIST");
    }
    xml.close("EXCEPTION");
    xml.finish()
}
