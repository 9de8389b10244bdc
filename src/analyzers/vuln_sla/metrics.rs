//! The numbers of control 10: shares inside the limits, ages, times to fix, buckets.

use std::collections::BTreeMap;

use rusqlite::named_params;

use super::Class;
use super::buckets::{self, Buckets};
use super::hygiene::Fixed;
use super::qids::Overdue;
use super::read::{ClassCount, collect, count};
use crate::analyzers::binding::DAY;
use crate::analyzers::measure::percentile;
use crate::analyzers::{AnalyzeError, Facts, Verdicts};
use crate::finding::Metric;

/// Ends of the age bands in days, the limits that most programmes promise; an age that is exactly the
/// end is inside.
const BANDS: [i64; 3] = [15, 30, 90];

/// What the checks counted on their way.
pub(super) struct Measured<'a> {
    pub buckets: &'a Buckets,
    pub counts: &'a [ClassCount],
    pub overdue: Overdue,
    /// Open detections that were not tested again in time.
    pub untested: u64,
    /// `None` where fixed detections were not asked for.
    pub fixed: Option<Fixed>,
}

/// Ages of open detections at which FedRAMP's continuous monitoring counts deficiencies: unique
/// vulnerabilities older than so many days, for the classes that it calls high and moderate.
const FEDRAMP: [(&str, &[&str], i64); 4] = [
    ("fedramp_high_30d", &["critical", "high"], 30),
    ("fedramp_high_60d", &["critical", "high"], 60),
    ("fedramp_moderate_90d", &["medium"], 90),
    ("fedramp_moderate_120d", &["medium"], 120),
];

pub(super) fn measure(
    facts: &Facts<'_>,
    classes: &[Class],
    measured: &Measured<'_>,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    measure_shares(facts, classes, measured, verdicts);
    measure_ages(facts, classes, measured, verdicts)?;
    measure_bands(facts, verdicts)?;
    measure_fixes(measured, verdicts);
    for name in buckets::NAMES {
        verdicts.metric(Metric::count(
            format!("detections_{name}"),
            &format!("Detections in the bucket `{name}`"),
            measured.buckets.count(name),
        ));
    }
    if facts.profile.baseline.starts_with("fedramp") {
        for (id, names, limit) in FEDRAMP {
            let qids = names
                .iter()
                .filter_map(|name| measured.overdue.oldest.get(*name))
                .flatten()
                .filter(|age| Facts::breaks(**age, limit))
                .count() as u64;
            let label =
                format!("QIDs of class {} open for more than {limit} days", names.join(" or "));
            verdicts.metric(Metric::count(id, &label, qids));
        }
    }
    measure_parts(facts, verdicts)
}

fn measure_shares(
    facts: &Facts<'_>,
    classes: &[Class],
    measured: &Measured<'_>,
    verdicts: &mut Verdicts,
) {
    let target = |metric: Metric| {
        let percent = u32::try_from(facts.profile.sla.target_pct).unwrap_or(100);
        let share = f64::from(percent) / 100.0;
        match serde_json::Number::from_f64(share) {
            Some(number) => metric.against(number),
            None => metric,
        }
    };
    let of = |name: &str| measured.counts.iter().find(|count| count.class.as_deref() == Some(name));
    let judged: Vec<&ClassCount> = classes
        .iter()
        .filter(|class| class.name != "low")
        .filter_map(|class| of(class.name))
        .collect();
    let sum = |field: fn(&ClassCount) -> u64| judged.iter().map(|count| field(count)).sum::<u64>();
    let (dated, past) = (sum(|count| count.dated), sum(|count| count.past));
    verdicts.metric(target(Metric::ratio(
        "sla_open",
        "Open, dated detections of class critical, high and medium that are inside their limit",
        dated - past,
        dated,
    )));
    if let Some(fixed) = &measured.fixed {
        verdicts.metric(Metric::ratio(
            "sla_programme",
            "Fixed in time in the last 30 days or open inside the limit, of all fixed or open",
            dated - past + fixed.judged - fixed.judged_late,
            dated + fixed.judged,
        ));
    }
    for class in classes {
        let (dated, past) = of(class.name).map_or((0, 0), |count| (count.dated, count.past));
        verdicts.metric(target(Metric::ratio(
            format!("sla_open_{}", class.name),
            &format!("Open, dated {} detections that are inside {} days", class.name, class.days),
            dated - past,
            dated,
        )));
    }
    verdicts.metric(Metric::count("overdue_detections", "Open detections past their limit", past));
    verdicts.metric(Metric::count(
        "overdue_qids",
        "QIDs, by class, with detections past their limit",
        measured.overdue.qids,
    ));
    for class in classes {
        let (past, hosts) = of(class.name).map_or((0, 0), |count| (count.past, count.past_hosts));
        let name = class.name;
        let label = format!("Open {name} detections past their limit");
        verdicts.metric(Metric::count(format!("overdue_{name}"), &label, past));
        let label = format!("Hosts with {name} detections past their limit");
        verdicts.metric(Metric::count(format!("overdue_hosts_{name}"), &label, hosts));
    }
    let open: u64 = measured.counts.iter().map(|count| count.open).sum();
    let all_dated: u64 = measured.counts.iter().map(|count| count.dated).sum();
    for (id, label, value) in [
        ("undated", "Open detections without a usable first-found date", open - all_dated),
        ("unverified", "Open detections that were not tested again in time", measured.untested),
    ] {
        verdicts.metric(Metric::count(id, label, value));
    }
}

