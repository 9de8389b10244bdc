//! `qid/search_list/`: static and dynamic lists of QIDs. Names after the guide's shape; no answer is
//! on record.

use super::call::Call;
use super::listing::{Listing, RECORD};
use super::params::{Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Style, Xml, date};
use crate::tenant::model_scanning::SearchList;

pub(crate) const STATIC_PARAMETERS: &[Parameter] = &[p("ids", Kind::Ids)];

pub(crate) const DYNAMIC_PARAMETERS: &[Parameter] = &[
    p("ids", Kind::Ids),
    p("show_qids", Kind::Flag),
    p("show_option_profiles", Kind::Flag),
    p("show_distribution_groups", Kind::Flag),
    p("show_report_templates", Kind::Flag),
    p("show_remediation_policies", Kind::Flag),
];

pub(crate) fn fixed(call: &Call) -> Result<Reply, Refusal> {
    let (root, list) = ("STATIC_SEARCH_LIST_OUTPUT", "STATIC_LISTS");
    let dtd = "qid/search_list/static/static_list_output.dtd";
    reply(call, false, Listing::new(call, root, list, dtd))
}

pub(crate) fn dynamic(call: &Call) -> Result<Reply, Refusal> {
    let (root, list) = ("DYNAMIC_SEARCH_LIST_OUTPUT", "DYNAMIC_LISTS");
    let dtd = "qid/search_list/dynamic/dynamic_list_output.dtd";
    reply(call, true, Listing::new(call, root, list, dtd))
}

fn reply(call: &Call, dynamic: bool, listing: Listing) -> Result<Reply, Refusal> {
    let ids = call.params.ids("ids");
    let qids = !dynamic || call.params.get("show_qids") == Some("1");
    let lists = &call.tenant.programme.search_lists;
    let records: Vec<Vec<u8>> = lists
        .iter()
        .filter(|list| list.dynamic == dynamic)
        .filter(|list| ids.as_ref().is_none_or(|ids| ids.contains(list.id)))
        .map(|list| record(list, qids))
        .collect();
    Ok(listing.reply(call.now(), records.is_empty(), records.into_iter(), &[]))
}

fn record(list: &SearchList, qids: bool) -> Vec<u8> {
    let mut xml = Xml::part(RECORD, Style { padded: list.id.is_multiple_of(2), lower_case: false });
    let name = if list.dynamic { "DYNAMIC_LIST" } else { "STATIC_LIST" };
    xml.open(name);
    xml.number("ID", list.id);
    xml.cdata("TITLE", &list.title);
    // The guide prints these flags as words.
    xml.text("GLOBAL", if list.is_global { "Yes" } else { "No" });
    xml.cdata("OWNER", &list.owner);
    xml.text("CREATED", &date(list.created));
    xml.cdata("MODIFIED_BY", &list.modified_by);
    xml.text("MODIFIED", &date(list.modified));
    if let Some(all) = list.qids.as_ref().filter(|_| qids) {
        xml.open("QIDS");
        for qid in all {
            xml.number("QID", qid);
        }
        xml.close("QIDS");
    }
    if !list.profiles.is_empty() {
        xml.open("OPTION_PROFILES");
        for (id, title) in &list.profiles {
            xml.open("OPTION_PROFILE");
            xml.number("ID", id);
            xml.cdata("TITLE", title);
            xml.close("OPTION_PROFILE");
        }
        xml.close("OPTION_PROFILES");
    }
    xml.close(name);
    xml.finish()
}
