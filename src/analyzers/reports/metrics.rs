//! The numbers of control 12: schedules and their reports, who is told, formats.

use std::collections::BTreeMap;

use super::people::is_foreign;
use super::production::OnTime;
use super::read::{Group, Schedule};
use crate::analyzers::measure::word;
use crate::analyzers::{Facts, Verdicts};
use crate::finding::{Known, Metric};

pub(super) fn measure(
    facts: &Facts<'_>,
    schedules: &[Schedule],
    groups: &[Group],
    on_time: OnTime,
    verdicts: &mut Verdicts,
) {
    let label = "Active report schedules that brought a report in time";
    verdicts.metric(Metric::ratio("reports_on_time", label, on_time.kept, on_time.due));
    let on: Vec<&Schedule> =
        schedules.iter().filter(|schedule| schedule.is_on() == Known::Known(true)).collect();
    let all = schedules.len() as u64;
    let label = "Report schedules that are active";
    verdicts.metric(Metric::ratio("report_schedules_active", label, on.len() as u64, all));
    let label = "Distribution groups that schedules of scans tell";
    verdicts.metric(Metric::count("distribution_groups", label, groups.len() as u64));
    let recipients = facts.inputs.recipients.as_ref().map(|list| list.entries.as_slice());
    let allowed = &facts.profile.distribution.allowed_domains;
    let (outside, members) = match recipients {
        Some(list) if !allowed.is_empty() => {
            let outside = list.iter().filter(|one| is_foreign(one, allowed)).count();
            (outside as u64, list.len() as u64)
        }
        _ => (0, 0),
    };
    let label = "Members of distribution groups outside the organisation's mail domains";
    verdicts.metric(Metric::ratio("recipients_outside", label, outside, members));
    let mut formats: BTreeMap<String, u64> = BTreeMap::new();
    for schedule in on {
        let format = schedule.format.as_deref().unwrap_or("unknown");
        *formats.entry(format.trim().to_lowercase()).or_default() += 1;
    }
    for (format, count) in formats {
        let label = format!("Active report schedules in format {format}");
        let id = format!("report_schedules_{}", word(&format));
        verdicts.metric(Metric::count(id, &label, count));
    }
}