fn measure_ages(
    facts: &Facts<'_>,
    classes: &[Class],
    measured: &Measured<'_>,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let mut ages: BTreeMap<String, BTreeMap<i64, u64>> = BTreeMap::new();
    for (class, days, detections) in
        collect(facts, sql!("controls/10_vuln_sla/ages"), named_params! { ":day": DAY }, |row| {
            Ok((row.get("class")?, row.get("days")?, count(row, "detections")?))
        })?
    {
        ages.entry(class).or_default().insert(days, detections);
    }
    let none = BTreeMap::new();
    for class in classes {
        let name = class.name;
        let ages = ages.get(name).unwrap_or(&none);
        let count = measured.counts.iter().find(|count| count.class.as_deref() == Some(name));
        let mean = count.and_then(|count| {
            count.age_sum.checked_div(i64::try_from(count.dated).ok()?).map(|age| age / DAY)
        });
        for (part, label, days) in [
            ("mean", "mean", mean),
            ("p50", "median", percentile(ages, 50)),
            ("p90", "90th percentile", percentile(ages, 90)),
            ("max", "oldest", count.and_then(|count| count.oldest).map(|age| age / DAY)),
        ] {
            verdicts.metric(
                Metric::measured(
                    format!("age_{name}_{part}"),
                    &format!("Age of open {name} detections in whole days, {label}"),
                    days.map(Into::into),
                    "days",
                )
                .against(class.days),
            );
        }
    }
    Ok(())
}

/// How many open detections of each class are how old, classes without a limit too.
fn measure_bands(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    let [first, second, third] = BANDS;
    let parameters = named_params! {
        ":first": first * DAY, ":second": second * DAY, ":third": third * DAY,
    };
    let counts: BTreeMap<String, [u64; 4]> =
        collect(facts, sql!("controls/10_vuln_sla/bands"), parameters, |row| {
            let counts = [
                count(row, "first")?,
                count(row, "second")?,
                count(row, "third")?,
                count(row, "beyond")?,
            ];
            Ok((row.get("class")?, counts))
        })?
        .into_iter()
        .collect();
    for class in ["critical", "high", "medium", "low"] {
        let counts = counts.get(class).copied().unwrap_or_default();
        let bands = [
            (format!("0_{first}d"), format!("for up to {first} days")),
            (
                format!("{first}_{second}d"),
                format!("for more than {first} and up to {second} days"),
            ),
            (
                format!("{second}_{third}d"),
                format!("for more than {second} and up to {third} days"),
            ),
            (format!("{third}d"), format!("for more than {third} days")),
        ];
        for ((band, said), count) in bands.into_iter().zip(counts) {
            let label = format!("Dated {class} detections that are open {said}");
            verdicts.metric(Metric::count(format!("open_{class}_{band}"), &label, count));
        }
    }
    Ok(())
}

fn measure_fixes(measured: &Measured<'_>, verdicts: &mut Verdicts) {
    let Some(fixed) = &measured.fixed else { return };
    verdicts.metric(Metric::ratio(
        "fixed_late",
        "Fixes of the last 30 days that came after their limit",
        fixed.late,
        fixed.dated,
    ));
    let sum: i64 = fixed
        .took
        .iter()
        .map(|(days, count)| days.saturating_mul(i64::try_from(*count).unwrap_or(i64::MAX)))
        .fold(0, i64::saturating_add);
    let mean = i64::try_from(fixed.dated).ok().and_then(|count| sum.checked_div(count));
    for (part, label, days) in [
        ("mean", "mean", mean),
        ("p50", "median", percentile(&fixed.took, 50)),
        ("p90", "90th percentile", percentile(&fixed.took, 90)),
    ] {
        verdicts.metric(Metric::measured(
            format!("time_to_fix_{part}"),
            &format!("Time to fix in the last 30 days in whole days, {label}"),
            days.map(Into::into),
            "days",
        ));
    }
}

fn measure_parts(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    let mut families: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut networks: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    for (family, network, dated, past) in
        collect(facts, sql!("controls/10_vuln_sla/parts"), [], |row| {
            let family: Option<String> = row.get("os_family")?;
            Ok((family, row.get("network_id")?, count(row, "dated")?, count(row, "past")?))
        })?
    {
        let family = family.unwrap_or_else(|| "unknown".to_owned());
        for part in [families.entry(family).or_default(), networks.entry(network).or_default()] {
            part.0 += dated - past;
            part.1 += dated;
        }
    }
    for (family, (inside, dated)) in families {
        let label = format!("sla_open of hosts of the family {family}");
        verdicts.metric(Metric::ratio(format!("sla_open_os_{family}"), &label, inside, dated));
    }
    for (network, (inside, dated)) in networks {
        let label = format!("sla_open of hosts in network {network}");
        verdicts.metric(Metric::ratio(
            format!("sla_open_network_{network}"),
            &label,
            inside,
            dated,
        ));
    }
    Ok(())
}
