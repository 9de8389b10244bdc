//! Judges what is beside QIDs: hosts that wait for a boot, and whether anyone reports on patches.

use rusqlite::named_params;

use super::read::Totals;
use crate::analyzers::binding::DAY;
use crate::analyzers::measure::{days, plural};
use crate::analyzers::rows::{count, each, record};
use crate::analyzers::vuln_sla::read::Subscription;
use crate::analyzers::{AnalyzeError, Decision, Facts, Verdicts, Violation};
use crate::finding::Resource;

/// C11-06: the kernel is vulnerable and still runs.
pub(super) fn judge_kernels(
    facts: &Facts<'_>,
    subscription: &Subscription,
    totals: &Totals,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C11-06";
    let limit = facts.profile.c11.reboot_days;
    verdicts.subjects(CHECK, totals.kernel_hosts);
    if totals.unclear_kernels > 0 {
        verdicts.subjects(CHECK, 1);
        verdicts.unknown(CHECK, 1, facts.no_bucket(totals.unclear_kernels));
    }
    if totals.kernel_hosts == 0 && subscription.hosts > 0 && !subscription.shows_kernels {
        let reason = "no detection says whether its kernel runs; show_arf_data=1 brings it";
        verdicts.decide(CHECK, Decision::NotAssessed, reason);
        return Ok(());
    }
    let parameters = named_params! { ":uptime": limit.saturating_mul(DAY) };
    each(facts, sql!("controls/11_patching/kernels"), parameters, |row| {
        let id: i64 = row.get("id")?;
        let (name, age): (Option<String>, Option<i64>) = (row.get("name")?, row.get("boot_age")?);
        let Some(age) = age else {
            verdicts.unknown(CHECK, 1, "when the host was last booted is not known");
            return Ok(());
        };
        let called = name
            .as_ref()
            .map_or_else(|| format!("Host {id}"), |name| format!("Host {id} ({name})"));
        let resource = match &name {
            Some(name) => Resource::new("host", id).named(name),
            None => Resource::new("host", id),
        };
        let detections = count(row, "detections")?;
        let message = format!(
            "{called} runs a kernel with {} and was last booted {} ago; the limit is {limit} days",
            plural(detections, "open detection", "open detections"),
            days(age)
        );
        verdicts.violation(
            Violation::new(CHECK, resource, message)
                .parent(Resource::subscription())
                .fact("detections", detections)
                .fact("boot_age_seconds", age)
                .fact("limit_days", limit)
                .evidence([record(row, id)?]),
        );
        Ok(())
    })
}

/// C11-07: a template of type Patch, or a scheduled report on patches.
pub(super) fn judge_reports(
    facts: &Facts<'_>,
    subscription: &Subscription,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C11-07";
    let (templates, schedules, produced, unsure) =
        facts.model.query_row(sql!("controls/11_patching/reports"), [], |row| {
            let produced = count(row, "patch_templates")? + count(row, "patch_schedules")?;
            let (templates, schedules) = (count(row, "templates")?, count(row, "schedules")?);
            Ok((templates, schedules, produced, count(row, "unsure")?))
        })?;
    if subscription.hosts + subscription.detections + templates + schedules == 0 {
        return Ok(());
    }
    verdicts.subjects(CHECK, 1);
    if produced > 0 {
        return Ok(());
    }
    if unsure > 0 {
        verdicts.unknown(
            CHECK,
            1,
            "whether the schedules of patch reports are active is not given",
        );
        return Ok(());
    }
    let message = format!(
        "No patch report is produced: none of {} is of type Patch, and none of {} makes one",
        plural(templates, "report template", "report templates"),
        plural(schedules, "scheduled report", "scheduled reports"),
    );
    verdicts.violation(
        Violation::new(CHECK, Resource::subscription(), message)
            .fact("templates", templates)
            .fact("schedules", schedules)
            .fact("patch_jobs", "not collected")
            .evidence(facts.bodies("vm/report-templates")?)
            .evidence(facts.bodies("vm/report-schedules")?),
    );
    Ok(())
}
