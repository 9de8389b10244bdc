//! `activity_log/`: who did what, as CSV, newest first.

use regex::Regex;

use super::call::{Call, CursorFault};
use super::listing::continuation;
use super::params::{Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::date;
use crate::tenant::model::Activity;

pub(crate) const PARAMETERS: &[Parameter] = &[
    p("user_action", Kind::Text),
    p("action_details", Kind::Text),
    p("username", Kind::Text),
    p("since_datetime", Kind::Time),
    p("until_datetime", Kind::Time),
    p("user_role", Kind::Text),
    p("output_format", Kind::Word(&["csv"])),
    p("truncation_limit", Kind::Number),
    p("id_max", Kind::Number),
];

const PAGE: u64 = 1000;
const HEADER: &str =
    "\"Date\",\"Action\",\"Module\",\"Details\",\"User Name\",\"User Role\",\"User IP\"\r\n";

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let params = &call.params;
    let limit = params.number("truncation_limit").unwrap_or(PAGE);
    let most = if limit == 0 { usize::MAX } else { usize::try_from(limit).unwrap_or(usize::MAX) };
    let asked = params.number("id_max");
    let top = if call.cursor == Some(CursorFault::Endless) { None } else { asked };
    let filter = Filter::read(call)?;
    let mut rows = call
        .tenant
        .activity
        .iter()
        .filter(|row| row.id <= top.unwrap_or(u64::MAX) && filter.admits(row));
    let mut page: Vec<&Activity> = Vec::new();
    if !(call.cursor == Some(CursorFault::Empty) && asked.is_some()) {
        page.extend(rows.by_ref().take(most));
    }
    let newest = page.first().map(|row| row.id);
    let oldest = page.last().map(|row| row.id);
    let next = match call.cursor {
        None => rows.next().map(|row| row.id),
        Some(CursorFault::Endless) => asked.or(newest).map(|id| id.saturating_sub(1)),
        Some(CursorFault::Repeated) => asked.or(newest),
        Some(CursorFault::Empty) => oldest.or(asked).map(|id| id.saturating_sub(1)),
    };
    let mut body = Vec::new();
    // A log that fits into one answer comes plain; pages come in blocks.
    let blocks = next.is_some() || asked.is_some();
    if blocks {
        line(&mut body, "----BEGIN_RESPONSE_BODY_CSV");
    }
    body.extend_from_slice(HEADER.as_bytes());
    for row in page {
        write(&mut body, row);
    }
    if blocks {
        line(&mut body, "----END_RESPONSE_BODY_CSV");
    }
    if let Some(next) = next {
        line(&mut body, "----BEGIN_RESPONSE_FOOTER_CSV");
        line(&mut body, "WARNING");
        line(&mut body, "\"CODE\",\"TEXT\",\"URL\"");
        let url = continuation(call, &[], "id_max", next);
        let text = format!("{limit} record limit exceeded. Use URL to get next batch of results.");
        line(&mut body, &format!("\"1980\",\"{text}\",\"{url}\""));
        line(&mut body, "----END_RESPONSE_FOOTER_CSV");
    }
    // The recorded answers call their CSV XML.
    Ok(Reply::bytes(200, "text/xml;charset=UTF-8", body))
}

struct Filter<'a> {
    since: Option<i64>,
    until: Option<i64>,
    action: Option<Regex>,
    details: Option<Regex>,
    login: Option<&'a str>,
    roles: Option<Vec<&'a str>>,
    /// Readers see what they did themselves.
    own: Option<&'a str>,
}

impl<'a> Filter<'a> {
    fn read(call: &'a Call) -> Result<Self, Refusal> {
        let params = &call.params;
        let pattern = |name: &str| {
            params.get(name).map(Regex::new).transpose().map_err(|_| {
                let value = params.get(name).unwrap_or_default();
                Refusal::invalid(name, value, "not a regular expression")
            })
        };
        Ok(Self {
            since: params.time("since_datetime"),
            until: params.time("until_datetime"),
            action: pattern("user_action")?,
            details: pattern("action_details")?,
            login: params.get("username"),
            roles: params.names("user_role"),
            own: call.restricted().then_some(call.login.as_str()),
        })
    }

    fn admits(&self, row: &Activity) -> bool {
        self.since.is_none_or(|since| row.time >= since)
            && self.until.is_none_or(|until| row.time <= until)
            && self.action.as_ref().is_none_or(|pattern| pattern.is_match(&row.action))
            && self.details.as_ref().is_none_or(|pattern| pattern.is_match(&row.details))
            && self.login.is_none_or(|login| row.login == login)
            && self.own.is_none_or(|login| row.login == login)
            && self
                .roles
                .as_ref()
                .is_none_or(|roles| roles.iter().any(|role| role.eq_ignore_ascii_case(&row.role)))
    }
}

fn write(body: &mut Vec<u8>, row: &Activity) {
    let ip = row.ip.as_deref().unwrap_or("N/A");
    let date = date(row.time);
    let fields = [&date, &row.action, &row.module, &row.details, &row.login, &row.role, ip];
    for (at, field) in fields.iter().enumerate() {
        if at > 0 {
            body.push(b',');
        }
        body.push(b'"');
        body.extend_from_slice(field.replace('"', "\"\"").as_bytes());
        body.push(b'"');
    }
    body.extend_from_slice(b"\r\n");
}

fn line(body: &mut Vec<u8>, text: &str) {
    body.extend_from_slice(text.as_bytes());
    body.extend_from_slice(b"\r\n");
}
