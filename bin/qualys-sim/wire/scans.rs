//! `scan/`: the scans of a window of time.

use super::call::Call;
use super::listing::{Listing, RECORD, TAIL};
use super::params::{Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Style, Xml};
use crate::tenant::model::Scan;

const STATES: &[&str] =
    &["Running", "Paused", "Canceled", "Finished", "Error", "Queued", "Loading"];

pub(crate) const PARAMETERS: &[Parameter] = &[
    p("scan_ref", Kind::Text),
    p("state", Kind::Words(STATES)),
    p("processed", Kind::Flag),
    p("type", Kind::Word(&["On-Demand", "Scheduled", "API"])),
    p("target", Kind::Unbuilt),
    p("user_login", Kind::Text),
    p("launched_after_datetime", Kind::Time),
    p("launched_before_datetime", Kind::Time),
    p("scan_type", Kind::Unbuilt),
    p("show_ags", Kind::Flag),
    p("show_op", Kind::Flag),
    p("show_status", Kind::Flag),
    p("show_last", Kind::Flag),
    p("ignore_target", Kind::Flag),
    p("client_id", Kind::Unbuilt),
    p("client_name", Kind::Unbuilt),
];

/// Without a start the list goes back 30 days.
const DEFAULT_WINDOW: i64 = 30 * 86_400;

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    listed(call, &call.tenant.scans)
}

/// The scans out of `all` that the call asks for.
pub(super) fn listed(call: &Call, all: &[Scan]) -> Result<Reply, Refusal> {
    let params = &call.params;
    let after = params.time("launched_after_datetime").unwrap_or(call.now() - DEFAULT_WINDOW);
    let before = params.time("launched_before_datetime").unwrap_or(i64::MAX);
    let states = params.words("state");
    let processed = params.get("processed").map(|_| params.flag("processed"));
    let admits = |scan: &&Scan| {
        (after..=before).contains(&scan.launched)
            && params.get("scan_ref").is_none_or(|asked| scan.reference == asked)
            && states.as_ref().is_none_or(|states| {
                states.iter().any(|state| state.eq_ignore_ascii_case(&scan.state))
            })
            && processed.is_none_or(|processed| scan.processed == processed)
            && params.get("type").is_none_or(|kind| scan.kind.eq_ignore_ascii_case(kind))
            && params.get("user_login").is_none_or(|login| scan.user_login == login)
    };
    let mut scans: Vec<&Scan> = all.iter().filter(admits).collect();
    scans.sort_by_key(|scan| std::cmp::Reverse(scan.launched));
    if params.flag("show_last") {
        scans.truncate(1);
    }
    let show = Show {
        groups: params.flag("show_ags"),
        profile: params.flag("show_op"),
        status: params.get("show_status") != Some("0"),
        target: !params.flag("ignore_target"),
    };
    let records: Vec<Vec<u8>> = scans.into_iter().map(|scan| record(scan, show)).collect();
    let listing = Listing::new(call, "SCAN_LIST_OUTPUT", "SCAN_LIST", "scan/scan_list_output.dtd");
    Ok(listing.reply(call.now(), records.is_empty(), records.into_iter(), &note()))
}

/// A WARNING without a URL is a note and no sign of more.
fn note() -> Vec<u8> {
    let mut xml = Xml::part(TAIL, Style::default());
    xml.open("WARNING");
    xml.text("TEXT", "Results of older scans may have been archived.");
    xml.close("WARNING");
    xml.finish()
}

#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the call")]
struct Show {
    groups: bool,
    profile: bool,
    status: bool,
    target: bool,
}

fn record(scan: &Scan, show: Show) -> Vec<u8> {
    let padded = scan.launched % 4 == 0;
    let mut xml = Xml::part(RECORD, Style { padded, lower_case: false });
    xml.open("SCAN");
    xml.text("REF", &scan.reference);
    xml.text("TYPE", &scan.kind);
    xml.cdata("TITLE", &scan.title);
    xml.text("USER_LOGIN", &scan.user_login);
    xml.date("LAUNCH_DATETIME", Some(scan.launched));
    let (hours, rest) = (scan.duration / 3600, scan.duration % 3600);
    xml.text("DURATION", &format!("{hours:02}:{:02}:{:02}", rest / 60, rest % 60));
    xml.text("PROCESSING_PRIORITY", "0 - No Priority");
    xml.flag("PROCESSED", scan.processed);
    if show.status {
        xml.open("STATUS");
        xml.text("STATE", &scan.state);
        if let Some(state) = &scan.sub_state {
            xml.text("SUB_STATE", state);
        }
        xml.close("STATUS");
    }
    if show.target {
        xml.cdata("TARGET", &scan.target);
    }
    if show.groups && !scan.group_titles.is_empty() {
        xml.open("ASSET_GROUP_TITLE_LIST");
        for title in &scan.group_titles {
            xml.cdata("ASSET_GROUP_TITLE", title);
        }
        xml.close("ASSET_GROUP_TITLE_LIST");
    }
    if show.profile {
        xml.open("OPTION_PROFILE");
        xml.cdata("TITLE", &scan.option_profile);
        xml.flag("DEFAULT_FLAG", scan.option_profile_default);
        xml.close("OPTION_PROFILE");
    }
    xml.close("SCAN");
    xml.finish()
}
