//! The numbers of control 2: the ratio over both populations, its parts, and how old logins are.

use super::count::{Counts, Share};
use crate::analyzers::measure::percentile;
use crate::analyzers::{Facts, Verdicts};
use crate::finding::Metric;

pub(super) fn measure(facts: &Facts<'_>, counts: &Counts<'_>, verdicts: &mut Verdicts) {
    let ratio = |id: String, label: &str, share: &Share| {
        Metric::ratio(id, label, share.assessed, share.scanned + share.maybe_scanned)
            .against(facts.profile.c02.min_ratio.number())
    };
    verdicts.metric(ratio(
        "auth_ratio".to_owned(),
        "Scanned hosts assessed with credentials or a live agent; unknown ones do not count as such",
        &counts.all,
    ));
    verdicts.metric(Metric::ratio(
        "auth_ratio_known",
        "Known hosts, never scanned ones too, assessed with credentials or a live agent",
        counts.all.assessed,
        counts.known,
    ));
    let split = counts.split;
    for (id, label, count) in [
        ("hosts_credentials", "Scanned hosts assessed with credentials alone", split.credentials),
        ("hosts_agent", "Scanned hosts assessed by a live agent alone", split.agent),
        ("hosts_both", "Scanned hosts assessed both ways", split.both),
        ("hosts_unauthenticated", "Scanned hosts assessed neither way", split.neither),
        (
            "hosts_unknown",
            "Hosts of which it is not known whether they were scanned or how they were assessed",
            counts.all.unsure + counts.all.maybe_scanned,
        ),
        ("hosts_never_scanned", "Known hosts that were never scanned", counts.never_scanned),
        ("hosts_exempt", "Scanned hosts documented as impossible to log in to", counts.exempt),
        (
            "hosts_ephemeral",
            "Cloud hosts that lived too short to be counted as known",
            counts.ephemeral,
        ),
        ("hosts_gone", "Hosts that are terminated or decommissioned", counts.gone),
    ] {
        verdicts.metric(Metric::count(id, label, count));
    }
    for (id, label, percent) in [
        ("auth_age_p50", "Age of the last authenticated scan of scanned hosts, median", 50),
        (
            "auth_age_p90",
            "Age of the last authenticated scan of scanned hosts, 90th percentile",
            90,
        ),
    ] {
        let value = percentile(&counts.auth_ages, percent).map(Into::into);
        verdicts.metric(Metric::measured(id, label, value, "days"));
    }
    for (family, count) in &counts.by_family {
        let label = format!("auth_ratio of {family} hosts");
        verdicts.metric(ratio(format!("auth_ratio_os_{family}"), &label, &count.share));
    }
    for (network, share) in &counts.by_network {
        let label = format!("auth_ratio of hosts in network {network}");
        verdicts.metric(ratio(format!("auth_ratio_network_{network}"), &label, share));
    }
    for (provider, share) in &counts.by_provider {
        let id: String = provider
            .chars()
            .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' })
            .collect();
        let label = format!("auth_ratio of {provider} hosts");
        verdicts.metric(ratio(format!("auth_ratio_cloud_{id}"), &label, share));
    }
}
