//! `asset/excluded_ip/history/` and `setup/restricted_ips/`: who took addresses out of scans, and
//! from which addresses people may log in.

use super::call::Call;
use super::listing::{Listing, Page, RECORD, TAIL, Url};
use super::params::{Kind, Parameter, p};
use super::ranges;
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Style, Xml};
use crate::tenant::model::IpRange;
use crate::tenant::model_scanning::ExclusionEvent;

pub(crate) const HISTORY_PARAMETERS: &[Parameter] = &[
    p("ips", Kind::Addresses),
    p("network_id", Kind::Number),
    p("ids", Kind::Ids),
    p("id_min", Kind::Number),
    p("id_max", Kind::Number),
];

pub(crate) const RESTRICTED_PARAMETERS: &[Parameter] =
    &[p("output_format", Kind::Word(&["xml", "csv"]))];

/// Records of one answer; no source says how many the service gives.
const PAGE: u64 = 1000;

/// The history; its ids descend.
pub(crate) fn history(call: &Call) -> Result<Reply, Refusal> {
    let ids = call.params.ids("ids");
    let ranges = ranges::Filter::read(call);
    let mut events: Vec<&ExclusionEvent> = call
        .tenant
        .programme
        .exclusion_history
        .iter()
        .filter(|event| ids.as_ref().is_none_or(|ids| ids.contains(event.id)))
        .filter(|event| event.ranges.iter().any(|range| ranges.admits(range)))
        .collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.id));
    let page = Page::newest(call, PAGE, events.into_iter().map(|event| (event.id, event)));
    let mut tail = page.warning(call, Url::Escaped, &[]);
    tail.extend(glossary(&page.items));
    let dtd = "asset/excluded_ip/history/history_list_output.dtd";
    let listing = Listing::new(call, "HISTORY_LIST_OUTPUT", "HISTORY_LIST", dtd);
    let records: Vec<Vec<u8>> = page.items.into_iter().map(event).collect();
    Ok(listing.reply(call.now(), records.is_empty(), records.into_iter(), &tail))
}

fn event(event: &ExclusionEvent) -> Vec<u8> {
    let mut xml =
        Xml::part(RECORD, Style { padded: event.id.is_multiple_of(4), lower_case: false });
    xml.open("HISTORY");
    xml.number("ID", event.id);
    set(&mut xml, &event.ranges);
    xml.text("ACTION", &event.action);
    xml.date("DATETIME", Some(event.time));
    xml.text("USER_LOGIN", &event.user_login);
    xml.cdata("COMMENTS", &event.comment);
    xml.close("HISTORY");
    xml.finish()
}

fn set(xml: &mut Xml, ranges: &[IpRange]) {
    if ranges.is_empty() {
        return;
    }
    xml.open("IP_SET");
    for range in ranges {
        ranges::element(xml, range, None);
    }
    xml.close("IP_SET");
}

/// The users whom the records of the page name.
fn glossary(events: &[&ExclusionEvent]) -> Vec<u8> {
    let mut logins: Vec<&str> = events.iter().map(|event| event.user_login.as_str()).collect();
    logins.sort_unstable();
    logins.dedup();
    let mut xml = Xml::part(TAIL, Style::default());
    if logins.is_empty() {
        return xml.finish();
    }
    xml.open("GLOSSARY");
    xml.open("USER_LIST");
    for login in logins {
        xml.open("USER");
        xml.text("USER_LOGIN", login);
        xml.close("USER");
    }
    xml.close("USER_LIST");
    xml.close("GLOSSARY");
    xml.finish()
}

/// Managers alone see from where the subscription may be used.
pub(crate) fn restricted(call: &Call) -> Result<Reply, Refusal> {
    if call.params.is("output_format", "csv") {
        return Err(Refusal::unsupported("output_format", "csv"));
    }
    if call.restricted() {
        return Err(Refusal::forbidden());
    }
    let restricted = &call.tenant.programme.restricted;
    let mut xml = Xml::part(RECORD, Style::default());
    for range in &restricted.ranges {
        ranges::element(&mut xml, range, None);
    }
    let mut tail = Xml::part(TAIL, Style::default());
    tail.text("STATUS", if restricted.enabled { "enabled" } else { "disabled" });
    let dtd = "setup/restricted_ips/restricted_ips_output.dtd";
    let listing = Listing::new(call, "RESTRICTED_IPS_OUTPUT", "IP_SET", dtd);
    let empty = restricted.ranges.is_empty();
    Ok(listing.reply(call.now(), empty, std::iter::once(xml.finish()), &tail.finish()))
}
