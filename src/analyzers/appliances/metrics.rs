//! The numbers of control 6: how current and how near the scanners are, and what kinds there are.

use std::collections::BTreeMap;

use super::estate::Estate;
use super::read::Status;
use crate::analyzers::measure::percentile;
use crate::analyzers::{Facts, Verdicts};
use crate::finding::{Known, Metric};

const HOUR: i64 = 3600;

pub(super) fn measure(facts: &Facts<'_>, estate: &Estate, verdicts: &mut Verdicts) {
    let (mut current, mut connected, mut used, mut most) = (0, 0, 0, 0);
    let mut running = 0;
    let mut ages: BTreeMap<i64, u64> = BTreeMap::new();
    let mut parts: BTreeMap<String, u64> = BTreeMap::new();
    for appliance in &estate.appliances {
        if !appliance.never_connected {
            connected += 1;
            current += u64::from(appliance.signatures.is_old() == Known::Known(false));
        }
        let reliance = estate.reliance(appliance);
        used += u64::from(reliance.is_used() == Known::Known(true));
        most = most.max(reliance.schedules.len() as u64);
        running += appliance.running_scans.unwrap_or_default().unsigned_abs();
        if let Some(Known::Known(age)) = appliance.contact {
            *ages.entry(age / HOUR).or_default() += 1;
        }
        for (part, word) in [
            ("status", appliance.status_text.as_deref()),
            ("type", appliance.kind.as_deref()),
            ("model", appliance.model.as_deref()),
        ] {
            let word: String = word
                .unwrap_or("unknown")
                .to_lowercase()
                .chars()
                .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' })
                .collect();
            *parts.entry(format!("appliances_{part}_{word}")).or_default() += 1;
        }
    }
    verdicts.metric(Metric::ratio(
        "signatures_current",
        "Appliances that ever connected and have the latest signatures",
        current,
        connected,
    ));
    let offline =
        estate.appliances.iter().filter(|one| one.status == Status::Offline).count() as u64;
    for (id, label, count) in [
        ("appliances", "Appliances", estate.appliances.len() as u64),
        ("appliances_offline", "Appliances that are offline", offline),
        ("appliances_used", "Appliances that a schedule or group relies on", used),
        ("schedules_per_appliance", "Most active schedules on one appliance", most),
        ("scans_running", "Scans that ran on appliances", running),
    ] {
        verdicts.metric(Metric::count(id, label, count));
    }
    for (id, label, rank) in [
        ("contact_age_p50", "Age of the last contact, median", 50),
        ("contact_age_p90", "Age of the last contact, 90th percentile", 90),
    ] {
        let value = percentile(&ages, rank).map(Into::into);
        let limit = facts.profile.c06.max_contact_age_hours;
        verdicts.metric(Metric::measured(id, label, value, "hours").against(limit));
    }
    for (id, count) in parts {
        let label = format!("Appliances counted as {id}");
        verdicts.metric(Metric::count(id, &label, count));
    }
}
