//! Which endpoints are asked and which are skipped, and why: flags and selected controls.

use crate::cli::Scope;
use crate::error::Error;
use qualys_sec_inspector::catalogue::{self, ENDPOINTS, Endpoint, Module};
use qualys_sec_inspector::control;
use std::collections::{BTreeMap, BTreeSet};

/// The catalogue split by the scope, each part in the catalogue's order.
pub(crate) struct Selection {
    pub asked: Vec<&'static Endpoint>,
    /// Each with its reason.
    pub skipped: Vec<(&'static Endpoint, String)>,
}

impl Selection {
    /// # Errors
    /// A part of `--controls` that names no control.
    pub(crate) fn new(scope: &Scope) -> Result<Self, Error> {
        let controls = scope.controls.as_deref().map(control::select).transpose();
        let controls = controls.map_err(|unknown| {
            Error::usage(&unknown.to_string(), "`--controls` takes a comma-separated list")
        })?;
        let left_out = |module| match module {
            Module::Was => scope.skip_was.then_some("--skip-was"),
            Module::CloudView => scope.skip_cloudview.then_some("--skip-cloudview"),
            Module::Pc => scope.skip_pc.then_some("--skip-pc"),
            Module::Vm | Module::Assets => None,
        };
        Ok(Self::of(ENDPOINTS, controls.as_ref(), left_out))
    }

    fn of(
        endpoints: &'static [Endpoint],
        controls: Option<&BTreeSet<u8>>,
        left_out: impl Fn(Module) -> Option<&'static str>,
    ) -> Self {
        let wanted = |endpoint: &Endpoint| {
            controls.is_none_or(|chosen| endpoint.controls.iter().any(|n| chosen.contains(n)))
        };
        let mut needed: BTreeSet<&str> = BTreeSet::new();
        for endpoint in endpoints.iter().filter(|endpoint| wanted(endpoint)) {
            let mut open = vec![endpoint];
            while let Some(endpoint) = open.pop() {
                needed.insert(endpoint.id);
                let sources = endpoint.fan_out.map_or(&[][..], |fan_out| fan_out.sources);
                let of = |id| endpoints.iter().find(|source| source.id == id);
                open.extend(sources.iter().filter_map(|source| of(source.endpoint)));
            }
        }
        let mut selection = Self { asked: Vec::new(), skipped: Vec::new() };
        for endpoint in endpoints {
            if let Some(flag) = left_out(endpoint.module) {
                selection.skipped.push((endpoint, format!("flag {flag}")));
            } else if needed.contains(endpoint.id) {
                selection.asked.push(endpoint);
            } else {
                selection.skipped.push((endpoint, "no selected control needs it".to_owned()));
            }
        }
        selection
    }

    /// The endpoints of a plan that was written by an earlier start of the same collection, less
    /// the recorded skips.
    pub(crate) fn restore(
        plan: &[String],
        skipped: &BTreeMap<String, String>,
    ) -> Result<Vec<&'static Endpoint>, String> {
        let mut asked = Vec::new();
        for id in plan.iter().filter(|id| !skipped.contains_key(*id)) {
            let known = catalogue::endpoint(id);
            asked.push(known.ok_or_else(|| format!("this program does not know {id}"))?);
        }
        Ok(asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(selection: &Selection) -> BTreeSet<&str> {
        selection.asked.iter().map(|endpoint| endpoint.id).collect()
    }

    fn of(controls: &[u8]) -> Selection {
        let chosen = controls.iter().copied().collect();
        Selection::of(ENDPOINTS, Some(&chosen), |_| None)
    }

    #[test]
    fn without_a_selection_everything_is_asked() {
        let all = Selection::of(ENDPOINTS, None, |_| None);
        assert_eq!(all.asked.len(), ENDPOINTS.len());
        assert!(all.skipped.is_empty());
    }

    #[test]
    fn a_selection_asks_what_its_controls_need_and_names_the_rest() {
        for number in 1..=20 {
            let selection = of(&[number]);
            for endpoint in ENDPOINTS.iter().filter(|e| e.controls.contains(&number)) {
                assert!(ids(&selection).contains(endpoint.id), "{number} {}", endpoint.id);
            }
            assert_eq!(selection.asked.len() + selection.skipped.len(), ENDPOINTS.len());
        }
        assert!(!ids(&of(&[1])).contains("vm/activity-log"));
    }

    #[test]
    fn a_call_for_ids_brings_its_source_along() {
        let selection = of(&[8]);
        assert!(ids(&selection).contains("vm/knowledge-base"));
        assert!(ids(&selection).contains("vm/detections"));
    }

    #[test]
    fn a_module_that_is_left_out_is_skipped_by_its_flag() {
        let selection = Selection::of(ENDPOINTS, None, |module| {
            (module == Module::Vm).then_some("--skip-test")
        });
        assert!(selection.skipped.iter().all(|(_, why)| why == "flag --skip-test"));
        assert!(selection.asked.iter().all(|endpoint| endpoint.module != Module::Vm));
    }

    #[test]
    fn a_plan_is_restored_without_its_skips() {
        let plan = ["vm/hosts".to_owned(), "am/tags".to_owned()];
        let skipped = BTreeMap::from([("am/tags".to_owned(), "no need".to_owned())]);
        let restored = Selection::restore(&plan, &skipped).expect("known");
        let ids: Vec<&str> = restored.iter().map(|endpoint| endpoint.id).collect();
        assert_eq!(ids, ["vm/hosts"]);
        assert!(Selection::restore(&["vm/none".to_owned()], &skipped).is_err());
    }
}
