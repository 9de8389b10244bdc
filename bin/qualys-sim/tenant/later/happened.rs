//! What happened within the month, counted from the two tenants themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::{Line, Month, is_open};
use crate::tenant::Tenant;
use crate::tenant::model::Detection;

/// Host, QID, port, protocol, instance.
type Place = (u64, u32, Option<u16>, Option<String>, Option<String>);

impl Month {
    fn counted(&mut self, control: u8, id: impl Into<String>, count: usize) {
        if count > 0 {
            self.lines.push(Line::Movement { control, id: id.into(), count });
        }
    }

    pub(super) fn happened(&mut self) {
        self.runs();
        self.backlog();
        self.logged();
        let old: BTreeSet<u64> = hosts(&self.before).collect();
        let new = self.after.planted.iter().filter(|planted| !old.contains(&planted.host.id));
        let new = new.count();
        self.counted(2, "hosts_new_assessed", new);
    }

    fn runs(&mut self) {
        let month = |launched: i64| launched > self.before.clock && launched <= self.after.clock;
        let mut states: BTreeMap<&str, (&str, Option<&str>)> = BTreeMap::new();
        for scan in self.after.scans.iter().filter(|scan| scan.kind == "Scheduled") {
            if month(scan.launched) {
                states.insert(&scan.reference, (&scan.state, scan.sub_state.as_deref()));
            }
        }
        for run in self.after.runs.iter().filter(|run| month(run.launched)) {
            states.insert(&run.reference, (&run.state, run.sub_state.as_deref()));
        }
        let under_way = |state: &str| ["Running", "Paused", "Queued", "Loading"].contains(&state);
        let ended = states.values().filter(|(state, _)| !under_way(state));
        let without = ended.filter(|(state, sub)| *state != "Finished" || *sub == Some("No_Host"));
        let (all, without) = (states.len(), without.count());
        let running = states.values().filter(|(state, _)| under_way(state)).count();
        self.counted(1, "runs", all);
        self.counted(1, "runs_failed", without);
        self.counted(1, "runs_under_way", running);
    }

    fn backlog(&mut self) {
        let (then, now) = (open(&self.before), open(&self.after));
        let here: BTreeSet<u64> = hosts(&self.after).collect();
        let mut counts: BTreeMap<(u8, String), usize> = BTreeMap::new();
        let mut count = |control: u8, id: String| *counts.entry((control, id)).or_default() += 1;
        let patched: BTreeSet<u32> = self
            .after
            .knowledge_base
            .iter()
            .filter(|vuln| vuln.patchable == Some(true))
            .map(|vuln| vuln.qid)
            .collect();
        for (place, one) in &then {
            if let Some(still) = now.get(place) {
                let again = still.last_reopened.is_some_and(|time| time > self.before.clock);
                if again {
                    count(10, format!("bounced_{}", class(still)));
                }
                continue;
            }
            let fate = if !here.contains(&place.0) {
                "host_gone"
            } else if self.is_fixed(place) {
                "fixed"
            } else {
                "hidden"
            };
            count(10, "left".to_owned());
            count(10, format!("{fate}_{}", class(one)));
            if patched.contains(&place.1) {
                count(11, format!("patchable_{fate}"));
            }
            if one.qds.is_some_and(|score| score >= 90) {
                count(17, format!("top_{fate}"));
            }
        }
        let before: BTreeSet<u64> = hosts(&self.before).collect();
        for (place, one) in now.iter().filter(|(place, _)| !then.contains_key(*place)) {
            let fate = if before.contains(&place.0) { "found" } else { "found_on_new_host" };
            count(10, "arrived".to_owned());
            count(10, format!("{fate}_{}", class(one)));
            if patched.contains(&place.1) {
                count(11, format!("patchable_{fate}"));
            }
            if one.qds.is_some_and(|score| score >= 90) {
                count(17, format!("top_{fate}"));
            }
        }
        for ((control, id), number) in counts {
            self.counted(control, id, number);
        }
    }

    fn is_fixed(&self, place: &Place) -> bool {
        let planted = self.after.planted.iter().find(|planted| planted.host.id == place.0);
        planted.is_some_and(|planted| {
            let fixed = |one: &&Detection| one.status.as_deref() == Some("Fixed");
            planted.detections.iter().filter(fixed).any(|one| one.qid == place.1)
        })
    }

    fn logged(&mut self) {
        let since = self.before.clock;
        let rows: Vec<_> = self.after.activity.iter().filter(|row| row.time > since).collect();
        let of = |action: &str, module: &str| {
            rows.iter().filter(|row| row.action == action && row.module == module).count()
        };
        let (created, deleted, all) = (of("create", "user"), of("delete", "scan"), rows.len());
        self.counted(19, "log_events", all);
        self.counted(19, "log_user_create", created);
        self.counted(19, "log_scan_delete", deleted);
    }
}

fn hosts(tenant: &Tenant) -> impl Iterator<Item = u64> {
    (0..tenant.host_count()).map(|number| tenant.host(number).id)
}

fn open(tenant: &Tenant) -> BTreeMap<Place, Detection> {
    let mut open = BTreeMap::new();
    for number in 0..tenant.host_count() {
        let host = tenant.host(number).id;
        let terminated =
            tenant.host_asset(number).cloud.is_some_and(|it| it.instance_state == "TERMINATED");
        let detections = tenant.detections(number).into_iter();
        for one in detections.filter(|one| is_open(one) && !terminated) {
            let (protocol, instance) = (one.protocol.clone(), one.instance.clone());
            open.insert((host, one.qid, one.port, protocol, instance), one);
        }
    }
    open
}

fn class(one: &Detection) -> &'static str {
    match one.severity {
        5 => "critical",
        4 => "high",
        3 => "medium",
        2 => "low",
        _ => "info",
    }
}
