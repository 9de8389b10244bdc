//! The numbers of control 15: scans, schedules, logins, discovered sites, findings.

use std::collections::BTreeMap;

use super::findings::Held;
use super::read::{App, Cover};
use super::scans;
use crate::analyzers::binding::DAY;
use crate::analyzers::measure::percentile;
use crate::analyzers::rows::{collect, count};
use crate::analyzers::{AnalyzeError, Facts, Verdicts};
use crate::finding::{Known, Metric};
use crate::profile::Ratio;

pub(super) fn measure(
    facts: &Facts<'_>,
    apps: &[App],
    backlog: u64,
    held: Held,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let all = apps.len() as u64;
    let counted =
        |wanted: &dyn Fn(&App) -> bool| apps.iter().filter(|app| wanted(app)).count() as u64;
    let fresh = counted(&|app| scans::is_stale(facts, app) == Some(Known::Known(false)));
    let label = "Applications with results of a vulnerability scan inside the limit";
    verdicts.metric(Metric::ratio("apps_scanned", label, fresh, all));
    let never = counted(&|app| app.scans.useful.is_none() && app.scans.possible.is_none());
    verdicts.metric(Metric::count("apps", "Web applications", all));
    verdicts.metric(Metric::count("apps_never_scanned", "Those without results of any", never));
    let scheduled = counted(&|app| app.cover == Cover::Surely);
    let label = "Applications that a schedule surely covers";
    verdicts.metric(Metric::ratio("apps_scheduled", label, scheduled, all));
    let with_login = |app: &App| app.records.is_some_and(|records| records > 0);
    let tried = counted(&|app| with_login(app) && app.scans.login.is_some());
    let got_in = counted(&|app| {
        let login = app.scans.login.as_ref().and_then(|scan| scan.login.as_deref());
        with_login(app) && login == Some("SUCCESSFUL")
    });
    let label = "Scanned applications with a login whose last scan logged in";
    verdicts.metric(Metric::ratio("login_success", label, got_in, tried));
    ages(facts, apps, verdicts);
    let label = "Discovered sites that await a decision";
    verdicts.metric(Metric::count("catalog_waiting", label, backlog));
    let label = "Scanned applications without a finding beyond its limit";
    let target = Ratio::millionths(
        u32::try_from(facts.profile.sla.target_pct).unwrap_or_default().saturating_mul(10_000),
    );
    verdicts.metric(
        Metric::ratio("apps_in_sla", label, held.inside, held.apps).against(target.number()),
    );
    findings(facts, verdicts)
}

fn ages(facts: &Facts<'_>, apps: &[App], verdicts: &mut Verdicts) {
    let mut ages: BTreeMap<i64, u64> = BTreeMap::new();
    for scan in apps.iter().filter_map(|app| app.scans.useful.as_ref()) {
        if let Some(Known::Known(age)) = scan.launched.map(|time| facts.age(time, scan.received)) {
            *ages.entry(age / DAY).or_default() += 1;
        }
    }
    for (id, percent, label) in [
        ("scan_age_p50", 50, "Days since the last scan with results, median"),
        ("scan_age_p90", 90, "Days since it that nine in ten applications do not exceed"),
    ] {
        let value = percentile(&ages, percent).map(Into::into);
        let limit = facts.profile.c15.max_scan_age_days;
        verdicts.metric(Metric::measured(id, label, value, "days").against(limit));
    }
}

fn findings(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    struct Part {
        bucket: String,
        class: String,
        findings: u64,
        past: u64,
        oldest: Option<i64>,
    }
    let parts = collect(facts, sql!("controls/15_web_apps/finding_classes"), [], |row| {
        Ok(Part {
            bucket: row.get("bucket")?,
            class: row.get("class")?,
            findings: count(row, "findings")?,
            past: count(row, "past")?,
            oldest: row.get("oldest")?,
        })
    })?;
    let mut buckets: BTreeMap<&str, u64> = BTreeMap::new();
    for part in &parts {
        *buckets.entry(&part.bucket).or_default() += part.findings;
    }
    for (bucket, findings) in buckets {
        let label = format!("Findings in bucket {bucket}");
        verdicts.metric(Metric::count(format!("findings_{bucket}"), &label, findings));
    }
    for part in parts.iter().filter(|part| part.bucket == "open") {
        let class = &part.class;
        for (id, label, value) in [
            (format!("open_{class}"), format!("Open findings of class {class}"), part.findings),
            (
                format!("past_{class}"),
                format!("Those of class {class} beyond its limit"),
                part.past,
            ),
        ] {
            verdicts.metric(Metric::count(id, &label, value));
        }
        let oldest = part.oldest.map(|age| (age / DAY).into());
        let label = format!("Days since the oldest one of class {class} was first detected");
        verdicts.metric(Metric::measured(format!("oldest_{class}"), &label, oldest, "days"));
    }
    Ok(())
}
