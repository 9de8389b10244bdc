//! The answer key: what an assessment of the tenant has to say, written down while faults are planted.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::net::Ipv4Addr;

use serde::Serialize;

/// What the assessor should see at one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Expect {
    Finding,
    None,
    Unknown,
    Na,
}

/// One line of the key. `severity` is that of the finding, `state` that of the whole check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct KeyRecord {
    pub(crate) plant: String,
    pub(crate) key: String,
    pub(crate) check: &'static str,
    pub(crate) resource_type: &'static str,
    pub(crate) resource_id: String,
    pub(crate) expect: Expect,
    pub(crate) severity: &'static str,
    pub(crate) state: &'static str,
    pub(crate) why: String,
}

/// The checks of controls 1, 2 and 10, with the severity of their findings.
#[rustfmt::skip]
pub(crate) const CHECKS: &[(&str, &str)] = &[
    ("C01-01", "high"), ("C01-02", "medium"), ("C01-03", "high"), ("C01-04", "high"), ("C01-05", "medium"),
    ("C01-06", "low"), ("C01-07", "low"), ("C01-08", "medium"), ("C01-09", "medium"),
    ("C02-01", "high"), ("C02-02", "medium"), ("C02-03", "medium"), ("C02-04", "medium"), ("C02-05", "medium"), ("C02-06", "low"),
    ("C10-01", "critical"), ("C10-02", "high"), ("C10-03", "medium"), ("C10-04", "low"), ("C10-05", "high"), ("C10-06", "critical"),
    ("C10-07", "info"), ("C10-08", "medium"), ("C10-09", "low"), ("C10-10", "low"), ("C10-11", "low"),
];

/// The checks of the other controls that the key covers: exact for each of them in every tenant
/// but `reader`, of which it says nothing.
#[rustfmt::skip]
pub(crate) const KEYED: &[(&str, &str)] = &[
    ("C03-01", "high"), ("C03-02", "high"), ("C03-03", "medium"), ("C03-04", "medium"), ("C03-05", "low"),
    ("C03-08", "medium"), ("C03-09", "medium"), ("C03-11", "high"), ("C03-13", "low"),
    ("C04-07", "low"), ("C04-08", "low"), ("C04-11", "info"),
    ("C05-01", "high"), ("C05-02", "medium"), ("C05-03", "medium"), ("C05-06", "medium"), ("C05-07", "low"), ("C05-08", "low"),
    ("C06-01", "critical"), ("C06-02", "medium"), ("C06-03", "medium"), ("C06-04", "medium"), ("C06-05", "low"), ("C06-07", "low"), ("C06-08", "low"), ("C06-09", "low"), ("C06-10", "high"),
    ("C07-01", "medium"), ("C07-02", "medium"), ("C07-03", "medium"), ("C07-04", "medium"), ("C07-06", "medium"), ("C07-07", "low"), ("C07-08", "low"),
    ("C08-01", "high"), ("C08-03", "high"), ("C08-09", "high"),
    ("C09-01", "medium"), ("C09-02", "low"), ("C09-04", "medium"), ("C09-05", "medium"), ("C09-07", "medium"), ("C09-09", "medium"),
    ("C11-01", "medium"), ("C11-02", "high"), ("C11-03", "medium"), ("C11-04", "medium"), ("C11-05", "high"), ("C11-06", "low"), ("C11-07", "low"),
    ("C12-01", "medium"), ("C12-02", "medium"),
    ("C13-01", "medium"), ("C13-02", "medium"), ("C13-03", "high"), ("C13-04", "low"), ("C13-05", "medium"), ("C13-06", "medium"), ("C13-07", "high"), ("C13-08", "medium"),
    ("C13-09", "low"), ("C13-10", "medium"), ("C13-12", "low"), ("C13-13", "low"),
    ("C14-01", "high"), ("C14-02", "high"), ("C14-03", "medium"), ("C14-04", "high"),
    ("C15-01", "high"), ("C15-02", "high"), ("C15-03", "medium"), ("C15-04", "high"), ("C15-07", "medium"), ("C15-10", "low"),
    ("C16-01", "high"), ("C16-02", "high"), ("C16-03", "medium"), ("C16-04", "medium"), ("C16-05", "low"), ("C16-07", "medium"), ("C16-08", "high"), ("C16-09", "medium"),
    ("C17-01", "medium"), ("C17-02", "medium"), ("C17-03", "high"), ("C17-04", "high"), ("C17-05", "medium"), ("C17-06", "low"),
    ("C18-01", "high"), ("C18-02", "medium"), ("C18-06", "low"), ("C18-07", "medium"), ("C18-11", "info"),
    ("C19-01", "high"), ("C19-02", "medium"), ("C19-03", "high"), ("C19-04", "info"), ("C19-06", "high"), ("C19-07", "high"), ("C19-08", "medium"), ("C19-10", "medium"),
];

