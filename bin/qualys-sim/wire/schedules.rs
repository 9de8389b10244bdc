//! `schedule/scan/`: the scan schedules.

use super::call::Call;
use super::listing::{Listing, RECORD};
use super::params::{Kind, Parameter, p};
use super::ranges;
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Style, Xml, date};
use crate::tenant::model::{Occurrence, Schedule, TagTarget};

pub(crate) const PARAMETERS: &[Parameter] = &[
    p("id", Kind::Ids),
    p("active", Kind::Flag),
    p("show_notifications", Kind::Flag),
    p("show_cloud_details", Kind::Flag),
    p("scan_type", Kind::Unbuilt),
    p("client_id", Kind::Unbuilt),
    p("client_name", Kind::Unbuilt),
];

/// Weekdays come as digits, 0 = Sunday; some answers spell them out.
const WEEKDAYS: [&str; 7] =
    ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let ids = call.params.ids("id");
    let active = call.params.get("active");
    let notifications = call.params.flag("show_notifications");
    let admits = |schedule: &&Schedule| {
        ids.as_ref().is_none_or(|ids| ids.contains(schedule.id))
            && match active {
                // Continuous schedules, 2 and 3, count as active here.
                Some("1") => matches!(schedule.active, Some(1..)),
                Some(_) => schedule.active == Some(0),
                None => true,
            }
    };
    let records: Vec<Vec<u8>> = call
        .tenant
        .schedules
        .iter()
        .filter(admits)
        .map(|schedule| record(schedule, notifications))
        .collect();
    let dtd = "schedule/scan/schedule_scan_list_output.dtd";
    let listing = Listing::new(call, "SCHEDULE_SCAN_LIST_OUTPUT", "SCHEDULE_SCAN_LIST", dtd);
    Ok(listing.reply(call.now(), records.is_empty(), records.into_iter(), &[]))
}

pub(super) fn record(schedule: &Schedule, notifications: bool) -> Vec<u8> {
    let padded = schedule.id.is_multiple_of(3);
    let mut xml = Xml::part(RECORD, Style { padded, lower_case: false });
    xml.open("SCAN");
    xml.number("ID", schedule.id);
    xml.text("ACTIVE", &schedule.active.map(|active| active.to_string()).unwrap_or_default());
    xml.cdata("TITLE", &schedule.title);
    xml.text("USER_LOGIN", &schedule.user_login);
    xml.cdata("TARGET", &schedule.target);
    if let Some(network) = schedule.network_id {
        xml.cdata("NETWORK_ID", &network.to_string());
    }
    if let Some(scanner) = &schedule.scanner_name {
        // The guide prints this one wrapped inside its CDATA.
        let wrapped = scanner == "External Scanner" && schedule.id.is_multiple_of(2);
        xml.cdata("ISCANNER_NAME", if wrapped { "External \nScanner" } else { scanner });
    }
    if !schedule.group_titles.is_empty() {
        xml.open("ASSET_GROUP_TITLE_LIST");
        for title in &schedule.group_titles {
            xml.cdata("ASSET_GROUP_TITLE", title);
        }
        xml.close("ASSET_GROUP_TITLE_LIST");
    }
    if let Some(tags) = &schedule.tags {
        asset_tags(&mut xml, tags);
    }
    if !schedule.excluded.is_empty() {
        let ranges: Vec<String> = schedule.excluded.iter().map(ranges::text).collect();
        xml.text("EXCLUDE_IP_PER_SCAN", &ranges.join(","));
    }
    if !schedule.typed.is_empty() {
        xml.open("USER_ENTERED_IPS");
        for range in &schedule.typed {
            xml.open("RANGE");
            xml.number("START", range.first);
            xml.number("END", range.last);
            xml.close("RANGE");
        }
        xml.close("USER_ENTERED_IPS");
    }
    xml.open("OPTION_PROFILE");
    xml.cdata("TITLE", &schedule.option_profile);
    xml.flag("DEFAULT_FLAG", schedule.option_profile_default);
    xml.close("OPTION_PROFILE");
    xml.text("PROCESSING_PRIORITY", "0 - No Priority");
    timing(&mut xml, schedule);
    if notifications {
        notices(&mut xml, schedule);
    }
    xml.close("SCAN");
    xml.finish()
}

