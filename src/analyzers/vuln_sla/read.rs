//! Reads the sums that control 10 decides on; single detections stay in the model.

use std::collections::BTreeMap;

use rusqlite::named_params;

use crate::analyzers::binding::DAY;
pub(super) use crate::analyzers::measure::days;
pub(super) use crate::analyzers::rows::{collect, count, part as span};
use crate::analyzers::{AnalyzeError, Facts};

/// What there is to judge.
pub(in crate::analyzers) struct Subscription {
    pub detections: u64,
    pub hosts: u64,
    pub scanned_hosts: u64,
    /// Open detections of Linux kernels, by the titles of the knowledge base.
    pub kernel_titles: u64,
    /// Whether the answers can be trusted to say which kernels do not run.
    pub shows_kernels: bool,
    pub shows_fixed: bool,
}

impl Subscription {
    pub(in crate::analyzers) fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        let asked_kernels = facts.asked("vm/detections", "show_arf_data")?.as_deref() == Some("1")
            || facts.asked("vm/detections", "active_kernels_only")?.as_deref() == Some("0");
        let asked_fixed = facts
            .asked("vm/detections", "status")?
            .is_some_and(|words| words.split(',').any(|word| word.trim() == "Fixed"));
        let subscription =
            facts.model.query_row(sql!("controls/10_vuln_sla/subscription"), [], |row| {
                let kernel_flag_seen: bool = row.get("kernel_flag_seen")?;
                let kernel_titles = count(row, "kernel_titles")?;
                Ok(Self {
                    detections: count(row, "detections")?,
                    hosts: count(row, "hosts")?,
                    scanned_hosts: count(row, "scanned_hosts")?,
                    kernel_titles,
                    shows_kernels: kernel_flag_seen || (asked_kernels && kernel_titles == 0),
                    shows_fixed: asked_fixed || row.get("fixed_seen")?,
                })
            })?;
        Ok(subscription)
    }
}

/// The open detections of one class; `None` where the class is not known.
pub(super) struct ClassCount {
    pub class: Option<String>,
    pub open: u64,
    pub dated: u64,
    pub past: u64,
    pub past_hosts: u64,
    /// Seconds.
    pub oldest: Option<i64>,
    pub age_sum: i64,
}

pub(super) fn class_counts(facts: &Facts<'_>) -> Result<Vec<ClassCount>, AnalyzeError> {
    collect(facts, sql!("controls/10_vuln_sla/classes"), [], |row| {
        Ok(ClassCount {
            class: row.get("class")?,
            open: count(row, "open")?,
            dated: count(row, "dated")?,
            past: count(row, "past")?,
            past_hosts: count(row, "past_hosts")?,
            oldest: row.get("oldest")?,
            age_sum: row.get::<_, Option<i64>>("age_sum")?.unwrap_or(0),
        })
    })
}

/// Detections of which it is not known whether they are open.
#[derive(Debug, Default)]
pub(super) struct Unclear {
    /// By class; `None` where that is not known either.
    open: BTreeMap<Option<String>, u64>,
    /// Those that could then be tested too long ago, without a date, back too often, and those of
    /// kernels that do not run.
    pub untested: u64,
    pub undated: u64,
    pub returned: u64,
    pub idle: u64,
}

impl Unclear {
    pub(super) fn read(facts: &Facts<'_>, counts: &[ClassCount]) -> Result<Self, AnalyzeError> {
        let sla = &facts.profile.sla;
        let parameters = named_params! {
            ":span": sla.unverified_days.saturating_mul(DAY), ":times": sla.reopen_flag,
        };
        let mut unclear = Self::default();
        for (class, open, [untested, undated, returned, idle]) in
            collect(facts, sql!("controls/10_vuln_sla/unclear"), parameters, |row| {
                let of = |column| count(row, column);
                let parts = [of("untested")?, of("undated")?, of("returned")?, of("idle")?];
                Ok((row.get("class")?, of("open")?, parts))
            })?
        {
            unclear.open.insert(class, open);
            unclear.untested += untested;
            unclear.undated += undated;
            unclear.returned += returned;
            unclear.idle += idle;
        }
        *unclear.open.entry(None).or_default() += unclassified(counts);
        Ok(unclear)
    }

    /// Detections that may be open ones of this class.
    pub(super) fn of(&self, class: &str) -> u64 {
        let of = |class| self.open.get(&class).copied().unwrap_or(0);
        of(Some(class.to_owned())) + of(None)
    }
}

/// Open detections whose class is not known.
fn unclassified(counts: &[ClassCount]) -> u64 {
    counts.iter().filter(|count| count.class.is_none()).map(|count| count.open).sum()
}
