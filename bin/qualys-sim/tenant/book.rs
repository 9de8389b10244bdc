//! The pages that the key is written on: one for an assessment without a profile, one for an
//! assessment with the tenant's own.

use std::collections::BTreeMap;

use super::key::{Expect, KeyRecord, Resource, covered};

/// What one kind of assessment has to say; equal keys become one record.
#[derive(Debug, Default)]
pub(crate) struct Book {
    records: BTreeMap<String, KeyRecord>,
    forced: BTreeMap<&'static str, &'static str>,
    /// Keys for which two plants expect different things.
    conflicts: Vec<String>,
}

impl Book {
    pub(crate) fn finding(
        &mut self,
        plant: &str,
        check: &'static str,
        resource: Resource,
        why: &str,
    ) {
        self.add(plant, check, resource, Expect::Finding, None, why);
    }

    /// A finding more severe than its check is by itself.
    pub(crate) fn escalated(
        &mut self,
        plant: &str,
        check: &'static str,
        resource: Resource,
        severity: &'static str,
        why: &str,
    ) {
        self.add(plant, check, resource, Expect::Finding, Some(severity), why);
    }

    pub(crate) fn none(&mut self, plant: &str, check: &'static str, resource: Resource, why: &str) {
        self.add(plant, check, resource, Expect::None, None, why);
    }

    pub(crate) fn unknown(
        &mut self,
        plant: &str,
        check: &'static str,
        resource: Resource,
        why: &str,
    ) {
        self.add(plant, check, resource, Expect::Unknown, None, why);
    }

    pub(crate) fn not_applicable(
        &mut self,
        plant: &str,
        check: &'static str,
        resource: Resource,
        why: &str,
    ) {
        self.add(plant, check, resource, Expect::Na, None, why);
    }

    /// The state of a check that has no finding, where it is neither `pass` nor `warn`.
    pub(crate) fn without_finding(&mut self, check: &'static str, state: &'static str) {
        self.forced.insert(check, state);
    }

    /// A check of which nothing is expected yet has nothing to look at.
    pub(crate) fn empty(&mut self, check: &'static str, why: &str) {
        if self.records.values().all(|record| record.check != check) {
            self.not_applicable("na/bare", check, Resource::subscription(), why);
            self.without_finding(check, "not_applicable");
        }
    }

    /// Forgets what was expected of a check.
    pub(crate) fn clear(&mut self, check: &str) {
        self.records.retain(|_, record| record.check != check);
    }

    /// Whether anything is expected of this resource already.
    pub(crate) fn has(&self, check: &str, resource: &Resource) -> bool {
        self.records.contains_key(&resource.key(check))
    }

    /// Whether a plant of this name expects anything of the check.
    pub(crate) fn has_plant(&self, check: &str, plant: &str) -> bool {
        let plant = format!("{check}/{plant}");
        self.records.values().any(|record| record.plant == plant)
    }

    pub(crate) fn holds(&self, check: &str, expect: Expect) -> bool {
        self.records.values().any(|record| record.check == check && record.expect == expect)
    }

    /// The records by key, each with the state of its check.
    fn finish(mut self) -> Vec<KeyRecord> {
        debug_assert!(self.conflicts.is_empty(), "plants contradict: {:?}", self.conflicts);
        for (check, _) in covered() {
            let state = if self.holds(check, Expect::Finding) {
                "fail"
            } else if let Some(state) = self.forced.get(check) {
                state
            } else if self.holds(check, Expect::Unknown) {
                "warn"
            } else {
                "pass"
            };
            for record in self.records.values_mut().filter(|record| record.check == check) {
                record.state = state;
            }
        }
        self.records.into_values().collect()
    }

    fn add(
        &mut self,
        plant: &str,
        check: &'static str,
        resource: Resource,
        expect: Expect,
        severity: Option<&'static str>,
        why: &str,
    ) {
        let key = resource.key(check);
        let Resource { kind, id, .. } = resource;
        let usual = covered().find(|(id, _)| *id == check).map_or("info", |entry| entry.1);
        let record = KeyRecord {
            plant: format!("{check}/{plant}"),
            key: key.clone(),
            check,
            resource_type: kind,
            resource_id: id,
            expect,
            severity: severity.unwrap_or(usual),
            state: "pass",
            why: why.to_owned(),
        };
        match self.records.get_mut(&key) {
            None => {
                self.records.insert(key, record);
            }
            Some(known) if known.expect == expect => {
                if !known.why.contains(why) {
                    known.why.push_str("; ");
                    known.why.push_str(why);
                }
            }
            Some(known) => {
                self.conflicts.push(format!("{key}: {} and {}", known.plant, record.plant));
            }
        }
    }
}

/// Collects the expectations of all plants. What is not said of one view alone holds for both.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    plain: Book,
    own: Book,
}

impl Registry {
    /// What holds without a profile alone.
    pub(crate) fn plain(&mut self) -> &mut Book {
        &mut self.plain
    }

    pub(crate) fn books(&mut self) -> [&mut Book; 2] {
        [&mut self.plain, &mut self.own]
    }

    /// What holds with the tenant's own profile alone.
    pub(crate) fn own(&mut self) -> &mut Book {
        &mut self.own
    }

    pub(crate) fn finding(
        &mut self,
        plant: &str,
        check: &'static str,
        resource: Resource,
        why: &str,
    ) {
        self.plain.finding(plant, check, resource.clone(), why);
        self.own.finding(plant, check, resource, why);
    }

    /// A finding more severe than its check is by itself.
    pub(crate) fn escalated(
        &mut self,
        plant: &str,
        check: &'static str,
        resource: Resource,
        severity: &'static str,
        why: &str,
    ) {
        self.plain.escalated(plant, check, resource.clone(), severity, why);
        self.own.escalated(plant, check, resource, severity, why);
    }

    pub(crate) fn none(&mut self, plant: &str, check: &'static str, resource: Resource, why: &str) {
        self.plain.none(plant, check, resource.clone(), why);
        self.own.none(plant, check, resource, why);
    }

    pub(crate) fn unknown(
        &mut self,
        plant: &str,
        check: &'static str,
        resource: Resource,
        why: &str,
    ) {
        self.plain.unknown(plant, check, resource.clone(), why);
        self.own.unknown(plant, check, resource, why);
    }

    pub(crate) fn not_applicable(
        &mut self,
        plant: &str,
        check: &'static str,
        resource: Resource,
        why: &str,
    ) {
        self.plain.not_applicable(plant, check, resource.clone(), why);
        self.own.not_applicable(plant, check, resource, why);
    }

    /// The state of a check that has no finding, where it is neither `pass` nor `warn`.
    pub(crate) fn without_finding(&mut self, check: &'static str, state: &'static str) {
        self.plain.without_finding(check, state);
        self.own.without_finding(check, state);
    }

    /// Forgets what was expected of a check.
    pub(crate) fn clear(&mut self, check: &str) {
        self.plain.clear(check);
        self.own.clear(check);
    }

    /// Whether anything is expected of this resource already, without a profile.
    pub(crate) fn has(&self, check: &str, resource: &Resource) -> bool {
        self.plain.has(check, resource)
    }

    /// The records of both views by key, each with the state of its check.
    pub(crate) fn finish(self) -> [Vec<KeyRecord>; 2] {
        [self.plain.finish(), self.own.finish()]
    }
}
