//! The numbers of control 1: groups and addresses reached, intervals, runs, hosts scanned.

use std::collections::BTreeMap;

use super::groups::{Judged, Standing};
use super::read::History;
use super::units::Units;
use crate::address::Set;
use crate::analyzers::measure::percentile;
use crate::analyzers::scanning::Estate;
use crate::analyzers::{Facts, Verdicts};
use crate::finding::{Known, Metric};

/// Days back in which runs are counted.
const RUN_PERIOD_DAYS: i64 = 30;

/// Days back in which scanned hosts are counted.
const SCANNED_WITHIN_DAYS: [i64; 3] = [7, 14, 30];

pub(super) fn measure(
    facts: &Facts<'_>,
    estate: &Estate,
    history: &History,
    judged: &[Judged<'_>],
    verdicts: &mut Verdicts,
) {
    let standing = |wanted: fn(&Standing) -> bool| -> u64 {
        judged.iter().filter(|judged| wanted(&judged.standing)).count() as u64
    };
    let reached = standing(|standing| *standing == Standing::Reached);
    let agents = standing(|standing| *standing == Standing::Agents);
    let partial = judged
        .iter()
        .filter(|judged| {
            judged.standing == Standing::Reached && judged.reached.count() < judged.units.count()
        })
        .count();
    let unreached = standing(|standing| *standing == Standing::Unreached);
    let unknown = standing(|standing| matches!(standing, Standing::Unknown(_)));
    verdicts.metric(Metric::ratio(
        "groups_covered",
        "Asset groups that a recurring scan reaches or live agents cover",
        reached + agents,
        judged.len() as u64,
    ));
    for (id, label, count) in [
        ("groups_agent_only", "Asset groups covered by live agents alone", agents),
        ("groups_partial", "Asset groups reached in part", partial as u64),
        ("groups_uncovered", "Asset groups that nothing reaches", unreached),
        ("groups_unknown", "Asset groups whose coverage cannot be told", unknown),
    ] {
        verdicts.metric(Metric::count(id, label, count));
    }
    let (mut all, mut covered) = (Vec::new(), Vec::new());
    for judged in judged {
        if let (Units::Addresses(units), Units::Addresses(part)) = (&judged.units, &judged.reached)
        {
            all.extend(units.runs());
            covered.extend(part.runs());
        }
    }
    let count = |runs: Vec<_>| -> u64 {
        u64::try_from(runs.into_iter().collect::<Set>().count()).unwrap_or(u64::MAX)
    };
    verdicts.metric(Metric::ratio(
        "addresses_covered",
        "Addresses of the asset groups that a recurring scan reaches, each counted once",
        count(covered),
        count(all),
    ));
    measure_intervals(facts, judged, verdicts);
    measure_runs(facts, history, verdicts);
    measure_hosts(facts, estate, verdicts);
}

fn measure_intervals(facts: &Facts<'_>, judged: &[Judged<'_>], verdicts: &mut Verdicts) {
    let mut intervals: BTreeMap<i64, u64> = BTreeMap::new();
    for days in judged.iter().filter_map(|judged| judged.best) {
        *intervals.entry(days).or_default() += 1;
    }
    for (id, label, percent) in [
        ("best_interval_p50", "Best interval of a reached group, median", 50),
        ("best_interval_p90", "Best interval of a reached group, 90th percentile", 90),
    ] {
        let value = percentile(&intervals, percent).map(Into::into);
        verdicts.metric(
            Metric::measured(id, label, value, "days").against(facts.profile.c01.max_interval_days),
        );
    }
}

/// Runs of the period: each schedule's own history, or the scan list where it has none.
fn measure_runs(facts: &Facts<'_>, history: &History, verdicts: &mut Verdicts) {
    let (mut ended, mut finished) = (0, 0);
    for runs in history.runs.values() {
        let own = runs.iter().any(|run| run.own);
        for run in runs.iter().filter(|run| run.own == own && !run.is_under_way()) {
            let age = run.launched.map(|launched| facts.age(launched, run.received));
            if let Some(Known::Known(age)) = age
                && !Facts::breaks(age, RUN_PERIOD_DAYS)
            {
                ended += 1;
                finished += u64::from(run.is_success() == Some(true));
            }
        }
    }
    verdicts.metric(Metric::ratio(
        "runs_finished_30d",
        "Ended runs of the last 30 days that scanned a host",
        finished,
        ended,
    ));
}

fn measure_hosts(facts: &Facts<'_>, estate: &Estate, verdicts: &mut Verdicts) {
    let hosts = || estate.hosts.values().filter(|host| !host.gone);
    let total = hosts().count() as u64;
    for days in SCANNED_WITHIN_DAYS {
        let scanned = hosts()
            .filter_map(|host| host.scanned)
            .filter(|(time, received)| match facts.age(*time, *received) {
                Known::Known(age) => !Facts::breaks(age, days),
                Known::Unknown(_) => false,
            })
            .count() as u64;
        verdicts.metric(Metric::ratio(
            format!("hosts_scanned_{days}d"),
            &format!("Known hosts scanned within {days} days"),
            scanned,
            total,
        ));
    }
}