/// Every check that the key covers.
pub(crate) fn covered() -> impl Iterator<Item = (&'static str, &'static str)> {
    CHECKS.iter().chain(KEYED).copied()
}

/// What a check is about, without its own id: the part of a finding key behind the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resource {
    kind: &'static str,
    id: String,
    discriminator: Option<String>,
}

impl Resource {
    pub(crate) fn of(kind: &'static str, id: impl Display) -> Self {
        Self { kind, id: id.to_string(), discriminator: None }
    }

    pub(crate) fn group(id: u64) -> Self {
        Self { kind: "asset_group", id: id.to_string(), discriminator: None }
    }

    /// A run of addresses in the default network.
    pub(crate) fn addresses(first: u32, last: u32) -> Self {
        Self::of("ip_range", range_id(first, last))
    }

    /// An excluded range in the default network.
    pub(crate) fn excluded(first: u32, last: u32) -> Self {
        Self::of("excluded_range", range_id(first, last))
    }

    pub(crate) fn schedule(id: u64) -> Self {
        Self { kind: "schedule", id: id.to_string(), discriminator: None }
    }

    pub(crate) fn qid(qid: u32) -> Self {
        Self { kind: "qid", id: qid.to_string(), discriminator: None }
    }

    pub(crate) fn family(name: &str) -> Self {
        Self { kind: "os_family", id: name.to_owned(), discriminator: None }
    }

    pub(crate) fn subscription() -> Self {
        Self { kind: "subscription", id: "tenant".to_owned(), discriminator: None }
    }

    /// The key of the check's finding on it.
    fn key(&self, check: &str) -> String {
        let Self { kind, id, discriminator } = self;
        match discriminator {
            Some(discriminator) => format!("{check}:{kind}:{id}:{discriminator}"),
            None => format!("{check}:{kind}:{id}"),
        }
    }

    pub(crate) fn class(self, class: impl Display) -> Self {
        Self { discriminator: Some(class.to_string()), ..self }
    }
}

fn range_id(first: u32, last: u32) -> String {
    format!("{}-{}@0", Ipv4Addr::from(first), Ipv4Addr::from(last))
}

/// Collects the expectations of all plants; equal keys become one record.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    records: BTreeMap<String, KeyRecord>,
    forced: BTreeMap<&'static str, &'static str>,
    /// Keys for which two plants expect different things.
    conflicts: Vec<String>,
}

impl Registry {
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

    /// Forgets what was expected of a check.
    pub(crate) fn clear(&mut self, check: &str) {
        self.records.retain(|_, record| record.check != check);
    }

    /// Whether anything is expected of this resource already.
    pub(crate) fn has(&self, check: &str, resource: &Resource) -> bool {
        self.records.contains_key(&resource.key(check))
    }

    pub(crate) fn holds(&self, check: &str, expect: Expect) -> bool {
        self.records.values().any(|record| record.check == check && record.expect == expect)
    }

    /// The records by key, each with the state of its check.
    pub(crate) fn finish(mut self) -> Vec<KeyRecord> {
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
