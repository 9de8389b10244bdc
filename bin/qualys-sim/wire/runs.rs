//! `scan/schedules/runhistory/`: what became of the launches of a schedule.

use super::call::Call;
use super::listing::{Listing, Marks, RECORD};
use super::params::{Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Style, Xml};
use crate::tenant::model::{Schedule, ScheduleRun};

pub(crate) const PARAMETERS: &[Parameter] = &[
    p("schedule_scan_ids", Kind::Ids),
    p("schedule_executions_count", Kind::Number),
    p("output_format", Kind::Word(&["xml", "json"])),
];

/// Ids that one call may name, and executions that it may ask of each.
const MOST_IDS: usize = 500;
const MOST_RUNS: u64 = 50;

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let params = &call.params;
    let ids =
        params.ids("schedule_scan_ids").ok_or_else(|| Refusal::missing("schedule_scan_ids"))?;
    if params.is("output_format", "json") {
        return Err(Refusal::unsupported("output_format", "json"));
    }
    let named = params.names("schedule_scan_ids").map_or(0, |names| names.len());
    if named > MOST_IDS {
        let value = format!("{named} ids");
        return Err(Refusal::invalid("schedule_scan_ids", &value, "at most 500"));
    }
    let count = params.number("schedule_executions_count").unwrap_or(3);
    if !(1..=MOST_RUNS).contains(&count) {
        let value = count.to_string();
        return Err(Refusal::invalid("schedule_executions_count", &value, "1 to 50"));
    }
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let records: Vec<Vec<u8>> = call
        .tenant
        .schedules
        .iter()
        .filter(|schedule| ids.contains(schedule.id))
        .map(|schedule| {
            let mut runs: Vec<&ScheduleRun> =
                call.tenant.runs.iter().filter(|run| run.schedule_id == schedule.id).collect();
            runs.sort_by_key(|run| std::cmp::Reverse(run.launched));
            runs.truncate(count);
            record(schedule, &runs)
        })
        .collect();
    let dtd = "scan/schedules/runhistory/output.dtd";
    let mut listing = Listing::new(call, "SCHEDULES_RUN_HISTORY", "SCHEDULE_LIST", dtd);
    // Recorded documents can start with an empty line.
    listing.marks = Marks { before: "\n", ..Marks::default() };
    Ok(listing.reply(call.now(), records.is_empty(), records.into_iter(), &[]))
}

/// No answer of this call is on record; these names are the reading that the collector's side has
/// settled on too.
fn record(schedule: &Schedule, runs: &[&ScheduleRun]) -> Vec<u8> {
    let mut xml = Xml::part(RECORD, Style::default());
    xml.open("SCHEDULE");
    xml.number("ID", schedule.id);
    xml.cdata("TITLE", &schedule.title);
    if !runs.is_empty() {
        xml.open("RUN_LIST");
        for run in runs {
            xml.open("RUN");
            xml.text("REF", &run.reference);
            xml.date("LAUNCH_DATETIME", Some(run.launched));
            xml.open("STATUS");
            xml.text("STATE", &run.state);
            if let Some(state) = &run.sub_state {
                xml.text("SUB_STATE", state);
            }
            xml.close("STATUS");
            xml.close("RUN");
        }
        xml.close("RUN_LIST");
    }
    xml.close("SCHEDULE");
    xml.finish()
}