fn asset_tags(xml: &mut Xml, tags: &TagTarget) {
    xml.open("ASSET_TAGS");
    xml.text("TAG_INCLUDE_SELECTOR", &tags.include_selector);
    xml.cdata("TAG_SET_INCLUDE", &tags.include.join(", "));
    if let Some(selector) = &tags.exclude_selector {
        xml.text("TAG_EXCLUDE_SELECTOR", selector);
    }
    if !tags.exclude.is_empty() {
        xml.cdata("TAG_SET_EXCLUDE", &tags.exclude.join(", "));
    }
    xml.flag("USE_IP_NT_RANGE_TAGS", tags.use_ranges);
    xml.close("ASSET_TAGS");
}

fn timing(xml: &mut Xml, schedule: &Schedule) {
    xml.open("SCHEDULE");
    recurrence(xml, &schedule.occurrence, schedule.id);
    xml.text("START_DATE_UTC", &date(schedule.start));
    let local = schedule.start + offset(&schedule.time_zone_details);
    xml.number("START_HOUR", local.rem_euclid(86_400) / 3600);
    xml.number("START_MINUTE", local.rem_euclid(3600) / 60);
    if let Some(next) = schedule.next_launch {
        xml.text("NEXTLAUNCH_UTC", date(next).trim_end_matches('Z'));
    }
    xml.open("TIME_ZONE");
    xml.text("TIME_ZONE_CODE", &schedule.time_zone_code);
    xml.text("TIME_ZONE_DETAILS", &schedule.time_zone_details);
    xml.close("TIME_ZONE");
    xml.flag("DST_SELECTED", schedule.dst_selected);
    if let Some(most) = schedule.max_occurrence {
        xml.number("MAX_OCCURRENCE", most);
    }
    xml.close("SCHEDULE");
}

/// The element that says how often; the id picks one of the spellings on record.
pub(super) fn recurrence(xml: &mut Xml, occurrence: &Occurrence, id: u64) {
    match occurrence {
        Occurrence::Once => {}
        Occurrence::Daily { days } => {
            xml.void("DAILY", &[("frequency_days", &days.to_string())]);
        }
        Occurrence::Weekly { weeks, weekdays } => {
            let spelled = id.is_multiple_of(3);
            let days: Vec<String> = weekdays
                .iter()
                .map(|day| match WEEKDAYS.get(usize::from(*day)) {
                    Some(name) if spelled => (*name).to_owned(),
                    _ => day.to_string(),
                })
                .collect();
            let between = if id.is_multiple_of(2) { "," } else { ", " };
            let weeks = weeks.to_string();
            xml.void("WEEKLY", &[("frequency_weeks", &weeks), ("weekdays", &days.join(between))]);
        }
        Occurrence::Monthly { months, day_of_month } => {
            let (months, day) = (months.to_string(), day_of_month.to_string());
            xml.void("MONTHLY", &[("frequency_months", &months), ("day_of_month", &day)]);
        }
    }
}

/// Seconds east of UTC, from a text that starts `(GMT-0500)`; 0 where it says none.
fn offset(details: &str) -> i64 {
    let read = || {
        let digits = details.strip_prefix("(GMT")?.get(..5)?;
        let (sign, digits) = digits.split_at_checked(1)?;
        let (hours, minutes) = digits.split_at_checked(2)?;
        let seconds = hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60;
        Some(if sign == "-" { -seconds } else { seconds })
    };
    read().unwrap_or(0)
}

fn notices(xml: &mut Xml, schedule: &Schedule) {
    xml.open("NOTIFICATIONS");
    xml.open("AFTER_COMPLETE");
    // "geprüft" in Latin-1 inside a document that says UTF-8: bytes that are not UTF-8 occur.
    let message: &[u8] = if schedule.id.is_multiple_of(7) { b"gepr\xfcft" } else { b"done" };
    xml.cdata_with("MESSAGE", &[], message);
    xml.close("AFTER_COMPLETE");
    if !schedule.distribution_groups.is_empty() {
        xml.open("DISTRIBUTION_GROUPS");
        for (id, title) in &schedule.distribution_groups {
            xml.open("DISTRIBUTION_GROUP");
            xml.number("ID", id);
            xml.cdata("TITLE", title);
            xml.close("DISTRIBUTION_GROUP");
        }
        xml.close("DISTRIBUTION_GROUPS");
    }
    xml.close("NOTIFICATIONS");
}

#[cfg(test)]
mod tests {
    use super::offset;

    #[test]
    fn offsets_of_time_zones() {
        assert_eq!(offset("(GMT-0500) United States: America/New_York"), -18_000);
        assert_eq!(offset("(GMT+0530) India"), 19_800);
        assert_eq!(offset("(GMT) Greenwich"), 0);
    }
}
