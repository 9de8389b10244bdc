//! The numbers of control 3: how many profiles there are, which are used, and how they are set.

use std::collections::BTreeMap;

use super::read::Estate;
use crate::analyzers::Verdicts;
use crate::finding::{Known, Metric};
use crate::profile::{BruteForce, Performance, Ports};

pub(super) fn measure(estate: &Estate, verdicts: &mut Verdicts) {
    let (mut used, mut deep, mut defaults) = (0, 0, 0);
    let mut settings: BTreeMap<String, u64> = BTreeMap::new();
    for profile in &estate.profiles {
        defaults += u64::from(profile.is_default == Some(true));
        if profile.is_used(estate) != Known::Known(true) {
            continue;
        }
        used += 1;
        deep += u64::from(profile.logs_in == Some(true) && profile.is_complete == Some(true));
        let flag = |flag: Option<bool>| match flag {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unknown",
        };
        for (setting, word) in [
            ("tcp", profile.tcp.map_or("unknown", Ports::word)),
            ("udp", profile.udp.map_or("unknown", Ports::word)),
            ("performance", profile.performance.map_or("unknown", Performance::word)),
            ("brute_force", profile.brute_force.map_or("unknown", BruteForce::word)),
            ("authentication", flag(profile.logs_in)),
            ("complete", flag(profile.is_complete)),
        ] {
            *settings.entry(format!("profiles_{setting}_{word}")).or_default() += 1;
        }
    }
    verdicts.metric(Metric::ratio(
        "profiles_deep",
        "Profiles in use that log in and test for everything",
        deep,
        used,
    ));
    let all = estate.profiles.len() as u64;
    verdicts.metric(Metric::count("profiles", "Option profiles for vulnerability scans", all));
    verdicts.metric(Metric::count("profiles_used", "Option profiles in use", used));
    verdicts.metric(Metric::count("profiles_default", "Default option profiles", defaults));
    for (id, count) in settings {
        let label = format!("Profiles in use counted as {id}");
        verdicts.metric(Metric::count(id, &label, count));
    }
}
