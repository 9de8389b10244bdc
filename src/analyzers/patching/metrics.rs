//! The numbers of control 11: how much is tied to patches, how long they wait, what has no support.

use std::collections::BTreeMap;

use super::read::{Qid, Totals};
use crate::analyzers::binding::DAY;
use crate::analyzers::measure::percentile;
use crate::analyzers::{Facts, Verdicts};
use crate::finding::Metric;

/// How many open detections of a class a QID has.
type Count = fn(&Qid) -> u64;

pub(super) fn measure(facts: &Facts<'_>, qids: &[Qid], totals: &Totals, verdicts: &mut Verdicts) {
    let counted = |wanted: &dyn Fn(&Qid) -> bool| -> u64 {
        qids.iter().filter(|qid| wanted(qid)).count() as u64
    };
    let all = qids.len() as u64;
    let joined = counted(&|qid| qid.patchable().is_some());
    let patchable = counted(&|qid| qid.patchable() == Some(true));
    let is_aged = |qid: &Qid| qid.patchable() == Some(true) && qid.patch_age().is_some();
    let approximate =
        counted(&|qid| is_aged(qid) && qid.known.as_ref().is_some_and(|known| known.approximate));
    verdicts.metric(
        Metric::ratio(
            "kb_join",
            "Open QIDs whose patch state the knowledge base gives",
            joined,
            all,
        )
        .against(facts.profile.c11.min_kb_join.number()),
    );
    verdicts.metric(Metric::ratio(
        "patchable",
        "Open QIDs with a patch, of those whose patch state is known",
        patchable,
        joined,
    ));
    verdicts.metric(Metric::ratio(
        "patch_age_approximate",
        "Patches whose age is that of their QID, of all with an age",
        approximate,
        counted(&is_aged),
    ));
    let classes: [(&str, Count); 3] =
        [("critical", |qid| qid.critical), ("high", |qid| qid.high), ("medium", |qid| qid.medium)];
    for (class, of_class) in classes {
        let mut ages: BTreeMap<i64, u64> = BTreeMap::new();
        for qid in qids.iter().filter(|qid| of_class(qid) > 0 && is_aged(qid)) {
            *ages.entry(qid.patch_age().unwrap_or(0) / DAY).or_default() += 1;
        }
        for (name, words, percent) in [("p50", "median", 50), ("p90", "90th percentile", 90)] {
            let label = format!("Age of patches for open QIDs of class {class}, {words}");
            let value = percentile(&ages, percent).map(Into::into);
            let id = format!("patch_age_{class}_{name}");
            verdicts.metric(Metric::measured(id, &label, value, "days"));
        }
    }
    let obsolete = counted(&|qid| qid.is_obsolete(facts) == Some(true));
    for (id, label, count) in [
        ("open_qids", "QIDs with open detections", all),
        (
            "qids_unresolved",
            "Open QIDs that the knowledge base has no row for",
            counted(&|qid| qid.known.is_none()),
        ),
        ("obsolete_qids", "Open QIDs of software without support", obsolete),
        ("obsolete_hosts", "Hosts with software without support", totals.obsolete_hosts),
        ("kernel_hosts", "Hosts with an open detection on the running kernel", totals.kernel_hosts),
    ] {
        verdicts.metric(Metric::count(id, label, count));
    }
}
