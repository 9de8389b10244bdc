//! Reads what control 11 decides on: each open QID with its patch, and the hosts beside them.

use rusqlite::{Row, named_params};

use crate::analyzers::rows::{collect, count, record};
use crate::analyzers::{AnalyzeError, Facts};
use crate::finding::{Known, Resource, Span};

/// A QID with open detections.
pub(super) struct Qid {
    pub id: i64,
    pub open: u64,
    pub hosts: u64,
    pub critical: u64,
    pub high: u64,
    pub medium: u64,
    pub unclassified: u64,
    pub urgent_hosts: u64,
    pub medium_hosts: u64,
    /// Ages of detections, seconds.
    pub oldest: Option<i64>,
    pub oldest_urgent: Option<i64>,
    pub oldest_medium: Option<i64>,
    /// Critical and high ones without an age.
    pub undated_urgent: u64,
    /// `None` where the knowledge base has no row for it.
    pub known: Option<Knowledge>,
}

/// What the knowledge base says of a QID.
pub(super) struct Knowledge {
    pub title: Option<String>,
    pub category: Option<String>,
    pub patchable: Option<bool>,
    /// Seconds since its patch was published.
    pub patch_age: Option<i64>,
    /// The patch has no date of its own, and the QID's stands in.
    pub approximate: bool,
    pub span: Span,
}

impl Qid {
    /// Critical and high ones.
    pub(super) fn urgent(&self) -> u64 {
        self.critical + self.high
    }

    pub(super) fn patchable(&self) -> Option<bool> {
        self.known.as_ref().and_then(|known| known.patchable)
    }

    pub(super) fn patch_age(&self) -> Option<i64> {
        self.known.as_ref().and_then(|known| known.patch_age)
    }

    fn title(&self) -> Option<&String> {
        self.known.as_ref().and_then(|known| known.title.as_ref())
    }

    pub(super) fn resource(&self) -> Resource {
        let resource = Resource::new("qid", self.id);
        match self.title() {
            Some(title) => resource.named(title),
            None => resource,
        }
    }

    /// `QID 4711 (title)`.
    pub(super) fn called(&self) -> String {
        let id = self.id;
        self.title().map_or_else(|| format!("QID {id}"), |title| format!("QID {id} ({title})"))
    }

    /// Whether it marks software without support; `None` where nothing is known of it.
    pub(super) fn is_obsolete(&self, facts: &Facts<'_>) -> Option<bool> {
        let Knowledge { title, category, .. } = self.known.as_ref()?;
        let pattern = &facts.profile.c11.eol_pattern;
        let fits = |text: &Option<String>| text.as_ref().is_some_and(|text| pattern.is_match(text));
        if fits(title) || fits(category) {
            return Some(true);
        }
        title.as_ref().map(|_| false)
    }
}

pub(super) fn qids(facts: &Facts<'_>) -> Result<Vec<Qid>, AnalyzeError> {
    collect(facts, sql!("controls/11_patching/qids"), [], |row| {
        let id = row.get("qid")?;
        Ok(Qid {
            id,
            open: count(row, "open")?,
            hosts: count(row, "hosts")?,
            critical: count(row, "critical")?,
            high: count(row, "high")?,
            medium: count(row, "medium")?,
            unclassified: count(row, "unclassified")?,
            urgent_hosts: count(row, "urgent_hosts")?,
            medium_hosts: count(row, "medium_hosts")?,
            oldest: row.get("oldest")?,
            oldest_urgent: row.get("oldest_urgent")?,
            oldest_medium: row.get("oldest_medium")?,
            undated_urgent: count(row, "undated_urgent")?,
            known: if row.get("known")? { Some(knowledge(facts, row, id)?) } else { None },
        })
    })
}

fn knowledge(facts: &Facts<'_>, row: &Row<'_>, qid: i64) -> rusqlite::Result<Knowledge> {
    let received = row.get::<_, Option<i64>>("received")?.unwrap_or(facts.as_of);
    let patched: Option<i64> = row.get("patched")?;
    let age = patched.map(|time| facts.age(time, received));
    Ok(Knowledge {
        title: row.get("title")?,
        category: row.get("category")?,
        patchable: row.get("patchable")?,
        patch_age: match age {
            Some(Known::Known(age)) => Some(age),
            Some(Known::Unknown(_)) | None => None,
        },
        approximate: row.get("approximate")?,
        span: record(row, qid)?,
    })
}

/// What there is beside QIDs.
pub(super) struct Totals {
    /// Hosts with an open detection on the running kernel.
    pub kernel_hosts: u64,
    /// Detections of which it is not known whether they are open.
    pub unclear: u64,
    /// Of the running kernel.
    pub unclear_kernels: u64,
    /// Hosts with software without support.
    pub obsolete_hosts: u64,
}

impl Totals {
    pub(super) fn read(facts: &Facts<'_>, qids: &[Qid]) -> Result<Self, AnalyzeError> {
        let obsolete: Vec<i64> = qids
            .iter()
            .filter(|qid| qid.is_obsolete(facts) == Some(true))
            .map(|qid| qid.id)
            .collect();
        let parameters =
            named_params! { ":obsolete": serde_json::Value::from(obsolete).to_string() };
        Ok(facts.model.query_row(sql!("controls/11_patching/totals"), parameters, |row| {
            Ok(Self {
                kernel_hosts: count(row, "kernel_hosts")?,
                unclear: count(row, "unclear")?,
                unclear_kernels: count(row, "unclear_kernels")?,
                obsolete_hosts: count(row, "obsolete_hosts")?,
            })
        })?)
    }
}
