//! Reports: `report/`, `schedule/report/` and `/msp/report_template_list.php`.

use super::call::Call;
use super::listing::{Listing, RECORD};
use super::params::{Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use super::schedules;
use super::xml::{Style, Xml, date};
use crate::tenant::model_reports::{Report, ReportSchedule, ReportTemplate};

const STATES: &[&str] = &["Running", "Finished", "Submitted", "Canceled", "Errors"];

pub(crate) const PARAMETERS: &[Parameter] = &[
    p("id", Kind::Ids),
    p("state", Kind::Words(STATES)),
    p("user_login", Kind::Text),
    p("expires_before_datetime", Kind::Time),
    p("client_id", Kind::Unbuilt),
    p("client_name", Kind::Unbuilt),
];

pub(crate) const SCHEDULE_PARAMETERS: &[Parameter] =
    &[p("id", Kind::Ids), p("is_active", Kind::Word(&["true", "false", "1", "0"]))];

/// The reports of Report Share. A reader sees the own ones.
pub(crate) fn reports(call: &Call) -> Result<Reply, Refusal> {
    let params = &call.params;
    let ids = params.ids("id");
    let states = params.words("state");
    let expires = params.time("expires_before_datetime");
    let own = call.restricted().then_some(call.login.as_str());
    let admits = |report: &&Report| {
        ids.as_ref().is_none_or(|ids| ids.contains(report.id))
            && states.as_ref().is_none_or(|states| {
                states.iter().any(|state| state.eq_ignore_ascii_case(&report.state))
            })
            && params.get("user_login").or(own).is_none_or(|login| report.user_login == login)
            && own.is_none_or(|login| report.user_login == login)
            && expires.is_none_or(|time| report.expires < time)
    };
    let reports = call.tenant.programme.reports.iter().filter(admits);
    let records: Vec<Vec<u8>> = reports.map(report).collect();
    let listing =
        Listing::new(call, "REPORT_LIST_OUTPUT", "REPORT_LIST", "report/report_list_output.dtd");
    Ok(listing.reply(call.now(), records.is_empty(), records.into_iter(), &[]))
}

fn report(report: &Report) -> Vec<u8> {
    let mut xml =
        Xml::part(RECORD, Style { padded: report.id.is_multiple_of(3), lower_case: false });
    xml.open("REPORT");
    xml.number("ID", report.id);
    xml.cdata("TITLE", &report.title);
    xml.text("TYPE", &report.kind);
    xml.text("USER_LOGIN", &report.user_login);
    xml.date("LAUNCH_DATETIME", Some(report.launched));
    xml.text("OUTPUT_FORMAT", &report.format);
    xml.text("SIZE", &report.size);
    xml.open("STATUS");
    xml.text("STATE", &report.state);
    xml.close("STATUS");
    xml.date("EXPIRATION_DATETIME", Some(report.expires));
    xml.close("REPORT");
    xml.finish()
}

/// The scheduled reports. Whom they go to is not in the answer.
pub(crate) fn scheduled(call: &Call) -> Result<Reply, Refusal> {
    let ids = call.params.ids("id");
    let active = call.params.get("is_active").map(|word| matches!(word, "1" | "true"));
    let admits = |schedule: &&ReportSchedule| {
        ids.as_ref().is_none_or(|ids| ids.contains(schedule.id))
            && active.is_none_or(|active| schedule.active == active)
    };
    let schedules = call.tenant.programme.report_schedules.iter().filter(admits);
    let records: Vec<Vec<u8>> = schedules.map(schedule).collect();
    let dtd = "schedule/report/schedule_report_list_output.dtd";
    let listing = Listing::new(call, "SCHEDULE_REPORT_LIST_OUTPUT", "SCHEDULE_REPORT_LIST", dtd);
    Ok(listing.reply(call.now(), records.is_empty(), records.into_iter(), &[]))
}

fn schedule(schedule: &ReportSchedule) -> Vec<u8> {
    let mut xml = Xml::part(RECORD, Style::default());
    xml.open("REPORT");
    xml.number("ID", schedule.id);
    xml.cdata("TITLE", &schedule.title);
    xml.text("OUTPUT_FORMAT", &schedule.format);
    xml.cdata("TEMPLATE_TITLE", &schedule.template);
    xml.flag("ACTIVE", schedule.active);
    xml.open("SCHEDULE");
    schedules::recurrence(&mut xml, &schedule.occurrence, schedule.id);
    xml.text("START_DATE_UTC", &date(schedule.start));
    xml.number("START_HOUR", schedule.start.rem_euclid(86_400) / 3600);
    xml.number("START_MINUTE", schedule.start.rem_euclid(3600) / 60);
    xml.open("TIME_ZONE");
    xml.text("TIME_ZONE_CODE", "GB");
    xml.text("TIME_ZONE_DETAILS", "(GMT+0000) United Kingdom: Europe/London");
    xml.close("TIME_ZONE");
    xml.flag("DST_SELECTED", false);
    xml.close("SCHEDULE");
    xml.close("REPORT");
    xml.finish()
}

/// The root is the list itself, as everywhere below `/msp/`.
pub(crate) fn templates(call: &Call) -> Result<Reply, Refusal> {
    let mut xml = Xml::declared();
    xml.doctype("REPORT_TEMPLATE_LIST", "report_template_list.dtd");
    xml.open("REPORT_TEMPLATE_LIST");
    for one in &call.tenant.programme.report_templates {
        if one.is_global || !call.restricted() {
            template(&mut xml, one);
        }
    }
    xml.close("REPORT_TEMPLATE_LIST");
    Ok(Reply::bytes(200, "text/xml;charset=UTF-8", xml.finish()))
}

fn template(xml: &mut Xml, template: &ReportTemplate) {
    xml.open("REPORT_TEMPLATE");
    xml.number("ID", template.id);
    xml.text("TYPE", &template.kind);
    xml.text("TEMPLATE_TYPE", &template.template_kind);
    xml.cdata("TITLE", &template.title);
    xml.open("USER");
    xml.cdata("LOGIN", &template.user_login);
    xml.cdata("FIRSTNAME", &template.user_first_name);
    xml.cdata("LASTNAME", &template.user_last_name);
    xml.close("USER");
    xml.date("LAST_UPDATE", Some(template.updated));
    xml.flag("GLOBAL", template.is_global);
    xml.close("REPORT_TEMPLATE");
}
